//! Prints that are broken in their form: pages that no print may have, updates in another form, the
//! good print with bytes changed, added or cut.

use crate::pdf_writer::{Hung, Page, Print, stream};
use crate::print_vectors::{Broken, Set, broken, page};
use crate::vector_files::edit;

/// The first `from` at or after `start` replaced, which must be there.
fn swap(bytes: &[u8], start: usize, from: &[u8], to: &[u8]) -> Vec<u8> {
    let place = bytes[start..]
        .windows(from.len())
        .position(|window| window == from);
    let place = start + place.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(from)));
    [&bytes[..place], to, &bytes[place + from.len()..]].concat()
}

impl Set<'_> {
    // --- what keshiin has no part in, or no part in any more -----------------------------------

    pub(crate) fn without_ours(&self, good: &[u8]) -> Vec<Broken> {
        let nothing = |why, bytes| broken(why, "nothing-attached", 7, bytes);
        let (page, update) = (self.print().page, b"\n7 0 obj\n<<>>\nendobj\n%%EOF\n");
        let marked = [&page[..], b"\n%% \n", &good[page.len()..]].concat();
        vec![
            nothing(
                "the page alone, as a tool leaves it that takes attachments out",
                page.clone(),
            ),
            nothing(
                "the page alone, and white space",
                [&page[..], b"\r\n \n"].concat(),
            ),
            nothing("an update by another program", [&page[..], update].concat()),
            nothing(
                "a PDF by another program",
                b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n".to_vec(),
            ),
            nothing("cut in the middle of the page", page[..page.len() / 2].to_vec()),
            broken("an empty comment between page and update", "update", 4, marked),
        ]
    }

    // --- pages that no print may have -----------------------------------------------------------

    /// Each with an update and a statement that fit it.
    pub(crate) fn broken_pages(&self) -> Vec<Broken> {
        let mut cases = Vec::new();
        let mut rule = |why, page: Page| {
            cases.push(broken(why, "page-rule", 4, self.print_of(&page).bytes()));
        };
        for (why, entries) in CATALOGS {
            rule(*why, page().with_catalog(entries));
        }
        for (why, object) in OBJECTS {
            rule(*why, page().with(6, object));
        }
        for (why, entries) in TRAILERS {
            let mut page = page();
            page.trailer = edit(&page.trailer, "/ID", &format!("{entries}/ID"));
            rule(*why, page);
        }
        let mut older = page();
        older.head = b"%PDF-1.6\n".to_vec();
        rule("another version of PDF", older);
        let mut crlf = page();
        crlf.head = b"%PDF-1.7\r\n".to_vec();
        rule("a first line that ends in CR LF", crlf);
        cases.extend(self.broken_tables());
        cases
    }

    /// Cross-reference tables that lead where nothing was looked at.
    fn broken_tables(&self) -> Vec<Broken> {
        let hidden = stream("", "4 0 obj\n<</Type/Page/AA<<>>>>\nendobj");
        let rule = |why, object: &str, from: &[u8], to: &dyn Fn(usize) -> Vec<u8>| {
            let mut print = self.print_of(&page().with(5, object));
            let inner = print
                .page
                .windows(8)
                .rposition(|window| window == b"4 0 obj\n")
                .unwrap();
            let (from, to) = (from.to_vec(), to(inner));
            print.page = swap(&print.page, print.table, &from, &to);
            let statement = self.signed(&self.statement(&print.page));
            broken(why, "page-rule", 4, self.state(print, &statement).bytes())
        };
        let outer = |object: &str| {
            let page = page().with(5, object).bytes();
            let place = page.windows(8).position(|window| window == b"4 0 obj\n").unwrap();
            format!("{place:010} 00000 n").into_bytes()
        };
        let entry = |place: usize| format!("{place:010} 00000 n").into_bytes();
        let string = "<</X(\n4 0 obj\n<</AA<<>>>>\nendobj)>>";
        let table = "<<>>%\n4 0 obj\n";
        vec![
            rule(
                "an entry that leads into a stream",
                &hidden,
                &outer(&hidden),
                &entry,
            ),
            rule(
                "an entry that leads into a string",
                string,
                &outer(string),
                &entry,
            ),
            rule(
                "an entry that leads beside its object",
                table,
                &outer(table),
                &|at| entry(at - 1),
            ),
            rule("an entry that is free", &hidden, b" 00000 n", &|_| {
                b" 00000 f".to_vec()
            }),
            rule("an entry of another generation", &hidden, b" 00000 n", &|_| {
                b" 00001 n".to_vec()
            }),
            rule("an entry that ends in one sign", &hidden, b" n\r\n", &|_| {
                b" n \n".to_vec()
            }),
            rule("a table of another length", &hidden, b"0 7\n", &|_| {
                b"0 6\n".to_vec()
            }),
        ]
    }

    // --- updates in another form ----------------------------------------------------------------

    pub(crate) fn broken_updates(&self) -> Vec<Broken> {
        let good = self.print();
        let number = &self.made.record.number;
        let mut cases = Vec::new();
        let mut update = |why, bytes| cases.push(broken(why, "update", 4, bytes));
        update("slip before record", self.hanging(|files| files.swap(0, 1)));
        update(
            "roster before record",
            self.hanging(|files| files.rotate_right(2)),
        );
        update("statement before roster", self.hanging(|files| files.swap(2, 3)));
        update("no statement", self.hanging(|files| drop(files.pop())));
        update("no slip", self.hanging(|files| drop(files.remove(1))));
        update("no record", self.hanging(|files| drop(files.drain(..2))));
        update(
            "a record that is no data",
            self.hanging(|files| files[0].kind = "Supplement"),
        );
        update(
            "a roster that is data",
            self.hanging(|files| files[2].kind = "Data"),
        );
        update(
            "a statement that is data",
            self.hanging(|files| files[3].kind = "Data"),
        );
        update(
            "another kind of attachment",
            self.hanging(|files| files[2].kind = "Source"),
        );
        update(
            "a file that belongs to nothing",
            self.hanging(|files| {
                let extra = Hung {
                    name: "extra.json".into(),
                    ..files[2].clone()
                };
                files.insert(2, extra);
            }),
        );
        update(
            "a record under another number",
            self.hanging(|files| {
                files[0].name = edit(&files[0].name, "OTR1", "OTR2");
            }),
        );
        update(
            "a slip under another name",
            self.hanging(|files| files[1].name = format!("{number}.slip")),
        );
        update(
            "a name that the line cannot hold",
            self.hanging(|files| files[2].name = "a,b:c".into()),
        );
        let print = |change: &dyn Fn(&mut Print)| {
            let mut print = good.clone();
            change(&mut print);
            print.bytes()
        };
        update(
            "another time in the objects",
            print(&|print| print.stamp = edit(&print.stamp, "1100", "1101")),
        );
        update(
            "another mark",
            print(&|print| print.mark = edit(&print.mark, &good.mark[..4], "zzzz")),
        );
        update(
            "a mark in capitals",
            print(&|print| print.mark = print.mark.to_uppercase()),
        );
        update("another table before", print(&|print| print.table -= 1));
        update("another number of objects", print(&|print| print.size += 1));
        update(
            "another catalog",
            print(&|print| print.catalog = edit(&print.catalog, "(ja)", "(en)")),
        );
        update(
            "a catalog with an action",
            print(&|print| print.catalog += "/OpenAction<</S/JavaScript/JS(a)>>"),
        );
        cases.extend(self.broken_names());
        cases
    }

    /// Names that could break out of their place.
    fn broken_names(&self) -> Vec<Broken> {
        let long = "x".repeat(121);
        let names = [
            ("a name with a slash", "../roster.json"),
            ("a name with a parenthesis", "roster)json"),
            ("an empty name", ""),
            ("a name of 121 signs", long.as_str()),
            ("one name twice", "print.json"),
        ];
        let case = |(why, name): (&'static str, &str)| {
            broken(
                why,
                "attachment",
                4,
                self.hanging(|files| files[2].name = name.into()),
            )
        };
        names.into_iter().map(case).collect()
    }

    // --- the good print with bytes changed, added, cut ------------------------------------------

    pub(crate) fn broken_bytes(&self, good: &[u8]) -> Vec<Broken> {
        let (page, line) = (self.print().page, self.print().first_line());
        let (start, objects) = (page.len(), page.len() + line.len());
        let update = |why, bytes| broken(why, "update", 4, bytes);
        let changed =
            |why, from: &str, to: &str| update(why, swap(good, start, from.as_bytes(), to.as_bytes()));
        let added = b"1 0 obj\n<</Type/Catalog/Pages 9 0 R>>\nendobj\n";
        let another = [
            &page[..],
            b"\n9 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF",
            &good[start..],
        ]
        .concat();
        let length = |page: usize| format!("page={page} ");
        let slip = |more: usize| format!(".slip.json:{},", self.made.slip.encode().len() + more);
        let cut = |end: usize| good[..end].to_vec();
        vec![
            changed("another page length", &length(start), &length(start + 1)),
            changed("a page length with a zero before it", "page=", "page=0"),
            changed("another time in the line", "T11:00:00", "T11:00:01"),
            changed("a time in another spelling", "+09:00 ", "Z "),
            changed("another version of the update", "print/1", "print/2"),
            changed("another length in the line", &slip(0), &slip(1)),
            changed(
                "a line that ends in CR LF",
                &line,
                &format!("{}\r\n", &line[..line.len() - 1]),
            ),
            changed("an unknown word in the line", " files=", " more=1 files="),
            changed("another object number", "7 0 obj", "8 0 obj"),
            changed(
                "another type of content",
                "application#2Fjson",
                "application#2Ftext",
            ),
            changed("another length of an object", "/Length 5", "/Length 6"),
            changed(
                "an object that ends otherwise",
                "endstream\nendobj",
                "endstream endobj",
            ),
            changed(
                "a name in a file specification",
                "/UF(roster.json)",
                "/UF(r0ster.json)",
            ),
            changed("a name in the catalog", "/Names[(OTR1", "/Names[(OTR2"),
            changed("an entry added to the catalog", "/AF[", "/OpenAction 4 0 R/AF["),
            changed("the order in the catalog", "/AF[8 0 R 10 0 R", "/AF[10 0 R 8 0 R"),
            changed(
                "a position in the table",
                " 00000 n\r\n7 8\n",
                " 00001 n\r\n7 8\n",
            ),
            changed(
                "a table with other line ends",
                " 00000 n\r\n7 8\n",
                " 00000 n \n7 8\n",
            ),
            changed("another size", "/Size 15/", "/Size 16/"),
            changed("another information dictionary", "/Info 2", "/Info 3"),
            changed("an encrypted file", "/Prev ", "/Encrypt 2 0 R/Prev "),
            changed("another last position", "startxref\n", "startxref\n1"),
            update("the last byte is missing", cut(good.len() - 1)),
            update("cut after the first line", cut(objects)),
            update("cut in the first line", cut(objects - 2)),
            update("cut in the middle of the update", cut((start + good.len()) / 2)),
            update("a byte follows", [good, b"\n"].concat()),
            update(
                "an object follows that covers the page",
                [good, added, b"%%EOF\n"].concat(),
            ),
            update("the same update once more", [good, &good[start..]].concat()),
            update(
                "an object between page and update",
                [&good[..objects], added, &good[objects..]].concat(),
            ),
            update("another update between page and update", another),
            update(
                "two ends in the page",
                swap(good, 0, b"\n\n1 0 obj", b"\n%%EOF\n1 0 obj"),
            ),
        ]
    }
}

