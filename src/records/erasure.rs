//! The erasure record 消去の記録: what was measured, what was not and why, what follows.
//!
//! Fields follow NIST SP 800-88r2 §4.6 with App. C and the clauses of the source documents. Never
//! names, personal data or digests of what was erased. Nothing here judges: the verdict is told to it.

use serde::{Deserialize, Serialize};

use crate::crypto::{Digest, Fingerprint};
use crate::units::{ByteCount, ByteRange, Timestamp};

use super::envelope::encode_line;
use super::{CertificateNumber, Contract, Envelope, Kind, RecordError, SignerClaim, strict};

const WHAT: &str = "erasure record";

/// Something that was measured, or why it was not. Nothing is left blank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact<T> {
    /// It was measured.
    Measured(T),
    /// It was not.
    NotMeasured(Absence),
}

/// Why something was not measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absence {
    /// The system or device says nothing about it.
    NotReported,
    /// It was there, but could not be read.
    NotReadable,
    /// There is no such thing for this medium.
    NotApplicable,
    /// This version does not look at it.
    NotExamined,
    /// The run ended before.
    NotReached,
    /// The program cannot see it.
    NotVisible,
}

impl<T> Fact<T> {
    /// `value`, or why there is none.
    pub fn or(value: Option<T>, absence: Absence) -> Self {
        value.map_or(Self::NotMeasured(absence), Self::Measured)
    }

    /// The value, if it was measured.
    pub const fn measured(&self) -> Option<&T> {
        match self {
            Self::Measured(value) => Some(value),
            Self::NotMeasured(_) => None,
        }
    }
}

/// 判定.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// 合格.
    Erased,
    /// 一部未確認あり（要判断）.
    ErasedWithExceptions,
    /// 不合格.
    NotErased,
    /// 未検証.
    Unverified,
    /// 中断.
    Interrupted,
}

/// 消去水準 (NIST SP 800-88r2 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 部分消去, for files and free space only.
    Partial,
    /// 消去（Clear）.
    Clear,
    /// 抹消（Purge）.
    Purge,
    /// 物理的な破壊.
    Destroy,
}

/// The level that was reached; a failed erasure reaches none.
pub type Achieved = Option<Level>;

/// The program, as it says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `keshiin`.
    pub name: String,
    /// Version.
    pub version: String,
    /// SHA-256 of the running program file: the machine's own claim.
    pub claimed_build: Fact<Digest>,
}

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

/// A serial number and where it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SerialNumber {
    /// As the source gives it.
    pub text: String,
    /// `nvme`, `scsi`, `mmc`, `virtio`, `usb-bridge`.
    pub source: String,
    /// Another attached device says the same.
    pub shared: bool,
}

/// 電磁的記録媒体.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Medium {
    /// `hdd`, `ssd`, `usb-flash`, `sd-card`, `virtual`, `unknown`.
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

/// The policy that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRef {
    /// Its id.
    pub id: String,
    /// SHA-256 of its file.
    pub digest: Digest,
    /// The rules that applied.
    pub rules: Vec<String>,
}

/// What was asked for, and whether it was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// 処理事由.
    pub purpose: String,
    /// 機密性.
    pub classification: String,
    /// Whether My Number was on it.
    pub mynumber: bool,
    /// 規程.
    pub policy: PolicyRef,
    /// Level that the policy requires.
    pub required: Level,
    /// Level that was reached; none when it failed.
    pub achieved: Achieved,
    /// 規程への適合.
    pub policy_met: bool,
    /// Why not, as stable codes.
    pub unmet: Vec<String>,
    /// 前処理としての消去: the step that must follow.
    pub follow: Option<Level>,
    /// Number of the approval, where one was given.
    pub approval: Option<String>,
    /// Number of the exception, where one was given.
    pub exception: Option<String>,
    /// Where the medium goes.
    pub disposition: Option<String>,
}

/// 消去方式.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Its name.
    pub name: String,
    /// The standard it follows.
    pub source: String,
    /// It adds nothing to one verified pass, and is used because a contract names it.
    pub legacy: bool,
    /// Passes it has.
    pub passes: u16,
}

