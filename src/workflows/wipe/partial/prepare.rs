//! Everything that can be found wrong with an erasure of files before a secret is asked for, told at once.

use std::path::PathBuf;

use crate::devices::{self, ClearedFiles, DeviceError, Protected, ProtectedKind, Survey};
use crate::erasure::VerifyMode;
use crate::policy::{MediumKind, ReadBackExtent, Requirement, Scope, Technique};
use crate::progress::StopSignal;
use crate::records::{Layout, MOST_BATCHES, MOST_FILE_SYSTEMS};
use crate::units::ByteCount;

use super::super::super::{Lent, Refusal, WorkflowError, files};
use super::super::commission::{self, Commission, Looked};
use super::super::prepare::medium_kind;
use super::super::settings::Settings;
use super::request::{FilesPreview, FilesRequest, SystemPreview};
use super::search;

/// Room that record, slip and paper may need, with every batch's lists full.
pub(super) const RECORD_ROOM: ByteCount = ByteCount(32 << 20);
/// Room that the list of names may need, for each file.
const ANNEX_ROOM_EACH: u64 = 8 << 10;
/// Files that are named before the question.
const EXAMPLES: usize = 10;

/// An erasure of files with nothing left to refuse but secrets and the confirmation.
pub(super) struct Prepared {
    pub(super) commission: Commission,
    pub(super) settings: Settings,
    /// Taken out when the work begins.
    pub(super) cleared: Option<ClearedFiles>,
    pub(super) preview: FilesPreview,
    /// What the policy requires, for each kind of medium that there is.
    pub(super) requirements: Vec<Requirement>,
}

/// Looks at everything.
pub(super) fn prepare(request: &FilesRequest, lent: &Lent<'_>) -> Result<Prepared, WorkflowError> {
    let mut faults = request.faults();
    let settings = Settings::read(&request.engine, &mut faults);
    let order = request.order.understand(&mut faults)?;
    let (Some(settings), Some(order), true) = (settings, order, faults.is_empty()) else {
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
    // Looking is cheap to give up: Ctrl-C ends the program until something is written.
    let survey = devices::survey(&request.paths, request.recursive, &StopSignal::default());
    let requirements = requirements(&survey, request, &looked, settings.verify, &mut refusals);
    refusals.extend(annex(request, survey.files.len()));
    if request.search_device {
        refusals.extend(search::refusals(&survey));
    }
    let preview = preview(&survey, request, &settings);
    let mut protected = commission::protected_files(&request.order, lent)?;
    protected.extend(request.annex.as_ref().map(|path| Protected {
        what: ProtectedKind::Other,
        path: path.clone(),
    }));
    let cleared = devices::clear_files(survey, &protected, request.force_rewrite)
        .map_err(|errors| refusals.extend(errors.into_iter().map(|error| Refusal::Files { error })))
        .ok();
    refusals.extend(cleared.iter().flat_map(beyond_a_record));
    match (cleared, looked.complete()) {
        (Some(cleared), Some(commission)) if refusals.is_empty() => Ok(Prepared {
            commission,
            settings,
            cleared: Some(cleared),
            preview,
            requirements,
        }),
        _ => Err(WorkflowError::Refused(refusals)),
    }
}

/// What no record could tell of: found before anything is written.
fn beyond_a_record(cleared: &ClearedFiles) -> Vec<Refusal> {
    let systems = cleared.survey().systems.len();
    let too_many_systems = (systems > MOST_FILE_SYSTEMS).then_some(DeviceError::TooManyFileSystems {
        most: MOST_FILE_SYSTEMS as u64,
    });
    let too_many_batches = (devices::batches_of(cleared) > MOST_BATCHES).then(|| DeviceError::TooManyFiles {
        most: MOST_BATCHES.saturating_mul(devices::files_of_a_batch()) as u64,
    });
    let found = too_many_systems.into_iter().chain(too_many_batches);
    found.map(|error| Refusal::Files { error }).collect()
}

/// What the policy requires for files on each kind of medium; told once each.
fn requirements(
    survey: &Survey,
    request: &FilesRequest,
    looked: &Looked,
    verify: VerifyMode,
    refusals: &mut Vec<Refusal>,
) -> Vec<Requirement> {
    let mut kinds: Vec<MediumKind> = survey
        .systems
        .iter()
        .map(|system| system.medium.as_ref().map_or(MediumKind::Unknown, medium_kind))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut found = Vec::new();
    for kind in kinds {
        let mut told = Vec::new();
        found.extend(looked.requirement(&request.order, Scope::Files, kind, technique(verify), &mut told));
        for refusal in told {
            if !refusals.contains(&refusal) {
                refusals.push(refusal);
            }
        }
    }
    found
}

/// What the policy calls an overwrite of files with this read-back.
pub(super) const fn technique(verify: VerifyMode) -> Technique {
    let read_back = match verify {
        VerifyMode::Full => ReadBackExtent::Full,
        VerifyMode::Sample { .. } => ReadBackExtent::Sampled,
        VerifyMode::None => ReadBackExtent::NotShown,
    };
    Technique::FileOverwrite { read_back }
}

/// Proves that the list of names can be written, and that nothing has its names yet.
fn annex(request: &FilesRequest, count: usize) -> Vec<Refusal> {
    let Some(path) = &request.annex else {
        return Vec::new();
    };
    let taken = [path.clone(), table_beside(path)]
        .into_iter()
        .filter(|path| path.exists());
    let mut refusals: Vec<Refusal> = taken.map(|path| Refusal::Exists { path }).collect();
    if !request.dry_run {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let room = ByteCount(ANNEX_ROOM_EACH.saturating_mul(count as u64));
        refusals.extend(
            files::probe_folder(&folder, room)
                .err()
                .map(|problem| Refusal::Output {
                    path: folder,
                    problem,
                }),
        );
    }
    refusals
}

/// The table (CSV) beside a list (JSON).
pub(super) fn table_beside(list: &std::path::Path) -> PathBuf {
    list.with_extension("csv")
}

fn preview(survey: &Survey, request: &FilesRequest, settings: &Settings) -> FilesPreview {
    let systems = survey.systems.iter().enumerate().map(|(place, facts)| {
        let own = survey.files.iter().filter(|file| file.system == place);
        let (files, planned) = own.fold((0, 0_u64), |(files, bytes), file| {
            (files + 1, bytes.saturating_add(file.allocated().0))
        });
        SystemPreview {
            facts: facts.clone(),
            files,
            planned: ByteCount(planned),
        }
    });
    let systems: Vec<SystemPreview> = systems.collect();
    let content = survey
        .files
        .iter()
        .fold(0_u64, |sum, file| sum.saturating_add(file.size.0));
    let planned: u64 = systems.iter().map(|system| system.planned.0).sum();
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let mut plan = vec![
        pair("scope", "files".to_owned()),
        pair("files", survey.files.len().to_string()),
        pair("folders", survey.folders.len().to_string()),
        pair("content-bytes", content.to_string()),
        pair("planned-bytes", planned.to_string()),
        pair("method", settings.method.to_string()),
        pair("verify", settings.verify.to_string()),
    ];
    if request.force_rewrite {
        plan.push(pair("force-rewrite", "yes".to_owned()));
    }
    if request.search_device {
        plan.push(pair("search-device", "yes".to_owned()));
    }
    FilesPreview {
        files: survey.files.len(),
        folders: survey.folders.len(),
        content: ByteCount(content),
        systems,
        examples: survey
            .files
            .iter()
            .take(EXAMPLES)
            .map(|file| file.path.clone())
            .collect(),
        plan,
    }
}
