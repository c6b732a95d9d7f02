//! Rust source as tokens and paths, for tests that hold rules against the sources.
//!
//! A small tokenizer in the sense of the Rust Reference (edition 2024): it knows comments, strings,
//! characters, lifetimes, raw identifiers, attributes and `use` trees, and nothing else of the grammar.

/// A piece of source that is neither comment nor white space. Strings are `Literal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// An identifier or keyword, raw or not, or a number.
    Word(String),
    /// One character of punctuation.
    Mark(char),
    /// A string, a character, or a lifetime, as it is written.
    Literal(String),
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    /// What it is.
    pub(crate) token: Token,
    /// Its line, from 1.
    pub(crate) line: usize,
}

impl Token {
    /// Its word, if it is one.
    pub(crate) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is that word.
    pub(crate) fn is_word(&self, wanted: &str) -> bool {
        self.word() == Some(wanted)
    }
}

// --- from text to tokens -------------------------------------------------------------------------

/// The tokens of a file.
pub(crate) fn tokens(text: &str) -> Vec<Placed> {
    let mut scan = Scan {
        rest: text,
        line: 1,
        found: Vec::new(),
    };
    while scan.step() {}
    scan.found
}

struct Scan<'a> {
    rest: &'a str,
    line: usize,
    found: Vec<Placed>,
}

impl Scan<'_> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else {
            return false;
        };
        let raw = raw_string_length(self.rest);
        if self.rest.starts_with("//") {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.skip(block_comment_length(self.rest));
        } else if let Some(length) = raw.or_else(|| plain_string_length(self.rest)) {
            self.literal(length);
        } else if first == '\'' {
            self.quote();
        } else if first.is_alphanumeric() || first == '_' {
            self.word();
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else {
            self.push(Token::Mark(first), first.len_utf8());
        }
        true
    }

    /// A character literal, or the mark before a lifetime's name.
    fn quote(&mut self) {
        let inner: Vec<char> = self.rest.chars().skip(1).take(2).collect();
        match inner.as_slice() {
            ['\\', escaped] => {
                let start = 2 + escaped.len_utf8();
                let end = self
                    .rest
                    .get(start..)
                    .and_then(|rest| rest.find('\''))
                    .unwrap_or(0);
                self.literal((start + end + 1).min(self.rest.len()));
            }
            [only, '\''] => self.literal(2 + only.len_utf8()),
            _ => {
                let name = self
                    .rest
                    .chars()
                    .skip(1)
                    .take_while(|c| c.is_alphanumeric() || *c == '_');
                let length = 1 + name.map(char::len_utf8).sum::<usize>();
                self.literal(length);
            }
        }
    }

    fn word(&mut self) {
        let bare = self.rest.strip_prefix("r#").unwrap_or(self.rest);
        let length = bare
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(bare.len());
        let word = bare.get(..length).unwrap_or_default().to_owned();
        let raw = self.rest.len() - bare.len();
        self.push(Token::Word(word), raw + length);
    }

    fn literal(&mut self, length: usize) {
        let text = self.rest.get(..length).unwrap_or_default().to_owned();
        self.push(Token::Literal(text), length);
    }

    fn push(&mut self, token: Token, length: usize) {
        self.found.push(Placed {
            token,
            line: self.line,
        });
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at(length);
        self.line += gone.matches('\n').count();
        self.rest = rest;
    }
}

fn block_comment_length(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// `r"…"`, `r#"…"#`, with `b` or `c` before.
fn raw_string_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix(['b', 'c']).unwrap_or(text).strip_prefix('r')?;
    let hashes = inner.len() - inner.trim_start_matches('#').len();
    let body = inner.get(hashes..)?.strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = body.find(&close).map_or(body.len(), |at| at + close.len());
    Some(text.len() - body.len() + end)
}

fn plain_string_length(text: &str) -> Option<usize> {
    let body = text.strip_prefix(['b', 'c']).unwrap_or(text).strip_prefix('"')?;
    let mut escaped = false;
    for (at, character) in body.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(text.len() - body.len() + at + 1),
            _ => {}
        }
    }
    Some(text.len())
}

// --- items for tests -----------------------------------------------------------------------------

/// An item that exists for tests alone.
pub(crate) struct TestItem {
    /// How many lines it has.
    pub(crate) lines: usize,
    /// Names of `mod name;` without a body.
    pub(crate) declares: Vec<String>,
    /// The file named by `#[path = "…"]`.
    pub(crate) path: Option<String>,
}

