//! The only maker of the proof tokens [`ClearedFiles`] and [`ConfirmedFiles`], without which no file can be erased.
//!
//! Every guard fails closed, and all refusals are told at once. The single guards are in [`super::file_places`],
//! [`super::file_use`] and [`super::hard_links`]; this file decides what they mean, and what cannot be reached in place.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::DeviceError;
use super::file_facts::{Blindness, FileFacts, FileSystemFacts, InPlace, Sight};
use super::free_space::Filler;
use super::guard::normalised;
use super::protected::Protected;
use super::survey::Survey;
use super::{file_places, file_use, hard_links};
use crate::progress::StopSignal;

/// How many refusals of one kind are listed.
const LISTED: usize = 100;

/// Proof that every guard let these files pass. Made by [`clear_files`] alone.
#[derive(Debug)]
pub struct ClearedFiles {
    survey: Survey,
    force_rewrite: bool,
    /// Their names go as soon as they are claimed.
    unname: bool,
    /// Which clearing this was: a million files need not be compared.
    number: u64,
}

impl ClearedFiles {
    /// The files as they were when they were cleared; nothing in it was refused.
    #[must_use]
    pub fn survey(&self) -> &Survey {
        &self.survey
    }

    /// Whether files that cannot be reached in place are to be rewritten all the same.
    #[must_use]
    pub fn force_rewrite(&self) -> bool {
        self.force_rewrite
    }

    /// Whether the names go as soon as the files are claimed: nobody needs them, and a program that is killed then
    /// gives the room back.
    pub(super) fn unname(&self) -> bool {
        self.unname
    }

    /// The files, when the token is used up.
    pub(super) fn into_survey(self) -> Survey {
        self.survey
    }
}

/// Proof that the operator said how many files there are. Made by [`confirm_files`] alone.
#[derive(Debug)]
pub struct ConfirmedFiles {
    number: u64,
}

impl ConfirmedFiles {
    /// Whether both tokens were made for the same clearing.
    pub(super) fn is_of(&self, cleared: &ClearedFiles) -> bool {
        self.number == cleared.number
    }
}

/// Holds what `survey` found against every guard. With `force_rewrite` files pass that an overwrite does not reach where
/// they lie. Nothing is written.
///
/// # Errors
/// Every refusal there is, never an empty list; of one kind at most 100, then how many more there are.
pub fn clear_files(
    survey: Survey,
    protected: &[Protected],
    force_rewrite: bool,
) -> Result<ClearedFiles, Vec<DeviceError>> {
    let mut told = Refusals::default();
    told.add(survey.refusals.iter().cloned());
    told.add(file_places::refusals(&survey, protected));
    told.add(survey.systems.iter().filter_map(not_writable));
    if !force_rewrite {
        told.add(survey.systems.iter().filter_map(keeps_blocks));
        let files = survey.files.iter();
        told.add(files.flat_map(|file| out_of_reach(file, &survey.systems[file.system])));
    }
    told.add(file_use::refusals(&survey));
    told.add(hard_links::refusals(&survey));
    let refusals = told.into_list();
    if !refusals.is_empty() {
        return Err(refusals);
    }
    Ok(ClearedFiles {
        survey,
        force_rewrite,
        unname: false,
        number: next_number(),
    })
}

/// Clears and confirms the files that have the free space of a file system: they are of this run's own making, and
/// what they lie on was cleared and confirmed before them. Nothing is written.
///
/// # Errors
/// What is in their folder is not exactly what was put there, or cannot be told; never an empty list.
pub fn clear_filler(
    filler: &Filler,
    stop: &StopSignal,
) -> Result<(ClearedFiles, ConfirmedFiles), Vec<DeviceError>> {
    let mut survey = super::survey(&[filler.folder().to_owned()], true, stop);
    let mut told = Refusals::default();
    told.add(survey.refusals.iter().cloned());
    // Its mark goes with the folder, by [`Filler::remove`]: what is left behind is known by both.
    survey.files.retain(|file| file.identity != filler.mark());
    told.add(not_only(filler, &survey));
    survey.folders.clear();
    let files = survey.files.iter();
    told.add(files.flat_map(|file| out_of_reach(file, &survey.systems[file.system])));
    told.add(file_use::refusals(&survey));
    let refusals = told.into_list();
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let number = next_number();
    let cleared = ClearedFiles {
        survey,
        force_rewrite: false,
        unname: true,
        number,
    };
    Ok((cleared, ConfirmedFiles { number }))
}

/// Whatever is not the filler's own, or has other names.
fn not_only(filler: &Filler, survey: &Survey) -> Option<DeviceError> {
    let mut own = filler.identities().to_vec();
    let mut found: Vec<_> = survey.files.iter().map(|file| file.identity).collect();
    own.sort_unstable();
    found.sort_unstable();
    let alone = survey.folders.len() == 1 && survey.further_names.is_empty();
    let alone = alone && survey.files.iter().all(|file| file.links == 1);
    (own != found || !alone).then(|| DeviceError::FileChanging {
        path: filler.folder().to_owned(),
        field: "content",
    })
}

