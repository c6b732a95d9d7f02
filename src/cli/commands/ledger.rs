//! `keshiin ledger …`.

use serde_json::json;

use keshiin::ledger::Judgement;
use keshiin::workflows::{self, Exit, LedgerCheck, WorkflowError};

use super::Call;
use crate::cli::args::Ledger;
use crate::cli::i18n::Message;
use crate::cli::report::{entry_document, entry_lines, ledger_check, page};

/// Entries shown unless another number is asked for.
const PAGE: u32 = 50;

pub(super) fn run(call: &Call<'_>, command: &Ledger) -> Result<Exit, WorkflowError> {
    let console = call.console;
    match command {
        Ledger::List(arguments) => {
            let limit = arguments.limit.unwrap_or(PAGE);
            let found = call.with(|lent| workflows::list_ledger(arguments.find.as_deref(), limit, lent))?;
            let (lines, document) = page(console, &found);
            console.result(&lines, &document);
        }
        Ledger::Show(arguments) => match call.with(|lent| workflows::show_entry(&arguments.entry, lent))? {
            Some((entry, envelope)) => {
                let mut document = entry_document(&entry);
                document["envelope"] = json!(envelope.as_ref().map(|bytes| String::from_utf8_lossy(bytes)));
                console.result(&entry_lines(console, &entry, envelope.as_deref()), &document);
            }
            None => {
                let text = console.text(&Message::new("no-such-entry").untrusted("what", &arguments.entry));
                console.result(&[text], &json!(null));
                return Ok(Exit::NotEnough);
            }
        },
        Ledger::Verify(arguments) => {
            let check = call.with(|lent| workflows::verify_ledger(&arguments.against, lent))?;
            let (lines, document) = ledger_check(console, &check);
            console.result(&lines, &document);
            return Ok(judged(&check));
        }
        Ledger::Checkpoint(arguments) => {
            let checkpoint =
                call.with(|lent| workflows::checkpoint_ledger(&arguments.key, &arguments.out, lent))?;
            let head = &checkpoint.head;
            let text = Message::new("checkpoint-written")
                .path("path", &arguments.out)
                .number("size", head.size)
                .text("root", head.root.grouped());
            console.result(
                &[console.text(&text)],
                &json!({"ledger": checkpoint.ledger.to_string(), "size": head.size, "root": head.root}),
            );
        }
        Ledger::Export(arguments) => {
            let head = call.with(|lent| {
                workflows::export_ledger(arguments.checkpoint.as_deref(), &arguments.out, lent)
            })?;
            let text = Message::new("export-written")
                .path("path", &arguments.out)
                .number("size", head.size);
            console.result(
                &[console.text(&text)],
                &json!({"size": head.size, "root": head.root}),
            );
        }
    }
    Ok(Exit::Done)
}

fn judged(check: &LedgerCheck) -> Exit {
    match check.report.judgement() {
        Judgement::False => Exit::False,
        _ if check.missing.is_empty() => Exit::Done,
        _ => Exit::False,
    }
}
