//! From what was measured of files or free space to the record of a partial erasure. Nothing is judged here and nothing is left blank.

use crate::devices::{self, FileSystemFacts, NameTrace};
use crate::erasure;
use crate::erasure::files::{
    BatchOutcome, FileMeasure, FilesJudgement, FilesOutcome, anything_rewritten, files_limits, free_limits,
    written_bytes,
};
use crate::policy::Requirement;
use crate::records::{
    Absence, AnnexRef, Blindness, EntryTotals, Fact, FileSystem, FilesBatch, FilesConfirmation,
    FilesConfirmedBy, FilesTotals, FreeSpace, InPlace, InodeTotals, Kind, Method, NameTotals, Order,
    PartialRecord, PartialScope, Sight, TailTotals,
};
use crate::units::{ByteCount, Timestamp};

use super::super::super::claims;
use super::super::super::journal::head_claim;
use super::super::record::{medium, verdict};
use super::super::run_record;
use super::carry_out::{Agreed, Over, Run};
use super::prepare::technique;
use super::search;

/// Most snapshots that are named: a record takes no more.
const MOST_SNAPSHOTS: usize = 256;

/// What one run left to be recorded.
pub(super) struct Facts<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) judgement: &'a FilesJudgement,
    pub(super) annex: Option<AnnexRef>,
    pub(super) ended: Timestamp,
}

/// The record of one run.
pub(super) fn record(facts: &Facts<'_>) -> PartialRecord {
    let run = facts.run;
    let (paperwork, begun, outcome) = (run.paperwork, run.begun, &run.work.outcome);
    let method = &run.settings.method;
    let survey = &run.work.survey;
    PartialRecord {
        kind: Kind::PartialErasure,
        version: 1,
        specimen: paperwork.commission.specimen,
        number: begun.number.clone(),
        verdict: verdict(facts.judgement.verdict),
        reasons: facts
            .judgement
            .reasons
            .iter()
            .map(|reason| reason.code().to_owned())
            .collect(),
        order: order(facts),
        scope: match run.over {
            Over::Files(_) => PartialScope::Files,
            Over::Space(_) => PartialScope::FreeSpace,
        },
        machine: paperwork.machine_claim(survey.systems.iter().find_map(|system| system.medium.as_ref())),
        file_systems: (0..)
            .zip(&survey.systems)
            .map(|(place, facts)| file_system(facts, seen(outcome, place, facts)))
            .collect(),
        method: Method {
            name: method.to_string(),
            source: method.source().to_owned(),
            legacy: method.legacy(),
            passes: u16::try_from(method.passes().len()).unwrap_or(u16::MAX),
        },
        batches: outcome.batches.iter().map(batch).collect(),
        totals: totals(run),
        free_space: free_space(run),
        force_rewrite: anything_rewritten(outcome, &survey.systems),
        search: search::totals(outcome),
        annex: facts.annex,
        confirmation: confirmation(run),
        limits: limits(run),
        times: claims::times(begun.started, facts.ended),
        place: paperwork.order.place.clone(),
        contract: paperwork.commission.contract.clone(),
        witness: paperwork.witness_claim(),
        roster: claims::roster(&paperwork.commission.roster),
        ledger: head_claim(begun.head),
        plan: begun.plan_digest,
        tool: paperwork.tool.clone(),
        signers: paperwork.signers(),
    }
}

fn order(facts: &Facts<'_>) -> Order {
    let verify = facts.run.settings.verify;
    let reached = match facts.judgement.verdict {
        erasure::Verdict::Erased => technique(verify).level(),
        _ => None,
    };
    let requirements: Vec<&Requirement> = facts.run.requirements.iter().collect();
    facts.run.paperwork.order_claim(&requirements, reached)
}

fn limits(run: &Run<'_>) -> Vec<String> {
    let (method, outcome) = (&run.settings.method, &run.work.outcome);
    let limits = match run.over {
        Over::Files(_) => files_limits(method, outcome),
        Over::Space(free) => free_limits(method, outcome, free),
    };
    limits.iter().map(|limit| limit.code().to_owned()).collect()
}

/// What could be looked at: a claim finds out what a survey could not know.
fn seen<'a>(outcome: &'a FilesOutcome, place: usize, facts: &'a FileSystemFacts) -> &'a devices::Sight {
    let mut batches = outcome.batches.iter().filter(|batch| batch.system == place);
    let blind = batches.find(|batch| matches!(batch.sight, devices::Sight::None { .. }));
    blind.map_or(&facts.sight, |batch| &batch.sight)
}

fn file_system(facts: &FileSystemFacts, seen: &devices::Sight) -> FileSystem {
    FileSystem {
        name: facts.name.clone(),
        number: facts.number.to_string(),
        mount_point: facts.mount_point.to_string_lossy().into_owned(),
        block: ByteCount(u64::from(facts.block.bytes())),
        in_place: match facts.in_place {
            devices::InPlace::Yes => InPlace::Yes,
            devices::InPlace::No => InPlace::No,
            devices::InPlace::Memory => InPlace::Memory,
            _ => InPlace::Untold,
        },
        journals_data: facts.journals_data,
        sight: sight(seen),
        medium: facts.medium.as_ref().map(medium),
        snapshots: facts.snapshots.iter().take(MOST_SNAPSHOTS).cloned().collect(),
    }
}

