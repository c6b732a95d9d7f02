//! Everything that can be found wrong before a secret is asked for, told at once.

use std::path::{Path, PathBuf};

use crate::crypto::Digest;
use crate::devices::{self, Cleared, DeviceFacts, ExpectedConfirmation, Protected, ProtectedKind, Transport};
use crate::erasure::{Plan, VerifyMode};
use crate::ledger::{LedgerError, Opening, SqliteStore, Store};
use crate::policy::{
    self, Case, Intent, MediumKind, ReadBackExtent, Requirement, Scope, Technique, WitnessWay,
};
use crate::records::{Contract, Identity, IdentityFile, Role, RosterStanding, check_text};
use crate::units::{BlockSize, ByteCount, Timestamp};

use super::super::press::Press;
use super::super::{
    ClockWitness, Lent, Refusal, UsageFault, WipePreview, WorkflowError, chores, files, people,
};
use super::paper;
use super::request::{Understood, WipeRequest, WitnessRequest};
use super::resume::Resumed;

/// Room that record, slip and paper of one medium may need, with 1,000 ranges in every list.
const RECORD_ROOM: u64 = 12 << 20;
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

/// One medium that may be erased once it is confirmed.
pub(super) struct Medium {
    pub(super) preview: WipePreview,
    pub(super) plan: Plan,
    pub(super) requirement: Requirement,
    pub(super) cleared: Cleared,
}

/// A wipe with nothing left to refuse but secrets and confirmations.
pub(super) struct Prepared {
    pub(super) understood: Understood,
    pub(super) handler: IdentityFile,
    pub(super) witness: Witness,
    pub(super) roster: RosterStanding,
    pub(super) contract: Option<Contract>,
    pub(super) specimen: bool,
    pub(super) press: Press,
    pub(super) media: Vec<Medium>,
}

/// Looks at everything.
pub(super) fn prepare(
    request: &WipeRequest,
    resumed: Option<Resumed>,
    lent: &Lent<'_>,
) -> Result<Prepared, WorkflowError> {
    let understood = request.understand(resumed)?;
    let now = lent.clock.now();
    let mut refusals = Vec::new();
    let handler = people::read_key(&request.handler)?;
    let roster = roster(lent, &mut refusals)?;
    refusals.extend(people::entitled(&roster, handler.public(), Role::Handler, now).err());
    let witness = witness(request, lent, &roster, handler.public(), now, &mut refusals)?;
    let contract = contract(request)?;
    refusals.extend(texts(request));
    let specimen = handler.public().specimen;
    let other_specimen = understood
        .resumed
        .as_ref()
        .is_some_and(|resumed| resumed.specimen() != specimen);
    if specimen != lent.home.is_specimen() || other_specimen {
        refusals.push(Refusal::SpecimenMixed);
    }
    refusals.extend(output(request, lent));
    let press = paper::prove(
        request,
        understood.spell_out_glyphs,
        handler.public(),
        witness.as_ref(),
        contract.as_ref(),
        &mut refusals,
    )?;
    let last = ledger(request.dry_run, lent, &mut refusals);
    let roster_date = roster.pinned().map(|roster| roster.content().issued_at);
    let happened = [
        (ClockWitness::Build, Some(lent.built)),
        (ClockWitness::Ledger, last),
        (ClockWitness::Roster, roster_date),
    ];
    refusals.extend(chores::judge_clock(now, &happened).err());
    let way = witness.as_ref().and_then(Witness::way);
    let protected = protected(request, lent);
    let media: Vec<Option<Medium>> = request
        .devices
        .iter()
        .enumerate()
        .map(|(place, device)| {
            medium(
                device,
                (place + 1, request.devices.len()),
                request,
                &understood,
                way,
                &protected,
                &mut refusals,
            )
        })
        .collect();
    if let Some(path) = same_medium(media.iter().flatten().map(|medium| &medium.preview.facts)) {
        return Err(WorkflowError::Usage(vec![UsageFault::NamedTwice { path }]));
    }
    let media: Option<Vec<Medium>> = media.into_iter().collect();
    match (media, witness, press) {
        (Some(media), Some(witness), Some(press)) if refusals.is_empty() => Ok(Prepared {
            understood,
            handler,
            witness,
            roster,
            contract,
            specimen,
            press,
            media,
        }),
        _ => Err(WorkflowError::Refused(refusals)),
    }
}

