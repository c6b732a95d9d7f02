//! Manifests (`docs/spec/package.md` §6): one spelling, and files that follow one another.
#![no_main]

use keshiin::sealing::{Manifest, check_path};
use keshiin_fuzz::package_id;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(manifest) = Manifest::parse(data, package_id()) else {
        return;
    };
    assert_eq!(manifest.encode(), data);
    let mut offset = 0;
    for entry in &manifest.entries {
        assert_eq!(check_path(&entry.path), Ok(()));
        if let Some(file) = entry.file {
            assert_eq!(file.offset, offset);
            offset += file.stored;
        }
    }
    assert_eq!(offset, manifest.head.data);
});
