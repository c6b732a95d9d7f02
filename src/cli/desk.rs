//! The desk at which people are asked: this terminal, or the files and words given with the command.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use zeroize::Zeroizing;

use keshiin::crypto::SecretText;
use keshiin::devices::DeviceFacts;
use keshiin::progress::{Observer, StopSignal};
use keshiin::records::Identity;
use keshiin::workflows::{
    self, Desk, DeskRefusal, Entered, FilesDone, FilesPreview, FreePreview, FreeStep, Lane, Signed, Typed,
    WipeFailure, WipeOutcome, WipePreview,
};

use super::bars::{self, Subject};
use super::board::Board;
use super::console::{self, Console};
use super::escape::escape;
use super::i18n::Message;
use super::{prompt, report};

/// Largest passphrase file in bytes.
const LONGEST_FILE: u64 = 4096;

/// Before `=` in `--passphrase-file`: the passphrase of a package.
const PACKAGE: &str = "package";

/// The desk of one command.
pub(crate) struct TerminalDesk<'a> {
    console: &'a Console,
    files: BTreeMap<String, PathBuf>,
    any: Option<PathBuf>,
    fingerprint: Option<String>,
    /// What is shown opens a package, not a key file.
    for_package: bool,
    stopping: Arc<AtomicBool>,
    dying: Arc<AtomicBool>,
    watching: bool,
    /// Several devices are worked on at the same time.
    several: bool,
    board: Option<Board>,
}

impl<'a> TerminalDesk<'a> {
    /// A desk with the `--passphrase-file`s of a command.
    pub(crate) fn new(console: &'a Console, passphrase_files: &[String]) -> Self {
        let mut desk = Self {
            console,
            files: BTreeMap::new(),
            any: None,
            fingerprint: None,
            for_package: false,
            stopping: Arc::new(AtomicBool::new(false)),
            dying: Arc::new(AtomicBool::new(true)),
            watching: false,
            several: false,
            board: None,
        };
        for given in passphrase_files {
            match given.split_once('=') {
                Some((id, file)) => drop(desk.files.insert(id.to_owned(), PathBuf::from(file))),
                None => desk.any = Some(PathBuf::from(given)),
            }
        }
        desk
    }

    /// A fingerprint that was given with the command.
    pub(crate) fn with_fingerprint(mut self, fingerprint: Option<String>) -> Self {
        self.fingerprint = fingerprint;
        self
    }

    /// A desk at which a generated passphrase is that of a package.
    pub(crate) const fn for_package(mut self) -> Self {
        self.for_package = true;
        self
    }

    fn file_for(&self, id: &str) -> Option<&PathBuf> {
        self.files.get(id).or(self.any.as_ref())
    }

    fn passphrase_on_file(&self, id: &str) -> Result<Option<SecretText>, DeskRefusal> {
        self.file_for(id).map(read_passphrase).transpose()
    }

    fn nobody(&self, question: &'static str, about: &str) -> Result<(), DeskRefusal> {
        if self.console.attended() {
            Ok(())
        } else {
            Err(DeskRefusal::NobodyToAsk {
                question,
                about: about.to_owned(),
            })
        }
    }

    fn ask_secret(&self, id: &'static str, whose: &str) -> Result<SecretText, DeskRefusal> {
        prompt::secret(&self.console.text(&Message::new(id).untrusted("id", whose)))
    }

    /// Asks for a new secret twice.
    fn ask_twice(&self, id: &'static str, whose: &str) -> Result<SecretText, DeskRefusal> {
        let first = self.ask_secret(id, whose)?;
        let second = self.ask_secret("ask-new-passphrase-again", whose)?;
        if first.text() == second.text() {
            Ok(first)
        } else {
            Err(DeskRefusal::EntriesDiffer)
        }
    }

    /// Asks somebody who may break off by saying nothing.
    fn answer_of(&self, question: &'static str) -> Result<Typed, DeskRefusal> {
        let entry = prompt::line(&self.console.text(&Message::new(question)))?;
        if entry.trim().is_empty() {
            return Err(DeskRefusal::BrokenOff);
        }
        Ok(Typed {
            text: entry,
            at_terminal: true,
        })
    }

    /// Says something without writing into the board.
    fn beside_board(&self, say: impl FnOnce(&Console)) {
        match &self.board {
            Some(board) => board.above(|| say(self.console)),
            None => say(self.console),
        }
    }

    /// Registers Ctrl-C, once: it ends the program, except while an engine runs.
    fn watch_signals(&mut self) {
        if std::mem::replace(&mut self.watching, true) {
            return;
        }
        for signal in [SIGINT, SIGTERM] {
            // Where a handler cannot be set, Ctrl-C keeps its default: the program ends at once.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&self.dying));
            let _ = signal_hook::flag::register(signal, Arc::clone(&self.stopping));
        }
    }
}

