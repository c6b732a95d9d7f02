//! パスワード通知書: the one page that shows no signed record, and has nothing fastened to it.
//!
//! It tells the passphrase of a package, apart from the package. The passphrase is lent in memory that wipes
//! itself, and so is the page that comes back; it stands in the text of the page alone, never in metadata. What
//! the typesetter held of it while it worked is freed, and not wiped.

use zeroize::Zeroizing;

use crate::records::{DeliveryRecord, Language};

use super::RenderError;
#[cfg(feature = "paper")]
use super::{
    delivery_sheet::NoticePaper,
    fill, fonts,
    page::examine,
    sheet::Row,
    wording::Wording,
    world::{self, Job},
};

/// The template's bytes. An office cannot give its own: what is on this page, nobody checks later.
#[cfg(feature = "paper")]
const TEMPLATE: &str = include_str!("../../certificates/templates/notice.typ");
/// How long the page may take.
#[cfg(feature = "paper")]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);
/// Room for everything that the template is given, so that no half of it is left behind by a vector that grew.
#[cfg(feature = "paper")]
const ROOM: usize = 256 << 10;

/// What a notice says.
#[derive(Clone, Copy)]
pub struct Notice<'a> {
    /// The delivery that the passphrase opens: number, subject, addressee, sender, package, way of telling.
    /// It need not be signed yet.
    pub record: &'a DeliveryRecord,
    /// The passphrase, as it is to be typed.
    pub passphrase: &'a Zeroizing<String>,
    /// Language of the page.
    pub language: Language,
    /// Name and version of the program.
    pub creator: &'a str,
}

/// Typesets the notice: PDF/A-3b, one sheet.
///
/// # Errors
/// [`RenderError::OtherKind`] when the delivery opens with keys; [`RenderError::Passphrase`] when it has signs
/// that the fonts lack or that cannot be told apart on paper, is longer than 128 signs, or is said to be
/// drawn by the program and has not its form; [`RenderError::NoPaper`].
#[cfg(feature = "paper")]
pub fn notice(notice: &Notice<'_>) -> Result<Zeroizing<Vec<u8>>, RenderError> {
    let record = notice.record;
    let wording = Wording::embedded(notice.language)?;
    if !fonts::lacking(notice.passphrase).is_empty() {
        return Err(RenderError::Passphrase);
    }
    let mut paper = fill::notice(record, notice.passphrase, &wording)?;
    spell_out(&mut paper);
    let mut data = Zeroizing::new(Vec::with_capacity(ROOM));
    serde_json::to_writer(&mut *data, &paper).map_err(|_| RenderError::Typesetter)?;
    drop(paper);
    let page = world::typeset(Job {
        template: TEMPLATE.to_owned(),
        data,
        ident: format!("Notice {}", record.number),
        creator: notice.creator.to_owned(),
        date: record.times.ended,
        limit: PATIENCE,
    })?;
    let page = Zeroizing::new(page);
    examine(&page)?;
    Ok(page)
}

/// Nothing.
///
/// # Errors
/// [`RenderError::NoPaper`].
#[cfg(not(feature = "paper"))]
pub fn notice(_: &Notice<'_>) -> Result<Zeroizing<Vec<u8>>, RenderError> {
    Err(RenderError::NoPaper)
}

/// Signs that the fonts lack in what people typed. The passphrase has none.
#[cfg(feature = "paper")]
fn spell_out(paper: &mut NoticePaper<'_>) {
    let notice = &mut paper.notice;
    let rows = notice.sender.iter_mut().chain(&mut notice.rows);
    let texts = rows.map(|Row { text, .. }| text).chain(&mut notice.addressee);
    texts.for_each(|text| *text = fonts::spelled_out(text));
}

#[cfg(all(test, feature = "paper"))]
mod tests {
    use super::*;
    use crate::rendering::fill::delivery_samples as samples;

    const DRAWN: &str = "ABCD-EFGH-JKLM-NPQR-STVW-2789";

    fn made(record: &DeliveryRecord, passphrase: &str, language: Language) -> Result<Vec<u8>, RenderError> {
        let passphrase = Zeroizing::new(passphrase.to_owned());
        let page = notice(&Notice {
            record,
            passphrase: &passphrase,
            language,
            creator: "keshiin test",
        });
        page.map(|page| page.to_vec())
    }

    fn holds(page: &[u8], text: &str) -> bool {
        page.windows(text.len()).any(|window| window == text.as_bytes())
    }

    #[test]
    fn a_notice_is_one_page_with_nothing_fastened_to_it() {
        for language in Language::ALL {
            let page = made(&samples::passphrase(), DRAWN, language).unwrap();
            assert_eq!(made(&samples::passphrase(), DRAWN, language), Ok(page.clone()));
            assert!(holds(&page, "/Count 1"), "more than one sheet");
            assert!(matches!(
                crate::rendering::take_apart(&page),
                Ok(crate::rendering::Taken::Nothing)
            ));
        }
    }

    #[test]
    fn the_passphrase_is_in_no_metadata() {
        let page = made(&samples::passphrase(), DRAWN, Language::Ja).unwrap();
        // Metadata are not compressed (ISO 19005-3 §6.6.2), and strings of the trailer never are.
        assert!(holds(&page, "KYO1-20261121-3-8"), "the title should be seen here");
        // Not the group of digits alone: any offset in the file may look like it.
        for part in [DRAWN, "ABCD", "EFGH"] {
            assert!(!holds(&page, part), "{part}");
        }
        // Nor does what names the file depend on it.
        let other = made(
            &samples::passphrase(),
            "2345-6789-ABCD-EFGH-JKLM-NPQR",
            Language::Ja,
        )
        .unwrap();
        let id = |page: &[u8]| examine(page).map(|frame| frame.id.to_vec());
        assert_eq!(id(&page), id(&other));
    }

    #[test]
    fn a_chosen_passphrase_is_printed_and_a_strange_one_refused() {
        let record = samples::bare();
        let longest = "aB3?".repeat(32);
        for passphrase in [
            "correct horse Battery-Staple 2026!",
            "消しゴムと判子 三つ",
            &longest,
        ] {
            assert!(made(&record, passphrase, Language::En).is_ok(), "{passphrase}");
        }
        for passphrase in ["😀 in a passphrase", "a\u{202e}b", ""] {
            let refused = made(&record, passphrase, Language::En);
            assert_eq!(refused, Err(RenderError::Passphrase), "{passphrase}");
        }
        let keys = made(&samples::contracted(), DRAWN, Language::Ja);
        assert_eq!(keys, Err(RenderError::OtherKind));
    }

    #[test]
    fn hostile_texts_do_not_break_a_notice() {
        let mut record = samples::hostile();
        record.encryption = samples::passphrase().encryption;
        record.recipients.clear();
        record.title = "髙橋\u{1f600} #panic() ".repeat(10);
        assert!(made(&record, DRAWN, Language::Ja).is_ok());
    }
}
