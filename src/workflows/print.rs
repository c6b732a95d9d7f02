//! `keshiin print`: the paper of records, once more, several in one file, as a list, as labels.

use std::path::{Path, PathBuf};

use crate::records::{
    CertificateNumber, Check, Identity, Language, Layout, MOST_PRINTED, Role, RosterStanding,
};
use crate::units::{ByteCount, Timestamp};

use super::filed::{self, Filed};
use super::files::Privacy;
use super::press::{Item, Press};
use super::{ClockWitness, Lent, Refusal, UsageFault, WorkflowError, chores, files, people, press};

/// Most certificates in one file: the typesetter holds all pages at once, about 6 MiB for each.
const MOST_CERTIFICATES: usize = 200;
/// Room that the paper of one record needs at most, and a reserve.
const PAPER_ROOM: u64 = 512 << 10;
const RESERVE: u64 = 8 << 20;

/// `keshiin print` as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintRequest {
    /// Record files.
    pub records: Vec<PathBuf>,
    /// The PDF to write.
    pub out: PathBuf,
    /// Key file of whoever prints, and signs for it.
    pub key: Option<PathBuf>,
    /// Kind of paper.
    pub layout: Layout,
    /// Its language.
    pub language: Language,
    /// An office's own template.
    pub template: Option<PathBuf>,
}

/// A PDF that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintReport {
    /// The PDF.
    pub path: PathBuf,
    /// Its size.
    pub size: ByteCount,
    /// What is on it.
    pub numbers: Vec<CertificateNumber>,
    /// Somebody signed for the printing.
    pub signed: bool,
    /// Signs of the records that the fonts lack: they stand on the paper as code points.
    pub lacking: Vec<String>,
}

/// Prints records into one PDF.
///
/// # Errors
/// Records that are not genuine, or signed by somebody unknown; a file that is there already; a template
/// that fails; a wrong passphrase.
pub fn print_records(request: &PrintRequest, lent: &mut Lent<'_>) -> Result<PrintReport, WorkflowError> {
    check_usage(request)?;
    let now = lent.clock.now();
    let standing = people::usable_roster(lent)?;
    let mut refusals = output(request);
    if standing.roster().is_none() {
        // Without one nobody can say whose the signatures are, and paper shows only what was verified.
        let id = people::roster_path(lent).display().to_string();
        return Err(Refusal::NoRoster { id }.into());
    }
    let roster_date = standing.pinned().map(|roster| roster.content().issued_at);
    let happened = [
        (ClockWitness::Build, Some(lent.built)),
        (ClockWitness::Roster, roster_date),
    ];
    refusals.extend(chores::judge_clock(now, &happened).err());
    let filed = read_all(request, &standing, lent, &mut refusals)?;
    let key = request.key.as_deref().map(people::read_key).transpose()?;
    refusals.extend(
        key.iter()
            .filter_map(|key| not_a_printer(key.public(), &standing, now, lent)),
    );
    if !refusals.is_empty() {
        return Err(WorkflowError::Refused(refusals));
    }
    let press = Press::new(request.layout, request.language, request.template.as_deref())?;
    let items: Vec<Item<'_>> = filed.iter().map(Filed::item).collect();
    let printer = match (&key, &request.key) {
        (Some(key), Some(path)) => Some(people::unlock(key, path, lent)?),
        _ => None,
    };
    let pdf = press
        .print(&items, standing.roster(), printer.as_ref(), now)
        .map_err(|error| match (error, &request.template) {
            (WorkflowError::Paper(error), Some(path)) => press::refused(path, error),
            (error, _) => error,
        })?;
    files::write_new(&request.out, &pdf, Privacy::Shared, lent.owner)?;
    Ok(PrintReport {
        path: request.out.clone(),
        size: ByteCount(pdf.len() as u64),
        numbers: filed
            .iter()
            .map(|filed| filed.record.content().number.clone())
            .collect(),
        signed: printer.is_some(),
        lacking: lacking(&filed),
    })
}

