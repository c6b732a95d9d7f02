//! Checking a whole ledger: every leaf, every stored hash, every envelope, and the heads that others hold.
//!
//! The result is data. A ledger without an outside head can at best be consistent in itself: its owner
//! could have computed all of it again. Touches nothing but the store it is lent; reads all of it.

use std::collections::HashMap;

use crate::crypto::Digest;
use crate::units::Timestamp;

use super::checkpoint::Checkpoint;
use super::entry::Leaf;
use super::error::{Damage, LedgerError};
use super::store::{Store, Stored};
use super::tree::{Head, MemoryTree, leaf_hash, node_hash};

/// The most flaws that a report lists; more are counted.
pub const FLAWS_MAX: usize = 1000;
/// Among how many suspicious places entries that changed places are looked for.
const EXCHANGE_MAX: usize = 64;
/// The longest run of missing entries that is followed place by place.
const GAP_MAX: u64 = 1_000_000;

/// Computes the digest of the payload inside an envelope; none if the bytes are no envelope.
pub type PayloadDigest<'a> = dyn Fn(&[u8]) -> Option<Digest> + 'a;

/// One thing that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// The database itself, its counters or its first row.
    Store(Damage),
    /// There is no entry at this place, but there are later ones.
    EntryMissing {
        /// The place.
        seq: u64,
    },
    /// The entry's bytes are not a leaf in the exact form.
    LeafMalformed {
        /// Its place.
        seq: u64,
    },
    /// The entry's bytes are not those of the hash stored beside them.
    EntryChanged {
        /// Its place.
        seq: u64,
    },
    /// The entry that lies at `seq` was written at `origin`.
    EntryMoved {
        /// Where it lies.
        seq: u64,
        /// Where it was written.
        origin: u64,
    },
    /// A stored inner hash is not that of the entries below it: one of `from` up to before `to` is not
    /// what was written there, or the hash was changed.
    NodeDiffers {
        /// First entry below it.
        from: u64,
        /// One past the last entry below it.
        to: u64,
    },
    /// An inner hash is missing.
    NodeMissing {
        /// Height above the leaves.
        level: u8,
        /// Place on that level.
        at: u64,
    },
    /// An inner hash is stored over entries that are not there: they were removed.
    NodeBeyond {
        /// Height above the leaves.
        level: u8,
        /// Place on that level.
        at: u64,
    },
    /// The stored size is not the number of entries.
    SizeDiffers {
        /// The stored size.
        stored: u64,
        /// How many entries there are.
        found: u64,
    },
    /// The stored root is not that of the entries.
    RootDiffers,
    /// A record's row names an entry that does not name the record.
    RecordMisfiled {
        /// The record.
        digest: Digest,
    },
    /// An entry names a record that has no row.
    RecordMissing {
        /// The record.
        digest: Digest,
    },
    /// The envelope kept for a record is that of another, or none at all.
    EnvelopeDiffers {
        /// The record.
        digest: Digest,
    },
}

/// How a head that somebody else holds compares with this ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The first entries are exactly those that were signed.
    Equal,
    /// Something among the first entries was changed, removed, added or reordered since.
    Different,
    /// The ledger has fewer entries than were signed: the last ones were removed.
    Shorter {
        /// How many are missing.
        missing: u64,
    },
    /// The checkpoint is that of another ledger: not compared.
    OtherLedger,
}

/// What follows from a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Something was changed, removed or reordered, or the database is damaged.
    False,
    /// Every byte is as it was written, up to the newest head that somebody else holds; what follows
    /// is consistent in itself.
    HeldBy {
        /// The number of entries under that head.
        size: u64,
    },
    /// Consistent in itself. No outside head was compared, so removal or rewriting of the whole cannot
    /// be excluded.
    InItself,
}

/// A time that is earlier than that of the entry before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackwardStep {
    /// The later entry.
    pub seq: u64,
    /// The time of the entry before.
    pub before: Timestamp,
    /// Its own, earlier time.
    pub time: Timestamp,
}

