//! 電磁的記録媒体 and 確認: what the volumes lie on, what was read back from it, and the virus scan.

use crate::records::{
    DeliveryMedium, DeliveryReadBack, DeliveryReadPath, DeliveryRecord, Fact, Scan, SerialNumber,
};
use crate::rendering::RenderError;
use crate::rendering::fill::rows::Rows;
use crate::rendering::fill::values::{self, grouped, text_fact};
use crate::rendering::fill::{course, visible};
use crate::rendering::sheet::Section;
use crate::rendering::wording::Wording;

type Rendered = Result<String, RenderError>;

/// 電磁的記録媒体.
pub(super) fn carrier(medium: &DeliveryMedium, wording: &Wording) -> Result<Section, RenderError> {
    let mut rows = Rows::new("carrier", wording);
    rows.add("number", values::given(medium.number.as_ref(), wording)?)?;
    rows.add("model", text_fact(&medium.model, wording)?)?;
    serial(&medium.serial, wording, &mut rows)?;
    rows.add("filesystem", text_fact(&medium.filesystem, wording)?)?;
    let capacity = values::fact(&medium.capacity, wording, |bytes| {
        values::capacity(*bytes, wording)
    })?;
    rows.add("capacity", capacity)?;
    let transport = values::fact(&medium.transport, wording, |code| {
        values::code("transport", code, wording)
    })?;
    rows.add("transport", transport)?;
    if let Some(kind) = &medium.virtual_kind {
        rows.add("kind", values::code("virtual-kind", kind, wording)?)?;
    }
    rows.into_section()
}

fn serial(serial: &Fact<SerialNumber>, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let text = values::fact(serial, wording, |serial| visible(&serial.text, wording))?;
    let row = rows.add("serial", text)?.coded();
    if let Some(serial) = serial.measured() {
        row.noted(values::serial_source(serial, wording)?);
    }
    Ok(())
}

/// 確認.
pub(super) fn checks(record: &DeliveryRecord, wording: &Wording) -> Result<Section, RenderError> {
    let mut rows = Rows::new("checks", wording);
    let row = rows.add("read_back", read_back(&record.read_back, wording)?)?;
    if let DeliveryReadBack::Done { compared, .. } = &record.read_back {
        let bytes = values::bytes(*compared, wording)?;
        row.noted(wording.filled("value.read-bytes", &[("bytes", &bytes)])?);
    }
    scan(&record.scan, wording, &mut rows)?;
    rows.into_section()
}

/// 場所・日時.
pub(super) fn course(record: &DeliveryRecord, wording: &Wording) -> Result<Section, RenderError> {
    let times = &record.times;
    let mut rows = Rows::new("course", wording);
    rows.add("place", values::given(record.place.as_ref(), wording)?)?;
    rows.add("started", values::time(times.started, wording))?;
    rows.add("ended", values::time(times.ended, wording))?;
    rows.add("took", values::duration(times.started, times.ended, wording)?)?;
    rows.add("clock", course::clock(times, wording)?)?;
    rows.into_section()
}

fn read_back(read_back: &DeliveryReadBack, wording: &Wording) -> Rendered {
    match read_back {
        DeliveryReadBack::NotAsked => wording.text("delivery-read.not-asked"),
        DeliveryReadBack::Done { equal: false, .. } => wording.text("delivery-read.unequal"),
        DeliveryReadBack::Done { read, .. } => match read {
            DeliveryReadPath::Medium => wording.text("delivery-read.medium"),
            DeliveryReadPath::Memory => wording.text("delivery-read.memory"),
            DeliveryReadPath::Through { filesystem } => {
                let filesystem = visible(filesystem, wording)?;
                wording.filled("value.read-through", &[("filesystem", &filesystem)])
            }
        },
    }
}

fn scan(scan: &Scan, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    match scan {
        Scan::NotDone => {
            rows.add("scan", wording.text("scan.not-done")?)?;
        }
        Scan::Declared { digest, at } => {
            let (digest, at) = (digest.grouped(), values::short_time(*at));
            let values = [("digest", digest.as_str()), ("at", &at)];
            rows.add("scan", wording.text("value.scan-declared")?)?
                .noted(wording.filled("value.scan-declared-note", &values)?);
        }
        Scan::Done {
            engine,
            signatures,
            signatures_at,
            at,
            files,
            bytes,
        } => {
            let (engine, signatures) = (visible(engine, wording)?, visible(signatures, wording)?);
            let (made, at) = (values::short_time(*signatures_at), values::short_time(*at));
            let (files, bytes) = (grouped(*files), values::bytes(*bytes, wording)?);
            let values = [
                ("signatures", signatures.as_str()),
                ("signatures_at", &made),
                ("files", &files),
                ("bytes", &bytes),
                ("at", &at),
            ];
            rows.add("scan", wording.filled("value.scan-done", &[("engine", &engine)])?)?
                .noted(wording.filled("value.scan-note", &values)?);
        }
    }
    Ok(())
}
