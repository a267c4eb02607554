//! What can go wrong in a verb. Nothing here decides what is printed about it.

use std::io;

/// Why a verb did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The operating system refused something.
    #[error("could not {doing} {object}")]
    Io {
        /// `read`, `write`, `run`, …
        doing: &'static str,
        /// The file or the program.
        object: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What was checked is not as it should be. What is wrong has been said already.
    #[error("{0}")]
    Failed(String),
}

impl Error {
    /// Gives an [`io::Error`] the object that it is about.
    pub(crate) fn io(
        doing: &'static str,
        object: impl ToString,
    ) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::Io { doing, object: object.to_string(), source }
    }
}
