//! What people type wrong, and what they are told.

use super::*;

fn typed(line: &str) -> Vec<OsString> {
    line.split(' ')
        .filter(|word| !word.is_empty())
        .map(OsString::from)
        .collect()
}

fn problem_of(line: &str) -> UsageProblem {
    let catalogue = Catalogue::new(Language::Ja);
    match parse(&typed(line), &catalogue) {
        Err(problem) => {
            for language in [Language::Ja, Language::En] {
                let text = Catalogue::new(language).text(&problem.message);
                assert!(!text.contains("{$") && text != problem.message.id, "{text}");
            }
            problem
        }
        Ok(parsed) => panic!("{line}: {parsed:?}"),
    }
}

fn arguments_of(line: &str) -> Arguments {
    match parse(&typed(line), &Catalogue::new(Language::En)) {
        Ok(Parsed::Arguments(arguments)) => *arguments,
        other => panic!("{line}: {other:?}"),
    }
}

const WIPE: &str =
    "keshiin wipe device /dev/sdb --handler h.key --purpose disposal --classification 2 --out o";

#[test]
fn a_whole_wipe_is_read() {
    use super::super::wipe::Wipe;
    let line = format!(
        "{WIPE} /dev/sdc --witness w.key --confirm A --confirm B --lang ja --passphrase-file a=f -v -v"
    );
    let arguments = arguments_of(&line);
    let Command::Wipe(Wipe::Device(wipe)) = arguments.command else {
        panic!("{line}")
    };
    assert_eq!(wipe.devices.len(), 2);
    assert_eq!(wipe.confirm, ["A", "B"]);
    assert_eq!(
        (
            wipe.method.as_str(),
            wipe.verify.as_str(),
            wipe.formalities.policy.as_str()
        ),
        ("clear-1", "full", "mic")
    );
    assert_eq!(
        wipe.people.witness.witness.as_deref(),
        Some(std::path::Path::new("w.key"))
    );
    assert!(
        wipe.people.witness.no_witness.is_none()
            && !wipe.dry_run
            && !wipe.image
            && !wipe.formalities.mynumber
    );
    assert_eq!(arguments.common.lang, Some(Language::Ja));
    assert_eq!(arguments.common.passphrase_file, ["a=f"]);
    assert_eq!(arguments.common.verbose, 2);
}

#[test]
fn options_take_one_value_and_leave_the_next_word_alone() {
    let line = "keshiin sign --key k --confirm 3 a.json --as witness b.json";
    let Command::Sign(sign) = arguments_of(line).command else {
        panic!("{line}")
    };
    assert_eq!(sign.records.len(), 2);
    let line = "keshiin roster add --role handler r.json --role witness --issuer k --member m";
    let Command::Roster(Roster::Add(add)) = arguments_of(line).command else {
        panic!("{line}")
    };
    assert_eq!((add.role.len(), add.file.to_str()), (2, Some("r.json")));
}

#[test]
fn the_issuer_of_a_roster_command_is_a_key_file_and_pins_nobody() {
    let arguments = arguments_of("keshiin roster new --issuer k.key --org O --out r.json");
    assert_eq!(arguments.common.issuer, None);
    let Command::Roster(Roster::New(new)) = arguments.command else {
        panic!()
    };
    assert_eq!(new.issuer.to_str(), Some("k.key"));
    let arguments = arguments_of("keshiin verify a.json --issuer p.json");
    assert_eq!(
        arguments.common.issuer.as_deref().and_then(|path| path.to_str()),
        Some("p.json")
    );
}

#[test]
fn exactly_one_word_about_the_witness() {
    let missing = problem_of(WIPE).message;
    assert_eq!(missing.id, "USE-MISSING-ARGUMENT");
    let text = Catalogue::new(Language::Ja).text(&missing);
    assert!(
        text.contains("--witness-later") && text.contains("--no-witness"),
        "{text}"
    );
    assert_eq!(
        problem_of(&format!("{WIPE} --witness w --no-witness r"))
            .message
            .id,
        "USE-CONFLICT"
    );
}

