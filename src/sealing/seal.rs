//! Sealing: files are read in their order, encrypted on all cores, written in their order.

use std::sync::{Arc, Mutex};

use crate::crypto::{
    Argon2Params, Digest, Fingerprint, Floe, FloeParams, Passphrase, RecipientPublic, Secret, random,
};
use crate::progress::{Event, Observer, Phase, StopSignal};
use crate::units::ByteCount;

use super::feeder::Feeder;
use super::front::{Front, body_key};
use super::lanes::{Halt, InOrder, Rooms, lock};
use super::layout::{OVERHEAD, PLAIN_AT, SEGMENT};
use super::volumes::{Digester, Splitter};
use super::{
    Header, Inputs, ManifestHead, PackageId, PassphraseStanza, RecipientStanza, SealEntry, SealKind,
    SealingError, Stanza, VolumeFacts, VolumeSink,
};

/// Whom a package is sealed to.
pub enum SealedFor<'a> {
    /// People, by their keys.
    Recipients(&'a [(Fingerprint, RecipientPublic)]),
    /// Whoever knows a passphrase.
    Passphrase(&'a Passphrase, Argon2Params),
}

/// What is to be sealed, and how.
pub struct SealOrder<'a> {
    /// Package id.
    pub package: PackageId,
    /// Whom for.
    pub to: SealedFor<'a>,
    /// Who seals.
    pub sender: Fingerprint,
    /// Number of the contract.
    pub contract: Option<String>,
    /// Files and empty folders, in strictly ascending order of their paths.
    pub entries: &'a [SealEntry],
    /// Compress where it helps.
    pub compress: bool,
    /// Largest volume in bytes.
    pub most_volume: Option<ByteCount>,
}

/// A sealed package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Package id.
    pub package: PackageId,
    /// Length of all volumes together.
    pub length: ByteCount,
    /// The volumes as they were written.
    pub volumes: Vec<VolumeFacts>,
    /// SHA-256 of the manifest.
    pub manifest: Digest,
    /// How many files.
    pub files: u64,
    /// Their bytes, before any compression.
    pub bytes: ByteCount,
}

/// Seals.
///
/// # Errors
/// An input that cannot be read or changed meanwhile; a sink that cannot be written; a wish to stop. What was
/// written by then is worth nothing.
pub fn seal(
    order: &SealOrder<'_>,
    inputs: &mut dyn Inputs,
    sink: &mut dyn VolumeSink,
    observer: &mut dyn Observer,
    stop: &StopSignal,
) -> Result<Sealed, SealingError> {
    let file_key = Secret::random(32)?;
    let header = Header::new(order.package, stanzas(order, &file_key)?)?;
    let aad = associated(order.package);
    let (floe, floe_header) = Floe::start(FloeParams::PACKAGE, body_key(&file_key)?.bytes(), &aad)?;
    let front = Front::new(header, &file_key, &floe_header)?;
    let head = ManifestHead {
        salt: data_encoding::HEXLOWER.encode(&random::<32>()?),
        manifest: 1,
        package: order.package.to_string(),
        sender: order.sender,
        recipients: front.header.recipients(),
        contract: order.contract.clone(),
        data: 0,
    };
    observer.observe(Event::Started {
        phase: Phase::Seal,
        pass: 1,
        passes: 1,
        total: ByteCount(expected(order)),
    });
    let mut written = Written::new(sink, observer, order.most_volume);
    written.both(front.bytes())?;
    let feeder = Feeder::new(inputs, order.entries, head, order.compress);
    let (feeder, mut written) = encrypt(&floe, feeder, written, stop)?;
    written.both(&front.closing())?;
    let volumes = written.finish()?;
    let fed = feeder.finish();
    let sizes = fed
        .entries
        .iter()
        .filter_map(|entry| entry.file.map(|file| file.size));
    Ok(Sealed {
        package: order.package,
        length: ByteCount(volumes.iter().map(|volume| volume.size.0).sum()),
        volumes,
        manifest: fed.manifest,
        files: sizes.clone().count() as u64,
        bytes: ByteCount(sizes.sum()),
    })
}

/// What FLOE binds every segment to.
pub(super) fn associated(package: PackageId) -> Vec<u8> {
    [b"keshiin-package/1\n".as_slice(), package.bytes()].concat()
}

fn stanzas(order: &SealOrder<'_>, file_key: &Secret) -> Result<Vec<Stanza>, SealingError> {
    match &order.to {
        SealedFor::Recipients(people) => wrap_for(people, order.package, file_key),
        SealedFor::Passphrase(passphrase, cost) => {
            let stanza = PassphraseStanza::wrap(passphrase, *cost, order.package, file_key)?;
            Ok(vec![Stanza::Passphrase(stanza)])
        }
    }
}

/// A stanza for each of them.
pub(super) fn wrap_for(
    people: &[(Fingerprint, RecipientPublic)],
    package: PackageId,
    file_key: &Secret,
) -> Result<Vec<Stanza>, SealingError> {
    let wrap = |(recipient, public): &(Fingerprint, RecipientPublic)| {
        RecipientStanza::wrap(*recipient, public, package, file_key).map(Stanza::Recipient)
    };
    people.iter().map(wrap).collect()
}

