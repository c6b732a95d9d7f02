//! Makes the vectors under `tests/vectors/print`: a good printed PDF, and what was done to broken ones.
//!
//! A broken one is the good one with stretches of bytes exchanged, so it is kept as those stretches. Its
//! page and update are written by `pdf_writer`, its statement says what then hangs on which page: only
//! the layer that the case names has something to object.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use keshiin::crypto::Digest;
use keshiin::records::{
    Envelope, ErasureRecord, Kind, Language, Layout, PageRef, PrintStatement, PrintTool, PrintedRecord,
    Printer, Roster, SlipFile, UnlockedIdentity,
};
use serde_json::{Value, json};

use crate::pdf_writer::{Hung, Page, Print};
use crate::vector_files::{NEXT_UPDATE, NOW, People, at, edit, other_letter, pretty, signed, text};

/// T of every vector.
const PRINTED_AT: &str = "2026-11-21T11:00:00+09:00";
/// The template that the vectors say they were made with: the roster beside them admits it.
const TEMPLATE: &[u8] = b"a template that no program carries";

/// What the vectors are made of.
pub(crate) struct Made<'a> {
    /// Whose keys they are.
    pub(crate) people: &'a People,
    /// The first edition of the roster.
    pub(crate) first: &'a Roster,
    /// The record on the page.
    pub(crate) record: &'a ErasureRecord,
    /// The same, signed.
    pub(crate) envelope: &'a Envelope,
    /// Its slip.
    pub(crate) slip: &'a SlipFile,
}

/// Every file that follows from them.
pub(crate) fn files(made: &Made<'_>) -> BTreeMap<String, Vec<u8>> {
    let set = Set::new(made);
    let good = set.print().bytes();
    let mut broken = set.without_ours(&good);
    broken.extend(set.broken_pages());
    broken.extend(set.broken_updates());
    broken.extend(set.broken_bytes(&good));
    broken.extend(set.unbound());
    broken.extend(set.false_inside());
    broken.extend(set.broken_statements());
    broken.extend(set.not_enough(&good));
    let broken: Vec<Value> = broken.iter().map(|broken| broken.told(&good)).collect();
    let cases = json!({
        "now": NOW, "issuer": "../identity/issuer.json", "roster": "roster.json", "good": "good.pdf",
        "broken": broken,
    });
    BTreeMap::from([
        ("print/good.pdf".into(), good.clone()),
        ("print/roster.json".into(), set.roster.encode()),
        ("print/cases.json".into(), pretty(&cases)),
        ("../../fuzz/seeds/printed_pdf/vector".into(), set.small().bytes()),
        ("../../fuzz/seeds/printed_pdf/objects".into(), page().objects()),
        (
            "../../fuzz/seeds/print_statement/vector".into(),
            set.statement(&Page::showing("x").bytes())
                .to_envelope()
                .payload()
                .to_vec(),
        ),
    ])
}

/// A broken print, and who must object.
pub(crate) struct Broken {
    why: &'static str,
    expect: &'static str,
    exit: u8,
    bytes: Vec<u8>,
    /// Another roster than the list's; `null`: none.
    roster: Option<Value>,
    pinned: bool,
}

/// A print that is broken under the list's own roster.
pub(crate) fn broken(why: &'static str, expect: &'static str, exit: u8, bytes: Vec<u8>) -> Broken {
    let (roster, pinned) = (None, true);
    Broken {
        why,
        expect,
        exit,
        bytes,
        roster,
        pinned,
    }
}

impl Broken {
    fn under(mut self, roster: impl Into<Value>) -> Self {
        self.roster = Some(roster.into());
        self
    }

