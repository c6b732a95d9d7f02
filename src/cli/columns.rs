//! How wide text is on a terminal, and where its lines may end.
//!
//! Widths after Unicode UAX #11 as far as our languages use it; line breaks after JIS X 4051 in short:
//! between any two Japanese signs, except before closing and after opening ones. Pure.

/// Signs that no line begins with.
const NEVER_FIRST: &str = "、。，．・：；？！）」』】〕〉》％ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々),.:;]>";

/// Signs that no line ends with.
const NEVER_LAST: &str = "（「『【〔〈《([<";

/// Columns that `text` takes on a terminal.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// `text` with every line broken that is wider than `limit` columns. Continuations stand under the text
/// of their line: behind its first gap of two spaces, as help and tables have it, or its indentation.
pub(crate) fn wrapped(text: &str, limit: usize) -> String {
    let lines: Vec<String> = text.lines().map(|line| wrapped_line(line, limit)).collect();
    lines.join("\n")
}

fn wrapped_line(line: &str, limit: usize) -> String {
    if columns(line) <= limit {
        return line.to_owned();
    }
    let indent = hanging_indent(line);
    let (mut done, mut rest, mut margin) = (String::new(), line, 0);
    while columns(rest) + margin > limit {
        let Some(end) = last_break(rest, limit.saturating_sub(margin), indent - margin) else {
            break;
        };
        done += rest[..end].trim_end();
        done.push('\n');
        done += &" ".repeat(indent);
        rest = rest[end..].trim_start();
        margin = indent;
    }
    done + rest
}

/// Where the text of a line begins, in columns.
fn hanging_indent(line: &str) -> usize {
    let leading = line.len() - line.trim_start().len();
    let gap = line[leading..].find("  ").map(|place| leading + place);
    let begin = gap.map_or(leading, |gap| line.len() - line[gap..].trim_start().len());
    columns(&line[..begin])
}

/// The last place in bytes, beyond `from` columns and within `limit`, at which a line may end.
fn last_break(text: &str, limit: usize, from: usize) -> Option<usize> {
    let mut taken = 0;
    let mut found = None;
    let mut signs = text.char_indices().peekable();
    while let Some((place, sign)) = signs.next() {
        taken += width(sign);
        let Some(&(_, next)) = signs.peek() else { break };
        let within = taken <= limit || sign == ' ' && taken <= limit + 1;
        if !within {
            break;
        }
        if taken > from && may_break(sign, next) {
            found = Some(place + sign.len_utf8());
        }
    }
    found
}

fn may_break(before: char, after: char) -> bool {
    let between = before == ' ' || width(before) == 2 || width(after) == 2;
    between && after != ' ' && !NEVER_FIRST.contains(after) && !NEVER_LAST.contains(before)
}

/// East Asian Wide and Fullwidth take two columns.
fn width(sign: char) -> usize {
    match u32::from(sign) {
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 => 2,
        0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_signs_take_two_columns() {
        assert_eq!(columns("判定 A"), 6);
    }

    #[test]
    fn lines_end_between_signs_and_continue_under_their_text() {
        let text = "  --out  記録を保存するフォルダー";
        assert_eq!(
            wrapped(text, 20),
            "  --out  記録を保存\n         するフォル\n         ダー"
        );
        assert_eq!(wrapped(text, 80), text);
    }

    #[test]
    fn no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one() {
        assert_eq!(wrapped("消去、検証。", 4), "消\n去、\n検\n証。");
        assert_eq!(wrapped("判定（合格）", 6), "判定\n（合\n格）");
    }

    #[test]
    fn latin_words_stay_whole() {
        assert_eq!(wrapped("方式は clear-1 です", 9), "方式は\nclear-1\nです");
        assert_eq!(wrapped("abcdefghij", 4), "abcdefghij");
    }

    #[test]
    fn nothing_is_lost_or_wider_than_asked() {
        let text =
            "          処理事由。disposal（廃棄）、lease-return（リース返却）、hand-back（返却）のいずれか";
        for limit in 24..100 {
            let broken = wrapped(text, limit);
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(squeezed(&broken), squeezed(text));
            assert!(
                broken.lines().all(|line| columns(line) <= limit.max(32)),
                "{limit}\n{broken}"
            );
        }
    }
}
