//! `keshiin wipe device`.

use serde_json::{Value as Json, json};

use keshiin::records::Language;
use keshiin::workflows::{
    self, EngineRequest, Exit, WipeOutcome, WipeReport, WipeRequest, WitnessRequest, WorkOrder, WorkflowError,
};

use super::Call;
use crate::cli::args::{Formalities, Pace, People, WipeDevice, WitnessChoice};
use crate::cli::i18n::Message;
use crate::cli::report::{
    Shown, failure_document, failure_head, named_verdict, named_verdict_lines, outcome_document,
    path_documents, preview_document, preview_lines, verdict_lines, witness_line,
};

pub(super) fn run(call: &Call<'_>, arguments: WipeDevice) -> Result<Exit, WorkflowError> {
    let request = request(arguments, call.paper_language());
    let report = call.with(|lent| workflows::wipe_devices(&request, lent))?;
    let exit = report.exit();
    match report {
        WipeReport::DryRun(dry) => {
            let mut lines = vec![call.console.text(&Message::new("dry-run-head"))];
            lines.extend(
                dry.previews
                    .iter()
                    .flat_map(|preview| preview_lines(call.console, preview, Shown::WithAnswer)),
            );
            let plans: Vec<Json> = dry.previews.iter().map(preview_document).collect();
            call.console
                .result(&lines, &json!({"dry_run": true, "plans": plans}));
        }
        WipeReport::Done {
            outcomes,
            not_begun,
            failures,
        } => {
            let several = outcomes.len() + not_begun.len() + failures.len() > 1;
            let lines = outcomes
                .iter()
                .flat_map(|outcome| outcome_lines(call, outcome, several));
            let skipped = not_begun
                .iter()
                .map(|device| Message::new("not-begun").path("device", device));
            let failed = failures.iter().map(failure_head);
            let lines = lines.chain(skipped.chain(failed).map(|message| call.console.text(&message)));
            let documents: Vec<Json> = outcomes.iter().map(outcome_document).collect();
            let failures: Vec<Json> = failures
                .iter()
                .map(|failure| failure_document(call.console, failure))
                .collect();
            let document = json!({"exit": exit.code(), "erasures": documents, "not_begun": path_documents(&not_begun),
                "failures": failures});
            call.console.result(&lines.collect::<Vec<_>>(), &document);
        }
    }
    Ok(exit)
}

/// What is said of a finished device at the end: where its files lie, and what else was not said yet.
fn outcome_lines(call: &Call<'_>, outcome: &WipeOutcome, several: bool) -> Vec<String> {
    let mut lines = match (call.console.quiet(), several) {
        // With -q the verdict was not shown while the work went on; the result always says it.
        (true, true) => named_verdict_lines(call.console, outcome),
        (true, false) => verdict_lines(call.console, outcome),
        (false, true) => vec![named_verdict(call.console, outcome)],
        (false, false) => Vec::new(),
    };
    lines.extend(witness_line(call.console, outcome));
    lines
}

fn request(arguments: WipeDevice, language: Language) -> WipeRequest {
    let reason = (
        arguments.purpose.unwrap_or_default(),
        arguments.classification.unwrap_or_default(),
    );
    let mut engine = engine(arguments.method, arguments.verify, arguments.pace);
    engine.checkpoint = arguments.checkpoint;
    WipeRequest {
        devices: arguments.devices,
        image: arguments.image,
        order: order(arguments.people, reason, arguments.formalities, language),
        engine,
        confirm: arguments.confirm,
        dry_run: arguments.dry_run,
        resume: arguments.resume,
    }
}

/// The order of an erasure of whatever kind; `reason` is purpose and classification.
pub(super) fn order(
    people: People,
    reason: (String, String),
    formalities: Formalities,
    language: Language,
) -> WorkOrder {
    let (purpose, classification) = reason;
    WorkOrder {
        handler: people.handler,
        witness: witness(people.witness),
        purpose,
        classification,
        mynumber: formalities.mynumber,
        policy: formalities.policy,
        then: formalities.then,
        contract: formalities.contract,
        asset_number: formalities.asset_no,
        machine: formalities.machine,
        place: formalities.place,
        out: formalities.out,
        language,
        template: formalities.template,
        missing_glyphs: formalities.missing_glyphs,
    }
}

/// How the engine goes about it.
pub(super) fn engine(method: String, verify: String, pace: Pace) -> EngineRequest {
    EngineRequest {
        method,
        verify,
        rate_limit: pace.rate_limit,
        io_priority: pace.io_priority,
        give_up_after: pace.give_up_after,
        stalled_after: pace.stalled_after,
        on_difference: pace.on_difference,
        ..EngineRequest::default()
    }
}

/// Exactly one of the four is given; the parser sees to that.
fn witness(choice: WitnessChoice) -> WitnessRequest {
    match choice {
        WitnessChoice {
            witness: Some(key), ..
        } => WitnessRequest::SameMachine(key),
        WitnessChoice {
            witness_later: Some(id),
            ..
        } => WitnessRequest::Later(id),
        WitnessChoice {
            witness_paper: Some(id),
            ..
        } => WitnessRequest::Paper(id),
        WitnessChoice { no_witness, .. } => WitnessRequest::None(no_witness.unwrap_or_default()),
    }
}
