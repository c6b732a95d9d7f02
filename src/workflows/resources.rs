//! What a job is lent: a clock, a home folder, and the desk at which people are asked.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::crypto::SecretText;
use crate::devices::{DeviceFacts, ExpectedConfirmation};
use crate::progress::{Observer, StopSignal};
use crate::records::Identity;
use crate::units::{ByteCount, Timestamp};

use super::{FilesDone, FilesPreview, FreePreview, FreeStep, Home, Signed, WipeFailure, WipeOutcome};

/// Tells the time, to several threads. Lent, so that jobs never read a clock themselves.
pub trait Clock: Sync {
    /// Now, with the offset of this place.
    fn now(&self) -> Timestamp;
}

/// Who shall own the files that a job writes (under sudo: the caller).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// User number.
    pub user: u32,
    /// Group number.
    pub group: u32,
}

/// Everything that a job is lent.
pub struct Lent<'a> {
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Where people are asked.
    pub desk: &'a mut dyn Desk,
    /// The home folder.
    pub home: Home,
    /// `--issuer`.
    pub issuer: Option<PathBuf>,
    /// `--roster`.
    pub roster: Option<PathBuf>,
    /// `--ledger`.
    pub ledger: Option<PathBuf>,
    /// The day this program was built.
    pub built: Timestamp,
    /// Who shall own what is written.
    pub owner: Option<Owner>,
    /// The running program's file.
    pub program: Option<PathBuf>,
}

/// A passphrase as it came in.
pub struct Entered {
    /// The passphrase as typed.
    pub text: SecretText,
    /// It came from a file, nobody was at the keyboard.
    pub unattended: bool,
}

/// A confirmation as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// What was typed.
    pub text: String,
    /// At a terminal; otherwise given with the command.
    pub at_terminal: bool,
}

/// Room for a secret that is being typed, on a locked page.
///
/// # Errors
/// [`DeskRefusal::TooLong`] cannot happen for an empty one.
pub fn secret_text() -> Result<SecretText, DeskRefusal> {
    SecretText::new().map_err(|_| DeskRefusal::TooLong)
}

/// Why nobody answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeskRefusal {
    /// There is no terminal, and the answer was not given with the command.
    NobodyToAsk {
        /// What was to be answered: a stable word.
        question: &'static str,
        /// About whom or what.
        about: String,
    },
    /// The person broke off.
    BrokenOff,
    /// Two entries of a new passphrase differ.
    EntriesDiffer,
    /// A passphrase file cannot be read.
    PassphraseFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Something longer than a passphrase may be.
    TooLong,
}

impl DeskRefusal {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NobodyToAsk { .. } => "JOB-NOBODY-TO-ASK",
            Self::BrokenOff => "JOB-BROKEN-OFF",
            Self::EntriesDiffer => "JOB-ENTRIES-DIFFER",
            Self::PassphraseFile { .. } => "JOB-PASSPHRASE-FILE",
            Self::TooLong => "JOB-TOO-LONG",
        }
    }
}

/// What is shown before a device is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WipePreview {
    /// The device.
    pub facts: DeviceFacts,
    /// What must be typed.
    pub expected: ExpectedConfirmation,
    /// The plan in names and values.
    pub plan: Vec<(String, String)>,
    /// Which of how many, from 1.
    pub place: (usize, usize),
}

/// A device that is about to be worked on, beside others or alone.
#[derive(Clone, Copy, Debug)]
pub struct Lane<'a> {
    /// The device.
    pub facts: &'a DeviceFacts,
    /// Bytes that are to be written and read in all.
    pub work: ByteCount,
}

/// Where people are asked and shown things while a job runs. Implemented by whoever owns the terminal.
pub trait Desk {
    /// Whether a passphrase file answers for this person.
    fn is_unattended(&self, whose: &Identity) -> bool;

    /// Asks for the passphrase of a key.
    ///
    /// # Errors
    /// Nobody there, or broken off.
    fn passphrase(&mut self, whose: &Identity) -> Result<Entered, DeskRefusal>;

