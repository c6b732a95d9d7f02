//! Placeholder until the reader of pictures is merged.
use super::RenderError;
/// None.
///
/// # Errors
/// Always.
pub fn codes_in_picture(_: &[u8]) -> Result<Vec<String>, RenderError> {
    Err(RenderError::NoCode)
}
