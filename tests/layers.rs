//! Holds the table of allowed imports, and what each room may touch, against the sources.
//!
//! The table is the one of `docs/architecture.md`. [`check`] is a function over paths and texts, so the
//! same file plants a violation of every rule and expects it to be found. Comments, strings and
//! test-only items are taken out by a small tokenizer; what a macro builds at compile time is not seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

#[path = "support/rust_source.rs"]
mod rust_source;

use rust_source::{Placed, Step, TestItem, Token, Walk, tokens, without_tests};

/// Every room, and the rooms that it may import. Everybody may import `units` and `progress`.
const ROOMS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("progress", &[]),
    ("crypto", &[]),
    ("devices", &[]),
    ("sealing", &["crypto"]),
    ("erasure", &["devices", "crypto"]),
    ("records", &["crypto"]),
    ("policy", &[]),
    ("ledger", &["crypto"]),
    ("rendering", &["records"]),
    (
        "workflows",
        &[
            "rendering",
            "ledger",
            "sealing",
            "erasure",
            "policy",
            "devices",
            "records",
            "crypto",
        ],
    ),
    (
        "cli",
        &[
            "workflows",
            "rendering",
            "ledger",
            "sealing",
            "erasure",
            "policy",
            "devices",
            "records",
            "crypto",
        ],
    ),
];

const EVERYBODYS: &[&str] = &["units", "progress"];

/// Paths that only some places may name: how the path begins, where it may stand, the rule's name.
const RESERVED: &[(&[&str], &[&str], &str)] = &[
    (&["aes"], CRYPTO, "algorithm"),
    (&["ctr"], CRYPTO, "algorithm"),
    (&["aes_gcm"], CRYPTO, "algorithm"),
    (&["aws_lc_rs"], CRYPTO, "algorithm"),
    (&["argon2"], CRYPTO, "algorithm"),
    (&["ed25519_dalek"], CRYPTO, "algorithm"),
    (&["sha2"], CRYPTO, "algorithm"),
    (&["hpke"], CRYPTO, "algorithm"),
    (&["getrandom"], CRYPTO, "algorithm"),
    (&["blake3"], CRYPTO, "algorithm"),
    (&["hkdf"], CRYPTO, "algorithm"),
    (&["hmac"], CRYPTO, "algorithm"),
    (&["p256"], CRYPTO, "algorithm"),
    (&["libc"], &["src/devices/sys"], "system-calls"),
    (&["rustix"], &["src/devices/sys"], "system-calls"),
    (&["io_uring"], &["src/devices/sys"], "system-calls"),
    (&["rusqlite"], &["src/ledger"], "database"),
    (&["postgres"], &["src/ledger"], "database"),
    (&["typst"], PAPER, "paper"),
    (&["typst_layout"], PAPER, "paper"),
    (&["typst_pdf"], PAPER, "paper"),
    (&["ttf_parser"], PAPER, "paper"),
    (&["qrcode"], PAPER, "paper"),
    (&["image"], PAPER, "paper"),
    (&["rqrr"], PAPER, "paper"),
    (&["rxing"], PAPER, "paper"),
    (&["clap"], CLI, "terminal"),
    (&["indicatif"], CLI, "terminal"),
    (&["rpassword"], CLI, "terminal"),
    (&["fluent_bundle"], CLI, "locale"),
    (&["unic_langid"], CLI, "locale"),
    (&["sys_locale"], CLI, "locale"),
    (&["signal_hook"], CLI, "environment"),
    (&["etcetera"], CLI, "environment"),
    (&["std", "env"], CLI, "environment"),
    (&["std", "process", "exit"], CLI, "exit"),
    (&["std", "process", "abort"], CLI, "exit"),
    (
        &["std", "process", "Command"],
        &["src/workflows/scan.rs"],
        "shell",
    ),
    (&["std", "time", "SystemTime", "now"], CLI, "clock"),
    (&["jiff", "Timestamp", "now"], CLI, "clock"),
    (&["jiff", "Zoned", "now"], CLI, "clock"),
    (
        &["std", "fs"],
        &["src/devices", "src/workflows", "src/cli", "src/main.rs"],
        "files",
    ),
    (&["std", "*"], &[], "glob"),
];

