//! Free space that is to be erased.

use serde_json::{Value as Json, json};

use keshiin::devices::Sight;
use keshiin::workflows::FreePreview;

use super::files::sight_words;
use super::{Fields, path_document, path_documents};
use crate::cli::console::Console;
use crate::cli::i18n::Message;

/// What will be erased, and what that means for whoever works on the machine meanwhile.
pub(crate) fn free_preview_lines(console: &Console, preview: &FreePreview) -> Vec<String> {
    let facts = &preview.facts;
    let head = Message::new("free-preview-head").path("place", &facts.mount_point);
    let system = Message::new("free-system")
        .untrusted("name", &facts.system.name)
        .bytes("capacity", facts.capacity)
        .term("sight", sight_words(&facts.system));
    let room = Message::new("free-room")
        .bytes("free", facts.free)
        .bytes("planned", preview.planned())
        .bytes("reserve", preview.reserve);
    let medium = facts.system.medium.as_ref();
    let model = medium.and_then(|medium| medium.model.as_deref());
    let mut fields = Fields::new(console)
        .row("field-file-system", &system)
        .untrusted("field-model", model)
        .row("field-free-space", &room);
    for (label, name) in [("field-method", "method"), ("field-verify", "verify")] {
        let value = preview.plan.iter().find(|(known, _)| known == name);
        fields = fields.untrusted(label, value.map(|(_, value)| value.as_str()));
    }
    let mut lines = vec![
        console.text(&head),
        format!("  {}", console.text(&Message::new("free-no-medium"))),
        format!("  {}", console.text(&Message::new("free-while-full"))),
    ];
    lines.extend(fields.lines());
    let behind = facts.left_behind.iter();
    lines.extend(behind.map(|path| {
        let message = Message::new("free-left-behind").path("path", path);
        format!("    ! {}", console.text(&message))
    }));
    lines
}

/// The same for programs.
pub(crate) fn free_preview_document(preview: &FreePreview) -> Json {
    let facts = &preview.facts;
    let plan: serde_json::Map<String, Json> = preview
        .plan
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    let sight = match &facts.system.sight {
        Sight::Device { node, .. } => json!({"state": "device", "node": path_document(node)}),
        Sight::None { why } => json!({"state": "none", "why": why.name()}),
    };
    let mount_point = facts.mount_point.display().to_string();
    json!({"mount_point": path_document(&facts.mount_point), "file_system": facts.system.name,
        "capacity_bytes": facts.capacity, "free_bytes": facts.free, "reserve_bytes": preview.reserve,
        "planned_bytes": preview.planned(), "free_inodes": facts.free_inodes, "sight": sight,
        "snapshots": facts.system.snapshots, "left_behind": path_documents(&facts.left_behind), "plan": plan,
        "confirm": {"kind": "path", "text": mount_point}})
}
