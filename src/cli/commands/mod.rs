//! One function a command: options to a request, the job, the report.

mod delivery;
mod demo;
mod devices;
mod key;
mod ledger;
mod print;
mod recheck;
mod roster;
mod sign;
mod verify;
mod wipe;
mod wipe_file;
mod wipe_free;

use keshiin::workflows::{Desk, Exit, Lent, WorkflowError};

use super::args::{Arguments, Command, Common, Wipe};
use super::clock::SystemClock;
use super::console::Console;
use super::desk::TerminalDesk;
use super::i18n::Language;
use super::setting;

/// Carries a command out.
pub(crate) fn run(arguments: Arguments, console: Console) -> Exit {
    let Arguments { common, command, .. } = arguments;
    let call = Call {
        common: &common,
        console: &console,
    };
    let done = match command {
        Command::Demo(arguments) => demo::run(&call, &arguments),
        Command::Key(command) => key::run(&call, &command),
        Command::Roster(command) => roster::run(&call, &command),
        Command::Trust(arguments) => roster::trust(&call, &arguments),
        Command::Devices(_) => devices::run(&call),
        Command::Wipe(Wipe::Device(arguments)) => wipe::run(&call, *arguments),
        Command::Wipe(Wipe::File(arguments)) => wipe_file::run(&call, *arguments),
        Command::Wipe(Wipe::Free(arguments)) => wipe_free::run(&call, *arguments),
        Command::Sign(arguments) => sign::run(&call, &arguments),
        Command::Print(arguments) => print::run(&call, arguments),
        Command::Verify(arguments) => verify::run(&call, arguments),
        Command::Recheck(arguments) => recheck::run(&call, arguments),
        Command::Seal(arguments) => delivery::seal(&call, *arguments),
        Command::Open(arguments) => delivery::open(&call, arguments),
        Command::List(arguments) => delivery::list(&call, arguments),
        Command::Rekey(arguments) => delivery::rekey(&call, arguments),
        Command::Ledger(command) => ledger::run(&call, &command),
    };
    done.unwrap_or_else(|error| console.complain(&error))
}

/// What every command works with.
struct Call<'a> {
    common: &'a Common,
    console: &'a Console,
}

impl<'a> Call<'a> {
    /// The language of papers: that of the screen.
    fn paper_language(&self) -> keshiin::records::Language {
        match self.console.catalogue().language() {
            Language::Ja => keshiin::records::Language::Ja,
            Language::En => keshiin::records::Language::En,
        }
    }

    /// A desk at this terminal.
    fn desk(&self) -> TerminalDesk<'a> {
        TerminalDesk::new(self.console, &self.common.passphrase_file)
    }

    /// Does a job that asks nobody anything special.
    fn with<T>(
        &self,
        job: impl FnOnce(&mut Lent<'_>) -> Result<T, WorkflowError>,
    ) -> Result<T, WorkflowError> {
        self.with_desk(&mut self.desk(), job)
    }

    /// Does a job at a certain desk.
    fn with_desk<T>(
        &self,
        desk: &mut dyn Desk,
        job: impl FnOnce(&mut Lent<'_>) -> Result<T, WorkflowError>,
    ) -> Result<T, WorkflowError> {
        let clock = SystemClock;
        job(&mut setting::lent(self.common, &clock, desk))
    }
}
