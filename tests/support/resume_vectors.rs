//! Makes the vectors of resume states: one that is good, and broken ones.
//!
//! The good one is of a run that had itself taken up another, in the second of two passes. What a broken one
//! names is the only layer that has something to object: to the handler who goes on, and with the exit code
//! of `keshiin verify`, for which even the good one is no certificate (7).

use std::collections::BTreeMap;

use keshiin::records::{
    CertificateNumber, Digest, ErasureRecord, Fact, FlushResult, Interruption, Kind, Pass, Pattern,
    RangeList, ResumeOrder, ResumeState, Role, Sample, Seed, SignerClaim, UnlockedIdentity, VerifyAsked,
};
use keshiin::units::{ByteCount, ByteRange};
use serde_json::{Value, json};

use crate::vector_files::{
    NOW, People, at, broken_envelopes, case, edit, envelope, other_letter, pretty, text, with,
};

/// Every file that follows from the keys and from the record of an erasure.
pub(crate) fn files(people: &People, record: &ErasureRecord) -> BTreeMap<String, Vec<u8>> {
    let state = state(people, record);
    assert_eq!(state.check(), Ok(()));
    let good = lines(&state, &[&people.handler]);
    BTreeMap::from([
        ("resume/cases.json".into(), pretty(&cases(people, &state, &good))),
        (
            "../../fuzz/seeds/resume_state/vector".into(),
            state.to_envelope().payload().to_vec(),
        ),
        ("resume/state.json".into(), good.into_bytes()),
    ])
}

fn lines(state: &ResumeState, people: &[&UnlockedIdentity]) -> String {
    text(&envelope(Kind::Resume, &text(state.to_envelope().payload()), people).encode())
}

/// In the second pass, with a place that the first could not write.
fn state(people: &People, record: &ErasureRecord) -> ResumeState {
    let seed = Seed::from_bytes([1; 32]);
    let lost = RangeList {
        ranges: vec![ByteRange::new(1 << 20, 512)],
        count: 1,
        bytes: ByteCount(512),
    };
    let mut first = record.passes[0].clone();
    first.unwritable = lost.clone();
    first.written.0 -= lost.bytes.0;
    let mut read = record.verification.last.measured().cloned().unwrap();
    read.compared.0 -= lost.bytes.0;
    read.unreadable = lost;
    let second = Pass {
        number: 2,
        pattern: Pattern::Constant { bytes: "00".into() },
        written: ByteCount(20 << 20),
        unwritable: RangeList::default(),
        flushes: vec![FlushResult {
            ok: true,
            errno: None,
        }],
        started: at("2026-11-21T10:20:00+09:00"),
        ended: at("2026-11-21T10:25:00+09:00"),
        ..first.clone()
    };
    ResumeState {
        kind: Kind::Resume,
        version: 1,
        specimen: false,
        number: record.number.clone(),
        saved: at("2026-11-21T10:25:00+09:00"),
        order: order(record),
        medium: record.medium.clone(),
        plan: record.plan,
        started: record.times.started,
        ledger: record.ledger.clone(),
        seeds: vec![seed],
        passes: vec![first, second],
        flushed: ByteCount(20 << 20),
        earlier: vec![read],
        interruptions: vec![interruption(record, 6)],
        roster: record.roster.clone(),
        tool: record.tool.clone(),
        signers: vec![SignerClaim::new(Role::Handler, people.handler.public(), false)],
    }
}

fn order(record: &ErasureRecord) -> ResumeOrder {
    ResumeOrder {
        method: "clear-1-zero".into(),
        verify: VerifyAsked::Full,
        purpose: record.order.purpose.clone(),
        classification: record.order.classification.clone(),
        mynumber: record.order.mynumber,
        policy: record.order.policy.clone(),
        follow: None,
        asset_number: record.machine.asset_number.clone(),
        machine: Some("M-0001".into()),
        place: record.place.clone(),
    }
}

fn interruption(record: &ErasureRecord, n: u32) -> Interruption {
    Interruption {
        number: CertificateNumber::new("OTR1", "20261120", n).unwrap(),
        started: at("2026-11-20T16:00:00+09:00"),
        saved: at("2026-11-20T17:00:00+09:00"),
        pass: 1,
        flushed: ByteCount(40 << 20),
        ledger: record.ledger.clone(),
        tool: record.tool.clone(),
        state: Digest::of(&[b"the state before"]),
    }
}

fn cases(people: &People, state: &ResumeState, good: &str) -> Value {
    let handler = [&people.handler];
    let own = text(state.to_envelope().payload());
    let mut cases = broken_envelopes(good);
    cases.extend(broken_signatures(people, state, good));
    let signed = |payload: &str| text(&envelope(Kind::Resume, payload, &handler).encode());
    for (why, from, to) in PAYLOADS {
        cases.push(case(why, "payload", 4, &signed(&edit(&own, from, to))));
    }
    for (why, change) in CHANGES {
        let mut changed = state.clone();
        change(&mut changed);
        cases.push(case(why, "payload", 4, &lines(&changed, &handler)));
    }
    let mut many = state.clone();
    many.interruptions = (1..=101)
        .map(|n| Interruption {
            number: CertificateNumber::new("OTR1", "20261119", n).unwrap(),
            ..state.interruptions[0].clone()
        })
        .collect();
    cases.push(case("101 interruptions", "payload", 4, &lines(&many, &handler)));
    json!({ "now": NOW, "issuer": "../identity/issuer.json", "roster": "roster.json", "broken": cases })
}

