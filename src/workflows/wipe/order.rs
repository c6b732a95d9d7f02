//! Who does the work, why, under which policy, and where its papers go: the same whatever is erased.

use std::path::PathBuf;

use crate::policy::{Level, Profile, Purpose};
use crate::records::Language;

use super::super::{UsageFault, WorkflowError, profiles};

/// How a witness shall take part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WitnessRequest {
    /// `--witness`: signs on this machine, with this key file.
    SameMachine(PathBuf),
    /// `--witness-later`: signs on his own machine; looked up in the roster.
    Later(String),
    /// `--witness-paper`: signs and seals the paper; looked up in the roster.
    Paper(String),
    /// `--no-witness`: there is none, for this reason.
    None(String),
}

/// What is said with every erasure, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkOrder {
    /// The handler's key file.
    pub handler: PathBuf,
    /// The witness.
    pub witness: WitnessRequest,
    /// Purpose by name.
    pub purpose: String,
    /// Classification by name.
    pub classification: String,
    /// My Number was on it.
    pub mynumber: bool,
    /// Policy by id, or the path of a file.
    pub policy: String,
    /// The step that must follow, by name.
    pub then: Option<String>,
    /// Contract file.
    pub contract: Option<PathBuf>,
    /// 管理番号.
    pub asset_number: Option<String>,
    /// Serial number of the machine that the medium was taken from.
    pub machine: Option<String>,
    /// 作業場所.
    pub place: Option<String>,
    /// Where records and papers go.
    pub out: PathBuf,
    /// Language of the papers.
    pub language: Language,
    /// An office's own template for them.
    pub template: Option<PathBuf>,
    /// Signs that the fonts lack: `refuse`, or `code` to print them as code points.
    pub missing_glyphs: String,
}

/// What the words of an order mean.
pub(super) struct OrderUnderstood {
    pub(super) purpose: Purpose,
    pub(super) then: Option<Level>,
    pub(super) profile: Profile,
    pub(super) spell_out_glyphs: bool,
}

impl WorkOrder {
    /// Reads the words; `None` where a fault was noted.
    pub(super) fn understand(
        &self,
        faults: &mut Vec<UsageFault>,
    ) -> Result<Option<OrderUnderstood>, WorkflowError> {
        let purpose = keep(self.purpose.parse::<Purpose>().map_err(UsageFault::from), faults);
        let then = self
            .then
            .as_deref()
            .map(|name| follow(name).ok_or_else(|| value("--then", name)))
            .transpose();
        let then = keep(then, faults);
        let profile = keep(profiles::profile(&self.policy)?, faults);
        let glyphs = keep(self.glyphs(), faults);
        Ok(
            if let (Some(purpose), Some(then), Some(profile), Some(spell_out_glyphs)) =
                (purpose, then, profile, glyphs)
            {
                Some(OrderUnderstood {
                    purpose,
                    then,
                    profile,
                    spell_out_glyphs,
                })
            } else {
                None
            },
        )
    }

    /// Whether signs that the fonts lack may stand on paper as code points.
    fn glyphs(&self) -> Result<bool, UsageFault> {
        match self.missing_glyphs.as_str() {
            "refuse" => Ok(false),
            "code" => Ok(true),
            other => Err(value("--missing-glyphs", other)),
        }
    }
}

#[cfg(test)]
impl WorkOrder {
    /// An order as the command line makes it when nothing special is asked for.
    pub(super) fn example() -> Self {
        let word = str::to_owned;
        Self {
            handler: "handler.key".into(),
            witness: WitnessRequest::None(word("a test")),
            purpose: word("disposal"),
            classification: word("1"),
            mynumber: false,
            policy: word("mic"),
            then: None,
            contract: None,
            asset_number: None,
            machine: None,
            place: None,
            out: "out".into(),
            language: Language::Ja,
            template: None,
            missing_glyphs: word("refuse"),
        }
    }
}

/// The value, or none and a fault more.
pub(super) fn keep<T>(result: Result<T, UsageFault>, faults: &mut Vec<UsageFault>) -> Option<T> {
    result.map_err(|fault| faults.push(fault)).ok()
}

fn follow(name: &str) -> Option<Level> {
    name.parse::<Level>().ok().filter(|level| level.may_follow())
}

fn value(option: &'static str, value: &str) -> UsageFault {
    UsageFault::Value {
        option,
        value: value.to_owned(),
    }
}
