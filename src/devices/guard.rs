//! The only maker of the proof tokens [`Cleared`] and [`Confirmed`], without which nothing in this
//! program can be destroyed. The same for files is [`super::guard_files`].
//!
//! Every guard fails closed, and all refusals are told at once. The single guards are in
//! [`super::in_use`], [`super::lies_on`] and [`super::image`]; this file decides what they mean.

use unicode_normalization::UnicodeNormalization;

use super::error::DeviceError;
use super::facts::{DeviceFacts, NodeKind, SerialSource, VirtualKind};
use super::inspect::inspect;
use super::protected::Protected;
use super::{image, in_use, lies_on};

/// Proof that every guard let this medium pass. Made by [`clear`] alone, used up by
/// [`super::claim`].
#[derive(Debug)]
pub struct Cleared {
    facts: DeviceFacts,
}

impl Cleared {
    /// The facts as they were when it was cleared.
    #[must_use]
    pub fn facts(&self) -> &DeviceFacts {
        &self.facts
    }

    /// The facts, when the token is used up.
    pub(super) fn into_facts(self) -> DeviceFacts {
        self.facts
    }
}

/// Proof that the operator named this medium by what stands on it. Made by [`confirm`] alone, used
/// up by [`super::claim`].
#[derive(Debug)]
pub struct Confirmed {
    facts: DeviceFacts,
}

impl Confirmed {
    /// Whether both tokens were made for the same state of the same medium.
    pub(super) fn is_of(&self, cleared: &Cleared) -> bool {
        self.facts == cleared.facts
    }
}

/// What the operator has to type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfirmationKind {
    /// The serial number, read from the label.
    Serial,
    /// The code that the plan shows: the serial is missing, shared, or a bridge's.
    Code,
    /// The node's or file's name: loop devices and images.
    Name,
}

/// What has to be typed to confirm one medium. Made by [`expected_confirmation`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedConfirmation {
    kind: ConfirmationKind,
    text: String,
}

impl ExpectedConfirmation {
    /// What sort of thing it is.
    #[must_use]
    pub fn kind(&self) -> ConfirmationKind {
        self.kind
    }

