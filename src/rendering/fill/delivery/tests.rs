//! What stands on the sheets of deliveries.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::samples::{self, sheet};
use super::{people, protection};
use crate::records::{
    DeliveryReadBack, DeliveryReadPath, DeliveryRecord, Fact, Language, NoticeBy, Role, Scan,
};
use crate::rendering::delivery_sheet::DeliverySheet;
use crate::rendering::sheet::{Row, Table};
use crate::rendering::wording::Wording;
use crate::units::ByteCount;

fn ja(record: &DeliveryRecord) -> DeliverySheet {
    sheet(record, Language::Ja)
}

fn wording() -> Wording {
    Wording::embedded(Language::Ja).unwrap()
}

fn found<'a>(sheet: &'a DeliverySheet, section: &str, id: &str) -> Option<&'a Row> {
    let section = sheet.sections.iter().find(|known| known.id == section).unwrap();
    section.rows.iter().find(|row| row.id == id)
}

fn text<'a>(sheet: &'a DeliverySheet, section: &str, id: &str) -> &'a str {
    &found(sheet, section, id).unwrap().text
}

fn note<'a>(sheet: &'a DeliverySheet, section: &str, id: &str) -> &'a str {
    found(sheet, section, id).unwrap().note.as_ref().unwrap()
}

fn table<'a>(sheet: &'a DeliverySheet, id: &str) -> Option<&'a Table> {
    sheet.tables.iter().find(|table| table.id == id)
}

fn slip<'a>(sheet: &'a DeliverySheet, id: &str) -> &'a str {
    &sheet.slip.iter().find(|row| row.id == id).unwrap().text
}

/// Every text below `value`, with those of the record itself left out.
fn texts(value: &impl serde::Serialize) -> Vec<String> {
    fn walk(value: &Json, out: &mut Vec<String>) {
        match value {
            Json::String(text) => out.push(text.clone()),
            Json::Array(list) => list.iter().for_each(|value| walk(value, out)),
            Json::Object(fields) => fields.values().for_each(|value| walk(value, out)),
            _ => {}
        }
    }
    let mut document = serde_json::to_value(value).unwrap();
    document.as_object_mut().unwrap().remove("record");
    let mut out = Vec::new();
    walk(&document, &mut out);
    out
}

#[test]
fn an_ordinary_delivery() {
    let sheet = ja(&samples::contracted());
    assert_eq!(
        (sheet.title.as_str(), sheet.number.as_str()),
        ("データ送付書", "KYO1-20261121-3-8")
    );
    assert_eq!(sheet.date.long, "令和8年11月21日");
    assert_eq!(sheet.addressee, ["○○県知事 様", "総務部 情報政策課"]);
    assert!(sheet.contractor.is_some() && sheet.specimen.is_none() && sheet.virtual_heading.is_none());
    let sender: Vec<&str> = sheet.sender.iter().map(|row| row.text.as_str()).collect();
    assert_eq!(sender, ["株式会社見本情報", "主任　送付 太郎"]);
    let ids: Vec<_> = sheet.sections.iter().map(|section| section.id).collect();
    assert_eq!(
        ids.join(" "),
        "contents contract protection carrier checks course ledger tool"
    );
    for (section, id, expected) in [
        ("contents", "title", "住民税課税データ（令和8年度分）"),
        ("contents", "contents", "課税台帳の写し及び処理結果一覧"),
        ("contents", "records", "1,234 件"),
        (
            "contents",
            "files",
            "12 ファイル、1,048,576 バイト（1.0 MB ／ 1.0 MiB）",
        ),
        ("contents", "classification", "機密性 3"),
        ("contents", "mynumber", "含む（特定個人情報）"),
        (
            "contents",
            "permit",
            "情政第12号（許可者: 情報政策課長、期限: 令和8年12月31日）",
        ),
        ("contents", "approval", "なし"),
        ("contents", "links", "なし"),
        ("contract", "title", "庁内情報機器の更新及び撤去業務委託"),
        ("contract", "number", "令和8年度 第123号"),
        ("protection", "body", "AES-256-GCM（FLOE）"),
        (
            "protection",
            "keys",
            "受領者の公開鍵 ML-KEM-768 + P-256（HPKE）（2 名）",
        ),
        ("protection", "volumes", "1 個、合計 1,325,400 バイト"),
        ("protection", "package", "0011 2233 4455 6677 8899 aabb ccdd eeff"),
        ("carrier", "number", "R8-USB-003"),
        ("carrier", "model", "USB Flash Disk"),
        ("carrier", "serial", "AA00000000012345"),
        ("carrier", "filesystem", "exfat"),
        ("checks", "read_back", "媒体から読み返し、書き込んだ内容と一致"),
        ("checks", "scan", "実施し、検出なし（ClamAV 1.4.3）"),
        ("course", "place", "本庁舎3階 サーバ室"),
        ("course", "took", "20分5秒"),
        ("ledger", "entries", "3 件（この送付を始めた時点）"),
    ] {
        assert_eq!(text(&sheet, section, id), expected, "{section}.{id}");
    }
    assert!(note(&sheet, "carrier", "serial").contains("USB変換アダプター"));
    assert!(note(&sheet, "checks", "scan").contains("27800（2026-11-21 08:00:00）"));
    assert!(found(&sheet, "protection", "notice").is_none());
    assert!(found(&sheet, "tool", "plan").is_none());
}

