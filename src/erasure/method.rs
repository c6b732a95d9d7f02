//! The one table of erasure methods: names, where they come from, their passes.
//!
//! NIST SP 800-88r2 (2025) asks for one overwrite and calls pass counts obsolete (appendix D); the
//! older methods stay in the table because contracts name them, and every record of one says that it
//! adds nothing to a single verified pass. Random passes are seeded, so that the last pass of every
//! method can be compared byte for byte.

use std::fmt;

use super::error::{ErasureError, shortened};

/// What a pass writes, before seeds are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassTemplate {
    /// The keystream of a fresh seed.
    Seeded,
    /// The bitwise NOT of the pass before, which is seeded.
    ComplementOfPrevious,
    /// One byte everywhere.
    Byte(u8),
    /// Three bytes in turn from the medium's first byte.
    Triple([u8; 3]),
}

/// An erasure method of the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Method(Kind);

/// The highest N of `random-N`.
const MOST_RANDOM_PASSES: u8 = 35;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Named(usize),
    Random(u8),
    Byte(u8),
}

struct Row {
    name: &'static str,
    source: &'static str,
    passes: &'static [PassTemplate],
    legacy: bool,
}

use PassTemplate::{Byte, ComplementOfPrevious, Seeded, Triple};

const TABLE: &[Row] = &[
    Row {
        name: "clear-1",
        source: "NIST SP 800-88r2 §3.1.1 (clear: overwrite), one pass",
        passes: &[Seeded],
        legacy: false,
    },
    Row {
        name: "clear-zero",
        source: "NIST SP 800-88r2 §3.1.1 (clear: overwrite), one pass of a fixed value",
        passes: &[Byte(0x00)],
        legacy: false,
    },
    Row {
        name: "clear-1-zero",
        source: "NIST SP 800-88r2 §3.1.1 (clear: overwrite), one pass, then zeros for the next user",
        passes: &[Seeded, Byte(0x00)],
        legacy: false,
    },
    Row {
        name: "complement-2",
        source: "NIST SP 800-88r1 table A-8 (flash media: a pattern and its complement)",
        passes: &[Seeded, ComplementOfPrevious],
        legacy: false,
    },
    Row {
        name: "dod-3",
        source: "DoD 5220.22-M (1995) §8-306 method E: a character, its complement, random; withdrawn",
        passes: &[Byte(0x00), Byte(0xFF), Seeded],
        legacy: true,
    },
    Row {
        name: "dod-7",
        source: "DoD 5220.22-M (1995) §8-306 methods E, C, E in the customary order; withdrawn",
        passes: &[
            Byte(0x00),
            Byte(0xFF),
            Seeded,
            Seeded,
            Byte(0x00),
            Byte(0xFF),
            Seeded,
        ],
        legacy: true,
    },
    Row {
        name: "vsitr-7",
        source: "BSI VSITR (2000): 00 and FF three times in turn, then AA; withdrawn",
        passes: &[
            Byte(0x00),
            Byte(0xFF),
            Byte(0x00),
            Byte(0xFF),
            Byte(0x00),
            Byte(0xFF),
            Byte(0xAA),
        ],
        legacy: true,
    },
    Row {
        name: "gutmann-35",
        source: "P. Gutmann, Secure Deletion of Data from Magnetic and Solid-State Memory (USENIX 1996)",
        passes: &[
            Seeded,
            Seeded,
            Seeded,
            Seeded,
            Byte(0x55),
            Byte(0xAA),
            Triple([0x92, 0x49, 0x24]),
            Triple([0x49, 0x24, 0x92]),
            Triple([0x24, 0x92, 0x49]),
            Byte(0x00),
            Byte(0x11),
            Byte(0x22),
            Byte(0x33),
            Byte(0x44),
            Byte(0x55),
            Byte(0x66),
            Byte(0x77),
            Byte(0x88),
            Byte(0x99),
            Byte(0xAA),
            Byte(0xBB),
            Byte(0xCC),
            Byte(0xDD),
            Byte(0xEE),
            Byte(0xFF),
            Triple([0x92, 0x49, 0x24]),
            Triple([0x49, 0x24, 0x92]),
            Triple([0x24, 0x92, 0x49]),
            Triple([0x6D, 0xB6, 0xDB]),
            Triple([0xB6, 0xDB, 0x6D]),
            Triple([0xDB, 0x6D, 0xB6]),
            Seeded,
            Seeded,
            Seeded,
            Seeded,
        ],
        legacy: true,
    },
];

