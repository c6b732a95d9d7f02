//! The whole sheet of one delivery.

use crate::records::{DeliveryReadBack, DeliveryRecord, DeliverySlip, Fingerprint, Verified};
use crate::rendering::RenderError;
use crate::rendering::delivery_sheet::DeliverySheet;
use crate::rendering::fill::rows::Rows;
use crate::rendering::fill::values::{self, grouped};
use crate::rendering::fill::whole::{digest_groups, read};
use crate::rendering::fill::{course, parties, verdict, visible};
use crate::rendering::sheet::{Row, Section, Table};
use crate::rendering::wording::Wording;

use super::{address, carrier, contents, people, protection, volumes};

type Rendered = Result<String, RenderError>;

/// The texts of `record` on paper. `signed` are the keys whose signatures are there and verified; `qr` is
/// the picture of the slip's code.
///
/// # Errors
/// [`RenderError::Wording`].
pub(in crate::rendering) fn sheet(
    record: &Verified<DeliveryRecord>,
    signed: &[Fingerprint],
    qr: String,
    wording: &Wording,
) -> Result<DeliverySheet, RenderError> {
    let slip = DeliverySlip::of(record.content(), record.digest());
    compose(record.content(), &slip, signed, qr, wording)
}

/// The same from parts that the caller answers for.
pub(in crate::rendering) fn compose(
    record: &DeliveryRecord,
    slip: &DeliverySlip,
    signed: &[Fingerprint],
    qr: String,
    wording: &Wording,
) -> Result<DeliverySheet, RenderError> {
    Ok(DeliverySheet {
        number: record.number.as_str().to_owned(),
        digest: digest_groups(slip.digest),
        specimen: verdict::specimen(record.specimen, wording)?,
        virtual_heading: verdict::virtual_heading(record.medium.virtual_kind.as_ref(), wording)?,
        title: wording.text("delivery.title")?,
        date: values::day_of(record.times.ended, wording),
        addressee: people::addressee(record, wording)?,
        contractor: parties::contractor(record.contract.as_ref(), wording)?,
        sender: people::sender(record, wording)?,
        statement: wording.text("delivery.statement")?,
        sections: sections(record, wording)?,
        tables: tables(record, wording)?,
        notes: notes(record, wording)?,
        people: people::signatories(record, signed, wording)?,
        slip: slip_rows(slip, wording)?,
        qr,
        address: address::address(record, wording)?,
        record: record.clone(),
    })
}

fn sections(record: &DeliveryRecord, wording: &Wording) -> Result<Vec<Section>, RenderError> {
    Ok(vec![
        contents::contents(record, wording)?,
        parties::contract(record.contract.as_ref(), wording)?,
        protection::protection(record, wording)?,
        carrier::carrier(&record.medium, wording)?,
        carrier::checks(record, wording)?,
        carrier::course(record, wording)?,
        course::ledger(&record.ledger, "value.delivered-entries", wording)?,
        course::tool(&record.tool, None, &record.roster, wording)?,
    ])
}

fn tables(record: &DeliveryRecord, wording: &Wording) -> Result<Vec<Table>, RenderError> {
    let mut all = Vec::from_iter(people::recipients(record, wording)?);
    all.push(volumes::volumes(record, wording)?);
    Ok(all)
}

/// How to open it, how a desk checks it, and what is not said anywhere.
fn notes(record: &DeliveryRecord, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let volumes = &record.package.volumes;
    let first = volumes.first().map_or("", |volume| volume.name.as_str());
    let file = visible(first, wording)?;
    let open = match record.encryption.passphrase {
        Some(_) => "delivery-note.open-passphrase",
        None => "delivery-note.open-key",
    };
    let mut all = vec![wording.filled(open, &[("file", &file)])?];
    if volumes.len() > 1 {
        let count = grouped(volumes.len() as u64);
        all.push(wording.filled("delivery-note.volumes", &[("count", &count)])?);
    }
    all.push(wording.text("delivery-note.desk")?);
    if matches!(record.read_back, DeliveryReadBack::NotAsked) {
        all.push(wording.text("delivery-note.no-read-back")?);
    }
    all.push(wording.text("delivery-note.names")?);
    Ok(all)
}

/// What the QR code says, in the slip's own spelling: its texts are cut at 48 bytes.
fn slip_rows(slip: &DeliverySlip, wording: &Wording) -> Result<Vec<Row>, RenderError> {
    let mut rows = Rows::new("delivery-slip", wording);
    rows.add("title", read(&slip.title, wording)?)?;
    rows.add(
        "classification",
        parties::classification(&slip.classification, wording)?,
    )?;
    rows.add("records", contents::records(slip.records, wording)?)?;
    let keys = if slip.passphrase {
        "value.delivered-protection-passphrase"
    } else {
        "value.delivered-protection-keys"
    };
    rows.add("protection", wording.text(keys)?)?;
    rows.add("volumes", slip_volumes(slip, wording)?)?;
    let equal = if slip.read_back_equal {
        "value.read-back-equal"
    } else {
        "value.read-back-not-equal"
    };
    rows.add("read_back", wording.text(equal)?)?;
    rows.add("medium", read(&slip.medium_number, wording)?)?;
    rows.add("serial", read(&slip.serial, wording)?)?.coded();
    rows.add("package", protection::spaced(&slip.package.to_string()))?
        .coded();
    rows.add("ended", values::time(slip.ended, wording))?;
    for (role, fingerprint) in &slip.signers {
        let label = wording.text(&format!("role.{}", role.name()))?;
        rows.push("fingerprint", label, fingerprint.grouped()).coded();
    }
    Ok(rows.done())
}

fn slip_volumes(slip: &DeliverySlip, wording: &Wording) -> Rendered {
    let (count, bytes) = (
        grouped(u64::from(slip.volumes)),
        values::bytes(slip.length, wording)?,
    );
    wording.filled("value.volumes", &[("count", &count), ("bytes", &bytes)])
}
