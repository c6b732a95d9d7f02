//! Several erasures at the same time: a thread for each medium, and one that keeps the books.
//!
//! Media are claimed one after the other and begun at once. The thread that claims them alone uses ledger,
//! keys, files and desk: it signs and files each erasure when its outcome comes. What befalls one medium
//! does not disturb the others. Whoever stops, stops all, and wants no other one begun.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, Scope};

use crate::devices::{self, Target};
use crate::erasure::{self, Job, Keeper, Outcome, Plan, ResumePoint, VerifyMode};
use crate::ledger::SqliteStore;
use crate::progress::{Observer, StopSignal};
use crate::records::{Slip, SlipFile};
use crate::units::ByteCount;

use super::super::journal::log;
use super::super::{Clock, Lane, Lent, WorkflowError};
use super::begin::{Begun, Chosen, begin};
use super::paperwork::{Dossier, Draft, Paperwork, conclude, file_name};
use super::prepare::Prepared;
use super::record::Facts;
use super::request::{WipeFailure, WipeOutcome, WipeReport};
use super::resume::Resumed;
use super::settings::Settings;
use super::state::Kept;

/// Erases every chosen medium.
///
/// # Errors
/// What befell the only one, where there is a single one and no record of it.
pub(super) fn erase(
    chosen: Vec<Chosen>,
    prepared: &Prepared,
    paperwork: &Paperwork<'_>,
    ledger: &mut SqliteStore,
    lent: &mut Lent<'_>,
) -> Result<WipeReport, WorkflowError> {
    let alone = chosen.len() == 1;
    // From here on Ctrl-C stops what runs: whatever has begun gets its record.
    let stop = lent.desk.stop();
    let clock = lent.clock;
    let mut books = Books {
        paperwork,
        settings: &prepared.settings,
        resumed: prepared.resumed.as_ref(),
        ledger,
        lent,
        under_way: Vec::new(),
        newest: Vec::new(),
        filed: Vec::new(),
        not_begun: Vec::new(),
        failures: Vec::new(),
        alone,
    };
    std::thread::scope(|scope| {
        let (sender, news) = channel();
        let crew = Crew {
            scope,
            sender,
            stop: &stop,
            clock,
        };
        books.begin_all(chosen, &crew);
        drop(crew);
        books.listen(&news);
    });
    books.close()
}

/// What a medium's thread says, with its place.
enum News {
    /// There is something new to be kept, in the medium's own box.
    Certain(usize),
    /// It is through: what was measured; none where the engine broke down.
    Through(usize, Option<Box<Outcome>>),
}

/// Where a medium's thread leaves what is certain: the newest alone, however long nobody looks.
type Newest = Arc<Mutex<Option<ResumePoint>>>;

/// A medium's own end of it.
struct Leaver {
    place: usize,
    newest: Newest,
    sender: Sender<News>,
}

impl Keeper for Leaver {
    fn keep(&mut self, point: ResumePoint) {
        let before = locked(&self.newest).replace(point);
        if before.is_none() {
            // Nobody listens only where the books broke down.
            let _ = self.sender.send(News::Certain(self.place));
        }
    }
}

/// A point is replaced as a whole, so one left by a thread that panicked is as good as any.
fn locked(newest: &Newest) -> MutexGuard<'_, Option<ResumePoint>> {
    newest.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the threads of all media share.
struct Crew<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    sender: Sender<News>,
    stop: &'env StopSignal,
    clock: &'env dyn Clock,
}

impl Crew<'_, '_> {
    /// Sends a medium's thread to work.
    fn send_off(
        &self,
        place: usize,
        mut job: Job,
        idle: bool,
        target: Box<dyn Target>,
        mut observer: Box<dyn Observer>,
        newest: Newest,
    ) -> Result<(), WorkflowError> {
        let mut keeper = Leaver {
            place,
            newest,
            sender: self.sender.clone(),
        };
        let (sender, stop, clock) = (self.sender.clone(), self.stop, self.clock);
        let work = move || {
            // The engine's own threads inherit it.
            job.background = idle && devices::lower_io_priority();
            let run = || {
                let now = || clock.now();
                let run = erasure::run(job, target, observer.as_mut(), &mut keeper, stop, &now);
                drop(observer);
                (Box::new(run.outcome), run.target)
            };
            // A fault in the program must cost the others nothing, and leave this one on record.
            let (outcome, target) = catch_unwind(AssertUnwindSafe(run)).ok().unzip();
            // Nobody listens only where the books broke down, and then nobody can be told.
            let _ = sender.send(News::Through(place, outcome));
            // Only now: a sick drive may keep whoever gives it back waiting, and its record must not wait.
            drop(target);
        };
        Builder::new()
            .name("device".to_owned())
            .spawn_scoped(self.scope, work)
            .map(drop)
            .map_err(|_| WorkflowError::Internal { what: "thread" })
    }
}

