//! Which release of a distribution an image's advisories stand under. Others publish for many distributions under one name,
//! and not for every release.

use std::collections::BTreeSet;

use model::{Distro, Time};
use regex::Regex;

use crate::namespace::plain;
use crate::record::{Override, Release};

/// Releases of a database that an image's packages are looked up in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Meant {
    /// Where it says what is affected; empty where nothing is known of the distribution.
    pub(super) releases: Vec<i64>,
    /// Where the distribution itself says what it has fixed of that, if another one's advisories are used.
    pub(super) fixes: Vec<i64>,
    /// Lines of the release that are kept alive apart, which the image takes fixes from.
    pub(super) channels: Vec<i64>,
    /// Where the image's own release is not among them: the one that was asked in its place.
    pub(super) other: Option<i64>,
    /// The minor release of Red Hat's that such a line keeps an image at: what later ones fix it never gets.
    pub(super) reach: Option<(u32, u32)>,
}

/// What a distribution's name stands for where the data does not say it: the name, what its version has to begin with, and
/// the name, version or label that take its place.
const STANDS_FOR: &[(&str, &str, &str, &str, &str)] = &[
    ("centos", "", "rhel", "", ""),
    ("rocky", "", "rhel", "", ""),
    ("rockylinux", "", "rhel", "", ""),
    ("almalinux", "", "rhel", "", ""),
    ("alma", "", "rhel", "", ""),
    ("scientific", "", "rhel", "", ""),
    ("sl", "", "rhel", "", ""),
    ("raspbian", "", "debian", "", ""),
    ("oracle", "", "ol", "", ""),
    ("oraclelinux", "", "ol", "", ""),
    ("amazon", "", "amzn", "", ""),
    ("amazonlinux", "", "amzn", "", ""),
    ("arch", "", "archlinux", "", "rolling"),
    ("wolfi", "", "wolfi", "", "rolling"),
    ("chainguard", "", "chainguard", "", "rolling"),
    ("minimos", "", "minimos", "", "rolling"),
    ("secureos", "", "secureos", "", "rolling"),
    ("echo", "", "echo", "", "rolling"),
    ("hummingbird", "", "hummingbird", "", "rolling"),
    ("postmarketos", "edge", "alpine", "", "edge"),
    ("postmarketos", "25.12", "alpine", "3.23", ""),
    ("postmarketos", "25.06", "alpine", "3.22", ""),
    ("postmarketos", "24.12", "alpine", "3.21", ""),
    ("postmarketos", "v25.12", "alpine", "3.23", ""),
    ("postmarketos", "v25.06", "alpine", "3.22", ""),
    ("postmarketos", "v24.12", "alpine", "3.21", ""),
    ("postmarketos", "v24.06", "alpine", "3.20", ""),
    ("postmarketos", "v23.12", "alpine", "3.19", ""),
    ("postmarketos", "v23.06", "alpine", "3.18", ""),
    ("postmarketos", "v22.12", "alpine", "3.17", ""),
    ("postmarketos", "v22.06", "alpine", "3.16", ""),
    ("postmarketos", "v21.12", "alpine", "3.15", ""),
    ("postmarketos", "v21.06", "alpine", "3.14", ""),
    ("postmarketos", "24.06", "alpine", "3.20", ""),
    ("postmarketos", "23.12", "alpine", "3.19", ""),
    ("postmarketos", "23.06", "alpine", "3.18", ""),
    ("postmarketos", "22.12", "alpine", "3.17", ""),
    ("postmarketos", "22.06", "alpine", "3.16", ""),
    ("postmarketos", "21.12", "alpine", "3.15", ""),
];

/// What is asked of a database's releases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wanted {
    name: String,
    major: String,
    minor: String,
    label: String,
}

