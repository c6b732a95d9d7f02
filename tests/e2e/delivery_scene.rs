//! What the tests of deliveries share: people who send and receive, calls of `seal` and `open`, folders held
//! against one another.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::calls::Call;
use crate::devices::sample_file;
use crate::support::{World, digest};

/// Bytes of a segment in a package, and of its plaintext (docs/spec/package.md §4).
pub(crate) const SEGMENT: u64 = 262_176;
/// See [`SEGMENT`].
pub(crate) const PLAIN: u64 = 262_144;

impl World {
    /// A world with `sender`; `tanaka` and `sato`, who receive for the group `soumu`; `suzuki` alone in the group
    /// `hitori`; `left` in the group `nobody`, who has left; the issuer in a group that is called as he is.
    pub(crate) fn post() -> Self {
        static PEOPLE: OnceLock<BTreeMap<PathBuf, Vec<u8>>> = OnceLock::new();
        let world = Self::new();
        for (path, bytes) in PEOPLE.get_or_init(people) {
            fs::write(world.path(path), bytes).unwrap();
        }
        for folder in ["data", "opened"] {
            fs::create_dir(world.path(folder)).unwrap();
        }
        world
    }

    /// A new file in `data`.
    pub(crate) fn data(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path("data").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// A new sparse file in `data`, which takes the program a second or more.
    pub(crate) fn large_data(&self, name: &str) -> PathBuf {
        let path = self.path("data").join(name);
        File::create_new(&path).unwrap().set_len(LARGE).unwrap();
        path
    }

    /// `seal` of `data`, called `p`, for tanaka, into the output folder.
    pub(crate) fn seal(&self) -> Call {
        self.seal_of(&[&self.text("data")])
    }

    /// The same with other paths.
    pub(crate) fn seal_of(&self, paths: &[&str]) -> Call {
        self.keshiin(&[&["seal"], paths].concat())
            .with("--to", "tanaka")
            .with("--sender", &self.text("sender.key"))
            .with("--out", &self.text("out"))
            .with("--title", "住民相談の記録 8月分")
            .with("--classification", "1")
            .with("--name", "p")
    }

    /// `open` of the package `p` by tanaka, into `opened`.
    pub(crate) fn open(&self) -> Call {
        self.open_of(&self.text("out/p.keshiin"))
    }

    /// The same of another package.
    pub(crate) fn open_of(&self, package: &str) -> Call {
        self.keshiin(&["open", package])
            .with("--out", &self.text("opened"))
            .with("--key", &self.text("tanaka.key"))
    }

    /// `list` by tanaka, as one JSON document.
    pub(crate) fn listed(&self, package: &str, exit: i32) -> Value {
        let call = self
            .keshiin(&["list", package])
            .with("--key", &self.text("tanaka.key"));
        call.flag("--json").run().is(exit).json()
    }

    /// What came out is what was put in, and nothing else is there.
    #[track_caller]
    pub(crate) fn came_back(&self) {
        assert_same(&tree(&self.path("data")), &tree(&self.path("opened/data")));
        assert_eq!(fs::read_dir(self.path("opened")).unwrap().count(), 1);
    }

    /// Nothing came out, not even under a hidden name.
    #[track_caller]
    pub(crate) fn nothing_opened(&self) {
        let found = tree(&self.path("opened"));
        assert!(found.is_empty(), "{:?}", found.keys());
    }

    /// Takes away what came out.
    pub(crate) fn clear_opened(&self) {
        fs::remove_dir_all(self.path("opened")).unwrap();
        fs::create_dir(self.path("opened")).unwrap();
    }

    /// Kinds of the ledger's entries, from the first on.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let listed = self
            .keshiin(&["ledger", "list"])
            .flag("--json")
            .run()
            .is(0)
            .json();
        let entries = listed["entries"].as_array().unwrap().iter();
        entries
            .map(|entry| entry["kind"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Length of a file that takes a while.
pub(crate) const LARGE: u64 = 2 << 30;

fn people() -> BTreeMap<PathBuf, Vec<u8>> {
    let world = World::new();
    let add = |id: &str, role: &str, groups: &[&str]| {
        let member = world.text(format!("{id}.pub"));
        let mut options = vec!["--member", &member, "--role", role, "--from", "2020-01-01"];
        options.extend(groups.iter().flat_map(|group| ["--group", group]));
        world.roster("add", &options).is(0);
    };
    for id in ["sender", "tanaka", "sato", "suzuki", "left"] {
        world.make_key(id);
    }
    add("sender", "sender", &[]);
    for (id, group) in [
        ("tanaka", "soumu"),
        ("sato", "soumu"),
        ("suzuki", "hitori"),
        ("left", "nobody"),
        ("issuer", "issuer"),
    ] {
        add(id, "recipient", &[group]);
    }
    let gone = [
        "--id",
        "left",
        "--reason",
        "left",
        "--effective-from",
        "2024-04-01",
    ];
    world.roster("revoke", &gone).is(0);
    let mut files = BTreeMap::new();
    for folder in ["", "home"] {
        for entry in fs::read_dir(world.path(folder)).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                let path = Path::new(folder).join(entry.file_name());
                files.insert(path, fs::read(entry.path()).unwrap());
            }
        }
    }
    files
}

/// What stands under one name: its kind, digest or target, and when it was changed (files alone).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Folder,
    File(String, (i64, i64)),
    Other(String),
}

/// Everything below a folder, hidden things too, under the bytes of their names.
pub(crate) fn tree(folder: &Path) -> BTreeMap<OsString, Found> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap().map(Result::unwrap) {
            let (path, metadata) = (entry.path(), entry.metadata().unwrap());
            let what = if metadata.is_dir() {
                folders.push(path.clone());
                Found::Folder
            } else if metadata.is_file() {
                Found::File(digest(&path), (metadata.mtime(), metadata.mtime_nsec()))
            } else {
                let target = fs::read_link(&path).unwrap_or_default();
                Found::Other(format!("{:?} {target:?}", metadata.file_type()))
            };
            found.insert(path.strip_prefix(folder).unwrap().into(), what);
        }
    }
    found
}

