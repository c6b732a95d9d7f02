//! Slips (`docs/spec/slip.md`): one spelling, whichever form they have.
#![no_main]

use keshiin::records::AnySlip;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(slip) = AnySlip::parse(data) {
        assert_eq!(slip.encode(), data);
    }
});
