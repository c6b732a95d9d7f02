//! The payload itself: number, subject, rules, people, times, and everything the other files hold.

use serde::{Deserialize, Serialize};

use crate::crypto::Fingerprint;
use crate::records::envelope::encode_line;
use crate::records::{
    CertificateNumber, Contract, Envelope, Kind, LedgerHead, PolicyRef, RecordError, RosterRef, SignerClaim,
    Times, Tool, strict,
};

use super::{DeliveryMedium, DeliveryReadBack, Encryption, Package, Recipient, Scan, form};

pub(super) const WHAT: &str = "delivery record";

/// 持出許可: that data of this classification may leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permit {
    /// 許可番号.
    pub number: String,
    /// 許可者.
    pub by: String,
    /// 期限, that day included.
    #[serde(with = "crate::records::contract::day")]
    pub until: jiff::civil::Date,
}

/// The payload of a delivery record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryRecord {
    /// Always `delivery`.
    pub kind: Kind,
    /// Always 1.
    pub version: u32,
    /// 見本: made by a demonstration.
    pub specimen: bool,
    /// 送付番号.
    pub number: CertificateNumber,
    /// The package.
    pub package: Package,
    /// 件名.
    pub title: String,
    /// 内容, in words.
    pub contents: Option<String>,
    /// 件数.
    pub records: Option<u64>,
    /// 機密性.
    pub classification: String,
    /// Whether My Number is in it.
    pub mynumber: bool,
    /// 規程.
    pub policy: PolicyRef,
    /// 持出許可, where one was named.
    pub permit: Option<Permit>,
    /// Number of the approval, where one was given.
    pub approval: Option<String>,
    /// How it is locked.
    pub encryption: Encryption,
    /// Whose keys open it; empty exactly where a passphrase does.
    pub recipients: Vec<Recipient>,
    /// What it lies on.
    pub medium: DeliveryMedium,
    /// What was read back.
    pub read_back: DeliveryReadBack,
    /// The virus scan.
    pub scan: Scan,
    /// When.
    pub times: Times,
    /// 作業場所.
    pub place: Option<String>,
    /// 業務情報.
    pub contract: Option<Contract>,
    /// The roster used.
    pub roster: RosterRef,
    /// The ledger's head when the delivery was begun.
    pub ledger: LedgerHead,
    /// The program.
    pub tool: Tool,
    /// Who signs, in order; the sender first.
    pub signers: Vec<SignerClaim>,
}

impl DeliveryRecord {
    /// The payload's bytes, in an unsigned envelope.
    #[must_use]
    pub fn to_envelope(&self) -> Envelope {
        let mut bytes = encode_line(self);
        bytes.pop();
        Envelope::new(Kind::Delivery, bytes)
    }

    /// An example that nobody signed, for trying a template before it is needed. `None` cannot happen.
    #[must_use]
    pub fn example() -> Option<Self> {
        Self::parse(include_bytes!(
            "../../../certificates/specimens/delivery.payload.json"
        ))
        .ok()
    }

    /// The keys of the signers in their order.
    #[must_use]
    pub fn order_of_signers(&self) -> Vec<Fingerprint> {
        self.signers.iter().map(|signer| signer.fingerprint).collect()
    }

    /// Whether a reader would take it: bounds of every text, names of the volumes, people named once, the
    /// sender first. For whoever is about to sign one.
    ///
    /// # Errors
    /// [`RecordError::Malformed`], [`RecordError::BadText`].
    pub fn check(&self) -> Result<(), RecordError> {
        if self.kind != Kind::Delivery || self.version != 1 {
            return Err(RecordError::malformed(
                WHAT,
                "kind and version are not those of its type",
            ));
        }
        form::check(self)
    }

    /// Reads a payload. To be called on verified bytes only.
    pub(in crate::records) fn parse(payload: &[u8]) -> Result<Self, RecordError> {
        let record: Self = strict::parse(WHAT, payload)?;
        record.check()?;
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_read_and_written_alike() {
        let example = DeliveryRecord::example().unwrap();
        let written: &[u8] = include_bytes!("../../../certificates/specimens/delivery.payload.json");
        assert_eq!(example.to_envelope().payload(), written);
        assert_eq!(example.check(), Ok(()));
    }
}
