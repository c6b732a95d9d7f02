//! What the types of a delivery record leave open: bounds of texts and lists, names of volumes, who is
//! named how often. Whether the numbers fit each other is for verification to say.

use crate::crypto::{Argon2Params, KemId};
use crate::records::statement::{
    check_id, check_optional as optional, check_reported as reported, check_reported_fact as reported_fact,
};
use crate::records::{RecordError, Role, SerialNumber, SignerClaim, check_text};

use super::{
    DeliveryMedium, DeliveryReadBack, DeliveryReadPath, DeliveryRecord, MOST_RECIPIENTS, MOST_VOLUMES,
    Package, Recipient, Scan, payload::WHAT,
};

/// Most characters of a volume's name; with its bound in bytes it fits every file system.
const MOST_NAME: usize = 200;
const MOST_NAME_BYTES: usize = 255;
/// Most groups of one person.
const MOST_GROUPS: usize = 64;
/// Most records in words of people, 件数. Beyond it a number is a mistake.
const MOST_RECORDS: u64 = 999_999_999_999;

pub(super) fn check(record: &DeliveryRecord) -> Result<(), RecordError> {
    SignerClaim::check_all(WHAT, &record.signers, Role::Sender)?;
    volumes(&record.package).map_err(malformed)?;
    recipients(&record.recipients).map_err(malformed)?;
    if record.records.is_some_and(|records| records > MOST_RECORDS) {
        return Err(malformed("more records than can be counted"));
    }
    if let Some(passphrase) = &record.encryption.passphrase {
        Argon2Params::new(passphrase.t, passphrase.m, passphrase.p)?;
    }
    subject(record)?;
    rules(record)?;
    medium(&record.medium)?;
    course(record)?;
    surroundings(record)
}

fn malformed(detail: &'static str) -> RecordError {
    RecordError::malformed(WHAT, detail)
}

fn any_twice<T: PartialEq>(items: &[T]) -> bool {
    items
        .iter()
        .enumerate()
        .any(|(place, item)| items[..place].contains(item))
}

/// `x.keshiin` alone, or `x.keshiin.001`, `x.keshiin.002` and so on, without a gap.
fn volumes(package: &Package) -> Result<(), &'static str> {
    let volumes = &package.volumes;
    if volumes.is_empty() || volumes.len() > MOST_VOLUMES {
        return Err("no volumes, or more than 999");
    }
    let whole = |name: &str| name.strip_suffix(".keshiin").map(str::to_owned);
    let stem = match volumes.as_slice() {
        [only] => whole(&only.name).or_else(|| numbered(&only.name, 1)),
        [first, ..] => numbered(&first.name, 1),
        [] => None,
    };
    let stem = stem.filter(|stem| is_file_name(stem)).ok_or(VOLUME_NAMES)?;
    let in_order = (1..)
        .zip(volumes)
        .all(|(place, volume)| volumes.len() == 1 || numbered(&volume.name, place).as_ref() == Some(&stem));
    let short = volumes.iter().all(|volume| volume.name.len() <= MOST_NAME_BYTES);
    if in_order && short {
        Ok(())
    } else {
        Err(VOLUME_NAMES)
    }
}

const VOLUME_NAMES: &str = "volumes are not named x.keshiin, or x.keshiin.001 and on";

fn numbered(name: &str, place: usize) -> Option<String> {
    name.strip_suffix(&format!(".keshiin.{place:03}"))
        .map(str::to_owned)
}

/// One component of a path, which is seen as it stands and hidden nowhere.
fn is_file_name(name: &str) -> bool {
    check_text("name", name, MOST_NAME).is_ok() && !name.contains(['/', '\\']) && !name.starts_with('.')
}

