//! What is not sealed: every case is refused with its exit code and its reasons, in both languages, and
//! nothing is written.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::Mutex;

use crate::calls::{Call, Ran};
use crate::delivery_scene::{Found, assert_same, tree};
use crate::devices::{Frozen, Mount, tool};
use crate::support::{World, payload};

#[path = "delivery_refused/inputs.rs"]
mod inputs;
#[path = "delivery_refused/people.rs"]
mod people;
#[path = "delivery_refused/places.rs"]
mod places;

/// One kind of bad input.
struct Case {
    name: &'static str,
    exit: i32,
    /// All of them are among the reasons.
    codes: &'static [&'static str],
    play: fn(&World) -> Attempt,
}

/// What came of one.
struct Attempt {
    english: Ran,
    japanese: Ran,
    unchanged: bool,
}

const fn case(
    name: &'static str,
    exit: i32,
    codes: &'static [&'static str],
    play: fn(&World) -> Attempt,
) -> Case {
    Case {
        name,
        exit,
        codes,
        play,
    }
}

/// Makes the call in both languages; looks at a folder before and after.
fn attempt(call: &Call, folder: &Path) -> Attempt {
    let state = || -> Option<BTreeMap<OsString, Found>> { folder.is_dir().then(|| tree(folder)) };
    let before = state();
    let english = call.run();
    let japanese = call.clone().with("--lang", "ja").run();
    Attempt {
        english,
        japanese,
        unchanged: before == state(),
    }
}

/// A seal of one small file, varied.
fn vary(world: &World, change: impl FnOnce(Call) -> Call) -> Attempt {
    world.data("a.txt", b"a");
    attempt(&change(world.seal()), &world.path("out"))
}

/// A seal onto something that is mounted.
fn onto(world: &World, mount: &Mount) -> Attempt {
    world.data("a.txt", b"a");
    let call = world.seal().with("--out", mount.at().to_str().unwrap());
    attempt(&call, mount.at())
}

/// A seal of a folder with such a name in it.
fn named(world: &World, names: &[&str]) -> Attempt {
    for name in names {
        world.data(name, b"n");
    }
    vary(world, |call| call)
}

/// A passphrase package, varied.
fn by_passphrase(world: &World, change: impl FnOnce(Call) -> Call) -> Attempt {
    vary(world, |call| {
        change(
            call.without("--to")
                .flag("--passphrase")
                .with("--notice", &world.text("notice.pdf")),
        )
    })
}

/// Plays one case; the row of the table and what is wrong with it.
fn judge(case: &Case) -> (String, Option<String>) {
    let world = World::post();
    let Attempt {
        english,
        japanese,
        unchanged,
    } = (case.play)(&world);
    let codes = english.codes();
    let said = |ran: &Ran| format!("{}{}", ran.out, ran.err);
    let kana = |text: &str| text.chars().any(|sign| ('\u{3041}'..='\u{30ff}').contains(&sign));
    let demands = [
        (english.exit == case.exit, "the exit code"),
        (japanese.exit == case.exit, "the exit code in Japanese"),
        (
            case.codes
                .iter()
                .all(|code| codes.iter().any(|said| said == code)),
            "the codes",
        ),
        (codes == japanese.codes(), "the codes in Japanese"),
        (kana(&said(&japanese)), "Japanese words"),
        (!kana(&said(&english)), "English words"),
        (unchanged, "nothing written"),
    ];
    let row = format!("| {} | {} | {} |", case.name, english.exit, codes.join(" "));
    let missing: Vec<&str> = demands
        .iter()
        .filter(|(met, _)| !met)
        .map(|(_, what)| *what)
        .collect();
    let wrong = (!missing.is_empty())
        .then(|| format!("{row}\n  {missing:?}\n{}\n{}", said(&english), said(&japanese)));
    (row, wrong)
}

