//! What the types of a resume state leave open: bounds, the order of passes, and that its places lie on
//! the medium. Whether the medium at hand is that medium is for whoever goes on to compare.

use crate::records::{Fact, Interruption, Pass, Pattern, RangeList, ReadBack, RecordError, Role, check_text};
use crate::units::{ByteCount, ByteRange};

use super::ResumeState;
use super::state::WHAT;

const MOST_PASSES: usize = 200;
const MOST_INTERRUPTIONS: usize = 100;
const MOST_RANGES: usize = 1000;
const MOST_EXAMPLES: usize = 16;
const MOST_RULES: usize = 256;
/// Most flushes of one pass: each pass is begun again only a few times.
const MOST_FLUSHES: usize = 1000;
/// Longest text that a device gave, in characters; screens escape it.
const MOST_REPORTED: usize = 4096;

type Held = Result<(), &'static str>;

pub(super) fn check(state: &ResumeState) -> Result<(), RecordError> {
    structure(state).map_err(|detail| RecordError::malformed(WHAT, detail))?;
    texts(state)
}

fn structure(state: &ResumeState) -> Held {
    handler_alone(state)?;
    let capacity = state.medium.capacity;
    passes(state, capacity)?;
    state.earlier.iter().try_for_each(|read| earlier(read, state))?;
    interruptions(state)
}

/// One signer, the handler.
fn handler_alone(state: &ResumeState) -> Held {
    match state.signers.as_slice() {
        [signer] if signer.role == Role::Handler => Ok(()),
        _ => Err("it is not the handler alone who signs"),
    }
}

/// Numbered from 1, each over the whole medium; all but the last written and flushed; with seeds of this state.
fn passes(state: &ResumeState, capacity: ByteCount) -> Held {
    let all = &state.passes;
    if all.is_empty() || all.len() > MOST_PASSES || state.seeds.len() > MOST_PASSES {
        return Err("no passes, or too many passes or seeds");
    }
    let twice = (1..state.seeds.len()).any(|place| state.seeds[..place].contains(&state.seeds[place]));
    if twice {
        return Err("a seed stands twice");
    }
    for (number, pass) in (1u16..).zip(all) {
        let whole = pass.range == ByteRange::new(0, capacity.0) && capacity.0 > 0;
        if pass.number != number || !whole {
            return Err("passes are not numbered from 1, or one is not over the whole medium");
        }
        pass_form(pass, state)?;
    }
    let (last, before) = all.split_last().ok_or("no passes")?;
    if !before.iter().all(is_complete) {
        return Err("a pass before the last is not complete");
    }
    if state.flushed > last.range.length || swept(last) != Some(state.flushed) {
        return Err("the last pass is not written as far as is flushed");
    }
    Ok(())
}

fn pass_form(pass: &Pass, state: &ResumeState) -> Held {
    ranges(&pass.unwritable, state.medium.capacity)?;
    if pass.flushes.len() > MOST_FLUSHES || pass.written > pass.range.length {
        return Err("more flushes or bytes than a pass can have");
    }
    let known = |text: &String| state.seeds.iter().any(|seed| seed.to_string() == *text);
    match &pass.pattern {
        Pattern::Seeded { seed } | Pattern::SeededComplement { seed } if !known(seed) => {
            Err("a pass has a seed that is not among the seeds")
        }
        Pattern::Constant { bytes } if !is_constant(bytes) => {
            Err("a constant pattern is not one or three bytes")
        }
        _ => Ok(()),
    }
}

fn is_constant(bytes: &str) -> bool {
    let digit = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
    matches!(bytes.len(), 2 | 6) && bytes.bytes().all(digit)
}

/// What it has dealt with: bytes that the medium took, and those that it refused.
fn swept(pass: &Pass) -> Option<ByteCount> {
    pass.written.0.checked_add(pass.unwritable.bytes.0).map(ByteCount)
}

fn is_complete(pass: &Pass) -> bool {
    swept(pass) == Some(pass.range.length) && pass.flushes.last().is_some_and(|flush| flush.ok)
}

