//! Holds what this version writes against the JSON Schemas of `certificates/schemas`, and the schemas
//! against records that nobody may write.
//!
//! Every name of every object is taken out once, every object given an unknown one, and every integer
//! made a fraction: a schema that does not notice all of these is no schema.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use jsonschema::Validator;
use keshiin::records::{
    Absence, Achieved, AnnexRef, Blindness, CertificateNumber, ConfirmedBy, Contract, DeliveryReadBack,
    DeliveryReadPath, DeliveryRecord, Digest, Displaced, Displacement, DisplacementPattern, Ending,
    EntryTotals, Envelope, ErasureRecord, Fact, FilesConfirmedBy, FreeSpace, HiddenArea, InPlace,
    InodeTotals, Interruption, IoEngineKind, IoPath, Kdf, Kind, Language, Layout, Level, MachineSource,
    MemberChange, NewIdentity, NoticeBy, PageRef, PartialRecord, PartialScope, PassphraseUse, Pattern,
    PreviousDelivery, PrintStatement, PrintTool, PrintedRecord, Printer, ReadPath, ResumeState, Revocation,
    RevocationReason, Role, RosterDraft, RosterState, Sample, Scan, Search, SearchTotals, Seed, Sight,
    TailTotals, UnlockedIdentity, Verdict, VerifyAsked, WitnessMode,
};
use keshiin::units::{ByteCount, ByteOffset, ByteRange, Timestamp};
use serde_json::{Value, json};

const IDENTITY: &str = include_str!("../certificates/schemas/identity.schema.json");
const ROSTER: &str = include_str!("../certificates/schemas/roster.schema.json");
const ERASURE: &str = include_str!("../certificates/schemas/erasure.schema.json");
const RESUME: &str = include_str!("../certificates/schemas/resume.schema.json");
const PARTIAL: &str = include_str!("../certificates/schemas/partial-erasure.schema.json");
const DELIVERY: &str = include_str!("../certificates/schemas/delivery.schema.json");
const PRINT: &str = include_str!("../certificates/schemas/print.schema.json");
const PAYLOAD: &str = include_str!("vectors/records/erasure.payload.json");
const CONTRACT: &str = include_str!("../certificates/contract.example.toml");

fn schema(text: &str) -> Validator {
    let schema: Value = serde_json::from_str(text).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn accept(schema: &Validator, value: &Value, what: &str) {
    let complaints: Vec<String> = schema
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(complaints.is_empty(), "{what}: {complaints:#?}");
}

fn refuse(schema: &Validator, value: &Value, what: &str) {
    assert!(!schema.is_valid(value), "the schema takes {what}");
}

fn payload(envelope: &Envelope) -> Value {
    serde_json::from_slice(envelope.payload()).unwrap()
}

/// `value` with every single fault that no payload may have, and where it is.
fn faults(value: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    walk(value, &mut Vec::new(), &mut |path| {
        let at = |change: &dyn Fn(&mut Value)| {
            let mut changed = value.clone();
            change(path.iter().fold(&mut changed, |place, step| step.inside(place)));
            changed
        };
        let here: String = path.iter().map(|step| format!("/{step:?}")).collect();
        match path.iter().fold(value, |place, step| step.within(place)) {
            Value::Object(members) => {
                found.push((
                    format!("an unknown name in {here}"),
                    at(&|object| object["unknown"] = 0.into()),
                ));
                for name in members.keys() {
                    let without = at(&|object| drop(object.as_object_mut().unwrap().shift_remove(name)));
                    found.push((format!("{here} without {name}"), without));
                }
            }
            Value::Number(_) => found.push((
                format!("a fraction at {here}"),
                at(&|number| *number = json!(1.5)),
            )),
            Value::String(_) => found.push((format!("a list at {here}"), at(&|text| *text = json!([])))),
            Value::Bool(_) => found.push((format!("a number at {here}"), at(&|flag| *flag = json!(1)))),
            _ => {}
        }
    });
    found
}

#[derive(Clone, Debug)]
enum Step {
    Name(String),
    Place(usize),
}

impl Step {
    fn within<'a>(&self, value: &'a Value) -> &'a Value {
        match self {
            Self::Name(name) => &value[name],
            Self::Place(place) => &value[*place],
        }
    }

    fn inside<'a>(&self, value: &'a mut Value) -> &'a mut Value {
        match self {
            Self::Name(name) => &mut value[name],
            Self::Place(place) => &mut value[*place],
        }
    }
}

