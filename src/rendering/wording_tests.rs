//! Both languages say the same things, and every code that a record can hold has a text.

use std::collections::BTreeSet;

use super::*;

const SCHEMA: &str = include_str!("../../certificates/schemas/erasure.schema.json");
const DELIVERY_SCHEMA: &str = include_str!("../../certificates/schemas/delivery.schema.json");
const VERDICT: &str = include_str!("../erasure/verdict.rs");
const FILES_VERDICT: &str = include_str!("../erasure/files/verdict.rs");
const PARTIAL_SCHEMA: &str = include_str!("../../certificates/schemas/partial-erasure.schema.json");
const LIMITS: &str = include_str!("../erasure/limits.rs");
const METHODS: &str = include_str!("../erasure/method.rs");
const DECIDE: &str = include_str!("../policy/decide.rs");
/// Everything that asks for a text.
const ASKING: [&str; 26] = [
    include_str!("fill/conduct.rs"),
    include_str!("fill/course.rs"),
    include_str!("fill/delivery/address.rs"),
    include_str!("fill/delivery/carrier.rs"),
    include_str!("fill/delivery/contents.rs"),
    include_str!("fill/delivery/people.rs"),
    include_str!("fill/delivery/protection.rs"),
    include_str!("fill/delivery/volumes.rs"),
    include_str!("fill/delivery/whole.rs"),
    include_str!("fill/displaced.rs"),
    include_str!("fill/list.rs"),
    include_str!("fill/medium.rs"),
    include_str!("fill/notice.rs"),
    include_str!("fill/parties.rs"),
    include_str!("fill/partial/object.rs"),
    include_str!("fill/partial/proof.rs"),
    include_str!("fill/partial/systems.rs"),
    include_str!("fill/partial/tables.rs"),
    include_str!("fill/partial/whole.rs"),
    include_str!("fill/people.rs"),
    include_str!("fill/run.rs"),
    include_str!("fill/tables.rs"),
    include_str!("fill/text.rs"),
    include_str!("fill/values.rs"),
    include_str!("fill/verdict.rs"),
    include_str!("fill/whole.rs"),
];

fn both() -> [Wording; 2] {
    Language::ALL.map(|language| Wording::embedded(language).unwrap())
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap())
        .collect()
}

/// The double-quoted strings of a source that begin so, up to its tests.
fn quoted<'a>(source: &'a str, beginning: &'a str) -> BTreeSet<&'a str> {
    let code = source.split("#[cfg(test)]").next().unwrap();
    code.split('"')
        .filter(|piece| piece.starts_with(beginning))
        .collect()
}

/// Every word that the schema allows below `#/$defs/`.
fn words(schema: &str, pointer: &str) -> Vec<String> {
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let list = schema.pointer(&format!("/$defs/{pointer}/enum"));
    let list = list
        .and_then(|list| list.as_array())
        .unwrap_or_else(|| panic!("{pointer}"));
    list.iter()
        .filter_map(|word| Some(word.as_str()?.to_owned()))
        .collect()
}

fn all_known<'a>(table: &str, codes: impl IntoIterator<Item = &'a str>) {
    let mut count = 0;
    for code in codes {
        count += 1;
        for wording in both() {
            let name = wording.language().name();
            assert!(wording.known(table, code).is_some(), "{name}: {table}.{code}");
        }
    }
    assert!(count > 0, "no codes for {table}: look at how they are found");
}

#[test]
fn both_languages_have_the_same_keys_and_placeholders() {
    let [ja, en] = both();
    let keys = |wording: &Wording| wording.texts.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&ja), keys(&en));
    assert!(ja.texts.len() > 300);
    for (key, text) in &ja.texts {
        assert_eq!(placeholders(text), placeholders(&en.texts[key]), "{key}");
    }
}

#[test]
fn no_text_is_empty_or_unfinished() {
    for wording in both() {
        for (key, text) in &wording.texts {
            assert!(!text.trim().is_empty() && text.trim() == text, "{key}: {text:?}");
            assert_eq!(text.matches('{').count(), text.matches('}').count(), "{key}");
            assert!(!text.contains("TODO") && !text.contains('\n'), "{key}");
        }
    }
}

#[test]
fn nothing_promises_that_data_cannot_come_back() {
    for wording in both() {
        for (key, text) in &wording.texts {
            for promise in [
                "復元不可能",
                "復元不能",
                "完全消去",
                "保証",
                "guarantee",
                "irrecoverable",
                "irretrievabl",
            ] {
                assert!(!text.contains(promise), "{key}: {text}");
            }
        }
    }
}

#[test]
fn japanese_texts_are_japanese_and_use_the_words_of_the_project() {
    let [ja, _] = both();
    for (key, text) in &ja.texts {
        for synonym in [
            "フィンガプリント",
            "または、または",
            "台帳",
            "ハッシュ",
            "サニタイズ",
            "ワイプ",
        ] {
            assert!(!text.contains(synonym), "{key}: {text}");
        }
    }
    assert_eq!(ja.text("verdict.erased.title").unwrap(), "データ消去証明書");
    for (code, word) in [
        ("erased", "合格"),
        ("erased-with-exceptions", "一部未確認あり（要判断）"),
        ("not-erased", "不合格"),
        ("unverified", "未検証"),
        ("interrupted", "中断"),
    ] {
        assert_eq!(ja.text(&format!("verdict.{code}.word")).unwrap(), word);
    }
}

#[test]
fn every_reason_shortfall_and_limit_has_a_text() {
    let reasons = quoted(VERDICT, "VER-");
    assert_eq!(reasons.len(), 23);
    all_known("reason", reasons);
    let of_files = quoted(FILES_VERDICT, "VER-");
    assert_eq!(of_files.len(), 18);
    all_known("reason", of_files);
    let limits = quoted(LIMITS, "LIM-");
    assert_eq!(limits.len(), 15);
    all_known("limit", limits);
    let shortfalls = quoted(DECIDE, "POL-");
    assert_eq!(shortfalls.len(), 4);
    all_known("unmet", shortfalls);
}

