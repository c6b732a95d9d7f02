//! Whether a drive is the one of a record: what both know of it, side by side.
//!
//! What a USB bridge says of a drive (serial number, model, sector) may be the bridge's own. It counts where
//! it agrees; where it differs, it speaks against the drive only if it was read in the same way before.

use crate::devices::{DeviceFacts, SerialSource, Transport, VirtualKind};
use crate::records::{Fact, Medium, SerialNumber};
use crate::units::ByteCount;

use super::super::claims;

/// One thing that both know, or one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentityField {
    /// Real hardware, or which kind of virtual medium.
    Kind,
    /// Serial number.
    Serial,
    /// World Wide Name.
    Wwn,
    /// Model.
    Model,
    /// Capacity.
    Capacity,
    /// Logical sector.
    LogicalSector,
}

impl IdentityField {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Serial => "serial",
            Self::Wwn => "wwn",
            Self::Model => "model",
            Self::Capacity => "capacity",
            Self::LogicalSector => "logical-sector",
        }
    }
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityValue {
    /// Text from hardware: untrusted.
    Text(String),
    /// A size.
    Bytes(ByteCount),
}

/// What comparing a field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Both know it, and it is the same.
    Same,
    /// Both know it, and it differs.
    Different,
    /// Only one knows it, or the two were not read in the same way.
    NotComparable,
}

impl Compared {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::NotComparable => "not-comparable",
        }
    }

    fn of<T: PartialEq>(recorded: Option<&T>, found: Option<&T>) -> Self {
        match (recorded, found) {
            (Some(recorded), Some(found)) if recorded == found => Self::Same,
            (Some(_), Some(_)) => Self::Different,
            _ => Self::NotComparable,
        }
    }

    /// The same, where a difference says nothing.
    fn or_untold(self, says_nothing: bool) -> Self {
        match self {
            Self::Different if says_nothing => Self::NotComparable,
            other => other,
        }
    }
}

/// One field of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedField {
    /// Which.
    pub field: IdentityField,
    /// As the record has it.
    pub recorded: Option<IdentityValue>,
    /// As the drive says now.
    pub found: Option<IdentityValue>,
    /// What that says.
    pub result: Compared,
}

/// The identity of a drive held against that of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityComparison {
    /// Every field that one of them knows.
    pub fields: Vec<ComparedField>,
    named: bool,
}

impl IdentityComparison {
    /// Compares the drive of `facts` with the `medium` of a record.
    pub(in crate::workflows) fn of(medium: &Medium, facts: &DeviceFacts) -> Self {
        let usb_now = facts.transport == Transport::Usb;
        let other_way = (medium.transport == "usb") != usb_now;
        let serial = serial(medium, facts);
        let wwn = text(IdentityField::Wwn, &medium.wwn, facts.wwn.as_ref(), other_way);
        let model = text(
            IdentityField::Model,
            &medium.model,
            facts.model.as_ref(),
            other_way,
        );
        let named = names(&serial, medium, facts) || (wwn.result == Compared::Same && !usb_now);
        let mut fields = vec![kind(medium, facts), serial, wwn, model, capacity(medium, facts)];
        if !(is_file(medium.virtual_kind.as_deref()) && is_file(virtual_name(facts))) {
            fields.push(sector(medium, facts, other_way));
        }
        fields.retain(|field| field.recorded.is_some() || field.found.is_some());
        Self { fields, named }
    }

    /// Whether something differs that both know: it is another drive.
    #[must_use]
    pub fn is_other(&self) -> bool {
        self.fields
            .iter()
            .any(|field| field.result == Compared::Different)
    }

    /// Whether the drive gave a name that is its own and no other's.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        self.named
    }
}

fn virtual_name(facts: &DeviceFacts) -> Option<&'static str> {
    facts.virtual_kind.map(claims::virtual_name)
}

/// A file is the same medium whether it is named itself or shown by a loop device.
fn is_file(kind: Option<&str>) -> bool {
    let file = [VirtualKind::ImageFile, VirtualKind::Loop].map(claims::virtual_name);
    kind.is_some_and(|kind| file.contains(&kind))
}

