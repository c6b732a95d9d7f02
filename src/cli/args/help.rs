//! The help of every command, in the chosen language.
//!
//! English stands in the doc comments of the types; Japanese replaces it text by text. Headings and
//! default values are ours in both, since clap knows only English ones.

use clap::builder::{Resettable, StyledStr};
use clap::{Arg, Command, CommandFactory};

use crate::cli::i18n::{Catalogue, Language, Message};

use super::tree::Arguments;

/// The command tree with help in the catalogue's language.
pub(super) fn command(catalogue: &Catalogue) -> Command {
    let translated = localised(Arguments::command(), "help-keshiin", catalogue);
    let mut built = translated.clone();
    built.build();
    with_usage(translated, &built, catalogue)
}

/// The id of an argument's help.
fn argument_id(command: &str, argument: &Arg) -> String {
    let name = argument.get_long().unwrap_or(argument.get_id().as_str());
    format!("{command}--{}", name.replace('_', "-"))
}

/// The id of a subcommand's help; `help-keshiin` is that of the program itself.
fn command_id(parent: &str, name: &str) -> String {
    if parent == "help-keshiin" {
        format!("help-{name}")
    } else {
        format!("{parent}-{name}")
    }
}

fn localised(command: Command, id: &str, catalogue: &Catalogue) -> Command {
    let command = match japanese(id, None, catalogue) {
        Some(about) => {
            let long = japanese(id, Some("long"), catalogue).map(|long| format!("{about}\n\n{long}"));
            command
                .about(about)
                .long_about(long.map_or(Resettable::Reset, |long| Resettable::Value(long.into())))
        }
        None => command,
    };
    let template = format!(
        "{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}",
        word("heading-usage", catalogue)
    );
    // Japanese has no spaces to break at: clap breaks nothing, `usage` breaks the finished text.
    let command = match catalogue.language() {
        Language::Ja => command.term_width(0),
        Language::En => command,
    };
    command
        .help_template(template)
        .subcommand_help_heading(word("heading-commands", catalogue))
        .subcommand_value_name(word("usage-command", catalogue))
        .mut_args(|argument| localised_argument(argument, id, catalogue))
        .mut_subcommands(|sub| {
            let id = command_id(id, sub.get_name());
            localised(sub, &id, catalogue)
        })
}

fn localised_argument(argument: Arg, command: &str, catalogue: &Catalogue) -> Arg {
    let id = argument_id(command, &argument);
    let heading = if argument.is_positional() {
        "heading-arguments"
    } else if command == "help-keshiin" {
        "heading-common"
    } else {
        "heading-options"
    };
    let default = default_of(&argument, catalogue);
    let with_default = |text: String| {
        default
            .as_ref()
            .map_or_else(|| text.clone(), |default| format!("{text}{default}"))
    };
    let short = japanese(&id, None, catalogue).or_else(|| argument.get_help().map(StyledStr::to_string));
    let valued = argument.get_action().takes_values();
    let argument = argument
        .hide_default_value(valued)
        .hide_possible_values(valued)
        .help_heading(word(heading, catalogue));
    match short {
        Some(text) => argument.long_help(None::<&str>).help(with_default(text)),
        None => argument,
    }
}

fn default_of(argument: &Arg, catalogue: &Catalogue) -> Option<String> {
    let takes_value = argument.get_action().takes_values();
    let value = argument
        .get_default_values()
        .first()
        .filter(|_| takes_value)?
        .to_str()?
        .to_owned();
    Some(catalogue.text(&Message::new("help-default").text("value", value)))
}

fn japanese(id: &str, attribute: Option<&str>, catalogue: &Catalogue) -> Option<String> {
    (catalogue.language() == Language::Ja)
        .then(|| catalogue.find(id, attribute))
        .flatten()
}

fn word(id: &'static str, catalogue: &Catalogue) -> String {
    catalogue.text(&Message::new(id))
}

