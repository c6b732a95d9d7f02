//! `wipe free`: what it says about free space, held against a search of the raw image that knows nothing of the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::calls::{Call, Running};
use crate::devices::{Mount, tool};
use crate::files::{CONTENT, Volume};
use crate::support::{World, payload};

/// How a run's folder begins.
const RUN: &str = ".keshiin-free-";

impl World {
    /// `wipe free` that nobody witnesses, with the mount point given once more.
    fn wipe_free(&self, at: &Path) -> Call {
        let at = at.to_str().unwrap();
        self.keshiin(&["wipe", "free", at])
            .with("--handler", &self.text("handler.key"))
            .with("--no-witness", "a test")
            .with("--purpose", "disposal")
            .with("--classification", "1")
            .with("--out", &self.text("out"))
            .with("--confirm", at)
    }
}

impl Volume {
    fn at(&self) -> PathBuf {
        self.mount.as_ref().unwrap().at().to_owned()
    }

    /// Fills it with files of known content and deletes them all; says how often that stands in the image then.
    fn fill_and_delete(&self) -> usize {
        let names: Vec<String> = (0..4).map(|n| format!("deleted-{n}")).collect();
        for name in &names {
            self.file(name, 16 << 20);
        }
        for name in &names {
            fs::remove_file(self.path(name)).unwrap();
        }
        self.left()
    }

    /// Bytes that no file has.
    fn free(&self) -> u64 {
        let told = rustix::fs::statvfs(self.at()).unwrap();
        told.f_bfree * told.f_frsize
    }

    fn run_folders(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.at()).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let of_run = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(RUN);
        paths.filter(of_run).collect()
    }

    /// Waits until a run has so much of the free space that no more than this is left.
    fn wait_until_it_takes(&self, to: u64) {
        let began = Instant::now();
        while self.run_folders().is_empty() || self.free() > to {
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "it takes the free space"
            );
            sleep(Duration::from_millis(5));
        }
    }
}

/// Small, because all of it is written and read.
fn small(world: &World) -> Volume {
    Volume::sized(world, 96 << 20, &["mkfs.ext4", "-q"], "defaults")
}

/// Within what a file system itself writes here and there.
fn about(left: u64, right: u64) -> bool {
    left.abs_diff(right) < 1 << 20
}

#[test]
fn free_space_is_gone_from_the_device_and_given_back() {
    let world = World::new();
    let mut volume = small(&world);
    let stays = volume.path("stays");
    fs::write(&stays, b"a file that nobody erases").unwrap();
    let found = volume.fill_and_delete();
    assert!(found > 500_000, "{found}");
    let free = volume.free();
    let ran = world
        .wipe_free(&volume.at())
        .with("--reserve", "0")
        .flag("--json")
        .run();
    let ran = ran.is(0);
    let told = &ran.json()["erasure"];
    assert_eq!(told["verdict"], "erased");
    assert_eq!(told["scope"], "free-space");
    assert_eq!(told["free_space"]["left_over"], 0);
    assert_eq!(told["totals"]["equal_bytes"], told["totals"]["planned_bytes"]);
    assert_eq!(told["totals"]["names"]["still_there"], 0);
    assert!(
        about(told["free_space"]["written"].as_u64().unwrap(), free),
        "{told}"
    );
    assert!(about(volume.free(), free), "given back");
    assert!(volume.run_folders().is_empty());
    assert_eq!(fs::read(&stays).unwrap(), b"a file that nobody erases");
    assert_eq!(volume.left(), 0, "while mounted");
    assert_eq!(volume.left_at_last(), 0, "and after");
    let record = world.record();
    assert_eq!(payload(&record)["confirmation"]["by"], "paths");
    world.verify(&record).is(0);
    let slip = record.with_extension("slip.json");
    world.verify(&slip).is(0);
}

#[test]
fn what_stays_free_is_an_exception() {
    type Make = fn(&World) -> Volume;
    let makes: [(Make, &str); 3] = [(small, "24M"), (small, ""), (Volume::xfs, "0")];
    for (make, reserve) in makes {
        let world = World::new();
        let mut volume = make(&world);
        let before = volume.fill_and_delete();
        let call = world.wipe_free(&volume.at()).flag("--json");
        let ran = match reserve {
            "" => call,
            reserve => call.with("--reserve", reserve),
        }
        .run()
        .is(5);
        let told = &ran.json()["erasure"];
        assert_eq!(told["verdict"], "erased-with-exceptions");
        let reasons = told["reasons"].as_array().unwrap();
        assert!(
            reasons.iter().any(|reason| reason == "VER-FREE-LEFT"),
            "{reasons:?}"
        );
        let left_over = told["free_space"]["left_over"].as_u64().unwrap();
        assert!(left_over > 0 && left_over < 40 << 20, "{left_over}");
        let left = volume.left_at_last();
        let bound = usize::try_from(left_over).unwrap() / CONTENT.len() + 1;
        assert!(left <= bound && bound < before, "{left} of {before}, {bound}");
        world.verify(&world.record()).is(9);
    }
}

