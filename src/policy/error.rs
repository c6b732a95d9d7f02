//! What can be wrong with a policy, or with what somebody wants to do under it.

use thiserror::Error;

use super::level::{Level, MediumKind, Purpose, Scope, WitnessWay};

/// A refusal of the policy room.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The file is larger than a policy may be.
    #[error("the policy file has {bytes} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The bound in bytes.
        limit: usize,
    },
    /// The file is not UTF-8.
    #[error("line {line} of the policy file is not UTF-8")]
    NotUtf8 {
        /// The first such line, from 1.
        line: usize,
    },
    /// It is not TOML, or a key is missing, unknown or of another type.
    #[error("line {line} of the policy file: {message}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// What is wrong, with the key's name, as the reader says it.
        message: String,
    },
    /// The file is of a format that this program does not read.
    #[error("`format` is {format}; this program reads format 1")]
    UnknownFormat {
        /// What it says.
        format: u32,
    },
    /// No embedded policy has this name.
    #[error("no policy is called `{given}`: {known}")]
    UnknownProfile {
        /// What was asked for.
        given: String,
        /// Which there are.
        known: String,
    },
    /// A word that is not one of those known.
    #[error("`{given}` is no {what}: {known}")]
    UnknownWord {
        /// What sort of word was expected.
        what: &'static str,
        /// What was given.
        given: String,
        /// Which there are.
        known: String,
    },
    /// A text is empty, too long, or holds control characters.
    #[error("`{field}` must have 1 to {limit} characters and no control characters")]
    BadText {
        /// Where it stands (`rule[3].text.ja`, counted from 1).
        field: String,
        /// The most characters it may have.
        limit: usize,
    },
    /// An id has characters other than `a-z`, `0-9` and `-`.
    #[error("`{field}` must have 1 to 64 of the characters a-z, 0-9 and -")]
    BadId {
        /// Where it stands.
        field: String,
    },
    /// A list is empty, or longer than is read.
    #[error("`{field}` must have 1 to {limit} entries, and has {count}")]
    BadCount {
        /// Where it stands.
        field: String,
        /// How many it has.
        count: usize,
        /// The most it may have.
        limit: usize,
    },
    /// The same entry twice.
    #[error("`{field}` names `{entry}` twice")]
    Twice {
        /// The list.
        field: String,
        /// The entry.
        entry: String,
    },
    /// A rule names a classification that the file does not list.
    #[error("rule `{rule}`: `classifications` names `{classification}`, which the file does not list")]
    UnlistedClassification {
        /// The rule.
        rule: String,
        /// The classification.
        classification: String,
    },
    /// A rule's level does not belong to its scope.
    #[error("rule `{rule}`: `level` cannot be {level} for the scope {scope}")]
    LevelOutsideScope {
        /// The rule.
        rule: String,
        /// Its level.
        level: Level,
        /// Its scope.
        scope: Scope,
    },
    /// A classification that the file lists later, as stricter, would be ruled more laxly.
    #[error(
        "`{stricter}` is listed as stricter than `{laxer}`, but for {purpose}, {medium} ({scope}) less is required"
    )]
    Inverted {
        /// The one listed later.
        stricter: String,
        /// The one listed earlier.
        laxer: String,
        /// Where it happens.
        scope: Scope,
        /// Where it happens.
        purpose: Purpose,
        /// Where it happens.
        medium: MediumKind,
    },
    /// The policy does not know this classification.
    #[error("the policy `{profile}` knows no classification `{given}`: {known}")]
    UnknownClassification {
        /// The policy.
        profile: String,
        /// What was given.
        given: String,
        /// Which there are.
        known: String,
    },
    /// No rule covers the case.
    #[error("no rule of the policy `{profile}` covers {scope}, {classification}, {purpose}, {medium}")]
    NoRule {
        /// The policy.
        profile: String,
        /// The case's scope.
        scope: Scope,
        /// Its classification.
        classification: String,
        /// Its purpose.
        purpose: Purpose,
        /// Its kind of medium.
        medium: MediumKind,
    },
    /// The rules that apply allow a witness no common way to sign.
    #[error("the rules {rules} leave no way in which a witness may sign")]
    NoWitnessWay {
        /// Their ids.
        rules: String,
    },
    /// What is to be done cannot reach the level required.
    #[error("the policy requires {required}; this reaches only {reachable}")]
    LevelTooLow {
        /// The level required.
        required: Level,
        /// The level that can be reached.
        reachable: Level,
    },
    /// What is to be done reaches no level at all.
    #[error("the policy requires {required}; this can show no level")]
    NoLevelReachable {
        /// The level required.
        required: Level,
    },
    /// The step that is to follow does not reach the level required either.
    #[error("the policy requires {required}; the following step {then} is too low")]
    FollowingStepTooLow {
        /// The level required.
        required: Level,
        /// The step named.
        then: Level,
    },
    /// Only `purge` and `destroy` can follow an erasure.
    #[error("{then} cannot follow an erasure: purge, destroy")]
    NotAFollowingStep {
        /// The step named.
        then: Level,
    },
    /// The policy requires a witness and none is named.
    #[error("the policy requires a witness, and none is named")]
    WitnessMissing,
    /// The policy does not let a witness sign in this way.
    #[error("the policy does not let a witness sign by {way}: {allowed}")]
    WitnessWayNotAllowed {
        /// The way named.
        way: WitnessWay,
        /// The ways allowed.
        allowed: String,
    },
    /// The policy requires an approval by this post and none was shown.
    #[error("the policy requires an approval by `{post}`, and none was shown")]
    ApprovalMissing {
        /// The post 職.
        post: String,
    },
}

impl PolicyError {
    /// A code that never changes.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "POL-TOO-LARGE",
            Self::NotUtf8 { .. } => "POL-NOT-UTF8",
            Self::Malformed { .. } => "POL-MALFORMED",
            Self::UnknownFormat { .. } => "POL-UNKNOWN-FORMAT",
            Self::UnknownProfile { .. } => "POL-UNKNOWN-PROFILE",
            Self::UnknownWord { .. } => "POL-UNKNOWN-WORD",
            Self::BadText { .. } => "POL-BAD-TEXT",
            Self::BadId { .. } => "POL-BAD-ID",
            Self::BadCount { .. } => "POL-BAD-COUNT",
            Self::Twice { .. } => "POL-TWICE",
            Self::UnlistedClassification { .. } => "POL-UNLISTED-CLASSIFICATION",
            Self::LevelOutsideScope { .. } => "POL-LEVEL-OUTSIDE-SCOPE",
            Self::Inverted { .. } => "POL-INVERTED",
            Self::UnknownClassification { .. } => "POL-UNKNOWN-CLASSIFICATION",
            Self::NoRule { .. } => "POL-NO-RULE",
            Self::NoWitnessWay { .. } => "POL-NO-WITNESS-WAY",
            Self::LevelTooLow { .. } => "POL-LEVEL-TOO-LOW",
            Self::NoLevelReachable { .. } => "POL-NO-LEVEL-REACHABLE",
            Self::FollowingStepTooLow { .. } => "POL-FOLLOWING-STEP-TOO-LOW",
            Self::NotAFollowingStep { .. } => "POL-NOT-A-FOLLOWING-STEP",
            Self::WitnessMissing => "POL-WITNESS-MISSING",
            Self::WitnessWayNotAllowed { .. } => "POL-WITNESS-WAY-NOT-ALLOWED",
            Self::ApprovalMissing { .. } => "POL-APPROVAL-MISSING",
        }
    }
}
