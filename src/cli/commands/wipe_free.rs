//! `keshiin wipe free`.

use keshiin::records::Language;
use keshiin::workflows::{self, Exit, FreeRequest, WorkflowError};

use super::Call;
use super::wipe::{engine, order};
use super::wipe_file::show;
use crate::cli::args::WipeFree;
use crate::cli::report::{free_preview_document, free_preview_lines};

pub(super) fn run(call: &Call<'_>, arguments: WipeFree) -> Result<Exit, WorkflowError> {
    let request = request(arguments, call.paper_language());
    let report = call.with(|lent| workflows::wipe_free(&request, lent))?;
    Ok(show(call, report, free_preview_lines, free_preview_document))
}

fn request(arguments: WipeFree, language: Language) -> FreeRequest {
    let reason = (arguments.purpose, arguments.classification);
    FreeRequest {
        mount_point: arguments.mount_point,
        reserve: arguments.reserve,
        confirm: arguments.confirm,
        yes: arguments.yes,
        dry_run: arguments.dry_run,
        order: order(arguments.people, reason, arguments.formalities, language),
        engine: engine(arguments.method, arguments.verify, arguments.pace),
    }
}
