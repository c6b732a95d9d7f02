//! Ctrl-C while an engine runs.

use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::calls::{Ran, Running};
use crate::devices::Loop;
use crate::support::{World, payload};

/// A device in memory that takes many seconds with 35 passes.
pub(crate) fn large(folder: &TempDir) -> Loop {
    large_named(folder, "large")
}

/// The same, with a file of another name.
fn large_named(folder: &TempDir, name: &str) -> Loop {
    let file = folder.path().join(name).with_extension("img");
    std::fs::File::create(&file).unwrap().set_len(3 << 30).unwrap();
    Loop::over(&file, &[])
}

/// A folder in memory.
pub(crate) fn memory() -> TempDir {
    tempfile::Builder::new()
        .prefix("keshiin-e2e-")
        .tempdir_in("/dev/shm")
        .unwrap()
}

/// Waits until the ledger says that the erasure has begun, and a little longer.
pub(crate) fn wait_until_begun(world: &World) {
    let began = Instant::now();
    while !world.path("home/ledger.sqlite").exists() {
        assert!(began.elapsed() < Duration::from_secs(60), "the erasure begins");
        sleep(Duration::from_millis(20));
    }
    sleep(Duration::from_millis(1200));
}

#[track_caller]
fn stop(running: Running, signal: Signal) -> Ran {
    let sent = Instant::now();
    running.signal(signal);
    let ran = running.end().is(6);
    // The 35 passes would go on for minutes; record and paper are made on whatever else the machine does.
    assert!(sent.elapsed() < Duration::from_secs(15), "{:?}", sent.elapsed());
    ran
}

#[test]
fn an_interrupted_erasure_leaves_a_signed_record() {
    let folder = memory();
    let device = large(&folder);
    for signal in [Signal::INT, Signal::TERM] {
        let world = World::new();
        let running = world
            .wipe(&[device.node()])
            .with("--method", "gutmann-35")
            .start();
        wait_until_begun(&world);
        stop(running, signal);
        let record = world.record();
        let content = payload(&record);
        assert_eq!(content["verdict"], "interrupted");
        assert_eq!(content["order"]["policy_met"], false);
        world.verify(&record).is(9);
        let said = world
            .keshiin(&["verify", record.to_str().unwrap()])
            .with("--lang", "ja")
            .run()
            .is(9);
        assert_eq!(
            said.out.lines().next(),
            Some("本物の記録です。ただし判定は『中断』です。")
        );
        let entries = world.keshiin(&["ledger", "list"]).run().is(0).out;
        assert_eq!(entries.matches("interrupted").count(), 1, "{entries}");
    }
}

#[test]
fn an_interruption_stops_all_devices_and_each_has_a_record() {
    let (world, folder) = (World::new(), memory());
    let devices = ["first", "second", "third"].map(|name| large_named(&folder, name));
    let nodes: Vec<&str> = devices.iter().map(Loop::node).collect();
    let running = world
        .wipe(&nodes)
        .with("--method", "gutmann-35")
        .flag("--json")
        .start();
    wait_until_begun(&world);
    let said = stop(running, Signal::INT).json();
    let records = world.records();
    assert_eq!(records.len() + said["not_begun"].as_array().unwrap().len(), 3);
    assert!(records.len() >= 2, "they ran at the same time: {said}");
    for record in &records {
        assert_eq!(payload(record)["verdict"], "interrupted");
        world.verify(record).is(9);
    }
    let entries = world.keshiin(&["ledger", "list"]).run().is(0).out;
    assert_eq!(entries.matches("interrupted").count(), records.len(), "{entries}");
}

#[test]
fn an_impatient_ctrl_c_still_leaves_a_record() {
    let (world, folder) = (World::new(), memory());
    let device = large(&folder);
    let running = world
        .wipe_alone(&[device.node()])
        .with("--method", "gutmann-35")
        .start();
    wait_until_begun(&world);
    running.signal(Signal::INT);
    sleep(Duration::from_millis(15));
    running.signal(Signal::INT);
    // The second one may come when the record is filed already; then it ends the program.
    let ran = running.end();
    assert!(matches!(ran.exit, 6 | 130), "{}\n{}", ran.exit, ran.err);
    world.verify(&world.record()).is(9);
}
