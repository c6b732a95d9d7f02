//! 場所・日時, 処理記録簿 and 使用ソフトウェア: the circumstances.

use crate::records::{Digest, Ending, ErasureRecord, Fact, LedgerHead, RosterRef, Times, Tool};
use crate::rendering::RenderError;
use crate::rendering::sheet::Section;
use crate::rendering::wording::Wording;

use super::rows::Rows;
use super::values::{self, grouped};
use super::{codes, conduct, visible};

type Rendered = Result<String, RenderError>;

/// How many characters of a ledger's id are printed: enough to tell two apart; the root stands beside it.
const SHORT_ID: usize = 8;

/// 場所・日時.
pub(super) fn course(record: &ErasureRecord, wording: &Wording) -> Result<Section, RenderError> {
    let times = &record.times;
    let mut rows = Rows::new("course", wording);
    rows.add("place", values::given(record.place.as_ref(), wording)?)?;
    rows.add("started", values::time(times.started, wording))?;
    rows.add("ended", values::time(times.ended, wording))?;
    rows.add("took", values::duration(times.started, times.ended, wording)?)?;
    conduct::interruptions(record, wording, &mut rows)?;
    let row = rows.add("ending", ending(&record.ending, wording)?)?;
    if record.ending == Ending::GaveUp {
        row.noted(conduct::given_up_after(&record.io, wording)?);
    }
    rows.add("clock", clock(times, wording)?)?;
    rows.into_section()
}

/// How the run ended.
pub(super) fn ending(ending: &Ending, wording: &Wording) -> Rendered {
    let key = format!("ending.{}", codes::ending(ending));
    match ending {
        Ending::Stalled { seconds } => wording.filled(&key, &[("seconds", &grouped(u64::from(*seconds)))]),
        Ending::Failed { errno } => wording.filled(&key, &[("errno", &errno.to_string())]),
        Ending::Resized { size } => wording.filled(&key, &[("size", &values::bytes(*size, wording)?)]),
        Ending::Completed
        | Ending::Stopped
        | Ending::Vanished
        | Ending::ReadOnly
        | Ending::FirstDifference
        | Ending::GaveUp
        | Ending::FlushFailed => wording.text(&key),
    }
}

/// The clock, and whether it was in step.
pub(super) fn clock(times: &Times, wording: &Wording) -> Rendered {
    let clock = values::code("clock", &times.clock, wording)?;
    let state = match times.synchronised {
        Fact::Measured(true) => wording.text("value.clock-in-step")?,
        Fact::Measured(false) => wording.text("value.clock-alone")?,
        Fact::NotMeasured(_) => wording.text("value.clock-untold")?,
    };
    wording.filled("value.clock", &[("clock", &clock), ("state", &state)])
}

/// 処理記録簿. `entries` is the key of the text that says when it had so many.
pub(super) fn ledger(ledger: &LedgerHead, entries: &str, wording: &Wording) -> Result<Section, RenderError> {
    let mut rows = Rows::new("ledger", wording);
    let id = match ledger.id.char_indices().nth(SHORT_ID) {
        Some((end, _)) => format!("{}…", &ledger.id[..end]),
        None => ledger.id.clone(),
    };
    rows.add("id", visible(&id, wording)?)?.coded();
    let size = grouped(ledger.size);
    rows.add("entries", wording.filled(entries, &[("size", &size)])?)?;
    rows.add("root", ledger.root.grouped())?.coded();
    rows.into_section()
}

/// 使用ソフトウェア, and the roster that it used.
pub(super) fn tool(
    tool: &Tool,
    plan: Option<Digest>,
    used: &RosterRef,
    wording: &Wording,
) -> Result<Section, RenderError> {
    let mut rows = Rows::new("tool", wording);
    let (name, version) = (visible(&tool.name, wording)?, visible(&tool.version, wording)?);
    let values = [("name", name.as_str()), ("version", &version)];
    rows.add("name", wording.filled("value.tool", &values)?)?;
    let build = values::fact(&tool.claimed_build, wording, |digest| Ok(digest.grouped()))?;
    rows.add("build", build)?
        .coded()
        .noted(wording.text("value.own-claim")?);
    if let Some(plan) = plan {
        rows.add("plan", plan.grouped())?.coded();
    }
    roster(used, wording, &mut rows)?;
    rows.into_section()
}

fn roster(roster: &RosterRef, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let state = wording.text(&format!("roster.{}", codes::roster(roster.state)))?;
    rows.add("roster", state)?;
    let (Some(id), Some(serial)) = (&roster.id, roster.serial) else {
        return Ok(());
    };
    let (id, serial) = (visible(id, wording)?, grouped(serial));
    let text = wording.filled("value.roster", &[("id", &id), ("serial", &serial)])?;
    let row = rows.add("roster_id", text)?;
    if let Some(digest) = roster.digest {
        row.noted(wording.filled("value.roster-digest", &[("digest", &digest.grouped())])?);
    }
    Ok(())
}
