//! Which distribution an image is of, as its release files say. It never guesses from packages.

mod channels;
mod legacy;

use model::{Distro, Evidence};

use super::{Ecosystem, Input, Reader, Reading, Unreadable, Want};

/// Files that name the distribution, the one that is believed first in front.
///
/// `os-release` says most, and the one in `etc` may be an administrator's. The others are of distributions that had no
/// `os-release` yet, or of images that lost it; `debian_version` is last because Debian's children ship it too.
pub static RELEASE_FILES: &[&str] = &[
    "etc/os-release",
    "usr/lib/os-release",
    "etc/lsb-release",
    "etc/centos-release",
    "etc/redhat-release",
    "etc/alpine-release",
    "etc/debian_version",
];

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "os-release",
    title: "os-release",
    osv: None,
    scheme: None,
    readers: &[
        reader(RELEASE_FILES[0], os_release),
        reader(RELEASE_FILES[1], os_release),
        reader(RELEASE_FILES[2], legacy::lsb_release),
        reader(RELEASE_FILES[3], legacy::redhat_release),
        reader(RELEASE_FILES[4], legacy::redhat_release),
        reader(RELEASE_FILES[5], legacy::alpine_release),
        reader(RELEASE_FILES[6], legacy::debian_version),
        channels::MANIFESTS,
        channels::CONTENT_SETS,
        channels::SOURCES,
        channels::CREDENTIALS,
        channels::STATUS,
    ],
    records: &[],
    holdings: None,
};

const fn reader(path: &'static str, read: fn(&Input<'_>) -> Result<Reading, Unreadable>) -> Reader {
    Reader { revision: 1, wants: Want::Path(path), companions: &[], limit: 1 << 20, read }
}

/// Reads `os-release`: shell assignments, as os-release(5) describes them.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn os_release(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let mut distro = Distro { id: "linux".into(), ..Distro::default() };
    for (key, value) in assignments(&String::from_utf8_lossy(input.bytes)) {
        match key {
            "ID" if !value.is_empty() => distro.id = value,
            "ID_LIKE" => distro.id_like = value.split_whitespace().map(Into::into).collect(),
            "VERSION_ID" => distro.version_id = Some(value).filter(|value| !value.is_empty()),
            "VERSION_CODENAME" => distro.codename = Some(value).filter(|value| !value.is_empty()),
            "PRETTY_NAME" => distro.pretty_name = Some(value).filter(|value| !value.is_empty()),
            _ => {}
        }
    }
    Ok(Reading { evidence: vec![Evidence::Distro(distro)], ..Reading::default() })
}

/// `KEY=value` lines; the others, comments among them, mean nothing. A later line overrules an earlier one.
fn assignments(text: &str) -> impl Iterator<Item = (&str, String)> {
    text.lines().filter_map(|line| {
        let (key, value) = line.trim().split_once('=')?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        (!key.is_empty() && key.bytes().all(is_name)).then(|| (key, unquoted(value)))
    })
}

/// Takes the quotes of a shell word away; what follows its end does not belong to it.
fn unquoted(value: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (Some('\''), literal) => out.push(literal),
            // Between double quotes, a backslash stands for itself unless it takes a meaning away.
            (Some(_), '\\') => match characters.next() {
                Some(special @ ('"' | '\\' | '$' | '`')) => out.push(special),
                Some(plain) => out.extend(['\\', plain]),
                None => out.push('\\'),
            },
            (None, '"' | '\'') => quote = Some(character),
            (None, '\\') => out.extend(characters.next()),
            (None, blank) if blank.is_whitespace() => break,
            (_, plain) => out.push(plain),
        }
    }
    out
}

#[cfg(test)]
mod tests;
