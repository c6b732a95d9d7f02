//! What stands on the sheets of records of every kind.

use serde_json::Value as Json;

use super::samples::{self, all_signed, sheet};
use super::{list, text, values};
use crate::records::Language;
use crate::records::{
    Absence, CertificateNumber, ConfirmedBy, DisplacementPattern, Ending, Envelope, ErasureRecord, Fact,
    FlushResult, HiddenArea, IoEngineKind, IoPath, Level, MachineSource, ReadPath, Role, Roster, RosterState,
    Sample, Seed, Verdict, VerifyAsked, WitnessMode,
};
use crate::rendering::RenderError;
use crate::rendering::sheet::{Row, Section, Sheet};
use crate::rendering::wording::Wording;
use crate::units::{ByteCount, Timestamp};

fn ja(record: &ErasureRecord) -> Sheet {
    sheet(record, &all_signed(record), Language::Ja)
}

fn section<'a>(sheet: &'a Sheet, id: &str) -> &'a Section {
    sheet.sections.iter().find(|known| known.id == id).unwrap()
}

fn note_of(sheet: &Sheet, section: &str, id: &str) -> Option<String> {
    row(sheet, section, id).note.clone()
}

fn row<'a>(sheet: &'a Sheet, part: &str, id: &str) -> &'a Row {
    let section = section(sheet, part);
    section.rows.iter().find(|row| row.id == id).unwrap()
}

fn text_of<'a>(sheet: &'a Sheet, section: &str, id: &str) -> &'a str {
    &row(sheet, section, id).text
}

/// Every text of a sheet but those of the record itself.
fn texts(sheet: &Sheet) -> Vec<String> {
    fn walk(value: &Json, out: &mut Vec<String>) {
        match value {
            Json::String(text) => out.push(text.clone()),
            Json::Array(list) => list.iter().for_each(|value| walk(value, out)),
            Json::Object(fields) => fields.values().for_each(|value| walk(value, out)),
            _ => {}
        }
    }
    let mut document = serde_json::to_value(sheet).unwrap();
    document.as_object_mut().unwrap().remove("record");
    let mut out = Vec::new();
    walk(&document, &mut out);
    out
}

#[test]
fn an_ordinary_certificate() {
    let sheet = ja(&samples::erased());
    assert_eq!(sheet.title, "データ消去証明書");
    assert_eq!(sheet.number, "OTR1-20261121-7-T");
    assert_eq!(
        (sheet.date.long.as_str(), sheet.date.iso.as_str()),
        ("令和8年11月21日", "2026-11-21")
    );
    assert_eq!(sheet.addressee, ["○○県知事 様", "総務部 情報政策課"]);
    assert_eq!(sheet.digest.len(), 16);
    assert!(sheet.digest.iter().all(|group| group.len() == 4));
    let ids: Vec<_> = sheet.sections.iter().map(|section| section.id).collect();
    let order = "contract machine medium reason method verification course ledger tool";
    assert_eq!(ids.join(" "), order);
    assert_eq!(
        text_of(&sheet, "medium", "capacity"),
        "67,108,864 バイト（67.1 MB ／ 64.0 MiB）"
    );
    assert_eq!(text_of(&sheet, "verification", "coverage"), "100%");
    assert_eq!(text_of(&sheet, "verification", "mismatched"), "0 バイト（0か所）");
    assert_eq!(text_of(&sheet, "course", "took"), "20分5秒");
    assert_eq!(text_of(&sheet, "ledger", "id"), "ffeeddcc…");
    assert!(
        row(&sheet, "tool", "build")
            .note
            .as_ref()
            .unwrap()
            .contains("自己申告")
    );
    let tables: Vec<_> = sheet.tables.iter().map(|table| table.id).collect();
    assert_eq!(tables, ["passes", "seeds"]);
    assert_eq!(sheet.tables[1].rows[0][1], "01".repeat(32));
    assert!(sheet.verdict.certificate && sheet.verdict.policy_met && sheet.verdict.reasons.is_empty());
    assert_eq!(sheet.verdict.policy_word, "適合");
}

