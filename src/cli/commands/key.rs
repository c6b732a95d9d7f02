//! `keshiin key …`.

use keshiin::records::NewIdentity;
use keshiin::workflows::{self, Exit, WorkflowError};

use super::Call;
use crate::cli::args::Key;
use crate::cli::console;
use crate::cli::i18n::Message;
use crate::cli::report::{identity_document, identity_lines};

pub(super) fn run(call: &Call<'_>, command: &Key) -> Result<Exit, WorkflowError> {
    let (headline, identity) = match command {
        Key::New(arguments) => {
            let new = NewIdentity {
                id: arguments.id.clone(),
                name: arguments.name.clone(),
                organisation: arguments.org.clone(),
                title: arguments.title.clone(),
                contact: arguments.contact.clone(),
                specimen: false,
            };
            let made = call.with(|lent| workflows::new_key(new, arguments.generate, &arguments.out, lent))?;
            (Message::new("key-made").path("path", &arguments.out), made)
        }
        Key::Public(arguments) => {
            let bytes = workflows::export_public(&arguments.file)?;
            console::result(&String::from_utf8_lossy(&bytes));
            return Ok(Exit::Done);
        }
        Key::Passwd(arguments) => {
            let changed =
                call.with(|lent| workflows::change_passphrase(&arguments.file, arguments.generate, lent))?;
            (
                Message::new("key-passphrase-changed").path("path", &arguments.file),
                changed,
            )
        }
        Key::Show(arguments) => (
            Message::new("key-shown").path("path", &arguments.file),
            workflows::show_key(&arguments.file)?,
        ),
    };
    let mut lines = vec![call.console.text(&headline)];
    lines.extend(identity_lines(call.console, &identity));
    call.console.result(&lines, &identity_document(&identity));
    Ok(Exit::Done)
}
