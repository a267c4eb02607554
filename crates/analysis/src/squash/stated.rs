//! Packages that nothing but a document says: what bills of materials state joins the others where no package manager says
//! it, and what lock files declare stays apart from what is installed. Neither is ever told twice.

use std::collections::BTreeSet;

use model::{Evidence, InstalledPackage, Package, PackageKey, Path};

use super::evidence::{Owned, Survivor};
use crate::ecosystem;

/// What is known of installed packages.
struct Known {
    packages: BTreeSet<(PackageKey, String)>,
    names: BTreeSet<PackageKey>,
}

impl Known {
    fn of<'p>(packages: impl Iterator<Item = &'p InstalledPackage>) -> Known {
        let packages: BTreeSet<_> = packages.map(|one| named(&one.package)).collect();
        Known { names: packages.iter().map(|(key, _)| key.clone()).collect(), packages }
    }

    /// Whether a package is there. Of those of the operating system there is one version: the database is right where a bill
    /// names another.
    fn has(&self, package: &Package) -> bool {
        if package.is_of_a_language() {
            self.packages.contains(&named(package))
        } else {
            self.names.contains(&package.key())
        }
    }
}

fn named(package: &Package) -> (PackageKey, String) {
    (package.key(), package.version.as_str().into())
}

/// Adds what bills of materials state. Programs that were merely recognised in what a bill is about are the bill's.
pub(super) fn merge(survivors: &[Survivor<'_>], packages: &mut Vec<(InstalledPackage, Owned<'_>)>) {
    let stated: Vec<InstalledPackage> = listed(survivors, |evidence| match evidence {
        Evidence::Stated(packages) => Some(packages),
        _ => None,
    });
    if stated.is_empty() {
        return;
    }
    packages.retain(|(one, _)| !(ecosystem::is_recognised(&one.package) && is_of(one, &stated)));
    let known = Known::of(packages.iter().map(|(one, _)| one));
    let mut told = BTreeSet::new();
    let new = stated
        .into_iter()
        .filter(|one| !known.has(&one.package) && told.insert(named(&one.package)));
    packages.extend(new.collect::<Vec<_>>().into_iter().map(|one| (one, Vec::new())));
    packages.sort_by(|(one, _), (other, _)| one.cmp(other));
}

/// Whether a package lies in the folder of a bill that states it by the same name.
fn is_of(one: &InstalledPackage, stated: &[InstalledPackage]) -> bool {
    stated.iter().any(|bill| {
        let folder = bill.database.parent();
        let is_below = |folder: Path| {
            let rest = one.database.as_bytes().strip_prefix(folder.as_bytes());
            rest.is_some_and(|rest| rest.starts_with(b"/"))
        };
        bill.package.name == one.package.name && folder.is_some_and(is_below)
    })
}

