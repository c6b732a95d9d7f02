//! Messages in Japanese and English (Project Fluent), and numbers as people read them.
//!
//! A [`Message`] is an id and its arguments; only a [`Catalogue`] turns it into text. Both languages are
//! built into the program; a message that one lacks is taken from the other. Untrusted arguments are
//! escaped here, so that no caller can forget it.

use std::path::PathBuf;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentAttribute, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use keshiin::units::{ByteCount, Timestamp};

use super::escape::{escape, escape_path};

/// A language of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// Something to say, in no language yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// The id in `locales/*/*.ftl`. Errors have their code for it.
    pub(crate) id: &'static str,
    /// Its arguments, in the order in which they were given.
    pub(crate) args: Vec<(&'static str, Value)>,
}

/// An argument of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Text of our own.
    Text(String),
    /// Text from hardware, files or people: escaped and bounded.
    Untrusted(String),
    /// A path: escaped and bounded.
    Path(PathBuf),
    /// An amount: digits grouped, plurals chosen by it.
    Number(u64),
    /// An amount of bytes: `2,147,483,648 バイト（2.0 GiB）`.
    Bytes(ByteCount),
    /// A stretch of time in seconds: `1時間2分3秒`.
    Seconds(u64),
    /// A rate in bytes a second: `812.5 MiB/s`.
    Rate(ByteCount),
    /// An instant: `2026年11月21日 14:03:05（+09:00）`.
    Time(Timestamp),
    /// Another message, in the same language.
    Term(Box<Message>),
}

impl Message {
    /// A message without arguments.
    pub(crate) const fn new(id: &'static str) -> Self {
        Self { id, args: Vec::new() }
    }

    /// The message with one argument more.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: Value) -> Self {
        self.args.push((name, value));
        self
    }

    /// With text of our own.
    #[must_use]
    pub(crate) fn text(self, name: &'static str, text: impl ToString) -> Self {
        self.with(name, Value::Text(text.to_string()))
    }

    /// With text from elsewhere.
    #[must_use]
    pub(crate) fn untrusted(self, name: &'static str, text: impl Into<String>) -> Self {
        self.with(name, Value::Untrusted(text.into()))
    }

    /// With a path.
    #[must_use]
    pub(crate) fn path(self, name: &'static str, path: impl Into<PathBuf>) -> Self {
        self.with(name, Value::Path(path.into()))
    }

    /// With an amount.
    #[must_use]
    pub(crate) fn number(self, name: &'static str, number: u64) -> Self {
        self.with(name, Value::Number(number))
    }

    /// With an amount of bytes.
    #[must_use]
    pub(crate) fn bytes(self, name: &'static str, bytes: ByteCount) -> Self {
        self.with(name, Value::Bytes(bytes))
    }

    /// With an instant.
    #[must_use]
    pub(crate) fn time(self, name: &'static str, time: Timestamp) -> Self {
        self.with(name, Value::Time(time))
    }

    /// With another message.
    #[must_use]
    pub(crate) fn term(self, name: &'static str, term: Self) -> Self {
        self.with(name, Value::Term(Box::new(term)))
    }
}

/// The files of one language.
pub(crate) const JAPANESE: [&str; 5] = [
    include_str!("locales/ja/errors.ftl"),
    include_str!("locales/ja/help.ftl"),
    include_str!("locales/ja/screens.ftl"),
    include_str!("locales/ja/recheck.ftl"),
    include_str!("locales/ja/partial.ftl"),
];
/// The files of the other.
pub(crate) const ENGLISH: [&str; 5] = [
    include_str!("locales/en/errors.ftl"),
    include_str!("locales/en/help.ftl"),
    include_str!("locales/en/screens.ftl"),
    include_str!("locales/en/recheck.ftl"),
    include_str!("locales/en/partial.ftl"),
];

/// How deep messages may stand in messages.
const MOST_TERMS: u8 = 4;

/// All messages, in the language that was chosen.
pub(crate) struct Catalogue {
    language: Language,
    chosen: FluentBundle<FluentResource>,
    other: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// The catalogue of a language.
    pub(crate) fn new(language: Language) -> Self {
        let (japanese, english) = (bundle(Language::Ja), bundle(Language::En));
        let (chosen, other) = match language {
            Language::Ja => (japanese, english),
            Language::En => (english, japanese),
        };
        Self {
            language,
            chosen,
            other,
        }
    }

    /// The language that was chosen.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// The message as text: in the chosen language, else in the other, else its id.
    pub(crate) fn text(&self, message: &Message) -> String {
        self.text_within(message, MOST_TERMS)
    }

    /// What to do next, where the message says so.
    pub(crate) fn hint(&self, message: &Message) -> Option<String> {
        let args = self.arguments(message, MOST_TERMS);
        [&self.chosen, &self.other]
            .into_iter()
            .find_map(|bundle| format(bundle, message.id, Some("hint"), &args))
    }

