//! A record that people sign one after the other, verified so far: of a medium, or of files and free space.

use crate::crypto::{Digest, Fingerprint};
use crate::records::{
    CertificateNumber, Envelope, ErasureRecord, Identity, Kind, PartialRecord, SignerClaim, SlipFile,
    Verified, WorkRecord, verified_by,
};
use crate::rendering::Shown;

/// A record that can be signed. Whoever shows one before it is signed knows every kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signable {
    /// An erasure record.
    Erasure(Box<Verified<ErasureRecord>>),
    /// A record of a partial erasure.
    Partial(Box<Verified<PartialRecord>>),
}

impl Signable {
    /// The record that people whose keys are known signed, both it and its slip.
    pub(super) fn verified(envelope: &Envelope, slip: &SlipFile, people: &[&Identity]) -> Option<Self> {
        if envelope.kind() == Some(Kind::PartialErasure) {
            let record = verified_by(envelope, slip, people)?;
            Some(Self::Partial(Box::new(record)))
        } else {
            let record = verified_by(envelope, slip, people)?;
            Some(Self::Erasure(Box::new(record)))
        }
    }

    /// 証明書番号.
    #[must_use]
    pub fn number(&self) -> &CertificateNumber {
        match self {
            Self::Erasure(record) => record.content().number(),
            Self::Partial(record) => record.content().number(),
        }
    }

    /// 照合値.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        match self {
            Self::Erasure(record) => record.digest(),
            Self::Partial(record) => record.digest(),
        }
    }

    /// Who signs, in order.
    #[must_use]
    pub fn signers(&self) -> &[SignerClaim] {
        match self {
            Self::Erasure(record) => record.content().signers(),
            Self::Partial(record) => record.content().signers(),
        }
    }

    /// The keys of the signers in their order.
    pub(super) fn order_of_signers(&self) -> Vec<Fingerprint> {
        self.signers().iter().map(|signer| signer.fingerprint).collect()
    }

    /// As paper shows it; none for a kind that has no paper.
    pub(super) fn shown(&self) -> Option<Shown<'_>> {
        match self {
            Self::Erasure(record) => Some(Shown::Erasure(record)),
            Self::Partial(_) => None,
        }
    }
}
