//! What stands on the board of several devices: a row for each, and one for all of them.
//!
//! Pure: what happened goes in, lines of text come out, no wider and no more than the terminal has room for.
//! Rates are those of the last seconds, so that a device which no longer moves shows it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use keshiin::progress::{Event, Phase};
use keshiin::units::ByteCount;

use super::bars::Words;
use super::columns::columns;
use super::i18n::Message;

/// So far back goes the rate that is shown.
const WINDOW: Duration = Duration::from_secs(10);
/// A rate over less than this says nothing.
const LEAST_WINDOW: Duration = Duration::from_millis(700);
/// How often a measure is kept.
const SAMPLE_EVERY: Duration = Duration::from_millis(250);
/// A longer name is cut.
const LONGEST_NAME: usize = 16;
/// A narrower bar says less than the number beside it.
const LEAST_BAR: usize = 8;
/// A wider one no more.
const MOST_BAR: usize = 30;
/// Between two cells.
const GAP: usize = 2;

/// One device.
pub(super) struct LaneState {
    name: String,
    /// Bytes that are to be written and read in all.
    work: u64,
    /// Bytes of phases that are over.
    before: u64,
    phase: Option<Stretch>,
    faults: u64,
    speed: Speed,
    ended: bool,
    verdict: Option<String>,
}

/// A phase, under way or the last one.
#[derive(Clone, Copy)]
struct Stretch {
    phase: Phase,
    pass: u16,
    passes: u16,
    total: u64,
    done: u64,
    over: bool,
}

impl LaneState {
    /// A device that waits for its turn.
    pub(super) fn new(name: String, work: ByteCount) -> Self {
        Self {
            name: cut(&name, LONGEST_NAME),
            work: work.0,
            before: 0,
            phase: None,
            faults: 0,
            speed: Speed::default(),
            ended: false,
            verdict: None,
        }
    }

