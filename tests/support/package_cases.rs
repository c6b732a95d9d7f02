//! Broken packages, from the first bytes to the last segment, and damaged ones that are healed.
//!
//! Each is a good one with one thing wrong; whatever stands around it is right, so that only the layer that it names
//! has something to object.

use data_encoding::BASE64;
use serde_json::json;

use crate::package_vectors::{Case, SMALL, Set, TREE, WORDS};
use crate::package_writer::{
    Draft, Floe, MAGIC, PLAIN, SEGMENT, between, fixed, header, hmac, recipient, sha256, tail, whole,
    wrap_under,
};

/// All of them but those of the plaintext.
pub(crate) fn broken(set: &Set) -> Vec<Case> {
    let mut cases = magic(set);
    cases.extend(fronts(set));
    cases.extend(headers(set));
    cases.extend(stanzas(set));
    cases.extend(recipients(set));
    cases.extend(passphrases(set));
    cases.extend(codes(set));
    cases.extend(commitments(set));
    cases.extend(cut_off(set));
    cases.extend(too_long(set));
    cases.extend(segments(set));
    cases
}

/// `text` with the first `from` replaced, which must be there.
pub(crate) fn edit(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from) && from != to, "{from}");
    text.replacen(from, to, 1)
}

/// `bytes` with a byte changed.
pub(crate) fn flip(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

/// `bytes` with others put over them.
pub(crate) fn over(bytes: &[u8], at: usize, others: &[u8]) -> Vec<u8> {
    [&bytes[..at], others, &bytes[at + others.len()..]].concat()
}

/// The small package with other fronts around its body.
fn around(set: &Set, front: &[u8]) -> Vec<u8> {
    between(front, &set.small.body())
}

fn small<'a>(layer: &'static str, cases: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> Vec<Case> {
    let case = |(why, bytes)| Case::broken(why, layer, SMALL, bytes);
    cases.into_iter().map(case).collect()
}

// --- both ends ------------------------------------------------------------------------------

fn magic(set: &Set) -> Vec<Case> {
    let good = set.small.bytes();
    let front = set.small.front();
    let beginning = |magic: &[u8]| {
        set.small
            .front_after(&[magic, &front[18..front.len() - 138]].concat())
    };
    small(
        "magic",
        [
            ("an empty file", Vec::new()),
            ("17 bytes", good[..17].to_vec()),
            (
                "something else",
                b"PK\x03\x04 is what an archive begins with\n".repeat(20),
            ),
            ("another version", around(set, &beginning(b"keshiin-package/2\n"))),
            (
                "a line end of two bytes",
                around(set, &beginning(b"keshiin-package/1\r\n")),
            ),
            ("only the body", set.small.body()),
            (
                "only the second half",
                good[good.len() / 2..good.len() - 1].to_vec(),
            ),
        ],
    )
}

fn fronts(set: &Set) -> Vec<Case> {
    let draft = &set.small;
    let (front, body, end) = (draft.front(), draft.body(), draft.front().len() - 138);
    let length = |length: u32| {
        around(
            set,
            &draft.front_after(&over(&front[..end], 18, &length.to_be_bytes())),
        )
    };
    let other =
        draft.front_of(header(&draft.id, &[set.stranger.stanza(&draft.id, &draft.file_key)]).as_bytes());
    let both = |at: usize| around(set, &flip(&front, at));
    let mut unmarked = whole(&flip(&front, 30), &body, &front);
    let mark = unmarked.len() - 1;
    unmarked[mark] ^= 1;
    small(
        "header",
        [
            ("H of no bytes", around(set, &draft.front_of(b""))),
            (
                "an H that is one byte shorter than it says",
                length(end as u32 - 22 + 1),
            ),
            (
                "an H that is one byte longer than it says",
                length(end as u32 - 22 - 1),
            ),
            ("an H of more than 1 MiB", length((1 << 20) + 1)),
            ("an H of 4 GiB", length(u32::MAX)),
            ("H changed in both fronts", both(40)),
            ("SHA-256 changed in both fronts", both(end)),
            (
                "both fronts intact, for different people",
                whole(&front, &body, &other),
            ),
            ("the first front damaged, and the tail", unmarked),
            ("cut off in the first front", front[..400].to_vec()),
        ],
    )
}

fn headers(set: &Set) -> Vec<Case> {
    let good = set.small.header();
    let with = |header: &[u8]| around(set, &set.small.front_of(header));
    let edited = |from: &str, to: &str| with(edit(&good, from, to).as_bytes());
    let id = &good[12..44];
    let list = &good[good.find("\"stanzas\"").unwrap()..good.len() - 1];
    let suite = "\"suite\":\"floe-aes-256-gcm\"";
    let mut high = good.clone().into_bytes();
    high[61] = 0xff;
    small(
        "header",
        [
            ("white space in H", edited("\":\"", "\": \"")),
            ("a line feed after H", with(format!("{good}\n").as_bytes())),
            ("something after H", with(format!("{good}{{}}").as_bytes())),
            (
                "a byte order mark before H",
                with(format!("\u{feff}{good}").as_bytes()),
            ),
            ("H that is not UTF-8", with(&high)),
            ("an unknown name in H", edited(suite, &format!("{suite},\"x\":0"))),
            ("a name missing in H", edited(&format!("{suite},"), "")),
            ("a name twice in H", edited(suite, &format!("{suite},{suite}"))),
            (
                "names of H in another order",
                with(format!("{{{list},\"package\":\"{id}\",{suite}}}").as_bytes()),
            ),
            (
                "an escape that is not needed",
                edited("floe-aes", "\\u0066loe-aes"),
            ),
            ("another suite", edited("floe-aes-256-gcm", "floe-aes-128-gcm")),
            ("a package id in capitals", edited(id, &id.to_uppercase())),
            ("a package id of 31 digits", edited(id, &id[1..])),
            ("a package id of 34 digits", edited(id, &format!("00{id}"))),
            ("H is a list", with(format!("[{good}]").as_bytes())),
            (
                "names of a stanza in another order",
                with(swapped_names(&good).as_bytes()),
            ),
            (
                "a name twice in a stanza",
                edited("{\"type\"", "{\"type\":\"p256\",\"type\""),
            ),
            (
                "the list of stanzas is none",
                with(edit(&good, list, "\"stanzas\":null").as_bytes()),
            ),
        ],
    )
}

/// H with the type of its stanza behind the recipient.
fn swapped_names(header: &str) -> String {
    let begin = header.find("\"recipient\"").unwrap();
    let recipient = &header[begin..begin + 79];
    edit(
        header,
        &format!("\"type\":\"p256\",{recipient}"),
        &format!("{recipient}\"type\":\"p256\","),
    )
}

// --- stanzas --------------------------------------------------------------------------------

fn stanzas(set: &Set) -> Vec<Case> {
    let (draft, own) = (&set.small, &set.small.stanzas[0]);
    let with = |stanzas: &[String]| around(set, &draft.front_of(header(&draft.id, stanzas).as_bytes()));
    let edited = |from: &str, to: &str| with(&[edit(own, from, to)]);
    let whose = &set.p256.fingerprint;
    let other = set.stranger.stanza(&draft.id, &draft.file_key);
    let many = |count: u32| {
        let line = |number: u32| {
            edit(
                own,
                whose,
                &crate::package_writer::hex(&fixed(&number.to_string())),
            )
        };
        (1..count).map(line).chain([own.clone()]).collect::<Vec<_>>()
    };
    let enc = &own[own.find("\"enc\":\"").unwrap() + 7..own.find("\",\"key\"").unwrap()];
    let key = &own[own.find("\"key\":\"").unwrap() + 7..own.len() - 2];
    let slack = format!("{}{}=", &enc[..86], char::from(enc.as_bytes()[86] + 1));
    small(
        "stanza",
        [
            ("no stanza", with(&[])),
            ("65 stanzas", with(&many(65))),
            (
                "two stanzas for the same recipient",
                with(&[own.clone(), other, own.clone()]),
            ),
            (
                "a passphrase beside a recipient",
                with(&[own.clone(), set.stanza.line()]),
            ),
            ("two passphrases", with(&[set.stanza.line(), set.stanza.line()])),
            ("an unknown type", edited("\"p256\"", "\"x25519\"")),
            ("a type in capitals", edited("\"p256\"", "\"P256\"")),
            ("no type", edited("\"type\":\"p256\",", "")),
            (
                "an unknown name in a stanza",
                edited("\"enc\"", "\"x\":0,\"enc\""),
            ),
            (
                "a name missing in a stanza",
                edited(&format!(",\"key\":\"{key}\""), ""),
            ),
            ("a fingerprint of 63 digits", edited(whose, &whose[1..])),
            ("a fingerprint in capitals", edited(whose, &whose.to_uppercase())),
            ("an encapsulated key of 64 bytes", edited(enc, &shorter(enc))),
            (
                "an encapsulated key of another type's length",
                edited(enc, &BASE64.encode(&[4; 1153])),
            ),
            ("a wrapped key of 47 bytes", edited(key, &shorter(key))),
            ("a wrapped key of 49 bytes", edited(key, &BASE64.encode(&[0; 49]))),
            ("spare bits of base64 that are not zero", edited(enc, &slack)),
            ("base64 without padding", edited(enc, enc.trim_end_matches('='))),
            (
                "base64 of the other alphabet",
                edited(key, &format!("-_{}", &key[2..])),
            ),
            (
                "a space in base64",
                edited(key, &format!("{} {}", &key[..4], &key[4..])),
            ),
            ("a stanza that is a number", with(&["1".into()])),
        ],
    )
}

/// Base64 of the same bytes without the first.
fn shorter(text: &str) -> String {
    BASE64.encode(&BASE64.decode(text.as_bytes()).unwrap()[1..])
}

fn recipients(set: &Set) -> Vec<Case> {
    let draft = &set.small;
    let (id, file_key) = (&draft.id, &draft.file_key);
    let with = |stanza: String| around(set, &draft.front_of(header(id, &[stanza]).as_bytes()));
    let (whose, info) = (
        &set.p256.fingerprint,
        [crate::package_writer::RECIPIENT, id].concat(),
    );
    let (enc, key) = set.p256.wrapped(&info, file_key);
    let (other_enc, _) = set.stranger.wrapped(&info, file_key);
    let point = |enc: &[u8]| with(recipient("p256", whose, enc, &key));
    let hybrid = set.hybrid.wrapped(&info, file_key);
    let mut cases = small(
        "stanza",
        [
            ("an encapsulated key that is no point", point(&flip(&enc, 64))),
            (
                "an encapsulated key that is compressed",
                point(&over(&enc, 0, &[2])),
            ),
            ("the point at infinity", point(&[0; 65])),
            ("somebody else's encapsulated key", point(&other_enc)),
            (
                "a wrapped key that was changed",
                with(recipient("p256", whose, &enc, &flip(&key, 3))),
            ),
            (
                "a tag that was changed",
                with(recipient("p256", whose, &enc, &flip(&key, 47))),
            ),
            (
                "a stanza of another type than the key's",
                with(recipient("mlkem768-p256", whose, &hybrid.0, &hybrid.1)),
            ),
            (
                "a stanza of another package",
                with(set.p256.stanza(&set.tree.id, file_key)),
            ),
            (
                "a key wrapped under another info",
                with(set.p256.stanza_with(id, file_key)),
            ),
        ],
    );
    let impostor = json!({ "fingerprint_of": "p256", "secret_of": "stranger" });
    let not_for = |base, bytes, key| Case::broken("not for this key", "stanza", base, bytes).not_for(key);
    cases.extend([
        Case::broken(
            "a key that is not the recipient's",
            "stanza",
            SMALL,
            draft.bytes(),
        )
        .with(impostor),
        not_for(SMALL, draft.bytes(), "stranger".into()),
        not_for(TREE, set.tree.bytes(), "stranger".into()),
        not_for(WORDS, set.words.bytes(), "p256".into()),
        not_for(
            SMALL,
            draft.bytes(),
            json!({ "passphrase": "234N-567V-89A3-BCD9-EFGF-XYZT" }),
        ),
    ]);
    cases
}

fn passphrases(set: &Set) -> Vec<Case> {
    let cost = |place: usize, value: &str| set.words_with(|of| of.cost[place] = value.into());
    let tree_key = wrap_under(&set.stretched, &set.tree.id, &set.words.file_key);
    let other_type = |header: &str| between(&set.words.front_of(header.as_bytes()), &set.words.body());
    let header = set.words.header();
    let mut cases: Vec<Case> = [
        ("fewer passes than the floor", cost(0, "2")),
        ("more passes than the bound", cost(0, "11")),
        ("less memory than the floor", cost(1, "65535")),
        ("more memory than the bound", cost(1, "1048577")),
        ("4 TiB of memory", cost(1, "4294967295")),
        ("more memory than 32 bits tell", cost(1, "4295032832")),
        ("fewer lanes than the floor", cost(2, "3")),
        ("more lanes than the bound", cost(2, "17")),
        ("no lanes", cost(2, "0")),
        ("passes below zero", cost(0, "-3")),
        ("passes with a fraction", cost(0, "3.0")),
        ("passes in quotes", cost(0, "\"3\"")),
        ("another key derivation", set.words_with(|of| of.kdf = "argon2i")),
        ("a salt of 15 bytes", set.words_with(|of| of.salt.truncate(15))),
        ("a salt of 17 bytes", set.words_with(|of| of.salt.push(0))),
        (
            "a commitment of 31 bytes",
            set.words_with(|of| of.commitment.truncate(31)),
        ),
        (
            "a wrapped key of 32 bytes",
            set.words_with(|of| of.key.truncate(32)),
        ),
        (
            "no commitment",
            other_type(&without(&header, "\"commitment\"", "\"key\"")),
        ),
        (
            "a wrapped key that was changed",
            set.words_with(|of| of.key[0] ^= 1),
        ),
        (
            "a key that was wrapped for another package",
            set.words_with(|of| of.key = tree_key),
        ),
    ]
    .into_iter()
    .map(|(why, bytes)| Case::broken(why, "stanza", WORDS, bytes))
    .collect();
    let wrong = json!({ "passphrase": "234N-567V-89A3-BCD9-EFGF-XYZ2" });
    let words = json!({ "passphrase": "correct horse battery staple" });
    let passphrase = |why, bytes| Case::broken(why, "passphrase", WORDS, bytes);
    let given = json!({ "passphrase": crate::package_vectors::PASSPHRASE });
    cases.extend([
        passphrase("another passphrase", set.words.bytes()).not_for(words),
        passphrase(
            "a commitment that was changed",
            set.words_with(|of| of.commitment[31] ^= 1),
        )
        .not_for(given.clone()),
        passphrase("another salt", set.words_with(|of| of.salt[0] ^= 1)).not_for(given),
        // Five groups are right: a reader that looks at check signs does not get as far as the stanza.
        passphrase("a generated passphrase with a mistake", set.words.bytes()).not_for(wrong),
    ]);
    cases
}

/// `text` from `from` to before `to` taken out.
fn without(text: &str, from: &str, to: &str) -> String {
    let (start, end) = (text.find(from).unwrap(), text.find(to).unwrap());
    format!("{}{}", &text[..start], &text[end..])
}

// --- what the file key binds ----------------------------------------------------------------

/// A front with an intro as it is, and a code that `mac` makes of intro and digest.
fn coded(draft: &Draft, header: &str, mac: impl Fn(&[u8], &[u8]) -> [u8; 32]) -> Vec<u8> {
    let length = (header.len() as u32).to_be_bytes();
    let intro = [MAGIC, &length, header.as_bytes()].concat();
    let digest = sha256(&intro);
    let mac = mac(&intro, &digest);
    [&intro[..], &digest, &mac, &draft.floe().header()].concat()
}

fn codes(set: &Set) -> Vec<Case> {
    let draft = &set.small;
    let (good, key, end) = (draft.header(), draft.mac_key(), draft.front().len() - 138);
    let old: [u8; 32] = draft.front()[end + 32..end + 64].try_into().unwrap();
    let stranger = set.stranger.stanza(&draft.id, &draft.file_key);
    let more = header(&draft.id, &[draft.stanzas[0].clone(), stranger.clone()]);
    let body = draft.floe().key;
    let mut cases = small(
        "header-mac",
        [
            (
                "another HMAC in both fronts",
                around(set, &flip(&draft.front(), end + 32)),
            ),
            (
                "a stanza was added",
                around(set, &coded(draft, &more, |_, _| old)),
            ),
            (
                "HMAC of the intro alone",
                around(set, &coded(draft, &good, |intro, _| hmac(&key, intro))),
            ),
            (
                "HMAC of the digest alone",
                around(set, &coded(draft, &good, |_, digest| hmac(&key, digest))),
            ),
            (
                "HMAC under the key of the body",
                around(
                    set,
                    &coded(draft, &good, |intro, digest| {
                        hmac(&body, &[intro, digest].concat())
                    }),
                ),
            ),
            (
                "HMAC under the file key itself",
                around(
                    set,
                    &coded(draft, &good, |intro, digest| {
                        hmac(&draft.file_key, &[intro, digest].concat())
                    }),
                ),
            ),
        ],
    );
    let tree = &set.tree;
    let old: [u8; 32] = tree.front()[tree.front().len() - 106..][..32].try_into().unwrap();
    let one = header(&tree.id, &tree.stanzas[1..]);
    let turned = header(&tree.id, &[tree.stanzas[1].clone(), tree.stanzas[0].clone()]);
    let tree_case = |why, header: &str| {
        let bytes = between(&coded(tree, header, |_, _| old), &tree.body());
        Case::broken(why, "header-mac", TREE, bytes)
    };
    cases.push(tree_case("a stanza was taken out", &one));
    cases.push(tree_case("stanzas in another order", &turned));
    cases
}

fn commitments(set: &Set) -> Vec<Case> {
    let (good, body) = (set.small.front(), set.small.body());
    let start = good.len() - 74;
    let other = |floe: &Floe| between(&[&good[..start], &floe.header()].concat(), &body);
    let floe = || set.small.floe();
    let mut file_key = set.small.clone();
    file_key.file_key = fixed("another file key");
    let at = |place: usize| between(&flip(&good, start + place), &body);
    let length = |length: u32| between(&over(&good, start + 2, &length.to_be_bytes()), &body);
    small(
        "commitment",
        [
            ("another AEAD", at(0)),
            ("another hash", at(1)),
            ("segments of 4 KiB", length(4096)),
            ("segments of 32 bytes", length(32)),
            ("an IV of another length", at(9)),
            ("another IV", at(10)),
            ("another tag", at(73)),
            ("the FLOE header of another file key", other(&file_key.floe())),
            (
                "the FLOE header of another package",
                other(&Floe {
                    associated: [MAGIC, &set.tree.id].concat(),
                    ..floe()
                }),
            ),
            (
                "the FLOE header without associated data",
                other(&Floe {
                    associated: Vec::new(),
                    ..floe()
                }),
            ),
        ],
    )
}

// --- the end --------------------------------------------------------------------------------

fn cut_off(set: &Set) -> Vec<Case> {
    let (draft, good) = (&set.small, set.small.bytes());
    let (front, body, plain) = (draft.front(), draft.body(), draft.plaintext());
    let before = |cut: usize| good[..good.len() - cut].to_vec();
    let unended = draft.floe().seal(2, false, &plain[2 * PLAIN..]);
    let unended = between(&front, &[&body[..2 * SEGMENT], &unended].concat());
    let nothing = [&body[..2 * SEGMENT], &draft.floe().seal(2, true, b"")].concat();
    small(
        "truncated",
        [
            ("the first 18 bytes", good[..18].to_vec()),
            ("the first 364 bytes", good[..364].to_vec()),
            ("the first front alone", front.clone()),
            ("the last byte is missing", before(1)),
            ("the tail is missing", before(12)),
            (
                "the tail and half a front are missing",
                before(12 + front.len() / 2),
            ),
            (
                "the tail and the second front are missing",
                before(12 + front.len()),
            ),
            ("cut in the last segment", before(40 + front.len())),
            (
                "cut where the last segment begins",
                good[..front.len() + 2 * SEGMENT].to_vec(),
            ),
            (
                "cut in the middle of a segment",
                good[..front.len() + SEGMENT + 1000].to_vec(),
            ),
            (
                "the last segment taken out",
                between(&front, &body[..2 * SEGMENT]),
            ),
            (
                "all but the first segment taken out",
                between(&front, &body[..SEGMENT]),
            ),
            ("no body", between(&front, b"")),
            (
                "a body of 32 bytes",
                between(&front, &draft.floe().seal(0, true, b"")),
            ),
            (
                "the end in the middle of a segment",
                between(&front, &body[..2 * SEGMENT - 5000]),
            ),
            ("the last segment is not sealed as the last", unended),
            ("a last segment of nothing", between(&front, &nothing)),
        ],
    )
}

fn too_long(set: &Set) -> Vec<Case> {
    let (good, front) = (set.small.bytes(), set.small.front());
    let more = |more: &[u8]| [&good[..], more].concat();
    small(
        "trailing",
        [
            ("a byte after the tail", more(b"\0")),
            ("a line feed after the tail", more(b"\n")),
            ("zeros up to a whole block", more(&[0; 512])),
            ("the tail twice", more(&tail(front.len()))),
            (
                "front and tail twice",
                more(&[&front[..], &tail(front.len())].concat()),
            ),
            ("the package twice", [&good[..], &good].concat()),
        ],
    )
}

fn segments(set: &Set) -> Vec<Case> {
    let (draft, good) = (&set.tree, set.tree.bytes());
    let (front, plain, floe) = (draft.front(), draft.plaintext(), draft.floe());
    let (start, sealed) = (front.len(), draft.segments(&plain));
    let of = |order: &[usize]| {
        let body: Vec<&[u8]> = order.iter().map(|number| &*sealed[*number]).collect();
        between(&front, &body.concat())
    };
    let with = |place: usize, segment: Vec<u8>| {
        let mut segments = sealed.clone();
        segments[place] = segment;
        between(&front, &segments.concat())
    };
    let piece = |number: usize| &plain[number * PLAIN..(number + 1) * PLAIN];
    let last = start + 4 * SEGMENT;
    [
        ("a byte of a file was changed", flip(&good, start + 5000)),
        ("a tag was changed", flip(&good, start + SEGMENT - 1)),
        ("a nonce was changed", flip(&good, start + 4)),
        ("a prefix was changed", flip(&good, start)),
        (
            "a prefix that says its length",
            over(&good, start, &(SEGMENT as u32).to_be_bytes()),
        ),
        ("two segments exchanged", of(&[1, 0, 2, 3, 4])),
        ("a segment twice", of(&[0, 0, 2, 3, 4])),
        ("a segment put in", of(&[0, 0, 1, 2, 3, 4])),
        ("a segment taken out", of(&[0, 2, 3, 4])),
        (
            "a segment sealed as the last in the middle",
            with(1, floe.seal(1, true, piece(1))),
        ),
        (
            "zeros in place of a segment",
            over(&good, start + SEGMENT, &vec![0; SEGMENT]),
        ),
        (
            "a block of zeros over two segments",
            over(&good, start + SEGMENT - 2048, &[0; 4096]),
        ),
        ("the last segment was changed", flip(&good, last + 100)),
        (
            "the last tag was changed",
            flip(&good, last + sealed[4].len() - 1),
        ),
        (
            "both manifests were changed",
            flip(&flip(&good, start + 2 * SEGMENT + 100), last + 100),
        ),
    ]
    .into_iter()
    .map(|(why, bytes)| Case::broken(why, "segment", TREE, bytes))
    .collect()
}

// --- damage that is healed ------------------------------------------------------------------

/// Damaged packages of which nothing is lost.
pub(crate) fn healed(set: &Set) -> Vec<Case> {
    let mut cases = healed_ends(set);
    cases.extend(healed_manifests(set));
    cases
}

fn healed_ends(set: &Set) -> Vec<Case> {
    let good = set.small.bytes();
    let (front, end) = (set.small.front().len(), good.len());
    let zeros = |at: usize, length: usize| over(&good, at, &vec![0; length]);
    let case = |why, healed: &[&str], bytes| Case::healed(why, healed, SMALL, bytes);
    let (first, second, tail) = (&["first-front"][..], &["second-front"][..], &["tail"][..]);
    vec![
        case("a bit of H in the first front", first, flip(&good, 50)),
        case("a bit of the first bytes", first, flip(&good, 0)),
        case("the length of H in the first front", first, flip(&good, 18)),
        case("SHA-256 of the first front", first, flip(&good, front - 138)),
        case("zeros in place of the first front", first, zeros(0, front)),
        case(
            "another HMAC in the first front alone",
            first,
            flip(&good, front - 106),
        ),
        case(
            "another FLOE header in the first front alone",
            first,
            flip(&good, front - 74),
        ),
        case(
            "a bit of H in the second front",
            second,
            flip(&good, end - 12 - front + 50),
        ),
        case(
            "zeros in place of the second front",
            second,
            zeros(end - 12 - front, front),
        ),
        case(
            "another HMAC in the second front alone",
            second,
            flip(&good, end - 87),
        ),
        case("a bit of the mark", tail, flip(&good, end - 1)),
        case("a bit of the tail's length", tail, flip(&good, end - 9)),
        case("zeros in place of the tail", tail, zeros(end - 12, 12)),
        case(
            "zeros in place of second front and tail",
            &["second-front", "tail"],
            zeros(end - 12 - front, front + 12),
        ),
    ]
}

fn healed_manifests(set: &Set) -> Vec<Case> {
    let (draft, good, start) = (&set.tree, set.tree.bytes(), set.tree.front().len());
    let (plain, zeros) = (draft.plaintext(), vec![0; SEGMENT]);
    let m = draft.manifest.len();
    let case = |why, healed: &[&str], bytes| Case::healed(why, healed, TREE, bytes);
    let (first, second) = (&["first-manifest"][..], &["second-manifest"][..]);
    let written = |at: usize, bytes: &[u8]| draft.holding(&over(&plain, at, bytes));
    let mut other = draft.clone();
    other.second = Some(
        edit(
            &String::from_utf8(draft.manifest.clone()).unwrap(),
            "\"nanos\":7",
            "\"nanos\": 7",
        )
        .into(),
    );
    vec![
        case(
            "a byte in the first manifest's segment",
            first,
            flip(&good, start + 2 * SEGMENT + 100),
        ),
        case(
            "zeros in place of the first manifest",
            first,
            over(&good, start + 2 * SEGMENT, &zeros),
        ),
        case("a byte of the gap", first, flip(&good, start + 3 * SEGMENT + 100)),
        case(
            "a block of zeros over the end of the first manifest's segment",
            first,
            over(&good, start + 3 * SEGMENT - 2048, &[0; 4096]),
        ),
        case(
            "a first manifest in another spelling",
            first,
            written(2 * PLAIN, b"{ "),
        ),
        case(
            "a first footer that names another place",
            first,
            written(2 * PLAIN + m, &[1]),
        ),
        case(
            "a first footer without its mark",
            first,
            written(2 * PLAIN + m + 23, b"2"),
        ),
        case("a second manifest in another spelling", second, other.bytes()),
        case(
            "a second footer that names another place",
            second,
            written(4 * PLAIN + m + 7, &[1]),
        ),
        case(
            "a second footer without its mark",
            second,
            written(4 * PLAIN + m + 23, b"2"),
        ),
        case(
            "the first front and the first manifest",
            &["first-front", "first-manifest"],
            flip(&flip(&good, 50), start + 2 * SEGMENT + 100),
        ),
    ]
}
