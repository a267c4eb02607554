//! Versions and their order, which every ecosystem has its own of.

mod alpm;
mod apk;
pub(crate) mod composer;
mod cran;
mod deb;
mod digits;
pub(crate) mod fuzzy;
mod gem;
mod generic;
pub(crate) mod jvm;
pub(crate) mod lenient;
mod lua;
mod maven;
mod nix;
mod npm;
mod nuget;
mod perl;
pub(crate) mod portage;
mod pub_dev;
pub(crate) mod pypi;
#[cfg(test)]
pub(crate) mod relations;
pub(crate) mod rpm;

use std::cmp::Ordering;
use std::fmt;

/// Which rules order a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Alpine's `apk`.
    Apk,
    /// Debian's `dpkg`.
    Deb,
    /// `rpm`: epoch, version, release, with `~` and `^`.
    Rpm,
    /// npm: Semantic Versioning, read as leniently as npm does.
    Npm,
    /// Ruby, for its gems.
    Gem,
    /// Python's PEP 440, and what came before it.
    Pypi,
    /// Maven.
    Maven,
    /// Semantic Versioning, as Go, Rust, Elixir and Swift write it.
    Semver,
    /// NuGet, for .NET.
    Nuget,
    /// PHP's `version_compare`, for Composer and WordPress.
    Composer,
    /// R.
    Cran,
    /// Dart's pub.
    Pub,
    /// Perl.
    Perl,
    /// Lua rocks.
    Lua,
    /// pacman.
    Alpm,
    /// Nix.
    Nix,
    /// Numbers and words, for programs that no package manager knows.
    Generic,
}

/// A version as its ecosystem writes it, ordered by its scheme.
///
/// Two versions may be equal in order and yet differ in text (`1.0` and `1.00`); such a pair is neither an upgrade nor
/// a downgrade. `==` compares text, `cmp` breaks ties by text, [`Version::order`] is the scheme's own answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    text: Box<str>,
    scheme: Scheme,
}

impl Version {
    /// Any text is a version.
    pub fn new(text: impl Into<Box<str>>, scheme: Scheme) -> Version {
        Version { text: text.into(), scheme }
    }

    /// The text as the ecosystem writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The rules that order it.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The order of the scheme; versions of different schemes are ordered by text, for want of better.
    pub fn order(&self, other: &Version) -> Ordering {
        match (self.scheme, other.scheme) {
            (Scheme::Apk, Scheme::Apk) => apk::compare(&self.text, &other.text),
            (Scheme::Deb, Scheme::Deb) => deb::compare(&self.text, &other.text),
            (Scheme::Rpm, Scheme::Rpm) => rpm::compare(&self.text, &other.text),
            // npm reads more leniently than the specification asks for, and orders what that allows as it says.
            (Scheme::Npm, Scheme::Npm) | (Scheme::Semver, Scheme::Semver) => {
                npm::compare(&self.text, &other.text)
            }
            (Scheme::Gem, Scheme::Gem) => gem::compare(&self.text, &other.text),
            (Scheme::Pypi, Scheme::Pypi) => pypi::compare(&self.text, &other.text),
            (Scheme::Maven, Scheme::Maven) => maven::compare(&self.text, &other.text),
            (Scheme::Nuget, Scheme::Nuget) => nuget::compare(&self.text, &other.text),
            (Scheme::Composer, Scheme::Composer) => composer::compare(&self.text, &other.text),
            (Scheme::Cran, Scheme::Cran) => cran::compare(&self.text, &other.text),
            (Scheme::Pub, Scheme::Pub) => pub_dev::compare(&self.text, &other.text),
            (Scheme::Perl, Scheme::Perl) => perl::compare(&self.text, &other.text),
            (Scheme::Lua, Scheme::Lua) => lua::compare(&self.text, &other.text),
            (Scheme::Alpm, Scheme::Alpm) => alpm::compare(&self.text, &other.text),
            (Scheme::Nix, Scheme::Nix) => nix::compare(&self.text, &other.text),
            (Scheme::Generic, Scheme::Generic) => generic::compare(&self.text, &other.text),
            _ => self.text.cmp(&other.text),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        (self.scheme.cmp(&other.scheme))
            .then_with(|| self.order(other))
            .then_with(|| self.text.cmp(&other.text))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
