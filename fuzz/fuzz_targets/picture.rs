//! Pictures with QR codes (`docs/spec/slip.md` §5): whatever they hold, what is found in them is keshiin's.
#![no_main]

use keshiin::rendering::codes_in_picture;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(codes) = codes_in_picture(data) {
        assert!(!codes.is_empty());
        assert!(codes.iter().all(|code| code.starts_with("KESHIIN1:")));
    }
});
