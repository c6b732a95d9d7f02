//! Pinning the issuer whose rosters this machine believes.

use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use crate::records::Identity;

use super::{Lent, Refusal, WorkflowError, people};

/// Pins an issuer after its fingerprint was typed from paper.
///
/// # Errors
/// A fingerprint that differs, another issuer that is pinned already.
pub fn pin_issuer(path: &Path, lent: &mut Lent<'_>) -> Result<Identity, WorkflowError> {
    let issuer = people::read_identity(path)?;
    if issuer.specimen != lent.home.is_specimen() {
        return Err(Refusal::SpecimenMixed.into());
    }
    // Compared in any case: somebody who holds paper against the screen must not be told a lie.
    let typed = lent.desk.fingerprint(&issuer)?;
    let digits: String = typed.text.nfkc().filter(|sign| !sign.is_whitespace()).collect();
    if digits.to_ascii_lowercase() != issuer.fingerprint().to_string() {
        return Err(Refusal::FingerprintDiffers.into());
    }
    if let Some(pinned) = lent.home.pinned_issuer()?
        && pinned.fingerprint() != issuer.fingerprint()
    {
        return Err(Refusal::OtherIssuerPinned { id: pinned.id }.into());
    }
    lent.home.pin_issuer(&issuer, lent.owner)?;
    Ok(issuer)
}
