//! Erasures that are killed again and again, with what was not flushed thrown away, and taken up again.
//!
//! `scripts/kill-and-resume` runs it with more kills and prints what came of them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread::{sleep, spawn};
use std::time::Duration;

use rustix::process::Signal;

use crate::calls::{Call, Ran, Running};
use crate::fault_trial::{Places, SIZE, Trial};

/// How many kills; more by the script.
const KILLS: &str = "KESHIIN_KILLS";
/// Where the random places begin; the script takes another one each time.
const SEED: &str = "KESHIIN_KILL_SEED";
/// Kills of one erasure before it may come to its end.
const KILLS_EACH: u64 = 5;
/// Erasures at the same time.
const TOGETHER: u32 = 3;
/// Bytes read at both ends before anything is written.
const ENDS: u64 = 4 << 20;
/// Bytes a second, so that there is time to kill.
const RATE: &str = "8M";

/// What became of all erasures.
#[derive(Default)]
struct Count {
    kills: u32,
    /// Stopped with Ctrl-C instead.
    stopped: u32,
    /// Kills by where the erasure was.
    at: BTreeMap<String, u32>,
    /// Sectors that a power cut took back.
    lost: usize,
    resumed: u32,
    from_the_front: u32,
    verdicts: BTreeMap<String, u32>,
}

fn from_environment(name: &str, otherwise: u32) -> u32 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
fn however_often_it_is_killed_nothing_is_falsely_called_erased() {
    let kills = from_environment(KILLS, 10);
    let seed = from_environment(SEED, 1);
    let count = std::sync::Arc::new(Mutex::new(Count::default()));
    let hands: Vec<_> = (0..TOGETHER)
        .map(|hand| {
            let count = count.clone();
            spawn(move || {
                let mut number = hand;
                while count.lock().unwrap().kills < kills {
                    one_erasure(&mut Places::new(seed.wrapping_mul(10_007) + number), &count);
                    number += TOGETHER;
                }
            })
        })
        .collect();
    for hand in hands {
        hand.join().unwrap();
    }
    let count = count.lock().unwrap();
    println!("kill-and-resume | kills | {} |", count.kills);
    for (place, times) in &count.at {
        println!("kill-and-resume | killed {place} | {times} |");
    }
    println!(
        "kill-and-resume | sectors taken back by power cuts | {} |",
        count.lost
    );
    println!(
        "kill-and-resume | taken up again from a state | {} |",
        count.resumed
    );
    println!(
        "kill-and-resume | begun at the front | {} |",
        count.from_the_front
    );
    println!(
        "kill-and-resume | stopped with Ctrl-C besides | {} |",
        count.stopped
    );
    for (verdict, times) in &count.verdicts {
        println!("kill-and-resume | in the end {verdict} | {times} |");
    }
    assert!(count.resumed > 0, "something was taken up again");
}

/// What became of one run.
enum Left {
    /// Killed or stopped; perhaps there is a state.
    Undone,
    /// It came to its end before.
    Done(Ran),
}

/// One erasure, killed some times, then left to come to its end.
fn one_erasure(places: &mut Places, count: &Mutex<Count>) {
    let trial = Trial::new();
    trial.disk.faults(|faults| faults.volatile = true);
    let mut states: Vec<Vec<u8>> = Vec::new();
    for attempt in 1..=places.below(KILLS_EACH) + 1 {
        let running = next(&trial, &states, places, count).start();
        if let Left::Done(ran) = interrupted(&trial, running, attempt, places, count) {
            return judge(&trial, &ran, !states.is_empty(), count);
        }
        states.extend(state(&trial).map(|path| std::fs::read(path).unwrap()));
    }
    let ran = next(&trial, &states, places, count).without("--rate-limit").run();
    judge(&trial, &ran, !states.is_empty(), count);
}

