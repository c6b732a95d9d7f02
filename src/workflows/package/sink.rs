//! Volumes on the medium: under temporary names until all of them were read back.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::devices::Below;
use crate::sealing::VolumeSink;

use super::super::{Lent, WorkflowError, chores};

/// Volumes that are being written. Whatever was not given its final name is removed when this is dropped.
pub(super) struct DiskSink {
    folder: PathBuf,
    below: Below,
    mark: String,
    open: Option<File>,
    temporary: Vec<String>,
    named: Vec<String>,
    keep: bool,
}

impl DiskSink {
    /// A sink for `folder`.
    pub(super) fn new(folder: &Path, lent: &Lent<'_>) -> Result<Self, WorkflowError> {
        let failed = |error: io::Error| WorkflowError::File {
            path: folder.to_owned(),
            reason: error.to_string(),
        };
        let mut below = Below::open(folder).map_err(failed)?;
        if let Some(owner) = lent.owner {
            below = below.owned_by(owner.user, owner.group);
        }
        Ok(Self {
            folder: folder.to_owned(),
            below,
            mark: chores::plain_signs(&crate::crypto::random::<8>()?),
            open: None,
            temporary: Vec::new(),
            named: Vec::new(),
            keep: false,
        })
    }

    /// The volumes as they lie there now.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let names = if self.named.is_empty() {
            &self.temporary
        } else {
            &self.named
        };
        names.iter().map(|name| self.folder.join(name)).collect()
    }

    /// Gives the volumes their names; none that is there is replaced.
    pub(super) fn name(&mut self, names: &[String]) -> Result<(), WorkflowError> {
        for (temporary, name) in self.temporary.iter().zip(names) {
            let renamed = self.below.rename_new(temporary, &self.below, name, false);
            renamed.map_err(|error| WorkflowError::File {
                path: self.folder.join(name),
                reason: error.to_string(),
            })?;
            self.named.push(name.clone());
        }
        // Where a folder cannot be synced, the renaming is all there is.
        let _ = self.below.sync();
        Ok(())
    }

    /// The delivery is complete: nothing is removed any more.
    pub(super) fn keep(mut self) -> Vec<PathBuf> {
        self.keep = true;
        self.paths()
    }
}

impl VolumeSink for DiskSink {
    fn begin(&mut self, number: u16) -> io::Result<()> {
        let name = format!(".keshiin-{}.{number:03}", self.mark);
        self.open = Some(self.below.create_new(&name)?);
        self.temporary.push(name);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.open
            .as_mut()
            .ok_or(io::ErrorKind::NotFound)?
            .write_all(bytes)
    }

    fn end(&mut self) -> io::Result<()> {
        self.open.take().map_or(Ok(()), |file| file.sync_all())
    }
}

impl Drop for DiskSink {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        self.open = None;
        for name in self.temporary.drain(..).chain(self.named.drain(..)) {
            // What cannot be removed has a name that nobody takes for a package.
            let _ = self.below.remove_file(&name);
        }
    }
}
