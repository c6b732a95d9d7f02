//! Guards of block devices: is anything or anybody using it?
//!
//! Each guard tells everything it finds. What cannot be told is a refusal of its own.

use std::collections::BTreeSet;
use std::path::Path;

use super::error::DeviceError;
use super::facts::{DeviceFacts, DeviceNumber};
use super::image;
use super::openers::{Held, HolderScan, ScanOf, Wanted};
use super::sys::{self, Above, FileKind, NamedDevice};

/// Every use of the device of `facts`, its partitions, and what is built on them.
pub(super) fn refusals(facts: &DeviceFacts) -> Vec<DeviceError> {
    let Some(number) = facts.number else {
        return vec![DeviceError::StackUntold {
            reason: "it has no device number".to_owned(),
        }];
    };
    let above = match sys::above(number) {
        Ok(above) => above,
        Err(reason) => return vec![DeviceError::StackUntold { reason }],
    };
    let mut found = mounts(&above.all);
    found.extend(file_systems(&above));
    found.extend(swaps(&above.all));
    found.extend(kernel_holders(&above));
    found.extend(loops(facts, &above));
    found.extend(processes(facts, &above));
    found.extend(exclusive_users(&above));
    found.extend(backing_storage(facts));
    found
}

/// Whether what is written to a loop device reaches the old bytes of the file under it. A file
/// system that is not known decides nothing here: the loop device is the medium that was named. A
/// file that cannot be reached is told by the read-back, which then proves nothing.
fn backing_storage(facts: &DeviceFacts) -> Vec<DeviceError> {
    let Some(backing) = &facts.backing else {
        return Vec::new();
    };
    let told = sys::stat(&backing.path).ok();
    if !told.is_some_and(|told| told.kind == FileKind::Regular && Some(told.identity) == backing.identity) {
        return Vec::new();
    }
    let mut found = image::storage(&backing.path);
    found.retain(|refusal| !matches!(refusal, DeviceError::ExtentsUntold { .. }));
    found
}

fn named(devices: &[NamedDevice], number: DeviceNumber) -> Option<&NamedDevice> {
    devices.iter().find(|device| device.number == number)
}

/// Everything mounted from one of `devices`, in every mount namespace.
fn mounts(devices: &[NamedDevice]) -> Vec<DeviceError> {
    let tables = sys::mount_tables();
    let mut found: Vec<_> = tables
        .untold
        .into_iter()
        .map(|reason| DeviceError::MountsUntold { reason })
        .collect();
    for entry in tables.entries {
        // Some file systems number themselves and tell their device only by name.
        let by_name = || {
            let sources = entry.source.split(':').filter(|source| source.starts_with('/'));
            let nodes = sources.filter_map(|source| sys::stat(Path::new(source)).ok());
            nodes
                .filter(|node| node.kind == FileKind::Block)
                .find_map(|node| named(devices, node.node))
        };
        let by_number = named(devices, entry.number);
        if let Some(device) = by_number.or_else(|| (entry.number.major == 0).then(by_name).flatten()) {
            found.push(DeviceError::Mounted {
                device: device.name.clone(),
                at: entry.at,
            });
        }
    }
    found
}

/// Mounted file systems on several devices, which name only one of them as their source.
fn file_systems(above: &Above) -> Vec<DeviceError> {
    let mut found = Vec::new();
    for (file_system, members) in sys::members_of_file_systems() {
        for member in members.iter().filter(|member| above.all.contains(member)) {
            let (device, file_system) = (member.name.clone(), file_system.clone());
            found.push(DeviceError::InFileSystem { device, file_system });
        }
    }
    found
}

fn swaps(devices: &[NamedDevice]) -> Vec<DeviceError> {
    let areas = match sys::swap_areas() {
        Ok(areas) => areas,
        Err(reason) => return vec![DeviceError::SwapUntold { reason }],
    };
    let mut found = Vec::new();
    for area in areas {
        match lies_on(&area) {
            Ok(numbers) => {
                let used = devices.iter().filter(|device| numbers.contains(&device.number));
                found.extend(used.map(|device| DeviceError::Swap {
                    device: device.name.clone(),
                    swap: area.clone(),
                }));
            }
            Err(reason) => {
                found.push(DeviceError::SwapUntold {
                    reason: format!("{}: {reason}", area.display()),
                });
            }
        }
    }
    found
}

