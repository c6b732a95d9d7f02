//! 署名者名簿: begun, changed, read.

use std::path::{Path, PathBuf};

use crate::records::{
    IdentityFile, MemberChange, RecordError, Revocation, RevocationReason, Role, Roster, RosterDraft,
    RosterStanding, TrustRefusal,
};
use crate::units::Timestamp;

use super::files::{self, Privacy};
use super::{ClockWitness, Lent, Refusal, UsageFault, WorkflowError, chores, people, press};

/// Days until the next edition is due unless another day is given.
const NEXT_UPDATE_DAYS: i64 = 366;

/// Somebody to be entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewMember {
    /// The public identity.
    pub identity: PathBuf,
    /// Roles by name.
    pub roles: Vec<String>,
    /// Posts 職.
    pub posts: Vec<String>,
    /// Groups 受領部署.
    pub groups: Vec<String>,
    /// From which day on (`yyyy-mm-dd` or a timestamp); else from now.
    pub from: Option<String>,
    /// Until which day, that day included.
    pub until: Option<String>,
}

/// Somebody whose keys are to be revoked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRevocation {
    /// The person.
    pub id: String,
    /// `left`, `superseded` or `compromised`.
    pub reason: String,
    /// From which day on; else from now.
    pub effective_from: Option<String>,
}

/// Begins a roster and pins its issuer on this machine.
///
/// # Errors
/// Another pinned issuer, a file that exists, a wrong passphrase.
pub fn new_roster(
    issuer: &Path,
    organisation: &str,
    next_update: Option<&str>,
    out: &Path,
    lent: &mut Lent<'_>,
) -> Result<Roster, WorkflowError> {
    let now = lent.clock.now();
    let due = due(next_update, now)?;
    let mut refusals = Vec::new();
    refusals.extend(chores::judge_clock(now, &[(ClockWitness::Build, Some(lent.built))]).err());
    if out.exists() {
        refusals.push(Refusal::Exists { path: out.to_owned() });
    }
    let key = people::read_key(issuer)?;
    refusals.extend(other_pin(&key, lent)?);
    if !refusals.is_empty() {
        return Err(WorkflowError::Refused(refusals));
    }
    let unlocked = people::unlock(&key, issuer, lent)?;
    // The roster's usual place is the home, which need not be there yet.
    files::make_folder(lent.home.folder(), lent.owner)?;
    let draft = RosterDraft::first(key.public(), organisation, now, due).map_err(WorkflowError::refusing)?;
    let roster = draft.issue(&unlocked.identity).map_err(WorkflowError::refusing)?;
    files::write_new(out, &roster.encode(), Privacy::Shared, lent.owner)?;
    lent.home.pin_issuer(key.public(), lent.owner)?;
    lent.home.remember(&roster, lent.owner)?;
    Ok(roster)
}

/// Enters somebody in the next edition.
///
/// # Errors
/// A roster that is not the issuer's newest, roles that do not exist, an id with other keys.
pub fn add_member(
    roster: &Path,
    issuer: &Path,
    member: &NewMember,
    next_update: Option<&str>,
    lent: &mut Lent<'_>,
) -> Result<Roster, WorkflowError> {
    let now = lent.clock.now();
    let roles = member
        .roles
        .iter()
        .map(|name| Role::parse(name).ok_or_else(|| value("--role", name)))
        .collect::<Result<Vec<_>, _>>();
    let mut roles = roles.map_err(|fault| WorkflowError::Usage(vec![fault]))?;
    roles.sort_unstable();
    roles.dedup();
    let change = MemberChange {
        identity: people::read_identity(&member.identity)?,
        roles,
        posts: member.posts.clone(),
        groups: member.groups.clone(),
        from: member
            .from
            .as_deref()
            .map_or(Ok(now), |text| day("--from", text, now, 0))?,
        until: member
            .until
            .as_deref()
            .map(|text| day("--until", text, now, 1))
            .transpose()?,
    };
    next_edition(roster, issuer, next_update, lent, |draft| draft.enter(change))
}

/// Ends the trust in somebody's keys in the next edition.
///
/// # Errors
/// A roster that is not the issuer's newest, nobody of that id.
pub fn revoke_member(
    roster: &Path,
    issuer: &Path,
    revocation: &NewRevocation,
    next_update: Option<&str>,
    lent: &mut Lent<'_>,
) -> Result<Roster, WorkflowError> {
    let now = lent.clock.now();
    let reason = RevocationReason::parse(&revocation.reason);
    let reason = reason.ok_or_else(|| WorkflowError::Usage(vec![value("--reason", &revocation.reason)]))?;
    let effective_from = revocation
        .effective_from
        .as_deref()
        .map_or(Ok(now), |text| day("--effective-from", text, now, 0))?;
    next_edition(roster, issuer, next_update, lent, |draft| {
        draft.revoke(
            &revocation.id,
            Revocation {
                at: now,
                effective_from,
                reason,
            },
        )
    })
}

