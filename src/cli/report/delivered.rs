//! What a delivery record says, and its slip: number, subject, people, package, medium, proofs.

use keshiin::records::{
    DeliveryReadBack, DeliveryReadPath, DeliveryRecord, DeliverySlip, Fact, NoticeBy, PassphraseUse,
    Recipient, Scan, Volume,
};

use super::{Fields, clock, serial_text, signer_rows, time_span};
use crate::cli::console::Console;
use crate::cli::escape::escape;
use crate::cli::explain::absence_word;
use crate::cli::i18n::Message;

/// Volumes that are shown where nobody asked for more.
const VOLUMES_SHOWN: usize = 10;

/// The rows of a delivery record.
pub(super) fn delivery_lines(console: &Console, record: &DeliveryRecord, digest: &str) -> Vec<String> {
    let mut fields = Fields::new(console)
        .row("field-kind", &Message::new("record-delivery"))
        .plain("field-delivery-number", record.number.to_string())
        .plain("field-digest", digest);
    fields = subject_rows(fields, record);
    fields = lock_rows(fields, record);
    fields = package_rows(console, fields, record);
    fields = medium_rows(console, fields, record);
    fields = fields
        .row("field-read-back", &read_back(&record.read_back))
        .row("field-scan", &scan(&record.scan));
    fields = fields
        .plain("field-times", time_span(console, &record.times))
        .row("field-clock", &clock(&record.times));
    fields = signer_rows(fields, &record.signers).untrusted("field-place", record.place.as_deref());
    let contract = record.contract.as_ref();
    let contract = contract.map(|contract| format!("{} {}", contract.number, contract.title));
    fields.untrusted("field-contract", contract.as_deref()).lines()
}

/// What is delivered, and why it may be.
fn subject_rows<'a>(fields: Fields<'a>, record: &DeliveryRecord) -> Fields<'a> {
    let id = if record.mynumber {
        "classification-mynumber"
    } else {
        "classification"
    };
    let classification = Message::new(id).untrusted("classification", &record.classification);
    let mut fields = fields
        .untrusted("field-delivery-title", Some(&record.title))
        .untrusted("field-contents", record.contents.as_deref());
    if let Some(records) = record.records {
        fields = fields.row(
            "field-data-records",
            &Message::new("data-records").number("count", records),
        );
    }
    fields = fields.row("field-classification", &classification);
    if let Some(permit) = &record.permit {
        let message = Message::new("permit")
            .untrusted("number", &permit.number)
            .untrusted("by", &permit.by)
            .text("until", permit.until);
        fields = fields.row("field-permit", &message);
    }
    fields.untrusted("field-approval", record.approval.as_deref())
}

/// 宛先: who can open it.
pub(super) fn lock_rows<'a>(fields: Fields<'a>, record: &DeliveryRecord) -> Fields<'a> {
    let fields = match &record.encryption.passphrase {
        Some(passphrase) => fields.row("field-delivered-to", &by_passphrase(passphrase)),
        None => record.recipients.iter().fold(fields, |fields, recipient| {
            fields.row("field-delivered-to", &addressee(recipient))
        }),
    };
    fields.plain("field-encryption", record.encryption.body.name())
}

fn addressee(recipient: &Recipient) -> Message {
    let words = [
        Some(recipient.organisation.as_str()),
        recipient.addressed_as.as_deref(),
        recipient.title.as_deref(),
        Some(recipient.name.as_str()),
    ];
    let words: Vec<String> = words.into_iter().flatten().map(escape).collect();
    let id = if recipient.listed {
        "addressee"
    } else {
        "addressee-not-listed"
    };
    Message::new(id)
        .text("who", words.join(" "))
        .untrusted("id", &recipient.id)
}

fn by_passphrase(passphrase: &PassphraseUse) -> Message {
    let how = Message::new(match passphrase.notice_by {
        None => "notice-untold",
        Some(NoticeBy::Hand) => "notice-hand",
        Some(NoticeBy::Post) => "notice-post",
        Some(NoticeBy::Sms) => "notice-sms",
        Some(NoticeBy::Phone) => "notice-phone",
    });
    Message::new(if passphrase.generated {
        "addressee-passphrase-generated"
    } else {
        "addressee-passphrase"
    })
    .term("notice", how)
}

fn package_rows<'a>(console: &Console, fields: Fields<'a>, record: &DeliveryRecord) -> Fields<'a> {
    let package = &record.package;
    let inside = Message::new("package-inside")
        .number("files", package.files)
        .bytes("bytes", package.bytes);
    let mut fields = fields
        .plain("field-package", package.id.to_string())
        .row("field-package-inside", &inside);
    if package.links_left_out > 0 {
        let message = Message::new("links-left-out").number("count", package.links_left_out);
        fields = fields.row("field-links-left-out", &message);
    }
    fields = volumes_rows(console, fields, &package.volumes, console.verbose());
    match &package.previous {
        Some(previous) => fields.plain("field-previous-delivery", previous.number.to_string()),
        None => fields,
    }
}

