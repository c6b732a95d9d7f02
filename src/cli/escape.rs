//! Untrusted text made safe to show: models, serials, file names, names on rosters.
//!
//! Everything that a terminal would obey, and everything that a person would not see, becomes a visible
//! escape (`\u{202e}`). Letters, kana, kanji and their ideographic variants stay as they are, for names
//! need them. Follows Unicode 16 for format characters and UAX #9 for the controls of direction.

use std::path::Path;

use unicode_normalization::char::is_combining_mark;

/// The most characters that are shown of one text.
const MOST_CHARACTERS: usize = 200;
/// The most combining marks that may sit on one character: more would paint over other lines.
const MOST_MARKS: usize = 3;

/// `text` with everything dangerous or invisible escaped, at most 200 characters of it, then `…`.
pub(crate) fn escape(text: &str) -> String {
    let mut out = Escaped::default();
    for sign in text.chars() {
        if !out.push(sign) {
            break;
        }
    }
    out.text
}

/// A path likewise; bytes that are no text become `\x` and two digits.
pub(crate) fn escape_path(path: &Path) -> String {
    let mut out = Escaped::default();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        let valid = chunk.valid().chars().all(|sign| out.push(sign));
        if !valid || !chunk.invalid().iter().all(|byte| out.push_byte(*byte)) {
            break;
        }
    }
    out.text
}

#[derive(Default)]
struct Escaped {
    text: String,
    count: usize,
    marks: usize,
    last: Option<char>,
}

impl Escaped {
    /// Takes one character; false once the text is full.
    fn push(&mut self, sign: char) -> bool {
        if !self.room() {
            return false;
        }
        self.marks = if is_combining_mark(sign) {
            self.marks + 1
        } else {
            0
        };
        if self.harmless(sign) {
            self.text.push(sign);
        } else {
            self.text.extend(visible(sign));
        }
        self.last = Some(sign);
        true
    }

    fn push_byte(&mut self, byte: u8) -> bool {
        let room = self.room();
        if room {
            self.text.push_str(&format!("\\x{byte:02x}"));
            self.last = None;
        }
        room
    }

    fn room(&mut self) -> bool {
        if self.count == MOST_CHARACTERS {
            self.text.push('…');
        }
        self.count += 1;
        self.count <= MOST_CHARACTERS
    }

    fn harmless(&self, sign: char) -> bool {
        match sign {
            ' ' | '\u{3000}' => true,
            _ if is_variation_selector(sign) => self.last.is_some_and(is_ideograph),
            // A mark needs something to sit on, and only a few may.
            _ if is_combining_mark(sign) => {
                self.last.is_some() && self.marks <= MOST_MARKS && !is_unseen(sign)
            }
            _ => !sign.is_control() && !sign.is_whitespace() && !is_unseen(sign),
        }
    }
}

fn visible(sign: char) -> Vec<char> {
    match sign {
        '\n' | '\r' | '\t' => sign.escape_default().collect(),
        _ => sign.escape_unicode().collect(),
    }
}

fn is_variation_selector(sign: char) -> bool {
    matches!(sign, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
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

    fn is_shown_as(text: &str, shown: &str) {
        assert_eq!(escape(text), shown);
    }

    #[test]
    fn names_and_models_stay_as_they_are() {
        for text in [
            "Samsung SSD 970 EVO Plus 500GB",
            "髙橋　芳枝",
            "葛\u{e0100}城市",
            "José",
            "ｶﾞｷﾞｸﾞ",
            "が",
            "か\u{3099}",
        ] {
            is_shown_as(text, text);
        }
    }

    #[test]
    fn escape_sequence_that_clears_the_screen() {
        is_shown_as("WD\u{1b}[2J\u{1b}[H合格", "WD\\u{1b}[2J\\u{1b}[H合格");
    }

    #[test]
    fn one_byte_control_sequence_introducer() {
        is_shown_as("a\u{9b}31mb", "a\\u{9b}31mb");
    }

    #[test]
    fn window_title_and_clipboard_by_operating_system_command() {
        is_shown_as("\u{1b}]52;c;cm0gLXJm\u{7}", "\\u{1b}]52;c;cm0gLXJm\\u{7}");
    }

    #[test]
    fn second_line_that_looks_like_ours() {
        is_shown_as("SN1\r\n判定: 合格", "SN1\\r\\n判定: 合格");
        is_shown_as("a\u{2028}b\u{85}c\u{b}d", "a\\u{2028}b\\u{85}c\\u{b}d");
    }

    #[test]
    fn overwriting_by_carriage_return_and_backspace() {
        is_shown_as("bad\rgood", "bad\\rgood");
        is_shown_as("SN1\u{8}2", "SN1\\u{8}2");
    }

    #[test]
    fn direction_override_that_turns_a_name_around() {
        is_shown_as("fdp.\u{202e}exe", "fdp.\\u{202e}exe");
        is_shown_as(
            "\u{2066}a\u{2069}\u{200f}\u{61c}",
            "\\u{2066}a\\u{2069}\\u{200f}\\u{61c}",
        );
    }

    #[test]
    fn zero_width_twins_of_a_serial() {
        is_shown_as(
            "S\u{200b}N\u{feff}0\u{2060}1\u{ad}",
            "S\\u{200b}N\\u{feff}0\\u{2060}1\\u{ad}",
        );
    }

    #[test]
    fn hidden_message_in_tag_characters() {
        is_shown_as("ok\u{e0068}\u{e0069}", "ok\\u{e0068}\\u{e0069}");
    }

    #[test]
    fn hidden_message_in_variation_selectors() {
        is_shown_as("a\u{e0100}\u{fe01}", "a\\u{e0100}\\u{fe01}");
        is_shown_as("葛\u{e0100}\u{e0101}", "葛\u{e0100}\\u{e0101}");
    }

    #[test]
    fn blanks_that_are_no_space() {
        is_shown_as(
            "a\u{a0}b\u{2003}c\u{3164}d\u{2800}",
            "a\\u{a0}b\\u{2003}c\\u{3164}d\\u{2800}",
        );
    }

    #[test]
    fn marks_piled_up_over_other_lines() {
        let piled = format!("a{}", "\u{301}".repeat(50));
        assert_eq!(escape(&piled).matches("\\u{301}").count(), 47);
        is_shown_as("\u{301}a", "\\u{301}a");
    }

    #[test]
    fn flood_of_text() {
        let shown = escape(&"消".repeat(1_000_000));
        assert_eq!(shown.chars().count(), 201);
        assert!(shown.ends_with('…'));
        assert!(!escape(&"消".repeat(200)).ends_with('…'));
    }

    #[cfg(unix)]
    #[test]
    fn path_of_bytes_that_are_no_text() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let shown = |bytes: &[u8]| escape_path(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(shown(b"/dev/\xff\xfe\x1b[m"), "/dev/\\xff\\xfe\\u{1b}[m");
        assert_eq!(shown("/媒体/\u{202e}".as_bytes()), "/媒体/\\u{202e}");
        assert_eq!(shown(b"\xed\xa0\x80"), "\\xed\\xa0\\x80", "a lone surrogate");
        assert!(shown(&[0xff; 5000]).ends_with('…'));
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_is_left(text in "\\PC{0,40}|.{0,40}|[\\x00-\\x{a0}\\x{2000}-\\x{206f}]{0,40}") {
            let shown = escape(&text);
            assert!(!shown.chars().any(|sign| sign.is_control() || is_unseen(sign)), "{shown:?}");
        }
    }
}
