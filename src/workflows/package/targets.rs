//! Whom a package is for: ids, groups and public files, as people name them.

use std::path::Path;

use crate::crypto::{Fingerprint, RecipientPublic};
use crate::records::{Identity, Member, Recipient, Role, Roster, RosterStanding};
use crate::units::Timestamp;

use super::super::{Refusal, WorkflowError, people};
use super::{DeliveryWarning, PackageRefusal};

/// Most recipients of a package.
const MOST_RECIPIENTS: usize = 64;

/// Everybody who will be able to open a package.
#[derive(Clone, Debug, Default)]
pub(super) struct Targets {
    pub(super) recipients: Vec<Recipient>,
    keys: Vec<(Fingerprint, RecipientPublic)>,
    pub(super) warnings: Vec<DeliveryWarning>,
}

/// Looks names up; what is wrong with them goes to `refusals`.
pub(super) struct Finder<'a> {
    pub(super) standing: &'a RosterStanding,
    pub(super) now: Timestamp,
    pub(super) specimen: bool,
}

impl Targets {
    /// What of the recipients will stand on paper, and the option that named them.
    pub(super) fn typed(
        &self,
        option: &'static str,
    ) -> impl Iterator<Item = (&'static str, Option<String>)> + '_ {
        self.recipients.iter().map(move |person| {
            let title = person.title.as_deref().unwrap_or_default();
            let words = [
                &person.organisation,
                title,
                &person.name,
                &person.groups.join(" "),
            ]
            .join(" ");
            (option, Some(words))
        })
    }

    /// Fingerprints and keys, for the sealing room.
    pub(super) fn keys(&self) -> &[(Fingerprint, RecipientPublic)] {
        &self.keys
    }

    /// Adds somebody, once.
    pub(super) fn add(&mut self, person: &Identity, groups: &[String], listed: bool, group: Option<&str>) {
        let fingerprint = person.fingerprint();
        if self.keys.iter().any(|(known, _)| *known == fingerprint) {
            return;
        }
        self.keys.push((fingerprint, person.recipient().clone()));
        self.recipients.push(Recipient {
            id: person.id.clone(),
            name: person.name.clone(),
            organisation: person.organisation.clone(),
            title: person.title.clone(),
            fingerprint,
            kem_id: person.recipient().kem().number(),
            groups: groups.to_vec(),
            listed,
            addressed_as: group.map(str::to_owned),
        });
    }

    /// Whether the format has room for them.
    pub(super) fn check_count(&self) -> Result<(), PackageRefusal> {
        match self.keys.len() {
            1..=MOST_RECIPIENTS => Ok(()),
            count => Err(PackageRefusal::RecipientCount { count }),
        }
    }
}

impl Finder<'_> {
    /// Everybody whom these names mean.
    pub(super) fn find(
        &self,
        names: &[String],
        into: &mut Targets,
        refusals: &mut Vec<Refusal>,
    ) -> Result<(), WorkflowError> {
        for name in names {
            self.find_one(name, into, refusals)?;
        }
        Ok(())
    }

    fn find_one(
        &self,
        name: &str,
        into: &mut Targets,
        refusals: &mut Vec<Refusal>,
    ) -> Result<(), WorkflowError> {
        let roster = self.standing.pinned();
        let member = roster.and_then(|roster| roster.by_id(name));
        let group: Vec<&Member> = roster.map_or_else(Vec::new, |roster| in_group(roster, name));
        let is_file = Path::new(name).is_file();
        match (member, group.is_empty(), is_file) {
            (Some(member), true, false) => {
                refusals.extend(self.member(member, None, into).err());
            }
            (None, false, false) => self.group(name, &group, into, refusals),
            (None, true, true) => self.file(Path::new(name), into, refusals)?,
            (None, true, false) if roster.is_none() => refusals.push(Refusal::NoPinnedIssuer),
            (None, true, false) if former(roster, name).is_some() => {
                let former = former(roster, name).map(|member| self.member(member, None, into));
                refusals.extend(former.and_then(Result::err));
            }
            (None, true, false) => {
                refusals.push(
                    PackageRefusal::NoRecipient {
                        name: name.to_owned(),
                    }
                    .into(),
                );
            }
            _ => refusals.push(
                PackageRefusal::Ambiguous {
                    name: name.to_owned(),
                }
                .into(),
            ),
        }
        Ok(())
    }

    fn member(&self, member: &Member, group: Option<&str>, into: &mut Targets) -> Result<(), Refusal> {
        people::entitled(self.standing, &member.identity, Role::Recipient, self.now)?;
        into.add(&member.identity, &member.groups, true, group);
        Ok(())
    }

    /// All who can receive for a group now; who has left is passed over.
    fn group(&self, name: &str, members: &[&Member], into: &mut Targets, refusals: &mut Vec<Refusal>) {
        let entitled = |member: &&&Member| {
            people::entitled(self.standing, &member.identity, Role::Recipient, self.now).is_ok()
        };
        let current: Vec<&&Member> = members.iter().filter(entitled).collect();
        match current.len() {
            0 => refusals.push(
                PackageRefusal::EmptyGroup {
                    group: name.to_owned(),
                }
                .into(),
            ),
            1 => into.warnings.push(DeliveryWarning::OneInGroup {
                group: name.to_owned(),
            }),
            _ => {}
        }
        for member in current {
            into.add(&member.identity, &member.groups, true, Some(name));
        }
    }

    fn file(
        &self,
        path: &Path,
        into: &mut Targets,
        refusals: &mut Vec<Refusal>,
    ) -> Result<(), WorkflowError> {
        let person = people::read_identity(path)?;
        if person.specimen != self.specimen {
            refusals.push(Refusal::SpecimenMixed);
            return Ok(());
        }
        let listed = self
            .standing
            .pinned()
            .and_then(|roster| roster.by_fingerprint(&person.fingerprint()));
        if let Some(member) = listed {
            refusals.extend(self.member(member, None, into).err());
            return Ok(());
        }
        into.warnings.push(DeliveryWarning::NotListed {
            id: person.id.clone(),
            fingerprint: person.fingerprint(),
        });
        into.add(&person, &[], false, None);
        Ok(())
    }
}

/// Somebody of that id who has left.
fn former<'a>(roster: Option<&'a Roster>, name: &str) -> Option<&'a Member> {
    roster?
        .content()
        .members
        .iter()
        .find(|member| member.identity.id == name)
}

fn in_group<'a>(roster: &'a Roster, name: &str) -> Vec<&'a Member> {
    let members = roster.content().members.iter();
    members
        .filter(|member| member.groups.iter().any(|group| group == name))
        .collect()
}
