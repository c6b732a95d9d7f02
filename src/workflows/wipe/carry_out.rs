//! Secrets and confirmations: what stands between a prepared wipe and its first written byte.

use crate::devices::{self, Confirmed, DeviceError};

use super::super::journal::open_ledger;
use super::super::{Lent, Refusal, Typed, WipePreview, WorkflowError, claims, people};
use super::begin::Chosen;
use super::commission::Witness;
use super::fleet;
use super::paperwork::Paperwork;
use super::prepare::{Medium, prepare};
use super::request::{DryRun, WipeReport, WipeRequest};
use super::resume::Resumed;

/// Erases devices, or shows what would be done.
///
/// # Errors
/// Refusals, all at once and before anything was changed; faults. With several devices, what befalls one of
/// them after that stands in the report.
pub fn wipe_devices(request: &WipeRequest, lent: &mut Lent<'_>) -> Result<WipeReport, WorkflowError> {
    let resumed = Resumed::load(request)?;
    let completed = resumed
        .as_ref()
        .map(|resumed| resumed.complete(request))
        .transpose()?;
    let request = completed.as_ref().unwrap_or(request);
    let mut prepared = prepare(request, resumed, lent)?;
    if request.dry_run {
        let previews = prepared.media.into_iter().map(|medium| medium.preview).collect();
        return Ok(WipeReport::DryRun(DryRun { previews }));
    }
    let handler = people::unlock(&prepared.commission.handler, &request.order.handler, lent)?;
    prove_unattended_witness(&prepared.commission.witness, lent)?;
    let mut ledger = open_ledger(lent)?;
    let mut chosen = Vec::new();
    for medium in std::mem::take(&mut prepared.media) {
        let (token, typed) = confirm(&medium, request, lent)?;
        chosen.push(Chosen { medium, token, typed });
    }
    let paperwork = Paperwork {
        order: &request.order,
        commission: &prepared.commission,
        handler: &handler,
        tool: claims::tool(lent),
    };
    fleet::erase(chosen, &prepared, &paperwork, &mut ledger, lent)
}

/// A witness whose passphrase comes from a file must not turn out to be locked out afterwards.
pub(super) fn prove_unattended_witness(witness: &Witness, lent: &mut Lent<'_>) -> Result<(), WorkflowError> {
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