/// The tokens outside items under `#[cfg(test)]`, `#[cfg(all(test, …))]` or `#[test]`.
pub(crate) fn without_tests(all: &[Placed]) -> (Vec<Placed>, Vec<TestItem>) {
    let (mut kept, mut items, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(placed) = all.get(at) {
        let end = attribute_end(all, at);
        match end {
            Some(end) if is_for_tests(all.get(at..end).unwrap_or_default()) => {
                let past = item_end(all, end);
                let item = all.get(at..past).unwrap_or_default();
                items.push(TestItem {
                    lines: lines_of(item),
                    declares: declared(item),
                    path: path_of(item),
                });
                at = past;
            }
            _ => {
                kept.push(placed.clone());
                at += 1;
            }
        }
    }
    (kept, items)
}

/// Past the `]` of an attribute that begins at `at`.
fn attribute_end(all: &[Placed], at: usize) -> Option<usize> {
    let opens = all.get(at)?.token == Token::Mark('#') && all.get(at + 1)?.token == Token::Mark('[');
    opens.then(|| closing(all, at + 1) + 1)
}

fn is_for_tests(attribute: &[Placed]) -> bool {
    let words: Vec<&str> = attribute
        .iter()
        .filter_map(|placed| placed.token.word())
        .collect();
    matches!(
        words.as_slice(),
        ["test"] | ["cfg", "test"] | ["cfg", "all", "test", ..]
    )
}

/// Past the item that begins at `at`, its further attributes included.
fn item_end(all: &[Placed], mut at: usize) -> usize {
    while let Some(end) = attribute_end(all, at) {
        at = end;
    }
    let ends_in_semicolon = ["use", "const", "static", "type"];
    let mut head = all.iter().skip(at).filter_map(|placed| placed.token.word());
    let keyword = head
        .find(|word| !["pub", "crate", "super", "in"].contains(word))
        .unwrap_or_default();
    let function = all
        .iter()
        .skip(at)
        .take(4)
        .any(|placed| placed.token.is_word("fn"));
    let to_semicolon = ends_in_semicolon.contains(&keyword) && !function;
    while let Some(placed) = all.get(at) {
        match placed.token {
            Token::Mark(';') => return at + 1,
            Token::Mark('{') if !to_semicolon => return closing(all, at) + 1,
            Token::Mark('{' | '(' | '[') => at = closing(all, at) + 1,
            _ => at += 1,
        }
    }
    all.len()
}

/// The index of what closes the bracket at `open`, or the last index.
fn closing(all: &[Placed], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, placed) in all.iter().enumerate().skip(open) {
        match placed.token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    all.len().saturating_sub(1)
}

fn lines_of(item: &[Placed]) -> usize {
    let ends = item.first().zip(item.last());
    ends.map_or(0, |(first, last)| last.line - first.line + 1)
}

/// The file named by `path = "…"`, if the item has that attribute.
fn path_of(item: &[Placed]) -> Option<String> {
    item.windows(3).find_map(|window| match window {
        [key, equals, value] if key.token.is_word("path") && equals.token == Token::Mark('=') => {
            let Token::Literal(text) = &value.token else {
                return None;
            };
            Some(text.trim_matches('"').to_owned())
        }
        _ => None,
    })
}

fn declared(item: &[Placed]) -> Vec<String> {
    let declares = |window: &[Placed]| match window {
        [keyword, name, end] if keyword.token.is_word("mod") && end.token == Token::Mark(';') => {
            name.token.word().map(str::to_owned)
        }
        _ => None,
    };
    item.windows(3).filter_map(declares).collect()
}

// --- paths ---------------------------------------------------------------------------------------

/// What a walk over the tokens meets.
pub(crate) enum Step {
    /// A `use` item, its tree taken apart.
    Use(Vec<Import>),
    /// A path anywhere else, as it stands there.
    Path {
        /// Its words.
        segments: Vec<String>,
        /// Where it begins.
        line: usize,
        /// An opening parenthesis follows, generic arguments left aside.
        called: bool,
    },
}

/// One leaf of a `use` tree.
pub(crate) struct Import {
    /// Its words; `*` for a glob.
    pub(crate) segments: Vec<String>,
    /// The name by which the file knows it.
    pub(crate) known_as: String,
    /// Where it stands.
    pub(crate) line: usize,
}

/// Goes through a file's tokens from path to path.
pub(crate) struct Walk<'a> {
    tokens: &'a [Placed],
    at: usize,
    depth: usize,
    /// Inline modules that are open: name, and the depth inside.
    modules: Vec<(String, usize)>,
}

impl<'a> Walk<'a> {
    /// A walk over `tokens`.
    pub(crate) fn new(tokens: &'a [Placed]) -> Self {
        Self {
            tokens,
            at: 0,
            depth: 0,
            modules: Vec::new(),
        }
    }

