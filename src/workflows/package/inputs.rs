//! Files on disk, and standard input, as the sealing room reads them.

use std::fs::File;
use std::io::{self, Read};

use crate::devices;
use crate::sealing::{InputFile, Inputs};

use super::walk::{Origin, Stamp, stamp};

/// Everything that is sealed.
pub(super) struct DiskInputs<'a> {
    origins: &'a [Origin],
    standard: Option<Box<dyn Read + Send>>,
}

impl<'a> DiskInputs<'a> {
    pub(super) fn new(origins: &'a [Origin], standard: Option<Box<dyn Read + Send>>) -> Self {
        Self { origins, standard }
    }
}

impl Inputs for DiskInputs<'_> {
    fn open(&mut self, place: usize) -> io::Result<Box<dyn InputFile>> {
        match &self.origins[place] {
            Origin::File(path, found) => {
                let file = devices::open_regular(path)?;
                Ok(Box::new(OnDisk { file, found: *found }))
            }
            Origin::Standard => {
                let input = self.standard.take().ok_or(io::ErrorKind::NotFound)?;
                Ok(Box::new(Standard(input)))
            }
            Origin::None => Err(io::ErrorKind::IsADirectory.into()),
        }
    }
}

struct OnDisk {
    file: File,
    found: Stamp,
}

impl Read for OnDisk {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.file.read(into)
    }
}

impl InputFile for OnDisk {
    fn is_unchanged(&mut self) -> io::Result<bool> {
        let metadata = self.file.metadata()?;
        Ok(metadata.is_file() && stamp(&metadata) == self.found)
    }
}

struct Standard(Box<dyn Read + Send>);

impl Read for Standard {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl InputFile for Standard {
    fn is_unchanged(&mut self) -> io::Result<bool> {
        Ok(true)
    }
}
