//! Notices: what could not be read or not be told for sure. Data, not errors; every report shows them.

use crate::Path;

/// Something that a reader of the report must know before trusting it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Notice {
    /// The file that it is about, where it is about one.
    pub path: Option<Path>,
    /// A sentence without its final full stop: what could not be known and why.
    pub text: String,
}

/// How a notice about a database begins that leaves all of its packages known: what follows is about files or texts of
/// one. Whoever writes such a notice begins it with one of these; what an image says never stands at the beginning.
pub mod sparing {
    /// Of paths that the database claims for its packages.
    pub const CLAIMS: &str = "claims ";
    /// Of the files of one package.
    pub const FILES_OF: &str = "the files of ";
    /// Of the changelog of one package.
    pub const CHANGELOG_OF: &str = "the changelog of ";
}

/// How a notice begins that is about how the image was built, and about nothing that is in it.
pub const OF_THE_PAST: &str = "how the image was built is not told whole: ";

impl Notice {
    /// A notice about one file of the image.
    pub fn about(path: Path, text: impl Into<String>) -> Notice {
        Notice { path: Some(path), text: text.into() }
    }

    /// A notice about the image as a whole.
    pub fn general(text: impl Into<String>) -> Notice {
        Notice { path: None, text: text.into() }
    }

    /// Whether all packages of the file that it is about are known in spite of it.
    pub fn spares_packages(&self) -> bool {
        let beginnings = [sparing::CLAIMS, sparing::FILES_OF, sparing::CHANGELOG_OF];
        beginnings.iter().any(|beginning| self.text.starts_with(beginning))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_first_words_spare_packages() {
        let spares = |text: &str| Notice::general(text).spares_packages();
        assert!(spares("the changelog of glibc 2.34 is not all known: 3 entries have no room"));
        assert!(spares("the files of glibc 2.34 are not all known: BASENAMES is cut short"));
        assert!(spares("claims more paths than a file of its size may: 7 left out"));
        assert!(!spares("a package is left out: it is of `the files of x`, but it has no VERSION"));
        assert!(!spares("could not be read: it is cut short"));
    }
}