    /// The case as it is kept: what of the good file was exchanged for what.
    fn told(&self, good: &[u8]) -> Value {
        let other_machine = self.roster.is_some() || !self.pinned;
        let mut edits = Vec::new();
        compare(good, &self.bytes, 0, &mut edits);
        assert!(!edits.is_empty() || other_machine, "{}", self.why);
        let mut case = json!({ "why": self.why, "expect": self.expect, "exit": self.exit, "edits": edits });
        if let Some(roster) = &self.roster {
            case["roster"] = roster.clone();
        }
        if !self.pinned {
            case["pinned"] = false.into();
        }
        case
    }
}

/// How long a stretch must be to be found again elsewhere.
const STRETCH: usize = 64;

/// Notes every stretch of `good` that is another in `other`: where it begins (`start` being the place of
/// `good` in the file), how many bytes give way, and what for.
fn compare(good: &[u8], other: &[u8], start: usize, edits: &mut Vec<Value>) {
    let same = |pair: &(&u8, &u8)| pair.0 == pair.1;
    let head = good.iter().zip(other).take_while(same).count();
    let (good, other, start) = (&good[head..], &other[head..], start + head);
    let tail = good.iter().rev().zip(other.iter().rev()).take_while(same).count();
    let (good, other) = (&good[..good.len() - tail], &other[..other.len() - tail]);
    let find = |stretch: &[u8]| other.windows(STRETCH).position(|window| window == stretch);
    let mut places = (0..good.len() / STRETCH).map(|count| count * STRETCH);
    let common = places.find_map(|place| Some((place, find(&good[place..place + STRETCH])?)));
    if let Some((old, new)) = common {
        compare(&good[..old], &other[..new], start, edits);
        compare(&good[old..], &other[new..], start + old, edits);
    } else if good.len() + other.len() > 0 {
        edits.push(json!([start, good.len(), BASE64.encode(other)]));
    }
}

/// What the vectors are made of, and the roster that they are judged by.
pub(crate) struct Set<'a> {
    /// What it is made of.
    pub(crate) made: &'a Made<'a>,
    /// The second edition, which admits the template.
    roster: Roster,
}

/// The page of the good print.
pub(crate) fn page() -> Page {
    Page::showing("OTR1-20261121-7-T")
}

impl<'a> Set<'a> {
    fn new(made: &'a Made<'a>) -> Self {
        let mut draft = made.first.next(at("2026-11-21T10:30:00+09:00"), at(NEXT_UPDATE));
        draft.admit(Digest::of(&[TEMPLATE]));
        let roster = draft.issue(&made.people.issuer).unwrap();
        Self { made, roster }
    }

    fn printer(&self) -> &UnlockedIdentity {
        &self.made.people.handler
    }

    /// What says that `page` was printed from the record.
    pub(crate) fn statement(&self, page: &[u8]) -> PrintStatement {
        PrintStatement {
            kind: Kind::Print,
            version: 1,
            specimen: false,
            layout: Layout::Certificate,
            language: Language::Ja,
            page: PageRef {
                digest: Digest::of(&[page]),
                length: page.len() as u64,
            },
            records: vec![PrintedRecord {
                number: self.made.record.number.clone(),
                digest: self.made.envelope.digest(),
                file: Digest::of(&[&self.made.envelope.encode()]),
                slip: Digest::of(&[&self.made.slip.encode()]),
            }],
            roster: Some(Digest::of(&[&self.roster.encode()])),
            template: Digest::of(&[TEMPLATE]),
            renderer: Digest::of(&[b"a renderer that no program is"]),
            tool: PrintTool {
                name: "keshiin".into(),
                version: "0.1.0".into(),
            },
            printed_at: at(PRINTED_AT),
            printer: Some(Printer::new(self.printer().public(), false)),
        }
    }

    pub(crate) fn signed(&self, statement: &PrintStatement) -> Envelope {
        let mut envelope = statement.to_envelope();
        envelope
            .sign(self.printer(), &[self.printer().public().fingerprint()])
            .unwrap();
        envelope
    }

