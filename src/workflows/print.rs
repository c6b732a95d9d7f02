//! `keshiin print`: the paper of records, once more, several in one file, as a list, as labels.

use std::path::{Path, PathBuf};

use crate::records::{
    CertificateNumber, Check, Identity, Kind, Language, Layout, MOST_PRINTED, Role, RosterStanding,
};
use crate::units::{ByteCount, Timestamp};

use super::filed::{self, Filed, OnPaper};
use super::files::Privacy;
use super::press::{Item, Press};
use super::{ClockWitness, Lent, Refusal, UsageFault, WorkflowError, chores, files, people, press};

/// Most certificates in one file: the typesetter holds all pages at once, about 6 MiB for each.
const MOST_CERTIFICATES: usize = 200;
/// Room that the paper of one record needs at most, and a reserve.
const PAPER_ROOM: u64 = 512 << 10;
const RESERVE: u64 = 8 << 20;

/// Which paper of its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperForm {
    /// 証明書・結果記録, 送付書: a document for each record.
    Documents,
    /// 消去結果一覧表: all records in one table. For erasures.
    List,
    /// 消去済ラベル, 宛名票: what is stuck on a drive or an envelope.
    Labels,
}

impl PaperForm {
    /// The layout in which it shows records of `kind`. `None`: there is none.
    const fn layout(self, kind: Kind) -> Option<Layout> {
        match (self, kind) {
            (Self::Documents, Kind::Erasure) => Some(Layout::Certificate),
            (Self::List, Kind::Erasure) => Some(Layout::List),
            (Self::Labels, Kind::Erasure) => Some(Layout::Label),
            (Self::Documents, Kind::Delivery) => Some(Layout::Delivery),
            (Self::Labels, Kind::Delivery) => Some(Layout::Address),
            // A list or a label of media would take files for a medium.
            (Self::Documents, Kind::PartialErasure) => Some(Layout::Partial),
            _ => None,
        }
    }
}

/// `keshiin print` as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintRequest {
    /// Record files.
    pub records: Vec<PathBuf>,
    /// The PDF to write.
    pub out: PathBuf,
    /// Key file of whoever prints, and signs for it.
    pub key: Option<PathBuf>,
    /// Which paper.
    pub form: PaperForm,
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
    let (Some(layout), true) = (layout(request, &filed, &mut refusals), refusals.is_empty()) else {
        return Err(WorkflowError::Refused(refusals));
    };
    let press = Press::new(layout, request.language, request.template.as_deref())?;
    let items: Vec<Item<'_>> = filed.iter().map(Filed::<OnPaper>::item).collect();
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
            .map(|filed| filed.record.shown().number().clone())
            .collect(),
        signed: printer.is_some(),
        lacking: lacking(&filed),
    })
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
    let bound = match request.form {
        PaperForm::Documents => MOST_CERTIFICATES,
        PaperForm::List | PaperForm::Labels => MOST_PRINTED,
    };
    if request.records.len() > bound {
        return Err(WorkflowError::Usage(vec![UsageFault::TooMany { bound }]));
    }
    Ok(())
}

/// The layout that shows them; those that it does not show are refused.
fn layout(request: &PrintRequest, filed: &[Filed<OnPaper>], refusals: &mut Vec<Refusal>) -> Option<Layout> {
    let fits = |filed: &Filed<OnPaper>| request.form.layout(filed.record.shown().kind());
    let first = filed.first().and_then(fits);
    let others = filed
        .iter()
        .filter(|filed| first.is_none() || fits(filed) != first);
    refusals.extend(others.map(|filed| Refusal::OtherPaper {
        path: filed.path.clone(),
    }));
    first
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
) -> Result<Vec<Filed<OnPaper>>, WorkflowError> {
    let mut all: Vec<Filed<OnPaper>> = Vec::new();
    for path in &request.records {
        match filed::read_any(path, standing, lent.clock.now(), lent) {
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
fn unfit(filed: &Filed<OnPaper>, before: &[Filed<OnPaper>]) -> Option<Refusal> {
    let path = filed.path.clone();
    let number = filed.record.shown().number();
    let unknown = filed
        .checks
        .iter()
        .any(|check| matches!(check, Check::UnknownKey { .. }));
    let slip = filed.checks.contains(&Check::SlipGood);
    if unknown || !slip {
        Some(Refusal::NotGenuine { path })
    } else if before.iter().any(|other| other.record.shown().number() == number) {
        Some(Refusal::PrintedTwice { path })
    } else {
        None
    }
}

/// Signs that people typed and the fonts do not have.
fn lacking(filed: &[Filed<OnPaper>]) -> Vec<String> {
    let mut signs: Vec<String> = filed
        .iter()
        .filter_map(|filed| std::str::from_utf8(filed.envelope.payload()).ok())
        .flat_map(crate::rendering::lacking)
        .collect();
    signs.sort();
    signs.dedup();
    signs
}
