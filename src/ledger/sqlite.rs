//! The ledger in one SQLite file.
//!
//! Every change is one `BEGIN IMMEDIATE` transaction that first compares the stored head with the
//! stored tree, so that nothing is appended to a damaged ledger. May touch its file and its folder.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::crypto::{self, Digest};

use super::entry::{Entry, LedgerId, NewEntry, check_envelope};
use super::error::{Damage, LedgerError};
use super::sqlite_file::{self, Meta, Opening, meaning};
use super::store::{Appended, PAGE_MAX, Store, Stored};
use super::tree::{Head, Nodes, completed_by, leaf_hash};

/// The last number of a day.
const NUMBERS_MAX: u32 = 999_999;
/// What a probe writes, in bytes. The room stays in the file, so the next append finds it there.
const PROBE_BYTES: usize = 256 << 10;
/// How many complaints of SQLite's own check are passed on.
const COMPLAINTS: u32 = 20;

/// A ledger in an SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    id: LedgerId,
    station: String,
}

/// The tree as the tables hold it, seen through a connection or a transaction on it.
struct Tables<'a>(&'a Connection);

impl SqliteStore {
    /// Opens the ledger at `path`, or makes it where `opening` says so.
    ///
    /// # Errors
    /// [`LedgerError::Missing`], [`LedgerError::NotALedger`], [`LedgerError::Newer`],
    /// [`LedgerError::Damaged`]; for appending also [`LedgerError::ReadOnly`] and whatever a first
    /// write to a new ledger fails with.
    pub fn open(path: &Path, opening: Opening<'_>) -> Result<Self, LedgerError> {
        match opening {
            Opening::Read => Self::on(sqlite_file::open(path, false)?),
            Opening::Append => Self::for_appending(path),
            Opening::Create { station } => match Self::for_appending(path) {
                Err(LedgerError::Missing { .. }) => {
                    sqlite_file::create(path, station)?;
                    let mut store = Self::for_appending(path)?;
                    // Commits inside the folder, which brings the new name to the medium too.
                    store.probe_writable()?;
                    Ok(store)
                }
                other => other,
            },
        }
    }

    fn for_appending(path: &Path) -> Result<Self, LedgerError> {
        let store = Self::on(sqlite_file::open(path, true)?)?;
        if store.connection.is_readonly("main").map_err(meaning)? {
            return Err(LedgerError::ReadOnly);
        }
        // At one moment: somebody else may append between two reads.
        let moment = store.connection.unchecked_transaction().map_err(meaning)?;
        sound(&moment)?;
        drop(moment);
        Ok(store)
    }

    fn on(connection: Connection) -> Result<Self, LedgerError> {
        let Meta { id, station, .. } = sqlite_file::meta(&connection)?;
        Ok(Self {
            connection,
            id,
            station,
        })
    }

    fn write(&mut self) -> Result<Transaction<'_>, LedgerError> {
        self.connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(meaning)
    }

    fn page(
        &self,
        sql: &str,
        from: i64,
        keep: &dyn Fn(&Entry) -> bool,
        limit: u32,
    ) -> Result<Vec<Entry>, LedgerError> {
        let limit = limit.min(PAGE_MAX) as usize;
        let mut statement = self.connection.prepare_cached(sql).map_err(meaning)?;
        let mut rows = statement.query([from]).map_err(meaning)?;
        let mut found = Vec::new();
        while found.len() < limit {
            let Some(row) = rows.next().map_err(meaning)? else {
                break;
            };
            let entry = entry_of(row)?;
            if keep(&entry) {
                found.push(entry);
            }
        }
        Ok(found)
    }
}

impl Nodes for SqliteStore {
    fn node(&self, level: u8, at: u64) -> Result<Digest, LedgerError> {
        Tables(&self.connection).node(level, at)
    }
}