/// A medium that is there under two names: links, or two nodes of one device.
fn same_medium<'a>(media: impl Iterator<Item = &'a DeviceFacts>) -> Option<PathBuf> {
    let mut seen = std::collections::HashSet::new();
    let mut second = media.filter(|facts| !seen.insert((facts.number, facts.file_identity)));
    second.next().map(|facts| facts.asked.clone())
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
    request: &WipeRequest,
    lent: &Lent<'_>,
    roster: &RosterStanding,
    handler: &Identity,
    now: Timestamp,
    refusals: &mut Vec<Refusal>,
) -> Result<Option<Witness>, WorkflowError> {
    let (witness, person) = match &request.witness {
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
            let later = matches!(request.witness, WitnessRequest::Later(_));
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

fn contract(request: &WipeRequest) -> Result<Option<Contract>, WorkflowError> {
    let Some(path) = &request.contract else {
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

fn texts(request: &WipeRequest) -> Vec<Refusal> {
    let reason = match &request.witness {
        WitnessRequest::None(reason) => Some(reason),
        _ => None,
    };
    let texts = [
        ("--no-witness", reason),
        ("--asset-no", request.asset_number.as_ref()),
        ("--machine", request.machine.as_ref()),
        ("--place", request.place.as_ref()),
    ];
    let check = |(field, text): (&'static str, Option<&String>)| {
        text.and_then(|text| check_text(field, text, 200).err())
    };
    texts.into_iter().filter_map(check).map(Refusal::Text).collect()
}

fn output(request: &WipeRequest, lent: &Lent<'_>) -> Vec<Refusal> {
    if request.dry_run {
        return Vec::new();
    }
    let needed = ByteCount(RECORD_ROOM * request.devices.len() as u64);
    let out = files::probe_folder(&request.out, needed)
        .err()
        .map(|problem| Refusal::Output {
            path: request.out.clone(),
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

/// Files whose medium must not be erased: without them nothing could be recorded or proven.
fn protected(request: &WipeRequest, lent: &Lent<'_>) -> Vec<Protected> {
    let mut protected = Vec::new();
    let mut add = |what: ProtectedKind, path: &Path| {
        protected.push(Protected {
            what,
            path: path.to_owned(),
        })
    };
    add(ProtectedKind::Output, &request.out);
    add(ProtectedKind::Key, &request.handler);
    add(ProtectedKind::Ledger, &people::ledger_path(lent));
    add(ProtectedKind::Home, lent.home.folder());
    if let WitnessRequest::SameMachine(path) = &request.witness {
        add(ProtectedKind::Key, path);
    }
    let roster = people::roster_path(lent);
    if roster.exists() {
        add(ProtectedKind::Roster, &roster);
    }
    if let Some(program) = &lent.program {
        add(ProtectedKind::Program, program);
    }
    for other in request
        .contract
        .iter()
        .chain(&request.template)
        .chain(&request.resume)
    {
        add(ProtectedKind::Other, other);
    }
    protected
}

fn medium(
    device: &Path,
    place: (usize, usize),
    request: &WipeRequest,
    understood: &Understood,
    way: Option<WitnessWay>,
    protected: &[Protected],
    refusals: &mut Vec<Refusal>,
) -> Option<Medium> {
    let refuse = |error| Refusal::Device {
        device: device.to_owned(),
        error,
    };
    let facts = devices::inspect(device, request.image)
        .map_err(|error| refusals.push(refuse(error)))
        .ok()?;
    let resumed = understood.resumed.as_ref();
    refusals.extend(resumed.and_then(|resumed| resumed.compare(&facts).err()));
    let requirement = requirement(&facts, request, understood, way, refusals);
    let cleared = devices::clear(&facts, protected)
        .map_err(|errors| refusals.extend(errors.into_iter().map(refuse)))
        .ok();
    let plan = Plan::new(
        understood.method.clone(),
        facts.size,
        fault_block(&facts),
        understood.verify,
    );
    let plan = plan
        .map_err(|_| {
            let empty = refuse(devices::DeviceError::SizeZero {
                path: facts.path.clone(),
            });
            // The guards may have said so already.
            if !refusals.contains(&empty) {
                refusals.push(empty);
            }
        })
        .ok()?;
    let (cleared, requirement) = (cleared?, requirement?);
    if let Some(resumed) = resumed
        && let Err(refusal) = resumed.job(&plan)
    {
        refusals.push(refusal);
        return None;
    }
    let expected = confirmation(&facts)
        .map_err(|error| refusals.push(refuse(error)))
        .ok()?;
    let preview = WipePreview {
        facts,
        expected,
        plan: plan
            .describe()
            .into_iter()
            .chain(resumed.map(Resumed::described).unwrap_or_default())
            .collect(),
        place,
    };
    Some(Medium {
        preview,
        plan,
        requirement,
        cleared,
    })
}

fn requirement(
    facts: &DeviceFacts,
    request: &WipeRequest,
    understood: &Understood,
    way: Option<WitnessWay>,
    refusals: &mut Vec<Refusal>,
) -> Option<Requirement> {
    let case = Case {
        scope: Scope::Medium,
        classification: request.classification.clone(),
        mynumber: request.mynumber,
        purpose: understood.purpose,
        medium: medium_kind(facts),
    };
    let requirement = policy::decide(&understood.profile, &case);
    let requirement = requirement
        .map_err(|error| refusals.push(Refusal::Policy(error)))
        .ok()?;
    let reachable = technique(understood.verify).reachable();
    let intent = Intent {
        reachable: Some(reachable),
        then: understood.then,
        witness: way,
        approved_by: &[],
    };
    if let Err(errors) = policy::check_before(&requirement, &intent) {
        refusals.extend(errors.into_iter().map(Refusal::Policy));
    }
    Some(requirement)
}

/// The block in which faults are narrowed down: what the medium can only take as a whole.
fn fault_block(facts: &DeviceFacts) -> BlockSize {
    let (logical, physical) = (facts.logical_block, facts.physical_block);
    if physical.bytes().is_multiple_of(logical.bytes()) && physical > logical {
        physical
    } else {
        logical
    }
}

/// What the policy calls an overwrite with this read-back.
pub(super) const fn technique(verify: VerifyMode) -> Technique {
    let read_back = match verify {
        VerifyMode::Full => ReadBackExtent::Full,
        VerifyMode::Sample { .. } => ReadBackExtent::Sampled,
        VerifyMode::None => ReadBackExtent::NotShown,
    };
    Technique::HostOverwrite { read_back }
}

/// What the policy calls this medium. What cannot be told falls under every kind's rules.
pub(super) const fn medium_kind(facts: &DeviceFacts) -> MediumKind {
    match (facts.virtual_kind, facts.transport, facts.rotational) {
        (Some(_), ..) => MediumKind::Virtual,
        (None, Transport::Mmc, _) => MediumKind::Sd,
        (None, Transport::Usb, Some(false) | None) => MediumKind::UsbFlash,
        // A bridge says of every drive that it turns: a stick may hide behind that.
        (None, Transport::Usb, Some(true)) => MediumKind::Unknown,
        (None, _, Some(true)) => MediumKind::Hdd,
        (None, _, Some(false)) => MediumKind::Ssd,
        (None, ..) => MediumKind::Unknown,
    }
}

/// What must be typed for a medium: its serial, or the code made from what else is known of it.
fn confirmation(facts: &DeviceFacts) -> Result<ExpectedConfirmation, devices::DeviceError> {
    let ends = devices::read_ends(facts)?;
    let sequence = facts.disk_sequence.unwrap_or(0).to_be_bytes();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (model, port) = (text(&facts.model), text(&facts.port));
    let parts: [&[u8]; 7] = [
        b"keshiin-confirm/1\n",
        &facts.size.0.to_be_bytes(),
        model.as_bytes(),
        b"\n",
        port.as_bytes(),
        &sequence,
        &ends,
    ];
    let digest = Digest::of(&parts);
    let code = chores::plain_signs(&digest.bytes()[..6]);
    Ok(devices::expected_confirmation(facts, &code))
}
