//! Passphrases made for the telephone: six groups of three random signs and a check sign.
//!
//! The alphabet is the digits and capital letters without 0, 1, I, O and U: 31 signs, a prime number. 18 random
//! signs are 89 bits. The check sign of a group is a weighted sum modulo 31 to which the group's place adds, so a
//! wrong sign, two signs exchanged and two groups exchanged are always found, and the group is named.
//!
//! Touches the operating system's randomness. What is typed stays in locked memory.

use unicode_normalization::UnicodeNormalization;

use super::{CryptoError, Passphrase, SecretText, random};

/// Signs that are not mistaken for one another, read or heard.
const ALPHABET: &[u8; MODULUS as usize] = b"23456789ABCDEFGHJKLMNPQRSTVWXYZ";
const MODULUS: u8 = 31;
const GROUPS: usize = 6;
/// Random signs of a group, before its check sign.
const RANDOM_SIGNS: usize = 3;
const GROUP_SIGNS: usize = RANDOM_SIGNS + 1;
/// Weights of a group's random signs. They and the check sign's (30) are different and not zero: a wrong sign
/// and two signs exchanged change the sum.
const WEIGHTS: [u16; RANDOM_SIGNS] = [2, 3, 5];
/// What a group's place adds to its sum, times the place: six different values, so no group is right elsewhere.
const PLACE_WEIGHT: u16 = 7;
/// How many groups have to be right before what is typed counts as a generated passphrase with a mistake.
/// Somebody's own words reach that once in a thousand times at most, where they have the length at all.
const RIGHT_GROUPS: usize = 3;
/// Longest text in bytes that is looked at: the form with generous separators.
const MOST_BYTES: usize = 512;

/// A generated passphrase in its one spelling: `ABCD-EFGH-…`, 29 signs.
pub struct SpokenPassphrase(SecretText);

impl SpokenPassphrase {
    /// A fresh one.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`].
    pub fn generate() -> Result<Self, CryptoError> {
        let mut text = SecretText::new()?;
        for place in 0..GROUPS {
            let mut values = [0; RANDOM_SIGNS];
            for value in &mut values {
                *value = random_value()?;
            }
            if place > 0 {
                text.push('-')?;
            }
            for value in values.into_iter().chain([check_value(place, values)]) {
                text.push(sign(value))?;
            }
        }
        Ok(Self(text))
    }

    /// The generated passphrase that somebody typed: in any width, case and spacing. None when it is none; then
    /// it is a passphrase as it was typed.
    ///
    /// # Errors
    /// [`CryptoError::NotASign`] and [`CryptoError::WrongGroup`] with the first group that is wrong, where at
    /// least three groups are right; [`CryptoError::TooLong`] for a text that NFKC makes longer than 4096 bytes.
    pub fn read(typed: &str) -> Result<Option<Self>, CryptoError> {
        if typed.len() > MOST_BYTES {
            return Ok(None);
        }
        let upper = typed.nfkc().map(|sign| sign.to_ascii_uppercase());
        let separated = SecretText::collect(upper.map(|sign| if separates(sign) { '-' } else { sign }))?;
        let joined = SecretText::collect(separated.text().chars().filter(|sign| *sign != '-'))?;
        let Some(groups) = groups(separated.text(), joined.text()) else {
            return Ok(None);
        };
        judge(&groups)
    }

    /// The text, for paper and screens.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.text()
    }
}

impl Passphrase {
    /// The passphrase of a package that somebody typed: a generated one in its one spelling, any other as it is.
    ///
    /// Sealing and opening both read through this, so that whatever could be sealed can be opened.
    ///
    /// # Errors
    /// Those of [`SpokenPassphrase::read`] and of [`Passphrase::new`].
    pub fn of_package(typed: &str) -> Result<Self, CryptoError> {
        match SpokenPassphrase::read(typed)? {
            Some(spoken) => Self::new(spoken.text()),
            None => Self::new(typed),
        }
    }
}

