//! A work order with nothing left to refuse but secrets: people, papers, ledger and clock, looked at together.

use std::path::{Path, PathBuf};

use crate::devices::{Protected, ProtectedKind};
use crate::ledger::{self, LedgerError, Opening, SqliteStore, Store};
use crate::policy::{self, Case, Intent, MediumKind, Requirement, Scope, Technique, WitnessWay};
use crate::records::{
    CertificateNumber, Contract, Identity, IdentityFile, Layout, Role, RosterStanding, check_text,
};
use crate::units::{ByteCount, Timestamp};

use super::super::press::Press;
use super::super::{ClockWitness, Lent, Refusal, WorkflowError, chores, files, people};
use super::order::{OrderUnderstood, WitnessRequest, WorkOrder};
use super::paper;

/// Largest contract file in bytes.
const MOST_CONTRACT_BYTES: usize = 256 << 10;

/// The witness as far as known before the erasure.
pub(super) enum Witness {
    SameMachine {
        path: PathBuf,
        key: Box<IdentityFile>,
        unattended: bool,
    },
    Later(Box<Identity>),
    Paper(String),
    None(String),
}

impl Witness {
    fn way(&self) -> Option<WitnessWay> {
        match self {
            Self::SameMachine { .. } => Some(WitnessWay::SameMachine),
            Self::Later(_) => Some(WitnessWay::OwnMachine),
            Self::Paper(_) => Some(WitnessWay::Paper),
            Self::None(_) => None,
        }
    }
}

/// What is known of an order before anything is confirmed.
pub(super) struct Commission {
    pub(super) understood: OrderUnderstood,
    pub(super) handler: IdentityFile,
    pub(super) witness: Witness,
    pub(super) roster: RosterStanding,
    pub(super) contract: Option<Contract>,
    pub(super) specimen: bool,
    pub(super) press: Press,
}

/// What was looked at so far: what is missing was refused.
pub(super) struct Looked {
    understood: OrderUnderstood,
    handler: IdentityFile,
    witness: Option<Witness>,
    roster: RosterStanding,
    contract: Option<Contract>,
    press: Option<Press>,
    /// 見本.
    pub(super) specimen: bool,
}

impl Looked {
    /// How the witness will sign, as far as there is one.
    fn way(&self) -> Option<WitnessWay> {
        self.witness.as_ref().and_then(Witness::way)
    }

    /// What the policy requires of `medium`, and whether `technique` can reach it; `None` where no rule covers it.
    pub(super) fn requirement(
        &self,
        order: &WorkOrder,
        scope: Scope,
        medium: MediumKind,
        technique: Technique,
        refusals: &mut Vec<Refusal>,
    ) -> Option<Requirement> {
        let case = Case {
            scope,
            classification: order.classification.clone(),
            mynumber: order.mynumber,
            purpose: self.understood.purpose,
            medium,
        };
        let requirement = policy::decide(&self.understood.profile, &case);
        let requirement = requirement
            .map_err(|error| refusals.push(Refusal::Policy(error)))
            .ok()?;
        let intent = Intent {
            reachable: Some(technique.reachable()),
            then: self.understood.then,
            witness: self.way(),
            approved_by: &[],
        };
        if let Err(errors) = policy::check_before(&requirement, &intent) {
            refusals.extend(errors.into_iter().map(Refusal::Policy));
        }
        Some(requirement)
    }

    /// All of it, where nothing was refused.
    pub(super) fn complete(self) -> Option<Commission> {
        Some(Commission {
            understood: self.understood,
            handler: self.handler,
            witness: self.witness?,
            roster: self.roster,
            contract: self.contract,
            specimen: self.specimen,
            press: self.press?,
        })
    }
}

