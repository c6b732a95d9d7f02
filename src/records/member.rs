//! One person on a roster: roles, posts, groups, times, revocation.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use crate::units::Timestamp;

use super::{Identity, RecordError, Role, check_text};

const WHAT: &str = "roster";

/// Why a key is no longer trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationReason {
    /// The person left.
    Left,
    /// The person has other keys now.
    Superseded,
    /// Somebody else may have the key.
    Compromised,
}

impl RevocationReason {
    /// The reason of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "left" => Some(Self::Left),
            "superseded" => Some(Self::Superseded),
            "compromised" => Some(Self::Compromised),
            _ => None,
        }
    }
}

/// The end of the trust in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// When it was entered.
    pub at: Timestamp,
    /// From when on the key counts no more; may lie before `at`.
    pub effective_from: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

/// One person on the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The person and their keys, with proof of possession.
    pub identity: Identity,
    /// As what they may sign.
    pub roles: Vec<Role>,
    /// Posts 職 they hold.
    pub posts: Vec<String>,
    /// Groups 受領部署 they belong to.
    pub groups: Vec<String>,
    /// From when on.
    pub from: Timestamp,
    /// Until when (that instant is no longer included).
    pub until: Option<Timestamp>,
    /// Whether and why they may no longer.
    pub revocation: Option<Revocation>,
}

/// What is to be entered for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberChange {
    /// The person.
    pub identity: Identity,
    /// Roles to hold.
    pub roles: Vec<Role>,
    /// Posts to hold.
    pub posts: Vec<String>,
    /// Groups to belong to.
    pub groups: Vec<String>,
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub until: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMember {
    identity: String,
    roles: Vec<Role>,
    posts: Vec<String>,
    groups: Vec<String>,
    from: Timestamp,
    until: Option<Timestamp>,
    revocation: Option<Revocation>,
}

impl RawMember {
    /// A member as the payload has it.
    pub(super) fn of(member: &Member) -> Self {
        Self {
            identity: BASE64.encode(&member.identity.encode()),
            roles: member.roles.clone(),
            posts: member.posts.clone(),
            groups: member.groups.clone(),
            from: member.from,
            until: member.until,
            revocation: member.revocation,
        }
    }
}

impl Member {
    pub(super) fn check(&self) -> Result<(), RecordError> {
        self.posts
            .iter()
            .try_for_each(|post| check_text("post", post, 100))?;
        self.groups
            .iter()
            .try_for_each(|group| check_text("group", group, 100))?;
        let twice = self
            .roles
            .iter()
            .enumerate()
            .any(|(place, role)| self.roles[..place].contains(role));
        let backwards = self.until.is_some_and(|until| until <= self.from);
        if twice || self.roles.is_empty() || backwards {
            return Err(RecordError::malformed(WHAT, "roles or times of a member"));
        }
        Ok(())
    }

    pub(super) fn open(raw: RawMember) -> Result<Self, RecordError> {
        let bytes = BASE64
            .decode(raw.identity.as_bytes())
            .map_err(|_| RecordError::malformed(WHAT, "identity is not base64"))?;
        Ok(Self {
            identity: Identity::parse(&bytes)?,
            roles: raw.roles,
            posts: raw.posts,
            groups: raw.groups,
            from: raw.from,
            until: raw.until,
            revocation: raw.revocation,
        })
    }
}
