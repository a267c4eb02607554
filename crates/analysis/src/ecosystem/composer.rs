//! PHP: what Composer installed, as its own `installed.json` says. It never reads `composer.lock`, and runs no PHP.

use model::{Evidence, Package, Scheme};
use serde_json::Value;

use super::{Damage, Ecosystem, Held, Holding, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "composer",
    title: "Composer (PHP)",
    osv: Some("Packagist"),
    scheme: Some(Scheme::Composer),
    readers: &[Reader {
        revision: 1,
        wants: Want::Right("composer", "installed.json"),
        companions: &[],
        limit: 32 << 20,
        read: installed,
    }],
    // Composer writes these anew whenever it installs something.
    records: &[
        Want::Right("composer", "installed.php"),
        Want::Right("composer", "InstalledVersions.php"),
        Want::Right("composer", "ClassLoader.php"),
        Want::Right("composer", "platform_check.php"),
        Want::Right("composer", "autoload_classmap.php"),
        Want::Right("composer", "autoload_files.php"),
        Want::Right("composer", "autoload_namespaces.php"),
        Want::Right("composer", "autoload_psr4.php"),
        Want::Right("composer", "autoload_real.php"),
        Want::Right("composer", "autoload_static.php"),
        Want::Right("vendor", "autoload.php"),
    ],
    holdings: Some(holdings),
};

/// A package has a folder of its name beside Composer's.
fn holdings(held: &Held<'_>) -> Vec<Holding> {
    let vendor = held.record.strip_suffix("composer/installed.json");
    vendor
        .map(|vendor| Holding::All(format!("{vendor}{}", held.package.name)))
        .into_iter()
        .collect()
}

/// Reads `installed.json`: a list of packages, since Composer 2 as the value of `packages`.
fn installed(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let document: Value = serde_json::from_slice(input.bytes)
        .map_err(|error| Unreadable(format!("it is not JSON ({error})")))?;
    let list = document.get("packages").unwrap_or(&document).as_array();
    let list = list.ok_or_else(|| Unreadable("it is no list of packages".into()))?;
    let mut damage = Damage::default();
    let mut packages = Vec::new();
    for (number, one) in (1..).zip(list) {
        match package(one) {
            Some(package) => packages.push((package, Vec::new())),
            None => damage.tell(|| format!("package {number} has no name or version: left out")),
        }
    }
    let evidence = vec![Evidence::Packages(packages)];
    Ok(Reading { evidence, notices: damage.into_notices(), ..Reading::default() })
}

fn package(one: &Value) -> Option<Package> {
    let text = |name: &str| kept(one.get(name)?.as_str()?);
    let within = |name: &str, field: &str| kept(one.get(name)?.get(field)?.as_str()?);
    let (name, version) = (text("name")?, text("version")?);
    let licenses = one.get("license").map(texts).unwrap_or_default();
    let authors = one.get("authors").and_then(Value::as_array);
    let authors = authors.into_iter().flatten().filter_map(|one| one.get("name")?.as_str());
    Some(Package {
        source: within("source", "url").or_else(|| text("homepage")),
        // The commit: of a version that moves (`dev-main`) nothing else tells two apart.
        build: within("source", "reference").or_else(|| within("dist", "reference")),
        license: kept(&licenses.join(", ")),
        supplier: kept(&authors.collect::<Vec<_>>().join(", ")),
        ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Composer)
    })
}

/// A text, or those of a list.
fn texts(value: &Value) -> Vec<&str> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    value.as_str().into_iter().chain(list.iter().filter_map(Value::as_str)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let path = "srv/vendor/composer/installed.json";
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    const LOG: &str = r#"{"name":"psr/log","version":"3.0.0","version_normalized":"3.0.0.0",
        "source":{"type":"git","url":"https://example.org/log.git","reference":"fe5ea"},
        "dist":{"type":"zip","reference":"fe5ea"},"license":["MIT","BSD-3-Clause"],
        "authors":[{"name":"PHP-FIG"}],"install-path":"../psr/log"}"#;

    #[test]
    fn both_forms_of_the_file_are_read() {
        let expect = "psr/log 3.0.0 source=https://example.org/log.git build=fe5ea \
            license=MIT, BSD-3-Clause supplier=PHP-FIG";
        check(&format!("[{LOG}]"), expect);
        check(&format!(r#"{{"packages":[{LOG}],"dev":true,"dev-package-names":[]}}"#), expect);
    }

    #[test]
    fn a_package_may_say_little() {
        check(
            r#"[{"name":"a/b","version":"dev-main","license":"MIT"}]"#,
            "a/b dev-main license=MIT",
        );
        check("[]", "");
        check(
            r#"[{"name":"a/b"},{"name":"a/c","version":"1"}]"#,
            "a/c 1\nnotice: package 1 has no name or version: left out",
        );
    }

    #[test]
    fn what_is_no_list_is_told_of() {
        check("{}", "unreadable: it is no list of packages");
        check("", "unreadable: it is not JSON (EOF while parsing a value at line 1 column 0)");
    }

    #[test]
    fn a_package_has_a_folder_of_its_name() {
        let package = Package::new("composer", "psr/log", "3.0.0", Scheme::Composer);
        let held = Held { record: "srv/vendor/composer/installed.json", package: &package };
        assert_eq!(holdings(&held), [Holding::All("srv/vendor/psr/log".into())]);
    }
}
