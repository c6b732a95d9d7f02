//! Texts of QR codes (`docs/spec/slip.md` §5): one spelling, and no slip in them that a judgement cannot bear.
#![no_main]

use keshiin::records::{SlipFile, verify_slip};
use keshiin_fuzz::{now, roster};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(file) = SlipFile::from_code(text) {
        assert_eq!(file.to_code().as_deref(), Ok(text));
        let _judged = verify_slip(&file, &roster(), now(), true);
    }
});
