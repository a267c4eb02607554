//! What differs between two images in the words of the contract: a pure function of what is known of both.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Pair, PairFindings, Subject};
use model::{Distro, InstalledPackage, Purl, Settings};
use report::words;

use super::vulnerabilities::difference_of;
use crate::wire::registry::changed_image_config::{
    ChangedList, ChangedText, ChangedVolumes, Volume,
};
use crate::wire::registry::packages_diff::ChangedPackageReference;
use crate::wire::registry::{
    ChangedImageConfig, DiffImageResponse, ImageConfigDiff, PackageReference, PackagesDiff,
    VersionReference,
};

/// Characters of a warning at the most.
const LONGEST: usize = 256;

/// Warnings at the most.
const MOST: usize = 50;

/// What tells one package from another, whatever its version: type, namespace, name and architecture.
type Key = (String, Option<String>, String, Option<String>);

/// Versions of one package: each with its name and its package URL.
type Versions = BTreeMap<String, (String, String)>;

/// What differs between two images, which were asked for by these digests, and between what was found in them.
pub(super) fn difference(
    pair: &Pair,
    findings: Option<&PairFindings>,
    is_troubled: bool,
    asked: [&String; 2],
) -> DiffImageResponse {
    let Pair { old, new } = pair;
    let mut comparison = pair.compare();
    if let Some(findings) = findings {
        findings.compare(&mut comparison);
    }
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    for change in &comparison.packages {
        note(&mut before, &change.old, old.side.facts.distro.as_ref());
        note(&mut after, &change.new, new.side.facts.distro.as_ref());
    }
    let mut warnings = Vec::new();
    if is_troubled {
        warnings.push("some vulnerability data of the service cannot be read".to_owned());
    }
    match &comparison.vulnerabilities {
        Some(vulnerabilities) => warnings.extend(report::untold(vulnerabilities)),
        None => warnings.push(
            "vulnerabilities are not known: the service has no vulnerability data".to_owned(),
        ),
    }
    warnings.extend(resolved(old, asked[0]));
    warnings.extend(resolved(new, asked[1]));
    warnings.extend(report::unknown(&comparison));
    for (which, side) in [("from", &old.side), ("to", &new.side)] {
        warnings.extend(side.all_notices().map(|notice| match &notice.path {
            Some(path) => format!("{which}: {path}: {}", notice.text),
            None => format!("{which}: {}", notice.text),
        }));
    }
    DiffImageResponse {
        packages: Some(packages(before, after)),
        // Without data an empty list would say that nothing was found, where nothing was looked for.
        vulnerabilities: comparison.vulnerabilities.as_ref().map(|one| difference_of(one, asked)),
        config: config(&old.side.settings, &new.side.settings),
        warnings: bounded(warnings),
    }
}

/// What was taken of an index.
fn resolved(subject: &Subject, asked: &str) -> Option<String> {
    let image = &subject.side.image;
    let index = image.index_digest.as_ref().filter(|index| index.to_string() == asked)?;
    let platform = image.platform.as_ref().map(ToString::to_string).unwrap_or_default();
    let digest = image.digest.as_ref().map(ToString::to_string).unwrap_or_default();
    Some(format!("{index} is an index; its image for {platform} was taken, {digest}"))
}

fn note(
    known: &mut BTreeMap<Key, Versions>,
    packages: &[&InstalledPackage],
    distro: Option<&Distro>,
) {
    for InstalledPackage { package, .. } in packages {
        let purl = Purl::of(package, distro);
        let reference = purl.to_string();
        // Release and source follow the version; the architecture does not.
        let architecture = package.architecture.clone();
        let key = (purl.kind, purl.namespace, purl.name, architecture);
        let version = package.version.as_str().to_owned();
        let versions = known.entry(key).or_default();
        versions.entry(version).or_insert_with(|| (package.name.clone(), reference));
    }
}

fn packages(before: BTreeMap<Key, Versions>, mut after: BTreeMap<Key, Versions>) -> PackagesDiff {
    let mut pairs: BTreeMap<Key, [Versions; 2]> = before
        .into_iter()
        .map(|(key, old)| {
            let new = after.remove(&key).unwrap_or_default();
            (key, [old, new])
        })
        .collect();
    pairs.extend(after.into_iter().map(|(key, new)| (key, [Versions::new(), new])));
    let mut diff = PackagesDiff::default();
    for [old, new] in pairs.into_values() {
        let only = |one: &Versions, other: &Versions| -> Vec<PackageReference> {
            let only = one.iter().filter(|(version, _)| !other.contains_key(*version));
            only.map(|(version, (name, reference))| PackageReference {
                name: name.clone(),
                version: version.clone(),
                reference: reference.clone(),
            })
            .collect()
        };
        let (gone, come) = (only(&old, &new), only(&new, &old));
        if let ([gone], [come]) = (&gone[..], &come[..]) {
            let version = |one: &PackageReference| VersionReference {
                version: one.version.clone(),
                reference: one.reference.clone(),
            };
            diff.changed.push(ChangedPackageReference {
                name: come.name.clone(),
                current: Some(version(come)),
                previous: Some(version(gone)),
            });
            continue;
        }
        diff.removed.extend(gone);
        diff.added.extend(come);
    }
    let by_name = |one: &PackageReference| (one.name.clone(), one.reference.clone());
    diff.added.sort_by_key(by_name);
    diff.removed.sort_by_key(by_name);
    diff.changed.sort_by_key(|one| {
        (one.name.clone(), one.current.as_ref().map(|version| version.reference.clone()))
    });
    diff
}

