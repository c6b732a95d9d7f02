//! `keshiin demo`: works without root and without questions, and its papers count nowhere else.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use crate::devices::{Loop, tool};
use crate::support::World;

#[test]
fn the_story_ends_well_and_stays_in_its_folder() {
    let world = World::new();
    let folder = world.text("demo");
    let told = world
        .keshiin(&["demo", "--dir", &folder])
        .flag("--json")
        .run()
        .is(0)
        .json();
    assert_eq!(
        (&told["exit"], &told["verification"]["exit"]),
        (&0.into(), &0.into())
    );
    let record = told["record"].as_str().unwrap();
    let there = world
        .keshiin(&["verify", record])
        .with("--home", &format!("{folder}/home"));
    there.run().is(0);
    world.keshiin(&["verify", record]).run().is(7);
    let tampered = told["tampered"].as_str().unwrap();
    world
        .keshiin(&["verify", tampered])
        .with("--home", &format!("{folder}/home"))
        .run()
        .is(4);
    let ledger = world
        .keshiin(&["ledger", "verify"])
        .with("--home", &format!("{folder}/home"));
    ledger.run().is(0);
    world
        .keshiin(&["demo", "--dir", &folder])
        .run()
        .says(3, "JOB-EXISTS");
}

#[test]
fn specimens_erase_no_real_device() {
    let world = World::new();
    let folder = world.text("demo");
    world.keshiin(&["demo", "--dir", &folder]).run().is(0);
    let device = Loop::sample(&world);
    let call = world
        .wipe_alone(&[device.node()])
        .with("--handler", &format!("{folder}/handler.key"));
    call.run().says(3, "JOB-SPECIMEN-MIXED");
    let real = world
        .wipe_alone(&[device.node()])
        .with("--home", &format!("{folder}/home"));
    real.run().says(3, "JOB-SPECIMEN-MIXED");
}

#[test]
fn it_is_told_in_japanese_and_without_root() {
    let world = World::new();
    let program = world.path("keshiin");
    // Copied by a process of its own: a file that this one had open for writing could not be run at once.
    tool("cp", &[env!("CARGO_BIN_EXE_keshiin"), program.to_str().unwrap()]);
    open_to_everybody(&world);
    let mut command = Command::new(&program);
    command
        .args(["demo", "--lang", "ja", "--dir"])
        .arg(world.path("open/demo"))
        .uid(65534)
        .gid(65534);
    let done = command
        .env_clear()
        .env("HOME", world.path("open"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8(done.stdout).unwrap(),
        String::from_utf8(done.stderr).unwrap(),
    );
    assert_eq!(done.status.code(), Some(0), "{out}{err}");
    assert!(out.starts_with("本物です。判定は『合格』"), "{out}");
    assert!(err.contains("見本"), "{err}");
}

/// Opens the world to a user who is not root.
fn open_to_everybody(world: &World) {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir(world.path("open")).unwrap();
    for name in ["", "open", "keshiin"] {
        fs::set_permissions(world.path(name), fs::Permissions::from_mode(0o777)).unwrap();
    }
}
