//! `keshiin demo`: tells the story while it happens, and says what to look at.

use std::path::{Path, PathBuf};

use serde_json::json;

use keshiin::workflows::{self, DemoReport, DemoStep, Exit, WorkflowError};

use super::Call;
use crate::cli::args::Demo;
use crate::cli::console::Console;
use crate::cli::escape::escape_path;
use crate::cli::i18n::Message;
use crate::cli::report::{optional_path, path_document, verification_document, verification_lines};

pub(super) fn run(call: &Call<'_>, arguments: &Demo) -> Result<Exit, WorkflowError> {
    let folder = arguments.dir.clone().unwrap_or_else(fresh_folder);
    let console = call.console;
    console.say(&Message::new("demo-head").path("folder", &folder));
    let mut tell = |step: &DemoStep| console.say(&step_message(step));
    let report = call.with(|lent| workflows::demo(&folder, call.paper_language(), &mut tell, lent))?;
    let mut lines = verification_lines(console, &report.verification);
    lines.extend(closing(console, &report));
    let document = json!({
        "folder": path_document(&report.folder), "record": path_document(&report.record), "slip": path_document(&report.slip),
        "paper": optional_path(report.paper.as_ref()), "tampered": path_document(&report.tampered), "image": path_document(&report.image),
        "exit": report.exit.code(), "verification": verification_document(&report.verification),
    });
    console.result(&lines, &document);
    Ok(report.exit)
}

/// `keshiin-demo`, or the first of `keshiin-demo-2`, … that is not there.
fn fresh_folder() -> PathBuf {
    let first = PathBuf::from("keshiin-demo");
    let others = (2u32..).map(|n| PathBuf::from(format!("keshiin-demo-{n}")));
    std::iter::once(first.clone())
        .chain(others)
        .find(|folder| !folder.exists())
        .unwrap_or(first)
}

fn step_message(step: &DemoStep) -> Message {
    match step {
        DemoStep::People { names } => Message::new("demo-people").text("names", names.join(", ")),
        DemoStep::Filled { image, size, found } => Message::new("demo-filled")
            .path("image", image)
            .bytes("size", *size)
            .number("found", *found),
        DemoStep::Erasing => Message::new("demo-erasing"),
        DemoStep::Searched { found } => Message::new("demo-searched").number("found", *found),
        DemoStep::Verified { exit } => Message::new("demo-verified").number("exit", u64::from(*exit)),
        DemoStep::Printed { path, exit } => Message::new("demo-printed")
            .path("path", path)
            .number("exit", u64::from(*exit)),
        DemoStep::Tampered { exit } => Message::new("demo-tampered").number("exit", u64::from(*exit)),
        _ => Message::new("demo-step"),
    }
}

fn closing(console: &Console, report: &DemoReport) -> Vec<String> {
    let path = |path: &Path| escape_path(path);
    let look =
        |id: &'static str, target: &Path| format!("  {}  {}", path(target), console.text(&Message::new(id)));
    let command = |words: String| format!("  keshiin --home {} {words}", path(&report.home));
    let paper = report.paper.as_deref();
    let mut lines = vec![String::new(), console.text(&Message::new("demo-look"))];
    lines.extend(paper.map(|paper| look("demo-look-paper", paper)));
    lines.extend([
        look("demo-look-record", &report.record),
        look("demo-look-slip", &report.slip),
        look("demo-look-tampered", &report.tampered),
        look("demo-look-image", &report.image),
        look("demo-look-passphrase", &report.passphrase_file),
        String::new(),
        console.text(&Message::new("demo-try")),
    ]);
    lines.extend(paper.map(|paper| command(format!("verify {}", path(paper)))));
    lines.extend([
        command(format!("verify {}", path(&report.record))),
        command(format!("verify {}", path(&report.tampered))),
        command("ledger list".into()),
        command("ledger verify".into()),
        command(format!("roster show {}", path(&report.home.join("roster.json")))),
    ]);
    lines
}
