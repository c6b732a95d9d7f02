//! Judges printed PDFs as `keshiin verify` does, and says which layer objects.
//!
//! The workflow itself is asked, lent a fixed clock, an empty home and a desk at which nobody sits.

use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use keshiin::crypto::SecretText;
use keshiin::devices::DeviceFacts;
use keshiin::progress::{Observer, StopSignal};
use keshiin::records::{Check, CheckResult, Envelope, Identity, PrintStatement};
use keshiin::rendering::{RenderError, Taken, take_apart};
use keshiin::units::Timestamp;
use keshiin::workflows::{
    Clock, Desk, DeskRefusal, Entered, FilesDone, FilesPreview, FreePreview, Home, Lent, Problem, Signed,
    Typed, Verification, VerifyRequest, WipeFailure, WipeOutcome, WipePreview, verify_files,
};
use serde::Deserialize;

use crate::vector_files::{NOW, at, place};

/// The list of broken prints.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrintCases {
    /// When is judged.
    pub(crate) now: String,
    /// Who is pinned.
    pub(crate) issuer: String,
    /// By which roster is judged.
    pub(crate) roster: String,
    /// The good print.
    pub(crate) good: String,
    /// The broken ones.
    pub(crate) broken: Vec<PrintCase>,
}

/// A broken print.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrintCase {
    /// What is wrong with it.
    pub(crate) why: String,
    /// Which layer must object.
    pub(crate) expect: String,
    /// With which exit code.
    pub(crate) exit: u8,
    /// What makes it of the good one: from where on how many bytes give way, and to what (base64).
    edits: Vec<(usize, usize, String)>,
    /// Another roster than the list's; `null`: none.
    #[serde(default = "lists_own")]
    roster: Option<String>,
    /// Whether an issuer is pinned.
    #[serde(default = "pinned")]
    pinned: bool,
}

fn lists_own() -> Option<String> {
    Some(String::new())
}

fn pinned() -> bool {
    true
}

impl PrintCase {
    /// The broken print.
    pub(crate) fn bytes(&self, good: &[u8]) -> Vec<u8> {
        let (mut bytes, mut from) = (Vec::new(), 0);
        for (at, remove, insert) in &self.edits {
            bytes.extend(&good[from..*at]);
            bytes.extend(BASE64.decode(insert.as_bytes()).unwrap());
            from = at + remove;
        }
        bytes.extend(&good[from..]);
        bytes
    }

    /// Who objects to it, and the exit code.
    pub(crate) fn objection(&self, good: &[u8], cases: &PrintCases) -> Option<(&'static str, u8)> {
        let roster = self.roster.as_ref();
        let named = roster.map(|other| if other.is_empty() { &cases.roster } else { other });
        let machine = Machine {
            issuer: self.pinned.then(|| vector(&cases.issuer)),
            roster: named.map(|name| vector(name)),
        };
        let bytes = self.bytes(good);
        let found = machine.verify(std::slice::from_ref(&bytes)).remove(0);
        layer(&found, &bytes).map(|layer| (layer, found.exit().code()))
    }
}

/// Where a file lies that a list of `print/` names.
pub(crate) fn vector(name: &str) -> PathBuf {
    place(&format!("print/{name}"))
}

/// What a machine knows that looks at prints.
pub(crate) struct Machine {
    /// The pinned issuer.
    pub(crate) issuer: Option<PathBuf>,
    /// Its roster.
    pub(crate) roster: Option<PathBuf>,
}

impl Machine {
    /// Verifies prints, each a file of its own in a folder that vanishes again.
    pub(crate) fn verify(&self, prints: &[Vec<u8>]) -> Vec<Verification> {
        let folder = tempfile::tempdir().unwrap();
        let name = |(place, bytes): (usize, &Vec<u8>)| {
            let path = folder.path().join(format!("{place}.pdf"));
            fs::write(&path, bytes).unwrap();
            path
        };
        let request = VerifyRequest {
            files: prints.iter().enumerate().map(name).collect(),
            evidence: Vec::new(),
            pictures: false,
            template: None,
            annex: None,
        };
        let mut lent = Lent {
            clock: &Noon,
            desk: &mut Nobody,
            home: Home::new(folder.path().join("home")),
            issuer: self.issuer.clone(),
            roster: self.roster.clone(),
            ledger: None,
            built: Noon.now(),
            owner: None,
            program: None,
        };
        verify_files(&request, &mut lent).unwrap()
    }
}

