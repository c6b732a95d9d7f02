//! Where text goes: results to standard output, everything else to standard error.
//!
//! Rules: no colour carries meaning alone; one-sentence English messages have no closing period;
//! a hint follows its message on a line of its own.

use std::io::{self, IsTerminal, Write};

use serde_json::{Value as Json, json};

use keshiin::workflows::{Exit, WorkflowError};

use super::args::{Common, UsageProblem};
use super::i18n::{Catalogue, Message, Value};
use super::jobs;

/// The terminal as this command may use it.
pub(crate) struct Console {
    catalogue: Catalogue,
    json: bool,
    quiet: bool,
    verbose: bool,
}

impl Console {
    /// The console of a command.
    pub(crate) fn new(catalogue: Catalogue, common: &Common) -> Self {
        Self {
            catalogue,
            json: common.json,
            quiet: common.quiet,
            verbose: common.verbose > 0,
        }
    }

    /// The words.
    pub(crate) const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// A message as text.
    pub(crate) fn text(&self, message: &Message) -> String {
        self.catalogue.text(message)
    }

    /// Whether the result is to be one JSON document.
    pub(crate) const fn json(&self) -> bool {
        self.json
    }

    /// Whether only what is wrong is to be said.
    pub(crate) const fn quiet(&self) -> bool {
        self.quiet
    }

    /// Whether more is to be said.
    pub(crate) const fn verbose(&self) -> bool {
        self.verbose
    }

