//! Takes away programs that were only recognised where a package of the operating system has their file: that package is
//! told of already. It looks at no other packages.

use std::collections::HashSet;

use model::{Evidence, InstalledPackage, OwnedPath, Path};

use super::evidence::{Owned, Survivor};
use super::tree::{Place, Tree};
use crate::ecosystem;

/// Drops recognised packages whose file is claimed.
pub(super) fn drop_owned(
    tree: &Tree<'_>,
    survivors: &[Survivor<'_>],
    packages: &mut Vec<(InstalledPackage, Owned<'_>)>,
) {
    let recognised = packages.iter().filter(|(one, _)| ecosystem::is_recognised(&one.package));
    let files: HashSet<&Path> = recognised.map(|(one, _)| &one.database).collect();
    if files.is_empty() {
        return;
    }
    // Most claims are of files that are called otherwise: only the others are worth following.
    let names: HashSet<&[u8]> = files.iter().map(|path| path.name()).collect();
    let is_worth_it = |owned: &&OwnedPath| names.contains(owned.path.name());
    let claims = survivors.iter().flat_map(claims).filter(is_worth_it);
    let claimed: HashSet<usize> =
        claims.filter_map(|owned| tree.resolve(&owned.path)).map(Place::index).collect();
    let is_claimed =
        |path: &Path| tree.resolve(path).is_some_and(|place| claimed.contains(&place.index()));
    let dropped: HashSet<Path> =
        files.into_iter().filter(|path| is_claimed(path)).cloned().collect();
    packages.retain(|(one, _)| {
        !(ecosystem::is_recognised(&one.package) && dropped.contains(&one.database))
    });
}

/// The paths that packages of the operating system claim.
fn claims<'a>(survivor: &Survivor<'a>) -> Box<dyn Iterator<Item = &'a OwnedPath> + 'a> {
    match &survivor.found.evidence {
        Evidence::Packages(packages) => {
            let of_the_system = packages.iter().filter(|(one, _)| !one.is_of_a_language());
            Box::new(of_the_system.flat_map(|(_, owned)| owned))
        }
        Evidence::Claims(claim) if survivor.found.ecosystem != "pypi" => {
            Box::new(claim.paths.iter())
        }
        _ => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use layer::{Expect, Limits};

    use crate::{scan, squash};

    /// The packages of an image.
    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let layers = testkit::image(text).layers().into_iter().map(|layer| {
            let (expect, limits) = (Expect::default(), Limits::default());
            let read = layer::read::<_, layer::Error>(&layer[..], &expect, &limits, scan);
            Arc::new(read.unwrap().0.facts)
        });
        let facts = squash(&layers.collect::<Vec<_>>());
        let packages = facts.packages.iter().map(|one| &one.package);
        let packages: Vec<String> =
            packages.map(|package| format!("{} {}", package.name, package.version)).collect();
        assert_eq!(packages, expect);
    }

    const APK: &str = "//- /lib/apk/db/installed\nP:curl\nV:8.1.0-r0\nF:usr/bin\nR:curl\n";

    #[test]
    fn what_no_package_has_is_recognised() {
        check("//- /usr/bin/curl\ncurl/8.1.0 \n", &["curl 8.1.0"]);
        check(&format!("{APK}//- /opt/bin/curl\ncurl/7.0.0 \n"), &["curl 8.1.0-r0", "curl 7.0.0"]);
    }

    #[test]
    fn what_a_package_has_is_told_of_once() {
        check(&format!("{APK}//- /usr/bin/curl\ncurl/8.1.0 \n"), &["curl 8.1.0-r0"]);
        // The claim leads through a link.
        let link = "//- /usr/bin -> ../opt/bin\n//- /opt/bin/curl\ncurl/8.1.0 \n";
        check(&format!("{APK}{link}"), &["curl 8.1.0-r0"]);
    }
}
