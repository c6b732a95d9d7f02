//! What is in a package, and what came out of one: who sealed it, what was checked, what is lost.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value as Json, json};

use keshiin::crypto::Fingerprint;
use keshiin::records::{Check, DeliveryRecord, Role, Verified};
use keshiin::sealing::Entry;
use keshiin::units::ByteRange;
use keshiin::workflows::{Listed, Lost, OpenReport, ScanFinding};

use super::{
    Fields, check_document, check_lines, healed_lines, healed_words, path_document, volume_documents,
    volume_lines,
};
use crate::cli::clock;
use crate::cli::columns::columns;
use crate::cli::console::Console;
use crate::cli::escape::{escape, escape_path};
use crate::cli::i18n::{Message, grouped};

/// Ranges of a file, and damaged places, that are shown where nobody asked for more.
const RANGES_SHOWN: usize = 10;

/// An opened package for people.
pub(crate) fn open_lines(console: &Console, report: &OpenReport, out: &Path) -> Vec<String> {
    let inside = Message::new("package-inside")
        .number("files", report.files)
        .bytes("bytes", report.bytes);
    let mut fields = origin_rows(console, report.record.as_deref(), report.sealed_by)
        .plain("field-package", escape(&report.package))
        .plain("field-written-to", escape_path(out))
        .row("field-written", &inside)
        .row("field-package-read", &read_of(report.read.0, report.length.0));
    if let Some(scan) = &report.scan {
        fields = fields.row("field-scan", &scan_done(scan));
    }
    let mut lines = vec![console.text(&headline(report))];
    lines.extend(fields.lines());
    lines.extend(looked_at(console, &report.checks));
    lines.extend(volume_lines(console, &report.volumes));
    if report.partial {
        let text = console.text(&Message::new("opened-partial"));
        lines.push(format!(
            "  {}  {text}",
            console.text(&Message::new("mark-notice"))
        ));
    }
    lines.extend(healed_lines(console, &report.healed));
    lines.extend(lost_lines(console, report));
    if let Some(code) = report.not_logged {
        let message = Message::new("opened-not-logged").text("code", code);
        lines.push(format!("  ! {}", console.text(&message)));
    }
    lines
}

fn headline(report: &OpenReport) -> Message {
    Message::new(if !report.lost.is_empty() || !report.damaged.is_empty() {
        "opened-with-losses"
    } else if report.record.is_none() {
        "opened-unsigned"
    } else if report.partial {
        "opened-in-part"
    } else {
        "opened"
    })
}

/// Who sealed it, and the delivery that it belongs to.
fn origin_rows<'a>(
    console: &'a Console,
    record: Option<&Verified<DeliveryRecord>>,
    sealed_by: Fingerprint,
) -> Fields<'a> {
    let fields = Fields::new(console);
    let Some(record) = record else {
        let unknown = Message::new("sender-unknown").text("fingerprint", sealed_by.grouped());
        return fields.row("field-sender", &unknown);
    };
    let content = record.content();
    let mut fields = fields;
    for sender in content
        .signers
        .iter()
        .filter(|signer| signer.role == Role::Sender)
    {
        let words = [
            Some(sender.organisation.as_str()),
            sender.title.as_deref(),
            Some(&sender.name),
        ];
        let words: Vec<String> = words.into_iter().flatten().map(escape).collect();
        let who = Message::new("addressee")
            .text("who", words.join(" "))
            .untrusted("id", &sender.id);
        fields = fields.row("field-sender", &who);
    }
    fields
        .plain("field-delivery-number", content.number.to_string())
        .plain("field-digest", record.digest().grouped())
        .untrusted("field-delivery-title", Some(&content.title))
}

fn read_of(read: u64, length: u64) -> Message {
    Message::new("read-of")
        .number("read", read)
        .number("length", length)
}

fn scan_done(scan: &ScanFinding) -> Message {
    Message::new("scan-done")
        .untrusted("engine", &scan.engine)
        .untrusted("signatures", &scan.signatures)
        .time("date", scan.signatures_at)
        .number("files", scan.files)
}

fn looked_at(console: &Console, checks: &[Check]) -> Vec<String> {
    if checks.is_empty() {
        return Vec::new();
    }
    let head = console.text(&Message::new("checks-head"));
    std::iter::once(head)
        .chain(checks.iter().flat_map(|check| check_lines(console, check)))
        .collect()
}

