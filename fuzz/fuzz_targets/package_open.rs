//! Whole packages of a known key, their plaintext given: data, a byte 0xff, M. What comes out is what M says, or an
//! error; what is salvaged lies inside the files.
#![no_main]

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use keshiin::crypto::{
    Blake3, Digest, Fingerprint, Floe, FloeParams, KemId, RecipientSecret, Secret, hkdf_expand_sha256,
    hmac_sha256,
};
use keshiin::progress::{Silent, StopSignal};
use keshiin::sealing::{Entry, Examined, Header, Key, Outputs, RecipientStanza, Stanza, Wanted};
use keshiin_fuzz::package_id;
use libfuzzer_sys::fuzz_target;

const PLAIN: usize = 262_144;

fn secret(byte: u8) -> Secret {
    Secret::take(&mut [byte; 32]).unwrap()
}

/// Front, and what encrypts the body.
fn front(whose: Fingerprint, to: &RecipientSecret) -> (Vec<u8>, Floe) {
    let (id, file_key) = (package_id(), secret(9));
    let stanza = RecipientStanza::wrap(whose, to.public(), id, &file_key).unwrap();
    let header = Header::new(id, vec![Stanza::Recipient(stanza)]).unwrap().encode();
    let expand = |info: &[u8]| hkdf_expand_sha256(file_key.bytes(), info).unwrap();
    let length = u32::try_from(header.len()).unwrap().to_be_bytes();
    let mut front = [b"keshiin-package/1\n", &length[..], &header].concat();
    front.extend(*Digest::of(&[&front]).bytes());
    let mac = hmac_sha256(expand(b"keshiin-package/1 header-mac").bytes(), &[&front]).unwrap();
    let aad = [&b"keshiin-package/1\n"[..], id.bytes()].concat();
    let (floe, head) = Floe::start(
        FloeParams::PACKAGE,
        expand(b"keshiin-package/1 body").bytes(),
        &aad,
    )
    .unwrap();
    front.extend(mac);
    front.extend(head);
    (front, floe)
}

/// Data, fill, M, footer, fill, gap, M, footer.
fn plaintext(data: &[u8], manifest: &[u8]) -> Vec<u8> {
    let mut plain = data.to_vec();
    let mut add = |gap: usize| {
        plain.resize(plain.len().next_multiple_of(PLAIN) + gap, 0);
        let offset = plain.len() as u64;
        plain.extend(manifest);
        plain.extend(
            [
                &offset.to_be_bytes()[..],
                &(manifest.len() as u64).to_be_bytes(),
                b"KSHNMAN1",
            ]
            .concat(),
        );
    };
    add(0);
    add(PLAIN);
    plain
}

fn sealed((front, floe): &(Vec<u8>, Floe), plain: &[u8]) -> Vec<u8> {
    let (mut package, count) = (front.clone(), plain.len().div_ceil(PLAIN));
    for (number, piece) in plain.chunks(PLAIN).enumerate() {
        let mut segment = [&[0; 16], piece, &[0; 16]].concat();
        floe.seal_segment(number as u64, number + 1 == count, &mut segment)
            .unwrap();
        package.extend(segment);
    }
    package.extend(front);
    package.extend(u32::try_from(front.len()).unwrap().to_be_bytes());
    package.extend(b"KSHNEND1");
    package
}

/// A file that is being written.
struct Slot(Arc<Mutex<Vec<u8>>>);

impl Write for Slot {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where files go; each is looked at when it is complete.
#[derive(Default)]
struct Shelf(Mutex<BTreeMap<usize, Arc<Mutex<Vec<u8>>>>>);

impl Outputs for Shelf {
    fn folder(&self, _: usize, entry: &Entry) -> io::Result<()> {
        assert!(entry.file.is_none());
        Ok(())
    }

    fn create(&self, place: usize, _: &Entry) -> io::Result<Box<dyn Write + Send>> {
        let bytes = Arc::default();
        self.0.lock().unwrap().insert(place, Arc::clone(&bytes));
        Ok(Box::new(Slot(bytes)))
    }

    fn finish(&self, place: usize, entry: &Entry, _: Box<dyn Write + Send>) -> io::Result<()> {
        let bytes = self.0.lock().unwrap().remove(&place).unwrap();
        let (bytes, file) = (bytes.lock().unwrap(), entry.file.unwrap());
        assert_eq!(
            (bytes.len() as u64, Blake3::of(&[&bytes])),
            (file.size, file.blake3)
        );
        Ok(())
    }
}

fuzz_target!(|data: &[u8]| {
    let cut = data.iter().position(|byte| *byte == 0xff).unwrap_or(data.len());
    let (files, manifest) = data.split_at(cut);
    let with = RecipientSecret::from_bytes(KemId::P256, secret(7)).unwrap();
    let whose = Fingerprint::from_digest(Digest::of(&[b"somebody"]));
    let package = sealed(
        &front(whose, &with),
        &plaintext(files, manifest.get(1..).unwrap_or_default()),
    );
    let key = Key::Recipient(whose, &with);
    let Ok(package) = Examined::read(&package).and_then(|examined| examined.unlock(&key)) else {
        return;
    };
    let stop = StopSignal::default();
    if package
        .extract(Wanted::All, &Shelf::default(), &mut Silent, &stop)
        .is_ok()
    {
        assert_eq!(package.manifest().head.data, files.len() as u64);
    }
    let salvage = package.salvage(&mut Silent, &stop).unwrap();
    assert!(salvage.damaged.is_empty() && salvage.whole.len() == package.manifest().entries.len());
});
