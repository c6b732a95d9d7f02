//! Leaves of the ledger (`docs/spec/ledger.md`): one spelling.
#![no_main]

use keshiin::ledger::Leaf;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(leaf) = Leaf::decode(data) {
        assert_eq!(leaf.encode().unwrap(), data);
    }
});