fn next_number() -> u64 {
    static CLEARED: AtomicU64 = AtomicU64::new(0);
    CLEARED.fetch_add(1, Ordering::Relaxed)
}

/// Compares what was `typed` with the number of files, whole: full width (NFKC), commas between digits and blanks around
/// it do not count.
///
/// # Errors
/// [`DeviceError::FilesNotConfirmed`] where it differs.
pub fn confirm_files(cleared: &ClearedFiles, typed: &str) -> Result<ConfirmedFiles, DeviceError> {
    let digits: String = normalised(typed).chars().filter(|c| *c != ',').collect();
    if digits == cleared.survey.files.len().to_string() {
        Ok(ConfirmedFiles {
            number: cleared.number,
        })
    } else {
        Err(DeviceError::FilesNotConfirmed)
    }
}

fn not_writable(system: &FileSystemFacts) -> Option<DeviceError> {
    system.read_only.then(|| DeviceError::ReadOnlyFileSystem {
        path: system.mount_point.clone(),
        file_system: system.name.clone(),
    })
}

/// An overwrite reaches the blocks, and the old ones are kept somewhere beneath.
fn keeps_blocks(system: &FileSystemFacts) -> Option<DeviceError> {
    (!system.snapshots.is_empty()).then(|| DeviceError::LayerKeepsBlocks {
        path: system.mount_point.clone(),
        layers: system.snapshots.join(", "),
    })
}

/// Why an overwrite of the file does not reach everything that the file system holds of it.
fn out_of_reach(file: &FileFacts, system: &FileSystemFacts) -> Vec<DeviceError> {
    let path = || file.path.clone();
    let file_system = || system.name.clone();
    let untold = |reason: &str| DeviceError::ExtentsUntold {
        path: path(),
        reason: reason.to_owned(),
    };
    if file.size.0 == 0 && file.extents.is_empty() {
        return Vec::new();
    }
    let network = Sight::None {
        why: Blindness::Network,
    };
    let mut found = match system.in_place {
        InPlace::No => vec![DeviceError::CopyOnWrite {
            path: path(),
            file_system: file_system(),
        }],
        InPlace::Untold if system.sight == network => vec![DeviceError::NetworkFileSystem {
            path: path(),
            file_system: file_system(),
        }],
        InPlace::Untold => vec![untold(&format!("the file system {} is not known", system.name))],
        InPlace::Yes | InPlace::Memory => Vec::new(),
    };
    found.extend(stored_otherwise(file));
    if system.in_place == InPlace::Yes {
        found.extend(file.untold.as_deref().map(untold));
        if found.is_empty() && lacks_a_place(file, system) {
            found.push(untold("the place of an extent is not told"));
        }
    }
    found
}

fn stored_otherwise(file: &FileFacts) -> Vec<DeviceError> {
    let path = || file.path.clone();
    let storing = file.storing;
    [
        (storing.shared, DeviceError::SharedExtents { path: path() }),
        (storing.encoded, DeviceError::EncodedExtents { path: path() }),
        (storing.inline, DeviceError::InlineData { path: path() }),
        (storing.encrypted, DeviceError::EncryptedFile { path: path() }),
        (storing.journals_data, DeviceError::DataJournal { path: path() }),
    ]
    .into_iter()
    .filter_map(|(is_so, refusal)| is_so.then_some(refusal))
    .collect()
}

/// The blocks can be looked at, and for one of the extents it is not known where.
fn lacks_a_place(file: &FileFacts, system: &FileSystemFacts) -> bool {
    matches!(system.sight, Sight::Device { .. })
        && file.extents.iter().any(|extent| extent.physical.is_none())
}

/// Refusals, each once and of each kind only so many.
#[derive(Default)]
struct Refusals {
    told: Vec<DeviceError>,
    /// By code: how many are told, and how many more there are.
    counts: HashMap<&'static str, (usize, u64)>,
}

impl Refusals {
    fn add(&mut self, refusals: impl IntoIterator<Item = DeviceError>) {
        for refusal in refusals {
            let (told, more) = self.counts.entry(refusal.code()).or_default();
            if *told >= LISTED {
                *more += 1;
            } else if !self.told.contains(&refusal) {
                *told += 1;
                self.told.push(refusal);
            }
        }
    }

