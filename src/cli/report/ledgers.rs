//! The ledger: entries, pages, checks.

use serde_json::{Value as Json, json};

use keshiin::ledger::{Entry, Judgement};
use keshiin::workflows::{LedgerCheck, LedgerPage};

use super::{Fields, path_documents};
use crate::cli::console::Console;
use crate::cli::escape::{escape, escape_path};
use crate::cli::explain::{explain_comparison, explain_flaw, explain_ledger_judgement};
use crate::cli::i18n::Message;

/// A page of entries.
pub(crate) fn page(console: &Console, page: &LedgerPage) -> (Vec<String>, Json) {
    let mut lines: Vec<String> = page
        .entries
        .iter()
        .map(|entry| entry_line(console, entry))
        .collect();
    lines.extend(head(console, &page.id, page.head.size, &page.head.root.grouped()).lines());
    let entries: Vec<Json> = page.entries.iter().map(entry_document).collect();
    (
        lines,
        json!({"ledger": page.id, "size": page.head.size, "root": page.head.root, "entries": entries}),
    )
}

/// One entry in full.
pub(crate) fn entry_lines(console: &Console, entry: &Entry, envelope: Option<&[u8]>) -> Vec<String> {
    let mut fields = Fields::new(console)
        .plain("field-place-in-ledger", entry.seq.to_string())
        .plain("field-time", console.catalogue().time_for_people(entry.leaf.time))
        .row("field-kind", &kind(entry))
        .untrusted("field-subject", Some(&entry.leaf.subject))
        .plain("field-leaf-hash", entry.hash.grouped());
    if let Some(record) = entry.leaf.record {
        fields = fields.plain("field-digest", record.grouped());
        fields = fields.row(
            "field-envelope",
            &Message::new(if envelope.is_some() {
                "envelope-kept"
            } else {
                "envelope-gone"
            }),
        );
    }
    fields.lines()
}

/// One entry for programs.
pub(crate) fn entry_document(entry: &Entry) -> Json {
    json!({"seq": entry.seq, "time": entry.leaf.time, "kind": entry.leaf.kind, "subject": entry.leaf.subject,
        "record": entry.leaf.record, "leaf_hash": entry.hash})
}

/// What a check of the whole ledger found.
pub(crate) fn ledger_check(console: &Console, check: &LedgerCheck) -> (Vec<String>, Json) {
    let report = &check.report;
    let judgement = report.judgement();
    let mut lines = vec![console.text(&explain_ledger_judgement(judgement))];
    lines.extend(head(console, &check.id, report.head.size, &report.head.root.grouped()).lines());
    lines.extend(
        report
            .flaws
            .iter()
            .map(|flaw| format!("  ×  {}", console.text(&explain_flaw(flaw)))),
    );
    for (checkpoint, comparison) in &report.comparisons {
        let head = Message::new("compared-head")
            .number("size", checkpoint.head.size)
            .term("result", explain_comparison(*comparison));
        lines.push(format!("  ・  {}", console.text(&head)));
    }
    for path in &check.missing {
        lines.push(format!(
            "  ×  {}",
            console.text(&Message::new("record-not-in-ledger").text("path", escape_path(path)))
        ));
    }
    for step in &report.backward_steps {
        let message = Message::new("clock-stepped-back")
            .number("entry", step.seq)
            .time("before", step.before)
            .time("time", step.time);
        lines.push(format!("  ・  {}", console.text(&message)));
    }
    let word = match judgement {
        Judgement::False => "false",
        Judgement::HeldBy { .. } => "held-by-others",
        _ => "consistent-in-itself",
    };
    let document = json!({
        "ledger": check.id, "size": report.head.size, "root": report.head.root, "judgement": word, "flaws": report.flaw_count,
        "backward_steps": report.backward_count, "missing_records": path_documents(&check.missing), "compared_heads": report.comparisons.len(),
    });
    (lines, document)
}

fn entry_line(console: &Console, entry: &Entry) -> String {
    let time = console.catalogue().time_for_people(entry.leaf.time);
    format!(
        "{:>6}  {time}  {}  {}",
        entry.seq,
        console.text(&kind(entry)),
        escape(&entry.leaf.subject)
    )
}

/// What an entry is about, in words; a kind of a later version as it stands.
fn kind(entry: &Entry) -> Message {
    Message::new(match entry.leaf.kind.as_str() {
        "erasure-started" => "kind-erasure-started",
        "erasure-part-finished" => "kind-erasure-part-finished",
        "erasure-finished" => "kind-erasure-finished",
        "erasure-refused" => "kind-erasure-refused",
        "witness-signed" => "kind-witness-signed",
        "seal-started" => "kind-seal-started",
        "seal-failed" => "kind-seal-failed",
        "rekey-started" => "kind-rekey-started",
        "rekey-failed" => "kind-rekey-failed",
        "package-sealed" => "kind-package-sealed",
        "package-rekeyed" => "kind-package-rekeyed",
        "package-opened" => "kind-package-opened",
        "package-open-failed" => "kind-package-open-failed",
        "checkpoint" => "kind-checkpoint",
        other => return Message::new("kind-other").untrusted("kind", other),
    })
}

fn head<'a>(console: &'a Console, id: &str, size: u64, root: &str) -> Fields<'a> {
    Fields::new(console)
        .plain("field-ledger", id)
        .plain("field-entries", size.to_string())
        .plain("field-root", root)
}
