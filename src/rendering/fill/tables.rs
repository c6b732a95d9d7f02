//! Tables of a sheet: passes, their seeds, and every range with a fault.
//!
//! A record holds the first 1,000 ranges of each list; all of them are printed, and what is beyond is
//! counted below.

use crate::records::{ErasureRecord, FlushResult, Pass, Pattern, RangeList};
use crate::rendering::RenderError;
use crate::rendering::sheet::Table;
use crate::rendering::wording::Wording;
use crate::units::Timestamp;

use super::values::{self, grouped, short_time};
use super::{run, visible};

type Rendered = Result<String, RenderError>;

/// All tables that the record gives cause for.
pub(super) fn tables(record: &ErasureRecord, wording: &Wording) -> Result<Vec<Table>, RenderError> {
    let mut all = Vec::new();
    if !record.passes.is_empty() {
        all.push(passes(record, wording)?);
    }
    all.extend(seeds(record, wording)?);
    let sector = record.medium.logical_sector;
    for (id, place, list) in faults(record) {
        if list.count > 0 || !list.ranges.is_empty() {
            all.push(ranges(id, &place, list, sector, wording)?);
        }
    }
    Ok(all)
}

/// Where a list of ranges was met.
enum Place {
    Pass(u16),
    SecondLook,
}

/// Every list of ranges, in the order of the run.
fn faults(record: &ErasureRecord) -> Vec<(&'static str, Place, &RangeList)> {
    let verification = &record.verification;
    let reads: Vec<_> = verification
        .earlier
        .iter()
        .chain(verification.last.measured())
        .collect();
    let unwritable = record.passes.iter();
    let unwritable = unwritable.map(|pass| ("unwritable", Place::Pass(pass.number), &pass.unwritable));
    let unreadable = reads
        .iter()
        .map(|read| ("unreadable", Place::Pass(read.pass), &read.unreadable));
    let looked = verification.second_look.measured();
    let looked = looked.map(|look| ("unreadable", Place::SecondLook, &look.unreadable));
    let mismatches = reads
        .iter()
        .map(|read| ("mismatches", Place::Pass(read.pass), &read.mismatches));
    unwritable
        .chain(unreadable)
        .chain(looked)
        .chain(mismatches)
        .collect()
}

/// Which cell of a pass is its range.
pub(super) const RANGE_COLUMN: usize = 2;

const PASS_COLUMNS: [&str; 9] = [
    "number",
    "pattern",
    "range",
    "written",
    "unwritable",
    "flush",
    "repeats",
    "started",
    "ended",
];

fn passes(record: &ErasureRecord, wording: &Wording) -> Result<Table, RenderError> {
    let rows: Result<Vec<_>, _> = record.passes.iter().map(|pass| pass_row(pass, wording)).collect();
    Ok(Table {
        id: "passes",
        title: wording.text("table.passes")?,
        head: head(&PASS_COLUMNS, wording)?,
        right: vec![0, 3, 6],
        rows: rows?,
        foot: Some(wording.filled("table.offset", &[("offset", &offset(record.times.ended))])?),
    })
}

/// The offset from UTC in which the times of the table stand.
pub(super) fn offset(ended: Timestamp) -> String {
    let written = ended.to_string();
    written.get(19..).unwrap_or_default().to_owned()
}

pub(super) fn pass_row(pass: &Pass, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let [first, last, ..] = values::range(pass.range, 1);
    let unwritable = if pass.unwritable.count == 0 {
        wording.text("value.none")?
    } else {
        let bytes = values::bytes(pass.unwritable.bytes, wording)?;
        let count = grouped(pass.unwritable.count);
        wording.filled("value.places", &[("bytes", &bytes), ("count", &count)])?
    };
    Ok(vec![
        pass.number.to_string(),
        run::pattern(&pass.pattern, wording)?,
        format!("{first}–{last}"),
        grouped(pass.written.0),
        unwritable,
        flushes(&pass.flushes, wording)?,
        grouped(u64::from(pass.repeats)),
        short_time(pass.started),
        short_time(pass.ended),
    ])
}

fn flushes(flushes: &[FlushResult], wording: &Wording) -> Rendered {
    let Some(last) = flushes.last() else {
        return wording.text("value.not-flushed");
    };
    let failed = flushes.iter().filter(|flush| !flush.ok).count();
    if failed == 0 {
        return wording.text("value.flushed");
    }
    let errnos: Vec<String> = flushes
        .iter()
        .filter_map(|flush| Some(flush.errno?.to_string()))
        .collect();
    let key = if last.ok {
        "value.flushed-at-last"
    } else {
        "value.flush-failed"
    };
    let failed = failed.to_string();
    wording.filled(key, &[("failed", &failed), ("errnos", &errnos.join(", "))])
}

/// The seeds, whole: whoever has them can compute every byte that was written. They are no secret.
fn seeds(record: &ErasureRecord, wording: &Wording) -> Result<Option<Table>, RenderError> {
    let seeded = record.passes.iter().filter_map(|pass| match &pass.pattern {
        Pattern::Seeded { seed } | Pattern::SeededComplement { seed } => Some((pass.number, seed)),
        Pattern::Constant { .. } => None,
    });
    let row = |(number, seed): (u16, &String)| Ok(vec![number.to_string(), visible(seed, wording)?]);
    let rows = seeded.map(row).collect::<Result<Vec<_>, RenderError>>()?;
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(Some(Table {
        id: "seeds",
        title: wording.text("table.seeds")?,
        head: head(&["number", "seed"], wording)?,
        right: vec![0],
        rows,
        foot: None,
    }))
}

fn ranges(
    id: &'static str,
    place: &Place,
    list: &RangeList,
    sector: u32,
    wording: &Wording,
) -> Result<Table, RenderError> {
    let numbered = (1u64..).zip(&list.ranges);
    let row = |(number, range): (u64, &_)| {
        let mut cells = vec![grouped(number)];
        cells.extend(values::range(*range, sector));
        cells
    };
    let mut columns = head(&["number", "first", "last", "bytes"], wording)?;
    let sector = grouped(u64::from(sector));
    columns.push(wording.filled("column.sectors", &[("bytes", &sector)])?);
    Ok(Table {
        id,
        title: range_title(id, place, list, wording)?,
        head: columns,
        right: vec![0, 1, 2, 3, 4],
        rows: numbered.map(row).collect(),
        foot: more(list, wording)?,
    })
}

fn range_title(id: &str, place: &Place, list: &RangeList, wording: &Wording) -> Rendered {
    let place = match place {
        Place::Pass(pass) => wording.filled("table.of-pass", &[("pass", &pass.to_string())])?,
        Place::SecondLook => wording.text("table.of-second-look")?,
    };
    let (bytes, count) = (values::bytes(list.bytes, wording)?, grouped(list.count));
    let values = [("place", place.as_str()), ("bytes", &bytes), ("count", &count)];
    wording.filled(&format!("table.{id}"), &values)
}

/// How many ranges the record counted but does not hold.
fn more(list: &RangeList, wording: &Wording) -> Result<Option<String>, RenderError> {
    let listed = list.ranges.len() as u64;
    let Some(more) = list.count.checked_sub(listed).filter(|more| *more > 0) else {
        return Ok(None);
    };
    let (listed, more) = (grouped(listed), grouped(more));
    wording
        .filled("table.more", &[("listed", &listed), ("more", &more)])
        .map(Some)
}

/// Heads of columns.
pub(super) fn head(columns: &[&str], wording: &Wording) -> Result<Vec<String>, RenderError> {
    columns
        .iter()
        .map(|column| wording.text(&format!("column.{column}")))
        .collect()
}