#[test]
fn every_word_of_the_schema_has_a_text() {
    for (table, pointer) in [
        ("medium-kind", "medium/properties/kind"),
        ("transport", "medium/properties/transport"),
        ("virtual-kind", "medium/properties/virtual_kind/anyOf/0"),
        (
            "serial-source",
            "medium/properties/serial/oneOf/0/properties/measured/properties/source",
        ),
        ("purpose", "order/properties/purpose"),
        ("level", "level"),
        ("role", "role"),
        ("absence", "absence"),
        ("io-path", "io/properties/path"),
        (
            "io-engine",
            "io/properties/engine/oneOf/0/properties/measured/properties/kind",
        ),
    ] {
        all_known(table, words(SCHEMA, pointer).iter().map(String::as_str));
    }
    let measured = "oneOf/0/properties/measured";
    for (table, pointer) in [
        (
            "notice-by",
            "encryption/properties/passphrase/anyOf/0/properties/notice_by/anyOf/0".to_owned(),
        ),
        ("transport", format!("medium/properties/transport/{measured}")),
        (
            "serial-source",
            format!("medium/properties/serial/{measured}/properties/source"),
        ),
        (
            "virtual-kind",
            "medium/properties/virtual_kind/anyOf/0".to_owned(),
        ),
        (
            "delivery-read",
            "read_back/oneOf/1/properties/read/oneOf/0/properties/path".to_owned(),
        ),
        ("role", "role".to_owned()),
        ("absence", "absence".to_owned()),
    ] {
        all_known(table, words(DELIVERY_SCHEMA, &pointer).iter().map(String::as_str));
    }
    let why = "file_system/properties/sight/oneOf/1/properties/why";
    all_known("blindness", words(PARTIAL_SCHEMA, why).iter().map(String::as_str));
    let in_place = words(PARTIAL_SCHEMA, "file_system/properties/in_place");
    // That it reaches the old blocks is the ordinary case, and nothing is said of it.
    all_known(
        "in-place",
        in_place.iter().map(String::as_str).filter(|word| *word != "yes"),
    );
    all_known("partial-scope", ["files", "free-space"]);
    all_known("files-confirmation", ["count", "paths", "yes"]);
    all_known("clock", ["operating-system"]);
    all_known("write-cache", ["write back", "write through"]);
}

#[test]
fn every_method_of_the_table_has_a_text() {
    let line = |name: &str| -> Vec<&str> {
        let code = METHODS.split("#[cfg(test)]").next().unwrap();
        let lines = code.lines().filter_map(|line| line.trim().strip_prefix(name));
        lines.filter_map(|rest| rest.split('"').nth(1)).collect()
    };
    let names = line("name:");
    assert_eq!(names.len(), 8);
    all_known("method", names);
    all_known("method", ["random-N", "byte-XX"]);
    let sources: Vec<&str> = [
        line("source:"),
        line("Kind::Random(_) =>"),
        line("Kind::Byte(_) =>"),
    ]
    .concat();
    let sources: Vec<&str> = sources.into_iter().filter(|source| !source.is_empty()).collect();
    assert_eq!(sources.len(), 10);
    all_known("method-source", sources);
}

#[test]
fn no_text_is_left_over() {
    let asked = ASKING.concat();
    for key in both()[0].texts.keys() {
        let (table, name) = (key.split('.').next().unwrap(), key.rsplit('.').next().unwrap());
        let whole = asked.contains(&format!("\"{key}\""));
        let by_name = asked.contains(&format!("\"{name}\""));
        match table {
            "value" | "list" => assert!(whole, "{key} is used nowhere"),
            "label" | "column" => assert!(whole || by_name, "{key} is used nowhere"),
            _ => {}
        }
    }
}

#[test]
fn a_missing_text_is_an_error_with_its_key() {
    for wording in both() {
        let key = || "value.nothing-of-that-name".to_owned();
        assert_eq!(wording.text(&key()), Err(RenderError::Wording { key: key() }));
        let bytes = || "value.bytes".to_owned();
        assert_eq!(wording.text(&bytes()), Err(RenderError::Wording { key: bytes() }));
    }
}

#[test]
fn values_bring_no_placeholders_of_their_own() {
    assert_eq!(
        fill("{a} / {b}", &[("a", "{b}"), ("b", "}{")]).as_deref(),
        Some("{b} / }{")
    );
    assert_eq!(fill("{a}", &[]), None);
    assert_eq!(fill("{a", &[("a", "")]), None);
    assert_eq!(fill("消印", &[]).as_deref(), Some("消印"));
}

#[test]
fn a_damaged_file_is_told_and_never_panics() {
    for source in [
        "[form",
        "a = 1",
        "[a]\nb = [\"x\"]",
        "a = \"x\"\na = \"y\"",
        "\u{0}",
    ] {
        let parsed = Wording::parse(Language::En, source);
        assert!(
            matches!(parsed, Err(RenderError::WordingFile { .. })),
            "{source:?}"
        );
    }
    for end in 0..JA.len() {
        if JA.is_char_boundary(end) && end % 97 == 0 {
            let _ = Wording::parse(Language::Ja, &JA[..end]);
        }
    }
}

#[test]
fn templates_get_the_form_by_short_names() {
    let form = both()[0].form();
    assert_eq!(form["record_heading"], "記");
    assert_eq!(form["number"], "証明書番号");
    assert!(form.keys().all(|key| !key.contains('.')));
}
