//! What a policy requires and what is wrong with a policy file.

use keshiin::policy::{PolicyError, Shortfall};

use super::words::{level_word, medium_kind_word, name, purpose_word, scope_word, unknown, witness_way_word};
use crate::cli::i18n::Message;

/// The message of a refusal of the policy room.
pub(crate) fn explain_policy(error: &PolicyError) -> Message {
    let message = Message::new(error.code());
    match error {
        PolicyError::NoRule {
            profile,
            scope,
            classification,
            purpose,
            medium,
        } => message
            .untrusted("profile", profile)
            .term("scope", scope_word(*scope))
            .untrusted("classification", classification)
            .term("purpose", purpose_word(*purpose))
            .term("medium", medium_kind_word(*medium)),
        PolicyError::UnknownClassification {
            profile,
            given,
            known,
        } => message
            .untrusted("profile", profile)
            .untrusted("given", given)
            .untrusted("known", known),
        PolicyError::UnknownProfile { given, known } => {
            message.untrusted("given", given).untrusted("known", known)
        }
        PolicyError::UnknownWord { what, given, known } => message
            .with("what", name(what))
            .untrusted("given", given)
            .untrusted("known", known),
        PolicyError::NoWitnessWay { rules } => message.untrusted("rules", rules),
        PolicyError::LevelTooLow { required, reachable } => message
            .term("required", level_word(*required))
            .term("reachable", level_word(*reachable)),
        PolicyError::NoLevelReachable { required } => message.term("required", level_word(*required)),
        PolicyError::FollowingStepTooLow { required, then } => message
            .term("required", level_word(*required))
            .term("then", level_word(*then)),
        PolicyError::NotAFollowingStep { then } => message.term("then", level_word(*then)),
        PolicyError::WitnessMissing => message,
        PolicyError::WitnessWayNotAllowed { way, allowed } => message
            .term("way", witness_way_word(*way))
            .untrusted("allowed", allowed),
        PolicyError::ApprovalMissing { post } => message.untrusted("post", post),
        _ => in_file(error, message),
    }
}

/// What is wrong with a policy file.
fn in_file(error: &PolicyError, message: Message) -> Message {
    match error {
        PolicyError::TooLarge { bytes, limit } => message
            .number("bytes", *bytes as u64)
            .number("limit", *limit as u64),
        PolicyError::NotUtf8 { line } => message.text("line", line),
        PolicyError::Malformed {
            line,
            message: detail,
        } => message.text("line", line).untrusted("detail", detail),
        PolicyError::UnknownFormat { format } => message.text("format", format),
        PolicyError::BadText { field, limit } => {
            message.untrusted("field", field).number("limit", *limit as u64)
        }
        PolicyError::BadId { field } => message.untrusted("field", field),
        PolicyError::BadCount { field, count, limit } => message
            .untrusted("field", field)
            .number("count", *count as u64)
            .number("limit", *limit as u64),
        PolicyError::Twice { field, entry } => message.untrusted("field", field).untrusted("entry", entry),
        PolicyError::UnlistedClassification { rule, classification } => message
            .untrusted("rule", rule)
            .untrusted("classification", classification),
        PolicyError::LevelOutsideScope { rule, level, scope } => message
            .untrusted("rule", rule)
            .term("level", level_word(*level))
            .term("scope", scope_word(*scope)),
        PolicyError::Inverted {
            stricter,
            laxer,
            scope,
            purpose,
            medium,
        } => message
            .untrusted("stricter", stricter)
            .untrusted("laxer", laxer)
            .term("scope", scope_word(*scope))
            .term("purpose", purpose_word(*purpose))
            .term("medium", medium_kind_word(*medium)),
        _ => unknown(error.code(), error),
    }
}

/// Why a policy is not met. Ids of their own: two codes are those of errors that carry fields.
pub(crate) fn explain_shortfall(shortfall: Shortfall) -> Message {
    Message::new(match shortfall {
        Shortfall::NothingAchieved => "shortfall-nothing-achieved",
        Shortfall::LevelTooLow => "shortfall-level-too-low",
        Shortfall::WitnessMissing => "shortfall-witness-missing",
        Shortfall::WitnessWayNotAllowed => "shortfall-witness-way",
        _ => return unknown(shortfall.code(), &format!("{shortfall:?}")),
    })
}