const CRYPTO: &[&str] = &["src/crypto"];
const PAPER: &[&str] = &["src/rendering"];
const CLI: &[&str] = &["src/cli", "src/main.rs"];
const PRINTING: &[&str] = &["println", "eprintln", "print", "eprint", "dbg"];
const MOST_LINES: usize = 500;

/// Narrow exceptions from that: the path in full, and where it may stand.
const EXCEPTED: &[(&[&str], &str)] = &[
    // The ledger looks at its own database file before it lets the database open it.
    (&["std", "fs", "metadata"], "src/ledger"),
];

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    path: String,
    line: usize,
    rule: &'static str,
    what: String,
}

/// A path as it is written out in full, `use` trees and imported names expanded.
#[derive(Debug)]
struct Named {
    segments: Vec<String>,
    line: usize,
    /// It stands in a `use` item.
    imported: bool,
    /// Its first name was imported, so the import itself is judged elsewhere.
    expanded: bool,
    /// It is followed by an opening parenthesis.
    called: bool,
}

/// Every violation in `files`: pairs of a path (`src/room/file.rs`) and its text.
fn check(files: &[(String, String)]) -> Vec<Violation> {
    let read: Vec<Source> = files.iter().map(|(path, text)| Source::new(path, text)).collect();
    let for_tests: BTreeSet<String> = read.iter().flat_map(|source| source.test_files.clone()).collect();
    let mut found = BTreeSet::new();
    for source in &read {
        source.check_head(&mut found);
        source.check_unsafe(&mut found);
        if below_tests(&for_tests, &source.path) {
            continue;
        }
        source.check_length(&mut found);
        source.check_marks(&mut found);
        for named in source.names() {
            source.check_room(&named, &mut found);
            source.check_reserved(&named, &mut found);
        }
    }
    found.into_iter().collect()
}

/// A file declared for tests alone, or one in the folder of such a module.
fn below_tests(for_tests: &BTreeSet<String>, path: &str) -> bool {
    let folder = |file: &String| file.strip_suffix("mod.rs").map(str::to_owned);
    for_tests.contains(path)
        || for_tests
            .iter()
            .filter_map(folder)
            .any(|folder| path.starts_with(&folder))
}

