//! Files that are to be erased, and what became of them.

use serde_json::{Value as Json, json};

use keshiin::devices::{DeviceError, FileSystemFacts, Sight};
use keshiin::workflows::{FilesDone, FilesPreview, SystemPreview};

use super::papers::{papers_rows, trouble_documents, trouble_lines, witness_name};
use super::partial::blindness;
use super::{Fields, optional_path, partial_lines, path_document, path_documents};
use crate::cli::console::Console;
use crate::cli::escape::escape_path;
use crate::cli::explain::{explain_device, explain_verdict};
use crate::cli::i18n::Message;

/// What will be erased.
pub(crate) fn files_preview_lines(console: &Console, preview: &FilesPreview) -> Vec<String> {
    let head = Message::new("files-preview-head")
        .number("files", preview.files as u64)
        .number("folders", preview.folders as u64)
        .bytes("content", preview.content);
    let mut lines = vec![
        console.text(&head),
        format!("  {}", console.text(&Message::new("files-no-medium"))),
    ];
    let mut fields = Fields::new(console);
    for system in &preview.systems {
        fields = fields.row("field-file-system", &system_words(system));
    }
    for (label, name) in [("field-method", "method"), ("field-verify", "verify")] {
        let value = preview.plan.iter().find(|(known, _)| known == name);
        fields = fields.untrusted(label, value.map(|(_, value)| value.as_str()));
    }
    lines.extend(fields.lines());
    lines.extend(
        preview
            .examples
            .iter()
            .map(|path| format!("    {}", escape_path(path))),
    );
    let more = preview.files.saturating_sub(preview.examples.len());
    if more > 0 {
        let message = Message::new("files-and-more").number("count", more as u64);
        lines.push(format!("    {}", console.text(&message)));
    }
    lines
}

fn system_words(system: &SystemPreview) -> Message {
    let facts = &system.facts;
    Message::new("files-system")
        .untrusted("name", &facts.name)
        .path("place", &facts.mount_point)
        .number("files", system.files as u64)
        .bytes("planned", system.planned)
        .term("sight", sight_words(facts))
}

/// How the blocks can be looked at.
pub(super) fn sight_words(facts: &FileSystemFacts) -> Message {
    match &facts.sight {
        Sight::Device { node, .. } => {
            Message::new("partial-sight-device").untrusted("node", node.to_string_lossy())
        }
        Sight::None { why } => {
            Message::new("partial-sight-none").term("why", Message::new(blindness(why.name())))
        }
    }
}

/// The same for programs.
pub(crate) fn files_preview_document(preview: &FilesPreview) -> Json {
    let plan: serde_json::Map<String, Json> = preview
        .plan
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    let systems: Vec<Json> = preview.systems.iter().map(system_document).collect();
    json!({"files": preview.files, "folders": preview.folders, "content_bytes": preview.content,
        "file_systems": systems, "plan": plan, "examples": path_documents(&preview.examples),
        "confirm": {"kind": "count", "text": preview.files.to_string()}})
}

fn system_document(system: &SystemPreview) -> Json {
    let facts = &system.facts;
    let sight = match &facts.sight {
        Sight::Device { node, .. } => json!({"state": "device", "node": path_document(node)}),
        Sight::None { why } => json!({"state": "none", "why": why.name()}),
    };
    json!({"name": facts.name, "mount_point": path_document(&facts.mount_point), "files": system.files,
        "planned_bytes": system.planned, "sight": sight, "snapshots": facts.snapshots})
}

/// The verdict, as the witness must see it before signing.
pub(crate) fn files_verdict_lines(console: &Console, done: &FilesDone) -> Vec<String> {
    let head = Message::new("verdict-head").term("verdict", explain_verdict(done.judgement.verdict));
    let mut lines = vec![
        String::new(),
        console.text(&head),
        format!("  {}", console.text(&Message::new("files-no-medium"))),
    ];
    lines.extend(partial_lines(
        console,
        &done.record,
        &done.papers.digest.grouped(),
    ));
    lines.extend(done.left.iter().map(|(path, why)| {
        let message = Message::new("files-left").path("path", path).text("why", why);
        format!("    ! {}", console.text(&message))
    }));
    lines.extend(done.faults.iter().map(|fault| {
        let message = Message::new("step-failed").term("what", explain_device(fault));
        format!("    ! {}", console.text(&message))
    }));
    lines.extend(trouble_lines(console, &done.papers, false));
    lines
}

/// Where everything lies, and the witness.
pub(crate) fn files_papers_lines(console: &Console, done: &FilesDone) -> Vec<String> {
    let mut fields = papers_rows(Fields::new(console), &done.papers);
    if let Some((list, table)) = &done.annex {
        fields = fields
            .plain("field-annex", escape_path(list))
            .plain("field-annex-table", escape_path(table));
    }
    let mut lines = fields.lines();
    lines.extend(trouble_lines(console, &done.papers, true));
    lines
}

/// A finished erasure of files for programs.
pub(crate) fn files_document(done: &FilesDone) -> Json {
    let record = &done.record;
    let left: Vec<Json> = done
        .left
        .iter()
        .map(|(path, why)| json!({"path": path_document(path), "why": why}))
        .collect();
    let (list, table) = done.annex.clone().unzip();
    json!({
        "number": done.papers.number.as_str(), "digest": done.papers.digest.to_string(),
        "verdict": done.judgement.verdict.name(), "reasons": record.reasons, "exit": done.exit().code(),
        "policy_met": record.order.policy_met, "required": record.order.required, "achieved": record.order.achieved,
        "file_systems": record.file_systems, "batches": record.batches, "totals": record.totals, "left": left,
        "scope": record.scope, "free_space": record.free_space,
        "faults": done.faults.iter().map(DeviceError::code).collect::<Vec<_>>(),
        "annex": optional_path(list.as_ref()), "annex_table": optional_path(table.as_ref()),
        "record": path_document(&done.papers.record_path), "slip": path_document(&done.papers.slip_path),
        "paper": optional_path(done.papers.paper_path.as_ref()), "witness": witness_name(&done.papers),
        "troubles": trouble_documents(&done.papers), "times": record.times, "limits": record.limits,
    })
}
