//! Makes printed PDFs: a page, and everything that lets somebody check it later (`docs/spec/print.md`).

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::crypto::Digest;
use crate::records::{
    Envelope, Kind, Language, Layout, PageRef, PrintStatement, PrintTool, PrintedRecord, Printer, Roster,
    SlipFile,
};
use crate::rendering::{self, Attachment, Example, Order, PAPER, Printable, RenderError, Shown, Template};
use crate::units::Timestamp;

use super::people::Unlocked;
use super::{Refusal, WorkflowError, files};

const NAME: &str = "keshiin";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What every paper of one command shares.
#[derive(Clone, Debug)]
pub(super) struct Press {
    layout: Layout,
    language: Language,
    template: Template,
}

/// A record with what is fastened to its paper.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) record: Shown<'a>,
    pub(super) envelope: &'a Envelope,
    pub(super) slip: &'a SlipFile,
}

impl<'a> Item<'a> {
    /// What of it decides how a page looks.
    pub(super) fn printable(&self) -> Printable<'a> {
        Printable {
            record: self.record,
            slip: self.slip,
        }
    }
}

impl Press {
    /// A press with the program's own template, or an office's.
    ///
    /// # Errors
    /// A template file that cannot be read or is none: a refusal.
    pub(super) fn new(
        layout: Layout,
        language: Language,
        template: Option<&Path>,
    ) -> Result<Self, WorkflowError> {
        let template = match template {
            Some(path) => own_template(path)?,
            None => Template::built_in(layout),
        };
        Ok(Self::with(layout, language, template))
    }

    /// A press with that template.
    pub(super) const fn with(layout: Layout, language: Language, template: Template) -> Self {
        Self {
            layout,
            language,
            template,
        }
    }

    /// Tries the template with an example, which goes nowhere.
    pub(super) fn try_out(&self, example: Example<'_>) -> Result<(), RenderError> {
        rendering::try_template(&self.template, self.language, example)
    }