/// What checking a whole ledger found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The head that the entries give. Means nothing where one is missing.
    pub head: Head,
    /// The time of the last entry.
    pub last_time: Option<Timestamp>,
    /// What is not as it was written, up to [`FLAWS_MAX`].
    pub flaws: Vec<Flaw>,
    /// How many flaws there are, those not listed included.
    pub flaw_count: u64,
    /// Times that run backwards, up to [`FLAWS_MAX`]: told, but no flaw, for clocks are set.
    pub backward_steps: Vec<BackwardStep>,
    /// How many such times there are.
    pub backward_count: u64,
    /// Every given checkpoint and how it compares, in the given order.
    pub comparisons: Vec<(Checkpoint, Comparison)>,
    /// Envelopes that are kept.
    pub envelopes_kept: u64,
    /// Records whose envelope is not kept, or was removed.
    pub envelopes_absent: u64,
}

impl Report {
    /// What follows from it.
    #[must_use]
    pub fn judgement(&self) -> Judgement {
        let broken = |(_, found): &(Checkpoint, Comparison)| {
            matches!(found, Comparison::Different | Comparison::Shorter { .. })
        };
        if self.flaw_count > 0 || self.comparisons.iter().any(broken) {
            return Judgement::False;
        }
        let held = self
            .comparisons
            .iter()
            .filter(|(_, found)| *found == Comparison::Equal);
        // A head over nothing holds nothing.
        match held.map(|(checkpoint, _)| checkpoint.head.size).max() {
            Some(size) if size > 0 => Judgement::HeldBy { size },
            _ => Judgement::InItself,
        }
    }
}

/// Reads the whole of `store`, computes its tree again and compares it with what is stored and with the
/// heads in `against`, whose signatures the caller has verified.
///
/// # Errors
/// Only a store that cannot be read; whatever is wrong inside it is in the report.
pub fn verify(
    store: &dyn Store,
    against: &[Checkpoint],
    payload_digest: &PayloadDigest<'_>,
) -> Result<Report, LedgerError> {
    let mut check = Check::default();
    store.read_all(&mut |stored| {
        check.take(stored, payload_digest);
        Ok(())
    })?;
    check.close()?;
    let comparisons = against
        .iter()
        .map(|one| Ok((*one, compare(store, &check.tree, one)?)));
    Ok(Report {
        comparisons: comparisons.collect::<Result<_, LedgerError>>()?,
        head: check.tree.head()?,
        last_time: check.last_time,
        flaw_count: check.flaw_count,
        flaws: check.flaws,
        backward_steps: check.backward_steps,
        backward_count: check.backward_count,
        envelopes_kept: check.kept,
        envelopes_absent: check.absent,
    })
}

fn compare(store: &dyn Store, tree: &MemoryTree, outside: &Checkpoint) -> Result<Comparison, LedgerError> {
    let size = outside.head.size;
    if outside.ledger != store.id() {
        return Ok(Comparison::OtherLedger);
    }
    if size > tree.size() {
        return Ok(Comparison::Shorter {
            missing: size - tree.size(),
        });
    }
    let same = Head::at(tree, size)? == outside.head;
    Ok(if same {
        Comparison::Equal
    } else {
        Comparison::Different
    })
}

/// What is gathered while the store lends its rows.
#[derive(Default)]
struct Check {
    stored_head: Option<Head>,
    tree: MemoryTree,
    /// The place after that of the last leaf lent.
    next: u64,
    /// How many leaves were lent.
    count: u64,
    /// Places whose bytes are not those of the hash beside them: stored hash, hash of the bytes.
    changed: Vec<(u64, Digest, Digest)>,
    /// Lowest stored nodes that differ: place on level 1 and the stored hash.
    pairs: Vec<(u64, Digest)>,
    /// How many nodes of each level were lent in their order.
    nodes: HashMap<u8, u64>,
    /// The first entry that names each record, until its row is lent.
    named: HashMap<Digest, u64>,
    last_time: Option<Timestamp>,
    flaws: Vec<Flaw>,
    flaw_count: u64,
    backward_steps: Vec<BackwardStep>,
    backward_count: u64,
    kept: u64,
    absent: u64,
}

