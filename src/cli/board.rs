//! The board of several devices that are worked on at the same time: kept on the terminal's last lines.
//!
//! Engines tell from threads of their own. What is said meanwhile stands above the board.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use keshiin::progress::{Event, Observer};
use keshiin::workflows::Lane;

use super::bars::{Words, name_of};
use super::board_rows::{LaneState, lines};
use super::i18n::Language;

/// Where the terminal does not say how large it is.
const USUAL: (u16, u16) = (80, 24);
/// No eye reads faster.
const DRAW_EVERY: Duration = Duration::from_millis(120);

/// A board of several devices.
pub(crate) struct Board {
    state: Mutex<State>,
    bar: ProgressBar,
    words: Words,
    /// The devices, by place.
    devices: Vec<PathBuf>,
}

struct State {
    lanes: Vec<LaneState>,
    drawn: Option<Instant>,
}

impl Board {
    /// A board with a row for each of `lanes`, and who watches each of them.
    pub(crate) fn new(language: Language, lanes: &[Lane<'_>]) -> (Arc<Self>, Vec<Box<dyn Observer>>) {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(20));
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        let state = State {
            lanes: lanes
                .iter()
                .map(|lane| LaneState::new(name_of(lane.facts), lane.work))
                .collect(),
            drawn: None,
        };
        let board = Arc::new(Self {
            state: Mutex::new(state),
            bar,
            words: Words::new(language),
            devices: lanes.iter().map(|lane| lane.facts.path.clone()).collect(),
        });
        let watcher = |place| -> Box<dyn Observer> {
            Box::new(Watcher {
                board: Arc::clone(&board),
                place,
            })
        };
        let watchers = (0..lanes.len()).map(watcher).collect();
        (board, watchers)
    }

    /// Says something above the board.
    pub(crate) fn above(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }

    /// Writes a verdict into the row of its device.
    pub(crate) fn judge(&self, device: &Path, verdict: String) {
        let place = self.devices.iter().position(|known| known == device);
        let mut state = self.state();
        if let Some(lane) = place.and_then(|place| state.lanes.get_mut(place)) {
            lane.judge(verdict);
        }
        self.draw(&mut state);
    }

    fn take(&self, place: usize, event: Event) {
        let now = Instant::now();
        let mut state = self.state();
        if let Some(lane) = state.lanes.get_mut(place) {
            lane.take(event, now);
        }
        let due = state
            .drawn
            .is_none_or(|drawn| now.duration_since(drawn) >= DRAW_EVERY);
        if due {
            self.draw(&mut state);
        }
    }

    fn end(&self, place: usize) {
        let mut state = self.state();
        if let Some(lane) = state.lanes.get_mut(place) {
            lane.end();
        }
        if state.lanes.iter().all(LaneState::is_over) {
            // Every verdict is said in words: nothing is left to be shown here.
            self.bar.finish_and_clear();
        } else {
            self.draw(&mut state);
        }
    }

    fn draw(&self, state: &mut State) {
        if self.bar.is_finished() {
            return;
        }
        let now = Instant::now();
        let (width, height) = crossterm::terminal::size().unwrap_or(USUAL);
        let room = (usize::from(width), usize::from(height));
        self.bar
            .set_message(lines(&state.lanes, now, &self.words, room).join("\n"));
        state.drawn = Some(now);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who watches one device for the board.
struct Watcher {
    board: Arc<Board>,
    place: usize,
}

impl Observer for Watcher {
    fn observe(&mut self, event: Event) {
        self.board.take(self.place, event);
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.board.end(self.place);
    }
}