fn config(old: &Settings, new: &Settings) -> Option<ImageConfigDiff> {
    let text = |old: &Option<String>, new: &Option<String>| {
        let [previous, current] = [old, new].map(|text| text.clone().unwrap_or_default());
        (previous != current).then_some(ChangedText { current, previous })
    };
    let command = |words: &Option<Vec<String>>| -> Vec<Member> {
        let words = words.as_deref().unwrap_or_default();
        let shown = words::command(words);
        words.iter().cloned().zip(shown).map(|(own, shown)| Member { own, shown }).collect()
    };
    let words = |old, new| list(&command(old), &command(new));
    let env = |settings: &Settings| -> Vec<Member> {
        let shown = |(name, value): (&String, &String)| Member {
            own: format!("{name}={value}"),
            shown: format!("{name}={}", words::value(name, value)),
        };
        settings.env.iter().map(shown).collect()
    };
    let changed = ChangedImageConfig {
        changed_user: text(&old.user, &new.user),
        changed_working_dir: text(&old.workdir, &new.workdir),
        entrypoints: words(&old.entrypoint, &new.entrypoint),
        envs: list(&env(old), &env(new)),
        cmds: words(&old.cmd, &new.cmd),
        changed_stop_signal: text(&old.stop_signal, &new.stop_signal),
        volumes: volumes(&old.volumes, &new.volumes),
    };
    (changed != ChangedImageConfig::default()).then_some(ImageConfigDiff { changed: Some(changed) })
}

/// A member of a list: it is compared as it is, and shown without secrets.
#[derive(PartialEq, Eq)]
struct Member {
    own: String,
    shown: String,
}

/// What only one of two lists has, in its order. Lists of the same members in another order differ in all of them.
fn list(old: &[Member], new: &[Member]) -> Option<ChangedList> {
    if old == new {
        return None;
    }
    let all = |members: &[Member]| members.iter().map(|one| one.shown.clone()).collect();
    let only = |one: &[Member], other: &[Member]| -> Vec<String> {
        let other: BTreeSet<&String> = other.iter().map(|member| &member.own).collect();
        let only = one.iter().filter(|member| !other.contains(&member.own));
        only.map(|member| member.shown.clone()).collect()
    };
    let (added, removed) = (only(new, old), only(old, new));
    if added.is_empty() && removed.is_empty() {
        return Some(ChangedList { added: all(new), removed: all(old) });
    }
    Some(ChangedList { added, removed })
}

fn volumes(old: &BTreeSet<String>, new: &BTreeSet<String>) -> Option<ChangedVolumes> {
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        one.difference(other).map(|name| (name.clone(), Volume {})).collect()
    };
    let diff = ChangedVolumes { added: only(new, old), removed: only(old, new) };
    (diff != ChangedVolumes::default()).then_some(diff)
}

/// Warnings of a length and a number that they may have; the last says how many more there are.
fn bounded(warnings: Vec<String>) -> Vec<String> {
    let more = warnings.len().saturating_sub(MOST);
    let cut = |text: String| {
        if text.chars().count() <= LONGEST {
            return text;
        }
        let beginning: String = text.chars().take(LONGEST - 1).collect();
        beginning + "…"
    };
    let mut bounded: Vec<String> = warnings.into_iter().take(MOST).map(cut).collect();
    if more > 0 {
        bounded.push(format!("and {more} more"));
    }
    bounded
}

#[cfg(test)]
mod tests {
    use model::{Package, Scheme};

    use super::*;

