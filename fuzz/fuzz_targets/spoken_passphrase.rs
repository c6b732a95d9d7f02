//! Generated passphrases as somebody types them (`docs/spec/package.md` §2): one spelling, read again as itself.
#![no_main]

use keshiin::crypto::{CryptoError, SpokenPassphrase};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|typed: &str| {
    match SpokenPassphrase::read(typed) {
        Ok(Some(spoken)) => {
            assert_eq!(spoken.text().len(), 29);
            let again = SpokenPassphrase::read(spoken.text()).unwrap().unwrap();
            assert_eq!(again.text(), spoken.text());
        }
        Ok(None) => {}
        Err(CryptoError::WrongGroup { group } | CryptoError::NotASign { group }) => {
            assert!((1..=6).contains(&group))
        }
        Err(other) => assert!(matches!(other, CryptoError::TooLong { .. }), "{other}"),
    }
});
