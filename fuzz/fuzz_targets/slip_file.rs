//! Slip files (`docs/spec/slip.md`): one spelling, and no slip in them that a judgement cannot bear.
#![no_main]

use keshiin::records::{SlipFile, verify_slip};
use keshiin_fuzz::{now, roster};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(file) = SlipFile::parse(data) {
        assert_eq!(file.encode(), data);
        let _judged = verify_slip(&file, &roster(), now(), true);
    }
});
