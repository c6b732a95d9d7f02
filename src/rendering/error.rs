//! What can go wrong with paper.

use thiserror::Error;

/// Why a paper was not made, or not read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A text is missing in the wording.
    #[error("the wording has no text {key}")]
    Wording {
        /// Its key.
        key: String,
    },
    /// A wording file is no table of texts.
    #[error("wording: {detail}")]
    WordingFile {
        /// What is wrong with it, and where.
        detail: String,
    },
    /// A list of no records was asked for.
    #[error("a list needs at least one record")]
    EmptyList,
    /// A record of another kind than the paper shows.
    #[error("the paper does not show records of this kind")]
    OtherKind,
    /// A passphrase that cannot be printed so that it can be typed from paper.
    #[error("the passphrase cannot be printed as it is")]
    Passphrase,
    /// A template cannot be read at all.
    #[error("the template cannot be read: {reason}")]
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// A template is empty, not UTF-8, or too large.
    #[error("the template is not UTF-8 text of 1 to {bound} bytes")]
    NotATemplate {
        /// Largest template in bytes.
        bound: usize,
    },
    /// A template does not do.
    #[error("the template fails{}: {message}", .line.map_or_else(String::new, |line| format!(" in line {line}")))]
    Template {
        /// Line, from 1.
        line: Option<usize>,
        /// What the typesetter says.
        message: String,
    },
    /// A template takes too long.
    #[error("the template was not done after {seconds} seconds")]
    TooLong {
        /// How long it was given.
        seconds: u64,
    },
    /// The typesetter itself failed.
    #[error("the typesetter failed")]
    Typesetter,
    /// There is no thread for the typesetter.
    #[error("no thread for the typesetter: {reason}")]
    NoThread {
        /// What the system says.
        reason: String,
    },
    /// The fonts inside the program cannot be read.
    #[error("the fonts inside the program are damaged")]
    Font,
    /// A slip is too long for a QR code.
    #[error("the code of the slip has {characters} characters, more than {bound}")]
    QrTooLong {
        /// How many it has.
        characters: usize,
        /// The bound in characters.
        bound: usize,
    },
    /// A code has a sign that the alphanumeric mode of QR codes lacks.
    #[error("the code of the slip has a sign that does not belong there")]
    QrCharacter,
    /// A slip that has no code: its signatures are not those that it names.
    #[error("the slip has no code")]
    NoSlipCode,
    /// A page holds what it must not, or is built otherwise than this version builds pages.
    #[error("the page breaks the rule {rule} of its form")]
    PageRule {
        /// Which, as a stable word.
        rule: &'static str,
    },
    /// An attachment's name or number is out of bounds.
    #[error("an attachment is out of bounds")]
    Attachment,
    /// What follows the page is not an update in the one form.
    #[error("what is attached to the page is not in its form")]
    Update,
    /// The file is too large.
    #[error("the file is too large")]
    TooLarge,
    /// A picture cannot be read.
    #[error("the picture cannot be read: {reason}")]
    Picture {
        /// Why.
        reason: String,
    },
    /// There is no QR code on the picture.
    #[error("no QR code was found on the picture")]
    NoCode,
    /// There are QR codes, and none of them is keshiin's.
    #[error("the QR code on the picture is not keshiin's")]
    ForeignCode,
    /// This program was built without paper.
    #[error("this program was built without paper")]
    NoPaper,
}

impl RenderError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wording { .. } => "PRN-WORDING",
            Self::WordingFile { .. } => "PRN-WORDING-FILE",
            Self::EmptyList => "PRN-EMPTY-LIST",
            Self::OtherKind => "PRN-OTHER-KIND",
            Self::Passphrase => "PRN-PASSPHRASE",
            Self::Unreadable { .. } => "PRN-UNREADABLE",
            Self::NotATemplate { .. } => "PRN-NOT-A-TEMPLATE",
            Self::Template { .. } => "PRN-TEMPLATE",
            Self::TooLong { .. } => "PRN-TOO-LONG",
            Self::Typesetter | Self::NoThread { .. } => "PRN-TYPESETTER",
            Self::Font => "PRN-FONT",
            Self::QrTooLong { .. } => "PRN-QR-TOO-LONG",
            Self::QrCharacter | Self::NoSlipCode => "PRN-QR",
            Self::PageRule { .. } => "PRN-PAGE",
            Self::Attachment => "PRN-ATTACHMENT",
            Self::Update => "PRN-UPDATE",
            Self::TooLarge => "PRN-TOO-LARGE",
            Self::Picture { .. } => "PRN-PICTURE",
            Self::NoCode => "PRN-NO-CODE",
            Self::ForeignCode => "PRN-FOREIGN-CODE",
            Self::NoPaper => "PRN-NO-PAPER",
        }
    }
}
