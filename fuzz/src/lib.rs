//! What several targets judge by: the handler and the roster of `tests/vectors`.

use std::sync::OnceLock;

use keshiin::crypto::Passphrase;
use keshiin::records::{IdentityFile, Roster, RosterStanding, UnlockedIdentity};
use keshiin::sealing::PackageId;
use keshiin::units::Timestamp;

/// The handler of the vectors, the key opened once.
pub fn handler() -> &'static UnlockedIdentity {
    static HANDLER: OnceLock<UnlockedIdentity> = OnceLock::new();
    HANDLER.get_or_init(|| {
        let file = IdentityFile::parse(include_bytes!("../../tests/vectors/identity/handler.key")).unwrap();
        file.unlock(&Passphrase::new("keshiin-test-vector").unwrap())
            .unwrap()
    })
}

/// The roster of the vectors, as if its issuer were pinned.
pub fn roster() -> RosterStanding {
    static ROSTER: OnceLock<Roster> = OnceLock::new();
    let roster = ROSTER
        .get_or_init(|| Roster::parse(include_bytes!("../../tests/vectors/records/roster.json")).unwrap());
    RosterStanding::Pinned(Box::new(roster.clone()))
}

/// The instant at which is judged.
pub fn now() -> Timestamp {
    Timestamp::parse("2026-11-21T12:00:00+09:00").unwrap()
}

/// The id of the small package among the vectors, whose manifest is a seed.
pub fn package_id() -> PackageId {
    PackageId::parse("6ea09f9f8f4c7cc98dc85b89fc7a1578").unwrap()
}
