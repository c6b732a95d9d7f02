//! What stands on the screen, word for word, in both languages: help, wrong usage, people, records, ledger.
//!
//! The cases lie in `tests/cli`; `TRYCMD=overwrite cargo test --test cli_cases` writes them anew. They
//! play in a folder with keys, a roster and a record made here; what differs from run to run (fingerprints,
//! digests, numbers) has a name in capitals there, times are `[..]`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_keshiin");

/// The folder in which every case plays.
struct Stage(tempfile::TempDir);

impl Stage {
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs the program in the folder; it must succeed.
    fn keshiin(&self, words: &str) -> String {
        let common = ["--lang", "en", "--home", "home", "--passphrase-file", "pass"];
        let mut command = Command::new(PROGRAM);
        command
            .args(words.split(' '))
            .args(common)
            .current_dir(&self.0)
            .env_clear();
        let done = command.stdin(Stdio::null()).output().unwrap();
        assert!(
            done.status.success(),
            "{words}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        String::from_utf8(done.stdout).unwrap()
    }

    fn json(&self, words: &str) -> Value {
        serde_json::from_str(&self.keshiin(&format!("{words} --json"))).unwrap()
    }

    /// A program that plays in the folder, whatever folder it is called in.
    fn program(&self) -> PathBuf {
        let path = self.path("keshiin");
        let folder = self.0.path().display();
        let text = format!(
            "#!/bin/sh\ncd '{folder}' && exec env -i TZ=Asia/Tokyo KESHIIN_HOME='{folder}/home' '{PROGRAM}' \"$@\"\n"
        );
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }
}

/// People, a roster, a record and copies of it that are false.
fn stage() -> Stage {
    let stage = Stage(tempfile::Builder::new().prefix("keshiin-cli-").tempdir().unwrap());
    for folder in ["home", "out", "elsewhere"] {
        fs::create_dir(stage.path(folder)).unwrap();
    }
    fs::write(stage.path("pass"), "zinnober-Wasserfall 17 Lineal\n").unwrap();
    fs::write(stage.path("sample.img"), vec![0x41; 1 << 20]).unwrap();
    for (id, name, title) in [
        ("issuer", "名簿一郎", "名簿管理者"),
        ("handler", "作業二郎", "主任技師"),
        ("witness", "立会三郎", "主事"),
    ] {
        stage.keshiin(&format!(
            "key new --id {id} --name {name} --org 試験県 --title {title} --out {id}.key"
        ));
        fs::write(
            stage.path(&format!("{id}.pub")),
            stage.keshiin(&format!("key public {id}.key")),
        )
        .unwrap();
    }
    let due = "--next-update 2099-12-31";
    stage.keshiin(&format!(
        "roster new --issuer issuer.key --org 試験県 --out home/roster.json {due}"
    ));
    for role in ["handler", "witness"] {
        let member = format!("--member {role}.pub --role {role} --from 2020-01-01 --until 2099-12-31");
        stage.keshiin(&format!(
            "roster add home/roster.json --issuer issuer.key {member} {due}"
        ));
    }
    stage.keshiin(
        "wipe device sample.img --image --confirm sample.img --handler handler.key --witness witness.key \
         --purpose disposal --classification 1 --asset-no A-17 --place 試験場 --out out",
    );
    let record = record(&stage.path("out"));
    fs::copy(&record, stage.path("record.json")).unwrap();
    fs::copy(record.with_extension("slip.json"), stage.path("record.slip.json")).unwrap();
    let mut bytes = fs::read(&record).unwrap();
    let place = bytes.len() / 2;
    bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
    fs::write(stage.path("changed.json"), bytes).unwrap();
    let key = fs::read(stage.path("handler.key")).unwrap();
    fs::write(stage.path("cut.key"), &key[..key.len() / 2]).unwrap();
    stage
}

fn record(folder: &Path) -> PathBuf {
    let mut entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_record = |path: &PathBuf| {
        let name = path.to_str().unwrap();
        name.ends_with(".json") && !name.ends_with(".slip.json")
    };
    entries.find(is_record).unwrap()
}

/// Groups of four, as people read them.
fn grouped(hex: &str) -> String {
    let groups: Vec<&str> = (0..hex.len()).step_by(4).map(|at| &hex[at..at + 4]).collect();
    groups.join(" ")
}

#[test]
fn the_screens_say_what_they_said() {
    let stage = stage();
    let cases = trycmd::TestCases::new();
    cases.register_bin("keshiin", stage.program().as_path());
    let verified = stage.json("verify record.json");
    let number = verified["files"][0]["content"]["number"]
        .as_str()
        .unwrap()
        .to_owned();
    let ledger = stage.json("ledger list");
    let texts = [
        (
            "[DIGEST]",
            grouped(verified["files"][0]["digest"].as_str().unwrap()),
        ),
        ("[NUMBER]", number),
        (
            "[LEDGER]",
            ledger["ledger"].as_str().unwrap_or_default().to_owned(),
        ),
        ("[ROOT]", grouped(ledger["root"].as_str().unwrap_or_default())),
    ];
    for (name, text) in texts {
        assert!(!text.is_empty(), "{name}: {ledger}");
        cases.insert_var(name, text).unwrap();
    }
    for (name, id) in [
        ("[ISSUER]", "issuer"),
        ("[HANDLER]", "handler"),
        ("[WITNESS]", "witness"),
    ] {
        let shown = stage.json(&format!("key show {id}.pub"));
        cases
            .insert_var(name, grouped(shown["fingerprint"].as_str().unwrap()))
            .unwrap();
    }
    cases.case("tests/cli/*.trycmd").run();
}
