//! Tries a template before anything rests on it. Nothing of it leaves this room: no paper shows what nobody
//! signed.

use crate::records::{
    Absence, DeliveryReadBack, DeliveryReadPath, DeliveryRecord, DeliverySlip, Encryption, ErasureRecord,
    Fact, Kdf, Language, NoticeBy, PassphraseUse, Scan, Slip, SlipFile, Verdict,
};

use super::order::Example;
use super::paper::{Template, code, typeset};
use super::sheet::Paper;
use super::wording::Wording;
use super::{RenderError, fill};

/// Tries a template with everything that records like `example` could say: an erasure with every verdict, a
/// delivery with every way to open it, to check it and to read it back.
///
/// # Errors
/// As for [`page`](super::page).
pub fn try_template(
    template: &Template,
    language: Language,
    example: Example<'_>,
) -> Result<(), RenderError> {
    let wording = Wording::embedded(language)?;
    let mut paper = Paper::empty(&wording);
    let ended = match example {
        Example::Erasure(record) => {
            for record in erasures(record) {
                let slip = Slip::of(&record, record.plan);
                let qr = code(&SlipFile::new(&slip))?;
                paper
                    .sheets
                    .push(fill::compose(&record, &slip, &[], qr, &wording)?);
            }
            record.times.ended
        }
        Example::Delivery(record) => {
            for record in deliveries(record) {
                let slip = DeliverySlip::of(&record, record.package.manifest);
                let qr = code(&SlipFile::new(&slip))?;
                let sheet = fill::compose_delivery(&record, &slip, &[], qr, &wording)?;
                paper.deliveries.push(sheet);
            }
            record.times.ended
        }
    };
    let count = paper.sheets.len() + paper.deliveries.len();
    typeset(template, &paper, "example".into(), "example", ended, count).map(drop)
}

fn erasures(example: &ErasureRecord) -> Vec<ErasureRecord> {
    let verdicts = Verdict::ALL.into_iter();
    verdicts
        .map(|verdict| ErasureRecord {
            verdict,
            ..example.clone()
        })
        .collect()
}

/// As it is; to be opened with a passphrase and checked as little as possible, nobody known to address; and
/// read back through another system with a scan that was declared.
pub(super) fn deliveries(example: &DeliveryRecord) -> Vec<DeliveryRecord> {
    let mut declared = example.clone();
    declared.read_back = DeliveryReadBack::Done {
        read: DeliveryReadPath::Through {
            filesystem: "example".into(),
        },
        compared: example.package.length,
        equal: true,
    };
    declared.scan = Scan::Declared {
        digest: example.package.manifest,
        at: example.times.started,
    };
    vec![example.clone(), by_passphrase(example), declared]
}

fn by_passphrase(example: &DeliveryRecord) -> DeliveryRecord {
    let mut record = example.clone();
    record.recipients.clear();
    record.contract = None;
    record.encryption = Encryption {
        passphrase: Some(PassphraseUse {
            kdf: Kdf::Argon2id,
            t: 3,
            m: 65_536,
            p: 4,
            generated: true,
            notice_by: Some(NoticeBy::Post),
        }),
        ..example.encryption.clone()
    };
    record.read_back = DeliveryReadBack::NotAsked;
    record.scan = Scan::NotDone;
    record.medium.serial = Fact::NotMeasured(Absence::NotReported);
    record.medium.virtual_kind = Some("image-file".into());
    for volume in &mut record.package.volumes {
        volume.sha256 = None;
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Layout;
    use crate::rendering::fill::delivery_samples as samples;

    #[test]
    fn the_built_in_papers_bear_every_delivery() {
        for layout in [Layout::Delivery, Layout::Address] {
            for language in Language::ALL {
                for record in [samples::contracted(), samples::full(), samples::hostile()] {
                    let template = Template::built_in(layout);
                    let tried = try_template(&template, language, Example::Delivery(&record));
                    assert_eq!(tried, Ok(()), "{layout:?} {language:?}");
                }
            }
        }
    }

    #[test]
    fn a_template_is_tried_with_what_another_delivery_would_say() {
        let example = samples::contracted();
        for fault in [
            // Nobody is addressed where there are neither recipients nor a contract.
            "#for it in json(\"data.json\").deliveries { it.addressee.at(0) }",
            "#for it in json(\"data.json\").deliveries { it.contractor.rows.at(0).label }",
            "#for it in json(\"data.json\").deliveries { it.tables.find(it => it.id == \"recipients\").title }",
            "#for it in json(\"data.json\").deliveries { if it.virtual_heading != none { panic() } }",
        ] {
            let template = Template::own(fault.as_bytes().to_vec()).unwrap();
            let tried = try_template(&template, Language::Ja, Example::Delivery(&example));
            assert!(
                matches!(tried, Err(RenderError::Template { .. })),
                "{fault}: {tried:?}"
            );
        }
        let erasure = ErasureRecord::example().unwrap();
        let template = Template::own(b"#json(\"data.json\").sheets.at(4).title".to_vec()).unwrap();
        assert_eq!(
            try_template(&template, Language::Ja, Example::Erasure(&erasure)),
            Ok(())
        );
    }

    #[test]
    fn every_variant_is_a_record_that_a_reader_would_take() {
        for record in deliveries(&samples::contracted()) {
            assert_eq!(record.check(), Ok(()));
            let by_passphrase = record.encryption.passphrase.is_some();
            assert_eq!(record.recipients.is_empty(), by_passphrase);
        }
    }
}
