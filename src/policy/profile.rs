//! A policy file, read and checked: TOML 1.1 in UTF-8, at most [`MAX_PROFILE_BYTES`].
//!
//! Touches the embedded files. The form of the file is told at the head of
//! `certificates/policies/mic.toml`; a file of an office's own is checked in the same way.

use serde::Deserialize;

use super::error::PolicyError;
use super::level::{
    Level, MediumKind, PassphraseUse, Purpose, ScanNeed, Scope, Standing, WitnessNeed, WitnessWay,
};

/// The largest policy file that is read, in bytes.
pub const MAX_PROFILE_BYTES: usize = 1 << 20;

const FORMAT: u32 = 1;
const MAX_RULES: usize = 256;
const MAX_CLASSIFICATIONS: usize = 32;
const MAX_LIST: usize = 32;
const MAX_NAME_CHARACTERS: usize = 200;
const MAX_TEXT_CHARACTERS: usize = 4_000;

/// The embedded files, by the id that each says itself.
const EMBEDDED: &[(&str, &[u8])] = &[("mic", include_bytes!("../../certificates/policies/mic.toml"))];

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Japanese, which decides.
    pub ja: String,
    /// English.
    pub en: String,
}

/// Where a rule comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The document's name.
    pub document: String,
    /// The clause in it.
    pub clause: String,
    /// How far it was confirmed.
    pub standing: Standing,
}

/// A value of 機密性.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// As typed and recorded (`3A`).
    pub id: String,
    /// What it means.
    pub title: Bilingual,
}

/// One rule as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) scope: Scope,
    pub(super) classifications: Vec<String>,
    /// True: the rule is for My Number alone. Otherwise it is for everything.
    #[serde(default)]
    pub(super) mynumber: bool,
    pub(super) purposes: Vec<Purpose>,
    /// None: every kind.
    pub(super) media: Option<Vec<MediumKind>>,
    pub(super) level: Level,
    pub(super) witness: WitnessNeed,
    pub(super) witness_ways: Vec<WitnessWay>,
    #[serde(default)]
    pub(super) approvals: Vec<String>,
    pub(super) passphrase: Option<PassphraseUse>,
    pub(super) scan: Option<ScanNeed>,
    pub(super) text: Bilingual,
    pub(super) sources: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    format: u32,
    id: String,
    title: Bilingual,
    classifications: Vec<Classification>,
    #[serde(rename = "rule")]
    rules: Vec<Rule>,
}

/// A policy (規程) that was read and found in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    id: String,
    title: Bilingual,
    classifications: Vec<Classification>,
    rules: Vec<Rule>,
    source: Vec<u8>,
}