impl Filed {
    /// What a press takes of it.
    pub(super) fn item(&self) -> Item<'_> {
        Item {
            record: &self.record,
            envelope: &self.envelope,
            slip: &self.slip,
        }
    }
}

fn check_usage(request: &PrintRequest) -> Result<(), WorkflowError> {
    let twice = request
        .records
        .iter()
        .enumerate()
        .find(|(place, path)| request.records[..*place].contains(path));
    if let Some((_, path)) = twice {
        return Err(WorkflowError::Usage(vec![UsageFault::NamedTwice {
            path: path.clone(),
        }]));
    }
    let bound = match request.layout {
        Layout::Certificate => MOST_CERTIFICATES,
        Layout::List | Layout::Label => MOST_PRINTED,
    };
    if request.records.len() > bound {
        return Err(WorkflowError::Usage(vec![UsageFault::TooMany { bound }]));
    }
    Ok(())
}

/// What speaks against writing the PDF there.
fn output(request: &PrintRequest) -> Vec<Refusal> {
    if request.out.exists() {
        let path = request.out.clone();
        return vec![Refusal::Exists { path }];
    }
    let folder = request
        .out
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let needed = ByteCount(RESERVE + PAPER_ROOM * request.records.len() as u64);
    let problem = files::probe_folder(folder, needed).err();
    let refusal = problem.map(|problem| Refusal::Output {
        path: folder.to_owned(),
        problem,
    });
    refusal.into_iter().collect()
}

/// Why somebody's signature under a print would be worth nothing.
fn not_a_printer(
    person: &Identity,
    standing: &RosterStanding,
    now: Timestamp,
    lent: &Lent<'_>,
) -> Option<Refusal> {
    if person.specimen != lent.home.is_specimen() {
        return Some(Refusal::SpecimenMixed);
    }
    let member = standing.pinned()?.by_fingerprint(&person.fingerprint());
    let roles = member.map_or_else(|| vec![Role::Handler], |member| member.roles.clone());
    let mut refused = roles
        .into_iter()
        .map(|role| people::entitled(standing, person, role, now));
    // One role is enough; of several that are not, the first is told.
    let first = refused.next()?;
    if first.is_ok() || refused.any(|role| role.is_ok()) {
        None
    } else {
        first.err()
    }
}

/// Every record, or everything that speaks against printing them.
fn read_all(
    request: &PrintRequest,
    standing: &RosterStanding,
    lent: &Lent<'_>,
    refusals: &mut Vec<Refusal>,
) -> Result<Vec<Filed>, WorkflowError> {
    let mut all: Vec<Filed> = Vec::new();
    for path in &request.records {
        match filed::read(path, standing, lent.clock.now(), lent) {
            Ok(filed) => {
                refusals.extend(unfit(&filed, &all));
                all.push(filed);
            }
            Err(WorkflowError::Refused(more)) => refusals.extend(more),
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// Paper shows only what was verified: every signature, and each record once.
fn unfit(filed: &Filed, before: &[Filed]) -> Option<Refusal> {
    let path = filed.path.clone();
    let number = &filed.record.content().number;
    let unknown = filed
        .checks
        .iter()
        .any(|check| matches!(check, Check::UnknownKey { .. }));
    let slip = filed.checks.contains(&Check::SlipGood);
    if unknown || !slip {
        Some(Refusal::NotGenuine { path })
    } else if before
        .iter()
        .any(|other| other.record.content().number == *number)
    {
        Some(Refusal::PrintedTwice { path })
    } else {
        None
    }
}

/// Signs that people typed and the fonts do not have.
fn lacking(filed: &[Filed]) -> Vec<String> {
    let mut signs: Vec<String> = filed
        .iter()
        .filter_map(|filed| std::str::from_utf8(filed.envelope.payload()).ok())
        .flat_map(crate::rendering::lacking)
        .collect();
    signs.sort();
    signs.dedup();
    signs
}
