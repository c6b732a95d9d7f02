//! Whether a record is genuine and signed by entitled people (DESIGN §6.1, §6.2).
//!
//! Signatures are checked before the payload is read; each check leaves a [`Check`], so that a person
//! can see what was looked at and what came out.

use crate::crypto::{Digest, Fingerprint};
use crate::units::Timestamp;

use super::envelope::SignedBy;
use super::evidence::existed_by;
use super::{
    Check, CheckResult, Ending, Envelope, ErasureRecord, Evidence, Kind, ReadPath, Role, Roster,
    RosterStanding, SignerClaim, Slip, SlipFile, Standing, Verdict, WitnessMode,
};

/// Content whose signatures verified. Only this file makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<T> {
    content: T,
    digest: Digest,
}

impl<T> Verified<T> {
    /// The content.
    pub const fn content(&self) -> &T {
        &self.content
    }

    /// The 照合値 of the record it comes from.
    pub const fn digest(&self) -> Digest {
        self.digest
    }
}

/// All that was looked at in one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport<T> {
    /// 照合値.
    pub digest: Digest,
    /// Every check, in order.
    pub checks: Vec<Check>,
    /// The content, if at least one known key signed it and nothing is false.
    pub content: Option<Verified<T>>,
}

impl<T> VerifyReport<T> {
    /// The worst result of all checks.
    #[must_use]
    pub fn worst(&self) -> CheckResult {
        self.checks
            .iter()
            .map(Check::result)
            .max()
            .unwrap_or(CheckResult::NotEnough)
    }
}

/// Verifies an erasure record. `slip` is the content of the slip file beside it, if there is one.
#[must_use]
pub fn verify_erasure(
    envelope: &Envelope,
    slip: Option<&[u8]>,
    standing: &RosterStanding,
    now: Timestamp,
    evidence: &[Evidence],
    specimen_allowed: bool,
) -> VerifyReport<ErasureRecord> {
    let digest = envelope.digest();
    let mut checks = vec![Check::ExactForm];
    roster_checks(standing, now, &mut checks);
    let good = signature_checks(
        envelope.signatures(),
        standing.roster(),
        &mut checks,
        &|key, signed| envelope.check(&key.signing_key(), &signed.signature).is_ok(),
    );
    let report = |checks: Vec<Check>, content| VerifyReport {
        digest,
        checks,
        content,
    };
    if checks.iter().any(|check| check.result() == CheckResult::False) {
        return report(checks, None);
    }
    let (Some(roster), false, Some(Kind::Erasure)) = (standing.roster(), good.is_empty(), envelope.kind())
    else {
        checks.push(Check::NothingVerified);
        return report(checks, None);
    };
    let record = match ErasureRecord::parse(envelope.payload()) {
        Ok(record) => record,
        Err(error) => {
            checks.push(Check::BadPayload {
                detail: error.to_string(),
            });
            return report(checks, None);
        }
    };
    let existed_by = existed_by(evidence, &digest, &record, roster, now);
    people_checks(
        &record,
        envelope.signatures(),
        &good,
        roster,
        now,
        existed_by,
        &mut checks,
    );
    checks.push(consistency(&record));
    checks.push(slip_check(slip, &record, envelope, digest, &good, roster));
    if record.specimen {
        checks.push(Check::Specimen {
            allowed: specimen_allowed,
        });
    }
    let genuine = checks.iter().all(|check| check.result() != CheckResult::False);
    report(
        checks,
        genuine.then_some(Verified {
            content: record,
            digest,
        }),
    )
}

