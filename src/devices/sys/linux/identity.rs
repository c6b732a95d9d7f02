//! Who a device says it is, and how it is attached, from sysfs.
//!
//! Every answer is the device's own claim. SCSI vital product data page 0x80 follows SPC-5 7.7.14.

use std::path::{Path, PathBuf};

use super::sysfs;
use crate::devices::facts::{Serial, SerialSource, Transport, VirtualKind};

/// The claims of one whole device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) maker: Option<String>,
    pub(super) model: Option<String>,
    pub(super) serial: Option<Serial>,
    pub(super) firmware: Option<String>,
    pub(super) wwn: Option<String>,
}

/// Reads the claims of the whole device in `disk`, attached by `transport`.
pub(super) fn claims(disk: &Path, transport: Transport) -> Claims {
    let device = disk.join("device");
    let usb = usb_device(disk);
    let of_usb = |attribute| usb.as_deref().and_then(|usb| sysfs::text(usb, attribute));
    Claims {
        maker: sysfs::text(&device, "vendor")
            .filter(|_| transport != Transport::Virtio)
            .or_else(|| of_usb("manufacturer")),
        model: sysfs::text(&device, "model")
            .or_else(|| sysfs::text(&device, "name").filter(|_| transport == Transport::Mmc))
            .or_else(|| of_usb("product")),
        serial: serial(disk, transport, usb.as_deref()),
        firmware: ["firmware_rev", "rev", "fwrev"]
            .iter()
            .find_map(|name| sysfs::text(&device, name)),
        wwn: sysfs::text(disk, "wwid").or_else(|| sysfs::text(&device, "wwid")),
    }
}

fn serial(disk: &Path, transport: Transport, usb: Option<&Path>) -> Option<Serial> {
    let device = disk.join("device");
    let (text, source) = match transport {
        Transport::Usb => (
            usb.and_then(|usb| sysfs::text(usb, "serial")),
            SerialSource::UsbBridge,
        ),
        Transport::Nvme => (sysfs::text(&device, "serial"), SerialSource::Nvme),
        Transport::Mmc => (
            sysfs::text(&device, "serial").or_else(|| sysfs::text(&device, "cid")),
            SerialSource::Mmc,
        ),
        Transport::Virtio => (sysfs::text(disk, "serial"), SerialSource::Virtio),
        Transport::Ata | Transport::Scsi => (scsi_serial(&device), SerialSource::Scsi),
        Transport::None | Transport::Unknown => return None,
    };
    text.map(|text| Serial { text, source })
}

fn scsi_serial(device: &Path) -> Option<String> {
    sysfs::bytes(device, "vpd_pg80")
        .as_deref()
        .and_then(unit_serial)
        .or_else(|| sysfs::text(device, "serial"))
        .or_else(|| ata_serial(&sysfs::text(device, "wwid")?))
}

/// The serial number in VPD page 0x80: two bytes of head, two of length, text.
fn unit_serial(page: &[u8]) -> Option<String> {
    let (head, body) = page.split_at_checked(4)?;
    let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
    (head[1] == 0x80)
        .then(|| sysfs::visible(&body[..length.min(body.len())]))
        .flatten()
}

/// The serial number in an ATA drive's T10 name: 8 characters of maker, 40 of model, serial.
fn ata_serial(wwid: &str) -> Option<String> {
    let body = wwid.strip_prefix("t10.")?;
    body.starts_with("ATA     ")
        .then(|| sysfs::visible(body.as_bytes().get(48..)?))
        .flatten()
}

/// The nearest folder upwards that is a USB device.
fn usb_device(disk: &Path) -> Option<PathBuf> {
    disk.ancestors()
        .find(|folder| folder.join("idVendor").exists())
        .map(Path::to_owned)
}

/// How the whole device in `disk` is attached. Nearest the device decides: a USB bridge hides
/// whatever is behind it.
pub(super) fn transport(disk: &Path, name: &str) -> Transport {
    let path = disk.to_string_lossy();
    if path.contains("/devices/virtual/") && !name.starts_with("nvme") {
        return Transport::None;
    }
    if usb_device(disk).is_some() {
        return Transport::Usb;
    }
    if name.starts_with("nvme") {
        return Transport::Nvme;
    }
    if name.starts_with("mmcblk") {
        return Transport::Mmc;
    }
    if name.starts_with("vd") {
        return Transport::Virtio;
    }
    scsi_transport(&path)
}

fn scsi_transport(path: &str) -> Transport {
    let component = |prefix: &str| {
        path.split('/').any(|part| {
            part.strip_prefix(prefix)
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
        })
    };
    if component("ata") {
        Transport::Ata
    } else if component("host") {
        Transport::Scsi
    } else {
        Transport::Unknown
    }
}