/// About how many bytes will be written: for a bar, not for a record.
fn expected(order: &SealOrder<'_>) -> u64 {
    let size = |entry: &SealEntry| match entry.kind {
        SealKind::File { size, .. } => size.unwrap_or(0),
        SealKind::Folder => 0,
    };
    order
        .entries
        .iter()
        .map(|entry| size(entry) + 2 * (entry.path.len() as u64 + 200))
        .sum()
}

/// Where sealed bytes go: digested and written, each in order, not each after the other.
pub(super) struct Written<'a> {
    pub(super) digester: Digester,
    pub(super) splitter: Splitter<'a>,
}

impl<'a> Written<'a> {
    pub(super) fn new(
        sink: &'a mut dyn VolumeSink,
        observer: &'a mut dyn Observer,
        most: Option<ByteCount>,
    ) -> Self {
        Self {
            digester: Digester::new(most),
            splitter: Splitter::new(sink, observer, most),
        }
    }

    /// Bytes before or after the body.
    pub(super) fn both(&mut self, bytes: &[u8]) -> Result<(), SealingError> {
        self.digester.update(bytes);
        self.splitter.write(bytes)
    }

    pub(super) fn finish(self) -> Result<Vec<VolumeFacts>, SealingError> {
        self.splitter.finish()?;
        Ok(self.digester.finish())
    }

    /// Both, each with turns of its own.
    pub(super) fn in_order(self) -> Turns<'a> {
        Turns {
            rooms: Rooms::new(1),
            digester: InOrder::new(self.digester),
            splitter: InOrder::new(self.splitter),
        }
    }
}

/// [`Written`], shared by lanes.
pub(super) struct Turns<'a> {
    rooms: Rooms,
    digester: InOrder<Digester, Arc<Vec<u8>>>,
    splitter: InOrder<Splitter<'a>, Arc<Vec<u8>>>,
}

impl<'a> Turns<'a> {
    /// Room for a segment; none when the work was given up.
    pub(super) fn room(&self, halt: &Halt) -> Option<Vec<u8>> {
        self.rooms.take(halt)
    }

    /// Takes a sealed segment.
    pub(super) fn take(&self, number: u64, halt: &Halt, sealed: Vec<u8>) {
        let sealed = Arc::new(sealed);
        self.digester
            .put(number, Arc::clone(&sealed), halt, |digester, sealed| {
                digester.update(&sealed);
                self.rooms.give_shared(sealed);
                Ok(())
            });
        self.splitter.put(number, sealed, halt, |splitter, sealed| {
            splitter.write(&sealed)?;
            self.rooms.give_shared(sealed);
            Ok(())
        });
    }

    /// What `segments` were written with.
    pub(super) fn into_written(self, segments: u64) -> Result<Written<'a>, SealingError> {
        Ok(Written {
            digester: self.digester.into_content(segments)?,
            splitter: self.splitter.into_content(segments)?,
        })
    }
}

/// Runs the lanes until the feeder is done.
fn encrypt<'a, 'b>(
    floe: &Floe,
    feeder: Feeder<'a>,
    written: Written<'b>,
    stop: &StopSignal,
) -> Result<(Feeder<'a>, Written<'b>), SealingError> {
    let (feeder, turns, halt) = (Mutex::new(feeder), written.in_order(), Halt::default());
    halt.run_lanes(|| lane(floe, &feeder, &turns, &halt, stop));
    halt.into_result()?;
    let feeder = feeder
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let written = turns.into_written(feeder.segments())?;
    Ok((feeder, written))
}

fn lane(floe: &Floe, feeder: &Mutex<Feeder<'_>>, turns: &Turns<'_>, halt: &Halt, stop: &StopSignal) {
    let segment_bytes = usize::try_from(SEGMENT).unwrap_or_default();
    let room = segment_bytes - usize::try_from(OVERHEAD).unwrap_or_default();
    while let Some(mut segment) = turns.room(halt) {
        segment.resize(segment_bytes, 0);
        if stop.is_raised() {
            halt.raise(0, SealingError::Stopped);
        }
        let Some((number, length, last)) = feed(feeder, halt, &mut segment[PLAIN_AT..PLAIN_AT + room]) else {
            return;
        };
        segment.truncate(length + segment_bytes - room);
        match floe.seal_segment(number, last, &mut segment) {
            Ok(()) => turns.take(number, halt, segment),
            Err(error) => halt.raise(number, error.into()),
        }
    }
}

/// The next segment's number, length and whether it is the last; none when there is none or the work was given up.
fn feed(feeder: &Mutex<Feeder<'_>>, halt: &Halt, into: &mut [u8]) -> Option<(u64, usize, bool)> {
    let mut feeder = lock(feeder);
    // Whoever failed is not asked again: it is known before anybody else comes.
    if halt.is_raised() {
        return None;
    }
    feeder.next(into).unwrap_or_else(|error| {
        halt.raise(0, error);
        None
    })
}
