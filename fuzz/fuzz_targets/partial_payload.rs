//! Payloads of partial erasures, signed by somebody on a roster: what is read means the same when written again,
//! and has a slip that is read.
#![no_main]

use keshiin::records::{
    AnySlip, Envelope, Kind, PartialRecord, UnlockedIdentity, WorkRecord, verify_partial,
};
use keshiin_fuzz::{handler, now, roster};
use libfuzzer_sys::fuzz_target;

fn read(handler: &UnlockedIdentity, payload: Vec<u8>) -> Option<PartialRecord> {
    let mut envelope = Envelope::new(Kind::PartialErasure, payload);
    envelope.sign(handler, &[handler.public().fingerprint()]).ok()?;
    let report = verify_partial(&envelope, None, &roster(), now(), &[], true);
    report.content.map(|record| record.content().clone())
}

fuzz_target!(|data: &[u8]| {
    if let Some(record) = read(handler(), data.to_vec()) {
        let envelope = record.to_envelope();
        let slip = record.slip(envelope.digest());
        assert_eq!(AnySlip::parse(&slip.encode()), Ok(slip));
        assert_eq!(read(handler(), envelope.payload().to_vec()), Some(record));
    }
});