fn sight(sight: &devices::Sight) -> Sight {
    match sight {
        devices::Sight::Device { node, .. } => Sight::Device {
            node: node.to_string_lossy().into_owned(),
        },
        devices::Sight::None { why } => Sight::None {
            why: Blindness::parse(why.name()).unwrap_or(Blindness::Unknown),
        },
    }
}

fn batch(batch: &BatchOutcome) -> FilesBatch {
    let planned = batch.files.iter().map(|file| file.planned.0).sum();
    let stream = batch.stream.as_ref();
    let absent = || Fact::NotMeasured(Absence::NotReached);
    FilesBatch {
        file_system: u32::try_from(batch.system).unwrap_or(u32::MAX),
        files: batch.files.len() as u64,
        stream_bytes: ByteCount(planned),
        digests_kept: batch.digests_kept,
        looked_again: batch.looked_again,
        passes: stream
            .map(|outcome| outcome.passes.iter().map(run_record::pass).collect())
            .unwrap_or_default(),
        io: stream.map_or_else(absent, |outcome| Fact::Measured(run_record::io(&outcome.conduct))),
        verification: match stream {
            Some(outcome) => Fact::Measured(run_record::verification(outcome)),
            None => Fact::NotMeasured(Absence::NotReached),
        },
        ending: match stream {
            Some(outcome) => Fact::Measured(run_record::ending(&outcome.ending)),
            None => Fact::NotMeasured(Absence::NotReached),
        },
    }
}

fn totals(run: &Run<'_>) -> FilesTotals {
    let survey = &run.work.survey;
    let (files, folders) = (survey.files.len() as u64, survey.folders.len() as u64);
    let content = survey.files.iter().map(|file| file.size.0);
    let measures = || run.work.outcome.files();
    let sum = |of: fn(&FileMeasure) -> ByteCount| ByteCount(measures().map(|file| of(file).0).sum());
    let erased = measures().filter(|file| file.is_removed()).count() as u64;
    let removed_folders = run.work.removed_folders;
    let (named, names) = match run.over {
        Over::Files(request) => (
            request.paths.len() as u64,
            names(measures().filter(|file| file.is_removed())),
        ),
        Over::Space(_) => (1, NameTotals::default()),
    };
    FilesTotals {
        named,
        files,
        folders,
        content_bytes: ByteCount(content.fold(0, u64::saturating_add)),
        planned_bytes: sum(|file| file.planned),
        unwritten_bytes: sum(|file| file.unwritten),
        slack_bytes: sum(|file| file.slack),
        mapped_bytes: sum(|file| file.mapped),
        equal_bytes: sum(|file| file.equal),
        other_bytes: sum(|file| file.other),
        still_there_bytes: sum(|file| file.still_there),
        moved_bytes: sum(|file| file.moved),
        unreached_bytes: sum(|file| file.unreached),
        erased_files: erased,
        left_files: files.saturating_sub(erased),
        removed_folders,
        left_folders: folders.saturating_sub(removed_folders),
        names,
    }
}

fn free_space(run: &Run<'_>) -> Option<FreeSpace> {
    let Over::Space(free) = run.over else { return None };
    Some(FreeSpace {
        free_before: free.free_before,
        taken: free.taken,
        written: written_bytes(&run.work.outcome),
        reserve: free.reserve,
        left_over: free.left_over,
        tails: TailTotals {
            files: free.tails.files,
            clean: free.tails.clean,
            erased: free.tails.erased,
            left: free.tails.left,
            not_looked: free.tails.not_looked,
            unwritten_bytes: free.tails.unwritten,
        },
        entries: EntryTotals {
            folders: free.entries.folders,
            cleared: free.entries.cleared,
            left: free.entries.left,
            not_looked: free.entries.not_looked,
        },
        inodes: InodeTotals {
            free_before: free.inodes.free_before,
            taken: free.inodes.taken,
            left: free.inodes.left,
        },
    })
}

fn names<'a>(removed: impl Iterator<Item = &'a FileMeasure>) -> NameTotals {
    let mut names = NameTotals::default();
    for file in removed {
        match file.name {
            Some(NameTrace::Gone) => names.gone += 1,
            Some(NameTrace::StillThere) => names.still_there += 1,
            _ => names.not_seen += 1,
        }
    }
    names
}

fn confirmation(run: &Run<'_>) -> FilesConfirmation {
    let (typed, count) = match run.over {
        Over::Files(_) => (FilesConfirmedBy::Count, run.work.survey.files.len() as u64),
        Over::Space(_) => (FilesConfirmedBy::Paths, 0),
    };
    let (by, at_terminal) = match &run.begun.agreed {
        Agreed::Typed(text) => (typed, text.at_terminal),
        Agreed::Yes => (FilesConfirmedBy::Yes, false),
    };
    FilesConfirmation {
        by,
        at_terminal,
        count,
    }
}
