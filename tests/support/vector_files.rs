//! Makes the vectors under `tests/vectors/{identity,records,resume,slip,print}` from the keys that lie there.
//!
//! Ed25519 signatures are deterministic and nothing here is drawn at random, so the same keys give the
//! same bytes again, and the committed files can be held against what this version writes. The keys are
//! public and their passphrase is [`PASSPHRASE`]: they are for tests and belong on no roster.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use data_encoding::{BASE64, HEXLOWER};
use keshiin::crypto::{Digest, Fingerprint, Keystream, Passphrase};
use keshiin::records::{
    Ending, Envelope, ErasureRecord, IdentityFile, Kind, MemberChange, Revocation, RevocationReason, Role,
    Roster, RosterDraft, RosterState, SignedBy, SignerClaim, Slip, SlipFile, UnlockedIdentity,
};
use keshiin::units::Timestamp;
use serde_json::{Value, json};

use crate::delivery_vectors;
use crate::partial_vectors;
use crate::print_vectors::{self, Made};
use crate::resume_vectors;

/// The passphrase of every key among the vectors.
pub(crate) const PASSPHRASE: &str = "keshiin-test-vector";
/// The instant at which the vectors are judged.
pub(crate) const NOW: &str = "2026-11-21T12:00:00+09:00";
const FROM: &str = "2026-04-01T00:00:00+09:00";
/// When the rosters of the vectors are due.
pub(crate) const NEXT_UPDATE: &str = "2027-04-01T00:00:00+09:00";
const ROSTER_ID: &str = "00112233445566778899aabbccddeeff";

/// Where a vector lies.
pub(crate) fn place(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name)
}

/// The instant `text`.
pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// The people of the vectors, their keys opened.
pub(crate) struct People {
    /// 名簿管理者.
    pub(crate) issuer: UnlockedIdentity,
    /// 作業担当者.
    pub(crate) handler: UnlockedIdentity,
    /// 立会人.
    pub(crate) witness: UnlockedIdentity,
    /// 確認者.
    pub(crate) clerk: UnlockedIdentity,
}

impl People {
    /// Opens the committed keys.
    pub(crate) fn read() -> Self {
        Self {
            issuer: key("issuer"),
            handler: key("handler"),
            witness: key("witness"),
            clerk: key("clerk"),
        }
    }

    fn all(&self) -> [(&'static str, &UnlockedIdentity); 4] {
        [
            ("issuer", &self.issuer),
            ("handler", &self.handler),
            ("witness", &self.witness),
            ("clerk", &self.clerk),
        ]
    }
}

fn key(name: &str) -> UnlockedIdentity {
    let bytes = fs::read(place(&format!("identity/{name}.key"))).unwrap();
    IdentityFile::parse(&bytes)
        .unwrap()
        .unlock(&Passphrase::new(PASSPHRASE).unwrap())
        .unwrap()
}

/// Every file that follows from the keys: its name and its bytes.
pub(crate) fn files(people: &People) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for (name, person) in people.all() {
        files.insert(format!("identity/{name}.json"), person.public().encode());
    }
    files.insert("identity/cases.json".into(), pretty(&identity_cases(people)));
    let first = roster(people);
    for (name, roster) in rosters(people, &first) {
        files.insert(format!("records/{name}.json"), roster.encode());
    }
    files.insert("records/roster-cases.json".into(), pretty(&roster_cases(people)));
    let record = record(people, &first);
    let (envelope, slip) = signed(&record, &[&people.handler, &people.witness]);
    files.insert("records/erasure.json".into(), envelope.encode());
    files.insert(
        "records/erasure-cases.json".into(),
        pretty(&erasure_cases(people, &record)),
    );
    files.insert("records/numbers.json".into(), pretty(&numbers()));
    files.insert("records/pattern.json".into(), pretty(&pattern()));
    files.insert("slip/erasure.slip.json".into(), slip.encode());
    files.insert("slip/slip.json".into(), pretty(&slip_fields(&slip)));
    files.insert(
        "slip/cases.json".into(),
        pretty(&slip_cases(people, &slip, &envelope)),
    );
    files.insert("slip/qr.json".into(), pretty(&code_cases(&slip, &envelope)));
    files.extend(print_vectors::files(&Made {
        people,
        first: &first,
        record: &record,
        envelope: &envelope,
        slip: &slip,
    }));
    files.extend(resume_vectors::files(people, &record));
    files.extend(delivery_vectors::files(people, (&envelope, &slip)));
    files.extend(partial_vectors::files(people, &first, &slip));
    for (target, bytes) in seeds(people, &first, &envelope, &slip) {
        files.insert(format!("../../fuzz/seeds/{target}/vector"), bytes);
    }
    files
}