/// The releases that an image of a distribution is looked up in.
pub(super) fn meant(
    distro: Option<&Distro>,
    releases: &[(i64, Release)],
    overrides: &[Override],
) -> Meant {
    let Some(distro) = distro else { return Meant::default() };
    let own = wanted(&distro.id, distro, overrides);
    let found = |wanted: &Wanted| resolved(wanted, releases, Nearness::Major);
    let mut releases_found = found(&own);
    let is_known = |name: &str| {
        releases.iter().any(|(_, release)| is_called(release, name))
            || STANDS_FOR.iter().any(|(alias, ..)| alias.eq_ignore_ascii_case(name))
    };
    if releases_found.is_empty() {
        // Distributions that others write about may write about themselves: that is asked where there is nothing else.
        releases_found = found(&said(&distro.id, distro));
    }
    if releases_found.is_empty() && !is_known(&distro.id) {
        // A distribution that nobody writes about may be built on others: of those that it names the first one counts that
        // somebody writes about, and only where its versions are the same.
        let like = distro.id_like.iter().find(|like| is_known(like));
        let like = like.map(|like| wanted(like, distro, overrides));
        let exact = |wanted: Wanted| resolved(&wanted, releases, Nearness::Exact);
        releases_found = like.map(exact).unwrap_or_default();
    }
    let is_exact = |wanted: &Wanted| !resolved(wanted, releases, Nearness::Exact).is_empty();
    let is_its_own = is_exact(&own) || is_exact(&said(&distro.id, distro));
    let other = releases_found.first().copied().filter(|_| !is_its_own);
    let fixes = match own.name.as_str() {
        "rhel" | "redhat" if is_alma(&distro.id) => {
            let alma = Wanted { name: "almalinux".into(), ..own };
            found(&alma)
        }
        _ => Vec::new(),
    };
    // What it says itself is no correction of what it says itself.
    let fixes = if fixes == releases_found { Vec::new() } else { fixes };
    // Lines are of the distribution itself, not of those that are looked up in its place.
    let is_own = |(_, release): &&(i64, Release)| is_called(release, &distro.id);
    let wanted = said(&distro.id, distro);
    let lines = channels(distro);
    let of_line = |channel: &String| {
        let kept = releases.iter().filter(is_own).filter(|(_, release)| {
            release.channel.eq_ignore_ascii_case(channel)
                && release.major == wanted.major
                && (release.minor == wanted.minor || release.minor.is_empty())
        });
        kept.map(|(number, _)| *number).collect::<Vec<_>>()
    };
    let number = |text: &str| if text.is_empty() { Some(0) } else { text.parse().ok() };
    let is_kept = lines.contains("eus") && own.name.eq_ignore_ascii_case(&distro.id);
    let reach = number(&wanted.major).zip(number(&wanted.minor));
    // Before release 8 there was none of it that data would tell apart.
    let reach = reach.filter(|(major, _)| is_kept && *major >= 8);
    Meant {
        releases: releases_found,
        fixes,
        channels: lines.iter().flat_map(of_line).collect(),
        other,
        reach,
    }
}

/// Lines that an image takes fixes from, as its files tell, or as its version does (`9.4+eus`).
fn channels(distro: &Distro) -> BTreeSet<String> {
    let version = distro.version_id.as_deref().unwrap_or_default();
    let said = version.split_once('+').map_or("", |(_, channels)| channels).split([',', '+']);
    let said = said.map(str::trim).filter(|channel| !channel.is_empty());
    said.map(str::to_ascii_lowercase).chain(distro.channels.iter().cloned()).collect()
}

/// When the release of a distribution itself is not kept secure any more: who stands for it may be so for longer. Of a release
/// that nobody writes about, those that were asked in its place tell.
pub(super) fn end_of_life(
    distro: &Distro,
    asked: &[i64],
    releases: &[(i64, Release)],
) -> Option<Time> {
    let own = resolved(&said(&distro.id, distro), releases, Nearness::Exact);
    let told = if own.is_empty() { asked } else { &own[..] };
    let ends = releases.iter().filter(|(number, _)| told.contains(number));
    ends.filter_map(|(_, release)| release.end_of_life).min()
}

/// What packages a distribution has, by its name in the data; none where nobody knows.
pub(super) fn ecosystem(release: &Release) -> Option<&'static str> {
    Some(match &*release.name {
        "debian" | "ubuntu" | "echo" => "deb",
        "alpine" | "wolfi" | "chainguard" | "minimos" | "secureos" => "apk",
        "archlinux" => "alpm",
        "redhat" | "rhel" | "fedora" | "amazonlinux" | "oraclelinux" | "sles" | "mariner"
        | "azurelinux" | "photon" | "almalinux" | "hummingbird" => "rpm",
        _ => return None,
    })
}

/// A release in few words: `alpine 3.21`.
pub(super) fn named(release: &Release) -> String {
    let Release { name, major, minor, label, .. } = release;
    let version =
        [&**major, &**minor].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>();
    let version = if version.is_empty() { label.clone() } else { version.join(".") };
    format!("{name} {version}").trim_end().to_owned()
}

fn is_alma(id: &str) -> bool {
    ["almalinux", "alma"].iter().any(|name| name.eq_ignore_ascii_case(id))
}