    /// Packages as `type name version [architecture]`.
    fn subject(lines: &[&str]) -> Subject {
        let mut subject = Subject::default();
        subject.side.facts.distro = Some(Distro { id: "wolfi".into(), ..Distro::default() });
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            let scheme = if words[0] == "apk" { Scheme::Apk } else { Scheme::Npm };
            let mut package = Package::new(words[0], words[1], words[2], scheme);
            package.architecture = words.get(3).map(|&text| text.to_owned());
            let database = format!("/db/{}", words[0]).as_str().into();
            subject.side.facts.packages.push(InstalledPackage { package, database, inside: None });
        }
        subject.side.facts.packages.sort();
        subject
    }

    fn check(old: &[&str], new: &[&str], expect: &str) {
        let packages = |old: &[&str], new: &[&str]| {
            let none = String::new();
            let pair = Pair { old: subject(old), new: subject(new) };
            let response = difference(&pair, None, false, [&none, &none]);
            let mut lines = Vec::new();
            let packages = response.packages.unwrap();
            lines.extend(packages.added.iter().map(|one| format!("+ {}", one.reference)));
            lines.extend(packages.removed.iter().map(|one| format!("- {}", one.reference)));
            lines.extend(packages.changed.iter().map(|one| {
                let [previous, current] = [&one.previous, &one.current]
                    .map(|version| version.as_ref().unwrap().version.clone());
                format!("~ {} {previous} {current}", one.name)
            }));
            lines
        };
        let told = packages(old, new);
        assert_eq!(told.join("\n"), expect);
        let turned: Vec<String> = packages(new, old)
            .into_iter()
            .map(|line| {
                let words: Vec<&str> = line.split(' ').collect();
                match words[..] {
                    ["+", one] => format!("- {one}"),
                    ["-", one] => format!("+ {one}"),
                    [sign, name, previous, current] => {
                        format!("{sign} {name} {current} {previous}")
                    }
                    _ => line,
                }
            })
            .collect();
        let sorted = |mut lines: Vec<String>| {
            lines.sort();
            lines
        };
        assert_eq!(sorted(turned), sorted(told));
    }

    #[test]
    fn packages_come_go_and_change() {
        check(&["apk nginx 1.25.3-r2 x86_64"], &["apk nginx 1.25.3-r2 x86_64"], "");
        check(
            &["apk nginx 1.25.3-r2 x86_64", "apk zlib 1.3-r0 x86_64"],
            &["apk nginx 1.25.4-r0 x86_64", "apk bash 5.2.21-r0 x86_64"],
            "+ pkg:apk/wolfi/bash@5.2.21-r0?arch=x86_64&distro=wolfi\n\
             - pkg:apk/wolfi/zlib@1.3-r0?arch=x86_64&distro=wolfi\n\
             ~ nginx 1.25.3-r2 1.25.4-r0",
        );
    }

    #[test]
    fn of_several_versions_those_that_stay_do_not_count() {
        check(&["npm a 1.0.0", "npm a 2.0.0"], &["npm a 1.0.0", "npm a 3.0.0"], "~ a 2.0.0 3.0.0");
        check(
            &["npm a 1.0.0", "npm a 2.0.0"],
            &["npm a 3.0.0"],
            "+ pkg:npm/a@3.0.0\n- pkg:npm/a@1.0.0\n- pkg:npm/a@2.0.0",
        );
    }

    #[test]
    fn settings_that_differ_are_told() {
        let (mut old, mut new) = (Settings::default(), Settings::default());
        assert_eq!(config(&old, &new), None);
        old.user = Some("root".into());
        new.user = Some("65532".into());
        old.cmd = Some(vec!["a".into(), "b".into()]);
        new.cmd = Some(vec!["b".into(), "a".into()]);
        new.env.insert("PATH".into(), "/bin".into());
        new.volumes.insert("/data".into());
        let changed = config(&old, &new).unwrap().changed.unwrap();
        let user = changed.changed_user.unwrap();
        assert_eq!([user.previous, user.current], ["root", "65532"]);
        assert_eq!(changed.cmds.unwrap().added, ["b", "a"]);
        assert_eq!(changed.envs.unwrap().added, ["PATH=/bin"]);
        assert!(changed.volumes.unwrap().added.contains_key("/data"));
        assert_eq!(changed.changed_working_dir, None);
    }

    #[test]
    fn secrets_differ_and_are_not_shown() {
        let settings = |secret: &str| {
            let mut settings = Settings::default();
            settings.env.insert("DB_PASSWORD".into(), secret.into());
            settings.cmd = Some(vec!["--password".into(), secret.into()]);
            settings
        };
        let changed =
            config(&settings("hunter2a"), &settings("hunter2b")).unwrap().changed.unwrap();
        let (envs, cmds) = (changed.envs.unwrap(), changed.cmds.unwrap());
        assert_eq!(envs.added, ["DB_PASSWORD=‹8 characters›"]);
        assert_eq!(envs.added, envs.removed);
        assert_eq!(cmds.added, ["‹8 characters›"]);
    }

    #[test]
    fn warnings_are_bounded() {
        let many = (0..60).map(|place| format!("{place} {}", "x".repeat(300)));
        let bounded = bounded(many.collect());
        assert_eq!(bounded.len(), 51);
        assert!(bounded.iter().all(|warning| warning.chars().count() <= 256));
        assert_eq!(bounded[50], "and 10 more");
    }
}
