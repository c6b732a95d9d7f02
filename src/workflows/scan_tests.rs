//! The program: the real one with signatures of the tests' own, and scripts in its place that misbehave.

use std::fs::OpenOptions;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

/// The test file of EICAR, which every scanner knows, put together so that this source is not found.
fn eicar() -> Vec<u8> {
    let (head, tail) = (
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR",
        "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    );
    format!("{head}{tail}").into_bytes()
}

const EICAR_BY_DIGEST: &str = "44d88612fea8a8f36de82e1278abb02f:68:Test.Digest\n";

fn now() -> Timestamp {
    Timestamp::parse("2026-11-21T12:00:00+09:00").unwrap()
}

struct Scene {
    folder: TempDir,
    order: ScanOrder,
}

impl Scene {
    /// A base that finds EICAR whole by its digest, and its middle anywhere by its bytes, made yesterday.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().join("base");
        fs::create_dir(&base).unwrap();
        fs::write(base.join("test.hdb"), EICAR_BY_DIGEST).unwrap();
        let middle: String = b"EICAR-STANDARD"
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        fs::write(base.join("test.ndb"), format!("Test.Bytes:0:*:{middle}\n")).unwrap();
        fs::write(base.join("freshclam.dat"), b"").unwrap();
        let scene = Self {
            order: ScanOrder {
                database: Some(base),
                ..ScanOrder::default()
            },
            folder,
        };
        scene.age(1);
        scene
    }

    /// Dates the signatures so many days before now; what is no signature stays as new as it is.
    fn age(&self, days: u64) {
        let seconds = now().unix_seconds() as u64 - days * 86_400;
        for name in ["test.hdb", "test.ndb"] {
            let path = self.folder.path().join("base").join(name);
            let file = OpenOptions::new().write(true).open(path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
                .unwrap();
        }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Lets a script stand for the program; none where no shell is.
    fn script(&mut self, text: &str) {
        let path = self.folder.path().join("scanner");
        // Written by another process: a file that this one has open for writing cannot be started.
        let script = format!("#!/bin/sh\n{text}\n");
        let written = Command::new("sh")
            .args(["-c", "printf %s \"$1\" > \"$0\" && chmod 755 \"$0\""])
            .args([path.as_os_str(), script.as_ref()])
            .status()
            .unwrap();
        assert!(written.success());
        self.order.program = Some(path);
        self.order.database = None;
    }

    fn scan(&self, files: &[PathBuf]) -> Result<ScanFinding, ScanTrouble> {
        scan(files, &self.order, now(), &mut |_| true)
    }
}

/// Whether ClamAV is there. With `CI=true` it has to be: what was not tried has not passed.
fn has_clamscan() -> bool {
    let there = Command::new(PROGRAM).arg("--version").output().is_ok();
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(
        there || !in_ci,
        "clamscan is missing, which CI=true does not allow"
    );
    if !there {
        println!("not run: clamscan is missing");
    }
    there
}

#[test]
fn clean_files_of_any_name_are_answered_for() {
    if !has_clamscan() {
        return;
    }
    let scene = Scene::new();
    let long = ["n".repeat(250), "n".repeat(250), "n".repeat(250), "n".repeat(250)].join("/");
    let mut files: Vec<PathBuf> = [
        "plain",
        "日本語 名前",
        "-rf",
        "--help",
        "a: OK",
        "b: Evil FOUND",
        " blanks ",
        "line\nbreak",
        "c\rd",
        &long,
    ]
    .iter()
    .map(|name| scene.file(name, b"abc"))
    .collect();
    files.push(scene.file("empty", b""));
    let link = scene.folder.path().join("link");
    symlink("plain", &link).unwrap();
    files.push(link);
    let finding = scene.scan(&files).unwrap();
    assert_eq!((finding.files, finding.bytes), (12, ByteCount(33)));
    assert!(finding.engine.starts_with("ClamAV "), "{}", finding.engine);
    assert_eq!(finding.signatures, "base");
    assert_eq!(
        finding.signatures_at.unix_seconds(),
        now().unix_seconds() - 86_400
    );
}

#[test]
fn infected_files_are_all_named() {
    if !has_clamscan() {
        return;
    }
    let scene = Scene::new();
    let mut around = vec![b' '; 5000];
    around.extend(eicar());
    around.extend(b"and more");
    let files = [
        scene.file("clean", b"abc"),
        scene.file("whole", &eicar()),
        scene.file("around", &around),
        scene.file("line\nbreak: OK", &eicar()),
        scene.file("last", b"abc"),
    ];
    let Err(ScanTrouble::Infected { found }) = scene.scan(&files) else {
        panic!("nothing was found");
    };
    let paths: Vec<_> = found.iter().map(|one| &one.path).collect();
    assert_eq!(paths, [&files[1], &files[2], &files[3]]);
    let names: Vec<_> = found.iter().map(|one| one.name.split('.').nth(1)).collect();
    assert!(
        names.iter().all(|name| matches!(name, Some("Digest" | "Bytes"))),
        "{found:?}"
    );
}

#[test]
fn a_file_that_is_not_looked_at_to_its_end_is_no_pass() {
    if !has_clamscan() {
        return;
    }
    let scene = Scene::new();
    let large = scene.file("large", b"");
    let file = OpenOptions::new().write(true).open(&large).unwrap();
    file.set_len(3 << 30).unwrap();
    let files = [scene.file("clean", b"abc"), large.clone()];
    assert_eq!(scene.scan(&files), Err(ScanTrouble::TooLarge { path: large }));
}

#[test]
fn old_signatures_are_no_pass_and_neither_is_a_base_without_any() {
    if !has_clamscan() {
        return;
    }
    let scene = Scene::new();
    let files = [scene.file("clean", b"abc")];
    scene.age(7);
    assert!(scene.scan(&files).is_ok());
    scene.age(8);
    let made = Timestamp::new(now().unix_seconds() - 8 * 86_400, 540).unwrap();
    assert_eq!(
        scene.scan(&files),
        Err(ScanTrouble::Stale { signatures_at: made })
    );
    for name in ["test.hdb", "test.ndb"] {
        fs::remove_file(scene.folder.path().join("base").join(name)).unwrap();
    }
    assert_eq!(scene.scan(&files).unwrap_err().code(), "SCN-FAILED");
}

#[test]
fn what_is_no_file_is_told_and_infections_go_before_it() {
    if !has_clamscan() {
        return;
    }
    let scene = Scene::new();
    let pipe = scene.folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for missing in [
        scene.folder.path().join("none"),
        scene.folder.path().to_owned(),
        pipe,
    ] {
        let files = [scene.file("clean", b"abc"), missing.clone()];
        let trouble = scene.scan(&files).unwrap_err();
        assert!(matches!(&trouble, ScanTrouble::FileError { path, .. } if *path == missing));
        let files = [scene.file("evil", &eicar()), missing];
        assert_eq!(scene.scan(&files).unwrap_err().code(), "SCN-INFECTED");
    }
}

#[test]
fn a_program_that_is_missing_or_no_program_is_told() {
    let mut scene = Scene::new();
    let files = [scene.file("clean", b"abc")];
    scene.order.program = Some(scene.folder.path().join("none"));
    assert_eq!(scene.scan(&files), Err(ScanTrouble::Missing));
    scene.order.program = Some(files[0].clone());
    assert_eq!(scene.scan(&files).unwrap_err().code(), "SCN-FAILED");
}

/// What a script does that says a good version first.
fn misbehaving(rest: &str) -> String {
    let version = "ClamAV 1.4.3/27000/Fri Nov 20 09:31:02 2026";
    format!(
        "[ \"$1\" = --version ] && {{ echo '{version}'; exit 0; }}\nfor last; do :; done\nlist=${{last#--file-list=}}\n{rest}"
    )
}

const ANSWERS: &str = r#"sed 's/$/: OK/' "$list""#;

#[test]
fn a_program_that_answers_for_every_file_passes() {
    let mut scene = Scene::new();
    scene.script(&misbehaving(&format!("echo a word before\n{ANSWERS}")));
    let files = [scene.file("a", b"abc"), scene.file("b", b"de")];
    let finding = scene.scan(&files).unwrap();
    assert_eq!((finding.files, finding.bytes), (2, ByteCount(5)));
    assert_eq!(finding.signatures, "27000");
    assert_eq!(finding.signatures_at.to_string(), "2026-11-20T18:31:02+09:00");
}

#[test]
fn a_program_that_misbehaves_is_no_pass() {
    let mut scene = Scene::new();
    let files = [scene.file("a", b"abc"), scene.file("b", b"de")];
    for (rest, expected) in [
        ("exit 0".to_owned(), "SCN-FILE"),
        ("exit 2".to_owned(), "SCN-FAILED"),
        ("echo trouble >&2; kill -9 $$".to_owned(), "SCN-FAILED"),
        (format!("{ANSWERS} | head -n 1"), "SCN-FILE"),
        (format!("{ANSWERS} | tail -n 1"), "SCN-FILE"),
        (format!("{ANSWERS} | tac"), "SCN-FILE"),
        (format!("{ANSWERS}; exit 1"), "SCN-FAILED"),
        (format!("{ANSWERS}; exit 2"), "SCN-FAILED"),
        (format!("{ANSWERS}; kill -9 $$"), "SCN-FAILED"),
        (
            format!("{ANSWERS} | sed 's/OK/Evil FOUND/'; exit 0"),
            "SCN-INFECTED",
        ),
        (
            format!("{ANSWERS} | sed 's/OK/Evil FOUND/'; exit 2"),
            "SCN-INFECTED",
        ),
        (format!("{ANSWERS} | sed 's/OK/Access denied/'"), "SCN-FILE"),
        (format!("{ANSWERS} | sed 's/OK/Empty file/'"), "SCN-FILE"),
        ("head -c 200000 /dev/zero".to_owned(), "SCN-FAILED"),
    ] {
        scene.script(&misbehaving(&rest));
        let code = scene.scan(&files).map_err(|trouble| trouble.code());
        assert_eq!(code.err(), Some(expected), "{rest}");
    }
    for version in ["ClamAV 1.4.3", "nothing", "ClamAV 1.4.3/27000/", ""] {
        scene.script(&format!("echo '{version}'"));
        assert_eq!(scene.scan(&files).unwrap_err().code(), "SCN-FAILED", "{version}");
    }
    scene.script("echo broken >&2; exit 40");
    assert_eq!(
        scene.scan(&files),
        Err(ScanTrouble::failed("broken")),
        "what it complains about is told"
    );
    scene.script("echo 'ClamAV 1.4.3/26000/Fri Nov 13 09:31:02 2026'");
    assert_eq!(scene.scan(&files).unwrap_err().code(), "SCN-STALE");
}

#[test]
fn a_program_that_says_nothing_is_ended_when_somebody_asks_to_stop() {
    let mut scene = Scene::new();
    let marker = scene.folder.path().join("went-on");
    scene.script(&misbehaving(&format!(
        "sleep 5 >/dev/null 2>&1; echo > '{}'",
        marker.display()
    )));
    let files = [scene.file("a", b"abc")];
    let begun = std::time::Instant::now();
    let stopped = scan(&files, &scene.order, now(), &mut |_| false);
    assert_eq!(stopped, Err(ScanTrouble::Stopped));
    assert!(begun.elapsed() < Duration::from_secs(4));
    std::thread::sleep(Duration::from_millis(200));
    assert!(!marker.exists());
}

#[test]
fn a_program_that_goes_on_after_its_last_word_is_ended_too() {
    let mut scene = Scene::new();
    scene.script(&misbehaving(&format!("{ANSWERS}; exec >&- 2>&-; sleep 5")));
    let files = [scene.file("a", b"abc")];
    let begun = std::time::Instant::now();
    let mut answered = false;
    let stopped = scan(&files, &scene.order, now(), &mut |bytes| {
        let goes_on = !answered || bytes.0 > 0;
        answered |= bytes.0 > 0;
        goes_on
    });
    assert_eq!((stopped, answered), (Err(ScanTrouble::Stopped), true));
    assert!(begun.elapsed() < Duration::from_secs(4));
}

#[test]
fn one_start_is_enough_for_many_files_and_few_words_of_errors_are_kept() {
    let mut scene = Scene::new();
    let starts = scene.folder.path().join("starts");
    scene.script(&misbehaving(&format!(
        "echo >> '{}'; head -c 3000000 /dev/zero >&2; {ANSWERS}",
        starts.display()
    )));
    let files: Vec<_> = (0..3000)
        .map(|at| scene.file(&format!("many/{at}"), b"x"))
        .collect();
    assert_eq!(scene.scan(&files).unwrap().files, 3000);
    assert_eq!(fs::read(&starts).unwrap(), b"\n");
}
