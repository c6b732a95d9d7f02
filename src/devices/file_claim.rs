//! Turns both proof tokens of files into the batches through which they are destroyed.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::PathBuf;

use super::error::DeviceError;
use super::file_batch::FileBatch;
use super::file_facts::{FileFacts, FileSystemFacts, FolderFacts};
use super::guard_files::{ClearedFiles, ConfirmedFiles};
use super::survey::Survey;
use super::sys;

/// The most files of a batch: all of them are open at once.
const MOST_FILES: usize = 4096;

/// Descriptors that are left to the rest of the program.
const LEFT_OVER: usize = 128;

/// What came of claiming some files.
pub struct ClaimedBatch {
    /// Which of the survey's file systems they lie on.
    pub system: usize,
    /// Which of the survey's files are in the batch, in its order.
    pub files: Vec<usize>,
    /// The batch; none where the file system's device is not to be had.
    pub batch: Option<Box<dyn FileBatch>>,
    /// Which of the survey's files could not be had, and why: nothing was written to them.
    pub refused: Vec<(usize, DeviceError)>,
}

/// Files that are cleared and confirmed, claimed one batch after another.
///
/// A batch keeps its files open: drop it before the next one is asked for.
pub struct Batches {
    systems: Vec<FileSystemFacts>,
    /// Taken out when they are claimed.
    files: Vec<Option<FileFacts>>,
    further: HashMap<usize, Vec<PathBuf>>,
    folders: Vec<FolderFacts>,
    /// Names go at once.
    unname: bool,
    /// By file numbers, those of one batch together.
    waiting: VecDeque<Vec<usize>>,
}

/// Makes batches of the cleared and confirmed files, each of files of one file system. The tokens are used up.
///
/// # Errors
/// [`DeviceError::ConfirmedAnother`] where the tokens do not belong together. Nothing was written then.
pub fn claim_files(cleared: ClearedFiles, confirmed: &ConfirmedFiles) -> Result<Batches, DeviceError> {
    if !confirmed.is_of(&cleared) {
        return Err(DeviceError::ConfirmedAnother);
    }
    let unname = cleared.unname();
    Ok(Batches {
        unname,
        ..Batches::of(cleared.into_survey(), files_of_a_batch())
    })
}

/// The most files of a batch on this machine: as many as may be open at once, and 4,096 at most.
#[must_use]
pub fn files_of_a_batch() -> usize {
    sys::allow_open_files();
    // A file has a descriptor, and in the worst case its folder another.
    let most = sys::open_files_limit().saturating_sub(LEFT_OVER) / 2;
    most.clamp(1, MOST_FILES)
}

/// How many batches [`claim_files`] will make of these files.
#[must_use]
pub fn batches_of(cleared: &ClearedFiles) -> usize {
    cut(&cleared.survey().files, files_of_a_batch()).len()
}

impl Batches {
    fn of(survey: Survey, most: usize) -> Self {
        let mut further: HashMap<usize, Vec<PathBuf>> = HashMap::new();
        for name in survey.further_names {
            further.entry(name.file).or_default().push(name.path);
        }
        Self {
            waiting: cut(&survey.files, most),
            systems: survey.systems,
            files: survey.files.into_iter().map(Some).collect(),
            further,
            folders: survey.folders,
            unname: false,
        }
    }

    /// How many batches there are still.
    #[must_use]
    pub fn left(&self) -> usize {
        self.waiting.len()
    }

    /// Takes away the folders that are empty by now, from the deepest: whether each is gone, in the order of the
    /// survey. One that is not empty stays as it is, and so do all while there are batches left.
    #[must_use]
    pub fn remove_folders(self) -> Vec<Result<bool, DeviceError>> {
        if self.waiting.is_empty() {
            sys::remove_folders(&self.folders)
        } else {
            vec![Ok(false); self.folders.len()]
        }
    }

