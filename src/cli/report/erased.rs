//! What an erasure record says, and the rows that every record of work has.

use keshiin::records::{ErasureRecord, Fact, ReadPath, SerialNumber, SignerClaim, Times, VerifyAsked};

use super::{Fields, finding_rows, order_rows, order_words, unmet_lines, witness_words};
use crate::cli::console::Console;
use crate::cli::escape::escape;
use crate::cli::explain::{absence_word, explain_code, record_verdict_word, role_word};
use crate::cli::i18n::Message;

/// The rows of an erasure record.
pub(super) fn erasure_lines(console: &Console, record: &ErasureRecord, digest: &str) -> Vec<String> {
    let fields = Fields::new(console)
        .plain("field-number", record.number.to_string())
        .plain("field-digest", digest)
        .row("field-verdict", &record_verdict_word(record.verdict));
    let mut fields = order_rows(fields, &record.order);
    if record.medium.virtual_kind.is_some() {
        fields = fields.row("field-virtual", &Message::new("virtual-medium"));
    }
    fields = fields
        .plain("field-model", record_model(record))
        .plain("field-serial", serial_text(console, &record.medium.serial));
    fields = fields
        .plain(
            "field-capacity",
            console.catalogue().bytes_for_people(record.medium.capacity),
        )
        .untrusted("field-asset", record.machine.asset_number.as_deref())
        .row("field-order", &order_words(&record.order))
        .untrusted(
            "field-method",
            Some(&format!("{} ({})", record.method.name, record.method.source)),
        )
        .row("field-verification", &read_back(record));
    fields = finding_rows(fields, record)
        .plain("field-times", time_span(console, &record.times))
        .row("field-clock", &clock(&record.times));
    fields = signer_rows(fields, &record.signers);
    fields = fields.row("field-witness", &witness_words(&record.witness));
    fields = fields.untrusted("field-place", record.place.as_deref());
    if let Some(contract) = &record.contract {
        fields = fields.untrusted(
            "field-contract",
            Some(&format!("{} {}", contract.number, contract.title)),
        );
    }
    let mut lines = fields.lines();
    lines.extend(unmet_lines(console, &record.order.unmet));
    lines.extend(
        record
            .reasons
            .iter()
            .map(|code| format!("    - {}", console.text(&explain_code(code)))),
    );
    if console.verbose() {
        lines.extend(
            record
                .limits
                .iter()
                .map(|code| format!("    * {}", console.text(&explain_code(code)))),
        );
    }
    lines
}

/// One row for each person who signs.
pub(super) fn signer_rows<'a>(mut fields: Fields<'a>, signers: &[SignerClaim]) -> Fields<'a> {
    for signer in signers {
        let person = [
            Some(signer.organisation.as_str()),
            signer.title.as_deref(),
            Some(signer.name.as_str()),
        ];
        let person = person
            .into_iter()
            .flatten()
            .map(escape)
            .collect::<Vec<_>>()
            .join(" ");
        let text = Message::new("person")
            .term("role", role_word(signer.role))
            .text("who", person)
            .untrusted("id", &signer.id);
        fields = fields.row("field-person", &text);
    }
    fields
}

fn record_model(record: &ErasureRecord) -> String {
    let words = [&record.medium.maker, &record.medium.model]
        .into_iter()
        .filter_map(|fact| fact.measured());
    let words: Vec<String> = words.map(|text| escape(text)).collect();
    if words.is_empty() {
        "-".into()
    } else {
        words.join(" ")
    }
}

/// A serial number with its source, or why there is none.
pub(super) fn serial_text(console: &Console, serial: &Fact<SerialNumber>) -> String {
    match serial {
        Fact::Measured(serial) => {
            format!("{} ({})", escape(&serial.text), escape(&serial.source))
        }
        Fact::NotMeasured(absence) => console.text(&absence_word(*absence)),
    }
}

/// What was read back, in one line.
pub(super) fn read_back(record: &ErasureRecord) -> Message {
    let Some(read) = record.verification.last.measured() else {
        let asked = record.verification.asked != VerifyAsked::None;
        return Message::new(if asked {
            "read-back-missing"
        } else {
            "read-back-none"
        });
    };
    let id = match &read.read {
        ReadPath::Cached { .. } => "read-back-cached",
        _ if read.mismatched.0 == 0 && read.unreadable.count == 0 => "read-back-equal",
        _ => "read-back-different",
    };
    Message::new(id)
        .bytes("compared", read.compared)
        .bytes("mismatched", read.mismatched)
        .number("unreadable", read.unreadable.count)
}

/// From when to when.
pub(super) fn time_span(console: &Console, times: &Times) -> String {
    let time = |stamp| console.catalogue().time_for_people(stamp);
    format!("{} – {}", time(times.started), time(times.ended))
}

/// Whether the clock was kept in step.
pub(super) fn clock(times: &Times) -> Message {
    Message::new(match times.synchronised.measured() {
        Some(true) => "clock-in-step",
        Some(false) => "clock-alone",
        None => "clock-untold",
    })
}
