//! The ledger as an SQLite file: its tables, how it is made and opened, and what its errors mean.
//!
//! Rollback journal and `synchronous=EXTRA`, not WAL: the ledger is then one file whenever nobody is
//! writing, needs no shared memory (so it may lie on a network or FUSE file system), and a commit is
//! on the medium, folder included, when it returns. May touch the file it is given, its folder, and
//! nothing else.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, params};

use crate::crypto::Digest;

use super::entry::LedgerId;
use super::error::{Damage, LedgerError};
use super::tree::Head;

/// The version of the tables, kept in SQLite's `user_version`.
pub const FORMAT_VERSION: i32 = 1;
/// `KSHL`, kept in SQLite's `application_id`.
const APPLICATION_ID: i32 = 0x4B53_484C;
/// How long to wait for somebody else's write.
const BUSY: Duration = Duration::from_secs(10);
/// The longest name of a station, in bytes.
const STATION_MAX: usize = 32;

const TABLES: &str = "
CREATE TABLE meta(
  one INTEGER PRIMARY KEY CHECK(one = 1),
  id BLOB NOT NULL CHECK(length(id) = 16),
  station TEXT NOT NULL,
  size INTEGER NOT NULL CHECK(size >= 0),
  root BLOB NOT NULL CHECK(length(root) = 32),
  numbers BLOB NOT NULL CHECK(length(numbers) = 32)) STRICT;
CREATE TABLE entries(
  seq INTEGER PRIMARY KEY CHECK(seq >= 0),
  leaf BLOB NOT NULL CHECK(length(leaf) <= 8192),
  leaf_hash BLOB NOT NULL CHECK(length(leaf_hash) = 32)) STRICT;
CREATE TABLE nodes(
  level INTEGER NOT NULL CHECK(level BETWEEN 1 AND 62),
  place INTEGER NOT NULL CHECK(place >= 0),
  hash BLOB NOT NULL CHECK(length(hash) = 32),
  PRIMARY KEY(level, place)) STRICT, WITHOUT ROWID;
CREATE TABLE envelopes(
  digest BLOB NOT NULL PRIMARY KEY CHECK(length(digest) = 32),
  seq INTEGER NOT NULL CHECK(seq >= 0),
  bytes BLOB CHECK(length(bytes) <= 8388608)) STRICT;
CREATE TABLE counters(
  day TEXT NOT NULL PRIMARY KEY CHECK(length(day) = 8),
  n INTEGER NOT NULL CHECK(n BETWEEN 1 AND 999999)) STRICT, WITHOUT ROWID;
CREATE TABLE probe(
  one INTEGER PRIMARY KEY CHECK(one = 1),
  bytes BLOB NOT NULL) STRICT;
";

/// Files that the database may keep beside the ledger at `path`: a journal that a killed writer left is needed to put
/// the ledger right. The others are not made here, but mean the same where they are found.
#[must_use]
pub fn beside(path: &Path) -> [PathBuf; 3] {
    ["-journal", "-wal", "-shm"].map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}

/// What a ledger file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening<'a> {
    /// Reading alone. Damage inside is left for `verify` to tell.
    Read,
    /// Reading and appending. A missing file or a damaged head is an error.
    Append,
    /// As [`Opening::Append`], but a missing file is made, for this station. An existing one keeps its own.
    Create {
        /// The station: 1 to 32 ASCII letters, digits and hyphens.
        station: &'a str,
    },
}

/// The row that names the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meta {
    pub(super) id: LedgerId,
    pub(super) station: String,
    pub(super) head: Head,
    pub(super) numbers: Digest,
}

/// Opens an existing ledger file and checks that it is one, of a version that is known.
pub(super) fn open(path: &Path, writing: bool) -> Result<Connection, LedgerError> {
    let not_a_ledger = || LedgerError::NotALedger {
        path: path.to_owned(),
    };
    let facts = std::fs::metadata(path).map_err(|error| cannot_open(path, &error))?;
    if !facts.is_file() || facts.len() == 0 {
        return Err(not_a_ledger());
    }
    // Reading opens for writing too where it can: only so is a journal that a crash left rolled back.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| match meaning(error) {
        LedgerError::FolderUnwritable => LedgerError::CannotOpen {
            path: path.to_owned(),
            detail: "the database refused it".into(),
        },
        other => other,
    })?;
    connection.busy_timeout(BUSY).map_err(meaning)?;
    let application = pragma(&connection, "application_id").map_err(|error| match error {
        LedgerError::Damaged {
            damage: Damage::Database { .. },
        } => not_a_ledger(),
        other => other,
    })?;
    if application != APPLICATION_ID {
        return Err(not_a_ledger());
    }
    match pragma(&connection, "user_version")? {
        FORMAT_VERSION => {}
        found if found > FORMAT_VERSION => {
            return Err(LedgerError::Newer {
                found,
                known: FORMAT_VERSION,
            });
        }
        _ => return Err(not_a_ledger()),
    }
    settle(&connection, writing)?;
    whole(&connection, path)?;
    if schema(&connection)? != expected_schema()? {
        return Err(LedgerError::Damaged {
            damage: Damage::Structure,
        });
    }
    Ok(connection)
}

