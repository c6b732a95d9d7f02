//! Who signed, whether the roster knows them, and whether they were entitled to (DESIGN §6.1).

use crate::crypto::Fingerprint;
use crate::units::Timestamp;

use super::work::WorkRecord;
use super::{AnySlip, Check, Identity, Role, Roster, RosterStanding, SignedBy, SignerClaim, Standing};

pub(super) fn roster_checks(standing: &RosterStanding, now: Timestamp, checks: &mut Vec<Check>) {
    checks.push(match standing {
        RosterStanding::Pinned(roster) => Check::RosterPinned {
            serial: roster.content().serial,
            organisation: roster.content().organisation.clone(),
        },
        RosterStanding::Unpinned(_) => Check::RosterUnpinned,
        RosterStanding::Absent => Check::RosterAbsent,
    });
    if let Some(roster) = standing
        .roster()
        .filter(|roster| roster.content().next_update < now)
    {
        checks.push(Check::RosterOutdated {
            since: roster.content().next_update,
        });
    }
}

/// The signatures under a record or a slip, some of which verified.
pub(super) struct Signatures<'a> {
    all: &'a [SignedBy],
    good: Vec<Fingerprint>,
}

impl<'a> Signatures<'a> {
    /// Checks every signature whose key is on the roster.
    pub(super) fn check(
        all: &'a [SignedBy],
        roster: Option<&Roster>,
        checks: &mut Vec<Check>,
        verifies: &dyn Fn(&Identity, &SignedBy) -> bool,
    ) -> Self {
        let mut good = Vec::new();
        for signed in all {
            match roster.and_then(|roster| roster.by_fingerprint(&signed.fingerprint)) {
                Some(member) if verifies(&member.identity, signed) => good.push(signed.fingerprint),
                Some(member) => checks.push(Check::BadSignature {
                    name: member.identity.name.clone(),
                }),
                None => checks.push(Check::UnknownKey {
                    fingerprint: signed.fingerprint,
                }),
            }
        }
        Self { all, good }
    }

    /// The keys that verified.
    pub(super) fn good(&self) -> &[Fingerprint] {
        &self.good
    }

    /// The people whom a record names, and what it says of those it does not name.
    pub(super) fn under_record<R: WorkRecord>(
        &self,
        record: &R,
        roster: &Roster,
        now: Timestamp,
        existed_by: Option<Timestamp>,
    ) -> Vec<Check> {
        let mut checks = self.under_payload(record.signers(), record.ended(), roster, now, existed_by);
        checks.extend(record.remarks());
        checks
    }

    /// The people whom any payload names, judged at `at`.
    pub(super) fn under_payload(
        &self,
        signers: &[SignerClaim],
        at: Timestamp,
        roster: &Roster,
        now: Timestamp,
        existed_by: Option<Timestamp>,
    ) -> Vec<Check> {
        let mut checks = Vec::new();
        checks.extend(self.order_check(signers.iter().map(|signer| signer.fingerprint)));
        for signer in signers {
            let (key, role) = (&signer.fingerprint, signer.role);
            let standing = roster.standing(key, role, at, now, existed_by);
            checks.extend(self.person(role, &signer.name, key, standing));
            checks.extend(named_otherwise(signer, roster));
            if signer.unattended {
                checks.push(Check::Unattended {
                    name: signer.name.clone(),
                });
            }
        }
        checks.extend(same_person(signers));
        checks
    }

    /// The people whom a slip names. It brings no evidence.
    pub(super) fn under_slip(&self, slip: &AnySlip, roster: &Roster, now: Timestamp) -> Vec<Check> {
        let mut checks = Vec::new();
        checks.extend(self.order_check(slip.signers().iter().map(|(_, fingerprint)| *fingerprint)));
        for (role, fingerprint) in slip.signers() {
            let member = roster.by_fingerprint(fingerprint);
            let name = member.map_or_else(|| fingerprint.to_string(), |member| member.identity.name.clone());
            let standing = roster.standing(fingerprint, *role, slip.ended(), now, None);
            checks.extend(self.person(*role, &name, fingerprint, standing));
        }
        checks
    }

    /// Signatures stand in the order in which the payload names their owners, and nobody else signed.
    fn order_check(&self, order: impl Iterator<Item = Fingerprint>) -> Option<Check> {
        let mut rest = order;
        let stray = self
            .all
            .iter()
            .find(|signed| !rest.any(|named| named == signed.fingerprint))?;
        Some(Check::NotNamed {
            fingerprint: stray.fingerprint,
        })
    }

    /// Whether a named person has signed, and was entitled to. A signature that does not verify was told
    /// before.
    fn person(&self, role: Role, name: &str, key: &Fingerprint, standing: Standing) -> Vec<Check> {
        let name = || name.to_owned();
        let mut checks = Vec::new();
        if self.good.contains(key) {
            checks.push(Check::Signature { role, name: name() });
        } else if self.all.iter().all(|signature| signature.fingerprint != *key) {
            checks.push(Check::Pending { role, name: name() });
        }
        checks.push(Check::Entitlement {
            role,
            name: name(),
            standing,
        });
        checks
    }
}

/// A signer may not go under another name than the roster's: only the key is proven by a signature.
fn named_otherwise(signer: &SignerClaim, roster: &Roster) -> Option<Check> {
    let listed = &roster.by_fingerprint(&signer.fingerprint)?.identity;
    let same =
        listed.id == signer.id && listed.name == signer.name && listed.organisation == signer.organisation;
    let text = |organisation: &str, name: &str, id: &str| format!("{organisation} {name} ({id})");
    (!same).then(|| Check::NamedOtherwise {
        claimed: text(&signer.organisation, &signer.name, &signer.id),
        listed: text(&listed.organisation, &listed.name, &listed.id),
    })
}

fn same_person(signers: &[SignerClaim]) -> Option<Check> {
    let (place, signer) = signers
        .iter()
        .enumerate()
        .find(|(place, signer)| signers[..*place].iter().any(|other| other.id == signer.id))?;
    (place > 0).then(|| Check::SamePerson {
        id: signer.id.clone(),
    })
}