impl Desk for TerminalDesk<'_> {
    fn is_unattended(&self, whose: &Identity) -> bool {
        self.file_for(&whose.id).is_some()
    }

    fn passphrase(&mut self, whose: &Identity) -> Result<Entered, DeskRefusal> {
        if let Some(text) = self.passphrase_on_file(&whose.id)? {
            return Ok(Entered {
                text,
                unattended: true,
            });
        }
        self.nobody("passphrase", &whose.id)?;
        let about = format!("{} ({})", whose.name, whose.id);
        Ok(Entered {
            text: self.ask_secret("ask-passphrase", &about)?,
            unattended: false,
        })
    }

    fn new_passphrase(&mut self, id: &str) -> Result<SecretText, DeskRefusal> {
        if let Some(passphrase) = self.passphrase_on_file(id)? {
            return Ok(passphrase);
        }
        self.nobody("new-passphrase", id)?;
        self.ask_twice("ask-new-passphrase", id)
    }

    fn show_generated(&mut self, id: &str, passphrase: &Zeroizing<String>) -> Result<(), DeskRefusal> {
        let (question, lead) = if self.for_package {
            ("generated-package-passphrase", "show-generated-package")
        } else {
            ("generated-passphrase", "show-generated")
        };
        self.nobody(question, id)?;
        let lead = self.console.text(&Message::new(lead).untrusted("id", id));
        let text = Zeroizing::new(format!("{lead}\n\n    {}\n", passphrase.as_str()));
        console::aside(&text);
        Ok(())
    }

    fn is_attended(&self) -> bool {
        self.console.attended()
    }

    fn package_passphrase(&mut self, package: &str) -> Result<Entered, DeskRefusal> {
        if let Some(text) = self.passphrase_on_file(PACKAGE)? {
            return Ok(Entered {
                text,
                unattended: true,
            });
        }
        self.nobody("package-passphrase", package)?;
        Ok(Entered {
            text: self.ask_secret("ask-package-passphrase", package)?,
            unattended: false,
        })
    }

    fn new_package_passphrase(&mut self, package: &str) -> Result<SecretText, DeskRefusal> {
        // The file for every key is no answer: one who can use a key would open every package.
        if let Some(path) = self.files.get(PACKAGE) {
            return read_passphrase(path);
        }
        self.nobody("new-package-passphrase", package)?;
        self.ask_twice("ask-new-package-passphrase", package)
    }

    fn fingerprint(&mut self, of: &Identity) -> Result<Typed, DeskRefusal> {
        if let Some(text) = self.fingerprint.take() {
            return Ok(Typed {
                text,
                at_terminal: false,
            });
        }
        self.nobody("fingerprint", &of.id)?;
        let about = format!("{} {} ({})", of.organisation, of.name, of.id);
        let question = self
            .console
            .text(&Message::new("ask-fingerprint").untrusted("who", about));
        Ok(Typed {
            text: prompt::line(&question)?,
            at_terminal: true,
        })
    }

    fn confirm_device(&mut self, preview: &WipePreview) -> Result<Typed, DeskRefusal> {
        let name = preview.facts.asked.display().to_string();
        self.nobody("confirm", &name)?;
        console::aside(
            &report::preview_lines(self.console, preview, report::Shown::WithoutAnswer).join("\n"),
        );
        let question = self.console.text(&report::confirm_question(preview));
        let entry = prompt::line(&question)?;
        if entry.trim().is_empty() {
            Err(DeskRefusal::BrokenOff)
        } else {
            Ok(Typed {
                text: entry,
                at_terminal: true,
            })
        }
    }

    fn confirm_files(&mut self, preview: &FilesPreview) -> Result<Typed, DeskRefusal> {
        self.nobody("confirm-files", "")?;
        console::aside(&report::files_preview_lines(self.console, preview).join("\n"));
        self.answer_of("ask-confirm-files")
    }

    fn confirm_free(&mut self, preview: &FreePreview) -> Result<Typed, DeskRefusal> {
        self.nobody("confirm-free", "")?;
        console::aside(&report::free_preview_lines(self.console, preview).join("\n"));
        self.answer_of("ask-confirm-free")
    }

    fn confirm_signing(&mut self, records: &[Signed]) -> Result<Typed, DeskRefusal> {
        self.nobody("confirm-signing", "")?;
        console::aside(&report::signing_lines(self.console, records).join("\n"));
        let question = match records.len() {
            1 => Message::new("ask-sign-one"),
            count => Message::new("ask-sign-many").number("count", count as u64),
        };
        Ok(Typed {
            text: prompt::line(&self.console.text(&question))?,
            at_terminal: true,
        })
    }

    fn show_verdict(&mut self, outcome: &WipeOutcome) {
        let lines = if self.several {
            report::named_verdict_lines(self.console, outcome)
        } else {
            report::verdict_lines(self.console, outcome)
        };
        if let Some(board) = &self.board {
            let verdict = report::verdict_word(self.console, outcome);
            board.judge(&outcome.facts.asked, verdict);
        }
        self.beside_board(|console| console.say_lines(&lines));
    }

    fn show_verdicts(&mut self, outcomes: &[&WipeOutcome]) {
        self.console
            .say_lines(&report::verdict_table(self.console, outcomes));
    }

    fn show_files_verdict(&mut self, done: &FilesDone) {
        self.console
            .say_lines(&report::files_verdict_lines(self.console, done));
    }

    fn report_failure(&mut self, failure: &WipeFailure) {
        if let Some(board) = &self.board {
            let word = report::failure_word(failure);
            board.judge(&failure.device, self.console.text(&word));
        }
        self.beside_board(|console| console.complain_aside(&report::failure_head(failure), &failure.error));
    }

    fn observer(&mut self, about: &DeviceFacts) -> Box<dyn Observer> {
        bars::observer(self.console, &bars::name_of(about), Subject::Device)
    }

    fn observers(&mut self, lanes: &[Lane<'_>]) -> Vec<Box<dyn Observer>> {
        self.several = lanes.len() > 1;
        if !self.several || !bars::shown(self.console) {
            return lanes.iter().map(|lane| self.observer(lane.facts)).collect();
        }
        let (board, watchers) = Board::new(self.console.catalogue().language(), lanes);
        self.board = Some(board);
        watchers
    }

    fn files_observer(&mut self, preview: &FilesPreview) -> Box<dyn Observer> {
        let name = Message::new("files-bar").number("files", preview.files as u64);
        bars::observer(self.console, &self.console.text(&name), Subject::Files)
    }

    fn free_observer(&mut self, preview: &FreePreview) -> Box<dyn Observer> {
        let name = Message::new("free-bar").path("place", &preview.facts.mount_point);
        bars::observer(self.console, &self.console.text(&name), Subject::FreeSpace)
    }

    fn free_step(&mut self, step: FreeStep) {
        self.console.say(&Message::new(match step {
            FreeStep::LeftBehind => "free-step-left-behind",
            FreeStep::Tails => "free-step-tails",
            FreeStep::Entries => "free-step-entries",
            FreeStep::Remove => "free-step-remove",
            _ => "free-step-fill",
        }));
    }

    fn package_observer(&mut self, package: &str) -> Box<dyn Observer> {
        bars::observer(self.console, &escape(package), Subject::Package)
    }

    fn stop(&mut self) -> StopSignal {
        self.watch_signals();
        self.dying.store(false, Ordering::SeqCst);
        StopSignal::on(Arc::clone(&self.stopping))
    }

    fn engine_done(&mut self) {
        self.board = None;
        self.dying.store(true, Ordering::SeqCst);
    }
}