/// Admits an office's own print template in the next edition.
///
/// # Errors
/// A roster that is not the issuer's newest; a file that is no template. What it makes is not tried: it may be
/// for certificates, lists or labels.
pub fn admit_template(
    roster: &Path,
    issuer: &Path,
    template: &Path,
    next_update: Option<&str>,
    lent: &mut Lent<'_>,
) -> Result<Roster, WorkflowError> {
    let digest = press::template_digest(&press::own_template(template)?);
    next_edition(roster, issuer, next_update, lent, |draft| {
        draft.admit(digest);
        Ok(())
    })
}

/// Reads a roster and says whether it is believed here.
///
/// # Errors
/// A roster that is refused.
pub fn read_roster(path: &Path, lent: &Lent<'_>) -> Result<RosterStanding, WorkflowError> {
    let bytes = files::read(path, crate::records::MOST_RECORD_BYTES)?;
    people::judge_roster(&bytes, lent)?.map_err(|error| refuse_roster(path, error))
}

fn next_edition(
    path: &Path,
    issuer: &Path,
    next_update: Option<&str>,
    lent: &mut Lent<'_>,
    change: impl FnOnce(&mut RosterDraft) -> Result<(), RecordError>,
) -> Result<Roster, WorkflowError> {
    let now = lent.clock.now();
    let due = due(next_update, now)?;
    let key = people::read_key(issuer)?;
    let bytes = files::read(path, crate::records::MOST_RECORD_BYTES)?;
    let seen = lent.home.seen()?;
    let standing = crate::records::believe(&bytes, Some(key.public()), &seen)
        .map_err(|error| refuse_roster(path, error))?;
    let roster = standing
        .pinned()
        .ok_or(WorkflowError::Internal { what: "roster" })?;
    let happened = [
        (ClockWitness::Build, Some(lent.built)),
        (ClockWitness::Roster, Some(roster.content().issued_at)),
    ];
    chores::judge_clock(now, &happened)?;
    let mut draft = roster.next(now, due);
    change(&mut draft).map_err(WorkflowError::refusing)?;
    let unlocked = people::unlock(&key, issuer, lent)?;
    let next = draft.issue(&unlocked.identity).map_err(WorkflowError::refusing)?;
    files::replace(path, &next.encode(), Privacy::Shared, lent.owner)?;
    lent.home.remember(&next, lent.owner)?;
    Ok(next)
}

fn other_pin(key: &IdentityFile, lent: &Lent<'_>) -> Result<Option<Refusal>, WorkflowError> {
    let pinned = lent.home.pinned_issuer()?;
    let other = pinned.filter(|pinned| pinned.fingerprint() != key.public().fingerprint());
    Ok(other.map(|pinned| Refusal::OtherIssuerPinned { id: pinned.id }))
}

fn due(next_update: Option<&str>, now: Timestamp) -> Result<Timestamp, WorkflowError> {
    match next_update {
        Some(text) => day("--next-update", text, now, 1),
        None => Timestamp::new(
            now.unix_seconds() + NEXT_UPDATE_DAYS * 86_400,
            now.offset_minutes(),
        )
        .ok_or(WorkflowError::Internal { what: "date" }),
    }
}

/// An instant from a timestamp, or the beginning of a day (`days_after` days later) at the place of
/// `now`.
fn day(
    option: &'static str,
    text: &str,
    now: Timestamp,
    days_after: i64,
) -> Result<Timestamp, WorkflowError> {
    let wrong = || WorkflowError::Usage(vec![value(option, text)]);
    if let Some(stamp) = Timestamp::parse(text) {
        return Ok(stamp);
    }
    let (sign, minutes) = (
        if now.offset_minutes() < 0 { '-' } else { '+' },
        now.offset_minutes().abs(),
    );
    let midnight = format!("{text}T00:00:00{sign}{:02}:{:02}", minutes / 60, minutes % 60);
    let midnight = Timestamp::parse(&midnight).ok_or_else(wrong)?;
    Timestamp::new(
        midnight.unix_seconds() + days_after * 86_400,
        midnight.offset_minutes(),
    )
    .ok_or_else(wrong)
}

fn value(option: &'static str, value: &str) -> UsageFault {
    UsageFault::Value {
        option,
        value: value.to_owned(),
    }
}

/// A roster that does not verify is false; one that this machine refuses for its age is refused.
fn refuse_roster(path: &Path, error: TrustRefusal) -> WorkflowError {
    let path = path.to_owned();
    match error {
        TrustRefusal::Unreadable(error) => WorkflowError::False { path, error },
        error => Refusal::Roster { path, error }.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight_of_this_place() {
        let now = Timestamp::parse("2026-11-21T14:00:00+09:00").unwrap();
        let text = |text: &str, after| day("--from", text, now, after).map(|stamp| stamp.to_string());
        assert_eq!(text("2026-12-01", 0).unwrap(), "2026-12-01T00:00:00+09:00");
        assert_eq!(text("2026-12-31", 1).unwrap(), "2027-01-01T00:00:00+09:00");
        assert_eq!(
            text("2026-12-01T05:00:00+00:00", 1).unwrap(),
            "2026-12-01T05:00:00+00:00"
        );
        assert!(matches!(text("2026-13-01", 0), Err(WorkflowError::Usage(_))));
        assert!(text("令和8年", 0).is_err());
    }
}
