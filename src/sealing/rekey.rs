//! The same body under new fronts: for other recipients. Who could read the old package still can.

use std::sync::Mutex;

use crate::crypto::{FLOE_HEADER_BYTES, Fingerprint, RecipientPublic};
use crate::progress::{Event, Observer, Phase, StopSignal};
use crate::units::ByteCount;

use super::front::Front;
use super::lanes::{Halt, lock};
use super::seal::{Turns, Written, wrap_for};
use super::{Header, Package, SealingError, VolumeFacts, VolumeSink};

/// A package that was put together again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rekeyed {
    /// Length of all volumes together.
    pub length: ByteCount,
    /// The volumes as they were written.
    pub volumes: Vec<VolumeFacts>,
}

/// Copies the body of `package` unchanged into a new package for `people`. Every segment is opened on the way.
///
/// # Errors
/// A damaged segment, a sink that fails, a wish to stop.
pub fn rekey(
    package: &Package<'_>,
    people: &[(Fingerprint, RecipientPublic)],
    most_volume: Option<ByteCount>,
    sink: &mut dyn VolumeSink,
    observer: &mut dyn Observer,
    stop: &StopSignal,
) -> Result<Rekeyed, SealingError> {
    let id = package.header().package();
    let header = Header::new(id, wrap_for(people, id, &package.file_key)?)?;
    let floe: [u8; FLOE_HEADER_BYTES] = package
        .front
        .floe()
        .try_into()
        .map_err(|_| SealingError::Commitment)?;
    let front = Front::new(header, &package.file_key, &floe)?;
    let closing = front.closing();
    let total = package.segments.body.length + front.length() + closing.len() as u64;
    observer.observe(Event::Started {
        phase: Phase::Seal,
        pass: 1,
        passes: 1,
        total: ByteCount(total),
    });
    let mut written = Written::new(sink, observer, most_volume);
    written.both(front.bytes())?;
    let mut written = copy(package, written, stop)?;
    written.both(&closing)?;
    let volumes = written.finish()?;
    Ok(Rekeyed {
        length: ByteCount(total),
        volumes,
    })
}

fn copy<'a>(
    package: &Package<'_>,
    written: Written<'a>,
    stop: &StopSignal,
) -> Result<Written<'a>, SealingError> {
    let (next, turns, halt) = (Mutex::new(0), written.in_order(), Halt::default());
    halt.run_lanes(|| lane(package, &next, &turns, &halt, stop));
    halt.into_result()?;
    turns.into_written(package.segments.body.segments())
}

fn lane(package: &Package<'_>, next: &Mutex<u64>, turns: &Turns<'_>, halt: &Halt, stop: &StopSignal) {
    let (segments, mut opened) = (&package.segments, Vec::new());
    while let Some(mut sealed) = turns.room(halt) {
        if stop.is_raised() {
            halt.raise(0, SealingError::Stopped);
        }
        let number = {
            let mut next = lock(next);
            *next += 1;
            *next - 1
        };
        if number >= segments.body.segments() {
            return;
        }
        let read = segments.read(number, &mut sealed).and_then(|()| {
            opened.clone_from(&sealed);
            segments.open(number, &mut opened).map(|_| ())
        });
        match read {
            Ok(()) => turns.take(number, halt, sealed),
            Err(error) => halt.raise(number, error),
        }
    }
}
