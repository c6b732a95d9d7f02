//! Whether the numbers of this record bear its verdict (`docs/spec/record.md` §9).
//!
//! Asked again by whoever reads it, from what was signed: it knows nothing of the engine that judged. What is not
//! shown by a number counts against the claim.

use crate::records::erasure::{Course, policy_fits};
use crate::records::{Level, Verdict, VerifyAsked};

use super::{FileSystem, FilesBatch, FilesTotals, InPlace, PartialRecord, PartialScope, Search, Sight};

/// The first thing that does not fit, as a stable word.
pub(super) fn fault(record: &PartialRecord) -> Option<&'static str> {
    let erased = record.verdict == Verdict::Erased;
    let found = [
        (policy_fits(&record.order, erased), "policy-met"),
        (level_fits(record), "level"),
        (batches_fit(record), "batches"),
        (totals_fit(&record.totals), "totals"),
        (names_fit(record), "totals"),
        (free_space_fits(record), "free-space"),
        (search_fits(record.search), "search"),
    ];
    first_missing(&found)
        .or_else(|| courses(record).find_map(Course::contradiction))
        .or_else(|| erased.then(|| unproven(record)).flatten())
}

fn first_missing(found: &[(bool, &'static str)]) -> Option<&'static str> {
    let mut found = found.iter();
    found.find_map(|(holds, what)| (!holds).then_some(*what))
}

/// More than a partial erasure nobody reaches this way, and none where it failed.
fn level_fits(record: &PartialRecord) -> bool {
    let failed = matches!(record.verdict, Verdict::NotErased | Verdict::Interrupted);
    match record.order.achieved {
        None => true,
        Some(level) => level == Level::Partial && !failed,
    }
}

/// What was begun says how it went, all of it or nothing.
fn batches_fit(record: &PartialRecord) -> bool {
    let streams: u128 = sum(record, |batch| batch.stream_bytes.0);
    let files: u128 = sum(record, |batch| batch.files);
    let whole = |batch: &FilesBatch| {
        let told = [
            batch.io.measured().is_some(),
            batch.verification.measured().is_some(),
            batch.ending.measured().is_some(),
        ];
        let begun = told.contains(&true);
        told.iter().all(|one| *one == begun) && (begun || batch.passes.is_empty())
    };
    let totals = &record.totals;
    record.batches.iter().all(whole)
        && streams == u128::from(totals.planned_bytes.0)
        && files <= u128::from(totals.files)
}

fn sum(record: &PartialRecord, of: fn(&FilesBatch) -> u64) -> u128 {
    record.batches.iter().map(|batch| u128::from(of(batch))).sum()
}

/// Every file and folder is gone or left, no byte is counted twice, and none that was not to be overwritten.
fn totals_fit(totals: &FilesTotals) -> bool {
    let planned = totals.planned_bytes;
    let within = [
        totals.mapped_bytes,
        totals.moved_bytes,
        totals.unreached_bytes,
        totals.still_there_bytes,
        totals.equal_bytes,
        totals.other_bytes,
    ];
    let kinds = totals.mapped_bytes.0 + totals.unwritten_bytes.0 + totals.slack_bytes.0;
    totals.erased_files + totals.left_files == totals.files
        && totals.removed_folders + totals.left_folders == totals.folders
        && within.iter().all(|bytes| *bytes <= planned)
        && kinds <= planned.0
}

/// Every erased file had a name. Those that only took free space had names of the program's own, which nobody counts.
fn names_fit(record: &PartialRecord) -> bool {
    let names = &record.totals.names;
    let told = u128::from(names.gone) + u128::from(names.still_there) + u128::from(names.not_seen);
    let named = match record.scope {
        PartialScope::Files => record.totals.erased_files,
        PartialScope::FreeSpace => 0,
    };
    told == u128::from(named)
}

/// Every rest of a block is one thing or another, and no more was written than there was.
fn free_space_fits(record: &PartialRecord) -> bool {
    record.free_space.is_none_or(|free| {
        let (tails, entries) = (free.tails, free.entries);
        let sum = |counts: &[u64]| counts.iter().map(|count| u128::from(*count)).sum::<u128>();
        let rests = sum(&[tails.clean, tails.erased, tails.left, tails.not_looked]);
        let folders = sum(&[entries.cleared, entries.left, entries.not_looked]);
        rests == u128::from(tails.files)
            && folders <= u128::from(entries.folders)
            && free.written <= record.totals.planned_bytes
    })
}

/// Nothing is found that was not looked for, nor without reading.
fn search_fits(search: Search) -> bool {
    let Search::Searched(found) = search else {
        return true;
    };
    (found.hits == 0 || found.blocks_looked_for > 0)
        && (found.name_hits == 0 || found.names_looked_for > 0)
        && (found.bytes.0 > 0 || found.hits == 0 && found.name_hits == 0)
}

/// The batches that were begun, each as the stretch that it is.
fn courses(record: &PartialRecord) -> impl Iterator<Item = Course<'_>> {
    record.batches.iter().filter_map(|batch| course(record, batch))
}

fn course<'a>(record: &PartialRecord, batch: &'a FilesBatch) -> Option<Course<'a>> {
    Some(Course {
        capacity: batch.stream_bytes,
        method_passes: record.method.passes,
        passes: &batch.passes,
        verification: batch.verification.measured()?,
        ending: batch.ending.measured()?,
    })
}