    /// The inline modules around the step that was met last, the outermost first.
    pub(crate) fn open_modules(&self) -> Vec<String> {
        self.modules.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The next `use` item or path.
    pub(crate) fn next(&mut self) -> Option<Step> {
        loop {
            let placed = self.tokens.get(self.at)?;
            match &placed.token {
                Token::Mark(mark) => {
                    self.bracket(*mark);
                    self.at += 1;
                }
                Token::Literal(_) => self.at += 1,
                Token::Word(word) if word == "use" && !self.follows(1, '<') => {
                    self.at += 1;
                    let mut uses = Vec::new();
                    self.use_tree(&[], &mut uses);
                    return Some(Step::Use(uses));
                }
                Token::Word(word) if word == "mod" && self.follows(2, '{') => {
                    let name = self
                        .tokens
                        .get(self.at + 1)
                        .and_then(|placed| placed.token.word())
                        .unwrap_or_default()
                        .to_owned();
                    self.modules.push((name, self.depth + 1));
                    self.at += 2;
                }
                Token::Word(_) if self.is_no_path() => self.at += 1,
                Token::Word(_) => return Some(self.path()),
            }
        }
    }

    fn bracket(&mut self, mark: char) {
        match mark {
            '{' => self.depth += 1,
            '}' => {
                self.modules.retain(|(_, depth)| *depth < self.depth);
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }

    /// A field or method (`a.b`, not the end of a range `a..b`), or a name that is being declared.
    fn is_no_path(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.tokens.get(at));
        let dot = |back| before(back).is_some_and(|placed| placed.token == Token::Mark('.'));
        (dot(1) && !dot(2)) || before(1).is_some_and(|placed| placed.token.is_word("fn"))
    }

    fn follows(&self, ahead: usize, mark: char) -> bool {
        self.tokens
            .get(self.at + ahead)
            .is_some_and(|placed| placed.token == Token::Mark(mark))
    }

    fn separator(&self) -> bool {
        self.follows(0, ':') && self.follows(1, ':')
    }

    /// Generic arguments are looked past, and then walked through: paths stand in them too.
    fn path(&mut self) -> Step {
        let line = self.tokens.get(self.at).map_or(0, |placed| placed.line);
        let (mut segments, mut resume) = (Vec::new(), None);
        while let Some(word) = self.tokens.get(self.at).and_then(|placed| placed.token.word()) {
            segments.push(word.to_owned());
            self.at += 1;
            if self.separator() && self.follows(2, '<') {
                resume = resume.or(Some(self.at + 3));
                self.at = self.past_generics(self.at + 2);
            }
            let goes_on = self
                .tokens
                .get(self.at + 2)
                .is_some_and(|placed| placed.token.word().is_some());
            if !self.separator() || !goes_on {
                break;
            }
            self.at += 2;
        }
        let called = self.follows(0, '(');
        self.at = resume.unwrap_or(self.at);
        Step::Path {
            segments,
            line,
            called,
        }
    }

    /// Past the `>` that closes the `<` at `open`.
    fn past_generics(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (at, placed) in self.tokens.iter().enumerate().skip(open) {
            let arrow = at.checked_sub(1).and_then(|before| self.tokens.get(before));
            match placed.token {
                Token::Mark('<') => depth += 1,
                Token::Mark('>') if arrow.is_some_and(|before| before.token == Token::Mark('-')) => {}
                Token::Mark('>') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return at + 1;
            }
        }
        self.tokens.len()
    }

    fn use_tree(&mut self, before: &[String], uses: &mut Vec<Import>) {
        let mut segments = before.to_vec();
        while let Some(placed) = self.tokens.get(self.at) {
            let line = placed.line;
            match &placed.token {
                Token::Word(word) => {
                    // `a::{self}` names `a`; a `self` at the front is a place.
                    if word != "self" || segments.is_empty() {
                        segments.push(word.clone());
                    }
                    self.at += 1;
                    if self.separator() {
                        continue;
                    }
                    let name = self.alias().or_else(|| segments.last().cloned());
                    uses.push(Import {
                        segments,
                        known_as: name.unwrap_or_default(),
                        line,
                    });
                    return;
                }
                Token::Mark('*') => {
                    self.at += 1;
                    segments.push("*".to_owned());
                    uses.push(Import {
                        segments,
                        known_as: "*".to_owned(),
                        line,
                    });
                    return;
                }
                Token::Mark('{') => return self.use_list(&segments, uses),
                Token::Mark(':') => self.at += 1,
                _ => return,
            }
        }
    }

    fn use_list(&mut self, before: &[String], uses: &mut Vec<Import>) {
        self.at += 1;
        while self.at < self.tokens.len() && !self.follows(0, '}') {
            if self.follows(0, ',') {
                self.at += 1;
            } else {
                let start = self.at;
                self.use_tree(before, uses);
                self.at = self.at.max(start + 1);
            }
        }
        self.at += 1;
    }

    fn alias(&mut self) -> Option<String> {
        if !self.tokens.get(self.at)?.token.is_word("as") {
            return None;
        }
        let name = self.tokens.get(self.at + 1)?.token.word()?.to_owned();
        self.at += 2;
        Some(name)
    }
}
