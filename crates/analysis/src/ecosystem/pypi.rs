//! Python: what is installed, as wheels (`*.dist-info`) and eggs (`*.egg-info`) record it. It runs no Python and reads no
//! requirements.

mod metadata;
mod owned;

use model::{Evidence, Package, Scheme};

use super::{Damage, Ecosystem, Held, Holding, Input, Reader, Reading, Unreadable, Want, kept};
use metadata::Metadata;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "pypi",
    title: "PyPI (Python)",
    osv: Some("PyPI"),
    scheme: Some(Scheme::Pypi),
    readers: &[
        reader(Want::Right(".dist-info", "METADATA"), package),
        reader(Want::Right(".egg-info", "PKG-INFO"), package),
        reader(Want::Right("EGG-INFO", "PKG-INFO"), package),
        reader(Want::Suffix(".egg-info"), package),
        reader(Want::Right(".dist-info", "RECORD"), owned::record),
        reader(Want::Right(".egg-info", "installed-files.txt"), owned::installed_files),
    ],
    records: &[],
    holdings: Some(holdings),
};

const fn reader(wants: Want, read: fn(&Input<'_>) -> Result<Reading, Unreadable>) -> Reader {
    Reader { revision: 1, wants, companions: &[], limit: 16 << 20, read }
}

/// The folder of its records is a package's own; an egg that is a folder has everything in it.
fn holdings(held: &Held<'_>) -> Vec<Holding> {
    let Some((folder, _)) = held.record.rsplit_once('/') else { return Vec::new() };
    let egg = folder.strip_suffix("/EGG-INFO").filter(|egg| egg.as_bytes().ends_with(b".egg"));
    let has_folder =
        egg.is_some() || folder.ends_with(".dist-info") || folder.ends_with(".egg-info");
    has_folder.then(|| Holding::All(egg.unwrap_or(folder).into())).into_iter().collect()
}

/// Reads `METADATA`, `PKG-INFO` or an `.egg-info` that is a file: they have one form.
fn package(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(input.bytes);
    let metadata = Metadata::of(&text);
    let field = |name| metadata.first(name).and_then(kept);
    let missing = |what: &str| Unreadable(format!("it does not say its {what}"));
    let name = field("Name").ok_or_else(|| missing("name"))?;
    let version = field("Version").ok_or_else(|| missing("version"))?;
    let package = Package {
        license: metadata.license().as_deref().and_then(kept),
        supplier: metadata.author().as_deref().and_then(kept),
        source: metadata.source().as_deref().and_then(kept),
        ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Pypi)
    };
    let evidence = vec![Evidence::Packages(vec![(package, Vec::new())])];
    Ok(Reading { evidence, ..Reading::default() })
}

#[cfg(test)]
mod tests;
