//! Every text that stands on paper, by language and key (`certificates/wording/*.toml`).
//!
//! The files are embedded; nothing is read while the program runs. A text may hold `{placeholders}`,
//! which are filled in one go, so that a value cannot bring placeholders of its own.

use std::collections::BTreeMap;

use crate::records::Language;

use super::RenderError;

const JA: &str = include_str!("../../certificates/wording/ja.toml");
const EN: &str = include_str!("../../certificates/wording/en.toml");

/// The texts of one language.
#[derive(Clone, Debug)]
pub(super) struct Wording {
    language: Language,
    texts: BTreeMap<String, String>,
}

impl Wording {
    /// The embedded texts of `language`.
    ///
    /// # Errors
    /// [`RenderError::WordingFile`].
    pub(super) fn embedded(language: Language) -> Result<Self, RenderError> {
        Self::parse(language, Self::source(language))
    }

    /// The embedded file of `language`.
    pub(super) const fn source(language: Language) -> &'static str {
        match language {
            Language::Ja => JA,
            Language::En => EN,
        }
    }

    fn parse(language: Language, source: &str) -> Result<Self, RenderError> {
        let bad = |detail: String| RenderError::WordingFile { detail };
        let table: toml::Table = toml::from_str(source).map_err(|error| bad(error.to_string()))?;
        let mut texts = BTreeMap::new();
        for (name, value) in table {
            flatten(name, value, &mut texts).map_err(bad)?;
        }
        Ok(Self { language, texts })
    }

    /// The language.
    pub(super) const fn language(&self) -> Language {
        self.language
    }

    /// The text of that key, which must want no values.
    ///
    /// # Errors
    /// [`RenderError::Wording`].
    pub(super) fn text(&self, key: &str) -> Result<String, RenderError> {
        self.filled(key, &[])
    }

    /// The text of that key with `values` in the place of its placeholders.
    ///
    /// # Errors
    /// [`RenderError::Wording`], also where a placeholder has no value.
    pub(super) fn filled(&self, key: &str, values: &[(&str, &str)]) -> Result<String, RenderError> {
        self.texts
            .get(key)
            .and_then(|text| fill(text, values))
            .ok_or_else(|| RenderError::Wording { key: key.to_owned() })
    }

    /// The text of `code` in `table`, where this version has one. For texts without placeholders.
    pub(super) fn known(&self, table: &str, code: &str) -> Option<&str> {
        self.texts.get(&format!("{table}.{code}")).map(String::as_str)
    }

    /// The texts of the form, by the names that templates use.
    pub(super) fn form(&self) -> BTreeMap<String, String> {
        let form =
            |(key, text): (&String, &String)| Some((key.strip_prefix("form.")?.to_owned(), text.clone()));
        self.texts.iter().filter_map(form).collect()
    }
}

/// Puts every text below `name` into `texts`, names joined by dots.
fn flatten(name: String, value: toml::Value, texts: &mut BTreeMap<String, String>) -> Result<(), String> {
    match value {
        toml::Value::String(text) => {
            texts.insert(name, text);
            Ok(())
        }
        toml::Value::Table(table) => table
            .into_iter()
            .try_for_each(|(inner, value)| flatten(format!("{name}.{inner}"), value, texts)),
        _ => Err(format!("{name} is no text")),
    }
}

/// None where a placeholder has no value or is not closed.
fn fill(text: &str, values: &[(&str, &str)]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}')?;
        let (_, value) = values.iter().find(|(known, _)| *known == name)?;
        out.push_str(before);
        out.push_str(value);
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
#[path = "wording_tests.rs"]
mod tests;
