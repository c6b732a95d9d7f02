//! Policy files, as people write them: the bytes that are digested are the bytes that were read.
#![no_main]

use keshiin::policy::Profile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(profile) = Profile::parse(data) {
        assert_eq!(profile.source_bytes(), data);
        assert!(!profile.classifications().is_empty());
    }
});
