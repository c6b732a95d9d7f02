//! Certificate numbers (`docs/spec/record.md`): one spelling, and one wrong sign is noticed.
#![no_main]

use keshiin::records::CertificateNumber;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(number) = CertificateNumber::parse(text) {
        assert_eq!(number.as_str(), text);
        let check = if text.ends_with('0') { '1' } else { '0' };
        assert_eq!(
            CertificateNumber::parse(&format!("{}{check}", &text[..text.len() - 1])),
            None
        );
    }
});
