//! The same names in a program that was built without paper: nothing is printed, nothing is typeset again
//! to compare, no picture is read.

use crate::records::{Language, Layout};

use super::{Example, Order, RenderError};

/// Whether this program can make pages.
pub const PAPER: bool = false;

/// No template is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(());

impl Template {
    /// None.
    #[must_use]
    pub const fn built_in(_: Layout) -> Self {
        Self(())
    }

    /// None.
    ///
    /// # Errors
    /// [`RenderError::NoPaper`].
    pub fn own(_: Vec<u8>) -> Result<Self, RenderError> {
        Err(RenderError::NoPaper)
    }

    /// Nothing.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &[]
    }
}

/// Nothing.
///
/// # Errors
/// [`RenderError::NoPaper`].
pub fn page(_: &Order<'_>) -> Result<Vec<u8>, RenderError> {
    Err(RenderError::NoPaper)
}

/// Nothing.
///
/// # Errors
/// None.
pub const fn try_template(_: &Template, _: Language, _: Example<'_>) -> Result<(), RenderError> {
    Ok(())
}

/// Nothing.
#[must_use]
pub fn renderer_parts(_: Language) -> Vec<&'static [u8]> {
    Vec::new()
}

/// No sign is known to be lacking.
#[must_use]
pub fn lacking(_: &str) -> Vec<String> {
    Vec::new()
}

/// Nothing.
///
/// # Errors
/// [`RenderError::NoPaper`].
pub fn codes_in_picture(_: &[u8]) -> Result<Vec<String>, RenderError> {
    Err(RenderError::NoPaper)
}
