//! What is asked of an erasure of files, as typed, and what comes back.

use std::path::PathBuf;

use crate::devices::{DeviceError, FileSystemFacts};
use crate::erasure::files::{DeviceSearch, FilesJudgement};
use crate::records::{FileResult, PartialRecord};
use crate::units::ByteCount;

use super::super::super::{Exit, UsageFault};
use super::super::order::WorkOrder;
use super::super::paperwork::Papers;
use super::super::settings::EngineRequest;
use super::prepare::table_beside;

/// Most files that `--yes` stands for.
const MOST_BY_YES: usize = 100;

/// `keshiin wipe file` as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesRequest {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Folders are erased with all that is in them.
    pub recursive: bool,
    /// What cannot be reached in place is rewritten all the same.
    pub force_rewrite: bool,
    /// The devices are read whole afterwards, for copies of what was erased.
    pub search_device: bool,
    /// Where the list of names goes.
    pub annex: Option<PathBuf>,
    /// How many files there are, given with the command.
    pub confirm: Option<String>,
    /// Nothing is asked.
    pub yes: bool,
    /// End after the plan.
    pub dry_run: bool,
    /// Who does it, why, and where the papers go.
    pub order: WorkOrder,
    /// How the engine goes about it.
    pub engine: EngineRequest,
}

impl FilesRequest {
    /// What is wrong with the words about files.
    pub(super) fn faults(&self) -> Vec<UsageFault> {
        let twice =
            |(place, path): (usize, &PathBuf)| self.paths[..place].contains(path).then(|| path.clone());
        let mut faults: Vec<UsageFault> = self
            .paths
            .iter()
            .enumerate()
            .filter_map(twice)
            .map(|path| UsageFault::NamedTwice { path })
            .collect();
        if let Some(list) = self.annex.as_ref().filter(|list| table_beside(list) == **list) {
            // The table beside it would have the same name.
            let (option, value) = ("--annex", list.to_string_lossy().into_owned());
            faults.push(UsageFault::Value { option, value });
        }
        if self.yes && self.paths.len() > MOST_BY_YES {
            faults.push(UsageFault::TooManyForYes { most: MOST_BY_YES });
        }
        faults
    }
}

/// A file system with files that are to be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemPreview {
    /// What it is.
    pub facts: FileSystemFacts,
    /// Files on it.
    pub files: usize,
    /// Bytes that will be overwritten there.
    pub planned: ByteCount,
}

/// What is shown before files are confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesPreview {
    /// Files found.
    pub files: usize,
    /// Folders that go with them.
    pub folders: usize,
    /// Bytes of content.
    pub content: ByteCount,
    /// By file system.
    pub systems: Vec<SystemPreview>,
    /// The first of the files, for people to recognise.
    pub examples: Vec<PathBuf>,
    /// The plan in names and values.
    pub plan: Vec<(String, String)>,
}

/// A finished erasure of files or free space, interrupted and failed ones included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesDone {
    /// The judgement.
    pub judgement: FilesJudgement,
    /// The signed record's content.
    pub record: PartialRecord,
    /// Record, slip and paper.
    pub papers: Papers,
    /// The list of names, where one was asked for: JSON and CSV.
    pub annex: Option<(PathBuf, PathBuf)>,
    /// Where old content and names were found on the devices.
    pub searches: Vec<DeviceSearch>,
    /// The first files that were left as they are, and why.
    pub left: Vec<(PathBuf, WhyLeft)>,
    /// Steps that failed after the work had begun; the record says what that means.
    pub faults: Vec<DeviceError>,
}

/// Why a file has its name still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyLeft {
    /// It was not to be had any more: nothing was written to it.
    Refused(DeviceError),
    /// What was found of it.
    Found(FileResult),
}

impl WhyLeft {
    /// The stable code or name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(error) => error.code(),
            Self::Found(result) => result.name(),
        }
    }
}

impl FilesDone {
    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let verdict = Exit::of_code(self.judgement.exit_code()).unwrap_or(Exit::Fault);
        Exit::worst([verdict, self.papers.exit()])
    }
}

/// What a partial erasure came to.
#[derive(Debug, PartialEq, Eq)]
pub enum PartialReport<P> {
    /// It ended after the plan.
    DryRun(P),
    /// It was carried out.
    Done(Box<FilesDone>),
}

/// What an erasure of files came to.
pub type FilesReport = PartialReport<FilesPreview>;

impl<P> PartialReport<P> {
    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::DryRun(_) => Exit::Done,
            Self::Done(done) => done.exit(),
        }
    }
}
