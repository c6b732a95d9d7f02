//! Rows as they grow: a label from the wording by the row's key, and a text.

use crate::rendering::RenderError;
use crate::rendering::sheet::{Row, Section};
use crate::rendering::wording::Wording;

use super::visible;

/// The rows of one part of the paper, in order.
pub(super) struct Rows<'w> {
    wording: &'w Wording,
    part: &'static str,
    rows: Vec<Row>,
}

impl<'w> Rows<'w> {
    /// No rows of `part` yet.
    pub(super) const fn new(part: &'static str, wording: &'w Wording) -> Self {
        Self {
            wording,
            part,
            rows: Vec::new(),
        }
    }

    /// Adds a row with the label `label.<part>.<id>`.
    pub(super) fn add(&mut self, id: &'static str, text: impl Into<String>) -> Result<&mut Row, RenderError> {
        let label = self.wording.text(&format!("label.{}.{id}", self.part))?;
        Ok(self.push(id, label, text.into()))
    }

    /// Adds a row for an untrusted text, where there is one.
    pub(super) fn add_given(&mut self, id: &'static str, text: Option<&String>) -> Result<(), RenderError> {
        match text {
            Some(text) => self.add(id, visible(text, self.wording)?).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Adds a row with a label of its own.
    pub(super) fn push(&mut self, id: &'static str, label: String, text: String) -> &mut Row {
        let place = self.rows.len();
        self.rows.push(Row {
            id,
            label,
            text,
            note: None,
            code: false,
        });
        &mut self.rows[place]
    }

    /// The rows.
    pub(super) fn done(self) -> Vec<Row> {
        self.rows
    }

    /// The rows as the section of that name.
    pub(super) fn into_section(self) -> Result<Section, RenderError> {
        Ok(Section {
            id: self.part,
            title: self.wording.text(&format!("section.{}", self.part))?,
            rows: self.rows,
        })
    }
}

impl Row {
    /// Digits and signs with equal widths.
    pub(super) fn coded(&mut self) -> &mut Self {
        self.code = true;
        self
    }

    /// With a second line in small print.
    pub(super) fn noted(&mut self, note: impl Into<String>) -> &mut Self {
        self.note = Some(note.into());
        self
    }
}