    /// Asks for a new passphrase, twice where a person types it.
    ///
    /// # Errors
    /// Nobody there, broken off, or two entries that differ.
    fn new_passphrase(&mut self, id: &str) -> Result<SecretText, DeskRefusal>;

    /// Shows a generated passphrase, once.
    ///
    /// # Errors
    /// There is no terminal to show it on.
    fn show_generated(&mut self, id: &str, passphrase: &Zeroizing<String>) -> Result<(), DeskRefusal>;

    /// Whether somebody is there to whom something can be shown.
    fn is_attended(&self) -> bool;

    /// Asks for the passphrase of a package.
    ///
    /// # Errors
    /// Nobody there, or broken off.
    fn package_passphrase(&mut self, package: &str) -> Result<Entered, DeskRefusal>;

    /// Asks for a new passphrase of a package, twice where a person types it. One that opens a key is no answer:
    /// a file that is meant for every key is not taken.
    ///
    /// # Errors
    /// Nobody there, broken off, or two entries that differ.
    fn new_package_passphrase(&mut self, package: &str) -> Result<SecretText, DeskRefusal>;

    /// Asks for a fingerprint, to be typed from paper.
    ///
    /// # Errors
    /// Nobody there, or broken off.
    fn fingerprint(&mut self, of: &Identity) -> Result<Typed, DeskRefusal>;

    /// Shows what will be destroyed and asks for its confirmation.
    ///
    /// # Errors
    /// Nobody there, or broken off.
    fn confirm_device(&mut self, preview: &WipePreview) -> Result<Typed, DeskRefusal>;

    /// Shows which files will be erased and asks how many there are.
    ///
    /// # Errors
    /// Nobody there, or broken off.
    fn confirm_files(&mut self, preview: &FilesPreview) -> Result<Typed, DeskRefusal>;

    /// Shows which free space will be erased and asks for its mount point.
    ///
    /// # Errors
    /// Nobody there, or broken off.
    fn confirm_free(&mut self, preview: &FreePreview) -> Result<Typed, DeskRefusal>;

    /// Shows records that are to be signed and asks for the end of the 照合値 or the count.
    ///
    /// # Errors
    /// Nobody there, or broken off.
    fn confirm_signing(&mut self, records: &[Signed]) -> Result<Typed, DeskRefusal>;

    /// Shows the verdict, before the witness is asked to sign.
    fn show_verdict(&mut self, outcome: &WipeOutcome);

    /// Shows the verdicts of several devices once more, in one table, before the witness is asked to sign them.
    fn show_verdicts(&mut self, outcomes: &[&WipeOutcome]);

    /// Shows what came of files, before the witness is asked to sign.
    fn show_files_verdict(&mut self, done: &FilesDone);

    /// Tells of a device, one of several, that failed without a record. The others go on.
    fn report_failure(&mut self, failure: &WipeFailure);

    /// Who watches a run of an engine.
    fn observer(&mut self, about: &DeviceFacts) -> Box<dyn Observer>;

    /// Who watches runs of an engine at the same time: one for each device, in the same order.
    fn observers(&mut self, lanes: &[Lane<'_>]) -> Vec<Box<dyn Observer>> {
        lanes.iter().map(|lane| self.observer(lane.facts)).collect()
    }

    /// Who watches an erasure of files.
    fn files_observer(&mut self, preview: &FilesPreview) -> Box<dyn Observer>;

    /// Who watches an erasure of free space.
    fn free_observer(&mut self, preview: &FreePreview) -> Box<dyn Observer>;

    /// A part of it begins that no observer is told of.
    fn free_step(&mut self, _step: FreeStep) {}

    /// Who watches work on a package.
    fn package_observer(&mut self, package: &str) -> Box<dyn Observer>;

    /// The wish to stop; from now on Ctrl-C raises it instead of ending the program. Once raised it stays.
    fn stop(&mut self) -> StopSignal;

    /// From now on Ctrl-C ends the program again.
    fn engine_done(&mut self);
}
