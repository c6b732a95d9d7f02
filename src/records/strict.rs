//! JSON as payloads may have it: UTF-8, no duplicate names, integers only, bounded depth.
//!
//! serde_json reads more than that, so every payload passes [`parse`] first and its type second.

use std::collections::HashSet;
use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use serde_json::Value;

use super::RecordError;

/// Reads `bytes` as a `T`, refusing what the format refuses: also names that a type would pass over,
/// names left out, and other shapes that it would take for the same.
pub(super) fn parse<T: DeserializeOwned + Serialize>(
    what: &'static str,
    bytes: &[u8],
) -> Result<T, RecordError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let strict = Strict.deserialize(&mut reader).and_then(|()| reader.end());
    strict.map_err(|error| RecordError::malformed(what, error))?;
    let wrong = |error| RecordError::malformed(what, error);
    let parsed: T = serde_json::from_slice(bytes).map_err(wrong)?;
    let as_written: Value = serde_json::from_slice(bytes).map_err(wrong)?;
    if serde_json::to_value(&parsed).map_err(wrong)? == as_written {
        Ok(parsed)
    } else {
        Err(RecordError::malformed(
            what,
            "names or shapes that this kind of record does not have",
        ))
    }
}

/// Walks a document without keeping it.
#[derive(Clone, Copy)]
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("strict JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Err(E::custom("a number that is not an integer"))
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = entries.next_key::<String>()? {
            if names.contains(&name) {
                return Err(A::Error::custom(format_args!("the name {name:?} stands twice")));
            }
            names.insert(name);
            entries.next_value_seed(self)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_one_shape() {
        #[derive(serde::Deserialize, Serialize)]
        #[serde(tag = "state", deny_unknown_fields)]
        enum State {
            Done,
        }
        #[derive(serde::Deserialize, Serialize)]
        struct Shape {
            state: State,
            note: Option<u8>,
        }
        let accepts = |text: &str| parse::<Shape>("test", text.as_bytes()).is_ok();
        assert!(accepts(r#"{"state":{"state":"Done"},"note":null}"#));
        assert!(accepts(r#"{"note":1,"state":{"state":"Done"}}"#));
        for refused in [
            r#"{"state":{"state":"Done"}}"#,
            r#"{"state":{"state":"Done","x":1},"note":null}"#,
            r#"{"state":{"state":"Done"},"note":null,"x":1}"#,
            r#"[{"state":"Done"},null]"#,
        ] {
            assert!(!accepts(refused), "{refused}");
        }
    }

    #[test]
    fn only_strict_documents_pass() {
        let accepts = |text: &str| parse::<serde_json::Value>("test", text.as_bytes()).is_ok();
        assert!(accepts(r#"{"a":1,"b":[true,null,"x",{"a":-3}]}"#));
        for refused in [
            r#"{"a":1,"a":2}"#,
            r#"{"b":{"a":1,"\u0061":1}}"#,
            r#"{"a":1.5}"#,
            r#"{"a":1e3}"#,
            "{\"a\":1} x",
            "",
            "{",
            &"[".repeat(200),
        ] {
            assert!(!accepts(refused), "{refused}");
        }
    }
}
