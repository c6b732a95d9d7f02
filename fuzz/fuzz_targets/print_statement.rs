//! Payloads of print statements (`docs/spec/print.md` §3), signed by nobody and by the handler: what is read
//! means the same when written again, and can be judged.
#![no_main]

use keshiin::records::{Envelope, Kind, PrintStatement, verify_print};
use keshiin_fuzz::{handler, now, roster};
use libfuzzer_sys::fuzz_target;

fn read(payload: &[u8], signed: bool) -> Option<(PrintStatement, Envelope)> {
    let mut envelope = Envelope::new(Kind::Print, payload.to_vec());
    if signed {
        let handler = handler();
        envelope.sign(handler, &[handler.public().fingerprint()]).ok()?;
    }
    let statement = PrintStatement::read(&envelope).ok()?;
    Some((statement, envelope))
}

fuzz_target!(|data: &[u8]| {
    for signed in [false, true] {
        if let Some((statement, envelope)) = read(data, signed) {
            let _judged = verify_print(&statement, &envelope, &roster(), now());
            let again = read(statement.to_envelope().payload(), signed);
            assert_eq!(again.map(|(again, _)| again), Some(statement));
        }
    }
});
