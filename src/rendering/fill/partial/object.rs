//! 対象: what was named, what was found there, what became of it; and the free space, where that was erased.

use crate::records::{FilesConfirmation, FreeSpace, PartialRecord, PartialScope};
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
    let tails = [free.tails.files, free.tails.erased, free.tails.left];
    rows.add("tails", became("value.tails", tails, wording)?)?;
    Ok(())
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
    let by = wording.text(&format!(
        "files-confirmation.{}",
        codes::confirmed(confirmation.by)
    ))?;
    let place = wording.text(if confirmation.at_terminal {
        "value.at-terminal"
    } else {
        "value.with-command"
    })?;
    let count = grouped(confirmation.count);
    let values = [("by", by.as_str()), ("place", &place), ("count", &count)];
    wording.filled("value.files-confirmation", &values)
}
