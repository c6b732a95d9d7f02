//! Several devices at the same time, and how the engine is told to go about it.

use std::fs::OpenOptions;
use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::calls::Running;
use crate::devices::{Holder, Loop, count_text, tool};
use crate::support::{PASSPHRASE, World, payload};
use crate::terminal::{dialogue, passphrase_of};

fn devices(world: &World, count: usize) -> Vec<Loop> {
    (0..count)
        .map(|n| Loop::named(world, &format!("device-{n}.img")))
        .collect()
}

fn nodes(devices: &[Loop]) -> Vec<&str> {
    devices.iter().map(Loop::node).collect()
}

/// A file that the handler's passphrase comes out of when somebody puts it in: until then the program waits,
/// with every check behind it and nothing claimed.
fn door(world: &World) -> String {
    let door = world.text("door");
    tool("mkfifo", &[&door]);
    door
}

/// Runs `wipe`, and lets `meanwhile` happen between its checks and its first claim.
fn wipe_with<T>(world: &World, devices: &[Loop], json: bool, meanwhile: impl FnOnce() -> T) -> (Running, T) {
    let door = door(world);
    let mut call = world
        .wipe(&nodes(devices))
        .with("--passphrase-file", &format!("handler={door}"))
        .also("--passphrase-file", &format!("witness={}", world.text("pass")));
    if json {
        call = call.flag("--json");
    }
    let running = call.start();
    // The door is opened for reading only when all checks are behind: a writer waits for that.
    let mut writer = OpenOptions::new().write(true).open(&door).unwrap();
    let done = meanwhile();
    writeln!(writer, "{PASSPHRASE}").unwrap();
    (running, done)
}

fn entries(world: &World, kind: &str) -> usize {
    let listed = world
        .keshiin(&["ledger", "list"])
        .flag("--json")
        .run()
        .is(0)
        .json();
    let entries = listed["entries"].as_array().unwrap();
    entries.iter().filter(|entry| entry["kind"] == kind).count()
}

#[test]
fn a_device_that_is_refused_keeps_no_other_from_being_erased() {
    for json in [false, true] {
        let world = World::new();
        let devices = devices(&world, 4);
        let before = count_text(devices[1].file());
        let (running, holder) = wipe_with(&world, &devices, json, || Holder::of(devices[1].node(), false, 0));
        let ran = running.end().is(3);
        drop(holder);
        assert_eq!(count_text(devices[1].file()), before, "nothing was written to it");
        for place in [0, 2, 3] {
            assert_eq!(count_text(devices[place].file()), 0, "{place}");
        }
        let records = world.records();
        assert_eq!(records.len(), 3);
        for record in &records {
            world.verify(record).is(0);
        }
        assert_eq!(
            (
                entries(&world, "erasure-started"),
                entries(&world, "erasure-finished")
            ),
            (4, 3)
        );
        assert_eq!(entries(&world, "erasure-refused"), 1);
        if json {
            let document = ran.json();
            let failure = &document["failures"][0];
            assert_eq!((&document["exit"], &failure["exit"]), (&3.into(), &3.into()));
            assert_eq!(
                (&failure["begun"], &failure["code"]),
                (&false.into(), &"DEV-HELD".into())
            );
            assert_eq!(failure["device"], devices[1].node());
            assert_eq!(document["erasures"].as_array().unwrap().len(), 3);
            let lines = ran
                .err
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap());
            assert_eq!(
                lines.filter(|line| line["failure"]["code"] == "DEV-HELD").count(),
                1
            );
        } else {
            let ran = ran.says(3, "DEV-HELD");
            assert!(
                ran.err.contains(&format!("{}: not begun", devices[1].node())),
                "{}",
                ran.err
            );
            assert!(
                ran.out.contains(&format!("{}: erased", devices[0].node())),
                "{}",
                ran.out
            );
        }
    }
}

#[test]
fn where_every_device_is_refused_nothing_is_erased_and_all_are_named() {
    let world = World::new();
    let devices = devices(&world, 2);
    let hold = || {
        nodes(&devices)
            .into_iter()
            .map(|node| Holder::of(node, false, 0))
            .collect::<Vec<_>>()
    };
    let (running, holders) = wipe_with(&world, &devices, true, hold);
    let document = running.end().is(3).json();
    drop(holders);
    assert_eq!(document["failures"].as_array().unwrap().len(), 2, "{document}");
    assert!(world.output().is_empty());
    assert!(devices.iter().all(|device| count_text(device.file()) > 0));
}

#[test]
fn devices_are_worked_on_at_the_same_time() {
    let world = World::new();
    let devices = devices(&world, 3);
    world
        .wipe(&nodes(&devices))
        .with("--rate-limit", "1M")
        .run()
        .is(0);
    let times = |which: &str| {
        let records = world.records().into_iter().map(|record| payload(&record));
        let mut times: Vec<String> = records
            .map(|record| record["passes"][0][which].as_str().unwrap().to_owned())
            .collect();
        times.sort();
        times
    };
    let (started, ended) = (times("started"), times("ended"));
    assert!(started[2] < ended[0], "{started:?} {ended:?}");
}

