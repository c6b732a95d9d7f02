//! Makes the vectors of partial erasures: a record, its slip and annex, and broken ones of each.
//!
//! Handler and witness are those of the other vectors. What a broken one names is the only layer that has something
//! to object.

use std::collections::BTreeMap;
use std::fs;

use data_encoding::HEXLOWER;
use keshiin::crypto::Fingerprint;
use keshiin::records::{
    AnnexEntry, AnnexRef, AnnexWriter, CertificateNumber, Envelope, FileResult, InPlace, Kind, Level,
    NameResult, PartialRecord, PartialSlip, RangeList, Role, Roster, Sight, SignerClaim, SlipFile,
    UnlockedIdentity,
};
use keshiin::units::{ByteCount, ByteRange};
use serde_json::{Value, json};

use crate::vector_files::{
    NOW, People, broken_envelopes, case, edit, envelope, other_letter, place, pretty, slip_file, text, with,
};

const DRAFT: &str = "../../certificates/specimens/partial-erasure.payload.json";

/// Every file that follows from the keys, the first roster and the slip of the erasure beside them.
pub(crate) fn files(people: &People, roster: &Roster, of_erasure: &SlipFile) -> BTreeMap<String, Vec<u8>> {
    let both = [&people.handler, &people.witness];
    let (annex, reference) = annex(&number());
    let record = record(people, roster, reference);
    let (good, slip) = signed(&record, &both);
    let witness = people.witness.public().fingerprint().to_string();
    let payload = edit(&text(good.payload()), &witness, &"ab".repeat(32));
    let mut files = BTreeMap::from([
        ("records/partial.json".into(), good.encode()),
        ("records/partial.annex.json".into(), annex.clone()),
        (
            "records/partial-cases.json".into(),
            pretty(&record_cases(people, &record, of_erasure)),
        ),
        (
            "records/partial-annex-cases.json".into(),
            pretty(&annex_cases(&text(&annex))),
        ),
        ("slip/partial.slip.json".into(), slip.encode()),
        ("slip/partial.json".into(), pretty(&fields(&slip))),
        (
            "slip/partial-cases.json".into(),
            pretty(&slip_cases(people, &slip, &good)),
        ),
    ]);
    for (target, bytes) in [
        ("partial_payload", payload.into_bytes()),
        ("partial_annex", annex),
        ("slip", slip.slip().to_vec()),
        ("slip_file", slip.encode()),
        ("slip_code", slip.to_code().unwrap().into_bytes()),
    ] {
        files.insert(format!("../../fuzz/seeds/{target}/partial"), bytes);
    }
    files
}

fn number() -> CertificateNumber {
    CertificateNumber::new("OTR1", "20261121", 10).unwrap()
}

/// The annex of the record: its three files, one of them with a name that is no UTF-8.
fn annex(number: &CertificateNumber) -> (Vec<u8>, AnnexRef) {
    let (mut writer, mut bytes) = AnnexWriter::new(&[7; 32], number);
    let paths: [&[u8]; 3] = [
        "/srv/data/課税/一覧.csv".as_bytes(),
        b"/srv/data/\xff",
        b"/srv/data/c",
    ];
    for (place, (path, size)) in (0..).zip(paths.into_iter().zip([10_000, 6_000, 4_000])) {
        let (path, raw) = AnnexEntry::spelling(path);
        let allocated = u64::div_ceil(size, 4096) * 4096;
        let entry = AnnexEntry {
            path,
            raw,
            size: ByteCount(size),
            blocks: RangeList {
                ranges: vec![ByteRange::new((1 << 20) + place * 65_536, allocated)],
                count: 1,
                bytes: ByteCount(allocated),
            },
            result: FileResult::Erased,
            name: NameResult::Gone,
        };
        bytes.extend(writer.entry(&entry).unwrap());
    }
    let (end, reference) = writer.finish();
    bytes.extend(end);
    (bytes, reference)
}

/// The example of the program, of the people and the roster of the vectors.
fn record(people: &People, roster: &Roster, annex: AnnexRef) -> PartialRecord {
    let mut record: PartialRecord = serde_json::from_slice(&fs::read(place(DRAFT)).unwrap()).unwrap();
    record.specimen = false;
    record.number = number();
    record.annex = Some(annex);
    record.signers = vec![
        SignerClaim::new(Role::Handler, people.handler.public(), false),
        SignerClaim::new(Role::Witness, people.witness.public(), false),
    ];
    record.roster.id = Some(roster.content().id.clone());
    record.roster.serial = Some(roster.content().serial);
    record.roster.digest = Some(roster.digest());
    record
}