/// The version that an image says it has, without the lines that may follow it.
fn version(distro: &Distro) -> &str {
    let version = distro.version_id.as_deref().unwrap_or_default();
    version.split('+').next().unwrap_or_default().trim()
}

/// What an image says of itself.
fn said(name: &str, distro: &Distro) -> Wanted {
    let version = version(distro);
    let codename = distro.codename.as_deref().unwrap_or_default();
    let mut wanted = Wanted { name: name.to_ascii_lowercase(), ..Wanted::default() };
    let version_number = version.trim_start_matches('v');
    if version_number.starts_with(|first: char| first.is_ascii_digit()) {
        set_version(&mut wanted, version_number);
    } else if version.is_empty() {
        wanted.label = codename.into();
    } else {
        wanted.label = version.into();
    }
    wanted
}

/// What an image says of itself, as those who write about it call it.
fn wanted(name: &str, distro: &Distro, overrides: &[Override]) -> Wanted {
    let version = version(distro);
    let codename = distro.codename.as_deref().unwrap_or_default();
    let mut wanted = said(name, distro);
    if let Some(rule) = overrides.iter().find(|rule| applies(rule, name, version, codename)) {
        let replace = |place: &mut String, with: &Option<String>| {
            if let Some(with) = with {
                place.clone_from(with);
            }
        };
        replace(&mut wanted.name, &rule.name);
        replace(&mut wanted.major, &rule.major);
        replace(&mut wanted.minor, &rule.minor);
        replace(&mut wanted.label, &rule.label);
        if rule.rolling || rule.label.is_some() {
            wanted.major.clear();
            wanted.minor.clear();
        }
    } else if let Some((_, _, name, version, label)) = STANDS_FOR
        .iter()
        .find(|(alias, begins, ..)| alias.eq_ignore_ascii_case(name) && version.starts_with(begins))
    {
        wanted.name = (*name).into();
        if !version.is_empty() {
            set_version(&mut wanted, version);
        }
        if !label.is_empty() {
            wanted = Wanted { name: (*name).into(), label: (*label).into(), ..Wanted::default() };
        }
    } else if name.eq_ignore_ascii_case("alpine")
        && (version.contains("_alpha") || version.is_empty())
    {
        wanted = Wanted { name: "alpine".into(), label: "edge".into(), ..Wanted::default() };
    }
    wanted
}

fn set_version(wanted: &mut Wanted, version: &str) {
    let mut parts = version.split(['.', '-', '_', ' ']);
    wanted.major = plain(parts.next().unwrap_or_default()).into();
    wanted.minor = plain(parts.next().unwrap_or_default()).into();
}

fn applies(rule: &Override, name: &str, version: &str, codename: &str) -> bool {
    let fits =
        |pattern: &String| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(version));
    rule.alias.eq_ignore_ascii_case(name)
        && rule.version.as_deref().is_none_or(|wanted| wanted == version)
        && rule.pattern.as_ref().is_none_or(fits)
        && rule.codename.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(codename))
}

/// How near a release has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nearness {
    /// All numbers are the same.
    Exact,
    /// The first number is; where nothing else is said, another minor release stands for it.
    Major,
}

fn is_called(release: &Release, name: &str) -> bool {
    release.name.eq_ignore_ascii_case(name) || release.id.eq_ignore_ascii_case(name)
}

fn resolved(wanted: &Wanted, releases: &[(i64, Release)], nearness: Nearness) -> Vec<i64> {
    let called: Vec<&(i64, Release)> = (releases.iter())
        .filter(|(_, release)| is_called(release, &wanted.name) && release.channel.is_empty())
        .collect();
    let of = |fits: &dyn Fn(&Release) -> bool| -> Vec<i64> {
        let found = called.iter().filter(|(_, release)| fits(release));
        found.map(|(number, _)| *number).collect()
    };
    let Wanted { major, minor, label, .. } = wanted;
    if major.is_empty() {
        let same = |text: &str| !label.is_empty() && text.eq_ignore_ascii_case(label);
        return of(&|release| same(&release.codename) || same(&release.label));
    }
    let exact = of(&|release| release.major == *major && release.minor == *minor);
    if !exact.is_empty() {
        return exact;
    }
    let whole = of(&|release| release.major == *major && release.minor.is_empty());
    if !whole.is_empty() || nearness == Nearness::Exact {
        return whole;
    }
    let same = called.iter().filter(|(_, release)| release.major == *major);
    let newest = same.max_by_key(|(_, release)| release.minor.parse::<u64>().unwrap_or_default());
    newest.map(|(number, _)| *number).into_iter().collect()
}

