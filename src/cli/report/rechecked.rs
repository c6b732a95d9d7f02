//! What a recheck found: the answer first, then the drive, what was read, and the record itself.

use keshiin::devices::{DeviceError, ReadPath};
use keshiin::erasure::{DisplacementPattern, Ending, RangeList, ReadBack, SampleDrawn, VerifyMode};
use keshiin::workflows::{
    Compared, ComparedField, DriveCache, DriveFound, DriveRead, IdentityComparison, IdentityField,
    IdentityValue, RecheckReport, RecheckResult,
};

use super::{Fields, percent, range_lines, verification_lines};
use crate::cli::console::Console;
use crate::cli::escape::escape_path;
use crate::cli::explain::{
    explain_code, explain_device, explain_io_failure, identity_field_word, kind_value, recheck_result_word,
};
use crate::cli::i18n::{Message, Value};

/// The screen of a recheck.
pub(crate) fn recheck_lines(console: &Console, report: &RecheckReport) -> Vec<String> {
    let head = headline(report);
    let mut lines = vec![console.text(&head)];
    lines.extend(console.catalogue().hint(&head).map(|hint| format!("  → {hint}")));
    if let Some(drive) = &report.drive {
        lines.extend(drive_lines(console, drive));
    }
    lines.push(String::new());
    lines.push(console.text(&Message::new("recheck-record-head")));
    let record = verification_lines(console, &report.verification);
    lines.extend(record.into_iter().map(|line| match line.is_empty() {
        true => line,
        false => format!("  {line}"),
    }));
    lines
}

/// The first line: what was proven, no more.
fn headline(report: &RecheckReport) -> Message {
    let read = report.drive.as_ref().and_then(|drive| drive.read.as_ref());
    match (report.result(), read) {
        (Some(RecheckResult::Equal), Some(read)) if read.verify != VerifyMode::Full => {
            Message::new("recheck-equal-sample")
        }
        (Some(RecheckResult::Equal), Some(read)) if !read.excepted.is_empty() => {
            Message::new("recheck-equal-excepting")
        }
        (result, _) => recheck_result_word(result),
    }
}

fn drive_lines(console: &Console, drive: &DriveFound) -> Vec<String> {
    let record = &drive.record;
    let mut fields = Fields::new(console)
        .plain("field-checked-record", record.content().number.to_string())
        .plain("field-digest", record.digest().grouped())
        .untrusted("field-recorded-path", Some(&record.content().medium.path))
        .plain("field-checked-drive", escape_path(&drive.facts.path));
    if drive.facts.virtual_kind.is_some() {
        fields = fields.row("field-virtual", &Message::new("virtual-medium"));
    }
    if let Some(read) = &drive.read {
        fields = read_rows(fields, read);
        if drive.result() == RecheckResult::Equal {
            fields = cache_row(fields, read);
        }
    }
    let mut lines = fields.lines();
    lines.extend(identity_lines(console, &drive.identity));
    lines.extend(drive.notes.iter().map(|note| note_line(console, note)));
    if let Some(read) = &drive.read {
        lines.extend(found_lines(console, read));
    }
    lines
}

fn read_rows<'a>(mut fields: Fields<'a>, read: &DriveRead) -> Fields<'a> {
    let Some(found) = &read.read_back else {
        return fields.row("field-compared", &Message::new("compared-nothing"));
    };
    fields = fields
        .row("field-compared", &compared(found))
        .row("field-read-from", &read_from(&found.path));
    if let Some(sample) = &found.sample {
        fields = fields.row("field-sample", &sample_drawn(found, sample));
        fields = fields.plain("field-sample-seed", data_encoding::HEXLOWER.encode(&sample.seed));
    }
    fields
}

/// Whether the record's limit about the drive's own cache still holds: of interest where all is equal.
fn cache_row<'a>(fields: Fields<'a>, read: &DriveRead) -> Fields<'a> {
    match read.drive_cache {
        // A sample says nothing of the blocks that were not read.
        DriveCache::Lifted if read.verify != VerifyMode::Full => {
            fields.row("field-drive-cache", &Message::new("drive-cache-lifted-sample"))
        }
        DriveCache::Lifted => fields.row("field-drive-cache", &Message::new("drive-cache-lifted")),
        DriveCache::Stands => fields.row("field-drive-cache", &Message::new("drive-cache-stands")),
        DriveCache::Unknown => fields.row("field-drive-cache", &Message::new("drive-cache-unknown")),
        DriveCache::NotApplicable => fields,
    }
}

fn compared(found: &ReadBack) -> Message {
    let equal = found.mismatches.is_empty();
    let message = Message::new(if equal {
        "compared-equal"
    } else {
        "compared-different"
    });
    let message = message.bytes("compared", found.compared);
    match equal {
        true => message,
        false => message.bytes("mismatched", found.mismatches.bytes),
    }
}

fn read_from(path: &ReadPath) -> Message {
    match path {
        ReadPath::Direct => Message::new("read-from-direct"),
        ReadPath::BackingFileUncached => Message::new("read-from-backing-file"),
        ReadPath::Memory => Message::new("read-from-memory"),
        ReadPath::Cached { reason } => Message::new("read-from-cached").untrusted("reason", reason),
        other => Message::new("read-from-cached").untrusted("reason", format!("{other:?}")),
    }
}

/// What was drawn, and what it would have shown: only where all of it was read.
fn sample_drawn(found: &ReadBack, sample: &SampleDrawn) -> Message {
    let id = match sample.bound_ppm {
        _ if found.compared != found.planned => "recheck-sample-unfinished",
        0 => "recheck-sample-whole",
        _ => "recheck-sample",
    };
    let message = Message::new(id)
        .number("blocks", sample.blocks)
        .number("of", sample.of);
    message.text("share", percent(sample.bound_ppm))
}