impl Method {
    /// The method of that name: one of the table, `random-N` (N from 1 to 35) or `byte:XX` (two
    /// hexadecimal digits).
    ///
    /// # Errors
    /// [`ErasureError::UnknownMethod`], [`ErasureError::RandomPasses`], [`ErasureError::ByteDigits`].
    pub fn parse(name: &str) -> Result<Self, ErasureError> {
        if let Some(count) = name.strip_prefix("random-") {
            return random(count).ok_or_else(|| ErasureError::RandomPasses {
                name: shortened(name),
            });
        }
        if let Some(digits) = name.strip_prefix("byte:") {
            return fixed(digits).ok_or_else(|| ErasureError::ByteDigits {
                name: shortened(name),
            });
        }
        let index = TABLE.iter().position(|row| row.name == name);
        index
            .map(|index| Self(Kind::Named(index)))
            .ok_or_else(|| ErasureError::UnknownMethod {
                name: shortened(name),
            })
    }

    /// Every name there is; the two families as `random-N` and `byte:XX`.
    #[must_use]
    pub fn all_names() -> Vec<&'static str> {
        TABLE
            .iter()
            .map(|row| row.name)
            .chain(["random-N", "byte:XX"])
            .collect()
    }

    /// Where the method comes from: a standard with its revision, in English.
    #[must_use]
    pub fn source(&self) -> &'static str {
        match self.0 {
            Kind::Named(index) => TABLE[index].source,
            Kind::Random(_) => "keshiin: so many seeded passes",
            Kind::Byte(_) => "keshiin: one pass of a fixed value, NIST SP 800-88r2 §3.1.1 (clear: overwrite)",
        }
    }

    /// Its passes, in order. At least one; a complement always follows a seeded pass.
    #[must_use]
    pub fn passes(&self) -> Vec<PassTemplate> {
        match self.0 {
            Kind::Named(index) => TABLE[index].passes.to_vec(),
            Kind::Random(count) => vec![Seeded; usize::from(count)],
            Kind::Byte(value) => vec![Byte(value)],
        }
    }

    /// Whether its further passes add nothing to one verified pass: every record must say so.
    #[must_use]
    pub fn legacy(&self) -> bool {
        match self.0 {
            Kind::Named(index) => TABLE[index].legacy,
            Kind::Random(count) => count > 1,
            Kind::Byte(_) => false,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Named(index) => f.write_str(TABLE[index].name),
            Kind::Random(count) => write!(f, "random-{count}"),
            Kind::Byte(value) => write!(f, "byte:{value:02X}"),
        }
    }
}

impl fmt::Display for PassTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seeded => f.write_str("seeded"),
            Self::ComplementOfPrevious => f.write_str("complement"),
            Self::Byte(value) => write!(f, "byte {value:02X}"),
            Self::Triple([a, b, c]) => write!(f, "triple {a:02X} {b:02X} {c:02X}"),
        }
    }
}

fn random(count: &str) -> Option<Method> {
    let plain = count.bytes().all(|digit| digit.is_ascii_digit()) && !count.starts_with('0');
    let number = count
        .parse()
        .ok()
        .filter(|number| (1..=MOST_RANDOM_PASSES).contains(number))?;
    plain.then_some(Method(Kind::Random(number)))
}

