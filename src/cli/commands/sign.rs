//! `keshiin sign`.

use serde_json::{Value as Json, json};

use keshiin::workflows::{self, Exit, SignRequest, WorkflowError};

use super::Call;
use crate::cli::args::Sign;
use crate::cli::escape::escape_path;
use crate::cli::i18n::Message;
use crate::cli::report::{path_document, path_documents};

pub(super) fn run(call: &Call<'_>, arguments: &Sign) -> Result<Exit, WorkflowError> {
    let request = SignRequest {
        records: arguments.records.clone(),
        key: arguments.key.clone(),
        role: arguments.role.clone(),
        confirm: arguments.confirm.first().cloned(),
        language: call.paper_language(),
        template: arguments.template.clone(),
    };
    let report = call.with(|lent| workflows::sign_records(&request, lent))?;
    let signed = &report.signed;
    let mut lines = vec![
        call.console
            .text(&Message::new("signed").number("count", signed.len() as u64)),
    ];
    lines.extend(
        signed
            .iter()
            .map(|one| format!("  {}  {}", one.record.number(), escape_path(&one.path))),
    );
    let documents: Vec<Json> = signed
        .iter()
        .map(|one| json!({"path": path_document(&one.path), "number": one.record.number().as_str(), "digest": one.record.digest()}))
        .collect();
    let papers = report.papers.iter();
    lines.extend(papers.map(|path| {
        call.console
            .text(&Message::new("printed-anew").path("path", path))
    }));
    lines.extend(report.troubles.iter().map(|(path, error)| {
        let message = Message::new("trouble-not-printed-anew").path("path", path);
        call.console.text(&message.text("code", error.code()))
    }));
    let troubles: Vec<Json> = report
        .troubles
        .iter()
        .map(|(path, error)| json!({"paper": path_document(path), "code": error.code()}))
        .collect();
    let document =
        json!({"signed": documents, "papers": path_documents(&report.papers), "troubles": troubles});
    call.console.result(&lines, &document);
    Ok(report.exit())
}
