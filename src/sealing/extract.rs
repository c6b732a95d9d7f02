//! Files out of a package: read, digested, opened and written on all cores.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::progress::{Event, Observer, Phase, StopSignal};
use crate::units::ByteCount;

use super::digests::VolumeHasher;
use super::extract_file::{OutFile, PartsDigest, output};
use super::lanes::{Halt, InOrder, Rooms, lock};
use super::layout::{FOOTER_BYTES, PLAIN, SEGMENT};
use super::volumes::TELL_EVERY;
use super::{Encoding, Entry, FileEntry, Healed, Package, SealingError, VolumeFacts};

/// Where files are written. Lent by whoever knows paths; used by several threads at once.
pub trait Outputs: Sync {
    /// Makes an empty folder.
    ///
    /// # Errors
    /// What the system says.
    fn folder(&self, place: usize, entry: &Entry) -> io::Result<()>;

    /// Makes a file that is not there yet, under no final name.
    ///
    /// # Errors
    /// What the system says.
    fn create(&self, place: usize, entry: &Entry) -> io::Result<Box<dyn Write + Send>>;

    /// All bytes of a file were written. They count when [`Package::extract`] has returned `Ok`, not before: a file
    /// in many segments may be digested after it was written.
    ///
    /// # Errors
    /// What the system says.
    fn finish(&self, place: usize, entry: &Entry, file: Box<dyn Write + Send>) -> io::Result<()>;
}

/// What is to be written.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// The whole package: every segment is opened, every volume digested.
    All,
    /// Entries by their places in the manifest, ascending: only their segments are read.
    Only(&'a [usize]),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extracted {
    /// The volumes as they were read; none where only a part was.
    pub volumes: Option<Vec<VolumeFacts>>,
    /// All damage that another copy made up for.
    pub healed: Vec<Healed>,
}

