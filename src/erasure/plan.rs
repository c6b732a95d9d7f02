//! What an erasure will do, as a value that can be shown, tested, approved and signed.
//!
//! Pure: nothing here opens, reads or writes anything.

use std::fmt;

use crate::units::{BlockSize, ByteCount};

use super::error::{ErasureError, shortened};
use super::method::{Method, PassTemplate};
use super::outcome::VerifyMode;
use super::pattern::PassPattern;

/// A planned erasure of a whole medium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    method: Method,
    size: ByteCount,
    block: BlockSize,
    verify: VerifyMode,
}

impl Plan {
    /// The erasure of a medium of `size` bytes in blocks of `block` with `method`.
    ///
    /// # Errors
    /// [`ErasureError::EmptyMedium`]; [`ErasureError::SamplePercent`] for a sample outside 1 to 99.
    pub fn new(
        method: Method,
        size: ByteCount,
        block: BlockSize,
        verify: VerifyMode,
    ) -> Result<Self, ErasureError> {
        if size.0 == 0 {
            return Err(ErasureError::EmptyMedium);
        }
        match verify {
            VerifyMode::Sample { percent } if !(1..=99).contains(&percent) => {
                Err(ErasureError::SamplePercent {
                    name: verify.to_string(),
                })
            }
            _ => Ok(Self {
                method,
                size,
                block,
                verify,
            }),
        }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Size of the medium.
    #[must_use]
    pub fn size(&self) -> ByteCount {
        self.size
    }

    /// The block in which faults are narrowed down; the target's own, where that is larger.
    #[must_use]
    pub fn block(&self) -> BlockSize {
        self.block
    }

    /// What is asked to be read back.
    #[must_use]
    pub fn verify(&self) -> VerifyMode {
        self.verify
    }

    /// How many passes will be written.
    #[must_use]
    pub fn pass_count(&self) -> u16 {
        u16::try_from(self.method.passes().len()).unwrap_or(u16::MAX)
    }

    /// How many seeds of 32 fresh random bytes the passes need.
    #[must_use]
    pub fn seeds_needed(&self) -> usize {
        self.method
            .passes()
            .iter()
            .filter(|pass| **pass == PassTemplate::Seeded)
            .count()
    }

    /// The passes (from 1) that will be read back, in order.
    ///
    /// The last one, unless nothing is to be. A constant last pass cannot show that two addresses are
    /// one place or that writes were left out; so with full verification a seeded pass directly before
    /// it is read back in full as well.
    #[must_use]
    pub fn read_backs(&self) -> Vec<u16> {
        let passes = self.method.passes();
        let last = self.pass_count();
        let mut planned = Vec::new();
        if self.verify == VerifyMode::Full
            && let [.., before, constant] = passes.as_slice()
            && !shows_its_place(*constant)
            && shows_its_place(*before)
        {
            planned.push(last - 1);
        }
        if self.verify != VerifyMode::None {
            planned.push(last);
        }
        planned
    }

    /// The plan in words that stay the same for as long as this version of it does, for digests and
    /// approvals: names and values, in order.
    #[must_use]
    pub fn describe(&self) -> Vec<(String, String)> {
        let passes = self.method.passes();
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let mut all = vec![
            pair("plan", "keshiin-erasure-plan/1".to_owned()),
            pair("method", self.method.to_string()),
            pair("size", self.size.0.to_string()),
            pair("block", self.block.bytes().to_string()),
            pair("verify", self.verify.to_string()),
        ];
        all.extend(
            passes
                .iter()
                .zip(1..)
                .map(|(pass, number)| pair(&format!("pass-{number}"), pass.to_string())),
        );
        all.extend(
            self.read_backs()
                .into_iter()
                .map(|pass| pair("read-back", pass.to_string())),
        );
        all
    }

    /// The patterns of the passes with their seeds.
    ///
    /// # Errors
    /// [`ErasureError::SeedCount`]; [`ErasureError::SeedRepeated`], since equal passes prove less.
    pub fn patterns(&self, seeds: &[[u8; 32]]) -> Result<Vec<PassPattern>, ErasureError> {
        let (needed, given) = (self.seeds_needed(), seeds.len());
        if needed != given {
            return Err(ErasureError::SeedCount { needed, given });
        }
        if seeds
            .iter()
            .enumerate()
            .any(|(index, seed)| seeds[..index].contains(seed))
        {
            return Err(ErasureError::SeedRepeated);
        }
        let mut left = seeds.iter();
        let mut current = None;
        let draw = |pass| {
            match pass {
                PassTemplate::Seeded => current = left.next().copied(),
                PassTemplate::Byte(value) => return Ok(PassPattern::Byte(value)),
                PassTemplate::Triple(three) => return Ok(PassPattern::Triple(three)),
                PassTemplate::ComplementOfPrevious => {}
            }
            let seed = current.ok_or(ErasureError::SeedCount { needed, given })?;
            Ok(match pass {
                PassTemplate::ComplementOfPrevious => PassPattern::SeededComplement { seed },
                _ => PassPattern::Seeded { seed },
            })
        };
        self.method.passes().into_iter().map(draw).collect()
    }
}

impl VerifyMode {
    /// Reads `full`, `none`, `sample` (10 percent) or `sample:PERCENT` (1 to 99).
    ///
    /// # Errors
    /// [`ErasureError::UnknownVerify`], [`ErasureError::SamplePercent`].
    pub fn parse(name: &str) -> Result<Self, ErasureError> {
        match name {
            "full" => Ok(Self::Full),
            "none" => Ok(Self::None),
            "sample" => Ok(Self::Sample { percent: 10 }),
            _ => {
                let unknown = || ErasureError::UnknownVerify {
                    name: shortened(name),
                };
                let percent = name.strip_prefix("sample:").ok_or_else(unknown)?;
                sample(percent).ok_or_else(|| ErasureError::SamplePercent {
                    name: shortened(name),
                })
            }
        }
    }
}

impl fmt::Display for VerifyMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("full"),
            Self::Sample { percent } => write!(f, "sample:{percent}"),
            Self::None => f.write_str("none"),
        }
    }
}

