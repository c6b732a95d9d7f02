//! Makes the vectors of deliveries: records, their slips, the codes of these, and broken ones.
//!
//! The sender is the handler of the other vectors, the witness approved of it. What a broken one names is
//! the only layer that has something to object.

use std::collections::BTreeMap;
use std::fs;

use data_encoding::HEXLOWER;
use keshiin::crypto::{Digest, Fingerprint};
use keshiin::records::{
    CertificateNumber, DeliveryReadBack, DeliveryRecord, DeliverySlip, Envelope, Kdf, Kind, NoticeBy,
    PassphraseUse, PreviousDelivery, Role, Roster, SignerClaim, SlipFile, UnlockedIdentity,
};
use keshiin::units::ByteCount;
use serde_json::{Value, json};

use crate::vector_files::{
    NOW, People, base45_code, broken_envelopes, case, changed, draft, edit, envelope, head, other_letter,
    place, pretty, qr_code, shorter, slip_file, tail, text, two_signatures, with,
};

const DRAFT: &str = "../../certificates/specimens/delivery.payload.json";
const ROSTER: &str = "roster-senders.json";

/// Every file that follows from the keys and from the slip of the erasure beside them.
pub(crate) fn files(people: &People, erasure: (&Envelope, &SlipFile)) -> BTreeMap<String, Vec<u8>> {
    let roster = roster(people);
    let record = record(people, &roster);
    let both = signers(people);
    let (good, slip) = signed(&record, &both);
    let mut files = BTreeMap::from([
        (format!("records/{ROSTER}"), roster.encode()),
        ("records/delivery.json".into(), good.encode()),
        (
            "records/delivery-cases.json".into(),
            pretty(&record_cases(people, &record, erasure.1)),
        ),
        ("slip/delivery.slip.json".into(), slip.encode()),
        ("slip/delivery.json".into(), pretty(&fields(&slip))),
        (
            "slip/delivery-cases.json".into(),
            pretty(&slip_cases(people, &slip, &good)),
        ),
        (
            "slip/delivery-qr.json".into(),
            pretty(&code_cases(&slip, erasure.1)),
        ),
    ]);
    let (second, its_slip) = signed(&by_passphrase(&record, good.digest()), &both);
    files.insert("records/delivery-passphrase.json".into(), second.encode());
    files.insert("slip/delivery-passphrase.slip.json".into(), its_slip.encode());
    let approver = people.witness.public().fingerprint().to_string();
    let payload = edit(&text(good.payload()), &approver, &"ab".repeat(32));
    for (target, bytes) in [
        ("delivery_payload", payload.into_bytes()),
        ("slip", slip.slip().to_vec()),
        ("slip_file", slip.encode()),
        ("slip_code", slip.to_code().unwrap().into_bytes()),
    ] {
        files.insert(format!("../../fuzz/seeds/{target}/delivery"), bytes);
    }
    files
}

fn signers(people: &People) -> [&UnlockedIdentity; 2] {
    [&people.handler, &people.witness]
}

/// Sender, approver and recipient.
fn roster(people: &People) -> Roster {
    let members = [
        (&people.handler, Role::Sender),
        (&people.witness, Role::Approver),
        (&people.clerk, Role::Recipient),
    ];
    draft(people, &members).issue(&people.issuer).unwrap()
}

/// The example of the program, of the people and the roster of the vectors.
fn record(people: &People, roster: &Roster) -> DeliveryRecord {
    let mut record: DeliveryRecord = serde_json::from_slice(&fs::read(place(DRAFT)).unwrap()).unwrap();
    record.specimen = false;
    record.number = CertificateNumber::new("OTR1", "20261121", 8).unwrap();
    record.signers = vec![
        SignerClaim::new(Role::Sender, people.handler.public(), false),
        SignerClaim::new(Role::Approver, people.witness.public(), false),
    ];
    let clerk = people.clerk.public();
    record.recipients.truncate(1);
    let recipient = &mut record.recipients[0];
    (recipient.id, recipient.name) = (clerk.id.clone(), clerk.name.clone());
    (recipient.organisation, recipient.title) = (clerk.organisation.clone(), clerk.title.clone());
    recipient.fingerprint = clerk.fingerprint();
    record.roster.id = Some(roster.content().id.clone());
    record.roster.serial = Some(roster.content().serial);
    record.roster.digest = Some(roster.digest());
    record
}

