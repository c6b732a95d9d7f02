//! Packages whose plaintext is not what it should be: manifest, fill, files, paths; and unusual ones that are good.
//!
//! Everything around the plaintext is right: whoever made them had the file key.

use crate::package_cases::{edit, over};
use crate::package_vectors::{CHECKED_FRAME, Case, FRAME, Held, SMALL, Set, TREE, head, list, tree, unhex};
use crate::package_writer::{PLAIN, file, fill, fixed, folder, footer, hex, manifest, with_footer};

/// All broken ones.
pub(crate) fn broken(set: &Set) -> Vec<Case> {
    let mut cases = heads(set);
    cases.extend(entries(set));
    cases.extend(numbers(set));
    cases.extend(lines(set));
    cases.extend(places(set));
    cases.extend(fills(set));
    cases.extend(contents(set));
    cases.extend(frames(set));
    cases.extend(paths(set));
    cases.extend(pairs_of_paths(set));
    cases
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The small package with another M, twice.
fn with(set: &Set, manifest: impl Into<Vec<u8>>) -> Vec<u8> {
    let mut draft = set.small.clone();
    draft.manifest = manifest.into();
    draft.bytes()
}

/// M of the small package, edited.
fn edited<'a>(set: &Set, edits: impl IntoIterator<Item = (&'a str, String, String)>) -> Vec<Case> {
    let m = text(&set.small.manifest);
    let case = |(why, from, to): (&str, String, String)| {
        Case::broken(why, "manifest", SMALL, with(set, edit(&m, &from, &to)))
    };
    edits.into_iter().map(case).collect()
}

/// The same of texts.
fn edits(set: &Set, edits: &[(&str, &str, &str)]) -> Vec<Case> {
    edited(
        set,
        edits
            .iter()
            .map(|(why, from, to)| (*why, (*from).into(), (*to).into())),
    )
}

// --- the manifest ---------------------------------------------------------------------------

fn heads(set: &Set) -> Vec<Case> {
    let salt = hex(&fixed(&format!("salt {}", hex(&set.small.id))));
    let (id, whose) = (hex(&set.small.id), &*set.p256.fingerprint);
    let quoted = format!("\"{whose}\"");
    let many = (0..65)
        .map(|number| format!("\"{}\"", hex(&fixed(&format!("recipient {number}")))))
        .collect::<Vec<_>>();
    let contract = "\"R8-情政-12\"".to_owned();
    let own = |why, from: &str, to: String| (why, from.to_owned(), to);
    let mut cases = edited(
        set,
        [
            own("a salt in capitals", &salt, salt.to_uppercase()),
            own("a salt of 63 digits", &salt, salt[1..].into()),
            own("a salt of 66 digits", &salt, format!("00{salt}")),
            own("the id of another package", &id, hex(&set.tree.id)),
            own("a recipient twice", &quoted, format!("{quoted},{quoted}")),
            own("65 recipients", &quoted, many.join(",")),
            own("a recipient in capitals", whose, whose.to_uppercase()),
            own(
                "a contract of 201 characters",
                &contract,
                format!("\"{}\"", "号".repeat(201)),
            ),
            own("a contract of no characters", &contract, "\"\"".into()),
            own("a contract that is a number", &contract, "12".into()),
            own(
                "another way to write a letter in the head",
                "R8",
                "\\u00528".into(),
            ),
        ],
    );
    cases.extend(edits(
        set,
        &[
            (
                "another version of the manifest",
                "\"manifest\":1",
                "\"manifest\":2",
            ),
            (
                "an unknown name in the head",
                "\"manifest\":1",
                "\"manifest\":1,\"x\":0",
            ),
            ("a name missing in the head", "\"manifest\":1,", ""),
            (
                "a name twice in the head",
                "\"manifest\":1",
                "\"manifest\":1,\"manifest\":1",
            ),
            ("white space in the head", "\"manifest\":1", "\"manifest\": 1"),
            ("a line feed too many", "\"entries\":[\n", "\"entries\":[\n\n"),
            ("no line feed after the head", "\"entries\":[\n", "\"entries\":["),
            (
                "two bytes at the end of the head line",
                "\"entries\":[\n",
                "\"entries\":[\r\n",
            ),
            ("another name of the list", "\"entries\":[", "\"entry\":["),
            (
                "a length of data that is not that of the files",
                "\"data\":0",
                "\"data\":1",
            ),
            ("a length of data below zero", "\"data\":0", "\"data\":-1"),
            ("a length of data with a fraction", "\"data\":0", "\"data\":0.0"),
            (
                "a length of data of 2^53",
                "\"data\":0",
                "\"data\":9007199254740992",
            ),
            ("a byte order mark", "{\"salt\"", "\u{feff}{\"salt\""),
        ],
    ));
    cases
}

