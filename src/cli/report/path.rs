//! Paths in documents for programs. JSON is Unicode, paths need not be: what is not becomes U+FFFD.

use std::path::Path;

use serde_json::Value as Json;

/// A path as JSON text. Serialising a path itself fails where it is no Unicode, after the work was done.
pub(crate) fn path_document(path: impl AsRef<Path>) -> Json {
    Json::String(path.as_ref().to_string_lossy().into_owned())
}

/// Several paths.
pub(crate) fn path_documents<P: AsRef<Path>>(paths: &[P]) -> Vec<Json> {
    paths.iter().map(path_document).collect()
}

/// A path that may be absent: then null.
pub(crate) fn optional_path(path: Option<&impl AsRef<Path>>) -> Json {
    path.map_or(Json::Null, path_document)
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn a_path_that_is_no_text_is_shown_and_nothing_panics() {
        let path = Path::new(OsStr::from_bytes(b"out/\xff.json"));
        assert_eq!(path_document(path), "out/\u{fffd}.json");
        assert_eq!(path_documents(&[path]), ["out/\u{fffd}.json"]);
        assert_eq!(optional_path(None::<&&Path>), Json::Null);
    }
}