fn recipients(recipients: &[Recipient]) -> Result<(), &'static str> {
    let keys: Vec<_> = recipients.iter().map(|recipient| recipient.fingerprint).collect();
    if keys.len() > MOST_RECIPIENTS || any_twice(&keys) {
        Err("recipients are too many, or named twice")
    } else if recipients
        .iter()
        .any(|recipient| KemId::from_number(recipient.kem_id).is_err())
    {
        Err("a recipient's key is of an unknown mechanism")
    } else if recipients
        .iter()
        .any(|recipient| recipient.groups.len() > MOST_GROUPS)
    {
        Err("a recipient is in too many groups")
    } else {
        Ok(())
    }
}

/// The texts that say what is delivered to whom.
fn subject(record: &DeliveryRecord) -> Result<(), RecordError> {
    check_text("delivery title", &record.title, 200)?;
    optional("contents", record.contents.as_ref(), 500)?;
    record.recipients.iter().try_for_each(|recipient| {
        check_id("recipients.id", &recipient.id)?;
        check_text("recipients.name", &recipient.name, 100)?;
        check_text("recipients.organisation", &recipient.organisation, 200)?;
        optional("recipients.title", recipient.title.as_ref(), 100)?;
        optional("recipients.addressed_as", recipient.addressed_as.as_ref(), 100)?;
        recipient
            .groups
            .iter()
            .try_for_each(|group| check_text("recipients.groups", group, 100))
    })
}

/// The texts that say why it may be delivered.
fn rules(record: &DeliveryRecord) -> Result<(), RecordError> {
    check_text("classification", &record.classification, 16)?;
    record.policy.check(WHAT)?;
    if let Some(permit) = &record.permit {
        check_text("permit number", &permit.number, 200)?;
        check_text("permit by", &permit.by, 200)?;
    }
    optional("approval number", record.approval.as_ref(), 200)
}

fn medium(medium: &DeliveryMedium) -> Result<(), RecordError> {
    optional("medium number", medium.number.as_ref(), 100)?;
    optional("medium.virtual_kind", medium.virtual_kind.as_ref(), 100)?;
    reported_fact("medium.filesystem", &medium.filesystem)?;
    reported_fact("medium.model", &medium.model)?;
    reported_fact("medium.transport", &medium.transport)?;
    medium.serial.measured().map_or(Ok(()), SerialNumber::check)
}

/// The read-back and the scan.
fn course(record: &DeliveryRecord) -> Result<(), RecordError> {
    if let DeliveryReadBack::Done {
        read: DeliveryReadPath::Through { filesystem },
        ..
    } = &record.read_back
    {
        reported("read_back.read.filesystem", filesystem)?;
    }
    if let Scan::Done {
        engine, signatures, ..
    } = &record.scan
    {
        check_text("scan.engine", engine, 200)?;
        check_text("scan.signatures", signatures, 200)?;
    }
    Ok(())
}

