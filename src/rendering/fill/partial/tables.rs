//! Tables of a sheet: the batches, their passes, and the seeds of these.

use crate::records::{FilesBatch, PartialRecord, Pass, Pattern, ReadBack};
use crate::rendering::RenderError;
use crate::rendering::fill::values::{self, grouped};
use crate::rendering::fill::{course, tables, visible};
use crate::rendering::sheet::Table;
use crate::rendering::wording::Wording;

use super::systems;

/// Most passes that the paper lists. A run over many batches has thousands of them, all alike; the record has
/// every one.
const MOST_PASSES: usize = 200;

/// All tables that the record gives cause for.
pub(super) fn tables(record: &PartialRecord, wording: &Wording) -> Result<Vec<Table>, RenderError> {
    let mut all = vec![systems::media(record, wording)?];
    if record.batches.is_empty() {
        return Ok(all);
    }
    all.push(batches(record, wording)?);
    if passes(record).next().is_some() {
        all.push(pass_table(record, wording)?);
        all.extend(seeds(record, wording)?);
    }
    Ok(all)
}

const BATCH_COLUMNS: [&str; 9] = [
    "batch",
    "system_number",
    "file_count",
    "stream",
    "passes_begun",
    "compared",
    "mismatched",
    "unreadable",
    "ending",
];

fn batches(record: &PartialRecord, wording: &Wording) -> Result<Table, RenderError> {
    let numbered = (1u64..).zip(&record.batches);
    let rows: Result<Vec<_>, _> = numbered
        .map(|(number, batch)| batch_line(number, batch, wording))
        .collect();
    Ok(Table {
        id: "batches",
        title: wording.text("table.batches")?,
        head: tables::head(&BATCH_COLUMNS, wording)?,
        right: (0..8).collect(),
        rows: rows?,
        foot: None,
    })
}

fn batch_line(number: u64, batch: &FilesBatch, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let read = batch.verification.measured();
    let read = read.and_then(|verification| verification.last.measured());
    let bytes = |of: fn(&ReadBack) -> u64| match read {
        Some(read) => Ok(grouped(of(read))),
        None => wording.text("value.blank"),
    };
    Ok(vec![
        grouped(number),
        grouped(u64::from(batch.file_system) + 1),
        grouped(batch.files),
        grouped(batch.stream_bytes.0),
        grouped(batch.passes.len() as u64),
        bytes(|read| read.compared.0)?,
        bytes(|read| read.mismatched.0)?,
        bytes(|read| read.unreadable.bytes.0)?,
        values::fact(&batch.ending, wording, |ending| course::ending(ending, wording))?,
    ])
}

/// Every pass with the number of its batch.
fn passes(record: &PartialRecord) -> impl Iterator<Item = (u64, &Pass)> {
    let numbered = (1u64..).zip(&record.batches);
    numbered.flat_map(|(number, batch)| batch.passes.iter().map(move |pass| (number, pass)))
}

const PASS_COLUMNS: [&str; 9] = [
    "batch",
    "number",
    "pattern",
    "written",
    "unwritable",
    "flush",
    "repeats",
    "started",
    "ended",
];

fn pass_table(record: &PartialRecord, wording: &Wording) -> Result<Table, RenderError> {
    let rows: Result<Vec<_>, _> = passes(record)
        .take(MOST_PASSES)
        .map(|(batch, pass)| pass_line(batch, pass, wording))
        .collect();
    let offset = tables::offset(record.times.ended);
    let foot = wording.filled("table.batch-offset", &[("offset", &offset)])?;
    let foot = match more(record, wording)? {
        Some(more) => wording.filled("value.sentences", &[("first", &foot), ("second", &more)])?,
        None => foot,
    };
    Ok(Table {
        id: "passes",
        title: wording.text("table.passes")?,
        head: tables::head(&PASS_COLUMNS, wording)?,
        right: vec![0, 1, 3, 6],
        rows: rows?,
        foot: Some(foot),
    })
}

/// As for a medium, without the range: a batch has no places of its own on a medium.
fn pass_line(batch: u64, pass: &Pass, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let mut cells = vec![grouped(batch)];
    let of_medium = tables::pass_row(pass, wording)?;
    let kept = of_medium.into_iter().enumerate();
    cells.extend(kept.filter_map(|(place, cell)| (place != tables::RANGE_COLUMN).then_some(cell)));
    Ok(cells)
}

/// The seeds, whole: whoever has them can compute every byte that was written. They are no secret.
fn seeds(record: &PartialRecord, wording: &Wording) -> Result<Option<Table>, RenderError> {
    let mut rows = Vec::new();
    for (batch, pass) in passes(record).take(MOST_PASSES) {
        if let Pattern::Seeded { seed } | Pattern::SeededComplement { seed } = &pass.pattern {
            rows.push(vec![
                grouped(batch),
                pass.number.to_string(),
                visible(seed, wording)?,
            ]);
        }
    }
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(Some(Table {
        id: "seeds",
        title: wording.text("table.seeds")?,
        head: tables::head(&["batch", "number", "seed"], wording)?,
        right: vec![0, 1],
        rows,
        foot: more(record, wording)?,
    }))
}

/// How many passes the record has beyond those listed.
fn more(record: &PartialRecord, wording: &Wording) -> Result<Option<String>, RenderError> {
    let more = passes(record).skip(MOST_PASSES).count() as u64;
    if more == 0 {
        return Ok(None);
    }
    let (listed, more) = (grouped(MOST_PASSES as u64), grouped(more));
    let values = [("listed", listed.as_str()), ("more", &more)];
    wording.filled("table.more-passes", &values).map(Some)
}
