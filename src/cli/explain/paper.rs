//! Paper: what is wrong with a template, a printed PDF or a picture.

use keshiin::rendering::RenderError;

use super::words::{name, unknown};
use crate::cli::i18n::Message;

/// The message of a failure of the rendering room.
pub(crate) fn explain_paper(error: &RenderError) -> Message {
    let message = Message::new(error.code());
    match error {
        RenderError::Wording { key } => message.untrusted("key", key),
        RenderError::WordingFile { detail } => message.untrusted("detail", detail),
        RenderError::Unreadable { reason } => message.untrusted("reason", reason),
        RenderError::NotATemplate { bound } => message.number("bound", *bound as u64),
        RenderError::Template {
            line: Some(line),
            message: said,
        } => message.number("line", *line as u64).untrusted("message", said),
        RenderError::Template {
            line: None,
            message: said,
        } => Message::new("PRN-TEMPLATE-SOMEWHERE").untrusted("message", said),
        RenderError::QrTooLong { characters, bound } => message
            .number("characters", *characters as u64)
            .number("bound", *bound as u64),
        RenderError::TooLong { seconds } => message.number("seconds", *seconds),
        RenderError::EmptyList
        | RenderError::OtherKind
        | RenderError::Passphrase
        | RenderError::Typesetter
        | RenderError::Font
        | RenderError::QrCharacter
        | RenderError::NoSlipCode
        | RenderError::Attachment
        | RenderError::Update
        | RenderError::TooLarge
        | RenderError::NoCode
        | RenderError::ForeignCode
        | RenderError::NoPaper => message,
        RenderError::NoThread { reason } => Message::new("PRN-NO-THREAD").untrusted("reason", reason),
        RenderError::PageRule { rule } => message.with("rule", name(rule)),
        RenderError::Picture { reason } => message.untrusted("reason", reason),
        _ => unknown(error.code(), error),
    }
}
