//! The machine, the medium and how it was confirmed.

use serde::{Deserialize, Serialize};

use crate::records::{Fact, SerialNumber};
use crate::units::ByteCount;

/// Where the machine's particulars come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MachineSource {
    /// The device sits in the running machine: DMI.
    RunningMachine,
    /// The operator named the machine that the device was taken from.
    AsGiven,
    /// The medium is no part of a machine.
    NotApplicable,
}

/// 情報機器.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Where the fields below come from.
    pub source: MachineSource,
    /// Maker.
    pub maker: Fact<String>,
    /// Model.
    pub model: Fact<String>,
    /// Serial number.
    pub serial: Fact<String>,
    /// System UUID.
    pub uuid: Fact<String>,
    /// 管理番号, as given.
    pub asset_number: Option<String>,
}

/// 電磁的記録媒体.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Medium {
    /// `hdd`, `ssd`, `usb-flash`, `sd`, `optical`, `tape`, `virtual`, `unknown`.
    pub kind: String,
    /// None for real hardware; otherwise why it is headed 「仮想装置・イメージファイル（実機ではない）」.
    pub virtual_kind: Option<String>,
    /// Maker.
    pub maker: Fact<String>,
    /// Model.
    pub model: Fact<String>,
    /// Serial number.
    pub serial: Fact<SerialNumber>,
    /// Firmware revision.
    pub firmware: Fact<String>,
    /// World Wide Name.
    pub wwn: Fact<String>,
    /// Capacity in bytes.
    pub capacity: ByteCount,
    /// Logical sector in bytes.
    pub logical_sector: u32,
    /// Physical sector in bytes.
    pub physical_sector: u32,
    /// `nvme`, `ata`, `scsi`, `usb`, `mmc`, `virtio`, `none`, `unknown`.
    pub transport: String,
    /// Whether it turns.
    pub rotational: Fact<bool>,
    /// The node or file that was named.
    pub path: String,
    /// The path through the device tree.
    pub device_path: Fact<String>,
    /// Major and minor number.
    pub device_number: Fact<String>,
    /// The kernel's disk sequence number.
    pub disk_sequence: Fact<u64>,
    /// Every layer between node and medium.
    pub layers: Vec<String>,
    /// Partitions that were there, and were removed from the kernel.
    pub partitions: u32,
    /// `queue/write_cache`.
    pub write_cache: Fact<String>,
    /// `queue/fua`.
    pub fua: Fact<bool>,
    /// Health before the erasure.
    pub health_before: Fact<String>,
    /// Health after it.
    pub health_after: Fact<String>,
}

/// What the operator typed to name the medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConfirmedBy {
    /// The serial number.
    Serial,
    /// The code of the dry run.
    Code,
    /// The node's or file's name.
    Name,
}

/// How the medium was confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// What was typed.
    pub by: ConfirmedBy,
    /// At a terminal, by a person; otherwise given with the command.
    pub at_terminal: bool,
    /// Whether it was read from the label or from a screen.
    pub read_from_label: Fact<bool>,
}
