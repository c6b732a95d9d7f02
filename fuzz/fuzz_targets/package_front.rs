//! Both ends of a package (`docs/spec/package.md` §1), and an H between its digests: what is read as a front has
//! the one H that is written again.
#![no_main]

use keshiin::crypto::Digest;
use keshiin::sealing::{Examined, Header};
use libfuzzer_sys::fuzz_target;

/// A package with this H, whose digest is right; nothing else can be.
fn around(header: &[u8]) -> Vec<u8> {
    let length = u32::try_from(header.len()).unwrap_or(u32::MAX).to_be_bytes();
    let intro = [b"keshiin-package/1\n", &length[..], header].concat();
    let front = [&intro[..], Digest::of(&[&intro]).bytes(), &[0; 32 + 74]].concat();
    let length = u32::try_from(front.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&front[..], &[0; 33], &front, &length, b"KSHNEND1"].concat()
}

fuzz_target!(|data: &[u8]| {
    let bytes = data.to_vec();
    if let Ok(examined) = Examined::read(&bytes) {
        assert_eq!(
            Header::parse(&examined.header().encode()).as_ref(),
            Ok(examined.header())
        );
    }
    let bytes = around(data);
    let (examined, header) = (Examined::read(&bytes), Header::parse(data));
    assert_eq!(
        examined.map(|examined| examined.header().clone()).ok(),
        header.ok()
    );
});
