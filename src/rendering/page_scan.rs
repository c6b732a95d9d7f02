//! Every name of a page that stands outside of strings, comments and streams.
//!
//! Tokens after ISO 32000-1 §7.2 and §7.3, as a strict reader sees them. Wherever readers are known to
//! differ (a lone CR, signs in a hexadecimal string that do not belong there, brackets that do not
//! close, a second length of a stream), the page is refused: what one reader skips, another may run.

use std::ops::Range;

use super::RenderError;
use super::page::{decimal, digits};

/// Deepest nesting of dictionaries and arrays.
const MOST_OPEN: usize = 100;

/// Walks over everything outside of streams.
pub(super) struct Scan<'a> {
    page: &'a [u8],
    at: usize,
    /// The brackets that are open, outermost first: `<` for a dictionary, `[` for an array.
    open: Vec<u8>,
    /// The last dictionary that stood in nothing else, with its brackets.
    dictionary: Range<usize>,
    /// Where in it the value of its own `/Length` begins.
    length: Option<usize>,
    /// How often the name `Length` stands in it, at any depth.
    lengths: usize,
    /// Where the dictionary begins that is asked for, and where it ended.
    watched: Range<usize>,
    /// Strings, comments and streams, in order.
    skipped: Vec<Range<usize>>,
}

impl<'a> Scan<'a> {
    /// A walk over `page` from `at` on, that takes note where the dictionary ends that begins at `watched`.
    pub(super) const fn new(page: &'a [u8], at: usize, watched: usize) -> Self {
        Self {
            page,
            at,
            open: Vec::new(),
            dictionary: 0..0,
            length: None,
            lengths: 0,
            watched: watched..watched,
            skipped: Vec::new(),
        }
    }

    /// The next name before `end`, its escapes resolved.
    ///
    /// # Errors
    /// [`RenderError::PageRule`] with what readers may take for something else.
    pub(super) fn next_name(&mut self, end: usize) -> Result<Option<Vec<u8>>, RenderError> {
        while self.at < end {
            let byte = self.page[self.at];
            match byte {
                b'/' => return self.name().map(Some),
                b'(' => self.skip(Self::skip_string)?,
                b'%' => self.skip(Self::skip_comment)?,
                b'<' | b'>' | b'[' | b']' => self.bracket(byte)?,
                b'{' | b'}' | b')' => return broken("bracket"),
                b'\r' => return broken("line"),
                b's' if self.rest().starts_with(b"stream") => self.skip(Self::skip_stream)?,
                _ if byte.is_ascii_alphanumeric() => self.skip_word()?,
                _ => self.at += 1,
            }
        }
        Ok(None)
    }

    /// Whether the walk ended at `end` with everything closed, and the watched dictionary at `closed`.
    pub(super) fn ended(&self, end: usize, closed: usize) -> bool {
        self.at == end && self.open.is_empty() && self.watched.end == closed
    }

    /// Whether `position` was skipped: it lies in a string, a comment or a stream.
    pub(super) fn hides(&self, position: usize) -> bool {
        let place = self.skipped.partition_point(|span| span.end <= position);
        self.skipped
            .get(place)
            .is_some_and(|span| span.contains(&position))
    }