fn kind(medium: &Medium, facts: &DeviceFacts) -> ComparedField {
    let (recorded, found) = (medium.virtual_kind.as_deref(), virtual_name(facts));
    let same = recorded == found || (is_file(recorded) && is_file(found));
    let told = |kind: Option<&str>| Some(IdentityValue::Text(kind.unwrap_or("hardware").to_owned()));
    ComparedField {
        field: IdentityField::Kind,
        recorded: told(recorded),
        found: told(found),
        result: if same { Compared::Same } else { Compared::Different },
    }
}

fn serial(medium: &Medium, facts: &DeviceFacts) -> ComparedField {
    let (recorded, found) = (medium.serial.measured(), claims::serial(facts));
    let found = found.measured();
    let plain = |serial: &SerialNumber| serial.text.trim().to_ascii_lowercase();
    let bridge = claims::source(SerialSource::UsbBridge);
    // One of them may be the bridge's number, and the other the drive's.
    let other_way = match (recorded, found) {
        (Some(recorded), Some(found)) => {
            recorded.source != found.source
                && [&recorded.source, &found.source]
                    .iter()
                    .any(|source| *source == bridge)
        }
        _ => false,
    };
    let told = |serial: &SerialNumber| IdentityValue::Text(format!("{} ({})", serial.text, serial.source));
    ComparedField {
        field: IdentityField::Serial,
        recorded: recorded.map(told),
        found: found.map(told),
        result: Compared::of(recorded.map(plain).as_ref(), found.map(plain).as_ref()).or_untold(other_way),
    }
}

/// Whether the serial number is the drive's own, and no other attached drive says the same.
fn names(serial: &ComparedField, medium: &Medium, facts: &DeviceFacts) -> bool {
    let bridge = claims::source(SerialSource::UsbBridge);
    let own = |serial: &SerialNumber| serial.source != bridge && !serial.shared;
    serial.result == Compared::Same
        && medium.serial.measured().is_some_and(own)
        && claims::serial(facts).measured().is_some_and(own)
}

fn text(
    field: IdentityField,
    recorded: &Fact<String>,
    found: Option<&String>,
    other_way: bool,
) -> ComparedField {
    let plain = |text: &String| text.trim().to_owned();
    let (recorded, found) = (recorded.measured().map(plain), found.map(plain));
    ComparedField {
        field,
        result: Compared::of(recorded.as_ref(), found.as_ref()).or_untold(other_way),
        recorded: recorded.map(IdentityValue::Text),
        found: found.map(IdentityValue::Text),
    }
}

fn capacity(medium: &Medium, facts: &DeviceFacts) -> ComparedField {
    ComparedField {
        field: IdentityField::Capacity,
        recorded: Some(IdentityValue::Bytes(medium.capacity)),
        found: Some(IdentityValue::Bytes(facts.size)),
        result: Compared::of(Some(&medium.capacity), Some(&facts.size)),
    }
}