/// Looks at everything that an order names. Its paper is of `layout`; `room` is what records and papers may need; with `dry_run` nothing is
/// tried by writing.
pub(super) fn look(
    layout: Layout,
    order: &WorkOrder,
    understood: OrderUnderstood,
    room: ByteCount,
    dry_run: bool,
    lent: &Lent<'_>,
    refusals: &mut Vec<Refusal>,
) -> Result<Looked, WorkflowError> {
    let now = lent.clock.now();
    let handler = people::read_key(&order.handler)?;
    let roster = roster(lent, refusals)?;
    refusals.extend(people::entitled(&roster, handler.public(), Role::Handler, now).err());
    let witness = witness(order, lent, &roster, handler.public(), now, refusals)?;
    let contract = contract(order)?;
    refusals.extend(texts(order));
    let specimen = handler.public().specimen;
    if specimen != lent.home.is_specimen() {
        refusals.push(Refusal::SpecimenMixed);
    }
    if !dry_run {
        refusals.extend(output(order, room, lent));
    }
    let press = paper::prove(
        layout,
        order,
        understood.spell_out_glyphs,
        handler.public(),
        witness.as_ref(),
        contract.as_ref(),
        refusals,
    )?;
    let last = ledger(dry_run, lent, refusals);
    let roster_date = roster.pinned().map(|roster| roster.content().issued_at);
    let happened = [
        (ClockWitness::Build, Some(lent.built)),
        (ClockWitness::Ledger, last),
        (ClockWitness::Roster, roster_date),
    ];
    refusals.extend(chores::judge_clock(now, &happened).err());
    Ok(Looked {
        understood,
        handler,
        witness,
        roster,
        contract,
        press,
        specimen,
    })
}

fn roster(lent: &Lent<'_>, refusals: &mut Vec<Refusal>) -> Result<RosterStanding, WorkflowError> {
    match people::roster(lent)? {
        Ok(standing) => {
            if let Some(roster) = standing.pinned() {
                lent.home.remember(roster, lent.owner)?;
            }
            Ok(standing)
        }
        Err(error) => {
            refusals.push(Refusal::Roster {
                path: people::roster_path(lent),
                error,
            });
            Ok(RosterStanding::Absent)
        }
    }
}

fn witness(
    order: &WorkOrder,
    lent: &Lent<'_>,
    roster: &RosterStanding,
    handler: &Identity,
    now: Timestamp,
    refusals: &mut Vec<Refusal>,
) -> Result<Option<Witness>, WorkflowError> {
    let (witness, person) = match &order.witness {
        WitnessRequest::SameMachine(path) => {
            let key = Box::new(people::read_key(path)?);
            let (person, unattended) = (key.public().clone(), lent.desk.is_unattended(key.public()));
            (
                Witness::SameMachine {
                    path: path.clone(),
                    key,
                    unattended,
                },
                person,
            )
        }
        WitnessRequest::Later(id) | WitnessRequest::Paper(id) => {
            let Some(member) = roster.roster().and_then(|roster| roster.by_id(id)) else {
                refusals.push(Refusal::NoRoster { id: id.clone() });
                return Ok(None);
            };
            let person = member.identity.clone();
            let later = matches!(order.witness, WitnessRequest::Later(_));
            (
                if later {
                    Witness::Later(Box::new(person.clone()))
                } else {
                    Witness::Paper(described(&person))
                },
                person,
            )
        }
        WitnessRequest::None(reason) => return Ok(Some(Witness::None(reason.clone()))),
    };
    refusals.extend(people::entitled(roster, &person, Role::Witness, now).err());
    if person.id == handler.id || person.fingerprint() == handler.fingerprint() {
        refusals.push(Refusal::SamePerson {
            id: person.id.clone(),
        });
    }
    Ok(Some(witness))
}