/// The bytes of a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Pattern {
    /// The keystream of `docs/spec/record.md` under this seed (64 hexadecimal digits).
    Seeded {
        /// The seed.
        seed: String,
    },
    /// Its bitwise NOT.
    SeededComplement {
        /// The seed.
        seed: String,
    },
    /// Bytes repeated from the first byte of the medium (hexadecimal).
    Constant {
        /// The bytes.
        bytes: String,
    },
}

/// Ranges with a fault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangeList {
    /// The first ones, in order.
    pub ranges: Vec<ByteRange>,
    /// How many there are.
    pub count: u64,
    /// Bytes in all of them.
    pub bytes: ByteCount,
}

/// A flush and what the system said to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlushResult {
    /// It completed.
    pub ok: bool,
    /// The system's error number when it did not.
    pub errno: Option<i32>,
}

/// パス.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// Its number, from 1.
    pub number: u16,
    /// What was written.
    pub pattern: Pattern,
    /// The range it was to cover.
    pub range: ByteRange,
    /// Bytes that the medium took.
    pub written: ByteCount,
    /// Places that could not be written.
    pub unwritable: RangeList,
    /// The flushes at its end.
    pub flushes: Vec<FlushResult>,
    /// How often it was begun again.
    pub repeats: u16,
    /// Start.
    pub started: Timestamp,
    /// End.
    pub ended: Timestamp,
}

/// How bytes reached the medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IoPath {
    /// Direct I/O.
    Direct,
    /// Through the page cache.
    Buffered,
}

/// How reads reached the medium.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "path", deny_unknown_fields)]
pub enum ReadPath {
    /// Direct I/O on a block device after a completed flush.
    Direct,
    /// Direct I/O, the backing file shown absent from the page cache.
    BackingFileUncached,
    /// Memory is the medium.
    Memory,
    /// A cache may have answered.
    Cached {
        /// What could not be shown.
        reason: String,
    },
}

/// What was asked to be read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "mode", deny_unknown_fields)]
pub enum VerifyAsked {
    /// Every byte.
    Full,
    /// A sample.
    Sample {
        /// In percent.
        percent: u8,
    },
    /// Nothing.
    None,
}

/// One read-back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadBack {
    /// Which pass.
    pub pass: u16,
    /// How.
    pub read: ReadPath,
    /// Bytes to be read.
    pub planned: ByteCount,
    /// Bytes read and compared.
    pub compared: ByteCount,
    /// Part of the medium that was compared, in parts per million, rounded down.
    pub coverage_ppm: u32,
    /// Bytes that differed.
    pub mismatched: ByteCount,
    /// Blocks with bytes that differed.
    pub mismatches: RangeList,
    /// Places that could not be read.
    pub unreadable: RangeList,
    /// For a sample: the chance, in parts per million, to hit a fault in one block of a thousand.
    pub detection_ppm: Option<u32>,
    /// Start.
    pub started: Timestamp,
    /// End.
    pub ended: Timestamp,
}

/// The look after verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondLook {
    /// Who or what was found at the medium.
    pub intrusions: Vec<String>,
    /// Bytes read once more: former partition starts and both ends.
    pub compared: ByteCount,
    /// Bytes of those that differed.
    pub mismatched: ByteCount,
    /// Places of those that could not be read.
    pub unreadable: RangeList,
}

/// 検証.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// What was asked.
    pub asked: VerifyAsked,
    /// Read-backs of passes before the last one.
    pub earlier: Vec<ReadBack>,
    /// The read-back of the last pass.
    pub last: Fact<ReadBack>,
    /// The look after it.
    pub second_look: Fact<SecondLook>,
}

/// Areas that reads and writes do not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", deny_unknown_fields)]
pub enum HiddenArea {
    /// Nobody looked.
    NotExamined,
    /// Looked, none.
    None,
    /// Found.
    Found {
        /// Bytes.
        bytes: ByteCount,
    },
    /// Looked, could not be told.
    CouldNotTell,
}

/// How the run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", deny_unknown_fields)]
pub enum Ending {
    /// Every step was taken.
    Completed,
    /// The operator stopped it.
    Stopped,
    /// The device went away.
    Vanished,
    /// The device stopped answering.
    Stalled {
        /// For so long.
        seconds: u32,
    },
    /// Too much was unreachable.
    GaveUp,
    /// A flush failed.
    FlushFailed,
    /// The system refused.
    Failed {
        /// Its error number.
        errno: i32,
    },
}

