//! 消去方式, 検証 and 対象外: what was written, what was read back where the files had lain, and what was not looked at.

use crate::records::{AnnexRef, FilesBatch, PartialRecord, PartialScope, Search, Verification};
use crate::rendering::RenderError;
use crate::rendering::fill::rows::Rows;
use crate::rendering::fill::values::{self, grouped};
use crate::rendering::fill::{course, run};
use crate::rendering::sheet::Section;
use crate::rendering::wording::Wording;

type Rendered = Result<String, RenderError>;

/// 消去方式. The batch with the fewest passes tells how many were begun.
pub(super) fn method(record: &PartialRecord, wording: &Wording) -> Result<Section, RenderError> {
    let mut rows = Rows::new("method", wording);
    run::named(&record.method, wording, &mut rows)?;
    let begun = record.batches.iter().map(|batch| batch.passes.len()).min();
    rows.add(
        "passes",
        run::passes(&record.method, begun.unwrap_or(0), wording)?,
    )?;
    rows.into_section()
}

/// 検証.
pub(super) fn proof(record: &PartialRecord, wording: &Wording) -> Result<Section, RenderError> {
    let totals = &record.totals;
    let bytes = |count| values::bytes(count, wording);
    // What free space held is not compared with anything, and names of files that only took it are nobody's.
    let of_files = record.scope == PartialScope::Files;
    let mut rows = Rows::new("proof", wording);
    rows.add("mode", of_batches(record, wording, mode)?)?;
    let (equal, planned) = (bytes(totals.equal_bytes)?, bytes(totals.planned_bytes)?);
    let values = [("equal", equal.as_str()), ("planned", &planned)];
    rows.add("equal", wording.filled("value.read-in-place", &values)?)?;
    if of_files {
        rows.add("mapped", bytes(totals.mapped_bytes)?)?;
        rows.add("still_there", bytes(totals.still_there_bytes)?)?;
    }
    rows.add("other", bytes(totals.other_bytes)?)?;
    rows.add("moved", bytes(totals.moved_bytes)?)?;
    rows.add("unreached", bytes(totals.unreached_bytes)?)?;
    let (unwritten, slack) = (bytes(totals.unwritten_bytes)?, bytes(totals.slack_bytes)?);
    let values = [("unwritten", unwritten.as_str()), ("slack", &slack)];
    rows.add("not_comparable", wording.filled("value.not-comparable", &values)?)?;
    if of_files {
        rows.add("names", names(record, wording)?)?;
    }
    rows.add("read_path", of_batches(record, wording, read_path)?)?;
    rows.add("looked_again", looked_again(record, wording)?)?;
    rows.into_section()
}

/// ファイル名 in the blocks of the folders.
fn names(record: &PartialRecord, wording: &Wording) -> Rendered {
    let names = &record.totals.names;
    let [gone, still, unseen] = [names.gone, names.still_there, names.not_seen].map(grouped);
    let values = [("gone", gone.as_str()), ("still", &still), ("unseen", &unseen)];
    wording.filled("value.names", &values)
}

/// In how many batches the old blocks could be known again, and places were asked for again.
fn looked_again(record: &PartialRecord, wording: &Wording) -> Rendered {
    let count = |holds: fn(&&FilesBatch) -> bool| grouped(record.batches.iter().filter(holds).count() as u64);
    let (all, kept) = (count(|_| true), count(|batch| batch.digests_kept));
    let again = count(|batch| batch.looked_again);
    let values = [("all", all.as_str()), ("kept", &kept), ("again", &again)];
    wording.filled("value.looked-again", &values)
}

/// What `show` says of the batches, each text once.
fn of_batches(
    record: &PartialRecord,
    wording: &Wording,
    show: fn(&Verification, &Wording) -> Rendered,
) -> Rendered {
    let mut all: Vec<String> = Vec::new();
    for batch in &record.batches {
        let text = values::fact(&batch.verification, wording, |read| show(read, wording))?;
        if !all.contains(&text) {
            all.push(text);
        }
    }
    if all.is_empty() {
        return wording.text("value.blank");
    }
    Ok(all.join(" ／ "))
}

fn mode(verification: &Verification, wording: &Wording) -> Rendered {
    run::asked(&verification.asked, wording)
}

fn read_path(verification: &Verification, wording: &Wording) -> Rendered {
    values::fact(&verification.last, wording, |read| {
        run::read_path(&read.read, wording)
    })
}

/// 対象外・別紙: where nobody looked, and where the names of the files stand.
pub(super) fn beyond(record: &PartialRecord, wording: &Wording) -> Result<Section, RenderError> {
    let mut rows = Rows::new("beyond", wording);
    if record.scope == PartialScope::FreeSpace {
        return rows.into_section();
    }
    let row = rows.add("search", search(record.search, wording)?)?;
    if let Some(note) = not_looked_for(record.search, wording)? {
        row.noted(note);
    }
    annex(record.annex.as_ref(), wording, &mut rows)?;
    rows.into_section()
}

fn search(search: Search, wording: &Wording) -> Rendered {
    match search {
        Search::NotSearched => wording.text("value.not-searched"),
        Search::Searched(found) => {
            let key = match (found.complete, found.hits + found.name_hits) {
                (true, 0) => "value.searched",
                (true, _) => "value.searched-found",
                (false, _) => "value.searched-in-part",
            };
            let bytes = values::bytes(found.bytes, wording)?;
            let numbers = [
                found.blocks_looked_for,
                found.names_looked_for,
                found.hits,
                found.name_hits,
            ];
            let [blocks, names, hits, places] = numbers.map(grouped);
            let values = [
                ("bytes", bytes.as_str()),
                ("blocks", &blocks),
                ("names", &names),
                ("hits", &hits),
                ("places", &places),
            ];
            // Every text says how much was searched and for what; only two how much was found.
            wording.filled(key, &values)
        }
    }
}

/// What a search left out, where it left anything out.
fn not_looked_for(search: Search, wording: &Wording) -> Result<Option<String>, RenderError> {
    let (blocks, names) = match search {
        Search::Searched(found) => (found.blocks_not_looked_for, found.names_not_looked_for),
        Search::NotSearched => (0, 0),
    };
    if (blocks, names) == (0, 0) {
        return Ok(None);
    }
    let (blocks, names) = (grouped(blocks), grouped(names));
    let values = [("blocks", blocks.as_str()), ("names", &names)];
    wording.filled("value.not-looked-for", &values).map(Some)
}

fn annex(annex: Option<&AnnexRef>, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let Some(annex) = annex else {
        let none = wording.text("value.no-annex")?;
        return rows.add("annex", none).map(|_| ());
    };
    let (entries, bytes) = (grouped(annex.entries), values::bytes(annex.bytes, wording)?);
    let values = [("entries", entries.as_str()), ("bytes", &bytes)];
    let digest = annex.sha256.grouped();
    rows.add("annex", wording.filled("value.annex", &values)?)?
        .noted(wording.filled("value.annex-digest", &[("digest", &digest)])?);
    Ok(())
}

/// 場所・日時.
pub(super) fn circumstances(record: &PartialRecord, wording: &Wording) -> Result<Section, RenderError> {
    let times = &record.times;
    let mut rows = Rows::new("course", wording);
    rows.add("place", values::given(record.place.as_ref(), wording)?)?;
    rows.add("started", values::time(times.started, wording))?;
    rows.add("ended", values::time(times.ended, wording))?;
    rows.add("took", values::duration(times.started, times.ended, wording)?)?;
    rows.add("clock", course::clock(times, wording)?)?;
    rows.into_section()
}