fn entries(set: &Set) -> Vec<Case> {
    let (of_file, nothing) = ("\"path\":\"a\",\"original\":null,", blake3::hash(b"").to_hex());
    let digest = |why, digest: String| (why, nothing.to_string(), digest);
    let mut cases = edits(
        set,
        &[
            (
                "an unknown name in a file",
                of_file,
                &format!("{of_file}\"x\":0,"),
            ),
            ("a name missing in a file", "\"modified\":1795342805,", ""),
            (
                "a name twice in a file",
                of_file,
                &format!("{of_file}\"original\":null,"),
            ),
            (
                "names of a file in another order",
                of_file,
                "\"original\":null,\"path\":\"a\",",
            ),
            ("white space in an entry", "\"nanos\":7", "\"nanos\": 7"),
            (
                "a space at the end of an entry",
                "\"type\":\"folder\"}\n",
                "\"type\":\"folder\"} \n",
            ),
            (
                "another way to write a letter of a path",
                "\"path\":\"a\"",
                "\"path\":\"\\u0061\"",
            ),
            (
                "an unknown type of entry",
                "\"type\":\"folder\"",
                "\"type\":\"link\"",
            ),
            (
                "a folder with a length",
                "\"type\":\"folder\"",
                "\"type\":\"folder\",\"size\":0",
            ),
            ("a file without a length", "\"size\":0,", ""),
            (
                "an original that is the path",
                "\"original\":null",
                "\"original\":\"a\"",
            ),
            (
                "an original of another path",
                "\"original\":null",
                "\"original\":\"か\u{3099}\"",
            ),
            ("an unknown encoding", "\"plain\"", "\"gzip\""),
            ("an encoding in capitals", "\"plain\"", "\"Plain\""),
        ],
    );
    cases.extend(edited(
        set,
        [
            digest("a BLAKE3 of 63 digits", nothing[1..].into()),
            digest("a BLAKE3 in capitals", nothing.to_uppercase()),
            digest(
                "a BLAKE3 of something else in an empty file",
                blake3::hash(b"x").to_hex().to_string(),
            ),
        ],
    ));
    cases
}

fn numbers(set: &Set) -> Vec<Case> {
    edits(
        set,
        &[
            (
                "a first file that does not begin at 0",
                "\"offset\":0",
                "\"offset\":1",
            ),
            ("a length below zero", "\"stored\":0", "\"stored\":-1"),
            ("a place in quotes", "\"offset\":0", "\"offset\":\"0\""),
            ("a place with a fraction", "\"offset\":0", "\"offset\":0.0"),
            ("a place with an exponent", "\"offset\":0", "\"offset\":0e0"),
            ("a leading zero", "\"nanos\":7", "\"nanos\":07"),
            ("a length of 2^64", "\"size\":0", "\"size\":18446744073709551616"),
            (
                "a plain file of another size than it has",
                "\"size\":0",
                "\"size\":1",
            ),
            (
                "a file that is longer than the data",
                "\"stored\":0,\"encoding\":\"plain\",\"size\":0",
                "\"stored\":5,\"encoding\":\"plain\",\"size\":5",
            ),
            (
                "a time of 2^53",
                "\"modified\":1795342805",
                "\"modified\":9007199254740992",
            ),
            (
                "a time with a fraction",
                "\"modified\":1795342805",
                "\"modified\":1795342805.5",
            ),
            (
                "a thousand million nanoseconds",
                "\"nanos\":7",
                "\"nanos\":1000000000",
            ),
            ("nanoseconds below zero", "\"nanos\":7", "\"nanos\":-7"),
            (
                "nanoseconds of no time",
                "\"modified\":1795342805",
                "\"modified\":null",
            ),
        ],
    )
}

