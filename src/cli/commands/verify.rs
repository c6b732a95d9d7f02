//! `keshiin verify`.

use serde_json::{Value as Json, json};

use keshiin::workflows::{self, Exit, Verification, VerifyRequest, WorkflowError};

use super::Call;
use crate::cli::args::Verify;
use crate::cli::report::{verification_document, verification_lines, verification_table};

pub(super) fn run(call: &Call<'_>, arguments: Verify) -> Result<Exit, WorkflowError> {
    let request = VerifyRequest {
        files: arguments.files,
        evidence: arguments.evidence,
        pictures: arguments.qr,
        template: arguments.template,
        annex: arguments.annex,
    };
    let found = call.with(|lent| workflows::verify_files(&request, lent))?;
    let exit = Exit::worst(found.iter().map(Verification::exit));
    let lines = match found.as_slice() {
        [one] => verification_lines(call.console, one),
        many => verification_table(call.console, many),
    };
    let documents: Vec<Json> = found.iter().map(verification_document).collect();
    call.console
        .result(&lines, &json!({"exit": exit.code(), "files": documents}));
    Ok(exit)
}
