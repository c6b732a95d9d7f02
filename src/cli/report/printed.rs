//! What a printed PDF says of itself, and what the slip on paper says.

use keshiin::records::{AnySlip, Layout, PrintStatement, Slip};

use super::{Fields, delivery_slip_lines, partial_slip_lines};
use crate::cli::console::Console;
use crate::cli::escape::escape;
use crate::cli::explain::{record_level_word, record_verdict_word};
use crate::cli::i18n::Message;

/// Kind of paper, how many records, when it was printed and by whom.
pub(super) fn printed_lines(console: &Console, statement: &PrintStatement) -> Vec<String> {
    let layout = Message::new(match statement.layout {
        Layout::Certificate => "layout-certificate",
        Layout::List => "layout-list",
        Layout::Label => "layout-label",
        Layout::Delivery => "layout-delivery",
        Layout::Address => "layout-address",
        Layout::Partial => "layout-partial",
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

/// The facts of a slip.
pub(super) fn slip_lines(console: &Console, slip: &AnySlip) -> Vec<String> {
    match slip {
        AnySlip::Erasure(slip) => erasure_slip_lines(console, slip),
        AnySlip::Delivery(slip) => delivery_slip_lines(console, slip),
        AnySlip::Partial(slip) => partial_slip_lines(console, slip),
    }
}

fn erasure_slip_lines(console: &Console, slip: &Slip) -> Vec<String> {
    let met = if slip.policy_met {
        "slip-policy-met"
    } else {
        "slip-policy-not-met"
    };
    let levels = Message::new("levels")
        .term("required", record_level_word(Some(slip.required)))
        .term("achieved", record_level_word(slip.achieved));
    let known = |text: &str| {
        if text.is_empty() {
            "-".to_owned()
        } else {
            escape(text)
        }
    };
    let mut fields = Fields::new(console)
        .plain("field-number", slip.number.to_string())
        .plain("field-digest", slip.digest.grouped())
        .row("field-verdict", &record_verdict_word(slip.verdict))
        .row("field-policy-met", &Message::new(met))
        .row("field-levels", &levels);
    if slip.virtual_medium {
        fields = fields.row("field-virtual", &Message::new("virtual-medium"));
    }
    fields
        .plain("field-model", known(&slip.model))
        .plain("field-serial", known(&slip.serial))
        .plain(
            "field-capacity",
            console.catalogue().bytes_for_people(slip.capacity),
        )
        .plain("field-method", escape(&slip.method))
        .plain("field-times", console.catalogue().time_for_people(slip.ended))
        .lines()
}