fn identity_lines(console: &Console, identity: &IdentityComparison) -> Vec<String> {
    let mut lines = vec![console.text(&Message::new("identity-head"))];
    lines.extend(identity.fields.iter().map(|field| identity_line(console, field)));
    if !identity.is_named() && !identity.is_other() {
        let mark = console.text(&Message::new("mark-notice"));
        lines.push(format!(
            "  {mark}  {}",
            console.text(&Message::new("identity-unnamed"))
        ));
    }
    lines
}

fn identity_line(console: &Console, compared: &ComparedField) -> String {
    let (mark, id) = match (compared.result, &compared.recorded, &compared.found) {
        (Compared::Same, ..) => ("mark-passed", "identity-same"),
        (Compared::Different, ..) => ("mark-false", "identity-different"),
        (_, Some(_), Some(_)) => ("mark-notice", "identity-not-comparable"),
        (_, Some(_), None) => ("mark-notice", "identity-recorded-only"),
        (_, None, _) => ("mark-notice", "identity-found-only"),
    };
    let value = |value: &Option<IdentityValue>| value.as_ref().map(|value| shown(compared.field, value));
    let (recorded, found) = (value(&compared.recorded), value(&compared.found));
    let values = match compared.result {
        Compared::Same => vec![("value", found)],
        _ => vec![("recorded", recorded), ("found", found)],
    };
    let message = Message::new(id).term("field", identity_field_word(compared.field));
    let message = values
        .into_iter()
        .fold(message, |message, (name, value)| match value {
            Some(value) => message.with(name, value),
            None => message,
        });
    format!(
        "  {}  {}",
        console.text(&Message::new(mark)),
        console.text(&message)
    )
}

fn shown(field: IdentityField, value: &IdentityValue) -> Value {
    match value {
        IdentityValue::Bytes(bytes) => Value::Bytes(*bytes),
        IdentityValue::Text(name) if field == IdentityField::Kind => kind_value(name),
        IdentityValue::Text(text) => Value::Untrusted(text.clone()),
    }
}

/// Somebody else at the drive who is not known to write.
fn note_line(console: &Console, note: &DeviceError) -> String {
    let mark = console.text(&Message::new("mark-notice"));
    format!(
        "  {mark}  {}  [{}]",
        console.text(&explain_device(note)),
        note.code()
    )
}

/// Where it differs or cannot be read, what that looks like, and why reading ended early.
fn found_lines(console: &Console, read: &DriveRead) -> Vec<String> {
    let mut lines = Vec::new();
    if !read.excepted.is_empty() {
        lines.push(console.text(&Message::new("recheck-excepted-head")));
        lines.extend(range_lines(console, &read.excepted, "    "));
    }
    if let Some(found) = &read.read_back {
        lines.extend(place_lines(console, "recheck-different-head", &found.mismatches));
        lines.extend(
            displaced(found)
                .iter()
                .map(|message| format!("    {}", console.text(message))),
        );
        lines.extend(place_lines(console, "recheck-unreadable-head", &found.unreadable));
    }
    lines.extend(ended_early(read).map(|message| format!("  {}", console.text(&message))));
    lines
}

fn place_lines(console: &Console, head: &'static str, places: &RangeList) -> Vec<String> {
    if places.is_empty() {
        return Vec::new();
    }
    let head = Message::new(head)
        .number("count", places.count)
        .bytes("bytes", places.bytes);
    let mut lines = vec![console.text(&head)];
    lines.extend(range_lines(console, &places.ranges, "    "));
    let unlisted = places.count.saturating_sub(places.ranges.len() as u64);
    if unlisted > 0 {
        let more = Message::new("recheck-more-unlisted").number("count", unlisted);
        lines.push(format!("    {}", console.text(&more)));
    }
    lines
}

/// What the places that differ hold instead, as far as that shows.
fn displaced(found: &ReadBack) -> Vec<Message> {
    let displaced = &found.displaced;
    let pattern = match displaced.pattern {
        DisplacementPattern::None => None,
        DisplacementPattern::Wraps { real } => Some(Message::new("recheck-counterfeit").bytes("real", real)),
        // Somebody may have written to the rest since: that alone makes no counterfeit.
        DisplacementPattern::EndsAt { real } => Some(Message::new("recheck-ends-at").bytes("real", real)),
        DisplacementPattern::Shifted { by } => Some(Message::new("recheck-shifted").text("by", by)),
    };
    let moved = (displaced.moved > 0).then(|| Message::new("recheck-moved").number("count", displaced.moved));
    let stale = (displaced.stale > 0).then(|| Message::new("recheck-stale").number("count", displaced.stale));
    pattern.into_iter().chain(moved).chain(stale).collect()
}

fn ended_early(read: &DriveRead) -> Option<Message> {
    let in_ranges = |list: &RangeList| list.ranges.iter().map(|range| range.length.0).sum::<u64>();
    let all_differ = |found: &ReadBack| in_ranges(&found.mismatches) == found.compared.0;
    Some(match read.ending {
        Ending::Completed | Ending::Stopped => return None,
        Ending::FirstDifference => Message::new("recheck-first-difference"),
        Ending::GaveUp if read.read_back.as_ref().is_some_and(all_differ) => Message::new("recheck-hopeless"),
        Ending::GaveUp => explain_code("VER-GAVE-UP"),
        Ending::Stalled { .. } => explain_code("VER-STALLED"),
        Ending::Vanished => explain_code("VER-VANISHED"),
        Ending::Resized { .. } => explain_code("VER-RESIZED"),
        Ending::Failed { failure } => explain_io_failure(failure),
        _ => explain_code("VER-FAILED"),
    })
}