#[test]
fn recipients_are_named_with_group_key_and_roster() {
    let sheet = ja(&samples::contracted());
    let rows = &table(&sheet, "recipients").unwrap().rows;
    assert_eq!(
        rows[0],
        [
            "1",
            "見本県 総務部 情報政策課",
            "情報政策課",
            "主事　受領 一郎",
            "ML-KEM-768 + P-256（HPKE）",
            "c178 16bf 8f01 cfea",
            "記載あり"
        ]
    );
    let one = ja(&samples::one_person());
    let rows = &table(&one, "recipients").unwrap().rows;
    assert_eq!(
        (rows[0][4].as_str(), rows[0][6].as_str()),
        ("P-256（HPKE）", "記載なし")
    );
    assert_eq!(
        text(&one, "protection", "keys"),
        "受領者の公開鍵 P-256（HPKE）（1 名）"
    );
    assert_eq!(table(&ja(&samples::full()), "recipients").unwrap().rows.len(), 64);
}

#[test]
fn a_passphrase_is_told_another_way_and_stands_nowhere() {
    let sheet = ja(&samples::passphrase());
    assert!(table(&sheet, "recipients").is_none());
    assert_eq!(
        text(&sheet, "protection", "keys"),
        "パスワード（Argon2id: 3 回、262,144 KiB、並列 4）"
    );
    assert_eq!(text(&sheet, "protection", "notice"), "別の経路（郵送）");
    assert!(sheet.notes[0].contains("別の経路で通知されたパスワード"));
    let bare = ja(&samples::bare());
    assert_eq!(text(&bare, "protection", "notice"), "記載なし");
    assert_ne!(
        text(&sheet, "protection", "origin"),
        text(&bare, "protection", "origin")
    );
    assert_eq!(slip(&sheet, "protection"), "パスワード");
    assert_eq!(slip(&ja(&samples::plain()), "protection"), "受領者の公開鍵");
}

#[test]
fn volumes_are_listed_with_whole_digests() {
    let sheet = ja(&samples::split(30));
    let rows = &table(&sheet, "volumes").unwrap().rows;
    assert_eq!(rows.len(), 30);
    let record = &sheet.record.package.volumes[29];
    assert_eq!(rows[29][..3], ["30", "kinou.keshiin.030", "4,294,967,295"]);
    assert_eq!(rows[29][3].replace(' ', ""), record.sha256.unwrap().to_string());
    assert_eq!(rows[29][4].replace(' ', ""), record.blake3.to_string());
    assert!(sheet.notes.iter().any(|note| note.contains("30 個")));
    let bare = ja(&samples::bare());
    assert_eq!(
        table(&bare, "volumes").unwrap().rows[0][3],
        "読み返しなし（BLAKE3のみ）"
    );
    assert!(bare.notes.iter().all(|note| !note.contains("分割ファイル（")));
    assert_eq!(table(&ja(&samples::full()), "volumes").unwrap().rows.len(), 999);
}

#[test]
fn every_read_back_and_scan_says_what_it_is() {
    let done = |read, equal| DeliveryReadBack::Done {
        read,
        compared: ByteCount(7),
        equal,
    };
    let through = || DeliveryReadPath::Through {
        filesystem: "9p".into(),
    };
    let states = [
        DeliveryReadBack::NotAsked,
        done(DeliveryReadPath::Medium, true),
        done(DeliveryReadPath::Memory, true),
        done(through(), true),
        done(through(), false),
    ];
    for language in Language::ALL {
        let mut seen = BTreeSet::new();
        for state in &states {
            let mut record = samples::plain();
            record.read_back = state.clone();
            let sheet = sheet(&record, language);
            seen.insert(text(&sheet, "checks", "read_back").to_owned());
            let equal = if state.is_equal() {
                "value.read-back-equal"
            } else {
                "value.read-back-not-equal"
            };
            let expected = Wording::embedded(language).unwrap().text(equal).unwrap();
            assert_eq!(slip(&sheet, "read_back"), expected);
        }
        assert_eq!(seen.len(), states.len());
    }
    let remade = ja(&samples::remade());
    assert!(text(&remade, "checks", "read_back").contains("9p を経由"));
    assert!(text(&remade, "checks", "scan").contains("申告"));
    let mut none = samples::plain();
    none.scan = Scan::NotDone;
    assert_eq!(text(&ja(&none), "checks", "scan"), "未実施");
}

#[test]
fn a_delivery_made_from_another_names_it() {
    let sheet = ja(&samples::remade());
    assert!(text(&sheet, "contents", "previous").starts_with("KYO1-20261120-1-"));
    assert!(note(&sheet, "contents", "previous").starts_with("照合値: "));
    assert!(text(&sheet, "contents", "links").starts_with("3 個"));
    assert!(found(&ja(&samples::plain()), "contents", "previous").is_none());
}