fn lines(set: &Set) -> Vec<Case> {
    let m = text(&set.small.manifest);
    let ends = m.lines().collect::<Vec<_>>();
    let [top, first, second, end] = ends[..] else {
        panic!("four lines")
    };
    let first = first.trim_end_matches(',');
    let whole = |lines: &[&str]| with(set, lines.join("\n") + "\n");
    let comma = |line: &str| format!("{line},");
    let long = file(&"長".repeat(10_900), "null", 0, b"", ("0", 0));
    [
        (
            "entries in another order",
            whole(&[top, &comma(second), first, end]),
        ),
        (
            "an entry twice",
            whole(&[top, &comma(first), &comma(first), second, end]),
        ),
        (
            "a comma after the last entry",
            whole(&[top, &comma(first), &comma(second), end]),
        ),
        ("no comma between entries", whole(&[top, first, second, end])),
        (
            "two entries on a line",
            whole(&[top, &[first, second].join(","), end]),
        ),
        (
            "a comma before the first entry",
            whole(&[top, &format!(",{first}"), end]),
        ),
        ("an empty line", whole(&[top, &comma(first), "", second, end])),
        (
            "two bytes at the end of a line",
            whole(&[top, &comma(first), &format!("{second}\r"), end]),
        ),
        ("no end line", whole(&[top, &comma(first), second])),
        ("another end line", whole(&[top, &comma(first), second, "] }"])),
        ("no line feed at the end", with(set, m.trim_end())),
        ("a line feed too many at the end", with(set, format!("{m}\n"))),
        (
            "an entry after the end line",
            whole(&[top, &comma(first), second, end, second]),
        ),
        (
            "an entry line of more than 32,768 bytes",
            whole(&[top, &long, end]),
        ),
        (
            "a manifest that is not UTF-8",
            with(set, [m.as_bytes(), b"\xff\n"].concat()),
        ),
        ("a manifest of zeros", with(set, vec![0; 500])),
        ("no manifest", with(set, "")),
    ]
    .into_iter()
    .map(|(why, bytes)| Case::broken(why, "manifest", SMALL, bytes))
    .collect()
}

/// Manifests and footers in other places.
fn places(set: &Set) -> Vec<Case> {
    let m = &set.small.manifest;
    let end = m.len();
    let plain = set.small.plaintext();
    let second = 2 * PLAIN;
    let footers = |first: &[u8], last: &[u8]| {
        set.small
            .holding(&over(&over(&plain, end, first), second + end, last))
    };
    let length = |length: u64| footers(&footer(0, length), &footer(second as u64, length));
    let mut other = set.small.clone();
    other.second = Some(edit(&text(m), "\"nanos\":7", "\"nanos\":8").into_bytes());
    let laid = |lay: &dyn Fn(&mut Vec<u8>)| {
        let mut plain = Vec::new();
        lay(&mut plain);
        set.small.holding(&plain)
    };
    let right = (footer(0, end as u64), footer(second as u64, end as u64));
    let marked = |mark: &[u8; 8]| {
        let of = |footer: &[u8]| [&footer[..16], mark].concat();
        footers(&of(&right.0), &of(&right.1))
    };
    [
        ("the two manifests differ", other.bytes()),
        ("both footers without their mark", marked(b"KSHNMAN2")),
        ("both footers with the front's mark", marked(b"KSHNEND1")),
        ("both footers exchanged", footers(&right.1, &right.0)),
        (
            "both footers name a place beside a segment's beginning",
            footers(&footer(1, end as u64), &footer(1, end as u64)),
        ),
        (
            "both footers name a place beyond the end",
            footers(&footer(1 << 62, end as u64), &footer(1 << 62, end as u64)),
        ),
        (
            "both footers name a length that is one less",
            length(end as u64 - 1),
        ),
        ("both footers name no length", length(0)),
        ("both footers name more than 1 GiB", length((1 << 30) + 1)),
        ("both footers name a length of 2^64", length(u64::MAX)),
        (
            "no footers",
            laid(&|plain| {
                plain.extend(m);
                plain.resize(second, 0);
                plain.extend(m);
            }),
        ),
        (
            "no gap between the manifests",
            laid(&|plain| {
                with_footer(plain, m);
                fill(plain);
                with_footer(plain, m);
            }),
        ),
        ("one manifest alone", laid(&|plain| with_footer(plain, m))),
        (
            "manifests that do not begin with a segment",
            laid(&|plain| {
                plain.push(0);
                with_footer(plain, m);
                fill(plain);
                plain.resize(plain.len() + PLAIN + 1, 0);
                with_footer(plain, m);
            }),
        ),
        (
            "a plaintext that is shorter than a footer",
            laid(&|plain| plain.extend(b"KSHNMAN1")),
        ),
    ]
    .into_iter()
    .map(|(why, bytes)| Case::broken(why, "manifest", SMALL, bytes))
    .collect()
}

