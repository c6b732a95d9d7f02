//! The whole sheet of one record.

use crate::records::{Digest, ErasureRecord, Fingerprint, Slip, Verified};
use crate::rendering::RenderError;
use crate::rendering::sheet::{Row, Section, Sheet};
use crate::rendering::wording::Wording;

use super::rows::Rows;
use super::{course, medium, parties, people, run, tables, values, verdict, visible};

/// The texts of `record` on paper. `signed` are the keys whose signatures are there and verified; `qr` is
/// the picture of the slip's code.
///
/// # Errors
/// [`RenderError::Wording`].
pub(in crate::rendering) fn sheet(
    record: &Verified<ErasureRecord>,
    signed: &[Fingerprint],
    qr: String,
    wording: &Wording,
) -> Result<Sheet, RenderError> {
    let slip = Slip::of(record.content(), record.digest());
    compose(record.content(), &slip, signed, qr, wording)
}

/// The same from parts that the caller answers for.
pub(in crate::rendering) fn compose(
    record: &ErasureRecord,
    slip: &Slip,
    signed: &[Fingerprint],
    qr: String,
    wording: &Wording,
) -> Result<Sheet, RenderError> {
    Ok(Sheet {
        number: record.number.as_str().to_owned(),
        digest: digest_groups(slip.digest),
        specimen: verdict::specimen(record.specimen, wording)?,
        virtual_heading: verdict::virtual_heading(record.medium.virtual_kind.as_ref(), wording)?,
        follow_heading: verdict::follow_heading(&record.order, wording)?,
        title: verdict::title(record, wording)?,
        verdict: verdict::verdict_box(record, wording)?,
        date: values::day_of(record.times.ended, wording),
        addressee: parties::addressee(record.contract.as_ref(), wording)?,
        contractor: parties::contractor(record.contract.as_ref(), wording)?,
        statement: verdict::statement(record, wording)?,
        sections: sections(record, wording)?,
        tables: tables::tables(record, wording)?,
        limits: limits(&record.limits, wording)?,
        people: people::people(record.into(), signed, wording)?,
        slip: slip_rows(record, slip, wording)?,
        qr,
        record: record.clone(),
    })
}

/// 照合値 in groups of four digits.
pub(super) fn digest_groups(digest: Digest) -> Vec<String> {
    digest.grouped().split(' ').map(str::to_owned).collect()
}

fn sections(record: &ErasureRecord, wording: &Wording) -> Result<Vec<Section>, RenderError> {
    Ok(vec![
        parties::contract(record.contract.as_ref(), wording)?,
        parties::machine(&record.machine, wording)?,
        medium::medium(record, wording)?,
        parties::reason(&record.order, wording)?,
        run::method(record, wording)?,
        run::verification(record, wording)?,
        course::course(record, wording)?,
        course::ledger(&record.ledger, "value.entries", wording)?,
        course::tool(&record.tool, Some(record.plan), &record.roster, wording)?,
    ])
}

/// 既知の限界, a sentence each.
pub(super) fn limits(codes: &[String], wording: &Wording) -> Result<Vec<String>, RenderError> {
    let codes = codes.iter();
    codes.map(|code| values::code("limit", code, wording)).collect()
}

/// What the QR code says, in the slip's own spelling: its texts are cut at 48 bytes.
fn slip_rows(record: &ErasureRecord, slip: &Slip, wording: &Wording) -> Result<Vec<Row>, RenderError> {
    let shown = verdict::verdict_box(record, wording)?;
    let mut rows = Rows::new("slip", wording);
    rows.add("verdict", shown.word)?;
    let levels = [
        ("required", shown.required.as_str()),
        ("achieved", &shown.achieved),
    ];
    rows.add("level", wording.filled("value.levels", &levels)?)?;
    rows.add("policy", shown.policy_word)?;
    rows.add("model", read(&slip.model, wording)?)?;
    rows.add("serial", read(&slip.serial, wording)?)?.coded();
    rows.add("capacity", values::bytes(slip.capacity, wording)?)?;
    rows.add("method", read(&slip.method, wording)?)?.coded();
    rows.add("ended", values::time(slip.ended, wording))?;
    for (role, fingerprint) in &slip.signers {
        let label = wording.text(&format!("role.{}", role.name()))?;
        rows.push("fingerprint", label, fingerprint.grouped()).coded();
    }
    Ok(rows.done())
}

/// A text of the slip; empty where none was read.
pub(super) fn read(text: &str, wording: &Wording) -> Result<String, RenderError> {
    if text.is_empty() {
        wording.text("value.not-recorded")
    } else {
        visible(text, wording)
    }
}
