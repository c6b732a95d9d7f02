//! Secrets, confirmation, the run itself, and what is signed afterwards.

use crate::crypto::{self, Digest};
use crate::devices::{self, Confirmed, DeviceError};
use crate::erasure::{self, Ending, Job};
use crate::ledger::{SqliteStore, Store};

use super::super::journal::{ledger_fault, log, number, open_ledger};
use super::super::{DeskRefusal, Lent, Refusal, Typed, WipePreview, WorkflowError, people};
use super::paperwork::Paperwork;
use super::prepare::{Medium, Witness, prepare};
use super::record::Facts;
use super::request::{DryRun, WipeOutcome, WipeReport, WipeRequest};

/// Erases devices, or shows what would be done.
///
/// # Errors
/// Refusals, all at once and before anything was changed; faults.
pub fn wipe_devices(request: &WipeRequest, lent: &mut Lent<'_>) -> Result<WipeReport, WorkflowError> {
    let mut prepared = prepare(request, lent)?;
    if request.dry_run {
        let previews = prepared.media.into_iter().map(|medium| medium.preview).collect();
        return Ok(WipeReport::DryRun(DryRun { previews }));
    }
    let handler = people::unlock(&prepared.handler, &request.handler, lent)?;
    prove_unattended_witness(&prepared.witness, lent)?;
    let mut ledger = open_ledger(lent)?;
    let media = std::mem::take(&mut prepared.media);
    let mut confirmed = Vec::new();
    for medium in media {
        let (token, typed) = confirm(&medium, request, lent)?;
        confirmed.push((medium, token, typed));
    }
    let paperwork = Paperwork {
        request,
        prepared: &prepared,
        handler: &handler,
    };
    let (mut outcomes, mut not_begun, mut failure) = (Vec::new(), Vec::new(), None);
    for (medium, token, typed) in confirmed {
        let device = medium.preview.facts.asked.clone();
        let was_stopped = |outcome: &WipeOutcome| outcome.outcome.ending == Ending::Stopped;
        // Also where the wish came while the record of a finished one was being made.
        let stopped =
            outcomes.iter().any(was_stopped) || (!outcomes.is_empty() && lent.desk.stop().is_raised());
        if stopped || failure.is_some() {
            // Who stops one erasure wants no other one begun.
            not_begun.push(device);
            continue;
        }
        match wipe_one(medium, token, &typed, &paperwork, &mut ledger, lent) {
            Ok(outcome) => outcomes.push(outcome),
            // A refusal of the first one is the whole answer; later, what was erased stays reported.
            Err(error) if outcomes.is_empty() => return Err(error),
            Err(error) => {
                lent.desk.report_failure(&error);
                failure = Some(error.exit());
                not_begun.push(device);
            }
        }
    }
    Ok(WipeReport::Done {
        outcomes,
        not_begun,
        failure,
    })
}

/// A witness whose passphrase comes from a file must not turn out to be locked out afterwards.
fn prove_unattended_witness(witness: &Witness, lent: &mut Lent<'_>) -> Result<(), WorkflowError> {
    match witness {
        Witness::SameMachine {
            path,
            key,
            unattended: true,
        } => people::unlock(key, path, lent).map(drop),
        _ => Ok(()),
    }
}

fn confirm(
    medium: &Medium,
    request: &WipeRequest,
    lent: &mut Lent<'_>,
) -> Result<(Confirmed, Typed), WorkflowError> {
    let preview = &medium.preview;
    let compare = |text: &str| devices::confirm(&medium.cleared, &preview.expected, text);
    for text in &request.confirm {
        if let Ok(token) = compare(text) {
            return Ok((
                token,
                Typed {
                    text: text.clone(),
                    at_terminal: false,
                },
            ));
        }
    }
    if !request.confirm.is_empty() {
        return Err(not_confirmed(preview, DeviceError::NotConfirmed));
    }
    let typed = lent.desk.confirm_device(preview)?;
    let token = compare(&typed.text).map_err(|error| not_confirmed(preview, error))?;
    Ok((token, typed))
}