impl Nodes for Tables<'_> {
    fn node(&self, level: u8, at: u64) -> Result<Digest, LedgerError> {
        let damaged = LedgerError::Damaged {
            damage: Damage::Node { level, at },
        };
        let Ok(place) = i64::try_from(at) else {
            return Err(damaged);
        };
        let found = if level == 0 {
            let sql = "SELECT leaf_hash FROM entries WHERE seq = ?1";
            self.0
                .prepare_cached(sql)
                .map_err(meaning)?
                .query_row([place], |row| row.get(0))
                .optional()
        } else {
            let sql = "SELECT hash FROM nodes WHERE level = ?1 AND place = ?2";
            let mut statement = self.0.prepare_cached(sql).map_err(meaning)?;
            statement
                .query_row(params![level, place], |row| row.get(0))
                .optional()
        };
        match found {
            Ok(Some(hash)) => Ok(Digest::from_bytes(hash)),
            Err(error @ rusqlite::Error::SqliteFailure(..)) => Err(meaning(error)),
            _ => Err(damaged),
        }
    }
}

impl Store for SqliteStore {
    fn id(&self) -> LedgerId {
        self.id
    }

    fn station(&self) -> &str {
        &self.station
    }

    fn append(&mut self, entry: NewEntry<'_>) -> Result<Appended, LedgerError> {
        let leaf = entry.leaf()?.encode()?;
        let hash = leaf_hash(&leaf);
        let change = self.write()?;
        let seq = sound(&change)?.head.size;
        put_leaf(&change, seq, &leaf, hash)?;
        if let Some(record) = entry.record {
            put_record(&change, seq, &record, entry.envelope)?;
        }
        let head = Head::at(&Tables(&change), seq + 1)?;
        let sql = "UPDATE meta SET size = ?1, root = ?2";
        change
            .execute(sql, params![row_id(head.size)?, head.root.bytes()])
            .map_err(meaning)?;
        change.commit().map_err(meaning)?;
        Ok(Appended { seq, head })
    }

    fn reserve_number(&mut self, day: &str) -> Result<u32, LedgerError> {
        if day.len() != 8 || !day.bytes().all(|c| c.is_ascii_digit()) {
            return Err(LedgerError::BadDay);
        }
        let change = self.write()?;
        sound_numbers(&change)?;
        let sql = "SELECT n FROM counters WHERE day = ?1";
        let last: Option<u32> = change
            .query_row(sql, [day], |row| row.get(0))
            .optional()
            .map_err(meaning)?;
        let next = last.unwrap_or(0) + 1;
        if next > NUMBERS_MAX {
            return Err(LedgerError::NumbersExhausted { day: day.to_owned() });
        }
        change
            .execute(
                "INSERT OR REPLACE INTO counters(day, n) VALUES(?1, ?2)",
                params![day, next],
            )
            .map_err(meaning)?;
        let Meta { id, station, .. } = sqlite_file::meta(&change)?;
        let numbers = sqlite_file::numbers_digest(id, &station, &sqlite_file::counters(&change)?);
        change
            .execute("UPDATE meta SET numbers = ?1", [numbers.bytes()])
            .map_err(meaning)?;
        change.commit().map_err(meaning)?;
        Ok(next)
    }

    fn head(&self) -> Result<Head, LedgerError> {
        Ok(sqlite_file::meta(&self.connection)?.head)
    }

    fn entry(&self, seq: u64) -> Result<Option<Entry>, LedgerError> {
        let Ok(place) = i64::try_from(seq) else {
            return Ok(None);
        };
        let sql = "SELECT seq, leaf, leaf_hash FROM entries WHERE seq = ?1";
        Ok(self.page(sql, place, &|_| true, 1)?.pop())
    }

    fn entries(&self, from: u64, limit: u32) -> Result<Vec<Entry>, LedgerError> {
        let Ok(from) = i64::try_from(from) else {
            return Ok(Vec::new());
        };
        self.page(
            "SELECT seq, leaf, leaf_hash FROM entries WHERE seq >= ?1 ORDER BY seq",
            from,
            &|_| true,
            limit,
        )
    }

    fn find(&self, text: &str, limit: u32) -> Result<Vec<Entry>, LedgerError> {
        let sql = "SELECT seq, leaf, leaf_hash FROM entries WHERE seq >= ?1 ORDER BY seq DESC";
        self.page(sql, 0, &|entry| entry.mentions(text), limit)
    }

