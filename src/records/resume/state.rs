//! The payload of a resume state.

use serde::{Deserialize, Serialize};

use crate::crypto::{Digest, Fingerprint};
use crate::records::envelope::encode_line;
use crate::records::{
    CertificateNumber, Envelope, Interruption, Kind, LedgerHead, Level, Medium, Pass, PolicyRef, ReadBack,
    RecordError, RosterRef, Seed, SignerClaim, Tool, VerifyAsked, strict,
};
use crate::units::{ByteCount, Timestamp};

use super::form;

/// Largest file of a resume state in bytes.
pub const MOST_RESUME_BYTES: usize = 8 << 20;
pub(super) const WHAT: &str = "resume state";

/// What was asked for: a later run must be asked for the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumeOrder {
    /// 消去方式, as the command names it.
    pub method: String,
    /// What is to be read back.
    pub verify: VerifyAsked,
    /// 処理事由.
    pub purpose: String,
    /// 機密性.
    pub classification: String,
    /// Whether My Number was on it.
    pub mynumber: bool,
    /// 規程.
    pub policy: PolicyRef,
    /// 前処理としての消去: the step that must follow.
    pub follow: Option<Level>,
    /// 管理番号, as given.
    pub asset_number: Option<String>,
    /// Serial number of the machine that the medium was taken from, as given.
    pub machine: Option<String>,
    /// 作業場所.
    pub place: Option<String>,
}

/// The payload of a resume state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumeState {
    /// Always `resume`.
    pub kind: Kind,
    /// Always 1.
    pub version: u32,
    /// 見本: made by a demonstration.
    pub specimen: bool,
    /// 証明書番号 of the run that saved it.
    pub number: CertificateNumber,
    /// When it was saved: the flush that covers it had completed by then.
    pub saved: Timestamp,
    /// What was asked for.
    pub order: ResumeOrder,
    /// The medium, as it was when that run began.
    pub medium: Medium,
    /// SHA-256 of the plan that was confirmed.
    pub plan: Digest,
    /// When that run began.
    pub started: Timestamp,
    /// The ledger's head when that run was entered as begun.
    pub ledger: LedgerHead,
    /// The seeds of the plan, in order.
    pub seeds: Vec<Seed>,
    /// The passes that were begun, in order; all but the last are complete.
    pub passes: Vec<Pass>,
    /// Bytes from the front that the last of them has dealt with and a completed flush covers.
    pub flushed: ByteCount,
    /// Read-backs of earlier passes that are complete.
    pub earlier: Vec<ReadBack>,
    /// The runs before that one, where it had itself taken one up again.
    pub interruptions: Vec<Interruption>,
    /// The roster used.
    pub roster: RosterRef,
    /// The program.
    pub tool: Tool,
    /// The handler, alone.
    pub signers: Vec<SignerClaim>,
}

impl ResumeState {
    /// The payload's bytes, in an unsigned envelope.
    #[must_use]
    pub fn to_envelope(&self) -> Envelope {
        let mut bytes = encode_line(self);
        bytes.pop();
        Envelope::new(Kind::Resume, bytes)
    }

    /// The keys of the signers: one.
    #[must_use]
    pub fn order_of_signers(&self) -> Vec<Fingerprint> {
        self.signers.iter().map(|signer| signer.fingerprint).collect()
    }

    /// What a record of a run that goes on from this state says of the run that saved it. `digest` is the
    /// 照合値 of this state.
    #[must_use]
    pub fn as_interruption(&self, digest: Digest) -> Interruption {
        Interruption {
            number: self.number.clone(),
            started: self.started,
            saved: self.saved,
            pass: self.passes.last().map_or(0, |pass| pass.number),
            flushed: self.flushed,
            ledger: self.ledger.clone(),
            tool: self.tool.clone(),
            state: digest,
        }
    }

    /// Whether a reader would take it. For whoever is about to sign one.
    ///
    /// # Errors
    /// [`RecordError::Malformed`], [`RecordError::BadText`].
    pub fn check(&self) -> Result<(), RecordError> {
        if self.kind != Kind::Resume || self.version != 1 {
            return Err(RecordError::malformed(
                WHAT,
                "kind and version are not those of its type",
            ));
        }
        form::check(self)
    }

    /// Reads a payload. To be called on verified bytes only.
    pub(in crate::records) fn parse(payload: &[u8]) -> Result<Self, RecordError> {
        let state: Self = strict::parse(WHAT, payload)?;
        state.check()?;
        Ok(state)
    }
}
