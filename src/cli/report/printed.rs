//! What a printed PDF says of itself.

use keshiin::records::{Layout, PrintStatement};

use super::Fields;
use crate::cli::console::Console;
use crate::cli::escape::escape;
use crate::cli::i18n::Message;

/// Kind of paper, how many records, when it was printed and by whom.
pub(crate) fn printed_lines(console: &Console, statement: &PrintStatement) -> Vec<String> {
    let layout = Message::new(match statement.layout {
        Layout::Certificate => "layout-certificate",
        Layout::List => "layout-list",
        Layout::Label => "layout-label",
    });
    let count = Message::new("records-on-paper").number("count", statement.records.len() as u64);
    let fields = Fields::new(console)
        .row("field-layout", &layout)
        .row("field-records", &count)
        .plain(
            "field-printed",
            console.catalogue().time_for_people(statement.printed_at),
        );
    let who = statement.printer.as_ref().map(|printer| {
        let words = [
            Some(printer.organisation.as_str()),
            printer.title.as_deref(),
            Some(&printer.name),
        ];
        let words: Vec<String> = words.into_iter().flatten().map(escape).collect();
        format!("{} ({})", words.join(" "), escape(&printer.id))
    });
    match who {
        Some(who) => fields.plain("field-printer", who),
        None => fields,
    }
    .lines()
}