    /// The words of an id, or of one of its attributes, in the chosen language alone.
    pub(crate) fn find(&self, id: &str, attribute: Option<&str>) -> Option<String> {
        format(&self.chosen, id, attribute, &FluentArgs::new())
    }

    /// An amount of bytes for people, exact and in the greatest binary unit.
    pub(crate) fn bytes_for_people(&self, bytes: ByteCount) -> String {
        let exact = Message::new("unit-bytes").number("count", bytes.0);
        match binary(bytes.0) {
            None => self.text(&exact),
            Some(short) => self.text(
                &Message::new("unit-bytes-both")
                    .number("count", bytes.0)
                    .text("short", short),
            ),
        }
    }

    /// A stretch of time for people.
    pub(crate) fn seconds_for_people(&self, seconds: u64) -> String {
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let id = if hours > 0 {
            "unit-hours"
        } else if minutes > 0 {
            "unit-minutes"
        } else {
            "unit-seconds"
        };
        self.text(
            &Message::new(id)
                .number("hours", hours)
                .text("minutes", minutes)
                .text("seconds", rest),
        )
    }

    /// A rate for people.
    pub(crate) fn rate_for_people(&self, bytes_per_second: ByteCount) -> String {
        let short = binary(bytes_per_second.0).unwrap_or_else(|| format!("{} B", bytes_per_second.0));
        format!("{short}/s")
    }

    /// An instant for people, with the offset of the place where it was taken.
    pub(crate) fn time_for_people(&self, time: Timestamp) -> String {
        let text = time.to_string();
        let (Some((date, rest)), true) = (text.split_once('T'), text.is_ascii()) else {
            return text;
        };
        let mut parts = date.splitn(3, '-');
        let mut next = || parts.next().unwrap_or_default().to_owned();
        let message = Message::new("unit-time")
            .text("year", next())
            .text("month", next())
            .text("day", next());
        let (clock, offset) = rest.split_at(rest.len().min(8));
        self.text(&message.text("clock", clock).text("offset", offset))
    }

    fn text_within(&self, message: &Message, depth: u8) -> String {
        let args = self.arguments(message, depth);
        let found = [&self.chosen, &self.other]
            .into_iter()
            .find_map(|bundle| format(bundle, message.id, None, &args));
        found.unwrap_or_else(|| message.id.to_owned())
    }

    fn arguments(&self, message: &Message, depth: u8) -> FluentArgs<'static> {
        let pairs = message
            .args
            .iter()
            .map(|(name, value)| (*name, self.argument(value, depth)));
        pairs.collect()
    }

    fn argument(&self, value: &Value, depth: u8) -> FluentValue<'static> {
        let text = match value {
            // Exact as a floating point number; greater amounts choose no plural.
            Value::Number(number) if *number < 1 << 53 => return FluentValue::from(*number),
            Value::Number(number) => grouped(*number),
            Value::Text(text) => text.clone(),
            Value::Untrusted(text) => escape(text),
            Value::Path(path) => escape_path(path),
            Value::Bytes(bytes) => self.bytes_for_people(*bytes),
            Value::Seconds(seconds) => self.seconds_for_people(*seconds),
            Value::Rate(rate) => self.rate_for_people(*rate),
            Value::Time(time) => self.time_for_people(*time),
            Value::Term(term) if depth == 0 => term.id.to_owned(),
            Value::Term(term) => self.text_within(term, depth - 1),
        };
        FluentValue::from(text)
    }
}

/// Digits in groups of three.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// In the greatest binary unit with one digit, never more than there is; none below 1 KiB.
fn binary(bytes: u64) -> Option<String> {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let place = usize::try_from(bytes.checked_ilog2()? / 10)
        .ok()?
        .checked_sub(1)?;
    let tenths = (u128::from(bytes) * 10) >> (10 * (place + 1));
    Some(format!("{}.{} {}", tenths / 10, tenths % 10, units.get(place)?))
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let (id, sources) = match language {
        Language::Ja => ("ja", JAPANESE),
        Language::En => ("en", ENGLISH),
    };
    let id: LanguageIdentifier = id.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "made from a u64 below 2^53"
        )]
        FluentValue::Number(number) if number.value >= 0.0 => Some(grouped(number.value as u64)),
        _ => None,
    }));
    for source in sources {
        // What cannot be parsed is left out; a test holds that there is nothing of the kind.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn format(
    bundle: &FluentBundle<FluentResource>,
    id: &str,
    attribute: Option<&str>,
    args: &FluentArgs<'_>,
) -> Option<String> {
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        None => message.value()?,
        Some(name) => message.get_attribute(name).as_ref().map(FluentAttribute::value)?,
    };
    // A missing argument shows as {$name}: better than no message at all.
    Some(
        bundle
            .format_pattern(pattern, Some(args), &mut Vec::new())
            .into_owned(),
    )
}

#[cfg(test)]
#[path = "i18n_tests.rs"]
mod tests;
