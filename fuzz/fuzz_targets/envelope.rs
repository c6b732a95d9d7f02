//! Envelopes (`docs/spec/record.md`): one spelling.
#![no_main]

use keshiin::records::Envelope;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(envelope) = Envelope::parse(data) {
        assert_eq!(envelope.encode(), data);
    }
});
