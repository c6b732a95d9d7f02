//! Everything that can be found wrong with an erasure of free space before a secret is asked for, told at once.

use std::path::Path;

use crate::devices::{self, ClearedSpace, FreeSpaceFacts};
use crate::policy::{MediumKind, Requirement, Scope};
use crate::records::Layout;
use crate::units::ByteCount;

use super::super::super::{Lent, Refusal, WorkflowError};
use super::super::commission::{self, Commission, Looked};
use super::super::order::keep;
use super::super::prepare::medium_kind;
use super::super::settings::Settings;
use super::free_request::{FreePreview, FreeRequest};
use super::prepare::{RECORD_ROOM, technique};

/// An erasure of free space with nothing left to refuse but secrets and the confirmation.
pub(super) struct Prepared {
    pub(super) commission: Commission,
    pub(super) settings: Settings,
    pub(super) cleared: ClearedSpace,
    pub(super) preview: FreePreview,
    pub(super) requirement: Requirement,
}

/// Looks at everything.
pub(super) fn prepare(request: &FreeRequest, lent: &Lent<'_>) -> Result<Prepared, WorkflowError> {
    let mut faults = Vec::new();
    let settings = Settings::read(&request.engine, &mut faults);
    let reserve = keep(request.reserve(), &mut faults);
    let order = request.order.understand(&mut faults)?;
    let (Some(settings), Some(reserve), Some(order), true) = (settings, reserve, order, faults.is_empty())
    else {
        return Err(WorkflowError::Usage(faults));
    };
    let mut refusals = Vec::new();
    let looked = commission::look(
        Layout::Partial,
        &request.order,
        order,
        RECORD_ROOM,
        request.dry_run,
        lent,
        &mut refusals,
    )?;
    let cleared = clear(&request.mount_point, &mut refusals);
    let Some(cleared) = cleared else {
        return Err(WorkflowError::Refused(refusals));
    };
    let facts = cleared.facts();
    let reserve = reserve.of(facts.capacity);
    refusals.extend(nothing_free(facts, reserve));
    let requirement = requirement(facts, request, &looked, &settings, &mut refusals);
    let preview = preview(facts, reserve, &settings);
    match (requirement, looked.complete()) {
        (Some(requirement), Some(commission)) if refusals.is_empty() => Ok(Prepared {
            commission,
            settings,
            cleared,
            preview,
            requirement,
        }),
        _ => Err(WorkflowError::Refused(refusals)),
    }
}

fn clear(mount_point: &Path, refusals: &mut Vec<Refusal>) -> Option<ClearedSpace> {
    devices::look_free(mount_point)
        .and_then(devices::clear_space)
        .map_err(|errors| refusals.extend(errors.into_iter().map(|error| Refusal::Files { error })))
        .ok()
}

/// Room that a killed run took comes free before anything else is done.
fn nothing_free(facts: &FreeSpaceFacts, reserve: ByteCount) -> Option<Refusal> {
    let nothing = facts.free <= reserve && facts.left_behind.is_empty();
    nothing.then(|| Refusal::NoFreeSpace {
        mount_point: facts.mount_point.clone(),
        free: facts.free,
        reserve,
    })
}

fn requirement(
    facts: &FreeSpaceFacts,
    request: &FreeRequest,
    looked: &Looked,
    settings: &Settings,
    refusals: &mut Vec<Refusal>,
) -> Option<Requirement> {
    let medium = facts.system.medium.as_ref();
    let kind = medium.map_or(MediumKind::Unknown, medium_kind);
    let technique = technique(settings.verify);
    looked.requirement(&request.order, Scope::Files, kind, technique, refusals)
}

fn preview(facts: &FreeSpaceFacts, reserve: ByteCount, settings: &Settings) -> FreePreview {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    FreePreview {
        facts: facts.clone(),
        reserve,
        plan: vec![
            pair("scope", "free-space".to_owned()),
            pair("capacity-bytes", facts.capacity.0.to_string()),
            pair("free-bytes", facts.free.0.to_string()),
            pair("reserve-bytes", reserve.0.to_string()),
            pair("method", settings.method.to_string()),
            pair("verify", settings.verify.to_string()),
        ],
    }
}
