//! A resume state on the screen: what it is, how far it came, and that it is no certificate.

use serde_json::{Value as Json, json};

use keshiin::records::ResumeState;

use super::findings::interruption_rows;
use super::{Fields, serial_text, signer_rows};
use crate::cli::console::Console;
use crate::cli::escape::escape;
use crate::cli::i18n::Message;

/// The rows of a resume state.
pub(super) fn resume_lines(console: &Console, state: &ResumeState, digest: &str) -> Vec<String> {
    let time = |stamp| console.catalogue().time_for_people(stamp);
    let pass = state.passes.last().map_or(0, |pass| pass.number);
    let progress = Message::new("resume-progress")
        .number("pass", u64::from(pass))
        .bytes("flushed", state.flushed);
    let medium = &state.medium;
    let model: Vec<String> = [&medium.maker, &medium.model]
        .into_iter()
        .filter_map(|fact| fact.measured())
        .map(|text| escape(text))
        .collect();
    let mut fields = Fields::new(console)
        .plain("field-number", state.number.to_string())
        .plain("field-digest", digest)
        .row("field-progress", &progress);
    if medium.virtual_kind.is_some() {
        fields = fields.row("field-virtual", &Message::new("virtual-medium"));
    }
    fields = fields
        .plain("field-model", model.join(" "))
        .plain("field-serial", serial_text(console, &medium.serial))
        .plain(
            "field-capacity",
            console.catalogue().bytes_for_people(medium.capacity),
        )
        .untrusted("field-method", Some(&state.order.method))
        .plain("field-saved", time(state.saved));
    fields = interruption_rows(fields, &state.interruptions);
    signer_rows(fields, &state.signers).lines()
}

/// A resume state for programs. Its seeds are left out: they are of use to nobody but the one who goes on.
pub(super) fn resume_document(state: &ResumeState) -> Json {
    json!({
        "number": state.number, "specimen": state.specimen, "saved": state.saved, "started": state.started,
        "order": state.order, "medium": state.medium, "plan": state.plan, "passes": state.passes.len(),
        "flushed": state.flushed, "interruptions": state.interruptions, "ledger": state.ledger,
        "tool": state.tool, "signers": state.signers,
    })
}