/// Record and slip, signed by `people`.
fn signed(record: &PartialRecord, people: &[&UnlockedIdentity]) -> (Envelope, SlipFile) {
    let mut envelope = record.to_envelope();
    let mut slip = SlipFile::new(PartialSlip::of(record, envelope.digest()));
    for person in people {
        envelope.sign(person, &record.order_of_signers()).unwrap();
        slip.sign(person, &record.order_of_signers()).unwrap();
    }
    (envelope, slip)
}

fn record_cases(people: &People, record: &PartialRecord, of_erasure: &SlipFile) -> Value {
    let both = [&people.handler, &people.witness];
    let (good, slip) = signed(record, &both);
    let (own, good) = (text(good.payload()), text(&good.encode()));
    let signed_payload = |payload: &str| text(&envelope(Kind::PartialErasure, payload, &both).encode());
    let slip_case = |why: &str, slip: String| with(case(why, "slip", 4, &good), "slip", slip);
    let mut cases = broken_envelopes(&good);
    cases.extend([
        case(
            "a changed payload",
            "signature",
            4,
            &other_letter(&good, "\"payload\":\""),
        ),
        case(
            "as if it were of a medium",
            "signature",
            4,
            &edit(&good, "partial-erasure.v1", "erasure.v1"),
        ),
        case(
            "the witness has not signed",
            "signature",
            7,
            &text(&envelope(Kind::PartialErasure, &own, &both[..1]).encode()),
        ),
        slip_case("the slip of an erasure", text(&of_erasure.encode())),
        slip_case(
            "a slip with a changed signature",
            other_letter(&text(&slip.encode()), "\"sig\":\""),
        ),
    ]);
    for (why, from, to) in PAYLOADS {
        cases.push(case(why, "payload", 4, &signed_payload(&edit(&own, from, to))));
    }
    for (why, change) in CHANGES {
        let mut changed = record.clone();
        change(&mut changed);
        let payload = text(changed.to_envelope().payload());
        cases.push(case(why, "payload", 4, &signed_payload(&payload)));
    }
    json!({ "now": NOW, "issuer": "../identity/issuer.json", "roster": "roster.json", "broken": cases })
}

/// Payloads that are not those of a partial erasure: why, what stands there, what stands there instead.
const PAYLOADS: &[(&str, &str, &str)] = &[
    ("an unknown name inside", "\"scope\":", "\"x\":0,\"scope\":"),
    ("a name missing inside", "\"force_rewrite\":false,", ""),
    ("another version", "\"version\":1", "\"version\":2"),
    (
        "another kind inside",
        "\"kind\":\"partial-erasure\"",
        "\"kind\":\"erasure\"",
    ),
    (
        "a medium as its scope",
        "\"scope\":\"files\"",
        "\"scope\":\"medium\"",
    ),
    (
        "free space that is not there",
        "\"scope\":\"files\"",
        "\"scope\":\"free-space\"",
    ),
    (
        "a file system's number that is none",
        "\"number\":\"8:17\"",
        "\"number\":\"sdb1\"",
    ),
    (
        "a batch on a file system that is not there",
        "\"file_system\":0",
        "\"file_system\":1",
    ),
    (
        "bytes that are not an integer",
        "\"content_bytes\":20000",
        "\"content_bytes\":20000.0",
    ),
    (
        "sight of an unknown kind",
        "{\"state\":\"device\",",
        "{\"state\":\"guessed\",",
    ),
    (
        "the handler is no handler",
        "\"role\":\"handler\"",
        "\"role\":\"sender\"",
    ),
];

/// A partial erasure after this was done to it.
type Change = fn(&mut PartialRecord);

/// Records whose own numbers do not bear what they say.
const CHANGES: &[(&str, Change)] = &[
    ("erased, with old content still there", |record| {
        record.totals.still_there_bytes = ByteCount(4096);
    }),
    ("erased, with moved blocks", |record| {
        record.totals.moved_bytes = ByteCount(4096);
    }),
    ("erased, with a file left", |record| {
        record.totals.erased_files -= 1;
        record.totals.names.gone -= 1;
        record.totals.left_files += 1;
    }),
    ("erased, with other bytes read", |record| {
        record.totals.equal_bytes.0 -= 4096;
        record.totals.other_bytes.0 += 4096;
    }),
    ("erased, with blocks that never held the content", |record| {
        record.totals.mapped_bytes.0 -= 4096;
    }),
    ("erased, with nothing seen", |record| {
        record.file_systems[0].sight = Sight::None {
            why: keshiin::records::Blindness::NotAllowed,
        };
    }),
    ("erased, where an overwrite goes elsewhere", |record| {
        record.file_systems[0].in_place = InPlace::No;
    }),
    ("erased, on an unknown medium", |record| {
        record.file_systems[0].medium = None;
    }),
    ("erased, and a name still there", |record| {
        record.totals.names.gone -= 1;
        record.totals.names.still_there += 1;
    }),
    ("more than partial", |record| {
        record.order.achieved = Some(Level::Clear);
    }),
    ("files that do not add up", |record| record.totals.files += 1),
    ("bytes that do not add up", |record| {
        record.batches[0].stream_bytes.0 += 4096;
    }),
];