/// Demands that two trees are the same, and names what is not.
#[track_caller]
pub(crate) fn assert_same(left: &BTreeMap<OsString, Found>, right: &BTreeMap<OsString, Found>) {
    let differs = |(name, found): &(&OsString, &Found)| right.get(*name) != Some(found);
    let missing: Vec<_> = left.iter().filter(differs).take(5).collect();
    let surplus: Vec<_> = right
        .keys()
        .filter(|name| !left.contains_key(*name))
        .take(5)
        .collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "{missing:?} {surplus:?}"
    );
}

/// Bytes that look random and are the same each time.
pub(crate) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// A file full of text.
pub(crate) fn text_file(path: &Path, size: u64) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    sample_file(path, size);
}

/// Where the body of a package begins: after its first front (docs/spec/package.md §1).
pub(crate) fn body_start(package: &Path) -> u64 {
    let bytes = fs::read(package).unwrap();
    let length = u32::from_be_bytes(bytes[18..22].try_into().unwrap());
    22 + u64::from(length) + 32 + 32 + 74
}

/// Writes over a file's bytes at a place.
pub(crate) fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

/// Flips a bit of a file.
pub(crate) fn flip(path: &Path, at: u64, bit: u8) {
    let bytes = fs::read(path).unwrap();
    let byte = bytes[usize::try_from(at).unwrap()];
    overwrite(path, at, &[byte ^ (1 << bit)]);
}

/// Copies the files of a folder into another, which is made.
pub(crate) fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Waits until something holds.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        sleep(Duration::from_millis(2));
    }
}

/// Bytes of all files below a folder, as far as they were written.
pub(crate) fn written(folder: &Path) -> u64 {
    let mut sum = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        // What vanishes meanwhile counts nothing.
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => folders.push(entry.path()),
                Ok(metadata) => sum += metadata.len(),
                Err(_) => {}
            }
        }
    }
    sum
}