/// How a witness who signs on paper stands on the record.
fn described(person: &Identity) -> String {
    let words = [
        Some(person.organisation.as_str()),
        person.title.as_deref(),
        Some(person.name.as_str()),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn contract(order: &WorkOrder) -> Result<Option<Contract>, WorkflowError> {
    let Some(path) = &order.contract else {
        return Ok(None);
    };
    let bytes = files::read(path, MOST_CONTRACT_BYTES)?;
    let read = Contract::parse(&bytes);
    read.map(Some).map_err(|error| {
        Refusal::Record {
            path: path.clone(),
            error,
        }
        .into()
    })
}

fn texts(order: &WorkOrder) -> Vec<Refusal> {
    let reason = match &order.witness {
        WitnessRequest::None(reason) => Some(reason),
        _ => None,
    };
    let texts = [
        ("--no-witness", reason),
        ("--asset-no", order.asset_number.as_ref()),
        ("--machine", order.machine.as_ref()),
        ("--place", order.place.as_ref()),
    ];
    let check = |(field, text): (&'static str, Option<&String>)| {
        text.and_then(|text| check_text(field, text, 200).err())
    };
    texts.into_iter().filter_map(check).map(Refusal::Text).collect()
}

fn output(order: &WorkOrder, needed: ByteCount, lent: &Lent<'_>) -> Vec<Refusal> {
    let out = files::probe_folder(&order.out, needed)
        .err()
        .map(|problem| Refusal::Output {
            path: order.out.clone(),
            problem,
        });
    let home = lent.home.folder();
    let home = if home.exists() {
        files::probe_folder(home, needed).err()
    } else {
        None
    };
    out.into_iter()
        .chain(home.map(|problem| Refusal::Output {
            path: lent.home.folder().to_owned(),
            problem,
        }))
        .collect()
}

/// Proves that the ledger can be written, where there is one; says when its last entry was made.
fn ledger(dry_run: bool, lent: &Lent<'_>, refusals: &mut Vec<Refusal>) -> Option<Timestamp> {
    let path = people::ledger_path(lent);
    let probe = || -> Result<Option<Timestamp>, LedgerError> {
        let mut store = SqliteStore::open(&path, Opening::Append)?;
        if !dry_run {
            store.probe_writable()?;
        }
        store.last_time()
    };
    match probe() {
        Ok(last) => last,
        // The home's own ledger is made when the work begins; a named one must be there.
        Err(LedgerError::Missing { .. }) if lent.ledger.is_none() => None,
        Err(error) => {
            refusals.push(Refusal::Ledger {
                path: path.clone(),
                error,
            });
            None
        }
    }
}

/// What must not be erased: without it nothing could be recorded or proven.
pub(super) fn protected(order: &WorkOrder, lent: &Lent<'_>) -> Vec<Protected> {
    let mut protected = Vec::new();
    let mut add = |what: ProtectedKind, path: &Path| {
        protected.push(Protected {
            what,
            path: path.to_owned(),
        })
    };
    add(ProtectedKind::Output, &order.out);
    add(ProtectedKind::Key, &order.handler);
    add(ProtectedKind::Ledger, &people::ledger_path(lent));
    add(ProtectedKind::Home, lent.home.folder());
    if let WitnessRequest::SameMachine(path) = &order.witness {
        add(ProtectedKind::Key, path);
    }
    let roster = people::roster_path(lent);
    if roster.exists() {
        add(ProtectedKind::Roster, &roster);
    }
    if let Some(program) = &lent.program {
        add(ProtectedKind::Program, program);
    }
    for other in order.contract.iter().chain(&order.template) {
        add(ProtectedKind::Other, other);
    }
    protected
}

/// What no erasure of files may take: all of [`protected`], what the database keeps beside the ledger, and the records
/// in the output folder, which other people's work is proven by.
///
/// # Errors
/// An output folder that cannot be listed: what is a record in it would be anybody's guess.
pub(super) fn protected_files(order: &WorkOrder, lent: &Lent<'_>) -> Result<Vec<Protected>, WorkflowError> {
    let mut all = protected(order, lent);
    let path = people::ledger_path(lent);
    // The database names them by its own file, not by a link to it.
    let own = path.canonicalize().unwrap_or(path);
    let beside = ledger::beside(&own).map(|path| (ProtectedKind::Ledger, path));
    let there = beside.into_iter().filter(|(_, path)| path.exists());
    let records = files::names(&order.out)?
        .into_iter()
        .filter(|name| CertificateNumber::at_front_of(&name.to_string_lossy()).is_some())
        .map(|name| (ProtectedKind::Record, order.out.join(name)));
    all.extend(there.chain(records).map(|(what, path)| Protected { what, path }));
    Ok(all)
}
