//! What a record of a partial erasure says: files or free space, headed as no erasure of a medium.

use keshiin::policy::Purpose;
use keshiin::records::{
    EntryTotals, FileSystem, FreeSpace, InodeTotals, Order, PartialRecord, PartialScope, PartialSlip, Search,
    Sight, TailTotals, Witness, WitnessMode,
};

use super::{Fields, clock, order_rows, serial_text, signer_rows, time_span, unmet_lines};
use crate::cli::console::Console;
use crate::cli::escape::escape;
use crate::cli::explain::{explain_code, purpose_word, record_level_word, record_verdict_word};
use crate::cli::i18n::Message;

/// The rows of a record of a partial erasure.
pub(super) fn partial_lines(console: &Console, record: &PartialRecord, digest: &str) -> Vec<String> {
    let fields = Fields::new(console)
        .row("field-record-kind", &Message::new("record-partial"))
        .plain("field-number", record.number.to_string())
        .plain("field-digest", digest)
        .row("field-verdict", &record_verdict_word(record.verdict));
    let fields = order_rows(fields, &record.order)
        .row("field-order", &order(&record.order))
        .row("field-scope", &scope(record.scope));
    let fields = file_system_rows(fields, console, &record.file_systems);
    let fields = total_rows(fields, record).untrusted(
        "field-method",
        Some(&format!("{} ({})", record.method.name, record.method.source)),
    );
    let fields = fields
        .plain("field-times", time_span(console, &record.times))
        .row("field-clock", &clock(&record.times));
    let fields = signer_rows(fields, &record.signers)
        .row("field-witness", &witness(&record.witness))
        .untrusted("field-place", record.place.as_deref());
    let mut lines = fields.lines();
    lines.extend(unmet_lines(console, &record.order.unmet));
    lines.extend(code_lines(console, '-', &record.reasons));
    if console.verbose() {
        lines.extend(code_lines(console, '*', &record.limits));
    }
    lines
}

fn code_lines(console: &Console, mark: char, codes: &[String]) -> Vec<String> {
    let line = |code: &String| format!("    {mark} {}", console.text(&explain_code(code)));
    codes.iter().map(line).collect()
}

/// One row for each file system, and one for what lies under it.
fn file_system_rows<'a>(mut fields: Fields<'a>, console: &'a Console, systems: &[FileSystem]) -> Fields<'a> {
    for system in systems {
        let sight = match &system.sight {
            Sight::Device { node } => Message::new("partial-sight-device").untrusted("node", node),
            Sight::None { why } => {
                Message::new("partial-sight-none").term("why", Message::new(blindness(why.name())))
            }
        };
        let shown = Message::new("partial-file-system")
            .untrusted("name", &system.name)
            .untrusted("place", &system.mount_point)
            .term("sight", sight);
        fields = fields.row("field-file-system", &shown);
        if let Some(medium) = &system.medium {
            if medium.virtual_kind.is_some() {
                fields = fields.row("field-virtual", &Message::new("virtual-medium"));
            }
            fields = fields
                .untrusted("field-model", medium.model.measured().map(String::as_str))
                .plain("field-serial", serial_text(console, &medium.serial));
        }
        for snapshot in &system.snapshots {
            fields = fields.untrusted("field-snapshot", Some(snapshot));
        }
    }
    fields
}

/// Why the blocks could not be looked at, as a message.
pub(crate) fn blindness(name: &str) -> &'static str {
    match name {
        "not-allowed" => "blind-not-allowed",
        "network" => "blind-network",
        "program" => "blind-program",
        "overlay" => "blind-overlay",
        "own-addresses" => "blind-own-addresses",
        "layer" => "blind-layer",
        "memory" => "blind-memory",
        _ => "blind-unknown",
    }
}