/// What each fuzz target begins with, in the form in which it takes it.
fn seeds(
    people: &People,
    roster: &Roster,
    record: &Envelope,
    slip: &SlipFile,
) -> Vec<(&'static str, Vec<u8>)> {
    let ledger = |name: &str| text(&fs::read(place(&format!("ledger/{name}"))).unwrap());
    let (export, vectors) = (ledger("export.json"), ledger("vectors.json"));
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    let key = text(&fs::read(place("identity/handler.key")).unwrap());
    let witness = people.witness.public().fingerprint().to_string();
    let payload = edit(&text(record.payload()), &witness, &"ab".repeat(32));
    vec![
        ("envelope", record.encode()),
        ("identity_file", key[..key.len() - 65].into()),
        ("roster", roster.envelope().payload().to_vec()),
        ("erasure_payload", payload.into_bytes()),
        ("slip", slip.slip().to_vec()),
        ("slip_file", slip.encode()),
        ("slip_code", slip.to_code().unwrap().into_bytes()),
        ("ledger_leaf", vectors["leaves"][0].as_str().unwrap().into()),
        ("checkpoint", vectors["checkpoint"].as_str().unwrap().into()),
        ("export", export[..export.find(",\"sha256\"").unwrap()].into()),
        (
            "certificate_number",
            numbers()["good"][0].as_str().unwrap().into(),
        ),
    ]
}

/// A list as it is kept.
pub(crate) fn pretty(value: &Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap();
    bytes.push(b'\n');
    bytes
}

/// Bytes that are text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// `text` with the first `from` replaced, which must be there.
pub(crate) fn edit(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from) && from != to, "{from}");
    text.replacen(from, to, 1)
}

/// Another letter of base64 in place of the tenth after `mark`.
pub(crate) fn other_letter(text: &str, mark: &str) -> String {
    let place = text.find(mark).unwrap() + mark.len() + 10;
    let letter = if &text[place..=place] == "A" { "B" } else { "A" };
    [&text[..place], letter, &text[place + 1..]].concat()
}

pub(crate) fn case(why: &str, expect: &str, exit: u8, text: &str) -> Value {
    json!({ "why": why, "expect": expect, "exit": exit, "text": text })
}

pub(crate) fn with(mut case: Value, name: &str, value: impl Into<Value>) -> Value {
    case[name] = value.into();
    case
}

fn payload(envelope: &[u8]) -> String {
    text(Envelope::parse(envelope).unwrap().payload())
}

/// An envelope around any payload, signed by `people` in that order.
pub(crate) fn envelope(kind: Kind, payload: &str, people: &[&UnlockedIdentity]) -> Envelope {
    let order: Vec<Fingerprint> = people
        .iter()
        .map(|person| person.public().fingerprint())
        .collect();
    let mut envelope = Envelope::new(kind, payload.as_bytes().to_vec());
    for person in people {
        envelope.sign(person, &order).unwrap();
    }
    envelope
}

// --- identity -------------------------------------------------------------------------------

/// An identity file of these lines, with the checksum that belongs to it.
fn sealed(magic: &str, public: &str, lock: &str) -> String {
    let body = format!("{magic}{public}{lock}");
    format!("{body}{}\n", Digest::of(&[body.as_bytes()]))
}

fn identity_cases(people: &People) -> Value {
    let whole = text(&fs::read(place("identity/handler.key")).unwrap());
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let [magic, public, lock, _] = lines[..] else {
        panic!("four lines")
    };
    let mut cases = broken_locks(people, [magic, public, lock]);
    cases.extend(broken_public_halves(people, [magic, public, lock]));
    json!({ "passphrase": PASSPHRASE, "fingerprints": fingerprints(people), "broken": cases })
}

/// The handler's file of these lines, broken anywhere but in its public half.
fn broken_locks(people: &People, [magic, public, lock]: [&str; 3]) -> Vec<Value> {
    let whole = sealed(magic, public, lock);
    let damage = |why: &str, text: &str| case(why, "checksum", 4, text);
    let mut cases = vec![
        damage(
            "one letter of the ciphertext is another",
            &other_letter(&whole, "\"ciphertext\":\""),
        ),
        damage("cut short", &whole[..whole.len() / 2]),
        damage("the final newline is missing", whole.trim_end()),
        damage("a byte follows", &format!("{whole}\n")),
        damage("empty", ""),
    ];
    let form = |why: &str, magic: &str, lock: &str| case(why, "form", 4, &sealed(magic, public, lock));
    cases.extend([
        form("another version", &edit(magic, "/1", "/2"), lock),
        form("white space in the lock", magic, &edit(lock, "\"t\":", "\"t\": ")),
        form(
            "an unknown name in the lock",
            magic,
            &edit(lock, "\"t\":", "\"s\":0,\"t\":"),
        ),
        form("a name missing in the lock", magic, &edit(lock, "\"t\":3,", "")),
        form(
            "a number that is not an integer",
            magic,
            &edit(lock, "65536", "65536.0"),
        ),
        form(
            "another key derivation",
            magic,
            &edit(lock, "argon2id", "argon2i"),
        ),
        form(
            "fewer passes than the floor",
            magic,
            &edit(lock, "\"t\":3", "\"t\":2"),
        ),
        form(
            "more memory than the bound",
            magic,
            &edit(lock, "65536", "1048577"),
        ),
        form(
            "more lanes than the bound",
            magic,
            &edit(lock, "\"p\":4", "\"p\":17"),
        ),
        form(
            "a salt of 15 bytes",
            magic,
            &edit(lock, &field(lock, "salt"), &BASE64.encode(&[1; 15])),
        ),
    ]);
    let wrong = case("another passphrase", "passphrase", 8, &whole);
    let uncommitted = sealed(magic, public, &other_letter(lock, "\"commitment\":\""));
    let (secret, other) = (
        other_letter(lock, "\"ciphertext\":\""),
        text(&people.witness.public().encode()),
    );
    cases.extend([
        with(wrong, "passphrase", "keshiin-test-vectors"),
        case("another commitment", "passphrase", 8, &uncommitted),
        case("another ciphertext", "secret", 4, &sealed(magic, public, &secret)),
        case(
            "the public half of somebody else",
            "secret",
            4,
            &sealed(magic, &other, lock),
        ),
    ]);
    cases
}