/// Place, contract, and what the program says of itself.
fn surroundings(record: &DeliveryRecord) -> Result<(), RecordError> {
    optional("place", record.place.as_ref(), 200)?;
    record
        .contract
        .as_ref()
        .map_or(Ok(()), crate::records::Contract::check)?;
    record.times.check()?;
    record.roster.check()?;
    record.ledger.check()?;
    record.tool.check()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Fact, PassphraseUse, Permit};

    fn refused(change: impl Fn(&mut DeliveryRecord)) -> bool {
        let mut record = DeliveryRecord::example().unwrap();
        change(&mut record);
        let payload = record.to_envelope().payload().to_vec();
        DeliveryRecord::parse(&payload).is_err()
    }

    fn named(names: &[&str]) -> bool {
        !refused(|record| {
            let volume = record.package.volumes[0].clone();
            let with = |name: &&str| {
                let mut volume = volume.clone();
                volume.name = (*name).to_owned();
                volume
            };
            record.package.volumes = names.iter().map(with).collect();
        })
    }

    #[test]
    fn volumes_have_one_way_to_be_named() {
        assert!(named(&["a.keshiin"]));
        assert!(named(&["a.keshiin.001"]));
        assert!(named(&["課税 データ.keshiin.001", "課税 データ.keshiin.002"]));
        for wrong in [
            &[][..],
            &["a"],
            &[".keshiin"],
            &["..keshiin"],
            &["a/b.keshiin"],
            &["a\\b.keshiin"],
            &["a\u{202e}.keshiin"],
            &["a.keshiin.002"],
            &["a.keshiin.1"],
            &["a.keshiin", "b.keshiin"],
            &["a.keshiin.001", "b.keshiin.002"],
            &["a.keshiin.002", "a.keshiin.001"],
            &["a.keshiin.001", "a.keshiin.003"],
            &["a.keshiin.001", "a.keshiin.001"],
        ] {
            assert!(!named(wrong), "{wrong:?}");
        }
        assert!(!named(&[&format!("{}.keshiin", "あ".repeat(83))]));
        let many: Vec<String> = (1..=1000).map(|place| format!("a.keshiin.{place:03}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(named(&many[..999]));
        assert!(!named(&many));
    }

    #[test]
    fn people_are_named_once_and_the_sender_first() {
        assert!(refused(|record| record.signers.clear()));
        assert!(refused(|record| record.signers[0].role = Role::Handler));
        assert!(refused(|record| record.signers.push(record.signers[0].clone())));
        assert!(refused(|record| record
            .recipients
            .push(record.recipients[0].clone())));
        assert!(refused(|record| record.recipients[0].kem_id = 0x20));
        assert!(refused(|record| record.recipients[0].id = "Uketori".into()));
        assert!(refused(
            |record| record.recipients[0].groups = vec!["課".into(); 65]
        ));
    }

    #[test]
    fn every_text_has_a_bound() {
        type Lengthen = fn(&mut DeliveryRecord, String);
        let texts: [(usize, Lengthen); 15] = [
            (200, |record, text| record.title = text),
            (500, |record, text| record.contents = Some(text)),
            (16, |record, text| record.classification = text),
            (200, |record, text| record.policy.rules = vec![text]),
            (200, |record, text| record.approval = Some(text)),
            (100, |record, text| record.medium.number = Some(text)),
            (300, |record, text| record.medium.model = Fact::Measured(text)),
            (300, |record, text| {
                record.medium.filesystem = Fact::Measured(text)
            }),
            (200, |record, text| record.place = Some(text)),
            (100, |record, text| record.recipients[0].addressed_as = Some(text)),
            (100, |record, text| record.recipients[0].groups = vec![text]),
            (100, |record, text| record.signers[0].title = Some(text)),
            (100, |record, text| record.tool.version = text),
            (200, |record, text| {
                record.permit = Some(Permit {
                    by: text,
                    ..record.permit.clone().unwrap()
                });
            }),
            (300, |record, text| {
                record.medium.serial = Fact::Measured(SerialNumber {
                    text,
                    source: "usb-bridge".into(),
                    shared: false,
                });
            }),
        ];
        for (place, (bound, lengthen)) in texts.into_iter().enumerate() {
            assert!(!refused(|record| lengthen(record, "あ".repeat(bound))), "{place}");
            assert!(
                refused(|record| lengthen(record, "あ".repeat(bound + 1))),
                "{place}"
            );
        }
        assert!(refused(|record| record.title = "a\u{200b}b".into()));
        assert!(refused(|record| record.title = " ".into()));
        assert!(refused(|record| record.records = Some(MOST_RECORDS + 1)));
    }

    #[test]
    fn a_passphrase_is_stretched_within_bounds() {
        let with = |t, m| {
            refused(|record| {
                record.encryption.passphrase = Some(PassphraseUse {
                    kdf: crate::records::Kdf::Argon2id,
                    t,
                    m,
                    p: 4,
                    generated: true,
                    notice_by: Some(crate::records::NoticeBy::Phone),
                });
            })
        };
        assert!(!with(3, 64 * 1024));
        assert!(with(2, 64 * 1024));
        assert!(with(3, 2 * 1024 * 1024));
    }
}
