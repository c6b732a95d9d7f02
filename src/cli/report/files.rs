//! Files that are to be erased, and what became of them.

use serde_json::{Value as Json, json};

use keshiin::devices::{DeviceError, FileSystemFacts, Sight};
use keshiin::erasure::files::{DeviceSearch, Places};
use keshiin::records::Sight as PartialSight;
use keshiin::units::ByteOffset;
use keshiin::workflows::{FilesDone, FilesPreview, SystemPreview, WhyLeft};

use super::papers::{papers_rows, trouble_documents, trouble_lines, witness_name};
use super::partial::blindness;
use super::{Fields, optional_path, partial_lines, path_document, path_documents};
use crate::cli::console::Console;
use crate::cli::escape::escape_path;
use crate::cli::explain::{explain_device, explain_verdict, file_result_word};
use crate::cli::i18n::Message;

/// Places of one kind that are shown on a screen.
const PLACES_SHOWN: usize = 10;

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
        let why = match why {
            WhyLeft::Refused(error) => explain_device(error),
            WhyLeft::Found(result) => file_result_word(*result),
        };
        let message = Message::new("files-left").path("path", path).term("why", why);
        format!("    ! {}", console.text(&message))
    }));
    lines.extend(found_lines(console, done));
    lines.extend(done.faults.iter().map(|fault| {
        let message = Message::new("step-failed").term("what", explain_device(fault));
        format!("    ! {}", console.text(&message))
    }));
    lines.extend(trouble_lines(console, &done.papers, false));
    lines
}

/// The first places at which old content and names were found.
fn found_lines(console: &Console, done: &FilesDone) -> Vec<String> {
    let systems = &done.record.file_systems;
    let mut lines = Vec::new();
    for search in &done.searches {
        let node = systems.get(search.system).and_then(|system| match &system.sight {
            PartialSight::Device { node } => Some(node.as_str()),
            PartialSight::None { .. } => None,
        });
        for (id, places) in [
            ("files-found-content", &search.content),
            ("files-found-name", &search.names),
        ] {
            let place = |at: &ByteOffset| {
                let message = Message::new(id)
                    .untrusted("node", node.unwrap_or_default())
                    .number("at", at.0);
                format!("    ! {}", console.text(&message))
            };
            lines.extend(places.first.iter().take(PLACES_SHOWN).map(place));
            let more = places.count.saturating_sub(PLACES_SHOWN as u64);
            if more > 0 {
                let message = Message::new("files-and-more").number("count", more);
                lines.push(format!("      {}", console.text(&message)));
            }
        }
    }
    lines
}

fn search_document(search: &DeviceSearch) -> Json {
    let places = |places: &Places| {
        let first: Vec<u64> = places.first.iter().map(|place| place.0).collect();
        json!({"count": places.count, "first": first})
    };
    json!({"file_system": search.system, "complete": search.complete, "bytes": search.read,
        "content": places(&search.content), "names": places(&search.names)})
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
        .map(|(path, why)| json!({"path": path_document(path), "why": why.code()}))
        .collect();
    let searches: Vec<Json> = done.searches.iter().map(search_document).collect();
    let (list, table) = done.annex.clone().unzip();
    json!({
        "number": done.papers.number.as_str(), "digest": done.papers.digest.to_string(),
        "verdict": done.judgement.verdict.name(), "reasons": record.reasons, "exit": done.exit().code(),
        "policy_met": record.order.policy_met, "required": record.order.required, "achieved": record.order.achieved,
        "file_systems": record.file_systems, "batches": record.batches, "totals": record.totals, "left": left,
        "search": record.search, "searches": searches,
        "scope": record.scope, "free_space": record.free_space,
        "faults": done.faults.iter().map(DeviceError::code).collect::<Vec<_>>(),
        "annex": optional_path(list.as_ref()), "annex_table": optional_path(table.as_ref()),
        "record": path_document(&done.papers.record_path), "slip": path_document(&done.papers.slip_path),
        "paper": optional_path(done.papers.paper_path.as_ref()), "witness": witness_name(&done.papers),
        "troubles": trouble_documents(&done.papers), "times": record.times, "limits": record.limits,
    })
}