/// Writes each command's usage line over clap's, whose placeholder for options is English.
fn with_usage(command: Command, built: &Command, catalogue: &Catalogue) -> Command {
    let usage = built.clone().render_usage().to_string();
    let line = usage
        .trim_start_matches("Usage: ")
        .replace("[OPTIONS]", &word("usage-options", catalogue));
    command
        .override_usage(line)
        .mut_subcommands(|sub| match built.find_subcommand(sub.get_name()) {
            Some(built) => with_usage(sub, built, catalogue),
            None => sub,
        })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The ids of every command and argument of the tree.
    fn ids(command: &Command, id: &str, found: &mut BTreeSet<String>) {
        found.insert(id.to_owned());
        found.extend(command.get_arguments().map(|argument| argument_id(id, argument)));
        for sub in command.get_subcommands() {
            ids(sub, &command_id(id, sub.get_name()), found);
        }
    }

    fn tree_ids() -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        ids(&Arguments::command(), "help-keshiin", &mut found);
        found
    }

    #[test]
    fn every_command_and_argument_has_japanese_text() {
        let catalogue = Catalogue::new(Language::Ja);
        let missing: Vec<_> = tree_ids()
            .into_iter()
            .filter(|id| catalogue.find(id, None).is_none())
            .collect();
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn no_japanese_text_is_left_over() {
        let known = tree_ids();
        let source = include_str!("../locales/ja/help.ftl");
        let written = source
            .lines()
            .filter(|line| line.starts_with("help-"))
            .filter_map(|line| line.split(' ').next());
        let left: Vec<_> = written
            .filter(|id| *id != "help-default" && !known.contains(*id))
            .collect();
        assert_eq!(left, Vec::<&str>::new());
    }

    #[test]
    fn every_command_and_argument_has_english_text() {
        fn walk(command: &Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Arguments::command());
    }

    #[test]
    fn a_long_text_exists_in_both_languages_or_in_none() {
        fn walk(command: &Command, id: &str, catalogue: &Catalogue) {
            let japanese = catalogue.find(id, Some("long")).is_some();
            let english = command.get_long_about().is_some();
            assert_eq!(japanese, english, "{id}");
            for sub in command.get_subcommands() {
                walk(sub, &command_id(id, sub.get_name()), catalogue);
            }
        }
        walk(
            &Arguments::command(),
            "help-keshiin",
            &Catalogue::new(Language::Ja),
        );
    }

    fn every_help(language: Language) -> Vec<(String, String)> {
        fn walk(command: &Command, path: &str, found: &mut Vec<(String, String)>) {
            found.push((
                path.to_owned(),
                command.clone().term_width(100).render_long_help().to_string(),
            ));
            for sub in command.get_subcommands() {
                walk(sub, &format!("{path} {}", sub.get_name()), found);
            }
        }
        let mut built = command(&Catalogue::new(language)).term_width(100);
        built.build();
        let mut found = Vec::new();
        walk(&built, "keshiin", &mut found);
        found
    }

    #[test]
    fn japanese_help_has_no_english_headings_and_english_help_no_japanese_ones() {
        for (path, help) in every_help(Language::Ja) {
            for word in [
                "Usage",
                "Options",
                "Arguments",
                "Commands",
                "[default",
                "[possible",
                "[OPTIONS]",
                "<COMMAND>",
                "Print",
            ] {
                assert!(!help.contains(word), "{path}: {word}\n{help}");
            }
            println!("{help}\n--------");
        }
        for (path, help) in every_help(Language::En) {
            assert!(
                !help.contains("オプション") && !help.contains("使い方"),
                "{path}\n{help}"
            );
            println!("{help}\n--------");
        }
    }

    #[test]
    fn clap_finds_no_fault_with_the_tree() {
        for language in [Language::Ja, Language::En] {
            command(&Catalogue::new(language)).debug_assert();
        }
    }
}
