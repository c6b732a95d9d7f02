//! `keshiin open`: files out of a package, under their names only when everything holds.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::ledger::{NewEntry, SqliteStore, Store};
use crate::sealing::{Ciphertext as _, Difference, Entry, Extracted, Healed, Package, SealingError, Wanted};
use crate::units::{ByteCount, ByteRange};

use super::super::journal::{ledger_fault, log, open_ledger};
use super::super::{Exit, Infection, Lent, OutputProblem, Refusal, ScanFinding, ScanTrouble, WorkflowError};
use super::access::{Blame, Found, find};
use super::deliver::bounded;
use super::judge::compared;
use super::outputs::{Staged, conflicts};
use super::request::{Lost, OpenReport, OpenRequest};
use super::seal::look_through;
use super::{PackageRefusal, VolumeFinding};

/// Opens a package.
///
/// # Errors
/// A record that does not hold, a key that does not fit, damage, files that are there already. After an error
/// nothing was written.
pub fn open_package(request: &OpenRequest, lent: &mut Lent<'_>) -> Result<OpenReport, WorkflowError> {
    let opened = open_and_write(request, lent);
    lent.desk.engine_done();
    if let Err(error) = &opened
        && is_logged(error)
        && let Ok(mut ledger) = open_ledger(lent)
    {
        let name = request
            .access
            .package
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let subject = bounded(&format!("{name} {}", error.code()));
        let _ = log(
            &mut ledger,
            lent.clock.now(),
            "package-open-failed",
            &subject,
            lent,
        );
    }
    opened
}

/// A mistyped command is no failed opening.
const fn is_logged(error: &WorkflowError) -> bool {
    !matches!(error, WorkflowError::Usage(_) | WorkflowError::Ledger { .. })
}

fn open_and_write(request: &OpenRequest, lent: &mut Lent<'_>) -> Result<OpenReport, WorkflowError> {
    let access = &request.access;
    let found = find(access, request.salvage, lent)?;
    let opener = found.unlock(access, lent)?;
    let mut ledger = open_ledger(lent)?;
    let package = found.open(&opener, request.salvage)?;
    let stop = lent.desk.stop();
    let mut observer = lent.desk.package_observer(&found.located.stem);
    let failed = |error| found.fault(error);
    let asked = asked(request, &package)?;
    let salvage = if request.salvage {
        Some(package.salvage(observer.as_mut(), &stop).map_err(failed)?)
    } else {
        None
    };
    let chosen: Option<Vec<usize>> = match (&salvage, asked) {
        (Some(salvage), Some(asked)) => Some(
            asked
                .into_iter()
                .filter(|place| salvage.whole.binary_search(place).is_ok())
                .collect(),
        ),
        (Some(salvage), None) => Some(salvage.whole.clone()),
        (None, asked) => asked,
    };
    let entries = chosen_entries(&package, chosen.as_deref());
    refuse(request, &entries)?;
    let staged = Staged::new(&request.out, lent)?;
    let wanted = chosen.as_deref().map_or(Wanted::All, Wanted::Only);
    let extracted = package
        .extract(wanted, &staged, observer.as_mut(), &stop)
        .map_err(failed)?;
    drop(observer);
    let mut volumes = found.judged.volumes.clone();
    hold_against_record(&found, &extracted, &mut volumes).map_err(failed)?;
    let scan = scan(request, &entries, &staged, &stop, lent)?;
    let not_logged = enter(&mut ledger, &found, &entries, lent)?;
    staged.release(entries.iter().copied(), request.force)?;
    // Digests of whole volumes: each is taken once.
    let mut blame = Blame::new(&found);
    let lost = salvage
        .as_ref()
        .map_or_else(Vec::new, |salvage| lost(&found, &mut blame, &package, salvage));
    let damaged: Vec<ByteRange> = salvage.map_or_else(Vec::new, |salvage| salvage.damaged);
    let mut exit = exit(&lost, &damaged, &extracted.healed);
    if found.judged.is_false() {
        // A record that is false is more than none.
        exit = Exit::worst([exit, Exit::Exceptions]);
    }
    let damaged_volumes = damaged_volumes(&found, &mut blame, &damaged);
    let files = entries.iter().filter_map(|entry| entry.file);
    Ok(OpenReport {
        package: package.header().package().to_string(),
        sealed_by: package.manifest().head.sender,
        files: files.clone().count() as u64,
        bytes: ByteCount(files.map(|file| file.size).sum()),
        lost,
        damaged,
        damaged_volumes,
        healed: extracted.healed,
        partial: extracted.volumes.is_none(),
        // Some segments are read twice; there is no more than all.
        read: ByteCount(found.files.read().0.min(found.files.length())),
        length: ByteCount(found.files.length()),
        scan,
        not_logged,
        exit,
        volumes,
        checks: found.judged.checks.clone(),
        record: found.judged.record.clone().map(Box::new),
    })
}