impl Profile {
    /// The ids of the embedded policies, the default first.
    pub fn embedded_ids() -> impl Iterator<Item = &'static str> {
        EMBEDDED.iter().map(|(id, _)| *id)
    }

    /// The embedded policy called `id`.
    ///
    /// # Errors
    /// [`PolicyError::UnknownProfile`].
    pub fn embedded(id: &str) -> Result<Self, PolicyError> {
        let found = EMBEDDED.iter().find(|(name, _)| *name == id);
        let (_, bytes) = found.ok_or_else(|| PolicyError::UnknownProfile {
            given: id.to_owned(),
            known: Self::embedded_ids().collect::<Vec<_>>().join(", "),
        })?;
        Self::parse(bytes)
    }

    /// Reads a policy file and checks it.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line or its key.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        let file = read(bytes)?;
        if file.format != FORMAT {
            return Err(PolicyError::UnknownFormat { format: file.format });
        }
        let profile = Self {
            id: file.id,
            title: file.title,
            classifications: file.classifications,
            rules: file.rules,
            source: bytes.to_vec(),
        };
        profile.check()?;
        Ok(profile)
    }

    /// Its id, as records name it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its title.
    #[must_use]
    pub const fn title(&self) -> &Bilingual {
        &self.title
    }

    /// The classifications it knows, the strictest last.
    #[must_use]
    pub fn classifications(&self) -> &[Classification] {
        &self.classifications
    }

    /// The very bytes it was read from: what a record's policy digest is made of.
    #[must_use]
    pub fn source_bytes(&self) -> &[u8] {
        &self.source
    }

    /// Whether `classification` is one of its own.
    pub(super) fn knows(&self, classification: &str) -> bool {
        self.classifications
            .iter()
            .any(|known| known.id == classification)
    }

    /// The rules that apply, in the order of the file.
    pub(super) fn matching(
        &self,
        scope: Scope,
        classification: &str,
        mynumber: bool,
        purpose: Purpose,
        medium: MediumKind,
    ) -> impl Iterator<Item = &Rule> + Clone {
        self.rules.iter().filter(move |rule| {
            rule.scope == scope
                && (mynumber || !rule.mynumber)
                && rule.covers(medium)
                && rule.purposes.contains(&purpose)
                && rule.classifications.iter().any(|known| known == classification)
        })
    }

    fn check(&self) -> Result<(), PolicyError> {
        check_id("id", &self.id)?;
        check_bilingual("title", &self.title, MAX_NAME_CHARACTERS)?;
        self.check_classifications()?;
        check_count("rule", self.rules.len(), MAX_RULES)?;
        for (index, rule) in self.rules.iter().enumerate() {
            let place = format!("rule[{}]", index + 1);
            rule.check(&place)?;
            self.check_listed(rule)?;
        }
        check_no_twins("rule", self.rules.iter().map(|rule| rule.id.as_str()))?;
        self.check_order()
    }

    fn check_classifications(&self) -> Result<(), PolicyError> {
        check_count("classifications", self.classifications.len(), MAX_CLASSIFICATIONS)?;
        for (index, classification) in self.classifications.iter().enumerate() {
            let place = format!("classifications[{}]", index + 1);
            check_text(&format!("{place}.id"), &classification.id, 16)?;
            check_bilingual(
                &format!("{place}.title"),
                &classification.title,
                MAX_NAME_CHARACTERS,
            )?;
        }
        check_no_twins(
            "classifications",
            self.classifications.iter().map(|known| known.id.as_str()),
        )
    }

    fn check_listed(&self, rule: &Rule) -> Result<(), PolicyError> {
        match rule.classifications.iter().find(|named| !self.knows(named)) {
            None => Ok(()),
            Some(stranger) => Err(PolicyError::UnlistedClassification {
                rule: rule.id.clone(),
                classification: stranger.clone(),
            }),
        }
    }

    /// A classification listed later never has less required than one before it.
    fn check_order(&self) -> Result<(), PolicyError> {
        for scope in Scope::ALL {
            for purpose in Purpose::ALL {
                for medium in MediumKind::ALL {
                    self.check_order_in(*scope, false, *purpose, *medium)?;
                    self.check_order_in(*scope, true, *purpose, *medium)?;
                }
            }
        }
        Ok(())
    }

    fn check_order_in(
        &self,
        scope: Scope,
        mynumber: bool,
        purpose: Purpose,
        medium: MediumKind,
    ) -> Result<(), PolicyError> {
        let mut before: Option<(Strictness<'_>, &str)> = None;
        for classification in &self.classifications {
            let matching = self.matching(scope, &classification.id, mynumber, purpose, medium);
            let Some(here) = Strictness::of(matching) else {
                continue;
            };
            match &before {
                Some((laxer, id)) if !here.covers(laxer) => {
                    return Err(PolicyError::Inverted {
                        stricter: classification.id.clone(),
                        laxer: (*id).to_owned(),
                        scope,
                        purpose,
                        medium,
                    });
                }
                _ => before = Some((here, &classification.id)),
            }
        }
        Ok(())
    }
}

impl Rule {
    /// A medium of unknown kind may be of any, so every kind's rules hold for it.
    fn covers(&self, medium: MediumKind) -> bool {
        let listed = |media: &Vec<MediumKind>| medium == MediumKind::Unknown || media.contains(&medium);
        self.media.as_ref().is_none_or(listed)
    }

    fn check(&self, place: &str) -> Result<(), PolicyError> {
        check_id(&format!("{place}.id"), &self.id)?;
        check_list(&format!("{place}.classifications"), &self.classifications)?;
        check_list(&format!("{place}.purposes"), &self.purposes)?;
        check_list(&format!("{place}.witness_ways"), &self.witness_ways)?;
        if let Some(media) = &self.media {
            check_list(&format!("{place}.media"), media)?;
        }
        self.check_approvals(place)?;
        check_bilingual(&format!("{place}.text"), &self.text, MAX_TEXT_CHARACTERS)?;
        self.check_sources(place)?;
        self.check_level()
    }