#[test]
fn one_passphrase_of_the_witness_signs_every_record_after_the_last_verdict() {
    let world = World::new();
    let devices = devices(&world, 3);
    let confirm: String = devices
        .iter()
        .map(|device| format!("await \"to erase it:\"\nsend -- \"{}\\r\"\n", device.name()))
        .collect();
    let steps = passphrase_of("handler")
        + &confirm
        + "await \"verdicts: 3 of 3 erased\"\n"
        + &passphrase_of("witness");
    let (exit, screen) = dialogue(&world, &nodes(&devices), &steps);
    assert_eq!(exit, 0, "{screen}");
    assert_eq!(screen.matches("(witness) (not shown):").count(), 1, "{screen}");
    assert!(screen.contains("of 3 done"), "{screen}");
    let records = world.records();
    assert_eq!(records.len(), 3);
    for record in &records {
        world.verify(record).is(0);
    }
    assert_eq!(entries(&world, "witness-signed"), 3);
}

#[test]
fn a_witness_who_leaves_has_signed_nothing_and_can_sign_all_later() {
    let world = World::new();
    let devices = devices(&world, 2);
    let confirm: String = devices
        .iter()
        .map(|device| format!("await \"to erase it:\"\nsend -- \"{}\\r\"\n", device.name()))
        .collect();
    let leave = "await \"(witness) (not shown):\"\nsend -- \"\\003\"\n";
    let (exit, screen) = dialogue(
        &world,
        &nodes(&devices),
        &(passphrase_of("handler") + &confirm + leave),
    );
    assert_eq!(exit, 0, "{screen}");
    for record in world.records() {
        world.verify(&record).is(7);
    }
    assert_eq!(entries(&world, "erasure-finished"), 2);
    assert_eq!(entries(&world, "witness-signed"), 0);
}

#[test]
fn how_the_engine_went_about_it_stands_on_the_record() {
    let world = World::new();
    let device = Loop::sample(&world);
    let call = world.wipe(&[device.node()]).with("--rate-limit", "64M");
    let call = call.with("--io-priority", "idle").with("--give-up-after", "5m");
    let call = call
        .with("--stalled-after", "60s")
        .with("--on-difference", "stop");
    call.run().is(0);
    let io = &payload(&world.record())["io"];
    for (field, value) in [
        ("rate_limit", Value::from(64 << 20)),
        ("background", true.into()),
        ("give_up_after_s", 300.into()),
        ("stalled_after_s", 60.into()),
        ("fail_fast", true.into()),
    ] {
        assert_eq!(io[field], value, "{field}: {io}");
    }
    world.verify(&world.record()).is(0);
}

#[test]
fn mistakes_about_the_engine_are_told_all_at_once() {
    let world = World::new();
    let device = Loop::sample(&world);
    let ran = world
        .wipe(&[device.node()])
        .with("--rate-limit", "10k")
        .with("--io-priority", "low")
        .with("--give-up-after", "30")
        .with("--stalled-after", "1ms")
        .with("--on-difference", "halt")
        .with("--checkpoint", "1y")
        .run()
        .is(2);
    assert_eq!(
        ran.codes(),
        [
            "JOB-RATE",
            "JOB-ONE-OF",
            "JOB-STRETCH",
            "JOB-STRETCH",
            "JOB-ONE-OF",
            "JOB-STRETCH"
        ]
    );
    assert!(count_text(device.file()) > 0);
}

#[test]
fn what_the_resume_state_says_is_not_said_again() {
    let world = World::new();
    let state = world.text("state.json");
    let call = world.wipe_alone(&["/dev/none"]).with("--resume", &state);
    let ran = call.clone().run().is(2);
    assert!(
        ran.err.contains("--resume") && ran.err.contains("--purpose"),
        "{}",
        ran.err
    );
    let call = call.without("--purpose").without("--classification");
    call.with("--method", "dod-3").run().is(2);
}

#[test]
fn memory_does_not_grow_with_the_number_of_devices() {
    let world = World::new();
    let devices = devices(&world, 12);
    let most = |nodes: &[&str]| {
        let running = world.wipe_alone(nodes).start();
        let mut most = 0;
        while let Some(peak) = running.peak_kib() {
            most = peak;
            sleep(Duration::from_millis(5));
        }
        running.end().is(0);
        most
    };
    let (few, many) = (most(&nodes(&devices[..2])), most(&nodes(&devices)));
    let share = many.saturating_sub(few) / 10;
    assert!(
        share < 16 << 10,
        "{few} KiB for 2, {many} KiB for 12: {share} KiB for each"
    );
}
