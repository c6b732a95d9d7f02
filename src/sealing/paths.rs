//! Which paths a package may hold (`docs/spec/package.md` §7): none that leaves the target folder, none
//! that another file system would take for something else.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Longest path in bytes.
pub(super) const MOST_PATH_BYTES: usize = 4096;
/// Longest part of a path in bytes.
const MOST_PART_BYTES: usize = 1024;

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathProblem {
    /// Empty, or with an empty part (also: absolute).
    Empty,
    /// More than 4,096 bytes, or a part of more than 1,024.
    TooLong,
    /// `.` or `..`.
    Dots,
    /// A part ends in a space or full stop, which Windows drops.
    EndsInDot,
    /// A control character, or one of `\ : * ? " < > |`.
    Character,
    /// A name that Windows keeps for a device.
    Reserved,
    /// Not in Unicode's normal form C.
    NotNormal,
    /// Not Unicode at all.
    NotUnicode,
    /// A file system that does not tell capitals apart would take it for another one here.
    Collides,
    /// A file stands where a folder should be.
    FileAndFolder,
}

impl PathProblem {
    /// A stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::Dots => "dots",
            Self::EndsInDot => "ends-in-dot",
            Self::Character => "character",
            Self::Reserved => "reserved",
            Self::NotNormal => "not-normal",
            Self::NotUnicode => "not-unicode",
            Self::Collides => "collides",
            Self::FileAndFolder => "file-and-folder",
        }
    }
}

impl fmt::Display for PathProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Checks a path as it stands in a package.
///
/// # Errors
/// The first rule of §7 that it breaks.
pub fn check_path(path: &str) -> Result<(), PathProblem> {
    check_spelling(path)?;
    if is_normal(path) {
        Ok(())
    } else {
        Err(PathProblem::NotNormal)
    }
}

/// The path that `spelling` is in a package, and the spelling itself where it is another.
///
/// # Errors
/// A spelling that is refused, or whose normal form is.
pub fn normal_path(spelling: &str) -> Result<(String, Option<String>), PathProblem> {
    check_spelling(spelling)?;
    if is_normal(spelling) {
        return Ok((spelling.to_owned(), None));
    }
    let normal: String = spelling.nfc().collect();
    check_spelling(&normal)?;
    Ok((normal, Some(spelling.to_owned())))
}

/// Most paths need no look into tables.
fn is_normal(path: &str) -> bool {
    path.is_ascii() || is_nfc(path)
}

/// What a file system that does not tell capitals apart would compare.
pub(super) fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_uppercase();
    }
    path.to_lowercase().to_uppercase().nfc().collect()
}

/// All rules but the normal form: an original spelling need not have it.
pub(super) fn check_spelling(path: &str) -> Result<(), PathProblem> {
    if path.len() > MOST_PATH_BYTES {
        return Err(PathProblem::TooLong);
    }
    path.split('/').try_for_each(check_part)
}

fn check_part(part: &str) -> Result<(), PathProblem> {
    let forbidden = |sign: char| sign.is_ascii_control() || r#"\:*?"<>|"#.contains(sign);
    if part.is_empty() {
        Err(PathProblem::Empty)
    } else if part.len() > MOST_PART_BYTES {
        Err(PathProblem::TooLong)
    } else if part == "." || part == ".." {
        Err(PathProblem::Dots)
    } else if part.ends_with([' ', '.']) {
        Err(PathProblem::EndsInDot)
    } else if part.contains(forbidden) {
        Err(PathProblem::Character)
    } else if is_reserved(part) {
        Err(PathProblem::Reserved)
    } else {
        Ok(())
    }
}

/// Whether Windows keeps that name for a device, whatever follows its first full stop.
fn is_reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end_matches(' ');
    // Every reserved name has at most 7 characters: most parts are done here.
    if stem.len() > 7 {
        return false;
    }
    let stem = stem.to_uppercase();
    let numbered = |device: &str| {
        let number = stem.strip_prefix(device);
        number.is_some_and(|number| {
            let mut signs = number.chars();
            let one = signs.next().is_some_and(|sign| "0123456789¹²³".contains(sign));
            one && signs.next().is_none()
        })
    };
    matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) || numbered("COM")
        || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_offices_have_them_pass() {
        let long = format!("{}/{}", "庁".repeat(300), "名".repeat(300));
        for path in [
            "名簿/一覧.csv",
            "a",
            ".hidden",
            "a b/c",
            "COM10",
            "console.txt",
            "AUXILIARY",
            "x.con",
            &long,
        ] {
            assert_eq!(check_path(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn every_rule_is_held() {
        for (path, problem) in [
            ("", PathProblem::Empty),
            ("/etc/passwd", PathProblem::Empty),
            ("a//b", PathProblem::Empty),
            ("a/", PathProblem::Empty),
            ("..", PathProblem::Dots),
            ("a/../b", PathProblem::Dots),
            ("./a", PathProblem::Dots),
            ("a.", PathProblem::EndsInDot),
            ("a /b", PathProblem::EndsInDot),
            ("c:/x", PathProblem::Character),
            ("a\\b", PathProblem::Character),
            ("a\nb", PathProblem::Character),
            ("a\u{7f}", PathProblem::Character),
            ("nul", PathProblem::Reserved),
            ("x/Com1.txt", PathProblem::Reserved),
            ("lpt².log", PathProblem::Reserved),
            ("con .txt", PathProblem::Reserved),
            ("CONOUT$", PathProblem::Reserved),
            ("か\u{3099}", PathProblem::NotNormal),
            ("\u{fa19}", PathProblem::NotNormal),
        ] {
            assert_eq!(check_path(path), Err(problem), "{path:?}");
        }
        assert_eq!(check_path(&"x".repeat(1025)), Err(PathProblem::TooLong));
        assert_eq!(check_path(&"xx/".repeat(1366)), Err(PathProblem::TooLong));
    }

    #[test]
    fn a_spelling_is_kept_beside_its_normal_form() {
        assert_eq!(normal_path("が.txt"), Ok(("が.txt".into(), None)));
        let decomposed = "か\u{3099}.txt";
        assert_eq!(
            normal_path(decomposed),
            Ok(("が.txt".into(), Some(decomposed.into())))
        );
        assert_eq!(
            normal_path("\u{fa19}"),
            Ok(("神".into(), Some("\u{fa19}".into())))
        );
    }

    #[test]
    fn capitals_and_width_of_sharp_s_fold() {
        assert_eq!(folded("Straße/ΣΑΣ"), folded("STRASSE/σας"));
        assert_ne!(folded("名"), folded("命"));
    }
}
