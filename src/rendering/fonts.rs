//! The two fonts that the program carries (BIZ UDGothic, SIL OFL 1.1), and what they lack.

use std::sync::LazyLock;

use ttf_parser::Face;
use typst::foundations::Bytes;
use typst::text::Font;

const REGULAR: &[u8] = include_bytes!("../../certificates/fonts/BIZUDGothic-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../certificates/fonts/BIZUDGothic-Bold.ttf");
/// How many there are.
pub(super) const COUNT: usize = 2;

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| [REGULAR, BOLD].into_iter().filter_map(read).collect());

/// Their own tables, which say what signs they have.
static FACES: LazyLock<Vec<Face<'static>>> = LazyLock::new(|| {
    let faces = bytes().into_iter().map(|bytes| Face::parse(bytes, 0).ok());
    faces.flatten().collect()
});

/// The fonts that could be read: both, unless the program file is damaged.
pub(super) fn all() -> &'static [Font] {
    &FONTS
}

/// The bytes of both, for what names a renderer.
pub(super) const fn bytes() -> [&'static [u8]; COUNT] {
    [REGULAR, BOLD]
}

fn read(bytes: &'static [u8]) -> Option<Font> {
    Font::new(Bytes::new(bytes), 0)
}

/// The signs of `text` that one of the fonts lacks, each once, in order. A variation selector is named
/// together with the sign before it.
#[must_use]
pub fn lacking(text: &str) -> Vec<String> {
    let mut lacking: Vec<String> = Vec::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let variation = signs.next_if(|next| is_variation_selector(*next));
        if !fonts_have(sign, variation) {
            let named: String = std::iter::once(sign).chain(variation).collect();
            if !lacking.contains(&named) {
                lacking.push(named);
            }
        }
    }
    lacking
}

/// `text` with every sign that a font lacks spelled out as `<U+5516>`: nothing is dropped.
pub(super) fn spelled_out(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let variation = signs.next_if(|next| is_variation_selector(*next));
        if fonts_have(sign, variation) {
            spelled.extend(std::iter::once(sign).chain(variation));
        } else if fonts_have(sign, None) {
            spelled.push(sign);
            spelled.extend(variation.map(code_point));
        } else {
            spelled.push_str(&code_point(sign));
            spelled.extend(variation.map(code_point));
        }
    }
    spelled
}

fn code_point(sign: char) -> String {
    format!("<U+{:04X}>", u32::from(sign))
}

/// What chooses among the variants of the sign before it.
pub(super) const fn is_variation_selector(sign: char) -> bool {
    matches!(sign, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn fonts_have(sign: char, variation: Option<char>) -> bool {
    FACES.len() == COUNT && FACES.iter().all(|face| has(face, sign, variation))
}

fn has(face: &Face<'_>, sign: char, variation: Option<char>) -> bool {
    match variation {
        // Line ends and zero-width spaces break lines and are never drawn.
        None if matches!(sign, '\n' | '\u{200b}') => true,
        None => face.glyph_index(sign).is_some_and(|glyph| glyph.0 != 0),
        Some(selector) => face.glyph_variation_index(sign, selector).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fonts_can_be_read_and_a_damaged_one_cannot() {
        assert_eq!(all().len(), COUNT);
        assert!(read(&REGULAR[..1000]).is_none());
        assert!(read(&REGULAR[7..]).is_none());
        assert!(read(b"").is_none());
    }

    #[test]
    fn names_of_people_are_there() {
        for name in [
            "髙橋 﨑 神 濵田",
            "○○県知事 様",
            "㈱サンプル",
            "令和８年",
            "Müller",
            "①②㊞〒",
        ] {
            assert_eq!(lacking(name), Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn what_is_lacking_is_named_once_and_spelled_out() {
        assert_eq!(lacking("a😀b😀한"), ["😀", "한"]);
        assert_eq!(spelled_out("a😀b"), "a<U+1F600>b");
        assert_eq!(spelled_out("\u{202e}"), "<U+202E>");
    }

    #[test]
    fn a_variation_the_font_does_not_have_is_not_dropped() {
        let unknown = "田\u{e01ef}";
        assert_eq!(lacking(unknown), [unknown]);
        assert_eq!(spelled_out(unknown), "田<U+E01EF>");
    }
}
