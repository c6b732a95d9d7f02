//! Payloads of resume states, signed by their handler: what is read means the same when written again, and
//! `verify` takes it for no certificate.
#![no_main]

use keshiin::records::{
    CheckResult, Envelope, Kind, ResumeState, UnlockedIdentity, resume_by, verify_resume,
};
use keshiin_fuzz::{handler, now, roster};
use libfuzzer_sys::fuzz_target;

fn signed(handler: &UnlockedIdentity, payload: Vec<u8>) -> Option<Envelope> {
    let mut envelope = Envelope::new(Kind::Resume, payload);
    envelope.sign(handler, &[handler.public().fingerprint()]).ok()?;
    Some(envelope)
}

fn read(handler: &UnlockedIdentity, payload: Vec<u8>) -> Option<ResumeState> {
    let bytes = signed(handler, payload)?.encode();
    let state = resume_by(&bytes, handler.public()).ok()?;
    Some(state.content().clone())
}

fuzz_target!(|data: &[u8]| {
    let handler = handler();
    let Some(envelope) = signed(handler, data.to_vec()) else {
        return;
    };
    let report = verify_resume(&envelope, &roster(), now(), true);
    assert!(report.worst() >= CheckResult::NotEnough);
    if let Some(state) = read(handler, data.to_vec()) {
        let payload = state.to_envelope().payload().to_vec();
        assert_eq!(read(handler, payload), Some(state));
    }
});