    /// `page` with everything that belongs on it.
    pub(crate) fn print_of(&self, page: &Page) -> Print {
        let number = &self.made.record.number;
        let hung = |name: String, bytes: Vec<u8>, kind| Hung { name, bytes, kind };
        let mut print = Print::of(page, PRINTED_AT);
        print.files = vec![
            hung(format!("{number}.json"), self.made.envelope.encode(), "Data"),
            hung(format!("{number}.slip.json"), self.made.slip.encode(), "Data"),
            hung("roster.json".into(), self.roster.encode(), "Supplement"),
            hung("print.json".into(), Vec::new(), "Supplement"),
        ];
        let statement = self.statement(&print.page);
        self.state(print, &self.signed(&statement))
    }

    pub(crate) fn print(&self) -> Print {
        self.print_of(&page())
    }

    /// A print as small as its form allows, for whoever looks at nothing but the form.
    fn small(&self) -> Print {
        let mut print = self.print();
        for (place, file) in print.files.iter_mut().enumerate() {
            file.bytes.truncate(4 * place);
        }
        print
    }

    /// `print` under another statement.
    pub(crate) fn state(&self, mut print: Print, envelope: &Envelope) -> Print {
        print.files.last_mut().unwrap().bytes = envelope.encode();
        print.mark = envelope.digest().to_string()[..32].to_owned();
        print
    }

    /// The good print under a statement that was changed before it was signed.
    pub(crate) fn stated(&self, change: impl FnOnce(&mut PrintStatement)) -> Vec<u8> {
        let print = self.print();
        let mut statement = self.statement(&print.page);
        change(&mut statement);
        let envelope = self.signed(&statement);
        self.state(print, &envelope).bytes()
    }

    /// The good print with other files, under a statement of these.
    fn restated(&self, change: impl FnOnce(&mut Vec<Hung>)) -> Vec<u8> {
        let mut print = self.print();
        change(&mut print.files);
        let mut statement = self.statement(&print.page);
        let digest = |place: usize| Digest::of(&[&print.files[place].bytes]);
        (statement.records[0].file, statement.records[0].slip) = (digest(0), digest(1));
        statement.roster = Some(digest(2));
        let envelope = self.signed(&statement);
        self.state(print, &envelope).bytes()
    }

    /// The good print with other files, before it is written.
    pub(crate) fn hanging(&self, change: impl FnOnce(&mut Vec<Hung>)) -> Vec<u8> {
        let mut print = self.print();
        change(&mut print.files);
        print.bytes()
    }

    // --- statements that do not fit --------------------------------------------------------------

    /// The statement says something else than what hangs there.
    fn unbound(&self) -> Vec<Broken> {
        let later = at("2026-11-21T11:00:01+09:00");
        let none = Digest::of(&[]);
        let other = |files: &mut Vec<Hung>| {
            let (record, slip) = self.other();
            (files[0].bytes, files[1].bytes) = (record.encode(), slip.encode());
        };
        let mut shown = self.print();
        shown.page = Page::showing("OTR1-20261121-7-X").bytes();
        let binding = |(why, bytes)| broken(why, "binding", 4, bytes);
        [
            ("other words on the page", shown.bytes()),
            (
                "a statement of another page",
                self.stated(|of| of.page.digest = none),
            ),
            (
                "a statement of a longer page",
                self.stated(|of| of.page.length += 1),
            ),
            (
                "a statement of another time",
                self.stated(|of| of.printed_at = later),
            ),
            (
                "a statement of another record",
                self.stated(|of| of.records[0].digest = none),
            ),
            (
                "a statement of other signatures",
                self.stated(|of| of.records[0].file = none),
            ),
            (
                "a statement of another slip",
                self.stated(|of| of.records[0].slip = none),
            ),
            (
                "a statement of another roster",
                self.stated(|of| of.roster = Some(none)),
            ),
            ("a statement of no roster", self.stated(|of| of.roster = None)),
            ("a statement of a specimen", self.stated(|of| of.specimen = true)),
            ("the record of another device", self.hanging(other)),
            (
                "a byte of the record",
                self.hanging(|files| files[0].bytes[30] ^= 1),
            ),
            (
                "a byte of the slip",
                self.hanging(|files| files[1].bytes[30] ^= 1),
            ),
            (
                "a byte of the roster",
                self.hanging(|files| files[2].bytes[30] ^= 1),
            ),
            (
                "a signature in the record",
                self.hanging(|files| resign(&mut files[0])),
            ),
            (
                "a signature in the slip",
                self.hanging(|files| resign(&mut files[1])),
            ),
            (
                "a signature in the roster",
                self.hanging(|files| resign(&mut files[2])),
            ),
            ("a roster taken out", self.hanging(|files| drop(files.remove(2)))),
            (
                "a roster that is none",
                self.restated(|files| files[2].bytes = b"{}\n".to_vec()),
            ),
        ]
        .into_iter()
        .map(binding)
        .collect()
    }

