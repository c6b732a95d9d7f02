//! The whole sheet of one partial erasure.

use crate::records::{FileSystem, Fingerprint, PartialRecord, PartialScope, PartialSlip, Verified};
use crate::rendering::RenderError;
use crate::rendering::fill::rows::Rows;
use crate::rendering::fill::values::{self, grouped};
use crate::rendering::fill::verdict as of_media;
use crate::rendering::fill::whole::{digest_groups, limits, read};
use crate::rendering::fill::{course, parties, people};
use crate::rendering::partial_sheet::PartialSheet;
use crate::rendering::sheet::{Row, Section};
use crate::rendering::wording::Wording;

use super::{object, proof, systems, tables, verdict};

/// The texts of `record` on paper. `signed` are the keys whose signatures are there and verified; `qr` is
/// the picture of the slip's code.
///
/// # Errors
/// [`RenderError::Wording`].
pub(in crate::rendering) fn sheet(
    record: &Verified<PartialRecord>,
    signed: &[Fingerprint],
    qr: String,
    wording: &Wording,
) -> Result<PartialSheet, RenderError> {
    let slip = PartialSlip::of(record.content(), record.digest());
    compose(record.content(), &slip, signed, qr, wording)
}

/// The same from parts that the caller answers for.
pub(in crate::rendering) fn compose(
    record: &PartialRecord,
    slip: &PartialSlip,
    signed: &[Fingerprint],
    qr: String,
    wording: &Wording,
) -> Result<PartialSheet, RenderError> {
    let count = grouped(record.file_systems.len() as u64);
    Ok(PartialSheet {
        number: record.number.as_str().to_owned(),
        digest: digest_groups(slip.digest),
        specimen: of_media::specimen(record.specimen, wording)?,
        virtual_heading: of_media::virtual_heading(virtual_kind(record), wording)?,
        follow_heading: of_media::follow_heading(&record.order, wording)?,
        title: verdict::title(record, wording)?,
        scope: verdict::scope(record, wording)?,
        verdict: verdict::verdict_box(record, wording)?,
        date: values::day_of(record.times.ended, wording),
        addressee: parties::addressee(record.contract.as_ref(), wording)?,
        contractor: parties::contractor(record.contract.as_ref(), wording)?,
        statement: verdict::statement(record, wording)?,
        sections: sections(record, wording)?,
        systems: systems::systems(record, wording)?,
        systems_below: wording.filled("value.systems-below", &[("count", &count)])?,
        tables: tables::tables(record, wording)?,
        limits: limits(&record.limits, wording)?,
        people: people::people(record.into(), signed, wording)?,
        slip: slip_rows(slip, wording)?,
        qr,
        record: record.clone(),
    })
}

/// That of the first medium that is none.
fn virtual_kind(record: &PartialRecord) -> Option<&String> {
    let kind = |system: &FileSystem| Some(system.medium.as_ref()?.virtual_kind.is_some());
    let system = record
        .file_systems
        .iter()
        .find(|system| kind(system) == Some(true))?;
    system.medium.as_ref()?.virtual_kind.as_ref()
}

fn sections(record: &PartialRecord, wording: &Wording) -> Result<Vec<Section>, RenderError> {
    Ok(vec![
        parties::contract(record.contract.as_ref(), wording)?,
        parties::machine(&record.machine, wording)?,
        object::object(record, wording)?,
        object::free_space(record, wording)?,
        parties::reason(&record.order, wording)?,
        proof::method(record, wording)?,
        proof::proof(record, wording)?,
        proof::beyond(record, wording)?,
        proof::circumstances(record, wording)?,
        course::ledger(&record.ledger, "value.entries", wording)?,
        course::tool(&record.tool, Some(record.plan), &record.roster, wording)?,
    ])
}

/// What the QR code says, in the slip's own spelling: its texts are cut at 48 bytes.
fn slip_rows(slip: &PartialSlip, wording: &Wording) -> Result<Vec<Row>, RenderError> {
    let level = |level| {
        let code = crate::rendering::fill::codes::level(level);
        wording.text(&format!("level.{code}"))
    };
    let (required, achieved) = (level(Some(slip.required))?, level(slip.achieved)?);
    let verdict = crate::rendering::fill::codes::verdict(slip.verdict);
    let mut rows = Rows::new("partial-slip", wording);
    rows.add("verdict", wording.text(&format!("verdict.{verdict}.word"))?)?;
    let levels = [("required", required.as_str()), ("achieved", &achieved)];
    rows.add("level", wording.filled("value.levels", &levels)?)?;
    let met = if slip.policy_met { "met" } else { "unmet" };
    rows.add("policy", wording.text(&format!("value.policy-{met}"))?)?;
    rows.add("scope", object::scope(slip.scope, wording)?)?;
    facts(slip, wording, &mut rows)?;
    for (role, fingerprint) in &slip.signers {
        let label = wording.text(&format!("role.{}", role.name()))?;
        rows.push("fingerprint", label, fingerprint.grouped()).coded();
    }
    Ok(rows.done())
}

fn facts(slip: &PartialSlip, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    if slip.scope == PartialScope::Files {
        let (erased, left) = (grouped(slip.erased_files), grouped(slip.left_files));
        let files = [("erased", erased.as_str()), ("left", &left)];
        rows.add("files", wording.filled("value.slip-files", &files)?)?;
    }
    rows.add("bytes", values::bytes(slip.bytes, wording)?)?;
    rows.add("model", read(&slip.model, wording)?)?;
    rows.add("serial", read(&slip.serial, wording)?)?.coded();
    rows.add("method", read(&slip.method, wording)?)?.coded();
    let flag = |set: bool| wording.text(if set { "value.flag-set" } else { "value.none" });
    rows.add("annex", flag(slip.annex)?)?;
    rows.add("rewrite", flag(slip.force_rewrite)?)?;
    rows.add("ended", values::time(slip.ended, wording))?;
    Ok(())
}
