//! Payloads of erasure records, signed by somebody on a roster: what is read means the same when written again.
#![no_main]

use keshiin::records::{Envelope, ErasureRecord, Kind, UnlockedIdentity, verify_erasure};
use keshiin_fuzz::{handler, now, roster};
use libfuzzer_sys::fuzz_target;

fn read(handler: &UnlockedIdentity, payload: Vec<u8>) -> Option<ErasureRecord> {
    let mut envelope = Envelope::new(Kind::Erasure, payload);
    envelope.sign(handler, &[handler.public().fingerprint()]).ok()?;
    let report = verify_erasure(&envelope, None, &roster(), now(), &[], true);
    report.content.map(|record| record.content().clone())
}

fuzz_target!(|data: &[u8]| {
    if let Some(record) = read(handler(), data.to_vec()) {
        assert_eq!(
            read(handler(), record.to_envelope().payload().to_vec()),
            Some(record)
        );
    }
});
