//! 暗号化: how the package is locked, by what it opens, how the passphrase is told, and what it consists of.

use std::collections::BTreeSet;

use crate::records::{DeliveryRecord, NoticeBy, Package, PassphraseUse, Recipient};
use crate::rendering::RenderError;
use crate::rendering::fill::rows::Rows;
use crate::rendering::fill::values::{self, grouped};
use crate::rendering::sheet::Section;
use crate::rendering::wording::Wording;

type Rendered = Result<String, RenderError>;

/// The section.
pub(super) fn protection(record: &DeliveryRecord, wording: &Wording) -> Result<Section, RenderError> {
    let mut rows = Rows::new("protection", wording);
    let body = record.encryption.body.name();
    rows.add("body", values::code("body-cipher", body, wording)?)?;
    match &record.encryption.passphrase {
        Some(passphrase) => told_apart(passphrase, wording, &mut rows)?,
        None => {
            rows.add("keys", keys(&record.recipients, wording)?)?;
        }
    }
    let package = &record.package;
    rows.add("volumes", volumes(package, wording)?)?;
    rows.add("package", spaced(&package.id.to_string()))?.coded();
    rows.add("container", package.container.name())?.coded();
    rows.add("manifest", package.manifest.grouped())?.coded();
    rows.into_section()
}

/// How many volumes, and how long they are together.
pub(super) fn volumes(package: &Package, wording: &Wording) -> Rendered {
    let (count, bytes) = (
        grouped(package.volumes.len() as u64),
        values::bytes(package.length, wording)?,
    );
    wording.filled("value.volumes", &[("count", &count), ("bytes", &bytes)])
}

/// How a recipient's key wraps the package's.
pub(super) fn mechanism(kem_id: u16, wording: &Wording) -> Rendered {
    values::code("kem", &format!("{kem_id:04x}"), wording)
}

/// How a passphrase is told. `None`: nobody said.
pub(in crate::rendering::fill) fn way(notice_by: Option<NoticeBy>, wording: &Wording) -> Rendered {
    let Some(way) = notice_by else {
        return wording.text("notice-by.none");
    };
    let way = wording.text(&format!("notice-by.{}", way.name()))?;
    wording.filled("value.notice-by", &[("way", &way)])
}

/// 32 hexadecimal digits in groups of four.
pub(in crate::rendering::fill) fn spaced(digits: &str) -> String {
    let groups = digits.as_bytes().chunks(4);
    let groups: Vec<&str> = groups
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(" ")
}

fn keys(recipients: &[Recipient], wording: &Wording) -> Rendered {
    let used: BTreeSet<u16> = recipients.iter().map(|recipient| recipient.kem_id).collect();
    let used = used.into_iter().map(|kem_id| mechanism(kem_id, wording));
    let mechanisms = used.collect::<Result<Vec<_>, _>>()?.join(", ");
    let count = grouped(recipients.len() as u64);
    let values = [("mechanisms", mechanisms.as_str()), ("count", &count)];
    wording.filled("value.key-people", &values)
}

fn told_apart(passphrase: &PassphraseUse, wording: &Wording, rows: &mut Rows<'_>) -> Result<(), RenderError> {
    let [t, m, p] = [passphrase.t, passphrase.m, passphrase.p].map(|cost| grouped(u64::from(cost)));
    let values = [("t", t.as_str()), ("m", &m), ("p", &p)];
    rows.add("keys", wording.filled("value.key-passphrase", &values)?)?;
    rows.add("notice", way(passphrase.notice_by, wording)?)?;
    let origin = if passphrase.generated {
        "value.passphrase-generated"
    } else {
        "value.passphrase-chosen"
    };
    rows.add("origin", wording.text(origin)?)?;
    Ok(())
}
