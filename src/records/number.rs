//! 証明書番号: `<station>-<yyyymmdd>-<n>-<check character>`.
//!
//! The check character is ISO/IEC 7064 MOD 37,36 over station, day and number, so that one mistyped
//! sign or two neighbours exchanged are noticed when a number is read from paper.

use std::fmt;

use serde::{Deserialize, Serialize};

const SIGNS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// A certificate number with its check character.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CertificateNumber(String);

impl CertificateNumber {
    /// The `n`th number of `station` (capital letters and digits) on `day` (`yyyymmdd`).
    #[must_use]
    pub fn new(station: &str, day: &str, n: u32) -> Option<Self> {
        let station_fits =
            (1..=12).contains(&station.len()) && station.bytes().all(|sign| SIGNS.contains(&sign));
        let day_fits = day.len() == 8 && day.bytes().all(|sign| sign.is_ascii_digit());
        let body = format!("{station}-{day}-{n}");
        let check = check_character(&body)?;
        (station_fits && day_fits && n > 0).then(|| Self(format!("{body}-{check}")))
    }

    /// Reads a number in exactly that form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '-');
        let (station, day, n) = (parts.next()?, parts.next()?, parts.next()?.parse().ok()?);
        Self::new(station, day, n).filter(|number| number.0 == text)
    }

    /// The number that the name of a file begins with: those of records, slips and papers do.
    #[must_use]
    pub fn at_front_of(file_name: &str) -> Option<Self> {
        file_name.split(['_', '.']).next().and_then(Self::parse)
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// ISO/IEC 7064 MOD 37,36; hyphens do not count.
fn check_character(body: &str) -> Option<char> {
    let mut product = 36;
    for sign in body.bytes().filter(|sign| *sign != b'-') {
        let value = SIGNS.iter().position(|known| *known == sign)?;
        let sum = (product + value) % 36;
        product = (if sum == 0 { 36 } else { sum }) * 2 % 37;
    }
    Some(char::from(SIGNS[(37 - product) % 36]))
}

impl fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for CertificateNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CertificateNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a certificate number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_example() {
        // ISO/IEC 7064 MOD 37,36 as the GRid standard uses it: A1-2425G-ABC1234002-M
        assert_eq!(check_character("A12425GABC1234002"), Some('M'));
    }

    #[test]
    fn names_of_records_begin_with_their_number() {
        let number = CertificateNumber::new("OTR1", "20261121", 7).unwrap();
        for end in [".json", "_files.json", "_S1.slip.json", "_S1.pdf"] {
            let name = format!("{number}{end}");
            assert_eq!(
                CertificateNumber::at_front_of(&name),
                Some(number.clone()),
                "{name}"
            );
        }
        for name in [
            "",
            "notes.txt",
            "OTR1-20261121-7.json",
            &format!("x{number}.json"),
        ] {
            assert_eq!(CertificateNumber::at_front_of(name), None, "{name}");
        }
    }

    #[test]
    fn one_wrong_sign_or_two_exchanged_are_noticed() {
        let number = CertificateNumber::new("OTR1", "20261121", 7).unwrap();
        assert_eq!(CertificateNumber::parse(number.as_str()), Some(number.clone()));
        let text = number.as_str().as_bytes();
        for place in 0..text.len() {
            for sign in SIGNS.iter().filter(|sign| **sign != text[place]) {
                let mut wrong = text.to_vec();
                wrong[place] = *sign;
                assert_eq!(
                    CertificateNumber::parse(std::str::from_utf8(&wrong).unwrap()),
                    None
                );
            }
        }
        assert_eq!(CertificateNumber::new("otr", "20261121", 1), None);
        assert_eq!(CertificateNumber::new("OTR", "20261121", 0), None);
    }
}
