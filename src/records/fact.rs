//! Facts: measured values, and why a value is missing.

use serde::{Deserialize, Serialize};

/// Something that was measured, or why it was not. Nothing is left blank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact<T> {
    /// It was measured.
    Measured(T),
    /// It was not.
    NotMeasured(Absence),
}

/// Why something was not measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absence {
    /// The system or device says nothing about it.
    NotReported,
    /// It was there, but could not be read.
    NotReadable,
    /// There is no such thing for this medium.
    NotApplicable,
    /// This version does not look at it.
    NotExamined,
    /// The run ended before.
    NotReached,
    /// The program cannot see it.
    NotVisible,
}

impl<T> Fact<T> {
    /// `value`, or why there is none.
    pub fn or(value: Option<T>, absence: Absence) -> Self {
        value.map_or(Self::NotMeasured(absence), Self::Measured)
    }

    /// The value, if it was measured.
    pub const fn measured(&self) -> Option<&T> {
        match self {
            Self::Measured(value) => Some(value),
            Self::NotMeasured(_) => None,
        }
    }
}
