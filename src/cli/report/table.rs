//! Labelled lines, aligned by how wide signs are on a terminal (a Japanese sign takes two columns).

use crate::cli::columns::columns;
use crate::cli::console::Console;
use crate::cli::i18n::Message;

/// Rows of cells as lines, every cell beginning in one column with those above it.
pub(crate) fn aligned<const CELLS: usize>(rows: &[[String; CELLS]]) -> Vec<String> {
    let widest = |place: usize| rows.iter().map(|row| columns(&row[place])).max().unwrap_or(0);
    let widths: [usize; CELLS] = std::array::from_fn(widest);
    let line = |row: &[String; CELLS]| {
        let cells = row.iter().zip(widths);
        let padded = cells.map(|(cell, width)| format!("{cell}{}", " ".repeat(width - columns(cell))));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// Labels and values, one a line.
pub(crate) struct Fields<'a> {
    console: &'a Console,
    rows: Vec<(String, String)>,
}

impl<'a> Fields<'a> {
    /// No rows yet.
    pub(crate) const fn new(console: &'a Console) -> Self {
        Self {
            console,
            rows: Vec::new(),
        }
    }

    /// Adds a row whose value is a message.
    pub(crate) fn row(mut self, label: &'static str, value: &Message) -> Self {
        let label = self.console.text(&Message::new(label));
        let value = self.console.text(value);
        self.rows.push((label, value));
        self
    }

    /// Adds a row of text of our own.
    pub(crate) fn plain(mut self, label: &'static str, value: impl Into<String>) -> Self {
        let label = self.console.text(&Message::new(label));
        self.rows.push((label, value.into()));
        self
    }

    /// Adds a row of text from elsewhere; none where there is no text.
    pub(crate) fn untrusted(self, label: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => {
                let value = crate::cli::escape::escape(value);
                self.plain(label, value)
            }
            None => self,
        }
    }

    /// The lines, values beginning in one column.
    pub(crate) fn lines(self) -> Vec<String> {
        let widest = self
            .rows
            .iter()
            .map(|(label, _)| columns(label))
            .max()
            .unwrap_or(0);
        let line = |(label, value): &(String, String)| {
            format!("  {label}{}  {value}", " ".repeat(widest - columns(label)))
        };
        self.rows.iter().map(line).collect()
    }
}
