//! Both languages say the same things with the same variables; numbers read as people read them.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Every message and attribute of a file, with the variables it uses. The help of commands is left out:
/// its English stands in doc comments (`args/help.rs` holds the two together).
fn inventory(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    assert!(
        FluentResource::try_new(source.to_owned()).is_ok(),
        "does not parse"
    );
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (mut message, mut current) = (String::new(), String::new());
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, _)) = line
            .split_once(" =")
            .filter(|_| line.starts_with(|c: char| c.is_ascii_alphabetic()))
        {
            id.clone_into(&mut message);
            current.clone_from(&message);
        } else if let Some((attribute, _)) = line
            .trim_start()
            .split_once(" =")
            .filter(|(name, _)| name.starts_with('.'))
        {
            current = format!("{message}{attribute}");
        }
        let variables = line.split('$').skip(1).map(|rest| {
            rest.chars()
                .take_while(|sign| sign.is_ascii_alphanumeric() || "-_".contains(*sign))
                .collect()
        });
        found.entry(current.clone()).or_default().extend(variables);
    }
    found.remove("");
    found.retain(|id, _| !id.starts_with("help-") || id == "help-default");
    found
}

#[test]
fn both_languages_have_the_same_messages_attributes_and_variables() {
    for (japanese, english) in JAPANESE.iter().zip(ENGLISH) {
        assert_eq!(inventory(japanese), inventory(english));
    }
}

#[test]
fn no_id_stands_in_two_files_or_twice_in_one() {
    for sources in [JAPANESE, ENGLISH] {
        let mut seen = BTreeSet::new();
        for line in sources.iter().flat_map(|source| source.lines()) {
            let begins = line.starts_with(|sign: char| sign.is_ascii_alphabetic());
            if let Some((id, _)) = line.split_once(" =").filter(|_| begins) {
                assert!(seen.insert(id.to_owned()), "{id}");
            }
        }
    }
}

#[test]
fn japanese_sentences_end_as_sentences_and_english_ones_as_fragments() {
    for line in ENGLISH[0]
        .lines()
        .filter(|line| line.starts_with(|sign: char| sign.is_ascii_uppercase()))
    {
        let limit = line.starts_with("LIM-");
        assert_eq!(line.ends_with('.'), limit, "{line}");
    }
    for line in JAPANESE[0]
        .lines()
        .filter(|line| line.trim_start().starts_with(".hint"))
    {
        assert!(line.ends_with('。') || line.contains("例: "), "{line}");
    }
}

fn japanese() -> Catalogue {
    Catalogue::new(Language::Ja)
}

#[test]
fn bytes_are_exact_and_short() {
    let (ja, en) = (japanese(), Catalogue::new(Language::En));
    let shown = |bytes| {
        (
            ja.bytes_for_people(ByteCount(bytes)),
            en.bytes_for_people(ByteCount(bytes)),
        )
    };
    assert_eq!(shown(0), ("0 バイト".into(), "0 bytes".into()));
    assert_eq!(shown(1), ("1 バイト".into(), "1 byte".into()));
    assert_eq!(shown(1023).0, "1,023 バイト");
    assert_eq!(shown(1024).1, "1,024 bytes (1.0 KiB)");
    assert_eq!(shown(2_147_483_648).0, "2,147,483,648 バイト（2.0 GiB）");
    assert_eq!(
        shown((1 << 40) - 1).1,
        "1,099,511,627,775 bytes (1023.9 GiB)",
        "never more than there is"
    );
    assert_eq!(shown(u64::MAX).0, "18,446,744,073,709,551,615 バイト（15.9 EiB）");
}

#[test]
fn times_and_rates() {
    let (ja, en) = (japanese(), Catalogue::new(Language::En));
    assert_eq!(ja.seconds_for_people(3_723), "1時間2分3秒");
    assert_eq!(en.seconds_for_people(63), "1 min 3 s");
    assert_eq!(ja.seconds_for_people(0), "0秒");
    assert_eq!(
        en.rate_for_people(ByteCount(812 * 1024 * 1024 + 524_288)),
        "812.5 MiB/s"
    );
    assert_eq!(ja.rate_for_people(ByteCount(12)), "12 B/s");
    let time = Timestamp::parse("2026-11-21T14:03:05+09:00").unwrap();
    assert_eq!(ja.time_for_people(time), "2026年11月21日 14:03:05（+09:00）");
    assert_eq!(en.time_for_people(time), "2026-11-21 14:03:05 (+09:00)");
}

#[test]
fn numbers_are_grouped_also_where_floating_point_ends() {
    let shown = |number| japanese().text(&Message::new("CRY-TOO-LONG").number("bound", number));
    assert_eq!(shown(65_536), "長さが上限の 65,536 バイトを超えています。");
    assert!(shown((1 << 53) - 1).contains("9,007,199,254,740,991"));
    assert!(shown(u64::MAX).contains("18,446,744,073,709,551,615"));
}

#[test]
fn untrusted_arguments_are_escaped_and_carry_no_isolation_marks() {
    let message = Message::new("DEV-PARTITION")
        .path("path", "/dev/\u{202e}b")
        .untrusted("whole", "\u{1b}[31m");
    assert_eq!(
        Catalogue::new(Language::En).text(&message),
        "`/dev/\\u{202e}b` is a partition of `\\u{1b}[31m`, not a whole device"
    );
}

#[test]
fn an_argument_is_no_message_syntax() {
    let message = Message::new("DEV-MOUNTS-UNTOLD").untrusted("reason", "{ $reason } { verdict-erased }");
    assert!(
        japanese()
            .text(&message)
            .contains("{ $reason } { verdict-erased }")
    );
}

#[test]
fn a_missing_message_is_its_id_and_terms_do_not_run_forever() {
    assert_eq!(
        japanese().text(&Message::new("no-such-message")),
        "no-such-message"
    );
    assert_eq!(japanese().hint(&Message::new("no-such-message")), None);
    let mut deep = Message::new("LED-BUSY");
    for _ in 0..100 {
        deep = Message::new("LED-DAMAGED").term("damage", deep);
    }
    assert!(japanese().text(&deep).len() < 2000);
}
