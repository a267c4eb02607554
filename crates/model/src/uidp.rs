//! Places in the tree of groups: `UID(/SUID)*`, as a file's path is a place in a tree of folders.

use std::fmt;
use std::str::FromStr;

/// Digits of what stands below nothing.
const ROOT: usize = 40;
/// Digits of what stands below something.
const BELOW: usize = 16;

/// A place in the tree: a root group or a user, and whatever is below one. Nothing in it tells what kind of thing it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uidp(String);

/// A text that is no place in the tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no UIDP: it should be 40 small hexadecimal digits, and 16 more after each `/`")]
pub struct InvalidUidp(String);

impl Uidp {
    /// What these 20 random bytes name, below nothing.
    pub fn root(bytes: [u8; ROOT / 2]) -> Uidp {
        Uidp(digits(&bytes))
    }

    /// What these 8 random bytes name, right below this.
    #[must_use]
    pub fn below(&self, bytes: [u8; BELOW / 2]) -> Uidp {
        Uidp(format!("{self}/{}", digits(&bytes)))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is right below; none of what is below nothing.
    pub fn parent(&self) -> Option<Uidp> {
        self.0.rsplit_once('/').map(|(parent, _)| Uidp(parent.into()))
    }

    /// All that it is below, the nearest first.
    pub fn ancestors(&self) -> impl Iterator<Item = Uidp> {
        std::iter::successors(self.parent(), Uidp::parent)
    }

    /// Whether it is below `other`, however deep. Nothing is below itself.
    pub fn is_below(&self, other: &Uidp) -> bool {
        self.0.strip_prefix(&other.0).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether it is `other` or below it.
    pub fn is_within(&self, other: &Uidp) -> bool {
        self == other || self.is_below(other)
    }
}

impl FromStr for Uidp {
    type Err = InvalidUidp;

    fn from_str(text: &str) -> Result<Uidp, InvalidUidp> {
        let is_number = |part: &str, length| {
            part.len() == length
                && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let mut parts = text.split('/');
        let is_rooted = parts.next().is_some_and(|root| is_number(root, ROOT));
        if is_rooted && parts.all(|part| is_number(part, BELOW)) {
            return Ok(Uidp(text.into()));
        }
        // What is sent instead may be as long as a request.
        Err(InvalidUidp(text.chars().take(100).collect()))
    }
}

impl fmt::Display for Uidp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "720909c9f5279097d847ad02a2f24ba8f59de36a";

    #[test]
    fn what_is_no_place_is_refused() {
        let check = |text: &str, expect: bool| {
            assert_eq!(text.parse::<Uidp>().is_ok(), expect, "{text}");
        };
        check(GROUP, true);
        check(&format!("{GROUP}/a033a6fabe0bfa0d"), true);
        check(&format!("{GROUP}/a033a6fabe0bfa0d/0123456789abcdef"), true);
        for broken in ["", "/", "abc", "720909C9F5279097D847AD02A2F24BA8F59DE36A"] {
            check(broken, false);
        }
        for after in ["/", "//", "/a033a6fabe0bfa0", "/a033a6fabe0bfa0d/", "\n", "/../x"] {
            check(&format!("{GROUP}{after}"), false);
        }
    }

    #[test]
    fn places_are_below_others_as_folders_are() {
        let group: Uidp = GROUP.parse().unwrap();
        let repo = group.below([1; 8]);
        let tag = repo.below([2; 8]);
        assert_eq!(tag.to_string(), format!("{GROUP}/0101010101010101/0202020202020202"));
        assert_eq!(tag.ancestors().collect::<Vec<_>>(), [repo.clone(), group.clone()]);
        assert!(tag.is_below(&group) && tag.is_below(&repo) && !tag.is_below(&tag));
        assert!(tag.is_within(&tag) && !group.is_within(&repo));
        assert_eq!(Uidp::root([0xab; 20]).parent(), None);
    }
}
