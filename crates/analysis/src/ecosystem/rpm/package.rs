//! From a header blob to a package and the paths that it owns. It reads a single header and knows of no database.

use model::sparing::{CHANGELOG_OF, FILES_OF};
use model::{OwnedPath, Package, Scheme};

use super::Budget;
use super::changelog::{Changelog, changelog};
use super::files::paths;
use super::header::{Header, Tag};

const NAME: Tag = Tag { number: 1000, name: "NAME" };
const VERSION: Tag = Tag { number: 1001, name: "VERSION" };
const RELEASE: Tag = Tag { number: 1002, name: "RELEASE" };
const EPOCH: Tag = Tag { number: 1003, name: "EPOCH" };
const BUILDTIME: Tag = Tag { number: 1006, name: "BUILDTIME" };
const BUILDHOST: Tag = Tag { number: 1007, name: "BUILDHOST" };
const SIZE: Tag = Tag { number: 1009, name: "SIZE" };
const VENDOR: Tag = Tag { number: 1011, name: "VENDOR" };
const LICENSE: Tag = Tag { number: 1014, name: "LICENSE" };
const ARCH: Tag = Tag { number: 1022, name: "ARCH" };
const SOURCERPM: Tag = Tag { number: 1044, name: "SOURCERPM" };
const LONGSIZE: Tag = Tag { number: 5009, name: "LONGSIZE" };
const MODULARITYLABEL: Tag = Tag { number: 5096, name: "MODULARITYLABEL" };
const SIGMD5: Tag = Tag { number: 261, name: "SIGMD5" };
const SHA1HEADER: Tag = Tag { number: 269, name: "SHA1HEADER" };
const SHA256HEADER: Tag = Tag { number: 273, name: "SHA256HEADER" };

/// What a header blob says.
pub(super) struct Installed {
    /// The package.
    pub(super) package: Package,
    /// The paths that it owns.
    pub(super) paths: Vec<OwnedPath>,
    /// Its changelog, of which as much is written as there is room for.
    pub(super) changelog: Changelog,
    /// What could not be read of the paths and of the changelog.
    pub(super) notices: Vec<String>,
}

/// Reads a header blob. A package whose list of files or whose changelog is damaged is still a package.
pub(super) fn read(blob: &[u8], budget: &mut Budget, room: usize) -> Result<Installed, String> {
    let header = Header::parse(blob)?;
    let name = header.text(NAME)?.filter(|name| !name.is_empty()).ok_or("it has no NAME")?;
    let version = version(&header).map_err(|reason| format!("it is of `{name}`, but {reason}"))?;
    let mut package = Package::new("rpm", &name, &version, Scheme::Rpm);
    describe(&mut package, &header).map_err(|reason| format!("it is of `{name}`, but {reason}"))?;
    let (paths, problem) = paths(&header, blob.len(), budget);
    let files =
        problem.map(|reason| format!("{FILES_OF}{name} {version} are not all known: {reason}"));
    let (changelog, problem) = match changelog(&header, room) {
        Ok(changelog) => (changelog, None),
        Err(reason) => (Changelog::default(), Some(reason)),
    };
    let left_out =
        (changelog.beyond > 0).then(|| format!("{} entries have no room", changelog.beyond));
    let entries = problem
        .or(left_out)
        .map(|reason| format!("{CHANGELOG_OF}{name} {version} is not all known: {reason}"));
    Ok(Installed { package, paths, changelog, notices: files.into_iter().chain(entries).collect() })
}

/// `[epoch:]version[-release]`. An epoch of 0 is shown where the package states it, as rpm does.
fn version(header: &Header<'_>) -> Result<String, String> {
    let mut text = String::new();
    if let Some(epoch) = header.numbers(EPOCH)?.get(0) {
        text = format!("{epoch}:");
    }
    text += &header.text(VERSION)?.ok_or("it has no VERSION")?;
    if let Some(release) = header.text(RELEASE)? {
        text = text + "-" + &release;
    }
    Ok(text)
}

fn describe(package: &mut Package, header: &Header<'_>) -> Result<(), String> {
    package.architecture = header.text(ARCH)?;
    package.source = header.text(SOURCERPM)?;
    package.build = build(header)?;
    // The short tag cannot say more than 4 GiB; the long one is there only when needed.
    package.size = header.numbers(LONGSIZE)?.get(0).or(header.numbers(SIZE)?.get(0));
    package.license = header.text(LICENSE)?;
    package.supplier = header.text(VENDOR)?.filter(|vendor| !vendor.is_empty());
    package.module = header.text(MODULARITYLABEL)?.filter(|label| !label.is_empty());
    Ok(())
}

/// The digest over the package's own header, the strongest that there is. It covers the digests of all files, and
/// neither installing nor signing a package changes it. Public keys, which rpm keeps as packages, have none, nor have
/// packages that were made in place; their time and host of building must do.
fn build(header: &Header<'_>) -> Result<Option<String>, String> {
    if let Some(digest) = header.text(SHA256HEADER)? {
        return Ok(Some(format!("sha256:{digest}")));
    }
    if let Some(digest) = header.text(SHA1HEADER)? {
        return Ok(Some(format!("sha1:{digest}")));
    }
    if let Some(digest) = header.binary(SIGMD5)?.and_then(|bytes| <&[u8; 16]>::try_from(bytes).ok())
    {
        return Ok(Some(format!("md5:{:032x}", u128::from_be_bytes(*digest))));
    }
    let Some(time) = header.numbers(BUILDTIME)?.get(0) else { return Ok(None) };
    let host = header.text(BUILDHOST)?.unwrap_or_default();
    Ok(Some(format!("{time}@{host}")))
}
