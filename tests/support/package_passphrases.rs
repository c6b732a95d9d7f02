//! Generated passphrases, typed rightly and wrongly (`docs/spec/package.md` §2).

use serde_json::{Value, json};

const ALPHABET: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTVWXYZ";

fn sign(value: usize) -> char {
    char::from(ALPHABET[value % 31])
}

/// The group of these values in its place, from 1.
fn group(place: usize, [a, b, c]: [usize; 3]) -> String {
    [a, b, c, 2 * a + 3 * b + 5 * c + 7 * place]
        .map(sign)
        .iter()
        .collect()
}

fn passphrase(values: [[usize; 3]; 6]) -> String {
    let groups: Vec<String> = (1..)
        .zip(values)
        .map(|(place, values)| group(place, values))
        .collect();
    groups.join("-")
}

/// `text` with groups put in place of some, each by its number from 1.
fn changed(text: &str, groups: &[(usize, &str)]) -> String {
    let mut all: Vec<&str> = text.split('-').collect();
    for (place, group) in groups {
        all[place - 1] = group;
    }
    all.join("-")
}

/// The list.
pub(crate) fn list() -> Value {
    let plain = passphrase([
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
        [9, 10, 11],
        [12, 13, 14],
        [28, 29, 30],
    ]);
    let mixed = passphrase([
        [30, 30, 30],
        [0, 0, 0],
        [17, 5, 29],
        [8, 21, 13],
        [1, 19, 26],
        [15, 15, 4],
    ]);
    json!({ "good": good(&plain, &mixed), "wrong": wrong(&plain, &mixed), "none": none(&plain) })
}

/// What is typed, and the passphrase that it is.
fn good(plain: &str, mixed: &str) -> Vec<Value> {
    let wide: String = mixed
        .chars()
        .map(|sign| char::from_u32(u32::from(sign) + 0xfee0).unwrap())
        .collect();
    let ways = [
        plain.to_owned(),
        mixed.to_owned(),
        mixed.to_lowercase(),
        mixed.replace('-', ""),
        mixed.replace('-', " "),
        mixed.replace('-', "\u{3000}"),
        mixed.replace('-', "\t"),
        mixed.replace('-', "ー"),
        mixed.replace('-', "ｰ"),
        mixed.replace('-', "−"),
        mixed.replace('-', "‐"),
        mixed.replace('-', "‑"),
        mixed.replace('-', "–"),
        mixed.replace('-', "—"),
        mixed.replace('-', "―"),
        mixed.replace('-', "─"),
        mixed.replace('-', " - "),
        wide,
        format!("  {mixed}\n"),
        mixed.chars().map(|sign| format!("{sign} ")).collect(),
    ];
    let meant = |typed: &String| if typed == plain { plain } else { mixed };
    ways.iter()
        .map(|typed| json!({ "typed": typed, "passphrase": meant(typed) }))
        .collect()
}

/// What is typed, and the group that has to be named.
fn wrong(plain: &str, mixed: &str) -> Vec<Value> {
    let groups: Vec<&str> = mixed.split('-').collect();
    let swap = |a: usize, b: usize| changed(mixed, &[(a, groups[b - 1]), (b, groups[a - 1])]);
    let told = |why: &str, typed: String, group: usize| json!({ "why": why, "typed": typed, "group": group });
    let mut told: Vec<Value> = vec![
        told("a wrong sign", changed(plain, &[(1, "235N")]), 1),
        told("a wrong check sign", changed(plain, &[(6, "XYZV")]), 6),
        told("two signs exchanged", changed(plain, &[(3, "98A3")]), 3),
        told(
            "a sign and the check sign exchanged",
            changed(plain, &[(4, "BC9D")]),
            4,
        ),
        told("two groups exchanged", swap(2, 5), 2),
        told("two neighbouring groups exchanged", swap(5, 6), 5),
        told(
            "three wrong groups",
            changed(plain, &[(2, "2222"), (4, "2222"), (6, "2222")]),
            2,
        ),
        told(
            "small letters, a wrong sign",
            changed(plain, &[(5, "EFGG")]).to_lowercase(),
            5,
        ),
        told(
            "no dashes, a wrong sign",
            changed(plain, &[(5, "EFGG")]).replace('-', ""),
            5,
        ),
        told("a sign too few in a group", changed(plain, &[(2, "567")]), 2),
        told("a sign too many in a group", changed(plain, &[(2, "567VV")]), 2),
    ];
    for look_alike in ["0", "1", "I", "O", "U", "o", "i", "u", "０"] {
        let typed = changed(plain, &[(4, &format!("BC{look_alike}9"))]);
        told.push(json!({ "why": "a sign that does not exist", "typed": typed, "group": 4 }));
    }
    told
}

/// What is taken as it was typed.
fn none(plain: &str) -> Vec<Value> {
    let four = changed(plain, &[(1, "2222"), (2, "2222"), (4, "2222"), (6, "2222")]);
    let typed = [
        String::new(),
        "correct horse battery staple".to_owned(),
        "blue fish with many cold arms".to_owned(),
        "雪国の長い冬と短い夏とこけし".to_owned(),
        "- - - -".to_owned(),
        four,
        plain.replace('-', "_"),
        plain[..24].to_owned(),
        format!("{plain}-234N"),
        plain.replace('-', "")[1..].to_owned(),
    ];
    typed.into_iter().map(Value::from).collect()
}
