//! 署名者名簿: who may sign what, from when to when, signed by the issuer (`docs/spec/identity.md`).

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::crypto::{self, Digest, Fingerprint};
use crate::units::Timestamp;

use super::envelope::encode_line;
use super::member::{Member, MemberChange, RawMember, Revocation};
use super::trust::Standing;
use super::{Envelope, Identity, Kind, RecordError, Role, UnlockedIdentity, check_text, strict};

const WHAT: &str = "roster";
/// Most members of one roster.
const MOST_MEMBERS: usize = 10_000;

/// A roster as it was read. Whether it is believed is [`super::believe`]'s to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    draft: RosterDraft,
    envelope: Envelope,
}

/// The content of a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterDraft {
    /// What names it through all its editions: 32 hexadecimal digits.
    pub id: String,
    /// Edition, +1 at each change.
    pub serial: u64,
    /// 照合値 of the edition before.
    pub previous: Option<Digest>,
    /// Whose roster it is.
    pub organisation: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When the next edition is due at the latest.
    pub next_update: Timestamp,
    /// Made for a demonstration.
    pub specimen: bool,
    /// Who issues it.
    pub issuer: Fingerprint,
    /// The issuer's id.
    pub issuer_id: String,
    /// The people.
    pub members: Vec<Member>,
    /// Print templates that are admitted beside the built-in ones.
    pub templates: Vec<Digest>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    kind: Kind,
    version: u32,
    specimen: bool,
    roster_id: String,
    serial: u64,
    previous: Option<Digest>,
    organisation: String,
    issued_at: Timestamp,
    next_update: Timestamp,
    issuer: Fingerprint,
    issuer_id: String,
    members: Vec<RawMember>,
    templates: Vec<Digest>,
}

impl RosterDraft {
    /// The first edition of a new roster, without members.
    ///
    /// # Errors
    /// A text that may not stand on it; no randomness.
    pub fn first(
        issuer: &Identity,
        organisation: &str,
        now: Timestamp,
        next_update: Timestamp,
    ) -> Result<Self, RecordError> {
        check_text("organisation", organisation, 200)?;
        Ok(Self {
            id: HEXLOWER.encode(&crypto::random::<16>()?),
            serial: 1,
            previous: None,
            organisation: organisation.to_owned(),
            issued_at: now,
            next_update,
            specimen: issuer.specimen,
            issuer: issuer.fingerprint(),
            issuer_id: issuer.id.clone(),
            members: Vec::new(),
            templates: Vec::new(),
        })
    }

    /// Enters a person, or gives an entered person other roles and times.
    ///
    /// # Errors
    /// [`RecordError::KeysDiffer`] when the id is on the roster with other keys that are not revoked;
    /// [`RecordError::SpecimenMixed`]; texts that may not stand on it.
    pub fn enter(&mut self, change: MemberChange) -> Result<(), RecordError> {
        if change.identity.specimen != self.specimen {
            return Err(RecordError::SpecimenMixed);
        }
        change
            .posts
            .iter()
            .try_for_each(|post| check_text("post", post, 100))?;
        change
            .groups
            .iter()
            .try_for_each(|group| check_text("group", group, 100))?;
        let fingerprint = change.identity.fingerprint();
        let rival = |member: &Member| {
            member.identity.id == change.identity.id
                && member.identity.fingerprint() != fingerprint
                && member.revocation.is_none()
        };
        if self.members.iter().any(rival) {
            return Err(RecordError::KeysDiffer {
                id: change.identity.id,
            });
        }
        let MemberChange {
            identity,
            roles,
            posts,
            groups,
            from,
            until,
        } = change;
        let known = self
            .members
            .iter_mut()
            .find(|member| member.identity.fingerprint() == fingerprint);
        match known {
            Some(member) => {
                *member = Member {
                    identity,
                    roles,
                    posts,
                    groups,
                    from,
                    until,
                    revocation: member.revocation,
                }
            }
            None => self.members.push(Member {
                identity,
                roles,
                posts,
                groups,
                from,
                until,
                revocation: None,
            }),
        }
        Ok(())
    }

