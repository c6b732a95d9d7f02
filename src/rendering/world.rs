//! All that a template can see: itself, `data.json`, and the two fonts that the program carries.
//!
//! No file system, no network, no packages, no clock: whatever else a template asks for is refused by
//! [`Enclosed`]. The result is PDF/A-3b (ISO 19005-3).

use std::sync::LazyLock;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration as Shift, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp as PdfTime};
use zeroize::Zeroizing;

use crate::units::Timestamp;

use super::{RenderError, fonts};

/// The name under which a template reads its data.
pub(super) const DATA: &str = "data.json";
/// Version of the typesetter, a part of what makes two renderings comparable.
pub(super) const TYPESETTER: &str = "typst 0.15.1";
/// Templates nest deeply; the typesetter recurses.
const STACK_BYTES: usize = 64 << 20;

/// A page to be typeset. No `Debug`: a passphrase may be in its data.
#[derive(Clone)]
pub(super) struct Job {
    /// Source of the template.
    pub(super) template: String,
    /// `data.json`.
    pub(super) data: Zeroizing<Vec<u8>>,
    /// What names the document in its PDF identifier.
    pub(super) ident: String,
    /// What made it, for the PDF's metadata.
    pub(super) creator: String,
    /// Creation date in the metadata.
    pub(super) date: Timestamp,
    /// How long it may take.
    pub(super) limit: Duration,
}

/// Typesets a page in a thread of its own, which is left behind when the time is over.
///
/// # Errors
/// [`RenderError::Template`] with line and message, [`RenderError::TooLong`].
pub(super) fn typeset(job: Job) -> Result<Vec<u8>, RenderError> {
    let (sender, receiver) = channel();
    let limit = job.limit;
    let work = move || {
        let page = render(&job);
        // Nobody waits any more: the page is not wanted.
        let _ = sender.send(page);
    };
    thread::Builder::new()
        .name("typesetter".into())
        .stack_size(STACK_BYTES)
        .spawn(work)
        .map_err(|error| RenderError::NoThread {
            reason: error.to_string(),
        })?;
    match receiver.recv_timeout(limit) {
        Ok(page) => page,
        Err(RecvTimeoutError::Timeout) => Err(RenderError::TooLong {
            seconds: limit.as_secs(),
        }),
        Err(RecvTimeoutError::Disconnected) => Err(RenderError::Typesetter),
    }
}

fn render(job: &Job) -> Result<Vec<u8>, RenderError> {
    let world = Enclosed::new(job)?;
    let document = typst::compile::<PagedDocument>(&world);
    let document = document.output.map_err(|errors| told(&world, &errors))?;
    let pdf = typst_pdf::pdf(&document, &options(job)?).map_err(|errors| told(&world, &errors));
    drop(document);
    // The typesetter remembers what it did; nothing of one paper is of use to the next.
    typst::comemo::evict(0);
    pdf
}

fn options(job: &Job) -> Result<PdfOptions, RenderError> {
    let standards = PdfStandards::new(&[PdfStandard::A_3b]).map_err(|_| RenderError::Typesetter)?;
    Ok(PdfOptions {
        ident: Smart::Custom(job.ident.clone()),
        creator: Smart::Custom(Some(job.creator.clone())),
        timestamp: pdf_time(job.date),
        standards,
        ..PdfOptions::default()
    })
}

fn pdf_time(time: Timestamp) -> Option<PdfTime> {
    let civil = time.civil()?;
    let unsigned = |part: i8| u8::try_from(part).ok();
    let datetime = Datetime::from_ymd_hms(
        i32::from(civil.year()),
        unsigned(civil.month())?,
        unsigned(civil.day())?,
        unsigned(civil.hour())?,
        unsigned(civil.minute())?,
        unsigned(civil.second())?,
    )?;
    PdfTime::new_local(datetime, i32::from(time.offset_minutes()))
}

/// The first error with its line, as an office can look it up in its template.
fn told(world: &Enclosed, errors: &[SourceDiagnostic]) -> RenderError {
    let Some(first) = errors.first() else {
        return RenderError::Typesetter;
    };
    let line = world.range(first.span).map(|range| {
        let before = world.template.text().as_bytes().iter().take(range.start);
        1 + before.filter(|byte| **byte == b'\n').count()
    });
    RenderError::Template {
        line,
        message: first.message.to_string(),
    }
}

/// A world of two files and two fonts.
struct Enclosed {
    library: LazyHash<Library>,
    template: Source,
    data: (FileId, Bytes),
}

static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(fonts::all().iter())));

impl Enclosed {
    fn new(job: &Job) -> Result<Self, RenderError> {
        if fonts::all().len() != fonts::COUNT {
            return Err(RenderError::Font);
        }
        let name = |path: &str| {
            let path = VirtualPath::new(path).map_err(|_| RenderError::Typesetter)?;
            Ok::<_, RenderError>(RootedPath::new(VirtualRoot::Project, path).intern())
        };
        Ok(Self {
            library: LazyHash::new(Library::builder().build()),
            template: Source::new(name("/template.typ")?, job.template.clone()),
            data: (name(&format!("/{DATA}"))?, Bytes::new(job.data.clone())),
        })
    }
}

impl World for Enclosed {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data.0 {
            Ok(self.data.1.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts::all().get(index).cloned()
    }

    fn today(&self, _: Option<Shift>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(template: &str, limit: Duration) -> Result<Vec<u8>, RenderError> {
        typeset(Job {
            template: template.into(),
            data: b"{}".to_vec().into(),
            ident: "test".into(),
            creator: "test".into(),
            date: Timestamp::new(1_800_000_000, 540).unwrap(),
            limit,
        })
    }

    #[test]
    fn a_template_that_does_not_end_is_given_up() {
        let endless = "#for a in range(4000) { for b in range(4000) { for c in range(10) { } } }";
        let given_up = made(endless, Duration::from_millis(200));
        assert_eq!(given_up, Err(RenderError::TooLong { seconds: 0 }));
    }

    #[test]
    fn a_fault_is_told_with_its_line() {
        let fault = made("good\n\n#panic(\"bad\")", Duration::from_secs(60));
        assert!(
            matches!(&fault, Err(RenderError::Template { line: Some(3), message }) if message.contains("bad")),
            "{fault:?}"
        );
    }

    #[test]
    fn a_template_sees_its_data_and_nothing_else() {
        let limit = Duration::from_secs(60);
        assert!(made("#json(\"data.json\").len()", limit).is_ok());
        for other in [
            "#read(\"/etc/passwd\")",
            "#read(\"template.typ\")",
            "#import \"@preview/cetz:0.3.0\"",
            "#datetime.today()",
        ] {
            assert!(
                matches!(made(other, limit), Err(RenderError::Template { .. })),
                "{other}"
            );
        }
    }
}
