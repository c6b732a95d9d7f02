//! The world of one test: people, home, calls of the program.
//!
//! People are made once for all tests (each key costs an Argon2id run) and copied into every world.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::calls::{Call, Ran};
use crate::devices::sample_file;

/// Opens every key of every world.
pub(crate) const PASSPHRASE: &str = "zinnober-Wasserfall 17 Lineal";

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
        let options = [
            ("--lang", "en".to_owned()),
            ("--home", self.text("home")),
            ("--passphrase-file", self.text("pass")),
        ];
        let environment = [("HOME", self.text("")), ("TZ", "Asia/Tokyo".to_owned())];
        Call::new(
            words.iter().map(ToString::to_string).collect(),
            &options,
            &environment,
        )
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

    /// A new image file of 1 MiB, full of text.
    pub(crate) fn image(&self, name: &str) -> String {
        sample_file(&self.path(name), 1 << 20);
        self.text(name)
    }

    /// `wipe` of a new image file that nobody witnesses.
    pub(crate) fn wipe_image(&self, name: &str) -> Call {
        let image = self.image(name);
        self.wipe_alone(&[&image]).flag("--image")
    }

    /// A finished erasure of a new image file, varied; its record.
    pub(crate) fn erase(&self, name: &str, vary: impl FnOnce(Call) -> Call) -> PathBuf {
        let before = self.records();
        vary(self.wipe_image(name)).run().is(0);
        let records = self.records();
        let mut new = records.into_iter().filter(|record| !before.contains(record));
        new.next().unwrap()
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
        // By names alone: while devices are erased, temporary files and states come and go.
        let names = file_names(&self.path("out"));
        let others = [".slip.json", ".resume.json"];
        let records = names
            .into_iter()
            .filter(|name| name.ends_with(".json") && !others.iter().any(|end| name.ends_with(end)));
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
                &["--member", &member, "--role", role, "--from", "2020-01-01"],
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

/// The names of the files of a folder, in order.
fn file_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let mut names: Vec<String> = files
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// The files of a folder with their digests.
pub(crate) fn listing(folder: &Path) -> BTreeMap<String, String> {
    let with_digest = |name: String| {
        let digest = digest(&folder.join(&name));
        (name, digest)
    };
    file_names(folder).into_iter().map(with_digest).collect()
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

/// The signed content of a record, read without looking at its signatures.
pub(crate) fn payload(record: &Path) -> Value {
    let envelope: Value = serde_json::from_slice(&fs::read(record).unwrap()).unwrap();
    let text = envelope["payload"].as_str().unwrap().as_bytes();
    serde_json::from_slice(&data_encoding::BASE64.decode(text).unwrap()).unwrap()
}
