//! Lock files of applications: what they name is declared, which is no evidence that it is installed. Those that packages
//! ship in their own folders say nothing of the image and are not read.

mod bun;
mod cocoapods;
mod deno;
mod javascript;
mod others;
mod python;
mod swift;

use std::collections::BTreeSet;

use model::{Evidence, Package, Scheme};
use serde_json::Value;

use super::{Damage, Ecosystem, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "lock",
    title: "lock files (packages that are only declared)",
    osv: None,
    scheme: None,
    readers: &[
        reader("package-lock.json"),
        reader("npm-shrinkwrap.json"),
        reader("yarn.lock"),
        reader("pnpm-lock.yaml"),
        reader("bun.lock"),
        reader("deno.lock"),
        reader("poetry.lock"),
        reader("pdm.lock"),
        reader("uv.lock"),
        reader("Pipfile.lock"),
        reader("pylock.toml"),
        reader("requirements.txt"),
        reader("Gemfile.lock"),
        reader("gems.locked"),
        reader("Cargo.lock"),
        reader("go.mod"),
        reader("composer.lock"),
        reader("packages.lock.json"),
        reader("paket.lock"),
        reader("pubspec.lock"),
        reader("mix.lock"),
        reader("rebar.lock"),
        reader("gradle.lockfile"),
        reader("buildscript-gradle.lockfile"),
        reader("renv.lock"),
        reader("cpanfile.snapshot"),
        reader("Package.resolved"),
        reader("Podfile.lock"),
        reader("conan.lock"),
    ],
    records: &[],
    holdings: None,
};

const fn reader(name: &'static str) -> Reader {
    Reader { revision: 1, wants: Want::Name(name), companions: &[], limit: 16 << 20, read }
}

/// A kind of lock file.
struct Format {
    /// What such files are called.
    file: &'static str,
    /// Whose packages they name.
    ecosystem: &'static str,
    scheme: Scheme,
    form: Form,
}

/// How it is written, and what reads it.
enum Form {
    Text(fn(&str, &mut Named)),
    Json(fn(&Value, &mut Named)),
}

