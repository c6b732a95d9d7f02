//! A slip of any form, told by its first byte.

use crate::crypto::{Digest, Fingerprint};
use crate::records::{CertificateNumber, RecordError, Role};
use crate::units::Timestamp;

use super::{DeliverySlip, PartialSlip, Slip, WHAT, delivery, erasure, partial};

/// The facts of a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnySlip {
    /// An erasure's.
    Erasure(Slip),
    /// A delivery's.
    Delivery(DeliverySlip),
    /// A partial erasure's.
    Partial(PartialSlip),
}

impl AnySlip {
    /// Reads a slip's bytes.
    ///
    /// # Errors
    /// [`RecordError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        match bytes.first() {
            Some(&erasure::FORM) => Slip::parse(bytes).map(Self::Erasure),
            Some(&delivery::FORM) => DeliverySlip::parse(bytes).map(Self::Delivery),
            Some(&partial::FORM) => PartialSlip::parse(bytes).map(Self::Partial),
            _ => Err(RecordError::malformed(WHAT, "empty, or of an unknown form")),
        }
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Erasure(slip) => slip.encode(),
            Self::Delivery(slip) => slip.encode(),
            Self::Partial(slip) => slip.encode(),
        }
    }

    /// 見本.
    #[must_use]
    pub const fn specimen(&self) -> bool {
        match self {
            Self::Erasure(slip) => slip.specimen,
            Self::Delivery(slip) => slip.specimen,
            Self::Partial(slip) => slip.specimen,
        }
    }

    /// 証明書番号 or 送付番号.
    #[must_use]
    pub const fn number(&self) -> &CertificateNumber {
        match self {
            Self::Erasure(slip) => &slip.number,
            Self::Delivery(slip) => &slip.number,
            Self::Partial(slip) => &slip.number,
        }
    }

    /// 照合値 of the record.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        match self {
            Self::Erasure(slip) => slip.digest,
            Self::Delivery(slip) => slip.digest,
            Self::Partial(slip) => slip.digest,
        }
    }

    /// When the work ended.
    #[must_use]
    pub const fn ended(&self) -> Timestamp {
        match self {
            Self::Erasure(slip) => slip.ended,
            Self::Delivery(slip) => slip.ended,
            Self::Partial(slip) => slip.ended,
        }
    }

    /// Who signs, in the payload's order.
    #[must_use]
    pub fn signers(&self) -> &[(Role, Fingerprint)] {
        match self {
            Self::Erasure(slip) => &slip.signers,
            Self::Delivery(slip) => &slip.signers,
            Self::Partial(slip) => &slip.signers,
        }
    }
}

impl From<Slip> for AnySlip {
    fn from(slip: Slip) -> Self {
        Self::Erasure(slip)
    }
}

impl From<&Slip> for AnySlip {
    fn from(slip: &Slip) -> Self {
        Self::Erasure(slip.clone())
    }
}

impl From<DeliverySlip> for AnySlip {
    fn from(slip: DeliverySlip) -> Self {
        Self::Delivery(slip)
    }
}

impl From<&DeliverySlip> for AnySlip {
    fn from(slip: &DeliverySlip) -> Self {
        Self::Delivery(slip.clone())
    }
}

impl From<PartialSlip> for AnySlip {
    fn from(slip: PartialSlip) -> Self {
        Self::Partial(slip)
    }
}

impl From<&PartialSlip> for AnySlip {
    fn from(slip: &PartialSlip) -> Self {
        Self::Partial(slip.clone())
    }
}
