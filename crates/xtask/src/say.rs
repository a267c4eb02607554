//! Talks to the person at the terminal; the only place of the tool that writes to it itself.

use std::error::Error as _;
use std::io::Write as _;

use crate::Error;

/// Writes one line to standard output. Nobody listening is no reason to stop.
pub(crate) fn say(line: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout(), "{}", line.as_ref());
}

/// Writes an error and its causes to standard error.
pub(crate) fn complain(error: &Error) {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.extend([": ", &error.to_string()]);
        cause = error.source();
    }
    let _ = writeln!(std::io::stderr(), "error: {text}");
}