/// Entries that no catalog may have.
const CATALOGS: &[(&str, &str)] = &[
    ("an action when the page is opened", "/OpenAction 6 0 R"),
    ("an action, one letter escaped", "/Open#41ction 6 0 R"),
    ("actions of the document", "/AA<<>>"),
    ("a form", "/AcroForm<</Fields[]>>"),
    ("layers", "/OCProperties<<>>"),
    ("names", "/Names<<>>"),
    ("associated files", "/AF[]"),
    ("permissions", "/Perms<<>>"),
    (
        "an action behind a comment that ends in CR",
        "/X 1 %\r/OpenAction<<>>\n",
    ),
    ("an action in what seems a string", "/X<(>/OpenAction<<>>/Y<)>"),
    ("an action in what seems a comment", "/X<%>/OpenAction<<>>\n/Y 1"),
    ("names, one letter escaped", "/Name#73<<>>"),
    ("a bracket that does not close", "/X["),
    ("a bracket that was not opened", "/X]"),
    ("an end in a comment", "%>>\nendobj\n"),
    ("an end in a string", "/X(>>\nendobj\n)"),
];

/// Objects that no page may have, in the place of its font.
const OBJECTS: &[(&str, &str)] = &[
    ("a script", "<</S/JavaScript>>"),
    ("a script, one letter escaped", "<</J#53(app.alert)>>"),
    ("a script, all letters escaped", "<</#4A#53(app.alert)>>"),
    ("an escape that is cut short", "<</J#5>>"),
    ("an escape that is no number", "<</J#xx>>"),
    ("an annotation", "<</Type/Page/Annots[]>>"),
    ("a link", "<</S/URI/X(https:)>>"),
    ("a program to be started", "<</S/Launch>>"),
    ("a file inside", "<</EF<</F 5 0 R>>/Type/EmbeddedFile>>"),
    ("a layer", "<</Type/OCG>>"),
    (
        "objects in a stream",
        "<</Type/ObjStm/Length 3>>\nstream\nabc\nendstream",
    ),
    (
        "a table in a stream",
        "<</Type/XRef/Length 3>>\nstream\nabc\nendstream",
    ),
    (
        "a stream with a second length inside",
        "<</X<</Length 9>>/Length 3>>\nstream\nabc\nendstream",
    ),
    (
        "a stream with its length elsewhere",
        "<</Length 5 0 R>>\nstream\nabc\nendstream",
    ),
    (
        "a stream with an escaped length",
        "<</L#65ngth 9/Length 3>>\nstream\nabc\nendstream",
    ),
    (
        "a stream that is longer than it says",
        "<</Length 3>>\nstream\nabcdef\nendstream",
    ),
    (
        "a stream that is shorter than it says",
        "<</Length 9>>\nstream\nabc\nendstream",
    ),
    ("a stream without a length", "<</X 3>>\nstream\nabc\nendstream"),
    (
        "a stream inside an array",
        "<</X[<</Length 10>>\nstream\n]/AA<<>>>>\nendstream",
    ),
    (
        "a stream with a second length in the next line",
        "<</Length 3/Length\n9>>\nstream\nabc\nendstream",
    ),
    (
        "a stream with a length inside alone",
        "<</X<</Length 3>>>>\nstream\nabc\nendstream",
    ),
    ("an action by name", "<</A<</S/Named/N/Print>>>>"),
    ("a string that does not end", "<</X(abc>>"),
];

/// Entries that no trailer may have.
const TRAILERS: &[(&str, &str)] = &[
    ("a table before the page's own", "/Prev 9"),
    ("a table before the page's own, one letter escaped", "/Pre#76 9"),
    ("a table in a stream beside the page's own", "/XRefStm 9"),
    ("an encrypted page", "/Encrypt 6 0 R"),
    ("an encrypted page, one letter escaped", "/Encryp#74 6 0 R"),
    ("a second catalog inside", "/X<</Root 6 0 R>>"),
];
