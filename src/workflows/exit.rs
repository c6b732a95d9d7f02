//! Exit codes, stable because scripts depend on them (DESIGN §7).

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, and verified as asked.
    Done,
    /// A fault of the program or the system around it.
    Fault,
    /// Wrong usage.
    Usage,
    /// Refused: nothing was written or changed.
    Refused,
    /// Checked and found false.
    False,
    /// Finished with exceptions.
    Exceptions,
    /// Interrupted; can be resumed.
    Interrupted,
    /// Not false, but not enough.
    NotEnough,
    /// Wrong passphrase or key.
    WrongKey,
    /// Genuine, but it does not say `erased`, or the policy is not met.
    NotErased,
}

/// Where several things happened at once, the first of these is told.
const PRECEDENCE: [Exit; 10] = [
    Exit::Fault,
    Exit::False,
    Exit::Interrupted,
    Exit::Exceptions,
    Exit::NotEnough,
    Exit::NotErased,
    Exit::WrongKey,
    Exit::Refused,
    Exit::Usage,
    Exit::Done,
];

impl Exit {
    /// The process's exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Fault => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::False => 4,
            Self::Exceptions => 5,
            Self::Interrupted => 6,
            Self::NotEnough => 7,
            Self::WrongKey => 8,
            Self::NotErased => 9,
        }
    }

    /// The exit of that code.
    #[must_use]
    pub fn of_code(code: u8) -> Option<Self> {
        PRECEDENCE.into_iter().find(|exit| exit.code() == code)
    }

    /// The one that is told when all of `exits` happened; [`Exit::Done`] for none.
    #[must_use]
    pub fn worst(exits: impl IntoIterator<Item = Self>) -> Self {
        let exits: Vec<Self> = exits.into_iter().collect();
        PRECEDENCE
            .into_iter()
            .find(|exit| exits.contains(exit))
            .unwrap_or(Self::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_precedence_are_those_of_the_manual() {
        let codes: Vec<u8> = PRECEDENCE.into_iter().map(Exit::code).collect();
        assert_eq!(codes, [1, 4, 6, 5, 7, 9, 8, 3, 2, 0]);
        assert_eq!(Exit::worst([Exit::Refused, Exit::False, Exit::Done]), Exit::False);
        assert_eq!(Exit::worst([]), Exit::Done);
        assert!((0..10).all(|code| Exit::of_code(code).map(Exit::code) == Some(code)));
    }
}
