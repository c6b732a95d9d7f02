//! Records of partial erasures as people see them, in both languages.

use std::ffi::OsString;

use keshiin::crypto::Digest;
use keshiin::records::{
    AnnexRef, AnySlip, Blindness, FreeSpace, PartialRecord, PartialScope, PartialSlip, Search, SearchTotals,
    Sight, TailTotals, Verdict, WorkRecord,
};
use keshiin::units::ByteCount;

use super::super::slip_lines;
use super::*;
use crate::cli::args::{Parsed, parse};
use crate::cli::i18n::{Catalogue, Language};

fn console(language: Language) -> Console {
    let line: Vec<OsString> = ["keshiin", "verify", "-v", "x"].map(OsString::from).to_vec();
    match parse(&line, &Catalogue::new(language)) {
        Ok(Parsed::Arguments(arguments)) => Console::new(Catalogue::new(language), &arguments.common),
        other => panic!("{other:?}"),
    }
}

/// What is shown in Japanese and in English, with no message missing.
fn both(lines: impl Fn(&Console) -> Vec<String>) -> [String; 2] {
    [Language::Ja, Language::En].map(|language| {
        let text = lines(&console(language)).join("\n");
        for open in [
            "{$",
            "{ ",
            "field-",
            "partial-",
            "blind-",
            "\u{1b}",
            "record-partial",
        ] {
            assert!(!text.contains(open), "{open}\n{text}");
        }
        text
    })
}

fn shown(change: impl Fn(&mut PartialRecord)) -> [String; 2] {
    let mut record = PartialRecord::example().unwrap();
    change(&mut record);
    both(|console| partial_lines(console, &record, "digest"))
}

#[test]
fn it_is_headed_as_no_erasure_of_a_medium() {
    let [ja, en] = shown(|_| ());
    assert!(ja.contains("部分消去の記録（媒体の消去ではない）"), "{ja}");
    assert!(en.contains("no erasure of a medium"), "{en}");
    for (text, wanted) in [
        (&ja, "見つかったファイル 3 個"),
        (&ja, "消去 3 個、残したもの 0 個"),
        (&ja, "ext4（/srv/data）、/dev/sdb1 のブロックで確認"),
        (&ja, "探していません"),
        (&en, "3 files found"),
        (&en, "ext4 (/srv/data), blocks looked at on /dev/sdb1"),
        (&en, "not searched"),
        (&en, "PN2334PBJ5WPGT"),
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
}

#[test]
fn what_was_not_seen_is_told() {
    for why in Blindness::ALL {
        let [ja, en] = shown(|record| {
            record.file_systems[0].sight = Sight::None { why };
            record.file_systems[0].medium = None;
        });
        assert!(ja.contains("ブロックは確認できません"), "{ja}");
        assert!(en.contains("blocks could not be looked at: "), "{en}");
        assert!(!en.contains("PN2334PBJ5WPGT"), "{en}");
    }
    let [ja, en] = shown(|record| {
        record.verdict = Verdict::NotErased;
        record.totals.still_there_bytes = ByteCount(8192);
        record.force_rewrite = true;
        record.search = Search::Searched(SearchTotals {
            complete: true,
            bytes: ByteCount(1 << 30),
            hits: 2,
            name_hits: 3,
            blocks_looked_for: 4,
            names_looked_for: 1,
            blocks_not_looked_for: 77,
            names_not_looked_for: 0,
        });
    });
    assert!(
        ja.contains("不合格") && ja.contains("2 ブロックで見つかりました（名前は 3 か所）"),
        "{ja}"
    );
    assert!(en.contains("8 KiB") || en.contains("8,192"), "{en}");
    assert!(
        en.contains("old copies may remain")
            && en.contains("in 2 blocks, names at 3 places; not looked for: 77 blocks"),
        "{en}"
    );
}

#[test]
fn zeros_that_nobody_measured_are_not_shown_as_measured() {
    let [ja, en] = shown(|record| {
        let totals = &mut record.totals;
        (totals.mapped_bytes, totals.equal_bytes) = (ByteCount(0), ByteCount(0));
    });
    assert!(
        ja.contains("元のブロックを確認していません") && !ja.contains("残存"),
        "{ja}"
    );
    assert!(en.contains("were not looked at"), "{en}");
    let [ja, _] = shown(|record| record.totals.mapped_bytes = ByteCount(0));
    assert!(ja.contains("残存 0"), "read back, and equal: {ja}");
}

#[test]
fn free_space_is_shown_with_its_numbers() {
    let [ja, en] = shown(|record| {
        record.scope = PartialScope::FreeSpace;
        record.free_space = Some(FreeSpace {
            free_before: ByteCount(1 << 30),
            left_over: ByteCount(1 << 28),
            tails: TailTotals {
                files: 9,
                erased: 7,
                left: 2,
                ..TailTotals::default()
            },
            ..FreeSpace::default()
        });
    });
    assert!(
        ja.contains("9 個のうち、残存データなし 0 個、消去 7 個、未消去 2 個"),
        "{ja}"
    );
    assert!(en.contains("7 erased, 2 not erased"), "{en}");
    assert!(!en.contains("still there") && !en.contains("annex"), "{en}");
}

#[test]
fn an_annex_is_shown_with_its_numbers() {
    let [ja, en] = shown(|record| {
        record.annex = Some(AnnexRef {
            sha256: Digest::of(&[b"annex"]),
            bytes: ByteCount(9),
            entries: 12_345,
        });
    });
    assert!(ja.contains("12,345 個"), "{ja}");
    assert!(en.contains("12,345 files"), "{en}");
    assert!(en.contains(&Digest::of(&[b"annex"]).grouped()), "{en}");
}

#[test]
fn names_from_the_system_are_escaped() {
    let [ja, _] = shown(|record| {
        record.file_systems[0].mount_point = "/srv/\u{1b}[2J\u{202e}x".into();
        record.file_systems[0].snapshots = vec!["a\nb".into()];
    });
    assert!(!ja.contains('\u{202e}') && !ja.contains("a\nb"), "{ja}");
}

#[test]
fn its_slip_says_what_it_is() {
    let record = PartialRecord::example().unwrap();
    let slip = PartialSlip::of(&record, Digest::of(&[b"payload"]));
    let [ja, en] = both(|console| slip_lines(console, &AnySlip::Partial(slip.clone())));
    assert!(
        ja.contains("媒体の消去ではない") && ja.contains(record.number().as_str()),
        "{ja}"
    );
    assert!(en.contains("3 erased, 0 left"), "{en}");
}