fn walk(value: &Value, path: &mut Vec<Step>, visit: &mut dyn FnMut(&[Step])) {
    visit(path);
    let mut below = |step: Step, value: &Value| {
        path.push(step);
        walk(value, path, visit);
        path.pop();
    };
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| below(Step::Name(name.clone()), value)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(place, value)| below(Step::Place(place), value)),
        _ => {}
    }
}

fn refuse_every_fault(schema: &Validator, value: &Value) {
    let faults = faults(value);
    assert!(faults.len() > 20);
    for (what, faulty) in faults {
        refuse(schema, &faulty, &what);
    }
}

fn person(id: &str) -> UnlockedIdentity {
    let new = NewIdentity {
        id: id.into(),
        name: "葛\u{e0100}城 芳枝".into(),
        organisation: "試験県".into(),
        title: Some("主任".into()),
        contact: Some("内線 1234".into()),
        specimen: false,
    };
    new.create().unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn identities_keep_to_their_schema() {
    let schema = schema(IDENTITY);
    let value = payload(&Envelope::parse(&person("tanaka.h-01").public().encode()).unwrap());
    accept(&schema, &value, "an identity");
    let bare = NewIdentity {
        id: "x".into(),
        name: "x".into(),
        organisation: "x".into(),
        ..NewIdentity::default()
    };
    accept(
        &schema,
        &payload(&Envelope::parse(&bare.create().unwrap().public().encode()).unwrap()),
        "a bare one",
    );
    refuse_every_fault(&schema, &value);
    for (name, wrong) in [
        ("id", json!("Tanaka")),
        ("id", json!("x".repeat(65))),
        ("name", json!("")),
        ("name", json!(" ")),
        ("name", json!("a\u{202e}b")),
        ("name", json!("a\nb")),
        ("name", json!("x".repeat(101))),
        ("kem_id", json!(16)),
        ("kem_id", json!(32)),
        ("version", json!(2)),
        ("kind", json!("roster")),
        ("signing_key", json!("AAAA")),
        ("organisation", json!(null)),
    ] {
        let mut value = value.clone();
        value[name] = wrong;
        refuse(&schema, &value, &format!("{name}: {}", value[name]));
    }
}

#[test]
fn rosters_keep_to_their_schema() {
    let schema = schema(ROSTER);
    let (issuer, handler, witness) = (person("issuer"), person("handler"), person("witness"));
    let (from, next) = (at("2026-04-01T00:00:00+09:00"), at("2027-04-01T00:00:00-03:30"));
    let mut draft = RosterDraft::first(issuer.public(), "試験県", from, next).unwrap();
    accept(
        &schema,
        &payload(draft.clone().issue(&issuer).unwrap().envelope()),
        "an empty roster",
    );
    for (person, until) in [(&handler, Some(next)), (&witness, None)] {
        let (identity, roles) = (person.public().clone(), Role::ALL.to_vec());
        let (posts, groups) = (vec!["情報政策課長".into()], vec!["情報政策課".into()]);
        draft
            .enter(MemberChange {
                identity,
                roles,
                posts,
                groups,
                from,
                until,
            })
            .unwrap();
    }
    let first = draft.issue(&issuer).unwrap();
    let mut draft = first.next(from, next);
    draft.templates.push(first.digest());
    draft
        .revoke(
            "handler",
            Revocation {
                at: from,
                effective_from: from,
                reason: RevocationReason::Superseded,
            },
        )
        .unwrap();
    let value = payload(draft.issue(&issuer).unwrap().envelope());
    accept(&schema, &value, "a roster");
    refuse_every_fault(&schema, &value);
    for (name, wrong) in [
        ("serial", json!(0)),
        ("roster_id", json!("00")),
        ("issued_at", json!("2026-04-01T00:00:00Z")),
        ("issued_at", json!("2026-04-01")),
        ("previous", json!("AB".repeat(32))),
        ("members", json!({})),
    ] {
        let mut value = value.clone();
        value[name] = wrong;
        refuse(&schema, &value, name);
    }
    for reason in [RevocationReason::Left, RevocationReason::Compromised] {
        let mut value = value.clone();
        value["members"][0]["revocation"]["reason"] = serde_json::to_value(reason).unwrap();
        accept(&schema, &value, "another reason");
    }
}

fn record() -> ErasureRecord {
    let number = CertificateNumber::new("OTR1", "20261121", 7).unwrap();
    serde_json::from_str(&PAYLOAD.replace("OTR1-20261121-7-?", number.as_str())).unwrap()
}

/// The payload as this version writes it.
fn written(record: &ErasureRecord) -> Value {
    payload(&record.to_envelope())
}

#[test]
fn erasure_records_keep_to_their_schema() {
    let schema = schema(ERASURE);
    let mut record = record();
    accept(&schema, &written(&record), "a record");
    record.contract = Some(Contract::parse(CONTRACT.as_bytes()).unwrap());
    let mut contract = record.clone();
    if let Some(content) = &mut contract.contract {
        content.subcontractor = Some(content.contractor.clone());
        content.subcontractor.as_mut().unwrap().approval_number = Some("第4号".into());
    }
    let read_back = record.verification.last.measured().cloned().unwrap();
    contract.verification.earlier.push(read_back);
    contract.passes[0]
        .unwritable
        .ranges
        .push(ByteRange::new(4096, 512));
    contract.verification.asked = VerifyAsked::Sample { percent: 10 };
    let Fact::Measured(read) = &mut contract.verification.last else {
        panic!("it was read back")
    };
    read.sample = Some(sample());
    read.displaced = displaced(DisplacementPattern::Shifted { by: -4096 });
    contract.interruptions = vec![interruption(&contract)];
    if let Fact::Measured(engine) = &mut contract.io.engine {
        engine.kind = IoEngineKind::Threads;
        engine.reason = Some("forbidden".into());
    }
    contract.io.rate_limit = Some(ByteCount(50 << 20));
    contract.ending = Ending::Stalled { seconds: 60 };
    contract.hidden_area = HiddenArea::Found {
        bytes: ByteCount(512),
    };
    accept(&schema, &written(&contract), "a record with everything in it");
    refuse_every_fault(&schema, &written(&contract));
}

fn sample() -> Sample {
    Sample {
        seed: Seed::from_bytes([0xab; 32]),
        blocks: 7,
        of: 64,
        bound_ppm: 482_053,
    }
}

fn displaced(pattern: DisplacementPattern) -> Displaced {
    Displaced {
        moved: 2,
        stale: 1,
        examples: vec![Displacement {
            at: ByteOffset(0),
            holds: ByteOffset(4096),
        }],
        pattern,
    }
}

fn interruption(record: &ErasureRecord) -> Interruption {
    Interruption {
        number: CertificateNumber::new("OTR1", "20261120", 6).unwrap(),
        started: record.times.started,
        saved: record.times.ended,
        pass: 1,
        flushed: ByteCount(4096),
        ledger: record.ledger.clone(),
        tool: record.tool.clone(),
        state: record.plan,
    }
}

#[test]
fn resume_states_keep_to_their_schema() {
    let schema = schema(RESUME);
    let envelope = Envelope::parse(include_bytes!("vectors/resume/state.json")).unwrap();
    let value = payload(&envelope);
    accept(&schema, &value, "a resume state");
    refuse_every_fault(&schema, &value);
    let mut state: ResumeState = serde_json::from_value(value).unwrap();
    state.order.verify = VerifyAsked::Sample { percent: 10 };
    state.order.follow = Some(Level::Purge);
    (state.order.asset_number, state.order.machine, state.order.place) = (None, None, None);
    state.interruptions.clear();
    state.earlier.clear();
    state.roster.state = RosterState::Unpinned;
    assert_eq!(state.check(), Ok(()));
    accept(&schema, &payload(&state.to_envelope()), "a shorter one");
    for (pointer, wrong) in [
        ("/kind", json!("erasure")),
        ("/version", json!(2)),
        ("/passes", json!([])),
        ("/signers", json!([])),
        ("/seeds", json!(["AB"])),
        ("/order/verify", json!({ "mode": "sample", "percent": 100 })),
        ("/order/place", json!("a\u{200b}b")),
        ("/saved", json!("2026-11-21T10:20:05Z")),
    ] {
        let mut value = payload(&envelope);
        *value.pointer_mut(pointer).unwrap() = wrong;
        refuse(&schema, &value, pointer);
    }
}

/// The record after any `change` keeps to its schema.
fn keeper() -> impl Fn(&str, &dyn Fn(&mut ErasureRecord)) {
    let schema = schema(ERASURE);
    move |what, change| {
        let mut changed = record();
        change(&mut changed);
        accept(&schema, &written(&changed), what);
    }
}

#[test]
fn the_schema_knows_every_word_about_the_order_and_the_people() {
    let keep = keeper();
    use Verdict::{Erased, ErasedWithExceptions, Interrupted, NotErased, Unverified};
    for verdict in [Erased, ErasedWithExceptions, NotErased, Unverified, Interrupted] {
        keep("verdict", &|record| record.verdict = verdict);
    }
    for level in [Level::Partial, Level::Clear, Level::Purge, Level::Destroy] {
        keep("level", &|record| {
            (record.order.required, record.order.achieved) = (level, Achieved::Some(level))
        });
    }
    keep("no level", &|record| record.order.achieved = None);
    use Absence::{NotApplicable, NotExamined, NotReached, NotReadable, NotReported, NotVisible};
    for absence in [
        NotReported,
        NotReadable,
        NotApplicable,
        NotExamined,
        NotReached,
        NotVisible,
    ] {
        keep("absence", &|record| {
            record.medium.serial = Fact::NotMeasured(absence);
            record.verification.last = Fact::NotMeasured(absence);
            record.verification.second_look = Fact::NotMeasured(absence);
            record.tool.claimed_build = Fact::NotMeasured(absence);
        });
    }
    for source in [
        MachineSource::RunningMachine,
        MachineSource::AsGiven,
        MachineSource::NotApplicable,
    ] {
        keep("machine", &|record| record.machine.source = source);
    }
    for by in [ConfirmedBy::Serial, ConfirmedBy::Code, ConfirmedBy::Name] {
        keep("confirmation", &|record| record.confirmation.by = by);
    }
    for state in [RosterState::Pinned, RosterState::Unpinned] {
        keep("roster", &|record| record.roster.state = state);
    }
    keep("no roster", &|record| {
        record.roster = keshiin::records::RosterRef {
            state: RosterState::Absent,
            id: None,
            serial: None,
            digest: None,
        };
    });
    keep("witness on paper", &|record| {
        (record.witness.mode, record.witness.on_paper) =
            (WitnessMode::Paper, Some("試験県 主任 佐藤".into()));
    });
    keep("no witness", &|record| {
        (record.witness.mode, record.witness.reason) = (WitnessMode::None, Some("県の指示".into()))
    });
    for role in Role::ALL {
        keep("role", &|record| record.signers[0].role = role);
    }
}

#[test]
fn the_schema_knows_every_word_about_the_run() {
    let keep = keeper();
    let seed = "ab".repeat(32);
    for pattern in [
        Pattern::SeededComplement { seed: seed.clone() },
        Pattern::Seeded { seed },
        Pattern::Constant {
            bytes: "924924".into(),
        },
    ] {
        keep("pattern", &|record| record.passes[0].pattern = pattern.clone());
    }
    let cached = ReadPath::Cached {
        reason: "the backing file is gone".into(),
    };
    for path in [
        ReadPath::Direct,
        ReadPath::BackingFileUncached,
        ReadPath::Memory,
        cached,
    ] {
        keep("read path", &|record| {
            if let Fact::Measured(read) = &mut record.verification.last {
                read.read = path.clone();
            }
        });
    }
    for asked in [
        VerifyAsked::Full,
        VerifyAsked::Sample { percent: 99 },
        VerifyAsked::None,
    ] {
        keep("verification", &|record| {
            record.verification.asked = asked.clone()
        });
    }
    for hidden in [
        HiddenArea::NotExamined,
        HiddenArea::None,
        HiddenArea::Found {
            bytes: ByteCount(u64::MAX),
        },
        HiddenArea::CouldNotTell,
    ] {
        keep("hidden area", &|record| record.hidden_area = hidden);
    }
    let simple = [
        Ending::Completed,
        Ending::Stopped,
        Ending::Vanished,
        Ending::ReadOnly,
        Ending::FirstDifference,
        Ending::GaveUp,
        Ending::FlushFailed,
    ];
    let told = [
        Ending::Stalled { seconds: 60 },
        Ending::Resized { size: ByteCount(0) },
        Ending::Failed { errno: -5 },
    ];
    for ending in simple.into_iter().chain(told) {
        keep("ending", &|record| record.ending = ending.clone());
    }
    for path in [IoPath::Direct, IoPath::Buffered] {
        keep("I/O path", &|record| record.io.path = path);
    }
    keep("no I/O yet", &|record| {
        record.io.engine = Fact::NotMeasured(Absence::NotReached)
    });
    for pattern in [
        DisplacementPattern::None,
        DisplacementPattern::Wraps { real: ByteCount(1) },
        DisplacementPattern::EndsAt { real: ByteCount(1) },
        DisplacementPattern::Shifted { by: i64::MIN },
    ] {
        keep("displaced", &|record| {
            if let Fact::Measured(read) = &mut record.verification.last {
                read.displaced = displaced(pattern);
                read.sample = Some(sample());
            }
        });
    }
    keep("interruptions", &|record| {
        record.interruptions = vec![interruption(record)]
    });
}

#[test]
fn erasure_records_that_nobody_may_write_are_refused() {
    let schema = schema(ERASURE);
    let refuse_at = |pointer: &str, wrong: Value| {
        let mut value = written(&record());
        *value.pointer_mut(pointer).unwrap() = wrong;
        refuse(&schema, &value, pointer);
    };
    refuse_at("/number", json!("OTR1-20261121-07-T"));
    refuse_at("/verdict", json!("fine"));
    refuse_at("/verdict", json!({ "erased": null }));
    refuse_at(
        "/tool",
        json!(["keshiin", "0.1.0", { "not_measured": "not-readable" }]),
    );
    refuse_at("/medium/capacity", json!(-1));
    refuse_at("/medium/capacity", json!(1.5));
    refuse_at(
        "/medium/model",
        json!({ "measured": "x", "not_measured": "not-reported" }),
    );
    refuse_at("/medium/model", json!(null));
    refuse_at("/passes/0/pattern/seed", json!("zz"));
    refuse_at("/passes/0/pattern", json!({ "kind": "constant", "bytes": "f" }));
    refuse_at("/verification/asked", json!({ "mode": "sample", "percent": 100 }));
    refuse_at("/witness/mode", json!("paper"));
    refuse_at("/witness/mode", json!("none"));
    refuse_at("/roster/id", json!(null));
    refuse_at("/signers", json!([]));
    refuse_at("/times/ended", json!("2026-11-21T10:20:05Z"));
    refuse_at("/place", json!("a\u{200b}b"));
    refuse_at("/order/follow", json!("clear"));
    refuse_at("/plan", json!("BA"));
    refuse_at("/io/engine/measured/kind", json!("aio"));
    refuse_at("/io/engine/measured/reason", json!("threads alone have one"));
    refuse_at(
        "/verification/last/measured/displaced/pattern",
        json!({ "kind": "wraps" }),
    );
    refuse_at(
        "/verification/last/measured/sample",
        json!({ "seed": "ab", "blocks": 1, "of": 1, "bound_ppm": 0 }),
    );
}

fn delivery() -> DeliveryRecord {
    DeliveryRecord::example().unwrap()
}

/// The payload of a delivery as this version writes it; a reader takes it too.
fn delivered(record: &DeliveryRecord) -> Value {
    assert_eq!(record.check(), Ok(()));
    payload(&record.to_envelope())
}

/// The same delivery, opened by a passphrase.
fn by_passphrase(notice_by: Option<NoticeBy>) -> DeliveryRecord {
    let mut record = delivery();
    record.recipients.clear();
    record.encryption.passphrase = Some(PassphraseUse {
        kdf: Kdf::Argon2id,
        t: 3,
        m: 65_536,
        p: 4,
        generated: true,
        notice_by,
    });
    record
}

#[test]
fn delivery_records_keep_to_their_schema() {
    let schema = schema(DELIVERY);
    let mut record = delivery();
    record.contract = Some(Contract::parse(CONTRACT.as_bytes()).unwrap());
    let volume = record.package.volumes[0].clone();
    let numbered = |n: usize| {
        let mut volume = volume.clone();
        volume.name = format!("令和8年度.keshiin.{n:03}");
        volume
    };
    record.package.volumes = (1..=999).map(numbered).collect();
    record.package.previous = Some(PreviousDelivery {
        number: CertificateNumber::new("OTR1", "20261121", 7).unwrap(),
        digest: Digest::of(&[b"previous"]),
    });
    accept(&schema, &delivered(&record), "999 volumes");
    record.package.volumes.truncate(1);
    accept(&schema, &delivered(&record), "a record with everything in it");
    refuse_every_fault(&schema, &delivered(&record));
    let mut bare = by_passphrase(None);
    (bare.contents, bare.records, bare.permit, bare.place) = (None, None, None, None);
    bare.medium.number = None;
    accept(&schema, &delivered(&bare), "a bare record");
    refuse_every_fault(&schema, &delivered(&bare));
}

#[test]
fn the_schema_knows_every_word_about_a_delivery() {
    let schema = schema(DELIVERY);
    let keep = |what: &str, change: &dyn Fn(&mut DeliveryRecord)| {
        let mut changed = delivery();
        change(&mut changed);
        accept(&schema, &delivered(&changed), what);
    };
    for way in NoticeBy::ALL.map(Some).into_iter().chain([None]) {
        accept(&schema, &delivered(&by_passphrase(way)), "a passphrase");
    }
    let through = DeliveryReadPath::Through {
        filesystem: "fuseblk".into(),
    };
    for read in [DeliveryReadPath::Medium, DeliveryReadPath::Memory, through] {
        keep("read path", &|record| {
            record.read_back = DeliveryReadBack::Done {
                read: read.clone(),
                compared: record.package.length,
                equal: true,
            };
        });
    }
    keep("no read-back", &|record| {
        record.read_back = DeliveryReadBack::NotAsked;
        record.package.volumes[0].sha256 = None;
    });
    keep("no scan", &|record| record.scan = Scan::NotDone);
    keep("a declared scan", &|record| {
        record.scan = Scan::Declared {
            digest: Digest::of(&[b"scan"]),
            at: at("2026-11-21T10:00:00+09:00"),
        };
    });
    keep("nothing measured", &|record| {
        record.medium.filesystem = Fact::NotMeasured(Absence::NotReported);
        record.medium.model = Fact::NotMeasured(Absence::NotReadable);
        record.medium.serial = Fact::NotMeasured(Absence::NotReported);
        record.medium.capacity = Fact::NotMeasured(Absence::NotApplicable);
        record.medium.transport = Fact::NotMeasured(Absence::NotExamined);
        record.medium.virtual_kind = Some("loop".into());
    });
    keep("somebody with a key file", &|record| {
        let recipient = &mut record.recipients[0];
        (recipient.listed, recipient.addressed_as, recipient.kem_id) = (false, None, 16);
        recipient.groups.clear();
    });
}

#[test]
fn delivery_records_that_nobody_may_write_are_refused() {
    let schema = schema(DELIVERY);
    let whole = delivered(&delivery());
    let one = whole["recipients"][0].clone();
    let volume = whole["package"]["volumes"][0].clone();
    for (pointer, wrong) in [
        ("/kind", json!("erasure")),
        ("/version", json!(2)),
        ("/number", json!("OTR1-20261121-07-T")),
        ("/package/id", json!("00")),
        ("/package/container", json!("keshiin-package/2")),
        ("/package/length", json!(-1)),
        ("/package/manifest", json!("BA".repeat(32))),
        ("/package/volumes", json!([])),
        ("/package/volumes", Value::Array(vec![volume; 1000])),
        ("/package/volumes/0/name", json!("x/kinou.keshiin")),
        ("/package/volumes/0/name", json!("x\\kinou.keshiin")),
        ("/package/volumes/0/name", json!(".keshiin")),
        ("/package/volumes/0/name", json!(".kinou.keshiin")),
        ("/package/volumes/0/name", json!("kinou.zip")),
        ("/package/volumes/0/name", json!("kinou.keshiin.000")),
        ("/package/volumes/0/name", json!("kinou.keshiin.1")),
        ("/package/volumes/0/name", json!("a\u{202e}.keshiin")),
        ("/package/volumes/0/sha256", json!(null)),
        ("/package/previous", json!("OTR1-20261121-7-T")),
        ("/title", json!(" ")),
        ("/title", json!("x".repeat(201))),
        ("/contents", json!("x".repeat(501))),
        ("/records", json!(1_000_000_000_000_u64)),
        ("/classification", json!("x".repeat(17))),
        ("/permit/until", json!("2026-12-1")),
        ("/encryption/body", json!("AES-256-CBC")),
        (
            "/encryption/passphrase",
            json!({ "kdf": "argon2id", "t": 3, "m": 65536, "p": 4, "generated": true, "notice_by": null }),
        ),
        ("/recipients", json!([])),
        ("/recipients", json!([one, one])),
        ("/recipients/0/kem_id", json!(32)),
        ("/recipients/0/id", json!("Uketori")),
        ("/medium/serial", json!({ "measured": "AA0000" })),
        ("/medium/model", json!({ "measured": "x".repeat(301) })),
        ("/read_back", json!({ "state": "not-asked" })),
        ("/read_back/equal", json!(false)),
        ("/read_back/read", json!({ "path": "cache" })),
        ("/read_back/read", json!({ "path": "through" })),
        ("/scan", json!({ "state": "done" })),
        ("/scan/signatures_at", json!("2026-11-21")),
        ("/signers", json!([])),
        ("/signers/0/role", json!("handler")),
    ] {
        let mut value = whole.clone();
        *value.pointer_mut(pointer).unwrap() = wrong;
        refuse(
            &schema,
            &value,
            &format!("{pointer}: {}", value.pointer(pointer).unwrap()),
        );
    }
}

fn statement(printer: Option<Printer>) -> PrintStatement {
    let record = |n: u32| PrintedRecord {
        number: CertificateNumber::new("OTR1", "20261121", n).unwrap(),
        digest: Digest::of(&[&n.to_be_bytes()]),
        file: Digest::of(&[b"file"]),
        slip: Digest::of(&[b"slip"]),
    };
    PrintStatement {
        kind: Kind::Print,
        version: 1,
        specimen: false,
        layout: Layout::Certificate,
        language: Language::Ja,
        page: PageRef {
            digest: Digest::of(&[b"page"]),
            length: 4,
        },
        records: vec![record(7), record(8)],
        roster: Some(Digest::of(&[b"roster"])),
        template: Digest::of(&[b"template"]),
        renderer: Digest::of(&[b"renderer"]),
        tool: PrintTool {
            name: "keshiin".into(),
            version: env!("CARGO_PKG_VERSION").into(),
        },
        printed_at: at("2026-11-21T14:03:05+09:00"),
        printer,
    }
}

#[test]
fn print_statements_keep_to_their_schema() {
    let schema = schema(PRINT);
    let unsigned = statement(None).to_envelope();
    assert_eq!(PrintStatement::read(&unsigned), Ok(statement(None)));
    accept(&schema, &payload(&unsigned), "a statement that nobody signed");
    let person = person("tanaka.h-01");
    let named = statement(Some(Printer::new(person.public(), true)));
    let mut signed = named.to_envelope();
    signed.sign(&person, &[person.public().fingerprint()]).unwrap();
    assert_eq!(PrintStatement::read(&signed), Ok(named.clone()));
    accept(&schema, &payload(&signed), "a signed statement");
    refuse_every_fault(&schema, &payload(&signed));
    let roster = None;
    let alone = PrintStatement {
        roster,
        ..named.clone()
    };
    accept(
        &schema,
        &payload(&alone.to_envelope()),
        "a statement without a roster",
    );
    for layout in Layout::ALL {
        for language in Language::ALL {
            let other = PrintStatement {
                layout,
                language,
                ..named.clone()
            };
            accept(
                &schema,
                &payload(&other.to_envelope()),
                "another layout or language",
            );
        }
    }
}

#[test]
fn print_statements_that_nobody_may_write_are_refused() {
    let schema = schema(PRINT);
    let person = person("tanaka.h-01");
    let value = payload(&statement(Some(Printer::new(person.public(), false))).to_envelope());
    let one = value["records"][0].clone();
    let many: Vec<Value> = (0..2001)
        .map(|n| {
            let mut record = one.clone();
            record["number"] = format!("A-20261121-{}-0", n + 1).into();
            record
        })
        .collect();
    for (pointer, wrong) in [
        ("/kind", json!("erasure")),
        ("/version", json!(2)),
        ("/layout", json!("poster")),
        ("/language", json!("fr")),
        ("/page/digest", json!("AB".repeat(32))),
        ("/page/length", json!(-1)),
        ("/page/length", json!(268_435_457)),
        ("/page", json!(["ab".repeat(32), 4])),
        ("/records", json!([])),
        ("/records", json!([one, one])),
        ("/records", Value::Array(many)),
        ("/records/0/number", json!("OTR1-20261121-07-T")),
        ("/records/0/digest", json!(null)),
        ("/records/0/file", json!("ab")),
        ("/records/0/slip", json!(null)),
        ("/roster", json!("none")),
        ("/template", json!("ab".repeat(31))),
        ("/renderer", json!(null)),
        ("/tool/name", json!("another")),
        ("/tool/version", json!("new")),
        ("/printed_at", json!("2026-11-21T14:03:05Z")),
        ("/printed_at", json!(null)),
        ("/printer/id", json!("Tanaka")),
        ("/printer/name", json!("a\u{202e}b")),
        ("/printer/organisation", json!("")),
        ("/printer/title", json!("x".repeat(101))),
        ("/printer/fingerprint", json!("ab")),
        ("/printer/unattended", json!(null)),
        ("/printer", json!("tanaka.h-01")),
    ] {
        let mut value = value.clone();
        *value.pointer_mut(pointer).unwrap() = wrong;
        refuse(&schema, &value, pointer);
    }
}

/// The payload of a partial erasure as this version writes it; a reader takes it too.
fn partial(change: impl Fn(&mut PartialRecord)) -> Value {
    let mut record = PartialRecord::example().unwrap();
    change(&mut record);
    assert_eq!(record.check(), Ok(()));
    payload(&record.to_envelope())
}

fn with_free_space(record: &mut PartialRecord) {
    record.scope = PartialScope::FreeSpace;
    record.free_space = Some(FreeSpace {
        free_before: ByteCount(100),
        taken: ByteCount(90),
        written: ByteCount(90),
        reserve: ByteCount(10),
        left_over: ByteCount(10),
        tails: TailTotals {
            files: 4,
            clean: 1,
            erased: 1,
            left: 1,
            not_looked: 1,
            unwritten_bytes: ByteCount(4096),
        },
        entries: EntryTotals {
            folders: 4,
            cleared: 1,
            left: 1,
            not_looked: 1,
        },
        inodes: InodeTotals {
            free_before: Some(5),
            taken: 4,
            left: 1,
        },
    });
}

#[test]
fn records_of_partial_erasures_keep_to_their_schema() {
    let schema = schema(PARTIAL);
    let whole = partial(|record| {
        with_free_space(record);
        record.contract = Some(Contract::parse(CONTRACT.as_bytes()).unwrap());
        record.annex = Some(AnnexRef {
            sha256: Digest::of(&[b"annex"]),
            bytes: ByteCount(1 << 20),
            entries: 3,
        });
        record.search = Search::Searched(SearchTotals {
            complete: true,
            bytes: ByteCount(1 << 30),
            hits: 1,
            blocks_looked_for: 9,
            ..SearchTotals::default()
        });
        record.file_systems[0].snapshots = vec!["lv-snap".into()];
    });
    accept(&schema, &whole, "a record with everything in it");
    refuse_every_fault(&schema, &whole);
    accept(&schema, &partial(|_| ()), "the example");
    refuse_every_fault(&schema, &partial(|_| ()));
    let bare = partial(|record| {
        let batch = &mut record.batches[0];
        batch.passes.clear();
        batch.io = Fact::NotMeasured(Absence::NotReached);
        batch.verification = Fact::NotMeasured(Absence::NotReached);
        batch.ending = Fact::NotMeasured(Absence::NotReached);
        record.file_systems[0].medium = None;
        record.place = None;
        record.order.achieved = None;
    });
    accept(&schema, &bare, "a bare record");
    let no_table = partial(|record| {
        with_free_space(record);
        if let Some(free) = &mut record.free_space {
            free.inodes.free_before = None;
        }
    });
    accept(&schema, &no_table, "inodes that are no table");
    accept(&schema, &partial(|record| record.batches.clear()), "no batch");
}

#[test]
fn the_schema_knows_every_word_about_a_partial_erasure() {
    let schema = schema(PARTIAL);
    for in_place in [InPlace::Yes, InPlace::No, InPlace::Memory, InPlace::Untold] {
        let value = partial(|record| record.file_systems[0].in_place = in_place);
        accept(&schema, &value, "in_place");
    }
    for why in Blindness::ALL {
        let value = partial(|record| record.file_systems[0].sight = Sight::None { why });
        assert_eq!(value["file_systems"][0]["sight"]["why"], why.name());
        accept(&schema, &value, why.name());
    }
    for by in [
        FilesConfirmedBy::Count,
        FilesConfirmedBy::Paths,
        FilesConfirmedBy::Yes,
    ] {
        accept(
            &schema,
            &partial(|record| record.confirmation.by = by),
            "confirmation",
        );
    }
    for verdict in Verdict::ALL {
        accept(&schema, &partial(|record| record.verdict = verdict), "verdict");
    }
}

#[test]
fn partial_erasures_that_nobody_may_write_are_refused() {
    let schema = schema(PARTIAL);
    let refuse_at = |place: &str, wrong: Value| {
        let mut value = partial(|_| ());
        *value.pointer_mut(place).unwrap() = wrong;
        refuse(&schema, &value, place);
    };
    refuse_at("/kind", json!("erasure"));
    refuse_at("/version", json!(2));
    refuse_at("/scope", json!("medium"));
    refuse_at("/scope", json!("free-space"));
    refuse_at("/order/achieved", json!("clear"));
    refuse_at("/file_systems", json!([]));
    refuse_at("/file_systems/0/number", json!("8"));
    refuse_at("/file_systems/0/number", json!("08:1"));
    refuse_at("/file_systems/0/sight/state", json!("none"));
    refuse_at("/batches/0/file_system", json!(64));
    refuse_at("/totals/files", json!(-1));
    refuse_at("/search/state", json!("searched"));
    refuse_at("/annex", json!({ "sha256": "ab", "bytes": 1, "entries": 1 }));
    refuse_at("/confirmation/by", json!("serial"));
}