fn sample(digits: &str) -> Option<VerifyMode> {
    let plain = digits.bytes().all(|digit| digit.is_ascii_digit()) && !digits.starts_with('0');
    let percent = digits.parse().ok().filter(|percent| (1..=99).contains(percent))?;
    plain.then_some(VerifyMode::Sample { percent })
}

fn shows_its_place(pass: PassTemplate) -> bool {
    matches!(pass, PassTemplate::Seeded | PassTemplate::ComplementOfPrevious)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(method: &str, verify: VerifyMode) -> Plan {
        Plan::new(
            Method::parse(method).unwrap(),
            ByteCount(1 << 20),
            BlockSize::SECTOR,
            verify,
        )
        .unwrap()
    }

    #[test]
    fn the_seeded_pass_before_a_constant_one_is_read_back_only_with_full_verification() {
        let sample = VerifyMode::Sample { percent: 10 };
        for (method, verify, planned) in [
            ("clear-1-zero", VerifyMode::Full, vec![1, 2]),
            ("clear-1-zero", sample, vec![2]),
            ("clear-1-zero", VerifyMode::None, vec![]),
            ("clear-1", VerifyMode::Full, vec![1]),
            ("clear-zero", VerifyMode::Full, vec![1]),
            ("complement-2", VerifyMode::Full, vec![2]),
            ("dod-3", VerifyMode::Full, vec![3]),
            ("vsitr-7", VerifyMode::Full, vec![7]),
            ("gutmann-35", sample, vec![35]),
        ] {
            assert_eq!(plan(method, verify).read_backs(), planned, "{method}");
        }
    }

    #[test]
    fn seeds_go_to_the_seeded_passes_in_order() {
        let seeds = [[1; 32], [2; 32]];
        let dod = plan("dod-7", VerifyMode::Full);
        assert_eq!(dod.seeds_needed(), 3);
        assert_eq!(
            dod.patterns(&seeds),
            Err(ErasureError::SeedCount { needed: 3, given: 2 })
        );
        assert_eq!(
            dod.patterns(&[[1; 32], [2; 32], [1; 32]]),
            Err(ErasureError::SeedRepeated)
        );
        let complement = plan("complement-2", VerifyMode::Full).patterns(&seeds[..1]);
        let wanted = vec![
            PassPattern::Seeded { seed: [1; 32] },
            PassPattern::SeededComplement { seed: [1; 32] },
        ];
        assert_eq!(complement, Ok(wanted));
        let random = plan("random-2", VerifyMode::Full).patterns(&seeds);
        assert_eq!(
            random,
            Ok(seeds.map(|seed| PassPattern::Seeded { seed }).to_vec())
        );
    }

    #[test]
    fn verification_modes_read_as_they_are_written() {
        let samples = (1..=99).map(|percent| VerifyMode::Sample { percent });
        for mode in samples.chain([VerifyMode::Full, VerifyMode::None]) {
            assert_eq!(VerifyMode::parse(&mode.to_string()), Ok(mode));
        }
        assert_eq!(
            VerifyMode::parse("sample"),
            Ok(VerifyMode::Sample { percent: 10 })
        );
        for name in [
            "sample:0",
            "sample:100",
            "sample:",
            "sample:+5",
            "sample:05",
            "sample:5%",
        ] {
            assert_eq!(
                VerifyMode::parse(name),
                Err(ErasureError::SamplePercent {
                    name: name.to_owned()
                })
            );
        }
        for name in ["", "Full", "all", "samples"] {
            assert_eq!(
                VerifyMode::parse(name),
                Err(ErasureError::UnknownVerify {
                    name: name.to_owned()
                })
            );
        }
    }

    #[test]
    fn a_plan_that_cannot_be_carried_out_is_not_made() {
        let method = Method::parse("clear-1").unwrap();
        let make = |size, verify| Plan::new(method.clone(), ByteCount(size), BlockSize::SECTOR, verify);
        assert_eq!(make(0, VerifyMode::Full), Err(ErasureError::EmptyMedium));
        for percent in [0, 100] {
            assert!(make(512, VerifyMode::Sample { percent }).is_err());
        }
    }

    #[test]
    fn the_description_names_all_that_will_be_done() {
        let lines: Vec<_> = plan("clear-1-zero", VerifyMode::Full)
            .describe()
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let wanted = [
            "plan=keshiin-erasure-plan/1",
            "method=clear-1-zero",
            "size=1048576",
            "block=512",
            "verify=full",
            "pass-1=seeded",
            "pass-2=byte 00",
            "read-back=1",
            "read-back=2",
        ];
        assert_eq!(lines, wanted);
    }
}