#[test]
fn who_signed_is_told_by_the_signatures() {
    let record = samples::plain();
    let unsigned = people::signatories(&record, &[], &wording()).unwrap();
    assert_eq!(
        (unsigned[0].how.as_str(), unsigned[0].role.as_str()),
        ("未署名", "送付者")
    );
    let mut record = record;
    record.signers[0].unattended = true;
    let signed = people::signatories(&record, &record.order_of_signers(), &wording()).unwrap();
    assert!(
        signed[0].how.starts_with("電子署名済。無人での署名"),
        "{}",
        signed[0].how
    );
    assert_eq!(signed[0].code, Role::Sender.name());
}

#[test]
fn without_a_contract_the_recipients_are_addressed() {
    let addressed = |record: &DeliveryRecord| people::addressee(record, &wording()).unwrap();
    assert_eq!(
        addressed(&samples::plain()),
        ["見本県 総務部 情報政策課", "情報政策課 御中"]
    );
    let mut one = samples::one_person();
    one.contract = None;
    assert_eq!(
        addressed(&one),
        ["見本県 総務部 情報政策課", "主事　受領 一郎 様"]
    );
    let mut nameless = samples::plain();
    for recipient in &mut nameless.recipients {
        recipient.addressed_as = None;
    }
    assert_eq!(addressed(&nameless), ["見本県 総務部 情報政策課 御中"]);
    let mut many = samples::full();
    many.contract = None;
    assert_eq!(
        addressed(&many),
        [
            "見本県 第0事務所",
            "見本県 第1事務所 ほか",
            "第0係",
            "第1係 ほか 御中"
        ]
    );
    assert_eq!(addressed(&samples::bare()), Vec::<String>::new());
}

#[test]
fn the_label_tells_a_carrier_nothing_of_the_contents() {
    for language in Language::ALL {
        for (name, record) in samples::all() {
            let address = sheet(&record, language).address;
            let all = texts(&address).join("\n");
            let contents = record.contents.as_deref().unwrap_or("課税台帳");
            for secret in [
                &record.title,
                contents,
                "機密性",
                "confidentiality",
                "個人番号",
                "My Number",
            ] {
                assert!(!all.contains(secret), "{name}: {secret}");
            }
            assert!(all.contains(record.number.as_str()), "{name}");
        }
    }
    let contracted = ja(&samples::passphrase()).address;
    assert_eq!(contracted.chief.as_deref(), Some("○○県知事 様"));
    assert_eq!(contracted.below.as_deref(), Some("（総務部 情報政策課 扱い）"));
    let sender: Vec<&str> = contracted.sender.iter().map(|row| row.id).collect();
    assert_eq!(sender, ["organisation", "place", "person", "contact"]);
    let bare = ja(&samples::bare()).address;
    assert!(bare.chief.is_none() && bare.above.is_empty());
    let ids: Vec<&str> = bare.marks.iter().map(|row| row.id).collect();
    assert_eq!(ids, ["number"]);
}

#[test]
fn hostile_texts_are_seen_and_cut() {
    let sheet = ja(&samples::hostile());
    assert!(text(&sheet, "carrier", "model").starts_with("fdp.<U+202E>exe<U+0000>"));
    assert!(text(&sheet, "carrier", "serial").starts_with("<U+200B>"));
    assert!(text(&sheet, "contents", "contents").ends_with("…（以下略）"));
    assert_eq!(sheet.specimen.as_deref(), Some("見本"));
    for text in texts(&sheet) {
        assert!(!text.contains(['\u{202e}', '\u{200b}', '\0']), "{text:?}");
    }
    assert!(slip(&sheet, "serial").starts_with("<U+200B>"));
    assert_eq!(slip(&sheet, "title").len(), 48);
}

#[test]
fn what_is_virtual_is_headed() {
    let sheet = ja(&samples::bare());
    assert_eq!(
        sheet.virtual_heading.as_deref(),
        Some("仮想装置・イメージファイル（実機ではない）")
    );
    assert_eq!(text(&sheet, "carrier", "kind"), "イメージファイル");
    assert!(found(&ja(&samples::plain()), "carrier", "kind").is_none());
}

#[test]
fn every_mechanism_and_way_has_words() {
    for language in Language::ALL {
        let wording = Wording::embedded(language).unwrap();
        // P-256 and the hybrid: a record names no other.
        for number in ["0010", "0050"] {
            assert!(wording.known("kem", number).is_some(), "{number}");
        }
        for way in NoticeBy::ALL {
            assert!(wording.known("notice-by", way.name()).is_some());
        }
    }
    assert!(
        protection::mechanism(0x1234, &wording())
            .unwrap()
            .contains("1234")
    );
}

#[test]
fn nothing_is_said_of_a_medium_that_did_not_tell() {
    let mut record = samples::plain();
    record.medium.capacity = Fact::NotMeasured(crate::records::Absence::NotVisible);
    assert!(text(&ja(&record), "carrier", "capacity").starts_with("測定なし"));
}