/// The first of the worst checks, those of the print before those of what is inside it.
fn layer(found: &Verification, bytes: &[u8]) -> Option<&'static str> {
    if let Some(problem) = &found.problem {
        return Some(match problem {
            Problem::Paper(RenderError::PageRule { .. }) => "page-rule",
            Problem::Paper(RenderError::Attachment) => "attachment",
            Problem::Paper(RenderError::Update) if statement_is_none(bytes) => "statement",
            Problem::Paper(RenderError::Update) => "update",
            other => panic!("{other:?}"),
        });
    }
    let inside = found.parts.iter().flat_map(|part| &part.checks);
    let worst = found.checks.iter().chain(inside).map(Check::result).max()?;
    let own = found.checks.iter().find(|check| check.result() == worst);
    (worst > CheckResult::Notice).then(|| own.map_or("record", own_layer))
}

fn own_layer(check: &Check) -> &'static str {
    match check {
        Check::NothingAttached => "nothing-attached",
        Check::PageUnbound { .. } => "binding",
        Check::BadSignature { .. } => "signature",
        Check::UnknownKey { .. } | Check::PrinterNotEntitled { .. } => "entitlement",
        Check::TemplateUnknown { .. } => "template",
        Check::PageUnproven => "unproven",
        other => panic!("{other:?}"),
    }
}

/// Whether there is a `print.json` in its place that is no print statement.
fn statement_is_none(bytes: &[u8]) -> bool {
    let Ok(Taken::Printed(printed)) = take_apart(bytes) else {
        return false;
    };
    printed.attachments.last().is_some_and(|last| {
        let envelope = Envelope::parse(last.bytes);
        let statement = envelope.and_then(|envelope| PrintStatement::read(&envelope));
        last.name == "print.json" && !last.data && statement.is_err()
    })
}

/// The clock of the vectors.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        at(NOW)
    }
}

/// Verifying asks nobody.
struct Nobody;

const ASKED: DeskRefusal = DeskRefusal::BrokenOff;

impl Desk for Nobody {
    fn is_unattended(&self, _: &Identity) -> bool {
        false
    }

    fn passphrase(&mut self, _: &Identity) -> Result<Entered, DeskRefusal> {
        Err(ASKED)
    }

    fn new_passphrase(&mut self, _: &str) -> Result<SecretText, DeskRefusal> {
        Err(ASKED)
    }

    fn show_generated(&mut self, _: &str, _: &zeroize::Zeroizing<String>) -> Result<(), DeskRefusal> {
        Err(ASKED)
    }

    fn is_attended(&self) -> bool {
        false
    }

    fn package_passphrase(&mut self, _: &str) -> Result<Entered, DeskRefusal> {
        Err(ASKED)
    }

    fn new_package_passphrase(&mut self, _: &str) -> Result<SecretText, DeskRefusal> {
        Err(ASKED)
    }

    fn fingerprint(&mut self, _: &Identity) -> Result<Typed, DeskRefusal> {
        Err(ASKED)
    }

    fn confirm_device(&mut self, _: &WipePreview) -> Result<Typed, DeskRefusal> {
        Err(ASKED)
    }

    fn confirm_signing(&mut self, _: &[Signed]) -> Result<Typed, DeskRefusal> {
        Err(ASKED)
    }

    fn confirm_files(&mut self, _: &FilesPreview) -> Result<Typed, DeskRefusal> {
        Err(ASKED)
    }

    fn confirm_free(&mut self, _: &FreePreview) -> Result<Typed, DeskRefusal> {
        Err(ASKED)
    }

    fn show_verdict(&mut self, _: &WipeOutcome) {}

    fn show_files_verdict(&mut self, _: &FilesDone) {}

    fn files_observer(&mut self, _: &FilesPreview) -> Box<dyn Observer> {
        Box::new(keshiin::progress::Silent)
    }

    fn free_observer(&mut self, _: &FreePreview) -> Box<dyn Observer> {
        Box::new(keshiin::progress::Silent)
    }

    fn show_verdicts(&mut self, _: &[&WipeOutcome]) {}

    fn report_failure(&mut self, _: &WipeFailure) {}

    fn observer(&mut self, _: &DeviceFacts) -> Box<dyn Observer> {
        Box::new(keshiin::progress::Silent)
    }

    fn package_observer(&mut self, _: &str) -> Box<dyn Observer> {
        Box::new(keshiin::progress::Silent)
    }

    fn stop(&mut self) -> StopSignal {
        StopSignal::default()
    }

    fn engine_done(&mut self) {}
}

/// The cases, and the good print.
pub(crate) fn print_cases() -> (PrintCases, Vec<u8>) {
    let cases: PrintCases = serde_json::from_slice(&fs::read(vector("cases.json")).unwrap()).unwrap();
    let good = fs::read(Path::new(&vector(&cases.good))).unwrap();
    (cases, good)
}
