//! What verification asks of a record of work, whichever kind it is: who signs, with what slip, and
//! whether its own facts bear what it says.

use crate::crypto::Digest;
use crate::units::Timestamp;

use super::{AnySlip, CertificateNumber, Check, Kind, RecordError, SignerClaim};

/// A record of work, which people sign together with its slip.
pub trait WorkRecord: Sized {
    /// Its kind.
    const KIND: Kind;

    /// Reads a payload whose signature was verified.
    ///
    /// # Errors
    /// A payload that is not in the form of its kind.
    fn read(payload: &[u8], verified: SignatureVerified) -> Result<Self, RecordError>;

    /// 見本.
    fn is_specimen(&self) -> bool;

    /// 証明書番号 or 送付番号.
    fn number(&self) -> &CertificateNumber;

    /// End of the work: the instant at which entitlements are judged.
    fn ended(&self) -> Timestamp;

    /// Who signs, in order.
    fn signers(&self) -> &[SignerClaim];

    /// The slip that it makes with this 照合値.
    fn slip(&self, digest: Digest) -> AnySlip;

    /// Whether its facts bear what it says and fit each other.
    fn consistency(&self) -> Check;

    /// What a reader should know beside its signers.
    fn remarks(&self) -> Vec<Check> {
        Vec::new()
    }
}

/// Proof that a signature over a payload was verified. Only verification makes one: what was not signed is
/// not even read.
#[derive(Clone, Copy, Debug)]
pub struct SignatureVerified(());

impl SignatureVerified {
    /// To be called where a signature has just verified.
    pub(super) const fn here() -> Self {
        Self(())
    }
}