    /// Takes what its engine tells.
    pub(super) fn take(&mut self, event: Event, now: Instant) {
        match event {
            Event::Started {
                phase,
                pass,
                passes,
                total,
            } => self.begin(phase, pass, passes, total.0, now),
            Event::Advanced { done } => {
                if let Some(stretch) = &mut self.phase {
                    stretch.done = done.0;
                }
                self.speed.note(self.done(), now);
            }
            Event::Trouble { .. } => self.faults += 1,
            Event::Finished => {
                if let Some(stretch) = self.phase.as_mut().filter(|stretch| !stretch.over) {
                    stretch.over = true;
                    self.before += stretch.done;
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, phase: Phase, pass: u16, passes: u16, total: u64, now: Instant) {
        // A pass that is repeated does its work again.
        if let Some(last) = self.phase.filter(|last| last.phase == phase && last.pass == pass) {
            self.before = self.before.saturating_sub(last.done);
        }
        self.phase = Some(Stretch {
            phase,
            pass,
            passes,
            total,
            done: 0,
            over: false,
        });
        self.speed = Speed::default();
        self.speed.note(self.before, now);
    }

    /// No engine works on it any more.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// What was found, in words.
    pub(super) fn judge(&mut self, verdict: String) {
        self.verdict = Some(verdict);
    }

    /// Bytes written and read so far.
    fn done(&self) -> u64 {
        let running = self.phase.filter(|stretch| !stretch.over);
        self.before + running.map_or(0, |stretch| stretch.done)
    }

    fn rate(&self, now: Instant) -> u64 {
        if self.ended { 0 } else { self.speed.rate(now) }
    }

    /// Seconds until all of its work is done; none where nothing moves.
    fn left(&self, now: Instant) -> Option<u64> {
        let rate = self.rate(now);
        (rate > 0).then(|| self.work.saturating_sub(self.done()).div_ceil(rate))
    }

    fn cells(&self, now: Instant, words: &Words) -> Cells {
        let word = |id| words.text(&Message::new(id));
        let phase = match (&self.verdict, self.phase) {
            (Some(verdict), _) => verdict.clone(),
            (None, _) if self.ended => word("board-ended"),
            (None, Some(stretch)) => words.text(&Words::phase(stretch.phase, stretch.pass, stretch.passes)),
            (None, None) => word("board-waiting"),
        };
        let shown = self.phase.filter(|_| !self.ended);
        Cells {
            name: self.name.clone(),
            phase,
            share: shown.map(|stretch| share(stretch.done, stretch.total)),
            rate: pace(shown.map(|_| self.rate(now)), words),
            left: self
                .left(now)
                .map_or_else(String::new, |left| left_of(left, words)),
            faults: faults(self.faults, words),
        }
    }
}

/// How fast it went in the last seconds.
#[derive(Default)]
struct Speed(VecDeque<(Instant, u64)>);

impl Speed {
    fn note(&mut self, done: u64, now: Instant) {
        let due = self
            .0
            .back()
            .is_none_or(|(last, _)| now.duration_since(*last) >= SAMPLE_EVERY);
        if due {
            self.0.push_back((now, done));
        } else if let Some(last) = self.0.back_mut() {
            last.1 = done;
        }
        // The one before the window stays: a device that stands still is measured against it.
        while self
            .0
            .get(1)
            .is_some_and(|(time, _)| now.duration_since(*time) >= WINDOW)
        {
            self.0.pop_front();
        }
    }

    fn rate(&self, now: Instant) -> u64 {
        let (Some((_, newest)), Some((begun, oldest))) = (self.0.back(), self.oldest(now)) else {
            return 0;
        };
        let elapsed = now.duration_since(begun);
        if elapsed < LEAST_WINDOW {
            return 0;
        }
        (newest.saturating_sub(oldest) as f64 / elapsed.as_secs_f64()) as u64
    }

    /// The measure that the window begins with: the last one before it.
    fn oldest(&self, now: Instant) -> Option<(Instant, u64)> {
        let before = self
            .0
            .iter()
            .rev()
            .find(|(time, _)| now.duration_since(*time) >= WINDOW);
        before.or_else(|| self.0.front()).copied()
    }
}

/// One row, not yet aligned.
struct Cells {
    name: String,
    phase: String,
    share: Option<u64>,
    rate: String,
    left: String,
    faults: String,
}

/// The rows of all devices and the one of their sum.
pub(super) fn lines(
    lanes: &[LaneState],
    now: Instant,
    words: &Words,
    (width, height): (usize, usize),
) -> Vec<String> {
    // A line for the sum, one for those without a row, one for the cursor.
    let room = height.saturating_sub(3).max(1);
    let shown = shown(lanes, room);
    let mut rows: Vec<Cells> = shown
        .iter()
        .filter_map(|place| lanes.get(*place))
        .map(|lane| lane.cells(now, words))
        .collect();
    rows.push(sum(lanes, now, words));
    let mut lines = aligned(&rows, width);
    let hidden = lanes.len() - shown.len();
    if hidden > 0 {
        let more = words.text(&Message::new("board-more").number("count", hidden as u64));
        lines.insert(lines.len() - 1, cut(&more, width));
    }
    lines
}

/// The places of those that have a row: what runs comes before what waits, that before what is over.
fn shown(lanes: &[LaneState], room: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..lanes.len()).collect();
    places.sort_by_key(|place| {
        lanes
            .get(*place)
            .map(|lane| (lane.ended, lane.phase.is_none(), *place))
    });
    places.truncate(room);
    places.sort_unstable();
    places
}

fn sum(lanes: &[LaneState], now: Instant, words: &Words) -> Cells {
    let over = lanes.iter().filter(|lane| lane.ended).count();
    let counted = Message::new("board-over")
        .number("over", over as u64)
        .number("all", lanes.len() as u64);
    // What is over does no more work, however it ended.
    let work = |lane: &LaneState| {
        if lane.ended {
            lane.done()
        } else {
            lane.work.max(lane.done())
        }
    };
    let left = lanes.iter().filter_map(|lane| lane.left(now)).max();
    Cells {
        name: words.text(&Message::new("board-all")),
        phase: words.text(&counted),
        share: Some(share(
            lanes.iter().map(LaneState::done).sum(),
            lanes.iter().map(work).sum(),
        )),
        rate: pace(Some(lanes.iter().map(|lane| lane.rate(now)).sum()), words),
        left: left.map_or_else(String::new, |left| left_of(left, words)),
        faults: faults(lanes.iter().map(|lane| lane.faults).sum(), words),
    }
}

/// Rows with their cells under each other; a bar where there is room for one.
fn aligned(rows: &[Cells], width: usize) -> Vec<String> {
    let widest = |cell: fn(&Cells) -> &str| rows.iter().map(|row| columns(cell(row))).max().unwrap_or(0);
    let widths = [
        widest(|row| &row.name),
        widest(|row| &row.phase),
        "100%".len(),
        // Wide enough from the beginning: a column that comes and goes makes the rows jump.
        widest(|row| &row.rate).max("999.9 MiB/s".len()),
        widest(|row| &row.left),
        widest(|row| &row.faults),
    ];
    let taken: usize = widths
        .iter()
        .filter(|width| **width > 0)
        .map(|width| width + GAP)
        .sum();
    let bar = width.saturating_sub(taken).min(MOST_BAR);
    let line = |row: &Cells| cut(&line(row, widths, bar), width.saturating_sub(1));
    rows.iter().map(line).collect()
}

fn line(row: &Cells, [name, phase, share, rate, left, faults]: [usize; 6], bar: usize) -> String {
    let mut cells = vec![to_left(&row.name, name), to_left(&row.phase, phase)];
    if bar >= LEAST_BAR {
        cells.push(drawn(row.share, bar - GAP));
    }
    let percent = row.share.map_or_else(String::new, |share| format!("{share}%"));
    cells.push(to_right(&percent, share));
    for (text, width) in [(&row.rate, rate), (&row.left, left), (&row.faults, faults)] {
        if width > 0 {
            cells.push(to_right(text, width));
        }
    }
    cells.join("  ").trim_end().to_owned()
}

fn drawn(share: Option<u64>, width: usize) -> String {
    let Some(share) = share else {
        return " ".repeat(width);
    };
    let full = usize::try_from(share).unwrap_or(0).min(100) * width / 100;
    "#".repeat(full) + &"-".repeat(width - full)
}

fn share(done: u64, total: u64) -> u64 {
    let share = u128::from(done) * 100 / u128::from(total.max(1));
    u64::try_from(share.min(100)).unwrap_or(100)
}

fn pace(rate: Option<u64>, words: &Words) -> String {
    rate.filter(|rate| *rate > 0)
        .map_or_else(String::new, |rate| words.rate(ByteCount(rate)))
}

fn left_of(seconds: u64, words: &Words) -> String {
    let clock = format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    words.text(&Message::new("board-left").text("clock", clock))
}

fn faults(count: u64, words: &Words) -> String {
    if count == 0 {
        String::new()
    } else {
        words.text(&Message::new("board-faults").number("count", count))
    }
}

fn to_left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

fn to_right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(columns(text))))
}

/// `text`, no wider than `width` columns.
fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for sign in text.chars() {
        let wider = format!("{kept}{sign}");
        if columns(&wider) + 1 > width {
            break;
        }
        kept = wider;
    }
    kept + "…"
}

#[cfg(test)]
#[path = "board_rows_tests.rs"]
mod tests;
