//! Progress of long work: bars on a terminal, JSON lines with `--json`, plain lines otherwise.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use keshiin::devices::DeviceFacts;
use keshiin::progress::{Event, Observer, Phase, Silent};
use keshiin::units::ByteCount;

use super::console::{self, Console};
use super::escape::escape;
use super::i18n::{Catalogue, Language, Message, Value};

/// What is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A device.
    Device,
    /// Files.
    Files,
    /// The free space of a file system.
    FreeSpace,
    /// A sealed package.
    Package,
}

impl Subject {
    /// Its name in JSON lines.
    const fn key(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Files => "files",
            Self::FreeSpace => "free-space",
            Self::Package => "package",
        }
    }
}

/// Whether bars can be shown: somebody looks, and wants them.
pub(crate) fn shown(console: &Console) -> bool {
    !console.json() && !console.quiet() && console.attended()
}

/// The observer that fits the console, for work on what is called `name`.
pub(crate) fn observer(console: &Console, name: &str, subject: Subject) -> Box<dyn Observer> {
    let words = Words::new(console.catalogue().language());
    if !console.json() && console.quiet() {
        Box::new(Silent)
    } else if shown(console) {
        Box::new(Bar {
            name: Named::new(name),
            bar: None,
            words,
        })
    } else {
        Box::new(Lines {
            name: Named::new(name),
            subject,
            phase: None,
            told: Instant::now(),
            json: console.json(),
            words,
        })
    }
}

/// The stable name of a phase in JSON lines.
const fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Allocate => "allocate",
        Phase::Write => "write",
        Phase::Seal => "seal",
        Phase::Open => "open",
        Phase::Digest => "digest",
        Phase::Compare => "compare",
        Phase::LookAgain => "look-again",
        Phase::Search => "search",
        _ => "read-back",
    }
}

/// What a device is called beside its progress.
pub(crate) fn name_of(device: &DeviceFacts) -> String {
    let name = device.path.file_name();
    escape(&name.map(|name| name.to_string_lossy()).unwrap_or_default())
}

/// The words of a progress display.
pub(super) struct Words(Catalogue);

impl Words {
    /// Those of a language.
    pub(super) fn new(language: Language) -> Self {
        Self(Catalogue::new(language))
    }

    /// A message as text.
    pub(super) fn text(&self, message: &Message) -> String {
        self.0.text(message)
    }

    /// A rate.
    pub(super) fn rate(&self, bytes_per_second: ByteCount) -> String {
        self.0.rate_for_people(bytes_per_second)
    }

    /// The phase, and which pass of several it is.
    pub(super) fn phase(phase: Phase, pass: u16, passes: u16) -> Message {
        use Phase::{Compare, Digest, LookAgain, Open, Seal, Search};
        // Erasures count their passes even where there is one: the plan names how many there are.
        let counted = !matches!(phase, Seal | Open | Digest | Compare | LookAgain | Search) || passes > 1;
        let word = Self::word(phase);
        if counted {
            Message::new("progress-pass")
                .term("phase", word)
                .number("pass", u64::from(pass))
                .number("passes", u64::from(passes))
        } else {
            word
        }
    }

    fn word(phase: Phase) -> Message {
        Message::new(match phase {
            Phase::Allocate => "progress-allocate",
            Phase::Write => "progress-write",
            Phase::Seal => "progress-seal",
            Phase::Open => "progress-open",
            Phase::Digest => "progress-digest",
            Phase::Compare => "progress-compare",
            Phase::LookAgain => "progress-look-again",
            Phase::Search => "progress-search",
            _ => "progress-read-back",
        })
    }
}

/// What is worked on, and which of several parts.
struct Named {
    name: String,
    part: Option<(usize, usize)>,
}

impl Named {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            part: None,
        }
    }

    fn text(&self, words: &Words) -> String {
        let Some((number, of)) = self.part else {
            return self.name.clone();
        };
        let part = Message::new("progress-part")
            .number("number", number as u64)
            .number("of", of as u64);
        format!("{}  {}", self.name, words.text(&part))
    }
}

/// A bar: pass, share, bytes, rate, time left.
struct Bar {
    name: Named,
    bar: Option<ProgressBar>,
    words: Words,
}

impl Observer for Bar {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Part { number, of } => self.name.part = Some((number, of)),
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
                let phase = self.words.0.text(&Words::phase(phase, pass, passes));
                bar.set_prefix(format!("{}  {phase}", self.name.text(&self.words)));
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
    name: Named,
    subject: Subject,
    phase: Option<Running>,
    told: Instant,
    json: bool,
    words: Words,
}

impl Observer for Lines {
    fn observe(&mut self, event: Event) {
        match event {
            Event::Part { number, of } => self.name.part = Some((number, of)),
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
            let mut line = json!({"progress": {
                self.subject.key(): self.name.name, "phase": phase_name(phase), "pass": pass, "passes": passes, "done_bytes": done.0, "total_bytes": total.0,
                "bytes_per_second": rate.round() as u64, "seconds_left": left,
            }});
            if let Some((number, of)) = self.name.part {
                line["progress"]["part"] = json!(number);
                line["progress"]["parts"] = json!(of);
            }
            console::aside(&line.to_string());
        } else {
            // The total is a guess where a stream of unknown length is sealed.
            let percent = (done.0.saturating_mul(100) / total.0.max(1)).min(100);
            let line = Message::new("progress-line")
                .text("name", self.name.text(&self.words))
                .term("phase", Words::phase(phase, pass, passes))
                .number("percent", percent)
                .with("rate", Value::Rate(ByteCount(rate.round() as u64)))
                .with("left", Value::Seconds(left));
            console::aside(&self.words.0.text(&line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_of_several_parts_it_is_stands_beside_the_name() {
        let mut name = Named::new("9000");
        let english = Words::new(Language::En);
        assert_eq!(name.text(&english), "9000");
        name.part = Some((2, 3));
        assert_eq!(name.text(&english), "9000  part 2/3");
        assert_eq!(name.text(&Words::new(Language::Ja)), "9000  分割 2/3");
    }
}