impl Check {
    fn take(&mut self, stored: Stored<'_>, payload_digest: &PayloadDigest<'_>) {
        match stored {
            Stored::Head { size, root } => self.stored_head = Some(Head { size, root }),
            Stored::Leaf { seq, bytes, hash } => self.leaf(seq, bytes, hash),
            Stored::Node { level, at, hash } => self.node(level, at, hash),
            Stored::Record {
                digest,
                seq,
                envelope,
            } => {
                self.record(digest, seq);
                self.envelope(digest, envelope, payload_digest);
            }
            Stored::Flaw(damage) => self.flaw(Flaw::Store(damage.clone())),
        }
    }

    fn flaw(&mut self, flaw: Flaw) {
        self.flaw_count += 1;
        if self.flaws.len() < FLAWS_MAX {
            self.flaws.push(flaw);
        }
    }

    fn leaf(&mut self, seq: u64, bytes: &[u8], stored: Digest) {
        self.gap(seq);
        self.next = seq.saturating_add(1);
        self.count += 1;
        let hash = leaf_hash(bytes);
        self.tree.push(hash);
        if hash != stored {
            self.changed.push((seq, stored, hash));
        }
        match Leaf::decode(bytes) {
            Ok(leaf) => self.content(seq, &leaf),
            Err(_) => self.flaw(Flaw::LeafMalformed { seq }),
        }
    }

    /// Tells the places before `seq` that have no entry, and keeps them open in the tree, so that the
    /// entries after them stay in their places. A gap of absurd length is told once and closed.
    fn gap(&mut self, seq: u64) {
        if seq.saturating_sub(self.next) > GAP_MAX {
            self.flaw(Flaw::EntryMissing { seq: self.next });
            return;
        }
        for missing in self.next..seq {
            self.flaw(Flaw::EntryMissing { seq: missing });
            self.tree.push(Digest::from_bytes([0; 32]));
        }
    }

    fn content(&mut self, seq: u64, leaf: &Leaf) {
        if let Some(before) = self.last_time.filter(|before| leaf.time < *before) {
            self.backward_count += 1;
            if self.backward_steps.len() < FLAWS_MAX {
                self.backward_steps.push(BackwardStep {
                    seq,
                    before,
                    time: leaf.time,
                });
            }
        }
        self.last_time = Some(leaf.time);
        if let Some(record) = leaf.record {
            self.named.entry(record).or_insert(seq);
        }
    }

    fn node(&mut self, level: u8, at: u64, stored: Digest) {
        let due = self.nodes.entry(level).or_insert(0);
        let (missing, from) = (at.saturating_sub(*due), *due);
        *due = at.saturating_add(1);
        let row = self.tree.level(level);
        let computed = usize::try_from(at).ok().and_then(|at| row.get(at)).copied();
        if missing > 0 && from < row.len() as u64 {
            self.flaw(Flaw::NodeMissing { level, at: from });
        }
        match computed {
            None => self.flaw(Flaw::NodeBeyond { level, at }),
            Some(hash) if hash != stored => {
                if level == 1 {
                    self.pairs.push((at, stored));
                }
                self.flaw(Flaw::NodeDiffers {
                    from: at << level,
                    to: (at + 1) << level,
                });
            }
            Some(_) => {}
        }
    }

    fn record(&mut self, digest: Digest, seq: u64) {
        if self.named.remove(&digest) != Some(seq) {
            self.flaw(Flaw::RecordMisfiled { digest });
        }
    }

    fn envelope(&mut self, digest: Digest, envelope: Option<&[u8]>, payload_digest: &PayloadDigest<'_>) {
        let Some(bytes) = envelope else {
            self.absent += 1;
            return;
        };
        self.kept += 1;
        if payload_digest(bytes) != Some(digest) {
            self.flaw(Flaw::EnvelopeDiffers { digest });
        }
    }

    /// What can only be said when everything was lent.
    fn close(&mut self) -> Result<(), LedgerError> {
        self.exchanged_leaves();
        self.exchanged_rows();
        for level in 1..self.tree.height() {
            let lent = self.nodes.get(&level).copied().unwrap_or(0);
            if lent < self.tree.level(level).len() as u64 {
                self.flaw(Flaw::NodeMissing { level, at: lent });
            }
        }
        let mut unfiled: Vec<(Digest, u64)> = std::mem::take(&mut self.named).into_iter().collect();
        unfiled.sort_by_key(|(_, seq)| *seq);
        for (digest, _) in unfiled {
            self.flaw(Flaw::RecordMissing { digest });
        }
        let found = self.tree.head()?;
        let stored = self.stored_head.unwrap_or(Head::empty());
        if stored.size != self.count {
            self.flaw(Flaw::SizeDiffers {
                stored: stored.size,
                found: self.count,
            });
        }
        if stored.root != found.root {
            self.flaw(Flaw::RootDiffers);
        }
        Ok(())
    }

