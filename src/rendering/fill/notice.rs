//! パスワード通知書: the passphrase in groups, how each sign is read aloud, and what to heed.

use unicode_normalization::char::is_combining_mark;

use crate::records::{DeliveryRecord, PassphraseUse};
use crate::rendering::RenderError;
use crate::rendering::delivery_sheet::{Group, NoticePaper, NoticeSheet, Sign};
use crate::rendering::fonts::is_variation_selector;
use crate::rendering::sheet::Row;
use crate::rendering::wording::Wording;

use super::delivery::{addressee, sender, spaced, way};
use super::rows::Rows;
use super::{values, verdict, visible};

type Rendered = Result<String, RenderError>;

/// Most signs of a passphrase on paper; nobody types more without a mistake.
const MOST_SIGNS: usize = 128;
/// Signs in a group of a passphrase that a person chose.
const GROUP: usize = 4;
/// What stands between the groups of a passphrase that the program drew.
const JOINT: &str = "-";

/// The texts of a notice. `passphrase` as it is to be typed.
///
/// # Errors
/// [`RenderError::Wording`]; [`RenderError::OtherKind`] when the delivery opens with keys;
/// [`RenderError::Passphrase`].
pub(in crate::rendering) fn notice<'a>(
    record: &DeliveryRecord,
    passphrase: &'a str,
    wording: &Wording,
) -> Result<NoticePaper<'a>, RenderError> {
    let how = record.encryption.passphrase.as_ref();
    let how = how.ok_or(RenderError::OtherKind)?;
    let generated = how.generated;
    Ok(NoticePaper {
        language: wording.language().name(),
        form: wording.form(),
        notice: NoticeSheet {
            number: record.number.as_str().to_owned(),
            specimen: verdict::specimen(record.specimen, wording)?,
            date: values::day_of(record.times.ended, wording),
            addressee: addressee(record, wording)?,
            sender: sender(record, wording)?,
            rows: rows(record, how, wording)?,
            joint: if generated { JOINT } else { "" },
            groups: groups(passphrase, generated, wording)?,
            cautions: cautions(generated, wording)?,
        },
    })
}

fn rows(record: &DeliveryRecord, how: &PassphraseUse, wording: &Wording) -> Result<Vec<Row>, RenderError> {
    let mut rows = Rows::new("notice", wording);
    rows.add("number", record.number.as_str())?;
    rows.add("title", visible(&record.title, wording)?)?;
    rows.add("package", spaced(&record.package.id.to_string()))?
        .coded();
    rows.add("way", way(how.notice_by, wording)?)?;
    Ok(rows.done())
}

fn cautions(generated: bool, wording: &Wording) -> Result<Vec<String>, RenderError> {
    let signs = if generated { "generated" } else { "typed" };
    ["together", "locked", "no-copy", "destroy", signs]
        .into_iter()
        .map(|key| wording.text(&format!("notice-caution.{key}")))
        .collect()
}

fn groups<'a>(
    passphrase: &'a str,
    generated: bool,
    wording: &Wording,
) -> Result<Vec<Group<'a>>, RenderError> {
    let signs = signs(passphrase);
    let plain = visible(passphrase, wording)? == passphrase;
    if signs.is_empty() || signs.len() > MOST_SIGNS || !plain {
        return Err(RenderError::Passphrase);
    }
    let groups: Vec<&[&str]> = if generated {
        signs.split(|sign| *sign == JOINT).collect()
    } else {
        signs.chunks(GROUP).collect()
    };
    let drawn = |group: &&[&str]| !group.is_empty() && group.iter().all(|sign| is_drawn(sign));
    if generated && !groups.iter().all(drawn) {
        return Err(RenderError::Passphrase);
    }
    let numbered = (1u64..).zip(groups);
    numbered
        .map(|(number, signs)| {
            let number = number.to_string();
            Ok(Group {
                number: wording.filled("value.notice-group", &[("number", &number)])?,
                signs: signs
                    .iter()
                    .map(|sign| read_aloud(sign, generated, wording))
                    .collect::<Result<_, _>>()?,
            })
        })
        .collect()
}

/// A sign with the marks that sit on it.
fn signs(text: &str) -> Vec<&str> {
    let starts: Vec<usize> = text
        .char_indices()
        .filter(|(_, sign)| !is_combining_mark(*sign) && !is_variation_selector(*sign))
        .map(|(place, _)| place)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| text.get(*start..end))
        .collect()
}

/// What the program draws from: digits and capital letters.
fn is_drawn(sign: &str) -> bool {
    matches!(sign.as_bytes(), [b'0'..=b'9' | b'A'..=b'Z'])
}

fn read_aloud<'a>(sign: &'a str, generated: bool, wording: &Wording) -> Result<Sign<'a>, RenderError> {
    let reading = reading(sign, generated, wording)?;
    // A space is seen on paper only by its sign.
    let sign = if sign.trim().is_empty() { "␣" } else { sign };
    Ok(Sign { sign, reading })
}

