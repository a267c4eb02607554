//! npm, yarn and pnpm: what stands in `node_modules`, package by package. It never reads lock files, and takes the
//! manifest of an application for no package unless it is installed itself.

use model::{Evidence, Package, Scheme};
use serde_json::{Map, Value};

use super::{Ecosystem, Held, Holding, Input, Reader, Reading, Unreadable, Want, kept};

/// The folder that packages are installed in.
const FOLDER: &str = "node_modules";

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "npm",
    title: "npm (Node.js)",
    osv: Some("npm"),
    scheme: Some(Scheme::Npm),
    readers: &[Reader {
        revision: 1,
        wants: Want::Within(FOLDER, "package.json"),
        companions: &[],
        limit: 2 << 20,
        read: manifest,
    }],
    records: &[
        Want::Within(FOLDER, ".package-lock.json"),
        Want::Within(FOLDER, ".yarn-integrity"),
        Want::Within(FOLDER, ".yarn-state.yml"),
        Want::Within(FOLDER, ".modules.yaml"),
        Want::Right(".pnpm", "lock.yaml"),
    ],
    holdings: Some(holdings),
};

/// A package's folder is its own, but for packages that are installed in it.
fn holdings(held: &Held<'_>) -> Vec<Holding> {
    let folder = held.record.rsplit_once('/').map_or("", |(folder, _)| folder);
    vec![Holding::Without(folder.into(), FOLDER)]
}

/// Reads `package.json` of an installed package. What has no name or no version is a part of a package, such as a
/// fixture or a hint to the loader.
fn manifest(input: &Input<'_>) -> Result<Reading, Unreadable> {
    if !is_of_a_package(input.path) {
        return Ok(Reading::default());
    }
    let bytes = input.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input.bytes);
    let manifest: Map<String, Value> = serde_json::from_slice(bytes)
        .map_err(|error| Unreadable(format!("it is not the JSON of a manifest ({error})")))?;
    let text = |name: &str| kept(manifest.get(name)?.as_str()?);
    let (Some(name), Some(version)) = (text("name"), text("version")) else {
        return Ok(Reading::default());
    };
    let package = Package {
        license: license(&manifest),
        supplier: manifest.get("author").and_then(person),
        source: source(&manifest),
        ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Npm)
    };
    let evidence = vec![Evidence::Packages(vec![(package, Vec::new())])];
    Ok(Reading { evidence, ..Reading::default() })
}

/// Whether this is the manifest in a package's own folder: `node_modules/NAME/…` or `node_modules/@SCOPE/NAME/…`.
fn is_of_a_package(path: &[u8]) -> bool {
    let mut names = path.rsplit(|&byte| byte == b'/').skip(1);
    let (Some(name), Some(above)) = (names.next(), names.next()) else { return false };
    let is_folder = |name: &[u8]| name == FOLDER.as_bytes();
    // Package managers keep their own things under names that begin with a dot.
    let is_name = !name.starts_with(b".") && !name.starts_with(b"@");
    is_name && (is_folder(above) || above.starts_with(b"@") && names.next().is_some_and(is_folder))
}

/// `license`, which was an object once, or `licenses`, which was a list of them.
fn license(manifest: &Map<String, Value>) -> Option<String> {
    let name = |value: &Value| -> Option<String> {
        kept(value.as_str().or_else(|| value.get("type")?.as_str())?)
    };
    let one = ["license", "licenses"].iter().find_map(|field| name(manifest.get(*field)?));
    one.or_else(|| {
        let several =
            ["license", "licenses"].iter().find_map(|field| manifest.get(*field)?.as_array())?;
        let names: Vec<String> = several.iter().filter_map(name).collect();
        kept(&names.join(", "))
    })
}

/// `Name <mail> (address)`, or an object of these, as `Name <mail>`.
fn person(value: &Value) -> Option<String> {
    if let Some(text) = value.as_str() {
        return kept(text.split(" (").next().unwrap_or_default());
    }
    let text = |name: &str| value.get(name)?.as_str().map(str::trim).filter(|t| !t.is_empty());
    match (text("name"), text("email")) {
        (Some(name), Some(mail)) => kept(&format!("{name} <{mail}>")),
        (Some(one), None) | (None, Some(one)) => kept(one),
        (None, None) => None,
    }
}

