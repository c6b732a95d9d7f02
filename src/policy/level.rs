//! The words of a policy, and which level a technique reaches.
//!
//! Levels follow NIST SP 800-88r2 §3.1 (clear, purge, destroy); `partial` is this program's own word
//! for files and free space, which the standard counts as neither. Touches nothing.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::PolicyError;

/// An enum whose variants are words of files, command lines and records.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal: $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word for it in files, command lines and records.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = PolicyError;

            fn from_str(text: &str) -> Result<Self, PolicyError> {
                let found = Self::ALL.iter().copied().find(|word| word.as_str() == text);
                found.ok_or_else(|| PolicyError::UnknownWord {
                    what: $what,
                    given: text.to_owned(),
                    known: Self::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

words! {
    /// 消去水準, from the weakest to the strongest. That nothing was reached is `None` of an `Option`.
    Level, "level":
    /// 部分消去: files or free space; says nothing about the medium.
    Partial = "partial",
    /// 消去: against simple recovery through the ordinary interface.
    Clear = "clear",
    /// 抹消: against recovery in a laboratory; the medium stays usable.
    Purge = "purge",
    /// 物理的な破壊: the medium can hold data no more.
    Destroy = "destroy",
}

words! {
    /// What is erased: a whole medium, or files and free space on one.
    Scope, "scope":
    /// The whole medium.
    Medium = "medium",
    /// Files or free space: 媒体の消去ではない.
    Files = "files",
}

words! {
    /// 処理事由.
    Purpose, "purpose":
    /// 廃棄.
    Disposal = "disposal",
    /// リース返却.
    LeaseReturn = "lease-return",
    /// 返却 (to whoever lent it, outside a lease).
    HandBack = "hand-back",
    /// 再利用, for the same use.
    Reuse = "reuse",
    /// 別用途での再利用.
    Repurpose = "repurpose",
    /// 修理.
    Repair = "repair",
}

words! {
    /// The kinds of medium that rules tell apart.
    MediumKind, "medium kind":
    /// A turning magnetic disk.
    Hdd = "hdd",
    /// A solid-state drive inside a machine, or taken from one.
    Ssd = "ssd",
    /// A USB stick, and whatever behind a USB bridge cannot be told from one.
    UsbFlash = "usb-flash",
    /// An SD or MMC card.
    Sd = "sd",
    /// An optical disc.
    Optical = "optical",
    /// A magnetic tape.
    Tape = "tape",
    /// An image file, loop device or another drive without a body of its own.
    Virtual = "virtual",
    /// It could not be told. Rules treat it like the kind that is ruled most strictly.
    Unknown = "unknown",
}

words! {
    /// Whether an official has to be there (立会い).
    WitnessNeed, "witness need":
    /// Nobody has to be there.
    Optional = "optional",
    /// An official has to be there.
    Required = "required",
}

words! {
    /// How a witness signs.
    WitnessWay, "witness way":
    /// At the machine on which the erasure ran.
    SameMachine = "same-machine",
    /// Later, on the office's own machine.
    OwnMachine = "own-machine",
    /// By hand on the printed record.
    Paper = "paper",
}

words! {
    /// Whether a sealed package may be locked with a passphrase.
    PassphraseUse, "passphrase use":
    /// It may.
    Allowed = "allowed",
    /// Only recipients' keys may be used.
    Refused = "refused",
}

words! {
    /// Whether a virus scan has to stand in the record.
    ScanNeed, "scan need":
    /// It may be left out.
    Optional = "optional",
    /// It has to be there.
    Required = "required",
}

words! {
    /// How far the source of a rule was confirmed by whoever wrote the rule.
    Standing, "standing":
    /// Its own text was read.
    Read = "read",
    /// Another document quotes or reports it.
    Secondary = "secondary",
    /// Its text was not seen: to be confirmed by the office that applies it.
    Unconfirmed = "unconfirmed",
    /// The rule is the author's own reading; the source does not say it in these words.
    OwnReading = "own-reading",
}

impl Level {
    /// Whether it may be named as the step that follows an erasure (`--then`).
    #[must_use]
    pub const fn may_follow(self) -> bool {
        matches!(self, Self::Purge | Self::Destroy)
    }
}

/// How much of an overwrite was read back and found equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadBackExtent {
    /// Every byte of the range.
    Full,
    /// A sample of it.
    Sampled,
    /// Nothing, or not provably from the medium, or something differed.
    NotShown,
}

/// What was done to reach a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Technique {
    /// The whole medium was overwritten through its ordinary interface.
    HostOverwrite {
        /// What was read back.
        read_back: ReadBackExtent,
    },
    /// Files or free space were overwritten in place.
    FileOverwrite {
        /// What was read back of their extents.
        read_back: ReadBackExtent,
    },
    /// The medium was destroyed, and a signed record says so.
    RecordedDestruction,
}

impl Technique {
    /// The level it can reach when all goes well, whatever is read back in the end.
    ///
    /// This is what a plan is held against: an erasure without verification may be wanted and is told
    /// as such, but what it shows afterwards is [`Self::level`].
    #[must_use]
    pub const fn reachable(self) -> Level {
        match self {
            Self::HostOverwrite { .. } => Level::Clear,
            Self::FileOverwrite { .. } => Level::Partial,
            Self::RecordedDestruction => Level::Destroy,
        }
    }

    /// The level it reaches; none where nothing is shown.
    ///
    /// A host overwrite reaches `clear` and never more, whatever its passes: it cannot reach spare and
    /// hidden areas (SP 800-88r2 §3.1.1, §3.1.2). It reaches that only when every byte was read back:
    /// a sample bounds the chance of a fault and excludes none, so it reaches no level by itself. That
    /// is stricter than r2, which asks for no read-back.
    #[must_use]
    pub const fn level(self) -> Option<Level> {
        match self {
            Self::HostOverwrite {
                read_back: ReadBackExtent::Full,
            } => Some(Level::Clear),
            Self::FileOverwrite {
                read_back: ReadBackExtent::Full,
            } => Some(Level::Partial),
            Self::HostOverwrite { .. } | Self::FileOverwrite { .. } => None,
            Self::RecordedDestruction => Some(Level::Destroy),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTENTS: [ReadBackExtent; 3] = [
        ReadBackExtent::Full,
        ReadBackExtent::Sampled,
        ReadBackExtent::NotShown,
    ];

    #[test]
    fn levels_are_ordered_from_weak_to_strong() {
        assert!(
            Level::Partial < Level::Clear && Level::Clear < Level::Purge && Level::Purge < Level::Destroy
        );
        assert!(
            Some(Level::Partial) > None,
            "nothing reached is below every level"
        );
    }

    #[test]
    fn a_host_overwrite_is_never_more_than_clear() {
        for read_back in EXTENTS {
            assert!(
                Technique::HostOverwrite { read_back }.level() <= Some(Level::Clear),
                "{read_back:?}"
            );
            assert!(
                Technique::FileOverwrite { read_back }.level() <= Some(Level::Partial),
                "{read_back:?}"
            );
        }
        let full = Technique::HostOverwrite {
            read_back: ReadBackExtent::Full,
        };
        assert_eq!(full.level(), Some(Level::Clear));
    }

    #[test]
    fn a_plan_is_held_against_what_its_technique_can_reach() {
        for read_back in EXTENTS {
            assert_eq!(Technique::HostOverwrite { read_back }.reachable(), Level::Clear);
            assert_eq!(Technique::FileOverwrite { read_back }.reachable(), Level::Partial);
        }
    }

    #[test]
    fn only_what_was_read_back_in_full_reaches_a_level() {
        for read_back in [ReadBackExtent::Sampled, ReadBackExtent::NotShown] {
            assert_eq!(Technique::HostOverwrite { read_back }.level(), None);
            assert_eq!(Technique::FileOverwrite { read_back }.level(), None);
        }
    }

    #[test]
    fn words_read_what_they_write_and_nothing_else() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.to_string().parse(), Ok(*purpose));
        }
        for kind in MediumKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(*kind));
        }
        for level in Level::ALL {
            assert_eq!(level.to_string().parse(), Ok(*level));
        }
        for text in ["", "Reuse", "reuse ", "再利用", "lease_return"] {
            assert!(text.parse::<Purpose>().is_err(), "{text:?}");
        }
        assert_eq!(
            "sell".parse::<Purpose>().map_err(|error| error.to_string()),
            Err(
                "`sell` is no purpose: disposal, lease-return, hand-back, reuse, repurpose, repair"
                    .to_owned()
            )
        );
    }

    #[test]
    fn only_purge_and_destruction_may_follow() {
        let follow: Vec<_> = Level::ALL.iter().filter(|level| level.may_follow()).collect();
        assert_eq!(follow, [&Level::Purge, &Level::Destroy]);
    }
}