/// エー, 小文字 エー, ナナ; nothing where the sign is its own reading, as kana are.
fn reading(sign: &str, generated: bool, wording: &Wording) -> Rendered {
    let known = |key: &str| wording.known("reading", key).unwrap_or_default().to_owned();
    let case = match sign.as_bytes() {
        [b'a'..=b'z'] => "value.reading-lower",
        [b'A'..=b'Z'] if !generated => "value.reading-upper",
        [b'.'] => return Ok(known("dot")),
        _ if sign.trim().is_empty() => return Ok(known(" ")),
        _ => return Ok(known(sign)),
    };
    wording.filled(case, &[("sign", &known(&sign.to_ascii_uppercase()))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Language, NoticeBy};
    use crate::rendering::fill::delivery::samples;

    const DRAWN: &str = "ABCD-EFGH-JKLM-NPQR-STVW-2789";

    fn wording(language: Language) -> Wording {
        Wording::embedded(language).unwrap()
    }

    fn told(passphrase: &str, generated: bool, language: Language) -> Result<NoticePaper<'_>, RenderError> {
        let record = if generated {
            samples::passphrase()
        } else {
            samples::bare()
        };
        notice(&record, passphrase, &wording(language))
    }

    /// Group by group, signs and readings.
    fn shown(passphrase: &str, generated: bool, language: Language) -> Vec<Vec<(String, String)>> {
        let paper = told(passphrase, generated, language).unwrap();
        let sign = |sign: &Sign<'_>| (sign.sign.to_owned(), sign.reading.clone());
        let groups = paper.notice.groups.iter();
        groups
            .map(|group| group.signs.iter().map(sign).collect())
            .collect()
    }

    fn pair(sign: &str, reading: &str) -> (String, String) {
        (sign.to_owned(), reading.to_owned())
    }

    #[test]
    fn a_drawn_passphrase_is_told_group_by_group() {
        let groups = shown(DRAWN, true, Language::Ja);
        assert_eq!(groups.len(), 6);
        assert!(groups.iter().all(|group| group.len() == 4));
        assert_eq!(groups[0][0], pair("A", "エー"));
        assert_eq!(
            groups[5],
            [
                pair("2", "ニ"),
                pair("7", "ナナ"),
                pair("8", "ハチ"),
                pair("9", "数字のキュウ")
            ]
        );
        assert_eq!(shown(DRAWN, true, Language::En)[0][1], pair("B", "Bravo"));
        let paper = told(DRAWN, true, Language::Ja).unwrap();
        assert_eq!(
            (paper.notice.joint, paper.notice.groups[1].number.as_str()),
            ("-", "第2組")
        );
    }

    #[test]
    fn every_sign_that_is_drawn_has_a_reading_of_its_own() {
        for language in Language::ALL {
            let readings: std::collections::BTreeSet<String> = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
                .chars()
                .map(|sign| reading(&sign.to_string(), true, &wording(language)).unwrap())
                .collect();
            assert_eq!(readings.len(), 31);
            assert!(!readings.contains(""));
        }
    }

    #[test]
    fn every_sign_of_a_keyboard_has_a_reading() {
        for language in Language::ALL {
            let all: Vec<char> = (' '..='~').collect();
            let readings: std::collections::BTreeSet<String> = all
                .iter()
                .map(|sign| reading(&sign.to_string(), false, &wording(language)).unwrap())
                .collect();
            assert_eq!(readings.len(), all.len(), "two signs read alike");
            assert!(!readings.contains(""));
        }
    }

    #[test]
    fn a_chosen_passphrase_tells_capitals_spaces_and_hyphens() {
        let groups = shown("aA 1-ア.か\u{3099}", false, Language::Ja);
        assert_eq!(
            groups,
            [
                vec![
                    pair("a", "小文字 エー"),
                    pair("A", "大文字 エー"),
                    pair("␣", "空白"),
                    pair("1", "イチ")
                ],
                vec![
                    pair("-", "ハイフン"),
                    pair("ア", ""),
                    pair(".", "ピリオド"),
                    pair("か\u{3099}", "")
                ],
            ]
        );
        assert_eq!(
            told("correct horse", false, Language::En).unwrap().notice.joint,
            ""
        );
    }

    #[test]
    fn what_cannot_be_typed_from_paper_is_refused() {
        let long = "a".repeat(129);
        for (passphrase, generated) in [
            ("", false),
            (long.as_str(), false),
            ("a\u{200b}b", false),
            ("a\tb", false),
            ("\u{202e}abc", false),
            ("", true),
            ("ABCD--EFGH", true),
            ("ABCD-EFGh", true),
            ("ABCD EFGH", true),
            ("-ABCD", true),
        ] {
            let refused = told(passphrase, generated, Language::Ja).err();
            assert_eq!(refused, Some(RenderError::Passphrase), "{passphrase:?}");
        }
        assert!(told(&"a".repeat(128), false, Language::Ja).is_ok());
    }

    #[test]
    fn every_way_of_telling_has_its_words() {
        let ways = NoticeBy::ALL.into_iter().map(Some).chain([None]);
        for language in Language::ALL {
            let texts: std::collections::BTreeSet<String> = ways
                .clone()
                .map(|notice_by| way(notice_by, &wording(language)).unwrap())
                .collect();
            assert_eq!(texts.len(), 5);
        }
    }

    #[test]
    fn notices_are_written_where_asked_for() {
        let Ok(folder) = std::env::var("KESHIIN_SAMPLE_DIR") else {
            return;
        };
        for language in Language::ALL {
            for (name, passphrase, generated) in [
                ("drawn", DRAWN, true),
                ("chosen", "correct horse Battery-Staple 2026!", false),
                ("longest", &"aB3?".repeat(32), false),
            ] {
                let paper = told(passphrase, generated, language).unwrap();
                let text = serde_json::to_string(&paper).unwrap();
                std::fs::write(format!("{folder}/notice-{name}.{}.json", language.name()), text).unwrap();
            }
        }
    }
}