/// A read-back of a pass that is complete.
fn earlier(read: &ReadBack, state: &ResumeState) -> Held {
    let capacity = state.medium.capacity;
    ranges(&read.mismatches, capacity)?;
    ranges(&read.unreadable, capacity)?;
    let complete = state.passes.iter().filter(|pass| is_complete(pass)).count();
    let known = (1..=complete).contains(&usize::from(read.pass));
    let once = state
        .earlier
        .iter()
        .filter(|other| other.pass == read.pass)
        .count()
        == 1;
    let bounded = read.displaced.examples.len() <= MOST_EXAMPLES && read.compared <= read.planned;
    // Earlier passes are read back in full, or not at all.
    let whole = read.sample.is_none();
    if known && once && bounded && whole && read.planned <= capacity {
        Ok(())
    } else {
        Err("a read-back is of no complete pass, or does not fit its pass")
    }
}

/// In order, apart from each other, inside the medium, and no more than are counted.
fn ranges(list: &RangeList, capacity: ByteCount) -> Held {
    let mut end = None;
    for range in &list.ranges {
        let apart = end.is_none_or(|end| range.start.0 > end);
        let range_end = range.start.0.checked_add(range.length.0);
        if !apart || range.length.0 == 0 || range_end.is_none_or(|end| end > capacity.0) {
            return Err("ranges are not in order, touch each other, or lie outside the medium");
        }
        end = range_end;
    }
    if list.ranges.len() <= MOST_RANGES && list.ranges.len() as u64 <= list.count {
        Ok(())
    } else {
        Err("more ranges than are counted or may be listed")
    }
}

/// Each of another number, and of a place on the medium.
fn interruptions(state: &ResumeState) -> Held {
    let all = &state.interruptions;
    let sound = |earlier: &Interruption| {
        let within = earlier.flushed <= state.medium.capacity;
        let number = usize::from(earlier.pass);
        within && (1..=MOST_PASSES).contains(&number) && earlier.number != state.number
    };
    let twice = (1..all.len()).any(|place| all[..place].iter().any(|one| one.number == all[place].number));
    if all.len() <= MOST_INTERRUPTIONS && !twice && all.iter().all(sound) {
        Ok(())
    } else {
        Err("interruptions are too many, named twice, or outside the medium")
    }
}

fn texts(state: &ResumeState) -> Result<(), RecordError> {
    let order = &state.order;
    check_text("method", &order.method, 100)?;
    check_text("purpose", &order.purpose, 100)?;
    check_text("classification", &order.classification, 16)?;
    check_text("policy.id", &order.policy.id, 200)?;
    if order.policy.rules.len() > MOST_RULES {
        return Err(RecordError::malformed(WHAT, "too many rules"));
    }
    let rules = &order.policy.rules;
    rules
        .iter()
        .try_for_each(|rule| check_text("policy.rules", rule, 200))?;
    optional("asset_number", order.asset_number.as_ref())?;
    optional("machine", order.machine.as_ref())?;
    optional("place", order.place.as_ref())?;
    medium(state)
}

/// What devices say: any signs, but not without end.
fn medium(state: &ResumeState) -> Result<(), RecordError> {
    let medium = &state.medium;
    let facts = [
        &medium.maker,
        &medium.model,
        &medium.firmware,
        &medium.wwn,
        &medium.device_path,
        &medium.device_number,
        &medium.write_cache,
        &medium.health_before,
        &medium.health_after,
    ];
    let facts = facts.into_iter().filter_map(Fact::measured);
    let serial = medium.serial.measured().map(|serial| &serial.text);
    let mut texts = facts.chain(serial).chain(&medium.layers).chain([&medium.path]);
    if texts.any(|text| text.chars().count() > MOST_REPORTED) {
        return Err(RecordError::malformed(WHAT, "a text of the medium is too long"));
    }
    Ok(())
}

fn optional(field: &'static str, text: Option<&String>) -> Result<(), RecordError> {
    text.map_or(Ok(()), |text| check_text(field, text, 200))
}
