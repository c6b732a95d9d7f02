//! The world of one test: people, home, calls of the program.
//!
//! People are made once for all tests (each key costs an Argon2id run) and copied into every world.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_keshiin");
/// No call may take longer.
const PATIENCE: Duration = Duration::from_secs(170);
/// Opens every key of every world.
const PASSPHRASE: &str = "zinnober-Wasserfall 17 Lineal";

/// A folder with everything that one test needs.
pub(crate) struct World(TempDir);

impl World {
    /// Issuer, handler and witness with a believed roster, `stranger` who is on no roster, and an empty
    /// output folder.
    pub(crate) fn new() -> Self {
        assert!(
            rustix::process::geteuid().is_root(),
            "these tests make loop devices: run them as root"
        );
        static PEOPLE: OnceLock<BTreeMap<PathBuf, Vec<u8>>> = OnceLock::new();
        let world = Self::empty();
        for (path, bytes) in PEOPLE.get_or_init(people) {
            let path = world.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        world
    }

    fn empty() -> Self {
        let world = Self(tempfile::Builder::new().prefix("keshiin-e2e-").tempdir().unwrap());
        for folder in ["home", "out"] {
            fs::create_dir(world.path(folder)).unwrap();
        }
        fs::write(world.path("pass"), format!("{PASSPHRASE}\n")).unwrap();
        fs::write(world.path("wrong"), "quite another passphrase 5\n").unwrap();
        world
    }

    /// A path in this world.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    /// The same as text.
    pub(crate) fn text(&self, name: impl AsRef<Path>) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// A call of the program in this home, in English, with the passphrase of every key on file.
    pub(crate) fn keshiin(&self, words: &[&str]) -> Call {
        Call {
            clock: None,
            environment: vec![("HOME".into(), self.text("")), ("TZ".into(), "Asia/Tokyo".into())],
            words: words.iter().map(ToString::to_string).collect(),
            options: vec![
                ("--lang".into(), "en".into()),
                ("--home".into(), self.text("home")),
                ("--passphrase-file".into(), self.text("pass")),
            ],
            flags: Vec::new(),
        }
    }

    /// `wipe device` of class 1 with handler and witness, everything given that could be asked for.
    pub(crate) fn wipe(&self, devices: &[&str]) -> Call {
        let mut call = self.keshiin(&[&["wipe", "device"], devices].concat());
        for device in devices {
            let name = Path::new(device).file_name().unwrap_or_default();
            call = call.also("--confirm", name.to_str().unwrap());
        }
        call.with("--handler", &self.text("handler.key"))
            .with("--witness", &self.text("witness.key"))
            .with("--purpose", "disposal")
            .with("--classification", "1")
            .with("--out", &self.text("out"))
    }

    /// `wipe` that nobody witnesses.
    pub(crate) fn wipe_alone(&self, devices: &[&str]) -> Call {
        self.wipe(devices)
            .without("--witness")
            .with("--no-witness", "a test")
    }

    /// The files of the output folder with their digests.
    pub(crate) fn output(&self) -> BTreeMap<String, String> {
        listing(&self.path("out"))
    }

    /// The only record in the output folder.
    pub(crate) fn record(&self) -> PathBuf {
        let mut records = self.records();
        assert_eq!(records.len(), 1, "{records:?}");
        records.remove(0)
    }

    /// Every record in the output folder, by name.
    pub(crate) fn records(&self) -> Vec<PathBuf> {
        let names = self.output().into_keys();
        let records = names.filter(|name| name.ends_with(".json") && !name.ends_with(".slip.json"));
        records.map(|name| self.path("out").join(name)).collect()
    }

    /// Makes an identity; its public half lies beside it as `.pub`.
    pub(crate) fn make_key(&self, id: &str) {
        let key = self.text(format!("{id}.key"));
        let words = [
            "key",
            "new",
            "--id",
            id,
            "--name",
            &format!("{id} 花子"),
            "--org",
            "試験県",
            "--out",
            &key,
        ];
        self.keshiin(&words).run().is(0);
        let public = self.keshiin(&["key", "public", &key]).run().is(0);
        fs::write(self.path(format!("{id}.pub")), public.out).unwrap();
    }

    /// `roster COMMAND` on the home's roster, as the issuer.
    pub(crate) fn roster(&self, command: &str, options: &[&str]) -> Ran {
        let roster = self.text("home/roster.json");
        let words = [&["roster", command, &roster], options].concat();
        self.keshiin(&words)
            .with("--issuer", &self.text("issuer.key"))
            .run()
    }

    /// `verify` of one file.
    pub(crate) fn verify(&self, file: &Path) -> Ran {
        self.keshiin(&["verify", file.to_str().unwrap()]).run()
    }
}

/// The files of the people that every world begins with.
fn people() -> BTreeMap<PathBuf, Vec<u8>> {
    let world = World::empty();
    for id in ["issuer", "handler", "witness", "stranger"] {
        world.make_key(id);
    }
    let begin = [
        "roster",
        "new",
        "--org",
        "試験県",
        "--out",
        &world.text("home/roster.json"),
    ];
    world
        .keshiin(&begin)
        .with("--issuer", &world.text("issuer.key"))
        .run()
        .is(0);
    for role in ["handler", "witness"] {
        let member = world.text(format!("{role}.pub"));
        world
            .roster(
                "add",
                &["--member", &member, "--role", role, "--from", "2026-01-01"],
            )
            .is(0);
    }
    let mut files = BTreeMap::new();
    for folder in ["", "home"] {
        for entry in fs::read_dir(world.path(folder)).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                files.insert(
                    Path::new(folder).join(entry.file_name()),
                    fs::read(entry.path()).unwrap(),
                );
            }
        }
    }
    files
}

