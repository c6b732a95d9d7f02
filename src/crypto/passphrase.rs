//! Passphrases: one spelling (NFKC, UTF-8), a floor for new ones, a generator.
//!
//! The floor is ten characters (個人情報取扱い安全管理措置 D2-3) and zxcvbn's third step of four.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{CryptoError, SecretText, random};

/// Fewest characters of a new passphrase.
const FEWEST_CHARACTERS: usize = 10;
/// Longest passphrase in bytes after normalisation.
const MOST_BYTES: usize = 1024;
/// Letters and digits that are not mistaken for one another when read from paper.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567891";
/// Characters of a generated passphrase: 20 of 32 signs are 100 bits.
const GENERATED: usize = 20;

/// A passphrase, normalised, in locked memory.
pub struct Passphrase(SecretText);

/// Why a new passphrase is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than ten characters.
    TooShort,
    /// Too easy to guess, by zxcvbn's estimate.
    Guessable,
}

impl Passphrase {
    /// The passphrase that `text` spells, in NFKC so that a keyboard's full-width letters do not
    /// lock anybody out.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] above 1024 bytes.
    pub fn new(text: &str) -> Result<Self, CryptoError> {
        let normal = SecretText::collect(text.nfkc())?;
        if normal.text().len() > MOST_BYTES {
            return Err(CryptoError::TooLong { bound: MOST_BYTES });
        }
        Ok(Self(normal))
    }

    /// A fresh one of 100 random bits, in groups of four, to be written down.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn generate() -> Result<(Self, Zeroizing<String>), CryptoError> {
        let mut text = Zeroizing::new(String::with_capacity(GENERATED * 2));
        for (place, byte) in random::<GENERATED>()?.into_iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(byte % 32)]));
        }
        Ok((Self::new(&text)?, text))
    }

    /// What speaks against it as a new passphrase of somebody described by `about` (names, ids).
    ///
    /// # Errors
    /// The [`Weakness`].
    pub fn judge_new(&self, about: &[&str]) -> Result<(), Weakness> {
        let text = self.0.text();
        if text.chars().count() < FEWEST_CHARACTERS {
            return Err(Weakness::TooShort);
        }
        // The estimate is quadratic in the length; what is longer than this is judged by its beginning.
        let judged: String = text.chars().take(100).collect();
        let judged = Zeroizing::new(judged);
        if zxcvbn::zxcvbn(&judged, about).score() < zxcvbn::Score::Three {
            return Err(Weakness::Guessable);
        }
        Ok(())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.text().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_ones_are_refused() {
        let judge = |text: &str| Passphrase::new(text).unwrap().judge_new(&["Tanaka", "otari"]);
        assert_eq!(judge("kj3#xQ9!a"), Err(Weakness::TooShort));
        assert_eq!(judge("password1234"), Err(Weakness::Guessable));
        assert_eq!(judge("otariTanaka"), Err(Weakness::Guessable));
        assert_eq!(judge("kj3#xQ9!apWz"), Ok(()));
    }

    #[test]
    fn generated_ones_pass_and_differ() {
        let (first, text) = Passphrase::generate().unwrap();
        let (second, _) = Passphrase::generate().unwrap();
        assert_eq!(first.judge_new(&[]), Ok(()));
        assert_ne!(first.bytes(), second.bytes());
        assert_eq!(first.bytes(), text.as_bytes());
        assert_eq!(text.len(), 24);
    }

    #[test]
    fn full_width_spells_the_same() {
        let narrow = Passphrase::new("Aomori-2026-yuki").unwrap();
        assert_eq!(
            narrow.bytes(),
            Passphrase::new("Ａｏｍｏｒｉ－２０２６－ｙｕｋｉ")
                .unwrap()
                .bytes()
        );
        assert!(Passphrase::new(&"x".repeat(1025)).is_err());
    }
}
