//! Printed PDFs that somebody worked on: what was changed, covered, exchanged, taken out or made anew is
//! never called genuine. The table is printed with `--nocapture`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::{Value, json};

use crate::devices::tool;
use crate::printed::{Attached, Pdf, Trailer, checks, find, foreign, paper_of, sha256, text};
use crate::support::World;

/// Two papers of two devices in one world, and a folder for what is made of them.
struct Bench {
    world: World,
    one: PathBuf,
    other: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let world = World::new();
        let [one, other] = ["one.img", "two.img"].map(|name| paper_of(&world.erase(name, |call| call)));
        Self { world, one, other }
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(&self.one).unwrap()
    }

    fn pdf(&self) -> Pdf {
        Pdf::read(&self.one)
    }

    fn other(&self) -> Pdf {
        Pdf::read(&self.other)
    }

    /// The file after a tool of somebody else worked on it.
    fn through(&self, program: &str, arguments: &[&str]) -> Vec<u8> {
        let made = self.world.text("made.pdf");
        tool(
            program,
            &[arguments, &[self.one.to_str().unwrap(), &made]].concat(),
        );
        let bytes = fs::read(&made).unwrap();
        fs::remove_file(made).unwrap();
        bytes
    }
}

/// The file with one byte changed, `after` bytes behind the first `mark`.
fn flipped(bench: &Bench, mark: &str, after: usize) -> Vec<u8> {
    let mut file = bench.bytes();
    let place = find(&file, mark.as_bytes(), 0).unwrap() + mark.len() + after;
    file[place] ^= 1;
    file
}

/// An update as anybody could append it: object `number` is from now on `body`.
fn appended(file: &[u8], number: usize, body: &str) -> Vec<u8> {
    let Trailer {
        size,
        root,
        info,
        id,
        startxref,
        ..
    } = Trailer::of(file);
    let mut out = file.to_vec();
    out.push(b'\n');
    let place = out.len();
    out.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
    let table = out.len();
    out.extend(
        format!(
            "xref\n{number} 1\n{place:010} 00000 n\r\ntrailer\n<</Size {size}/Root {root} 0 R/Info {info} 0 \
             R/ID[{id}{id}]/Prev {startxref}>>\nstartxref\n{table}\n%%EOF\n"
        )
        .bytes(),
    );
    out
}

/// Number and content of the first object that begins so.
fn object(file: &[u8], begin: &str) -> (usize, String) {
    let begin = format!(" 0 obj\n{begin}");
    let place = find(file, begin.as_bytes(), 0).unwrap();
    let digits = file[..place]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let number = String::from_utf8_lossy(&file[place - digits..place]).into_owned();
    let end = find(file, b"\nendobj", place).unwrap();
    let content = String::from_utf8_lossy(&file[place + 7..end]).into_owned();
    (number.parse().unwrap(), content)
}

/// A white page with other words, laid over the first one by an update.
fn covered(bench: &Bench) -> Vec<u8> {
    let file = bench.bytes();
    let (_, page) = object(&file, "<</Type/Page/");
    let rest = &page[page.find("/Contents ").expect("the page has contents") + 10..];
    let contents: usize = rest[..rest.find(' ').unwrap()].parse().unwrap();
    let drawing = "1 g 0 0 596 842 re f";
    let body = format!("<</Length {}>>\nstream\n{drawing}\nendstream", drawing.len());
    let covered = appended(&file, contents, &body);
    let path = bench.world.path("covered.pdf");
    fs::write(&path, &covered).unwrap();
    tool("qpdf", &["--check", path.to_str().unwrap()]);
    let (before, after) = (text(&bench.one), text(&path));
    let words = "Thisistocertify";
    assert!(
        before.contains(words) && !after.contains(words),
        "other programs show the cover: {after}"
    );
    covered
}

/// The statement of the first paper about other records, with nobody's signature.
fn stated(pdf: &mut Pdf, change: impl FnOnce(&mut Value)) {
    let mut statement = pdf.statement();
    statement["printer"] = Value::Null;
    change(&mut statement);
    pdf.state(&statement);
}

/// Record and slip of the other device under the names of the first.
fn other_record_under_this_name(bench: &Bench) -> Pdf {
    let (mut pdf, other) = (bench.pdf(), bench.other());
    for place in 0..2 {
        pdf.files[place].bytes.clone_from(&other.files[place].bytes);
    }
    pdf
}

/// The page of the first device with record and slip of the other.
fn page_with_other_record(bench: &Bench) -> Pdf {
    let mut pdf = bench.other();
    pdf.page = bench.pdf().page;
    pdf
}