    fn rest(&self) -> &'a [u8] {
        self.page.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, over: impl FnOnce(&mut Self) -> Result<(), RenderError>) -> Result<(), RenderError> {
        let start = self.at;
        over(self)?;
        self.skipped.push(start..self.at);
        Ok(())
    }

    fn bracket(&mut self, byte: u8) -> Result<(), RenderError> {
        match (byte, self.page.get(self.at + 1)) {
            (b'<', Some(b'<')) => self.open_dictionary(),
            (b'<', _) => self.skip_hexadecimal(),
            (b'>', Some(b'>')) => self.close_dictionary(),
            (b'[', _) => self.opened(b'[', 1),
            (b']', _) if self.open.pop() == Some(b'[') => {
                self.at += 1;
                Ok(())
            }
            _ => broken("bracket"),
        }
    }

    fn opened(&mut self, bracket: u8, length: usize) -> Result<(), RenderError> {
        self.open.push(bracket);
        self.at += length;
        if self.open.len() <= MOST_OPEN {
            Ok(())
        } else {
            broken("bracket")
        }
    }

    fn open_dictionary(&mut self) -> Result<(), RenderError> {
        if self.open.is_empty() {
            self.dictionary = self.at..self.at;
            (self.length, self.lengths) = (None, 0);
        }
        self.opened(b'<', 2)
    }

    fn close_dictionary(&mut self) -> Result<(), RenderError> {
        if self.open.pop() != Some(b'<') {
            return broken("bracket");
        }
        self.at += 2;
        if self.open.is_empty() {
            self.dictionary.end = self.at;
            if self.dictionary.start == self.watched.start {
                self.watched.end = self.at;
            }
        }
        Ok(())
    }

    /// An object that ends while something is open goes on for one reader and not for another.
    fn skip_word(&mut self) -> Result<(), RenderError> {
        let end = self.rest().iter().position(|byte| !byte.is_ascii_alphanumeric());
        let word = &self.rest()[..end.unwrap_or(self.rest().len())];
        self.at += word.len();
        if word == b"endobj" && !self.open.is_empty() {
            return broken("bracket");
        }
        Ok(())
    }

    fn name(&mut self) -> Result<Vec<u8>, RenderError> {
        self.at += 1;
        let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0 || b"()<>[]{}/%".contains(byte);
        let length = self.rest().iter().position(ends).unwrap_or(self.rest().len());
        let name = unescaped(&self.rest()[..length])?;
        self.at += length;
        if name == b"Length" {
            self.lengths += 1;
            self.length = (self.open == [b'<']).then_some(self.at).or(self.length);
        }
        Ok(name)
    }

    /// A string in parentheses, which may hold others and escapes.
    fn skip_string(&mut self) -> Result<(), RenderError> {
        let mut depth = 0_u32;
        while let Some(byte) = self.page.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' if depth == 1 => return Ok(()),
                b')' => depth -= 1,
                _ => {}
            }
        }
        broken("string")
    }

    /// A string of hexadecimal digits.
    fn skip_hexadecimal(&mut self) -> Result<(), RenderError> {
        let inner = &self.rest()[1..];
        let end = inner.iter().position(|byte| !byte.is_ascii_hexdigit());
        match end.map(|end| (end, inner[end])) {
            Some((end, b'>')) => {
                self.at += end + 2;
                Ok(())
            }
            _ => broken("string"),
        }
    }

    fn skip_comment(&mut self) -> Result<(), RenderError> {
        let end = self.rest().iter().position(|byte| b"\r\n".contains(byte));
        match end.map(|end| (end, self.rest()[end])) {
            Some((end, b'\n')) => {
                self.at += end + 1;
                Ok(())
            }
            _ => broken("line"),
        }
    }

    /// A stream behind an object's dictionary, by the length that this gives.
    fn skip_stream(&mut self) -> Result<(), RenderError> {
        let own = self.page[..self.dictionary.start].ends_with(b" obj\n") && self.open.is_empty();
        let behind = self.dictionary.end + 1 == self.at && self.page[self.dictionary.end] == b'\n';
        let Some(length) = self.stream_length().filter(|_| own && behind) else {
            return broken("stream");
        };
        let body = self.at + b"stream\n".len();
        let end = body.checked_add(length).unwrap_or(self.page.len());
        let closed = self
            .page
            .get(end..)
            .is_some_and(|rest| rest.starts_with(b"\nendstream\nendobj\n"));
        if !closed || !self.rest().starts_with(b"stream\n") {
            return broken("stream");
        }
        self.at = end + b"\nendstream".len();
        Ok(())
    }

    /// The length that every reader finds: named once, a number by itself.
    fn stream_length(&self) -> Option<usize> {
        let value = self.page.get(self.length?..)?.strip_prefix(b" ")?;
        let number = digits(value);
        let whole = value.get(number.len()).is_some_and(|next| b"/>".contains(next));
        (whole && self.lengths == 1).then(|| decimal(number))?
    }
}