/// The address of the repository, else of the home page.
fn source(manifest: &Map<String, Value>) -> Option<String> {
    let repository = manifest.get("repository");
    let repository =
        repository.and_then(|value| value.as_str().or_else(|| value.get("url")?.as_str()));
    let homepage = || manifest.get("homepage")?.as_str();
    repository.or_else(homepage).and_then(kept)
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    fn check(path: &str, bytes: impl AsRef<[u8]>, expect: &str) {
        assert_eq!(transcript(&ECOSYSTEM, path, bytes.as_ref()).trim_end(), expect);
    }

    const MS: &str = "srv/app/node_modules/ms/package.json";

    #[test]
    fn a_manifest_names_the_package() {
        check(
            MS,
            r#"{"name": "ms", "version": "2.0.0", "license": "MIT", "main": "./index",
                "author": {"name": "A B", "email": "a@example.org"}, "repository": "zeit/ms"}"#,
            "ms 2.0.0 source=zeit/ms license=MIT supplier=A B <a@example.org>",
        );
        check(MS, "\u{feff}{\"name\":\"ms\",\"version\":\"1\"}", "ms 1");
    }

    #[test]
    fn only_the_folder_of_a_package_has_its_manifest() {
        let manifest = r#"{"name": "x", "version": "1"}"#;
        for path in [
            "usr/lib/node_modules/x/package.json",
            "node_modules/@types/x/package.json",
            "a/node_modules/b/node_modules/x/package.json",
            "a/node_modules/.pnpm/x@1/node_modules/x/package.json",
        ] {
            check(path, manifest, "x 1");
        }
        for path in [
            "a/node_modules/x/test/fixture/package.json",
            "a/node_modules/x/dist/esm/package.json",
            "a/node_modules/@types/package.json",
            "a/node_modules/.cache/package.json",
            "a/node_modules/package.json",
            "node_modules/package.json",
        ] {
            check(path, manifest, "");
        }
    }

    #[test]
    fn what_has_no_name_or_version_is_no_package() {
        check(MS, r#"{"type": "module"}"#, "");
        check(MS, r#"{"name": "x", "private": true}"#, "");
        check(MS, r#"{"name": "", "version": "1"}"#, "");
        check(MS, r#"{"name": ["x"], "version": 1}"#, "");
    }

    #[test]
    fn licences_have_had_many_forms() {
        let license = |field: &str| format!(r#"{{"name":"x","version":"1",{field}}}"#);
        check(MS, license(r#""license":{"type":"MIT","url":"u"}"#), "x 1 license=MIT");
        check(MS, license(r#""licenses":[{"type":"MIT"},{"type":"GPL"}]"#), "x 1 license=MIT, GPL");
        check(MS, license(r#""licenses":["MIT"]"#), "x 1 license=MIT");
        check(MS, license(r#""license":["MIT", "ISC"]"#), "x 1 license=MIT, ISC");
        check(
            MS,
            license(r#""license":null,"author":"A <a@b> (http://x)""#),
            "x 1 supplier=A <a@b>",
        );
    }

    #[test]
    fn what_is_no_manifest_is_told_of() {
        let no = "unreadable: it is not the JSON of a manifest";
        check(MS, "", &format!("{no} (EOF while parsing a value at line 1 column 0)"));
        check(
            MS,
            "[]",
            &format!("{no} (invalid type: sequence, expected a map at line 1 column 0)"),
        );
        let deep = format!("{{\"a\":{}", "[".repeat(100_000));
        check(MS, deep, &format!("{no} (recursion limit exceeded at line 1 column 132)"));
        let wide = format!(r#"{{"name":"x","version":"1","a":[{}0]}}"#, "0,".repeat(100_000));
        check(MS, wide, "x 1");
        check(
            MS,
            r#"{"name":"x","version":"1","a":1e999999}"#,
            &format!("{no} (number out of range at line 1 column 38)"),
        );
    }
}