fn fixed(digits: &str) -> Option<Method> {
    let plain = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    plain
        .then(|| u8::from_str_radix(digits, 16).ok())
        .flatten()
        .map(|value| Method(Kind::Byte(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn every_method() -> impl Iterator<Item = Method> {
        let named = (0..TABLE.len()).map(|index| Method(Kind::Named(index)));
        let random = (1..=MOST_RANDOM_PASSES).map(|count| Method(Kind::Random(count)));
        named
            .chain(random)
            .chain((0..=255).map(|value| Method(Kind::Byte(value))))
    }

    #[test]
    fn every_method_reads_as_it_is_written() {
        for method in every_method() {
            assert_eq!(Method::parse(&method.to_string()), Ok(method));
        }
        assert_eq!(
            Method::parse("byte:a5").map(|method| method.to_string()),
            Ok("byte:A5".to_owned())
        );
    }

    #[test]
    fn a_complement_always_follows_a_seeded_pass() {
        for method in every_method() {
            let passes = method.passes();
            assert!(!passes.is_empty());
            for (index, pass) in passes.iter().enumerate() {
                let before = index.checked_sub(1).map(|before| passes[before]);
                assert!(
                    *pass != ComplementOfPrevious || before == Some(Seeded),
                    "{method} {index}"
                );
            }
        }
    }

    #[test]
    fn the_pass_counts_are_those_in_the_names() {
        for (name, count) in [
            ("clear-1", 1),
            ("clear-zero", 1),
            ("clear-1-zero", 2),
            ("complement-2", 2),
            ("dod-3", 3),
            ("dod-7", 7),
            ("vsitr-7", 7),
            ("gutmann-35", 35),
            ("random-9", 9),
            ("byte:00", 1),
        ] {
            assert_eq!(
                Method::parse(name).map(|method| method.passes().len()),
                Ok(count),
                "{name}"
            );
        }
    }

    #[test]
    fn only_methods_that_add_nothing_are_called_legacy() {
        let legacy: Vec<_> = Method::all_names()
            .into_iter()
            .filter_map(|name| Method::parse(name).ok())
            .filter(Method::legacy)
            .map(|method| method.to_string())
            .collect();
        assert_eq!(legacy, ["dod-3", "dod-7", "vsitr-7", "gutmann-35"]);
        assert_eq!(Method::parse("random-1").map(|method| method.legacy()), Ok(false));
        assert_eq!(Method::parse("random-2").map(|method| method.legacy()), Ok(true));
    }

    #[test]
    fn names_outside_the_table_are_refused_with_their_own_errors() {
        for name in [
            "",
            "CLEAR-1",
            "clear-1 ",
            "clear",
            "random",
            "nist-clear-1",
            "random-N",
            "byte:XX",
        ] {
            assert!(Method::parse(name).is_err(), "{name}");
        }
        for name in [
            "random-0",
            "random-36",
            "random-01",
            "random-+1",
            "random-256",
            "random-",
            "random-１",
        ] {
            assert_eq!(
                Method::parse(name),
                Err(ErasureError::RandomPasses {
                    name: name.to_owned()
                })
            );
        }
        for name in ["byte:", "byte:0", "byte:000", "byte:+1", "byte:0x", "byte:ＦＦ"] {
            assert_eq!(
                Method::parse(name),
                Err(ErasureError::ByteDigits {
                    name: name.to_owned()
                })
            );
        }
    }

    #[test]
    fn gutmann_writes_the_published_bytes() {
        let passes = Method::parse("gutmann-35")
            .map(|method| method.passes())
            .unwrap_or_default();
        assert_eq!(passes.iter().filter(|pass| **pass == Seeded).count(), 8);
        assert!(
            passes[..4]
                .iter()
                .chain(&passes[31..])
                .all(|pass| *pass == Seeded)
        );
        let ladder: Vec<_> = (0..16).map(|step| Byte(step * 0x11)).collect();
        assert_eq!(passes[9..25], ladder);
        // 010010010…, the (1,7) RLL patterns: each triple is the one before turned by one byte
        assert_eq!(passes[6..9], passes[25..28]);
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_written_back_as_itself_or_in_capitals(name in "(random-|byte:|clear-|dod-)?[0-9A-Fa-f+ -]{0,4}") {
            if let Ok(method) = Method::parse(&name) {
                prop_assert!(method.to_string().eq_ignore_ascii_case(&name));
            }
        }
    }
}