/// The sums, in words. What nothing was found of is not told, but for what a reader looks for.
fn total_rows<'a>(fields: Fields<'a>, record: &PartialRecord) -> Fields<'a> {
    let totals = &record.totals;
    let mut fields = match &record.free_space {
        Some(free) => fields.row("field-free-space", &free_space(free)),
        None => fields
            .row("field-files", &files(record))
            .row("field-folders", &folders(record)),
    };
    if let Some(free) = &record.free_space {
        fields = fields
            .row("field-tails", &tails(free.tails))
            .row(
                "field-given",
                &Message::new("partial-given").bytes("bytes", free.tails.unwritten_bytes),
            )
            .row("field-unused-entries", &entries(free.entries))
            .row("field-inodes", &inodes(free.inodes));
    }
    fields = fields
        .row("field-overwritten", &overwritten(record))
        .row("field-old-content", &old_content(record));
    if record.free_space.is_none() {
        fields = fields.row(
            "field-names",
            &Message::new("partial-names")
                .number("gone", totals.names.gone)
                .number("still", totals.names.still_there)
                .number("unseen", totals.names.not_seen),
        );
    }
    if record.force_rewrite {
        fields = fields.row("field-rewrite", &Message::new("partial-rewritten"));
    }
    if record.scope == PartialScope::FreeSpace {
        return fields;
    }
    fields
        .row("field-elsewhere", &search(record.search))
        .row("field-annex", &annex(record))
}

/// What is at the old places. Zeros would say that somebody looked, where nobody could.
fn old_content(record: &PartialRecord) -> Message {
    let totals = &record.totals;
    let measured = [
        totals.mapped_bytes,
        totals.equal_bytes,
        totals.other_bytes,
        totals.still_there_bytes,
        totals.moved_bytes,
        totals.unreached_bytes,
    ];
    if totals.planned_bytes.0 > 0 && measured.iter().all(|bytes| bytes.0 == 0) {
        return Message::new("partial-old-content-unseen");
    }
    let message = match record.scope {
        PartialScope::Files => Message::new("partial-old-content").bytes("still", totals.still_there_bytes),
        PartialScope::FreeSpace => Message::new("partial-free-places"),
    };
    message
        .bytes("other", totals.other_bytes)
        .bytes("moved", totals.moved_bytes)
        .bytes("unreached", totals.unreached_bytes)
}

/// What free space held before is compared with nothing.
fn overwritten(record: &PartialRecord) -> Message {
    let totals = &record.totals;
    let message = match record.scope {
        PartialScope::Files => Message::new("partial-bytes").bytes("mapped", totals.mapped_bytes),
        PartialScope::FreeSpace => Message::new("partial-free-bytes"),
    };
    message
        .bytes("planned", totals.planned_bytes)
        .bytes("equal", totals.equal_bytes)
}

fn files(record: &PartialRecord) -> Message {
    let totals = &record.totals;
    Message::new("partial-files")
        .number("named", totals.named)
        .number("files", totals.files)
        .bytes("content", totals.content_bytes)
        .number("erased", totals.erased_files)
        .number("left", totals.left_files)
}

fn folders(record: &PartialRecord) -> Message {
    let totals = &record.totals;
    Message::new("partial-folders")
        .number("folders", totals.folders)
        .number("removed", totals.removed_folders)
        .number("left", totals.left_folders)
}

fn free_space(free: &FreeSpace) -> Message {
    Message::new("partial-free-space")
        .bytes("before", free.free_before)
        .bytes("written", free.written)
        .bytes("reserve", free.reserve)
        .bytes("left", free.left_over)
}

fn tails(tails: TailTotals) -> Message {
    Message::new("partial-tails")
        .number("files", tails.files)
        .number("clean", tails.clean)
        .number("erased", tails.erased)
        .number("left", tails.left)
        .number("unseen", tails.not_looked)
}

fn entries(entries: EntryTotals) -> Message {
    Message::new("partial-entries")
        .number("folders", entries.folders)
        .number("cleared", entries.cleared)
        .number("left", entries.left)
        .number("unseen", entries.not_looked)
}

fn inodes(inodes: InodeTotals) -> Message {
    let message = match inodes.free_before {
        Some(free) => Message::new("partial-inodes").number("free", free),
        None => Message::new("partial-inodes-no-table"),
    };
    message.number("taken", inodes.taken).number("left", inodes.left)
}