#[test]
fn only_erased_is_called_a_certificate() {
    for (name, record, _) in samples::all() {
        for language in Language::ALL {
            let sheet = sheet(&record, &[], language);
            let erased = record.verdict == Verdict::Erased;
            assert_eq!(sheet.verdict.certificate, erased, "{name}");
            assert_eq!(
                sheet.title.contains("証明書") || sheet.title.contains("Certificate"),
                erased,
                "{name}"
            );
            let denies = ["証明にはなりません", "no proof of erasure"];
            let denied = denies.iter().any(|words| sheet.statement.contains(words));
            assert_eq!(denied, !erased, "{name}");
            if !erased {
                let stays = ["持ち出さないで", "持ち出し、", "must not leave"];
                assert!(
                    stays.iter().any(|words| sheet.statement.contains(words)),
                    "{name}"
                );
                let remains = ["残っているおそれ", "Data may remain"];
                assert!(
                    remains.iter().any(|words| sheet.statement.contains(words)),
                    "{name}"
                );
                assert!(!sheet.verdict.reasons.is_empty(), "{name}");
            }
        }
    }
}

#[test]
fn an_erasure_below_the_policy_says_what_is_missing() {
    let sheet = ja(&samples::before_purge());
    assert_eq!(sheet.title, "データ消去証明書");
    assert!(sheet.statement.contains("規程に適合していません"));
    assert_eq!(sheet.verdict.policy_word, "不適合");
    assert_eq!(
        (sheet.verdict.required.as_str(), sheet.verdict.achieved.as_str()),
        ("抹消（Purge）", "消去（Clear）")
    );
    assert!(
        sheet
            .follow_heading
            .as_ref()
            .unwrap()
            .starts_with("前処理としての消去")
    );
    assert_eq!(sheet.verdict.reasons.len(), 1);
}

#[test]
fn a_sample_is_said_to_be_one() {
    let mut record = samples::erased();
    record.verification.asked = VerifyAsked::Sample { percent: 10 };
    if let Fact::Measured(read) = &mut record.verification.last {
        read.coverage_ppm = 99_999;
        read.sample = Some(Sample {
            seed: Seed::from_bytes([7; 32]),
            blocks: 1_000,
            of: 10_000,
            bound_ppm: 4_595,
        });
    }
    let sheet = ja(&record);
    assert!(sheet.statement.contains("抜取り") && sheet.verdict.sentence.contains("抜取り"));
    assert!(!sheet.verdict.sentence.contains("全領域を読み戻"));
    assert!(text_of(&sheet, "verification", "mode").contains("10%"));
    assert_eq!(text_of(&sheet, "verification", "coverage"), "9.9999%");
    let said = text_of(&sheet, "verification", "sample");
    assert!(
        said.contains("1,000 個") && said.contains("全 10,000 個"),
        "{said}"
    );
    assert!(said.contains("0.4595%") && said.contains("99%"), "{said}");
    if let Fact::Measured(read) = &mut record.verification.last {
        read.compared.0 -= 1;
    }
    let said = text_of(&ja(&record), "verification", "sample").to_owned();
    assert!(!said.contains("99%"), "what was not read bears no bound: {said}");
}