/// All cases, on two workers; the table is printed with `--nocapture`.
#[expect(clippy::print_stdout, reason = "the table of a test")]
fn play(cases: &'static [Case]) {
    let left: Mutex<VecDeque<&Case>> = Mutex::new(cases.iter().collect());
    let done = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = left.lock().unwrap().pop_front();
            let Some(case) = next else { break };
            let judged = catch_unwind(|| judge(case)).unwrap_or_else(|_| {
                let row = format!("| {} | panicked |", case.name);
                (row.clone(), Some(row))
            });
            done.lock().unwrap().push(judged);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let done = done.into_inner().unwrap();
    println!("| case | exit | codes |\n|---|---|---|");
    done.iter().for_each(|(row, _)| println!("{row}"));
    let wrong: Vec<String> = done.into_iter().filter_map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn people_who_are_not_who_they_should_be() {
    play(people::CASES);
}

#[test]
fn inputs_that_cannot_be_sealed() {
    play(inputs::CASES);
}

#[test]
fn places_permits_and_words() {
    play(places::CASES);
}

/// Root reads everything: somebody else does the sealing, and every file that he may not read is named.
#[test]
fn files_that_may_not_be_read_are_all_named() {
    let world = World::post();
    for name in ["secret one", "secret two", "open"] {
        world.data(name, b"x");
    }
    fs::create_dir(world.path("data/closed")).unwrap();
    tool("chmod", &["-R", "a+rwX", &world.text("")]);
    for name in ["secret one", "secret two", "closed"] {
        tool("chmod", &["0000", &world.text(format!("data/{name}"))]);
    }
    let program = world.path("program");
    let before = tree(&world.path("out"));
    for language in ["en", "ja"] {
        let call = world.seal().with("--lang", language).by_somebody_else(&program);
        let ran = call.run().says(3, "DLV-UNREADABLE");
        assert_eq!(ran.codes(), ["DLV-UNREADABLE"; 3], "{}", ran.err);
        for name in ["secret one", "secret two", "closed"] {
            assert!(ran.err.contains(&format!("data/{name}")), "{}", ran.err);
        }
        assert!(!ran.err.contains("data/open"), "{}", ran.err);
    }
    assert_same(&before, &tree(&world.path("out")));
}

/// How many other files lie on the medium is told, and they stay when that is wanted.
#[test]
fn other_files_are_counted_and_may_stay() {
    let world = World::post();
    world.data("a.txt", b"a");
    let mount = Mount::tmpfs(&world, "size=64m");
    for name in ["one", "two", "three"] {
        fs::write(mount.at().join(name), name).unwrap();
    }
    // What systems put there by themselves is nobody's file.
    fs::create_dir(mount.at().join("System Volume Information")).unwrap();
    let call = world.seal().with("--out", mount.at().to_str().unwrap());
    for (language, count) in [("en", "(3)"), ("ja", "3 件")] {
        let refused = call
            .clone()
            .with("--lang", language)
            .run()
            .says(3, "DLV-OTHER-FILES");
        assert!(refused.err.contains(count), "{}", refused.err);
    }
    let before = tree(mount.at());
    call.flag("--keep-existing").run().is(0);
    let after = tree(mount.at());
    for (name, found) in &before {
        assert_eq!(after.get(name), Some(found), "{name:?}");
    }
    assert!(after.contains_key(OsStr::from_bytes(b"p.keshiin")));
}

/// Whatever lies between the medium's top and the folder travels too.
#[test]
fn other_files_are_found_all_the_way_up() {
    let world = World::post();
    world.data("a.txt", b"a");
    let mount = Mount::tmpfs(&world, "size=64m");
    let out = mount.at().join("a/b");
    fs::create_dir_all(&out).unwrap();
    let call = world.seal().with("--out", out.to_str().unwrap());
    fs::write(mount.at().join("a/other.txt"), "theirs").unwrap();
    call.clone().run().says(3, "DLV-OTHER-FILES");
    fs::remove_file(mount.at().join("a/other.txt")).unwrap();
    call.run().is(0);
}

/// Nothing is wrong with these, but whoever sends should know.
#[test]
fn a_group_of_one_and_somebody_unlisted_are_warned_of() {
    let world = World::post();
    world.data("a.txt", b"a");
    let one = world.seal().with("--to", "hitori").run().is(0);
    assert!(
        format!("{}{}", one.out, one.err).contains("hitori"),
        "{}{}",
        one.out,
        one.err
    );
    let record = payload(&world.path("out/p.delivery.json"));
    assert_eq!(record["recipients"][0]["id"], "suzuki");
    assert_eq!(record["recipients"][0]["addressed_as"], "hitori");
    let call = world.seal().with("--to", &world.text("stranger.pub"));
    let call = call.with("--name", "q").flag("--keep-existing");
    let unlisted = call.with("--lang", "ja").run().is(0);
    let said = format!("{}{}", unlisted.out, unlisted.err);
    assert!(said.contains("stranger"), "{said}");
    let record = payload(&world.path("out/q.delivery.json"));
    assert_eq!(record["recipients"][0]["listed"], false);
    // The group of two is no matter for a warning.
    let both = world.seal().with("--to", "soumu").with("--name", "r");
    both.flag("--keep-existing").run().is(0);
    let record = payload(&world.path("out/r.delivery.json"));
    let ids: Vec<&str> = record["recipients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["tanaka", "sato"]);
}