/// Made from the first, split in two, opened by a passphrase, not read back.
fn by_passphrase(first: &DeliveryRecord, digest: Digest) -> DeliveryRecord {
    let mut record = first.clone();
    record.number = CertificateNumber::new("OTR1", "20261121", 9).unwrap();
    let volume = &mut record.package.volumes[0];
    volume.name = "kinou.keshiin.001".into();
    volume.sha256 = None;
    let mut rest = volume.clone();
    rest.name = "kinou.keshiin.002".into();
    rest.size = ByteCount(400);
    record.package.length.0 += rest.size.0;
    record.package.volumes.push(rest);
    record.package.previous = Some(PreviousDelivery {
        number: first.number.clone(),
        digest,
    });
    record.read_back = DeliveryReadBack::NotAsked;
    record.recipients.clear();
    record.encryption.passphrase = Some(PassphraseUse {
        kdf: Kdf::Argon2id,
        t: 3,
        m: 65_536,
        p: 4,
        generated: true,
        notice_by: Some(NoticeBy::Phone),
    });
    record.records = None;
    record.medium.number = None;
    record
}

/// Record and slip, signed by `people`.
fn signed(record: &DeliveryRecord, people: &[&UnlockedIdentity]) -> (Envelope, SlipFile) {
    let mut envelope = record.to_envelope();
    let mut slip = SlipFile::new(DeliverySlip::of(record, envelope.digest()));
    for person in people {
        envelope.sign(person, &record.order_of_signers()).unwrap();
        slip.sign(person, &record.order_of_signers()).unwrap();
    }
    (envelope, slip)
}

fn record_cases(people: &People, record: &DeliveryRecord, of_erasure: &SlipFile) -> Value {
    let both = signers(people);
    let good = signed(record, &both).0;
    let (own, good) = (text(good.payload()), text(&good.encode()));
    let signed_payload = |payload: &str| text(&envelope(Kind::Delivery, payload, &both).encode());
    let mut cases = broken_envelopes(&good);
    cases.extend(broken_signatures(people, record, of_erasure));
    cases.push(with(
        case(
            "the sender is on the roster in another role",
            "entitlement",
            7,
            &good,
        ),
        "roster",
        "roster.json",
    ));
    for (why, from, to) in PAYLOADS {
        cases.push(case(why, "payload", 4, &signed_payload(&edit(&own, from, to))));
    }
    for (why, change) in CHANGES {
        let mut changed = record.clone();
        change(&mut changed);
        let payload = text(changed.to_envelope().payload());
        cases.push(case(why, "payload", 4, &signed_payload(&payload)));
    }
    let mut specimen = record.clone();
    specimen.specimen = true;
    cases.push(case(
        "a specimen outside a demonstration",
        "entitlement",
        7,
        &text(&signed(&specimen, &both).0.encode()),
    ));
    json!({ "now": NOW, "issuer": "../identity/issuer.json", "roster": ROSTER, "broken": cases })
}

