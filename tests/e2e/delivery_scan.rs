//! The virus scan before and after a delivery, by the real ClamAV with signatures of the tests' own.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use rustix::process::Signal;

use crate::calls::Call;
use crate::delivery_scene::{tree, wait_until};
use crate::support::{World, digest, payload};

/// The test file of EICAR, put together so that this source is not found.
fn eicar() -> String {
    let (head, tail) = (
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR",
        "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    );
    format!("{head}{tail}")
}

/// A world with signatures `base` that find EICAR by its digest; none where no scanner is. With `CI=true` it has
/// to be there.
#[expect(clippy::print_stdout, reason = "a test that is not run says so")]
fn scene() -> Option<World> {
    let there = Command::new("clamscan").arg("--version").output().is_ok();
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(
        there || !in_ci,
        "clamscan is missing, which CI=true does not allow"
    );
    if !there {
        println!("not run: clamscan is missing");
        return None;
    }
    let world = World::post();
    signatures(&world);
    world.data("clean.csv", b"clean");
    world.data("folder/clean too", b"clean");
    Some(world)
}

/// A base that finds EICAR by its digest.
fn signatures(world: &World) {
    fs::create_dir(world.path("base")).unwrap();
    let eicar = "44d88612fea8a8f36de82e1278abb02f:68:Test.Digest\n";
    fs::write(world.path("base/test.hdb"), eicar).unwrap();
}

fn scanning(world: &World, call: Call) -> Call {
    call.with("--scan", "clamav")
        .with("--scan-database", &world.text("base"))
}

fn age(path: &Path, days: u64) {
    let file = File::options().write(true).open(path).unwrap();
    let then = SystemTime::now() - Duration::from_secs(days * 86_400);
    file.set_modified(then).unwrap();
}

#[track_caller]
fn nothing_delivered(world: &World) {
    let left = tree(&world.path("out"));
    assert!(left.is_empty(), "{:?}", left.keys());
}

#[test]
fn clean_files_are_delivered_and_the_record_says_by_whom() {
    let Some(world) = scene() else { return };
    scanning(&world, world.seal()).run().is(0);
    let scan = &payload(&world.path("out/p.delivery.json"))["scan"];
    assert_eq!(scan["state"], "done");
    assert_eq!((&scan["files"], &scan["bytes"]), (&2.into(), &10.into()));
    assert!(scan["engine"].as_str().unwrap().starts_with("ClamAV "), "{scan}");
    for language in ["en", "ja"] {
        let call = world.keshiin(&["verify", &world.text("out/p.delivery.json")]);
        let said = call.with("--lang", language).run().is(0).out;
        assert!(said.contains("ClamAV"), "{said}");
    }
    let opened = scanning(&world, world.open()).flag("--json").run().is(0).json();
    assert_eq!(opened["scan"]["files"], 2);
    world.came_back();
}

#[test]
fn infected_files_are_named_and_nothing_is_delivered() {
    let Some(world) = scene() else { return };
    world.data("folder/悪い.com", eicar().as_bytes());
    world.data("worse.com", eicar().as_bytes());
    for language in ["en", "ja"] {
        let call = scanning(&world, world.seal()).with("--lang", language);
        let refused = call.run().says(3, "SCN-INFECTED");
        for name in ["data/folder/悪い.com", "data/worse.com"] {
            assert!(refused.err.contains(name), "{}", refused.err);
        }
        assert!(!refused.err.contains("clean"), "{}", refused.err);
        nothing_delivered(&world);
    }
}

#[test]
fn what_comes_infected_gets_no_name() {
    let Some(world) = scene() else { return };
    world.data("bad.com", eicar().as_bytes());
    world.seal().run().is(0);
    for language in ["en", "ja"] {
        let call = scanning(&world, world.open()).with("--lang", language);
        let refused = call.run().says(3, "SCN-INFECTED");
        assert!(refused.err.contains("bad.com"), "{}", refused.err);
        world.nothing_opened();
    }
    // What is asked for alone is looked at alone.
    let call = scanning(&world, world.open()).with("--only", "data/clean.csv");
    call.run().is(0);
    assert!(world.path("opened/data/clean.csv").exists());
    assert!(world.kinds().contains(&"package-open-failed".to_owned()));
}

#[test]
fn a_missing_scanner_is_no_pass() {
    let Some(world) = scene() else { return };
    for language in ["en", "ja"] {
        let call = scanning(&world, world.seal()).with("--lang", language);
        call.environment("PATH", "").run().says(3, "SCN-MISSING");
        nothing_delivered(&world);
    }
    world.seal().with("--scan", "another").run().is(2);
    let socket = world.seal().with("--scan", "clamav");
    let ran = socket.with("--scan-socket", &world.text("nowhere")).run();
    assert_eq!(ran.exit, 3, "{}", ran.err);
    nothing_delivered(&world);
}

#[test]
fn old_or_missing_signatures_are_no_pass() {
    let Some(world) = scene() else { return };
    let signatures = world.path("base/test.hdb");
    age(&signatures, 30);
    for language in ["en", "ja"] {
        let call = scanning(&world, world.seal()).with("--lang", language);
        call.run().says(3, "SCN-STALE");
        nothing_delivered(&world);
    }
    fs::remove_file(signatures).unwrap();
    let ran = scanning(&world, world.seal()).run();
    assert_eq!(ran.exit, 3, "{}", ran.err);
    nothing_delivered(&world);
}

/// It is gone when it has been scanned: neither scanned nor said to be.
#[test]
fn standard_input_is_not_scanned() {
    let world = World::post();
    signatures(&world);
    let input = world.data("input", eicar().as_bytes());
    let call = scanning(&world, world.seal_of(&["-"])).input(&input);
    for language in ["en", "ja"] {
        let call = call.clone().with("--lang", language);
        call.run().says(3, "DLV-SCAN-STANDARD-INPUT");
        nothing_delivered(&world);
    }
}

/// A scanner of the tests' own: it says a good version, and does this for each scan.
fn scanner(world: &World, does: &str) -> String {
    signatures(world);
    let folder = world.path("bin");
    fs::create_dir(&folder).unwrap();
    let version = "ClamAV 1.4.3/27000/$(LC_ALL=C date '+%a %b %e %H:%M:%S %Y')";
    let script =
        format!("#!/bin/sh\ncase \"$*\" in *--version*) echo \"{version}\"; exit 0;; esac\n{does}\n");
    let path = folder.join("clamscan");
    // Written by another process: a file that this one has open for writing cannot be started.
    let write = "printf %s \"$1\" > \"$0\" && chmod 755 \"$0\"";
    let words = ["-c", write, path.to_str().unwrap(), &script];
    assert!(Command::new("sh").args(words).status().unwrap().success());
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{}:{path}", folder.display())
}

#[test]
fn an_interrupted_scan_is_an_interruption() {
    let world = World::post();
    world.data("a", b"a");
    let path = scanner(&world, "touch \"${0%/*}/begun\"; exec sleep 100");
    world.seal().run().is(0);
    let before = tree(&world.path("out"));
    let again = world.seal().with("--name", "q").flag("--keep-existing");
    for call in [again, world.open()] {
        let running = scanning(&world, call).environment("PATH", &path).start();
        let begun = world.path("bin/begun");
        wait_until("the scan begins", || begun.exists());
        fs::remove_file(begun).unwrap();
        running.signal(Signal::INT);
        running.end().says(6, "SCN-STOPPED");
        world.nothing_opened();
        assert_eq!(before, tree(&world.path("out")));
    }
}

/// At a terminal Ctrl-C reaches the scanner as well, which ends first.
#[test]
fn an_interrupted_scanner_is_no_fault_of_the_file() {
    let world = World::post();
    world.data("a", b"a");
    let path = scanner(&world, "kill -INT $PPID; kill -KILL $$");
    let call = scanning(&world, world.seal()).environment("PATH", &path);
    call.run().says(6, "SCN-STOPPED");
    nothing_delivered(&world);
}

/// Another product's result is kept by its digest; its name stands nowhere.
#[test]
fn the_result_of_another_scanner_is_declared() {
    let world = World::post();
    world.data("clean.csv", b"clean");
    let result = world.path("kekka-2026.log");
    fs::write(&result, "Scanned: 1, Infected: 0\n").unwrap();
    let call = world.seal().with("--scan-record", result.to_str().unwrap());
    call.run().is(0);
    let record = payload(&world.path("out/p.delivery.json"));
    assert_eq!(record["scan"]["state"], "declared");
    assert_eq!(record["scan"]["digest"], digest(&result));
    assert!(!record.to_string().contains("kekka"), "{record}");
    // It is one or the other.
    let both = world.seal().with("--scan-record", result.to_str().unwrap());
    both.with("--scan", "clamav").run().is(2);
}

/// Without any scan that is said, on the record and to whoever sends.
#[test]
fn no_scan_is_said_to_be_none() {
    let world = World::post();
    world.data("a", b"a");
    let sealed = world.seal().flag("--json").run().is(0).json();
    assert_eq!(sealed["scan"]["state"], "not-done");
    let warnings = sealed["warnings"].as_array().unwrap();
    assert!(
        warnings.iter().any(|warning| warning["warning"] == "not-scanned"),
        "{warnings:?}"
    );
}