/// One of 31 values, each as likely: bytes above the last multiple of 31 are drawn again.
fn random_value() -> Result<u8, CryptoError> {
    loop {
        let [byte] = random::<1>()?;
        if byte < u8::MAX - u8::MAX % MODULUS {
            return Ok(byte % MODULUS);
        }
    }
}

fn check_value(place: usize, values: [u8; RANDOM_SIGNS]) -> u8 {
    let weighted = values
        .into_iter()
        .zip(WEIGHTS)
        .map(|(value, weight)| u16::from(value) * weight);
    let sum = weighted.sum::<u16>() + PLACE_WEIGHT * (place as u16 + 1);
    (sum % u16::from(MODULUS)) as u8
}

fn sign(value: u8) -> char {
    char::from(ALPHABET[usize::from(value)])
}

fn value(sign: u8) -> Option<u8> {
    ALPHABET
        .iter()
        .position(|known| *known == sign)
        .map(|place| place as u8)
}

/// Spaces, everything that a keyboard has for a hyphen, and the unseen signs that come with a text that is
/// copied out of a PDF, after NFKC.
fn separates(sign: char) -> bool {
    let unseen = matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    unseen || sign.is_whitespace() || matches!(sign, '-' | '‐'..='―' | '−' | 'ー' | '─')
}

/// The six groups of what has the form: 24 bytes however they are spaced, or six groups of which one or the
/// other has a sign too few or too many, or one that no group has.
fn groups<'a>(separated: &'a str, joined: &'a str) -> Option<[&'a [u8]; GROUPS]> {
    let groups: Vec<&[u8]> = if joined.len() == GROUPS * GROUP_SIGNS {
        joined.as_bytes().chunks(GROUP_SIGNS).collect()
    } else {
        separated
            .split('-')
            .map(str::as_bytes)
            .filter(|group| !group.is_empty())
            .collect()
    };
    groups.try_into().ok()
}

/// What is wrong with a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flaw {
    /// A sign that is not in the alphabet.
    Sign,
    /// The check sign or the number of signs.
    Check,
}

fn flaw(place: usize, group: &[u8]) -> Option<Flaw> {
    let mut values = [0; GROUP_SIGNS];
    for (slot, sign) in values.iter_mut().zip(group) {
        let Some(value) = value(*sign) else {
            return Some(Flaw::Sign);
        };
        *slot = value;
    }
    let [first, second, third, check] = values;
    let right = group.len() == GROUP_SIGNS && check_value(place, [first, second, third]) == check;
    (!right).then_some(Flaw::Check)
}

fn judge(groups: &[&[u8]; GROUPS]) -> Result<Option<SpokenPassphrase>, CryptoError> {
    let flaws: Vec<(u8, Flaw)> = (1..)
        .zip(groups)
        .enumerate()
        .filter_map(|(place, (group, signs))| Some((group, flaw(place, signs)?)))
        .collect();
    match flaws.first() {
        None => canonical(groups).map(Some),
        Some(_) if GROUPS - flaws.len() < RIGHT_GROUPS => Ok(None),
        Some((group, Flaw::Sign)) => Err(CryptoError::NotASign { group: *group }),
        Some((group, Flaw::Check)) => Err(CryptoError::WrongGroup { group: *group }),
    }
}

