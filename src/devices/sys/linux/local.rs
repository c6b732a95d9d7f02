//! Unix sockets with limits of time.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// Connects to the socket at `path`; no step takes longer than `patience`.
pub(crate) fn connect_local(path: &Path, patience: Duration) -> io::Result<UnixStream> {
    let stream = connect(path, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    Ok(stream)
}

/// The kernel waits without end while the other side's queue is full, so a thread waits in its place.
/// One that nobody answers is left behind.
fn connect(path: &Path, patience: Duration) -> io::Result<UnixStream> {
    let (tell, told) = mpsc::sync_channel(1);
    let path = path.to_owned();
    std::thread::Builder::new().spawn(move || tell.send(UnixStream::connect(path)))?;
    told.recv_timeout(patience).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => io::ErrorKind::TimedOut.into(),
            RecvTimeoutError::Disconnected => io::ErrorKind::Other.into(),
        })
    })
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read, Write};
    use std::os::unix::net::UnixListener;

    use super::*;

    const SHORT: Duration = Duration::from_millis(200);

    #[test]
    fn somebody_who_says_nothing_is_not_waited_for_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        assert_eq!(
            connect_local(&path, SHORT).unwrap_err().kind(),
            ErrorKind::NotFound
        );
        let listener = UnixListener::bind(&path).unwrap();
        let mut stream = connect_local(&path, SHORT).unwrap();
        let failed = stream.read(&mut [0]).unwrap_err().kind();
        assert!(matches!(failed, ErrorKind::WouldBlock | ErrorKind::TimedOut));
        let failed = stream.write_all(&vec![0; 64 << 20]).unwrap_err().kind();
        assert!(matches!(failed, ErrorKind::WouldBlock | ErrorKind::TimedOut));
        let (mut other, _) = listener.accept().unwrap();
        other.write_all(b"x").unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap(), 1);
    }
}
