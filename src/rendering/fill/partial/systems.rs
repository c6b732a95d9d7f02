//! ファイルシステム: where the files lay, on what, and whether anybody could look at the blocks themselves.

use crate::records::{FileSystem, InPlace, Medium, PartialRecord, Sight};
use crate::rendering::RenderError;
use crate::rendering::fill::values::{self, grouped};
use crate::rendering::fill::{medium, tables, visible};
use crate::rendering::sheet::Table;
use crate::rendering::wording::Wording;

use super::codes;

type Rendered = Result<String, RenderError>;

/// Most snapshots that the paper names of one file system; the record has them all.
const MOST_SNAPSHOTS: usize = 5;

const COLUMNS: [&str; 6] = [
    "number",
    "file_system",
    "mount_point",
    "device",
    "serial",
    "sight",
];

/// One row for each file system: what an official asks first.
pub(super) fn systems(record: &PartialRecord, wording: &Wording) -> Result<Table, RenderError> {
    let numbered = (1u64..).zip(&record.file_systems);
    let rows: Result<Vec<_>, _> = numbered
        .map(|(number, system)| line(number, system, wording))
        .collect();
    Ok(Table {
        id: "systems",
        title: wording.text("table.systems")?,
        head: tables::head(&COLUMNS, wording)?,
        right: vec![0],
        rows: rows?,
        foot: None,
    })
}

fn line(number: u64, system: &FileSystem, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let medium = system.medium.as_ref();
    Ok(vec![
        grouped(number),
        visible(&system.name, wording)?,
        visible(&system.mount_point, wording)?,
        of_medium(medium, wording, medium::maker_and_model)?,
        of_medium(medium, wording, medium::serial_text)?,
        sight(system, wording)?,
    ])
}

fn of_medium(
    medium: Option<&Medium>,
    wording: &Wording,
    show: fn(&Medium, &Wording) -> Rendered,
) -> Rendered {
    match medium {
        Some(medium) => show(medium, wording),
        None => wording.text("value.blank"),
    }
}

/// How the blocks were looked at, and what keeps an overwrite from reaching them.
fn sight(system: &FileSystem, wording: &Wording) -> Rendered {
    let mut texts = vec![match &system.sight {
        Sight::Device { node } => {
            let node = visible(node, wording)?;
            wording.filled("value.sight-device", &[("node", &node)])?
        }
        Sight::None { why } => {
            let why = wording.text(&format!("blindness.{}", why.name()))?;
            wording.filled("value.sight-none", &[("why", &why)])?
        }
    }];
    if system.in_place != InPlace::Yes {
        texts.push(wording.text(&format!("in-place.{}", codes::in_place(system.in_place)))?);
    }
    if system.journals_data {
        texts.push(wording.text("value.journals-data")?);
    }
    Ok(texts.join(" "))
}

const MEDIUM_COLUMNS: [&str; 7] = [
    "number",
    "medium_kind",
    "capacity",
    "transport",
    "device_path",
    "block",
    "snapshots",
];

/// The particulars of what lies under each of them.
pub(super) fn media(record: &PartialRecord, wording: &Wording) -> Result<Table, RenderError> {
    let numbered = (1u64..).zip(&record.file_systems);
    let rows: Result<Vec<_>, _> = numbered
        .map(|(number, system)| medium_line(number, system, wording))
        .collect();
    Ok(Table {
        id: "media",
        title: wording.text("table.media")?,
        head: tables::head(&MEDIUM_COLUMNS, wording)?,
        right: vec![0, 5],
        rows: rows?,
        foot: None,
    })
}

fn medium_line(number: u64, system: &FileSystem, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let medium = system.medium.as_ref();
    let (number, block) = (grouped(number), grouped(system.block.0));
    Ok(vec![
        number,
        of_medium(medium, wording, medium::kind)?,
        of_medium(medium, wording, |medium, wording| {
            values::bytes(medium.capacity, wording)
        })?,
        of_medium(medium, wording, |medium, wording| {
            values::code("transport", &medium.transport, wording)
        })?,
        of_medium(medium, wording, |medium, wording| visible(&medium.path, wording))?,
        block,
        snapshots(&system.snapshots, wording)?,
    ])
}

fn snapshots(all: &[String], wording: &Wording) -> Rendered {
    if all.is_empty() {
        return wording.text("value.no-snapshots");
    }
    let named = all.get(..MOST_SNAPSHOTS).unwrap_or(all);
    let (count, names) = (
        grouped(all.len() as u64),
        values::join_visible(named, ", ", wording)?,
    );
    let names = if named.len() < all.len() {
        wording.filled("value.and-others", &[("name", &names)])?
    } else {
        names
    };
    wording.filled("value.snapshots", &[("count", &count), ("names", &names)])
}
