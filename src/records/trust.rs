//! When a roster is believed, and what follows for the people on it.
//!
//! A roster is believed only under an issuer key that is pinned on this machine; never under a key
//! that comes with it (DESIGN: the roster is the trust root of everything else).

use thiserror::Error;

use crate::crypto::Digest;
use crate::units::Timestamp;

use super::{Envelope, Identity, RecordError, RevocationReason, Roster};

/// A roster, and whether it may be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RosterStanding {
    /// Signed by the issuer pinned here, and no older than what this machine has seen.
    Pinned(Box<Roster>),
    /// There is a roster, but no issuer is pinned here: it proves nothing.
    Unpinned(Box<Roster>),
    /// There is no roster.
    Absent,
}

/// Why a roster is not used at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TrustRefusal {
    /// It does not carry the signature of the issuer pinned here.
    #[error("the roster is not signed by the pinned issuer {issuer}")]
    NotByPinnedIssuer {
        /// The pinned issuer's id.
        issuer: String,
    },
    /// This machine has seen a later edition.
    #[error("the roster has serial {found}, but serial {known} was seen here")]
    Older {
        /// The serial it has.
        found: u64,
        /// The highest serial seen.
        known: u64,
    },
    /// This machine has seen another roster of the same serial.
    #[error("another roster of serial {serial} was seen here")]
    Forked {
        /// The serial both have.
        serial: u64,
    },
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] RecordError),
}

impl TrustRefusal {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotByPinnedIssuer { .. } => "REC-ROSTER-OTHER-ISSUER",
            Self::Older { .. } => "REC-ROSTER-OLD",
            Self::Forked { .. } => "REC-ROSTER-FORKED",
            Self::Unreadable(error) => error.code(),
        }
    }
}

/// Whether somebody was entitled to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Entitled then, and nothing is known against it now.
    Entitled,
    /// The entitlement has ended since, and somebody else shows that the record existed before.
    EntitledByEvidence {
        /// When it ended.
        ended: Timestamp,
        /// When the record was there at the latest.
        seen: Timestamp,
    },
    /// The entitlement has ended since; only the signer says that the record is older.
    NeedsEvidence {
        /// When it ended.
        ended: Timestamp,
    },
    /// Not on the roster.
    NotListed,
    /// On the roster, but not in this role.
    LacksRole,
    /// Not yet entitled then.
    NotYet {
        /// From when on.
        from: Timestamp,
    },
    /// No longer entitled then.
    Expired {
        /// Until when.
        until: Timestamp,
    },
    /// Revoked then.
    Revoked {
        /// From when on.
        since: Timestamp,
        /// Why.
        reason: RevocationReason,
    },
}

impl Standing {
    /// Whether the signature counts.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::Entitled | Self::EntitledByEvidence { .. })
    }
}

/// Reads a roster under the pinned `issuer`; `known` tells the highest serial and its 照合値 that this
/// machine has seen of a roster id.
///
/// # Errors
/// A [`TrustRefusal`]; without a pinned issuer only an unreadable roster is refused.
pub fn believe(
    bytes: &[u8],
    issuer: Option<&Identity>,
    known: &dyn Fn(&str) -> Option<(u64, Digest)>,
) -> Result<RosterStanding, TrustRefusal> {
    let envelope = Envelope::parse(bytes)?;
    let Some(issuer) = issuer else {
        return Ok(RosterStanding::Unpinned(Box::new(Roster::from_envelope(
            envelope,
        )?)));
    };
    let signed = envelope
        .signatures()
        .iter()
        .find(|signed| signed.fingerprint == issuer.fingerprint());
    let genuine =
        signed.is_some_and(|signed| envelope.check(&issuer.signing_key(), &signed.signature).is_ok());
    if !genuine || envelope.signatures().len() != 1 {
        return Err(TrustRefusal::NotByPinnedIssuer {
            issuer: issuer.id.clone(),
        });
    }
    let roster = Roster::from_envelope(envelope)?;
    if roster.content().issuer != issuer.fingerprint() {
        return Err(TrustRefusal::NotByPinnedIssuer {
            issuer: issuer.id.clone(),
        });
    }
    let found = roster.content().serial;
    match known(&roster.content().id) {
        Some((known, _)) if found < known => Err(TrustRefusal::Older { found, known }),
        Some((known, digest)) if found == known && digest != roster.digest() => {
            Err(TrustRefusal::Forked { serial: found })
        }
        _ => Ok(RosterStanding::Pinned(Box::new(roster))),
    }
}

impl RosterStanding {
    /// The roster, believed or not.
    #[must_use]
    pub fn roster(&self) -> Option<&Roster> {
        match self {
            Self::Pinned(roster) | Self::Unpinned(roster) => Some(roster),
            Self::Absent => None,
        }
    }

    /// The roster, if it is believed.
    #[must_use]
    pub fn pinned(&self) -> Option<&Roster> {
        match self {
            Self::Pinned(roster) => Some(roster),
            Self::Unpinned(_) | Self::Absent => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::RosterDraft;
    use crate::records::identity::tests::person;
    use crate::records::roster::tests::at;

    #[test]
    fn only_the_pinned_issuer_is_believed() {
        let (issuer, impostor) = (person("issuer"), person("issuer"));
        let now = at("2026-11-21T09:00:00+09:00");
        let roster = RosterDraft::first(issuer.public(), "試験県", now, now)
            .unwrap()
            .issue(&issuer)
            .unwrap();
        let bytes = roster.encode();
        let nothing = |_: &str| None;
        assert!(matches!(
            believe(&bytes, Some(issuer.public()), &nothing),
            Ok(RosterStanding::Pinned(_))
        ));
        assert!(matches!(
            believe(&bytes, None, &nothing),
            Ok(RosterStanding::Unpinned(_))
        ));
        let other = believe(&bytes, Some(impostor.public()), &nothing);
        assert!(matches!(other, Err(TrustRefusal::NotByPinnedIssuer { .. })));
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(
                believe(&changed, Some(issuer.public()), &nothing).is_err(),
                "byte {place}"
            );
        }
    }

    #[test]
    fn old_and_forked_editions_are_refused() {
        let issuer = person("issuer");
        let now = at("2026-11-21T09:00:00+09:00");
        let roster = RosterDraft::first(issuer.public(), "試験県", now, now)
            .unwrap()
            .issue(&issuer)
            .unwrap();
        let bytes = roster.encode();
        let judge =
            |known: (u64, Digest)| believe(&bytes, Some(issuer.public()), &move |_: &str| Some(known));
        assert_eq!(
            judge((2, Digest::of(&[]))),
            Err(TrustRefusal::Older { found: 1, known: 2 })
        );
        assert_eq!(
            judge((1, Digest::of(&[]))),
            Err(TrustRefusal::Forked { serial: 1 })
        );
        assert!(judge((1, roster.digest())).is_ok());
    }
}