    /// Admits a print template by its SHA-256.
    pub fn admit(&mut self, template: Digest) {
        if !self.templates.contains(&template) {
            self.templates.push(template);
        }
    }

    /// Ends the trust in the keys of `id`.
    ///
    /// # Errors
    /// [`RecordError::NotOnRoster`] when nobody of that id is there unrevoked.
    pub fn revoke(&mut self, id: &str, revocation: Revocation) -> Result<(), RecordError> {
        let current = |member: &&mut Member| member.identity.id == id && member.revocation.is_none();
        let member = self
            .members
            .iter_mut()
            .find(current)
            .ok_or_else(|| RecordError::NotOnRoster { id: id.to_owned() })?;
        member.revocation = Some(revocation);
        Ok(())
    }

    /// Signs this edition.
    ///
    /// # Errors
    /// [`RecordError::NotTheIssuer`].
    pub fn issue(self, issuer: &UnlockedIdentity) -> Result<Roster, RecordError> {
        if issuer.public().fingerprint() != self.issuer {
            return Err(RecordError::NotTheIssuer {
                issuer: self.issuer_id,
                id: issuer.public().id.clone(),
            });
        }
        self.check()?;
        let mut bytes = encode_line(&self.payload());
        bytes.pop();
        let mut envelope = Envelope::new(Kind::Roster, bytes);
        envelope.sign(issuer, &[self.issuer])?;
        Ok(Roster {
            draft: self,
            envelope,
        })
    }

    fn payload(&self) -> Payload {
        Payload {
            kind: Kind::Roster,
            version: 1,
            specimen: self.specimen,
            roster_id: self.id.clone(),
            serial: self.serial,
            previous: self.previous,
            organisation: self.organisation.clone(),
            issued_at: self.issued_at,
            next_update: self.next_update,
            issuer: self.issuer,
            issuer_id: self.issuer_id.clone(),
            members: self.members.iter().map(RawMember::of).collect(),
            templates: self.templates.clone(),
        }
    }
}