/// A distribution in few words.
pub(crate) fn shown(distro: &Distro) -> String {
    // What is unversioned has a number all the same, which says nothing.
    let is_rolling = ["wolfi", "chainguard"].contains(&&*distro.id);
    let version = distro.version_id.as_ref().or(distro.codename.as_ref()).filter(|_| !is_rolling);
    match version {
        Some(version) => format!("{} {version}", distro.id),
        None => distro.id.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Releases as `name/id major.minor label codename`.
    fn releases() -> Vec<(i64, Release)> {
        let rows = [
            ("debian", "debian", "12", "", "", "bookworm"),
            ("debian", "debian", "", "", "unstable", "sid"),
            ("alpine", "alpine", "3", "20", "", ""),
            ("alpine", "alpine", "", "", "edge", ""),
            ("redhat", "rhel", "8", "", "", ""),
            ("redhat", "rhel", "8", "4", "", ""),
            ("redhat", "rhel", "9", "0", "", ""),
            ("redhat", "rhel", "9", "3", "", ""),
            ("ubuntu", "ubuntu", "22", "4", "", "jammy"),
            ("wolfi", "wolfi", "", "", "rolling", ""),
            ("amazonlinux", "amzn", "2023", "", "", ""),
            ("almalinux", "almalinux", "8", "", "", ""),
        ];
        let row = |(place, (name, id, major, minor, label, codename)): (usize, _)| {
            let of = |text: &str| text.to_owned();
            let release = Release {
                name: of(name),
                id: of(id),
                major: of(major),
                minor: of(minor),
                label: of(label),
                codename: of(codename),
                ..Release::default()
            };
            (i64::try_from(place).unwrap(), release)
        };
        rows.into_iter().enumerate().map(row).collect()
    }

    #[track_caller]
    fn check(id: &str, version: &str, codename: &str, expect: &str) {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let (id, id_like) = id.split_once(" like ").unwrap_or((id, ""));
        let distro = Distro {
            id: id.into(),
            id_like: id_like.split_whitespace().map(Into::into).collect(),
            version_id: some(version),
            codename: some(codename),
            ..Distro::default()
        };
        let rule = Override {
            alias: "debian".into(),
            codename: Some("forky".into()),
            label: Some("unstable".into()),
            ..Override::default()
        };
        let releases = releases();
        let meant = meant(Some(&distro), &releases, &[rule]);
        let told = |numbers: &[i64]| {
            let one = |number: &i64| {
                let release = &releases[usize::try_from(*number).unwrap()].1;
                let version = [&*release.major, &release.minor, &release.label].join("/");
                format!("{} {version}", release.name)
            };
            numbers.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        let fixes = told(&meant.fixes);
        let fixes = if fixes.is_empty() { fixes } else { format!("; {fixes}") };
        assert_eq!(told(&meant.releases) + &fixes, expect);
    }

    #[test]
    fn a_release_is_found_by_what_the_image_says() {
        check("debian", "12", "bookworm", "debian 12//");
        check("debian", "12.4", "", "debian 12//");
        check("alpine", "3.20.3", "", "alpine 3/20/");
        check("ubuntu", "22.04", "jammy", "ubuntu 22/4/");
        check("amzn", "2023", "", "amazonlinux 2023//");
        check("debian", "13", "trixie", "");
        check("opensuse-leap", "15.5", "", "");
    }

    #[test]
    fn versions_without_numbers_have_labels() {
        check("wolfi", "20230201", "", "wolfi //rolling");
        check("alpine", "3.21_alpha20240923", "", "alpine //edge");
        check("debian", "", "forky", "debian //unstable");
        check("debian", "", "sid", "debian //unstable");
        check("debian", "", "", "");
        check("postmarketOS", "v24.06", "", "alpine 3/20/");
        check("postmarketOS", "edge", "", "alpine //edge");
    }

    #[test]
    fn others_are_looked_up_where_they_come_from() {
        check("rhel", "8.4", "", "redhat 8/4/");
        check("rhel", "8.10", "", "redhat 8//");
        check("centos", "8", "", "redhat 8//");
        check("rocky", "9.6", "", "redhat 9/3/");
        check("almalinux", "8.9", "", "redhat 8//; almalinux 8//");
    }

    #[test]
    fn what_is_built_on_another_counts_where_versions_are_the_same() {
        check("pureos like debian", "12", "", "debian 12//");
        check("linuxmint like ubuntu debian", "22.04", "", "ubuntu 22/4/");
        check("linuxmint like ubuntu debian", "21.2", "", "");
    }
}