/// What lock files declare and nobody has installed, ordered.
pub(super) fn declared(
    survivors: &[Survivor<'_>],
    packages: &[(InstalledPackage, Owned<'_>)],
) -> Vec<InstalledPackage> {
    let declared = listed(survivors, |evidence| match evidence {
        Evidence::Declared(packages) => Some(packages),
        _ => None,
    });
    if declared.is_empty() {
        return declared;
    }
    let known = Known::of(packages.iter().map(|(one, _)| one));
    declared.into_iter().filter(|one| !known.packages.contains(&named(&one.package))).collect()
}

/// The packages of all evidence of a kind, each with the file that lists it, ordered.
fn listed<'a>(
    survivors: &[Survivor<'a>],
    packages: impl Fn(&'a Evidence) -> Option<&'a Vec<Package>>,
) -> Vec<InstalledPackage> {
    let mut listed: Vec<InstalledPackage> = Vec::new();
    for survivor in survivors {
        let packages = packages(&survivor.found.evidence);
        listed.extend(packages.into_iter().flatten().map(|package| InstalledPackage {
            package: package.clone(),
            database: survivor.path.clone(),
            inside: None,
        }));
    }
    listed.sort();
    listed.dedup();
    listed
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use layer::{Expect, Limits};
    use model::{ImageFacts, InstalledPackage};

    use crate::{scan, squash};

    fn image(text: &str) -> ImageFacts {
        let layers = testkit::image(text).layers().into_iter().map(|layer| {
            let (expect, limits) = (Expect::default(), Limits::default());
            let read = layer::read::<_, layer::Error>(&layer[..], &expect, &limits, scan);
            Arc::new(read.unwrap().0.facts)
        });
        squash(&layers.collect::<Vec<_>>())
    }

    fn told(packages: &[InstalledPackage]) -> Vec<String> {
        let line = |one: &InstalledPackage| {
            let package = &one.package;
            format!("{} {} {}", package.ecosystem, package.name, package.version)
        };
        packages.iter().map(line).collect()
    }

    fn owned(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    /// The packages that an image has, and those that it only declares.
    #[track_caller]
    fn check(text: &str, installed: &[&str], declared: &[&str]) {
        let facts = image(text);
        assert_eq!(
            (told(&facts.packages), told(&facts.declared)),
            (owned(installed), owned(declared),)
        );
    }

    const APK: &str = "//- /lib/apk/db/installed\nP:musl\nV:1.2.5-r0\nA:x86_64\n";

    fn bill(path: &str, urls: &[&str]) -> String {
        let packages = urls.iter().map(|url| {
            format!(r#"{{"externalRefs":[{{"referenceType":"purl","referenceLocator":"{url}"}}]}}"#)
        });
        format!("//- {path}\n{{\"packages\":[{}]}}\n", packages.collect::<Vec<_>>().join(","))
    }

    #[test]
    fn what_the_database_has_is_not_told_again() {
        let urls = ["pkg:apk/wolfi/musl@1.2.5-r0?arch=x86_64", "pkg:github/x/musl@1.2.5"];
        let bill_of = |urls| bill("/var/lib/db/sbom/musl-1.2.5-r0.spdx.json", urls);
        check(&format!("{APK}{}", bill_of(&urls)), &["apk musl 1.2.5-r0"], &[]);
        // A bill of what was there before.
        check(
            &format!("{APK}{}", bill_of(&["pkg:apk/wolfi/musl@1.2.4-r0"])),
            &["apk musl 1.2.5-r0"],
            &[],
        );
        check(&bill_of(&urls), &["apk musl 1.2.5-r0"], &[]);
        let gone = format!("{}//- layer\n//- whiteout /var/lib/db\n", bill_of(&urls));
        check(&gone, &[], &[]);
    }

    #[test]
    fn a_component_is_told_once() {
        let nginx = bill("/opt/bitnami/nginx/.spdx-nginx.spdx", &["pkg:bitnami/nginx@1.25.3-0"]);
        let program = "//- /opt/bitnami/nginx/sbin/nginx mode=755\nnginx/1.25.3\0\n";
        check(&format!("{nginx}{program}"), &["bitnami nginx 1.25.3-0"], &[]);
        let facts = image(&format!("{nginx}{program}"));
        let program = facts.file(&"/opt/bitnami/nginx/sbin/nginx".into()).unwrap();
        assert_eq!(facts.owners(program).map(|owner| &*owner.name).collect::<Vec<_>>(), ["nginx"]);
    }

    #[test]
    fn what_is_declared_is_not_installed() {
        let lock = "//- /app/requirements.txt\nFlask==2.0.1\nclick==8.0\n";
        check(lock, &[], &["pypi Flask 2.0.1", "pypi click 8.0"]);
        let installed = "//- /usr/lib/python3/site-packages/flask-2.0.1.dist-info/METADATA\nName: flask\nVersion: 2.0.1\n";
        check(&format!("{lock}{installed}"), &["pypi flask 2.0.1"], &["pypi click 8.0"]);
        // Another version than is there.
        let other = "//- /usr/lib/python3/site-packages/click-8.1.dist-info/METADATA\nName: click\nVersion: 8.1\n";
        check(
            &format!("{lock}{other}"),
            &["pypi click 8.1"],
            &["pypi Flask 2.0.1", "pypi click 8.0"],
        );
        check(&format!("{lock}//- layer\n//- whiteout /app/requirements.txt\n"), &[], &[]);
    }
}
