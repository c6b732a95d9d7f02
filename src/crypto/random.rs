//! The operating system's randomness, and no other.

use super::CryptoError;

/// `N` fresh random bytes.
///
/// # Errors
/// [`CryptoError::NoRandomness`] when the system gives none.
pub fn random<const N: usize>() -> Result<[u8; N], CryptoError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| CryptoError::NoRandomness)?;
    Ok(bytes)
}
