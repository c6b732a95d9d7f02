//! The volumes beside a delivery record, and what damage was made up for.

use serde_json::{Value as Json, json};

use keshiin::sealing::Healed;
use keshiin::workflows::{VolumeFinding, VolumeState};

use crate::cli::console::Console;
use crate::cli::explain::{explain_volume, healed_word};
use crate::cli::i18n::Message;

/// Volumes without a fault that are shown one by one where nobody asked for more.
const RIGHT_SHOWN: usize = 3;

/// Every volume, or how many are right and each that is not.
pub(super) fn volume_lines(console: &Console, volumes: &[VolumeFinding]) -> Vec<String> {
    if volumes.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![console.text(&Message::new("volumes-head"))];
    let right = volumes.iter().filter(|volume| volume.state.is_right()).count();
    let each = console.verbose() || right <= RIGHT_SHOWN;
    let shown = volumes.iter().filter(|volume| each || !volume.state.is_right());
    lines.extend(shown.flat_map(|volume| finding_lines(console, volume)));
    if !each {
        let compared = volumes
            .iter()
            .filter(|volume| volume.state == VolumeState::Right)
            .count();
        let message = Message::new(if compared == right {
            "volumes-right"
        } else {
            "volumes-present"
        });
        let text = console.text(&message.number("count", right as u64));
        lines.push(format!(
            "  {}  {text}",
            console.text(&Message::new("mark-passed"))
        ));
    }
    lines
}

fn finding_lines(console: &Console, volume: &VolumeFinding) -> Vec<String> {
    let message = explain_volume(volume);
    let mark = Message::new(match &volume.state {
        VolumeState::Right => "mark-passed",
        VolumeState::Present => "mark-notice",
        VolumeState::Missing | VolumeState::Unreadable { .. } => "mark-not-enough",
        _ => "mark-false",
    });
    let line = format!("  {}  {}", console.text(&mark), console.text(&message));
    let hint = console.catalogue().hint(&message);
    std::iter::once(line)
        .chain(hint.map(|hint| format!("         → {hint}")))
        .collect()
}

/// The volumes for programs.
pub(super) fn volume_documents(volumes: &[VolumeFinding]) -> Vec<Json> {
    let document = |volume: &VolumeFinding| {
        let name = &volume.name;
        match &volume.state {
            VolumeState::Right => json!({"name": name, "state": "right"}),
            VolumeState::Present => json!({"name": name, "state": "present"}),
            VolumeState::Missing => json!({"name": name, "state": "missing"}),
            VolumeState::OtherLength { expected, found } => {
                json!({"name": name, "state": "other-length", "expected_bytes": expected.0, "found_bytes": found.0})
            }
            VolumeState::Changed => json!({"name": name, "state": "changed"}),
            VolumeState::Unreadable { reason } => {
                json!({"name": name, "state": "unreadable", "reason": reason})
            }
            _ => json!({"name": name, "state": "unknown"}),
        }
    };
    volumes.iter().map(document).collect()
}

/// What was damaged and made up for by another copy.
pub(super) fn healed_lines(console: &Console, healed: &[Healed]) -> Vec<String> {
    let line = |healed: &Healed| {
        let message = Message::new("healed").term("what", healed_word(*healed));
        format!("  ! {}", console.text(&message))
    };
    let hint = (!healed.is_empty()).then(|| console.catalogue().hint(&Message::new("healed")));
    let hint = hint.flatten().map(|hint| format!("     → {hint}"));
    healed.iter().map(line).chain(hint).collect()
}

/// The same for programs.
pub(super) fn healed_words(healed: &[Healed]) -> Vec<&'static str> {
    healed.iter().map(|healed| healed.word()).collect()
}