#[test]
fn how_it_was_read_and_written_is_said() {
    let mut record = samples::erased();
    let said = |record: &ErasureRecord| text_of(&ja(record), "method", "io").to_owned();
    assert_eq!(said(&record), "io_uring（同時に最大 8 件、1件当たり最大 1 MiB）");
    let note = |record: &ErasureRecord| note_of(&ja(record), "method", "io");
    assert_eq!(note(&record), None);
    if let Fact::Measured(engine) = &mut record.io.engine {
        engine.kind = IoEngineKind::Threads;
        engine.reason = Some("not permitted\u{202e}".into());
        engine.piece = ByteCount(65_536);
    }
    record.io.rate_limit = Some(ByteCount(50 << 20));
    record.io.background = true;
    assert!(said(&record).ends_with("（同時に最大 8 件、1件当たり最大 64 KiB）"));
    let note = note(&record).unwrap();
    for part in ["not permitted<U+202E>", "毎秒 52,428,800 バイト", "優先"] {
        assert!(note.contains(part), "{note}");
    }
    record.io.fail_fast = true;
    let first = note_of(&ja(&record), "verification", "mode").unwrap();
    assert!(first.contains("最初の不一致"), "{first}");
    record.ending = Ending::GaveUp;
    let limit = note_of(&ja(&record), "course", "ending").unwrap();
    assert!(limit.contains("1,800秒"), "{limit}");
}

#[test]
fn every_interruption_has_its_line() {
    let sheet = ja(&samples::resumed());
    let rows: Vec<_> = section(&sheet, "course")
        .rows
        .iter()
        .filter(|row| row.id == "interruption")
        .collect();
    assert_eq!(rows.len(), 2);
    for part in ["OTR1-20261120-5-", "パス1", "20,971,520 バイト", "2026年11月20日"] {
        assert!(rows[0].text.contains(part), "{}", rows[0].text);
    }
    assert!(rows[1].text.contains("OTR1-20261120-6-"));
    assert!(rows[0].note.as_ref().unwrap().contains("照合値"));
}

#[test]
fn counterfeit_capacity_stands_among_the_reasons() {
    for language in Language::ALL {
        let sheet = sheet(&samples::counterfeit(), &[], language);
        let real = "33,554,432";
        assert!(sheet.verdict.reasons.iter().any(|reason| reason.contains(real)));
        let rows = &section(&sheet, "verification").rows;
        let row = rows.iter().find(|row| row.id == "displaced").unwrap();
        assert!(row.text.contains("8,192"), "{}", row.text);
        let note = row.note.as_ref().unwrap();
        assert!(note.contains(real) && note.contains("33,558,528"), "{note}");
    }
    let mut shifted = samples::counterfeit();
    if let Fact::Measured(read) = &mut shifted.verification.last {
        read.displaced.pattern = DisplacementPattern::Shifted { by: -4096 };
    }
    let reasons = ja(&shifted).verdict.reasons;
    assert!(
        reasons.iter().any(|reason| reason.contains("-4,096")),
        "{reasons:?}"
    );
    if let Fact::Measured(read) = &mut shifted.verification.last {
        (read.displaced.moved, read.displaced.examples) = (0, vec![]);
        read.displaced.pattern = DisplacementPattern::EndsAt {
            real: ByteCount(32 << 20),
        };
    }
    let reasons = ja(&shifted).verdict.reasons;
    let ends = |reason: &String| reason.contains("33,554,432 バイト") && reason.contains("後ろ");
    assert!(reasons.iter().any(ends), "{reasons:?}");
}

#[test]
fn every_listed_range_is_printed_and_the_rest_is_counted() {
    let sheet = ja(&samples::not_erased());
    let table = sheet
        .tables
        .iter()
        .find(|table| table.id == "mismatches")
        .unwrap();
    assert_eq!(table.rows.len(), 1000);
    assert_eq!(table.rows[1], ["2", "69,632", "70,143", "512", "136"]);
    assert!(table.title.contains("12,345か所") && table.title.contains("6,320,640 バイト"));
    assert!(table.foot.as_ref().unwrap().contains("11,345"));
    assert!(table.rows.iter().all(|row| row.len() == table.head.len()));
    let few = ja(&samples::exceptions());
    let ids: Vec<_> = few.tables.iter().map(|table| table.id).collect();
    assert_eq!(ids, ["passes", "seeds", "unwritable", "unreadable"]);
    assert!(few.tables[2].foot.is_none() && few.tables[2].rows.len() == 150);
    assert_eq!(text_of(&few, "verification", "coverage"), "99.8855%");
}

