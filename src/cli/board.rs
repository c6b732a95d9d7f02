//! The board of several devices that are worked on at the same time: kept on the terminal's last lines.
//!
//! Engines tell from threads of their own, and only leave word: a thread of the board's draws. A terminal that
//! takes nothing (Ctrl-S) must not stop an erasure. What is said meanwhile stands above the board.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
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
const DRAW_EVERY: Duration = Duration::from_millis(150);

/// A board of several devices.
pub(crate) struct Board {
    shared: Arc<Shared>,
    /// The devices as they were named, by place.
    devices: Vec<PathBuf>,
    drawing: Option<JoinHandle<()>>,
}

/// What the board, its watchers and the thread that draws have in common.
struct Shared {
    lanes: Mutex<Vec<LaneState>>,
    bar: ProgressBar,
    words: Words,
    closed: AtomicBool,
}

impl Board {
    /// A board with a row for each of `lanes`, and who watches each of them.
    pub(crate) fn new(language: Language, lanes: &[Lane<'_>]) -> (Self, Vec<Box<dyn Observer>>) {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(20));
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        let states = lanes
            .iter()
            .map(|lane| LaneState::new(name_of(lane.facts), lane.work));
        let shared = Arc::new(Shared {
            lanes: Mutex::new(states.collect()),
            bar,
            words: Words::new(language),
            closed: AtomicBool::new(false),
        });
        let watcher = |place| -> Box<dyn Observer> {
            let shared = Arc::clone(&shared);
            Box::new(Watcher { shared, place })
        };
        let watchers = (0..lanes.len()).map(watcher).collect();
        let drawer = Arc::clone(&shared);
        // Without that thread there is no board, and everything else goes on.
        let drawing = thread::Builder::new()
            .name("board".to_owned())
            .spawn(move || drawer.draw_until_closed());
        let board = Self {
            shared,
            devices: lanes.iter().map(|lane| lane.facts.asked.clone()).collect(),
            drawing: drawing.ok(),
        };
        (board, watchers)
    }

    /// Says something above the board.
    pub(crate) fn above(&self, say: impl FnOnce()) {
        self.shared.bar.suspend(say);
    }

    /// Writes what came of a device into its row.
    pub(crate) fn judge(&self, device: &Path, verdict: String) {
        let mut lanes = self.shared.lanes();
        let mut rows = self.devices.iter().zip(lanes.iter_mut());
        if let Some((_, lane)) = rows.find(|(known, _)| *known == device) {
            lane.judge(verdict);
        }
    }
}

impl Drop for Board {
    /// Takes the board from the terminal: every verdict was said in words.
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        if let Some(drawing) = self.drawing.take() {
            drawing.thread().unpark();
            // It has panicked, or it is over.
            let _ = drawing.join();
        }
        self.shared.bar.finish_and_clear();
    }
}

impl Shared {
    fn draw_until_closed(&self) {
        while !self.closed.load(Ordering::SeqCst) {
            self.draw();
            thread::park_timeout(DRAW_EVERY);
        }
    }

    fn draw(&self) {
        let told = crossterm::terminal::size().ok();
        let (width, height) = told
            .filter(|(width, height)| *width > 0 && *height > 0)
            .unwrap_or(USUAL);
        let room = (usize::from(width), usize::from(height));
        let lines = lines(&self.lanes(), Instant::now(), &self.words, room);
        // Nobody's word waits for the terminal: by now the lanes are free again.
        self.bar.set_message(lines.join("\n"));
    }

    fn lanes(&self) -> MutexGuard<'_, Vec<LaneState>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who watches one device for the board.
struct Watcher {
    shared: Arc<Shared>,
    place: usize,
}

impl Watcher {
    fn change(&self, change: impl FnOnce(&mut LaneState)) {
        if let Some(lane) = self.shared.lanes().get_mut(self.place) {
            change(lane);
        }
    }
}

impl Observer for Watcher {
    fn observe(&mut self, event: Event) {
        self.change(|lane| lane.take(event, Instant::now()));
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.change(LaneState::end);
    }
}