/// An erasure whose record is signed and kept.
struct Filed {
    outcome: WipeOutcome,
    dossier: Dossier,
}

/// Ledger, signatures, files: kept by one thread for all media.
struct Books<'a, 'b> {
    paperwork: &'a Paperwork<'a>,
    settings: &'a Settings,
    /// What is taken up again.
    resumed: Option<&'a Resumed>,
    ledger: &'a mut SqliteStore,
    lent: &'a mut Lent<'b>,
    /// By place: what runs.
    under_way: Vec<Option<Begun>>,
    /// By place: what is certain and not kept yet.
    newest: Vec<Newest>,
    /// With their places: finished in whatever order.
    filed: Vec<(usize, Filed)>,
    not_begun: Vec<PathBuf>,
    failures: Vec<WipeFailure>,
    alone: bool,
}

impl Books<'_, '_> {
    /// Claims every medium, then sends all to work: one that keeps its claim waiting holds up no other's records.
    fn begin_all(&mut self, chosen: Vec<Chosen>, crew: &Crew<'_, '_>) {
        let lanes: Vec<Lane<'_>> = chosen.iter().map(lane).collect();
        let observers = self.lent.desk.observers(&lanes);
        let count = chosen.len();
        let mut ready = Vec::new();
        for (place, (chosen, observer)) in chosen.into_iter().zip(observers).enumerate() {
            let device = chosen.medium.preview.facts.asked.clone();
            self.under_way.push(None);
            self.newest.push(Newest::default());
            if place > 0 && crew.stop.is_raised() {
                self.not_begun.push(device);
                continue;
            }
            match self.begin_one(chosen, count) {
                Ok((begun, job, target)) => {
                    self.under_way[place] = Some(begun);
                    ready.push((place, job, target, observer));
                }
                Err(error) => self.fail(device, false, error),
            }
        }
        for (place, job, target, observer) in ready {
            self.send_off(place, (job, target, observer), crew);
        }
    }

    fn begin_one(
        &mut self,
        chosen: Chosen,
        count: usize,
    ) -> Result<(Begun, Job, Box<dyn Target>), WorkflowError> {
        let resumed = self.resumed;
        let (begun, mut job, target) = begin(chosen, resumed, self.ledger, self.lent)?;
        self.settings.apply(&mut job, count);
        Ok((begun, job, target))
    }

    fn send_off(
        &mut self,
        place: usize,
        work: (Job, Box<dyn Target>, Box<dyn Observer>),
        crew: &Crew<'_, '_>,
    ) {
        let (job, target, observer) = work;
        let idle = self.settings.idle;
        let newest = Arc::clone(&self.newest[place]);
        let Err(error) = crew.send_off(place, job, idle, target, observer, newest) else {
            return;
        };
        if let Some(begun) = self.under_way[place].take() {
            let entry = format!("{} {}", begun.subject, error.code());
            let now = self.lent.clock.now();
            let logged = log(self.ledger, now, "erasure-refused", &entry, self.lent);
            let device = begun.preview.facts.asked.clone();
            self.fail(device, false, logged.err().unwrap_or(error));
        }
    }

    /// Until the last medium's thread is through.
    fn listen(&mut self, news: &Receiver<News>) {
        for one in news {
            self.hear(one);
        }
    }

    fn hear(&mut self, news: News) {
        let (News::Certain(place) | News::Through(place, _)) = news;
        // A fault in the program at one medium's papers must not cost the others theirs.
        let device = self.under_way.get(place).and_then(Option::as_ref);
        let device = device.map(|begun| begun.preview.facts.asked.clone());
        let deal = || {
            self.keep(place);
            if let News::Through(place, outcome) = news {
                self.through(place, outcome);
            }
        };
        let dealt = catch_unwind(AssertUnwindSafe(deal));
        if let (Err(_), Some(device)) = (dealt, device) {
            self.fail(device, true, WorkflowError::Internal { what: "records" });
        }
    }

