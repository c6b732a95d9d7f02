//! What the types of this record leave open: bounds of texts and lists, file systems that are there, who is
//! named how often. Whether the numbers fit each other and bear the verdict is for verification to say.

use crate::records::statement::check_optional;
use crate::records::{
    Contract, Fact, Machine, Medium, Order, ReadPath, RecordError, Role, SignerClaim, TextProblem,
    Verification, Witness, check_text,
};

use super::payload::WHAT;
use super::{
    FileSystem, FilesBatch, FreeSpace, MOST_ANNEX_FILES, MOST_BATCHES, MOST_FILE_SYSTEMS, PartialRecord,
    PartialScope, Search, Sight,
};

/// Most entries of a list of codes, snapshots or layers.
const MOST_LISTED: usize = 256;
/// Longest text or path that a device or the system gave, in characters. Any signs: pages and screens escape them.
const MOST_SEEN: usize = 4096;
/// Largest numbers of files and of bytes: sums of them do not overflow.
const MOST: u64 = 1 << 62;

pub(super) fn check(record: &PartialRecord) -> Result<(), RecordError> {
    SignerClaim::check_all(WHAT, &record.signers, Role::Handler)?;
    shape(record).map_err(malformed)?;
    codes("reasons", &record.reasons)?;
    codes("limits", &record.limits)?;
    order(&record.order)?;
    machine(&record.machine)?;
    check_text("method.name", &record.method.name, 48)?;
    check_text("method.source", &record.method.source, 400)?;
    record.file_systems.iter().try_for_each(file_system)?;
    record.batches.iter().try_for_each(batch)?;
    surroundings(record)
}

fn malformed(detail: &'static str) -> RecordError {
    RecordError::malformed(WHAT, detail)
}

/// How many there are of what, and that nothing refers to what is not there.
fn shape(record: &PartialRecord) -> Result<(), &'static str> {
    let systems = record.file_systems.len();
    let there = |batch: &FilesBatch| usize::try_from(batch.file_system).is_ok_and(|place| place < systems);
    let bounded = |batch: &FilesBatch| batch.files <= MOST && batch.stream_bytes.0 <= MOST;
    if systems == 0 || systems > MOST_FILE_SYSTEMS {
        Err("no file systems, or more than 64")
    } else if record.batches.len() > MOST_BATCHES {
        Err("more than 1,024 batches")
    } else if !record.batches.iter().all(there) {
        Err("a batch on a file system that is not there")
    } else if !record.batches.iter().all(bounded) || !totals_bounded(record) || !search_bounded(record) {
        Err("a number that is too large")
    } else if record.annex.is_some_and(|annex| annex.entries > MOST_ANNEX_FILES) {
        Err("an annex of more files than it may have")
    } else if record.free_space.is_some() != (record.scope == PartialScope::FreeSpace) {
        Err("scope and free space do not fit")
    } else {
        Ok(())
    }
}

/// A number that adds up with the others without an overflow.
fn totals_bounded(record: &PartialRecord) -> bool {
    let totals = &record.totals;
    let bytes = [
        totals.content_bytes,
        totals.planned_bytes,
        totals.unwritten_bytes,
        totals.slack_bytes,
        totals.mapped_bytes,
        totals.equal_bytes,
        totals.other_bytes,
        totals.still_there_bytes,
        totals.moved_bytes,
        totals.unreached_bytes,
    ];
    let counts = [
        totals.named,
        totals.files,
        totals.folders,
        totals.erased_files,
        totals.left_files,
        totals.removed_folders,
        totals.left_folders,
        totals.names.gone,
        totals.names.still_there,
        totals.names.not_seen,
    ];
    bytes
        .into_iter()
        .map(|bytes| bytes.0)
        .chain(counts)
        .chain(record.free_space.iter().flat_map(free_numbers))
        .all(|number| number <= MOST)
}

fn search_bounded(record: &PartialRecord) -> bool {
    let Search::Searched(found) = record.search else {
        return true;
    };
    let numbers = [
        found.bytes.0,
        found.hits,
        found.name_hits,
        found.blocks_looked_for,
        found.blocks_not_looked_for,
        found.names_looked_for,
        found.names_not_looked_for,
    ];
    numbers.into_iter().all(|number| number <= MOST)
}

fn free_numbers(free: &FreeSpace) -> Vec<u64> {
    let bytes = [
        free.free_before,
        free.taken,
        free.written,
        free.reserve,
        free.left_over,
    ];
    let (tails, entries, inodes) = (free.tails, free.entries, free.inodes);
    let counts = [
        tails.files,
        tails.clean,
        tails.erased,
        tails.left,
        tails.not_looked,
        tails.unwritten_bytes.0,
        entries.folders,
        entries.cleared,
        entries.left,
        entries.not_looked,
        inodes.free_before.unwrap_or(0),
        inodes.taken,
        inodes.left,
    ];
    bytes.into_iter().map(|bytes| bytes.0).chain(counts).collect()
}