/// Bridges show drives of 512-byte sectors with 4096, and the other way round.
fn sector(medium: &Medium, facts: &DeviceFacts, other_way: bool) -> ComparedField {
    let (recorded, found) = (medium.logical_sector, facts.logical_block.bytes());
    let told = |bytes: u32| Some(IdentityValue::Bytes(ByteCount(u64::from(bytes))));
    ComparedField {
        field: IdentityField::LogicalSector,
        recorded: told(recorded),
        found: told(found),
        result: Compared::of(Some(&recorded), Some(&found)).or_untold(other_way),
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::{self, Serial};
    use crate::records::ErasureRecord;
    use crate::units::BlockSize;

    /// The drive of the example record, attached as it was.
    fn drive() -> (Medium, DeviceFacts) {
        let medium = ErasureRecord::example().unwrap().medium;
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(8192).unwrap();
        let facts = DeviceFacts {
            virtual_kind: None,
            size: medium.capacity,
            logical_block: BlockSize::new(medium.logical_sector).unwrap(),
            model: medium.model.measured().cloned(),
            wwn: medium.wwn.measured().cloned(),
            serial: Some(Serial {
                text: medium.serial.measured().unwrap().text.clone(),
                source: SerialSource::Scsi,
            }),
            transport: Transport::Ata,
            ..devices::inspect(file.path(), true).unwrap()
        };
        (medium, facts)
    }

    fn differing(medium: &Medium, facts: &DeviceFacts) -> Vec<&'static str> {
        let compared = IdentityComparison::of(medium, facts);
        let differing = compared
            .fields
            .iter()
            .filter(|field| field.result == Compared::Different);
        let names: Vec<_> = differing.map(|field| field.field.name()).collect();
        assert_eq!(compared.is_other(), !names.is_empty());
        names
    }

    #[test]
    fn the_drive_of_the_record_is_known_by_its_name() {
        let (medium, facts) = drive();
        let compared = IdentityComparison::of(&medium, &facts);
        assert!(compared.is_named() && !compared.is_other());
        assert_eq!(compared.fields.len(), 6);
        assert!(compared.fields.iter().all(|field| field.result == Compared::Same));
    }

    #[test]
    fn everything_that_differs_is_named_at_once() {
        let (medium, mut facts) = drive();
        facts.serial.as_mut().unwrap().text = "ANOTHER".into();
        facts.wwn = Some("naa.0".into());
        facts.model = Some("ANOTHER".into());
        facts.size = ByteCount(4096);
        facts.logical_block = BlockSize::new(4096).unwrap();
        facts.virtual_kind = Some(VirtualKind::Loop);
        let all = ["kind", "serial", "wwn", "model", "capacity", "logical-sector"];
        assert_eq!(differing(&medium, &facts), all);
    }

    #[test]
    fn what_only_one_of_them_knows_speaks_neither_way() {
        let (medium, mut facts) = drive();
        facts.serial = None;
        facts.wwn = None;
        facts.model = None;
        let compared = IdentityComparison::of(&medium, &facts);
        assert!(!compared.is_other() && !compared.is_named());
        let untold = compared
            .fields
            .iter()
            .filter(|field| field.result == Compared::NotComparable);
        assert_eq!(untold.count(), 3);
    }

    #[test]
    fn what_a_bridge_says_speaks_against_a_drive_only_where_it_was_asked_before() {
        let (mut medium, mut facts) = drive();
        facts.transport = Transport::Usb;
        facts.serial = Some(Serial {
            text: "0123456789".into(),
            source: SerialSource::UsbBridge,
        });
        facts.model = Some("USB3.0 adapter".into());
        facts.logical_block = BlockSize::new(4096).unwrap();
        facts.wwn = None;
        assert_eq!(differing(&medium, &facts), Vec::<&str>::new());
        assert!(!IdentityComparison::of(&medium, &facts).is_named());
        facts.size.0 -= 512;
        assert_eq!(differing(&medium, &facts), ["capacity"]);
        facts.size.0 += 512;
        medium.transport = "usb".into();
        let bridge = SerialNumber {
            text: "another".into(),
            source: "usb-bridge".into(),
            shared: false,
        };
        medium.serial = Fact::Measured(bridge);
        assert_eq!(differing(&medium, &facts), ["serial", "model", "logical-sector"]);
    }

    #[test]
    fn a_serial_number_that_others_have_too_names_nothing() {
        let (medium, mut facts) = drive();
        facts.wwn = None;
        assert!(IdentityComparison::of(&medium, &facts).is_named());
        facts.serial_shared = true;
        assert!(!IdentityComparison::of(&medium, &facts).is_named());
    }

    #[test]
    fn a_file_is_the_same_medium_under_a_loop_device() {
        let (mut medium, mut facts) = drive();
        medium.virtual_kind = Some("loop".into());
        facts.virtual_kind = Some(VirtualKind::ImageFile);
        facts.logical_block = BlockSize::new(4096).unwrap();
        assert_eq!(differing(&medium, &facts), Vec::<&str>::new());
        facts.virtual_kind = Some(VirtualKind::DeviceMapper);
        assert_eq!(differing(&medium, &facts), ["kind", "logical-sector"]);
    }
}