#[test]
fn whoever_was_at_the_medium_stands_among_the_reasons() {
    let reasons = ja(&samples::not_erased()).verdict.reasons;
    assert!(
        reasons
            .iter()
            .any(|reason| reason.contains("backupd") && reason.contains("4711"))
    );
    assert!(reasons.iter().any(|reason| reason.contains("sdb1")));
    let mut record = samples::not_erased();
    if let Fact::Measured(look) = &mut record.verification.second_look {
        look.intrusions = vec!["of-the-future \u{202e}x".into(), "held-by".into(), String::new()];
    }
    let reasons = ja(&record).verdict.reasons;
    assert!(reasons.contains(&"of-the-future <U+202E>x".to_owned()));
}

#[test]
fn people_and_how_they_signed() {
    let how = |record: &ErasureRecord, signed: usize| -> Vec<(String, String, bool)> {
        let sheet = sheet(record, &all_signed(record)[..signed], Language::Ja);
        sheet
            .people
            .into_iter()
            .map(|person| (person.code.to_owned(), person.how, person.ink))
            .collect()
    };
    let expect = |found: Vec<(String, String, bool)>, expected: [(&str, &str, bool); 3]| {
        let expected = expected.map(|(code, how, ink)| (code.to_owned(), how.to_owned(), ink));
        assert_eq!(found, expected);
    };
    let handler = ("handler", "電子署名済", false);
    let supervisor = ("supervisor", "電子署名なし", false);
    let witness = |how| ("witness", how, false);
    expect(
        how(&samples::erased(), 2),
        [
            handler,
            supervisor,
            witness("電子署名済（立会人自身の端末で署名）"),
        ],
    );
    expect(
        how(&samples::erased(), 1),
        [
            handler,
            supervisor,
            witness("未署名（後で立会人自身の端末で署名する予定）"),
        ],
    );
    expect(
        how(&samples::erased(), 0),
        [
            ("handler", "未署名", false),
            supervisor,
            witness("未署名（後で立会人自身の端末で署名する予定）"),
        ],
    );
    expect(
        how(&samples::on_paper(), 1),
        [handler, supervisor, ("witness", "紙面に署名・押印", true)],
    );
    expect(
        how(&samples::no_witness(), 1),
        [
            handler,
            supervisor,
            witness("理由: 庁舎内での作業のため（規程 第5条）"),
        ],
    );
    let mut record = samples::erased();
    record.witness.mode = WitnessMode::SameMachine;
    record.signers[0].unattended = true;
    let found = how(&record, 2);
    assert!(found[0].1.contains("無人での署名"));
    assert_eq!(found[2].1, "電子署名済（作業担当者の端末で署名）");
    assert!(
        !how(&record, 0)[0].1.contains("無人"),
        "who has not signed did not sign unattended"
    );
}

#[test]
fn nobody_is_left_out() {
    let mut record = samples::plain();
    record.signers.truncate(1);
    let people = ja(&record).people;
    let codes: Vec<_> = people.iter().map(|person| person.code).collect();
    assert_eq!(codes, ["handler", "supervisor", "witness"]);
    assert_eq!(
        (people[1].name.as_str(), people[2].name.as_str()),
        ("記載なし", "記載なし")
    );
    let mut record = samples::erased();
    record.signers[1].role = Role::Supervisor;
    record.witness.mode = WitnessMode::None;
    let people = ja(&record).people;
    assert_eq!(
        (people[1].code, people[1].name.as_str()),
        ("supervisor", "立会 一子")
    );
    assert_eq!(
        (people[2].code, people[2].name.as_str()),
        ("witness", "立会いなし")
    );
    record.signers[1].role = Role::Accepter;
    assert_eq!(ja(&record).people[3].role, "確認者");
}

