//! Tries a template before anything rests on it. Nothing of it leaves this room: no paper shows what nobody
//! signed.

use crate::records::{
    Absence, Blindness, DeliveryReadBack, DeliveryReadPath, DeliveryRecord, DeliverySlip, Encryption,
    ErasureRecord, Fact, FreeSpace, Kdf, Language, NoticeBy, PartialRecord, PartialScope, PartialSlip,
    PassphraseUse, Scan, Sight, Slip, SlipFile, Verdict,
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
        Example::Partial(record) => {
            for record in partials(record) {
                let slip = PartialSlip::of(&record, record.plan);
                let qr = code(&SlipFile::new(&slip))?;
                let sheet = fill::compose_partial(&record, &slip, &[], qr, &wording)?;
                paper.partials.push(sheet);
            }
            record.times.ended
        }
    };
    let count = paper.sheets.len() + paper.deliveries.len() + paper.partials.len();
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

/// With every verdict, of files and of free space; on a file system of which nothing could be seen, without a
/// batch; and on very many.
pub(super) fn partials(example: &PartialRecord) -> Vec<PartialRecord> {
    let mut all = Vec::new();
    for scope in PartialScope::ALL {
        all.extend(Verdict::ALL.into_iter().map(|verdict| PartialRecord {
            verdict,
            scope,
            free_space: (scope == PartialScope::FreeSpace).then(FreeSpace::default),
            ..example.clone()
        }));
    }
    let mut unseen = example.clone();
    unseen.batches.clear();
    unseen.annex = None;
    for system in &mut unseen.file_systems {
        system.sight = Sight::None {
            why: Blindness::Unknown,
        };
        system.medium = None;
    }
    let mut many = example.clone();
    let system = many.file_systems.first().cloned();
    many.file_systems
        .extend(system.into_iter().cycle().take(MANY_SYSTEMS));
    all.extend([unseen, many]);
    all
}

/// More file systems than the first page bears.
const MANY_SYSTEMS: usize = 20;
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
    use crate::rendering::fill::{delivery_samples as samples, partial_samples as partial};

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

    /// `KESHIIN_SAMPLE_DIR=FOLDER` keeps the pages, for those who look at them.
    #[test]
    fn the_built_in_paper_bears_every_partial_erasure() {
        let template = Template::built_in(Layout::Partial);
        for language in Language::ALL {
            let wording = Wording::embedded(language).unwrap();
            for (name, record) in partial::all() {
                let slip = PartialSlip::of(&record, record.plan);
                let qr = code(&SlipFile::new(&slip)).unwrap();
                let mut paper = Paper::empty(&wording);
                let sheet = fill::compose_partial(&record, &slip, &[], qr, &wording);
                paper.partials.push(sheet.unwrap());
                let ended = record.times.ended;
                let page = typeset(&template, &paper, name.into(), "example", ended, 1);
                let page = page.unwrap_or_else(|error| panic!("{language:?} {name}: {error}"));
                if let Ok(folder) = std::env::var("KESHIIN_SAMPLE_DIR") {
                    let file = format!("{folder}/partial-{name}-{}.pdf", language.name());
                    std::fs::write(file, page).unwrap();
                }
            }
        }
    }

    #[test]
    fn the_example_of_a_partial_erasure_tries_a_template() {
        let example = PartialRecord::example().unwrap();
        let tried = |source: &str| {
            let template = Template::own(source.as_bytes().to_vec()).unwrap();
            try_template(&template, Language::Ja, Example::Partial(&example))
        };
        assert_eq!(
            tried("#json(\"data.json\").partials.at(11).systems.rows.at(20)"),
            Ok(())
        );
        for fault in [
            "#for it in json(\"data.json\").partials { it.systems.rows.at(0).at(6) }",
            "#for it in json(\"data.json\").partials { it.tables.find(it => it.id == \"batches\").title }",
        ] {
            assert!(
                matches!(tried(fault), Err(RenderError::Template { .. })),
                "{fault}"
            );
        }
    }

    #[test]
    fn every_partial_erasure_that_is_tried_is_one_that_a_reader_would_take() {
        let all = partials(&PartialRecord::example().unwrap());
        assert_eq!(all.len(), 12);
        for record in all {
            assert_eq!(record.check(), Ok(()));
        }
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
