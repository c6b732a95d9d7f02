//! Untrusted text on paper: models, serials, paths, names.
//!
//! What would reorder, hide or join what stands beside it is printed as `<U+202E>` (Unicode 16 format
//! characters, UAX #9 controls of direction), as the terminal shows it in its own way. Letters, kana,
//! kanji and their ideographic variants stay as they are, for names need them.

use unicode_normalization::char::is_combining_mark;

use crate::rendering::RenderError;
use crate::rendering::fonts::is_variation_selector;
use crate::rendering::wording::Wording;

/// The most characters that are printed of one text.
pub(super) const MOST_CHARACTERS: usize = 300;
/// The most combining marks that may sit on one character: more would paint over other lines.
const MOST_MARKS: usize = 3;

/// `text` with everything dangerous or unseen made visible; what is beyond 300 characters is left out,
/// and said to be.
///
/// # Errors
/// [`RenderError::Wording`].
pub(super) fn visible(text: &str, wording: &Wording) -> Result<String, RenderError> {
    let (mut out, mut count, mut marks, mut last) = (String::new(), 0, 0, None);
    for sign in text.chars() {
        marks = if is_combining_mark(sign) { marks + 1 } else { 0 };
        let shown = shown(sign, last, marks);
        count += shown.chars().count();
        if count > MOST_CHARACTERS {
            out.push_str(&wording.text("value.cut")?);
            break;
        }
        out.push_str(&shown);
        last = Some(sign);
    }
    Ok(out)
}

fn shown(sign: char, last: Option<char>, marks: usize) -> String {
    if harmless(sign, last, marks) {
        sign.into()
    } else {
        format!("<U+{:04X}>", u32::from(sign))
    }
}

fn harmless(sign: char, last: Option<char>, marks: usize) -> bool {
    match sign {
        ' ' | '\u{3000}' => true,
        _ if is_variation_selector(sign) => last.is_some_and(is_ideograph),
        // A mark needs something to sit on, and only a few may.
        _ if is_combining_mark(sign) => last.is_some() && marks <= MOST_MARKS && !is_unseen(sign),
        _ => !sign.is_control() && !sign.is_whitespace() && !is_unseen(sign),
    }
}

/// What ideographic variants are registered for.
fn is_ideograph(sign: char) -> bool {
    matches!(sign, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Format characters, fillers and non-characters: they reorder, hide, join or show nothing.
fn is_unseen(sign: char) -> bool {
    matches!(sign,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}'
        | '\u{8e2}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || (u32::from(sign) & 0xfffe) == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Language;

    fn shown(text: &str) -> String {
        visible(text, &Wording::embedded(Language::Ja).unwrap()).unwrap()
    }

    #[test]
    fn names_and_models_stay_as_they_are() {
        for text in [
            "Samsung SSD 970 EVO Plus 500GB",
            "髙橋　芳枝",
            "葛\u{e0100}城市",
            "José",
            "か\u{3099}",
            "#show [*x*] $y$ <label> @ref \\ //",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn what_is_not_seen_is_shown() {
        for (text, expected) in [
            ("fdp.\u{202e}exe", "fdp.<U+202E>exe"),
            ("SN1\r\n判定: 合格", "SN1<U+000D><U+000A>判定: 合格"),
            ("WD\u{1b}[2J\0", "WD<U+001B>[2J<U+0000>"),
            ("S\u{200b}N\u{feff}\u{ad}", "S<U+200B>N<U+FEFF><U+00AD>"),
            ("a\u{a0}b\u{2003}c\u{3164}", "a<U+00A0>b<U+2003>c<U+3164>"),
            ("ok\u{e0068}", "ok<U+E0068>"),
            ("a\u{e0100}", "a<U+E0100>"),
            ("\u{301}a", "<U+0301>a"),
            ("\u{ffff}\u{10fffe}", "<U+FFFF><U+10FFFE>"),
        ] {
            assert_eq!(shown(text), expected);
        }
        let piled = format!("a{}", "\u{301}".repeat(10));
        assert_eq!(shown(&piled).matches("<U+0301>").count(), 7);
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        let long = "消".repeat(300);
        assert_eq!(shown(&long), long);
        assert_eq!(shown(&format!("{long}消")), format!("{long}…（以下略）"));
        assert!(shown(&"\u{202e}".repeat(1000)).chars().count() < 320);
    }
}