    fn into_list(mut self) -> Vec<DeviceError> {
        let counts = self.counts.into_iter().filter(|(_, (_, more))| *more > 0);
        let mut more: Vec<_> = counts.map(|(kind, (_, more))| (kind, more)).collect();
        more.sort_unstable();
        let more = more.into_iter();
        self.told
            .extend(more.map(|(kind, more)| DeviceError::MoreRefused { kind, more }));
        self.told
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::devices::file_facts::{FileExtent, Storing};
    use crate::devices::{DeviceNumber, survey};
    use crate::progress::StopSignal;
    use crate::units::{BlockSize, ByteCount, ByteOffset};

    fn system(in_place: InPlace, sight: Sight) -> FileSystemFacts {
        FileSystemFacts {
            number: DeviceNumber { major: 7, minor: 9 },
            name: "ext4".into(),
            mount_point: "/mnt".into(),
            block: BlockSize::SECTOR,
            in_place,
            journals_data: false,
            read_only: false,
            sight,
            medium: None,
            snapshots: Vec::new(),
        }
    }

    fn seen() -> Sight {
        Sight::Device {
            node: "/dev/loop9".into(),
            number: DeviceNumber { major: 7, minor: 9 },
        }
    }

    fn file() -> FileFacts {
        FileFacts {
            path: "/mnt/a".into(),
            system: 0,
            identity: (1, 2),
            size: ByteCount(512),
            links: 1,
            changed: (0, 0),
            extents: vec![FileExtent {
                logical: ByteOffset(0),
                length: ByteCount(512),
                physical: Some(ByteOffset(8192)),
                unwritten: false,
            }],
            untold: None,
            storing: Storing::default(),
        }
    }

    fn codes(file: &FileFacts, system: &FileSystemFacts) -> Vec<&'static str> {
        out_of_reach(file, system).iter().map(DeviceError::code).collect()
    }

    #[test]
    fn what_an_overwrite_does_not_reach_is_refused_and_every_reason_told() {
        let ext4 = system(InPlace::Yes, seen());
        assert_eq!(codes(&file(), &ext4), [""; 0]);
        let all = Storing {
            shared: true,
            encoded: true,
            inline: true,
            encrypted: true,
            journals_data: true,
            immutable: false,
            append_only: false,
        };
        let everything = FileFacts {
            storing: all,
            untold: Some("why".into()),
            ..file()
        };
        let reasons = [
            "DEV-SHARED-EXTENTS",
            "DEV-ENCODED-EXTENTS",
            "DEV-INLINE-DATA",
            "DEV-ENCRYPTED-FILE",
            "DEV-DATA-JOURNAL",
            "DEV-EXTENTS-UNTOLD",
        ];
        assert_eq!(codes(&everything, &ext4), reasons);
        let why = Blindness::OwnAddresses;
        assert_eq!(
            codes(&file(), &system(InPlace::No, Sight::None { why })),
            ["DEV-COPY-ON-WRITE"]
        );
        for (why, code) in [
            (Blindness::Network, "DEV-NETWORK-FILE-SYSTEM"),
            (Blindness::Program, "DEV-EXTENTS-UNTOLD"),
            (Blindness::Unknown, "DEV-EXTENTS-UNTOLD"),
        ] {
            assert_eq!(
                codes(&file(), &system(InPlace::Untold, Sight::None { why })),
                [code]
            );
        }
    }

    #[test]
    fn an_extent_without_a_place_is_refused_where_places_can_be_seen() {
        let mut placeless = file();
        placeless.extents[0].physical = None;
        assert_eq!(
            codes(&placeless, &system(InPlace::Yes, seen())),
            ["DEV-EXTENTS-UNTOLD"]
        );
        let why = Blindness::NotAllowed;
        assert_eq!(
            codes(&placeless, &system(InPlace::Yes, Sight::None { why })),
            [""; 0]
        );
        let why = Blindness::Memory;
        assert_eq!(
            codes(&placeless, &system(InPlace::Memory, Sight::None { why })),
            [""; 0]
        );
    }

    #[test]
    fn of_one_kind_a_hundred_are_listed_and_the_rest_counted() {
        let mut told = Refusals::default();
        let refusal = |number: usize| DeviceError::NoSuchFile {
            path: PathBuf::from(number.to_string()),
        };
        told.add((0..250).map(refusal));
        told.add([refusal(3), DeviceError::SearchStopped, DeviceError::SearchStopped]);
        let list = told.into_list();
        assert_eq!(list.len(), 102);
        assert_eq!(list[100], DeviceError::SearchStopped);
        let kind = "DEV-NO-SUCH-FILE";
        assert_eq!(list[101], DeviceError::MoreRefused { kind, more: 151 });
    }

    #[test]
    fn the_number_of_files_confirms_and_nothing_else() {
        let cleared = |count: usize| ClearedFiles {
            survey: Survey {
                files: vec![file(); count],
                ..Survey::default()
            },
            force_rewrite: false,
            unname: false,
            number: next_number(),
        };
        let many = cleared(1200);
        for typed in ["1200", "1,200\n", "\u{3000}１２００", "１，２００"] {
            assert!(confirm_files(&many, typed).unwrap().is_of(&many), "{typed}");
        }
        for typed in ["", "0", "12", "12000", "1200 files", "y", "1200.0", "+1200"] {
            assert!(confirm_files(&many, typed).is_err(), "{typed}");
        }
        let others = cleared(1200);
        assert!(!confirm_files(&others, "1200").unwrap().is_of(&many));
        assert!(confirm_files(&cleared(0), "").is_err());
    }

    #[test]
    fn what_the_survey_refused_is_never_cleared() {
        let nothing = survey(&[Path::new("/none/such").into()], true, &StopSignal::default());
        let refused = clear_files(nothing, &[], true).unwrap_err();
        let path = PathBuf::from("/none/such");
        assert_eq!(refused, [DeviceError::NoSuchFile { path }]);
    }
}