    /// The statement fits, and what is inside is false, or the statement's own signature.
    fn false_inside(&self) -> Vec<Broken> {
        let record = |why, bytes| broken(why, "record", 4, bytes);
        let envelope = b"{\"payload\":\"\"}\n";
        vec![
            record(
                "a record with a false signature",
                self.restated(|files| resign(&mut files[0])),
            ),
            record(
                "a slip with a false signature",
                self.restated(|files| resign(&mut files[1])),
            ),
            record(
                "the slip of another record",
                self.restated(|files| files[1].bytes = self.other().1.encode()),
            ),
            record(
                "a slip that is none",
                self.restated(|files| files[1].bytes = envelope.to_vec()),
            ),
            broken(
                "a statement with a false signature",
                "signature",
                4,
                self.hanging(|files| resign(&mut files[3])),
            ),
        ]
    }

    /// Statements that are none.
    fn broken_statements(&self) -> Vec<Broken> {
        let (page, own) = (self.print().page, self.printer().public().fingerprint());
        let unsigned = self.statement(&page).to_envelope();
        let mut by_another = unsigned.clone();
        let witness = &self.made.people.witness;
        by_another
            .sign(witness, &[witness.public().fingerprint()])
            .unwrap();
        let mut unnamed = self.statement(&page);
        unnamed.printer = None;
        let mut unnamed = unnamed.to_envelope();
        unnamed.sign(self.printer(), &[own]).unwrap();
        let (mut twice, mut empty) = (self.statement(&page), self.statement(&page));
        twice.records.push(twice.records[0].clone());
        empty.records.clear();
        let payload = text(unsigned.payload());
        let mut statements = vec![
            (
                "a record in the place of the statement",
                self.made.envelope.clone(),
            ),
            ("nobody signed, somebody is named", unsigned),
            ("another signed than is named", by_another),
            ("somebody signed, nobody is named", unnamed),
            ("one record twice", self.signed(&twice)),
            ("no records", self.signed(&empty)),
        ];
        statements.extend(STATEMENTS.iter().map(|(why, from, to)| {
            let mut envelope = Envelope::new(Kind::Print, edit(&payload, from, to).into_bytes());
            envelope.sign(self.printer(), &[own]).unwrap();
            (*why, envelope)
        }));
        let changed = self.hanging(|files| files[3].bytes[30] ^= 1);
        statements
            .into_iter()
            .map(|(why, envelope)| (why, self.state(self.print(), &envelope).bytes()))
            .chain([("a byte of the statement", changed)])
            .map(|(why, bytes)| broken(why, "statement", 4, bytes))
            .collect()
    }

    /// A record of another device, with its slip.
    fn other(&self) -> (Envelope, SlipFile) {
        let mut other = self.made.record.clone();
        other.place = Some("別の場所".into());
        signed(&other, &[&self.made.people.handler, &self.made.people.witness])
    }

    // --- nothing false, and yet not enough --------------------------------------------------------

