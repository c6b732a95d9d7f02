//! Record, slip and paper of an erasure of whatever kind: where they lie, the witness, and what went wrong with them.

use serde_json::{Value as Json, json};

use keshiin::workflows::{Papers, WipeTrouble, WitnessState};

use super::{Fields, path_document};
use crate::cli::console::Console;
use crate::cli::escape::escape_path;
use crate::cli::i18n::Message;

/// What became of the witness's signature, and where the files lie.
pub(super) fn papers_rows<'a>(fields: Fields<'a>, papers: &Papers) -> Fields<'a> {
    let id = match papers.witness {
        WitnessState::Signed => "witness-signed",
        WitnessState::Later => "witness-later",
        WitnessState::WrongPassphrase => "witness-wrong-passphrase",
        WitnessState::Paper => "witness-paper",
        WitnessState::None => "witness-none",
        _ => "witness-pending",
    };
    let fields = fields
        .row("field-witness", &Message::new(id))
        .plain("field-record", escape_path(&papers.record_path))
        .plain("field-slip", escape_path(&papers.slip_path));
    match &papers.paper_path {
        Some(path) => fields.plain("field-paper", escape_path(path)),
        None => fields,
    }
}

/// What became of the witness's signature, for programs.
pub(super) const fn witness_name(papers: &Papers) -> &'static str {
    match papers.witness {
        WitnessState::Signed => "signed",
        WitnessState::Later => "later",
        WitnessState::WrongPassphrase => "wrong-passphrase",
        WitnessState::Paper => "paper",
        WitnessState::None => "none",
        _ => "pending",
    }
}

/// What went wrong, for programs.
pub(super) fn trouble_documents(papers: &Papers) -> Vec<Json> {
    let document = |trouble: &WipeTrouble| match trouble {
        WipeTrouble::WrittenElsewhere { path, .. } => {
            json!({"trouble": "written-elsewhere", "path": path_document(path)})
        }
        WipeTrouble::StateNotKept { .. } => json!({"trouble": "state-not-kept"}),
        WipeTrouble::NotListed { code } => json!({"trouble": "not-listed", "code": code}),
        WipeTrouble::NotPrinted { code } => json!({"trouble": "not-printed", "code": code}),
        WipeTrouble::NotWitnessed { code } => json!({"trouble": "not-witnessed", "code": code}),
        WipeTrouble::NotLogged { code } => json!({"trouble": "not-logged", "code": code}),
        _ => json!({"trouble": "unknown"}),
    };
    papers.troubles.iter().map(document).collect()
}

/// What went wrong before the verdict was shown, or after it.
pub(super) fn trouble_lines(console: &Console, papers: &Papers, after: bool) -> Vec<String> {
    let is_late = |trouble: &&WipeTrouble| {
        let late = matches!(
            trouble,
            WipeTrouble::NotPrinted { .. } | WipeTrouble::NotWitnessed { .. }
        );
        late == after
    };
    let line = |trouble: &WipeTrouble| {
        let message = match trouble {
            WipeTrouble::WrittenElsewhere { path, reason } => Message::new("trouble-elsewhere")
                .path("path", path)
                .untrusted("reason", reason),
            WipeTrouble::StateNotKept { reason } => {
                Message::new("trouble-state-not-kept").untrusted("reason", reason)
            }
            WipeTrouble::NotListed { code } => Message::new("trouble-not-listed").text("code", code),
            WipeTrouble::NotPrinted { code } => Message::new("trouble-not-printed").text("code", code),
            WipeTrouble::NotWitnessed { code } => Message::new("trouble-not-witnessed").text("code", code),
            WipeTrouble::NotLogged { code } => Message::new("trouble-not-logged").text("code", code),
            _ => Message::new("trouble-unknown"),
        };
        format!("  ! {}", console.text(&message))
    };
    papers.troubles.iter().filter(is_late).map(line).collect()
}