#[test]
fn every_mistake_has_its_message() {
    for (line, id) in [
        ("keshiin verify", "USE-MISSING-ARGUMENT"),
        ("keshiin verify a --evidenc b", "USE-UNKNOWN-ARGUMENT-NEAR"),
        ("keshiin verify a --zzzzzz b", "USE-UNKNOWN-ARGUMENT"),
        ("keshiin key show a b", "USE-UNKNOWN-ARGUMENT"),
        ("keshiin verfy a", "USE-UNKNOWN-COMMAND-NEAR"),
        ("keshiin zzzzzz", "USE-UNKNOWN-COMMAND"),
        ("keshiin", "USE-MISSING-COMMAND"),
        ("keshiin wipe", "USE-MISSING-COMMAND"),
        ("keshiin wipe --json", "USE-MISSING-COMMAND"),
        ("keshiin verify a --roster", "USE-MISSING-VALUE"),
        ("keshiin devices --lang fr", "USE-BAD-VALUE-OF"),
        ("keshiin devices --lang", "USE-MISSING-VALUE"),
        ("keshiin ledger list --limit many", "USE-BAD-VALUE"),
        ("keshiin devices --json=yes", "USE-TOO-MANY-VALUES"),
        ("keshiin devices --home a --home b", "USE-REPEATED"),
        ("keshiin devices -v -q", "USE-CONFLICT"),
    ] {
        assert_eq!(problem_of(line).message.id, id, "{line}");
    }
}

#[cfg(unix)]
#[test]
fn words_that_are_no_text_are_told_or_kept_as_paths() {
    use std::os::unix::ffi::OsStringExt;
    let word = OsString::from_vec(b"\xff".to_vec());
    let catalogue = Catalogue::new(Language::Ja);
    let line = vec!["keshiin".into(), "key".into(), "show".into(), word.clone()];
    assert!(matches!(parse(&line, &catalogue), Ok(Parsed::Arguments(_))));
    let line = vec![
        "keshiin".into(),
        "trust".into(),
        "p".into(),
        "--confirm".into(),
        word,
    ];
    assert!(matches!(parse(&line, &catalogue), Err(problem) if problem.message.id == "USE-NOT-UTF8"));
}

#[test]
fn the_whole_help_is_there_only_where_nothing_else_was_typed() {
    assert!(
        problem_of("keshiin")
            .help
            .is_some_and(|help| help.contains("使い方: keshiin"))
    );
    assert!(
        problem_of("keshiin ledger")
            .help
            .is_some_and(|help| help.contains("checkpoint"))
    );
    assert_eq!(problem_of("keshiin verify").help, None);
}

#[test]
fn where_more_is_told_is_the_command_that_was_typed() {
    let command = |line: &str| Catalogue::new(Language::En).text(&problem_of(line).more);
    assert!(command("keshiin wipe device --zz").contains("`keshiin wipe device --help`"));
    assert!(command("keshiin --lang en ledger show").contains("`keshiin ledger show --help`"));
    assert!(command("keshiin zzz").contains("`keshiin --help`"));
}

#[test]
fn help_and_version_are_text() {
    let text = |line: &str, language| match parse(&typed(line), &Catalogue::new(language)) {
        Ok(Parsed::Text(text)) => text,
        other => panic!("{other:?}"),
    };
    assert!(
        text("keshiin wipe device --help", Language::Ja).contains("使い方: keshiin wipe device [オプション]")
    );
    assert!(text("keshiin verify -h", Language::En).contains("Usage: keshiin verify [OPTIONS] <FILE>..."));
    assert!(text("keshiin --version", Language::Ja).starts_with("keshiin "));
}

#[test]
fn the_language_is_known_before_anything_else() {
    for (line, language) in [
        ("keshiin --lang ja", Some(Language::Ja)),
        ("keshiin nonsense --lang=en", Some(Language::En)),
        ("keshiin verify -- --lang ja", None),
        ("keshiin --lang fr", None),
        ("keshiin --language ja", None),
    ] {
        assert_eq!(asked_language(&typed(line)), language, "{line}");
    }
    for (locale, language) in [
        (Some("ja-JP"), Language::Ja),
        (Some("ja_JP.UTF-8"), Language::Ja),
        (Some("ja"), Language::Ja),
        (Some("jam-JM"), Language::En),
        (Some("en-US"), Language::En),
        (Some("C"), Language::En),
        (None, Language::En),
    ] {
        assert_eq!(locale_language(locale), language, "{locale:?}");
    }
}