#[test]
fn texts_that_would_deceive_are_made_visible_everywhere() {
    for language in Language::ALL {
        let record = samples::hostile();
        for shown in texts(&sheet(&record, &all_signed(&record), language)) {
            assert!(!shown.chars().any(|sign| sign.is_control()), "{shown:?}");
            assert!(!shown.contains(['\u{202e}', '\u{200f}']), "{shown:?}");
            let bound = text::MOST_CHARACTERS * 2 + 100;
            assert!(
                shown.starts_with("<svg") || shown.chars().count() < bound,
                "{shown:?}"
            );
        }
    }
    let sheet = ja(&samples::hostile());
    assert!(text_of(&sheet, "medium", "model").contains("<U+202E>$x$"));
    assert!(sheet.people[0].name.ends_with("…（以下略）"));
}

#[test]
fn every_text_of_a_record_is_made_visible() {
    // each free text of the record in turn gets a mark that nobody would see
    let record = samples::erased();
    let plain = serde_json::to_value(&record).unwrap();
    let mut places = Vec::new();
    text_places(&plain, &mut Vec::new(), &mut places);
    let mut shown = 0;
    for place in places {
        let mut changed = plain.clone();
        let target = place
            .iter()
            .fold(&mut changed, |value, step| match step.parse::<usize>() {
                Ok(index) => &mut value[index],
                Err(_) => &mut value[step.as_str()],
            });
        *target = Json::String("消\u{202e}印\u{7}".into());
        let Ok(record) = serde_json::from_value::<ErasureRecord>(changed) else {
            continue;
        };
        let texts = texts(&ja(&record));
        assert!(
            !texts.iter().any(|text| text.contains(['\u{202e}', '\u{7}'])),
            "{place:?}"
        );
        shown += usize::from(texts.iter().any(|text| text.contains("消<U+202E>印<U+0007>")));
    }
    assert!(shown > 35, "{shown}");
}

fn text_places(value: &Json, path: &mut Vec<String>, places: &mut Vec<Vec<String>>) {
    let step = |name: String, value: &Json, path: &mut Vec<String>, places: &mut Vec<Vec<String>>| {
        path.push(name);
        text_places(value, path, places);
        path.pop();
    };
    match value {
        Json::String(_) => places.push(path.clone()),
        Json::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(place, value)| step(place.to_string(), value, path, places));
        }
        Json::Object(fields) => {
            fields
                .iter()
                .for_each(|(name, value)| step(name.clone(), value, path, places));
        }
        _ => {}
    }
}

#[test]
fn codes_of_a_newer_version_are_printed_and_said_to_be_unknown() {
    let mut record = samples::erased();
    record.limits = vec!["LIM-NEW".into()];
    record.reasons = vec!["VER-NEW".into()];
    record.order.unmet = vec!["POL-NEW".into()];
    record.order.purpose = "museum".into();
    record.medium.kind = "crystal".into();
    record.medium.transport = "light".into();
    record.medium.virtual_kind = Some("dream".into());
    record.times.clock = "gps".into();
    if let Fact::Measured(serial) = &mut record.medium.serial {
        serial.source = "rfid".into();
    }
    for name in ["light-9", "random-many", "random-999", "byte:0", "byte:GG"] {
        record.method.name = name.into();
        let texts = texts(&ja(&record));
        for code in [
            name, "LIM-NEW", "VER-NEW", "POL-NEW", "museum", "crystal", "light", "dream", "gps", "rfid",
        ] {
            let said = format!("{code}（この版では説明できない符号）");
            assert!(texts.iter().any(|text| text.contains(&said)), "{code}");
        }
    }
    record.method.name = "random-3".into();
    assert_eq!(
        text_of(&ja(&record), "method", "name"),
        "乱数による3回の上書き［random-3］"
    );
}