fn fills(set: &Set) -> Vec<Case> {
    let draft = &set.tree;
    let (plain, data, end) = (draft.plaintext(), draft.data.len(), draft.manifest.len() + 24);
    let at = |place: usize| draft.holding(&over(&plain, place, &[1]));
    [
        ("the first byte after the data is not zero", at(data)),
        ("the last byte before the manifest is not zero", at(2 * PLAIN - 1)),
        ("the first byte after the footer is not zero", at(2 * PLAIN + end)),
        (
            "the last byte of the first manifest's segment is not zero",
            at(3 * PLAIN - 1),
        ),
        ("the first byte of the gap is not zero", at(3 * PLAIN)),
        ("the last byte of the gap is not zero", at(4 * PLAIN - 1)),
    ]
    .into_iter()
    .map(|(why, bytes)| Case::broken(why, "manifest", TREE, bytes))
    .collect()
}

// --- files ----------------------------------------------------------------------------------

fn contents(set: &Set) -> Vec<Case> {
    let draft = &set.tree;
    let (m, plain) = (text(&draft.manifest), draft.plaintext());
    let name = draft.data.len() - unhex(FRAME).len() - 20;
    let said = |from: &str, to: &str| {
        let mut other = draft.clone();
        other.manifest = edit(&m, from, to).into_bytes();
        other.bytes()
    };
    let line = |path: &str| m.lines().find(|line| line.contains(path)).unwrap();
    let digest = |line: &str| line[line.find("\"blake3\":\"").unwrap() + 10..][..64].to_owned();
    let place = |line: &str| {
        let from = line.find("\"offset\":").unwrap() + 9;
        line[from..].split(',').next().unwrap().parse::<u64>().unwrap()
    };
    let (long, ga) = (line("a.bin"), line("名簿/が"));
    [
        (
            "a byte of a small file is another",
            draft.holding(&over(&plain, name, b"?")),
        ),
        (
            "a byte of a file in two segments is another",
            draft.holding(&over(&plain, PLAIN + 100, b"?")),
        ),
        ("BLAKE3 of another file", said(&digest(ga), &digest(long))),
        (
            "BLAKE3 of another file over two segments",
            said(&digest(long), &digest(ga)),
        ),
        (
            "a gap between two files",
            said(
                &format!("\"offset\":{}", place(ga)),
                &format!("\"offset\":{}", place(ga) + 1),
            ),
        ),
        (
            "two files that overlap",
            said(
                &format!("\"offset\":{}", place(ga)),
                &format!("\"offset\":{}", place(ga) - 1),
            ),
        ),
        (
            "more data than the files have",
            said(
                &format!("\"data\":{}", draft.data.len()),
                &format!("\"data\":{}", draft.data.len() + 1),
            ),
        ),
        (
            "less data than the files have",
            said(
                &format!("\"data\":{}", draft.data.len()),
                &format!("\"data\":{}", draft.data.len() - 1),
            ),
        ),
        (
            "a plain file that says it is compressed",
            said(
                "\"encoding\":\"plain\",\"size\":7,",
                "\"encoding\":\"zstd\",\"size\":7,",
            ),
        ),
    ]
    .into_iter()
    .map(|(why, bytes)| Case::broken(why, "manifest", TREE, bytes))
    .collect()
}