/// The volumes, as many as are shown, and how many more there are; with one digest of each, or with -v both.
pub(super) fn volumes_rows<'a>(
    console: &Console,
    mut fields: Fields<'a>,
    volumes: &[Volume],
    digests: bool,
) -> Fields<'a> {
    let most = if console.verbose() {
        volumes.len()
    } else {
        VOLUMES_SHOWN
    };
    for volume in volumes.iter().take(most) {
        let message = Message::new("volume")
            .untrusted("name", &volume.name)
            .bytes("size", volume.size);
        fields = fields.row("field-volume", &message);
        if digests {
            fields = digest_rows(console, fields, volume);
        }
    }
    let rest = volumes.len().saturating_sub(most);
    if rest > 0 {
        let message = Message::new("more-volumes").number("count", rest as u64);
        fields = fields.row("field-volume", &message);
    }
    fields
}

fn digest_rows<'a>(console: &Console, fields: Fields<'a>, volume: &Volume) -> Fields<'a> {
    let fields = match volume.sha256 {
        Some(digest) => fields.plain("field-sha256", digest.to_string()),
        None => fields,
    };
    if console.verbose() || volume.sha256.is_none() {
        fields.plain("field-blake3", volume.blake3.to_string())
    } else {
        fields
    }
}

fn medium_rows<'a>(console: &Console, fields: Fields<'a>, record: &DeliveryRecord) -> Fields<'a> {
    let medium = &record.medium;
    let told = |fact: &Fact<String>| match fact {
        Fact::Measured(text) => escape(text),
        Fact::NotMeasured(absence) => console.text(&absence_word(*absence)),
    };
    let mut fields = fields.untrusted("field-medium-number", medium.number.as_deref());
    if medium.virtual_kind.is_some() {
        fields = fields.row("field-virtual", &Message::new("virtual-medium"));
    }
    fields
        .plain("field-model", told(&medium.model))
        .plain("field-serial", serial_text(console, &medium.serial))
        .plain("field-filesystem", told(&medium.filesystem))
}

/// What was read back, in one line.
pub(super) fn read_back(read_back: &DeliveryReadBack) -> Message {
    match read_back {
        DeliveryReadBack::NotAsked => Message::new("delivery-read-back-none"),
        DeliveryReadBack::Done {
            read,
            compared,
            equal,
        } => {
            let message = match (equal, read) {
                (false, _) => Message::new("delivery-read-back-different"),
                (true, DeliveryReadPath::Medium) => Message::new("delivery-read-back-medium"),
                (true, DeliveryReadPath::Memory) => Message::new("delivery-read-back-memory"),
                (true, DeliveryReadPath::Through { filesystem }) => {
                    Message::new("delivery-read-back-through").untrusted("filesystem", filesystem)
                }
            };
            message.bytes("compared", *compared)
        }
    }
}

/// The virus scan, in one line.
pub(super) fn scan(scan: &Scan) -> Message {
    match scan {
        Scan::NotDone => Message::new("scan-none"),
        Scan::Done {
            engine,
            signatures,
            signatures_at,
            files,
            ..
        } => Message::new("scan-done")
            .untrusted("engine", engine)
            .untrusted("signatures", signatures)
            .time("date", *signatures_at)
            .number("files", *files),
        Scan::Declared { at, .. } => Message::new("scan-declared").time("at", *at),
    }
}

/// The facts of a delivery's slip.
pub(super) fn delivery_slip_lines(console: &Console, slip: &DeliverySlip) -> Vec<String> {
    let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let mut fields = Fields::new(console)
        .row("field-kind", &Message::new("record-delivery"))
        .plain("field-delivery-number", slip.number.to_string())
        .plain("field-digest", slip.digest.grouped())
        .plain("field-delivery-title", escape(&slip.title));
    if let Some(records) = slip.records {
        fields = fields.row(
            "field-data-records",
            &Message::new("data-records").number("count", records),
        );
    }
    let volumes = Message::new("volumes-together")
        .number("count", u64::from(slip.volumes))
        .bytes("size", slip.length);
    let proven = Message::new(if slip.read_back_equal {
        "slip-read-back-equal"
    } else {
        "delivery-read-back-none"
    });
    let opens = Message::new(if slip.passphrase {
        "slip-by-passphrase"
    } else {
        "slip-by-keys"
    });
    fields = fields
        .plain("field-classification", escape(&slip.classification))
        .plain("field-package", slip.package.to_string())
        .row("field-volume", &volumes)
        .row("field-encryption", &opens)
        .row("field-read-back", &proven)
        .untrusted("field-medium-number", known(&slip.medium_number).as_deref());
    if slip.virtual_medium {
        fields = fields.row("field-virtual", &Message::new("virtual-medium"));
    }
    fields
        .plain(
            "field-serial",
            known(&slip.serial).map_or_else(|| "-".to_owned(), |text| escape(&text)),
        )
        .plain("field-times", console.catalogue().time_for_people(slip.ended))
        .lines()
}
