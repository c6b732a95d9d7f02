//! How reading and writing were carried out, and which earlier runs were taken up again.

use serde::{Deserialize, Serialize};

use crate::crypto::Digest;
use crate::records::{CertificateNumber, Fact, LedgerHead, Tool};
use crate::units::{ByteCount, Timestamp};

/// How bytes reached the medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IoPath {
    /// Direct I/O.
    Direct,
    /// Through the page cache.
    Buffered,
}

/// What carries out overlapped I/O.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IoEngineKind {
    /// io_uring of the Linux kernel.
    IoUring,
    /// Threads with `pread` and `pwrite`.
    Threads,
}

/// What carried out overlapped I/O, and in which pieces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IoEngine {
    /// Which it is.
    pub kind: IoEngineKind,
    /// Whether the kernel took the buffers once for all.
    pub registered: bool,
    /// Why threads were used: a code, `docs/spec/record.md` §4.
    pub reason: Option<String>,
    /// Most requests in flight.
    pub in_flight: u16,
    /// Most bytes of one request.
    pub piece: ByteCount,
}

/// How reading and writing were carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Io {
    /// Direct or buffered.
    pub path: IoPath,
    /// What carried out overlapped I/O; not reached where no pass was begun.
    pub engine: Fact<IoEngine>,
    /// Most bytes a second, where a limit was asked for.
    pub rate_limit: Option<ByteCount>,
    /// Whether it ran at the lowest I/O priority.
    pub background: bool,
    /// Seconds without a sign of life after which the device counts as stalled.
    pub stalled_after_s: u32,
    /// Seconds that could be lost on places that refuse before it would be given up.
    pub give_up_after_s: u32,
    /// Whether reading back was to end at the first difference.
    pub fail_fast: bool,
}

/// An earlier run of the same erasure that was taken up again from its 中断情報.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interruption {
    /// Its 証明書番号.
    pub number: CertificateNumber,
    /// When it had begun.
    pub started: Timestamp,
    /// When the state that was continued had been saved: how long after it the run went on is not known.
    pub saved: Timestamp,
    /// Which pass it was in, from 1.
    pub pass: u16,
    /// Bytes of that pass, from the front, that a completed flush covered.
    pub flushed: ByteCount,
    /// The ledger's head when it was entered as begun.
    pub ledger: LedgerHead,
    /// The program that carried it out.
    pub tool: Tool,
    /// 照合値 of the state that was continued.
    pub state: Digest,
}
