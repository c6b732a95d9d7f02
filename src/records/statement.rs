//! What all payloads share: their kind, the people they name, the texts they may hold.

use serde::{Deserialize, Serialize};

use crate::crypto::Fingerprint;

use super::envelope::MOST_SIGNATURES;
use super::error::TextProblem;
use super::{Fact, Identity, RecordError};

/// A kind of record that this version knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// A person's public keys, signed by themselves.
    Identity,
    /// Who may sign what.
    Roster,
    /// An erasure of a medium.
    Erasure,
    /// Which page was printed from which records.
    Print,
    /// A delivery of a sealed package.
    Delivery,
    /// What an interrupted erasure goes on from.
    Resume,
    /// An erasure of files or free space: of no medium.
    PartialErasure,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Identity,
        Self::Roster,
        Self::Erasure,
        Self::Print,
        Self::Delivery,
        Self::Resume,
        Self::PartialErasure,
    ];

    /// Its name in `payloadType`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Roster => "roster",
            Self::Erasure => "erasure",
            Self::Print => "print",
            Self::Delivery => "delivery",
            Self::Resume => "resume",
            Self::PartialErasure => "partial-erasure",
        }
    }

    /// The `payloadType` of version 1 of this kind.
    #[must_use]
    pub fn payload_type(self) -> String {
        format!("application/vnd.keshiin.{}.v1+json", self.name())
    }

    /// The kind that a `payloadType` names.
    #[must_use]
    pub fn of_payload_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.payload_type() == text)
    }
}

/// As what somebody signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 作業担当者: who did it.
    Handler,
    /// 作業責任者: who answers for it.
    Supervisor,
    /// 立会人: who saw it.
    Witness,
    /// 承認者: who allowed it beforehand.
    Approver,
    /// 確認者: who decides about a finished erasure.
    Accepter,
    /// 送付者: who hands data over.
    Sender,
    /// 受領者: who takes it.
    Recipient,
    /// 名簿管理者: who says who may sign.
    Issuer,
}

impl Role {
    /// All roles, in the order of their slip numbers.
    pub const ALL: [Self; 8] = [
        Self::Handler,
        Self::Supervisor,
        Self::Witness,
        Self::Approver,
        Self::Accepter,
        Self::Sender,
        Self::Recipient,
        Self::Issuer,
    ];

    /// Its name on the command line and in payloads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Handler => "handler",
            Self::Supervisor => "supervisor",
            Self::Witness => "witness",
            Self::Approver => "approver",
            Self::Accepter => "accepter",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Issuer => "issuer",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Its number on the slip, from 1.
    #[must_use]
    pub fn slip_number(self) -> u8 {
        (1..)
            .zip(Self::ALL)
            .find_map(|(number, role)| (role == self).then_some(number))
            .unwrap_or(0)
    }
}

/// A person whom a payload names as one of its signers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignerClaim {
    /// As what.
    pub role: Role,
    /// The person's id.
    pub id: String,
    /// The name as typed.
    pub name: String,
    /// The organisation.
    pub organisation: String,
    /// Title or post.
    pub title: Option<String>,
    /// What names the person's keys.
    pub fingerprint: Fingerprint,
    /// The key was opened without a person at the keyboard (`--passphrase-file`).
    pub unattended: bool,
}

impl SignerClaim {
    /// Names `identity` as a signer.
    #[must_use]
    pub fn new(role: Role, identity: &Identity, unattended: bool) -> Self {
        Self {
            role,
            id: identity.id.clone(),
            name: identity.name.clone(),
            organisation: identity.organisation.clone(),
            title: identity.title.clone(),
            fingerprint: identity.fingerprint(),
            unattended,
        }
    }

    /// Checks the texts that name the person.
    fn check(&self) -> Result<(), RecordError> {
        check_id("signers.id", &self.id)?;
        check_text("signers.name", &self.name, 100)?;
        check_text("signers.organisation", &self.organisation, 200)?;
        check_optional("signers.title", self.title.as_ref(), 100)
    }

