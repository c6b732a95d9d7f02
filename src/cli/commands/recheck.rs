//! `keshiin recheck`.

use keshiin::workflows::{self, Exit, RecheckRequest, WorkflowError};

use super::Call;
use crate::cli::args::Recheck;
use crate::cli::report::{recheck_document, recheck_lines};

pub(super) fn run(call: &Call<'_>, arguments: Recheck) -> Result<Exit, WorkflowError> {
    let request = RecheckRequest {
        record: arguments.record,
        device: arguments.device,
        image: arguments.image,
        sample: arguments.sample,
        on_difference: arguments.on_difference,
        evidence: arguments.evidence,
        template: arguments.template,
    };
    let report = call.with(|lent| workflows::recheck_device(&request, lent))?;
    call.console
        .result(&recheck_lines(call.console, &report), &recheck_document(&report));
    Ok(report.exit())
}
