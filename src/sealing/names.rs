//! Whether paths that stand in one package would get into each other's way on a disk.

use std::collections::HashMap;

use super::paths::folded;
use super::{PathProblem, SealingError, check_path};

/// The paths of a package so far, as a file system that does not tell capitals apart would see them.
#[derive(Debug, Default)]
pub struct Names {
    known: HashMap<Box<str>, Known>,
    /// The folder that was taken last: the next path is most often in the same.
    folder: Box<str>,
}

#[derive(Debug)]
struct Known {
    spelling: Box<str>,
    folder: bool,
    /// It is there because something below it is.
    implied: bool,
}

impl Names {
    /// No paths yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a path of a file, or of a folder that has nothing below it.
    ///
    /// # Errors
    /// [`SealingError::Path`]: a path that §7 refuses, or that collides with an earlier one.
    pub fn add(&mut self, path: &str, folder: bool) -> Result<(), SealingError> {
        let refused = |problem| SealingError::Path {
            path: path.to_owned(),
            problem,
        };
        check_path(path).map_err(refused)?;
        let above = path.rfind('/').map_or("", |end| &path[..end]);
        if *self.folder != *above {
            for (end, _) in path.match_indices('/') {
                self.take(&path[..end], true, true).map_err(refused)?;
            }
            self.folder = above.into();
        }
        self.take(path, folder, false).map_err(refused)
    }

    fn take(&mut self, path: &str, folder: bool, implied: bool) -> Result<(), PathProblem> {
        let key = folded(path);
        let Some(known) = self.known.get(key.as_str()) else {
            let known = Known {
                spelling: path.into(),
                folder,
                implied,
            };
            self.known.insert(key.into(), known);
            return Ok(());
        };
        if &*known.spelling != path {
            Err(PathProblem::Collides)
        } else if known.folder && folder && known.implied && implied {
            Ok(())
        } else if known.folder != folder || (folder && known.implied != implied) {
            Err(PathProblem::FileAndFolder)
        } else {
            Err(PathProblem::Collides)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(paths: &[(&str, bool)]) -> Option<PathProblem> {
        let mut names = Names::new();
        paths
            .iter()
            .find_map(|(path, folder)| match names.add(path, *folder) {
                Err(SealingError::Path { problem, .. }) => Some(problem),
                _ => None,
            })
    }

    #[test]
    fn what_disks_would_merge_is_refused() {
        assert_eq!(problem(&[("a/b", false), ("a/c", false), ("d", true)]), None);
        assert_eq!(
            problem(&[("a/b", false), ("A/c", false)]),
            Some(PathProblem::Collides)
        );
        assert_eq!(
            problem(&[("x.TXT", false), ("x.txt", false)]),
            Some(PathProblem::Collides)
        );
        assert_eq!(
            problem(&[("x", false), ("x", false)]),
            Some(PathProblem::Collides)
        );
        assert_eq!(
            problem(&[("x", false), ("x/y", false)]),
            Some(PathProblem::FileAndFolder)
        );
        assert_eq!(
            problem(&[("x/y", false), ("x", false)]),
            Some(PathProblem::FileAndFolder)
        );
        assert_eq!(
            problem(&[("x", true), ("x/y", false)]),
            Some(PathProblem::FileAndFolder)
        );
        assert_eq!(problem(&[("ｶ", false), ("か", false)]), None);
    }
}