fn not_confirmed(preview: &WipePreview, error: DeviceError) -> WorkflowError {
    Refusal::Device {
        device: preview.facts.asked.clone(),
        error,
    }
    .into()
}

fn wipe_one(
    medium: Medium,
    token: Confirmed,
    typed: &Typed,
    paperwork: &Paperwork<'_>,
    ledger: &mut SqliteStore,
    lent: &mut Lent<'_>,
) -> Result<WipeOutcome, WorkflowError> {
    let Medium {
        preview,
        plan,
        requirement,
        cleared,
    } = medium;
    let plan_digest = digest_of(&preview);
    let begun = lent.clock.now();
    let number = number(ledger, begun, lent)?;
    let subject = format!("{number} {}", subject_of(&preview));
    log(
        ledger,
        begun,
        "erasure-started",
        &format!("{subject} plan={plan_digest}"),
        lent,
    )?;
    let head = ledger.head().map_err(|error| ledger_fault(error, lent))?;
    let seeds = (0..plan.seeds_needed())
        .map(|_| crypto::random::<32>())
        .collect::<Result<Vec<_>, _>>()?;
    let job = Job::new(plan.clone(), &seeds).map_err(|_| WorkflowError::Internal { what: "plan" })?;
    let target = match devices::claim(cleared, token) {
        Ok(target) => target,
        Err(error) => {
            // Nothing was written: a refusal, which the ledger keeps as well.
            log(
                ledger,
                lent.clock.now(),
                "erasure-refused",
                &format!("{subject} {}", error.code()),
                lent,
            )?;
            return Err(Refusal::Device {
                device: preview.facts.asked,
                error,
            }
            .into());
        }
    };
    let mut observer = lent.desk.observer(&preview.facts);
    let stop = lent.desk.stop();
    let clock = lent.clock;
    let run = erasure::run(
        job,
        target,
        observer.as_mut(),
        &mut erasure::Unkept,
        &stop,
        &|| clock.now(),
    );
    drop(observer);
    drop(run.target);
    let judgement = erasure::judge(&run.outcome);
    let facts = Facts {
        preview: &preview,
        plan: &plan,
        plan_digest,
        requirement: &requirement,
        outcome: &run.outcome,
        judgement: &judgement,
        typed,
        number: &number,
        begun,
        ended: lent.clock.now(),
        ledger: (ledger.id(), head),
    };
    let record = paperwork.record(&facts, lent);
    let filed = paperwork.sign_and_file(
        record,
        preview.facts.clone(),
        run.outcome,
        judgement,
        &subject,
        ledger,
        lent,
    );
    let filed = match filed {
        Ok(filed) => filed,
        Err(error) => {
            lent.desk.engine_done();
            return Err(error);
        }
    };
    lent.desk.show_verdict(&filed.outcome);
    Ok(paperwork.witnessed(filed, ledger, lent))
}

/// What is said about a medium in the ledger: its serial number, or its name.
fn subject_of(preview: &WipePreview) -> String {
    let serial = preview.facts.serial.as_ref().map(|serial| serial.text.clone());
    let name = preview
        .facts
        .path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let text = serial.or(name).unwrap_or_default();
    text.chars().filter(|sign| !sign.is_control()).take(200).collect()
}

fn digest_of(preview: &WipePreview) -> Digest {
    let mut text = String::from("keshiin-plan/1\n");
    for (name, value) in &preview.plan {
        text.push_str(&format!("{name}={value}\n"));
    }
    let facts = &preview.facts;
    let serial = facts.serial.as_ref().map_or("", |serial| serial.text.as_str());
    text.push_str(&format!(
        "path={}\nserial={serial}\nsequence={:?}\n",
        facts.path.display(),
        facts.disk_sequence
    ));
    Digest::of(&[text.as_bytes()])
}

/// Why a witness did not sign now, as far as it is no fault.
pub(super) fn stayed_away(error: &WorkflowError) -> bool {
    matches!(error, WorkflowError::Refused(refusals) if refusals.iter().all(|refusal| matches!(refusal, Refusal::Desk(DeskRefusal::BrokenOff | DeskRefusal::NobodyToAsk { .. }))))
}