/// What `erased` lacks.
fn unproven(record: &PartialRecord) -> Option<&'static str> {
    let reasons = (!record.reasons.is_empty()).then_some("ending");
    reasons
        .or_else(|| record.batches.iter().find_map(|batch| batch_lacks(record, batch)))
        .or_else(|| totals_lack(record))
        .or_else(|| free_space_lacks(record))
        .or_else(|| search_found(record.search).then_some("search"))
}

/// Whether a search found something, or did not come to its end.
fn search_found(search: Search) -> bool {
    matches!(search, Search::Searched(found) if found.hits > 0 || found.name_hits > 0 || !found.complete)
}

/// A batch without a byte has nothing to be proven of.
fn batch_lacks(record: &PartialRecord, batch: &FilesBatch) -> Option<&'static str> {
    if batch.stream_bytes.0 == 0 {
        return None;
    }
    let Some(course) = course(record, batch) else {
        return Some("written");
    };
    let place = usize::try_from(batch.file_system).ok();
    let system = place.and_then(|place| record.file_systems.get(place));
    let looked = (!batch.looked_again).then_some("moved");
    course
        .unproven()
        .or(looked)
        .or_else(|| system.map_or(Some("sight"), system_lacks))
}

/// Whether what was read is where the files had been, and all that there was of them.
fn system_lacks(system: &FileSystem) -> Option<&'static str> {
    let found = [
        (system.in_place == InPlace::Yes, "in-place"),
        (matches!(system.sight, Sight::Device { .. }), "sight"),
        (!system.journals_data, "journal"),
        (system.snapshots.is_empty(), "snapshots"),
        (!system.may_keep_old_blocks(), "medium"),
    ];
    first_missing(&found)
}

fn totals_lack(record: &PartialRecord) -> Option<&'static str> {
    let totals = &record.totals;
    let planned = totals.planned_bytes.0;
    let asked = |batch: &FilesBatch| batch.verification.measured().map(|found| found.asked.clone());
    let all_read = record
        .batches
        .iter()
        .filter_map(asked)
        .all(|asked| asked == VerifyAsked::Full);
    let content = totals.mapped_bytes.0 + totals.unwritten_bytes.0 + totals.slack_bytes.0;
    let files = sum(record, |batch| batch.files);
    let in_batches = record.scope == PartialScope::FreeSpace || files == u128::from(totals.files);
    let found = [
        (totals.left_files == 0 && totals.left_folders == 0, "left"),
        (in_batches, "left"),
        (totals.still_there_bytes.0 == 0, "still-there"),
        (totals.moved_bytes.0 == 0, "moved"),
        (totals.other_bytes.0 == 0, "read-back"),
        (totals.unreached_bytes.0 == 0, "unreached"),
        (all_read && totals.equal_bytes.0 == planned, "read-back"),
        (!record.force_rewrite, "in-place"),
        (content >= planned, "mapped"),
        (
            totals.names.still_there == 0 && totals.names.not_seen == 0,
            "names",
        ),
    ];
    first_missing(&found)
}

