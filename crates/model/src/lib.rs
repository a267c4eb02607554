//! The nouns of the house: what every other room talks about.
//!
//! Nothing here does I/O, asks a clock or draws a random number, and nothing here is a wire format: rooms that
//! speak to strangers define their own shapes. In reading order:
//!
//! - [`Reference`] says which image is meant; [`Digest`] and [`Platform`] pin it down.
//! - [`LayerFacts`] is what one layer says: its [`LayerEntry`]s and the [`Evidence`] that readers found in them.
//! - [`ImageFacts`] is what a container would see: [`File`]s, [`Package`]s with what they own, the [`Distro`].
//! - [`Version`]s have the order of their [`Scheme`]; a [`Constraint`] says which an advisory is about, by the rules of its
//!   [`Format`].
//! - [`Description`] and [`Settings`] are what the manifest and the configuration say.
//! - [`Text`] is what people read, [`Changelog`] what one says of a package, entry by entry.
//! - [`Finding`] is an advisory that applies to a package, and [`Findings`] are those of one image, with the [`Gap`]s in them.
//! - [`LayerTally`] is what a layer does, in figures.
//! - [`Content`] is what the bytes of one file say, for eyes.
//! - [`Uidp`] is a place in the tree of groups that the service keeps.
//! - [`Licensing`] is what a package is licensed under, in the words of SPDX.
//! - [`Notice`] is what could not be read, and every report shows it.
//!
//! ```
//! use model::{Reference, Scheme, Version};
//!
//! assert!(matches!("oci:images/shop:1.4".parse(), Ok(Reference::OciLayout { .. })));
//! assert!(Version::new("1.2~rc1-1", Scheme::Deb) < Version::new("1.2-1", Scheme::Deb));
//! ```

mod changelog;
mod constraint;
mod content;
mod digest;
mod error;
mod facts;
mod file;
mod files;
mod finding;
mod image;
mod license;
mod notice;
mod package;
mod path;
mod platform;
mod purl;
mod reference;
mod tally;
mod text;
mod time;
mod uidp;
mod version;

pub use changelog::{Bug, Changelog, ChangelogEntry, Silence, Told, Tracker};
pub use constraint::{Constraint, Format, Incomparable, InvalidConstraint};
pub use content::{Body, Content, Encoding, Hidden, Line, LineEnd, Lines, Parts, Structure};
pub use digest::{Digest, InvalidDigest, Sha256};
pub use error::{ErrorKind, told};
pub use facts::{
    Claim, Diversion, Evidence, FileHit, Found, Hit, ImageFacts, InstalledPackage, LayerEntry,
    LayerFacts, Owner, Scanned, What,
};
pub use file::{File, FileEntry, FileKind, Xattrs};
pub use files::{Files, RunSource, Stretch, Unlike};
pub use finding::{
    AdvisoryData, Cvss, Epss, Finding, Findings, Fix, FixState, Gap, KnownExploited, Matched,
    MatchedBy, Provider, Scanner, Score, Severity, Share, Suppressed, SuppressedBy,
};
pub use image::{Description, Health, History, ImageKind, LayerDescription, Settings};
pub use license::{Licensing, Unlisted};
pub use notice::{Notice, OF_THE_PAST, sparing};
pub use package::{Distro, OwnedPath, Package, PackageKey, Recorded, RecordedDigest};
pub use path::{Path, is_deceiving, visible};
pub use platform::{InvalidPlatform, Platform};
pub use purl::Purl;
pub use reference::{Engine, InvalidReference, Name, Reference, RegistryReference, Selector};
pub use tally::LayerTally;
pub use text::{Text, TextKind};
pub use time::{Time, seconds};
pub use uidp::{InvalidUidp, Uidp};
pub use version::{Scheme, Version};
