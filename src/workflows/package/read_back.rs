//! Reads the volumes back from the medium, and holds them against what was written.

use std::path::PathBuf;

use crate::devices::{ReadBackPath, Storage, open_read_back};
use crate::progress::{Event, Observer, Phase, StopSignal};
use crate::records::{DeliveryReadBack, DeliveryReadPath, Volume};
use crate::sealing::{SealingError, VolumeFacts, digest_volume};
use crate::units::ByteCount;

use super::super::{Refusal, WorkflowError};

/// What reading back came to.
pub(super) struct ReadBack {
    pub(super) volumes: Vec<Volume>,
    pub(super) claim: DeliveryReadBack,
}

/// Volumes as they were written, where nothing is read back: BLAKE3 alone.
pub(super) fn not_asked(written: &[VolumeFacts], names: &[String]) -> ReadBack {
    let volume = |(facts, name): (&VolumeFacts, &String)| Volume {
        name: name.clone(),
        size: facts.size,
        blake3: facts.blake3,
        sha256: None,
    };
    ReadBack {
        volumes: written.iter().zip(names).map(volume).collect(),
        claim: DeliveryReadBack::NotAsked,
    }
}

/// Reads every volume at `paths` back; the digests of the record come from this.
pub(super) fn read_back(
    written: &[VolumeFacts],
    names: &[String],
    paths: &[PathBuf],
    storage: &Storage,
    observer: &mut dyn Observer,
    stop: &StopSignal,
) -> Result<ReadBack, WorkflowError> {
    let total = ByteCount(written.iter().map(|facts| facts.size.0).sum());
    observer.observe(Event::Started {
        phase: Phase::Digest,
        pass: 1,
        passes: 1,
        total,
    });
    let (mut volumes, mut way, mut before) = (Vec::new(), None, 0);
    for ((facts, name), path) in written.iter().zip(names).zip(paths) {
        let opened = open_read_back(path, storage);
        let (mut file, reached) = opened.map_err(|error| Refusal::Device {
            device: path.clone(),
            error,
        })?;
        let found = digest_volume(&mut file, before, observer, stop);
        let found = found.map_err(|error| WorkflowError::Package {
            path: path.clone(),
            error,
        })?;
        if found.size != facts.size || found.blake3 != facts.blake3 {
            let error = SealingError::ReadBackDiffers { volume: name.clone() };
            return Err(WorkflowError::Package {
                path: path.clone(),
                error,
            });
        }
        before += found.size.0;
        way = Some(weaker(way, way_of(reached, storage)));
        volumes.push(Volume {
            name: name.clone(),
            size: found.size,
            blake3: found.blake3,
            sha256: Some(found.sha256),
        });
    }
    observer.observe(Event::Finished);
    let read = way.unwrap_or(DeliveryReadPath::Memory);
    let claim = DeliveryReadBack::Done {
        read,
        compared: ByteCount(before),
        equal: true,
    };
    Ok(ReadBack { volumes, claim })
}

/// How the record says it: "from the medium" only where that was shown.
fn way_of(reached: ReadBackPath, storage: &Storage) -> DeliveryReadPath {
    match reached {
        ReadBackPath::Medium => DeliveryReadPath::Medium,
        ReadBackPath::Memory => DeliveryReadPath::Memory,
        ReadBackPath::Through(filesystem) => DeliveryReadPath::Through { filesystem },
        _ => {
            let name = storage.filesystem.as_deref().unwrap_or("unknown");
            DeliveryReadPath::Through {
                filesystem: format!("{name} (page cache)"),
            }
        }
    }
}

/// Of several volumes the weakest says how all were read.
fn weaker(so_far: Option<DeliveryReadPath>, now: DeliveryReadPath) -> DeliveryReadPath {
    match so_far {
        Some(through @ DeliveryReadPath::Through { .. }) => through,
        Some(DeliveryReadPath::Memory) if now == DeliveryReadPath::Medium => DeliveryReadPath::Memory,
        _ => now,
    }
}