    fn check_approvals(&self, place: &str) -> Result<(), PolicyError> {
        let field = format!("{place}.approvals");
        for post in &self.approvals {
            check_text(&field, post, MAX_NAME_CHARACTERS)?;
        }
        if self.approvals.is_empty() {
            Ok(())
        } else {
            check_list(&field, &self.approvals)
        }
    }

    fn check_sources(&self, place: &str) -> Result<(), PolicyError> {
        check_count(&format!("{place}.sources"), self.sources.len(), MAX_LIST)?;
        for (index, source) in self.sources.iter().enumerate() {
            let place = format!("{place}.sources[{}]", index + 1);
            check_text(
                &format!("{place}.document"),
                &source.document,
                MAX_NAME_CHARACTERS,
            )?;
            check_text(&format!("{place}.clause"), &source.clause, MAX_NAME_CHARACTERS)?;
        }
        Ok(())
    }

    /// `partial` is for files alone, and files reach nothing else.
    fn check_level(&self) -> Result<(), PolicyError> {
        if (self.scope == Scope::Files) == (self.level == Level::Partial) {
            return Ok(());
        }
        Err(PolicyError::LevelOutsideScope {
            rule: self.id.clone(),
            level: self.level,
            scope: self.scope,
        })
    }
}

/// What rules demand together, as far as two cases can be compared by it.
struct Strictness<'a> {
    level: Level,
    witness: WitnessNeed,
    passphrase_refused: bool,
    scan_required: bool,
    approvals: Vec<&'a str>,
}

impl<'a> Strictness<'a> {
    fn of(rules: impl Iterator<Item = &'a Rule> + Clone) -> Option<Self> {
        Some(Self {
            level: rules.clone().map(|rule| rule.level).max()?,
            witness: rules.clone().map(|rule| rule.witness).max()?,
            passphrase_refused: rules
                .clone()
                .any(|rule| rule.passphrase == Some(PassphraseUse::Refused)),
            scan_required: rules.clone().any(|rule| rule.scan == Some(ScanNeed::Required)),
            approvals: rules
                .flat_map(|rule| rule.approvals.iter().map(String::as_str))
                .collect(),
        })
    }

    /// Whether it demands everything that `laxer` does.
    fn covers(&self, laxer: &Self) -> bool {
        self.level >= laxer.level
            && self.witness >= laxer.witness
            && self.passphrase_refused >= laxer.passphrase_refused
            && self.scan_required >= laxer.scan_required
            && laxer.approvals.iter().all(|post| self.approvals.contains(post))
    }
}