const fn broken<T>(rule: &'static str) -> Result<T, RenderError> {
    Err(RenderError::PageRule { rule })
}

/// A name without its escapes.
fn unescaped(raw: &[u8]) -> Result<Vec<u8>, RenderError> {
    let mut name = Vec::with_capacity(raw.len());
    let mut bytes = raw.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte == b'#' {
            let pair = [bytes.next(), bytes.next()];
            name.push(hexadecimal(pair).ok_or(RenderError::PageRule { rule: "escape" })?);
        } else {
            name.push(byte);
        }
    }
    Ok(name)
}

fn hexadecimal([high, low]: [Option<u8>; 2]) -> Option<u8> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::super::page::tests::refused;
    use super::*;

    #[test]
    fn what_readers_read_differently_is_refused() {
        let script = "/OpenAction<</S/JavaScript>>";
        for (extra, rule) in [
            (format!("/X<(>{script}/Y<)>"), "string"),
            (format!("/X<%>{script}\n/Y 1"), "string"),
            (format!("/X 1 %\r{script}\n"), "line"),
            (format!("\r{script}"), "line"),
            ("/X[".to_owned(), "bracket"),
            ("/X]".to_owned(), "bracket"),
            ("/X[<<]>>".to_owned(), "bracket"),
            ("/X{}".to_owned(), "bracket"),
            ("/X)".to_owned(), "bracket"),
            ("/X<4".to_owned(), "bracket"),
            ("/X<4g>".to_owned(), "string"),
            ("%>>\nendobj\n".to_owned(), "bracket"),
            ("/X(>>\nendobj\n)".to_owned(), "table"),
            ("[".repeat(MOST_OPEN), "bracket"),
        ] {
            assert_eq!(refused(&extra, "<<>>"), Some(rule), "{extra}");
        }
        assert_eq!(refused("/X<48 65>", "<<>>"), Some("string"));
        assert_eq!(refused("/X<4865>/Y[<</Z[(a)]>>]", "<<>>"), None);
    }

    #[test]
    fn a_stream_stands_behind_its_own_dictionary_and_has_one_length() {
        let stream = |dictionary: &str| refused("", &format!("{dictionary}\nstream\nabc\nendstream"));
        assert_eq!(stream("<</Length 3>>"), None);
        assert_eq!(stream("<</Length1 9/Length 3/X<</Y 1>>>>"), None);
        for dictionary in [
            "<</X<</Length 3>>>>",
            "<</Length 3/X<</Length 3>>>>",
            "<</Length 3/Length\n9>>",
            "<</Length 3/L#65ngth 9>>",
            "<</Length\n3>>",
            "<</Length 3 0 R>>",
            "<</Length 4>>",
            "<</X 3>>",
            "[<</Length 3>>",
            "<</X[<</Length 3>>",
            "1 <</Length 3>>",
            "<</Length 3>>\n<<>>",
            "<</Length 3>>\n",
        ] {
            assert_eq!(stream(dictionary), Some("stream"), "{dictionary}");
        }
    }

    #[test]
    fn many_streams_behind_one_dictionary_cost_no_time() {
        let more = ">>\nstream\na\nendstream\nendobj\n".repeat(100_000);
        let object = format!("<</Length 1>>\nstream\na\nendstream\nendobj\n{more}7 0 obj\n<<>>");
        assert_eq!(refused("", &object), Some("bracket"));
    }

    #[test]
    fn what_was_skipped_hides() {
        let page = b"/A(b)/C%d\n/E";
        let mut scan = Scan::new(page, 0, 0);
        while scan.next_name(page.len()).unwrap().is_some() {}
        let hidden: Vec<usize> = (0..page.len()).filter(|place| scan.hides(*place)).collect();
        assert_eq!(hidden, [2, 3, 4, 7, 8, 9]);
    }

    #[test]
    fn a_comment_needs_its_end() {
        assert_eq!(Scan::new(b"%a", 0, 0).next_name(2), broken("line"));
    }
}