impl Roster {
    /// Reads a roster without believing it: its form, and that each member proves possession.
    ///
    /// # Errors
    /// Not a roster, or not in its exact form.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        Self::from_envelope(Envelope::parse(bytes)?)
    }

    pub(super) fn from_envelope(envelope: Envelope) -> Result<Self, RecordError> {
        if envelope.kind() != Some(Kind::Roster) {
            return Err(RecordError::WrongKind {
                expected: "roster",
                found: envelope.payload_type().to_owned(),
            });
        }
        let payload: Payload = strict::parse(WHAT, envelope.payload())?;
        if payload.kind != Kind::Roster || payload.version != 1 || payload.serial == 0 {
            return Err(RecordError::malformed(WHAT, "kind, version or serial"));
        }
        if payload.members.len() > MOST_MEMBERS {
            return Err(RecordError::malformed(WHAT, "more than 10,000 members"));
        }
        let draft = RosterDraft {
            members: payload
                .members
                .into_iter()
                .map(Member::open)
                .collect::<Result<_, _>>()?,
            id: payload.roster_id,
            serial: payload.serial,
            previous: payload.previous,
            organisation: payload.organisation,
            issued_at: payload.issued_at,
            next_update: payload.next_update,
            specimen: payload.specimen,
            issuer: payload.issuer,
            issuer_id: payload.issuer_id,
            templates: payload.templates,
        };
        draft.check()?;
        Ok(Self { draft, envelope })
    }

    /// What it says.
    #[must_use]
    pub const fn content(&self) -> &RosterDraft {
        &self.draft
    }

    /// The signed bytes.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The bytes of its file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.envelope.encode()
    }

    /// Its 照合値.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.envelope.digest()
    }

    /// The next edition, to be changed and issued.
    #[must_use]
    pub fn next(&self, now: Timestamp, next_update: Timestamp) -> RosterDraft {
        let mut draft = self.draft.clone();
        draft.serial += 1;
        draft.previous = Some(self.digest());
        draft.issued_at = now;
        draft.next_update = next_update;
        draft
    }

    /// The member with these keys.
    #[must_use]
    pub fn by_fingerprint(&self, fingerprint: &Fingerprint) -> Option<&Member> {
        self.draft
            .members
            .iter()
            .find(|member| member.identity.fingerprint() == *fingerprint)
    }

    /// The member of that id whose keys are not revoked.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Member> {
        self.draft
            .members
            .iter()
            .find(|member| member.identity.id == id && member.revocation.is_none())
    }

    /// Whether the owner of these keys was entitled to sign as `role` at the claimed instant `at`,
    /// as things are known at `now`.
    ///
    /// `at` is the signer's own claim. Where the key is revoked or expired by `now`, that claim needs
    /// evidence by somebody else that the record existed before (`existed_by`), or anybody who has
    /// the key today could date a record back.
    #[must_use]
    pub fn standing(
        &self,
        keys: &Fingerprint,
        role: Role,
        at: Timestamp,
        now: Timestamp,
        existed_by: Option<Timestamp>,
    ) -> Standing {
        let Some(member) = self.by_fingerprint(keys) else {
            return Standing::NotListed;
        };
        if let Some(revocation) = member
            .revocation
            .filter(|revocation| revocation.effective_from <= at)
        {
            return Standing::Revoked {
                since: revocation.effective_from,
                reason: revocation.reason,
            };
        }
        if !member.roles.contains(&role) {
            return Standing::LacksRole;
        }
        if at < member.from {
            return Standing::NotYet { from: member.from };
        }
        if let Some(until) = member.until.filter(|until| *until <= at) {
            return Standing::Expired { until };
        }
        let ends = [
            member.until,
            member.revocation.map(|revocation| revocation.effective_from),
        ];
        let ended = ends.into_iter().flatten().filter(|end| *end <= now).min();
        match (ended, existed_by) {
            (None, _) => Standing::Entitled,
            (Some(end), Some(seen)) if seen < end => Standing::EntitledByEvidence { ended: end, seen },
            (Some(end), _) => Standing::NeedsEvidence { ended: end },
        }
    }
}

