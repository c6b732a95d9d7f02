//! Printed PDFs (`docs/spec/print.md`): what is taken apart is fastened to the same file again. The second half
//! takes the input for the objects of a page, so that what a page may hold is reached behind its table.
#![no_main]

use keshiin::rendering::{Attachment, Printed, Taken, fasten, is_exact, take_apart};
use keshiin_fuzz::now;
use libfuzzer_sys::fuzz_target;

const MARK: &str = "0123456789abcdef0123456789abcdef";

fn fastened_again(printed: &Printed<'_>) {
    let file = fasten(printed.page, printed.time, MARK, &printed.attachments).unwrap();
    assert!(is_exact(&file, printed, MARK));
    assert_eq!(take_apart(&file).as_ref(), Ok(&Taken::Printed(printed.clone())));
}

/// A page of these objects: the first is the catalog, the second the information dictionary.
fn page(objects: &[u8]) -> Vec<u8> {
    const END: &[u8] = b"\nendobj\n";
    let (mut bytes, mut lines, mut rest) = (b"%PDF-1.7\n".to_vec(), String::new(), objects);
    let mut number = 1;
    while !rest.is_empty() {
        let end = rest.windows(END.len()).position(|window| window == END);
        let body = &rest[..end.unwrap_or(rest.len())];
        lines += &format!("{:010} 00000 n\r\n", bytes.len());
        bytes.extend(format!("{number} 0 obj\n").bytes());
        bytes.extend([body, END].concat());
        rest = end.map_or(&[], |end| &rest[end + END.len()..]);
        number += 1;
    }
    let table = bytes.len();
    let head = format!("xref\n0 {number}\n0000000000 65535 f\r\n{lines}");
    let trailer =
        format!("trailer\n<</Size {number}/Root 1 0 R/Info 2 0 R/ID[(a)(b)]>>\nstartxref\n{table}\n%%EOF");
    [bytes, head.into_bytes(), trailer.into_bytes()].concat()
}

fuzz_target!(|data: &[u8]| {
    if let Ok(Taken::Printed(printed)) = take_apart(data) {
        fastened_again(&printed);
    }
    let page = page(data);
    let files = [Attachment {
        name: "a.json".into(),
        bytes: data,
        data: true,
    }];
    if let Ok(file) = fasten(&page, now(), MARK, &files) {
        let Ok(Taken::Printed(printed)) = take_apart(&file) else {
            panic!("what was fastened cannot be taken apart");
        };
        assert_eq!((printed.page, &printed.attachments[..]), (&page[..], &files[..]));
        assert!(is_exact(&file, &printed, MARK));
    }
});
