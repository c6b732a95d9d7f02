//! Writes small pages and the updates that fasten files to them, by `docs/spec/print.md` alone.
//!
//! Apart from the program's own code, so that vectors can be made which the program refuses to make:
//! every part of a page and of an update can be another than it should be (ISO 32000-1 §7.5).

/// A page as small as they come. The objects are numbered from 1: catalog first, information second.
#[derive(Clone)]
pub(crate) struct Page {
    /// The first line and what else stands before the first object.
    pub(crate) head: Vec<u8>,
    /// What stands between `<<` and `>>` of the catalog.
    pub(crate) catalog: String,
    /// The other objects, from number 2.
    pub(crate) objects: Vec<String>,
    /// What stands in the trailer behind `/Size`.
    pub(crate) trailer: String,
    /// The last line.
    pub(crate) end: String,
}

/// First string of the page's `/ID`.
const ID: &str = "(OTR1==)";

impl Page {
    /// A page that viewers show: the words `text`, and nothing that acts.
    pub(crate) fn showing(text: &str) -> Self {
        let drawing = format!("BT /F1 10 Tf 12 34 Td ({text}) Tj ET");
        Self {
            head: b"%PDF-1.7\n%\x80\x80\x80\x80\n\n".to_vec(),
            catalog: "/Type/Catalog/Pages 3 0 R/Lang(ja)".into(),
            objects: vec![
                "<</Title(A page \\(by hand\\))>>".into(),
                "<</Type/Pages/Kids[4 0 R]/Count 1>>".into(),
                "<</Type/Page/Parent 3 0 R/MediaBox[0 0 200 80]/Contents 5 0 R/Resources<</Font<</F1 6 0 R>>>>>>"
                    .into(),
                stream("", &drawing),
                "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".into(),
            ],
            trailer: format!("/Root 1 0 R/Info 2 0 R/ID[{ID}(cd==)]"),
            end: "%%EOF".into(),
        }
    }

    /// The same page with another object in the place of number `number`.
    pub(crate) fn with(mut self, number: usize, object: &str) -> Self {
        object.clone_into(&mut self.objects[number - 2]);
        self
    }

    /// The same page with more entries in its catalog.
    pub(crate) fn with_catalog(mut self, entries: &str) -> Self {
        self.catalog += entries;
        self
    }

    fn bodies(&self) -> impl Iterator<Item = String> {
        let catalog = format!("<<{}>>", self.catalog);
        std::iter::once(catalog).chain(self.objects.iter().cloned())
    }

    fn size(&self) -> usize {
        self.objects.len() + 2
    }

    /// The page's bytes, and where its table begins.
    fn written(&self) -> (Vec<u8>, usize) {
        let (mut bytes, mut lines) = (self.head.clone(), String::new());
        for (place, body) in self.bodies().enumerate() {
            lines += &format!("{:010} 00000 n\r\n", bytes.len());
            bytes.extend(format!("{} 0 obj\n{body}\nendobj\n", place + 1).bytes());
        }
        let (table, size) = (bytes.len(), self.size());
        let head = format!("xref\n0 {size}\n0000000000 65535 f\r\n");
        let trailer = format!("trailer\n<</Size {size}{}>>\nstartxref\n{table}\n", self.trailer);
        bytes.extend([head, lines, trailer, self.end.clone()].concat().bytes());
        (bytes, table)
    }

    /// The page's bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.written().0
    }

    /// Its objects alone, each before its `endobj`.
    pub(crate) fn objects(&self) -> Vec<u8> {
        self.bodies().collect::<Vec<_>>().join("\nendobj\n").into_bytes()
    }
}

/// A stream object of these entries and this content.
pub(crate) fn stream(entries: &str, content: &str) -> String {
    format!(
        "<<{entries}/Length {}>>\nstream\n{content}\nendstream",
        content.len()
    )
}

/// A file that hangs on a page.
#[derive(Clone)]
pub(crate) struct Hung {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// `Data` or `Supplement`.
    pub(crate) kind: &'static str,
}

