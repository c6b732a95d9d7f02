//! That a record existed at an instant, said by somebody who did not sign it.
//!
//! Where the evidence comes from (a ledger export under a signed checkpoint) is the caller's to
//! check; here it is only judged whether it may count.

use crate::crypto::{Digest, Fingerprint};
use crate::units::Timestamp;

use super::{Roster, SignerClaim};

/// One checked statement that a record existed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// 照合値 of the record.
    pub record: Digest,
    /// When it was there at the latest, by the claim of whoever says so.
    pub seen: Timestamp,
    /// Whose signature stands under that.
    pub by: Fingerprint,
}

/// The earliest instant that counts as evidence for the record of that `digest`: said by a person on the roster who was
/// entitled to something then, is so still, and is none of the record's signers.
pub(super) fn existed_by(
    evidence: &[Evidence],
    digest: &Digest,
    signers: &[SignerClaim],
    roster: &Roster,
    now: Timestamp,
) -> Option<Timestamp> {
    let somebody_else = |by: &Fingerprint| signers.iter().all(|signer| signer.fingerprint != *by);
    let counts = |evidence: &&Evidence| {
        let roles = roster
            .by_fingerprint(&evidence.by)
            .map(|member| member.roles.as_slice())
            .unwrap_or_default();
        let entitled = |role| {
            roster
                .standing(&evidence.by, role, evidence.seen, now, None)
                .counts()
        };
        evidence.record == *digest && somebody_else(&evidence.by) && roles.iter().copied().any(entitled)
    };
    evidence.iter().filter(counts).map(|evidence| evidence.seen).min()
}