/// The next run: from the last state, now and then from an older one; from the front where there is none.
fn next(trial: &Trial, states: &[Vec<u8>], places: &mut Places, count: &Mutex<Count>) -> Call {
    let call = trial
        .wipe()
        .with("--rate-limit", RATE)
        .with("--checkpoint", "200ms");
    let mut count = count.lock().unwrap();
    let Some(last) = states.last() else {
        count.from_the_front += 1;
        return call;
    };
    count.resumed += 1;
    let older = usize::try_from(places.below(states.len() as u64)).unwrap();
    let state = if places.below(4) == 0 {
        &states[older]
    } else {
        last
    };
    let path = trial.world.path("taken-up.resume.json");
    std::fs::write(&path, state).unwrap();
    call.without("--purpose")
        .without("--classification")
        .with("--resume", path.to_str().unwrap())
}

/// Kills a run somewhere, or stops it, and cuts the power of the disk.
fn interrupted(
    trial: &Trial,
    mut running: Running,
    attempt: u64,
    places: &mut Places,
    count: &Mutex<Count>,
) -> Left {
    let asked = || trial.disk.medium(|medium| medium.asked);
    let before = asked();
    // Most of them while it is written: that is where something can be lost. Later runs have less to write.
    let written = places.below(SIZE / attempt);
    let read = if places.below(4) == 0 {
        ENDS + places.below(SIZE)
    } else {
        u64::MAX
    };
    while asked().written - before.written < written && asked().read - before.read < read {
        if running.is_over() {
            return Left::Done(running.end());
        }
        sleep(Duration::from_millis(1));
    }
    sleep(Duration::from_millis(places.below(250)));
    let (signal, exit) = if places.below(5) == 0 {
        (Signal::INT, 6)
    } else {
        (Signal::KILL, -9)
    };
    if running.is_over() {
        return Left::Done(running.end());
    }
    let (place, writing) = asked().last;
    running.signal(signal);
    let ran = running.end();
    if ran.exit != exit {
        return Left::Done(ran);
    }
    let mut count = count.lock().unwrap();
    let doing = if writing { "writing" } else { "reading" };
    if exit == 6 {
        count.stopped += 1;
    } else {
        count.kills += 1;
        *count
            .at
            .entry(format!("{doing}, MiB {}", place >> 20))
            .or_default() += 1;
    }
    // All that was not flushed, about half of it, or nothing.
    let share = places.below(3);
    count.lost += trial
        .disk
        .medium(|medium| medium.power_cut(|_| share == 0 || share == 1 && places.below(2) == 0));
    Left::Undone
}

/// The state that a killed run left behind.
fn state(trial: &Trial) -> Option<PathBuf> {
    let folders = ["out", "home/records", "home"];
    let files = folders
        .iter()
        .filter_map(|folder| std::fs::read_dir(trial.world.path(folder)).ok());
    let names = files.flatten().map(|entry| entry.unwrap().path());
    let states = names.filter(|path| path.to_str().unwrap().ends_with(".resume.json"));
    states.max_by_key(|path| path.metadata().unwrap().modified().unwrap())
}

/// The record of the last run is held against the truth; without further kills the erasure succeeds.
fn judge(trial: &Trial, ran: &Ran, resumed: bool, count: &Mutex<Count>) {
    let records = trial.world.records();
    let last = records
        .iter()
        .max_by_key(|path| path.metadata().unwrap().modified().unwrap());
    let last = last.unwrap_or_else(|| panic!("{}: {}{}", ran.exit, ran.out, ran.err));
    let (told, judged) = trial.told_of(ran, last);
    let context = format!("{told:?}: {:?}", judged.differing);
    assert_eq!((told.verdict.as_str(), told.exit), ("erased", 0), "{context}");
    let interruptions = judged.record["interruptions"].as_array().unwrap();
    assert_eq!(interruptions.is_empty(), !resumed, "{context}");
    *count.lock().unwrap().verdicts.entry(told.verdict).or_default() += 1;
}
