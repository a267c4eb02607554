//! Where a Debian package's changelog stands in an image, through all links. It reads none.

use model::{FileKind, ImageFacts, Package, Path, Sha256};

/// A file that may be a package's changelog.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Paper {
    /// Where it really stands.
    pub(super) path: Path,
    /// Whether it tells of building the package again only.
    pub(super) is_rebuild: bool,
    /// Whether its name alone says that it is Debian's.
    pub(super) is_certain: bool,
}

/// The files among a package's papers that may be its changelog, the likeliest first.
///
/// The folder may be a link to that of another package of the same source, and so may each file.
pub(super) fn papers(image: &ImageFacts, package: &Package) -> Vec<Paper> {
    let folder = Path::new("/usr/share/doc").join(package.name.as_bytes());
    let architecture = package.architecture.as_deref().unwrap_or("all");
    let names = [
        (format!("changelog.Debian.{architecture}.gz"), true, true),
        ("changelog.Debian.gz".into(), false, true),
        ("changelog.Debian".into(), false, true),
        ("changelog.gz".into(), false, false),
        ("changelog".into(), false, false),
    ];
    let paper = |(name, is_rebuild, is_certain): (String, bool, bool)| {
        let path = image.resolve(&folder.join(name.as_bytes()))?;
        content(image, &path).map(|_| Paper { path, is_rebuild, is_certain })
    };
    names.into_iter().filter_map(paper).collect()
}

/// The digest of the regular file at `path`.
pub(super) fn content(image: &ImageFacts, path: &Path) -> Option<Sha256> {
    match image.file(path)?.entry.kind {
        FileKind::Regular { sha256, .. } => Some(sha256),
        _ => None,
    }
}
