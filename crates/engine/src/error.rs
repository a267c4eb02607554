//! What can go wrong while an image is read.

use model::{Digest, ErrorKind, InvalidReference};

/// Why an image could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A name means nothing that is kept, and nothing in a registry.
    #[error("{source}")]
    Name {
        /// Why.
        source: InvalidReference,
    },
    /// Its documents, or the bytes of a layer, could not be had.
    #[error("{source}")]
    Source {
        /// The reference.
        reference: String,
        /// Why.
        source: source::Error,
    },
    /// A layer could not be read.
    #[error("could not read layer {number} of {reference}{}: {source}", name(.digest.as_ref()))]
    Layer {
        /// The reference.
        reference: String,
        /// Which layer, counted from 1 at the bottom.
        number: usize,
        /// Its blob's digest, where it has one.
        digest: Option<Digest>,
        /// Why.
        source: Box<layer::Error>,
    },
}

fn name(digest: Option<&Digest>) -> String {
    digest.map(|digest| format!(" ({})", digest.short())).unwrap_or_default()
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Name { .. } => ErrorKind::Invalid,
            Error::Source { source, .. } => source.kind(),
            Error::Layer { source, .. } => {
                transport(source).map_or_else(|| source.kind(), source::Error::kind)
            }
        }
    }

    /// What to try, where there is something.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Name { .. } => general_hint(ErrorKind::NotFound).map(ToOwned::to_owned),
            Error::Source { source, .. } => {
                source.hint().or_else(|| general_hint(source.kind())).map(ToOwned::to_owned)
            }
            Error::Layer { source, digest, .. } => match &**source {
                layer::Error::Digest { .. } | layer::Error::Size { .. } => Some(
                    "the copy is damaged, or something between it and here damages it; nothing of it was kept".into(),
                ),
                layer::Error::Limit { .. } => {
                    Some("this is a limit against hostile images; docs/limits.md lists them all".into())
                }
                layer::Error::NotAnArchive(_) => {
                    Some("layers are tar archives, plain or in gzip or zstd; artifacts of other kinds are no images".into())
                }
                layer::Error::Inflate { .. } | layer::Error::Archive { .. } => Some(match digest {
                    Some(_) => "its digest is right, so it was broken when it was made".into(),
                    None => "the file is damaged, or it was written wrongly".into(),
                }),
                layer::Error::Io(_) => {
                    transport(source).and_then(|error| error.hint()).map(ToOwned::to_owned)
                }
            },
        }
    }
}

/// What to try where a source knows nothing better.
fn general_hint(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::NotFound => {
            Some("check the name; `pentimento --help` lists the ways to name an image")
        }
        ErrorKind::Denied => Some("whoever runs this program may not read it"),
        ErrorKind::Unavailable => {
            Some("it may be there later; the server, the network or a proxy is at fault")
        }
        ErrorKind::Corrupt => Some("it is broken where it lies; another copy may be whole"),
        ErrorKind::Limit => Some("docs/limits.md lists all limits"),
        ErrorKind::Invalid | ErrorKind::Internal => None,
    }
}

/// What the source said, where it broke off in the middle of a layer: it comes through as an I/O error.
fn transport(error: &layer::Error) -> Option<&source::Error> {
    match error {
        layer::Error::Io(error) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}
