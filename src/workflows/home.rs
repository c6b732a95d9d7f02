//! The home folder: pinned issuer, roster, highest serials seen, ledger.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::crypto::Digest;
use crate::records::{Identity, MOST_IDENTITY_BYTES, Roster};

use super::files::{self, Privacy};
use super::{Owner, WorkflowError};

/// Largest memory of serials in bytes.
const MOST_SEEN_BYTES: usize = 1 << 20;

/// The folder in which this machine keeps what it trusts and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home(PathBuf);

/// The highest serial of a roster that was seen here, and its 照合値.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    serial: u64,
    digest: Digest,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeenRosters {
    rosters: BTreeMap<String, Seen>,
}

impl Home {
    /// The home in `folder`, which need not exist yet.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Where the roster lies unless another is named.
    #[must_use]
    pub fn roster(&self) -> PathBuf {
        self.0.join("roster.json")
    }

    /// Where the ledger lies unless another is named.
    #[must_use]
    pub fn ledger(&self) -> PathBuf {
        self.0.join("ledger.sqlite")
    }

    /// Where the pinned issuer lies.
    #[must_use]
    pub fn issuer(&self) -> PathBuf {
        self.0.join("issuer.json")
    }

    /// Whether this is the home of a demonstration, in which specimens count.
    #[must_use]
    pub fn is_specimen(&self) -> bool {
        self.0.join("specimen").exists()
    }

    pub(super) fn mark_specimen(&self) -> Result<(), WorkflowError> {
        files::make_folder(&self.0, None)?;
        files::replace(&self.0.join("specimen"), b"", Privacy::Shared, None)
    }

    /// The issuer pinned here.
    pub(super) fn pinned_issuer(&self) -> Result<Option<Identity>, WorkflowError> {
        let path = self.issuer();
        let Some(bytes) = files::read_if_there(&path, MOST_IDENTITY_BYTES)? else {
            return Ok(None);
        };
        Identity::parse(&bytes)
            .map(Some)
            .map_err(|error| WorkflowError::False { path, error })
    }

    pub(super) fn pin_issuer(&self, issuer: &Identity, owner: Option<Owner>) -> Result<(), WorkflowError> {
        files::make_folder(&self.0, owner)?;
        files::replace(&self.issuer(), &issuer.encode(), Privacy::Shared, owner)
    }

    /// The highest serial seen of each roster. An unreadable memory is a fault, never an empty one.
    pub(super) fn seen(&self) -> Result<impl Fn(&str) -> Option<(u64, Digest)> + use<>, WorkflowError> {
        let seen = self.read_seen()?;
        Ok(move |id: &str| seen.rosters.get(id).map(|seen| (seen.serial, seen.digest)))
    }

    /// Remembers a believed roster, so that an older one is refused from now on.
    pub(super) fn remember(&self, roster: &Roster, owner: Option<Owner>) -> Result<(), WorkflowError> {
        let mut seen = self.read_seen()?;
        let now = Seen {
            serial: roster.content().serial,
            digest: roster.digest(),
        };
        if seen
            .rosters
            .get(&roster.content().id)
            .is_some_and(|known| known.serial >= now.serial)
        {
            return Ok(());
        }
        seen.rosters.insert(roster.content().id.clone(), now);
        files::make_folder(&self.0, owner)?;
        let text =
            serde_json::to_vec_pretty(&seen).map_err(|_| WorkflowError::Internal { what: "serials" })?;
        files::replace(&self.seen_path(), &text, Privacy::Shared, owner)
    }

    fn read_seen(&self) -> Result<SeenRosters, WorkflowError> {
        let path = self.seen_path();
        match files::read_if_there(&path, MOST_SEEN_BYTES)? {
            Some(bytes) => serde_json::from_slice(&bytes).map_err(|error| WorkflowError::File {
                path,
                reason: error.to_string(),
            }),
            None => Ok(SeenRosters::default()),
        }
    }

    fn seen_path(&self) -> PathBuf {
        self.0.join("rosters-seen.json")
    }
}