fn taken_out(bench: &Bench) -> Vec<u8> {
    let names: Vec<String> = bench.pdf().files.into_iter().map(|file| file.name).collect();
    let options: Vec<String> = names
        .iter()
        .map(|name| format!("--remove-attachment={name}"))
        .collect();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    bench.through("qpdf", &options)
}

struct Case {
    name: &'static str,
    exit: u64,
    make: fn(&Bench) -> Vec<u8>,
}

const fn case(name: &'static str, exit: u64, make: fn(&Bench) -> Vec<u8>) -> Case {
    Case { name, exit, make }
}

const CASES: &[Case] = &[
    case("untouched", 0, Bench::bytes),
    case("put together anew after the spec alone", 0, |bench| {
        bench.pdf().fasten()
    }),
    case("a byte changed in a content stream of the page", 4, |bench| {
        flipped(bench, "stream\n", 40)
    }),
    case("a byte changed in the page's first comment", 4, |bench| {
        flipped(bench, "%PDF-1.7\n", 2)
    }),
    case("a byte changed in the page's metadata", 4, |bench| {
        flipped(bench, "<xmp:CreatorTool>", 1)
    }),
    case("a byte changed in the attached record", 4, |bench| {
        flipped(bench, "{\"payload\":\"", 200)
    }),
    case("a byte changed in the attached slip", 4, |bench| {
        flipped(bench, "{\"slip\":\"", 50)
    }),
    case("a byte changed in the update's first line", 4, |bench| {
        flipped(bench, "%keshiin-print/1 page=", 0)
    }),
    case("a byte changed in the mark itself", 7, |bench| {
        flipped(bench, "%keshiin-", 0)
    }),
    case("a byte changed in the update's catalog", 4, |bench| {
        flipped(bench, "/AF[", 0)
    }),
    case("a byte changed in the update's last line", 4, |bench| {
        let mut file = bench.bytes();
        let last = file.len() - 2;
        file[last] ^= 1;
        file
    }),
    case("an object appended that covers the page", 4, covered),
    case("a second update of keshiin's own form", 4, |bench| {
        let file = bench.bytes();
        let page = bench.pdf().page.len();
        [&file[..], &file[page..]].concat()
    }),
    case("an update between page and update", 4, |bench| {
        let (file, page) = (bench.bytes(), bench.pdf().page);
        let between = appended(&page, 1, "<<>>");
        [&between[..between.len() - 1], &file[page.len()..]].concat()
    }),
    case("a line end appended", 4, |bench| {
        [&bench.bytes()[..], b"\n"].concat()
    }),
    case("another mark in the trailer", 4, |bench| {
        bench.pdf().fasten_marked(&"0".repeat(32))
    }),
    case("record and slip of another device under this name", 4, |bench| {
        other_record_under_this_name(bench).fasten()
    }),
    case("the same, and a statement that fits", 4, |bench| {
        let mut pdf = other_record_under_this_name(bench);
        let digest = bench.other().statement()["records"][0]["digest"].clone();
        stated(&mut pdf, |statement| statement["records"][0]["digest"] = digest);
        pdf.fasten()
    }),
    case("everything of another device attached to this page", 4, |bench| {
        page_with_other_record(bench).fasten()
    }),
    case(
        "the same, and a statement that fits, signed by nobody",
        4,
        |bench| {
            let mut pdf = page_with_other_record(bench);
            let page = json!({"digest": sha256(&pdf.page), "length": pdf.page.len()});
            stated(&mut pdf, |statement| statement["page"] = page);
            pdf.fasten()
        },
    ),
    case("the same, said to be typeset by another version", 7, |bench| {
        let mut pdf = page_with_other_record(bench);
        let page = json!({"digest": sha256(&pdf.page), "length": pdf.page.len()});
        stated(&mut pdf, |statement| {
            statement["page"] = page;
            statement["renderer"] = "0".repeat(64).into();
        });
        pdf.fasten()
    }),
    case("another time of printing", 4, |bench| {
        let mut pdf = bench.pdf();
        pdf.time.replace_range(2..4, "19");
        pdf.fasten()
    }),
    case("the signature of who printed taken off", 4, |bench| {
        let mut pdf = bench.pdf();
        let statement = pdf.statement();
        pdf.state(&statement);
        pdf.fasten()
    }),
    case(
        "the signature of who printed taken from another paper",
        4,
        |bench| {
            let (mut pdf, other) = (bench.pdf(), bench.other());
            let signature = |file: &[u8]| {
                let envelope: Value = serde_json::from_slice(file).unwrap();
                envelope["signatures"][0]["sig"].as_str().unwrap().to_owned()
            };
            let own = String::from_utf8(pdf.file("print.json").to_vec()).unwrap();
            let exchanged = own.replace(&signature(own.as_bytes()), &signature(other.file("print.json")));
            *pdf.file_mut("print.json") = exchanged.into_bytes();
            pdf.fasten()
        },
    ),
    case("attachments in another order", 4, |bench| {
        let mut pdf = bench.pdf();
        pdf.files.swap(0, 1);
        pdf.fasten()
    }),
    case("one attachment more", 4, |bench| {
        let mut pdf = bench.pdf();
        let more = Attached {
            name: "more.json".into(),
            bytes: b"{}".to_vec(),
            kind: "Data",
        };
        pdf.files.insert(2, more);
        pdf.fasten()
    }),
    case("the slip left out", 4, |bench| {
        let mut pdf = bench.pdf();
        pdf.files.remove(1);
        pdf.fasten()
    }),
    case("the print statement left out", 4, |bench| {
        let mut pdf = bench.pdf();
        let mark = sha256(pdf.file("print.json"))[..32].to_owned();
        pdf.files.pop();
        pdf.fasten_marked(&mark)
    }),
    case("another roster attached, everything else made anew", 4, |bench| {
        let mut pdf = bench.pdf();
        let roster = pdf.file("roster.json");
        let envelope: Value = serde_json::from_slice(roster).unwrap();
        let mut payload: Value = serde_json::from_slice(&crate::printed::payload(roster)).unwrap();
        payload["organisation"] = "別の県".into();
        let changed = data_encoding::BASE64.encode(payload.to_string().as_bytes());
        let text = String::from_utf8(roster.to_vec()).unwrap();
        let text = text.replace(envelope["payload"].as_str().unwrap(), &changed);
        *pdf.file_mut("roster.json") = text.into_bytes();
        pdf.fasten()
    }),
    case("cut off inside the last attachment", 4, |bench| {
        let file = bench.bytes();
        file[..file.len() - 2000].to_vec()
    }),
    case("cut off by one byte", 4, |bench| {
        let file = bench.bytes();
        file[..file.len() - 1].to_vec()
    }),
    case("cut off inside the page", 7, |bench| {
        bench.bytes()[..2000].to_vec()
    }),
    case("cut off where the page ends", 7, |bench| bench.pdf().page),
    case("attachments taken out by qpdf", 7, taken_out),
    case("printed again by pdftocairo", 7, |bench| {
        bench.through("pdftocairo", &["-pdf"])
    }),
    case("written anew by qpdf, attachments kept", 7, |bench| {
        bench.through("qpdf", &[])
    }),
    case("a PDF by another program", 7, |_| foreign()),
    case("%PDF- alone", 7, |_| b"%PDF-".to_vec()),
];

