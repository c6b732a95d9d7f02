//! Several disks erased at the same time, of which some fail: each gets its own true record, and no other waits
//! for it or is worse for it.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::devices::TEXT;
use crate::fault_trial::{Judged, SIZE, Told, joined};
use crate::faulty_disk::FaultyDisk;
use crate::faulty_medium::When;
use crate::support::{World, payload};

/// Disks with one fault each: none, bad places, gone on the way, no answer from some place on.
fn disks(world: &World, size: u64) -> Vec<FaultyDisk> {
    let text = || {
        TEXT.iter()
            .copied()
            .cycle()
            .take(usize::try_from(size).unwrap())
            .collect()
    };
    let disk = |number: u32| FaultyDisk::new(&world.path(format!("disk-{number}")), text());
    let disks: Vec<FaultyDisk> = (0..4).map(disk).collect();
    disks[1].faults(|faults| {
        faults.refuse_writes = vec![size / 4..size / 4 + 1024, size / 2..size / 2 + 512];
        faults.refuse_reads = faults.refuse_writes.clone();
    });
    disks[2]
        .faults(|faults| faults.change(When::Written(size / 3), |faults| faults.gone = Some(libc::ENODEV)));
    disks[3]
        .faults(|faults| faults.change(When::Written(size / 2), move |faults| faults.hold = vec![0..size]));
    disks
}

/// The records of some disks, once they are there.
fn records(world: &World, count: usize) -> Vec<PathBuf> {
    let began = Instant::now();
    loop {
        let records = world.records();
        if records.len() == count {
            return records;
        }
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{count} records: {records:?}"
        );
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_disk_that_fails_disturbs_no_other() {
    let world = World::new();
    let disks = disks(&world, SIZE);
    let nodes: Vec<&str> = disks.iter().map(FaultyDisk::node).collect();
    let running = world
        .wipe_alone(&nodes)
        .with("--stalled-after", "5s")
        .flag("--json")
        .start();
    // Three are finished while the last one says nothing, and has not even been called stalled.
    let finished = records(&world, 3);
    let of_the_last = |path: &PathBuf| payload(path)["medium"]["path"] == nodes[3];
    assert!(!finished.iter().any(of_the_last));
    let all = records(&world, 4);
    disks[3].let_go();
    let ran = running.end().is(4);
    assert_eq!(ran.json()["erasures"].as_array().unwrap().len(), 4);
    let expected = [
        ("erased", 0, ""),
        ("erased-with-exceptions", 5, "VER-PLACES-UNREACHED"),
        ("not-erased", 4, "VER-VANISHED"),
        ("not-erased", 4, "VER-STALLED"),
    ];
    for (disk, (verdict, exit, reasons)) in disks.iter().zip(expected) {
        let path = all
            .iter()
            .find(|path| payload(path)["medium"]["path"] == disk.node());
        let record = payload(path.unwrap());
        let told = Told::of(&record, exit);
        assert_eq!((told.verdict.as_str(), told.reasons.as_str()), (verdict, reasons));
        let judged = Judged::new(record, &disk.truth(), 512);
        judged.agrees(&told, &ran.err);
        if exit == 5 {
            assert_eq!(judged.differing, joined(&judged.unwritable, &judged.unreadable));
        }
    }
}

/// For looking at the screen: four disks, and what to type. No test of anything, so only where it is asked for:
/// `KESHIIN_FAULTY_STAND=FILE cargo test --release --features testkit --test e2e disks_for_a_person`.
#[cfg(feature = "testkit")]
mod stand {
    use super::*;

    /// While this file exists, `disks_for_a_person` keeps its disks.
    const STAND: &str = "KESHIIN_FAULTY_STAND";

    /// Waits until the file is removed that the environment variable names.
    #[test]
    fn disks_for_a_person() {
        let stand = PathBuf::from(std::env::var(STAND).unwrap());
        let world = World::new();
        let disks = disks(&world, 512 << 20);
        let nodes: Vec<&str> = disks.iter().map(FaultyDisk::node).collect();
        let confirm: Vec<String> = disks
            .iter()
            .map(|disk| format!("--confirm {}", disk.name()))
            .collect();
        let command = format!(
            "wipe device {} {} --handler {} --no-witness demonstration --purpose disposal --classification 1 \
             --out {} --home {} --passphrase-file {} --rate-limit 40M --stalled-after 8s\n",
            nodes.join(" "),
            confirm.join(" "),
            world.text("handler.key"),
            world.text("out"),
            world.text("home"),
            world.text("pass"),
        );
        std::fs::write(&stand, command).unwrap();
        while stand.exists() {
            sleep(Duration::from_millis(200));
            // The one that says nothing is let go once its record is made: a program cannot end before.
            if world.records().len() == 4 {
                disks[3].let_go();
            }
        }
    }
}
