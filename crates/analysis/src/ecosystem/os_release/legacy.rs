//! The release files from before `os-release`. None of them says much, and none is believed where `os-release` is there.

use model::{Distro, Evidence};

use super::{Input, Reading, Unreadable, assignments};

/// Reads `lsb-release`. Red Hat's says only which standard it follows, and names nobody.
pub(super) fn lsb_release(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let mut distro = Distro::default();
    for (key, value) in assignments(&String::from_utf8_lossy(input.bytes)) {
        match key {
            "DISTRIB_ID" => distro.id = value.to_ascii_lowercase(),
            "DISTRIB_RELEASE" => distro.version_id = Some(value).filter(|value| !value.is_empty()),
            "DISTRIB_CODENAME" => distro.codename = Some(value).filter(|value| !value.is_empty()),
            "DISTRIB_DESCRIPTION" => distro.pretty_name = Some(value),
            _ => {}
        }
    }
    found(distro)
}

/// How the first words of a `redhat-release` are called in an `os-release`.
const REDHAT_FAMILY: [(&str, &str); 7] = [
    ("AlmaLinux", "almalinux"),
    ("CentOS", "centos"),
    ("Fedora", "fedora"),
    ("Oracle Linux", "ol"),
    ("Red Hat Enterprise Linux", "rhel"),
    ("Rocky Linux", "rocky"),
    ("Scientific Linux", "scientific"),
];

/// Reads `redhat-release` and `centos-release`: `CentOS release 5.11 (Final)`.
pub(super) fn redhat_release(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(input.bytes);
    let line = text.lines().next().unwrap_or_default().trim();
    let known = REDHAT_FAMILY.iter().find(|(name, _)| line.starts_with(name));
    let id = known.map_or_else(
        || line.split_whitespace().next().unwrap_or_default().to_ascii_lowercase(),
        |(_, id)| (*id).into(),
    );
    let version = line.split_once(" release ").map_or("", |(_, version)| version);
    let codename = version.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    found(Distro {
        id,
        version_id: version.split_whitespace().next().map(Into::into),
        codename: codename.map(|(codename, _)| codename.into()),
        pretty_name: Some(line.into()),
        ..Distro::default()
    })
}

/// Reads `alpine-release`: the version.
pub(super) fn alpine_release(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(input.bytes);
    let version_id = text.split_whitespace().next().map(Into::into);
    found(Distro { id: "alpine".into(), version_id, ..Distro::default() })
}

/// Reads `debian_version`: `12.8`, or `trixie/sid` before a release. A point release is still the release.
pub(super) fn debian_version(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(input.bytes);
    let word = text.split_whitespace().next().unwrap_or_default();
    let mut distro = Distro { id: "debian".into(), ..Distro::default() };
    if let Some((codename, _)) = word.split_once('/') {
        distro.codename = Some(codename.into());
    } else {
        let release = word.split('.').next().filter(|release| !release.is_empty());
        distro.version_id = release.map(Into::into);
    }
    found(distro)
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn found(distro: Distro) -> Result<Reading, Unreadable> {
    let named = !distro.id.is_empty();
    let evidence = named.then_some(Evidence::Distro(distro)).into_iter().collect();
    Ok(Reading { evidence, ..Reading::default() })
}
