//! Stamps the day of the build into the program.
//!
//! The program refuses to sign or to erase on a machine whose clock stands before that day.
//! `SOURCE_DATE_EPOCH` decides where it is set (reproducible builds).

use std::time::{SystemTime, UNIX_EPOCH};

fn main() {
    println!("cargo:rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo:rerun-if-changed=Cargo.toml");
    println!("cargo:rerun-if-changed=src");
    let given = std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| text.parse::<u64>().ok());
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let day = given.unwrap_or(now) / 86_400 * 86_400;
    println!("cargo:rustc-env=KESHIIN_BUILD_TIME={day}");
}