    fn find_record(&self, record: &Digest) -> Result<Option<u64>, LedgerError> {
        let sql = "SELECT seq FROM envelopes WHERE digest = ?1";
        let found: Option<i64> = self
            .connection
            .query_row(sql, [record.bytes()], |row| row.get(0))
            .optional()
            .map_err(meaning)?;
        let Some(seq) = found.and_then(|seq| u64::try_from(seq).ok()) else {
            return Ok(None);
        };
        match self.entry(seq)? {
            Some(entry) if entry.leaf.record == Some(*record) => Ok(Some(seq)),
            _ => Err(LedgerError::Damaged {
                damage: Damage::Record { digest: *record },
            }),
        }
    }

    fn envelope(&self, record: &Digest) -> Result<Option<Vec<u8>>, LedgerError> {
        let sql = "SELECT bytes FROM envelopes WHERE digest = ?1";
        let found = self
            .connection
            .query_row(sql, [record.bytes()], |row| row.get(0))
            .optional();
        found.map(Option::flatten).map_err(meaning)
    }

    fn put_envelope(&mut self, record: &Digest, envelope: &[u8]) -> Result<(), LedgerError> {
        check_envelope(Some(envelope))?;
        let change = self.write()?;
        let sql = "UPDATE envelopes SET bytes = ?2 WHERE digest = ?1";
        if change
            .execute(sql, params![record.bytes(), envelope])
            .map_err(meaning)?
            != 1
        {
            return Err(LedgerError::UnknownRecord { digest: *record });
        }
        change.commit().map_err(meaning)
    }

    fn remove_envelope(&mut self, record: &Digest) -> Result<bool, LedgerError> {
        let change = self.write()?;
        let sql = "UPDATE envelopes SET bytes = NULL WHERE digest = ?1 AND bytes IS NOT NULL";
        let removed = change.execute(sql, [record.bytes()]).map_err(meaning)?;
        change.commit().map_err(meaning)?;
        Ok(removed == 1)
    }

    fn probe_writable(&mut self) -> Result<(), LedgerError> {
        // Random, since a file system that compresses would take zeros without having room.
        let bytes = crypto::random::<4096>()?.repeat(PROBE_BYTES / 4096);
        let change = self.write()?;
        sound(&change)?;
        sound_numbers(&change)?;
        change
            .execute("INSERT OR REPLACE INTO probe(one, bytes) VALUES(1, ?1)", [&bytes])
            .map_err(meaning)?;
        change.commit().map_err(meaning)?;
        let change = self.write()?;
        change.execute("DELETE FROM probe", []).map_err(meaning)?;
        change.commit().map_err(meaning)
    }

