//! Whether a record is genuine and signed by entitled people (DESIGN §6.1, §6.2).
//!
//! Signatures are checked before the payload is read; each check leaves a [`Check`], so that a person
//! can see what was looked at and what came out.

use crate::crypto::{Digest, Fingerprint};
use crate::units::Timestamp;

use super::envelope::SignedBy;
use super::evidence::existed_by;
use super::people::{Signatures, roster_checks};
use super::work::{SignatureVerified, WorkRecord};
use super::{
    AnySlip, Check, CheckResult, DeliveryRecord, Envelope, ErasureRecord, Evidence, Identity, Kind,
    MOST_RESUME_BYTES, PartialRecord, RecordError, ResumeState, Role, Roster, RosterStanding, SlipFile,
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
    verify_record(envelope, slip, standing, now, evidence, specimen_allowed)
}

/// Verifies a delivery record, as [`verify_erasure`] does an erasure's. The package itself is not looked at:
/// whether the volumes beside it are those that it names is for the caller to compare.
#[must_use]
pub fn verify_delivery(
    envelope: &Envelope,
    slip: Option<&[u8]>,
    standing: &RosterStanding,
    now: Timestamp,
    evidence: &[Evidence],
    specimen_allowed: bool,
) -> VerifyReport<DeliveryRecord> {
    verify_record(envelope, slip, standing, now, evidence, specimen_allowed)
}

/// Verifies a record of a partial erasure, as [`verify_erasure`] does an erasure's. Its annex is not looked at: [`Annex::matches`](super::Annex::matches).
#[must_use]
pub fn verify_partial(
    envelope: &Envelope,
    slip: Option<&[u8]>,
    standing: &RosterStanding,
    now: Timestamp,
    evidence: &[Evidence],
    specimen_allowed: bool,
) -> VerifyReport<PartialRecord> {
    verify_record(envelope, slip, standing, now, evidence, specimen_allowed)
}

/// Verifies a record of work of any kind.
#[must_use]
pub fn verify_record<R: WorkRecord>(
    envelope: &Envelope,
    slip: Option<&[u8]>,
    standing: &RosterStanding,
    now: Timestamp,
    evidence: &[Evidence],
    specimen_allowed: bool,
) -> VerifyReport<R> {
    let digest = envelope.digest();
    let mut checks = vec![Check::ExactForm];
    roster_checks(standing, now, &mut checks);
    let signatures = Signatures::check(
        envelope.signatures(),
        standing.roster(),
        &mut checks,
        &|key, signed| envelope.check(&key.signing_key(), &signed.signature).is_ok(),
    );
    let read = |payload: &[u8]| R::read(payload, SignatureVerified::here());
    let (roster, record) = match read_signed(envelope, standing, &signatures, &checks, R::KIND, read) {
        Ok(read) => read,
        Err(check) => {
            checks.extend(check);
            return concluded(digest, checks, None);
        }
    };
    let existed_by = existed_by(evidence, &digest, record.signers(), roster, now);
    checks.extend(signatures.under_record(&record, roster, now, existed_by));
    checks.push(record.consistency());
    checks.push(slip_check(slip, &record, envelope, signatures.good(), roster));
    if record.is_specimen() {
        checks.push(Check::Specimen {
            allowed: specimen_allowed,
        });
    }
    concluded(digest, checks, Some(record))
}

/// The content, read only once a signature of somebody known has verified and none is false. Otherwise the
/// check that says why not, where none has said so before.
fn read_signed<'a, R>(
    envelope: &Envelope,
    standing: &'a RosterStanding,
    signatures: &Signatures<'_>,
    checks: &[Check],
    kind: Kind,
    read: impl Fn(&[u8]) -> Result<R, RecordError>,
) -> Result<(&'a Roster, R), Option<Check>> {
    if any_false(checks) {
        return Err(None);
    }
    let roster = standing
        .roster()
        .filter(|_| !signatures.good().is_empty() && envelope.kind() == Some(kind))
        .ok_or(Some(Check::NothingVerified))?;
    let record = read(envelope.payload()).map_err(|error| {
        Some(Check::BadPayload {
            detail: error.to_string(),
        })
    })?;
    Ok((roster, record))
}

/// Content only where nothing is false.
fn concluded<T>(digest: Digest, checks: Vec<Check>, content: Option<T>) -> VerifyReport<T> {
    let content = content
        .filter(|_| !any_false(&checks))
        .map(|content| Verified { content, digest });
    VerifyReport {
        digest,
        checks,
        content,
    }
}

fn any_false(checks: &[Check]) -> bool {
    checks.iter().any(|check| check.result() == CheckResult::False)
}

/// The content of a record that nobody but `people` signed, each of whose signatures verifies, with its
/// slip signed by the same. For those who hold the keys themselves and need no roster to know them.
#[must_use]
pub fn verified_by<R: WorkRecord>(
    envelope: &Envelope,
    slip: &SlipFile,
    people: &[&Identity],
) -> Option<Verified<R>> {
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
    if !all || envelope.kind() != Some(R::KIND) {
        return None;
    }
    let content = R::read(envelope.payload(), SignatureVerified::here()).ok()?;
    let digest = envelope.digest();
    let one_act = owners(slip.signatures()) == owners(envelope.signatures());
    let same = slip.slip() == content.slip(digest).encode();
    let sound = content.consistency().result() != CheckResult::False;
    (one_act && same && sound).then_some(Verified { content, digest })
}

