//! What is told of what happened. Where it goes is not decided here.

use std::sync::Arc;
use std::time::Duration;

/// Takes what is told.
pub type Log = Arc<dyn Fn(&Record<'_>) + Send + Sync>;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Record<'a> {
    /// A request was answered.
    Request {
        /// Its ID, which the answer has too.
        id: &'a str,
        /// How it came: `HTTP/1.1`, `HTTP/2`, `gRPC`.
        protocol: &'a str,
        /// Its method.
        method: &'a str,
        /// Its path, without what was asked.
        path: &'a str,
        /// The status of the answer; of gRPC's that of its frame.
        status: u16,
        /// How long it took until the answer began.
        took: Duration,
    },
    /// Something is as it should be, and worth knowing.
    Note {
        /// A sentence.
        text: &'a str,
    },
    /// Something went wrong, and goes on.
    Trouble {
        /// A sentence.
        text: &'a str,
    },
}