    fn read_all(
        &self,
        each: &mut dyn FnMut(Stored<'_>) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        // One read transaction: whoever appends meanwhile waits, so all of it is of one moment.
        let moment = self.connection.unchecked_transaction().map_err(meaning)?;
        let head = sqlite_file::meta(&moment)?.head;
        each(Stored::Head {
            size: head.size,
            root: head.root,
        })?;
        lend_rows(
            &moment,
            "SELECT seq, leaf, leaf_hash FROM entries ORDER BY seq",
            each,
            &mut lend_leaf,
        )?;
        lend_rows(
            &moment,
            "SELECT level, place, hash FROM nodes ORDER BY level, place",
            each,
            &mut lend_node,
        )?;
        lend_rows(
            &moment,
            "SELECT digest, seq, bytes FROM envelopes ORDER BY digest",
            each,
            &mut lend_record,
        )?;
        if let Err(error) = sound_numbers(&moment) {
            let LedgerError::Damaged { damage } = error else {
                return Err(error);
            };
            each(Stored::Flaw(&damage))?;
        }
        complaints(&moment, each)
    }
}

type Each<'e> = &'e mut dyn FnMut(Stored<'_>) -> Result<(), LedgerError>;
type Lend<'l> = &'l mut dyn FnMut(&rusqlite::Row<'_>, Each<'_>) -> Option<Result<(), LedgerError>>;

/// Lends every row of a query; a row that is not of the right types is a flaw.
fn lend_rows(connection: &Connection, sql: &str, each: Each<'_>, lend: Lend<'_>) -> Result<(), LedgerError> {
    let mut statement = connection.prepare(sql).map_err(meaning)?;
    let mut rows = statement.query([]).map_err(meaning)?;
    loop {
        match rows.next().map_err(meaning) {
            Ok(None) => return Ok(()),
            Ok(Some(row)) => match lend(row, each) {
                Some(lent) => lent?,
                None => each(Stored::Flaw(&Damage::Database {
                    detail: "a row of other types".into(),
                }))?,
            },
            Err(LedgerError::Damaged { damage }) => return each(Stored::Flaw(&damage)),
            Err(error) => return Err(error),
        }
    }
}

fn lend_leaf(row: &rusqlite::Row<'_>, each: Each<'_>) -> Option<Result<(), LedgerError>> {
    let seq = u64::try_from(row.get::<_, i64>(0).ok()?).ok()?;
    let hash = Digest::from_bytes(row.get(2).ok()?);
    Some(each(Stored::Leaf {
        seq,
        bytes: row.get_ref(1).ok()?.as_blob().ok()?,
        hash,
    }))
}

fn lend_node(row: &rusqlite::Row<'_>, each: Each<'_>) -> Option<Result<(), LedgerError>> {
    let (level, at) = (row.get(0).ok()?, u64::try_from(row.get::<_, i64>(1).ok()?).ok()?);
    Some(each(Stored::Node {
        level,
        at,
        hash: Digest::from_bytes(row.get(2).ok()?),
    }))
}

fn lend_record(row: &rusqlite::Row<'_>, each: Each<'_>) -> Option<Result<(), LedgerError>> {
    let digest = Digest::from_bytes(row.get(0).ok()?);
    let seq = u64::try_from(row.get::<_, i64>(1).ok()?).ok()?;
    let envelope = row.get_ref(2).ok()?.as_blob_or_null().ok()?;
    Some(each(Stored::Record {
        digest,
        seq,
        envelope,
    }))
}

/// What SQLite's own check finds wrong.
fn complaints(connection: &Connection, each: Each<'_>) -> Result<(), LedgerError> {
    let mut statement = connection
        .prepare(&format!("PRAGMA integrity_check({COMPLAINTS})"))
        .map_err(meaning)?;
    let mut rows = statement.query([]).map_err(meaning)?;
    while let Some(row) = rows.next().map_err(meaning)? {
        let detail: String = row.get(0).map_err(meaning)?;
        if detail != "ok" {
            each(Stored::Flaw(&Damage::Database { detail }))?;
        }
    }
    Ok(())
}

/// Reads the first row, and checks that its head is that of the stored tree (a logarithmic number of
/// reads) and that no entry lies beyond it.
fn sound(connection: &Connection) -> Result<Meta, LedgerError> {
    let meta = sqlite_file::meta(connection)?;
    let last: Option<i64> = connection
        .query_row("SELECT max(seq) FROM entries", [], |row| row.get(0))
        .map_err(meaning)?;
    let stored = last.map_or(0, |last| last.saturating_add(1));
    if row_id(meta.head.size)? != stored || Head::at(&Tables(connection), meta.head.size)? != meta.head {
        return Err(LedgerError::Damaged { damage: Damage::Head });
    }
    Ok(meta)
}

fn sound_numbers(connection: &Connection) -> Result<(), LedgerError> {
    let Meta {
        id, station, numbers, ..
    } = sqlite_file::meta(connection)?;
    let counters = sqlite_file::counters(connection)?;
    if sqlite_file::numbers_digest(id, &station, &counters) == numbers {
        return Ok(());
    }
    Err(LedgerError::Damaged {
        damage: Damage::Numbers,
    })
}

fn put_leaf(change: &Transaction<'_>, seq: u64, leaf: &[u8], hash: Digest) -> Result<(), LedgerError> {
    let sql = "INSERT INTO entries(seq, leaf, leaf_hash) VALUES(?1, ?2, ?3)";
    change
        .execute(sql, params![row_id(seq)?, leaf, hash.bytes()])
        .map_err(meaning)?;
    for (level, at, hash) in completed_by(&Tables(change), seq, hash)? {
        let sql = "INSERT INTO nodes(level, place, hash) VALUES(?1, ?2, ?3)";
        change
            .execute(sql, params![level, row_id(at)?, hash.bytes()])
            .map_err(meaning)?;
    }
    Ok(())
}

/// The first entry that names a record stays its entry; a newer envelope takes the place of the older.
fn put_record(
    change: &Transaction<'_>,
    seq: u64,
    record: &Digest,
    envelope: Option<&[u8]>,
) -> Result<(), LedgerError> {
    let sql = "INSERT INTO envelopes(digest, seq, bytes) VALUES(?1, ?2, ?3)
               ON CONFLICT(digest) DO UPDATE SET bytes = coalesce(excluded.bytes, bytes)";
    change
        .execute(sql, params![record.bytes(), row_id(seq)?, envelope])
        .map_err(meaning)?;
    Ok(())
}

/// Reads a row of seq, leaf and leaf hash, which must belong together.
fn entry_of(row: &rusqlite::Row<'_>) -> Result<Entry, LedgerError> {
    let seq = u64::try_from(row.get::<_, i64>(0).map_err(meaning)?).unwrap_or(0);
    let damaged = LedgerError::Damaged {
        damage: Damage::Entry { seq },
    };
    let leaf = row
        .get_ref(1)
        .map_err(meaning)?
        .as_blob()
        .map_err(|_| damaged.clone())?;
    let hash = row.get(2).map(Digest::from_bytes).map_err(|_| damaged.clone())?;
    let entry = Entry::read(seq, leaf).map_err(|_| damaged.clone())?;
    if entry.hash == hash {
        Ok(entry)
    } else {
        Err(damaged)
    }
}

/// SQLite counts to 2^63 - 1.
fn row_id(number: u64) -> Result<i64, LedgerError> {
    i64::try_from(number).map_err(|_| LedgerError::Damaged { damage: Damage::Head })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::process::Command;

    use super::super::conformance::{self, Bench, entry, payload_digest};
    use super::super::{Judgement, verify};
    use super::*;

    const MAKE: Opening<'static> = Opening::Create { station: "otari" };

    struct Files {
        folder: tempfile::TempDir,
        made: u32,
    }

    impl Bench for Files {
        fn fresh(&mut self) -> Box<dyn Store> {
            self.made += 1;
            self.reopen()
        }

        fn reopen(&mut self) -> Box<dyn Store> {
            let path = self.folder.path().join(format!("{}.db", self.made));
            Box::new(SqliteStore::open(&path, MAKE).unwrap())
        }
    }

    fn place() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        (folder, path)
    }

    fn made(size: u64) -> (tempfile::TempDir, PathBuf) {
        let (folder, path) = place();
        let mut store = SqliteStore::open(&path, MAKE).unwrap();
        for n in 0..size {
            store.append(entry(n, "subject")).unwrap();
        }
        (folder, path)
    }

    fn all_is_well(path: &Path) {
        let store = SqliteStore::open(path, Opening::Read).unwrap();
        let report = verify(&store, &[], &payload_digest).unwrap();
        assert_eq!((report.flaws, report.head), (vec![], store.head().unwrap()));
    }

    #[test]
    fn it_conforms() {
        conformance::run(&mut Files {
            folder: tempfile::tempdir().unwrap(),
            made: 0,
        });
    }

    #[test]
    fn what_is_no_ledger_is_said_to_be_none() {
        let (folder, path) = place();
        let missing = LedgerError::Missing { path: path.clone() };
        assert_eq!(SqliteStore::open(&path, Opening::Append).unwrap_err(), missing);
        assert_eq!(SqliteStore::open(&path, Opening::Read).unwrap_err(), missing);
        let no_folder = folder.path().join("none/ledger.db");
        assert!(matches!(
            SqliteStore::open(&no_folder, MAKE),
            Err(LedgerError::Missing { .. })
        ));
        let not_one = LedgerError::NotALedger { path: path.clone() };
        for bytes in [&b""[..], b"x", &[b'x'; 8192], b"SQLite format 3\0"] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(SqliteStore::open(&path, MAKE).unwrap_err(), not_one);
            assert_eq!(std::fs::read(&path).unwrap(), bytes, "it is left alone");
        }
        std::fs::remove_file(&path).unwrap();
        Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE meta(one)")
            .unwrap();
        assert_eq!(SqliteStore::open(&path, MAKE).unwrap_err(), not_one);
        let a_folder = LedgerError::NotALedger {
            path: folder.path().to_owned(),
        };
        assert_eq!(SqliteStore::open(folder.path(), MAKE).unwrap_err(), a_folder);
        let odd = Opening::Create { station: "a/b" };
        assert_eq!(
            SqliteStore::open(&folder.path().join("new"), odd).unwrap_err(),
            LedgerError::BadStation
        );
        let names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|one| one.unwrap().file_name())
            .collect();
        assert_eq!(names, ["ledger.db"], "nothing else is left behind");
    }

    #[test]
    fn newer_and_altered_tables_are_refused() {
        let (_folder, path) = made(3);
        let raw = Connection::open(&path).unwrap();
        raw.execute_batch("PRAGMA user_version=2").unwrap();
        let newer = LedgerError::Newer { found: 2, known: 1 };
        assert_eq!(SqliteStore::open(&path, Opening::Read).unwrap_err(), newer);
        raw.execute_batch("PRAGMA user_version=1").unwrap();
        all_is_well(&path);
        for sql in [
            "CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries WHERE seq = 0; END",
            "DROP TRIGGER t; CREATE VIEW v AS SELECT 1",
            "DROP VIEW v; CREATE TABLE more(x)",
            "DROP TABLE more; ALTER TABLE entries ADD COLUMN x BLOB",
            "ALTER TABLE entries DROP COLUMN x; DROP TABLE probe",
        ] {
            raw.execute_batch(sql).unwrap();
            let structure = LedgerError::Damaged {
                damage: Damage::Structure,
            };
            assert_eq!(
                SqliteStore::open(&path, Opening::Read).unwrap_err(),
                structure,
                "{sql}"
            );
        }
    }

    #[test]
    fn a_truncated_file_is_damaged_wherever_it_is_cut() {
        let (_folder, path) = made(40);
        let whole = std::fs::read(&path).unwrap();
        let (cut, mut refused) = (path.with_extension("cut"), 0);
        for length in (1..whole.len()).step_by(1021).chain([whole.len() - 1]) {
            std::fs::write(&cut, &whole[..length]).unwrap();
            let opened =
                SqliteStore::open(&cut, Opening::Append).and_then(|mut store| store.append(entry(0, "")));
            assert!(
                matches!(
                    opened,
                    Err(LedgerError::Damaged { .. } | LedgerError::NotALedger { .. })
                ),
                "{length}: {opened:?}"
            );
            refused += 1;
        }
        assert!(refused > 10);
    }

    #[test]
    fn nothing_is_appended_to_a_ledger_whose_head_is_not_its_trees() {
        for sql in [
            "DELETE FROM entries WHERE seq = 4",
            "UPDATE meta SET size = 4",
            "UPDATE meta SET root = zeroblob(32)",
            "UPDATE nodes SET hash = zeroblob(32) WHERE level = 2",
            "UPDATE entries SET leaf_hash = zeroblob(32) WHERE seq = 4",
            "DELETE FROM meta",
        ] {
            let (_folder, path) = made(5);
            let mut open = SqliteStore::open(&path, Opening::Append).unwrap();
            Connection::open(&path).unwrap().execute_batch(sql).unwrap();
            assert!(
                matches!(open.append(entry(9, "")), Err(LedgerError::Damaged { .. })),
                "{sql}"
            );
            assert!(
                matches!(open.probe_writable(), Err(LedgerError::Damaged { .. })),
                "{sql}"
            );
            assert!(
                matches!(
                    SqliteStore::open(&path, Opening::Append),
                    Err(LedgerError::Damaged { .. })
                ),
                "{sql}"
            );
        }
        let (_folder, path) = made(5);
        let mut open = SqliteStore::open(&path, Opening::Append).unwrap();
        open.reserve_number("20261121").unwrap();
        Connection::open(&path)
            .unwrap()
            .execute_batch("DELETE FROM counters")
            .unwrap();
        let damaged = LedgerError::Damaged {
            damage: Damage::Numbers,
        };
        assert_eq!(open.reserve_number("20261121"), Err(damaged.clone()));
        assert_eq!(open.probe_writable(), Err(damaged));
    }

    #[test]
    fn a_changed_entry_is_not_shown() {
        let (_folder, path) = made(5);
        let store = SqliteStore::open(&path, Opening::Read).unwrap();
        let sql = "UPDATE entries SET leaf = CAST(replace(CAST(leaf AS TEXT), 'subject', 'subjeck') AS BLOB) WHERE seq = 2";
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let damaged = LedgerError::Damaged {
            damage: Damage::Entry { seq: 2 },
        };
        assert_eq!(store.entry(2), Err(damaged.clone()));
        assert_eq!(store.entries(0, 10), Err(damaged));
        assert!(store.entry(1).unwrap().is_some());
    }

    #[test]
    fn a_store_opened_for_reading_does_not_write() {
        let (_folder, path) = made(2);
        let before = std::fs::read(&path).unwrap();
        let mut store = SqliteStore::open(&path, Opening::Read).unwrap();
        assert_eq!(store.append(entry(9, "")), Err(LedgerError::ReadOnly));
        assert_eq!(store.reserve_number("20261121"), Err(LedgerError::ReadOnly));
        assert_eq!(store.probe_writable(), Err(LedgerError::ReadOnly));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_ledger_without_room_says_so_and_stays_as_it_was() {
        let (_folder, path) = made(3);
        let mut store = SqliteStore::open(&path, Opening::Append).unwrap();
        let head = store.head().unwrap();
        store.connection.execute_batch("VACUUM").unwrap();
        let pages: i64 = store
            .connection
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .unwrap();
        store
            .connection
            .pragma_update(None, "max_page_count", pages)
            .unwrap();
        assert_eq!(store.probe_writable(), Err(LedgerError::Full));
        let envelope = vec![b'x'; 100_000];
        let record = payload_digest(&envelope);
        let large = NewEntry {
            record,
            envelope: Some(&envelope),
            ..entry(9, "")
        };
        assert_eq!(store.append(large), Err(LedgerError::Full));
        assert_eq!(store.head(), Ok(head));
        all_is_well(&path);
    }

    #[test]
    fn the_room_that_a_probe_proved_is_there_for_the_append() {
        let (_folder, path) = made(3);
        let mut store = SqliteStore::open(&path, Opening::Append).unwrap();
        store.probe_writable().unwrap();
        let pages: i64 = store
            .connection
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .unwrap();
        store
            .connection
            .pragma_update(None, "max_page_count", pages)
            .unwrap();
        let envelope = vec![b'x'; 200_000];
        let record = payload_digest(&envelope);
        store
            .append(NewEntry {
                record,
                envelope: Some(&envelope),
                ..entry(9, "")
            })
            .unwrap();
        all_is_well(&path);
    }

    #[test]
    fn a_removed_envelope_is_gone_from_the_file() {
        let (_folder, path) = made(1);
        let envelope = b"the name of somebody".repeat(500);
        let record = payload_digest(&envelope);
        let mut store = SqliteStore::open(&path, Opening::Append).unwrap();
        store
            .append(NewEntry {
                record,
                envelope: Some(&envelope),
                ..entry(9, "")
            })
            .unwrap();
        let holds = || {
            std::fs::read(&path)
                .unwrap()
                .windows(20)
                .any(|bytes| bytes == b"the name of somebody")
        };
        assert!(holds());
        store.remove_envelope(&record.unwrap()).unwrap();
        assert!(!holds());
        all_is_well(&path);
    }

    #[test]
    fn an_append_that_waits_too_long_is_busy_and_a_ledger_is_one_file_at_rest() {
        let (folder, path) = made(1);
        let mut store = SqliteStore::open(&path, Opening::Append).unwrap();
        store
            .connection
            .busy_timeout(std::time::Duration::from_millis(50))
            .unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert_eq!(store.append(entry(1, "")), Err(LedgerError::Busy));
        assert_eq!(store.probe_writable(), Err(LedgerError::Busy));
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(store.append(entry(1, "")).unwrap().seq, 1);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn threads_append_and_number_side_by_side() {
        let (_folder, path) = place();
        let numbers: Vec<u32> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| work(&path))).collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap())
                .collect()
        });
        let mut sorted = numbers;
        sorted.sort_unstable();
        assert_eq!(sorted, (1..=60).collect::<Vec<u32>>());
        assert_eq!(
            SqliteStore::open(&path, Opening::Read)
                .unwrap()
                .head()
                .unwrap()
                .size,
            60
        );
        all_is_well(&path);
    }

    fn work(path: &Path) -> Vec<u32> {
        let mut store = SqliteStore::open(path, MAKE).unwrap();
        (0..10)
            .map(|n| {
                store.append(entry(n, "side by side")).unwrap();
                store.reserve_number("20261121").unwrap()
            })
            .collect()
    }

    /// Where the child of [`processes_append_side_by_side`] finds its ledger.
    const CHILD: &str = "KESHIIN_TEST_LEDGER";

    #[test]
    fn child_of_processes_append_side_by_side() {
        if let Some(path) = std::env::var_os(CHILD) {
            work(Path::new(&path));
        }
    }

    #[test]
    fn processes_append_side_by_side() {
        let (_folder, path) = place();
        let run = || {
            let name = "child_of_processes_append_side_by_side";
            Command::new(std::env::current_exe().unwrap())
                .arg(name)
                .env(CHILD, &path)
                .spawn()
                .unwrap()
        };
        let children: Vec<_> = (0..4).map(|_| run()).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        let mut store = SqliteStore::open(&path, Opening::Append).unwrap();
        assert_eq!(store.head().unwrap().size, 40);
        assert_eq!(store.reserve_number("20261121"), Ok(41));
        all_is_well(&path);
    }

    /// A process that is killed while it writes leaves a journal; whoever comes next rolls it back.
    #[test]
    fn a_killed_writer_leaves_whole_entries_alone() {
        let (_folder, path) = made(2);
        for round in 0..8u64 {
            let exe = std::env::current_exe().unwrap();
            let mut child = Command::new(exe)
                .arg("child_of_processes_append_side_by_side")
                .env(CHILD, &path)
                .spawn()
                .unwrap();
            std::thread::sleep(std::time::Duration::from_millis(10 + 7 * round));
            child.kill().unwrap();
            child.wait().unwrap();
            let mut store = SqliteStore::open(&path, Opening::Append).unwrap();
            store.append(entry(0, "after")).unwrap();
            all_is_well(&path);
        }
    }

    /// A file system in memory with little room, unmounted when dropped.
    struct Mount(tempfile::TempDir);

    impl Mount {
        fn small() -> Self {
            let mount = Self(tempfile::tempdir().unwrap());
            mount.call("mount", &["-t", "tmpfs", "-o", "size=700k", "none"]);
            mount
        }

        fn call(&self, program: &str, arguments: &[&str]) {
            let status = Command::new(program).args(arguments).arg(self.0.path()).status();
            assert!(
                status.unwrap().success(),
                "{program} {arguments:?} failed: this test needs root"
            );
        }
    }

    impl Drop for Mount {
        fn drop(&mut self) {
            let _gone = Command::new("umount").arg(self.0.path()).status();
        }
    }

    /// Mounts a file system of its own, as a full disk and as one that may only be read. Needs root, and
    /// fails without it: what was not tried has not passed.
    #[test]
    fn full_and_read_only_file_systems_are_told() {
        let mount = Mount::small();
        let path = mount.0.path().join("ledger.db");
        let mut store = SqliteStore::open(&path, MAKE).unwrap();
        store.append(entry(0, "")).unwrap();
        let filler = mount.0.path().join("fill");
        assert!(
            std::fs::write(&filler, vec![1; 700 << 10]).is_err(),
            "the disk must become full"
        );
        let (full, head) = (store.probe_writable(), store.head());
        std::fs::remove_file(&filler).unwrap();
        let room = store.probe_writable();
        drop(store);
        mount.call("mount", &["-o", "remount,ro"]);
        let read_only = SqliteStore::open(&path, Opening::Append).map(|_| ());
        let made = SqliteStore::open(&mount.0.path().join("new.db"), MAKE).map(|_| ());
        let read =
            SqliteStore::open(&path, Opening::Read).and_then(|store| verify(&store, &[], &payload_digest));
        assert_eq!(full, Err(LedgerError::Full));
        assert_eq!((head.unwrap().size, room), (1, Ok(())));
        assert_eq!(read_only, Err(LedgerError::ReadOnly));
        assert_eq!(made, Err(LedgerError::FolderUnwritable));
        assert_eq!(read.unwrap().judgement(), Judgement::InItself);
    }
}
