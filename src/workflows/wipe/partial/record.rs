//! From what was measured of files to the record of a partial erasure. Nothing is judged here and nothing is left blank.

use crate::devices::{self, FileSystemFacts, NameTrace};
use crate::erasure;
use crate::erasure::files::{BatchOutcome, FileMeasure, FilesJudgement, anything_rewritten, files_limits};
use crate::policy::Requirement;
use crate::records::{
    Absence, AnnexRef, Blindness, Fact, FileSystem, FilesBatch, FilesConfirmation, FilesConfirmedBy,
    FilesTotals, InPlace, Kind, Method, NameTotals, Order, PartialRecord, PartialScope, Sight,
};
use crate::units::{ByteCount, Timestamp};

use super::super::super::claims;
use super::super::super::journal::head_claim;
use super::super::paperwork::Paperwork;
use super::super::record::{medium, verdict};
use super::super::run_record;
use super::carry_out::{Agreed, Begun, Work};
use super::prepare::{Prepared, technique};
use super::request::FilesRequest;
use super::search;

/// What one run left to be recorded.
pub(super) struct Facts<'a> {
    pub(super) request: &'a FilesRequest,
    pub(super) prepared: &'a Prepared,
    pub(super) begun: &'a Begun,
    pub(super) work: &'a Work,
    pub(super) judgement: &'a FilesJudgement,
    pub(super) annex: Option<AnnexRef>,
    pub(super) ended: Timestamp,
}

/// The record of one run.
pub(super) fn record(paperwork: &Paperwork<'_>, facts: &Facts<'_>) -> PartialRecord {
    let method = &facts.prepared.settings.method;
    let survey = &facts.work.survey;
    PartialRecord {
        kind: Kind::PartialErasure,
        version: 1,
        specimen: paperwork.commission.specimen,
        number: facts.begun.number.clone(),
        verdict: verdict(facts.judgement.verdict),
        reasons: facts
            .judgement
            .reasons
            .iter()
            .map(|reason| reason.code().to_owned())
            .collect(),
        order: order(paperwork, facts),
        scope: PartialScope::Files,
        machine: paperwork.machine_claim(survey.systems.iter().find_map(|system| system.medium.as_ref())),
        file_systems: survey.systems.iter().map(file_system).collect(),
        method: Method {
            name: method.to_string(),
            source: method.source().to_owned(),
            legacy: method.legacy(),
            passes: u16::try_from(method.passes().len()).unwrap_or(u16::MAX),
        },
        batches: facts.work.outcome.batches.iter().map(batch).collect(),
        totals: totals(facts),
        free_space: None,
        force_rewrite: anything_rewritten(&facts.work.outcome, &survey.systems),
        search: search::totals(&facts.work.outcome),
        annex: facts.annex,
        confirmation: confirmation(facts),
        limits: files_limits(method, &facts.work.outcome)
            .iter()
            .map(|limit| limit.code().to_owned())
            .collect(),
        times: claims::times(facts.begun.started, facts.ended),
        place: paperwork.order.place.clone(),
        contract: paperwork.commission.contract.clone(),
        witness: paperwork.witness_claim(),
        roster: claims::roster(&paperwork.commission.roster),
        ledger: head_claim(facts.begun.head),
        plan: facts.begun.plan_digest,
        tool: paperwork.tool.clone(),
        signers: paperwork.signers(),
    }
}

fn order(paperwork: &Paperwork<'_>, facts: &Facts<'_>) -> Order {
    let verify = facts.prepared.settings.verify;
    let reached = match facts.judgement.verdict {
        erasure::Verdict::Erased => technique(verify).level(),
        _ => None,
    };
    let requirements: Vec<&Requirement> = facts.prepared.requirements.iter().collect();
    paperwork.order_claim(&requirements, reached)
}

fn file_system(facts: &FileSystemFacts) -> FileSystem {
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
        sight: sight(&facts.sight),
        medium: facts.medium.as_ref().map(medium),
        snapshots: facts.snapshots.clone(),
    }
}

/// What the batch could look at: a claim finds out what a survey could not know.
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

fn totals(facts: &Facts<'_>) -> FilesTotals {
    let preview = &facts.prepared.preview;
    let measures = || facts.work.outcome.files();
    let sum = |of: fn(&FileMeasure) -> ByteCount| ByteCount(measures().map(|file| of(file).0).sum());
    let erased = measures().filter(|file| file.is_removed()).count() as u64;
    let removed_folders = facts.work.removed_folders;
    FilesTotals {
        named: facts.request.paths.len() as u64,
        files: preview.files as u64,
        folders: preview.folders as u64,
        content_bytes: preview.content,
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
        left_files: (preview.files as u64).saturating_sub(erased),
        removed_folders,
        left_folders: (preview.folders as u64).saturating_sub(removed_folders),
        names: names(measures().filter(|file| file.is_removed())),
    }
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

fn confirmation(facts: &Facts<'_>) -> FilesConfirmation {
    let (by, at_terminal) = match &facts.begun.agreed {
        Agreed::Count(typed) => (FilesConfirmedBy::Count, typed.at_terminal),
        Agreed::Yes => (FilesConfirmedBy::Yes, false),
    };
    FilesConfirmation {
        by,
        at_terminal,
        count: facts.prepared.preview.files as u64,
    }
}