fn started(world: &World, volume: &Volume) -> Running {
    world
        .wipe_free(&volume.at())
        .with("--reserve", "8M")
        .with("--rate-limit", "4M")
        .start()
}

#[test]
fn whoever_stops_gets_the_room_back_and_a_record() {
    for wait in [0, 50, 3000] {
        let world = World::new();
        let volume = small(&world);
        volume.fill_and_delete();
        let free = volume.free();
        let running = started(&world, &volume);
        volume.wait_until_it_takes(if wait == 0 { u64::MAX } else { free / 2 });
        sleep(Duration::from_millis(wait));
        running.signal(Signal::INT);
        running.end().is(6);
        assert!(volume.run_folders().is_empty(), "{wait}");
        assert!(about(volume.free(), free), "{wait}: {} of {free}", volume.free());
        let record = world.record();
        assert_eq!(payload(&record)["verdict"], "interrupted");
        world.verify(&record).is(9);
    }
}

#[test]
fn what_a_killed_run_took_is_given_back_by_the_next() {
    let world = World::new();
    let mut volume = small(&world);
    volume.fill_and_delete();
    let free = volume.free();
    let running = started(&world, &volume);
    volume.wait_until_it_takes(free / 2);
    sleep(Duration::from_millis(700));
    running.signal(Signal::KILL);
    running.end();
    assert!(world.records().is_empty(), "nothing is claimed");
    let shown = world
        .wipe_free(&volume.at())
        .flag("--dry-run")
        .flag("--json")
        .run()
        .is(0);
    let left_behind = shown.json()["preview"]["left_behind"].as_array().unwrap().len();
    assert_eq!(left_behind, volume.run_folders().len());
    world.wipe_free(&volume.at()).with("--reserve", "0").run().is(0);
    assert!(volume.run_folders().is_empty());
    assert!(about(volume.free(), free));
    assert_eq!(volume.left_at_last(), 0);
}

#[test]
fn what_cannot_be_proven_is_refused_before_anything_is_written() {
    let world = World::new();
    let volume = small(&world);
    let refuse = |call: Call, code: &str| {
        call.run().says(3, code);
        assert!(
            world.records().is_empty() && volume.run_folders().is_empty(),
            "{code}"
        );
    };
    refuse(world.wipe_free(&volume.path("")), "DEV-NOT-A-MOUNT-POINT");
    refuse(world.wipe_free(&volume.path("missing")), "DEV-NO-SUCH-FOLDER");
    let at = volume.at();
    refuse(
        world
            .wipe_free(&at)
            .without("--confirm")
            .with("--confirm", "/mnt"),
        "DEV-SPACE-NOT-CONFIRMED",
    );
    refuse(world.wipe_free(&at).without("--confirm"), "JOB-NOBODY-TO-ASK");
    refuse(
        world.wipe_free(&at).with("--reserve", "900M"),
        "JOB-NO-FREE-SPACE",
    );
    world
        .wipe_free(&at)
        .with("--reserve", "much")
        .run()
        .says(2, "JOB-VALUE");
    world.wipe_free(&at).flag("--dry-run").run().is(0);
    assert!(
        world.records().is_empty() && volume.run_folders().is_empty(),
        "a dry run"
    );
    tool("mount", &["-o", "remount,ro", at.to_str().unwrap()]);
    refuse(world.wipe_free(&at), "DEV-READ-ONLY-FILE-SYSTEM");
}

#[test]
fn file_systems_without_places_of_their_own_are_refused() {
    let world = World::new();
    let copying = Volume::new(&world, &["mkfs.btrfs", "-q"], "defaults");
    world.wipe_free(&copying.at()).run().says(3, "DEV-COPY-ON-WRITE");
    let other = World::new();
    let memory = Mount::tmpfs(&other, "size=8m");
    other
        .wipe_free(memory.at())
        .run()
        .says(3, "DEV-MEMORY-FILE-SYSTEM");
    assert!(world.records().is_empty() && other.records().is_empty());
}

#[test]
fn nobody_is_asked_with_yes() {
    let world = World::new();
    let volume = small(&world);
    world
        .wipe_free(&volume.at())
        .without("--confirm")
        .flag("--yes")
        .with("--reserve", "0")
        .run()
        .is(0);
    assert_eq!(payload(&world.record())["confirmation"]["by"], "yes");
}
