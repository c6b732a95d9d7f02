//! Annexes of partial erasures (`docs/spec/record.md` §10): one spelling, and a digest of all of it.
#![no_main]

use keshiin::records::{Annex, Digest, annex_table_line};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut entries = 0;
    let read = Annex::read(data, |entry| {
        entries += 1;
        // No cell begins as a formula does.
        assert!(annex_table_line(&entry).starts_with('"'));
    });
    if let Ok(annex) = read {
        assert_eq!(annex.reference.entries, entries);
        assert_eq!(annex.reference.bytes.0, data.len() as u64);
        assert_eq!(annex.reference.sha256, Digest::of(&[data]));
    }
});
