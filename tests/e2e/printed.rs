//! Printed PDFs as other people's programs see them; taken apart and put together again after
//! `docs/spec/print.md`, with nothing of the program's own code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use data_encoding::{BASE64, HEXLOWER};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::devices::tool;
use crate::support::World;

/// A printed PDF in its parts.
#[derive(Clone)]
pub(crate) struct Pdf {
    pub(crate) page: Vec<u8>,
    pub(crate) time: String,
    pub(crate) files: Vec<Attached>,
}

/// An attachment.
#[derive(Clone)]
pub(crate) struct Attached {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) kind: &'static str,
}

impl Pdf {
    /// Takes a file apart by the first line of its update (§2).
    pub(crate) fn read(path: &Path) -> Self {
        let file = fs::read(path).unwrap();
        let end = find(&file, b"%%EOF", 0).unwrap() + 5;
        let line_end = find(&file, b"\n", end + 1).unwrap();
        let line = std::str::from_utf8(&file[end + 1..line_end]).unwrap();
        let (head, rest) = line.split_once(" time=").unwrap();
        assert_eq!(head, format!("%keshiin-print/1 page={end}"));
        let (time, names) = rest.split_once(" files=").unwrap();
        let mut at = line_end;
        let files = names.split(',').map(|entry| {
            let (name, length) = entry.split_once(':').unwrap();
            let length: usize = length.parse().unwrap();
            let start = find(&file, b">>\nstream\n", at).unwrap() + 10;
            at = start + length;
            let kind = if name == "roster.json" || name == "print.json" {
                "Supplement"
            } else {
                "Data"
            };
            Attached {
                name: name.into(),
                bytes: file[start..at].to_vec(),
                kind,
            }
        });
        let files = files.collect();
        Self {
            page: file[..end].to_vec(),
            time: time.into(),
            files,
        }
    }

    /// The content of an attachment.
    pub(crate) fn file(&self, name: &str) -> &[u8] {
        &self.files.iter().find(|file| file.name == name).unwrap().bytes
    }

    /// The same, to be changed.
    pub(crate) fn file_mut(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self
            .files
            .iter_mut()
            .find(|file| file.name == name)
            .unwrap()
            .bytes
    }

    /// The print statement.
    pub(crate) fn statement(&self) -> Value {
        content(self.file("print.json"))
    }

    /// With another print statement, signed by nobody.
    pub(crate) fn state(&mut self, statement: &Value) {
        let payload = BASE64.encode(statement.to_string().as_bytes());
        let envelope = format!(
            "{{\"payload\":\"{payload}\",\"payloadType\":\"application/vnd.keshiin.print.v1+json\",\
             \"signatures\":[]}}\n"
        );
        *self.file_mut("print.json") = envelope.into_bytes();
    }

    /// Page and update, as §2 writes them, with the mark of the print statement that is attached.
    pub(crate) fn fasten(&self) -> Vec<u8> {
        let payload = payload(self.file("print.json"));
        self.fasten_marked(&sha256(&payload)[..32])
    }