/// The good record after each of `changes`.
fn after<T>(
    changes: impl IntoIterator<Item = T>,
    change: impl Fn(&mut ErasureRecord, T),
) -> Vec<ErasureRecord> {
    let changed = |value| {
        let mut record = samples::erased();
        change(&mut record, value);
        record
    };
    changes.into_iter().map(changed).collect()
}

/// Each has a sheet in both languages.
fn all_have_sheets(records: &[ErasureRecord]) {
    assert!(!records.is_empty());
    for record in records {
        for language in Language::ALL {
            let wording = Wording::embedded(language).unwrap();
            let made = super::whole::compose(record, &samples::slip(record), &[], String::new(), &wording);
            assert!(made.is_ok(), "{:?}", made.err());
        }
    }
}

#[test]
fn every_word_of_verdict_level_and_people_has_a_text() {
    use Verdict::{Erased, ErasedWithExceptions, Interrupted, NotErased, Unverified};
    let verdicts = [Erased, ErasedWithExceptions, NotErased, Unverified, Interrupted];
    all_have_sheets(&after(verdicts, |record, verdict| record.verdict = verdict));
    let levels = [Level::Partial, Level::Clear, Level::Purge, Level::Destroy];
    all_have_sheets(&after(levels, |record, level| {
        record.order.required = level;
        (record.order.achieved, record.order.follow) = (Some(level), Some(level));
    }));
    use WitnessMode::{None, OwnMachine, Paper, SameMachine};
    let modes = [SameMachine, OwnMachine, Paper, None];
    all_have_sheets(&after(modes, |record, mode| record.witness.mode = mode));
    all_have_sheets(&after(Role::ALL, |record, role| record.signers[1].role = role));
    let states = [RosterState::Pinned, RosterState::Unpinned, RosterState::Absent];
    all_have_sheets(&after(states, |record, state| record.roster.state = state));
}

#[test]
fn every_word_of_machine_and_medium_has_a_text() {
    use MachineSource::{AsGiven, NotApplicable, RunningMachine};
    let sources = [RunningMachine, AsGiven, NotApplicable];
    all_have_sheets(&after(sources, |record, source| record.machine.source = source));
    let ways = [ConfirmedBy::Serial, ConfirmedBy::Code, ConfirmedBy::Name];
    all_have_sheets(&after(ways, |record, by| record.confirmation.by = by));
    all_have_sheets(&after([true, false], |record, yes| {
        record.confirmation.at_terminal = yes;
        record.confirmation.read_from_label = Fact::Measured(yes);
        record.medium.rotational = Fact::Measured(yes);
        record.medium.fua = Fact::Measured(yes);
        record.times.synchronised = Fact::Measured(yes);
        record.order.mynumber = yes;
        if let Fact::Measured(serial) = &mut record.medium.serial {
            serial.shared = yes;
        }
    }));
    let areas = [
        HiddenArea::NotExamined,
        HiddenArea::None,
        HiddenArea::Found {
            bytes: ByteCount(1 << 20),
        },
        HiddenArea::CouldNotTell,
    ];
    all_have_sheets(&after(areas, |record, area| record.hidden_area = area));
}

#[test]
fn every_way_in_which_something_was_not_measured_has_a_text() {
    use Absence::{NotApplicable, NotExamined, NotReached, NotReadable, NotReported, NotVisible};
    let absences = [
        NotReported,
        NotReadable,
        NotApplicable,
        NotExamined,
        NotReached,
        NotVisible,
    ];
    all_have_sheets(&after(absences, |record, why| {
        record.verification.last = Fact::NotMeasured(why);
        record.verification.second_look = Fact::NotMeasured(why);
        record.tool.claimed_build = Fact::NotMeasured(why);
        record.times.synchronised = Fact::NotMeasured(why);
        record.medium.serial = Fact::NotMeasured(why);
    }));
}

