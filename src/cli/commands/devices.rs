//! `keshiin devices`.

use serde_json::{Value as Json, json};

use keshiin::workflows::{self, Exit, WorkflowError};

use super::Call;
use crate::cli::i18n::Message;
use crate::cli::report::{device_document, device_lines};

pub(super) fn run(call: &Call<'_>) -> Result<Exit, WorkflowError> {
    let (listed, controllers) = call.with(|lent| workflows::list_devices(lent))?;
    let mut lines: Vec<String> = listed
        .iter()
        .flat_map(|device| device_lines(call.console, device))
        .collect();
    if listed.is_empty() {
        lines.push(call.console.text(&Message::new("devices-none")));
    }
    for controller in &controllers {
        lines.push(
            call.console
                .text(&Message::new("devices-controller").untrusted("controller", controller)),
        );
    }
    let devices: Vec<Json> = listed.iter().map(device_document).collect();
    call.console
        .result(&lines, &json!({"devices": devices, "controllers": controllers}));
    Ok(Exit::Done)
}
