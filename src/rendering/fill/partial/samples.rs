//! Partial erasures of every kind for tests.

use crate::records::{
    Absence, AnnexRef, Blindness, CertificateNumber, Contract, Digest, EntryTotals, Fact, FileSystem,
    FreeSpace, InPlace, InodeTotals, NameTotals, PartialRecord, PartialScope, Sight, TailTotals, Verdict,
};
use crate::units::ByteCount;

const CONTRACT: &str = include_str!("../../../../certificates/contract.example.toml");

/// The example of the program, as somebody's own: one file system, one batch.
pub(in crate::rendering) fn plain() -> PartialRecord {
    let mut record = PartialRecord::example().unwrap();
    record.specimen = false;
    record.number = CertificateNumber::new("KYO1", "20261121", 9).unwrap();
    record.method.source = "NIST SP 800-88r2 §3.1.1 (clear: overwrite), one pass".into();
    record.signers[0].name = "見本 次郎".into();
    record.signers[0].organisation = "株式会社サンプル情報".into();
    record.signers[1].name = "立会 一子".into();
    record.signers[1].organisation = "○○県 総務部 情報政策課".into();
    record
}

/// Under a contract, with an annex.
pub(in crate::rendering) fn contracted() -> PartialRecord {
    let mut record = plain();
    record.contract = Some(Contract::parse(CONTRACT.as_bytes()).unwrap());
    record.annex = Some(AnnexRef {
        sha256: Digest::of(&[b"annex"]),
        bytes: ByteCount(1234),
        entries: 3,
    });
    record.limits = [
        "LIM-HIDDEN-PLACES",
        "LIM-OLD-COPIES-NOT-SEARCHED",
        "LIM-DRIVE-CACHE",
    ]
    .map(str::to_owned)
    .to_vec();
    record
}

/// Another verdict, for those reasons, with the policy not met.
pub(in crate::rendering) fn failed(verdict: Verdict, reasons: &[&str]) -> PartialRecord {
    let mut record = contracted();
    record.verdict = verdict;
    record.reasons = reasons.iter().map(|reason| (*reason).to_owned()).collect();
    record.order.achieved = None;
    record.order.policy_met = false;
    record.order.unmet = vec!["POL-NOTHING-ACHIEVED".into()];
    let totals = &mut record.totals;
    totals.equal_bytes = ByteCount(16_384);
    totals.other_bytes = ByteCount(8192);
    totals.still_there_bytes = ByteCount(4096);
    totals.erased_files = 2;
    totals.left_files = 1;
    totals.names.gone = 1;
    totals.names.not_seen = 1;
    record
}

/// Files of another machine, in memory and on something unknown: nothing of them could be seen.
pub(in crate::rendering) fn unseen() -> PartialRecord {
    let mut record = failed(Verdict::Unverified, &["VER-NOT-SEEN", "VER-READ-FROM-CACHE"]);
    record.annex = None;
    record.totals.mapped_bytes = ByteCount(0);
    let first = record.file_systems.remove(0);
    for why in Blindness::ALL {
        record.file_systems.push(FileSystem {
            name: why.name().into(),
            sight: Sight::None { why },
            medium: None,
            in_place: InPlace::Untold,
            journals_data: true,
            snapshots: (0..7).map(|number| format!("snapshot-{number}")).collect(),
            ..first.clone()
        });
    }
    record.batches[0].io = Fact::NotMeasured(Absence::NotReached);
    record.batches[0].verification = Fact::NotMeasured(Absence::NotReached);
    record.batches[0].ending = Fact::NotMeasured(Absence::NotReached);
    record.batches[0].passes.clear();
    record
}

