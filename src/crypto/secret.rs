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

/// Text that nobody else may see, on a locked page from the first sign that is typed.
pub struct SecretText {
    page: Secret,
    length: usize,
}

impl SecretText {
    /// No text yet, and room for 4096 bytes of it.
    ///
    /// # Errors
    /// None that can happen: a page is as long as a page.
    pub fn new() -> Result<Self, CryptoError> {
        Ok(Self {
            page: Secret::zeroed(PAGE_BYTES)?,
            length: 0,
        })
    }

    /// The signs of an iterator.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] above 4096 bytes.
    pub fn collect(signs: impl IntoIterator<Item = char>) -> Result<Self, CryptoError> {
        let mut text = Self::new()?;
        signs.into_iter().try_for_each(|sign| text.push(sign))?;
        Ok(text)
    }

    /// Adds a sign.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] above 4096 bytes.
    pub fn push(&mut self, sign: char) -> Result<(), CryptoError> {
        let end = self.length + sign.len_utf8();
        let room = self.page.bytes_mut().get_mut(self.length..end);
        sign.encode_utf8(room.ok_or(CryptoError::TooLong { bound: PAGE_BYTES })?);
        self.length = end;
        Ok(())
    }

    /// Takes the last sign away.
    pub fn pop(&mut self) {
        let shorter = self
            .text()
            .char_indices()
            .next_back()
            .map_or(0, |(place, _)| place);
        self.page.bytes_mut()[shorter..].zeroize();
        self.length = shorter;
    }

    /// Takes everything away.
    pub fn clear(&mut self) {
        self.page.bytes_mut().zeroize();
        self.length = 0;
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        // Only whole signs are ever written.
        std::str::from_utf8(&self.page.bytes()[..self.length]).unwrap_or_default()
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
    fn typed_text_leaves_nothing_behind_what_it_holds() {
        let mut text = SecretText::new().unwrap();
        "雪-a".chars().for_each(|sign| text.push(sign).unwrap());
        assert_eq!(text.text(), "雪-a");
        text.pop();
        text.pop();
        assert_eq!(text.text(), "雪");
        assert!(text.page.bytes()[3..].iter().all(|byte| *byte == 0));
        text.clear();
        text.pop();
        assert_eq!(text.text(), "");
        assert!(text.page.bytes().iter().all(|byte| *byte == 0));
        assert!(SecretText::collect(std::iter::repeat_n('x', 4097)).is_err());
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
