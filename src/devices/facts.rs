//! What is known about a device before anybody touches it, as plain values.
//!
//! Every text in here comes from hardware or file names and is untrusted.

use std::path::PathBuf;

use crate::units::{BlockSize, ByteCount, ByteOffset};

/// Major and minor number of a block device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceNumber {
    /// Major number.
    pub major: u32,
    /// Minor number.
    pub minor: u32,
}

/// Where a serial number was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SerialSource {
    /// The NVMe controller's own (sysfs `serial`).
    Nvme,
    /// The SCSI or ATA device's own (VPD page 0x80 or `device/serial`).
    Scsi,
    /// The SD or MMC card's own.
    Mmc,
    /// A virtual disk's (virtio `serial`).
    Virtio,
    /// The USB descriptor's: it may be the bridge's, not the drive's.
    UsbBridge,
}

/// A serial number and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serial {
    /// Trimmed, untrusted.
    pub text: String,
    /// Where it was read.
    pub source: SerialSource,
}

/// How the device is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transport {
    /// NVM Express.
    Nvme,
    /// Serial or parallel ATA.
    Ata,
    /// SAS or other SCSI.
    Scsi,
    /// USB (mass storage or UAS).
    Usb,
    /// SD or MMC.
    Mmc,
    /// A paravirtual disk.
    Virtio,
    /// No wire at all: loop devices, images, memory.
    None,
    /// Could not be told.
    Unknown,
}

/// What makes a medium virtual: heads every record as 仮想装置・イメージファイル（実機ではない）.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VirtualKind {
    /// A regular file.
    ImageFile,
    /// A loop device.
    Loop,
    /// Device mapper.
    DeviceMapper,
    /// Linux software RAID.
    SoftwareRaid,
    /// nbd, rbd, iSCSI or another network disk.
    Network,
    /// zram, brd, pmem: memory.
    Memory,
    /// A hypervisor's disk (virtio, Xen, Hyper-V, VMware, QEMU).
    VirtualDriver,
}

/// What sort of thing the operator named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A whole block device.
    WholeDevice,
    /// A partition of one.
    Partition,
    /// A regular file.
    RegularFile,
}

/// The file under a loop device or image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackingFile {
    /// Its path as the system tells it.
    pub path: PathBuf,
    /// Type of the file system it lies on (`ext4`, `tmpfs`, …), where it could be told.
    pub file_system: Option<String>,
    /// Device and inode number of the file, where it could be opened.
    pub identity: Option<(u64, u64)>,
}

/// A partition that the kernel shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// Its number in the table, from 1.
    pub index: u32,
    /// Its node's name (`sdb1`).
    pub name: String,
    /// Its device number.
    pub number: DeviceNumber,
    /// Where it begins.
    pub start: ByteOffset,
    /// Its size.
    pub size: ByteCount,
}

/// Everything that could be read about one device or image file without changing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceFacts {
    /// As the operator typed it.
    pub asked: PathBuf,
    /// The node or file it leads to, links resolved.
    pub path: PathBuf,
    /// What it is.
    pub kind: NodeKind,
    /// Its device number; none for an image file.
    pub number: Option<DeviceNumber>,
    /// Device and inode of an image file; none for a block device.
    pub file_identity: Option<(u64, u64)>,
    /// The kernel's disk sequence number, which is never used twice between two boots.
    pub disk_sequence: Option<u64>,
    /// Size in bytes.
    pub size: ByteCount,
    /// Smallest block that may be addressed.
    pub logical_block: BlockSize,
    /// The medium's own block.
    pub physical_block: BlockSize,
    /// `queue/zoned`, where the kernel says that it is (`host-managed`, `host-aware`).
    pub zoned: Option<String>,
    /// Maker.
    pub maker: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Serial number and where it came from.
    pub serial: Option<Serial>,
    /// Firmware revision.
    pub firmware: Option<String>,
    /// World Wide Name, EUI-64 or NGUID.
    pub wwn: Option<String>,
    /// Whether it turns.
    pub rotational: Option<bool>,
    /// Whether it may be taken out.
    pub removable: Option<bool>,
    /// How it is attached.
    pub transport: Transport,
    /// The path through the system's device tree (`/sys/devices/…`), the port included.
    pub port: Option<String>,
    /// Every layer between the node and the medium, outermost first, for people to read.
    pub layers: Vec<String>,
    /// What makes it virtual; none for real hardware.
    pub virtual_kind: Option<VirtualKind>,
    /// The file underneath, for loop devices and images.
    pub backing: Option<BackingFile>,
    /// Its partitions.
    pub partitions: Vec<Partition>,
    /// Whether the kernel has it read-only.
    pub read_only: bool,
    /// `queue/write_cache`, as the kernel says.
    pub write_cache: Option<String>,
    /// `queue/fua`.
    pub fua: Option<bool>,
    /// Another attached device says the same serial.
    pub serial_shared: bool,
}

/// The machine around the device, from DMI. Every field is the firmware's claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MachineFacts {
    /// Maker.
    pub maker: Option<String>,
    /// Product name.
    pub model: Option<String>,
    /// Serial number (root only).
    pub serial: Option<String>,
    /// System UUID (root only).
    pub uuid: Option<String>,
}

/// What the system says about its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// The kernel says that something keeps it in step.
    Synchronised,
    /// The kernel says that nothing does.
    Unsynchronised,
    /// It could not be told.
    Unknown,
}
