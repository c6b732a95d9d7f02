//! Why a device is refused, and who was found at it.

use std::path::PathBuf;

use keshiin::devices::{DeviceError, Intrusion, IoFailure};

use super::words::{name, protected_word, unknown};
use crate::cli::i18n::{Message, Value};

/// The message of a refusal or failure of the devices room.
pub(crate) fn explain_device(error: &DeviceError) -> Message {
    let message = Message::new(error.code());
    match error {
        DeviceError::NoSuchDevice { path }
        | DeviceError::IsDirectory { path }
        | DeviceError::CharacterDevice { path }
        | DeviceError::NamedPipe { path }
        | DeviceError::Socket { path }
        | DeviceError::NeedsImageFlag { path }
        | DeviceError::NotAnImage { path }
        | DeviceError::SizeZero { path }
        | DeviceError::HeldBySomebody { path }
        | DeviceError::SharedExtents { path }
        | DeviceError::EncodedExtents { path }
        | DeviceError::DataJournal { path }
        | DeviceError::NoSuchFolder { path }
        | DeviceError::NotAFolder { path }
        | DeviceError::NoSuchFile { path }
        | DeviceError::PathThroughLink { path }
        | DeviceError::FolderNotRecursive { path }
        | DeviceError::SpecialFile { path }
        | DeviceError::OtherFileSystem { path }
        | DeviceError::MountRoot { path }
        | DeviceError::HomeFolder { path }
        | DeviceError::ImmutableFile { path }
        | DeviceError::InlineData { path }
        | DeviceError::EncryptedFile { path }
        | DeviceError::Locked { path } => message.path("path", path),
        DeviceError::Unsupported
        | DeviceError::PidNamespace
        | DeviceError::NotConfirmed
        | DeviceError::SearchStopped
        | DeviceError::FilesNotConfirmed
        | DeviceError::SpaceNotConfirmed
        | DeviceError::FillStopped
        | DeviceError::ConfirmedAnother => message,
        DeviceError::BlockFormat { path, block } => message.path("path", path).bytes("block", *block),
        DeviceError::Zoned { path, model } => message.path("path", path).untrusted("model", model),
        DeviceError::ImageTooSmall { path, size } => message.path("path", path).bytes("size", *size),
        DeviceError::IsPartition { path, whole } => message.path("path", path).untrusted("whole", whole),
        DeviceError::IdentityChanged { path, field } => message.path("path", path).with("field", name(field)),
        _ => in_use(error, message),
    }
}

/// Who or what uses the device.
fn in_use(error: &DeviceError, message: Message) -> Message {
    match error {
        DeviceError::Mounted { device, at } => message.untrusted("device", device).path("at", at),
        DeviceError::InFileSystem { device, file_system } => message
            .untrusted("device", device)
            .untrusted("filesystem", file_system),
        DeviceError::Swap { device, swap } => message.untrusted("device", device).path("swap", swap),
        DeviceError::KernelHolder { device, holder } => {
            message.untrusted("device", device).untrusted("holder", holder)
        }
        DeviceError::LoopBound { device, bound } => {
            message.untrusted("device", device).untrusted("bound", bound)
        }
        DeviceError::ExclusiveUse { device } => message.untrusted("device", device),
        DeviceError::SystemDisk { device, holds } => message.untrusted("device", device).path("holds", holds),
        DeviceError::HeldBy { device, pid, program } => message
            .untrusted("device", device)
            .text("pid", pid)
            .untrusted("program", program),
        DeviceError::HoldsProtected { what, path } | DeviceError::IsProtected { what, path } => {
            message.term("what", protected_word(*what)).path("path", path)
        }
        _ => untold(error, message),
    }
}

/// What could not be told.
fn untold(error: &DeviceError, message: Message) -> Message {
    match error {
        DeviceError::MountsUntold { reason }
        | DeviceError::SwapUntold { reason }
        | DeviceError::StackUntold { reason }
        | DeviceError::HoldersUntold { reason } => message.untrusted("reason", reason),
        DeviceError::CannotInspect { path, reason }
        | DeviceError::ReadOnly { path, reason }
        | DeviceError::ExtentsUntold { path, reason }
        | DeviceError::StorageUntold { path, reason } => {
            message.path("path", path).untrusted("reason", reason)
        }
        DeviceError::LoopUntold { name, reason } => {
            message.untrusted("name", name).untrusted("reason", reason)
        }
        DeviceError::SystemUntold { holds, reason } => {
            message.path("holds", holds).untrusted("reason", reason)
        }
        DeviceError::ProtectedUntold { what, path, reason } => message
            .term("what", protected_word(*what))
            .path("path", path)
            .untrusted("reason", reason),
        _ => files(error, message),
    }
}