impl Package<'_> {
    /// Writes files. What was written before an error is worth nothing.
    ///
    /// # Errors
    /// A segment that does not open, a file that is not what the manifest says, an output that fails, a wish
    /// to stop.
    pub fn extract(
        &self,
        wanted: Wanted<'_>,
        outputs: &dyn Outputs,
        observer: &mut dyn Observer,
        stop: &StopSignal,
    ) -> Result<Extracted, SealingError> {
        let selection = Selection::new(self, wanted);
        observer.observe(Event::Started {
            phase: Phase::Open,
            pass: 1,
            passes: 1,
            total: selection.bytes(self),
        });
        self.without_bytes(&selection, outputs)?;
        let all = matches!(wanted, Wanted::All);
        let hasher = all.then(|| VolumeHasher::begin(self)).transpose()?;
        let turns = selection.turns();
        let work = Work {
            package: self,
            selection: &selection,
            outputs,
            todo: Mutex::new((0, selection.segments())),
            rooms: Rooms::new(2),
            digests: hasher.map(InOrder::new),
            parts: InOrder::new(PartsDigest::default()),
            files: InOrder::new(Spanning {
                open: None,
                observer,
                done: 0,
                told: 0,
            }),
            manifest_damaged: AtomicBool::new(false),
            halt: Halt::default(),
        };
        work.halt.run_lanes(|| work.lane(stop));
        work.halt.into_result()?;
        let finish = |hashers: InOrder<VolumeHasher, _>| hashers.into_content(turns)?.finish(self);
        let volumes = work.digests.map(finish).transpose()?;
        work.parts.into_content(turns)?;
        let mut healed = self.healed().to_vec();
        let first_used = healed.contains(&Healed::SecondManifest);
        if all && !first_used && (work.manifest_damaged.into_inner() || !self.first_is_whole()?) {
            healed.push(Healed::FirstManifest);
        }
        work.files.into_content(turns)?.observer.observe(Event::Finished);
        Ok(Extracted { volumes, healed })
    }

    /// Folders, and files that have no bytes in the package.
    fn without_bytes(&self, selection: &Selection, outputs: &dyn Outputs) -> Result<(), SealingError> {
        for (place, entry) in self.manifest.entries.iter().enumerate() {
            if !selection.wants(place) {
                continue;
            }
            match entry.file {
                None => outputs
                    .folder(place, entry)
                    .map_err(|error| output(entry, &error))?,
                Some(file) if file.stored == 0 => {
                    OutFile::begin(outputs, place, entry, file)?.finish(outputs, entry)?;
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// What is wanted, in numbers.
struct Selection {
    /// Places of wanted files that have bytes, in the order in which those stand.
    files: Vec<usize>,
    wanted: Option<Vec<bool>>,
    /// Wanted segments.
    ranges: Vec<std::ops::Range<u64>>,
}

impl Selection {
    fn new(package: &Package<'_>, wanted: Wanted<'_>) -> Self {
        let entries = &package.manifest.entries;
        let wanted = match wanted {
            Wanted::All => None,
            Wanted::Only(places) => {
                let mut flags = vec![false; entries.len()];
                for place in places {
                    if let Some(flag) = flags.get_mut(*place) {
                        *flag = true;
                    }
                }
                Some(flags)
            }
        };
        let is_wanted = |place: usize| wanted.as_ref().is_none_or(|flags| flags[place]);
        let has_bytes = |place: &usize| entries[*place].file.is_some_and(|file| file.stored > 0);
        let files: Vec<usize> = (0..entries.len())
            .filter(|place| is_wanted(*place))
            .filter(has_bytes)
            .collect();
        let ranges = if wanted.is_none() {
            std::iter::once(0..package.segments.body.segments()).collect()
        } else {
            joined(files.iter().filter_map(|place| entries[*place].file))
        };
        Self {
            files,
            wanted,
            ranges,
        }
    }

    fn wants(&self, place: usize) -> bool {
        self.wanted.as_ref().is_none_or(|flags| flags[place])
    }

    fn segments(&self) -> Box<dyn Iterator<Item = u64> + Send> {
        Box::new(self.ranges.clone().into_iter().flatten())
    }

    /// How many segments.
    fn turns(&self) -> u64 {
        self.ranges.iter().map(|range| range.end - range.start).sum()
    }

    fn bytes(&self, package: &Package<'_>) -> ByteCount {
        ByteCount((self.turns() * SEGMENT).min(package.segments.body.length))
    }

    /// Wanted files that have bytes between `start` and `end`.
    fn within<'a>(
        &'a self,
        entries: &'a [Entry],
        start: u64,
        end: u64,
    ) -> impl Iterator<Item = (usize, FileEntry)> + 'a {
        let first = self.files.partition_point(|place| entries[*place].end() <= start);
        let file = |place: &usize| entries[*place].file.map(|file| (*place, file));
        self.files[first..]
            .iter()
            .filter_map(file)
            .take_while(move |(_, file)| file.offset < end)
    }
}

/// The segments in which these files lie.
fn joined(files: impl Iterator<Item = FileEntry>) -> Vec<std::ops::Range<u64>> {
    let mut ranges: Vec<std::ops::Range<u64>> = Vec::new();
    for file in files {
        let (start, end) = (file.offset / PLAIN, (file.offset + file.stored).div_ceil(PLAIN));
        match ranges.last_mut() {
            Some(last) if last.end >= start => last.end = last.end.max(end),
            _ => ranges.push(start..end),
        }
    }
    ranges
}

/// Files of which more than one segment holds a part.
struct Spanning<'a> {
    open: Option<OutFile>,
    observer: &'a mut dyn Observer,
    done: u64,
    told: u64,
}

/// What all lanes share.
struct Work<'a, 'b> {
    package: &'a Package<'b>,
    selection: &'a Selection,
    outputs: &'a dyn Outputs,
    todo: Mutex<(u64, Box<dyn Iterator<Item = u64> + Send>)>,
    rooms: Rooms,
    digests: Option<InOrder<VolumeHasher, Arc<Vec<u8>>>>,
    parts: InOrder<PartsDigest, Arc<Piece>>,
    files: InOrder<Spanning<'a>, Arc<Piece>>,
    manifest_damaged: AtomicBool,
    halt: Halt,
}

/// An opened segment.
struct Piece {
    /// Where its plaintext begins.
    start: u64,
    plain: Vec<u8>,
    /// Its length in the package.
    length: u64,
}

impl Work<'_, '_> {
    fn lane(&self, stop: &StopSignal) {
        // Room comes before a turn: whoever has a turn can do it.
        while let (Some(sealed), Some(plain)) = (self.rooms.take(&self.halt), self.rooms.take(&self.halt)) {
            if stop.is_raised() {
                self.halt.raise(0, SealingError::Stopped);
            }
            let next = {
                let mut todo = lock(&self.todo);
                todo.1.next().map(|number| {
                    todo.0 += 1;
                    (todo.0 - 1, number)
                })
            };
            let Some((turn, number)) = next else { return };
            if let Err(error) = self.one(turn, number, sealed, plain) {
                self.halt.raise(turn, error);
            }
        }
    }

    /// One segment through all steps.
    fn one(
        &self,
        turn: u64,
        number: u64,
        mut sealed: Vec<u8>,
        mut plain: Vec<u8>,
    ) -> Result<(), SealingError> {
        let segments = &self.package.segments;
        segments.read(number, &mut sealed)?;
        let (sealed, length) = (
            Arc::new(sealed),
            self.package.segments.body.range(number).length.0,
        );
        if let Some(digests) = &self.digests {
            digests.put(turn, Arc::clone(&sealed), &self.halt, |hasher, sealed| {
                hasher.update(&sealed);
                self.rooms.give_shared(sealed);
                Ok(())
            });
        }
        let start = number * PLAIN;
        match segments.open_into(number, &sealed, &mut plain) {
            Ok(()) => {}
            // A damaged manifest is no damage to files: the other one was read.
            Err(_) if start >= self.package.places.first => {
                self.manifest_damaged.store(true, Ordering::Relaxed);
                plain.clear();
            }
            Err(error) => return Err(error),
        }
        self.rooms.give_shared(sealed);
        self.check_fill(start, &plain)?;
        self.whole_files(start, &plain)?;
        let piece = Arc::new(Piece { start, plain, length });
        self.parts
            .put(turn, Arc::clone(&piece), &self.halt, |digest, piece| {
                self.digest_parts(digest, &piece)?;
                self.give_back(piece);
                Ok(())
            });
        self.files.put(turn, piece, &self.halt, |spanning, piece| {
            self.write_parts(spanning, &piece)?;
            self.give_back(piece);
            Ok(())
        });
        Ok(())
    }

    fn give_back(&self, piece: Arc<Piece>) {
        if let Some(piece) = Arc::into_inner(piece) {
            self.rooms.give(piece.plain);
        }
    }

    /// Between data and manifests there are zero bytes only.
    fn check_fill(&self, start: u64, plain: &[u8]) -> Result<(), SealingError> {
        let places = self.package.places;
        let after_first = places.first + places.length + FOOTER_BYTES;
        let filled = [
            self.package.manifest.head.data..places.first,
            after_first..places.second,
        ];
        for range in filled {
            let from = range.start.saturating_sub(start).min(plain.len() as u64);
            let until = range.end.saturating_sub(start).min(plain.len() as u64);
            let (from, until) = (
                usize::try_from(from).unwrap_or(0),
                usize::try_from(until).unwrap_or(0),
            );
            if from < until && plain[from..until].iter().any(|byte| *byte != 0) {
                return Err(SealingError::Manifest {
                    detail: "fill that is not zero".to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Files that lie in this segment as a whole need not wait for anybody.
    fn whole_files(&self, start: u64, plain: &[u8]) -> Result<(), SealingError> {
        let (entries, end) = (&self.package.manifest.entries, start + plain.len() as u64);
        for (place, file) in self.selection.within(entries, start, end) {
            if file.offset >= start && file.offset + file.stored <= end {
                let entry = &entries[place];
                let mut out = OutFile::begin(self.outputs, place, entry, file)?;
                out.write(entry, &plain[span(start, file.offset, file.offset + file.stored)])?;
                out.finish(self.outputs, entry)?;
            }
        }
        Ok(())
    }

    /// Parts of files that other segments hold the rest of: place, file, bytes, and whether they are its last.
    fn parts_of<'p>(
        &'p self,
        piece: &'p Piece,
    ) -> impl Iterator<Item = (usize, FileEntry, &'p [u8], bool)> + 'p {
        let (start, end) = (piece.start, piece.start + piece.plain.len() as u64);
        let files = self.selection.within(&self.package.manifest.entries, start, end);
        files.filter_map(move |(place, file)| {
            let file_end = file.offset + file.stored;
            let (from, until) = (file.offset.max(start), file_end.min(end));
            let whole = file.offset >= start && file_end <= end;
            let bytes = &piece.plain[span(start, from, until)];
            (!whole).then_some((place, file, bytes, until == file_end))
        })
    }

    fn digest_parts(&self, digest: &mut PartsDigest, piece: &Piece) -> Result<(), SealingError> {
        let entries = &self.package.manifest.entries;
        self.parts_of(piece)
            .filter(|(_, file, ..)| file.encoding == Encoding::Plain)
            .try_for_each(|(place, file, bytes, last)| {
                digest.update(place, &entries[place], file, bytes, last)
            })
    }

    fn write_parts(&self, spanning: &mut Spanning<'_>, piece: &Piece) -> Result<(), SealingError> {
        for (place, file, bytes, last) in self.parts_of(piece) {
            let entry = &self.package.manifest.entries[place];
            let mut out = match spanning.open.take() {
                Some(open) if open.place() == place => open,
                _ => OutFile::begin_parts(self.outputs, place, entry, file)?,
            };
            out.write(entry, bytes)?;
            if last {
                out.finish(self.outputs, entry)?;
            } else {
                spanning.open = Some(out);
            }
        }
        spanning.done += piece.length;
        if spanning.done - spanning.told >= TELL_EVERY {
            spanning.told = spanning.done;
            spanning.observer.observe(Event::Advanced {
                done: ByteCount(spanning.done),
            });
        }
        Ok(())
    }
}

/// Places in a segment's plaintext, which begins at `start`.
fn span(start: u64, from: u64, until: u64) -> std::ops::Range<usize> {
    let place = |at: u64| usize::try_from(at - start).unwrap_or_default();
    place(from)..place(until)
}
