//! `keshiin roster …` and `keshiin trust`.

use std::path::Path;

use keshiin::records::{Roster as SignedRoster, RosterStanding};
use keshiin::workflows::{self, Exit, NewMember, NewRevocation, WorkflowError};

use super::Call;
use crate::cli::args::{Roster, Trust};
use crate::cli::i18n::Message;
use crate::cli::report::{identity_document, identity_lines, roster_document, roster_lines};

pub(super) fn run(call: &Call<'_>, command: &Roster) -> Result<Exit, WorkflowError> {
    match command {
        Roster::New(arguments) => {
            let due = arguments.next_update.as_deref();
            let roster = call.with(|lent| {
                workflows::new_roster(&arguments.issuer, &arguments.org, due, &arguments.out, lent)
            })?;
            Ok(show(call, "roster-begun", &arguments.out, &roster))
        }
        Roster::Add(arguments) => {
            let member = NewMember {
                identity: arguments.member.clone(),
                roles: arguments.role.clone(),
                posts: arguments.post.clone(),
                groups: arguments.group.clone(),
                from: arguments.from.clone(),
                until: arguments.until.clone(),
            };
            let due = arguments.next_update.as_deref();
            let roster = call
                .with(|lent| workflows::add_member(&arguments.file, &arguments.issuer, &member, due, lent))?;
            Ok(show(call, "roster-changed", &arguments.file, &roster))
        }
        Roster::Revoke(arguments) => {
            let revocation = NewRevocation {
                id: arguments.id.clone(),
                reason: arguments.reason.clone(),
                effective_from: arguments.effective_from.clone(),
            };
            let due = arguments.next_update.as_deref();
            let roster = call.with(|lent| {
                workflows::revoke_member(&arguments.file, &arguments.issuer, &revocation, due, lent)
            })?;
            Ok(show(call, "roster-changed", &arguments.file, &roster))
        }
        Roster::Admit(arguments) => {
            let due = arguments.next_update.as_deref();
            let roster = call.with(|lent| {
                workflows::admit_template(&arguments.file, &arguments.issuer, &arguments.template, due, lent)
            })?;
            Ok(show(call, "roster-changed", &arguments.file, &roster))
        }
        Roster::Show(arguments) => match call.with(|lent| workflows::read_roster(&arguments.file, lent))? {
            RosterStanding::Pinned(roster) => Ok(show(call, "roster-believed", &arguments.file, &roster)),
            RosterStanding::Unpinned(roster) => {
                show(call, "roster-unpinned", &arguments.file, &roster);
                Ok(Exit::NotEnough)
            }
            _ => Ok(Exit::NotEnough),
        },
    }
}

pub(super) fn trust(call: &Call<'_>, arguments: &Trust) -> Result<Exit, WorkflowError> {
    let mut desk = call.desk().with_fingerprint(arguments.confirm.clone());
    let issuer = call.with_desk(&mut desk, |lent| workflows::pin_issuer(&arguments.file, lent))?;
    let mut lines = vec![call.console.text(&Message::new("issuer-pinned"))];
    lines.extend(identity_lines(call.console, &issuer));
    call.console.result(&lines, &identity_document(&issuer));
    Ok(Exit::Done)
}

fn show(call: &Call<'_>, headline: &'static str, path: &Path, roster: &SignedRoster) -> Exit {
    let mut lines = vec![call.console.text(&Message::new(headline).path("path", path))];
    lines.extend(roster_lines(call.console, roster));
    call.console.result(&lines, &roster_document(roster));
    Exit::Done
}
