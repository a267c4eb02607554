//! What can go wrong while advisories are fetched, imported or asked.

use std::io;

use model::ErrorKind;

/// Why advisories could not be had. The text says which object and why, `hint` what to try.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such file, address or kept database.
    #[error("{what}")]
    NotFound {
        /// What is not there, as a sentence.
        what: String,
        /// What is there, or how to find out.
        hint: String,
    },
    /// It should be there, but cannot be had now.
    #[error("{what}")]
    Unavailable {
        /// What could not be had, and why.
        what: String,
        /// What to try.
        hint: String,
    },
    /// It is not what it should be: a wrong digest, a broken archive, a file of another kind.
    #[error("{what}")]
    Corrupt {
        /// What is wrong with what.
        what: String,
        /// What to try.
        hint: String,
    },
    /// It is larger than a limit allows.
    #[error("{what}")]
    Limit {
        /// What is larger than which limit.
        what: String,
    },
    /// What was said makes no sense.
    #[error("{what}")]
    Invalid {
        /// What is wrong.
        what: String,
        /// What to say instead.
        hint: String,
    },
    /// A file could not be read or written.
    #[error("could not {doing} {object}")]
    Io {
        /// `open`, `read`, …
        doing: &'static str,
        /// The file.
        object: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::NotFound { .. } => ErrorKind::NotFound,
            Error::Unavailable { .. } => ErrorKind::Unavailable,
            Error::Corrupt { .. } => ErrorKind::Corrupt,
            Error::Limit { .. } => ErrorKind::Limit,
            Error::Invalid { .. } => ErrorKind::Invalid,
            Error::Io { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => ErrorKind::NotFound,
                io::ErrorKind::PermissionDenied => ErrorKind::Denied,
                _ => ErrorKind::Unavailable,
            },
        }
    }

    /// What to try, where there is something.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Error::NotFound { hint, .. }
            | Error::Unavailable { hint, .. }
            | Error::Corrupt { hint, .. }
            | Error::Invalid { hint, .. } => Some(&**hint).filter(|hint| !hint.is_empty()),
            Error::Limit { .. } | Error::Io { .. } => None,
        }
    }
}