fn canonical(groups: &[&[u8]; GROUPS]) -> Result<SpokenPassphrase, CryptoError> {
    let mut text = SecretText::new()?;
    for (place, group) in groups.iter().enumerate() {
        if place > 0 {
            text.push('-')?;
        }
        group.iter().try_for_each(|sign| text.push(char::from(*sign)))?;
    }
    Ok(SpokenPassphrase(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A generated passphrase of these values.
    fn of(values: [[u8; RANDOM_SIGNS]; GROUPS]) -> String {
        let group = |(place, values): (usize, [u8; RANDOM_SIGNS])| -> String {
            let check = check_value(place, values);
            values.into_iter().chain([check]).map(sign).collect()
        };
        values
            .into_iter()
            .enumerate()
            .map(group)
            .collect::<Vec<_>>()
            .join("-")
    }

    fn read(typed: &str) -> Result<Option<String>, CryptoError> {
        Ok(SpokenPassphrase::read(typed)?.map(|spoken| spoken.text().to_owned()))
    }

    fn wrong(group: usize) -> Result<Option<String>, CryptoError> {
        Err(CryptoError::WrongGroup { group: group as u8 })
    }

    fn passphrases() -> impl Strategy<Value = String> {
        proptest::array::uniform6(proptest::array::uniform3(0..MODULUS)).prop_map(of)
    }

    #[test]
    fn the_form_is_frozen() {
        // By hand: 2·0 + 3·1 + 5·2 + 7 = 20, `N`; in the last group 2·28 + 3·29 + 5·30 + 42 = 335 = 25 mod 31, `T`.
        let values = [
            [0, 1, 2],
            [3, 4, 5],
            [6, 7, 8],
            [9, 10, 11],
            [12, 13, 14],
            [28, 29, 30],
        ];
        let text = "234N-567V-89A3-BCD9-EFGF-XYZT";
        assert_eq!(of(values), text);
        assert_eq!(read(text), Ok(Some(text.to_owned())));
        assert!(
            ["0", "1", "I", "O", "U"]
                .iter()
                .all(|sign| value(sign.as_bytes()[0]).is_none())
        );
        assert!(ALPHABET.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn generated_ones_have_the_form_differ_and_use_every_sign() {
        let texts: Vec<String> = (0..60)
            .map(|_| SpokenPassphrase::generate().unwrap().text().to_owned())
            .collect();
        for text in &texts {
            assert_eq!(text.len(), 29);
            assert_eq!(read(text), Ok(Some(text.clone())));
            assert_eq!(Passphrase::new(text).unwrap().judge_new(&[]), Ok(()));
        }
        assert_ne!(texts[0], texts[1]);
        // 1080 random signs: that one of 31 is missing happens once in 10^14 times.
        assert!(
            ALPHABET
                .iter()
                .all(|sign| texts.iter().any(|text| text.contains(char::from(*sign))))
        );
    }

    #[test]
    fn a_text_copied_out_of_a_pdf_is_read() {
        let copied = "234N-\u{200b}567V-\u{200b}89A3-\u{200b}BCD9-\u{200b}EFGF-\u{200b}XYZT\u{feff}";
        assert_eq!(read(copied), Ok(Some("234N-567V-89A3-BCD9-EFGF-XYZT".to_owned())));
    }

    #[test]
    fn what_is_no_generated_passphrase_is_taken_as_typed() {
        for typed in [
            "",
            "correct horse battery staple",
            "Xy7$kk-not-one",
            "blue fish with many cold arms",
            "mypassphraseisverylong24",
            "雪国の長い冬と短い夏とこけし",
            "----------",
            "234P-567M-89AG",
            &"2".repeat(600),
        ] {
            assert_eq!(read(typed), Ok(None), "{typed}");
        }
        let typed = Passphrase::of_package("blue fish with many cold arms").unwrap();
        assert_eq!(typed.bytes(), b"blue fish with many cold arms");
    }

    #[test]
    fn a_sign_that_does_not_exist_is_told_as_such() {
        let text = of([[7, 8, 9]; GROUPS]);
        for look_alike in ['0', 'O', 'o', '1', 'I', 'i', 'U', 'u', '０'] {
            let mut signs: Vec<char> = text.chars().collect();
            signs[11] = look_alike;
            let typed: String = signs.into_iter().collect();
            assert_eq!(read(&typed), Err(CryptoError::NotASign { group: 3 }), "{typed}");
        }
    }

    #[test]
    fn a_sign_too_few_or_too_many_is_told_where_groups_are_kept_apart() {
        let text = of([[7, 8, 9]; GROUPS]);
        let groups: Vec<&str> = text.split('-').collect();
        for place in 0..GROUPS {
            let mut typed: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
            typed[place].pop();
            assert_eq!(read(&typed.join(" ")), wrong(place + 1));
            typed[place].push_str("2222");
            assert_eq!(read(&typed.join(" ")), wrong(place + 1));
        }
        assert_eq!(read(&text.replace('-', "")[1..]), Ok(None));
    }

    #[test]
    fn a_sign_that_is_no_letter_is_told_with_its_group() {
        let text = of([[7, 8, 9]; GROUPS]);
        for sign in ["!", "/", "é", "あ", "😀"] {
            let mut typed = text.clone();
            typed.replace_range(11..12, sign);
            assert_eq!(read(&typed), Err(CryptoError::NotASign { group: 3 }), "{sign}");
        }
        let typed = text.replace('-', "").replacen(&text[10..12], "!!", 1);
        assert_eq!(read(&typed), Err(CryptoError::NotASign { group: 1 }));
    }

    #[test]
    fn every_way_to_write_it_is_the_same_passphrase() {
        let text = of([
            [7, 8, 9],
            [10, 11, 12],
            [1, 2, 3],
            [30, 0, 30],
            [5, 5, 5],
            [20, 21, 22],
        ]);
        let wide: String = text
            .chars()
            .map(|sign| char::from_u32(u32::from(sign) + 0xfee0).unwrap())
            .collect();
        let mut ways = vec![
            wide,
            text.to_lowercase(),
            text.replace('-', ""),
            format!(" {text}　"),
        ];
        for hyphen in [
            "‐", "‑", "‒", "–", "—", "―", "ー", "ｰ", "−", "－", "─", " ", "　", " - ",
        ] {
            ways.push(text.replace('-', hyphen));
        }
        for way in ways {
            assert_eq!(read(&way), Ok(Some(text.clone())), "{way}");
            assert_eq!(Passphrase::of_package(&way).unwrap().bytes(), text.as_bytes());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_wrong_sign_is_found(text in passphrases()) {
            for place in (0..text.len()).filter(|place| place % 5 != 4) {
                for other in ALPHABET {
                    let mut typed = text.clone().into_bytes();
                    if typed[place] != *other {
                        typed[place] = *other;
                        let typed = String::from_utf8(typed).unwrap();
                        prop_assert_eq!(read(&typed), wrong(place / 5 + 1));
                    }
                }
            }
        }

        #[test]
        fn two_signs_of_a_group_exchanged_are_found(text in passphrases()) {
            for (group, first, second) in (0..6).flat_map(|group| {
                [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3)].map(|(a, b)| (group, a, b))
            }) {
                let mut typed = text.clone().into_bytes();
                typed.swap(group * 5 + first, group * 5 + second);
                if typed != text.as_bytes() {
                    prop_assert_eq!(read(&String::from_utf8(typed).unwrap()), wrong(group + 1));
                }
            }
        }

        #[test]
        fn two_groups_exchanged_are_found(text in passphrases()) {
            for (first, second) in (0..6).flat_map(|a| (a + 1..6).map(move |b| (a, b))) {
                let mut groups: Vec<&str> = text.split('-').collect();
                groups.swap(first, second);
                let typed = groups.join("-");
                // Even two equal groups would not be: the place is in the check sign.
                prop_assert_ne!(&typed, &text);
                prop_assert_eq!(read(&typed), wrong(first + 1));
            }
        }

        #[test]
        fn nothing_typed_makes_it_panic(typed in "\\PC{0,60}", signs in "[0-9A-Za-z ー-]{20,34}") {
            let _ = read(&typed);
            let _ = read(&signs);
        }
    }
}
