//! 送付する電磁的記録: what is delivered, in words and numbers, and why it may be.

use crate::records::{DeliveryRecord, Permit};
use crate::rendering::RenderError;
use crate::rendering::fill::rows::Rows;
use crate::rendering::fill::values::{self, grouped};
use crate::rendering::fill::{parties, visible};
use crate::rendering::sheet::Section;
use crate::rendering::wording::Wording;

type Rendered = Result<String, RenderError>;

/// The section.
pub(super) fn contents(record: &DeliveryRecord, wording: &Wording) -> Result<Section, RenderError> {
    let mut rows = Rows::new("contents", wording);
    rows.add("title", visible(&record.title, wording)?)?;
    rows.add_given("contents", record.contents.as_ref())?;
    rows.add("records", records(record.records, wording)?)?;
    rows.add("files", files(record, wording)?)?;
    let class = parties::classification(&record.classification, wording)?;
    rows.add("classification", class)?;
    let mynumber = if record.mynumber {
        "value.delivered-mynumber"
    } else {
        "value.delivered-no-mynumber"
    };
    rows.add("mynumber", wording.text(mynumber)?)?;
    rows.add("permit", permit(record.permit.as_ref(), wording)?)?;
    rows.add("approval", parties::none_or(record.approval.as_ref(), wording)?)?;
    parties::policy(&record.policy, wording, &mut rows)?;
    rows.add("links", links(record.package.links_left_out, wording)?)?;
    if let Some(previous) = &record.package.previous {
        let number = previous.number.as_str();
        rows.add(
            "previous",
            wording.filled("value.previous", &[("number", number)])?,
        )?
        .noted(wording.filled("value.roster-digest", &[("digest", &previous.digest.grouped())])?);
    }
    rows.into_section()
}

/// 件数, as the sender counts it.
pub(super) fn records(records: Option<u64>, wording: &Wording) -> Rendered {
    match records {
        Some(count) => wording.filled("value.records-count", &[("count", &grouped(count))]),
        None => wording.text("value.not-recorded"),
    }
}

fn files(record: &DeliveryRecord, wording: &Wording) -> Rendered {
    let (files, bytes) = (
        grouped(record.package.files),
        values::capacity(record.package.bytes, wording)?,
    );
    wording.filled("value.delivered-files", &[("files", &files), ("bytes", &bytes)])
}

fn permit(permit: Option<&Permit>, wording: &Wording) -> Rendered {
    let Some(permit) = permit else {
        return wording.text("value.none");
    };
    let (number, by) = (visible(&permit.number, wording)?, visible(&permit.by, wording)?);
    let until = values::day(permit.until, wording).long;
    let values = [("number", number.as_str()), ("by", &by), ("until", &until)];
    wording.filled("value.permit", &values)
}

fn links(count: u64, wording: &Wording) -> Rendered {
    if count == 0 {
        wording.text("value.none")
    } else {
        wording.filled("value.links-left-out", &[("count", &grouped(count))])
    }
}