const fn text(
    file: &'static str,
    (ecosystem, scheme): (&'static str, Scheme),
    read: fn(&str, &mut Named),
) -> Format {
    Format { file, ecosystem, scheme, form: Form::Text(read) }
}

const fn json(
    file: &'static str,
    (ecosystem, scheme): (&'static str, Scheme),
    read: fn(&Value, &mut Named),
) -> Format {
    Format { file, ecosystem, scheme, form: Form::Json(read) }
}

const NPM: (&str, Scheme) = ("npm", Scheme::Npm);
const PYPI: (&str, Scheme) = ("pypi", Scheme::Pypi);
const GEM: (&str, Scheme) = ("gem", Scheme::Gem);
const NUGET: (&str, Scheme) = ("nuget", Scheme::Nuget);
const HEX: (&str, Scheme) = ("hex", Scheme::Semver);
const MAVEN: (&str, Scheme) = ("maven", Scheme::Maven);

static FORMATS: &[Format] = &[
    json("package-lock.json", NPM, javascript::npm),
    json("npm-shrinkwrap.json", NPM, javascript::npm),
    text("yarn.lock", NPM, javascript::yarn),
    text("pnpm-lock.yaml", NPM, javascript::pnpm),
    text("bun.lock", NPM, bun::bun),
    json("deno.lock", NPM, deno::deno),
    text("poetry.lock", PYPI, python::tables),
    text("pdm.lock", PYPI, python::tables),
    text("uv.lock", PYPI, python::tables),
    json("Pipfile.lock", PYPI, python::pipenv),
    text("pylock.toml", PYPI, python::tables),
    text("requirements.txt", PYPI, python::requirements),
    text("Gemfile.lock", GEM, others::bundler),
    text("gems.locked", GEM, others::bundler),
    text("Cargo.lock", ("cargo", Scheme::Semver), others::cargo),
    text("go.mod", ("golang", Scheme::Semver), others::go),
    json("composer.lock", ("composer", Scheme::Composer), others::composer),
    json("packages.lock.json", NUGET, others::nuget),
    text("paket.lock", NUGET, others::paket),
    text("pubspec.lock", ("pub", Scheme::Pub), others::dart),
    text("mix.lock", HEX, others::mix),
    text("rebar.lock", HEX, others::rebar),
    text("gradle.lockfile", MAVEN, others::gradle),
    text("buildscript-gradle.lockfile", MAVEN, others::gradle),
    json("renv.lock", ("cran", Scheme::Cran), others::renv),
    text("cpanfile.snapshot", ("cpan", Scheme::Perl), others::carton),
    json("Package.resolved", ("swift", Scheme::Semver), swift::resolved),
    text("Podfile.lock", ("cocoapods", Scheme::Gem), cocoapods::pods),
    json("conan.lock", ("conan", Scheme::Generic), others::conan),
];

/// Folders of packages, which are there installed: a lock file in one was its developers'.
const OF_PACKAGES: &[&[u8]] = &[
    b"node_modules",
    b"site-packages",
    b"dist-packages",
    b"gems",
    b"vendor",
    b".cargo",
    b".pub-cache",
    b"pkg/mod",
    b"usr/share/doc",
    b"usr/lib",
    b"usr/share",
];

/// What a lock file names, each once: name and version, with the group where names have one.
#[derive(Default)]
struct Named {
    packages: BTreeSet<(Option<String>, String, String)>,
    damage: Damage,
}

impl Named {
    /// Adds a package, where name and version are such as people write. What has no version of its own comes from a folder
    /// or from sources.
    fn add(&mut self, name: &str, version: &str) {
        self.add_of(None, name, version);
    }

    fn add_of(&mut self, group: Option<&str>, name: &str, version: &str) {
        let version = version.trim();
        let is_version = version.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
        // Composer's packages have versions that move.
        let is_version = is_version || version.starts_with("dev-");
        if let (Some(name), Some(version)) = (kept(name), kept(version).filter(|_| is_version)) {
            self.packages.insert((group.and_then(kept), name, version));
        }
    }
}

/// Reads a lock file of an application.
fn read(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let name = input.path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let format = FORMATS.iter().find(|format| format.file.as_bytes() == name);
    let Some(format) = format.filter(|_| !is_of_a_package(input.path)) else {
        return Ok(Reading::default());
    };
    let text = String::from_utf8_lossy(input.bytes);
    let mut named = Named::default();
    let text = text.trim_start_matches('\u{feff}');
    match format.form {
        Form::Text(read) => read(text, &mut named),
        Form::Json(read) => {
            let document = serde_json::from_str(text)
                .map_err(|error| Unreadable(format!("it is not JSON ({error})")))?;
            read(&document, &mut named);
        }
    }
    let packages = named.packages.into_iter().map(|(group, name, version)| Package {
        group,
        ..Package::new(format.ecosystem, &name, &version, format.scheme)
    });
    let mut packages: Vec<Package> = packages.collect();
    packages.sort();
    let evidence = (!packages.is_empty()).then_some(Evidence::Declared(packages));
    Ok(Reading {
        evidence: evidence.into_iter().collect(),
        notices: named.damage.into_notices(),
        ..Reading::default()
    })
}

fn is_of_a_package(path: &[u8]) -> bool {
    let folder = path.iter().rposition(|&byte| byte == b'/').map_or(&b""[..], |end| &path[..end]);
    OF_PACKAGES.iter().any(|names| {
        let is_there = |place: usize| {
            let (before, rest) = (&folder[..place], &folder[place..]);
            let after = rest.strip_prefix(*names);
            (before.is_empty() || before.ends_with(b"/"))
                && after.is_some_and(|after| after.is_empty() || after.starts_with(b"/"))
        };
        // Those of the system stand at the root.
        let places = if names.starts_with(b"usr/") { 0..1 } else { 0..folder.len() };
        places.into_iter().any(is_there)
    })
}

#[cfg(test)]
mod tests;
