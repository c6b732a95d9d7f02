//! Paths in packages (`docs/spec/package.md` §7), one a line: what is taken leads below the target folder and is
//! its own normal form.
#![no_main]

use std::path::{Component, Path};

use keshiin::sealing::{Names, check_path, normal_path};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut names = Names::new();
    for line in text.split('\n') {
        if let Ok((path, original)) = normal_path(line) {
            assert_eq!(normal_path(&path), Ok((path.clone(), None)));
            assert_eq!(original.as_deref().unwrap_or(&path), line);
        }
        let fits = names.add(line, false).is_ok();
        if check_path(line).is_ok() {
            assert!(
                Path::new(line)
                    .components()
                    .all(|part| matches!(part, Component::Normal(_)))
            );
            assert!(!line.contains(['\\', ':', '\0']));
        } else {
            assert!(!fits);
        }
        // A file cannot be there twice.
        assert!(!fits || names.add(line, false).is_err());
    }
});