/// The one form, but not signed by those who are named, or under no roster.
fn broken_signatures(people: &People, record: &DeliveryRecord, of_erasure: &SlipFile) -> Vec<Value> {
    let both = signers(people);
    let (good, slip) = signed(record, &both);
    let (own, good) = (text(good.payload()), text(&good.encode()));
    let lines = |people: &[&UnlockedIdentity]| text(&envelope(Kind::Delivery, &own, people).encode());
    let mut elsewhere = record.clone();
    elsewhere.place = Some("別の場所".into());
    let (elsewhere, other_slip) = signed(&elsewhere, &both);
    let signature = |why: &str, exit, text: &str| case(why, "signature", exit, text);
    let slip_case = |why: &str, slip: String| with(case(why, "slip", 4, &good), "slip", slip);
    vec![
        signature("a changed payload", 4, &other_letter(&good, "\"payload\":\"")),
        signature("a changed signature", 4, &other_letter(&good, "\"sig\":\"")),
        signature(
            "the signatures of another delivery",
            4,
            &[head(&good), tail(&text(&elsewhere.encode()))].concat(),
        ),
        signature(
            "another type over the same payload",
            4,
            &edit(&good, "delivery.v1", "erasure.v1"),
        ),
        signature(
            "somebody signed who is not named",
            4,
            &lines(&[both[0], both[1], &people.clerk]),
        ),
        signature("the approver has not signed", 7, &lines(&both[..1])),
        signature("nobody has signed", 7, &lines(&[])),
        slip_case("the slip of another delivery", text(&other_slip.encode())),
        slip_case("the slip of an erasure", text(&of_erasure.encode())),
        slip_case(
            "a slip with a changed signature",
            other_letter(&text(&slip.encode()), "\"sig\":\""),
        ),
        with(case("no pinned issuer", "roster", 7, &good), "pinned", false),
        with(case("no roster", "roster", 7, &good), "roster", Value::Null),
    ]
}

/// Payloads that are not those of a delivery: why, what stands there, what stands there instead.
const PAYLOADS: &[(&str, &str, &str)] = &[
    ("an unknown name inside", "\"title\":", "\"x\":0,\"title\":"),
    (
        "a name twice inside",
        "\"approval\":null",
        "\"approval\":null,\"approval\":null",
    ),
    ("a name missing inside", "\"approval\":null,", ""),
    ("another version", "\"version\":1", "\"version\":2"),
    (
        "another kind inside",
        "\"kind\":\"delivery\"",
        "\"kind\":\"erasure\"",
    ),
    (
        "a length that is not an integer",
        "\"length\":1325400",
        "\"length\":1325400.0",
    ),
    ("a length below zero", "\"length\":1325400", "\"length\":-1325400"),
    (
        "a number with another check character",
        "OTR1-20261121-8-",
        "OTR1-20261121-7-",
    ),
    (
        "a package id of 31 digits",
        "\"00112233445566778899aabbccddeeff\",\"container\"",
        "\"00112233445566778899aabbccddeef\",\"container\"",
    ),
    ("another container", "keshiin-package/1", "keshiin-package/2"),
    (
        "a digest in capital letters",
        "\"manifest\":\"ba78",
        "\"manifest\":\"BA78",
    ),
    ("another cipher", "FLOE AES-256-GCM", "FLOE AES-128-GCM"),
    ("an unknown mechanism of a key", "\"kem_id\":80", "\"kem_id\":32"),
    (
        "a volume in another folder",
        "\"kinou.keshiin\"",
        "\"x/kinou.keshiin\"",
    ),
    (
        "a volume under another ending",
        "\"kinou.keshiin\"",
        "\"kinou.zip\"",
    ),
    (
        "a single volume that is the second",
        "\"kinou.keshiin\"",
        "\"kinou.keshiin.002\"",
    ),
    ("a hidden volume", "\"kinou.keshiin\"", "\".kinou.keshiin\""),
    (
        "a title that runs backwards",
        "\"title\":\"",
        "\"title\":\"\\u202e",
    ),
    (
        "a day that does not exist",
        "\"until\":\"2026-12-31\"",
        "\"until\":\"2026-13-01\"",
    ),
    (
        "a day that is written otherwise",
        "\"until\":\"2026-12-31\"",
        "\"until\":\"2026-12-1\"",
    ),
    (
        "more records than can be counted",
        "\"records\":1234",
        "\"records\":1000000000000",
    ),
    (
        "a read-back of an unknown way",
        "{\"path\":\"medium\"}",
        "{\"path\":\"cache\"}",
    ),
    (
        "a read-back that says more than it may",
        "{\"path\":\"medium\"}",
        "{\"path\":\"medium\",\"filesystem\":\"vfat\"}",
    ),
    ("a read-back without its bytes", "\"compared\":1325400,", ""),
    (
        "a scan of an unknown state",
        "{\"state\":\"done\",\"engine\"",
        "{\"state\":\"maybe\",\"engine\"",
    ),
    (
        "the sender is no sender",
        "\"role\":\"sender\"",
        "\"role\":\"handler\"",
    ),
];

