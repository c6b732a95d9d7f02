//! Bad input: every case is refused with its exit code and its reason, in both languages, and changes
//! neither the device nor the output folder.

use std::collections::VecDeque;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use crate::calls::{Call, Ran};
use crate::devices::{Frozen, Holder, Loop, Mount, SIZE, count_text, sample_file, tool};
use crate::support::{World, digest, payload};

#[path = "refused/media.rs"]
mod media;
#[path = "refused/people.rs"]
mod people;
#[path = "refused/places.rs"]
mod places;
#[path = "refused/records.rs"]
mod records;

/// One kind of bad input.
#[derive(Clone)]
struct Case {
    name: &'static str,
    exit: i32,
    code: &'static str,
    play: fn(&World) -> Attempt,
}

/// What came of one.
struct Attempt {
    english: Ran,
    japanese: Ran,
    /// Whether the medium was the same afterwards; none where there is no medium.
    device_unchanged: Option<bool>,
    output_unchanged: bool,
}

const fn case(name: &'static str, exit: i32, code: &'static str, play: fn(&World) -> Attempt) -> Case {
    Case {
        name,
        exit,
        code,
        play,
    }
}

/// Makes the call in both languages and compares the medium's bytes before and after.
fn attempt(world: &World, call: &Call, medium: Option<&Path>) -> Attempt {
    let state = || (medium.map(digest), world.output());
    let before = state();
    let english = call.run();
    let japanese = call.clone().with("--lang", "ja").run();
    let after = state();
    Attempt {
        english,
        japanese,
        device_unchanged: medium.is_some().then(|| before.0 == after.0),
        output_unchanged: before.1 == after.1,
    }
}

/// A wipe of a sample device, varied.
fn vary(world: &World, change: impl FnOnce(Call) -> Call) -> Attempt {
    let device = Loop::sample(world);
    attempt(world, &change(world.wipe(&[device.node()])), Some(device.file()))
}

/// A wipe of something that is no medium, or not one that may be erased.
fn wipe_of(world: &World, path: &str, medium: Option<&Path>) -> Attempt {
    attempt(world, &world.wipe(&[path]), medium)
}

/// A wipe while something holds the device.
fn held(world: &World, hold: impl FnOnce(&Loop) -> Holder) -> Attempt {
    let device = Loop::sample(world);
    let _holder = hold(&device);
    attempt(world, &world.wipe(&[device.node()]), Some(device.file()))
}

fn wipe_of_two(world: &World, device: &Loop, other: &str) -> Attempt {
    attempt(world, &world.wipe(&[device.node(), other]), Some(device.file()))
}

fn change(path: &Path, how: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    how(&mut bytes);
    fs::write(path, bytes).unwrap();
}

fn add(world: &World, id: &str, roles: &[&str], more: &[&str]) {
    let member = world.text(format!("{id}.pub"));
    let mut options = vec!["--member", member.as_str()];
    options.extend(roles.iter().flat_map(|role| ["--role", role]));
    options.extend(more);
    world.roster("add", &options).is(0);
}

/// Makes the home's ledger, with one erasure in it.
fn ledger(world: &World) {
    let device = Loop::named(world, "first.img");
    world.wipe_alone(&[device.node()]).run().is(0);
}

fn device_text(device: &Loop) -> usize {
    count_text(device.file())
}

fn listing_is_empty(folder: &Path) -> bool {
    crate::support::listing(folder).is_empty()
}

/// A record of a real erasure, changed, and then verified.
fn tampered(world: &World, how: impl FnOnce(&mut Vec<u8>)) -> Attempt {
    let device = Loop::sample(world);
    world.wipe(&[device.node()]).run().is(0);
    let record = world.record();
    world.verify(&record).is(0);
    change(&record, how);
    attempt(
        world,
        &world.keshiin(&["verify", record.to_str().unwrap()]),
        Some(device.file()),
    )
}

/// The first record with the first signature of the other.
fn with_signature_of(record: &[u8], other: &[u8]) -> Vec<u8> {
    let signature = |bytes: &[u8]| {
        let envelope: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        envelope["signatures"][0]["sig"].as_str().unwrap().to_owned()
    };
    let text = String::from_utf8(record.to_vec()).unwrap();
    text.replace(&signature(record), &signature(other)).into_bytes()
}

