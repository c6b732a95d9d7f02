//! One call of the program: put together, varied, run, and what it said.

use std::fs::File;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_keshiin");
/// No call may take longer.
const PATIENCE: Duration = Duration::from_secs(170);

/// One call of the program, to be varied and then run.
#[derive(Clone)]
pub(crate) struct Call {
    clock: Option<String>,
    environment: Vec<(String, String)>,
    words: Vec<String>,
    options: Vec<(String, String)>,
    flags: Vec<String>,
    input: Option<PathBuf>,
    other_user: Option<PathBuf>,
}

impl Call {
    /// The program with these words and options.
    pub(crate) fn new(
        words: Vec<String>,
        options: &[(&str, String)],
        environment: &[(&str, String)],
    ) -> Self {
        let owned = |pairs: &[(&str, String)]| {
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect()
        };
        Self {
            clock: None,
            environment: owned(environment),
            words,
            options: owned(options),
            flags: Vec::new(),
            input: None,
            other_user: None,
        }
    }

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

    /// With this file as its standard input.
    pub(crate) fn input(mut self, file: &Path) -> Self {
        self.input = Some(file.to_owned());
        self
    }

    /// As the user `nobody`, with a copy of the program where that user can read it.
    pub(crate) fn by_somebody_else(mut self, copy: &Path) -> Self {
        if !copy.exists() {
            std::fs::copy(PROGRAM, copy).unwrap();
        }
        self.other_user = Some(copy.to_owned());
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
        let mut command = match (&self.clock, &self.other_user) {
            (Some(instant), _) => {
                let mut command = Command::new("faketime");
                command.args(["-f", instant, PROGRAM]);
                command
            }
            (None, Some(copy)) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
                command.arg(copy);
                command
            }
            (None, None) => Command::new(PROGRAM),
        };
        command.args(&self.words).args(&self.flags);
        command.args(self.options.iter().flat_map(|(name, value)| [name, value]));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.environment.iter().cloned());
        let input = self.input.as_ref();
        let input = input.map_or_else(Stdio::null, |file| File::open(file).unwrap().into());
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
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
    /// Waits until it has this file or device open.
    pub(crate) fn wait_until_it_opens(&self, what: &Path) {
        let folder = format!("/proc/{}/fd", self.child.id());
        let holds = || {
            let descriptors = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            descriptors
                .filter_map(|descriptor| std::fs::read_link(descriptor.path()).ok())
                .any(|open| open == what)
        };
        let began = Instant::now();
        while !holds() {
            assert!(began.elapsed() < PATIENCE, "it opens {}", what.display());
            sleep(Duration::from_millis(1));
        }
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, signal).unwrap();
    }

    /// Whether it has ended.
    pub(crate) fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// The most memory that it has had so far, in KiB; none when it has ended.
    pub(crate) fn peak_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse().ok()
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