/// A delivery after this was done to it.
type Change = fn(&mut DeliveryRecord);

/// Deliveries that a reader refuses for what they say.
const CHANGES: &[(&str, Change)] = &[
    ("no volumes", |record| record.package.volumes.clear()),
    ("volumes out of order", |record| {
        let mut second = record.package.volumes[0].clone();
        record.package.volumes[0].name = "kinou.keshiin.002".into();
        second.name = "kinou.keshiin.001".into();
        second.size.0 = 0;
        record.package.volumes.push(second);
    }),
    ("a title of 201 characters", |record| {
        record.title = "あ".repeat(201)
    }),
    ("one recipient twice", |record| {
        record.recipients.push(record.recipients[0].clone());
    }),
    ("65 recipients", |record| {
        let first = record.recipients[0].clone();
        let numbered = |n: u8| {
            let mut recipient = first.clone();
            recipient.fingerprint = Fingerprint::from_digest(Digest::from_bytes([n; 32]));
            recipient
        };
        record.recipients = (0..65).map(numbered).collect();
    }),
    ("one signer twice", |record| {
        record.signers[1].fingerprint = record.signers[0].fingerprint;
    }),
    ("volumes that are not the whole", |record| {
        record.package.length.0 += 1;
    }),
    ("read back without a digest", |record| {
        record.package.volumes[0].sha256 = None;
    }),
    ("a digest without a read-back", |record| {
        record.read_back = DeliveryReadBack::NotAsked;
    }),
    ("read back in part", |record| {
        if let DeliveryReadBack::Done { compared, .. } = &mut record.read_back {
            compared.0 -= 1;
        }
    }),
    ("read back and found otherwise", |record| {
        if let DeliveryReadBack::Done { equal, .. } = &mut record.read_back {
            *equal = false;
        }
    }),
    ("neither recipients nor a passphrase", |record| {
        record.recipients.clear()
    }),
    ("recipients and a passphrase", |record| {
        record.encryption.passphrase = Some(weak(3));
    }),
    ("a passphrase below the floor", |record| {
        record.recipients.clear();
        record.encryption.passphrase = Some(weak(2));
    }),
];

fn weak(t: u32) -> PassphraseUse {
    PassphraseUse {
        kdf: Kdf::Argon2id,
        t,
        m: 65_536,
        p: 4,
        generated: false,
        notice_by: None,
    }
}

/// The slip of the good delivery, its bytes beside what they say.
fn fields(file: &SlipFile) -> Value {
    let slip = DeliverySlip::parse(file.slip()).unwrap();
    let signers = |(role, keys): &(Role, Fingerprint)| json!([role.name(), keys]);
    json!({
        "hex": HEXLOWER.encode(file.slip()),
        "specimen": slip.specimen, "read_back_equal": slip.read_back_equal,
        "virtual_medium": slip.virtual_medium, "passphrase": slip.passphrase,
        "classification": slip.classification, "number": slip.number, "digest": slip.digest,
        "package": slip.package, "volumes": slip.volumes, "length": slip.length, "records": slip.records,
        "title": slip.title, "medium_number": slip.medium_number, "serial": slip.serial, "ended": slip.ended,
        "signers": slip.signers.iter().map(signers).collect::<Vec<_>>(),
    })
}