fn annex_cases(good: &str) -> Value {
    let broken = |why: &str, text: String| json!({ "why": why, "expect": "form", "exit": 4, "text": text });
    let last = good.rfind(",{").unwrap();
    let cases = vec![
        broken("no final newline", good.trim_end().to_owned()),
        broken("a byte follows", format!("{good} ")),
        broken("white space", edit(good, "\"size\":", "\"size\": ")),
        broken("no comma before the second", edit(good, "\n,{", "\n{")),
        broken("a comma before the first", edit(good, "[\n{", "[\n,{")),
        broken("cut short", good[..last].to_owned()),
        broken("all on one line", good.replace('\n', "")),
        broken("another version", edit(good, "\"version\":1", "\"version\":2")),
        broken("another kind", edit(good, "-annex\"", "\"")),
        broken(
            "a salt of 31 bytes",
            edit(
                good,
                "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
                "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw==",
            ),
        ),
        broken(
            "a number with another check character",
            edit(good, "-10-", "-11-"),
        ),
        broken("an unknown name", edit(good, "\"size\":", "\"x\":0,\"size\":")),
        broken(
            "bytes of a path that is text",
            edit(
                good,
                "\"/srv/data/c\",\"raw\":null",
                "\"/srv/data/c\",\"raw\":\"L3Nydi9kYXRhL2M=\"",
            ),
        ),
        broken("an empty path", edit(good, "\"/srv/data/c\"", "\"\"")),
        broken(
            "more stretches than there are",
            edit(good, "\"count\":1", "\"count\":0"),
        ),
        broken(
            "an unknown result",
            edit(good, "\"result\":\"erased\"", "\"result\":\"gone\""),
        ),
    ];
    json!({ "broken": cases })
}

/// The slip of the good record, its bytes beside what they say.
fn fields(file: &SlipFile) -> Value {
    let slip = PartialSlip::parse(file.slip()).unwrap();
    let signers = |(role, keys): &(Role, Fingerprint)| json!([role.name(), keys]);
    json!({
        "hex": HEXLOWER.encode(file.slip()),
        "specimen": slip.specimen, "policy_met": slip.policy_met, "virtual_medium": slip.virtual_medium,
        "force_rewrite": slip.force_rewrite, "annex": slip.annex, "verdict": slip.verdict,
        "required": slip.required, "achieved": slip.achieved, "witness": slip.witness, "scope": slip.scope,
        "number": slip.number, "digest": slip.digest, "erased_files": slip.erased_files,
        "left_files": slip.left_files, "bytes": slip.bytes, "model": slip.model, "serial": slip.serial,
        "method": slip.method, "ended": slip.ended,
        "signers": slip.signers.iter().map(signers).collect::<Vec<_>>(),
    })
}

fn slip_cases(people: &People, file: &SlipFile, record: &Envelope) -> Value {
    let both = [&people.handler, &people.witness];
    let (good, bytes) = (text(&file.encode()), file.slip());
    let changed = |place: usize, value: u8| {
        let mut bytes = bytes.to_vec();
        bytes[place] = value;
        bytes
    };
    let payload = |why: &str, bytes: &[u8]| case(why, "payload", 4, &slip_file(bytes, &both));
    let cases = vec![
        case("no final newline", "form", 4, good.trim_end()),
        case("a record in place of a slip", "form", 4, &text(&record.encode())),
        case(
            "a changed slip",
            "signature",
            4,
            &other_letter(&good, "\"slip\":\""),
        ),
        payload("another form", &changed(0, 4)),
        payload("an unknown flag", &changed(1, 0x20)),
        payload("an unknown verdict", &changed(2, 5)),
        payload("no level required", &changed(3, 0)),
        payload("an unknown level achieved", &changed(4, 5)),
        payload("an unknown way of the witness", &changed(5, 4)),
        payload("an unknown scope", &changed(6, 2)),
        payload("bytes after the last signer", &[bytes, &[0]].concat()),
        payload("cut short", &bytes[..bytes.len() - 1]),
    ];
    json!({ "now": NOW, "issuer": "../identity/issuer.json", "roster": "../records/roster.json", "broken": cases })
}