/// A printed PDF, before it is written.
#[derive(Clone)]
pub(crate) struct Print {
    /// The page's bytes.
    pub(crate) page: Vec<u8>,
    /// `/Size` of the page.
    pub(crate) size: usize,
    /// What stands between `<<` and `>>` of the catalog.
    pub(crate) catalog: String,
    /// Where the page's table begins.
    pub(crate) table: usize,
    /// T of the first line.
    pub(crate) time: String,
    /// The same as PDF writes it.
    pub(crate) stamp: String,
    /// What hangs on it, in order.
    pub(crate) files: Vec<Hung>,
    /// The first 32 digits of the statement's 照合値.
    pub(crate) mark: String,
}

impl Print {
    /// `page` with nothing hanging on it yet.
    pub(crate) fn of(page: &Page, time: &str) -> Self {
        let (bytes, table) = page.written();
        let digits: String = time[..19].chars().filter(char::is_ascii_digit).collect();
        Self {
            page: bytes,
            size: page.size(),
            catalog: page.catalog.clone(),
            table,
            time: time.into(),
            stamp: format!("D:{digits}{}'{}", &time[19..22], &time[23..]),
            files: Vec::new(),
            mark: String::new(),
        }
    }

    /// The first line of the update, with the line break before it.
    pub(crate) fn first_line(&self) -> String {
        let files: Vec<String> = self
            .files
            .iter()
            .map(|file| format!("{}:{}", file.name, file.bytes.len()))
            .collect();
        let (page, time) = (self.page.len(), &self.time);
        format!(
            "\n%keshiin-print/1 page={page} time={time} files={}\n",
            files.join(",")
        )
    }

    /// The whole file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = self.page.clone();
        out.extend(self.first_line().bytes());
        let mut places = Vec::new();
        for (place, file) in self.files.iter().enumerate() {
            let number = self.size + 2 * place;
            places.push(out.len());
            out.extend(self.file(number, file));
            places.push(out.len());
            out.extend(specification(number + 1, file).bytes());
        }
        let catalog = out.len();
        out.extend(self.new_catalog().bytes());
        let end = self.end(out.len(), catalog, &places);
        out.extend(end.bytes());
        out
    }

    fn file(&self, number: usize, file: &Hung) -> Vec<u8> {
        let (length, stamp) = (file.bytes.len(), &self.stamp);
        let parameters = format!("/Params<</ModDate({stamp})/Size {length}>>/Length {length}");
        let head = format!(
            "{number} 0 obj\n<</Type/EmbeddedFile/Subtype/application#2Fjson{parameters}>>\nstream\n"
        );
        [head.as_bytes(), &file.bytes, b"\nendstream\nendobj\n"].concat()
    }

    fn new_catalog(&self) -> String {
        let number = |place: usize| self.size + 2 * place + 1;
        let mut sorted: Vec<(&str, usize)> = self
            .files
            .iter()
            .enumerate()
            .map(|(place, file)| (file.name.as_str(), number(place)))
            .collect();
        sorted.sort_unstable();
        let names: Vec<String> = sorted
            .iter()
            .map(|(name, number)| format!("({name}) {number} 0 R"))
            .collect();
        let all: Vec<String> = (0..self.files.len())
            .map(|place| format!("{} 0 R", number(place)))
            .collect();
        format!(
            "1 0 obj\n<<{}/Names<</EmbeddedFiles<</Names[{}]>>>>/AF[{}]>>\nendobj\n",
            self.catalog,
            names.join(" "),
            all.join(" ")
        )
    }

    fn end(&self, table: usize, catalog: usize, places: &[usize]) -> String {
        let line = |place: &usize| format!("{place:010} 00000 n\r\n");
        let (size, count) = (self.size, places.len());
        let lines: String = places.iter().map(line).collect();
        let head = format!("xref\n1 1\n{}{size} {count}\n{lines}", line(&catalog));
        let (mark, previous) = (&self.mark, self.table);
        let id = format!("/ID[{ID}<{mark}>]");
        format!(
            "{head}trailer\n<</Size {}/Root 1 0 R/Info 2 0 R{id}/Prev {previous}>>\nstartxref\n{table}\n%%EOF\n",
            size + count
        )
    }
}

fn specification(number: usize, file: &Hung) -> String {
    let (name, kind, stream) = (&file.name, file.kind, number - 1);
    let names = format!("/F({name})/UF({name})/AFRelationship/{kind}/Desc({name})");
    format!("{number} 0 obj\n<</Type/Filespec{names}/EF<</F {stream} 0 R/UF {stream} 0 R>>>>\nendobj\n")
}
