//! Devices, plans and finished erasures.

use serde_json::{Value as Json, json};

use keshiin::devices::{ConfirmationKind, DeviceFacts};
use keshiin::erasure::{Ending, Verdict};
use keshiin::policy::Shortfall;
use keshiin::records::Order;
use keshiin::workflows::{ListedDevice, WipeFailure, WipeOutcome, WipePreview};

use super::erased::read_back;
use super::papers::{papers_rows, trouble_documents, trouble_lines, witness_name};
use super::{Fields, aligned, finding_rows, optional_path, path_document};
use crate::cli::console::Console;
use crate::cli::escape::{escape, escape_path};
use crate::cli::explain::{
    explain_code, explain_device, explain_intrusion, explain_io_failure, explain_reason, explain_shortfall,
    explain_verdict, record_level_word, serial_source_word, transport_word, virtual_word,
};
use crate::cli::i18n::Message;

/// Whether the answer to the question may stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// For a dry run, whose purpose it is to tell.
    WithAnswer,
    /// Before the question: a serial number is to be read from the label.
    WithoutAnswer,
}

/// One device in the list.
pub(crate) fn device_lines(console: &Console, listed: &ListedDevice) -> Vec<String> {
    let facts = &listed.facts;
    let mut lines = vec![escape_path(&facts.path)];
    let mut fields = Fields::new(console);
    fields = fields
        .plain("field-model", model(facts))
        .plain("field-serial", serial(console, facts));
    fields = fields.plain("field-capacity", console.catalogue().bytes_for_people(facts.size));
    fields = fields.row("field-transport", &transport_word(facts.transport));
    fields = fields.untrusted("field-port", facts.port.as_deref());
    if let Some(kind) = facts.virtual_kind {
        fields = fields.row("field-virtual", &virtual_word(kind));
    }
    if let Some(number) = &listed.erased_as {
        fields = fields.untrusted("field-erased-as", Some(number));
    }
    let may = if listed.refusals.is_empty() {
        "device-may"
    } else {
        "device-may-not"
    };
    lines.extend(fields.row("field-erasable", &Message::new(may)).lines());
    for refusal in &listed.refusals {
        lines.push(format!(
            "    - {}  [{}]",
            console.text(&explain_device(refusal)),
            refusal.code()
        ));
    }
    lines.push(String::new());
    lines
}

/// One device for programs.
pub(crate) fn device_document(listed: &ListedDevice) -> Json {
    let mut document = facts_document(&listed.facts);
    let refusals: Vec<&str> = listed
        .refusals
        .iter()
        .map(keshiin::devices::DeviceError::code)
        .collect();
    document["erasable"] = json!(listed.refusals.is_empty());
    document["refusals"] = json!(refusals);
    document["erased_as"] = json!(listed.erased_as);
    document
}

/// What will be done to a device.
pub(crate) fn preview_lines(console: &Console, preview: &WipePreview, shown: Shown) -> Vec<String> {
    let facts = &preview.facts;
    let (place, of) = preview.place;
    let head = Message::new("preview-head")
        .number("place", place as u64)
        .number("of", of as u64)
        .path("device", &facts.path);
    let mut lines = vec![console.text(&head)];
    let mut fields = Fields::new(console).plain("field-model", model(facts));
    let hidden = shown == Shown::WithoutAnswer && preview.expected.kind() == ConfirmationKind::Serial;
    if !hidden {
        fields = fields.plain("field-serial", serial(console, facts));
    }
    fields = fields.plain("field-capacity", console.catalogue().bytes_for_people(facts.size));
    if let Some(kind) = facts.virtual_kind {
        fields = fields.row("field-virtual", &virtual_word(kind));
    }
    for layer in facts.layers.iter().skip(1) {
        fields = fields.untrusted("field-layer", Some(layer));
    }
    for (label, name) in [("field-method", "method"), ("field-verify", "verify")] {
        let value = preview.plan.iter().find(|(known, _)| known == name);
        fields = fields.untrusted(label, value.map(|(_, value)| value.as_str()));
    }
    let passes = preview
        .plan
        .iter()
        .filter(|(name, _)| name.starts_with("pass-"))
        .count();
    fields = fields.plain("field-passes", passes.to_string());
    if shown == Shown::WithAnswer {
        fields = fields.row("field-confirm", &answer(preview));
    }
    lines.extend(fields.lines());
    lines
}

/// The plan for programs.
pub(crate) fn preview_document(preview: &WipePreview) -> Json {
    let plan: serde_json::Map<String, Json> = preview
        .plan
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    json!({"device": facts_document(&preview.facts), "plan": plan,
        "confirm": {"kind": confirmation_kind(preview), "text": preview.expected.text()}})
}

/// What the person is to type.
pub(crate) fn confirm_question(preview: &WipePreview) -> Message {
    match preview.expected.kind() {
        ConfirmationKind::Serial => Message::new("ask-confirm-serial"),
        ConfirmationKind::Name => Message::new("ask-confirm-name").untrusted("name", preview.expected.text()),
        _ => Message::new("ask-confirm-code"),
    }
}