/// The content of a record that nobody but `people` signed, each of whose signatures verifies, with its
/// slip signed by the same. For those who hold the keys themselves and need no roster to know them.
#[must_use]
pub fn verified_by(
    envelope: &Envelope,
    slip: &SlipFile,
    people: &[&super::Identity],
) -> Option<Verified<ErasureRecord>> {
    let verifies = |signed: &SignedBy, of_slip: bool| {
        let owner = people
            .iter()
            .find(|person| person.fingerprint() == signed.fingerprint);
        owner.is_some_and(|owner| {
            let key = owner.signing_key();
            if of_slip {
                slip.check(&key, &signed.signature).is_ok()
            } else {
                envelope.check(&key, &signed.signature).is_ok()
            }
        })
    };
    let all = !envelope.signatures().is_empty()
        && envelope.signatures().iter().all(|signed| verifies(signed, false))
        && slip.signatures().iter().all(|signed| verifies(signed, true));
    if !all || envelope.kind() != Some(Kind::Erasure) {
        return None;
    }
    let (content, digest) = (ErasureRecord::parse(envelope.payload()).ok()?, envelope.digest());
    let owners = |signatures: &[SignedBy]| {
        signatures
            .iter()
            .map(|signed| signed.fingerprint)
            .collect::<Vec<_>>()
    };
    let one_act = owners(slip.signatures()) == owners(envelope.signatures());
    let same = slip.slip() == Slip::of(&content, digest).encode();
    (one_act && same && consistency(&content) == Check::Consistent).then_some(Verified { content, digest })
}

/// Verifies a slip by itself, as it comes from paper.
#[must_use]
pub fn verify_slip(
    file: &SlipFile,
    standing: &RosterStanding,
    now: Timestamp,
    specimen_allowed: bool,
) -> VerifyReport<Slip> {
    let mut checks = vec![Check::ExactForm];
    roster_checks(standing, now, &mut checks);
    let good = signature_checks(
        file.signatures(),
        standing.roster(),
        &mut checks,
        &|key, signed| file.check(&key.signing_key(), &signed.signature).is_ok(),
    );
    let bad = checks.iter().any(|check| check.result() == CheckResult::False);
    let nothing = Digest::of(&[file.slip()]);
    let (Some(roster), false, false) = (standing.roster(), good.is_empty(), bad) else {
        checks.push(Check::NothingVerified);
        return VerifyReport {
            digest: nothing,
            checks,
            content: None,
        };
    };
    match Slip::parse(file.slip()) {
        Ok(slip) => {
            slip_people(&slip, file, &good, roster, now, &mut checks);
            if slip.specimen {
                checks.push(Check::Specimen {
                    allowed: specimen_allowed,
                });
            }
            let genuine = checks.iter().all(|check| check.result() != CheckResult::False);
            let digest = slip.digest;
            VerifyReport {
                digest,
                checks,
                content: genuine.then_some(Verified {
                    content: slip,
                    digest,
                }),
            }
        }
        Err(error) => {
            checks.push(Check::BadPayload {
                detail: error.to_string(),
            });
            VerifyReport {
                digest: nothing,
                checks,
                content: None,
            }
        }
    }
}