/// Compares the length of the file with what its first page states: SQLite itself reads a short last
/// page as zeros. Inside a transaction, so that nobody else changes the length meanwhile.
fn whole(connection: &Connection, path: &Path) -> Result<(), LedgerError> {
    let moment = connection.unchecked_transaction().map_err(meaning)?;
    let pages = u64::from(pragma(&moment, "page_count")?.unsigned_abs());
    let size = u64::from(pragma(&moment, "page_size")?.unsigned_abs());
    let found = std::fs::metadata(path)
        .map_err(|error| cannot_open(path, &error))?
        .len();
    if found >= pages.saturating_mul(size) {
        return Ok(());
    }
    let detail = format!("{found} bytes instead of {pages} pages of {size}");
    Err(LedgerError::Damaged {
        damage: Damage::Database { detail },
    })
}

/// Makes a new ledger file, complete before it has its name. Keeps one that appeared meanwhile.
pub(super) fn create(path: &Path, station: &str) -> Result<(), LedgerError> {
    let letter = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
    if station.is_empty() || station.len() > STATION_MAX || !station.bytes().all(letter) {
        return Err(LedgerError::BadStation);
    }
    let path = &std::path::absolute(path).map_err(|error| cannot_open(path, &error))?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let fresh = tempfile::Builder::new()
        .prefix(".ledger-")
        .tempfile_in(folder)
        .map_err(|error| cannot_open(path, &error))?;
    fill(&Connection::open(fresh.path()).map_err(meaning)?, station).map_err(meaning_or(path))?;
    match fresh.persist_noclobber(path) {
        Err(failed) if failed.error.kind() != io::ErrorKind::AlreadyExists => {
            Err(cannot_open(path, &failed.error))
        }
        _ => Ok(()),
    }
}

fn fill(connection: &Connection, station: &str) -> Result<(), LedgerError> {
    settle(connection, true)?;
    let id = LedgerId::fresh()?;
    let numbers = numbers_digest(id, station, &[]);
    connection.execute_batch("BEGIN IMMEDIATE").map_err(meaning)?;
    connection
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(meaning)?;
    connection
        .pragma_update(None, "user_version", FORMAT_VERSION)
        .map_err(meaning)?;
    connection.execute_batch(TABLES).map_err(meaning)?;
    let head = Head::empty();
    connection
        .execute(
            "INSERT INTO meta(one, id, station, size, root, numbers) VALUES(1, ?1, ?2, 0, ?3, ?4)",
            params![id.bytes(), station, head.root.bytes(), numbers.bytes()],
        )
        .map_err(meaning)?;
    connection.execute_batch("COMMIT").map_err(meaning)
}

/// How this connection behaves. None of it is kept in the file but the journal mode.
fn settle(connection: &Connection, writing: bool) -> Result<(), LedgerError> {
    connection.busy_timeout(BUSY).map_err(meaning)?;
    for (setting, value) in [
        // Nothing in the file may run code of its own, nor may SQL rewrite the schema underneath.
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    ] {
        connection.set_db_config(setting, value).map_err(meaning)?;
    }
    // A removed envelope is overwritten in the file, not only unlinked.
    connection
        .execute_batch("PRAGMA synchronous=EXTRA; PRAGMA fullfsync=ON; PRAGMA secure_delete=ON; PRAGMA cell_size_check=ON;")
        .map_err(meaning)?;
    if !writing {
        return connection.execute_batch("PRAGMA query_only=ON").map_err(meaning);
    }
    let mode: String = connection
        .query_row("PRAGMA journal_mode=DELETE", [], |row| row.get(0))
        .map_err(meaning)?;
    if mode == "delete" {
        Ok(())
    } else {
        Err(LedgerError::Database {
            detail: format!("journal mode {mode}"),
        })
    }
}

