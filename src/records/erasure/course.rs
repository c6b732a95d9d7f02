//! What was written over one stretch of bytes and read back there: what any claim that it is overwritten needs.
//!
//! The stretch is a whole medium, or the blocks of a batch of files. It knows nothing of the engine that judged.

use crate::units::ByteCount;

use super::{
    DisplacementPattern, Ending, Pass, ReadBack, ReadPath, Sample, SecondLook, Verification, VerifyAsked,
};

/// One stretch, its passes and its read-backs, as a record holds them.
#[derive(Clone, Copy, Debug)]
pub(in crate::records) struct Course<'a> {
    /// Bytes of the stretch.
    pub(in crate::records) capacity: ByteCount,
    /// Passes that the method has.
    pub(in crate::records) method_passes: u16,
    /// Those that were begun.
    pub(in crate::records) passes: &'a [Pass],
    /// What was read back.
    pub(in crate::records) verification: &'a Verification,
    /// How it ended.
    pub(in crate::records) ending: &'a Ending,
}

impl<'a> Course<'a> {
    fn read_backs(self) -> impl Iterator<Item = &'a ReadBack> {
        let verification = self.verification;
        verification.earlier.iter().chain(verification.last.measured())
    }

    /// Whether a read-back found bytes of another place or of another pass.
    pub(in crate::records) fn displaced(self) -> bool {
        self.read_backs().any(|read| read.displaced.any())
    }

    /// What cannot be so, whatever the verdict is.
    pub(in crate::records) fn contradiction(self) -> Option<&'static str> {
        let found = [
            (self.displaced_fit(), "displaced"),
            (self.samples_fit(), "sample"),
        ];
        found
            .into_iter()
            .find_map(|(holds, what)| (!holds).then_some(what))
    }

    /// Displaced blocks are differences, and examples are of them.
    fn displaced_fit(self) -> bool {
        self.read_backs().all(|read| {
            let displaced = &read.displaced;
            let differs = !displaced.any() || read.mismatched.0 > 0;
            let named = displaced.examples.len() as u64 <= displaced.moved;
            let common = match displaced.pattern {
                DisplacementPattern::None => true,
                DisplacementPattern::EndsAt { .. } => read.mismatched.0 > 0 && displaced.moved == 0,
                DisplacementPattern::Wraps { .. } | DisplacementPattern::Shifted { .. } => {
                    displaced.moved > 0
                }
            };
            differs && named && common
        })
    }

    /// Where a sample was asked for, the last read-back says which; nowhere else is there one.
    fn samples_fit(self) -> bool {
        let sampled = matches!(self.verification.asked, VerifyAsked::Sample { .. });
        let mut earlier = self.verification.earlier.iter();
        let whole = earlier.all(|read| read.sample.is_none());
        let last = self.verification.last.measured();
        whole
            && last.is_none_or(|read| match &read.sample {
                Some(sample) => sampled && self.sample_fits(sample, read),
                None => !sampled,
            })
    }

    /// Its blocks are those of the stretch, its bytes are its blocks and what could not be written, and its
    /// bound is what so many blocks bear.
    fn sample_fits(self, sample: &Sample, read: &ReadBack) -> bool {
        let capacity = self.capacity.0;
        let last = capacity.wrapping_sub(1) % Sample::BLOCK + 1;
        let short = Sample::BLOCK - last;
        let bytes = sample
            .blocks
            .checked_mul(Sample::BLOCK)
            .and_then(|bytes| bytes.checked_sub(short));
        let on_top = self.passes.iter().any(|pass| pass.unwritable.count > 0);
        let read_fits = match bytes {
            Some(bytes) if on_top => (bytes..=capacity).contains(&read.planned.0),
            bytes => bytes == Some(read.planned.0),
        };
        let counted =
            (1..=sample.of).contains(&sample.blocks) && sample.of == capacity.div_ceil(Sample::BLOCK);
        counted && read_fits && bound_fits(sample)
    }

    /// What it lacks for all of it to be overwritten, flushed, read back and equal.
    pub(in crate::records) fn unproven(self) -> Option<&'static str> {
        let passes = self.passes;
        let flushed = passes
            .iter()
            .all(|pass| pass.flushes.last().is_some_and(|flush| flush.ok));
        let written = passes
            .iter()
            .all(|pass| pass.unwritable.count == 0 && pass.written == pass.range.length);
        let whole = passes
            .iter()
            .all(|pass| pass.range.start.0 == 0 && pass.range.length == self.capacity);
        let quiet = self.verification.second_look.measured().is_some_and(is_quiet);
        let complete = passes.len() == usize::from(self.method_passes) && !passes.is_empty();
        let equal = self.read_backs().all(is_equal) && self.last_covers();
        let found = [
            (*self.ending == Ending::Completed, "ending"),
            (complete && written && whole, "written"),
            (flushed, "flushed"),
            (equal, "read-back"),
            (quiet, "second-look"),
        ];
        found
            .into_iter()
            .find_map(|(holds, what)| (!holds).then_some(what))
    }

    /// The last pass was read back, and as much of it as was asked for.
    fn last_covers(self) -> bool {
        let capacity = self.capacity;
        let covers = |read: &ReadBack| match self.verification.asked {
            VerifyAsked::Full => read.planned == capacity,
            VerifyAsked::Sample { percent } => {
                u128::from(read.planned.0) * 100 >= u128::from(capacity.0) * u128::from(percent)
            }
            VerifyAsked::None => false,
        };
        let last = self.verification.last.measured();
        last.is_some_and(|read| read.pass == self.method_passes && covers(read))
    }
}

/// 1 − 0.01^(1/n) in parts per million, rounded up; 0 where the sample is the whole. Powers are not the same
/// to the last bit on every machine, so a neighbour counts as well.
fn bound_fits(sample: &Sample) -> bool {
    if sample.blocks == sample.of {
        return sample.bound_ppm == 0;
    }
    let exact = -(0.01f64.ln() / sample.blocks as f64).exp_m1() * 1e6;
    let stated = f64::from(sample.bound_ppm);
    stated > exact - 0.001 && stated < exact + 1.001
}

/// Nobody came, and nothing had changed.
fn is_quiet(look: &SecondLook) -> bool {
    look.intrusions.is_empty() && look.mismatched.0 == 0 && look.unreadable.count == 0
}

/// All of it read, not from a cache, and the same.
fn is_equal(read: &ReadBack) -> bool {
    let real = !matches!(read.read, ReadPath::Cached { .. });
    real && read.compared == read.planned
        && read.compared.0 > 0
        && read.mismatched.0 == 0
        && read.mismatches.count == 0
        && read.unreadable.count == 0
}