struct Source {
    path: String,
    text: String,
    /// None: the file belongs to no room.
    room: Option<String>,
    /// Its place in the tree of modules.
    module: Vec<String>,
    all: Vec<Placed>,
    /// Without items that exist for tests alone.
    kept: Vec<Placed>,
    test_lines: usize,
    /// Files that this one declares for tests alone.
    test_files: Vec<String>,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let all = tokens(text);
        let (kept, skipped) = without_tests(&all);
        let module = module_of(path);
        let test_files = skipped.iter().flat_map(|item| files_of(path, item)).collect();
        let room = match path {
            "src/main.rs" => Some("cli".to_owned()),
            _ => module.first().cloned(),
        };
        let test_lines = skipped.iter().map(|item| item.lines).sum();
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            room,
            module,
            all,
            kept,
            test_lines,
            test_files,
        }
    }

    fn report(&self, found: &mut BTreeSet<Violation>, line: usize, rule: &'static str, what: String) {
        found.insert(Violation {
            path: self.path.clone(),
            line,
            rule,
            what,
        });
    }

    fn check_head(&self, found: &mut BTreeSet<Violation>) {
        if !self.text.starts_with("//!") {
            self.report(found, 1, "head", "the file does not begin with //!".to_owned());
        }
        let known = self.path == "src/lib.rs" || self.room.as_deref().is_some_and(is_room);
        if !known {
            self.report(found, 1, "room", format!("{:?} is no room", self.room));
        }
    }

    fn check_length(&self, found: &mut BTreeSet<Violation>) {
        let lines = self.text.lines().count().saturating_sub(self.test_lines);
        if lines > MOST_LINES {
            self.report(found, lines, "length", format!("{lines} lines without tests"));
        }
    }

    fn check_unsafe(&self, found: &mut BTreeSet<Violation>) {
        for placed in self.all.iter().filter(|placed| placed.token.is_word("unsafe")) {
            if !self.path.starts_with("src/devices/sys") {
                self.report(
                    found,
                    placed.line,
                    "unsafe",
                    "unsafe outside devices/sys".to_owned(),
                );
            }
        }
    }

    /// Printing macros, and attributes that would hide a file from this test.
    fn check_marks(&self, found: &mut BTreeSet<Violation>) {
        for pair in self.kept.windows(3) {
            let [first, second, third] = pair else { continue };
            let prints = first.token.word().is_some_and(|word| PRINTING.contains(&word));
            if prints && second.token == Token::Mark('!') && !self.lies_in(CLI) {
                self.report(
                    found,
                    first.line,
                    "print",
                    format!("{}! outside cli", first.token.word().unwrap_or_default()),
                );
            }
            let attribute = first.token == Token::Mark('#') && second.token == Token::Mark('[');
            if attribute && third.token.is_word("path") {
                self.report(
                    found,
                    first.line,
                    "path",
                    "#[path] hides where a module lies".to_owned(),
                );
            }
        }
    }

    fn check_room(&self, named: &Named, found: &mut BTreeSet<Violation>) {
        let Some(own) = self.room.as_deref() else { return };
        let Some((root, rest)) = named.segments.split_first() else {
            return;
        };
        if root != "crate" {
            return;
        }
        let Some(room) = rest.first() else {
            if named.imported {
                self.report(
                    found,
                    named.line,
                    "root",
                    "the root of the crate is imported".to_owned(),
                );
            }
            return;
        };
        if !named.expanded && !may_import(own, room) {
            let what = if is_room(room) {
                format!("{own} may not import {room}")
            } else {
                format!("`{room}` at the root of the crate is no room")
            };
            self.report(found, named.line, "import", what);
        }
        if own == "cli" && calls_past_workflows(room, rest, named) {
            self.report(
                found,
                named.line,
                "call",
                format!("cli calls {} past workflows", rest.join("::")),
            );
        }
    }

    fn check_reserved(&self, named: &Named, found: &mut BTreeSet<Violation>) {
        for (path, places, rule) in RESERVED {
            let begins = named.segments.len() >= path.len()
                && named
                    .segments
                    .iter()
                    .zip(*path)
                    .all(|(segment, wanted)| segment == wanted);
            if begins && !self.lies_in(places) && !self.is_excepted(&named.segments) {
                self.report(
                    found,
                    named.line,
                    rule,
                    format!("{} does not belong here", path.join("::")),
                );
            }
        }
    }

    fn is_excepted(&self, segments: &[String]) -> bool {
        EXCEPTED
            .iter()
            .any(|(path, place)| segments == *path && self.lies_in(&[place]))
    }

    fn lies_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| {
            self.path
                .strip_prefix(place)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                || self.path == format!("{place}.rs")
        })
    }

    /// Every path in the file, from the root wherever it leads to the crate.
    fn names(&self) -> Vec<Named> {
        let (mut names, mut imports, mut inline) = (Vec::new(), BTreeMap::new(), Vec::new());
        let mut walk = Walk::new(&self.kept);
        while let Some(step) = walk.next() {
            let inner = walk.open_modules();
            match step {
                Step::Use(uses) => {
                    for import in uses {
                        let segments = self.rooted(import.segments, &inner);
                        imports.insert(import.known_as, segments.clone());
                        let line = import.line;
                        names.push(Named {
                            segments,
                            line,
                            imported: true,
                            expanded: false,
                            called: false,
                        });
                    }
                }
                Step::Path {
                    segments,
                    line,
                    called,
                } => {
                    inline.push((self.rooted(segments, &inner), line, called));
                }
            }
        }
        // Only now, because a name may be used above the line that imports it.
        let expanded = inline
            .into_iter()
            .filter_map(|(path, line, called)| expand(path, &imports, line, called));
        names.extend(expanded);
        names
    }

    /// The path from the crate's root, where it begins with `crate`, `keshiin`, `self` or `super`.
    /// `inner` are the modules that are open in the file at that place.
    fn rooted(&self, segments: Vec<String>, inner: &[String]) -> Vec<String> {
        let mut here: Vec<String> = self.module.iter().chain(inner).cloned().collect();
        let mut rest = segments.iter().peekable();
        match rest.peek().map(|first| first.as_str()) {
            Some("crate" | "keshiin") => {
                rest.next();
                here.clear();
            }
            Some("self" | "super") => {
                while let Some(step) = rest.next_if(|segment| *segment == "self" || *segment == "super") {
                    if step == "super" {
                        here.pop();
                    }
                }
            }
            _ => return segments,
        }
        std::iter::once("crate".to_owned())
            .chain(here)
            .chain(rest.cloned())
            .collect()
    }
}