    fn claim(&mut self, numbers: Vec<usize>) -> Option<ClaimedBatch> {
        let mut files = Vec::with_capacity(numbers.len());
        let mut further = Vec::new();
        for (index, number) in numbers.iter().enumerate() {
            files.push(self.files[*number].take()?);
            let paths = self.further.remove(number).unwrap_or_default();
            further.extend(paths.into_iter().map(|path| (index, path)));
        }
        let system = files.first()?.system;
        let claimed = sys::claim_batch(&self.systems[system], files, &further);
        Some(match claimed {
            Ok((mut batch, refused)) => {
                if self.unname {
                    batch.unname();
                }
                told(system, &numbers, batch, refused)
            }
            Err(error) => ClaimedBatch {
                system,
                files: Vec::new(),
                batch: None,
                refused: numbers
                    .into_iter()
                    .map(|number| (number, error.clone()))
                    .collect(),
            },
        })
    }
}

/// The same with the survey's numbers.
fn told(
    system: usize,
    numbers: &[usize],
    batch: Box<dyn FileBatch>,
    refused: Vec<(usize, DeviceError)>,
) -> ClaimedBatch {
    let refused: BTreeMap<_, _> = refused.into_iter().collect();
    let kept = (0..numbers.len()).filter(|index| !refused.contains_key(index));
    ClaimedBatch {
        system,
        files: kept.map(|index| numbers[index]).collect(),
        batch: Some(batch),
        refused: refused
            .into_iter()
            .map(|(index, error)| (numbers[index], error))
            .collect(),
    }
}

impl Iterator for Batches {
    type Item = ClaimedBatch;

    fn next(&mut self) -> Option<ClaimedBatch> {
        let numbers = self.waiting.pop_front()?;
        self.claim(numbers)
    }
}

/// Cuts files into batches of at most `most`: of one file system, and those whose every block has a place apart from
/// the others, because one block without a place is enough for nothing to be proven by reading back. Within a batch
/// they stand as they lie on the device, so that neighbours are read at once.
fn cut(files: &[FileFacts], most: usize) -> VecDeque<Vec<usize>> {
    let mut groups: BTreeMap<(usize, bool), Vec<usize>> = BTreeMap::new();
    for (number, file) in files.iter().enumerate() {
        let without_place = file.extents.iter().any(|extent| extent.physical.is_none());
        let apart = without_place || file.untold.is_some();
        groups.entry((file.system, apart)).or_default().push(number);
    }
    let pieces = groups.values().flat_map(|group| group.chunks(most));
    let sorted = pieces.map(|piece| {
        let mut piece = piece.to_vec();
        piece.sort_by_key(|number| files[*number].extents.first().and_then(|extent| extent.physical));
        piece
    });
    sorted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::file_facts::{FileExtent, Storing};
    use crate::units::{ByteCount, ByteOffset};

    fn file(system: usize, physical: Option<u64>) -> FileFacts {
        FileFacts {
            path: PathBuf::from("/f"),
            system,
            identity: (1, 1),
            size: ByteCount(1),
            links: 1,
            changed: (0, 0),
            extents: vec![FileExtent {
                logical: ByteOffset(0),
                length: ByteCount(4096),
                physical: physical.map(ByteOffset),
                unwritten: false,
            }],
            untold: None,
            storing: Storing::default(),
        }
    }

    #[test]
    fn a_batch_is_of_one_file_system_and_of_one_kind_and_in_the_order_of_the_device() {
        let empty = FileFacts {
            extents: Vec::new(),
            ..file(0, None)
        };
        let files = [
            file(0, Some(8192)),
            file(1, Some(4096)),
            file(0, None),
            file(0, Some(4096)),
            empty,
            file(0, Some(1 << 20)),
        ];
        let cut_by = |most| Vec::from(cut(&files, most));
        assert_eq!(cut_by(9), [vec![4, 3, 0, 5], vec![2], vec![1]]);
        assert_eq!(cut_by(3), [vec![4, 3, 0], vec![5], vec![2], vec![1]]);
        assert!(cut(&[], 3).is_empty());
    }
}
