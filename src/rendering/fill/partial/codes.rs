//! The stable codes of a partial erasure's words, as `docs/spec/record.md` writes them: keys of the wording.

use crate::records::{FilesConfirmedBy, InPlace, PartialScope};

pub(super) const fn scope(scope: PartialScope) -> &'static str {
    match scope {
        PartialScope::Files => "files",
        PartialScope::FreeSpace => "free-space",
    }
}

pub(super) const fn confirmed(by: FilesConfirmedBy) -> &'static str {
    match by {
        FilesConfirmedBy::Count => "count",
        FilesConfirmedBy::Paths => "paths",
        FilesConfirmedBy::Yes => "yes",
    }
}

pub(super) const fn in_place(reached: InPlace) -> &'static str {
    match reached {
        InPlace::Yes => "yes",
        InPlace::No => "no",
        InPlace::Memory => "memory",
        InPlace::Untold => "untold",
    }
}