#[test]
fn every_word_of_the_run_has_a_text() {
    all_have_sheets(&after([IoPath::Direct, IoPath::Buffered], |record, path| {
        record.io.path = path
    }));
    let endings = [
        Ending::Completed,
        Ending::Stopped,
        Ending::Vanished,
        Ending::Stalled { seconds: 1800 },
        Ending::Resized {
            size: ByteCount(1 << 20),
        },
        Ending::ReadOnly,
        Ending::FirstDifference,
        Ending::GaveUp,
        Ending::FlushFailed,
        Ending::Failed { errno: -5 },
    ];
    all_have_sheets(&after(endings, |record, ending| record.ending = ending));
    let asked = [
        VerifyAsked::Full,
        VerifyAsked::Sample { percent: 1 },
        VerifyAsked::None,
    ];
    all_have_sheets(&after(asked, |record, asked| record.verification.asked = asked));
    let cached = ReadPath::Cached {
        reason: "FUSE".into(),
    };
    let paths = [
        ReadPath::Direct,
        ReadPath::BackingFileUncached,
        ReadPath::Memory,
        cached,
    ];
    all_have_sheets(&after(paths, |record, path| {
        if let Fact::Measured(read) = &mut record.verification.last {
            read.read = path;
            record.verification.earlier = vec![read.clone()];
        }
    }));
    let flush = |ok, errno| FlushResult { ok, errno };
    let flushes = [
        vec![],
        vec![flush(false, Some(28)), flush(true, None)],
        vec![flush(false, None)],
    ];
    all_have_sheets(&after(flushes, |record, flushes| {
        record.passes[0].flushes = flushes
    }));
    let earlier = ["2026-11-21T09:00:00+09:00"];
    all_have_sheets(&after(earlier, |record, time| {
        record.times.ended = Timestamp::parse(time).unwrap()
    }));
}

#[test]
fn a_medium_of_no_machine_is_not_listed_piece_by_piece() {
    let sheet = ja(&samples::specimen());
    assert_eq!(sheet.specimen.as_deref(), Some("見本"));
    assert_eq!(
        sheet.virtual_heading.as_deref(),
        Some("仮想装置・イメージファイル（実機ではない）")
    );
    let machine = sheet
        .sections
        .iter()
        .find(|section| section.id == "machine")
        .unwrap();
    assert_eq!(machine.rows.len(), 2);
    assert!(sheet.contractor.is_none() && sheet.addressee.is_empty());
    assert_eq!(text_of(&sheet, "contract", "file"), "指定なし");
    assert_eq!(
        text_of(&sheet, "medium", "serial"),
        "測定なし（装置またはシステムからの情報なし）"
    );
}

#[test]
fn the_slip_says_what_the_qr_code_says() {
    let mut record = samples::erased();
    record.medium.model = Fact::Measured("型".repeat(100));
    let sheet = ja(&record);
    let row = |id: &str| sheet.slip.iter().find(|row| row.id == id).unwrap();
    assert_eq!(row("model").text, "型".repeat(16), "48 bytes of the slip");
    for id in [
        "verdict", "level", "policy", "serial", "capacity", "method", "ended",
    ] {
        assert!(!row(id).text.is_empty(), "{id}");
    }
    assert_eq!(sheet.slip.iter().filter(|row| row.id == "fingerprint").count(), 2);
}

#[test]
fn a_list_counts_and_marks() {
    for language in Language::ALL {
        let papers = samples::papers();
        let list = papers[&format!("list.{}.json", language.name())]
            .list
            .as_ref()
            .unwrap();
        assert_eq!(list.marked, [7, 19]);
        assert_eq!(list.table.rows.len(), 30);
        assert!(
            list.table
                .rows
                .iter()
                .all(|row| row.len() == list.table.head.len())
        );
        let counts: Vec<_> = list.counts.iter().map(|row| row.id).collect();
        assert_eq!(
            counts,
            ["all", "erased", "erased-with-exceptions", "not-erased", "met"]
        );
        assert_eq!(list.people.len(), 3);
    }
    let papers = samples::papers();
    let list = papers["list.ja.json"].list.as_ref().unwrap();
    assert_eq!(list.counts[1].text, "28 台");
    assert_eq!(list.table.rows[7][8], "不合格");
    assert!(list.statement.contains("持ち出さない"));
    assert_eq!(list.people[0].name, "見本 次郎");
}