/// What stayed free is as it was, for whatever reason it stayed: then not all of the free space was erased.
fn free_space_lacks(record: &PartialRecord) -> Option<&'static str> {
    let free = record.free_space?;
    let planned = record.totals.planned_bytes;
    let whole = free.left_over.0 == 0 && free.taken <= planned && free.written == planned;
    let rests = free.tails.left == 0 && free.tails.not_looked == 0;
    (!whole || !rests).then_some("free-space")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{
        Absence, Blindness, Displaced, Ending, EntryTotals, Fact, FreeSpace, NameTotals, ReadPath,
        SearchTotals, TailTotals, Verification,
    };
    use crate::units::ByteCount;

    /// A search of everything that found nothing.
    fn searched() -> SearchTotals {
        SearchTotals {
            complete: true,
            bytes: ByteCount(1 << 30),
            blocks_looked_for: 5,
            names_looked_for: 3,
            ..SearchTotals::default()
        }
    }

    fn example() -> PartialRecord {
        PartialRecord::example().unwrap()
    }

    fn found(change: impl Fn(&mut PartialRecord)) -> Option<&'static str> {
        let mut record = example();
        change(&mut record);
        fault(&record)
    }

    fn verification(record: &mut PartialRecord) -> &mut Verification {
        match &mut record.batches[0].verification {
            Fact::Measured(verification) => verification,
            Fact::NotMeasured(_) => panic!("the example was read back"),
        }
    }

    /// As a run says that failed.
    fn failed(record: &mut PartialRecord, verdict: Verdict) {
        record.verdict = verdict;
        (record.order.achieved, record.order.policy_met) = (None, false);
    }

    #[test]
    fn the_example_bears_its_verdict() {
        assert_eq!(fault(&example()), None);
    }

    #[test]
    fn erased_needs_every_number() {
        type Change = fn(&mut PartialRecord);
        let changes: [(&str, Change); 26] = [
            ("ending", |record| record.reasons = vec!["VER-FLASH".into()]),
            ("ending", |record| {
                record.batches[0].ending = Fact::Measured(Ending::Stopped)
            }),
            ("written", |record| record.batches[0].passes[0].written.0 -= 512),
            ("written", |record| record.batches[0].passes.clear()),
            ("flushed", |record| record.batches[0].passes[0].flushes.clear()),
            ("second-look", |record| {
                verification(record).second_look = Fact::NotMeasured(Absence::NotReached);
            }),
            ("moved", |record| record.batches[0].looked_again = false),
            ("moved", |record| record.totals.moved_bytes = ByteCount(4096)),
            ("in-place", |record| record.file_systems[0].in_place = InPlace::No),
            ("in-place", |record| {
                record.file_systems[0].in_place = InPlace::Memory
            }),
            ("in-place", |record| {
                record.file_systems[0].in_place = InPlace::Untold
            }),
            ("sight", |record| {
                record.file_systems[0].sight = Sight::None {
                    why: Blindness::NotAllowed,
                };
            }),
            ("journal", |record| record.file_systems[0].journals_data = true),
            ("snapshots", |record| {
                record.file_systems[0].snapshots = vec!["s".into()]
            }),
            ("medium", |record| record.file_systems[0].medium = None),
            ("medium", |record| {
                let medium = record.file_systems[0].medium.as_mut().unwrap();
                medium.rotational = Fact::Measured(false);
            }),
            ("medium", |record| {
                let medium = record.file_systems[0].medium.as_mut().unwrap();
                medium.rotational = Fact::NotMeasured(Absence::NotReported);
            }),
            ("left", |record| {
                record.totals.erased_files -= 1;
                record.totals.names.gone -= 1;
                record.totals.left_files += 1;
            }),
            ("left", |record| {
                record.totals.removed_folders -= 1;
                record.totals.left_folders += 1;
            }),
            ("still-there", |record| {
                record.totals.still_there_bytes = ByteCount(1)
            }),
            ("unreached", |record| record.totals.unreached_bytes = ByteCount(1)),
            ("mapped", |record| record.totals.mapped_bytes.0 -= 1),
            ("names", |record| {
                record.totals.names.gone -= 1;
                record.totals.names.still_there += 1;
            }),
            ("search", |record| {
                record.search = Search::Searched(SearchTotals {
                    hits: 1,
                    ..searched()
                })
            }),
            ("search", |record| {
                record.search = Search::Searched(SearchTotals {
                    name_hits: 1,
                    ..searched()
                });
            }),
            ("search", |record| {
                record.search = Search::Searched(SearchTotals {
                    complete: false,
                    ..searched()
                });
            }),
        ];
        for (place, (what, change)) in changes.into_iter().enumerate() {
            assert_eq!(found(change), Some(what), "{place}: {what}");
            let told = |record: &mut PartialRecord| {
                change(record);
                failed(record, Verdict::ErasedWithExceptions);
            };
            assert_eq!(found(told), None, "{place}: {what}, told");
        }
    }

    #[test]
    fn other_bytes_are_never_erased() {
        let other = |record: &mut PartialRecord| {
            record.totals.equal_bytes.0 -= 4096;
            record.totals.other_bytes.0 += 4096;
        };
        assert_eq!(found(other), Some("read-back"));
        assert_eq!(
            found(|record| {
                let Fact::Measured(last) = &mut verification(record).last else {
                    panic!("the example was read back")
                };
                last.read = ReadPath::Cached {
                    reason: "FUSE".into(),
                };
            }),
            Some("read-back")
        );
        assert_eq!(
            found(|record| record.totals.equal_bytes.0 -= 1),
            Some("read-back")
        );
    }

    /// An old place that belongs to somebody else by now may hold what was written for another place.
    #[test]
    fn displaced_blocks_are_differences_and_never_erased() {
        let displaced = |record: &mut PartialRecord| {
            let Fact::Measured(last) = &mut verification(record).last else {
                panic!("the example was read back")
            };
            last.mismatched = ByteCount(4096);
            last.displaced.moved = 1;
        };
        assert_eq!(found(displaced), Some("read-back"));
        for verdict in [Verdict::ErasedWithExceptions, Verdict::NotErased] {
            let told = |record: &mut PartialRecord| {
                displaced(record);
                failed(record, verdict);
            };
            assert_eq!(found(told), None);
        }
    }

    #[test]
    fn a_search_that_found_nothing_bears_any_verdict_and_finds_only_what_it_looked_for() {
        let with = |search: SearchTotals| found(|record| record.search = Search::Searched(search));
        assert_eq!(with(searched()), None);
        for (hits, name_hits) in [(1, 0), (0, 1)] {
            let impossible = SearchTotals {
                bytes: ByteCount(1 << 30),
                hits,
                name_hits,
                ..SearchTotals::default()
            };
            let told = |record: &mut PartialRecord| {
                record.search = Search::Searched(impossible);
                failed(record, Verdict::ErasedWithExceptions);
            };
            assert_eq!(found(told), Some("search"));
        }
        let unread = SearchTotals {
            bytes: ByteCount(0),
            hits: 1,
            ..searched()
        };
        let told = |record: &mut PartialRecord| {
            record.search = Search::Searched(unread);
            failed(record, Verdict::ErasedWithExceptions);
        };
        assert_eq!(found(told), Some("search"));
    }

    #[test]
    fn a_virtual_medium_need_not_turn_unless_it_lies_on_others() {
        let of = |kind: Option<&str>, turns: bool, transport: &str| {
            found(|record: &mut PartialRecord| {
                let medium = record.file_systems[0].medium.as_mut().unwrap();
                medium.rotational = Fact::Measured(turns);
                medium.virtual_kind = kind.map(str::to_owned);
                medium.transport = transport.to_owned();
            })
        };
        assert_eq!(of(Some("virtual-driver"), false, "virtio"), None);
        for kind in ["loop", "device-mapper", "software-raid"] {
            assert_eq!(of(Some(kind), false, "none"), Some("medium"), "{kind}");
            assert_eq!(of(Some(kind), true, "none"), None, "{kind}");
        }
        for (transport, wanted) in [
            ("ata", None),
            ("scsi", None),
            ("usb", Some("medium")),
            ("mmc", Some("medium")),
        ] {
            assert_eq!(of(None, true, transport), wanted, "{transport}");
        }
    }

    #[test]
    fn numbers_add_up_whatever_the_verdict() {
        type Change = fn(&mut PartialRecord);
        let changes: [(&str, Change); 13] = [
            ("totals", |record| record.totals.files += 1),
            ("totals", |record| record.totals.folders += 1),
            ("totals", |record| record.totals.names.gone -= 1),
            ("totals", |record| {
                record.totals.mapped_bytes.0 = record.totals.planned_bytes.0 + 1;
            }),
            ("totals", |record| {
                record.totals.moved_bytes.0 = record.totals.planned_bytes.0 + 1;
            }),
            ("totals", |record| {
                record.totals.other_bytes.0 = record.totals.planned_bytes.0 + 1;
            }),
            ("totals", |record| record.totals.slack_bytes.0 += 1),
            ("batches", |record| record.batches[0].stream_bytes.0 += 4096),
            ("batches", |record| record.batches[0].files += 1),
            ("batches", |record| {
                record.batches[0].io = Fact::NotMeasured(Absence::NotReached);
            }),
            ("batches", |record| record.batches.clear()),
            ("sample", |record| {
                verification(record).asked = VerifyAsked::Sample { percent: 10 };
            }),
            ("displaced", |record| {
                let Fact::Measured(last) = &mut verification(record).last else {
                    panic!("the example was read back")
                };
                last.displaced = Displaced {
                    stale: 1,
                    ..Displaced::default()
                };
            }),
        ];
        for (place, (what, change)) in changes.into_iter().enumerate() {
            for verdict in Verdict::ALL {
                let changed = |record: &mut PartialRecord| {
                    failed(record, verdict);
                    change(record);
                };
                assert_eq!(found(changed), Some(what), "{place}: {verdict:?}");
            }
        }
    }

    #[test]
    fn no_more_than_partial_is_reached() {
        assert_eq!(
            found(|record| record.order.achieved = Some(Level::Clear)),
            Some("level")
        );
        assert_eq!(
            found(|record| {
                record.verdict = Verdict::NotErased;
                record.order.policy_met = false;
            }),
            Some("level")
        );
        assert_eq!(
            found(|record| record.order.required = Level::Clear),
            Some("policy-met")
        );
        assert_eq!(found(|record| record.order.achieved = None), Some("policy-met"));
    }

    fn of_free_space(change: impl Fn(&mut FreeSpace)) -> Option<&'static str> {
        found(|record| {
            let planned = record.totals.planned_bytes;
            let mut free = FreeSpace {
                free_before: planned,
                taken: planned,
                written: planned,
                ..FreeSpace::default()
            };
            change(&mut free);
            record.scope = PartialScope::FreeSpace;
            record.free_space = Some(free);
            record.totals.names = NameTotals::default();
        })
    }

    #[test]
    fn free_space_is_erased_where_none_is_left() {
        assert_eq!(of_free_space(|_| ()), None);
        let lacks = Some("free-space");
        assert_eq!(of_free_space(|free| free.left_over.0 = 1), lacks);
        let reserved = |free: &mut FreeSpace| (free.left_over.0, free.reserve.0) = (1, 1);
        assert_eq!(of_free_space(reserved), lacks);
        assert_eq!(of_free_space(|free| free.taken.0 += 1), lacks);
        assert_eq!(of_free_space(|free| free.written.0 -= 1), lacks);
        assert_eq!(of_free_space(|free| free.written.0 += 1), lacks);
    }

    #[test]
    fn rests_of_blocks_are_all_told_and_none_is_left() {
        let tails = |files, clean, erased, left, not_looked| {
            of_free_space(|free| {
                free.tails = TailTotals {
                    files,
                    clean,
                    erased,
                    left,
                    not_looked,
                    ..TailTotals::default()
                }
            })
        };
        let lacks = Some("free-space");
        assert_eq!(tails(3, 1, 2, 0, 0), None);
        assert_eq!(tails(3, 1, 1, 1, 0), lacks);
        assert_eq!(tails(3, 1, 1, 0, 1), lacks);
        assert_eq!(tails(3, 1, 1, 0, 0), lacks);
        assert_eq!(tails(u64::MAX, u64::MAX, 1, 0, 0), lacks);
        // What stands in folders are names, and facts beside the verdict.
        let entries = |folders| {
            of_free_space(|free| {
                free.entries = EntryTotals {
                    folders,
                    cleared: 1,
                    left: 1,
                    not_looked: 1,
                }
            })
        };
        assert_eq!(entries(3), None);
        assert_eq!(entries(2), lacks);
    }

    #[test]
    fn names_of_what_took_free_space_are_not_counted() {
        let scoped = |record: &mut PartialRecord| {
            record.scope = PartialScope::FreeSpace;
            record.free_space = Some(FreeSpace {
                written: record.totals.planned_bytes,
                ..FreeSpace::default()
            });
        };
        assert_eq!(found(scoped), Some("totals"));
    }

    #[test]
    fn files_without_a_byte_need_no_medium() {
        let empty = |record: &mut PartialRecord| {
            let absent = Absence::NotApplicable;
            let batch = &mut record.batches[0];
            batch.stream_bytes.0 = 0;
            batch.passes.clear();
            batch.io = Fact::NotMeasured(absent);
            batch.verification = Fact::NotMeasured(absent);
            batch.ending = Fact::NotMeasured(absent);
            record.file_systems[0].medium = None;
            let totals = &mut record.totals;
            (totals.planned_bytes.0, totals.mapped_bytes.0) = (0, 0);
            (totals.equal_bytes.0, totals.slack_bytes.0) = (0, 0);
        };
        assert_eq!(found(empty), None);
    }
}
