//! Records that were changed after they were signed.

use super::*;

/// In the order of the table.
pub(super) const CASES: &[Case] = &[
    case("a record with one byte changed", 4, "", |world| {
        tampered(world, |bytes| {
            let place = bytes.len() / 2;
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        })
    }),
    case("a record with white space added", 4, "", |world| {
        tampered(world, |bytes| bytes.insert(1, b' '))
    }),
    case("a record with a line end added", 4, "", |world| {
        tampered(world, |bytes| bytes.push(b'\n'))
    }),
    case("a record with one signature taken from another", 4, "", |world| {
        let other = {
            let device = Loop::named(world, "second.img");
            world.wipe(&[device.node()]).run().is(0);
            fs::read(world.record()).unwrap()
        };
        for name in world.output().into_keys() {
            fs::remove_file(world.path("out").join(name)).unwrap();
        }
        tampered(world, |bytes| *bytes = with_signature_of(bytes, &other))
    }),
];
