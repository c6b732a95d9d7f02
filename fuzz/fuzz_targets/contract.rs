//! Contract files, as people write them: what is read survives a payload.
#![no_main]

use keshiin::records::Contract;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(contract) = Contract::parse(data) {
        let payload = serde_json::to_vec(&contract).unwrap();
        assert_eq!(serde_json::from_slice::<Contract>(&payload).unwrap(), contract);
    }
});
