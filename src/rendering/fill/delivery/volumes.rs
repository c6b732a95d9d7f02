//! The table of volumes: names, lengths, and both digests, whole. These are names of the package's own
//! files; what is inside has names that stand nowhere on paper.

use crate::records::{DeliveryRecord, Volume};
use crate::rendering::RenderError;
use crate::rendering::fill::values::grouped;
use crate::rendering::fill::{tables, visible};
use crate::rendering::sheet::Table;
use crate::rendering::wording::Wording;

use super::protection;

const COLUMNS: [&str; 5] = ["number", "file", "size", "sha256", "blake3"];

/// The table.
pub(super) fn volumes(record: &DeliveryRecord, wording: &Wording) -> Result<Table, RenderError> {
    let rows = (1u64..).zip(&record.package.volumes);
    let rows: Result<Vec<_>, _> = rows
        .map(|(number, volume)| line(number, volume, wording))
        .collect();
    Ok(Table {
        id: "volumes",
        title: wording.text("table.volumes")?,
        head: tables::head(&COLUMNS, wording)?,
        right: vec![0, 2],
        rows: rows?,
        foot: None,
    })
}

fn line(number: u64, volume: &Volume, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let sha256 = match volume.sha256 {
        Some(digest) => digest.grouped(),
        None => wording.text("value.no-sha256")?,
    };
    Ok(vec![
        grouped(number),
        visible(&volume.name, wording)?,
        grouped(volume.size.0),
        sha256,
        protection::spaced(&volume.blake3.to_string()),
    ])
}
