//! The annex as a table for spreadsheets: CSV (RFC 4180) in UTF-8 with a byte order mark, which Japanese
//! spreadsheets need. A copy for reading: what is bound to the record is the annex itself.

use crate::records::{CertificateNumber, Digest};

use super::AnnexEntry;

const COLUMNS: &str = "path,raw,size,stretches,block_bytes,first_block,result,name";

/// The first lines: what it is a copy of, and what the columns are.
#[must_use]
pub fn annex_table_head(number: &CertificateNumber) -> String {
    format!("\u{feff}number,{number}\r\n{COLUMNS}\r\n")
}

/// The line of one file. Sizes and places are in bytes.
#[must_use]
pub fn annex_table_line(entry: &AnnexEntry) -> String {
    let first = entry.blocks.ranges.first().map(|range| range.start.0.to_string());
    let cells = [
        cell(&entry.path),
        cell(entry.raw.as_deref().unwrap_or_default()),
        entry.size.0.to_string(),
        entry.blocks.count.to_string(),
        entry.blocks.bytes.0.to_string(),
        first.unwrap_or_default(),
        entry.result.name().to_owned(),
        entry.name.name().to_owned(),
    ];
    cells.join(",") + "\r\n"
}

/// The last line: 照合値 of the annex that it is a copy of.
#[must_use]
pub fn annex_table_end(digest: Digest) -> String {
    format!("sha256,{digest}\r\n")
}

/// A text in quotes. What a spreadsheet would take for a formula gets an apostrophe in front.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let mark = if formula { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{FileResult, NameResult, RangeList};
    use crate::units::{ByteCount, ByteRange};

    #[test]
    fn cells_are_quoted_and_no_formula() {
        for (text, shown) in [
            ("/srv/a", "\"/srv/a\""),
            ("a,\"b\"\r\nc", "\"a,\"\"b\"\"\r\nc\""),
            ("=1+1", "\"'=1+1\""),
            ("+a", "\"'+a\""),
            ("-a", "\"'-a\""),
            ("@a", "\"'@a\""),
            ("\ta", "\"'\ta\""),
            ("＝a", "\"'＝a\""),
            ("a=1", "\"a=1\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(text), shown);
        }
    }

    #[test]
    fn a_table_has_as_many_cells_as_columns() {
        let number = CertificateNumber::new("OTR1", "20261121", 7).unwrap();
        let head = annex_table_head(&number);
        assert!(head.starts_with("\u{feff}number,OTR1-20261121-7-"));
        let (path, raw) = AnnexEntry::spelling(b"/srv/\xff");
        let line = annex_table_line(&AnnexEntry {
            path,
            raw,
            size: ByteCount(3),
            blocks: RangeList {
                ranges: vec![ByteRange::new(4096, 4096)],
                count: 1,
                bytes: ByteCount(4096),
            },
            result: FileResult::StillThere,
            name: NameResult::Kept,
        });
        assert_eq!(
            line,
            "\"/srv/\u{fffd}\",\"L3Nydi//\",3,1,4096,4096,still-there,kept\r\n"
        );
        assert_eq!(line.matches(',').count(), COLUMNS.matches(',').count());
        let digest = Digest::of(&[b"annex"]);
        assert_eq!(annex_table_end(digest), format!("sha256,{digest}\r\n"));
    }
}
