//! What stands on the paper of a partial erasure, in both languages.

use crate::records::{Blindness, Language, PartialRecord, PartialSlip, Verdict};
use crate::rendering::partial_sheet::PartialSheet;
use crate::rendering::sheet::Row;
use crate::rendering::wording::Wording;

use super::{compose, samples};

fn composed(record: &PartialRecord, language: Language) -> PartialSheet {
    let wording = Wording::embedded(language).unwrap();
    let slip = PartialSlip::of(record, record.plan);
    compose(record, &slip, &[], String::new(), &wording).unwrap()
}

fn ja(record: &PartialRecord) -> PartialSheet {
    composed(record, Language::Ja)
}

fn row<'a>(sheet: &'a PartialSheet, section: &str, id: &str) -> &'a Row {
    let section = sheet
        .sections
        .iter()
        .find(|found| found.id == section)
        .unwrap_or_else(|| panic!("no section {section}"));
    let found = section.rows.iter().find(|row| row.id == id);
    found.unwrap_or_else(|| panic!("no row {id}"))
}

fn text<'a>(sheet: &'a PartialSheet, section: &str, id: &str) -> &'a str {
    &row(sheet, section, id).text
}

#[test]
fn every_paper_says_that_no_medium_was_erased() {
    for verdict in Verdict::ALL {
        for record in [samples::failed(verdict, &[]), samples::free_space(verdict)] {
            let sheet = ja(&record);
            assert_eq!(sheet.scope.heading, "媒体の消去ではない");
            assert!(sheet.scope.sentence.contains("だけを対象とした記録です"));
            assert!(sheet.title.contains("部分消去"), "{}", sheet.title);
            // Only what was erased is called a certificate.
            assert_eq!(sheet.title.contains("証明書"), verdict == Verdict::Erased);
            assert_eq!(sheet.verdict.certificate, verdict == Verdict::Erased);
            let english = composed(&record, Language::En);
            assert_eq!(english.scope.heading, "NOT AN ERASURE OF A MEDIUM");
            assert_eq!(
                english.title.starts_with("Certificate"),
                verdict == Verdict::Erased
            );
        }
    }
    assert_eq!(ja(&samples::plain()).title, "ファイル消去証明書（部分消去）");
}

#[test]
fn the_numbers_of_the_record_stand_on_it() {
    let sheet = ja(&samples::contracted());
    assert_eq!(text(&sheet, "object", "named"), "1 件");
    assert_eq!(
        text(&sheet, "object", "files"),
        "3 個（消去 3 個、残したもの 0 個）"
    );
    assert_eq!(
        text(&sheet, "proof", "equal"),
        "24,576 バイト（対象 24,576 バイト）"
    );
    assert_eq!(text(&sheet, "proof", "mapped"), "20,000 バイト");
    assert_eq!(
        text(&sheet, "proof", "not_comparable"),
        "未書込みの割当て 0 バイト、末尾の余り 4,576 バイト"
    );
    let sheet = ja(&samples::failed(Verdict::NotErased, &["VER-OLD-CONTENT"]));
    assert_eq!(text(&sheet, "proof", "still_there"), "4,096 バイト");
    assert_eq!(text(&sheet, "proof", "other"), "8,192 バイト");
    assert_eq!(
        text(&sheet, "proof", "names"),
        "フォルダーから消えたもの 1 個、残っているもの 0 個、確認できないもの 1 個"
    );
    assert_eq!(
        sheet.verdict.reasons[0],
        "元の場所に、元の内容が残っていることを確認しました。"
    );
}

#[test]
fn the_annex_is_named_by_digest_and_its_files_are_not_on_paper() {
    let record = samples::contracted();
    let sheet = ja(&record);
    assert!(text(&sheet, "beyond", "annex").starts_with("ファイルの一覧 3 個"));
    let digest = record.annex.unwrap().sha256.grouped();
    assert!(
        row(&sheet, "beyond", "annex")
            .note
            .as_ref()
            .unwrap()
            .contains(&digest)
    );
    let sheet = ja(&samples::plain());
    assert!(text(&sheet, "beyond", "annex").starts_with("なし"));
    assert!(text(&sheet, "beyond", "search").contains("探していません"));
}

