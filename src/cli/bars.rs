//! Progress of long work: bars on a terminal, JSON lines with `--json`, plain lines otherwise.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use keshiin::progress::{Event, Observer, Phase, Silent};
use keshiin::units::ByteCount;

use super::console::{self, Console};
use super::i18n::{Catalogue, Language, Message, Value};

/// The observer that fits the console.
pub(crate) fn observer(console: &Console, device: &str) -> Box<dyn Observer> {
    let words = Words::new(console.catalogue().language());
    if console.json() {
        Box::new(Lines {
            device: device.to_owned(),
            phase: None,
            told: Instant::now(),
            json: true,
            words,
        })
    } else if console.quiet() {
        Box::new(Silent)
    } else if console.attended() {
        Box::new(Bar {
            device: device.to_owned(),
            bar: None,
            words,
        })
    } else {
        Box::new(Lines {
            device: device.to_owned(),
            phase: None,
            told: Instant::now(),
            json: false,
            words,
        })
    }
}

/// The words of a progress display.
struct Words(Catalogue);

impl Words {
    fn new(language: Language) -> Self {
        Self(Catalogue::new(language))
    }

    fn phase(phase: Phase) -> Message {
        Message::new(match phase {
            Phase::Allocate => "progress-allocate",
            Phase::Write => "progress-write",
            _ => "progress-read-back",
        })
    }
}

/// A bar: pass, share, bytes, rate, time left.
struct Bar {
    device: String,
    bar: Option<ProgressBar>,
    words: Words,
}

impl Observer for Bar {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Started {
                phase,
                pass,
                passes,
                total,
            } => {
                let bar =
                    ProgressBar::with_draw_target(Some(total.0), ProgressDrawTarget::stderr_with_hz(10));
                let template = format!(
                    "{{prefix}} {{wide_bar}} {{percent:>3}}%  {{binary_bytes}}/{{binary_total_bytes}}  {{binary_bytes_per_sec}}  {} {{eta}}",
                    self.words.0.text(&Message::new("progress-left"))
                );
                if let Ok(style) = ProgressStyle::with_template(&template) {
                    bar.set_style(style.progress_chars("##-"));
                }
                bar.set_prefix(format!(
                    "{}  {} {pass}/{passes}",
                    self.device,
                    self.words.0.text(&Words::phase(phase))
                ));
                self.bar = Some(bar);
            }
            Event::Advanced { done } => self.bar.iter().for_each(|bar| bar.set_position(done.0)),
            Event::Finished => self.bar.take().iter().for_each(ProgressBar::abandon),
            _ => {}
        }
    }
}

/// What is going on, for lines.
#[derive(Clone, Copy)]
struct Running {
    phase: Phase,
    pass: u16,
    passes: u16,
    total: ByteCount,
    begun: Instant,
    done: ByteCount,
}

/// A line every second (JSON) or every ten (words).
struct Lines {
    device: String,
    phase: Option<Running>,
    told: Instant,
    json: bool,
    words: Words,
}

impl Observer for Lines {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Started {
                phase,
                pass,
                passes,
                total,
            } => {
                let running = Running {
                    phase,
                    pass,
                    passes,
                    total,
                    begun: Instant::now(),
                    done: ByteCount(0),
                };
                self.phase = Some(running);
                self.tell(running);
            }
            Event::Advanced { done } => {
                let every = Duration::from_secs(if self.json { 1 } else { 10 });
                if let Some(running) = &mut self.phase {
                    running.done = done;
                    let running = *running;
                    if self.told.elapsed() >= every {
                        self.tell(running);
                    }
                }
            }
            Event::Finished => {
                if let Some(running) = self.phase.take() {
                    self.tell(running);
                }
            }
            _ => {}
        }
    }
}

impl Lines {
    fn tell(&mut self, running: Running) {
        self.told = Instant::now();
        let Running {
            phase,
            pass,
            passes,
            total,
            begun,
            done,
        } = running;
        let elapsed = begun.elapsed().as_secs_f64().max(0.001);
        let rate = done.0 as f64 / elapsed;
        let left = if rate > 0.0 {
            ((total.0.saturating_sub(done.0)) as f64 / rate).round() as u64
        } else {
            0
        };
        if self.json {
            let phase = match phase {
                Phase::Allocate => "allocate",
                Phase::Write => "write",
                _ => "read-back",
            };
            let line = json!({"progress": {
                "device": self.device, "phase": phase, "pass": pass, "passes": passes, "done_bytes": done.0, "total_bytes": total.0,
                "bytes_per_second": rate.round() as u64, "seconds_left": left,
            }});
            console::aside(&line.to_string());
        } else {
            let percent = done.0.saturating_mul(100) / total.0.max(1);
            let line = Message::new("progress-line")
                .text("device", &self.device)
                .term("phase", Words::phase(phase))
                .number("pass", u64::from(pass))
                .number("passes", u64::from(passes))
                .number("percent", percent)
                .with("rate", Value::Rate(ByteCount(rate.round() as u64)))
                .with("left", Value::Seconds(left));
            console::aside(&self.words.0.text(&line));
        }
    }
}
