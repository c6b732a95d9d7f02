//! `--resume` elsewhere: on another machine, by another handler, on another medium, under another policy.
//!
//! Another machine is another home with another ledger and other folders; the people and their keys are the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::calls::Call;
use crate::devices::sample_file;
use crate::support::{World, digest, payload};
use crate::wiping::expected;

/// Two seconds of writing at [`RATE`].
const SIZE: u64 = 16 << 20;
const RATE: &str = "8M";

/// An image file whose erasure was killed on the way.
struct Interrupted {
    world: World,
    image: String,
    state: PathBuf,
}

impl Interrupted {
    /// Killed as soon as a state was kept.
    fn new(vary: impl FnOnce(&World, Call) -> Call) -> Self {
        let world = World::new();
        let image = world.text("medium.img");
        sample_file(Path::new(&image), SIZE);
        let call = world.wipe_alone(&[&image]).flag("--image");
        let call = call.with("--rate-limit", RATE).with("--checkpoint", "100ms");
        let running = vary(&world, call).start();
        let began = Instant::now();
        let state = loop {
            match states(&world.path("out")).pop() {
                Some(state) => break state,
                None => assert!(began.elapsed() < Duration::from_secs(60), "a state is kept"),
            }
            sleep(Duration::from_millis(10));
        };
        running.signal(Signal::KILL);
        assert_eq!(running.end().exit, -9, "it was still at work");
        assert_eq!(
            states(&world.path("out")),
            std::slice::from_ref(&state),
            "it stays"
        );
        Self { world, image, state }
    }

    /// `wipe device` of `image` in `world`, from the state.
    fn resume(&self, world: &World, image: &str) -> Call {
        let call = world.wipe_alone(&[image]).flag("--image");
        let call = call.without("--purpose").without("--classification");
        call.with("--resume", self.state.to_str().unwrap())
    }

    /// Refused with this code, and neither the medium nor the folder for records is changed.
    #[track_caller]
    fn refused(&self, world: &World, image: &str, call: &Call, code: &str) {
        let before = (digest(Path::new(image)), world.output());
        call.run().says(3, code);
        assert_eq!((digest(Path::new(image)), world.output()), before, "{code}");
    }
}

/// The resume states in a folder.
fn states(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.to_str().unwrap().ends_with(".resume.json"))
        .collect()
}

#[test]
fn a_state_goes_on_on_another_machine() {
    let begun = Interrupted::new(|_, call| call.with("--method", "clear-1"));
    let first = payload(&begun.state);
    let elsewhere = World::new();
    begun.resume(&elsewhere, &begun.image).run().is(0);
    let record = elsewhere.record();
    let content = payload(&record);
    assert_eq!(content["verdict"], "erased");
    assert_ne!(content["number"], first["number"]);
    let told = content["interruptions"].as_array().unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["number"], first["number"]);
    assert_eq!(told[0]["state"], json!(state_digest(&begun.state)));
    let flushed = told[0]["flushed"].as_u64().unwrap();
    assert!(flushed > 0 && flushed < SIZE, "{flushed}");
    let passes = content["passes"].as_array().unwrap();
    assert_eq!(passes.len(), 1, "one stream");
    let wanted = expected(&passes[0]["pattern"], usize::try_from(SIZE).unwrap());
    assert!(fs::read(&begun.image).unwrap() == wanted, "the whole medium");
    elsewhere.verify(&record).is(0);
    let entries = elsewhere.keshiin(&["ledger", "list"]).run().is(0).out;
    assert!(entries.contains(content["number"].as_str().unwrap()), "{entries}");
    assert!(
        states(&elsewhere.path("out")).is_empty(),
        "nothing is left to go on with"
    );
}

/// 照合値 of a state: SHA-256 of what was signed.
fn state_digest(state: &Path) -> String {
    use sha2::{Digest, Sha256};
    let envelope: serde_json::Value = serde_json::from_slice(&fs::read(state).unwrap()).unwrap();
    let signed = data_encoding::BASE64.decode(envelope["payload"].as_str().unwrap().as_bytes());
    data_encoding::HEXLOWER.encode(&Sha256::digest(signed.unwrap()))
}

#[test]
fn whoever_or_whatever_is_another_does_not_go_on() {
    let begun = Interrupted::new(|_, call| call);
    let world = &begun.world;
    world.make_key("second");
    let member = world.text("second.pub");
    world
        .roster(
            "add",
            &["--member", &member, "--role", "handler", "--from", "2020-01-01"],
        )
        .is(0);
    let call = begun.resume(world, &begun.image);
    let by_another = call.clone().with("--handler", &world.text("second.key"));
    begun.refused(world, &begun.image, &by_another, "REC-NOT-NAMED");

    let other = world.text("other.img");
    sample_file(Path::new(&other), SIZE + 4096);
    let on_another = begun.resume(world, &other);
    begun.refused(world, &other, &on_another, "JOB-RESUME-OTHER-MEDIUM");
    call.run().is(0);
}

#[test]
fn another_policy_of_the_same_name_does_not_go_on() {
    const MIC: &str = include_str!("../../certificates/policies/mic.toml");
    let own = MIC.replacen("id = \"mic\"", "id = \"own\"", 1);
    assert_ne!(own, MIC);
    let begun = Interrupted::new(|world, call| {
        fs::write(world.path("own.toml"), &own).unwrap();
        call.with("--policy", &world.text("own.toml"))
    });
    let world = &begun.world;
    fs::write(world.path("changed.toml"), format!("{own}\n# later\n")).unwrap();
    let unnamed = begun.resume(world, &begun.image);
    let changed = unnamed.clone().with("--policy", &world.text("changed.toml"));
    for call in [&unnamed, &changed] {
        begun.refused(world, &begun.image, call, "JOB-RESUME-OTHER-POLICY");
    }
    let before = world.records();
    unnamed.with("--policy", &world.text("own.toml")).run().is(0);
    let new = world
        .records()
        .into_iter()
        .find(|record| !before.contains(record));
    let content = payload(&new.unwrap());
    assert_eq!(content["order"]["policy"]["id"], "own");
    assert_eq!(content["verdict"], "erased");
}
