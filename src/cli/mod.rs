//! The terminal, the arguments, the environment and the languages; no rules of the work.
//!
//! Reads the public types and errors of every room in order to print them, and calls only
//! [`keshiin::workflows`]. Standard output carries only the result; everything else goes to standard
//! error. Without a terminal nothing is asked.

mod args;
mod bars;
mod board;
mod board_rows;
mod clock;
mod columns;
mod commands;
mod console;
mod desk;
mod escape;
mod explain;
mod i18n;
mod jobs;
mod prompt;
mod report;
mod setting;

use std::ffi::OsString;
use std::process::ExitCode;

use keshiin::workflows::{self, Exit};

use args::Parsed;
use console::Console;
use i18n::Catalogue;

/// Parses, does, reports; the exit code is the answer to scripts.
pub(crate) fn run() -> ExitCode {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let catalogue = Catalogue::new(args::language_of(&typed));
    let exit = match args::parse(&typed, &catalogue) {
        Ok(Parsed::Text(text)) => {
            console::result(&text);
            Exit::Done
        }
        Ok(Parsed::Arguments(arguments)) => {
            workflows::harden();
            let console = Console::new(catalogue, &arguments.common);
            commands::run(*arguments, console)
        }
        Err(problem) => {
            console::complain_about_usage(&catalogue, &problem, typed.iter().any(|word| word == "--json"));
            Exit::Usage
        }
    };
    ExitCode::from(exit.code())
}