impl RosterDraft {
    fn check(&self) -> Result<(), RecordError> {
        check_text("organisation", &self.organisation, 200)?;
        if self.id.len() != 32 || HEXLOWER.decode(self.id.as_bytes()).is_err() {
            return Err(RecordError::malformed(WHAT, "roster_id"));
        }
        let mut seen = std::collections::HashSet::new();
        for member in &self.members {
            if !seen.insert(member.identity.fingerprint()) {
                return Err(RecordError::malformed(WHAT, "the same keys twice"));
            }
            if member.identity.specimen != self.specimen {
                return Err(RecordError::SpecimenMixed);
            }
            member.check()?;
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::records::RevocationReason;
    use crate::records::identity::tests::person;

    /// The instant `text`, for tests.
    pub(crate) fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn day(day: u8) -> Timestamp {
        at(&format!("2026-11-{day:02}T12:00:00+09:00"))
    }

    /// A roster of one handler, entitled from the 10th to the 20th.
    fn roster(revocation: Option<Revocation>) -> (Roster, Fingerprint) {
        let (issuer, handler) = (person("issuer"), person("handler"));
        let mut draft = RosterDraft::first(issuer.public(), "試験県", day(1), day(30)).unwrap();
        let keys = handler.public().fingerprint();
        draft
            .enter(change(&handler, vec![Role::Handler], Some(day(20))))
            .unwrap();
        if let Some(revocation) = revocation {
            draft.revoke("handler", revocation).unwrap();
        }
        let roster = draft.issue(&issuer).unwrap();
        assert_eq!(Roster::parse(&roster.encode()).as_ref(), Ok(&roster));
        (roster, keys)
    }

    fn change(person: &UnlockedIdentity, roles: Vec<Role>, until: Option<Timestamp>) -> MemberChange {
        MemberChange {
            identity: person.public().clone(),
            roles,
            posts: vec![],
            groups: vec![],
            from: day(10),
            until,
        }
    }

    #[test]
    fn entitlement_is_judged_at_the_claimed_time() {
        let (roster, keys) = roster(None);
        let judge = |when: u8, now: u8| roster.standing(&keys, Role::Handler, day(when), day(now), None);
        assert_eq!(judge(15, 16), Standing::Entitled);
        assert_eq!(judge(9, 16), Standing::NotYet { from: day(10) });
        assert_eq!(judge(20, 21), Standing::Expired { until: day(20) });
        assert_eq!(
            roster.standing(&keys, Role::Witness, day(15), day(16), None),
            Standing::LacksRole
        );
        let stranger = person("stranger").public().fingerprint();
        assert_eq!(
            roster.standing(&stranger, Role::Handler, day(15), day(16), None),
            Standing::NotListed
        );
    }

    #[test]
    fn a_date_before_the_end_needs_evidence_after_the_end() {
        let (plain, keys) = roster(None);
        let judge = |seen: Option<u8>| plain.standing(&keys, Role::Handler, day(15), day(25), seen.map(day));
        assert_eq!(judge(None), Standing::NeedsEvidence { ended: day(20) });
        assert_eq!(judge(Some(21)), Standing::NeedsEvidence { ended: day(20) });
        assert_eq!(
            judge(Some(16)),
            Standing::EntitledByEvidence {
                ended: day(20),
                seen: day(16)
            }
        );

        let compromised = Revocation {
            at: day(18),
            effective_from: day(14),
            reason: RevocationReason::Compromised,
        };
        let (revoked, keys) = roster(Some(compromised));
        let judge = |when: u8, seen: Option<u8>| {
            revoked.standing(&keys, Role::Handler, day(when), day(19), seen.map(day))
        };
        assert_eq!(
            judge(15, Some(13)),
            Standing::Revoked {
                since: day(14),
                reason: RevocationReason::Compromised
            }
        );
        assert_eq!(judge(13, None), Standing::NeedsEvidence { ended: day(14) });
        assert_eq!(
            judge(13, Some(13)),
            Standing::EntitledByEvidence {
                ended: day(14),
                seen: day(13)
            }
        );
    }

    #[test]
    fn editions_follow_one_another() {
        let (issuer, first, second) = (person("issuer"), person("tanaka"), person("tanaka"));
        let mut draft = RosterDraft::first(issuer.public(), "試験県", day(1), day(30)).unwrap();
        draft.enter(change(&first, vec![Role::Handler], None)).unwrap();
        assert!(matches!(
            draft.clone().issue(&first),
            Err(RecordError::NotTheIssuer { .. })
        ));
        assert!(matches!(
            draft.enter(change(&second, vec![Role::Handler], None)),
            Err(RecordError::KeysDiffer { .. })
        ));
        let edition = draft.issue(&issuer).unwrap();
        let mut next = edition.next(day(2), day(30));
        assert_eq!((next.serial, next.previous), (2, Some(edition.digest())));
        next.revoke(
            "tanaka",
            Revocation {
                at: day(2),
                effective_from: day(2),
                reason: RevocationReason::Superseded,
            },
        )
        .unwrap();
        next.enter(change(&second, vec![Role::Handler], None)).unwrap();
        assert!(matches!(
            next.revoke(
                "sato",
                Revocation {
                    at: day(2),
                    effective_from: day(2),
                    reason: RevocationReason::Left
                }
            ),
            Err(RecordError::NotOnRoster { .. })
        ));
        assert_eq!(
            next.issue(&issuer)
                .unwrap()
                .by_id("tanaka")
                .unwrap()
                .identity
                .fingerprint(),
            second.public().fingerprint()
        );
    }
}
