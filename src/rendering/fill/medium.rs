//! 電磁的記録媒体: what it is, where its particulars come from, and how it was confirmed.

use crate::records::{ErasureRecord, Fact, Medium};
use crate::rendering::RenderError;
use crate::rendering::sheet::Section;
use crate::rendering::wording::Wording;

use super::rows::Rows;
use super::values::{self, grouped, text_fact};
use super::{codes, visible};

type Rendered = Result<String, RenderError>;

/// The section.
pub(super) fn medium(record: &ErasureRecord, wording: &Wording) -> Result<Section, RenderError> {
    let medium = &record.medium;
    let mut rows = Rows::new("medium", wording);
    rows.add("kind", kind(medium, wording)?)?
        .noted(rotation(medium, wording)?);
    rows.add("maker", text_fact(&medium.maker, wording)?)?;
    rows.add("model", text_fact(&medium.model, wording)?)?;
    serial(medium, wording, &mut rows)?;
    rows.add("firmware", text_fact(&medium.firmware, wording)?)?
        .coded();
    rows.add("wwn", text_fact(&medium.wwn, wording)?)?.coded();
    rows.add("capacity", values::capacity(medium.capacity, wording)?)?;
    rows.add("sectors", sectors(medium, wording)?)?;
    rows.add(
        "transport",
        values::code("transport", &medium.transport, wording)?,
    )?;
    device(medium, wording, &mut rows)?;
    rows.add("partitions", grouped(u64::from(medium.partitions)))?;
    rows.add("cache", cache(medium, wording)?)?;
    rows.add("health", health(medium, wording)?)?;
    rows.add("confirmation", confirmation(record, wording)?)?;
    rows.into_section()
}

/// Maker and model, as far as known.
pub(super) fn maker_and_model(medium: &Medium, wording: &Wording) -> Rendered {
    let known: Vec<String> = [&medium.maker, &medium.model]
        .into_iter()
        .filter_map(Fact::measured)
        .cloned()
        .collect();
    if known.is_empty() {
        return text_fact(&medium.model, wording);
    }
    values::join_visible(&known, " ", wording)
}

/// The serial number alone.
pub(super) fn serial_text(medium: &Medium, wording: &Wording) -> Rendered {
    values::fact(&medium.serial, wording, |serial| visible(&serial.text, wording))
}

pub(super) fn kind(medium: &Medium, wording: &Wording) -> Rendered {
    let kind = values::code("medium-kind", &medium.kind, wording)?;
    let Some(virtual_kind) = &medium.virtual_kind else {
        return Ok(kind);
    };
    let detail = values::code("virtual-kind", virtual_kind, wording)?;
    wording.filled("value.virtual-medium", &[("kind", &kind), ("detail", &detail)])
}

fn rotation(medium: &Medium, wording: &Wording) -> Rendered {
    let turns = values::fact(&medium.rotational, wording, |turns| {
        wording.text(if *turns { "value.turns" } else { "value.turns-not" })
    })?;
    wording.filled("value.rotation", &[("state", &turns)])
}

fn serial(medium: &Medium, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let row = rows.add("serial", serial_text(medium, wording)?)?.coded();
    if let Some(serial) = medium.serial.measured() {
        row.noted(values::serial_source(serial, wording)?);
    }
    Ok(())
}

fn sectors(medium: &Medium, wording: &Wording) -> Rendered {
    let (logical, physical) = (
        grouped(u64::from(medium.logical_sector)),
        grouped(u64::from(medium.physical_sector)),
    );
    wording.filled("value.sectors", &[("logical", &logical), ("physical", &physical)])
}

/// Node, path through the device tree, numbers of the running system, every layer.
fn device(medium: &Medium, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    rows.add("path", visible(&medium.path, wording)?)?.coded();
    rows.add("device_path", text_fact(&medium.device_path, wording)?)?
        .coded();
    let number = text_fact(&medium.device_number, wording)?;
    let sequence = values::fact(&medium.disk_sequence, wording, |sequence| Ok(grouped(*sequence)))?;
    let values = [("number", number.as_str()), ("sequence", &sequence)];
    rows.add("device_number", wording.filled("value.device-number", &values)?)?;
    let layers = match medium.layers.as_slice() {
        [] => wording.text("value.not-recorded")?,
        layers => values::join_visible(layers, " → ", wording)?,
    };
    rows.add("layers", layers)?.coded();
    Ok(())
}

fn cache(medium: &Medium, wording: &Wording) -> Rendered {
    let cache = values::fact(&medium.write_cache, wording, |state| {
        match wording.known("write-cache", state) {
            Some(text) => Ok(text.to_owned()),
            None => visible(state, wording),
        }
    })?;
    let fua = values::fact(&medium.fua, wording, |supported| {
        wording.text(if *supported {
            "value.supported"
        } else {
            "value.not-supported"
        })
    })?;
    wording.filled("value.cache", &[("cache", &cache), ("fua", &fua)])
}

fn health(medium: &Medium, wording: &Wording) -> Rendered {
    let (before, after) = (
        text_fact(&medium.health_before, wording)?,
        text_fact(&medium.health_after, wording)?,
    );
    if before == after {
        return Ok(before);
    }
    wording.filled("value.before-after", &[("before", &before), ("after", &after)])
}

fn confirmation(record: &ErasureRecord, wording: &Wording) -> Rendered {
    let confirmation = &record.confirmation;
    let by = wording.text(&format!("confirmation.{}", codes::confirmed(confirmation.by)))?;
    let place = if confirmation.at_terminal {
        "value.at-terminal"
    } else {
        "value.with-command"
    };
    let place = wording.text(place)?;
    let label = values::fact(&confirmation.read_from_label, wording, |label| {
        wording.text(if *label {
            "value.from-label"
        } else {
            "value.from-screen"
        })
    })?;
    let values = [("by", by.as_str()), ("place", &place), ("label", &label)];
    wording.filled("value.confirmation", &values)
}