    /// Typesets a page alone.
    pub(super) fn page(&self, records: &[Printable<'_>]) -> Result<Vec<u8>, RenderError> {
        rendering::page(&Order {
            layout: self.layout,
            language: self.language,
            template: &self.template,
            records,
            creator: &format!("{NAME} {VERSION}"),
        })
    }

    /// Prints: a page with records, roster and print statement fastened to it.
    pub(super) fn print(
        &self,
        items: &[Item<'_>],
        roster: Option<&Roster>,
        printer: Option<&Unlocked>,
        now: Timestamp,
    ) -> Result<Vec<u8>, WorkflowError> {
        let records: Vec<Printable<'_>> = items.iter().map(Item::printable).collect();
        let page = self.page(&records).map_err(WorkflowError::Paper)?;
        let roster = roster.map(Roster::encode);
        let statement = self.statement(&page, items, roster.as_deref(), printer, now);
        let mut signed = statement.to_envelope();
        if let Some(printer) = printer {
            let own = printer.identity.public().fingerprint();
            signed
                .sign(&printer.identity, &[own])
                .map_err(|error| WorkflowError::internal("signature", &error))?;
        }
        let mark = mark(&signed);
        let contents: Vec<(String, Vec<u8>, bool)> = items
            .iter()
            .flat_map(|item| {
                let number = item.record.number();
                [
                    (format!("{number}.json"), item.envelope.encode(), true),
                    (format!("{number}.slip.json"), item.slip.encode(), true),
                ]
            })
            .chain(roster.map(|bytes| (ROSTER.to_owned(), bytes, false)))
            .chain([(STATEMENT.to_owned(), signed.encode(), false)])
            .collect();
        let attachments: Vec<Attachment<'_>> = contents
            .iter()
            .map(|(name, bytes, data)| Attachment {
                name: name.clone(),
                bytes,
                data: *data,
            })
            .collect();
        rendering::fasten(&page, now, &mark, &attachments).map_err(WorkflowError::Paper)
    }

    fn statement(
        &self,
        page: &[u8],
        items: &[Item<'_>],
        roster: Option<&[u8]>,
        printer: Option<&Unlocked>,
        now: Timestamp,
    ) -> PrintStatement {
        PrintStatement {
            kind: Kind::Print,
            version: 1,
            specimen: items.iter().any(|item| item.record.specimen()),
            layout: self.layout,
            language: self.language,
            page: page_ref(page),
            records: items.iter().map(printed_record).collect(),
            roster: roster.map(|bytes| Digest::of(&[bytes])),
            template: template_digest(&self.template),
            renderer: renderer(self.language),
            tool: PrintTool {
                name: NAME.into(),
                version: VERSION.into(),
            },
            printed_at: now,
            printer: printer.map(|printer| Printer::new(printer.identity.public(), printer.unattended)),
        }
    }
}

/// Name of the attached roster.
pub(super) const ROSTER: &str = "roster.json";
/// Name of the attached print statement.
pub(super) const STATEMENT: &str = "print.json";

/// What the update carries of the statement: the beginning of its 照合値.
pub(super) fn mark(statement: &Envelope) -> String {
    statement.digest().to_string()[..32].to_owned()
}

/// Digest and length of a page.
pub(super) fn page_ref(page: &[u8]) -> PageRef {
    PageRef {
        digest: Digest::of(&[page]),
        length: page.len() as u64,
    }
}

/// SHA-256 of built-in templates of earlier versions, in hexadecimal digits: their papers stay papers of the
/// program's own, though they are not drawn again. Each release adds the ones that it replaces.
const EARLIER_TEMPLATES: [&str; 0] = [];

/// Whether that template is, or was, one of the program's own.
pub(super) fn is_built_in(layout: Layout, template: Digest) -> bool {
    let text = template.to_string();
    let now = PAPER && template_digest(&Template::built_in(layout)) == template;
    now || EARLIER_TEMPLATES.contains(&text.as_str())
}

/// What a print statement names a template by.
pub(super) fn template_digest(template: &Template) -> Digest {
    Digest::of(&[template.as_bytes()])
}

/// What a print statement names this program's typesetting by, for one language.
pub(super) fn renderer(language: Language) -> Digest {
    static DIGESTS: LazyLock<[Digest; 2]> = LazyLock::new(|| [Language::Ja, Language::En].map(digest));
    DIGESTS[usize::from(language == Language::En)]
}

fn digest(language: Language) -> Digest {
    let own = [NAME.as_bytes(), VERSION.as_bytes()];
    let parts: Vec<&[u8]> = own
        .into_iter()
        .chain(rendering::renderer_parts(language))
        .collect();
    let lengths: Vec<[u8; 8]> = parts
        .iter()
        .map(|part| (part.len() as u64).to_be_bytes())
        .collect();
    let all: Vec<&[u8]> = lengths
        .iter()
        .zip(&parts)
        .flat_map(|(length, part)| [&length[..], part])
        .collect();
    Digest::of(&all)
}

/// How a statement names a record.
fn printed_record(item: &Item<'_>) -> PrintedRecord {
    PrintedRecord {
        number: item.record.number().clone(),
        digest: item.record.digest(),
        file: Digest::of(&[&item.envelope.encode()]),
        slip: Digest::of(&[&item.slip.encode()]),
    }
}

/// Reads an office's own template.
pub(super) fn own_template(path: &Path) -> Result<Template, WorkflowError> {
    let bytes = match files::read(path, rendering::MOST_TEMPLATE_BYTES) {
        Ok(bytes) => bytes,
        Err(WorkflowError::File { path, reason }) => {
            return Err(refused(&path, RenderError::Unreadable { reason }));
        }
        Err(error) => return Err(error),
    };
    Template::own(bytes).map_err(|error| refused(path, error))
}

/// A paper that cannot be made, as a refusal that names the template.
pub(super) fn refused(path: &Path, error: RenderError) -> WorkflowError {
    let path: PathBuf = path.to_owned();
    Refusal::Paper { path, error }.into()
}
