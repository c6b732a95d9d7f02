//! The papers of a delivery: 送付書 and 宛名票. What could fail is found before anything is written.
//!
//! Their templates are the program's own, which its tests typeset in every variant; so only the texts that people
//! typed are looked through here.

use std::path::{Path, PathBuf};

use crate::records::{DeliveryRecord, Envelope, Language, Layout, RosterStanding, SlipFile, verified_by};
use crate::rendering::{self, PAPER, Shown};

use super::super::files::{self, Privacy};
use super::super::people::Unlocked;
use super::super::press::{Item, Press};
use super::super::{Lent, Refusal, WorkflowError};

/// Presses for both papers.
pub(super) struct Papers {
    document: Press,
    label: Press,
}

impl Papers {
    /// Both presses, and a refusal for each text with signs that the fonts lack, unless those are spelled out.
    pub(super) fn prove(
        language: Language,
        spell_out: bool,
        texts: &[(&'static str, Option<String>)],
        refusals: &mut Vec<Refusal>,
    ) -> Result<Self, WorkflowError> {
        if !spell_out {
            let given = texts
                .iter()
                .filter_map(|(field, text)| Some((*field, text.as_deref()?)));
            refusals.extend(given.filter_map(|(field, text)| {
                let signs = rendering::lacking(text).join(" ");
                (!signs.is_empty()).then_some(Refusal::Glyph { field, signs })
            }));
        }
        Ok(Self {
            document: Press::new(Layout::Delivery, language, None)?,
            label: Press::new(Layout::Address, language, None)?,
        })
    }

    /// Prints both beside the record; nothing where this program has no paper.
    pub(super) fn print(
        &self,
        beside: (&str, &Path),
        signed: (&Envelope, &SlipFile),
        sender: &Unlocked,
        roster: &RosterStanding,
        lent: &Lent<'_>,
    ) -> Result<(Option<PathBuf>, Option<PathBuf>), WorkflowError> {
        if !PAPER {
            return Ok((None, None));
        }
        let ((name, out), (envelope, slip)) = (beside, signed);
        let verified = verified_by::<DeliveryRecord>(envelope, slip, &[sender.identity.public()]);
        let verified = verified.ok_or(WorkflowError::Internal { what: "signature" })?;
        let item = Item {
            record: Shown::Delivery(&verified),
            envelope,
            slip,
        };
        let print = |press: &Press, end: &str| -> Result<PathBuf, WorkflowError> {
            let path = out.join(format!("{name}.{end}.pdf"));
            let bytes = press.print(&[item], roster.roster(), Some(sender), lent.clock.now())?;
            files::write_new(&path, &bytes, Privacy::Shared, lent.owner)?;
            Ok(path)
        };
        let paper = print(&self.document, "slip")?;
        let address = print(&self.label, "address")?;
        Ok((Some(paper), Some(address)))
    }
}