fn list_of(records: &[ErasureRecord]) -> Result<crate::rendering::sheet::List, RenderError> {
    let entries: Vec<list::Entry<'_>> = records
        .iter()
        .map(|record| list::Entry {
            record,
            slip: samples::slip(record),
            signed: &[],
        })
        .collect();
    list::compose(&entries, &Wording::embedded(Language::Ja).unwrap())
}

#[test]
fn a_list_says_only_what_is_true_of_all() {
    let good = list_of(&[samples::erased(), samples::erased()]).unwrap();
    assert!(good.statement.contains("すべて「合格」") && good.marked.is_empty());
    let below = list_of(&[samples::erased(), samples::before_purge()]).unwrap();
    assert_eq!(below.marked, [1]);
    assert!(!below.statement.contains("すべて「合格」"));
    let mut other = samples::erased();
    other.contract.as_mut().unwrap().number = "別の契約".into();
    other.signers[0].name = "別 人".into();
    other.times.ended = Timestamp::parse("2026-11-01T10:00:00+09:00").unwrap();
    let mixed = list_of(&[samples::erased(), other]).unwrap();
    assert!(mixed.contractor.is_none() && mixed.addressee.is_empty());
    assert!(mixed.rows.iter().all(|row| row.id != "number"));
    assert_eq!(mixed.period.long, "令和8年11月1日 ～ 令和8年11月21日");
    assert_eq!(mixed.period.iso, "2026-11-01/2026-11-21");
    assert_eq!(mixed.people[0].name, "各証明書のとおり");
    assert_eq!(mixed.people[2].name, "立会 一子");
    let alone = list_of(&[samples::no_witness()]).unwrap();
    assert_eq!(
        (alone.people[2].name.as_str(), alone.people[2].ink),
        ("立会いなし", false)
    );
    let specimen = list_of(&[samples::erased(), samples::specimen()]).unwrap();
    assert_eq!(specimen.specimen.as_deref(), Some("見本"));
    assert_eq!(list_of(&[]).unwrap_err(), RenderError::EmptyList);
}

#[test]
fn a_verified_record_comes_from_the_vectors() {
    let stamp = Timestamp::parse("2026-11-21T12:00:00+09:00").unwrap();
    let envelope = Envelope::parse(include_bytes!("../../../tests/vectors/records/erasure.json")).unwrap();
    let report = verify_vector(&envelope, stamp);
    let verified = report.content.unwrap();
    let signed = all_signed(verified.content());
    let wording = Wording::embedded(Language::Ja).unwrap();
    let sheet = super::sheet(&verified, &signed, String::new(), &wording).unwrap();
    assert_eq!(sheet.digest.concat(), report.digest.to_string());
    assert_eq!(sheet.number, verified.content().number.as_str());
    let list = super::list(&[(&verified, &signed)], &wording).unwrap();
    assert_eq!(
        list.table.rows[0][10].replace(' ', ""),
        report.digest.to_string()[..16]
    );
    assert!(CertificateNumber::parse(&sheet.number).is_some());
    assert_eq!(
        values::day_of(verified.content().times.ended, &wording).iso,
        sheet.date.iso
    );
}

fn verify_vector(envelope: &Envelope, now: Timestamp) -> crate::records::VerifyReport<ErasureRecord> {
    let roster = Roster::parse(include_bytes!("../../../tests/vectors/records/roster.json")).unwrap();
    let standing = crate::records::RosterStanding::Unpinned(Box::new(roster));
    crate::records::verify_erasure(envelope, None, &standing, now, &[], true)
}
