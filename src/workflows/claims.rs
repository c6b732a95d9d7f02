//! What records of every job say alike: the clock, the roster, the program, names of devices' properties.

use data_encoding::HEXLOWER;

use crate::devices::{self, ClockState, DeviceFacts, SerialSource, Transport, VirtualKind};
use crate::erasure::PassPattern;
use crate::records::{
    Absence, Fact, Pattern, RosterRef, RosterStanding, RosterState, Seed, SerialNumber, Times, Tool,
};
use crate::units::Timestamp;

use super::{Lent, chores};

/// Start and end by this machine's clock, and whether it is kept in step.
pub(super) fn times(started: Timestamp, ended: Timestamp) -> Times {
    Times {
        started,
        ended,
        clock: "operating-system".into(),
        synchronised: match devices::clock_state() {
            ClockState::Synchronised => Fact::Measured(true),
            ClockState::Unsynchronised => Fact::Measured(false),
            ClockState::Unknown => Fact::NotMeasured(Absence::NotReported),
        },
    }
}

/// This program, by its own claim.
pub(super) fn tool(lent: &Lent<'_>) -> Tool {
    Tool {
        name: "keshiin".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        claimed_build: Fact::or(
            lent.program.as_deref().and_then(chores::program_digest),
            Absence::NotReadable,
        ),
    }
}

/// A device's serial number, and where it came from.
pub(super) fn serial(device: &DeviceFacts) -> Fact<SerialNumber> {
    let serial = device.serial.as_ref().map(|serial| SerialNumber {
        text: serial.text.clone(),
        source: source(serial.source).to_owned(),
        shared: device.serial_shared,
    });
    Fact::or(serial, Absence::NotReported)
}

/// The roster that was used.
pub(super) fn roster(standing: &RosterStanding) -> RosterRef {
    let state = match standing {
        RosterStanding::Pinned(_) => RosterState::Pinned,
        RosterStanding::Unpinned(_) => RosterState::Unpinned,
        _ => RosterState::Absent,
    };
    let roster = standing.roster();
    RosterRef {
        state,
        id: roster.map(|roster| roster.content().id.clone()),
        serial: roster.map(|roster| roster.content().serial),
        digest: roster.map(crate::records::Roster::digest),
    }
}

/// The name of where a serial number was read.
pub(super) const fn source(source: SerialSource) -> &'static str {
    match source {
        SerialSource::Nvme => "nvme",
        SerialSource::Scsi => "scsi",
        SerialSource::Mmc => "mmc",
        SerialSource::Virtio => "virtio",
        SerialSource::UsbBridge => "usb-bridge",
    }
}

/// The name of a kind of virtual medium.
pub(super) const fn virtual_name(kind: VirtualKind) -> &'static str {
    match kind {
        VirtualKind::ImageFile => "image-file",
        VirtualKind::Loop => "loop",
        VirtualKind::DeviceMapper => "device-mapper",
        VirtualKind::SoftwareRaid => "software-raid",
        VirtualKind::Network => "network",
        VirtualKind::Memory => "memory",
        VirtualKind::VirtualDriver => "virtual-driver",
    }
}

/// The name of a transport.
pub(super) const fn transport_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Nvme => "nvme",
        Transport::Ata => "ata",
        Transport::Scsi => "scsi",
        Transport::Usb => "usb",
        Transport::Mmc => "mmc",
        Transport::Virtio => "virtio",
        Transport::None => "none",
        Transport::Unknown => "unknown",
    }
}

/// What a record says a pass wrote, for the engine; none where it is no pattern of this version.
pub(super) fn pattern_of(pattern: &Pattern) -> Option<PassPattern> {
    let seed = |text: &String| Seed::parse(text).map(|seed| *seed.bytes());
    Some(match pattern {
        Pattern::Seeded { seed: text } => PassPattern::Seeded { seed: seed(text)? },
        Pattern::SeededComplement { seed: text } => PassPattern::SeededComplement { seed: seed(text)? },
        Pattern::Constant { bytes } => match *HEXLOWER.decode(bytes.as_bytes()).ok()?.as_slice() {
            [one] => PassPattern::Byte(one),
            [one, two, three] => PassPattern::Triple([one, two, three]),
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_a_record_can_be_made() {
        let seed = [0x5a; 32];
        let hex = HEXLOWER.encode(&seed);
        let constant = |bytes: &str| pattern_of(&Pattern::Constant { bytes: bytes.into() });
        assert_eq!(
            pattern_of(&Pattern::Seeded { seed: hex.clone() }),
            Some(PassPattern::Seeded { seed })
        );
        assert_eq!(
            pattern_of(&Pattern::SeededComplement { seed: hex.clone() }),
            Some(PassPattern::SeededComplement { seed })
        );
        assert_eq!(constant("00"), Some(PassPattern::Byte(0)));
        assert_eq!(constant("924924"), Some(PassPattern::Triple([0x92, 0x49, 0x24])));
        assert_eq!(
            (constant(""), constant("0000"), constant("zz")),
            (None, None, None)
        );
        assert_eq!(
            pattern_of(&Pattern::Seeded {
                seed: hex[2..].into()
            }),
            None
        );
    }
}
