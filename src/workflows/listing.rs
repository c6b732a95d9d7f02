//! `keshiin devices`: what is there, whether it may be wiped, and what the ledger knows of it.

use std::path::PathBuf;

use crate::devices::{self, DeviceError, DeviceFacts, Protected, ProtectedKind};
use crate::ledger::{Opening, SqliteStore, Store};

use super::{Lent, WorkflowError, people};

/// One device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDevice {
    /// What is known of it.
    pub facts: DeviceFacts,
    /// Why it may not be wiped; empty: it may.
    pub refusals: Vec<DeviceError>,
    /// 証明書番号 under which the ledger has its serial number as erased.
    pub erased_as: Option<String>,
}

/// Lists every whole block device, and controllers behind which drives may hide.
///
/// # Errors
/// Block devices that cannot be listed at all.
pub fn list_devices(lent: &Lent<'_>) -> Result<(Vec<ListedDevice>, Vec<String>), WorkflowError> {
    let found = devices::discover();
    let found = found.map_err(|error| {
        WorkflowError::from(super::Refusal::Device {
            device: PathBuf::from("/dev"),
            error,
        })
    })?;
    let mut protected = vec![Protected {
        what: ProtectedKind::Home,
        path: lent.home.folder().to_owned(),
    }];
    if let Some(program) = &lent.program {
        protected.push(Protected {
            what: ProtectedKind::Program,
            path: program.clone(),
        });
    }
    // Without a readable ledger nothing is known of earlier erasures; that is not this command's fault.
    let ledger = SqliteStore::open(&people::ledger_path(lent), Opening::Read).ok();
    let list = |facts: DeviceFacts| {
        let refusals = devices::clear(&facts, &protected).err().unwrap_or_default();
        let erased_as = ledger.as_ref().and_then(|ledger| erased_as(ledger, &facts));
        ListedDevice {
            facts,
            refusals,
            erased_as,
        }
    };
    Ok((found.into_iter().map(list).collect(), devices::raid_controllers()))
}

/// The number of the newest finished erasure of this serial number.
fn erased_as(ledger: &SqliteStore, facts: &DeviceFacts) -> Option<String> {
    let serial = &facts.serial.as_ref()?.text;
    let entries = ledger.find(serial, 1000).ok()?;
    let words = |subject: &str| subject.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let erased = entries.iter().find(|entry| {
        let words = words(&entry.leaf.subject);
        entry.leaf.kind == "erasure-finished"
            && words.last().is_some_and(|last| last == "erased")
            && entry.leaf.subject.contains(serial)
    })?;
    words(&erased.leaf.subject).into_iter().next()
}