/// A block of a frame: last or not, its kind (0 raw, 1 one byte many times), its size, what it has.
fn block(last: bool, kind: u32, size: u32, bytes: &[u8]) -> Vec<u8> {
    let header = ((size << 3) | (kind << 1) | u32::from(last)).to_le_bytes();
    [&header[..3], bytes].concat()
}

/// A frame of blocks, its window told by its descriptor.
fn frame(window: u8, blocks: &[Vec<u8>]) -> Vec<u8> {
    [&[0x28, 0xb5, 0x2f, 0xfd, 0, window][..], &blocks.concat()].concat()
}

/// A frame that gives `count` times 128 KiB of zeros.
fn zeros(window: u8, count: usize) -> Vec<u8> {
    let blocks: Vec<Vec<u8>> = (1..=count)
        .map(|number| block(number == count, 1, 128 << 10, &[0]))
        .collect();
    frame(window, &blocks)
}

fn frames(set: &Set) -> Vec<Case> {
    let (good, checked, content) = (unhex(FRAME), unhex(CHECKED_FRAME), list());
    let case = |why, bytes: &[u8], content: &[u8]| {
        Case::broken(
            why,
            "manifest",
            TREE,
            set.tree_with(bytes, "zstd", content).bytes(),
        )
    };
    let raw = |text: &[u8], last| block(last, 0, text.len() as u32, text);
    let mut wrong_sum = checked.clone();
    *wrong_sum.last_mut().unwrap() ^= 1;
    let half = content.len() / 2;
    let two = [
        frame(0x40, &[raw(&content[..half], true)]),
        frame(0x40, &[raw(&content[half..], true)]),
    ];
    let mut dictionary = frame(0x40, &[raw(&content, true)]);
    dictionary[4] = 1;
    dictionary.insert(6, 77);
    let skipped = [&b"\x50\x2a\x4d\x18\x04\0\0\0skip"[..], &good].concat();
    vec![
        case(
            "a frame of which more comes than the manifest says",
            &zeros(0x50, 100),
            b"zeros",
        ),
        case(
            "a frame of which less comes than the manifest says",
            &good,
            &[&content[..], b"more"].concat(),
        ),
        case(
            "a frame of something else",
            &frame(0x40, &[raw(b"else", true)]),
            b"this",
        ),
        case("two frames", &two.concat(), &content),
        case("a byte after the frame", &[&good[..], b"\0"].concat(), &content),
        case(
            "an empty frame after the frame",
            &[&good[..], b"\x28\xb5\x2f\xfd\x20\0\x01\0\0"].concat(),
            &content,
        ),
        case("a frame to be passed over before the frame", &skipped, &content),
        case("a frame without its end", &good[..good.len() - 1], &content),
        case(
            "a frame without a last block",
            &frame(0x40, &[raw(&content, false)]),
            &content,
        ),
        case(
            "a frame with a window of 9 MiB",
            &frame(0x69, &[raw(&content, true)]),
            &content,
        ),
        case(
            "a frame with a window of 2 TiB",
            &frame(0xf8, &[raw(&content, true)]),
            &content,
        ),
        case("a frame that wants a dictionary", &dictionary, &content),
        case("a frame with another checksum", &wrong_sum, &content),
        case(
            "a frame without its checksum",
            &checked[..checked.len() - 4],
            &content,
        ),
        case("no frame", &content, &content),
        case("no bytes where a frame should be", b"", b""),
    ]
}

