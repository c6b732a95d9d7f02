//! Talking to a program on this machine through its local socket.

use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use super::sys;

/// Connects to the local (Unix) socket at `path`. Connecting, and each read and write, ends with an error
/// after `patience`.
///
/// # Errors
/// What the system answered; `TimedOut` or `WouldBlock` when patience ends; `Unsupported` where there
/// are no such sockets.
pub fn connect_local(path: &Path, patience: Duration) -> io::Result<impl Read + Write + use<>> {
    sys::connect_local(path, patience)
}