fn codes(field: &'static str, codes: &[String]) -> Result<(), RecordError> {
    listed(codes.len())?;
    codes.iter().try_for_each(|code| check_text(field, code, 100))
}

fn listed(entries: usize) -> Result<(), RecordError> {
    if entries > MOST_LISTED {
        return Err(malformed("a list of more than 256 entries"));
    }
    Ok(())
}

fn order(order: &Order) -> Result<(), RecordError> {
    check_text("purpose", &order.purpose, 100)?;
    check_text("classification", &order.classification, 16)?;
    order.policy.check(WHAT)?;
    codes("unmet", &order.unmet)?;
    check_optional("approval number", order.approval.as_ref(), 200)?;
    check_optional("exception number", order.exception.as_ref(), 200)?;
    check_optional("disposition", order.disposition.as_ref(), 200)
}

fn machine(machine: &Machine) -> Result<(), RecordError> {
    seen_fact("machine.maker", &machine.maker)?;
    seen_fact("machine.model", &machine.model)?;
    seen_fact("machine.serial", &machine.serial)?;
    seen_fact("machine.uuid", &machine.uuid)?;
    check_optional("machine.asset_number", machine.asset_number.as_ref(), 200)
}

fn file_system(system: &FileSystem) -> Result<(), RecordError> {
    seen("file_systems.name", &system.name)?;
    seen("file_systems.mount_point", &system.mount_point)?;
    listed(system.snapshots.len())?;
    let mut snapshots = system.snapshots.iter();
    snapshots.try_for_each(|snapshot| seen("file_systems.snapshots", snapshot))?;
    if !is_device_number(&system.number) {
        return Err(malformed("a file system's number is not major:minor"));
    }
    if let Sight::Device { node } = &system.sight {
        seen("file_systems.sight.node", node)?;
    }
    system.medium.as_ref().map_or(Ok(()), medium)
}

/// `8:1`.
fn is_device_number(text: &str) -> bool {
    let plain = |part: &str| part.parse::<u32>().is_ok_and(|number| number.to_string() == part);
    text.split_once(':')
        .is_some_and(|(major, minor)| plain(major) && plain(minor))
}

fn medium(medium: &Medium) -> Result<(), RecordError> {
    check_text("medium.kind", &medium.kind, 100)?;
    check_optional("medium.virtual_kind", medium.virtual_kind.as_ref(), 100)?;
    check_text("medium.transport", &medium.transport, 100)?;
    seen("medium.path", &medium.path)?;
    listed(medium.layers.len())?;
    let mut layers = medium.layers.iter();
    layers.try_for_each(|layer| seen("medium.layers", layer))?;
    let facts = [
        ("medium.maker", &medium.maker),
        ("medium.model", &medium.model),
        ("medium.firmware", &medium.firmware),
        ("medium.wwn", &medium.wwn),
        ("medium.device_path", &medium.device_path),
        ("medium.device_number", &medium.device_number),
        ("medium.write_cache", &medium.write_cache),
        ("medium.health_before", &medium.health_before),
        ("medium.health_after", &medium.health_after),
    ];
    let mut all = facts.into_iter();
    all.try_for_each(|(field, fact)| seen_fact(field, fact))?;
    medium.serial.measured().map_or(Ok(()), |serial| {
        seen("medium.serial.text", &serial.text)?;
        seen("medium.serial.source", &serial.source)
    })
}

fn seen(field: &'static str, text: &str) -> Result<(), RecordError> {
    if text.chars().count() <= MOST_SEEN {
        return Ok(());
    }
    let problem = TextProblem::TooLong { bound: MOST_SEEN };
    Err(RecordError::BadText { field, problem })
}

fn seen_fact(field: &'static str, fact: &Fact<String>) -> Result<(), RecordError> {
    fact.measured().map_or(Ok(()), |text| seen(field, text))
}

fn batch(batch: &FilesBatch) -> Result<(), RecordError> {
    let io = batch.io.measured();
    let engine = io.and_then(|io| io.engine.measured());
    if let Some(reason) = engine.and_then(|engine| engine.reason.as_ref()) {
        seen("io.engine.reason", reason)?;
    }
    batch.verification.measured().map_or(Ok(()), verification)
}

fn verification(verification: &Verification) -> Result<(), RecordError> {
    let mut read_backs = verification.earlier.iter().chain(verification.last.measured());
    read_backs.try_for_each(|read| match &read.read {
        ReadPath::Cached { reason } => seen("verification.read.reason", reason),
        ReadPath::Direct | ReadPath::BackingFileUncached | ReadPath::Memory => Ok(()),
    })?;
    let looked = verification.second_look.measured();
    looked.map_or(Ok(()), |look| {
        listed(look.intrusions.len())?;
        let mut intrusions = look.intrusions.iter();
        intrusions.try_for_each(|who| seen("verification.second_look.intrusions", who))
    })
}

