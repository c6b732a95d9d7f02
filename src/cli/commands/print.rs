//! `keshiin print`.

use serde_json::json;

use keshiin::workflows::{self, Exit, PaperForm, PrintRequest, WorkflowError};

use super::Call;
use crate::cli::args::Print;
use crate::cli::i18n::Message;
use crate::cli::report::path_document;

pub(super) fn run(call: &Call<'_>, arguments: Print) -> Result<Exit, WorkflowError> {
    let form = match (arguments.list, arguments.label) {
        (true, _) => PaperForm::List,
        (_, true) => PaperForm::Labels,
        _ => PaperForm::Documents,
    };
    let request = PrintRequest {
        records: arguments.records,
        out: arguments.out,
        key: arguments.key,
        form,
        language: call.paper_language(),
        template: arguments.template,
    };
    let report = call.with(|lent| workflows::print_records(&request, lent))?;
    let said = Message::new("printed")
        .number("count", report.numbers.len() as u64)
        .bytes("size", report.size)
        .path("path", &report.path);
    let signed = Message::new(if report.signed {
        "printed-signed"
    } else {
        "printed-unsigned"
    });
    let mut lines = vec![
        call.console.text(&said),
        format!("  {}", call.console.text(&signed)),
    ];
    if !report.lacking.is_empty() {
        let message = Message::new("printed-lacking").untrusted("signs", report.lacking.join(" "));
        lines.push(format!("  {}", call.console.text(&message)));
    }
    let numbers: Vec<&str> = report.numbers.iter().map(|number| number.as_str()).collect();
    let document = json!({
        "path": path_document(&report.path), "bytes": report.size, "numbers": numbers, "signed": report.signed,
        "lacking": report.lacking,
    });
    call.console.result(&lines, &document);
    Ok(Exit::Done)
}
