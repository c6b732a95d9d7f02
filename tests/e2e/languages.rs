//! Which language is spoken, and that results stay apart from everything else.

use crate::calls::Call;
use crate::devices::Loop;
use crate::support::World;

fn speaks_japanese(call: &Call) -> bool {
    let ran = call.run().is(0);
    ran.out
        .chars()
        .any(|sign| ('\u{3041}'..='\u{30ff}').contains(&sign))
}

#[test]
fn the_locale_decides_unless_the_language_is_named() {
    let world = World::new();
    let help = || world.keshiin(&["--help"]).without("--lang");
    for (name, value, japanese) in [
        ("LANG", "ja_JP.UTF-8", true),
        ("LC_ALL", "ja_JP.UTF-8", true),
        ("LC_ALL", "ja_JP.eucJP", true),
        ("LANG", "en_US.UTF-8", false),
        ("LANG", "de_DE.UTF-8", false),
        ("LC_ALL", "C", false),
    ] {
        assert_eq!(
            speaks_japanese(&help().environment(name, value)),
            japanese,
            "{name}={value}"
        );
    }
    assert!(!speaks_japanese(&help()), "without a locale");
    let named = |language: &str| {
        help()
            .environment("LC_ALL", "ja_JP.UTF-8")
            .with("--lang", language)
    };
    assert!(!speaks_japanese(&named("en")) && speaks_japanese(&named("ja")));
}

#[test]
fn both_languages_have_help_for_every_command() {
    let world = World::new();
    let commands: &[&[&str]] = &[
        &[],
        &["demo"],
        &["key", "new"],
        &["key", "public"],
        &["key", "passwd"],
        &["key", "show"],
        &["roster", "new"],
        &["roster", "add"],
        &["roster", "revoke"],
        &["roster", "show"],
        &["trust"],
        &["devices"],
        &["wipe", "device"],
        &["sign"],
        &["verify"],
        &["ledger", "list"],
        &["ledger", "show"],
        &["ledger", "verify"],
        &["ledger", "checkpoint"],
        &["ledger", "export"],
    ];
    for command in commands {
        let help = world
            .keshiin(command)
            .flag("--help")
            .without("--passphrase-file")
            .without("--home");
        assert!(!speaks_japanese(&help), "{command:?}");
        assert!(speaks_japanese(&help.with("--lang", "ja")), "{command:?}");
    }
}

#[test]
fn the_verdict_is_told_in_japanese() {
    let world = World::new();
    let device = Loop::sample(&world);
    let done = world.wipe(&[device.node()]).with("--lang", "ja").run().is(0);
    assert!(done.err.contains("合格"), "{}", done.err);
    assert!(
        !done.err.contains("verdict") && !done.out.contains("witness"),
        "{}{}",
        done.err,
        done.out
    );
    let verified = world
        .keshiin(&["verify", world.record().to_str().unwrap()])
        .with("--lang", "ja")
        .run()
        .is(0);
    assert!(
        verified.out.contains("合格") && verified.err.is_empty(),
        "{}{}",
        verified.out,
        verified.err
    );
}

#[test]
fn quiet_says_the_verdict_all_the_same() {
    let world = World::new();
    let device = Loop::sample(&world);
    let done = world.wipe(&[device.node()]).flag("--quiet").run().is(0);
    assert!(done.err.is_empty(), "{}", done.err);
    assert!(done.out.contains("erased"), "{}", done.out);
}
