//! Somebody at a terminal (played by `expect`): what is asked, what is shown, what is never shown.

use std::process::{Command, Stdio};

use crate::devices::{Loop, count_text};
use crate::support::{PASSPHRASE, World, digest, payload};

/// Plays a dialogue with `wipe device` about these devices and returns its exit code and everything that stood on the screen.
pub(crate) fn dialogue(world: &World, devices: &[&str], steps: &str) -> (i32, String) {
    let program = env!("CARGO_BIN_EXE_keshiin");
    let [home, handler, witness, out] =
        ["home", "handler.key", "witness.key", "out"].map(|name| world.text(name));
    let script = format!(
        "set timeout 30\n\
         proc await {{text}} {{ expect -exact $text {{}} timeout {{ exit 98 }} eof {{ exit 99 }} }}\n\
         spawn -noecho {program} --lang en --home {home} wipe device {} --handler {handler} --witness {witness} \
         --purpose disposal --classification 1 --out {out}\n\
         {steps}\nexpect eof {{}} timeout {{ exit 97 }}\nlassign [wait] pid id fault exit\nexit $exit\n",
        devices.join(" ")
    );
    let done = Command::new("expect")
        .args(["-c", &script])
        .stdin(Stdio::null())
        .output();
    let done = done.unwrap_or_else(|error| panic!("expect is needed: {error}"));
    let screen = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        !screen.contains(PASSPHRASE),
        "a passphrase is never shown: {screen}"
    );
    (done.status.code().unwrap(), screen)
}

/// The steps in which somebody types a passphrase.
pub(crate) fn passphrase_of(whose: &str) -> String {
    format!("await \"({whose}) (not shown):\"\nsend -- \"{PASSPHRASE}\\r\"\n")
}

#[test]
fn handler_and_witness_type_what_they_are_asked() {
    let world = World::new();
    let device = Loop::sample(&world);
    // Barcode readers type full width.
    let name: String = device
        .name()
        .chars()
        .map(|sign| char::from_u32(sign as u32 + 0xfee0).unwrap())
        .collect();
    let confirm = format!("await \"to erase it:\"\nsend -- \"{name}\\r\"\n");
    let steps =
        passphrase_of("handler") + &confirm + "await \"verdict: erased\"\n" + &passphrase_of("witness");
    let (exit, screen) = dialogue(&world, &[device.node()], &steps);
    assert_eq!(exit, 0, "{screen}");
    assert_eq!(count_text(device.file()), 0);
    let record = payload(&world.record());
    assert_eq!(record["confirmation"]["at_terminal"], true);
    for signer in record["signers"].as_array().unwrap() {
        assert_eq!(signer["unattended"], false, "{signer}");
    }
    world.verify(&world.record()).is(0);
}

#[test]
fn a_witness_who_breaks_off_can_sign_later() {
    let world = World::new();
    let device = Loop::sample(&world);
    let confirm = format!("await \"to erase it:\"\nsend -- \"{}\\r\"\n", device.name());
    let leave = "await \"(witness) (not shown):\"\nsend -- \"\\003\"\n";
    let (exit, screen) = dialogue(
        &world,
        &[device.node()],
        &(passphrase_of("handler") + &confirm + leave),
    );
    assert_eq!(exit, 0, "{screen}");
    assert!(screen.contains("has not signed yet"), "{screen}");
    world.verify(&world.record()).is(7);
}

#[test]
fn whoever_breaks_off_or_types_another_name_erases_nothing() {
    let world = World::new();
    let device = Loop::sample(&world);
    let before = digest(device.file());
    let handler = passphrase_of("handler");
    let typed = |text: &str| format!("await \"to erase it:\"\nsend -- \"{text}\"\n");
    for (steps, exit) in [
        (
            "await \"(handler) (not shown):\"\nsend -- \"\\003\"\n".to_owned(),
            3,
        ),
        (
            "await \"(handler) (not shown):\"\nsend -- \"not it\\r\"\n".to_owned(),
            8,
        ),
        (handler.clone() + &typed("loop999\\r"), 3),
        (handler.clone() + &typed("\\r"), 3),
        (handler.clone() + &typed("\\004"), 3),
    ] {
        let (ended, screen) = dialogue(&world, &[device.node()], &steps);
        assert_eq!(ended, exit, "{steps}\n{screen}");
        assert_eq!(digest(device.file()), before, "{steps}");
    }
    assert!(world.output().is_empty());
}