/// The content of a resume state that `handler` alone signed. For the handler who goes on from it and holds
/// the key: no roster is asked.
///
/// # Errors
/// [`RecordError::TooLarge`], [`RecordError::Malformed`], [`RecordError::WrongKind`]; another person's state
/// ([`RecordError::NotNamed`]); [`RecordError::BadSignature`].
pub fn resume_by(bytes: &[u8], handler: &Identity) -> Result<Verified<ResumeState>, RecordError> {
    if bytes.len() > MOST_RESUME_BYTES {
        return Err(RecordError::TooLarge {
            what: "resume state",
            bound: MOST_RESUME_BYTES,
        });
    }
    let envelope = Envelope::parse(bytes)?;
    if envelope.kind() != Some(Kind::Resume) {
        return Err(RecordError::WrongKind {
            expected: "resume state",
            found: envelope.payload_type().to_owned(),
        });
    }
    let own = handler.fingerprint();
    let not_named = || RecordError::NotNamed {
        id: handler.id.clone(),
        role: Role::Handler.name(),
    };
    let [signed] = envelope.signatures() else {
        return Err(not_named());
    };
    if signed.fingerprint != own {
        return Err(not_named());
    }
    let verified = envelope.check(&handler.signing_key(), &signed.signature);
    verified.map_err(|_| RecordError::BadSignature {
        who: handler.id.clone(),
    })?;
    let content = ResumeState::parse(envelope.payload())?;
    if content.order_of_signers() != [own] {
        return Err(not_named());
    }
    let digest = envelope.digest();
    Ok(Verified { content, digest })
}

/// Looks at a resume state as `keshiin verify` does. Genuine or not, it is no certificate.
#[must_use]
pub fn verify_resume(
    envelope: &Envelope,
    standing: &RosterStanding,
    now: Timestamp,
    specimen_allowed: bool,
) -> VerifyReport<ResumeState> {
    let digest = envelope.digest();
    let mut checks = vec![Check::ExactForm, Check::NoCertificate];
    roster_checks(standing, now, &mut checks);
    let signatures = Signatures::check(
        envelope.signatures(),
        standing.roster(),
        &mut checks,
        &|key, signed| envelope.check(&key.signing_key(), &signed.signature).is_ok(),
    );
    let read = |payload: &[u8]| ResumeState::parse(payload);
    let (roster, state) = match read_signed(envelope, standing, &signatures, &checks, Kind::Resume, read) {
        Ok(read) => read,
        Err(check) => {
            checks.extend(check);
            return concluded(digest, checks, None);
        }
    };
    checks.extend(signatures.under_payload(&state.signers, state.saved, roster, now, None));
    if state.specimen {
        checks.push(Check::Specimen {
            allowed: specimen_allowed,
        });
    }
    concluded(digest, checks, Some(state))
}

fn owners(signatures: &[SignedBy]) -> Vec<Fingerprint> {
    signatures.iter().map(|signed| signed.fingerprint).collect()
}

/// Verifies a slip by itself, as it comes from paper.
#[must_use]
pub fn verify_slip(
    file: &SlipFile,
    standing: &RosterStanding,
    now: Timestamp,
    specimen_allowed: bool,
) -> VerifyReport<AnySlip> {
    let mut checks = vec![Check::ExactForm];
    roster_checks(standing, now, &mut checks);
    let signatures = Signatures::check(
        file.signatures(),
        standing.roster(),
        &mut checks,
        &|key, signed| file.check(&key.signing_key(), &signed.signature).is_ok(),
    );
    let nothing = Digest::of(&[file.slip()]);
    let known = !signatures.good().is_empty() && !any_false(&checks);
    let Some(roster) = standing.roster().filter(|_| known) else {
        checks.push(Check::NothingVerified);
        return concluded(nothing, checks, None);
    };
    let slip = match AnySlip::parse(file.slip()) {
        Ok(slip) => slip,
        Err(error) => {
            checks.push(Check::BadPayload {
                detail: error.to_string(),
            });
            return concluded(nothing, checks, None);
        }
    };
    checks.extend(signatures.under_slip(&slip, roster, now));
    if slip.specimen() {
        checks.push(Check::Specimen {
            allowed: specimen_allowed,
        });
    }
    concluded(slip.digest(), checks, Some(slip))
}

fn slip_check<R: WorkRecord>(
    slip: Option<&[u8]>,
    record: &R,
    envelope: &Envelope,
    good: &[Fingerprint],
    roster: &Roster,
) -> Check {
    let Some(bytes) = slip else {
        return Check::SlipMissing;
    };
    let Ok(file) = SlipFile::parse(bytes) else {
        return Check::SlipBad;
    };
    let same = file.slip() == record.slip(envelope.digest()).encode();
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::records::identity::tests::person;
    use crate::records::roster::tests::at;
    use crate::records::{
        Ending, MemberChange, Revocation, RevocationReason, Role, RosterDraft, Slip, UnlockedIdentity,
        Verdict,
    };

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
        let mut slip = SlipFile::new(Slip::of(record, envelope.digest()));
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

    /// A believed roster with those people, from the beginning of 2026.
    pub(crate) fn standing(
        people: &[(&UnlockedIdentity, Role)],
        revoked: Option<(&str, &str)>,
    ) -> RosterStanding {
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
        let AnySlip::Erasure(slip_read) = report.content.unwrap().content().clone() else {
            panic!("an erasure's slip")
        };
        assert_eq!(slip_read.verdict, Verdict::Erased);
        assert_eq!(
            verify_slip(&slip, &RosterStanding::Absent, at(NOW), false).worst(),
            CheckResult::NotEnough
        );
    }
}