/// Place, contract, witness, and what the program says of itself.
fn surroundings(record: &PartialRecord) -> Result<(), RecordError> {
    check_optional("place", record.place.as_ref(), 200)?;
    record.contract.as_ref().map_or(Ok(()), Contract::check)?;
    witness(&record.witness)?;
    record.times.check()?;
    record.roster.check()?;
    record.ledger.check()?;
    record.tool.check()
}

fn witness(witness: &Witness) -> Result<(), RecordError> {
    check_optional("witness.on_paper", witness.on_paper.as_ref(), 500)?;
    check_optional("witness.reason", witness.reason.as_ref(), 200)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ByteCount;

    fn refused(change: impl Fn(&mut PartialRecord)) -> bool {
        let mut record = PartialRecord::example().unwrap();
        change(&mut record);
        let payload = record.to_envelope().payload().to_vec();
        PartialRecord::parse(&payload).is_err()
    }

    #[test]
    fn lists_have_bounds() {
        assert!(refused(|record| record.file_systems.clear()));
        let systems = |n: usize| {
            move |record: &mut PartialRecord| record.file_systems = vec![record.file_systems[0].clone(); n]
        };
        assert!(!refused(systems(64)));
        assert!(refused(systems(65)));
        let batches =
            |n: usize| move |record: &mut PartialRecord| record.batches = vec![record.batches[0].clone(); n];
        assert!(!refused(batches(1024)));
        assert!(refused(batches(1025)));
        assert!(!refused(batches(0)));
        assert!(refused(|record| record.reasons = vec!["x".into(); 257]));
        assert!(refused(
            |record| record.file_systems[0].snapshots = vec!["x".into(); 257]
        ));
        assert!(refused(|record| record.batches[0].file_system = 1));
        assert!(refused(|record| record.totals.planned_bytes = ByteCount(u64::MAX)));
        assert!(refused(|record| record.batches[0].files = u64::MAX));
    }

    #[test]
    fn the_handler_signs_first() {
        assert!(refused(|record| record.signers.clear()));
        assert!(refused(|record| record.signers.swap(0, 1)));
        assert!(refused(|record| record.signers[1] = record.signers[0].clone()));
    }

    #[test]
    fn free_space_stands_where_it_is_the_scope() {
        let free = Some(FreeSpace {
            free_before: ByteCount(2),
            written: ByteCount(1),
            left_over: ByteCount(1),
            ..FreeSpace::default()
        });
        assert!(refused(|record| record.free_space = free));
        assert!(refused(|record| record.scope = PartialScope::FreeSpace));
        assert!(!refused(|record| {
            record.scope = PartialScope::FreeSpace;
            record.free_space = free;
        }));
        assert!(refused(|record| {
            record.scope = PartialScope::FreeSpace;
            record.free_space = free;
            record.free_space.as_mut().unwrap().entries.folders = u64::MAX;
        }));
    }

    #[test]
    fn device_numbers_have_one_spelling() {
        for (text, good) in [
            ("8:1", true),
            ("0:45", true),
            ("8", false),
            ("08:1", false),
            ("+8:1", false),
            ("8:1:1", false),
            (":", false),
            ("/dev/sda", false),
        ] {
            assert_eq!(is_device_number(text), good, "{text}");
        }
        assert!(refused(|record| record.file_systems[0].number = "sda".into()));
    }

    #[test]
    fn every_text_has_a_bound() {
        type Lengthen = fn(&mut PartialRecord, String);
        let texts: [(usize, Lengthen); 12] = [
            (4096, |record, text| record.file_systems[0].name = text),
            (4096, |record, text| record.file_systems[0].mount_point = text),
            (4096, |record, text| {
                record.file_systems[0].sight = Sight::Device { node: text };
            }),
            (4096, |record, text| record.file_systems[0].snapshots = vec![text]),
            (4096, |record, text| {
                record.file_systems[0].medium.as_mut().unwrap().model = Fact::Measured(text);
            }),
            (100, |record, text| record.order.purpose = text),
            (200, |record, text| record.order.approval = Some(text)),
            (4096, |record, text| record.machine.maker = Fact::Measured(text)),
            (48, |record, text| record.method.name = text),
            (200, |record, text| record.place = Some(text)),
            (200, |record, text| record.witness.reason = Some(text)),
            (100, |record, text| record.limits = vec![text]),
        ];
        for (place, (bound, lengthen)) in texts.into_iter().enumerate() {
            assert!(!refused(|record| lengthen(record, "あ".repeat(bound))), "{place}");
            assert!(
                refused(|record| lengthen(record, "あ".repeat(bound + 1))),
                "{place}"
            );
        }
    }
}
