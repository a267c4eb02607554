//! Gives Debian's packages the licences that their documentation names. It changes nothing but the licence of a package
//! that has none.

use std::collections::HashMap;

use model::{Evidence, InstalledPackage, Path};

use super::evidence::Survivor;
use super::tree::Tree;

/// Fills in the licences of packages whose database has none. Packages may share a folder of documentation through links.
pub(super) fn fill<'p>(
    tree: &Tree<'_>,
    survivors: &[Survivor<'_>],
    packages: impl Iterator<Item = &'p mut InstalledPackage>,
) {
    let named: HashMap<&Path, &[String]> = survivors
        .iter()
        .filter_map(|survivor| match &survivor.found.evidence {
            Evidence::Licenses { licenses, .. } => Some((&survivor.path, &licenses[..])),
            _ => None,
        })
        .collect();
    if named.is_empty() {
        return;
    }
    for installed in packages {
        let package = &mut installed.package;
        if package.ecosystem != "deb" || package.license.is_some() {
            continue;
        }
        let file = Path::new(format!("/usr/share/doc/{}/copyright", package.name));
        let place = tree.follow(&file).map(|place| tree.path(place));
        let licenses = place.and_then(|path| named.get(path));
        package.license = licenses.map(|licenses| joined(licenses));
    }
}

/// All of these, parted by commas; what has commas itself is set apart.
fn joined(licenses: &[String]) -> String {
    let one = |license: &String| {
        let is_apart = license.contains(',') && licenses.len() > 1;
        if is_apart { format!("({license})") } else { license.clone() }
    };
    licenses.iter().map(one).collect::<Vec<_>>().join(", ")
}