fn read(bytes: &[u8]) -> Result<ProfileFile, PolicyError> {
    if bytes.len() > MAX_PROFILE_BYTES {
        return Err(PolicyError::TooLarge {
            bytes: bytes.len(),
            limit: MAX_PROFILE_BYTES,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| PolicyError::NotUtf8 {
        line: line_of(bytes, error.valid_up_to()),
    })?;
    // Editors on Windows put a byte order mark there.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    toml::from_str(text).map_err(|error| malformed(text, &error))
}

fn malformed(text: &str, error: &toml::de::Error) -> PolicyError {
    let line = line_of(text.as_bytes(), error.span().map_or(0, |span| span.start));
    let message = match key_on(text, line) {
        Some(key) => format!("`{key}`: {}", error.message()),
        None => error.message().to_owned(),
    };
    PolicyError::Malformed { line, message }
}

/// The key with which a line begins, if it begins with one.
fn key_on(text: &str, line: usize) -> Option<&str> {
    let (key, _) = text.lines().nth(line.checked_sub(1)?)?.split_once('=')?;
    let key = key.trim();
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    ((1..=64).contains(&key.len()) && key.bytes().all(bare)).then_some(key)
}

/// The line, from 1, in which the byte at `position` lies.
fn line_of(bytes: &[u8], position: usize) -> usize {
    1 + bytes.iter().take(position).filter(|byte| **byte == b'\n').count()
}

fn check_id(field: &str, id: &str) -> Result<(), PolicyError> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let good = (1..=64).contains(&id.len()) && id.bytes().all(allowed);
    if good {
        Ok(())
    } else {
        Err(PolicyError::BadId {
            field: field.to_owned(),
        })
    }
}

fn check_bilingual(field: &str, text: &Bilingual, limit: usize) -> Result<(), PolicyError> {
    check_text(&format!("{field}.ja"), &text.ja, limit)?;
    check_text(&format!("{field}.en"), &text.en, limit)
}

/// Line feeds are allowed: the texts of rules are paragraphs.
fn check_text(field: &str, text: &str, limit: usize) -> Result<(), PolicyError> {
    let good = !text.trim().is_empty()
        && text.chars().count() <= limit
        && !text
            .chars()
            .any(|character| character.is_control() && character != '\n');
    if good {
        Ok(())
    } else {
        Err(PolicyError::BadText {
            field: field.to_owned(),
            limit,
        })
    }
}

fn check_count(field: &str, count: usize, limit: usize) -> Result<(), PolicyError> {
    if (1..=limit).contains(&count) {
        return Ok(());
    }
    Err(PolicyError::BadCount {
        field: field.to_owned(),
        count,
        limit,
    })
}

fn check_list<T: ToString>(field: &str, list: &[T]) -> Result<(), PolicyError> {
    check_count(field, list.len(), MAX_LIST)?;
    let words: Vec<String> = list.iter().map(ToString::to_string).collect();
    check_no_twins(field, words.iter().map(String::as_str))
}

fn check_no_twins<'a>(field: &str, entries: impl Iterator<Item = &'a str>) -> Result<(), PolicyError> {
    let mut seen = std::collections::BTreeSet::new();
    for entry in entries {
        if !seen.insert(entry) {
            return Err(PolicyError::Twice {
                field: field.to_owned(),
                entry: entry.to_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SMALL: &str = r#"
format = 1
id = "small"
title = { ja = "小", en = "small" }
classifications = [
  { id = "1", title = { ja = "一", en = "one" } },
  { id = "2", title = { ja = "二", en = "two" } },
]

[[rule]]
id = "all"
scope = "medium"
classifications = ["1", "2"]
purposes = ["disposal"]
level = "clear"
witness = "optional"
witness_ways = ["paper"]
text = { ja = "文", en = "text" }
sources = [{ document = "文書", clause = "第1", standing = "read" }]
"#;

    fn refusal(from: &str, to: &str) -> PolicyError {
        assert!(
            SMALL.contains(from),
            "the test replaces something that is there: {from}"
        );
        Profile::parse(SMALL.replacen(from, to, 1).as_bytes()).expect_err("must be refused")
    }

    #[test]
    fn the_embedded_files_are_in_order_and_say_their_own_id() {
        for id in Profile::embedded_ids() {
            let profile = Profile::embedded(id).unwrap();
            assert_eq!(profile.id(), id);
            assert_eq!(Profile::parse(profile.source_bytes()), Ok(profile));
        }
        let known: Vec<_> = Profile::embedded("mic")
            .unwrap()
            .classifications()
            .iter()
            .map(|c| c.id.clone())
            .collect();
        assert_eq!(known, ["1", "2", "3C", "3B", "3A", "3"]);
        let error = Profile::embedded("MIC").unwrap_err();
        assert_eq!(error.to_string(), "no policy is called `MIC`: mic");
    }

    #[test]
    fn a_small_file_is_read_with_mark_and_windows_line_ends() {
        assert!(Profile::parse(SMALL.as_bytes()).is_ok());
        assert!(Profile::parse(format!("\u{feff}{SMALL}").as_bytes()).is_ok());
        assert!(Profile::parse(SMALL.replace('\n', "\r\n").as_bytes()).is_ok());
    }

    #[test]
    fn what_the_reader_refuses_names_line_and_key() {
        for (from, to, line, words) in [
            ("level = \"clear\"", "levle = \"clear\"", 15, "levle"),
            ("level = \"clear\"\n", "", 10, "level"),
            ("level = \"clear\"", "level = \"clean\"", 15, "clean"),
            ("witness = \"optional\"", "witness = true", 16, "`witness`: "),
            ("id = \"small\"", "id = \"small\"\nid = \"again\"", 4, "duplicate"),
            ("en = \"text\" }", "en = \"text\", fr = \"texte\" }", 18, "fr"),
            ("purposes = [\"disposal\"]", "purposes = [\"sale\"]", 14, "sale"),
            ("format = 1", "format = 1\nmode = 2", 3, "mode"),
            ("standing = \"read\"", "standing = \"sure\"", 19, "sure"),
        ] {
            let error = refusal(from, to);
            let PolicyError::Malformed { line: found, message } = &error else {
                panic!("{error:?}")
            };
            assert_eq!((*found, error.code()), (line, "POL-MALFORMED"), "{error}");
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    fn what_the_checks_refuse_names_the_key() {
        for (from, to, text) in [
            (
                "format = 1",
                "format = 2",
                "`format` is 2; this program reads format 1",
            ),
            (
                "id = \"small\"",
                "id = \"Small\"",
                "`id` must have 1 to 64 of the characters a-z, 0-9 and -",
            ),
            (
                "id = \"all\"",
                "id = \"\"",
                "`rule[1].id` must have 1 to 64 of the characters a-z, 0-9 and -",
            ),
            (
                "[\"1\", \"2\"]",
                "[]",
                "`rule[1].classifications` must have 1 to 32 entries, and has 0",
            ),
            (
                "[\"1\", \"2\"]",
                "[\"1\", \"1\"]",
                "`rule[1].classifications` names `1` twice",
            ),
            (
                "[\"1\", \"2\"]",
                "[\"1\", \"9\"]",
                "rule `all`: `classifications` names `9`, which the file does not list",
            ),
            (
                "[\"paper\"]",
                "[]",
                "`rule[1].witness_ways` must have 1 to 32 entries, and has 0",
            ),
            (
                "[\"disposal\"]",
                "[\"disposal\"]\nmedia = []",
                "`rule[1].media` must have 1 to 32 entries, and has 0",
            ),
            (
                "\"clear\"",
                "\"partial\"",
                "rule `all`: `level` cannot be partial for the scope medium",
            ),
            (
                "\"medium\"",
                "\"files\"",
                "rule `all`: `level` cannot be clear for the scope files",
            ),
            (
                "ja = \"文\"",
                "ja = \" \"",
                "`rule[1].text.ja` must have 1 to 4000 characters and no control characters",
            ),
            (
                "document = \"文書\"",
                "document = \"a\\u001bb\"",
                "`rule[1].sources[1].document` must have 1 to 200 characters and no control characters",
            ),
            (
                "[{ document = \"文書\", clause = \"第1\", standing = \"read\" }]",
                "[]",
                "`rule[1].sources` must have 1 to 32 entries, and has 0",
            ),
            ("id = \"2\"", "id = \"1\"", "`classifications` names `1` twice"),
        ] {
            assert_eq!(refusal(from, to).to_string(), text);
        }
    }

    #[test]
    fn two_rules_of_one_id_are_refused() {
        let (head, rule) = SMALL.split_once("[[rule]]").unwrap();
        let twice = format!("{head}[[rule]]{rule}\n[[rule]]{rule}");
        let error = Profile::parse(twice.as_bytes()).unwrap_err();
        assert_eq!(
            error,
            PolicyError::Twice {
                field: "rule".into(),
                entry: "all".into()
            }
        );
    }

    #[test]
    fn a_stricter_classification_that_is_ruled_more_laxly_is_refused() {
        let (_, rule) = SMALL.split_once("[[rule]]").unwrap();
        for (from, to) in [
            ("\"clear\"", "\"purge\""),
            ("\"optional\"", "\"required\""),
            ("level", "approvals = [\"課長\"]\nlevel"),
            ("level", "scan = \"required\"\nlevel"),
            ("level", "passphrase = \"refused\"\nlevel"),
        ] {
            let only_one = rule
                .replace("\"all\"", "\"one\"")
                .replace("[\"1\", \"2\"]", "[\"1\"]");
            let file = format!("{SMALL}\n[[rule]]{}", only_one.replacen(from, to, 1));
            let error = Profile::parse(file.as_bytes()).unwrap_err();
            assert_eq!(error.code(), "POL-INVERTED", "{error}");
        }
    }

    #[test]
    fn size_and_encoding_are_bounded_before_anything_is_read() {
        let large = vec![b'#'; MAX_PROFILE_BYTES + 1];
        assert_eq!(
            Profile::parse(&large),
            Err(PolicyError::TooLarge {
                bytes: MAX_PROFILE_BYTES + 1,
                limit: MAX_PROFILE_BYTES
            })
        );
        assert_eq!(
            Profile::parse(b"format = 1\nid = \"\xff\""),
            Err(PolicyError::NotUtf8 { line: 2 })
        );
    }

    proptest! {
        #[test]
        fn no_file_makes_the_reader_panic(cut in 0..SMALL.len(), junk in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut bytes = SMALL.as_bytes()[..cut].to_vec();
            bytes.extend(junk);
            bytes.extend(&SMALL.as_bytes()[cut..]);
            let _ = Profile::parse(&bytes);
        }
    }
}