fn search(search: Search) -> Message {
    match search {
        Search::NotSearched => Message::new("partial-not-searched"),
        Search::Searched(found) => {
            let id = match (found.complete, found.hits + found.name_hits) {
                (true, 0) => "partial-searched",
                (true, _) => "partial-found",
                (false, _) => "partial-searched-in-part",
            };
            Message::new(id)
                .bytes("bytes", found.bytes)
                .number("blocks", found.blocks_looked_for)
                .number("names", found.names_looked_for)
                .number("hits", found.hits)
                .number("places", found.name_hits)
                .number("others", found.blocks_not_looked_for)
                .number("short", found.names_not_looked_for)
        }
    }
}

fn annex(record: &PartialRecord) -> Message {
    match record.annex {
        Some(annex) => Message::new("partial-annex")
            .number("entries", annex.entries)
            .text("digest", annex.sha256.grouped()),
        None => Message::new("partial-no-annex"),
    }
}

const fn scope(scope: PartialScope) -> Message {
    Message::new(match scope {
        PartialScope::Files => "partial-scope-files",
        PartialScope::FreeSpace => "partial-scope-free-space",
    })
}

/// Why, and how secret the data are.
pub(super) fn order(order: &Order) -> Message {
    let id = if order.mynumber { "order-mynumber" } else { "order" };
    let message = match order.purpose.parse::<Purpose>() {
        Ok(purpose) => Message::new(id).term("purpose", purpose_word(purpose)),
        Err(_) => Message::new(id).untrusted("purpose", &order.purpose),
    };
    message.untrusted("classification", &order.classification)
}

/// How the witness takes part.
pub(super) fn witness(witness: &Witness) -> Message {
    match witness.mode {
        WitnessMode::SameMachine => Message::new("witness-mode-same-machine"),
        WitnessMode::OwnMachine => Message::new("witness-mode-own-machine"),
        WitnessMode::Paper => {
            Message::new("witness-mode-paper").untrusted("who", witness.on_paper.clone().unwrap_or_default())
        }
        WitnessMode::None => {
            Message::new("witness-mode-none").untrusted("reason", witness.reason.clone().unwrap_or_default())
        }
    }
}

/// The facts of its slip.
pub(super) fn partial_slip_lines(console: &Console, slip: &PartialSlip) -> Vec<String> {
    let met = if slip.policy_met {
        "slip-policy-met"
    } else {
        "slip-policy-not-met"
    };
    let levels = Message::new("levels")
        .term("required", record_level_word(Some(slip.required)))
        .term("achieved", record_level_word(slip.achieved));
    let (field, counts) = match slip.scope {
        PartialScope::Files => {
            let counts = Message::new("partial-slip-files")
                .number("erased", slip.erased_files)
                .number("left", slip.left_files);
            ("field-files", counts)
        }
        PartialScope::FreeSpace => ("field-free-space", Message::new("partial-slip-free")),
    };
    let counts = counts.bytes("bytes", slip.bytes);
    let known = |text: &str| match text {
        "" => "-".to_owned(),
        text => escape(text),
    };
    let mut fields = Fields::new(console)
        .row("field-record-kind", &Message::new("record-partial"))
        .plain("field-number", slip.number.to_string())
        .plain("field-digest", slip.digest.grouped())
        .row("field-verdict", &record_verdict_word(slip.verdict))
        .row("field-policy-met", &Message::new(met))
        .row("field-levels", &levels)
        .row("field-scope", &scope(slip.scope))
        .row(field, &counts);
    if slip.force_rewrite {
        fields = fields.row("field-rewrite", &Message::new("partial-rewritten"));
    }
    if slip.virtual_medium {
        fields = fields.row("field-virtual", &Message::new("virtual-medium"));
    }
    let annex = if slip.annex {
        "partial-slip-annex"
    } else {
        "partial-no-annex"
    };
    if slip.scope == PartialScope::Files {
        fields = fields.row("field-annex", &Message::new(annex));
    }
    fields
        .plain("field-model", known(&slip.model))
        .plain("field-serial", known(&slip.serial))
        .plain("field-method", escape(&slip.method))
        .plain("field-times", console.catalogue().time_for_people(slip.ended))
        .lines()
}

#[cfg(test)]
#[path = "partial_tests.rs"]
mod tests;