/// 日時.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// Start.
    pub started: Timestamp,
    /// End: the instant at which entitlements are judged.
    pub ended: Timestamp,
    /// `operating-system`.
    pub clock: String,
    /// Whether the system says that its clock is kept in step.
    pub synchronised: Fact<bool>,
}

/// How a witness takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WitnessMode {
    /// Signs on the handler's machine.
    SameMachine,
    /// Signs later on his own.
    OwnMachine,
    /// Signs and seals the paper.
    Paper,
    /// There is none.
    None,
}

/// 立会い.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// How.
    pub mode: WitnessMode,
    /// Who, for a witness on paper, who signs nothing electronically.
    pub on_paper: Option<String>,
    /// Why there is none.
    pub reason: Option<String>,
}

/// Whether the roster used was believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RosterState {
    /// Signed by the issuer pinned on the machine.
    Pinned,
    /// No issuer was pinned.
    Unpinned,
    /// There was none.
    Absent,
}

/// The roster that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterRef {
    /// Believed or not.
    pub state: RosterState,
    /// Its id.
    pub id: Option<String>,
    /// Its edition.
    pub serial: Option<u64>,
    /// Its 照合値.
    pub digest: Option<Digest>,
}

/// The head of the ledger when the erasure was entered as started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerHead {
    /// The ledger's id.
    pub id: String,
    /// Entries.
    pub size: u64,
    /// Root of its tree.
    pub root: Digest,
}

/// The payload of an erasure record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureRecord {
    /// Always `erasure`.
    pub kind: Kind,
    /// Always 1.
    pub version: u32,
    /// 見本: made by a demonstration.
    pub specimen: bool,
    /// 証明書番号.
    pub number: CertificateNumber,
    /// 判定.
    pub verdict: Verdict,
    /// Every reason against `erased`, as stable codes.
    pub reasons: Vec<String>,
    /// Order, level and policy.
    pub order: Order,
    /// The medium.
    pub medium: Medium,
    /// The machine.
    pub machine: Machine,
    /// How the medium was confirmed.
    pub confirmation: Confirmation,
    /// The method.
    pub method: Method,
    /// The passes that were begun.
    pub passes: Vec<Pass>,
    /// Direct or buffered.
    pub io_path: IoPath,
    /// Hidden areas.
    pub hidden_area: HiddenArea,
    /// What was read back.
    pub verification: Verification,
    /// How it ended.
    pub ending: Ending,
    /// Known limits, as stable codes.
    pub limits: Vec<String>,
    /// When.
    pub times: Times,
    /// 作業場所.
    pub place: Option<String>,
    /// 業務情報.
    pub contract: Option<Contract>,
    /// 立会い.
    pub witness: Witness,
    /// The roster used.
    pub roster: RosterRef,
    /// The ledger's head.
    pub ledger: LedgerHead,
    /// SHA-256 of the plan that was carried out.
    pub plan: Digest,
    /// The program.
    pub tool: Tool,
    /// Who signs, in order.
    pub signers: Vec<SignerClaim>,
}

impl ErasureRecord {
    /// The payload's bytes, in an unsigned envelope.
    #[must_use]
    pub fn to_envelope(&self) -> Envelope {
        let mut bytes = encode_line(self);
        bytes.pop();
        Envelope::new(Kind::Erasure, bytes)
    }

    /// The keys of the signers in their order.
    #[must_use]
    pub fn order_of_signers(&self) -> Vec<Fingerprint> {
        self.signers.iter().map(|signer| signer.fingerprint).collect()
    }

    /// Reads a payload. To be called on verified bytes only.
    pub(super) fn parse(payload: &[u8]) -> Result<Self, RecordError> {
        let record: Self = strict::parse(WHAT, payload)?;
        if record.kind != Kind::Erasure || record.version != 1 {
            return Err(RecordError::malformed(
                WHAT,
                "kind and version are not those of its type",
            ));
        }
        let keys = record.order_of_signers();
        let twice = keys
            .iter()
            .enumerate()
            .any(|(place, key)| keys[..place].contains(key));
        if twice || keys.is_empty() {
            return Err(RecordError::malformed(WHAT, "signers are missing or named twice"));
        }
        Ok(record)
    }
}