/// The one form, but not signed by the handler alone.
fn broken_signatures(people: &People, state: &ResumeState, good: &str) -> Vec<Value> {
    let (handler, witness) = (&people.handler, &people.witness);
    let signature = |why: &str, exit, text: &str| case(why, "signature", exit, text);
    let mut of_another = state.clone();
    of_another.signers = vec![SignerClaim::new(Role::Handler, witness.public(), false)];
    vec![
        signature("a changed payload", 4, &other_letter(good, "\"payload\":\"")),
        signature("a changed signature", 4, &other_letter(good, "\"sig\":\"")),
        signature("nobody has signed", 7, &lines(state, &[])),
        signature("two have signed", 4, &lines(state, &[handler, witness])),
        signature("somebody else has signed it", 4, &lines(state, &[witness])),
        signature("the state of another handler", 7, &lines(&of_another, &[witness])),
        signature("it names somebody else", 4, &lines(&of_another, &[handler])),
        with(
            signature(
                "another type over the same payload",
                4,
                &edit(good, "resume.v1", "erasure.v1"),
            ),
            "expect",
            "form",
        ),
    ]
}

/// Payloads that are not those of a state: why, what stands there, what stands there instead.
const PAYLOADS: &[(&str, &str, &str)] = &[
    ("an unknown name inside", "\"plan\":", "\"x\":0,\"plan\":"),
    ("a name twice inside", "\"seeds\":", "\"flushed\":1,\"seeds\":"),
    ("a name missing inside", "\"follow\":null,", ""),
    ("another version", "\"version\":1", "\"version\":2"),
    (
        "another kind inside",
        "\"kind\":\"resume\"",
        "\"kind\":\"erasure\"",
    ),
    (
        "a length that is not an integer",
        "\"flushed\":20971520",
        "\"flushed\":20971520.0",
    ),
    ("a length below zero", "\"flushed\":20971520", "\"flushed\":-1"),
    ("a seed of 63 digits", "\"seeds\":[\"01", "\"seeds\":[\"1"),
    ("a seed in capital letters", "\"seeds\":[\"01", "\"seeds\":[\"0A"),
    (
        "a constant of two bytes",
        "\"bytes\":\"00\"",
        "\"bytes\":\"0000\"",
    ),
    (
        "an unknown verification",
        "\"mode\":\"full\"",
        "\"mode\":\"some\"",
    ),
];

type Change = fn(&mut ResumeState);

/// Payloads of the right shape that say what no run can have done.
const CHANGES: &[(&str, Change)] = &[
    ("the handler signs in another role", |state| {
        state.signers[0].role = Role::Witness;
    }),
    ("no pass was begun", |state| state.passes.clear()),
    ("passes that are not numbered from 1", |state| {
        state.passes[0].number = 2;
        state.passes[1].number = 3;
    }),
    ("a pass over less than the medium", |state| {
        state.passes[1].range.length.0 -= 512;
    }),
    ("a pass of another length than the medium", |state| {
        state.medium.capacity.0 += 512;
    }),
    ("more is flushed than there is", |state| {
        state.flushed.0 = state.medium.capacity.0 + 1;
    }),
    ("a pass before the last is not flushed", |state| {
        state.passes[0].flushes[0].ok = false;
    }),
    ("a pass before the last is not written to its end", |state| {
        state.passes[0].written.0 -= 512;
    }),
    ("a pass with more bytes than it covers", |state| {
        state.passes[1].written.0 = state.medium.capacity.0 + 1;
    }),
    ("more is written than is flushed", |state| {
        state.passes[1].written.0 += 512;
    }),
    ("a pass whose seed is not among the seeds", |state| {
        state.seeds = vec![Seed::from_bytes([2; 32])];
    }),
    ("a seed twice", |state| state.seeds.push(state.seeds[0])),
    ("too many seeds", |state| {
        state
            .seeds
            .extend((0..200).map(|n| Seed::from_bytes([n + 2; 32])));
    }),
    ("a range outside the medium", |state| {
        state.passes[0].unwritable.ranges[0].start.0 = state.medium.capacity.0;
    }),
    ("a range that ends beyond all numbers", |state| {
        state.passes[0].unwritable.ranges[0].length.0 = u64::MAX;
    }),
    ("an empty range", |state| {
        state.passes[0].unwritable.ranges[0].length.0 = 0;
    }),
    ("ranges that lie over each other", |state| {
        let list = &mut state.passes[0].unwritable;
        list.ranges.push(list.ranges[0]);
        list.count = 2;
    }),
    ("more ranges than are counted", |state| {
        state.passes[0].unwritable.count = 0;
    }),
    ("a read-back of a pass that is not complete", |state| {
        state.earlier[0].pass = 2;
    }),
    ("two read-backs of one pass", |state| {
        state.earlier.push(state.earlier[0].clone());
    }),
    ("a read-back of more than was to be read", |state| {
        state.earlier[0].compared.0 = state.earlier[0].planned.0 + 1;
    }),
    ("a read-back of a sample", |state| {
        state.earlier[0].sample = Some(Sample {
            seed: Seed::from_bytes([7; 32]),
            blocks: 2,
            of: 64,
            bound_ppm: 900_000,
        });
    }),
    ("an interruption by itself", |state| {
        state.interruptions[0].number = state.number.clone();
    }),
    ("an interruption twice", |state| {
        state.interruptions.push(state.interruptions[0].clone());
    }),
    ("an interruption beyond the medium", |state| {
        state.interruptions[0].flushed.0 = state.medium.capacity.0 + 1;
    }),
    ("an interruption in no pass", |state| {
        state.interruptions[0].pass = 0
    }),
    ("a place with a sign that does not show", |state| {
        state.order.place = Some("a\u{200b}b".into());
    }),
    ("a classification that is too long", |state| {
        state.order.classification = "1".repeat(17);
    }),
    ("a model that is too long", |state| {
        state.medium.model = Fact::Measured("x".repeat(4097));
    }),
];
