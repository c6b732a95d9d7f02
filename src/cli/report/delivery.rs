//! A delivery that was made: what it is, who can open it, where its files lie, and what to mind. Never the
//! passphrase.

use serde_json::{Value as Json, json};

use keshiin::records::{DeliveryReadBack, DeliveryReadPath};
use keshiin::workflows::{DeliveryFiles, DeliveryWarning, SealReport};

use super::{
    Fields, delivery_read_back, delivery_scan, lock_rows, optional_path, path_document, path_documents,
    volumes_rows,
};
use crate::cli::console::Console;
use crate::cli::escape::escape_path;
use crate::cli::explain::explain_delivery_warning;
use crate::cli::i18n::Message;

/// Links that are shown where nobody asked for more.
const LINKS_SHOWN: usize = 10;

/// The delivery for people.
pub(crate) fn sealed_lines(console: &Console, report: &SealReport) -> Vec<String> {
    let record = &report.record;
    let mut fields = Fields::new(console)
        .plain("field-delivery-number", record.number.to_string())
        .plain("field-digest", report.digest.grouped())
        .untrusted("field-delivery-title", Some(&record.title));
    fields = lock_rows(fields, record);
    fields = volumes_rows(console, fields, &record.package.volumes, true);
    fields = fields
        .row("field-read-back", &delivery_read_back(&record.read_back))
        .row("field-scan", &delivery_scan(&record.scan));
    if let Some(previous) = &record.package.previous {
        fields = fields.plain("field-previous-delivery", previous.number.to_string());
    }
    let mut lines = vec![console.text(&headline(report))];
    lines.extend(file_rows(fields, &report.files).lines());
    lines.extend(warning_lines(console, &report.warnings));
    lines
}

/// What was done in one sentence: only what was read back from the medium is said to be on it.
fn headline(report: &SealReport) -> Message {
    Message::new(match &report.record.read_back {
        DeliveryReadBack::NotAsked => "sealed-not-read-back",
        DeliveryReadBack::Done { equal: false, .. } => "sealed-different",
        DeliveryReadBack::Done {
            read: DeliveryReadPath::Through { .. },
            ..
        } => "sealed-read-through",
        DeliveryReadBack::Done { .. } => "sealed",
    })
}

fn file_rows<'a>(fields: Fields<'a>, files: &DeliveryFiles) -> Fields<'a> {
    let optional = [
        ("field-delivery-paper", &files.paper),
        ("field-address-paper", &files.address),
        ("field-notice-paper", &files.notice),
        ("field-kept", &files.kept),
    ];
    let fields = fields
        .plain("field-record", escape_path(&files.record))
        .plain("field-slip", escape_path(&files.slip));
    optional
        .into_iter()
        .fold(fields, |fields, (label, path)| match path {
            Some(path) => fields.plain(label, escape_path(path)),
            None => fields,
        })
}

/// Each warning with what to do. Of left-out links, which may be many, the first ones, and once what to do.
fn warning_lines(console: &Console, warnings: &[DeliveryWarning]) -> Vec<String> {
    let is_link = |warning: &DeliveryWarning| matches!(warning, DeliveryWarning::LinkLeftOut { .. });
    let (links, others): (Vec<Message>, Vec<Message>) = (
        messages(warnings.iter().filter(|warning| is_link(warning))),
        messages(warnings.iter().filter(|warning| !is_link(warning))),
    );
    let line = |message: &Message| format!("  ! {}", console.text(message));
    let hint = |message: &Message| {
        let hint = console.catalogue().hint(message);
        hint.map(|hint| format!("     → {hint}"))
    };
    let mut lines: Vec<String> = others
        .iter()
        .flat_map(|message| std::iter::once(line(message)).chain(hint(message)))
        .collect();
    let most = if console.verbose() {
        links.len()
    } else {
        LINKS_SHOWN.min(links.len())
    };
    lines.extend(links.iter().take(most).map(line));
    if links.len() > most {
        let rest = (links.len() - most) as u64;
        lines.push(line(&Message::new("more-links-left-out").number("count", rest)));
    }
    lines.extend(links.first().and_then(hint));
    lines
}

fn messages<'a>(warnings: impl Iterator<Item = &'a DeliveryWarning>) -> Vec<Message> {
    warnings.map(explain_delivery_warning).collect()
}

/// The delivery for programs.
pub(crate) fn sealed_document(report: &SealReport) -> Json {
    let record = &report.record;
    let files = &report.files;
    let warnings: Vec<Json> = report.warnings.iter().map(warning_document).collect();
    json!({
        "exit": report.exit.code(), "number": record.number.as_str(), "digest": report.digest, "title": record.title,
        "package": record.package, "recipients": record.recipients, "encryption": record.encryption, "medium": record.medium,
        "read_back": record.read_back, "scan": record.scan, "times": record.times,
        "files": {"volumes": path_documents(&files.volumes), "record": path_document(&files.record),
            "slip": path_document(&files.slip), "paper": optional_path(files.paper.as_ref()),
            "address": optional_path(files.address.as_ref()), "notice": optional_path(files.notice.as_ref()),
            "kept": optional_path(files.kept.as_ref())},
        "warnings": warnings,
    })
}

fn warning_document(warning: &DeliveryWarning) -> Json {
    match warning {
        DeliveryWarning::OneInGroup { group } => json!({"warning": "one-in-group", "group": group}),
        DeliveryWarning::NotListed { id, fingerprint } => {
            json!({"warning": "not-listed", "id": id, "fingerprint": fingerprint})
        }
        DeliveryWarning::LinkLeftOut { path } => {
            json!({"warning": "link-left-out", "path": path_document(path)})
        }
        DeliveryWarning::NotFromMedium { filesystem } => {
            json!({"warning": "not-from-medium", "filesystem": filesystem})
        }
        DeliveryWarning::NotReadBack => json!({"warning": "not-read-back"}),
        DeliveryWarning::NotScanned => json!({"warning": "not-scanned"}),
        DeliveryWarning::NotLogged { code } => json!({"warning": "not-logged", "code": code}),
        DeliveryWarning::NotPrinted { code } => json!({"warning": "not-printed", "code": code}),
        DeliveryWarning::PassphraseLost { code } => json!({"warning": "passphrase-lost", "code": code}),
        DeliveryWarning::NotKept { reason } => json!({"warning": "not-kept", "reason": reason}),
        _ => json!({"warning": "unknown"}),
    }
}

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod tests;