/// An inline path with the name that it begins with replaced by what was imported under it.
fn expand(
    segments: Vec<String>,
    imports: &BTreeMap<String, Vec<String>>,
    line: usize,
    called: bool,
) -> Option<Named> {
    let first = segments.first()?;
    if let Some(full) = imports.get(first) {
        let segments = full.iter().chain(segments.iter().skip(1)).cloned().collect();
        return Some(Named {
            segments,
            line,
            imported: false,
            expanded: true,
            called,
        });
    }
    // A word alone is a variable or a keyword, unless it was imported.
    (segments.len() > 1).then_some(Named {
        segments,
        line,
        imported: false,
        expanded: false,
        called,
    })
}

fn is_room(name: &str) -> bool {
    ROOMS.iter().any(|(room, _)| *room == name)
}

fn may_import(own: &str, room: &str) -> bool {
    let allowed = ROOMS
        .iter()
        .find(|(name, _)| *name == own)
        .map_or(&[][..], |(_, rooms)| rooms);
    own == room || allowed.contains(&room) || (EVERYBODYS.contains(&room) && own != "units")
}

/// A function of a room that is not `workflows`: called, or handed on by a path of small letters alone.
fn calls_past_workflows(room: &str, rest: &[String], named: &Named) -> bool {
    let small = |segment: &String| segment.starts_with(|first: char| first.is_lowercase() || first == '_');
    let foreign = is_room(room) && !["cli", "workflows"].contains(&room) && !EVERYBODYS.contains(&room);
    let function = rest.len() > 1 && rest.last().is_some_and(small);
    foreign && function && !named.imported && (named.called || rest.iter().all(small))
}

/// Where the modules of a test item may lie that is declared in the file `path`.
fn files_of(path: &str, item: &TestItem) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if let Some(file) = &item.path {
        return vec![format!("{folder}/{file}")];
    }
    let ends_in = |name: &str| path.ends_with(&format!("/{name}.rs"));
    let own = if ["mod", "lib", "main"].into_iter().any(ends_in) {
        folder
    } else {
        path.trim_end_matches(".rs")
    };
    item.declares
        .iter()
        .flat_map(|name| [format!("{own}/{name}.rs"), format!("{own}/{name}/mod.rs")])
        .collect()
}

fn module_of(path: &str) -> Vec<String> {
    let inner = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
    let mut module: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if module
        .last()
        .is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str()))
    {
        module.pop();
    }
    module
}

// --- the sources ---------------------------------------------------------------------------------

fn sources() -> io::Result<Vec<(String, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path
                    .strip_prefix(root)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .replace('\\', "/");
                files.push((name, fs::read_to_string(&path)?));
            }
        }
    }
    files.sort();
    Ok(files)
}