/// The same, broken in its public half.
fn broken_public_halves(people: &People, [magic, public, lock]: [&str; 3]) -> Vec<Value> {
    let mut cases = Vec::new();
    let own = payload(public.as_bytes());
    let renamed = Envelope::new(Kind::Identity, edit(&own, "田中", "中田").into_bytes());
    let renamed = edit(
        &text(&renamed.encode()),
        "[]",
        &public[public.find('[').unwrap()..public.len() - 2],
    );
    let stolen = envelope(Kind::Identity, &own, &[&people.witness]);
    cases.push(case(
        "another name under the old signature",
        "signature",
        4,
        &sealed(magic, &renamed, lock),
    ));
    cases.push(case(
        "signed by another key",
        "signature",
        4,
        &sealed(magic, &text(&stolen.encode()), lock),
    ));
    for (why, from, to) in IDENTITY_PAYLOADS {
        let public = envelope(Kind::Identity, &edit(&own, from, to), &[&people.handler]);
        cases.push(case(
            why,
            "payload",
            4,
            &sealed(magic, &text(&public.encode()), lock),
        ));
    }
    cases
}

const IDENTITY_PAYLOADS: &[(&str, &str, &str)] = &[
    ("an unknown name", "\"id\":", "\"x\":0,\"id\":"),
    (
        "a name twice",
        "\"specimen\":false",
        "\"specimen\":false,\"specimen\":false",
    ),
    ("a name missing", "\"organisation\":\"試験システム株式会社\",", ""),
    ("another version", "\"version\":1", "\"version\":2"),
    (
        "a version that is not an integer",
        "\"version\":1",
        "\"version\":1.0",
    ),
    ("another kind", "\"kind\":\"identity\"", "\"kind\":\"roster\""),
    (
        "an id with a capital letter",
        "\"id\":\"tanaka\"",
        "\"id\":\"Tanaka\"",
    ),
    ("a name that runs backwards", "田中", "\\u202e田中"),
    ("an empty name", "田中 花子", " "),
    ("an unknown mechanism", "\"kem_id\":80", "\"kem_id\":32"),
    ("the mechanism of another key", "\"kem_id\":80", "\"kem_id\":16"),
];

/// The value of a text field of a one-line JSON object.
fn field(line: &str, name: &str) -> String {
    let value: Value = serde_json::from_str(line).unwrap();
    value[name].as_str().unwrap().to_owned()
}

fn fingerprints(people: &People) -> Value {
    let pair = |(name, person): (&'static str, &UnlockedIdentity)| {
        (
            name.to_owned(),
            Value::from(person.public().fingerprint().to_string()),
        )
    };
    Value::Object(people.all().into_iter().map(pair).collect())
}

// --- roster ---------------------------------------------------------------------------------

pub(crate) fn draft(people: &People, members: &[(&UnlockedIdentity, Role)]) -> RosterDraft {
    let issuer = people.issuer.public();
    let mut draft = RosterDraft::first(issuer, "試験県", at(FROM), at(NEXT_UPDATE)).unwrap();
    draft.id = ROSTER_ID.into();
    for (person, role) in members {
        let identity = person.public().clone();
        let (posts, groups) = (vec![], vec!["情報政策課".into()]);
        draft
            .enter(MemberChange {
                identity,
                roles: vec![*role],
                posts,
                groups,
                from: at(FROM),
                until: None,
            })
            .unwrap();
    }
    draft
}

/// The first edition: handler, witness and accepter.
fn roster(people: &People) -> Roster {
    let members = [
        (&people.handler, Role::Handler),
        (&people.witness, Role::Witness),
        (&people.clerk, Role::Accepter),
    ];
    draft(people, &members).issue(&people.issuer).unwrap()
}

/// The first edition, and the ones that the broken records are judged under.
fn rosters(people: &People, first: &Roster) -> Vec<(&'static str, Roster)> {
    let revoked = |effective: &str| {
        let mut draft = first.next(at("2026-11-21T11:30:00+09:00"), at(NEXT_UPDATE));
        let effective_from = at(effective);
        let at = at("2026-11-21T11:30:00+09:00");
        draft
            .revoke(
                "tanaka",
                Revocation {
                    at,
                    effective_from,
                    reason: RevocationReason::Compromised,
                },
            )
            .unwrap();
        draft.issue(&people.issuer).unwrap()
    };
    let roles = [(&people.handler, Role::Handler), (&people.witness, Role::Handler)];
    vec![
        ("roster", first.clone()),
        ("roster-revoked-later", revoked("2026-11-21T11:00:00+09:00")),
        ("roster-revoked-before", revoked("2026-11-01T00:00:00+09:00")),
        (
            "roster-other-role",
            draft(people, &roles).issue(&people.issuer).unwrap(),
        ),
        (
            "roster-handler-alone",
            draft(people, &roles[..1]).issue(&people.issuer).unwrap(),
        ),
    ]
}