    /// Whether somebody sits at a terminal who can be asked.
    pub(crate) fn attended(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// The result, in words or as the JSON document.
    pub(crate) fn result(&self, words: &[String], document: &Json) {
        if self.json {
            result(&document.to_string());
        } else {
            result(&words.join("\n"));
        }
    }

    /// The result where it may be long: only what is shown is made.
    pub(crate) fn long_result(&self, words: impl FnOnce() -> Vec<String>, document: impl FnOnce() -> Json) {
        if self.json {
            result(&document().to_string());
        } else {
            let mut out = io::BufWriter::new(io::stdout().lock());
            // A reader that has gone away is no fault.
            let _ = words().iter().try_for_each(|line| writeln!(out, "{line}"));
        }
    }

    /// Something said beside the result.
    pub(crate) fn say(&self, message: &Message) {
        if !self.quiet && !self.json {
            aside(&self.text(message));
        }
    }

    /// Lines said beside the result.
    pub(crate) fn say_lines(&self, lines: &[String]) {
        if !self.quiet && !self.json {
            aside(&lines.join("\n"));
        }
    }

    /// Why a job was not done; the exit code that belongs to it.
    pub(crate) fn complain(&self, error: &WorkflowError) -> Exit {
        if self.json {
            result(&json!({"error": self.error_document(error)}).to_string());
            return error.exit();
        }
        aside(&self.complaint(&jobs::headline(error), error).join("\n"));
        error.exit()
    }

    /// Why a part of a job was not done, under a head of its own, while the rest goes on. The result of the
    /// command says it once more.
    pub(crate) fn complain_aside(&self, head: &Message, error: &WorkflowError) {
        if self.json {
            aside(&json!({"failure": self.error_document(error)}).to_string());
        } else {
            aside(&self.complaint(head, error).join("\n"));
        }
    }

    /// Why something was not done, for programs.
    pub(crate) fn error_document(&self, error: &WorkflowError) -> Json {
        let reasons = jobs::explain(error);
        let reasons: Vec<Json> = reasons
            .iter()
            .map(|reason| self.reason_document(reason))
            .collect();
        json!({"code": error.code(), "exit": error.exit().code(), "reasons": reasons})
    }

    /// The reasons of an error under a head.
    fn complaint(&self, head: &Message, error: &WorkflowError) -> Vec<String> {
        let reasons = jobs::explain(error);
        let mut lines = vec![self.text(head)];
        let several = reasons.len() > 1;
        let hints: Vec<Option<String>> = reasons.iter().map(|reason| self.hint(&reason.message)).collect();
        for (place, (reason, hint)) in reasons.iter().zip(&hints).enumerate() {
            let head = if several {
                format!("{}. ", place + 1)
            } else {
                String::new()
            };
            lines.push(format!(
                "  {head}{}  [{}]",
                self.text(&reason.message),
                reason.code
            ));
            // What a hundred files are refused for is answered once, below the last of them.
            let comes_again = hints[place + 1..].contains(hint);
            let hint = hint.as_ref().filter(|_| !comes_again);
            lines.extend(hint.map(|hint| format!("     → {hint}")));
        }
        lines
    }

    /// What to do next; for a reason inside a frame (`about-device`), that of the reason.
    fn hint(&self, message: &Message) -> Option<String> {
        let inner = message.args.iter().find_map(|(name, value)| match value {
            Value::Term(inner) if *name == "what" => Some(inner),
            _ => None,
        });
        self.catalogue
            .hint(message)
            .or_else(|| inner.and_then(|inner| self.catalogue.hint(inner)))
    }

    fn reason_document(&self, reason: &jobs::Reason) -> Json {
        json!({"code": reason.code, "text": self.text(&reason.message), "hint": self.hint(&reason.message)})
    }
}

/// Writes to standard output. A reader that has gone away (`| head`) is no fault.
pub(crate) fn result(text: &str) {
    let _ = writeln!(io::stdout(), "{}", text.trim_end_matches('\n'));
}

/// Writes to standard error.
pub(crate) fn aside(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// What is wrong with what was typed.
pub(crate) fn complain_about_usage(catalogue: &Catalogue, problem: &UsageProblem, json: bool) {
    if json {
        let text = catalogue.text(&problem.message);
        let reason = json!({"code": "JOB-USAGE", "text": text, "hint": catalogue.hint(&problem.message)});
        result(&json!({"error": {"code": "JOB-USAGE", "exit": 2, "reasons": [reason]}}).to_string());
        return;
    }
    if let Some(help) = &problem.help {
        aside(help.trim_end());
        return;
    }
    let mut lines = vec![catalogue.text(&problem.message)];
    lines.extend(catalogue.hint(&problem.message).map(|hint| format!("  → {hint}")));
    lines.push(catalogue.text(&problem.more));
    aside(&lines.join("\n"));
}

#[cfg(test)]
mod tests {
    use keshiin::devices::DeviceError;
    use keshiin::workflows::Refusal;

    use super::*;
    use crate::cli::i18n::Language;

    fn console(language: Language) -> Console {
        Console {
            catalogue: Catalogue::new(language),
            json: false,
            quiet: false,
            verbose: false,
        }
    }

    #[test]
    fn a_hint_that_many_reasons_have_is_told_once_below_the_last() {
        let refused = |error| Refusal::Files { error };
        let path = |name: &str| name.into();
        let error = WorkflowError::Refused(vec![
            refused(DeviceError::NoSuchFile { path: path("a") }),
            refused(DeviceError::PathThroughLink { path: path("b") }),
            refused(DeviceError::NoSuchFile { path: path("c") }),
        ]);
        for language in [Language::Ja, Language::En] {
            let console = console(language);
            let hint = |place: usize| {
                let reasons = jobs::explain(&error);
                format!("     → {}", console.hint(&reasons[place].message).unwrap())
            };
            let lines = console.complaint(&jobs::headline(&error), &error);
            let told: Vec<usize> = (0..lines.len()).filter(|line| lines[*line] == hint(0)).collect();
            assert_eq!(told, [5], "{lines:#?}");
            assert_eq!(lines[3], hint(1));
            assert_eq!(lines.len(), 6);
            let documents = console.error_document(&error);
            let hints = documents["reasons"].as_array().unwrap().iter();
            assert!(hints.clone().count() == 3 && hints.clone().all(|reason| reason["hint"].is_string()));
        }
    }
}
