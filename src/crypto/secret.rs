//! Bytes that nobody else may see: on a page of their own, kept out of swap where the system
//! allows it, overwritten when they are dropped, never shown by `Debug`.

use zeroize::Zeroize;

use super::CryptoError;

/// Longest secret in bytes: one page, because locking works by pages and does not nest.
const PAGE_BYTES: usize = 4096;

/// Up to 4096 secret bytes.
pub struct Secret {
    page: Box<Page>,
    length: usize,
    lock: Option<region::LockGuard>,
}

#[repr(align(4096))]
struct Page([u8; PAGE_BYTES]);

impl Secret {
    /// Moves `bytes` onto a locked page; the caller's copy is overwritten.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] above 4096 bytes.
    pub fn take(bytes: &mut [u8]) -> Result<Self, CryptoError> {
        let mut secret = Self::zeroed(bytes.len())?;
        secret.bytes_mut().copy_from_slice(bytes);
        bytes.zeroize();
        Ok(secret)
    }

    /// `length` fresh random bytes.
    ///
    /// # Errors
    /// No randomness, or too long.
    pub fn random(length: usize) -> Result<Self, CryptoError> {
        let mut secret = Self::zeroed(length)?;
        getrandom::fill(secret.bytes_mut()).map_err(|_| CryptoError::NoRandomness)?;
        Ok(secret)
    }

    /// `length` zero bytes on a locked page, to be filled.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] above 4096 bytes.
    pub fn zeroed(length: usize) -> Result<Self, CryptoError> {
        if length > PAGE_BYTES {
            return Err(CryptoError::TooLong { bound: PAGE_BYTES });
        }
        let page = Box::new(Page([0; PAGE_BYTES]));
        // Without the privilege to lock, the secret is still wiped; that is all the system allows.
        let lock = region::lock(page.0.as_ptr(), PAGE_BYTES).ok();
        Ok(Self { page, length, lock })
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.page.0[..self.length]
    }

    /// The bytes, to be filled.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.page.0[..self.length]
    }

    /// Whether the page is kept out of swap.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        self.lock.is_some()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.page.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_a_secret_leaves_nothing_behind() {
        let mut bytes = *b"correct horse";
        let secret = Secret::take(&mut bytes).unwrap();
        assert_eq!(secret.bytes(), b"correct horse");
        assert_eq!(bytes, [0; 13]);
        assert!(Secret::zeroed(4097).is_err());
    }

    #[test]
    fn two_secrets_never_share_a_page() {
        let (first, second) = (Secret::random(32).unwrap(), Secret::random(32).unwrap());
        let distance = first
            .bytes()
            .as_ptr()
            .addr()
            .abs_diff(second.bytes().as_ptr().addr());
        assert!(distance >= PAGE_BYTES);
        assert_ne!(first.bytes(), second.bytes());
    }
}