/// Places of what was asked for; everything without `--only`.
fn asked(request: &OpenRequest, package: &Package<'_>) -> Result<Option<Vec<usize>>, WorkflowError> {
    if request.only.is_empty() {
        return Ok(None);
    }
    let entries = &package.manifest().entries;
    let names: Vec<String> = request.only.iter().map(|name| normal(name)).collect();
    let is = |entry: &Entry, name: &str| {
        &*entry.path == name
            || entry
                .path
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    let missing = names
        .iter()
        .filter(|name| !entries.iter().any(|entry| is(entry, name)));
    let missing: Vec<Refusal> = missing
        .map(|name| PackageRefusal::NoSuchEntry { path: name.clone() }.into())
        .collect();
    if !missing.is_empty() {
        return Err(WorkflowError::Refused(missing));
    }
    let wanted = |entry: &Entry| names.iter().any(|name| is(entry, name));
    Ok(Some(
        (0..entries.len())
            .filter(|place| wanted(&entries[*place]))
            .collect(),
    ))
}

fn normal(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.trim_end_matches('/').nfc().collect()
}

fn chosen_entries<'a>(package: &'a Package<'_>, chosen: Option<&[usize]>) -> Vec<&'a Entry> {
    let entries = &package.manifest().entries;
    match chosen {
        None => entries.iter().collect(),
        Some(places) => places.iter().filter_map(|place| entries.get(*place)).collect(),
    }
}

/// What speaks against writing: files that are there, links in the way, too little room.
fn refuse(request: &OpenRequest, entries: &[&Entry]) -> Result<(), WorkflowError> {
    let needed: u64 = entries
        .iter()
        .filter_map(|entry| entry.file)
        .map(|file| file.size)
        .sum();
    let probed = super::super::files::probe_folder(&request.out, ByteCount(needed + (1 << 20)));
    let refusal = |problem: OutputProblem| Refusal::Output {
        path: request.out.clone(),
        problem,
    };
    let mut refusals: Vec<Refusal> = probed.err().map(refusal).into_iter().collect();
    refusals.extend(conflicts(&request.out, entries.iter().copied(), request.force));
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(WorkflowError::Refused(refusals))
    }
}

/// The volumes that were read are those of the record, unless damage was made up for.
fn hold_against_record(
    found: &Found,
    extracted: &Extracted,
    volumes: &mut [VolumeFinding],
) -> Result<(), SealingError> {
    let (Some(record), Some(read)) = (&found.judged.record, &extracted.volumes) else {
        return Ok(());
    };
    if compared(volumes, record.content(), read) || !extracted.healed.is_empty() {
        return Ok(());
    }
    let what = Difference::Content;
    Err(SealingError::OtherThanRecord { what })
}

/// Looks through what came out, while it has no names yet.
fn scan(
    request: &OpenRequest,
    entries: &[&Entry],
    staged: &Staged,
    stop: &crate::progress::StopSignal,
    lent: &Lent<'_>,
) -> Result<Option<ScanFinding>, WorkflowError> {
    let Some(asked) = &request.scan else {
        return Ok(None);
    };
    let files = entries.iter().filter(|entry| entry.file.is_some());
    let paths: Vec<PathBuf> = files.map(|entry| staged.path_of(entry)).collect();
    look_through(&paths, asked, lent.clock.now(), stop)
        .map(Some)
        .map_err(|error| inside(error, staged))
}

/// What was found is told by its path in the package: the file itself is removed again.
fn inside(error: WorkflowError, staged: &Staged) -> WorkflowError {
    let renamed = |refusal| match refusal {
        Refusal::Scan(ScanTrouble::Infected { found }) => {
            let found = found.into_iter().map(|one| Infection {
                path: staged.path_in(&one.path),
                inside: true,
                ..one
            });
            Refusal::Scan(ScanTrouble::Infected {
                found: found.collect(),
            })
        }
        other => other,
    };
    match error {
        WorkflowError::Refused(refusals) => {
            WorkflowError::Refused(refusals.into_iter().map(renamed).collect())
        }
        other => other,
    }
}

/// Enters the opening, before anything has its name: what cannot be logged is not done.
fn enter(
    ledger: &mut SqliteStore,
    found: &Found,
    entries: &[&Entry],
    lent: &Lent<'_>,
) -> Result<Option<&'static str>, WorkflowError> {
    let record = found.judged.record.as_ref();
    let number = record.map_or_else(
        || "unsigned".to_owned(),
        |record| record.content().number.to_string(),
    );
    let subject = bounded(&format!(
        "{number} {} entries={}",
        found.located.stem,
        entries.len()
    ));
    let entry = NewEntry {
        time: lent.clock.now(),
        kind: "package-opened",
        subject: &subject,
        record: record.map(crate::records::Verified::digest),
        envelope: None,
    };
    ledger
        .append(entry)
        .map(|_| None)
        .map_err(|error| ledger_fault(error, lent))
}

fn lost(
    found: &Found,
    blame: &mut Blame<'_>,
    package: &Package<'_>,
    salvage: &crate::sealing::Salvage,
) -> Vec<Lost> {
    let entries = &package.manifest().entries;
    salvage
        .lost
        .iter()
        .map(|lost| {
            let places = to_blame(found, blame, &lost.damaged);
            let entry = &entries[lost.place];
            Lost {
                path: entry.path.to_string(),
                size: ByteCount(entry.file.map_or(0, |file| file.size)),
                ranges: lost.lost.clone(),
                volumes: places.into_iter().map(|place| found.volume_name(place)).collect(),
            }
        })
        .collect()
}

/// Volumes that these ranges lie in, range by range: of two that hold one, the one that is whole is not to blame.
fn to_blame(found: &Found, blame: &mut Blame<'_>, damaged: &[ByteRange]) -> BTreeSet<usize> {
    let holding = damaged
        .iter()
        .map(|range| found.files.holding(range.start.0, range.length.0));
    holding.flat_map(|holding| blame.of(holding)).collect()
}

/// The volumes in which damage lies.
fn damaged_volumes(found: &Found, blame: &mut Blame<'_>, damaged: &[ByteRange]) -> Vec<String> {
    let places = to_blame(found, blame, damaged);
    places.into_iter().map(|place| found.volume_name(place)).collect()
}

fn exit(lost: &[Lost], damaged: &[ByteRange], healed: &[Healed]) -> Exit {
    if lost.is_empty() && damaged.is_empty() && healed.is_empty() {
        Exit::Done
    } else {
        Exit::Exceptions
    }
}