/// The devices that a swap area, a node or a file, lies on.
fn lies_on(area: &Path) -> Result<BTreeSet<DeviceNumber>, String> {
    let told = sys::stat(area).map_err(|errno| format!("system error {errno}"))?;
    let beneath = if told.kind == FileKind::Block {
        sys::beneath_device(told.node)
    } else {
        sys::beneath_path(area)
    };
    beneath.map(|beneath| beneath.devices)
}

fn kernel_holders(above: &Above) -> Vec<DeviceError> {
    let refusal = |(device, holder): &(String, String)| DeviceError::KernelHolder {
        device: device.clone(),
        holder: holder.clone(),
    };
    above.holders.iter().map(refusal).collect()
}

/// Loop devices that show this device's bytes, or those of the file under it, under another name.
fn loops(facts: &DeviceFacts, above: &Above) -> Vec<DeviceError> {
    let bindings = sys::loop_bindings();
    let own = bindings
        .iter()
        .find(|bound| Some(bound.number) == facts.number)
        .and_then(|bound| bound.identity);
    let mut found = Vec::new();
    for bound in bindings.iter().filter(|bound| Some(bound.number) != facts.number) {
        let over = bound
            .node
            .and_then(|node| named(&above.own, node))
            .map(|device| device.name.clone());
        let same_file = own.is_some() && bound.identity == own;
        let beside = || same_file.then(|| facts.path.display().to_string());
        if let Some(device) = over.or_else(beside) {
            found.push(DeviceError::LoopBound {
                device,
                bound: bound.name.clone(),
            });
        } else if bound.node.is_none() && bound.identity.is_none() {
            let reason = "its backing file cannot be found".to_owned();
            found.push(DeviceError::LoopUntold {
                name: bound.name.clone(),
                reason,
            });
        }
    }
    found
}

/// Processes with the device, a partition, something built on it, or the file under it, open or mapped.
fn processes(facts: &DeviceFacts, above: &Above) -> Vec<DeviceError> {
    let mut found = Vec::new();
    if !sys::in_initial_pid_namespace() {
        found.push(DeviceError::PidNamespace);
    }
    let files = facts.number.and_then(|number| {
        sys::loop_bindings()
            .into_iter()
            .find(|bound| bound.number == number)
    });
    let wanted = Wanted {
        devices: above.all.iter().map(|device| device.number).collect(),
        files: files.and_then(|bound| bound.identity).into_iter().collect(),
    };
    let scan = HolderScan::settled(ScanOf::device(facts), || sys::who_holds(&wanted, &[]));
    for opener in scan.openers {
        let device = match opener.held {
            Held::Device(number) => named(&above.all, number).map(|device| device.name.clone()),
            Held::File(_) => facts
                .backing
                .as_ref()
                .map(|backing| backing.path.display().to_string()),
        };
        let device = device.unwrap_or_else(|| facts.path.display().to_string());
        found.push(DeviceError::HeldBy {
            device,
            pid: opener.pid,
            program: opener.program,
        });
    }
    let untold = scan.unreadable.iter();
    found.extend(untold.map(|one| DeviceError::HoldersUntold {
        reason: one.to_string(),
    }));
    found
}

/// Exclusive users that nothing above can show: mounts that were taken out of every table while
/// still in use, and drivers that list no holder.
fn exclusive_users(above: &Above) -> Vec<DeviceError> {
    let refusal = |device: &NamedDevice| {
        let name = device.name.clone();
        match sys::claimed_elsewhere(&name) {
            Ok(false) => None,
            Ok(true) => Some(DeviceError::ExclusiveUse { device: name }),
            Err(errno) => Some(DeviceError::HoldersUntold {
                reason: format!("{name} cannot be opened: system error {errno}"),
            }),
        }
    };
    above.own.iter().filter_map(refusal).collect()
}