    /// The same with any mark.
    pub(crate) fn fasten_marked(&self, mark: &str) -> Vec<u8> {
        let trailer = Trailer::of(&self.page);
        let mut out = self.page.clone();
        let list: Vec<String> = self
            .files
            .iter()
            .map(|file| format!("{}:{}", file.name, file.bytes.len()))
            .collect();
        out.extend(
            format!(
                "\n%keshiin-print/1 page={} time={} files={}\n",
                self.page.len(),
                self.time,
                list.join(",")
            )
            .bytes(),
        );
        let mut places = Vec::new();
        for (place, file) in self.files.iter().enumerate() {
            let n = trailer.size + 2 * place;
            let (name, length, kind) = (&file.name, file.bytes.len(), file.kind);
            places.push(out.len());
            out.extend(
                format!(
                    "{n} 0 obj\n<</Type/EmbeddedFile/Subtype/application#2Fjson/Params<</ModDate({})/Size \
                     {length}>>/Length {length}>>\nstream\n",
                    pdf_time(&self.time)
                )
                .bytes(),
            );
            out.extend(&file.bytes);
            out.extend(b"\nendstream\nendobj\n");
            places.push(out.len());
            out.extend(
                format!(
                    "{} 0 obj\n<</Type/Filespec/F({name})/UF({name})/AFRelationship/{kind}/Desc({name})/EF<</F \
                     {n} 0 R/UF {n} 0 R>>>>\nendobj\n",
                    n + 1
                )
                .bytes(),
            );
        }
        let specification = |place: usize| format!("{} 0 R", trailer.size + 2 * place + 1);
        let all: Vec<String> = (0..self.files.len()).map(specification).collect();
        let mut names: Vec<(String, usize)> = self
            .files
            .iter()
            .enumerate()
            .map(|(place, file)| (file.name.clone(), place))
            .collect();
        names.sort();
        let names: Vec<String> = names
            .into_iter()
            .map(|(name, place)| format!("({name}) {}", specification(place)))
            .collect();
        let catalog = out.len();
        out.extend(format!("{} 0 obj\n<<", trailer.root).bytes());
        out.extend(&trailer.catalog);
        let (names, all) = (names.join(" "), all.join(" "));
        out.extend(format!("/Names<</EmbeddedFiles<</Names[{names}]>>>>/AF[{all}]>>\nendobj\n").bytes());
        let table = out.len();
        out.extend(format!("xref\n{} 1\n{catalog:010} 00000 n\r\n", trailer.root).bytes());
        out.extend(format!("{} {}\n", trailer.size, places.len()).bytes());
        for place in &places {
            out.extend(format!("{place:010} 00000 n\r\n").bytes());
        }
        let size = trailer.size + places.len();
        let Trailer {
            root,
            info,
            id,
            startxref,
            ..
        } = trailer;
        out.extend(
            format!(
                "trailer\n<</Size {size}/Root {root} 0 R/Info {info} 0 R/ID[{id}<{mark}>]/Prev \
                 {startxref}>>\nstartxref\n{table}\n%%EOF\n"
            )
            .bytes(),
        );
        out
    }
}

/// What an update needs to know of the page under it.
pub(crate) struct Trailer {
    pub(crate) size: usize,
    pub(crate) root: usize,
    pub(crate) info: usize,
    pub(crate) id: String,
    pub(crate) catalog: Vec<u8>,
    pub(crate) startxref: usize,
}

impl Trailer {
    /// The last trailer of a file with cross-reference tables, and the catalog that it leads to.
    pub(crate) fn of(file: &[u8]) -> Self {
        let tail = String::from_utf8_lossy(&file[rfind(file, b"trailer\n")..]).into_owned();
        let after = |key: &str| {
            let place = tail.find(key).unwrap_or_else(|| panic!("{key} in {tail}"));
            tail[place + key.len()..].to_owned()
        };
        let number = |key: &str| {
            let rest = after(key);
            let end = rest.find(|sign: char| !sign.is_ascii_digit()).unwrap();
            rest[..end].parse::<usize>().unwrap()
        };
        let root = number("/Root ");
        let head = format!("\n{root} 0 obj\n<<");
        let start = rfind(file, head.as_bytes()) + head.len();
        let end = find(file, b">>\nendobj\n", start).unwrap();
        let id = after("/ID[");
        Self {
            size: number("/Size "),
            root,
            info: number("/Info "),
            id: id[..=id.find(')').unwrap()].to_owned(),
            catalog: file[start..end].to_vec(),
            startxref: number("startxref\n"),
        }
    }
}

/// `2026-11-21T14:03:05+09:00` as PDF writes it.
fn pdf_time(time: &str) -> String {
    let plain: String = time[..19].chars().filter(char::is_ascii_digit).collect();
    let (sign, zone) = match &time[19..] {
        "Z" => ("+", "00:00"),
        zone => zone.split_at(1),
    };
    let (hours, minutes) = zone.split_once(':').unwrap();
    format!("D:{plain}{sign}{hours}'{minutes}")
}

/// The first place at or after `from` where `wanted` stands.
pub(crate) fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let places = bytes[from..].windows(wanted.len());
    places
        .enumerate()
        .find(|(_, window)| *window == wanted)
        .map(|(place, _)| from + place)
}