fn roster_cases(people: &People) -> Value {
    let roster = draft(people, &[]).issue(&people.issuer).unwrap();
    let (good, own) = (text(&roster.encode()), payload(&roster.encode()));
    let mut by_clerk = draft(people, &[]);
    by_clerk.issuer = people.clerk.public().fingerprint();
    let by_clerk = by_clerk.issue(&people.clerk).unwrap();
    let mut cases = vec![
        case("white space", "form", 4, &edit(&good, ":[", ": [")),
        case("no final newline", "form", 4, good.trim_end()),
        case(
            "a changed payload",
            "signature",
            4,
            &other_letter(&good, "\"payload\":\""),
        ),
        case("signed by somebody else", "roster", 7, &text(&by_clerk.encode())),
        case(
            "names another issuer",
            "roster",
            7,
            &text(&envelope(Kind::Roster, &payload(&by_clerk.encode()), &[&people.issuer]).encode()),
        ),
        case(
            "signed by two",
            "roster",
            7,
            &text(&envelope(Kind::Roster, &own, &[&people.issuer, &people.clerk]).encode()),
        ),
        case(
            "not signed",
            "roster",
            7,
            &text(&Envelope::new(Kind::Roster, own.clone().into_bytes()).encode()),
        ),
        with(case("no pinned issuer", "roster", 7, &good), "pinned", false),
        with(
            case("a later serial was seen", "roster", 7, &good),
            "seen",
            json!([2, roster.digest()]),
        ),
        with(
            case("another of this serial was seen", "roster", 7, &good),
            "seen",
            json!([1, Digest::of(&[])]),
        ),
    ];
    for (why, from, to) in ROSTER_PAYLOADS {
        let broken = envelope(Kind::Roster, &edit(&own, from, to), &[&people.issuer]);
        cases.push(case(why, "payload", 4, &text(&broken.encode())));
    }
    for (why, members) in unlawful_members(people) {
        let broken = envelope(
            Kind::Roster,
            &edit(&own, "\"members\":[]", &members),
            &[&people.issuer],
        );
        cases.push(case(why, "payload", 4, &text(&broken.encode())));
    }
    json!({ "now": NOW, "issuer": "../identity/issuer.json", "broken": cases })
}

const ROSTER_PAYLOADS: &[(&str, &str, &str)] = &[
    ("an unknown name", "\"serial\":1", "\"serial\":1,\"x\":0"),
    ("a name twice", "\"serial\":1", "\"serial\":1,\"serial\":2"),
    (
        "a serial that is not an integer",
        "\"serial\":1",
        "\"serial\":1.0",
    ),
    ("serial 0", "\"serial\":1", "\"serial\":0"),
    ("another version", "\"version\":1", "\"version\":2"),
    ("another kind", "\"kind\":\"roster\"", "\"kind\":\"erasure\""),
    ("an id of another length", ROSTER_ID, "0011"),
    (
        "a time without offset",
        "2026-04-01T00:00:00+09:00",
        "2026-04-01T00:00:00Z",
    ),
    ("an empty organisation", "試験県", ""),
];

