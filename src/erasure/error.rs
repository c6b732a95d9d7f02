//! What can be wrong with an erasure before it begins. What happens during one is no error but a
//! fact of its [`super::Outcome`].

use thiserror::Error;

/// A refusal of the erasure room. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ErasureError {
    /// No such method.
    #[error("there is no erasure method named {name:?}")]
    UnknownMethod {
        /// As it was given, at most 64 characters of it.
        name: String,
    },
    /// `random-N` with an N outside 1 to 35.
    #[error("the number of passes in {name:?} is not a number from 1 to 35")]
    RandomPasses {
        /// As it was given, at most 64 characters of it.
        name: String,
    },
    /// `byte:XX` with something else than two hexadecimal digits.
    #[error("the byte in {name:?} is not two hexadecimal digits")]
    ByteDigits {
        /// As it was given, at most 64 characters of it.
        name: String,
    },
    /// No such verification mode.
    #[error("there is no verification mode named {name:?}")]
    UnknownVerify {
        /// As it was given, at most 64 characters of it.
        name: String,
    },
    /// A sample outside 1 to 99 percent.
    #[error("the percentage in {name:?} is not a number from 1 to 99")]
    SamplePercent {
        /// As it was given, at most 64 characters of it.
        name: String,
    },
    /// A medium of no bytes.
    #[error("the medium has no bytes to erase")]
    EmptyMedium,
    /// The job was given another number of seeds than its plan needs.
    #[error("the plan needs {needed} seeds and {given} were given")]
    SeedCount {
        /// How many the plan needs.
        needed: usize,
        /// How many were given.
        given: usize,
    },
    /// Two passes of one job were given the same seed.
    #[error("two passes were given the same seed")]
    SeedRepeated,
    /// Where an erasure is to be taken up is no place in its plan.
    #[error("the place at which the erasure is to go on does not fit its plan")]
    ResumePoint,
}

impl ErasureError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownMethod { .. } => "ERA-UNKNOWN-METHOD",
            Self::RandomPasses { .. } => "ERA-RANDOM-PASSES",
            Self::ByteDigits { .. } => "ERA-BYTE-DIGITS",
            Self::UnknownVerify { .. } => "ERA-UNKNOWN-VERIFY",
            Self::SamplePercent { .. } => "ERA-SAMPLE-PERCENT",
            Self::EmptyMedium => "ERA-EMPTY-MEDIUM",
            Self::SeedCount { .. } => "ERA-SEED-COUNT",
            Self::SeedRepeated => "ERA-SEED-REPEATED",
            Self::ResumePoint => "ERA-RESUME-POINT",
        }
    }
}

/// The first 64 characters of a name that somebody typed: all that an error carries of it.
pub(super) fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_carries_no_more_than_64_characters_of_what_was_typed() {
        assert_eq!(shortened(&"消".repeat(1000)).chars().count(), 64);
        assert_eq!(shortened("clear-1"), "clear-1");
    }
}
