//! The beginning of one erasure: a number, the ledger's word that it was started, seeds, and the claim.

use crate::crypto::{self, Digest};
use crate::devices::{self, Cleared, Confirmed, IoPath, Target};
use crate::erasure::{Job, Plan};
use crate::ledger::{Head, LedgerId, SqliteStore, Store};
use crate::policy::Requirement;
use crate::records::{CertificateNumber, Interruption, Seed};
use crate::units::Timestamp;

use super::super::journal::{ledger_fault, log, number};
use super::super::{Lent, Refusal, Typed, WipePreview, WorkflowError};
use super::prepare::Medium;
use super::resume::Resumed;
use super::state::Kept;

/// A medium that somebody has confirmed.
pub(super) struct Chosen {
    pub(super) medium: Medium,
    pub(super) token: Confirmed,
    pub(super) typed: Typed,
}

/// An erasure that has begun, as the books know it.
pub(super) struct Begun {
    pub(super) preview: WipePreview,
    pub(super) plan: Plan,
    pub(super) plan_digest: Digest,
    pub(super) requirement: Requirement,
    pub(super) typed: Typed,
    pub(super) number: CertificateNumber,
    pub(super) started: Timestamp,
    /// The ledger's head when it had the entry "erasure-started".
    pub(super) head: (LedgerId, Head),
    /// What it is called in the ledger.
    pub(super) subject: String,
    /// The seeds of the plan, in order.
    pub(super) seeds: Vec<Seed>,
    /// The earlier runs that it takes up again, in order.
    pub(super) interruptions: Vec<Interruption>,
    /// What was kept of its states.
    pub(super) kept: Kept,
    /// How its bytes are written.
    pub(super) io_path: IoPath,
}

/// Begins one erasure. Whatever is refused, nothing has been written by then.
pub(super) fn begin(
    chosen: Chosen,
    resumed: Option<&Resumed>,
    ledger: &mut SqliteStore,
    lent: &Lent<'_>,
) -> Result<(Begun, Job, Box<dyn Target>), WorkflowError> {
    let Chosen { medium, token, typed } = chosen;
    let Medium {
        preview,
        plan,
        requirement,
        cleared,
    } = medium;
    let plan_digest = digest_of(&preview);
    let (job, seeds) = match resumed {
        Some(resumed) => (resumed.job(&plan)?, resumed.seeds()),
        None => fresh_job(&plan)?,
    };
    let started = lent.clock.now();
    let number = number(ledger, started, lent)?;
    let subject = format!("{number} {}", subject_of(&preview));
    let entry = format!("{subject} plan={plan_digest}");
    log(ledger, started, "erasure-started", &entry, lent)?;
    let head = ledger.head().map_err(|error| ledger_fault(error, lent))?;
    let mut begun = Begun {
        preview,
        plan,
        plan_digest,
        requirement,
        typed,
        number,
        started,
        head: (ledger.id(), head),
        subject,
        seeds,
        interruptions: resumed.map(Resumed::interruptions).unwrap_or_default(),
        kept: Kept::default(),
        io_path: IoPath::Direct,
    };
    let target = claim(&begun, cleared, token, ledger, lent)?;
    begun.io_path = target.io_path();
    Ok((begun, job, target))
}

fn fresh_job(plan: &Plan) -> Result<(Job, Vec<Seed>), WorkflowError> {
    let seeds = (0..plan.seeds_needed())
        .map(|_| crypto::random::<32>())
        .collect::<Result<Vec<_>, _>>()?;
    let job = Job::new(plan.clone(), &seeds).map_err(|_| WorkflowError::Internal { what: "plan" })?;
    Ok((job, seeds.into_iter().map(Seed::from_bytes).collect()))
}

/// Claims the medium. A refusal is kept in the ledger.
fn claim(
    begun: &Begun,
    cleared: Cleared,
    token: Confirmed,
    ledger: &mut SqliteStore,
    lent: &Lent<'_>,
) -> Result<Box<dyn Target>, WorkflowError> {
    match devices::claim(cleared, token) {
        Ok(target) => Ok(target),
        Err(error) => {
            let entry = format!("{} {}", begun.subject, error.code());
            log(ledger, lent.clock.now(), "erasure-refused", &entry, lent)?;
            let device = begun.preview.facts.asked.clone();
            Err(Refusal::Device { device, error }.into())
        }
    }
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