/// Reads the row that names the ledger.
pub(super) fn meta(connection: &Connection) -> Result<Meta, LedgerError> {
    let broken = || LedgerError::Damaged {
        damage: Damage::Identity,
    };
    let sql = "SELECT id, station, size, root, numbers, (SELECT count(*) FROM meta) FROM meta";
    let (id, station, size, root, numbers, rows) = connection
        .query_row(sql, [], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get::<_, i64>(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get::<_, i64>(5)?,
            ))
        })
        .map_err(|error| match error {
            rusqlite::Error::SqliteFailure(..) => meaning(error),
            _ => broken(),
        })?;
    let head = Head {
        size: u64::try_from(size).map_err(|_| broken())?,
        root: Digest::from_bytes(root),
    };
    if rows != 1 {
        return Err(broken());
    }
    Ok(Meta {
        id: LedgerId::from_bytes(id),
        station,
        head,
        numbers: Digest::from_bytes(numbers),
    })
}

/// Every counter, in the order of days.
pub(super) fn counters(connection: &Connection) -> Result<Vec<(String, u32)>, LedgerError> {
    let mut statement = connection
        .prepare_cached("SELECT day, n FROM counters ORDER BY day")
        .map_err(meaning)?;
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(meaning)?;
    rows.collect::<Result<_, _>>().map_err(|error| match error {
        rusqlite::Error::SqliteFailure(..) => meaning(error),
        _ => LedgerError::Damaged {
            damage: Damage::Numbers,
        },
    })
}

/// What `meta.numbers` must be: it ties id, station and counters together, so that a slip of somebody's
/// hand in one of them shows. It has no key and stops nobody who computes it again.
pub(super) fn numbers_digest(id: LedgerId, station: &str, counters: &[(String, u32)]) -> Digest {
    let mut bytes = b"keshiin-ledger-numbers/1\n".to_vec();
    bytes.extend_from_slice(id.bytes());
    bytes.extend_from_slice(format!("{station}\n").as_bytes());
    for (day, n) in counters {
        bytes.extend_from_slice(format!("{day} {n}\n").as_bytes());
    }
    Digest::of(&[&bytes])
}

/// What an error of SQLite means here.
pub(super) fn meaning(error: rusqlite::Error) -> LedgerError {
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerError::Busy,
        Some(ErrorCode::ReadOnly) => LedgerError::ReadOnly,
        Some(ErrorCode::DiskFull) => LedgerError::Full,
        Some(ErrorCode::CannotOpen) => LedgerError::FolderUnwritable,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => LedgerError::Damaged {
            damage: Damage::Database { detail },
        },
        _ => LedgerError::Database { detail },
    }
}

/// While a ledger is being made, a folder that takes no journal is a place that cannot be used.
fn meaning_or(path: &Path) -> impl Fn(LedgerError) -> LedgerError {
    move |error| match error {
        LedgerError::Database { detail } => LedgerError::CannotOpen {
            path: path.to_owned(),
            detail,
        },
        other => other,
    }
}

fn cannot_open(path: &Path, error: &io::Error) -> LedgerError {
    match error.kind() {
        io::ErrorKind::NotFound => LedgerError::Missing {
            path: path.to_owned(),
        },
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => LedgerError::FolderUnwritable,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => LedgerError::Full,
        _ => LedgerError::CannotOpen {
            path: path.to_owned(),
            detail: error.to_string(),
        },
    }
}

fn pragma(connection: &Connection, name: &str) -> Result<i32, LedgerError> {
    connection
        .pragma_query_value(None, name, |row| row.get(0))
        .map_err(meaning)
}

/// Every table, index, trigger and view, as SQLite keeps their definitions.
fn schema(connection: &Connection) -> Result<Vec<[Option<String>; 4]>, LedgerError> {
    let sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1, 2";
    let mut statement = connection.prepare(sql).map_err(meaning)?;
    let rows = statement
        .query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))
        .map_err(meaning)?;
    rows.collect::<Result<_, _>>().map_err(meaning)
}

fn expected_schema() -> Result<Vec<[Option<String>; 4]>, LedgerError> {
    let memory = Connection::open_in_memory().map_err(meaning)?;
    memory.execute_batch(TABLES).map_err(meaning)?;
    schema(&memory)
}