    /// The text; untrusted where it is a serial or name.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Inspects the medium of `planned` again and holds it against every guard. Nothing is written.
///
/// # Errors
/// Every refusal there is, never an empty list: changed since the plan, in use in whatever way,
/// carrying the running system or something of `protected`, or any of these could not be told.
pub fn clear(planned: &DeviceFacts, protected: &[Protected]) -> Result<Cleared, Vec<DeviceError>> {
    let as_image = planned.kind == NodeKind::RegularFile;
    let mut facts = inspect(&planned.path, as_image).map_err(|error| vec![error])?;
    facts.asked.clone_from(&planned.asked);
    let mut refusals = changes(planned, &facts);
    refusals.extend(own_refusals(&facts));
    refusals.extend(match facts.kind {
        NodeKind::RegularFile => image::refusals(&facts),
        NodeKind::WholeDevice | NodeKind::Partition => in_use::refusals(&facts),
    });
    refusals.extend(lies_on::refusals(&facts, protected));
    let mut told: Vec<DeviceError> = Vec::new();
    for refusal in refusals {
        if !told.contains(&refusal) {
            told.push(refusal);
        }
    }
    if told.is_empty() {
        Ok(Cleared { facts })
    } else {
        Err(told)
    }
}

/// What is not as it was planned.
fn changes(planned: &DeviceFacts, facts: &DeviceFacts) -> Vec<DeviceError> {
    let compared = [
        ("kind", planned.kind == facts.kind),
        ("device number", planned.number == facts.number),
        ("file", planned.file_identity == facts.file_identity),
        (
            "disk sequence number",
            planned.disk_sequence == facts.disk_sequence,
        ),
        ("size", planned.size == facts.size),
        ("block size", planned.logical_block == facts.logical_block),
        ("maker", planned.maker == facts.maker),
        ("model", planned.model == facts.model),
        ("serial number", planned.serial == facts.serial),
        ("world wide name", planned.wwn == facts.wwn),
        ("port", planned.port == facts.port),
        ("backing file", planned.backing == facts.backing),
    ];
    let changed = compared.into_iter().filter(|(_, same)| !same);
    changed
        .map(|(field, _)| DeviceError::IdentityChanged {
            path: facts.path.clone(),
            field,
        })
        .collect()
}

/// What the facts alone forbid.
fn own_refusals(facts: &DeviceFacts) -> Vec<DeviceError> {
    let path = || facts.path.clone();
    let mut refusals = Vec::new();
    if facts.kind == NodeKind::Partition {
        refusals.push(DeviceError::partition(facts));
    }
    if facts.size.0 == 0 {
        refusals.push(DeviceError::SizeZero { path: path() });
    }
    if let Some(model) = &facts.zoned {
        refusals.push(DeviceError::Zoned {
            path: path(),
            model: model.clone(),
        });
    }
    if facts.read_only {
        let reason = if facts.kind == NodeKind::RegularFile {
            "this user may not write it, or its file system is read-only"
        } else {
            "the kernel has it read-only"
        };
        refusals.push(DeviceError::ReadOnly {
            path: path(),
            reason: reason.to_owned(),
        });
    }
    refusals
}

/// What has to be typed for the medium of `facts`. `code` is the code that the plan shows.
#[must_use]
pub fn expected_confirmation(facts: &DeviceFacts, code: &str) -> ExpectedConfirmation {
    let name = || {
        facts
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let serial = facts.serial.as_ref().filter(|serial| {
        !facts.serial_shared
            && serial.source != SerialSource::UsbBridge
            && !normalised(&serial.text).is_empty()
    });
    let (kind, text) = match (facts.virtual_kind, serial) {
        (Some(VirtualKind::ImageFile | VirtualKind::Loop), _) => (ConfirmationKind::Name, name()),
        (_, Some(serial)) => (ConfirmationKind::Serial, serial.text.clone()),
        (_, None) => (ConfirmationKind::Code, code.to_owned()),
    };
    ExpectedConfirmation { kind, text }
}

/// Compares what was `typed` with what is expected for the cleared medium, whole: full width
/// (NFKC), letter case (ASCII), blanks and line ends around it do not count.
///
/// # Errors
/// [`DeviceError::NotConfirmed`] where it differs, [`DeviceError::ConfirmedAnother`] where
/// `expected` is not of this medium.
pub fn confirm(
    cleared: &Cleared,
    expected: &ExpectedConfirmation,
    typed: &str,
) -> Result<Confirmed, DeviceError> {
    // A code belongs to whoever computed it; serial and name must be this medium's own.
    let own_code = if expected.kind == ConfirmationKind::Code {
        expected.text.as_str()
    } else {
        ""
    };
    if expected_confirmation(&cleared.facts, own_code) != *expected {
        return Err(DeviceError::ConfirmedAnother);
    }
    let (wanted, given) = (normalised(&expected.text), normalised(typed));
    let node = || format!("/dev/{wanted}");
    let same = given == wanted || (cleared.facts.virtual_kind == Some(VirtualKind::Loop) && given == node());
    if wanted.is_empty() || !same {
        return Err(DeviceError::NotConfirmed);
    }
    Ok(Confirmed {
        facts: cleared.facts.clone(),
    })
}

/// Compatibility-composed, without blanks around it, in lower case.
pub(super) fn normalised(text: &str) -> String {
    text.nfkc()
        .collect::<String>()
        .trim_matches(|c: char| c.is_whitespace() || c == '\0')
        .to_ascii_lowercase()
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::facts::Serial;

    /// Facts of a drive with this serial number, on the frame of a real image's.
    fn drive(text: &str, source: SerialSource) -> DeviceFacts {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(8192).unwrap();
        let facts = inspect(file.path(), true).unwrap();
        DeviceFacts {
            virtual_kind: None,
            serial: Some(Serial {
                text: text.into(),
                source,
            }),
            ..facts
        }
    }

    fn accepts(facts: &DeviceFacts, code: &str, typed: &str) -> bool {
        let cleared = Cleared { facts: facts.clone() };
        confirm(&cleared, &expected_confirmation(facts, code), typed).is_ok()
    }

    #[test]
    fn a_serial_is_typed_or_scanned_from_the_label() {
        let facts = drive("WD-Wcc4 01", SerialSource::Scsi);
        assert_eq!(
            expected_confirmation(&facts, "ABC123").kind(),
            ConfirmationKind::Serial
        );
        for typed in [
            "WD-Wcc4 01",
            "wd-wcc4 01\r\n",
            "\u{3000}ＷＤ－ＷＣＣ４\u{3000}０１\n",
        ] {
            assert!(accepts(&facts, "ABC123", typed), "{typed:?}");
        }
        for typed in [
            "",
            "WD-WCC4",
            "WD-WCC401",
            "WD-WCC4 012",
            "ABC123",
            "/dev/WD-Wcc4 01",
        ] {
            assert!(!accepts(&facts, "ABC123", typed), "{typed:?}");
        }
    }

    #[test]
    fn a_zoned_device_is_refused() {
        let facts = drive("S1", SerialSource::Scsi);
        assert_eq!(own_refusals(&facts), []);
        let model = "host-managed".to_owned();
        let zoned = DeviceFacts {
            zoned: Some(model.clone()),
            ..facts
        };
        let path = zoned.path.clone();
        assert_eq!(own_refusals(&zoned), [DeviceError::Zoned { path, model }]);
    }

    #[test]
    fn a_serial_that_does_not_tell_drives_apart_gives_way_to_the_code() {
        let shared = DeviceFacts {
            serial_shared: true,
            ..drive("S1", SerialSource::Nvme)
        };
        let missing = DeviceFacts {
            serial: None,
            ..drive("S1", SerialSource::Nvme)
        };
        for facts in [
            shared,
            missing,
            drive("S1", SerialSource::UsbBridge),
            drive("\u{3000}", SerialSource::Scsi),
        ] {
            assert_eq!(
                expected_confirmation(&facts, "ABC123").kind(),
                ConfirmationKind::Code
            );
            assert!(accepts(&facts, "ABC123", "abc１２３\n") && !accepts(&facts, "ABC123", "S1"));
            assert!(!accepts(&facts, "", ""), "an empty code confirms nothing");
        }
    }
}