    /// Leaves whose bytes are those that another place's stored hash names were moved; others changed.
    fn exchanged_leaves(&mut self) {
        let homes: HashMap<Digest, u64> = self
            .changed
            .iter()
            .map(|(seq, stored, _)| (*stored, *seq))
            .collect();
        for (seq, _, hash) in std::mem::take(&mut self.changed) {
            self.flaw(match homes.get(&hash) {
                Some(origin) => Flaw::EntryMoved { seq, origin: *origin },
                None => Flaw::EntryChanged { seq },
            });
        }
    }

    /// Where whole rows changed places, leaf and hash still agree, but the stored hash over a pair is
    /// that of two other leaves: looked for among the leaves of all such pairs.
    fn exchanged_rows(&mut self) {
        let pairs = std::mem::take(&mut self.pairs);
        if pairs.len() * 2 > EXCHANGE_MAX {
            return;
        }
        let places: Vec<u64> = pairs.iter().flat_map(|(at, _)| [at * 2, at * 2 + 1]).collect();
        let leaves: Vec<(u64, Digest)> = places
            .iter()
            .filter_map(|seq| Some((*seq, *self.tree.level(0).get(usize::try_from(*seq).ok()?)?)))
            .collect();
        for (at, stored) in pairs {
            let written = leaves
                .iter()
                .flat_map(|left| leaves.iter().map(move |right| (left, right)));
            let found = written
                .into_iter()
                .find(|(left, right)| node_hash(&left.1, &right.1) == stored);
            let Some((left, right)) = found else { continue };
            for (lies, origin) in [(left.0, at * 2), (right.0, at * 2 + 1)] {
                if lies != origin {
                    self.flaw(Flaw::EntryMoved { seq: lies, origin });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::super::conformance::{entry, payload_digest, time};
    use super::super::{NewEntry, Opening, SqliteStore};
    use super::*;

    /// A ledger of `size` entries, every second with a record and its envelope, and some numbers.
    fn ledger(folder: &Path, size: u64) -> (PathBuf, Vec<Checkpoint>) {
        let path = folder.join("ledger.db");
        let mut store = SqliteStore::open(&path, Opening::Create { station: "otari" }).unwrap();
        let mut heads = Vec::new();
        for n in 0..size {
            let envelope = format!("envelope {n}").into_bytes();
            let record = payload_digest(&envelope);
            let subject = format!("subject {n}");
            let with = NewEntry {
                record,
                envelope: Some(&envelope),
                ..entry(n, &subject)
            };
            let appended = store
                .append(if n % 2 == 0 { with } else { entry(n, &subject) })
                .unwrap();
            heads.push(Checkpoint::new(appended.head, store.id()));
        }
        store.reserve_number("20261121").unwrap();
        store.reserve_number("20261121").unwrap();
        store.reserve_number("20261122").unwrap();
        (path, heads)
    }

    fn check(path: &Path, against: &[Checkpoint]) -> Report {
        let store = SqliteStore::open(path, Opening::Read).unwrap();
        verify(&store, against, &payload_digest).unwrap()
    }

    /// Runs SQL as somebody would who has the file and no scruples.
    fn tamper(path: &Path, sql: &str) {
        let raw = rusqlite::Connection::open(path).unwrap();
        raw.execute_batch("PRAGMA ignore_check_constraints=ON").unwrap();
        raw.execute_batch(sql).unwrap();
        assert!(raw.changes() > 0, "{sql}");
    }

    #[test]
    fn a_sound_ledger_is_held_by_the_newest_outside_head() {
        let folder = tempfile::tempdir().unwrap();
        let (path, heads) = ledger(folder.path(), 13);
        let alone = check(&path, &[]);
        assert_eq!((&alone.flaws, alone.judgement()), (&vec![], Judgement::InItself));
        assert_eq!(
            (alone.head, alone.envelopes_kept, alone.envelopes_absent),
            (heads[12].head, 7, 0)
        );
        assert_eq!(alone.last_time, Some(time(12)));
        let report = check(&path, &[heads[3], heads[9]]);
        assert_eq!(report.judgement(), Judgement::HeldBy { size: 10 });
        let other = Checkpoint {
            ledger: super::super::LedgerId::from_bytes([0; 16]),
            ..heads[9]
        };
        assert_eq!(check(&path, &[other]).judgement(), Judgement::InItself);
        let nothing = Checkpoint::new(Head::empty(), heads[0].ledger);
        assert_eq!(check(&path, &[nothing]).judgement(), Judgement::InItself);
    }

    #[test]
    fn each_column_that_is_changed_is_found() {
        let other = "(SELECT leaf_hash FROM entries WHERE seq = 0)";
        for (sql, expected) in [
            ("UPDATE meta SET id = randomblob(16)".into(), Flaw::Store(Damage::Numbers)),
            ("UPDATE meta SET station = 'hakuba'".into(), Flaw::Store(Damage::Numbers)),
            ("UPDATE meta SET size = 12".into(), Flaw::SizeDiffers { stored: 12, found: 13 }),
            (format!("UPDATE meta SET root = {other}"), Flaw::RootDiffers),
            (format!("UPDATE meta SET numbers = {other}"), Flaw::Store(Damage::Numbers)),
            (
                "UPDATE entries SET leaf = CAST(replace(CAST(leaf AS TEXT), 'subject 5', 'subject 6') AS BLOB)
                 WHERE seq = 5".into(),
                Flaw::EntryChanged { seq: 5 },
            ),
            ("UPDATE entries SET leaf = x'00' WHERE seq = 5".into(), Flaw::LeafMalformed { seq: 5 }),
            (format!("UPDATE entries SET leaf_hash = {other} WHERE seq = 5"), Flaw::EntryChanged { seq: 5 }),
            ("UPDATE entries SET seq = 99 WHERE seq = 12".into(), Flaw::EntryMissing { seq: 12 }),
            ("UPDATE entries SET seq = 9223372036854775807 WHERE seq = 12".into(), Flaw::EntryMissing { seq: 12 }),
            ("DELETE FROM entries WHERE seq = 12".into(), Flaw::SizeDiffers { stored: 13, found: 12 }),
            ("DELETE FROM entries WHERE seq = 5".into(), Flaw::EntryMissing { seq: 5 }),
            (
                format!("UPDATE nodes SET hash = {other} WHERE level = 2 AND place = 1"),
                Flaw::NodeDiffers { from: 4, to: 8 },
            ),
            ("DELETE FROM nodes WHERE level = 3".into(), Flaw::NodeMissing { level: 3, at: 0 }),
            ("DELETE FROM nodes WHERE level = 1 AND place = 2".into(), Flaw::NodeMissing { level: 1, at: 2 }),
            ("UPDATE nodes SET level = 9 WHERE level = 3".into(), Flaw::NodeBeyond { level: 9, at: 0 }),
            ("UPDATE nodes SET place = 77 WHERE level = 3".into(), Flaw::NodeBeyond { level: 3, at: 77 }),
            ("UPDATE counters SET n = 1 WHERE day = '20261121'".into(), Flaw::Store(Damage::Numbers)),
            ("UPDATE counters SET day = '20251121' WHERE day = '20261121'".into(), Flaw::Store(Damage::Numbers)),
            ("DELETE FROM counters WHERE day = '20261122'".into(), Flaw::Store(Damage::Numbers)),
            ("INSERT INTO counters VALUES('20261123', 4)".into(), Flaw::Store(Damage::Numbers)),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let (path, heads) = ledger(folder.path(), 13);
            tamper(&path, &sql);
            let report = check(&path, &heads[..1]);
            assert!(report.flaws.contains(&expected), "{sql}: {:?}", report.flaws);
            assert_eq!(report.judgement(), Judgement::False, "{sql}");
        }
    }

    #[test]
    fn each_changed_row_of_a_record_is_found() {
        let digest = payload_digest(b"envelope 4").unwrap();
        let of = format!("WHERE digest = x'{digest}'");
        for (sql, expected) in [
            (
                format!("UPDATE envelopes SET bytes = CAST('envelope 5' AS BLOB) {of}"),
                Flaw::EnvelopeDiffers { digest },
            ),
            (
                format!("UPDATE envelopes SET bytes = x'' {of}"),
                Flaw::EnvelopeDiffers { digest },
            ),
            (
                format!("UPDATE envelopes SET seq = 5 {of}"),
                Flaw::RecordMisfiled { digest },
            ),
            (
                format!("UPDATE envelopes SET digest = zeroblob(32) {of}"),
                Flaw::RecordMissing { digest },
            ),
            (
                format!("DELETE FROM envelopes {of}"),
                Flaw::RecordMissing { digest },
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let (path, _) = ledger(folder.path(), 13);
            tamper(&path, &sql);
            let report = check(&path, &[]);
            assert!(report.flaws.contains(&expected), "{sql}: {:?}", report.flaws);
            assert_eq!(report.judgement(), Judgement::False);
        }
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = ledger(folder.path(), 13);
        SqliteStore::open(&path, Opening::Append)
            .unwrap()
            .remove_envelope(&digest)
            .unwrap();
        let report = check(&path, &[]);
        assert_eq!(
            (report.flaw_count, report.envelopes_kept, report.envelopes_absent),
            (0, 6, 1)
        );
    }

    #[test]
    fn entries_that_changed_places_are_named() {
        let swap = |what: &str, a: u64, b: u64| {
            format!(
                "CREATE TEMP TABLE t AS SELECT * FROM entries WHERE seq IN ({a}, {b});
                 UPDATE entries SET {what} WHERE seq IN ({a}, {b})"
            )
            .replace('@', &format!("FROM t WHERE t.seq = {} - entries.seq", a + b))
        };
        let whole = "leaf = (SELECT leaf @), leaf_hash = (SELECT leaf_hash @)";
        for (what, a, b) in [("leaf = (SELECT leaf @)", 3, 10), (whole, 3, 10), (whole, 6, 7)] {
            let folder = tempfile::tempdir().unwrap();
            let (path, _) = ledger(folder.path(), 13);
            tamper(&path, &swap(what, a, b));
            let flaws = check(&path, &[]).flaws;
            for (seq, origin) in [(a, b), (b, a)] {
                assert!(
                    flaws.contains(&Flaw::EntryMoved { seq, origin }),
                    "{what} {a} {b}: {flaws:?}"
                );
            }
        }
    }

    /// Whoever owns the file can compute all of it again: only a head that another holds shows that.
    #[test]
    fn a_rewritten_or_shortened_ledger_is_found_by_an_outside_head_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (path, heads) = ledger(folder.path(), 13);
        let forged_folder = tempfile::tempdir().unwrap();
        let (forged, _) = ledger(forged_folder.path(), 11);
        let id = heads[0].ledger;
        let numbers = {
            let counters = [("20261121".to_owned(), 2), ("20261122".to_owned(), 1)];
            super::super::sqlite_file::numbers_digest(id, "otari", &counters)
        };
        let hex = data_encoding::HEXLOWER.encode(id.bytes());
        tamper(
            &forged,
            &format!("UPDATE meta SET id = x'{hex}', numbers = x'{numbers}'"),
        );
        assert_eq!(check(&forged, &[]).judgement(), Judgement::InItself);
        let report = check(&forged, &[heads[4], heads[12]]);
        assert_eq!(report.judgement(), Judgement::False);
        assert_eq!(
            report.comparisons,
            [
                (heads[4], Comparison::Different),
                (heads[12], Comparison::Shorter { missing: 2 }),
            ]
        );
        assert_eq!(check(&path, &heads).judgement(), Judgement::HeldBy { size: 13 });
    }

    #[test]
    fn times_that_run_backwards_are_told_but_are_no_flaw() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let mut store = SqliteStore::open(&path, Opening::Create { station: "otari" }).unwrap();
        for second in [5, 9, 7, 7, 8] {
            store.append(entry(second, "")).unwrap();
        }
        let report = check(&path, &[]);
        assert_eq!(
            report.backward_steps,
            [BackwardStep {
                seq: 2,
                before: time(9),
                time: time(7)
            }]
        );
        assert_eq!(
            (report.backward_count, report.judgement()),
            (1, Judgement::InItself)
        );
    }
}
