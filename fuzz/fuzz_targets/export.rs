//! Exports of the ledger (`docs/spec/ledger.md`), given without their last member: one spelling.
#![no_main]

use keshiin::crypto::Digest;
use keshiin::ledger::ExportFile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let digest = Digest::of(&[data, b"}"]);
    let file = [data, format!(",\"sha256\":\"{digest}\"}}\n").as_bytes()].concat();
    if let Ok(export) = ExportFile::parse(&file) {
        assert_eq!(export.encode().unwrap(), file);
        let _ = export.verify().and_then(|_| export.last_time_covered());
    }
});
