//! Somebody at a terminal (played by `expect`) who seals under a passphrase and opens: what is asked, what is
//! shown once, what is never shown.

use std::process::{Command, Stdio};

use crate::delivery_scene::tree;
use crate::support::{PASSPHRASE, World};

const CHOSEN: &str = "Kastanie 44 unter der Treppe";

/// Plays a dialogue with a command and returns its exit code and everything that stood on the screen.
fn dialogue(words: &[String], steps: &str) -> (i32, String) {
    let program = env!("CARGO_BIN_EXE_keshiin");
    let words: Vec<String> = words.iter().map(|word| format!("{{{word}}}")).collect();
    let script = format!(
        "set timeout 60\n\
         proc await {{text}} {{ expect -exact $text {{}} timeout {{ exit 98 }} eof {{ exit 99 }} }}\n\
         spawn -noecho {program} --lang en {}\n\
         {steps}\nexpect eof {{}} timeout {{ exit 97 }}\nlassign [wait] pid id fault exit\nexit $exit\n",
        words.join(" ")
    );
    let done = Command::new("expect")
        .args(["-c", &script])
        .stdin(Stdio::null())
        .output();
    let done = done.unwrap_or_else(|error| panic!("expect is needed: {error}"));
    let screen = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        !screen.contains(PASSPHRASE) && !screen.contains(CHOSEN),
        "{screen}"
    );
    (done.status.code().unwrap(), screen)
}

fn seal(world: &World, how: &str) -> Vec<String> {
    let [home, data, sender, out] = ["home", "data", "sender.key", "out"].map(|name| world.text(name));
    let words = [
        "--home",
        &home,
        "seal",
        &data,
        how,
        "--sender",
        &sender,
        "--out",
        &out,
        "--title",
        "t",
        "--classification",
        "1",
        "--name",
        "p",
    ];
    words.map(ToOwned::to_owned).to_vec()
}

fn open(world: &World) -> Vec<String> {
    let [home, package, out] = ["home", "out/p.keshiin", "opened"].map(|name| world.text(name));
    let words = ["--home", &home, "open", &package, "--out", &out];
    words.map(ToOwned::to_owned).to_vec()
}

fn sender() -> String {
    format!("await \"(sender) (not shown):\"\nsend -- \"{PASSPHRASE}\\r\"\n")
}

fn typed(question: &str, answer: &str) -> String {
    format!("await \"{question}\"\nsend -- \"{answer}\\r\"\n")
}

#[test]
fn a_generated_passphrase_is_shown_once() {
    let world = World::post();
    world.data("a", b"a");
    let (exit, screen) = dialogue(&seal(&world, "--passphrase"), &sender());
    assert_eq!(exit, 0, "{screen}");
    let is_one = |word: &&str| {
        word.len() == 29 && word.split('-').all(|group| group.len() == 4) && word.split('-').count() == 6
    };
    let shown: Vec<&str> = screen.split_whitespace().filter(is_one).collect();
    assert_eq!(shown.len(), 1, "{screen}");
    let answer = typed("passphrase of package p (not shown):", &shown[0].to_lowercase());
    let (exit, screen) = dialogue(&open(&world), &answer);
    assert_eq!(exit, 0, "{screen}");
    assert!(!screen.to_uppercase().contains(shown[0]), "{screen}");
    world.came_back();
}

#[test]
fn a_chosen_passphrase_is_typed_twice() {
    let world = World::post();
    world.data("a", b"a");
    let first = "for package p (10 characters or more, not shown):";
    let steps = sender() + &typed(first, CHOSEN) + &typed("once more:", CHOSEN);
    let (exit, screen) = dialogue(&seal(&world, "--passphrase-ask"), &steps);
    assert_eq!(exit, 0, "{screen}");
    let question = "passphrase of package p (not shown):";
    let (exit, screen) = dialogue(&open(&world), &typed(question, "Kastanie 45 unter der Treppe"));
    assert_eq!(exit, 8, "{screen}");
    world.nothing_opened();
    let (exit, screen) = dialogue(&open(&world), &typed(question, CHOSEN));
    assert_eq!(exit, 0, "{screen}");
    world.came_back();
}

#[test]
fn whoever_mistypes_or_breaks_off_seals_nothing() {
    let world = World::post();
    world.data("a", b"a");
    let first = "for package p (10 characters or more, not shown):";
    for (steps, exit) in [
        (
            sender() + &typed(first, CHOSEN) + &typed("once more:", "another one 55"),
            3,
        ),
        (
            sender() + &typed(first, "short") + &typed("once more:", "short"),
            3,
        ),
        (sender() + &format!("await \"{first}\"\nsend -- \"\\003\"\n"), 3),
        (typed("(sender) (not shown):", "not it"), 8),
    ] {
        let (ended, screen) = dialogue(&seal(&world, "--passphrase-ask"), &steps);
        assert_eq!(ended, exit, "{screen}");
        assert!(tree(&world.path("out")).is_empty());
    }
}