fn roster_checks(standing: &RosterStanding, now: Timestamp, checks: &mut Vec<Check>) {
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

/// Checks every signature whose key is on the roster; returns the keys that verified.
fn signature_checks(
    signatures: &[SignedBy],
    roster: Option<&Roster>,
    checks: &mut Vec<Check>,
    verifies: &dyn Fn(&super::Identity, &SignedBy) -> bool,
) -> Vec<Fingerprint> {
    let mut good = Vec::new();
    for signed in signatures {
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
    good
}

fn people_checks(
    record: &ErasureRecord,
    signatures: &[SignedBy],
    good: &[Fingerprint],
    roster: &Roster,
    now: Timestamp,
    existed_by: Option<Timestamp>,
    checks: &mut Vec<Check>,
) {
    let order = record.order_of_signers();
    checks.extend(order_check(signatures, &order));
    for signer in &record.signers {
        let standing = roster.standing(
            &signer.fingerprint,
            signer.role,
            record.times.ended,
            now,
            existed_by,
        );
        checks.extend(person(
            signer.role,
            &signer.name,
            &signer.fingerprint,
            signatures,
            good,
            standing,
        ));
        checks.extend(named_otherwise(signer, roster));
        if signer.unattended {
            checks.push(Check::Unattended {
                name: signer.name.clone(),
            });
        }
    }
    checks.extend(same_person(&record.signers));
    match record.witness.mode {
        WitnessMode::Paper => checks.push(Check::WitnessOnPaper {
            name: record.witness.on_paper.clone().unwrap_or_default(),
        }),
        WitnessMode::None => checks.push(Check::NoWitness {
            reason: record.witness.reason.clone().unwrap_or_default(),
        }),
        WitnessMode::SameMachine | WitnessMode::OwnMachine => {}
    }
}

/// Signatures stand in the order in which the payload names their owners, and nobody else signed.
fn order_check(signatures: &[SignedBy], order: &[Fingerprint]) -> Option<Check> {
    let mut rest = order.iter();
    let stray = signatures
        .iter()
        .find(|signed| !rest.any(|named| *named == signed.fingerprint))?;
    Some(Check::NotNamed {
        fingerprint: stray.fingerprint,
    })
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

/// A signed verdict that its own measurements do not bear is false, whoever signed it.
fn consistency(record: &ErasureRecord) -> Check {
    let met_without_level = record.order.policy_met && record.order.achieved < Some(record.order.required);
    let fault = if met_without_level || (record.order.policy_met && record.verdict != Verdict::Erased) {
        Some("policy-met")
    } else if record.verdict == Verdict::Erased {
        unproven(record)
    } else {
        None
    };
    fault.map_or(Check::Consistent, |what| Check::Inconsistent { what })
}

fn unproven(record: &ErasureRecord) -> Option<&'static str> {
    let passes = &record.passes;
    let flushed = passes
        .iter()
        .all(|pass| pass.flushes.last().is_some_and(|flush| flush.ok));
    let written = passes
        .iter()
        .all(|pass| pass.unwritable.count == 0 && pass.written == pass.range.length);
    let whole = passes
        .iter()
        .all(|pass| pass.range.start.0 == 0 && pass.range.length == record.medium.capacity);
    let read = record.verification.last.measured();
    let equal = read.is_some_and(|read| {
        let real = !matches!(read.read, ReadPath::Cached { .. });
        real && read.compared == read.planned
            && read.mismatched.0 == 0
            && read.mismatches.count == 0
            && read.unreadable.count == 0
    });
    let look = record.verification.second_look.measured();
    let quiet = look.is_some_and(|look| {
        look.intrusions.is_empty() && look.mismatched.0 == 0 && look.unreadable.count == 0
    });
    let complete = passes.len() == usize::from(record.method.passes) && !passes.is_empty();
    let found = [
        (
            record.ending == Ending::Completed && record.reasons.is_empty(),
            "ending",
        ),
        (complete && written && whole, "written"),
        (flushed, "flushed"),
        (equal, "read-back"),
        (quiet, "second-look"),
    ];
    found
        .into_iter()
        .find_map(|(holds, what)| (!holds).then_some(what))
}

fn slip_check(
    slip: Option<&[u8]>,
    record: &ErasureRecord,
    envelope: &Envelope,
    digest: Digest,
    good: &[Fingerprint],
    roster: &Roster,
) -> Check {
    let Some(bytes) = slip else {
        return Check::SlipMissing;
    };
    let Ok(file) = SlipFile::parse(bytes) else {
        return Check::SlipBad;
    };
    let same = file.slip() == Slip::of(record, digest).encode();
    let owners = |signatures: &[SignedBy]| {
        signatures
            .iter()
            .map(|signed| signed.fingerprint)
            .collect::<Vec<_>>()
    };
    let same_people = owners(file.signatures()) == owners(envelope.signatures());
    let verifies = |signed: &SignedBy| {
        let member = roster.by_fingerprint(&signed.fingerprint);
        member.is_some_and(|member| {
            file.check(&member.identity.signing_key(), &signed.signature)
                .is_ok()
        })
    };
    let checkable = file
        .signatures()
        .iter()
        .filter(|signed| good.contains(&signed.fingerprint));
    if same && same_people && checkable.into_iter().all(verifies) {
        Check::SlipGood
    } else {
        Check::SlipBad
    }
}

fn slip_people(
    slip: &Slip,
    file: &SlipFile,
    good: &[Fingerprint],
    roster: &Roster,
    now: Timestamp,
    checks: &mut Vec<Check>,
) {
    let order: Vec<Fingerprint> = slip.signers.iter().map(|(_, fingerprint)| *fingerprint).collect();
    checks.extend(order_check(file.signatures(), &order));
    for (role, fingerprint) in &slip.signers {
        let member = roster.by_fingerprint(fingerprint);
        let name = member.map_or_else(|| fingerprint.to_string(), |member| member.identity.name.clone());
        let standing = roster.standing(fingerprint, *role, slip.ended, now, None);
        checks.extend(person(
            *role,
            &name,
            fingerprint,
            file.signatures(),
            good,
            standing,
        ));
    }
}

/// Whether a named person has signed, and was entitled to. A signature that does not verify was told
/// before.
fn person(
    role: Role,
    name: &str,
    fingerprint: &Fingerprint,
    signatures: &[SignedBy],
    good: &[Fingerprint],
    standing: Standing,
) -> Vec<Check> {
    let mut checks = Vec::new();
    if good.contains(fingerprint) {
        checks.push(Check::Signature {
            role,
            name: name.to_owned(),
        });
    } else if signatures
        .iter()
        .all(|signature| signature.fingerprint != *fingerprint)
    {
        checks.push(Check::Pending {
            role,
            name: name.to_owned(),
        });
    }
    checks.push(Check::Entitlement {
        role,
        name: name.to_owned(),
        standing,
    });
    checks
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::records::identity::tests::person;
    use crate::records::roster::tests::at;
    use crate::records::{MemberChange, Revocation, RevocationReason, RosterDraft, UnlockedIdentity};

    const NOW: &str = "2026-11-21T12:00:00+09:00";

    /// A good record of an erasure, its handler and its witness.
    pub(crate) fn record() -> (ErasureRecord, UnlockedIdentity, UnlockedIdentity) {
        let number = crate::records::CertificateNumber::new("OTR1", "20261121", 7).unwrap();
        let text = include_str!("../../tests/vectors/records/erasure.payload.json")
            .replace("OTR1-20261121-7-?", number.as_str());
        let mut record = ErasureRecord::parse(text.as_bytes()).unwrap();
        let (handler, witness) = (person("handler"), person("witness"));
        record.signers[0].fingerprint = handler.public().fingerprint();
        record.signers[1].fingerprint = witness.public().fingerprint();
        (record, handler, witness)
    }

    fn sign(record: &ErasureRecord, people: &[&UnlockedIdentity]) -> (Envelope, SlipFile) {
        let mut envelope = record.to_envelope();
        let mut slip = SlipFile::new(&Slip::of(record, envelope.digest()));
        for person in people {
            envelope.sign(person, &record.order_of_signers()).unwrap();
            slip.sign(person, &record.order_of_signers()).unwrap();
        }
        (envelope, slip)
    }

    /// The same, signed by both.
    pub(crate) fn signed() -> (Envelope, SlipFile, UnlockedIdentity, UnlockedIdentity) {
        let (record, handler, witness) = record();
        let (envelope, slip) = sign(&record, &[&handler, &witness]);
        (envelope, slip, handler, witness)
    }

    fn standing(people: &[(&UnlockedIdentity, Role)], revoked: Option<(&str, &str)>) -> RosterStanding {
        let issuer = person("issuer");
        let (from, next) = (at("2026-01-01T00:00:00+09:00"), at("2027-01-01T00:00:00+09:00"));
        let mut draft = RosterDraft::first(issuer.public(), "試験県", from, next).unwrap();
        for (person, role) in people {
            let identity = person.public().clone();
            draft
                .enter(MemberChange {
                    identity,
                    roles: vec![*role],
                    posts: vec![],
                    groups: vec![],
                    from,
                    until: None,
                })
                .unwrap();
        }
        if let Some((id, day)) = revoked {
            let effective_from = at(day);
            draft
                .revoke(
                    id,
                    Revocation {
                        at: effective_from,
                        effective_from,
                        reason: RevocationReason::Left,
                    },
                )
                .unwrap();
        }
        RosterStanding::Pinned(Box::new(draft.issue(&issuer).unwrap()))
    }

    fn verify(
        envelope: &Envelope,
        slip: Option<&SlipFile>,
        standing: &RosterStanding,
    ) -> VerifyReport<ErasureRecord> {
        let slip = slip.map(SlipFile::encode);
        verify_erasure(envelope, slip.as_deref(), standing, at(NOW), &[], false)
    }

    #[test]
    fn a_good_record_passes_every_check() {
        let (envelope, slip, handler, witness) = signed();
        let roster = standing(&[(&handler, Role::Handler), (&witness, Role::Witness)], None);
        let report = verify(&envelope, Some(&slip), &roster);
        assert_eq!(report.worst(), CheckResult::Passed, "{:?}", report.checks);
        assert_eq!(
            report.content.unwrap().content().number.as_str(),
            record().0.number.as_str()
        );
    }

    #[test]
    fn every_changed_byte_of_a_record_is_false() {
        let (envelope, slip, handler, witness) = signed();
        let roster = standing(&[(&handler, Role::Handler), (&witness, Role::Witness)], None);
        let bytes = envelope.encode();
        for place in 0..bytes.len() {
            for flip in [0x01, 0x20] {
                let mut changed = bytes.clone();
                changed[place] ^= flip;
                let Ok(read) = Envelope::parse(&changed) else {
                    continue;
                };
                let report = verify(&read, Some(&slip), &roster);
                assert_eq!(
                    report.worst(),
                    CheckResult::False,
                    "byte {place}: {:?}",
                    report.checks
                );
                assert_eq!(report.content, None);
            }
        }
        let slip_bytes = slip.encode();
        for place in 0..slip_bytes.len() {
            let mut changed = slip_bytes.clone();
            changed[place] ^= 1;
            let report = verify_erasure(&envelope, Some(&changed), &roster, at(NOW), &[], false);
            assert_eq!(report.worst(), CheckResult::False, "slip byte {place}");
        }
    }

    #[test]
    fn what_is_missing_is_not_enough_but_not_false() {
        let (record, handler, witness) = record();
        let people = [(&handler, Role::Handler), (&witness, Role::Witness)];
        let (pending, slip) = sign(&record, &[&handler]);
        let expect = |envelope: &Envelope, slip: &SlipFile, standing: &RosterStanding| {
            let report = verify(envelope, Some(slip), standing);
            assert_eq!(report.worst(), CheckResult::NotEnough, "{:?}", report.checks);
        };
        expect(&pending, &slip, &standing(&people, None));
        let (both, slip) = sign(&record, &[&handler, &witness]);
        expect(&both, &slip, &standing(&people[..1], None));
        expect(
            &both,
            &slip,
            &standing(&[(&handler, Role::Handler), (&witness, Role::Handler)], None),
        );
        expect(
            &both,
            &slip,
            &standing(&people, Some(("handler", "2026-11-01T00:00:00+09:00"))),
        );
        expect(
            &both,
            &slip,
            &standing(&people, Some(("handler", "2026-11-21T11:00:00+09:00"))),
        );
        expect(&both, &slip, &RosterStanding::Absent);
        let pinned = standing(&people, None);
        expect(
            &both,
            &slip,
            &RosterStanding::Unpinned(Box::new(pinned.roster().unwrap().clone())),
        );
        let mut specimen = record.clone();
        specimen.specimen = true;
        let (specimen, slip) = sign(&specimen, &[&handler, &witness]);
        expect(&specimen, &slip, &pinned);
    }

    #[test]
    fn evidence_counts_only_from_somebody_else_and_in_time() {
        let (envelope, slip, handler, witness) = signed();
        let clerk = person("clerk");
        let people = [
            (&handler, Role::Handler),
            (&witness, Role::Witness),
            (&clerk, Role::Accepter),
        ];
        let roster = standing(&people, Some(("handler", "2026-11-21T11:00:00+09:00")));
        let judge = |by: &UnlockedIdentity, seen: &str| {
            let evidence = Evidence {
                record: envelope.digest(),
                seen: at(seen),
                by: by.public().fingerprint(),
            };
            verify_erasure(
                &envelope,
                Some(&slip.encode()),
                &roster,
                at(NOW),
                &[evidence],
                false,
            )
            .worst()
        };
        assert_eq!(judge(&clerk, "2026-11-21T10:30:00+09:00"), CheckResult::Passed);
        assert_eq!(judge(&clerk, "2026-11-21T11:30:00+09:00"), CheckResult::NotEnough);
        assert_eq!(
            judge(&witness, "2026-11-21T10:30:00+09:00"),
            CheckResult::NotEnough
        );
        assert_eq!(
            judge(&person("nobody"), "2026-11-21T10:30:00+09:00"),
            CheckResult::NotEnough
        );
    }

    #[test]
    fn a_signature_from_another_record_is_false() {
        let (mut record, handler, witness) = record();
        let roster = standing(&[(&handler, Role::Handler), (&witness, Role::Witness)], None);
        let (first, slip) = sign(&record, &[&handler, &witness]);
        record.place = Some("別の場所".into());
        let (second, _) = sign(&record, &[&handler, &witness]);
        let signature =
            |envelope: &Envelope| data_encoding::BASE64.encode(envelope.signatures()[1].signature.bytes());
        let text = String::from_utf8(first.encode())
            .unwrap()
            .replace(&signature(&first), &signature(&second));
        let report = verify(&Envelope::parse(text.as_bytes()).unwrap(), Some(&slip), &roster);
        assert_eq!(report.worst(), CheckResult::False);
    }

    #[test]
    fn a_verdict_that_its_measurements_do_not_bear_is_false() {
        let (record, handler, witness) = record();
        let roster = standing(&[(&handler, Role::Handler), (&witness, Role::Witness)], None);
        type Lie = fn(&mut ErasureRecord);
        let lies: [(&str, Lie); 7] = [
            ("ending", |record| record.ending = Ending::Stopped),
            ("written", |record| record.passes[0].written.0 -= 1),
            ("written", |record| record.medium.capacity.0 += 512),
            ("flushed", |record| record.passes[0].flushes.clear()),
            ("read-back", |record| {
                record.verification.last =
                    crate::records::Fact::NotMeasured(crate::records::Absence::NotReached)
            }),
            ("second-look", |record| {
                record.verification.second_look =
                    crate::records::Fact::NotMeasured(crate::records::Absence::NotReached)
            }),
            ("policy-met", |record| {
                record.order.required = crate::records::Level::Purge
            }),
        ];
        for (what, lie) in lies {
            let mut lying = record.clone();
            lie(&mut lying);
            let (envelope, slip) = sign(&lying, &[&handler, &witness]);
            let report = verify(&envelope, Some(&slip), &roster);
            assert!(
                report.checks.contains(&Check::Inconsistent { what }),
                "{what}: {:?}",
                report.checks
            );
            assert_eq!(report.worst(), CheckResult::False);
        }
    }

    #[test]
    fn a_signer_goes_under_the_name_of_the_roster() {
        let (mut record, handler, witness) = record();
        let roster = standing(&[(&handler, Role::Handler), (&witness, Role::Witness)], None);
        record.signers[1].name = "知事".into();
        let (envelope, slip) = sign(&record, &[&handler, &witness]);
        let report = verify(&envelope, Some(&slip), &roster);
        assert_eq!(report.worst(), CheckResult::NotEnough);
        assert!(
            report
                .checks
                .iter()
                .any(|check| matches!(check, Check::NamedOtherwise { .. }))
        );
    }

    #[test]
    fn a_slip_stands_on_its_own() {
        let (_, slip, handler, witness) = signed();
        let roster = standing(&[(&handler, Role::Handler), (&witness, Role::Witness)], None);
        let report = verify_slip(&slip, &roster, at(NOW), false);
        assert_eq!(report.worst(), CheckResult::Passed);
        assert_eq!(report.content.unwrap().content().verdict, Verdict::Erased);
        assert_eq!(
            verify_slip(&slip, &RosterStanding::Absent, at(NOW), false).worst(),
            CheckResult::NotEnough
        );
    }
}