/// The whole disk under `/`.
fn system_disk() -> String {
    let source = tool(
        "findmnt",
        &["--noheadings", "--output", "SOURCE", "--nofsroot", "/"],
    );
    let whole = Command::new("lsblk")
        .args(["--noheadings", "--output", "PKNAME", "--nodeps", &source])
        .output();
    let whole = whole
        .map(|done| String::from_utf8_lossy(&done.stdout).trim().to_owned())
        .unwrap_or_default();
    let disk = if whole.is_empty() {
        source
    } else {
        format!("/dev/{whole}")
    };
    assert!(
        disk.starts_with("/dev/"),
        "the disk under / is not to be found: {disk}"
    );
    disk
}

/// Plays one case and judges it; the row of the table and what is wrong with it.
fn judge(case: &Case) -> (String, Option<String>) {
    let world = World::new();
    let Attempt {
        english,
        japanese,
        device_unchanged,
        output_unchanged,
    } = (case.play)(&world);
    let codes = english.codes();
    let device = device_unchanged.map_or("-", |same| if same { "same" } else { "CHANGED" });
    let output = if output_unchanged { "same" } else { "CHANGED" };
    let said = |ran: &Ran| format!("{}{}", ran.out, ran.err);
    let words = if codes.is_empty() {
        said(&english).lines().next().unwrap_or_default().to_owned()
    } else {
        codes.join(" ")
    };
    let row = format!(
        "| {} | {} | {words} | {device} | {output} |",
        case.name, english.exit
    );
    let kana = |text: &str| text.chars().any(|sign| ('\u{3041}'..='\u{30ff}').contains(&sign));
    let demands = [
        (english.exit == case.exit, "the exit code"),
        (japanese.exit == case.exit, "the exit code in Japanese"),
        (
            case.code.is_empty() || codes.iter().any(|code| code == case.code),
            "the code",
        ),
        (codes == japanese.codes(), "the codes in Japanese"),
        (kana(&said(&japanese)), "Japanese words"),
        (!kana(&said(&english)), "English words"),
        (device_unchanged != Some(false), "the device unchanged"),
        (output_unchanged, "the output unchanged"),
    ];
    let missing: Vec<&str> = demands
        .iter()
        .filter(|(met, _)| !met)
        .map(|(_, what)| *what)
        .collect();
    let wrong = (!missing.is_empty())
        .then(|| format!("{row}\n  {missing:?}\n{}\n{}", said(&english), said(&japanese)));
    (row, wrong)
}

/// All cases, on two workers; printed with `--nocapture`.
#[test]
fn bad_input_table() {
    let cases = [media::CASES, people::CASES, places::CASES, records::CASES].concat();
    let left: Mutex<VecDeque<(usize, &Case)>> = Mutex::new(cases.iter().enumerate().collect());
    let done = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = left.lock().unwrap().pop_front();
            let Some((place, case)) = next else { break };
            let judged = catch_unwind(|| judge(case)).unwrap_or_else(|_| {
                (
                    format!("| {} | panicked |", case.name),
                    Some(case.name.to_owned()),
                )
            });
            done.lock().unwrap().push((place, judged));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(place, _)| *place);
    println!("| case | exit | codes | device | output folder |\n|---|---|---|---|---|");
    for (_, (row, _)) in &done {
        println!("{row}");
    }
    let wrong: Vec<String> = done.into_iter().filter_map(|(_, (_, wrong))| wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Nothing on the roster can be checked without a pinned issuer: the work is done and says so.
#[test]
fn without_a_pinned_issuer_the_record_says_so() {
    let world = World::new();
    let device = Loop::sample(&world);
    fs::remove_file(world.path("home/issuer.json")).unwrap();
    world.wipe(&[device.node()]).run().is(0);
    assert_eq!(count_text(device.file()), 0);
    assert_eq!(payload(&world.record())["roster"]["state"], "unpinned");
    world.verify(&world.record()).is(7);
    let named = world.keshiin(&["verify", world.record().to_str().unwrap()]);
    named.with("--issuer", &world.text("issuer.pub")).run().is(0);
}
