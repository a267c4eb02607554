//! What can go wrong while an image is read.

use model::{Digest, ErrorKind, Path, Time};

use crate::Why;

/// Why an image could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing that is asked has an image of this ID or digest.
    #[error("no kept image and no engine of this machine has {name}")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The beginning of several IDs.
    #[error("{name} is the beginning of {} images' IDs", candidates.len())]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// What it may mean.
        candidates: Vec<Candidate>,
    },
    /// No kept image has this name.
    #[error("no kept image is called {name}")]
    NotKept {
        /// What was asked for.
        name: String,
    },
    /// Nothing kept has this name, and nobody else may be asked.
    #[error("no kept image is called {name}, and nobody else is asked with --offline")]
    Offline {
        /// What was asked for.
        name: String,
    },
    /// Whoever has it is to be asked again, and nobody may be asked.
    #[error("{name} cannot be looked at again: with --offline no engine and no registry is asked")]
    ForcedOffline {
        /// What was asked for.
        name: String,
    },
    /// A kept image is to be looked at again, and cannot be.
    #[error("{name} ({}) cannot be looked at again: {why}", .id.short())]
    Unforced {
        /// What it is called.
        name: String,
        /// Its ID.
        id: Digest,
        /// Why.
        #[source]
        why: Why,
    },
    /// An ID means an image for another platform than was asked for.
    #[error("{name} is an image for {own}, not for {asked}")]
    Platform {
        /// What was asked for.
        name: String,
        /// The platform that was asked for.
        asked: String,
        /// The image's own.
        own: String,
    },
    /// Something of a kept image is gone, or was never kept, and it cannot be read again.
    #[error("not all that is asked of {name} ({}) is kept, and it cannot be read again: {why}", .id.short())]
    Lost {
        /// What it is called.
        name: String,
        /// Its ID.
        id: Digest,
        /// Why.
        #[source]
        why: Why,
    },
    /// A file is not any more what it was when the image was analyzed.
    #[error("{path} of {reference} is not there any more as it was analyzed")]
    Changed {
        /// What the image is called.
        reference: String,
        /// The file.
        path: Path,
    },
    /// What is kept cannot be used.
    #[error(transparent)]
    Store {
        /// Why.
        #[from]
        source: store::Error,
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

/// An image that the beginning of an ID may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its ID.
    pub id: Digest,
    /// Every name that it was seen under, the latest last.
    pub names: Vec<String>,
    /// When it was analyzed, where that is known.
    pub analyzed: Option<Time>,
}

/// Candidates that are listed to choose from.
const MOST_CANDIDATES: usize = 12;

/// The candidates, a line each, with what tells them apart.
fn choose(candidates: &[Candidate]) -> String {
    let one = |candidate: &Candidate| {
        let names = candidate.names.join(", ");
        let analyzed = candidate.analyzed.map(|time| format!(" analyzed {}", time.day()));
        let hex = candidate.id.hex();
        format!("\n{hex} {names}{}", analyzed.unwrap_or_default())
    };
    let told: String = candidates.iter().take(MOST_CANDIDATES).map(one).collect();
    let more = match candidates.len().saturating_sub(MOST_CANDIDATES) {
        0 => String::new(),
        more => format!("\nand {more} more"),
    };
    format!("say more of the one that is meant:{told}{more}")
}

fn name(digest: Option<&Digest>) -> String {
    digest.map(|digest| format!(" ({})", digest.short())).unwrap_or_default()
}

impl Error {
    /// The same of an image of which all is kept, and that is to be looked at again.
    pub(crate) fn of_force(self) -> Error {
        match self {
            Error::Lost { name, why: Why::Offline, .. } => Error::ForcedOffline { name },
            Error::Lost { name, id, why } => Error::Unforced { name, id, why },
            other => other,
        }
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Ambiguous { .. } | Error::ForcedOffline { .. } => ErrorKind::Invalid,
            Error::Lost { why: Why::Failed(error), .. }
            | Error::Unforced { why: Why::Failed(error), .. } => error.kind(),
            Error::Unknown { .. }
            | Error::NotKept { .. }
            | Error::Offline { .. }
            | Error::Platform { .. }
            | Error::Changed { .. }
            | Error::Unforced { .. }
            | Error::Lost { .. } => ErrorKind::NotFound,
            Error::Store { source } => source.kind(),
            Error::Source { source, .. } => source.kind(),
            Error::Layer { source, .. } => {
                transport(source).map_or_else(|| source.kind(), source::Error::kind)
            }
        }
    }

    /// What to try, where there is something.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Unknown { .. } | Error::NotKept { .. } => {
                Some("`pentimento images` lists what is kept".into())
            }
            Error::Ambiguous { candidates, .. } => Some(choose(candidates)),
            Error::Offline { .. } => Some("analyze it once without --offline".into()),
            Error::Platform { .. } => Some("an ID means one platform; leave --platform out".into()),
            Error::Lost { why, .. } => Some(why.hint().into()),
            Error::ForcedOffline { .. } => {
                Some("leave out --force to use what is kept, or --offline to look again".into())
            }
            Error::Unforced { .. } => Some("leave out --force to use what is kept of it".into()),
            Error::Changed { .. } => Some("analyze it again, with --force".into()),
            Error::Store { .. } => None,
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