/// Members that no roster may have: the same keys twice, and an identity that does not prove possession.
fn unlawful_members(people: &People) -> [(&'static str, String); 2] {
    let member = |identity: &[u8]| {
        let (identity, from) = (BASE64.encode(identity), FROM);
        json!({ "identity": identity, "roles": ["handler"], "posts": [], "groups": [], "from": from, "until": null, "revocation": null })
    };
    let own = people.handler.public().encode();
    let stolen = envelope(Kind::Identity, &payload(&own), &[&people.witness]).encode();
    let members = |list: Value| format!("\"members\":{list}");
    [
        (
            "the same keys twice",
            members(json!([member(&own), member(&own)])),
        ),
        (
            "a member signed by another key",
            members(json!([member(&stolen)])),
        ),
    ]
}

// --- erasure record -------------------------------------------------------------------------

/// The erasure record of `records/erasure.payload.json`, of the people and the roster of the vectors.
fn record(people: &People, roster: &Roster) -> ErasureRecord {
    let number = keshiin::records::CertificateNumber::new("OTR1", "20261121", 7).unwrap();
    let draft = fs::read_to_string(place("records/erasure.payload.json")).unwrap();
    let mut record: ErasureRecord =
        serde_json::from_str(&edit(&draft, "OTR1-20261121-7-?", number.as_str())).unwrap();
    record.signers = vec![
        SignerClaim::new(Role::Handler, people.handler.public(), false),
        SignerClaim::new(Role::Witness, people.witness.public(), false),
    ];
    record.roster.state = RosterState::Pinned;
    record.roster.id = Some(roster.content().id.clone());
    record.roster.serial = Some(roster.content().serial);
    record.roster.digest = Some(roster.digest());
    record
}

/// Record and slip, signed by `people`.
pub(crate) fn signed(record: &ErasureRecord, people: &[&UnlockedIdentity]) -> (Envelope, SlipFile) {
    let mut envelope = record.to_envelope();
    let mut slip = SlipFile::new(Slip::of(record, envelope.digest()));
    for person in people {
        envelope.sign(person, &record.order_of_signers()).unwrap();
        slip.sign(person, &record.order_of_signers()).unwrap();
    }
    (envelope, slip)
}

fn erasure_cases(people: &People, record: &ErasureRecord) -> Value {
    let both = [&people.handler, &people.witness];
    let good = signed(record, &both).0;
    let (own, good) = (text(good.payload()), text(&good.encode()));
    let lines = |envelope: &Envelope| text(&envelope.encode());
    let mut cases = broken_envelopes(&good);
    cases.extend(broken_signatures(people, record));
    for (why, roster) in [
        ("the witness is not on the roster", "roster-handler-alone.json"),
        (
            "the witness is on the roster in another role",
            "roster-other-role.json",
        ),
        ("the handler was revoked before", "roster-revoked-before.json"),
        (
            "the handler was revoked since, without evidence",
            "roster-revoked-later.json",
        ),
    ] {
        cases.push(with(case(why, "entitlement", 7, &good), "roster", roster));
    }
    for (why, from, to) in ERASURE_PAYLOADS {
        cases.push(case(
            why,
            "payload",
            4,
            &lines(&envelope(Kind::Erasure, &edit(&own, from, to), &both)),
        ));
    }
    let mut lying = record.clone();
    lying.ending = Ending::Stopped;
    cases.push(case(
        "a verdict that its measurements do not bear",
        "payload",
        4,
        &lines(&signed(&lying, &both).0),
    ));
    let mut specimen = record.clone();
    specimen.specimen = true;
    cases.push(case(
        "a specimen outside a demonstration",
        "entitlement",
        7,
        &lines(&signed(&specimen, &both).0),
    ));
    json!({ "now": NOW, "issuer": "../identity/issuer.json", "roster": "roster.json", "broken": cases })
}

/// Other bytes than the one form.
pub(crate) fn broken_envelopes(good: &str) -> Vec<Value> {
    vec![
        case("white space", "form", 4, &edit(good, ":[", ": [")),
        case("no final newline", "form", 4, good.trim_end()),
        case("a byte follows", "form", 4, &format!("{good} ")),
        case(
            "an unknown name",
            "form",
            4,
            &edit(good, "{\"payload\"", "{\"x\":0,\"payload\""),
        ),
        case(
            "a name twice",
            "form",
            4,
            &edit(good, "{\"payload\"", "{\"payload\":\"\",\"payload\""),
        ),
        case("another order of names", "form", 4, &reordered(good)),
        case(
            "a slash that is escaped",
            "form",
            4,
            &edit(good, "application/", "application\\/"),
        ),
        case("spare bits that are not zero", "form", 4, &spare_bits(good)),
        case("one key twice", "form", 4, &doubled(good)),
    ]
}

/// The one form, but not signed by those who are named, or under no roster.
fn broken_signatures(people: &People, record: &ErasureRecord) -> Vec<Value> {
    let both = [&people.handler, &people.witness];
    let (good, slip) = signed(record, &both);
    let (own, good) = (text(good.payload()), text(&good.encode()));
    let lines = |envelope: &Envelope| text(&envelope.encode());
    let mut elsewhere = record.clone();
    elsewhere.place = Some("別の場所".into());
    let (elsewhere, other_slip) = signed(&elsewhere, &both);
    vec![
        case(
            "a changed payload",
            "signature",
            4,
            &other_letter(&good, "\"payload\":\""),
        ),
        case(
            "a changed signature",
            "signature",
            4,
            &other_letter(&good, "\"sig\":\""),
        ),
        case(
            "the signatures of another record",
            "signature",
            4,
            &[head(&good), tail(&lines(&elsewhere))].concat(),
        ),
        case(
            "another type over the same payload",
            "signature",
            4,
            &edit(&good, "erasure.v1", "roster.v1"),
        ),
        case("signatures in another order", "signature", 4, &exchanged(&good)),
        case(
            "somebody signed who is not named",
            "signature",
            4,
            &lines(&envelope(Kind::Erasure, &own, &[both[0], both[1], &people.clerk])),
        ),
        case(
            "the witness has not signed",
            "signature",
            7,
            &lines(&envelope(Kind::Erasure, &own, &both[..1])),
        ),
        case(
            "nobody has signed",
            "signature",
            7,
            &lines(&envelope(Kind::Erasure, &own, &[])),
        ),
        with(
            case("the slip of another record", "slip", 4, &good),
            "slip",
            text(&other_slip.encode()),
        ),
        with(
            case("a slip that only one signed", "slip", 4, &good),
            "slip",
            text(&signed(record, &both[..1]).1.encode()),
        ),
        with(
            case("a slip with a changed signature", "slip", 4, &good),
            "slip",
            other_letter(&text(&slip.encode()), "\"sig\":\""),
        ),
        with(case("no pinned issuer", "roster", 7, &good), "pinned", false),
        with(case("no roster", "roster", 7, &good), "roster", Value::Null),
    ]
}

const ERASURE_PAYLOADS: &[(&str, &str, &str)] = &[
    ("an unknown name inside", "\"number\":", "\"x\":0,\"number\":"),
    (
        "a name twice inside",
        "\"reasons\":[]",
        "\"reasons\":[],\"reasons\":[]",
    ),
    ("a name missing inside", "\"reasons\":[],", ""),
    ("another version", "\"version\":1", "\"version\":2"),
    (
        "another kind inside",
        "\"kind\":\"erasure\"",
        "\"kind\":\"roster\"",
    ),
    (
        "a capacity that is not an integer",
        "\"capacity\":67108864",
        "\"capacity\":67108864.0",
    ),
    (
        "a capacity below zero",
        "\"capacity\":67108864",
        "\"capacity\":-1",
    ),
    (
        "a number with another check character",
        "OTR1-20261121-7-",
        "OTR1-20261121-8-",
    ),
    (
        "an unknown verdict",
        "\"verdict\":\"erased\"",
        "\"verdict\":\"fine\"",
    ),
    (
        "a day without a time",
        "\"ended\":\"2026-11-21T10:20:05+09:00\"",
        "\"ended\":\"2026-11-21\"",
    ),
    (
        "a digest in capitals",
        "\"plan\":\"ba7816bf",
        "\"plan\":\"BA7816BF",
    ),
    (
        "text after the end",
        "\"unattended\":false}]}",
        "\"unattended\":false}]}{}",
    ),
];

/// Everything before the list of signatures.
pub(crate) fn head(text: &str) -> &str {
    &text[..text.find('[').unwrap()]
}

/// The list of signatures and what follows.
pub(crate) fn tail(text: &str) -> &str {
    &text[text.find('[').unwrap()..]
}

fn signatures(text: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(text).unwrap()["signatures"]
        .as_array()
        .unwrap()
        .clone()
}

fn exchanged(text: &str) -> String {
    let [first, second] = &signatures(text)[..] else {
        panic!("two signatures")
    };
    format!("{}[{second},{first}]}}\n", head(text))
}

fn doubled(text: &str) -> String {
    let [first, ..] = &signatures(text)[..] else {
        panic!("a signature")
    };
    format!("{}[{first},{first}]}}\n", head(text))
}

/// The last letter before the first `==` with its lowest bit set, which stands for nothing.
fn spare_bits(text: &str) -> String {
    let place = text.find("==").unwrap() - 1;
    let letter = char::from(text.as_bytes()[place] + 1);
    format!("{}{letter}{}", &text[..place], &text[place + 1..])
}

/// One character less after `mark`.
pub(crate) fn shorter(text: &str, mark: &str) -> String {
    let place = text.find(mark).unwrap() + mark.len();
    format!("{}{}", &text[..place], &text[place + 1..])
}

/// The type before the payload.
fn reordered(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap();
    let (payload, kind) = (&value["payload"], &value["payloadType"]);
    format!(
        "{{\"payloadType\":{kind},\"payload\":{payload},\"signatures\":{}",
        tail(text)
    )
}

// --- numbers, pattern, slip -----------------------------------------------------------------

fn numbers() -> Value {
    let make = |station, day, n| {
        keshiin::records::CertificateNumber::new(station, day, n)
            .unwrap()
            .to_string()
    };
    let good = [
        make("OTR1", "20261121", 7),
        make("A", "20260401", 1),
        make("0123456789AB", "99991231", u32::MAX),
    ];
    let wrong = if good[0].ends_with('0') { '1' } else { '0' };
    let other = format!("{}{wrong}", &good[0][..good[0].len() - 1]);
    json!({
        "good": good,
        "broken": [
            { "why": "another check character", "text": other },
            { "why": "two neighbours exchanged", "text": edit(&good[0], "OTR1", "ORT1") },
            { "why": "a small letter", "text": good[0].to_lowercase() },
            { "why": "a leading zero", "text": edit(&good[0], "-7-", "-07-") },
            { "why": "number 0", "text": edit(&good[0], "-7-", "-0-") },
            { "why": "no station", "text": edit(&good[0], "OTR1", "") },
            { "why": "a station of 13 signs", "text": edit(&good[2], "0123456789AB", "0123456789ABC") },
            { "why": "a day of 7 digits", "text": edit(&good[0], "20261121", "2026112") },
            { "why": "no check character", "text": &good[0][..good[0].len() - 2] },
            { "why": "a space at the end", "text": format!("{} ", good[0]) },
        ],
    })
}

/// Bytes of seeded passes at some places.
fn pattern() -> Value {
    let places = [
        ("00", 0),
        ("01", 0),
        ("01", 7),
        ("01", 16 * ((1 << 32) - 1) + 5),
        ("ff", 1 << 40),
    ];
    let entry = |(byte, offset): (&str, u64)| {
        let seed: [u8; 32] = HEXLOWER
            .decode(byte.repeat(32).as_bytes())
            .unwrap()
            .try_into()
            .unwrap();
        let mut bytes = [0; 40];
        Keystream::new(&seed).fill(offset, &mut bytes);
        let complement: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
        json!({ "seed": HEXLOWER.encode(&seed), "offset": offset, "seeded": HEXLOWER.encode(&bytes), "complement": HEXLOWER.encode(&complement) })
    };
    Value::Array(places.into_iter().map(entry).collect())
}

/// The slip of the good record, its bytes beside what they say.
fn slip_fields(file: &SlipFile) -> Value {
    let slip = Slip::parse(file.slip()).unwrap();
    let signers = |(role, keys): &(Role, Fingerprint)| json!([role.name(), keys]);
    json!({
        "hex": HEXLOWER.encode(file.slip()),
        "specimen": slip.specimen, "policy_met": slip.policy_met, "virtual_medium": slip.virtual_medium,
        "verdict": slip.verdict, "required": slip.required, "achieved": slip.achieved, "witness": slip.witness,
        "number": slip.number, "digest": slip.digest, "model": slip.model, "serial": slip.serial,
        "capacity": slip.capacity, "method": slip.method, "ended": slip.ended,
        "signers": slip.signers.iter().map(signers).collect::<Vec<_>>(),
    })
}

fn slip_cases(people: &People, file: &SlipFile, record: &Envelope) -> Value {
    let both = [&people.handler, &people.witness];
    let (good, bytes) = (text(&file.encode()), file.slip());
    let mut cases = vec![
        case("white space", "form", 4, &edit(&good, ":[", ": [")),
        case("no final newline", "form", 4, good.trim_end()),
        case(
            "an unknown name",
            "form",
            4,
            &edit(&good, "{\"slip\"", "{\"x\":0,\"slip\""),
        ),
        case("a keyid of 63 digits", "form", 4, &shorter(&good, "\"keyid\":\"")),
        case(
            "a changed slip",
            "signature",
            4,
            &other_letter(&good, "\"slip\":\""),
        ),
        case(
            "a changed signature",
            "signature",
            4,
            &other_letter(&good, "\"sig\":\""),
        ),
        case(
            "the record's signatures",
            "signature",
            4,
            &[head(&good), tail(&text(&record.encode()))].concat(),
        ),
        case(
            "the witness has not signed",
            "signature",
            7,
            &slip_file(bytes, &both[..1]),
        ),
        with(case("no pinned issuer", "roster", 7, &good), "pinned", false),
        with(
            case("the witness is not on the roster", "entitlement", 7, &good),
            "roster",
            "roster-handler-alone.json",
        ),
        case(
            "a byte follows",
            "payload",
            4,
            &slip_file(&[bytes, &[0]].concat(), &both),
        ),
        case(
            "the last byte is missing",
            "payload",
            4,
            &slip_file(&bytes[..bytes.len() - 1], &both),
        ),
    ];
    for (why, place, value) in [
        ("an unknown form", 0, 3),
        ("an unknown flag", 1, 8),
        ("an unknown verdict", 2, 5),
        ("no level required", 3, 0),
        ("an unknown level", 4, 5),
        ("an unknown way of witnessing", 5, 4),
        ("a number with another check character", 7, b'P'),
        ("a role without number", bytes.len() - 33, 0),
    ] {
        let mut broken = bytes.to_vec();
        assert_ne!(broken[place], value, "{why}");
        broken[place] = value;
        cases.push(case(why, "payload", 4, &slip_file(&broken, &both)));
    }
    json!({ "now": NOW, "issuer": "../identity/issuer.json", "roster": "../records/roster.json", "broken": cases })
}

/// The codes of a good slip, and broken ones.
fn code_cases(file: &SlipFile, record: &Envelope) -> Value {
    let (slip, [handler, witness]) = (file.slip(), two_signatures(file.signatures()));
    let of_record = two_signatures(record.signatures());
    let (good, both) = (file.to_code().unwrap(), [(0, handler), (1, witness)]);
    let form = |why: &str, text: &str| case(why, "form", 4, text);
    let beginning = |signs: &str| format!("KESHIIN1:{signs}{}", &good["KESHIIN1:".len() + signs.len()..]);
    let odd = qr_code(slip, &both[..1]);
    let mut cases = vec![
        form("empty", ""),
        form("no prefix", &good["KESHIIN1:".len()..]),
        form("another prefix", &edit(&good, "KESHIIN1:", "KESHIIN2:")),
        form("nothing after the prefix", "KESHIIN1:"),
        form("small letters", &good.to_lowercase()),
        form("one small letter", &beginning("a")),
        form(
            "letters of full width",
            &edit(&good, "KESHIIN1", "ＫＥＳＨＩＩＮ１"),
        ),
        form("a sign that is not of the alphabet", &beginning("=")),
        form("three signs that stand for more than 65,535", &beginning(":::")),
        form("two signs that stand for 256 more", &more_by_256(&odd)),
        form("the last sign is missing", &good[..good.len() - 1]),
        form("a sign follows", &format!("{good}0")),
        form("a space follows", &format!("{good} ")),
        form("a newline follows", &format!("{good}\n")),
        form(
            "more than 1,100 characters",
            &(good.clone() + &"0".repeat(1101 - good.len())),
        ),
        form("a length that is one more", &qr_text(slip.len() + 1, slip, &both)),
        form("a length that is one less", &qr_text(slip.len() - 1, slip, &both)),
        form("a length of nothing", &qr_text(0, slip, &both)),
        form("a length beyond the end", &qr_text(0xffff, slip, &both)),
        form(
            "a slip of another form",
            &qr_code(&[&[3], &slip[1..]].concat(), &both),
        ),
        form(
            "a byte follows the last signer",
            &qr_code(&[slip, &[0]].concat(), &both),
        ),
        form("signatures in another order", &qr_code(slip, &[both[1], both[0]])),
        form("one place twice", &qr_code(slip, &[both[0], both[0]])),
        form(
            "a place that nobody has",
            &qr_code(slip, &[both[0], (2, witness)]),
        ),
        form(
            "a signature without its last byte",
            &qr_code(slip, &[(0, handler), (1, &witness[..63])]),
        ),
        form(
            "a byte follows the last signature",
            &qr_code(slip, &[both[0], (1, &[witness, &[0]].concat())]),
        ),
    ];
    let signature = |why: &str, exit, text: &str| case(why, "signature", exit, text);
    let mut other = slip.to_vec();
    other[2] = 2;
    cases.extend([
        signature("another verdict", 4, &qr_code(&other, &both)),
        signature(
            "a changed signature",
            4,
            &qr_code(slip, &[both[0], (1, &changed(witness))]),
        ),
        signature(
            "signatures exchanged",
            4,
            &qr_code(slip, &[(0, witness), (1, handler)]),
        ),
        signature(
            "the record's signatures",
            4,
            &qr_code(slip, &[(0, of_record[0]), (1, of_record[1])]),
        ),
        signature(
            "the handler's signature in the witness's place",
            4,
            &qr_code(slip, &[(1, handler)]),
        ),
        signature("the witness has not signed", 7, &odd),
        signature("nobody has signed", 7, &qr_code(slip, &[])),
        with(case("no pinned issuer", "roster", 7, &good), "pinned", false),
        with(
            case("the witness is not on the roster", "entitlement", 7, &good),
            "roster",
            "roster-handler-alone.json",
        ),
    ]);
    json!({
        "now": NOW, "issuer": "../identity/issuer.json", "roster": "../records/roster.json",
        "good": good, "broken": cases,
    })
}

pub(crate) fn two_signatures(signatures: &[SignedBy]) -> [&[u8]; 2] {
    let [first, second] = signatures else {
        panic!("two signatures")
    };
    [first.signature.bytes(), second.signature.bytes()]
}

pub(crate) fn changed(signature: &[u8]) -> Vec<u8> {
    [&[signature[0] ^ 1], &signature[1..]].concat()
}

/// The code of a slip with these signatures, each behind its signer's place.
pub(crate) fn qr_code(slip: &[u8], signatures: &[(u8, &[u8])]) -> String {
    qr_text(slip.len(), slip, signatures)
}

/// The same under any length.
fn qr_text(length: usize, slip: &[u8], signatures: &[(u8, &[u8])]) -> String {
    let mut bytes = u16::try_from(length).unwrap().to_be_bytes().to_vec();
    bytes.extend(slip);
    for (place, signature) in signatures {
        bytes.push(*place);
        bytes.extend(*signature);
    }
    base45_code(&bytes)
}

/// The code of any bytes.
pub(crate) fn base45_code(bytes: &[u8]) -> String {
    format!("KESHIIN1:{}", base45(bytes))
}

const BASE45: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Base45 (RFC 9285), written apart from the program's own.
fn base45(bytes: &[u8]) -> String {
    let mut text = String::new();
    for pair in bytes.chunks(2) {
        let mut rest = pair.iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte));
        for _ in 0..=pair.len() {
            text.push(char::from(BASE45[rest % 45]));
            rest /= 45;
        }
        assert_eq!(rest, 0);
    }
    text
}

/// The last two signs stand for a byte; here for 256 more, which is the same byte to a careless reader.
fn more_by_256(text: &str) -> String {
    let (head, tail) = text.split_at(text.len() - 2);
    let value = |sign| BASE45.iter().position(|known| *known == sign).unwrap();
    let more = value(tail.as_bytes()[0]) + 45 * value(tail.as_bytes()[1]) + 256;
    format!(
        "{head}{}{}",
        char::from(BASE45[more % 45]),
        char::from(BASE45[more / 45])
    )
}

/// A slip file around any bytes, signed by `people`.
pub(crate) fn slip_file(slip: &[u8], people: &[&UnlockedIdentity]) -> String {
    let unsigned = format!("{{\"slip\":\"{}\",\"signatures\":[]}}\n", BASE64.encode(slip));
    let mut file = SlipFile::parse(unsigned.as_bytes()).unwrap();
    let order: Vec<Fingerprint> = people
        .iter()
        .map(|person| person.public().fingerprint())
        .collect();
    for person in people {
        file.sign(person, &order).unwrap();
    }
    text(&file.encode())
}
