//! The small package laid open, as `docs/spec/package.md` shows it, and the seeds of the fuzz targets that read
//! packages.

use std::collections::BTreeMap;

use crate::package_vectors::{PASSPHRASE, Set};
use crate::package_writer::{Draft, Floe, PLAIN, SEGMENT, between, file, folder, hex};

/// Bytes of a dumped line.
const LINE: usize = 32;

/// Collects a listing.
struct Listing {
    text: String,
    at: usize,
}

impl Listing {
    fn heading(&mut self, text: &str) {
        self.text += &format!("{text}\n");
    }

    fn value(&mut self, name: &str, value: &str) {
        self.text += &format!("  {name:<14} {value}\n");
    }

    /// A part of the file: where it stands, how long it is, what it is, its bytes.
    fn part(&mut self, name: &str, bytes: &[u8]) {
        let lines: Vec<String> = bytes.chunks(LINE).map(hex).collect();
        self.shown(name, bytes.len(), &lines);
    }

    fn shown(&mut self, name: &str, length: usize, lines: &[String]) {
        for (place, line) in lines.iter().enumerate() {
            let label = if place == 0 {
                format!("{:>6} {length:>6}  {name}", self.at)
            } else {
                String::new()
            };
            self.text += &format!("{label:<30} {line}\n");
        }
        self.at += length;
    }

    /// A long part, of which the beginning is shown.
    fn begun(&mut self, name: &str, bytes: &[u8]) {
        let lines = [format!("{} …", hex(&bytes[..LINE]))];
        self.shown(name, bytes.len(), &lines);
    }
}

/// The listing.
pub(crate) fn example(set: &Set) -> String {
    let draft = &set.small;
    let mut listing = Listing {
        text: String::new(),
        at: 0,
    };
    keys(&mut listing, set);
    listing.heading("\n    at  bytes  part               content");
    front(&mut listing, draft);
    let front_bytes = draft.front();
    for (number, segment) in draft.segments(&draft.plaintext()).iter().enumerate() {
        let end = segment.len() - 16;
        listing.part(&format!("prefix {number}"), &segment[..4]);
        listing.part("nonce", &segment[4..16]);
        listing.begun("ciphertext", &segment[16..end]);
        listing.part("tag", &segment[end..]);
    }
    listing.begun("second front", &front_bytes);
    listing.part("its length", &(front_bytes.len() as u32).to_be_bytes());
    listing.shown("mark", 8, &["\"KSHNEND1\"".to_owned()]);
    plaintext(&mut listing, draft);
    listing.text
}

fn keys(listing: &mut Listing, set: &Set) {
    let (draft, floe) = (&set.small, set.small.floe());
    listing.heading("keys");
    listing.value("recipient", &hex(&set.p256.secret));
    listing.value("file key", &hex(&draft.file_key));
    listing.value("K-mac", &hex(&draft.mac_key()));
    listing.value("K-body", &hex(&floe.key));
    listing.value("A", &hex(&floe.associated));
    listing.value("K-message", &hex(&floe.message_key()));
    listing.value(
        "K-segment",
        &format!("{} (segments 0 to 2)", hex(&floe.segment_key(0))),
    );
}

fn front(listing: &mut Listing, draft: &Draft) {
    let (front, header) = (draft.front(), draft.header());
    let end = front.len() - 138;
    listing.shown("magic", 18, &["\"keshiin-package/1\\n\"".to_owned()]);
    listing.part("length of H", &front[18..22]);
    let signs: Vec<char> = header.chars().collect();
    let lines: Vec<String> = signs.chunks(2 * LINE).map(|line| line.iter().collect()).collect();
    listing.shown("H", header.len(), &lines);
    listing.part("sha256", &front[end..end + 32]);
    listing.part("mac", &front[end + 32..end + 64]);
    listing.part("floe-header: P", &front[end + 64..end + 74]);
    listing.part("  IV", &front[end + 74..end + 106]);
    listing.part("  tag", &front[end + 106..]);
}

fn plaintext(listing: &mut Listing, draft: &Draft) {
    listing.heading("\nplaintext");
    listing.at = 0;
    let (plain, m) = (draft.plaintext(), &draft.manifest);
    let text = String::from_utf8(m.clone()).unwrap();
    let mut lines: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let signs: Vec<char> = line.replace('\n', "\\n").chars().collect();
        lines.extend(
            signs
                .chunks(2 * LINE)
                .map(|piece| piece.iter().collect::<String>()),
        );
    }
    listing.shown("M", m.len(), &lines);
    listing.part("footer", &plain[m.len()..m.len() + 24]);
    listing.shown("fill", PLAIN - m.len() - 24, &["00 …".to_owned()]);
    listing.shown("gap", PLAIN, &["00 …".to_owned()]);
    listing.shown("M again", m.len(), &["{\"salt\":\" …".to_owned()]);
    listing.part("footer", &plain[plain.len() - 24..]);
    assert_eq!(listing.at, plain.len());
    assert_eq!(draft.segments(&plain).len(), plain.len().div_ceil(PLAIN));
    assert_eq!(SEGMENT, PLAIN + 32);
}

/// What the fuzz targets begin with, in the form in which they take it.
pub(crate) fn seeds(set: &Set) -> BTreeMap<String, Vec<u8>> {
    let floe: Floe = set.small.floe();
    let shortest = between(&set.small.front(), &floe.seal(0, true, b"x"));
    // Data, a byte that no manifest has, M.
    let parts = |draft: &Draft| [&draft.data[..], b"\xff", &draft.manifest].concat();
    let compressed = {
        let mut draft = set.small.clone();
        let frame = crate::package_vectors::unhex(crate::package_vectors::CHECKED_FRAME);
        let line = crate::package_writer::stored(
            "a",
            "null",
            (0, frame.len()),
            "zstd",
            &crate::package_vectors::list(),
            ("null", 0),
        );
        draft.data = frame;
        let head = crate::package_vectors::head(&draft, &set.stranger, &[], "null");
        draft.manifest = crate::package_writer::manifest(&head, &[line]);
        parts(&draft)
    };
    let entries = [
        file("a", "null", 0, b"", ("-1", 5)),
        file("名簿/が", "\"名簿/か\u{3099}\"", 0, b"", ("null", 0)),
        folder("空"),
    ];
    let seed = |target: &str, name: &str, bytes: &[u8]| {
        (format!("../../../fuzz/seeds/{target}/{name}"), bytes.to_vec())
    };
    BTreeMap::from([
        seed("package_front", "vector", &shortest),
        seed("package_front", "header", set.tree.header().as_bytes()),
        seed("package_stanza", "recipients", set.tree.header().as_bytes()),
        seed("package_stanza", "passphrase", set.words.header().as_bytes()),
        seed("package_manifest", "vector", &set.small_with(&entries).manifest),
        seed("package_manifest", "empty", &set.small_with(&[]).manifest),
        seed("package_open", "vector", &parts(&set.small_with(&entries))),
        seed("package_open", "compressed", &compressed),
        seed(
            "package_path",
            "vector",
            "名簿/か\u{3099}/CON1 .txt\na\nA".as_bytes(),
        ),
        seed("spoken_passphrase", "vector", PASSPHRASE.as_bytes()),
    ])
}
