//! The payload itself: order, people, times, and everything the other files of this folder hold.

use serde::{Deserialize, Serialize};

use crate::crypto::{Digest, Fingerprint};
use crate::records::envelope::{MOST_SIGNATURES, encode_line};
use crate::records::{
    CertificateNumber, Contract, Envelope, Kind, LedgerHead, PolicyRef, RecordError, RosterRef, SignerClaim,
    Times, Tool, strict,
};

use super::{
    Confirmation, Ending, HiddenArea, Interruption, Io, Machine, Medium, Method, Pass, Verification,
};

const WHAT: &str = "erasure record";

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

impl Verdict {
    /// All verdicts, in the order of their slip numbers.
    pub const ALL: [Self; 5] = [
        Self::Erased,
        Self::ErasedWithExceptions,
        Self::NotErased,
        Self::Unverified,
        Self::Interrupted,
    ];
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
    /// The passes that were begun, in earlier runs as well.
    pub passes: Vec<Pass>,
    /// The earlier runs that this one took up again, in order.
    pub interruptions: Vec<Interruption>,
    /// How reading and writing were carried out.
    pub io: Io,
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

    /// An example that nobody signed, for trying a template before it is needed. `None` cannot happen.
    #[must_use]
    pub fn example() -> Option<Self> {
        Self::parse(include_bytes!(
            "../../../certificates/specimens/erasure.payload.json"
        ))
        .ok()
    }

    /// The keys of the signers in their order.
    #[must_use]
    pub fn order_of_signers(&self) -> Vec<Fingerprint> {
        self.signers.iter().map(|signer| signer.fingerprint).collect()
    }

    /// Reads a payload. To be called on verified bytes only.
    pub(in crate::records) fn parse(payload: &[u8]) -> Result<Self, RecordError> {
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
        if twice || keys.is_empty() || keys.len() > MOST_SIGNATURES {
            return Err(RecordError::malformed(
                WHAT,
                "signers are missing, too many, or named twice",
            ));
        }
        Ok(record)
    }
}