/// The verdict of one device, as the witness must see it before signing.
pub(crate) fn verdict_lines(console: &Console, outcome: &WipeOutcome) -> Vec<String> {
    let record = &outcome.record;
    let mut lines = vec![
        String::new(),
        console
            .text(&Message::new("verdict-head").term("verdict", explain_verdict(outcome.judgement.verdict))),
    ];
    lines.extend(
        outcome
            .judgement
            .reasons
            .iter()
            .map(|reason| format!("    - {}", console.text(&explain_reason(*reason)))),
    );
    let mut fields = order_rows(Fields::new(console), &record.order);
    fields = fields.untrusted("field-number", Some(outcome.papers.number.as_str()));
    fields = fields.plain("field-digest", outcome.papers.digest.grouped());
    fields = fields
        .plain("field-model", model(&outcome.facts))
        .plain("field-serial", serial(console, &outcome.facts));
    fields = fields.plain(
        "field-capacity",
        console.catalogue().bytes_for_people(outcome.facts.size),
    );
    if let Some(kind) = outcome.facts.virtual_kind {
        fields = fields.row("field-virtual", &virtual_word(kind));
    }
    fields = fields.row("field-verification", &read_back(record));
    fields = finding_rows(fields, record);
    lines.extend(fields.lines());
    lines.extend(unmet_lines(console, &record.order.unmet));
    lines.extend(found_lines(console, outcome));
    lines.extend(trouble_lines(console, &outcome.papers, false));
    if console.verbose() {
        lines.extend(
            record
                .limits
                .iter()
                .map(|limit| format!("    * {}", console.text(&explain_code(limit)))),
        );
    }
    lines
}

/// The same with the device's name above it, where there are several.
pub(crate) fn named_verdict_lines(console: &Console, outcome: &WipeOutcome) -> Vec<String> {
    let mut lines = verdict_lines(console, outcome);
    lines.insert(1, escape_path(&outcome.facts.path));
    lines
}

/// Device and verdict in one line.
pub(crate) fn named_verdict(console: &Console, outcome: &WipeOutcome) -> String {
    let device = Message::new("about-device").path("device", &outcome.facts.path);
    console.text(&device.term("what", explain_verdict(outcome.judgement.verdict)))
}

/// The verdict in one word.
pub(crate) fn verdict_word(console: &Console, outcome: &WipeOutcome) -> String {
    console.text(&explain_verdict(outcome.judgement.verdict))
}

/// The verdicts of several devices, a line each, as the witness sees them before signing.
pub(crate) fn verdict_table(console: &Console, outcomes: &[&WipeOutcome]) -> Vec<String> {
    let row = |outcome: &&WipeOutcome| {
        let met = if outcome.record.order.policy_met {
            "slip-policy-met"
        } else {
            "slip-policy-not-met"
        };
        let serial = outcome.facts.serial.as_ref();
        [
            escape_path(&outcome.facts.path),
            serial.map_or_else(|| "-".to_owned(), |serial| escape(&serial.text)),
            outcome.papers.number.as_str().to_owned(),
            verdict_word(console, outcome),
            console.text(&Message::new(met)),
        ]
    };
    let head = [
        "field-device",
        "field-serial",
        "field-number",
        "field-verdict",
        "field-policy-met",
    ]
    .map(|label| console.text(&Message::new(label)));
    let rows: Vec<[String; 5]> = std::iter::once(head).chain(outcomes.iter().map(row)).collect();
    let erased = outcomes
        .iter()
        .filter(|outcome| outcome.judgement.verdict == Verdict::Erased)
        .count();
    let count = Message::new("table-verdicts")
        .number("all", outcomes.len() as u64)
        .number("erased", erased as u64);
    let mut lines = vec![String::new(), console.text(&count)];
    lines.extend(aligned(&rows).into_iter().map(|line| format!("  {line}")));
    lines
}

/// What a device that failed without a record is told under.
pub(crate) fn failure_head(failure: &WipeFailure) -> Message {
    let id = if failure.begun {
        "begun-unrecorded"
    } else {
        "not-begun"
    };
    Message::new(id).path("device", &failure.device)
}

/// The same in a word.
pub(crate) const fn failure_word(failure: &WipeFailure) -> Message {
    Message::new(if failure.begun {
        "board-unrecorded"
    } else {
        "board-not-begun"
    })
}

/// A device that failed without a record, for programs.
pub(crate) fn failure_document(console: &Console, failure: &WipeFailure) -> Json {
    let mut document = console.error_document(&failure.error);
    document["device"] = path_document(&failure.device);
    document["begun"] = json!(failure.begun);
    document
}

/// What became of the witness's signature, and where the files lie.
pub(crate) fn witness_line(console: &Console, outcome: &WipeOutcome) -> Vec<String> {
    let fields = papers_rows(Fields::new(console), &outcome.papers);
    let mut lines = match &outcome.resume_path {
        Some(path) => fields.plain("field-resume", escape_path(path)),
        None => fields,
    }
    .lines();
    lines.extend(outcome.resume_path.as_ref().map(|path| {
        let message = Message::new("resume-hint").path("state", path);
        format!("  {}", console.text(&message))
    }));
    lines.extend(trouble_lines(console, &outcome.papers, true));
    lines
}

