//! Checkpoints of the ledger (`docs/spec/ledger.md`): one spelling.
#![no_main]

use keshiin::ledger::SignedCheckpoint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(checkpoint) = SignedCheckpoint::parse(data) {
        assert_eq!(checkpoint.encode(), data);
    }
});
