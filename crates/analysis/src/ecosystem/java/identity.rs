//! Which packages an archive is: Maven's properties know best, then the manifest, then the archive's name. It opens no
//! archives.

use std::collections::BTreeSet;

use model::{Package, Scheme};

use super::ECOSYSTEM;
use super::manifest::Manifest;
use crate::ecosystem::LONGEST_TEXT;

/// The packages of an archive: its own, and those that were put into it with their properties. What has no version is
/// none.
pub(super) fn packages(name: &str, manifest: &Manifest, properties: &[String]) -> Vec<Package> {
    let file = FileName::of(name);
    let mut projects: Vec<Project<'_>> =
        properties.iter().filter_map(|text| Project::of(text)).collect();
    projects.sort();
    projects.dedup();
    let own = match &projects[..] {
        [one] => Some(*one),
        several => several.iter().find(|project| file.is_of(project.artifact)).copied(),
    };
    let mut packages: Vec<Package> = described(&file, own, manifest).into_iter().collect();
    let others = projects.into_iter().filter(|project| Some(*project) != own);
    packages.extend(others.map(|project| Package {
        group: project.group.map(Into::into),
        ..Package::new(ECOSYSTEM.name, project.artifact, project.version, Scheme::Maven)
    }));
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    packages.retain(|package| known.insert((package.name.clone(), package.version.to_string())));
    packages
}

/// The package that the archive itself is.
fn described(
    file: &FileName<'_>,
    own: Option<Project<'_>>,
    manifest: &Manifest,
) -> Option<Package> {
    let title = manifest.first(&["implementation-title"]);
    let is_name = |text: &&str| !text.contains(char::is_whitespace);
    let bundle = manifest.first(&["bundle-symbolicname"]);
    let bundle = bundle.map(|bundle| bundle.split(';').next().unwrap_or_default().trim());
    let name = own.map(|project| project.artifact).or(file.version.map(|_| file.name));
    // A title may also be a sentence.
    let name = name.or(title.filter(is_name)).or(bundle).unwrap_or(file.name);
    let version = own.map(|project| project.version);
    let version = version
        .or_else(|| manifest.first(&["implementation-version"]))
        .or(file.version)
        .or_else(|| manifest.first(&["bundle-version", "specification-version"]))?;
    let group = own.and_then(|project| project.group);
    // It is a reversed domain, as Maven's groups are, where it is used at all.
    let vendor = manifest.first(&["implementation-vendor-id"]);
    let group = group.or(vendor.filter(|vendor| is_name(vendor) && vendor.contains('.')));
    let text = |names: &[&str]| manifest.first(names).map(str::to_owned);
    let vendors = ["implementation-vendor", "bundle-vendor", "specification-vendor"];
    (!name.is_empty()).then(|| Package {
        group: group.map(Into::into),
        supplier: text(&vendors),
        license: text(&["bundle-license", "implementation-license"]),
        source: text(&["implementation-url", "bundle-docurl"]),
        specification: text(&["specification-version"]),
        ..Package::new(ECOSYSTEM.name, name, version, Scheme::Maven)
    })
}

/// What `pom.properties` says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Project<'a> {
    artifact: &'a str,
    version: &'a str,
    group: Option<&'a str>,
}

impl Project<'_> {
    fn of(text: &str) -> Option<Project<'_>> {
        let property = |name: &str| {
            let lines = text.lines().filter(|line| !line.starts_with(['#', '!']));
            let mut pairs = lines.filter_map(|line| line.split_once(['=', ':']));
            let value = pairs.find(|(key, _)| key.trim() == name)?.1.trim();
            (!value.is_empty() && value.len() <= LONGEST_TEXT && !value.contains("${"))
                .then_some(value)
        };
        let (artifact, version) = (property("artifactId")?, property("version")?);
        Some(Project { artifact, version, group: property("groupId") })
    }
}

/// `NAME-VERSION.jar`.
struct FileName<'a> {
    name: &'a str,
    version: Option<&'a str>,
    stem: &'a str,
}

impl FileName<'_> {
    fn of(file: &str) -> FileName<'_> {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let is_version = |place: &usize| {
            stem[place + 1..].starts_with(|c: char| c.is_ascii_digit()) && *place > 0
        };
        match stem.match_indices('-').map(|(place, _)| place).find(is_version) {
            Some(place) => {
                FileName { name: &stem[..place], version: Some(&stem[place + 1..]), stem }
            }
            None => FileName { name: stem, version: None, stem },
        }
    }

    /// Whether a file of this name is what Maven would call the artifact.
    fn is_of(&self, artifact: &str) -> bool {
        self.name == artifact
            || self.stem.strip_prefix(artifact).is_some_and(|rest| rest.starts_with('-'))
    }
}