/// The first line of a passphrase file.
fn read_passphrase(path: &PathBuf) -> Result<SecretText, DeskRefusal> {
    let refuse = |reason: String| DeskRefusal::PassphraseFile {
        path: path.clone(),
        reason,
    };
    let size = std::fs::metadata(path)
        .map_err(|error| refuse(error.to_string()))?
        .len();
    if size > LONGEST_FILE {
        return Err(DeskRefusal::TooLong);
    }
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?);
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let mut secret = workflows::secret_text()?;
    let taken = line.chars().try_for_each(|sign| secret.push(sign));
    taken.map(|()| secret).map_err(|_| DeskRefusal::TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Parsed, parse};
    use crate::cli::i18n::{Catalogue, Language};

    fn console() -> Console {
        let line = ["keshiin", "list", "p"].map(std::ffi::OsString::from);
        match parse(&line, &Catalogue::new(Language::En)) {
            Ok(Parsed::Arguments(arguments)) => Console::new(Catalogue::new(Language::En), &arguments.common),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_for_every_key_opens_packages_and_locks_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let (every, own) = (file("every", "of keys\n"), file("own", "of packages\r\n"));
        let console = console();
        let mut desk = TerminalDesk::new(&console, std::slice::from_ref(&every));
        let entered = desk.package_passphrase("p").unwrap();
        assert!(entered.unattended && entered.text.text() == "of keys");
        if !console.attended() {
            let nobody = DeskRefusal::NobodyToAsk {
                question: "new-package-passphrase",
                about: "p".into(),
            };
            assert_eq!(desk.new_package_passphrase("p").err(), Some(nobody));
        }
        let mut desk = TerminalDesk::new(&console, &[every, format!("package={own}")]);
        assert_eq!(desk.package_passphrase("p").unwrap().text.text(), "of packages");
        assert_eq!(desk.new_package_passphrase("p").unwrap().text(), "of packages");
    }
}
