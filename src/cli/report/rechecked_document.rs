//! A recheck for programs: one JSON document, whose names are stable.

use serde_json::{Value as Json, json};

use keshiin::devices::{IoEngine, IoPath, QueueShape, ReadPath};
use keshiin::erasure::{Conduct, Displaced, DisplacementPattern, Ending, RangeList, ReadBack, SampleDrawn};
use keshiin::workflows::{
    DriveFound, DriveRead, IdentityComparison, IdentityValue, RecheckReport, RecheckResult,
};

use super::{facts_document, verification_document};

/// The whole of it. Without a drive no device was opened; without a reading nothing was read.
pub(crate) fn recheck_document(report: &RecheckReport) -> Json {
    let drive = report.drive.as_ref();
    let read = drive.and_then(|drive| drive.read.as_ref());
    let record = drive.map(|drive| &drive.record);
    json!({
        "exit": report.exit().code(),
        "result": report.result().map_or("not-read", RecheckResult::name),
        "number": record.map(|record| record.content().number.as_str()),
        "digest": record.map(|record| record.digest().to_string()),
        "record": verification_document(&report.verification),
        "drive": drive.map(drive_document),
        "reading": read.map(read_document),
        "drive_cache_limit": read.map(|read| read.drive_cache.name()),
    })
}

fn drive_document(drive: &DriveFound) -> Json {
    let notes: Vec<&str> = drive
        .notes
        .iter()
        .map(keshiin::devices::DeviceError::code)
        .collect();
    json!({
        "recorded_path": drive.record.content().medium.path,
        "device": facts_document(&drive.facts),
        "identity": identity_document(&drive.identity),
        "notes": notes,
    })
}

fn identity_document(identity: &IdentityComparison) -> Json {
    let value = |value: &Option<IdentityValue>| match value {
        Some(IdentityValue::Text(text)) => json!(text),
        Some(IdentityValue::Bytes(bytes)) => json!(bytes.0),
        None => Json::Null,
    };
    let fields = identity.fields.iter().map(|field| {
        json!({"field": field.field.name(), "recorded": value(&field.recorded), "found": value(&field.found), "result": field.result.name()})
    });
    json!({"named": identity.is_named(), "other": identity.is_other(), "fields": fields.collect::<Vec<_>>()})
}

fn read_document(read: &DriveRead) -> Json {
    json!({
        "asked": read.verify.to_string(),
        "excepted": read.excepted,
        "io": conduct_document(&read.conduct),
        "read_back": read.read_back.as_ref().map(read_back_document),
        "ending": ending_document(&read.ending),
    })
}

fn conduct_document(conduct: &Conduct) -> Json {
    let path = match conduct.path {
        IoPath::Direct => "direct",
        IoPath::Buffered => "buffered",
    };
    json!({"path": path, "queue": conduct.queue.as_ref().map(queue_document), "fail_fast": conduct.fail_fast})
}

fn queue_document(queue: &QueueShape) -> Json {
    let (kind, registered, reason) = match &queue.engine {
        IoEngine::IoUring { registered } => ("io-uring", *registered, None),
        IoEngine::Threads { reason } => ("threads", false, Some(reason.as_str())),
        _ => ("unknown", false, None),
    };
    json!({"kind": kind, "registered": registered, "reason": reason, "in_flight": queue.depth, "piece_bytes": queue.piece.0})
}

fn read_back_document(found: &ReadBack) -> Json {
    let (path, reason) = match &found.path {
        ReadPath::Direct => ("direct", None),
        ReadPath::BackingFileUncached => ("backing-file-uncached", None),
        ReadPath::Memory => ("memory", None),
        ReadPath::Cached { reason } => ("cached", Some(reason.as_str())),
        _ => ("unknown", None),
    };
    json!({
        "path": path, "cached_reason": reason, "planned_bytes": found.planned.0, "compared_bytes": found.compared.0,
        "mismatched_bytes": found.mismatches.bytes.0, "mismatches": list_document(&found.mismatches),
        "unreadable": list_document(&found.unreadable), "sample": found.sample.as_ref().map(sample_document),
        "displaced": displaced_document(&found.displaced), "started": found.started, "ended": found.ended,
    })
}

fn list_document(list: &RangeList) -> Json {
    json!({"ranges": list.ranges, "count": list.count, "bytes": list.bytes.0})
}

fn sample_document(sample: &SampleDrawn) -> Json {
    let seed = data_encoding::HEXLOWER.encode(&sample.seed);
    json!({"seed": seed, "blocks": sample.blocks, "of": sample.of, "bound_ppm": sample.bound_ppm})
}

fn displaced_document(displaced: &Displaced) -> Json {
    let examples = displaced
        .examples
        .iter()
        .map(|one| json!({"at": one.at.0, "holds": one.holds.0}));
    let pattern = match displaced.pattern {
        DisplacementPattern::None => json!({"kind": "none"}),
        DisplacementPattern::Wraps { real } => json!({"kind": "wraps", "real": real.0}),
        DisplacementPattern::EndsAt { real } => json!({"kind": "ends-at", "real": real.0}),
        DisplacementPattern::Shifted { by } => json!({"kind": "shifted", "by": by}),
    };
    json!({"moved": displaced.moved, "stale": displaced.stale, "examples": examples.collect::<Vec<_>>(), "pattern": pattern})
}

fn ending_document(ending: &Ending) -> Json {
    match ending {
        Ending::Completed => json!({"state": "completed"}),
        Ending::Stopped => json!({"state": "stopped"}),
        Ending::Vanished => json!({"state": "vanished"}),
        Ending::Stalled { seconds } => json!({"state": "stalled", "seconds": seconds}),
        Ending::Resized { size } => json!({"state": "resized", "size": size.0}),
        Ending::FirstDifference => json!({"state": "first-difference"}),
        Ending::GaveUp => json!({"state": "gave-up"}),
        _ => json!({"state": "failed"}),
    }
}