/// A finished device for programs.
pub(crate) fn outcome_document(outcome: &WipeOutcome) -> Json {
    let record = &outcome.record;
    json!({
        "number": outcome.papers.number.as_str(), "digest": outcome.papers.digest.to_string(), "verdict": outcome.judgement.verdict.name(),
        "reasons": record.reasons, "exit": outcome.exit().code(), "policy_met": record.order.policy_met, "required": record.order.required,
        "achieved": record.order.achieved, "follow": record.order.follow, "device": facts_document(&outcome.facts),
        "record": path_document(&outcome.papers.record_path), "slip": path_document(&outcome.papers.slip_path),
        "paper": optional_path(outcome.papers.paper_path.as_ref()), "resume": optional_path(outcome.resume_path.as_ref()), "witness": witness_name(&outcome.papers), "troubles": trouble_documents(&outcome.papers), "times": record.times,
        "passes": record.passes, "io": record.io, "interruptions": record.interruptions,
        "verification": record.verification,
    })
}

/// A device for programs.
pub(super) fn facts_document(facts: &DeviceFacts) -> Json {
    json!({
        "path": path_document(&facts.path), "model": facts.model, "maker": facts.maker, "serial": facts.serial.as_ref().map(|serial| &serial.text),
        "serial_shared": facts.serial_shared, "size_bytes": facts.size.0, "port": facts.port, "removable": facts.removable,
        "rotational": facts.rotational, "virtual": facts.virtual_kind.is_some(), "layers": facts.layers,
    })
}

fn confirmation_kind(preview: &WipePreview) -> &'static str {
    match preview.expected.kind() {
        ConfirmationKind::Serial => "serial",
        ConfirmationKind::Name => "name",
        _ => "code",
    }
}

fn answer(preview: &WipePreview) -> Message {
    let id = match preview.expected.kind() {
        ConfirmationKind::Serial => "answer-serial",
        ConfirmationKind::Name => "answer-name",
        _ => "answer-code",
    };
    Message::new(id).untrusted("text", preview.expected.text())
}

/// Policy met or not, levels, and the step that must follow.
pub(crate) fn order_rows<'a>(fields: Fields<'a>, order: &Order) -> Fields<'a> {
    let met = if order.policy_met {
        "policy-met"
    } else {
        "policy-not-met"
    };
    let levels = Message::new("levels")
        .term("required", record_level_word(Some(order.required)))
        .term("achieved", record_level_word(order.achieved));
    let fields = fields
        .row(
            "field-policy-met",
            &Message::new(met).untrusted("policy", &order.policy.id),
        )
        .row("field-levels", &levels);
    match order.follow {
        Some(follow) => fields.row(
            "field-follow",
            &Message::new("follow").term("level", record_level_word(Some(follow))),
        ),
        None => fields,
    }
}

/// Why the policy is not met.
pub(crate) fn unmet_lines(console: &Console, codes: &[String]) -> Vec<String> {
    let known = [
        Shortfall::NothingAchieved,
        Shortfall::LevelTooLow,
        Shortfall::WitnessMissing,
        Shortfall::WitnessWayNotAllowed,
    ];
    let line = |code: &String| {
        let shortfall = known.into_iter().find(|shortfall| shortfall.code() == code);
        let message = shortfall.map_or_else(|| explain_code(code), explain_shortfall);
        format!("    - {}", console.text(&message))
    };
    codes.iter().map(line).collect()
}

/// Who was found at the medium afterwards, and what the system answered when it refused.
fn found_lines(console: &Console, outcome: &WipeOutcome) -> Vec<String> {
    let found = outcome
        .outcome
        .second_look
        .iter()
        .flat_map(|look| &look.intrusions)
        .map(explain_intrusion);
    let failed = match outcome.outcome.ending {
        Ending::Failed { failure } => Some(explain_io_failure(failure)),
        _ => None,
    };
    found
        .chain(failed)
        .map(|message| format!("    - {}", console.text(&message)))
        .collect()
}

/// Maker and model, as far as known.
fn model(facts: &DeviceFacts) -> String {
    let words: Vec<String> = [&facts.maker, &facts.model]
        .into_iter()
        .flatten()
        .map(|text| escape(text))
        .collect();
    if words.is_empty() {
        "-".into()
    } else {
        words.join(" ")
    }
}

fn serial(console: &Console, facts: &DeviceFacts) -> String {
    match &facts.serial {
        Some(serial) => {
            let source = serial_source_word(serial.source);
            let shared = if facts.serial_shared {
                "serial-shared"
            } else {
                "serial-known"
            };
            console.text(
                &Message::new(shared)
                    .untrusted("text", &serial.text)
                    .term("source", source),
            )
        }
        None => console.text(&Message::new("serial-none")),
    }
}
