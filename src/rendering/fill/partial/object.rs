//! 対象: what was named, what was found there, what became of it; and the free space, where that was erased.

use crate::records::{
    EntryTotals, FilesConfirmation, FreeSpace, InodeTotals, PartialRecord, PartialScope, TailTotals,
};
use crate::rendering::RenderError;
use crate::rendering::fill::rows::Rows;
use crate::rendering::fill::values::{self, grouped};
use crate::rendering::sheet::Section;
use crate::rendering::wording::Wording;

use super::codes;

type Rendered = Result<String, RenderError>;

/// The section.
pub(super) fn object(record: &PartialRecord, wording: &Wording) -> Result<Section, RenderError> {
    let totals = &record.totals;
    let mut rows = Rows::new("object", wording);
    rows.add("scope", scope(record.scope, wording)?)?;
    if record.scope == PartialScope::FreeSpace {
        // The files that took it were the program's own: nobody named them and nobody misses them.
        rows.add("planned", values::capacity(totals.planned_bytes, wording)?)?;
        let (by, place) = confirmed(record.confirmation, wording)?;
        let values = [("by", by.as_str()), ("place", &place)];
        rows.add(
            "confirmation",
            wording.filled("value.free-confirmation", &values)?,
        )?;
        return rows.into_section();
    }
    rows.add("named", counted("value.named", totals.named, wording)?)?;
    let (erased, left) = (totals.erased_files, totals.left_files);
    rows.add(
        "files",
        became("value.files", [totals.files, erased, left], wording)?,
    )?;
    let (removed, left) = (totals.removed_folders, totals.left_folders);
    rows.add(
        "folders",
        became("value.folders", [totals.folders, removed, left], wording)?,
    )?;
    rows.add("content", values::capacity(totals.content_bytes, wording)?)?;
    rows.add("planned", values::capacity(totals.planned_bytes, wording)?)?;
    if record.force_rewrite {
        rows.add("rewritten", wording.text("value.rewritten")?)?;
    }
    rows.add("confirmation", confirmation(record.confirmation, wording)?)?;
    rows.into_section()
}

/// ファイル, 空き領域.
pub(super) fn scope(scope: PartialScope, wording: &Wording) -> Rendered {
    wording.text(&format!("partial-scope.{}", codes::scope(scope)))
}

/// 空き領域; no rows where it was not erased.
pub(super) fn free_space(record: &PartialRecord, wording: &Wording) -> Result<Section, RenderError> {
    let mut rows = Rows::new("free-space", wording);
    if let Some(free) = &record.free_space {
        free_rows(free, wording, &mut rows)?;
    }
    rows.into_section()
}

fn free_rows(free: &FreeSpace, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    rows.add("before", values::bytes(free.free_before, wording)?)?;
    rows.add("written", values::bytes(free.written, wording)?)?;
    rows.add("left_over", values::bytes(free.left_over, wording)?)?;
    rows.add("reserve", values::bytes(free.reserve, wording)?)?;
    rows.add("taken", values::bytes(free.taken, wording)?)?;
    rows.add("tails", tails(free.tails, wording)?)?;
    let given = values::bytes(free.tails.unwritten_bytes, wording)?;
    rows.add("given", wording.filled("value.given", &[("bytes", &given)])?)?;
    rows.add("entries", entries(free.entries, wording)?)?;
    rows.add("inodes", inodes(free.inodes, wording)?)?;
    Ok(())
}

fn tails(tails: TailTotals, wording: &Wording) -> Rendered {
    let numbers = [
        tails.files,
        tails.clean,
        tails.erased,
        tails.left,
        tails.not_looked,
    ];
    let [all, clean, erased, left, unseen] = numbers.map(grouped);
    let values = [
        ("all", all.as_str()),
        ("clean", &clean),
        ("erased", &erased),
        ("left", &left),
        ("unseen", &unseen),
    ];
    wording.filled("value.tails", &values)
}

fn entries(entries: EntryTotals, wording: &Wording) -> Rendered {
    let numbers = [entries.folders, entries.cleared, entries.left, entries.not_looked];
    let [all, cleared, left, unseen] = numbers.map(grouped);
    let values = [
        ("all", all.as_str()),
        ("cleared", &cleared),
        ("left", &left),
        ("unseen", &unseen),
    ];
    wording.filled("value.folder-entries", &values)
}

fn inodes(inodes: InodeTotals, wording: &Wording) -> Rendered {
    let [taken, left] = [inodes.taken, inodes.left].map(grouped);
    let rest = [("taken", taken.as_str()), ("left", &left)];
    match inodes.free_before.map(grouped) {
        Some(all) => {
            let [taken, left] = rest;
            wording.filled("value.inodes", &[("all", &all), taken, left])
        }
        None => wording.filled("value.inodes-no-table", &rest),
    }
}

fn counted(key: &str, count: u64, wording: &Wording) -> Rendered {
    wording.filled(key, &[("count", &grouped(count))])
}

/// How many there are, how many of them are done, how many are left.
fn became(key: &str, numbers: [u64; 3], wording: &Wording) -> Rendered {
    let [all, done, left] = numbers.map(grouped);
    let values = [("all", all.as_str()), ("done", &done), ("left", &left)];
    wording.filled(key, &values)
}

fn confirmation(confirmation: FilesConfirmation, wording: &Wording) -> Rendered {
    let (by, place) = confirmed(confirmation, wording)?;
    let count = grouped(confirmation.count);
    let values = [("by", by.as_str()), ("place", &place), ("count", &count)];
    wording.filled("value.files-confirmation", &values)
}

/// What was typed, and where.
fn confirmed(confirmation: FilesConfirmation, wording: &Wording) -> Result<(String, String), RenderError> {
    let by = codes::confirmed(confirmation.by);
    let by = wording.text(&format!("files-confirmation.{by}"))?;
    let place = wording.text(if confirmation.at_terminal {
        "value.at-terminal"
    } else {
        "value.with-command"
    })?;
    Ok((by, place))
}