// --- paths ----------------------------------------------------------------------------------

/// A path as JSON writes it, without quotes.
fn spelled(path: &str) -> String {
    let text = serde_json::to_string(path).unwrap();
    text[1..text.len() - 1].to_owned()
}

fn one(path: &str) -> Vec<String> {
    vec![file(&spelled(path), "null", 0, b"", ("0", 0))]
}

fn path_case(set: &Set, why: impl Into<String>, entries: &[String]) -> Case {
    Case::broken(why, "path", SMALL, set.small_with(entries).bytes())
}

fn paths(set: &Set) -> Vec<Case> {
    let long = "x".repeat(1025);
    let deep = "x/".repeat(2048) + "x";
    let mut cases: Vec<Case> = [
        ("a path of nothing", ""),
        ("an absolute path", "/etc/passwd"),
        ("a path that ends in /", "a/"),
        ("an empty part", "a//b"),
        ("the folder itself", "."),
        ("the folder above", ".."),
        ("a path that begins above", "../a"),
        ("a path that goes back", "a/../../b"),
        ("a part of one full stop", "a/./b"),
        ("a part that ends in a full stop", "a."),
        ("a part that ends in a space", "a /b"),
        ("a backslash", "a\\b"),
        ("a drive", "C:"),
        ("another stream of a file", "a.txt:b"),
        ("an asterisk", "a*"),
        ("a question mark", "a?"),
        ("a quotation mark", "a\"b"),
        ("a smaller sign", "a<b"),
        ("a greater sign", "a>b"),
        ("a bar", "a|b"),
        ("a null byte", "a\0b"),
        ("a line feed", "a\nb"),
        ("an escape", "a\u{1b}[2Jb"),
        ("a delete", "a\u{7f}b"),
        ("CON", "CON"),
        ("nul with an ending", "nul.tar.gz"),
        ("Prn in a folder", "a/Prn"),
        ("aux as a folder", "aux/a"),
        ("com1", "com1"),
        ("LPT9 with an ending", "LPT9.txt"),
        ("COM0", "COM0"),
        ("COM with a raised 3", "COM³.log"),
        ("con with spaces before its ending", "con  .txt"),
        ("CONIN$", "CONIN$"),
        ("conout$ with an ending", "conout$.txt"),
        ("conin$ with an i without a dot", "con\u{131}n$"),
        ("a path that is not NFC", "か\u{3099}.txt"),
        ("a compatibility character that NFC replaces", "\u{fa19}.txt"),
        ("a part of 1,025 bytes", &long),
        ("a path of 4,097 bytes", &deep),
    ]
    .into_iter()
    .map(|(why, path)| path_case(set, why, &one(path)))
    .collect();
    let original =
        |path: &str, original: &str| vec![file(path, &format!("\"{original}\""), 0, b"", ("0", 0))];
    cases.extend([
        path_case(set, "a folder's path that ends in /", &[folder("a/")]),
        path_case(
            set,
            "an original with a sign that the path has not",
            &original("≮", "<\u{338}"),
        ),
        path_case(
            set,
            "an original with a part of more than 1,024 bytes",
            &original(&"が".repeat(200), &"か\u{3099}".repeat(200)),
        ),
    ]);
    cases
}

fn pairs_of_paths(set: &Set) -> Vec<Case> {
    let both = |first: &str, second: &str| [one(first), one(second)].concat();
    [
        ("two paths that differ in capitals", both("A.txt", "a.txt")),
        ("two paths that differ in capitals of Greek", both("ΣΑΣ", "σας")),
        (
            "two paths that differ in capitals of full width",
            both("Ａ", "ａ"),
        ),
        ("a sharp s and two", both("STRASSE", "straße")),
        ("a ligature and its letters", both("file", "ﬁle")),
        ("an i with and without a dot", both("i", "\u{131}")),
        ("a sigma at the end and in the middle", both("ς", "σ")),
        ("two folders that differ in capitals", both("A/x", "a/y")),
        ("a folder and a file that differ in capitals", both("A", "a/x")),
        ("a file that is a folder of another", both("a", "a/b")),
        (
            "a file that is a folder of another further down",
            both("a/b", "a/b/c/d"),
        ),
        (
            "an empty folder with something in it",
            vec![folder("a"), one("a/b").remove(0)],
        ),
    ]
    .into_iter()
    .map(|(why, entries)| path_case(set, why, &entries))
    .collect()
}