/// Files that are to be erased.
fn files(error: &DeviceError, message: Message) -> Message {
    match error {
        DeviceError::SystemFolder { path, folder } => message.path("path", path).path("folder", folder),
        DeviceError::BelowProtected { path, what, folder } => message
            .path("path", path)
            .term("what", protected_word(*what))
            .path("folder", folder),
        DeviceError::TooManyFiles { most }
        | DeviceError::TooManyExtents { most }
        | DeviceError::TooManyFileSystems { most } => message.number("most", *most),
        DeviceError::FoldersTooDeep { path, most } => message.path("path", path).number("most", *most),
        DeviceError::ReadOnlyFileSystem { path, file_system } => {
            message.path("path", path).untrusted("filesystem", file_system)
        }
        DeviceError::FileChanging { path, field } => message.path("path", path).with("field", name(field)),
        DeviceError::LayerKeepsBlocks { path, layers } => {
            message.path("path", path).untrusted("layers", layers)
        }
        DeviceError::MoreRefused { kind, more } => message.text("kind", kind).number("more", *more),
        DeviceError::LinkedElsewhere {
            path,
            links,
            named,
            others,
            complete,
        } => message
            .path("path", path)
            .number("links", *links)
            .number("named", *named)
            .with("others", listed(others))
            .text("complete", if *complete { "yes" } else { "no" }),
        _ => free_space(error, message),
    }
}

/// Free space that is to be erased.
fn free_space(error: &DeviceError, message: Message) -> Message {
    match error {
        DeviceError::NotAMountPoint { path, mount_point } => {
            message.path("path", path).path("mountpoint", mount_point)
        }
        DeviceError::MemoryFileSystem { path, file_system } => {
            message.path("path", path).untrusted("filesystem", file_system)
        }
        DeviceError::OverlayFileSystem { path, layers } => {
            message.path("path", path).untrusted("layers", layers)
        }
        DeviceError::NotLeftBehind { path, reason } => message.path("path", path).untrusted("reason", reason),
        DeviceError::CannotFill { path, errno } | DeviceError::CannotRemove { path, errno } => {
            message.path("path", path).text("errno", errno)
        }
        _ => claiming(error, message),
    }
}

/// Paths one after another, or that there are none.
fn listed(paths: &[PathBuf]) -> Value {
    if paths.is_empty() {
        return Value::Term(Box::new(Message::new("names-not-found")));
    }
    let paths: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
    Value::Untrusted(paths.join(", "))
}

/// Images, and what fails while a device is claimed.
fn claiming(error: &DeviceError, message: Message) -> Message {
    match error {
        DeviceError::CopyOnWrite { path, file_system }
        | DeviceError::NetworkFileSystem { path, file_system } => {
            message.path("path", path).untrusted("filesystem", file_system)
        }
        DeviceError::CannotOpen { path, errno }
        | DeviceError::CannotAllocate { path, errno }
        | DeviceError::CannotGive { path, errno }
        | DeviceError::CannotRead { path, errno } => message.path("path", path).text("errno", errno),
        DeviceError::PartitionBusy { name } => message.untrusted("name", name),
        DeviceError::PartitionStays { name, errno } => message.untrusted("name", name).text("errno", errno),
        DeviceError::CannotFlush { device, errno } => {
            message.untrusted("device", device).text("errno", errno)
        }
        DeviceError::NoSpace {
            path,
            needed,
            available,
        } => message
            .path("path", path)
            .bytes("needed", *needed)
            .bytes("available", *available),
        _ => unknown(error.code(), error),
    }
}

/// Somebody else found at the medium after it was claimed.
pub(crate) fn explain_intrusion(intrusion: &Intrusion) -> Message {
    match intrusion {
        Intrusion::HeldBy { pid, program } => Message::new("intrusion-held")
            .text("pid", pid)
            .untrusted("program", program),
        Intrusion::PartitionBack { name } => Message::new("intrusion-partition").untrusted("name", name),
        Intrusion::CouldNotTell { reason } => Message::new("intrusion-untold").untrusted("reason", reason),
        _ => unknown("intrusion", &format!("{intrusion:?}")),
    }
}

/// What the system answered to a read, write or flush.
pub(crate) fn explain_io_failure(failure: IoFailure) -> Message {
    match failure {
        IoFailure::Unreachable { errno } => Message::new("io-unreachable").text("errno", errno),
        IoFailure::Vanished { errno } => Message::new("io-vanished").text("errno", errno),
        IoFailure::Other { errno } => Message::new("io-other").text("errno", errno),
        _ => unknown("io", &format!("{failure:?}")),
    }
}