    fn not_enough(&self, good: &[u8]) -> Vec<Broken> {
        let plain = |why, expect, bytes: Vec<u8>| broken(why, expect, 7, bytes);
        let beside = |why, expect, roster: &str| {
            plain(why, expect, good.to_vec()).under(format!("../records/{roster}.json"))
        };
        let renamed = |of: &mut PrintStatement| of.printer.as_mut().unwrap().name = "田中 次郎".into();
        let renumbered = |of: &mut PrintStatement| of.printer.as_mut().unwrap().id = "tanaka2".into();
        let template = |of: &mut PrintStatement| of.template = Digest::of(&[]);
        let pending = |files: &mut Vec<Hung>| {
            let (record, slip) = signed(self.made.record, &[&self.made.people.handler]);
            (files[0].bytes, files[1].bytes) = (record.encode(), slip.encode());
        };
        let unpinned = plain("no pinned issuer", "entitlement", good.to_vec());
        vec![
            plain(
                "nobody signed, and the page cannot be typeset again",
                "unproven",
                self.by_nobody(),
            ),
            plain(
                "signed by somebody who is not on the roster",
                "entitlement",
                self.by_a_stranger(),
            ),
            plain(
                "signed under another name than the roster's",
                "entitlement",
                self.stated(renamed),
            ),
            plain(
                "signed under another id than the roster's",
                "entitlement",
                self.stated(renumbered),
            ),
            plain(
                "signed before the printer was entitled",
                "entitlement",
                self.too_early(),
            ),
            plain(
                "the witness has not signed the record",
                "record",
                self.restated(pending),
            ),
            plain(
                "a template that nobody admitted",
                "template",
                self.stated(template),
            ),
            beside("a roster that admits no template", "template", "roster"),
            beside(
                "the printer was revoked before",
                "entitlement",
                "roster-revoked-before",
            ),
            plain("no roster", "entitlement", good.to_vec()).under(Value::Null),
            Broken {
                pinned: false,
                ..unpinned
            },
        ]
    }

    fn by_nobody(&self) -> Vec<u8> {
        let mut statement = self.statement(&self.print().page);
        statement.printer = None;
        self.state(self.print(), &statement.to_envelope()).bytes()
    }

    /// The issuer's key is pinned, and on no roster.
    fn by_a_stranger(&self) -> Vec<u8> {
        let issuer = &self.made.people.issuer;
        let mut statement = self.statement(&self.print().page);
        statement.printer = Some(Printer::new(issuer.public(), false));
        let mut envelope = statement.to_envelope();
        envelope.sign(issuer, &[issuer.public().fingerprint()]).unwrap();
        self.state(self.print(), &envelope).bytes()
    }

    fn too_early(&self) -> Vec<u8> {
        let time = "2026-03-31T11:00:00+09:00";
        let mut print = Print::of(&page(), time);
        print.files = self.print().files;
        let mut statement = self.statement(&print.page);
        statement.printed_at = at(time);
        self.state(print, &self.signed(&statement)).bytes()
    }
}

/// Another letter in the first signature.
fn resign(file: &mut Hung) {
    file.bytes = other_letter(&text(&file.bytes), "\"sig\":\"").into_bytes();
}

/// Payloads that no statement may have.
const STATEMENTS: &[(&str, &str, &str)] = &[
    ("another version", "\"version\":1,", "\"version\":2,"),
    (
        "another kind inside",
        "\"kind\":\"print\"",
        "\"kind\":\"erasure\"",
    ),
    ("an unknown name", "\"page\":", "\"x\":0,\"page\":"),
    (
        "a name twice",
        "\"specimen\":false",
        "\"specimen\":false,\"specimen\":false",
    ),
    ("a name missing", "\"specimen\":false,", ""),
    ("an unknown layout", "\"certificate\"", "\"poster\""),
    ("an unknown language", "\"ja\"", "\"fr\""),
    ("a length that is not an integer", "\"length\":", "\"length\":1."),
    ("a day without a time", "2026-11-21T11:00:00+09:00", "2026-11-21"),
    ("a name that runs backwards", "田中", "\\u202e田中"),
];