// --- good ones ------------------------------------------------------------------------------

/// Unusual packages that have to be opened.
pub(crate) fn good(set: &Set) -> Vec<Case> {
    let holds = |paths: &[&str]| -> Vec<Held> {
        paths
            .iter()
            .map(|path| Held((*path).into(), None, Some(Vec::new())))
            .collect()
    };
    let long = format!("{0}/{0}/{0}/{1}", "x".repeat(1024), "x".repeat(1021));
    let mut names = vec![
        ".hidden",
        "A",
        "AUXILIARY",
        "COM",
        "COM10",
        "COM¹²",
        "a b/c;d.e",
        "b",
        "con-1",
        "x.con",
        "〜",
        "か",
        "が",
        "カ",
        "ｶ",
        "\u{1f4be}",
        "\u{80}",
        &long,
    ];
    names.sort_unstable();
    let all: Vec<String> = names.iter().flat_map(|path| one(path)).collect();
    let one_folder = [folder("a/b/c")];
    let mut cases = vec![
        Case::good(
            "unusual names",
            SMALL,
            set.small_with(&all).bytes(),
            &holds(&names),
        ),
        Case::good(
            "a folder in folders",
            SMALL,
            set.small_with(&one_folder).bytes(),
            &[Held("a/b/c".into(), None, None)],
        ),
        Case::good("nothing", SMALL, set.small_with(&[]).bytes(), &[]),
    ];
    cases.extend(good_heads(set));
    cases.extend(good_files(set));
    cases
}

fn good_heads(set: &Set) -> Vec<Case> {
    let draft = &set.small;
    let entries = [file("a", "null", 0, b"", ("-9007199254740991", 999_999_999))];
    let holds = [Held("a".into(), None, Some(Vec::new()))];
    let contract = format!("\"{}\"", "号".repeat(199) + "\\\"");
    let whose = [&*set.p256.fingerprint];
    let mut other = draft.clone();
    other.manifest = manifest(&head(draft, &set.stranger, &whose, &contract), &entries);
    let mut rekeyed = set.small.clone();
    rekeyed.stanzas = vec![set.stranger.stanza(&draft.id, &draft.file_key)];
    vec![
        Case::good(
            "a contract of 200 characters, a file of long ago",
            SMALL,
            other.bytes(),
            &holds,
        ),
        Case::good(
            "a body that was rekeyed",
            SMALL,
            rekeyed.bytes(),
            &[
                Held("a".into(), None, Some(Vec::new())),
                Held("b".into(), None, None),
            ],
        )
        .with("stranger".into()),
    ]
}

/// The tree with another frame.
fn good_files(set: &Set) -> Vec<Case> {
    let content = list();
    let case = |why, bytes: &[u8], content: &[u8]| {
        Case::good(
            why,
            TREE,
            set.tree_with(bytes, "zstd", content).bytes(),
            &tree(content),
        )
    };
    let raw = |last| block(last, 0, content.len() as u32, &content);
    vec![
        case("a frame with a checksum", &unhex(CHECKED_FRAME), &content),
        case("a frame of nothing", b"\x28\xb5\x2f\xfd\x20\0\x01\0\0", b""),
        case(
            "a frame with a window of 8 MiB",
            &frame(0x68, &[raw(true)]),
            &content,
        ),
        case(
            "a frame that ends in an empty block",
            &frame(0x40, &[raw(false), block(true, 0, 0, b"")]),
            &content,
        ),
        case("a frame of 1 MiB of zeros", &zeros(0x50, 8), &vec![0; 1 << 20]),
    ]
}
