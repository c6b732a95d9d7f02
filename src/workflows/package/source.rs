//! A package on disk: which volumes it has, and their bytes at any place.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::devices;
use crate::records::DeliveryRecord;
use crate::sealing::Ciphertext;
use crate::units::{ByteCount, ByteOffset};

/// Where a package and what belongs to it lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) folder: PathBuf,
    /// Name without `.keshiin` and what follows.
    pub(super) stem: String,
}

impl Located {
    /// The package that `path` names: itself, a volume of it, or its record.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let stem = name
            .strip_suffix(".delivery.json")
            .or_else(|| name.strip_suffix(".keshiin"))
            .or_else(|| {
                let (stem, number) = name.rsplit_once(".keshiin.")?;
                (number.len() == 3 && number.bytes().all(|sign| sign.is_ascii_digit())).then_some(stem)
            });
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        Some(Self {
            folder: folder.map_or_else(|| PathBuf::from("."), Path::to_owned),
            stem: stem?.to_owned(),
        })
    }

    /// Where its delivery record should lie.
    pub(super) fn record(&self) -> PathBuf {
        self.folder.join(format!("{}.delivery.json", self.stem))
    }

    /// The volumes that lie there, where no record names them: numbered ones up to the last that is there.
    pub(super) fn volumes(&self) -> Vec<(PathBuf, Option<u64>)> {
        let whole = self.folder.join(format!("{}.keshiin", self.stem));
        if whole.exists() {
            return vec![(whole, None)];
        }
        let numbered = |number: u16| self.folder.join(format!("{}.keshiin.{number:03}", self.stem));
        let last = (1..=999)
            .rev()
            .find(|number| numbered(*number).exists())
            .unwrap_or(0);
        (1..=last).map(|number| (numbered(number), None)).collect()
    }

    /// The volumes of a record.
    pub(super) fn volumes_of(&self, record: &DeliveryRecord) -> Vec<(PathBuf, Option<u64>)> {
        let volume = |volume: &crate::records::Volume| (self.folder.join(&volume.name), Some(volume.size.0));
        record.package.volumes.iter().map(volume).collect()
    }
}

/// The file name of a package or volume, where `path` is not that of its record.
pub(in crate::workflows) fn volume_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    (!name.ends_with(".json")).then(|| name.to_owned())
}

/// The delivery record of a package, where `path` names a package or one of its volumes.
pub(in crate::workflows) fn record_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let located = Located::of(path)?;
    (!name.ends_with(".json")).then(|| located.record())
}

/// The bytes of a package on disk. A volume that is missing has its length, and cannot be read.
pub(super) struct PackageFiles {
    files: Vec<(Option<File>, u64)>,
    sizes: Vec<u64>,
    read: AtomicU64,
}

impl PackageFiles {
    /// Opens volumes; a length that is not known of a missing one is that of the first.
    pub(super) fn open(volumes: &[(PathBuf, Option<u64>)]) -> io::Result<Self> {
        let mut files = Vec::new();
        let mut usual = None;
        for (path, expected) in volumes {
            let file = match fs::symlink_metadata(path) {
                Ok(found) if found.is_file() => Some(File::open(path)?),
                Ok(_) => return Err(io::ErrorKind::InvalidInput.into()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(error),
            };
            let size = match (&file, expected) {
                (_, Some(expected)) => *expected,
                (Some(file), None) => file.metadata()?.len(),
                (None, None) => usual.unwrap_or(0),
            };
            usual = usual.or(Some(size));
            files.push((file, size));
        }
        let sizes = files.iter().map(|(_, size)| *size).collect();
        Ok(Self {
            files,
            sizes,
            read: AtomicU64::new(0),
        })
    }

    /// How many bytes were read so far.
    pub(super) fn read(&self) -> ByteCount {
        ByteCount(self.read.load(Ordering::Relaxed))
    }

    /// Whether a volume is not there.
    pub(super) fn is_missing(&self, place: usize) -> bool {
        self.files.get(place).is_none_or(|(file, _)| file.is_none())
    }

    /// Places of the volumes that hold a part of these bytes, from 0.
    pub(super) fn holding(&self, start: u64, length: u64) -> Vec<usize> {
        let mut at = 0;
        let mut holding = Vec::new();
        for (place, size) in self.sizes.iter().enumerate() {
            if at < start + length && at + size > start {
                holding.push(place);
            }
            at += size;
        }
        holding
    }
}

impl Ciphertext for PackageFiles {
    fn length(&self) -> u64 {
        self.sizes.iter().sum()
    }

    fn volumes(&self) -> &[u64] {
        &self.sizes
    }

    fn read_at(&self, at: ByteOffset, mut into: &mut [u8]) -> io::Result<()> {
        let mut place = at.0;
        for (file, size) in &self.files {
            if into.is_empty() {
                return Ok(());
            }
            if place >= *size {
                place -= size;
                continue;
            }
            let length = usize::try_from(size - place)
                .unwrap_or(usize::MAX)
                .min(into.len());
            let (now, later) = into.split_at_mut(length);
            let file = file.as_ref().ok_or(io::ErrorKind::NotFound)?;
            devices::read_exact_at(file, place, now)?;
            self.read.fetch_add(now.len() as u64, Ordering::Relaxed);
            into = later;
            place = 0;
        }
        if into.is_empty() {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_part_of_a_delivery_names_it() {
        for name in [
            "a.b.keshiin",
            "a.b.keshiin.001",
            "a.b.keshiin.999",
            "a.b.delivery.json",
        ] {
            assert_eq!(
                Located::of(&Path::new("/x").join(name)).unwrap().stem,
                "a.b",
                "{name}"
            );
        }
        for name in ["a.b", "a.keshiin.01", "a.keshiin.0001", "a.json"] {
            assert_eq!(Located::of(Path::new(name)), None, "{name}");
        }
    }

    #[test]
    fn volumes_are_read_as_one() {
        let folder = tempfile::tempdir().unwrap();
        let parts: [&[u8]; 3] = [b"abcd", b"efgh", b"ij"];
        let paths: Vec<(PathBuf, Option<u64>)> = (0..3)
            .map(|n| (folder.path().join(format!("p.keshiin.00{}", n + 1)), None))
            .collect();
        for ((path, _), part) in paths.iter().zip(parts) {
            fs::write(path, part).unwrap();
        }
        let files = PackageFiles::open(&paths).unwrap();
        let mut bytes = [0; 6];
        files.read_at(ByteOffset(3), &mut bytes).unwrap();
        assert_eq!(&bytes, b"defghi");
        assert!(files.read_at(ByteOffset(5), &mut bytes).is_err());
        assert_eq!(files.holding(3, 2), [0, 1]);
        assert_eq!(files.holding(8, 1), [2]);
        fs::remove_file(&paths[1].0).unwrap();
        let files = PackageFiles::open(&paths).unwrap();
        assert_eq!(files.length(), 10);
        assert!(files.read_at(ByteOffset(3), &mut bytes).is_err());
        files.read_at(ByteOffset(0), &mut bytes[..4]).unwrap();
    }
}
