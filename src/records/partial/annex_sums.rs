//! What the entries of an annex come to, against what its record says: a list and a certificate that count
//! differently are not of one run, whoever signed for both (`docs/spec/record.md` §10). Touches values alone.

use super::{AnnexEntry, NameResult, NameTotals, PartialRecord, PartialScope};

/// Sums over the entries of one annex.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnnexSums {
    files: u64,
    /// Bytes of content; none where they are more than a number holds.
    content: Option<u64>,
    names: NameTotals,
}

impl AnnexSums {
    /// Takes one entry in.
    pub fn add(&mut self, entry: &AnnexEntry) {
        let before = if self.files == 0 { Some(0) } else { self.content };
        self.content = before.and_then(|sum| sum.checked_add(entry.size.0));
        self.files += 1;
        match entry.name {
            NameResult::Gone => self.names.gone += 1,
            NameResult::StillThere => self.names.still_there += 1,
            NameResult::NotSeen => self.names.not_seen += 1,
            NameResult::Kept => {}
        }
    }

    /// Whether a record of files says the same of files, content and names. Of free space there is nothing to compare.
    #[must_use]
    pub fn fit(&self, record: &PartialRecord) -> bool {
        let totals = &record.totals;
        record.scope != PartialScope::Files
            || self.files == totals.files
                && self.names == totals.names
                && (self.files == 0 || self.content == Some(totals.content_bytes.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{FileResult, RangeList};
    use crate::units::ByteCount;

    fn entry(size: u64, name: NameResult) -> AnnexEntry {
        AnnexEntry {
            path: "/srv/a".into(),
            raw: None,
            size: ByteCount(size),
            blocks: RangeList::default(),
            result: FileResult::Erased,
            name,
        }
    }

    fn sums(entries: &[AnnexEntry]) -> AnnexSums {
        let mut sums = AnnexSums::default();
        entries.iter().for_each(|entry| sums.add(entry));
        sums
    }

    #[test]
    fn sums_fit_the_record_that_counts_the_same_and_no_other() {
        let entries = [
            entry(10, NameResult::Gone),
            entry(20, NameResult::Gone),
            entry(30, NameResult::StillThere),
            entry(40, NameResult::NotSeen),
            entry(50, NameResult::Kept),
        ];
        let mut record = PartialRecord::example().unwrap();
        record.totals.files = 5;
        record.totals.content_bytes = ByteCount(150);
        record.totals.names = NameTotals {
            gone: 2,
            still_there: 1,
            not_seen: 1,
        };
        assert!(sums(&entries).fit(&record));
        assert!(!sums(&entries[1..]).fit(&record));
        for place in 0..entries.len() {
            let mut changed = entries.clone();
            changed[place].size.0 += 1;
            assert!(!sums(&changed).fit(&record), "{place}");
            changed[place].size.0 -= 1;
            changed[place].name = match changed[place].name {
                NameResult::Kept => NameResult::Gone,
                _ => NameResult::Kept,
            };
            assert!(!sums(&changed).fit(&record), "{place}");
        }
        let endless = [entry(u64::MAX, NameResult::Kept), entry(151, NameResult::Kept)];
        record.totals.files = 2;
        record.totals.names = NameTotals::default();
        assert!(!sums(&endless).fit(&record), "sums do not go round");
    }

    #[test]
    fn an_empty_list_fits_a_run_without_files() {
        let mut record = PartialRecord::example().unwrap();
        record.totals.files = 0;
        record.totals.names = NameTotals::default();
        assert!(AnnexSums::default().fit(&record));
        record.totals.files = 1;
        assert!(!AnnexSums::default().fit(&record));
    }
}
