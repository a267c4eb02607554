//! What can go wrong before anybody is served.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use model::ErrorKind;

use crate::token::KeyError;

/// Why nobody is served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened at.
    #[error("could not listen at {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger {
        /// Why.
        #[from]
        source: engine::StoreError,
    },
    /// There is no key.
    #[error(transparent)]
    Key {
        /// Why.
        #[from]
        source: KeyError,
    },
    /// The certificate or its key cannot be used.
    #[error("could not use the certificate {}: {why}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A group that anybody shall read is not there.
    #[error("nobody can read the group {name} without a token: there is no such group")]
    NoGroup {
        /// Its name or its ID, as it was said.
        name: String,
    },
    /// An issuer whose tokens shall be believed cannot be one.
    #[error("could not use the issuer {address}: {why}")]
    Issuer {
        /// Its address, as it was said.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// What the machine should give it did not.
    #[error("could not {doing}")]
    Machine {
        /// `begin threads`, …
        doing: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A fault of ours.
    #[error("the contract cannot be used: {why}")]
    Contract {
        /// Why.
        why: String,
    },
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Listen { source, .. } => match source.kind() {
                io::ErrorKind::PermissionDenied => ErrorKind::Denied,
                _ => ErrorKind::Unavailable,
            },
            Error::Ledger { source } => source.kind(),
            Error::Key { source } => source.kind(),
            Error::Certificate { .. } | Error::Issuer { .. } => ErrorKind::Invalid,
            Error::NoGroup { .. } => ErrorKind::NotFound,
            Error::Machine { .. } => ErrorKind::Unavailable,
            Error::Contract { .. } => ErrorKind::Internal,
        }
    }

    /// What somebody can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Error::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
                "another program listens there; say --listen with another port"
            }
            Error::Certificate { .. } => {
                "PEM files are read: the certificate with those that it is signed by, and its key"
            }
            Error::Key { source: KeyError::Unusable { .. } } => {
                "without it (or with another one) tokens that were given out are not believed any more"
            }
            _ => return None,
        };
        Some(hint.into())
    }
}