/// Writes the files, verifies all of them in one call, and returns what was said of each.
fn judge(world: &World, folder: &Path, files: &[(String, Vec<u8>)]) -> Vec<Value> {
    fs::create_dir_all(folder).unwrap();
    let mut call = world.keshiin(&["verify"]).flag("--json");
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        call = call.flag(path.to_str().unwrap());
    }
    let judged = call.run().json();
    for (name, _) in files {
        fs::remove_file(folder.join(name)).unwrap();
    }
    judged["files"].as_array().unwrap().clone()
}

/// What decided, in words of the document for programs.
fn reason(judged: &Value) -> String {
    if let Some(problem) = judged["problem"].as_str() {
        return problem.to_owned();
    }
    let parts = judged["parts"].as_array().into_iter().flatten();
    let all = [judged].into_iter().chain(parts);
    let checks = all.flat_map(|part| part["checks"].as_array().unwrap());
    let bad = checks.filter(|check| check["result"] == "false" || check["result"] == "not-enough");
    let codes: Vec<&str> = bad.map(|check| check["code"].as_str().unwrap()).collect();
    codes.join(" ")
}

#[test]
fn tampering_table() {
    let bench = Bench::new();
    let files: Vec<(String, Vec<u8>)> = CASES
        .iter()
        .enumerate()
        .map(|(place, case)| (format!("{place}.pdf"), (case.make)(&bench)))
        .collect();
    let judged = judge(&bench.world, &bench.world.path("tampered"), &files);
    println!("| done to the PDF | exit | because |\n|---|---|---|");
    let mut wrong = Vec::new();
    for (case, judged) in CASES.iter().zip(&judged) {
        println!("| {} | {} | {} |", case.name, judged["exit"], reason(judged));
        if judged["exit"] != case.exit {
            wrong.push(format!(
                "{}: {} instead of {}",
                case.name, judged["exit"], case.exit
            ));
        }
    }
    assert_eq!(judged.len(), CASES.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn without_its_attachments_a_paper_cannot_be_checked_and_is_not_called_forged() {
    let bench = Bench::new();
    let path = bench.world.path("cleaned.pdf");
    fs::write(&path, taken_out(&bench)).unwrap();
    let japanese = bench
        .world
        .keshiin(&["verify", path.to_str().unwrap()])
        .with("--lang", "ja");
    let said = japanese.run().is(7).out;
    assert_eq!(
        said.lines().next(),
        Some("確認できません（偽造という意味ではありません）。")
    );
    assert!(said.contains("無害化"), "{said}");
    let said = bench.world.verify(&path).is(7).out;
    assert!(said.starts_with("cannot be checked"), "{said}");
}

#[test]
fn nothing_of_a_forged_paper_is_shown() {
    let bench = Bench::new();
    let path = bench.world.path("forged.pdf");
    fs::write(&path, flipped(&bench, "stream\n", 40)).unwrap();
    let said = bench
        .world
        .keshiin(&["verify", path.to_str().unwrap()])
        .with("--lang", "ja");
    let said = said.run().is(4).out;
    assert!(said.starts_with("本物ではありません"), "{said}");
}

/// A page of one line, admitted on the roster, so that the whole file is small.
fn small(world: &World) -> PathBuf {
    let template = world.text("small.typ");
    let source = "#set text(font: \"BIZ UDGothic\")\n#json(\"data.json\").sheets.at(0).number\n";
    fs::write(&template, source).unwrap();
    world.roster("admit", &["--template", &template]).is(0);
    let record = world.erase("small.img", |call| call.with("--template", &template));
    let paper = paper_of(&record);
    let judged = world.judged(&paper, 0, &["--template", &template]);
    assert!(checks(&judged).contains(&"CHK-PAGE-REDRAWN"), "{judged}");
    world.verify(&paper).is(0);
    paper
}

/// What begins an update.
const MARK: &[u8] = b"%keshiin-print/";

/// Every byte of one whole file, each changed in one bit: none of these files is genuine.
#[test]
fn no_byte_of_a_paper_can_be_changed() {
    let world = World::new();
    let original = fs::read(small(&world)).unwrap();
    let memory = tempfile::Builder::new()
        .prefix("keshiin-e2e-")
        .tempdir_in("/dev/shm")
        .unwrap();
    let half = original.len().div_ceil(2);
    let work = |places: std::ops::Range<usize>| {
        let mut counts = BTreeMap::new();
        let places: Vec<usize> = places.collect();
        for some in places.chunks(500) {
            let files: Vec<(String, Vec<u8>)> = some
                .iter()
                .map(|place| {
                    let mut file = original.clone();
                    file[*place] ^= 1 << (place % 8);
                    (format!("{place}.pdf"), file)
                })
                .collect();
            let judged = judge(&world, &memory.path().join(some[0].to_string()), &files);
            assert_eq!(judged.len(), some.len());
            for (place, judged) in some.iter().zip(judged) {
                let exit = judged["exit"].as_u64().unwrap();
                counts.entry(exit).or_insert_with(Vec::new).push(*place);
            }
        }
        counts
    };
    let (first, second) = thread::scope(|scope| {
        let other = scope.spawn(|| work(half..original.len()));
        (work(0..half), other.join().unwrap())
    });
    let mut counts: BTreeMap<u64, Vec<usize>> = first;
    for (exit, places) in second {
        counts.entry(exit).or_default().extend(places);
    }
    println!("{} bytes", original.len());
    for (exit, places) in &counts {
        println!("exit {exit}: {} changed bytes", places.len());
    }
    let accepted = counts.get(&0).map(Vec::as_slice).unwrap_or_default();
    assert!(
        accepted.is_empty(),
        "{} accepted, from byte {:?}",
        accepted.len(),
        accepted.first()
    );
    let mark = find(&original, MARK, 0).unwrap();
    let of_the_mark: Vec<usize> = (mark..mark + MARK.len()).collect();
    let mut unmarked = counts.remove(&7).unwrap_or_default();
    unmarked.sort_unstable();
    assert_eq!(
        unmarked, of_the_mark,
        "without the mark it is the PDF of somebody else (§4)"
    );
    assert_eq!(counts.len(), 1, "everything else is false: {:?}", counts.keys());
    assert_eq!(counts[&4].len(), original.len() - MARK.len());
}
