//! Rosters (`docs/spec/identity.md`), given as the payload alone: a roster that is read is written as it was.
#![no_main]

use keshiin::records::{Envelope, Kind, Roster};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let file = Envelope::new(Kind::Roster, data.to_vec()).encode();
    if let Ok(roster) = Roster::parse(&file) {
        assert_eq!(roster.encode(), file);
    }
});