/// Twenty file systems with long names, and so many batches.
pub(in crate::rendering) fn many(batches: usize) -> PartialRecord {
    let mut record = contracted();
    let system = record.file_systems.remove(0);
    record.file_systems = (0..20)
        .map(|number| FileSystem {
            mount_point: format!(
                "/srv/部署{number}/共有フォルダー/{}",
                "long-folder-name-".repeat(6)
            ),
            number: format!("8:{number}"),
            ..system.clone()
        })
        .collect();
    let batch = record.batches.remove(0);
    record.batches = (0..batches)
        .map(|number| {
            let mut batch = batch.clone();
            batch.file_system = u32::try_from(number % 20).unwrap();
            batch
        })
        .collect();
    record
}

/// The free space of a file system.
pub(in crate::rendering) fn free_space(verdict: Verdict) -> PartialRecord {
    let mut record = contracted();
    record.scope = PartialScope::FreeSpace;
    record.verdict = verdict;
    record.annex = None;
    record.totals.named = 1;
    record.totals.names = NameTotals::default();
    record.free_space = Some(FreeSpace {
        free_before: ByteCount(50_000_000_000),
        taken: ByteCount(49_000_000_000),
        written: ByteCount(49_000_000_000),
        reserve: ByteCount(1_000_000_000),
        left_over: ByteCount(1_000_000_000),
        tails: TailTotals {
            files: 1200,
            clean: 1000,
            erased: 197,
            left: 2,
            not_looked: 1,
            unwritten_bytes: ByteCount(8 << 20),
        },
        entries: EntryTotals {
            folders: 350,
            cleared: 40,
            left: 6,
            not_looked: 3,
        },
        inodes: InodeTotals {
            free_before: Some(1_250_000),
            taken: 1_000_000,
            left: 250_000,
        },
    });
    record
}

/// Texts that want to be something else, each as long as a record takes it.
pub(in crate::rendering) fn hostile() -> PartialRecord {
    let long = |text: &str, count: usize| text.chars().cycle().take(count).collect::<String>();
    let mut record = failed(
        Verdict::NotErased,
        &[
            "VER-FILES-LEFT",
            "VER-OLD-CONTENT",
            "VER-EXTENTS-MOVED",
            "VER-FLASH",
            "VER-OF-TOMORROW",
        ],
    );
    record.specimen = true;
    record.force_rewrite = true;
    record.order.classification = long("機密性", 200);
    record.order.approval = Some(long("]$*_`<label>@ref\\ ", 200));
    record.order.disposition = Some(long("W", 200));
    record.place = Some(long("場所", 200));
    let system = &mut record.file_systems[0];
    system.mount_point = format!("/mnt/fdp.\u{202e}exe/{}", long("M", 280));
    system.name = long("#set page(width: 1pt) ", 60);
    system.sight = Sight::Device {
        node: format!("/dev/{}", long("x", 200)),
    };
    if let Some(medium) = &mut system.medium {
        medium.virtual_kind = Some("loop".into());
        medium.model = Fact::Measured(long("X", 280));
        if let Fact::Measured(serial) = &mut medium.serial {
            serial.text = format!("\u{200b}{}", long("9", 290));
        }
    }
    for signer in &mut record.signers {
        signer.name = long("寿限無", 100);
        signer.organisation = long("Organisation", 200);
        signer.title = Some(long("職", 100));
    }
    record
}

/// One of each, by name.
pub(in crate::rendering) fn all() -> Vec<(&'static str, PartialRecord)> {
    let exceptions = ["VER-FLASH", "VER-NAMES-LEFT", "VER-EXTENTS-MOVED"];
    vec![
        ("plain", plain()),
        ("contracted", contracted()),
        ("exceptions", failed(Verdict::ErasedWithExceptions, &exceptions)),
        (
            "not-erased",
            failed(Verdict::NotErased, &["VER-FILES-LEFT", "VER-OLD-CONTENT"]),
        ),
        ("interrupted", failed(Verdict::Interrupted, &["VER-STOPPED"])),
        ("unverified", unseen()),
        ("free-space", free_space(Verdict::Erased)),
        ("many", many(60)),
        ("hostile", hostile()),
    ]
}
