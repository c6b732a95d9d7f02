//! A system that refuses io_uring.

use crate::devices::sys;

/// Makes the queues of this process from now on as if the system refused io_uring, or no longer.
pub fn refuse_io_uring(refuse: bool) {
    sys::refuse_io_uring(refuse);
}
