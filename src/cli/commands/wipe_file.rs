//! `keshiin wipe file`.

use serde_json::{Value as Json, json};

use keshiin::records::Language;
use keshiin::workflows::{self, Exit, FilesRequest, PartialReport, WorkflowError};

use super::Call;
use super::wipe::{engine, order};
use crate::cli::args::WipeFile;
use crate::cli::console::Console;
use crate::cli::i18n::Message;
use crate::cli::report::{
    files_document, files_papers_lines, files_preview_document, files_preview_lines, files_verdict_lines,
};

pub(super) fn run(call: &Call<'_>, arguments: WipeFile) -> Result<Exit, WorkflowError> {
    let request = request(arguments, call.paper_language());
    let report = call.with(|lent| workflows::wipe_files(&request, lent))?;
    Ok(show(call, report, files_preview_lines, files_preview_document))
}

/// Shows what a partial erasure came to, of files or free space; `lines` and `document` are those of its plan.
pub(super) fn show<P>(
    call: &Call<'_>,
    report: PartialReport<P>,
    lines: fn(&Console, &P) -> Vec<String>,
    document: fn(&P) -> Json,
) -> Exit {
    let exit = report.exit();
    match report {
        PartialReport::DryRun(preview) => {
            let mut shown = vec![call.console.text(&Message::new("dry-run-head"))];
            shown.extend(lines(call.console, &preview));
            let document = json!({"dry_run": true, "preview": document(&preview)});
            call.console.result(&shown, &document);
        }
        PartialReport::Done(done) => {
            // With -q the verdict was not shown while the work went on; the result always says it.
            let mut lines = if call.console.quiet() {
                files_verdict_lines(call.console, &done)
            } else {
                Vec::new()
            };
            lines.extend(files_papers_lines(call.console, &done));
            let document = json!({"exit": exit.code(), "erasure": files_document(&done)});
            call.console.result(&lines, &document);
        }
    }
    exit
}

fn request(arguments: WipeFile, language: Language) -> FilesRequest {
    let reason = (arguments.purpose, arguments.classification);
    FilesRequest {
        paths: arguments.paths,
        recursive: arguments.recursive,
        force_rewrite: arguments.force_rewrite,
        search_device: arguments.search_device,
        annex: arguments.annex,
        confirm: arguments.confirm,
        yes: arguments.yes,
        dry_run: arguments.dry_run,
        order: order(arguments.people, reason, arguments.formalities, language),
        engine: engine(arguments.method, arguments.verify, arguments.pace),
    }
}