/// What makes the device virtual, by its driver's name, its claims, and its place in the tree.
pub(super) fn virtual_kind(disk: &Path, name: &str, claims: &Claims) -> Option<VirtualKind> {
    let path = disk.to_string_lossy();
    let by_name = [
        ("loop", VirtualKind::Loop),
        ("dm-", VirtualKind::DeviceMapper),
        ("md", VirtualKind::SoftwareRaid),
        ("bcache", VirtualKind::DeviceMapper),
        ("nbd", VirtualKind::Network),
        ("rbd", VirtualKind::Network),
        ("drbd", VirtualKind::Network),
        ("zram", VirtualKind::Memory),
        ("ram", VirtualKind::Memory),
        ("pmem", VirtualKind::Memory),
        ("vd", VirtualKind::VirtualDriver),
        ("xvd", VirtualKind::VirtualDriver),
        ("ublk", VirtualKind::VirtualDriver),
    ];
    let known = by_name
        .iter()
        .find(|(prefix, _)| name.starts_with(prefix))
        .map(|(_, kind)| *kind);
    known
        .or_else(|| is_network(disk, &path).then_some(VirtualKind::Network))
        .or_else(|| {
            let hypervisor = is_hypervisor(claims) || path.contains("/virtio");
            (hypervisor || path.contains("/devices/virtual/")).then_some(VirtualKind::VirtualDriver)
        })
}

fn is_network(disk: &Path, path: &str) -> bool {
    let fabric = sysfs::text(&disk.join("device"), "transport");
    fabric.is_some_and(|fabric| matches!(fabric.as_str(), "tcp" | "rdma" | "fc"))
        || (path.contains("/session") && path.contains("/host"))
}

fn is_hypervisor(claims: &Claims) -> bool {
    let says = |text: &Option<String>, words: &[&str]| {
        text.as_deref()
            .is_some_and(|text| words.iter().any(|word| text.starts_with(word)))
    };
    says(
        &claims.maker,
        &["QEMU", "VMware", "Msft", "VBOX", "Xen", "Google", "Linux"],
    ) || says(
        &claims.model,
        &[
            "QEMU",
            "VMware",
            "VBOX",
            "Virtual",
            "Amazon Elastic",
            "nvme_card",
            "scsi_debug",
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_80_gives_its_text_and_no_more() {
        assert_eq!(
            unit_serial(b"\0\x80\0\x08  SER001trailing").as_deref(),
            Some("SER001")
        );
        assert_eq!(unit_serial(b"\0\x80\0\xffSHORT").as_deref(), Some("SHORT"));
        assert_eq!(unit_serial(b"\0\x80\0\x04    "), None);
        assert_eq!(unit_serial(b"\0\x83\0\x04ABCD"), None);
        assert_eq!(unit_serial(b"\0\x80"), None);
    }

    #[test]
    fn an_ata_name_ends_in_the_serial() {
        let name = format!("t10.ATA     {:<40}{:>20}", "QEMU HARDDISK", "SATA001");
        assert_eq!(ata_serial(&name).as_deref(), Some("SATA001"));
        assert_eq!(ata_serial("naa.5000c500a1b2c3d4"), None);
        assert_eq!(ata_serial("t10.ATA     SHORT"), None);
    }

    #[test]
    fn the_path_through_the_device_tree_tells_the_transport() {
        let ata = "/sys/devices/pci0000:00/0000:00:1f.2/ata3/host2/target2:0:0/2:0:0:0/block/sda";
        let sas = "/sys/devices/pci0000:00/0000:00:05.0/host4/target4:0:0/4:0:0:0/block/sdb";
        assert_eq!(scsi_transport(ata), Transport::Ata);
        assert_eq!(scsi_transport(sas), Transport::Scsi);
        assert_eq!(
            scsi_transport("/sys/devices/platform/atafoo/block/x"),
            Transport::Unknown
        );
        assert_eq!(
            transport(Path::new("/sys/devices/virtual/block/loop0"), "loop0"),
            Transport::None
        );
    }

    #[test]
    fn hypervisors_are_recognised() {
        let claims = |maker: &str, model: &str| Claims {
            maker: Some(maker.into()),
            model: Some(model.into()),
            ..Claims::default()
        };
        let disk = Path::new("/sys/devices/pci0000:00/ata3/host2/block/sda");
        assert_eq!(
            virtual_kind(disk, "sda", &claims("ATA", "QEMU HARDDISK")),
            Some(VirtualKind::VirtualDriver)
        );
        assert_eq!(virtual_kind(disk, "sda", &claims("ATA", "WDC WD10EZEX")), None);
        assert_eq!(
            virtual_kind(disk, "dm-3", &Claims::default()),
            Some(VirtualKind::DeviceMapper)
        );
    }
}
