//! Identity files (`docs/spec/identity.md`), given without their checksum: one spelling.
#![no_main]

use keshiin::crypto::Digest;
use keshiin::records::{Identity, IdentityFile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let file = [data, format!("{}\n", Digest::of(&[data])).as_bytes()].concat();
    if let Ok(read) = IdentityFile::parse(&file) {
        assert_eq!(read.encode(), file);
    }
    if let Ok(read) = Identity::parse(data) {
        assert_eq!(read.encode(), data);
    }
});