#[test]
fn a_file_system_that_could_not_be_seen_says_why() {
    let sheet = ja(&samples::unseen());
    assert_eq!(sheet.systems.rows.len(), Blindness::ALL.len());
    for line in &sheet.systems.rows {
        assert!(line[5].starts_with("確認できず（"), "{line:?}");
        assert!(line[5].contains("ジャーナル"), "{line:?}");
        assert_eq!(line[3], "－");
    }
    let media = sheet.tables.iter().find(|table| table.id == "media").unwrap();
    assert!(
        media.rows[0][6].contains("snapshot-4 ほか"),
        "{:?}",
        media.rows[0]
    );
    let batches = sheet.tables.iter().find(|table| table.id == "batches").unwrap();
    assert!(
        batches.rows[0][8].starts_with("測定なし"),
        "{:?}",
        batches.rows[0]
    );
    // Nothing was begun, so there is no table of passes.
    assert!(
        sheet
            .tables
            .iter()
            .all(|table| table.id != "passes" && table.id != "seeds")
    );
    let seen = ja(&samples::plain());
    assert_eq!(
        seen.systems.rows[0][5],
        "/dev/sdb1 から元の場所を読み出して確認。"
    );
}

#[test]
fn passes_beyond_those_listed_are_counted() {
    let sheet = ja(&samples::many(250));
    let table = |id: &str| sheet.tables.iter().find(|table| table.id == id).unwrap();
    assert_eq!(table("batches").rows.len(), 250);
    assert_eq!(table("passes").rows.len(), 200);
    assert!(table("passes").foot.as_ref().unwrap().contains("50回"));
    assert_eq!(table("seeds").rows.len(), 200);
    assert_eq!(table("passes").head.len(), table("passes").rows[0].len());
    let few = ja(&samples::plain());
    let passes = few.tables.iter().find(|table| table.id == "passes").unwrap();
    assert!(!passes.foot.as_ref().unwrap().contains("このほか"));
}

#[test]
fn free_space_has_rows_of_its_own() {
    let sheet = ja(&samples::free_space(Verdict::Erased));
    assert_eq!(text(&sheet, "object", "scope"), "空き領域");
    assert!(text(&sheet, "free-space", "written").starts_with("49,000,000,000 バイト"));
    assert_eq!(
        text(&sheet, "free-space", "tails"),
        "1,200 個（残存データなし 1,000 個、消去 197 個、未消去 2 個、確認できないもの 1 個）"
    );
    assert_eq!(
        text(&sheet, "free-space", "entries"),
        "フォルダー 350 個（消去 40 個、残存 6 個、確認できないもの 3 個）"
    );
    assert_eq!(
        text(&sheet, "free-space", "inodes"),
        "1,250,000 個（消去 1,000,000 個、未消去 250,000 個）"
    );
    let missing = [("proof", "names"), ("object", "files"), ("object", "named")];
    for (id, row) in missing {
        let section = sheet.sections.iter().find(|section| section.id == id).unwrap();
        assert!(section.rows.iter().all(|found| found.id != row), "{id} {row}");
    }
    let files = ja(&samples::plain());
    let free = files.sections.iter().find(|section| section.id == "free-space");
    assert!(free.unwrap().rows.is_empty());
}

#[test]
fn a_medium_that_is_none_is_told() {
    assert!(ja(&samples::plain()).virtual_heading.is_none());
    let heading = ja(&samples::hostile()).virtual_heading;
    assert_eq!(
        heading.as_deref(),
        Some("仮想装置・イメージファイル（実機ではない）")
    );
}

#[test]
fn signs_that_hide_or_reorder_are_made_visible() {
    let sheet = ja(&samples::hostile());
    assert!(sheet.systems.rows[0][2].contains("<U+202E>"));
    let known = sheet
        .verdict
        .reasons
        .iter()
        .any(|reason| reason.contains("VER-OF-TOMORROW"));
    assert!(known, "a reason that this version does not know is not left out");
}

#[test]
fn the_slip_box_says_what_the_slip_says() {
    let record = samples::contracted();
    let sheet = ja(&record);
    let slip = |id: &str| {
        let found = sheet.slip.iter().find(|row| row.id == id);
        found.map(|row| row.text.as_str()).unwrap_or_default()
    };
    assert_eq!(slip("verdict"), "合格");
    assert_eq!(slip("scope"), "ファイル");
    assert_eq!(slip("files"), "消去 3 個、残したもの 0 個");
    assert_eq!(slip("bytes"), "24,576 バイト");
    assert_eq!(slip("annex"), "あり");
    assert_eq!(slip("rewrite"), "なし");
    assert_eq!(slip("serial"), "PN2334PBJ5WPGT");
}