#[test]
fn the_sources_keep_to_the_table() {
    let files = sources().unwrap();
    assert!(
        files.iter().any(|(path, _)| path == "src/lib.rs"),
        "the sources were found"
    );
    let found = check(&files);
    let lines: Vec<String> = found
        .iter()
        .map(|v| format!("{}:{}: [{}] {}", v.path, v.line, v.rule, v.what))
        .collect();
    assert!(found.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn the_binary_alone_owns_cli() {
    let declares_cli = |wanted: &str| {
        let text = sources()
            .unwrap()
            .into_iter()
            .find(|(path, _)| path == wanted)
            .unwrap()
            .1;
        let words = tokens(&text);
        words
            .windows(2)
            .any(|pair| pair[0].token.is_word("mod") && pair[1].token.is_word("cli"))
    };
    assert!(declares_cli("src/main.rs"));
    assert!(!declares_cli("src/lib.rs"));
}

// --- planted violations --------------------------------------------------------------------------

/// The rules broken by one file, as `line rule`.
fn broken(path: &str, body: &str) -> Vec<String> {
    let text = format!("//! A planted file.\n{body}");
    let found = check(&[(path.to_owned(), text)]);
    found
        .iter()
        .map(|violation| format!("{} {}", violation.line, violation.rule))
        .collect()
}

#[test]
fn every_import_outside_the_table_is_found() {
    for (own, allowed) in ROOMS {
        for (other, _) in ROOMS {
            let free =
                own == other || allowed.contains(other) || (EVERYBODYS.contains(other) && *own != "units");
            let expected: &[&str] = if free { &[] } else { &["2 import"] };
            let path = format!("src/{own}/file.rs");
            assert_eq!(
                broken(&path, &format!("use crate::{other}::Thing;")),
                expected,
                "{own} to {other}"
            );
        }
    }
}

#[test]
fn an_import_is_found_in_every_form() {
    for body in [
        "use crate::devices::Target;",
        "pub(crate) use crate::devices;",
        "use crate::{crypto::Digest, devices::{self, Target}};",
        "use {crate::devices::Target as T, std::fmt};",
        "use super::super::devices::Target;",
        "use super::super::{crypto, devices::*};",
        "use keshiin::devices::Target;",
        "use ::keshiin::devices::Target;",
        "fn f(t: &crate::devices::Target) {}",
        "fn f() { super::super::devices::open(); }",
        "fn f() { let x = 'a'; crate::devices::open::<u8>(x); }",
        "mod inner { fn f() { super::super::super::devices::open(); } }",
        "fn f<'a>(x: &'a str) -> crate::devices::Facts<'a> {}",
        "macro_rules! m { () => { $crate::devices::Target } }",
        "#[cfg(not(test))] use crate::devices::Target;",
        "#[cfg(any(test, feature = \"testkit\"))] use crate::devices::Target;",
        "const A: &str = \"\\\"\"; use crate::devices::Target;",
        "const A: &str = r#\"\"// \"#; use crate::devices::Target;",
        "/* a /* nested */ comment */ use crate::devices::Target;",
        "#[cfg(test)] mod tests {} use crate::devices::Target;",
        "#[cfg(test)] use std::{fmt, fs}; use crate::devices::Target;",
        "#[test] fn t() {} fn f() { crate::devices::open() }",
        "use r#crate::devices::Target;",
        "fn f() { xs.collect::<Vec<crate::devices::Target>>() }",
        "fn f() { Vec::<crate::devices::Target>::new() }",
        "fn f(n: usize) { for i in 0..crate::devices::COUNT {} }",
    ] {
        assert_eq!(broken("src/records/file.rs", body), ["2 import"], "{body}");
    }
}

#[test]
fn what_is_no_import_is_left_alone() {
    for body in [
        "// use crate::devices::Target;",
        "/// See [`crate::devices::Target`].\nfn f() {}",
        "/* use crate::devices::Target; */",
        "const A: &str = \"use crate::devices::Target;\";",
        "const A: &str = r##\"crate::devices::X \"# unsafe\"##;",
        "const A: &[u8] = b\"crate::devices::X\"; const Q: char = '\"';",
        "#[cfg(test)] mod tests { use crate::devices::Target; fn f() { println!(); } }",
        "#[cfg(test)]\n#[allow(unused)]\npub(crate) use crate::devices::{Target, open};",
        "#[test]\nfn t() { crate::devices::open(); std::env::var(\"A\"); }",
        "#[cfg(all(test, unix))] const T: &[u8] = &{ crate::devices::T };",
        "use super::Statement; use self::inner::X; use super::super::crypto::Digest;",
        "fn f(devices: u8) -> u8 { devices }",
        "use crate::records::identity::Identity; use crate::units::Timestamp;",
        "pub(in crate::records) fn f(aes: Aes) { aes.ctr.run() }",
        "fn f() -> impl Sized + use<> {}",
    ] {
        assert_eq!(broken("src/records/file.rs", body), [""; 0], "{body}");
    }
}

#[test]
fn the_root_of_the_crate_is_no_way_round() {
    assert_eq!(broken("src/records/file.rs", "use crate::*;"), ["2 import"]);
    assert_eq!(broken("src/records/file.rs", "use crate as all;"), ["2 root"]);
    assert_eq!(
        broken("src/records/file.rs", "use super::super as all;"),
        ["2 root"]
    );
    assert_eq!(broken("src/records/file.rs", "use crate::Target;"), ["2 import"]);
    assert_eq!(
        broken(
            "src/records/file.rs",
            "#[path = \"../devices/file.rs\"]\nmod mine;"
        ),
        ["2 path"]
    );
    assert_eq!(broken("src/helpers.rs", ""), ["1 room"]);
}

#[test]
fn reserved_paths_are_found_outside_their_place() {
    for (path, body, rule) in [
        ("src/records/a.rs", "use sha2::Sha256;", "algorithm"),
        ("src/erasure/a.rs", "fn f() { aes::Aes256::new(k) }", "algorithm"),
        ("src/erasure/a.rs", "use ::ctr::Ctr64LE;", "algorithm"),
        (
            "src/sealing/a.rs",
            "use {aes_gcm::Aes256Gcm, std::fmt};",
            "algorithm",
        ),
        (
            "src/workflows/a.rs",
            "fn f() { argon2::Argon2::default() }",
            "algorithm",
        ),
        ("src/cli/a.rs", "use ed25519_dalek::*;", "algorithm"),
        ("src/ledger/a.rs", "use blake3;", "algorithm"),
        ("src/devices/a.rs", "fn f() { getrandom::fill(b) }", "algorithm"),
        ("src/records/a.rs", "use hpke as h;", "algorithm"),
        ("src/devices/guard.rs", "use rustix::fs::open;", "system-calls"),
        (
            "src/devices/sys_more.rs",
            "fn f() { libc::ioctl(1) }",
            "system-calls",
        ),
        ("src/workflows/a.rs", "use rusqlite::Connection;", "database"),
        ("src/workflows/press.rs", "fn f() { typst::compile(&w) }", "paper"),
        ("src/workflows/a.rs", "use typst_layout::PagedDocument;", "paper"),
        ("src/cli/a.rs", "use typst_pdf::PdfOptions;", "paper"),
        ("src/records/a.rs", "use {ttf_parser::Face, std::fmt};", "paper"),
        ("src/records/slip/code.rs", "use qrcode::QrCode;", "paper"),
        (
            "src/workflows/verify_paper.rs",
            "fn f() { image::load_from_memory(b) }",
            "paper",
        ),
        ("src/workflows/a.rs", "use rqrr as r;", "paper"),
        ("src/cli/a.rs", "use ::rxing::Reader;", "paper"),
        ("src/workflows/a.rs", "use clap::Parser;", "terminal"),
        (
            "src/workflows/a.rs",
            "fn f() { sys_locale::get_locale() }",
            "locale",
        ),
        (
            "src/workflows/a.rs",
            "fn f() { std::env::var(\"A\") }",
            "environment",
        ),
        ("src/workflows/a.rs", "use std::{env as e, fmt};", "environment"),
        ("src/workflows/a.rs", "fn f() { std::process::exit(1) }", "exit"),
        (
            "src/workflows/wipe.rs",
            "use std::process::{Command, Stdio};",
            "shell",
        ),
        (
            "src/workflows/a.rs",
            "fn f() { std::time::SystemTime::now() }",
            "clock",
        ),
        (
            "src/workflows/a.rs",
            "use std::time::SystemTime; fn f() { SystemTime::now() }",
            "clock",
        ),
        (
            "src/workflows/a.rs",
            "use std::time as t; fn f() -> T { g(t::SystemTime::now) }",
            "clock",
        ),
        (
            "src/records/a.rs",
            "use jiff::Timestamp; fn f() { Timestamp::now() }",
            "clock",
        ),
        ("src/records/a.rs", "fn f() { jiff::Zoned::now() }", "clock"),
        ("src/policy/a.rs", "use std::*;", "glob"),
    ] {
        assert_eq!(broken(path, body), [format!("2 {rule}")], "{path} {body}");
    }
    for room in [
        "records",
        "policy",
        "ledger",
        "rendering",
        "erasure",
        "sealing",
        "crypto",
    ] {
        let path = format!("src/{room}/a.rs");
        assert_eq!(broken(&path, "use std::fs::File;"), ["2 files"], "{room}");
        assert_eq!(broken(&path, "use std::{fmt, fs};"), ["2 files"], "{room}");
    }
}

#[test]
fn reserved_paths_are_left_alone_in_their_place() {
    for (path, body) in [
        (
            "src/crypto/aead.rs",
            "use aes_gcm::Aes256Gcm; fn f() { sha2::Sha256::new() }",
        ),
        (
            "src/devices/sys/linux.rs",
            "use rustix::fs::open; fn f() { unsafe { libc::ioctl(1) } }",
        ),
        ("src/ledger/sqlite.rs", "use rusqlite::Connection;"),
        (
            "src/rendering/world.rs",
            "use typst::World; fn f() { typst_pdf::pdf(&d, &o) }",
        ),
        (
            "src/rendering/picture.rs",
            "fn f() { image::load_from_memory(b); rqrr::x(); rxing::x() }",
        ),
        (
            "src/devices/guard.rs",
            "use super::image; fn f() { image::refusals(&facts) }",
        ),
        (
            "src/cli/request.rs",
            "use std::env; fn f() { println!(\"\"); jiff::Zoned::now(); }",
        ),
        (
            "src/main.rs",
            "mod cli; fn main() { std::process::exit(cli::run(std::env::args())) }",
        ),
        ("src/workflows/scan.rs", "use std::process::Command;"),
        (
            "src/devices/guard.rs",
            "fn f() { std::fs::read(\"/proc\"); std::process::id(); }",
        ),
        ("src/erasure/engine.rs", "fn f() { std::time::Instant::now() }"),
        (
            "src/workflows/clock.rs",
            "fn f() { env!(\"KESHIIN_BUILD_TIME\"); }",
        ),
    ] {
        assert_eq!(broken(path, body), [""; 0], "{path} {body}");
    }
}

#[test]
fn unsafe_and_printing_are_found_outside_their_place() {
    assert_eq!(
        broken("src/devices/file.rs", "fn f() { unsafe { g() } }"),
        ["2 unsafe"]
    );
    assert_eq!(
        broken("src/crypto/a.rs", "#[cfg(test)] mod t { unsafe fn f() {} }"),
        ["2 unsafe"]
    );
    for print in PRINTING {
        assert_eq!(
            broken("src/workflows/a.rs", &format!("\nfn f() {{ {print}!(\"\") }}")),
            ["3 print"]
        );
    }
}

#[test]
fn cli_reads_types_and_calls_workflows_alone() {
    for body in [
        "fn f() { keshiin::records::verify(x) }",
        "use keshiin::records::verify; fn f() { verify(x) }",
        "use keshiin::records::verify as check; fn f() { check::<u8>(x) }",
        "use keshiin::ledger; fn f() { ledger::store::open(x) }",
        "use keshiin::records::Roster; fn f() { Roster::parse(x) }",
        "use keshiin::records::Roster; fn f() { Roster::<Vec<u8>>::parse(x) }",
        "use keshiin::records; fn f() { xs.map(records::verify) }",
        "use keshiin::devices::{discovery::all}; fn f() { all() }",
    ] {
        assert_eq!(broken("src/cli/commands/file.rs", body), ["2 call"], "{body}");
    }
    assert_eq!(
        broken("src/main.rs", "fn main() { keshiin::erasure::run() }"),
        ["2 call"]
    );
    for body in [
        "use keshiin::records::Verdict; fn f(v: Verdict) { match v { Verdict::Erased(x) => x.code() } }",
        "fn f(e: keshiin::devices::GuardError) { e.code(); }",
        "use keshiin::workflows::wipe; fn f() { wipe::run(x); keshiin::workflows::open(x) }",
        "use keshiin::units::Timestamp; fn f() { Timestamp::parse(x) }",
        "use crate::cli::report; fn f() { report::line(x) }",
        "use keshiin::policy::Purpose; fn f() { xs.map(Purpose::as_str) }",
    ] {
        assert_eq!(broken("src/cli/commands/file.rs", body), [""; 0], "{body}");
    }
}

#[test]
fn heads_and_lengths_are_held() {
    let without_head = check(&[("src/policy/a.rs".to_owned(), "use std::fmt;\n".to_owned())]);
    assert_eq!(
        without_head
            .iter()
            .map(|violation| violation.rule)
            .collect::<Vec<_>>(),
        ["head"]
    );
    let body = "fn f() {}\n".repeat(MOST_LINES - 1);
    assert_eq!(broken("src/policy/a.rs", &body), [""; 0]);
    assert_eq!(
        broken("src/policy/a.rs", &format!("{body}fn g() {{}}\n")),
        ["501 length"]
    );
    let tests = format!("#[cfg(test)]\nmod tests {{\n{body}}}\n");
    assert_eq!(
        broken("src/policy/a.rs", &format!("fn f() {{}}\n{tests}")),
        [""; 0]
    );
}

#[test]
fn files_that_are_declared_for_tests_alone_are_tests() {
    let files = |attribute: &str| {
        [
            (
                "src/erasure/mod.rs".to_owned(),
                format!("//! A room.\n{attribute}\nmod testing;\n"),
            ),
            (
                "src/erasure/testing.rs".to_owned(),
                "//! Targets.\nuse std::fs::File;\n".to_owned(),
            ),
        ]
    };
    assert_eq!(check(&files("#[cfg(test)]")), []);
    assert_eq!(check(&files("")).len(), 1);
    let moved = |attribute: &str| {
        [
            (
                "src/erasure/verdict.rs".to_owned(),
                format!("//! One.\n{attribute}\nmod tests;\n"),
            ),
            (
                "src/erasure/verdict_tests.rs".to_owned(),
                "//! Its tests.\nuse std::fs::File;\n".to_owned(),
            ),
        ]
    };
    assert_eq!(check(&moved("#[cfg(test)]\n#[path = \"verdict_tests.rs\"]")), []);
    assert_eq!(check(&moved("#[path = \"verdict_tests.rs\"]")).len(), 2);
    let nested = |attribute: &str| {
        [
            (
                "src/erasure/mod.rs".to_owned(),
                format!("//! A room.\n{attribute}\nmod tests;\n"),
            ),
            (
                "src/erasure/tests/mod.rs".to_owned(),
                "//! Tests.\nmod disks;\n".to_owned(),
            ),
            (
                "src/erasure/tests/disks.rs".to_owned(),
                "//! More.\nuse std::fs::File;\n".to_owned(),
            ),
        ]
    };
    assert_eq!(check(&nested("#[cfg(test)]")), []);
    assert_eq!(check(&nested("")).len(), 1);
    assert_eq!(check(&files("#[cfg(any(test, feature = \"testkit\"))]")).len(), 1);
}