    /// Checks that there are signers, each of them once, and that the `first` comes first.
    pub(super) fn check_all(what: &'static str, all: &[Self], first: Role) -> Result<(), RecordError> {
        let twice = |place: usize| {
            let before = all[..place].iter();
            before
                .map(|one| one.fingerprint)
                .any(|key| key == all[place].fingerprint)
        };
        if all.is_empty() || all.len() > MOST_SIGNATURES || (1..all.len()).any(twice) {
            let detail = "signers are missing, too many, or named twice";
            return Err(RecordError::malformed(what, detail));
        }
        if all.iter().map(|one| one.role).next() != Some(first) {
            let detail = format!("the first signer is not the {}", first.name());
            return Err(RecordError::malformed(what, detail));
        }
        all.iter().try_for_each(Self::check)
    }
}

/// Checks a text that people will read: not empty, at most `bound` characters, nothing invisible.
///
/// # Errors
/// [`RecordError::BadText`] with the name of the `field`.
pub fn check_text(field: &'static str, text: &str, bound: usize) -> Result<(), RecordError> {
    let problem = if text.trim().is_empty() {
        TextProblem::Empty
    } else if text.chars().count() > bound {
        TextProblem::TooLong { bound }
    } else if text.chars().any(is_invisible) {
        TextProblem::Invisible
    } else {
        return Ok(());
    };
    Err(RecordError::BadText { field, problem })
}

/// Longest text that a device or the system gave, in characters.
const MOST_REPORTED: usize = 300;

/// Checks a text as [`check_text`] does, where there is one.
pub(super) fn check_optional(
    field: &'static str,
    text: Option<&String>,
    bound: usize,
) -> Result<(), RecordError> {
    text.map_or(Ok(()), |text| check_text(field, text, bound))
}

/// Checks the length of a text that a device or the system gave. Any signs: pages and screens escape them.
pub(super) fn check_reported(field: &'static str, text: &str) -> Result<(), RecordError> {
    let bound = MOST_REPORTED;
    if text.chars().count() <= bound {
        return Ok(());
    }
    let problem = TextProblem::TooLong { bound };
    Err(RecordError::BadText { field, problem })
}

/// Checks such a text where one was read.
pub(super) fn check_reported_fact(field: &'static str, fact: &Fact<String>) -> Result<(), RecordError> {
    fact.measured().map_or(Ok(()), |text| check_reported(field, text))
}

/// Checks an id: 1 to 64 of `a-z 0-9 - _ .`, beginning with a letter or digit.
pub(super) fn check_id(field: &'static str, id: &str) -> Result<(), RecordError> {
    check_text(field, id, 64)?;
    let allowed = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "-_.".contains(sign);
    if id.chars().all(allowed) && id.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        Ok(())
    } else {
        Err(RecordError::BadText {
            field,
            problem: TextProblem::NotAnId,
        })
    }
}

/// Control characters, and format characters that reorder, hide or join what stands beside them.
/// Variation selectors stay: Japanese names need them.
fn is_invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(sign,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_people_write_them_pass() {
        for name in ["田中 花子", "髙橋 芳枝", "O'Brien", "葛\u{e0100}城", "José"] {
            assert_eq!(check_text("name", name, 100), Ok(()));
        }
        for name in ["", "  ", "a\u{202e}b", "a\nb", "\u{200b}", &"x".repeat(101)] {
            assert!(check_text("name", name, 100).is_err(), "{name:?}");
        }
    }

    #[test]
    fn ids_are_plain() {
        assert_eq!(check_id("id", "tanaka.h-01"), Ok(()));
        for id in ["Tanaka", "田中", "-x", "a b", "../x", ""] {
            assert!(check_id("id", id).is_err(), "{id:?}");
        }
    }

    #[test]
    fn payload_types_name_their_kind() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_payload_type(&kind.payload_type()), Some(kind));
        }
        assert_eq!(
            Kind::of_payload_type("application/vnd.keshiin.erasure.v2+json"),
            None
        );
    }
}