/// Files that are no longer whole, then what to ask the sender for.
fn lost_lines(console: &Console, report: &OpenReport) -> Vec<String> {
    let mut lines = Vec::new();
    if !report.lost.is_empty() {
        let head = Message::new("lost-head").number("count", report.lost.len() as u64);
        lines.push(console.text(&head));
        lines.extend(report.lost.iter().flat_map(|lost| lost_file(console, lost)));
    }
    if !report.damaged.is_empty() {
        lines.push(console.text(&Message::new("damaged-head")));
        lines.extend(range_lines(console, &report.damaged, "    "));
    }
    let of_files = report.lost.iter().flat_map(|lost| &lost.volumes);
    let volumes: BTreeSet<&String> = of_files.chain(&report.damaged_volumes).collect();
    if !volumes.is_empty() {
        let names: Vec<String> = volumes.into_iter().map(|name| escape(name)).collect();
        let message = Message::new("ask-for-volumes").text("volumes", names.join(", "));
        lines.push(format!("  → {}", console.text(&message)));
    } else if !lines.is_empty() {
        lines.push(format!("  → {}", console.text(&Message::new("ask-for-package"))));
    }
    lines
}

fn lost_file(console: &Console, lost: &Lost) -> Vec<String> {
    let names: Vec<String> = lost.volumes.iter().map(|name| escape(name)).collect();
    let message = Message::new("lost-file")
        .text("path", shown_path(&lost.path))
        .bytes("size", lost.size);
    let mut lines = vec![format!("  ×  {}", console.text(&message))];
    lines.extend(range_lines(console, &lost.ranges, "       "));
    if !names.is_empty() {
        let message = Message::new("lost-in").text("volumes", names.join(", "));
        lines.push(format!("       {}", console.text(&message)));
    }
    lines
}

/// Ranges of bytes, the first few unless more is asked for.
pub(super) fn range_lines(console: &Console, ranges: &[ByteRange], indent: &str) -> Vec<String> {
    let most = if console.verbose() {
        ranges.len()
    } else {
        RANGES_SHOWN
    };
    let range = |range: &ByteRange| {
        let message = Message::new("byte-range")
            .number("from", range.start.0)
            .number("to", range.end().saturating_sub(1));
        format!("{indent}{}", console.text(&message))
    };
    let rest = ranges.len().saturating_sub(most);
    let rest = (rest > 0).then(|| {
        let message = Message::new("more-ranges").number("count", rest as u64);
        format!("{indent}{}", console.text(&message))
    });
    ranges.iter().take(most).map(range).chain(rest).collect()
}

/// A path in a package, safe to show. Part by part: a long path stays whole where its parts are short.
fn shown_path(path: &str) -> String {
    let parts: Vec<String> = path.split('/').map(escape).collect();
    parts.join("/")
}

/// What is in a package, for people.
pub(crate) fn list_lines(console: &Console, listed: &Listed) -> Vec<String> {
    let mut lines = origin_rows(console, listed.record.as_deref(), listed.sealed_by)
        .plain("field-package", escape(&listed.package))
        .lines();
    lines.extend(looked_at(console, &listed.checks));
    lines.extend(volume_lines(console, &listed.volumes));
    lines.extend(healed_lines(console, &listed.healed));
    lines.extend(entry_table(console, &listed.entries));
    let files = listed.entries.iter().filter_map(|entry| entry.file);
    let bytes = files.clone().map(|file| file.size).sum();
    let total = Message::new("list-total")
        .number("files", files.count() as u64)
        .bytes("bytes", keshiin::units::ByteCount(bytes))
        .number("folders", folders(listed));
    let read = read_of(listed.read.0, listed.length.0);
    lines.push(console.text(&total));
    lines.push(console.text(&Message::new("list-read").term("read", read)));
    lines
}

/// Entries without a file: a folder stands in a package only where nothing is below it.
fn folders(listed: &Listed) -> u64 {
    listed.entries.iter().filter(|entry| entry.file.is_none()).count() as u64
}

