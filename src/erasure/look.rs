//! The second look: does anybody hold the medium, and are the places that matter most still as written.

use crate::devices::Target;
use crate::units::{ByteCount, ByteOffset, ByteRange};

use super::exact::PIECE;
use super::flow::in_steps;
use super::line::Halt;
use super::outcome::SecondLook;
use super::verify::Reading;

/// Bytes read at each former start of a partition: boot sectors and superblocks lie there.
const AT_PARTITION: u64 = 64 << 10;
/// Bytes read at each end of the medium.
pub(super) const AT_END: u64 = 1 << 20;

/// Looks for intruders, then reads both ends and the former partition starts once more.
pub(super) fn look_and_read(
    mut reading: Reading<'_, dyn Target>,
    size: ByteCount,
) -> Result<SecondLook, Halt> {
    let target = reading.medium.medium();
    let intrusions = target.look_again();
    let starts = target.former_partition_starts().to_vec();
    reading.line.sign_of_life();
    let block = reading.medium.block() as u64;
    reading.sweep(
        places(&starts, size, block)
            .into_iter()
            .flat_map(|range| in_steps(range, PIECE as u64)),
    )?;
    Ok(SecondLook {
        intrusions,
        compared: ByteCount(reading.found.compared),
        mismatched: reading.found.mismatches.list().bytes,
        unreadable: reading.found.unreadable.into_list(),
    })
}

/// The places, in order, cut at the end of the medium, whole blocks, none twice.
fn places(starts: &[ByteOffset], size: ByteCount, block: u64) -> Vec<ByteRange> {
    let partitions = starts.iter().map(|start| (start.0, AT_PARTITION));
    let ends = [(0, AT_END), (size.0.saturating_sub(AT_END), AT_END)];
    let mut all: Vec<(u64, u64)> = partitions
        .chain(ends)
        .filter(|(start, _)| *start < size.0)
        .map(|(start, length)| (start - start % block, start.saturating_add(length)))
        .map(|(start, end)| {
            (
                start,
                end.checked_next_multiple_of(block)
                    .map_or(size.0, |end| end.min(size.0)),
            )
        })
        .collect();
    all.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::new();
    for (start, end) in all {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
        .into_iter()
        .map(|(start, end)| ByteRange::new(start, end - start))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_and_every_partition_start_are_read_once() {
        let starts = [1 << 20, (1 << 20) + 4096, 40 << 20, (64 << 20) - 512, 64 << 20].map(ByteOffset);
        let found = places(&starts, ByteCount(64 << 20), 4096);
        let wanted = [
            ByteRange::new(0, (1 << 20) + 4096 + (64 << 10)),
            ByteRange::new(40 << 20, 64 << 10),
            ByteRange::new(63 << 20, 1 << 20),
        ];
        assert_eq!(found, wanted);
        let pieces: Vec<_> = found
            .into_iter()
            .flat_map(|range| in_steps(range, PIECE as u64))
            .collect();
        assert_eq!(pieces.len(), 4);
        assert_eq!(pieces[1], ByteRange::new(1 << 20, 4096 + (64 << 10)));
    }

    #[test]
    fn a_medium_smaller_than_its_ends_is_read_once() {
        assert_eq!(places(&[], ByteCount(5000), 4096), [ByteRange::new(0, 5000)]);
        assert_eq!(
            places(&[ByteOffset(u64::MAX - 5)], ByteCount(5000), 512),
            [ByteRange::new(0, 5000)]
        );
    }
}