/// The files of a folder with their digests.
pub(crate) fn listing(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    files
        .map(|entry| (entry.file_name().into_string().unwrap(), digest(&entry.path())))
        .collect()
}

/// SHA-256 of a file.
pub(crate) fn digest(path: &Path) -> String {
    let mut file = fs::File::open(path).unwrap();
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut buffer).unwrap() {
            0 => return data_encoding::HEXLOWER.encode(&hash.finalize()),
            read => hash.update(&buffer[..read]),
        }
    }
}

/// One call of the program, to be varied and then run.
#[derive(Clone)]
pub(crate) struct Call {
    clock: Option<String>,
    environment: Vec<(String, String)>,
    words: Vec<String>,
    options: Vec<(String, String)>,
    flags: Vec<String>,
}

impl Call {
    /// With this option, instead of what it had.
    pub(crate) fn with(self, option: &str, value: &str) -> Self {
        self.without(option).also(option, value)
    }

    /// With this option once more.
    pub(crate) fn also(mut self, option: &str, value: &str) -> Self {
        self.options.push((option.into(), value.into()));
        self
    }

    /// Without this option.
    pub(crate) fn without(mut self, option: &str) -> Self {
        self.options.retain(|(name, _)| name != option);
        self
    }

    /// With this flag.
    pub(crate) fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.into());
        self
    }

    /// With this environment variable.
    pub(crate) fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// With the clock at another instant (`2020-01-01 09:00:00`).
    pub(crate) fn at(mut self, instant: &str) -> Self {
        self.clock = Some(format!("@{instant}"));
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(&self) -> Ran {
        self.start().end()
    }

    /// Begins to run it.
    pub(crate) fn start(&self) -> Running {
        let mut command = match &self.clock {
            Some(instant) => {
                let mut command = Command::new("faketime");
                command.args(["-f", instant, PROGRAM]);
                command
            }
            None => Command::new(PROGRAM),
        };
        command.args(&self.words).args(&self.flags);
        command.args(self.options.iter().flat_map(|(name, value)| [name, value]));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.environment.iter().cloned());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .expect("the program (and Debian's faketime) can be run");
        let out = drain(child.stdout.take().unwrap());
        let err = drain(child.stderr.take().unwrap());
        Running {
            child,
            out,
            err,
            what: format!("{:?} {:?}", self.words, self.options),
        }
    }
}

fn drain(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).unwrap();
        text
    })
}

/// A call that has begun.
pub(crate) struct Running {
    child: Child,
    out: JoinHandle<String>,
    err: JoinHandle<String>,
    what: String,
}

impl Running {
    /// Sends a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, signal).unwrap();
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if began.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("no end: {}", self.what);
            }
            sleep(Duration::from_millis(5));
        };
        let exit = status.code().unwrap_or_else(|| -status.signal().unwrap());
        Ran {
            exit,
            out: self.out.join().unwrap(),
            err: self.err.join().unwrap(),
            what: self.what,
        }
    }
}

/// What a call came to.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Exit code; the negative number of the signal that ended it.
    pub(crate) exit: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
    what: String,
}

impl Ran {
    /// Demands an exit code.
    #[track_caller]
    pub(crate) fn is(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "{}\n{}\n{}", self.what, self.out, self.err);
        self
    }

    /// The codes of all reasons, as they stand behind them in brackets.
    pub(crate) fn codes(&self) -> Vec<String> {
        let ends = self
            .err
            .lines()
            .filter_map(|line| line.trim_end().strip_suffix(']'));
        let codes = ends
            .filter_map(|line| line.rsplit_once("  ["))
            .map(|(_, code)| code.to_owned());
        codes.collect()
    }

    /// Demands a refusal or fault with this code among its reasons.
    #[track_caller]
    pub(crate) fn says(self, exit: i32, code: &str) -> Self {
        let ran = self.is(exit);
        assert!(
            ran.codes().iter().any(|said| said == code),
            "{code}: {}\n{}",
            ran.what,
            ran.err
        );
        ran
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }
}

/// The signed content of a record, read without looking at its signatures.
pub(crate) fn payload(record: &Path) -> Value {
    let envelope: Value = serde_json::from_slice(&fs::read(record).unwrap()).unwrap();
    let text = envelope["payload"].as_str().unwrap().as_bytes();
    serde_json::from_slice(&data_encoding::BASE64.decode(text).unwrap()).unwrap()
}