/// Size, time and path of every entry.
fn entry_table(console: &Console, entries: &[Entry]) -> Vec<String> {
    let heads = ["list-size", "list-modified", "list-path"].map(|id| console.text(&Message::new(id)));
    let [size, modified, path] = &heads;
    let rows: Vec<(String, String, String)> = entries.iter().map(row).collect();
    let widest =
        |head: &str, cells: &mut dyn Iterator<Item = usize>| cells.max().unwrap_or(0).max(columns(head));
    let sizes = widest(size, &mut rows.iter().map(|row| row.0.len()));
    let times = widest(modified, &mut rows.iter().map(|row| row.1.len()));
    let line = |size: &str, time: &str, path: &str| {
        let before = " ".repeat(sizes - columns(size));
        let after = " ".repeat(times - columns(time));
        format!("{before}{size}  {time}{after}  {path}")
    };
    let head = line(size, modified, path);
    let lines = rows.iter().map(|(size, time, path)| line(size, time, path));
    std::iter::once(head).chain(lines).collect()
}

fn row(entry: &Entry) -> (String, String, String) {
    let path = shown_path(entry.spelling());
    let Some(file) = entry.file else {
        return ("-".to_owned(), "-".to_owned(), format!("{path}/"));
    };
    let time = file
        .modified
        .and_then(|(seconds, _)| clock::here(seconds))
        .unwrap_or_else(|| "-".to_owned());
    (grouped(file.size), time, path)
}

/// An opened package for programs.
pub(crate) fn open_document(report: &OpenReport, out: &Path) -> Json {
    let mut document = origin(report.record.as_deref(), report.sealed_by, &report.package);
    let lost: Vec<Json> = report
        .lost
        .iter()
        .map(|lost| {
            json!({"path": lost.path, "size_bytes": lost.size.0, "ranges": ranges(&lost.ranges), "volumes": lost.volumes})
        })
        .collect();
    let scan = report.scan.as_ref().map(|scan| {
        json!({"engine": scan.engine, "signatures": scan.signatures, "signatures_at": scan.signatures_at,
            "files": scan.files, "bytes": scan.bytes})
    });
    document["exit"] = json!(report.exit.code());
    document["out"] = path_document(out);
    document["checks"] = report.checks.iter().map(check_document).collect();
    document["volumes"] = json!(volume_documents(&report.volumes));
    document["files"] = json!(report.files);
    document["bytes"] = json!(report.bytes.0);
    document["lost"] = json!(lost);
    document["damaged"] = json!(ranges(&report.damaged));
    document["damaged_volumes"] = json!(report.damaged_volumes);
    document["healed"] = json!(healed_words(&report.healed));
    document["partial"] = json!(report.partial);
    document["read_bytes"] = json!(report.read.0);
    document["length_bytes"] = json!(report.length.0);
    document["scan"] = json!(scan);
    document["not_logged"] = json!(report.not_logged);
    document
}

/// What is in a package, for programs.
pub(crate) fn list_document(listed: &Listed) -> Json {
    let mut document = origin(listed.record.as_deref(), listed.sealed_by, &listed.package);
    let files = listed.entries.iter().filter_map(|entry| entry.file);
    document["exit"] = json!(listed.exit.code());
    document["checks"] = listed.checks.iter().map(check_document).collect();
    document["volumes"] = json!(volume_documents(&listed.volumes));
    document["entries"] = listed.entries.iter().map(entry_document).collect();
    document["files"] = json!(files.clone().count());
    document["bytes"] = json!(files.map(|file| file.size).sum::<u64>());
    document["healed"] = json!(healed_words(&listed.healed));
    document["read_bytes"] = json!(listed.read.0);
    document["length_bytes"] = json!(listed.length.0);
    document
}

fn origin(record: Option<&Verified<DeliveryRecord>>, sealed_by: Fingerprint, package: &str) -> Json {
    json!({
        "package": package, "sealed_by": sealed_by, "digest": record.map(Verified::digest),
        "record": record.map(Verified::content),
    })
}

fn ranges(ranges: &[ByteRange]) -> Vec<Json> {
    let range = |range: &ByteRange| json!({"start": range.start.0, "length": range.length.0});
    ranges.iter().map(range).collect()
}

/// Times as the package has them, in whole seconds since 1970.
fn entry_document(entry: &Entry) -> Json {
    match entry.file {
        Some(file) => {
            json!({"path": entry.path, "original": entry.original, "type": "file", "size_bytes": file.size,
            "modified_seconds": file.modified.map(|(seconds, _)| seconds), "blake3": file.blake3})
        }
        None => json!({"path": entry.path, "original": entry.original, "type": "folder"}),
    }
}
