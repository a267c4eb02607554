//! The few kinds of failure that a door (exit code, HTTP status, gRPC code) tells apart, and how a failure reads.

/// What kind of failure an error is. Every room's error answers `kind()` with one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request itself makes no sense: a broken reference, an unknown option.
    Invalid,
    /// What was asked for is not there: no such file, tag, digest or platform.
    NotFound,
    /// It may be there, but we may not see it: credentials are missing or refused.
    Denied,
    /// It should be there, but cannot be had now: time-outs, 5xx, a cut connection.
    Unavailable,
    /// It is larger, deeper or slower than a documented limit allows.
    Limit,
    /// Its bytes are not what they should be: a wrong digest, a broken archive, a malformed manifest.
    Corrupt,
    /// A fault of ours.
    Internal,
}

/// An error with its causes, in one sentence.
pub fn told(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
