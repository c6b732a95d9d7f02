//! Pinning the issuer whose rosters this machine believes.

use std::path::Path;

use crate::records::Identity;

use super::{Lent, Refusal, WorkflowError, people};

/// Pins an issuer after its fingerprint was typed from paper.
///
/// # Errors
/// A fingerprint that differs, another issuer that is pinned already.
pub fn pin_issuer(path: &Path, lent: &mut Lent<'_>) -> Result<Identity, WorkflowError> {
    let issuer = people::read_identity(path)?;
    match lent.home.pinned_issuer()? {
        Some(pinned) if pinned.fingerprint() == issuer.fingerprint() => return Ok(issuer),
        Some(pinned) => return Err(Refusal::OtherIssuerPinned { id: pinned.id }.into()),
        None => {}
    }
    if issuer.specimen != lent.home.is_specimen() {
        return Err(Refusal::SpecimenMixed.into());
    }
    let typed = lent.desk.fingerprint(&issuer)?;
    let digits: String = typed.text.chars().filter(|sign| !sign.is_whitespace()).collect();
    if digits.to_ascii_lowercase() != issuer.fingerprint().to_string() {
        return Err(Refusal::FingerprintDiffers.into());
    }
    lent.home.pin_issuer(&issuer, lent.owner)?;
    Ok(issuer)
}
