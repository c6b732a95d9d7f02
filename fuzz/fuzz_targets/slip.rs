//! Slips (`docs/spec/slip.md`): one spelling.
#![no_main]

use keshiin::records::Slip;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(slip) = Slip::parse(data) {
        assert_eq!(slip.encode(), data);
    }
});