fn slip_cases(people: &People, file: &SlipFile, record: &Envelope) -> Value {
    let both = signers(people);
    let (good, bytes) = (text(&file.encode()), file.slip());
    let payload = |why: &str, bytes: &[u8]| case(why, "payload", 4, &slip_file(bytes, &both));
    let mut cases = vec![
        case("no final newline", "form", 4, good.trim_end()),
        case("a keyid of 63 digits", "form", 4, &shorter(&good, "\"keyid\":\"")),
        case(
            "a changed slip",
            "signature",
            4,
            &other_letter(&good, "\"slip\":\""),
        ),
        case(
            "the record's signatures",
            "signature",
            4,
            &[head(&good), tail(&text(&record.encode()))].concat(),
        ),
        case(
            "the approver has not signed",
            "signature",
            7,
            &slip_file(bytes, &both[..1]),
        ),
        with(case("no pinned issuer", "roster", 7, &good), "pinned", false),
        with(
            case(
                "the sender is on the roster in another role",
                "entitlement",
                7,
                &good,
            ),
            "roster",
            "roster.json",
        ),
        payload("a byte follows", &[bytes, &[0]].concat()),
        payload("the last byte is missing", &bytes[..bytes.len() - 1]),
    ];
    for (why, place, value) in byte_changes(bytes) {
        let mut broken = bytes.to_vec();
        assert_ne!(broken[place], value, "{why}");
        broken[place] = value;
        cases.push(payload(why, &broken));
    }
    json!({ "now": NOW, "issuer": "../identity/issuer.json", "roster": format!("../records/{ROSTER}"), "broken": cases })
}

/// Single bytes of a slip that make it none: why, where, the byte.
fn byte_changes(bytes: &[u8]) -> Vec<(&'static str, usize, u8)> {
    let id = HEXLOWER.decode(b"00112233445566778899aabbccddeeff").unwrap();
    let volumes = bytes.windows(16).position(|window| window == id).unwrap() + 16;
    let title = volumes + 2 + 8 + 8;
    vec![
        ("form 3", 0, 3),
        ("an unknown flag", 1, 18),
        ("a classification of 49 bytes", 2, 49),
        ("a number with another check character", 5, b'P'),
        ("no volumes", volumes + 1, 0),
        ("1,025 volumes", volumes, 4),
        ("a title that is not in UTF-8", title + 1, 0xff),
        ("a role without number", bytes.len() - 33, 9),
    ]
}

/// The codes of a good slip, and broken ones.
fn code_cases(file: &SlipFile, of_erasure: &SlipFile) -> Value {
    let slip = file.slip();
    let [sender, approver] = two_signatures(file.signatures());
    let [other, _] = two_signatures(of_erasure.signatures());
    let (good, both) = (file.to_code().unwrap(), [(0, sender), (1, approver)]);
    let mut renamed = slip.to_vec();
    let flags = &mut renamed[1];
    *flags ^= 2;
    let cases = vec![
        case(
            "a slip of form 3",
            "form",
            4,
            &qr_code(&[&[3], &slip[1..]].concat(), &both),
        ),
        case(
            "a byte follows the last signer",
            "form",
            4,
            &qr_code(&[slip, &[0]].concat(), &both),
        ),
        case(
            "signatures in another order",
            "form",
            4,
            &qr_code(slip, &[both[1], both[0]]),
        ),
        case("an empty slip", "form", 4, &base45_code(&[0, 0])),
        case(
            "another word about the read-back",
            "signature",
            4,
            &qr_code(&renamed, &both),
        ),
        case(
            "a changed signature",
            "signature",
            4,
            &qr_code(slip, &[both[0], (1, &changed(approver))]),
        ),
        case(
            "the signature of the same person under an erasure's slip",
            "signature",
            4,
            &qr_code(slip, &[(0, other), both[1]]),
        ),
        case(
            "the approver has not signed",
            "signature",
            7,
            &qr_code(slip, &both[..1]),
        ),
        with(case("no pinned issuer", "roster", 7, &good), "pinned", false),
    ];
    json!({
        "now": NOW, "issuer": "../identity/issuer.json", "roster": format!("../records/{ROSTER}"),
        "good": good, "broken": cases,
    })
}
