//! H with its stanzas (`docs/spec/package.md` §2): one spelling, and costs within their bounds.
#![no_main]

use keshiin::sealing::{Header, Stanza};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(header) = Header::parse(data) {
        assert_eq!(header.encode(), data);
        for stanza in header.stanzas() {
            if let Stanza::Passphrase(stanza) = stanza {
                assert!(stanza.cost().memory_kib() <= 1 << 20 && stanza.cost().passes() <= 10);
            }
        }
    }
});