    /// Keeps what is certain about a medium.
    fn keep(&mut self, place: usize) {
        let point = self.newest.get(place).and_then(|newest| locked(newest).take());
        if let (Some(point), Some(Some(begun))) = (point, self.under_way.get_mut(place)) {
            match self.paperwork.keep_state(begun, &point, self.lent) {
                Ok(path) => {
                    begun.kept = Kept {
                        path: Some(path),
                        trouble: None,
                    }
                }
                // What was kept before is still there.
                Err(trouble) => begun.kept.trouble = Some(trouble),
            }
        }
    }

    fn through(&mut self, place: usize, outcome: Option<Box<Outcome>>) {
        let Some(begun) = self.under_way.get_mut(place).and_then(Option::take) else {
            return;
        };
        let device = begun.preview.facts.asked.clone();
        // How far it was for certain stands in its state.
        let broken = || erasure::broken_down(&begun.plan, begun.io_path);
        let outcome = outcome.map_or_else(broken, |outcome| *outcome);
        match self.file(begun, outcome) {
            Ok(filed) => self.filed.push((place, filed)),
            Err(error) => self.fail(device, true, error),
        }
    }

    /// Judges, records, signs and files what was measured, shows the verdict, and prints.
    fn file(&mut self, begun: Begun, outcome: Outcome) -> Result<Filed, WorkflowError> {
        let judgement = erasure::judge(&outcome);
        let facts = Facts {
            begun: &begun,
            outcome: &outcome,
            judgement: &judgement,
            ended: self.lent.clock.now(),
        };
        let record = self.paperwork.record(&facts);
        let envelope = record.to_envelope();
        let draft = Draft {
            slip: SlipFile::new(Slip::of(&record, envelope.digest())),
            envelope,
            order: record.order_of_signers(),
            number: &record.number,
            name: &file_name(&record.number, &record.medium),
            subject: &begun.subject,
            verdict: judgement.verdict.name(),
        };
        let (mut papers, dossier) = self.paperwork.sign_and_file(draft, self.ledger, self.lent)?;
        let resume_path = conclude(begun.kept, &outcome.ending, &mut papers.troubles);
        let outcome = WipeOutcome {
            facts: begun.preview.facts,
            outcome,
            judgement,
            record,
            resume_path,
            papers,
        };
        self.lent.desk.show_verdict(&outcome);
        let mut filed = Filed { outcome, dossier };
        self.paperwork
            .print(&mut filed.outcome.papers, &filed.dossier, self.lent);
        Ok(filed)
    }

    fn fail(&mut self, device: PathBuf, begun: bool, error: WorkflowError) {
        let failure = WipeFailure { device, begun, error };
        // With a single device the failure is the whole answer, which the caller gives.
        if !self.alone {
            self.lent.desk.report_failure(&failure);
        }
        self.failures.push(failure);
    }

    /// Lets the witness sign what there is, and reports.
    fn close(mut self) -> Result<WipeReport, WorkflowError> {
        // Only now may Ctrl-C end the program: what was done is on record and was shown.
        self.lent.desk.engine_done();
        if self.alone
            && let Some(failure) = self.failures.pop()
        {
            return Err(failure.error);
        }
        // As they were named, not as they happened to be done.
        self.filed.sort_by_key(|(place, _)| *place);
        let mut filed: Vec<Filed> = self.filed.into_iter().map(|(_, filed)| filed).collect();
        if self.paperwork.witness_signs_here() && filed.len() > 1 {
            let outcomes: Vec<&WipeOutcome> = filed.iter().map(|filed| &filed.outcome).collect();
            self.lent.desk.show_verdicts(&outcomes);
        }
        let mut to_sign: Vec<_> = filed
            .iter_mut()
            .map(|filed| (&mut filed.outcome.papers, &mut filed.dossier))
            .collect();
        self.paperwork.witnessed(&mut to_sign, self.ledger, self.lent);
        let outcomes = filed.into_iter().map(|filed| filed.outcome).collect();
        Ok(WipeReport::Done {
            outcomes,
            not_begun: self.not_begun,
            failures: self.failures,
        })
    }
}

/// A medium for whoever watches.
fn lane(chosen: &Chosen) -> Lane<'_> {
    Lane {
        facts: &chosen.medium.preview.facts,
        work: work(&chosen.medium.plan),
    }
}

/// Bytes that will be written and read back.
fn work(plan: &Plan) -> ByteCount {
    let size = plan.size().0;
    let whole = u64::from(plan.pass_count()) + plan.read_backs().len() as u64;
    let left_out = match plan.verify() {
        VerifyMode::Sample { percent } => size / 100 * u64::from(100 - percent.min(100)),
        _ => 0,
    };
    ByteCount(size.saturating_mul(whole).saturating_sub(left_out))
}
