//! What can be wrong with a source.

use std::io;

use model::ErrorKind;

/// Why an image or a part of it could not be had. The text says which object and why, `hint` what to try.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such file, repository, tag, digest or platform.
    #[error("{what}")]
    NotFound {
        /// What is not there, as a clause: `shop has no tag 1.6`.
        what: String,
        /// What is there, or how to find out.
        hint: String,
    },
    /// Credentials are missing or refused.
    #[error("{what}")]
    Denied {
        /// Who refused what.
        what: String,
        /// How to log in.
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
    /// What is there is not an image, or a broken one.
    #[error("{what}")]
    Corrupt {
        /// What is wrong with what.
        what: String,
        /// What to try.
        hint: String,
    },
    /// A limit was reached.
    #[error("{what}")]
    Limit {
        /// What is larger than which limit.
        what: String,
    },
    /// The reference cannot mean what it says.
    #[error("{what}")]
    Invalid {
        /// What is wrong.
        what: String,
        /// What to say instead.
        hint: String,
    },
    /// A file could not be read.
    #[error("could not {doing} {object}")]
    Io {
        /// `open`, `read`, …
        doing: &'static str,
        /// The file or host.
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
            Error::Denied { .. } => ErrorKind::Denied,
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
            | Error::Denied { hint, .. }
            | Error::Unavailable { hint, .. }
            | Error::Corrupt { hint, .. }
            | Error::Invalid { hint, .. } => {
                Some(hint).filter(|hint| !hint.is_empty()).map(|hint| &**hint)
            }
            Error::Limit { .. } | Error::Io { .. } => None,
        }
    }
}
