//! From what was typed to types, or to what is wrong with it, in the words of the chosen language.

use std::ffi::OsString;
use std::io::IsTerminal;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command as Tree, FromArgMatches};

use crate::cli::columns::wrapped;
use crate::cli::i18n::{Catalogue, Language, Message};

use super::help::command;
use super::tree::{Arguments, Command, Roster};

/// Widest help in columns: as clap's own.
const MOST_COLUMNS: usize = 100;

/// Narrower terminals break the lines themselves.
const LEAST_COLUMNS: usize = 60;

/// What the arguments ask for.
#[derive(Clone, Debug)]
pub(crate) enum Parsed {
    /// A command.
    Arguments(Box<Arguments>),
    /// Help or the version: text for standard output, and nothing else to do.
    Text(String),
}

/// What is wrong with what was typed (exit code 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UsageProblem {
    /// What is wrong; its hint says what would be right, where that is known.
    pub(crate) message: Message,
    /// Where more is told: the message `usage-more`, naming the command's `--help`.
    pub(crate) more: Message,
    /// The whole help, where nothing was typed that could be wrong.
    pub(crate) help: Option<String>,
}

/// The language of all text: that of `--lang`, else that of the locale (LANGUAGE, LC_ALL, LC_MESSAGES,
/// LANG), where Japanese begins with `ja` and all others are English. Known before anything else is.
pub(crate) fn language_of(typed: &[OsString]) -> Language {
    asked_language(typed).unwrap_or_else(|| locale_language(sys_locale::get_locale().as_deref()))
}

fn asked_language(typed: &[OsString]) -> Option<Language> {
    let words = typed
        .iter()
        .skip(1)
        .take_while(|word| *word != "--")
        .map(|word| word.to_str().unwrap_or_default());
    let mut before = "";
    for word in words {
        let value = if before == "--lang" {
            Some(word)
        } else {
            word.strip_prefix("--lang=")
        };
        match value {
            Some("ja") => return Some(Language::Ja),
            Some("en") => return Some(Language::En),
            _ => before = word,
        }
    }
    None
}

fn locale_language(locale: Option<&str>) -> Language {
    let language = locale
        .unwrap_or_default()
        .split(['-', '_', '.'])
        .next()
        .unwrap_or_default();
    if language.eq_ignore_ascii_case("ja") {
        Language::Ja
    } else {
        Language::En
    }
}

/// Sorts what was typed (the program's name first) into fields.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn parse(typed: &[OsString], catalogue: &Catalogue) -> Result<Parsed, UsageProblem> {
    let mut tree = command(catalogue);
    let found = tree
        .try_get_matches_from_mut(typed)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    match found {
        Ok(arguments) => Ok(Parsed::Arguments(Box::new(with_own_issuer(arguments)))),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            Ok(Parsed::Text(help_text(&error, catalogue)))
        }
        Err(error) => Err(problem(&error, &tree, typed, catalogue)),
    }
}

/// Where a command has an `--issuer` of its own, that is the issuer's key file and pins nobody.
fn with_own_issuer(mut arguments: Arguments) -> Arguments {
    let own = matches!(
        arguments.command,
        Command::Roster(Roster::New(_) | Roster::Add(_) | Roster::Revoke(_))
    );
    if own {
        arguments.common.issuer = None;
    }
    arguments
}

/// Help as wide as the terminal, and 100 columns at most.
fn help_text(error: &clap::Error, catalogue: &Catalogue) -> String {
    let text = error.render().to_string();
    match catalogue.language() {
        Language::Ja => wrapped(&text, help_columns()),
        Language::En => text,
    }
}

fn help_columns() -> usize {
    let terminal = std::io::stdout()
        .is_terminal()
        .then(crossterm::terminal::window_size)
        .and_then(Result::ok);
    terminal.map_or(MOST_COLUMNS, |size| {
        usize::from(size.columns).clamp(LEAST_COLUMNS, MOST_COLUMNS)
    })
}

fn problem(error: &clap::Error, tree: &Tree, typed: &[OsString], catalogue: &Catalogue) -> UsageProblem {
    let more = Message::new("usage-more").text("command", path_of(tree, typed));
    let help = matches!(error.kind(), ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand)
        .then(|| help_text(error, catalogue));
    UsageProblem {
        message: message(error),
        more,
        help,
    }
}

fn message(error: &clap::Error) -> Message {
    let argument = || told(error, ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            Message::new("USE-MISSING-ARGUMENT").untrusted("arguments", argument())
        }
        ErrorKind::UnknownArgument => near(
            "USE-UNKNOWN-ARGUMENT",
            "USE-UNKNOWN-ARGUMENT-NEAR",
            error,
            ContextKind::SuggestedArg,
        )
        .untrusted("argument", argument()),
        ErrorKind::InvalidSubcommand => near(
            "USE-UNKNOWN-COMMAND",
            "USE-UNKNOWN-COMMAND-NEAR",
            error,
            ContextKind::SuggestedSubcommand,
        )
        .untrusted("command", told(error, ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Message::new("USE-MISSING-COMMAND")
        }
        ErrorKind::ArgumentConflict => conflict(argument(), told(error, ContextKind::PriorArg)),
        ErrorKind::InvalidUtf8 => Message::new("USE-NOT-UTF8"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            missing_value(argument())
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::TooManyValues => {
            value(error, argument())
        }
        _ => Message::new("USE-OTHER").untrusted("detail", error.to_string()),
    }
}

fn value(error: &clap::Error, argument: String) -> Message {
    let (value, valid) = (
        told(error, ContextKind::InvalidValue),
        told(error, ContextKind::ValidValue),
    );
    if error.kind() == ErrorKind::TooManyValues {
        return Message::new("USE-TOO-MANY-VALUES")
            .untrusted("argument", argument)
            .untrusted("value", value);
    }
    if value.is_empty() {
        return missing_value(argument);
    }
    let id = if valid.is_empty() {
        "USE-BAD-VALUE"
    } else {
        "USE-BAD-VALUE-OF"
    };
    let message = Message::new(id)
        .untrusted("argument", argument)
        .untrusted("value", value);
    if valid.is_empty() {
        message
    } else {
        message.text("valid", valid)
    }
}

fn missing_value(argument: String) -> Message {
    Message::new("USE-MISSING-VALUE").untrusted("argument", argument)
}

fn conflict(argument: String, others: String) -> Message {
    if others.is_empty() || others == argument {
        Message::new("USE-REPEATED").untrusted("argument", argument)
    } else {
        Message::new("USE-CONFLICT")
            .untrusted("argument", argument)
            .untrusted("others", others)
    }
}

/// The message `id`, or `with` what clap takes to have been meant.
fn near(id: &'static str, with: &'static str, error: &clap::Error, kind: ContextKind) -> Message {
    match told(error, kind) {
        nothing if nothing.is_empty() => Message::new(id),
        meant => Message::new(with).text("near", meant),
    }
}

/// What clap says about an error under one heading.
fn told(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The command that was typed, as far as it is one (`keshiin wipe device`).
fn path_of(tree: &Tree, typed: &[OsString]) -> String {
    let mut path = tree.get_name().to_owned();
    let mut place = tree;
    for word in typed.iter().skip(1).take_while(|word| *word != "--") {
        if let Some(sub) = word.to_str().and_then(|word| place.find_subcommand(word)) {
            path = format!("{path} {}", sub.get_name());
            place = sub;
        }
    }
    path
}

#[cfg(test)]
#[path = "usage_tests.rs"]
mod tests;