/// The last one.
pub(crate) fn rfind(bytes: &[u8], wanted: &[u8]) -> usize {
    let last = bytes.windows(wanted.len()).rposition(|window| window == wanted);
    last.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(wanted)))
}

/// The payload of an envelope.
pub(crate) fn payload(envelope: &[u8]) -> Vec<u8> {
    let envelope: Value = serde_json::from_slice(envelope).unwrap();
    BASE64
        .decode(envelope["payload"].as_str().unwrap().as_bytes())
        .unwrap()
}

fn content(envelope: &[u8]) -> Value {
    serde_json::from_slice(&payload(envelope)).unwrap()
}

/// In hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// A PDF that has nothing to do with keshiin.
pub(crate) fn foreign() -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
    ];
    let mut table = "xref\n0 4\n0000000000 65535 f\r\n".to_owned();
    for (place, body) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n\r\n", file.len());
        file.extend(format!("{} 0 obj\n{body}\nendobj\n", place + 1).bytes());
    }
    let start = file.len();
    file.extend(format!("{table}trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

/// The paper beside a record.
pub(crate) fn paper_of(record: &Path) -> PathBuf {
    record.with_extension("pdf")
}

/// What a PDF says, without white space: texts are searched across lines.
pub(crate) fn text(pdf: &Path) -> String {
    let text = tool("pdftotext", &["-enc", "UTF-8", pdf.to_str().unwrap(), "-"]);
    text.chars().filter(|sign| !sign.is_whitespace()).collect()
}

/// Demands that a paper says all of this, wherever its lines break.
#[track_caller]
pub(crate) fn says(pdf: &Path, wanted: &[&str]) {
    let found = text(pdf);
    for words in wanted {
        let squeezed: String = words.chars().filter(|sign| !sign.is_whitespace()).collect();
        assert!(found.contains(&squeezed), "{words} is missing in\n{found}");
    }
}

/// The names of what is attached, in alphabetical order.
pub(crate) fn attachments(pdf: &Path) -> Vec<String> {
    let listed = tool("pdfdetach", &["-list", pdf.to_str().unwrap()]);
    let names = listed.lines().filter_map(|line| line.split_once(": "));
    names.map(|(_, name)| name.to_owned()).collect()
}

/// Takes out everything that is attached, into a new folder.
pub(crate) fn detach(pdf: &Path, folder: &Path) {
    fs::create_dir(folder).unwrap();
    let (pdf, folder) = (pdf.to_str().unwrap(), folder.to_str().unwrap());
    tool("pdfdetach", &["-saveall", "-o", folder, pdf]);
}

/// Makes PNG pictures `<stem>-1.png` … of a PDF's pages; the first one.
pub(crate) fn picture(pdf: &Path, dpi: u32, stem: &Path) -> PathBuf {
    let (resolution, stem) = (dpi.to_string(), stem.to_str().unwrap());
    tool(
        "pdftoppm",
        &["-r", &resolution, "-png", pdf.to_str().unwrap(), stem],
    );
    let numbered = ["-1.png", "-01.png"].map(|end| PathBuf::from(format!("{stem}{end}")));
    numbered.into_iter().find(|path| path.exists()).unwrap()
}

/// The QR codes that zbarimg finds on a picture.
pub(crate) fn codes_by_zbar(picture: &Path) -> Vec<String> {
    let found = Command::new("zbarimg")
        .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
        .arg(picture)
        .stdin(Stdio::null())
        .output()
        .expect("zbarimg is needed");
    let text = String::from_utf8(found.stdout).unwrap();
    text.lines().map(ToOwned::to_owned).collect()
}

impl World {
    /// What `verify` says of a file, as one JSON document.
    #[track_caller]
    pub(crate) fn judged(&self, file: &Path, exit: i32, options: &[&str]) -> Value {
        let words = [&["verify", file.to_str().unwrap()], options].concat();
        let document = self.keshiin(&words).flag("--json").run().is(exit).json();
        document["files"][0].clone()
    }
}

/// The codes of what `verify` checked in the file itself.
pub(crate) fn checks(judged: &Value) -> Vec<&str> {
    let checks = judged["checks"].as_array().unwrap();
    checks
        .iter()
        .map(|check| check["code"].as_str().unwrap())
        .collect()
}
