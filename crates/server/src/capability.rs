//! What somebody may do, as the contract names it, and the roles that everybody has.

use std::ops::{BitOr, BitOrAssign};

use base64::Engine as _;
use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};

/// Characters of a token's set of bits at the most.
const LONGEST_SET: usize = 200;

/// Name, place in a token's set of bits, and number in a token of old. Of roles, bindings and identities only some are told by the contract; the others
/// go on in their rows.
static KNOWN: &[(&str, u8, u64)] = &[
    ("groups.create", 1, 101),
    ("groups.update", 2, 102),
    ("groups.list", 3, 103),
    ("groups.delete", 4, 104),
    ("roles.create", 8, 301),
    ("roles.update", 9, 302),
    ("roles.list", 10, 303),
    ("roles.delete", 11, 304),
    ("role_bindings.create", 12, 401),
    ("role_bindings.update", 13, 402),
    ("role_bindings.list", 14, 403),
    ("role_bindings.delete", 15, 404),
    ("identity.create", 29, 901),
    ("identity.update", 30, 902),
    ("identity.list", 31, 903),
    ("identity.delete", 32, 904),
    ("record_signatures.list", 49, 623),
    ("repo.create", 56, 1603),
    ("repo.update", 57, 1604),
    ("repo.list", 58, 1605),
    ("repo.delete", 59, 1606),
    ("manifest.create", 60, 1607),
    ("manifest.update", 61, 1608),
    ("manifest.list", 62, 1609),
    ("manifest.delete", 63, 1610),
    ("tag.create", 64, 1611),
    ("tag.update", 65, 1612),
    ("tag.list", 66, 1613),
    ("tag.delete", 67, 1614),
    ("sboms.list", 69, 650),
    ("vuln_reports.list", 70, 660),
    ("manifest.metadata.list", 72, 1615),
    ("vuln_report.create", 78, 1660),
    ("vuln_report.list", 79, 1661),
    ("repo.blobs.get", 107, 1600),
];

/// What whoever may pull may do.
static PULL: &[&str] = &[
    "groups.list",
    "manifest.list",
    "manifest.metadata.list",
    "record_signatures.list",
    "repo.blobs.get",
    "repo.list",
    "sboms.list",
    "tag.list",
    "vuln_reports.list",
];

/// What whoever may look may do besides.
static LOOK: &[&str] = &["identity.list", "role_bindings.list", "roles.list", "vuln_report.list"];

/// What whoever looks after images may do besides: repositories and tags, but not who may do what.
static EDIT: &[&str] = &[
    "manifest.create",
    "manifest.delete",
    "manifest.update",
    "repo.create",
    "repo.delete",
    "repo.update",
    "tag.create",
    "tag.delete",
    "tag.update",
    "vuln_report.create",
];

/// A set of capabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities(u128);

/// A role that is there without anybody having made it.
pub(crate) struct BuiltIn {
    /// Its place in the tree, below nothing.
    pub(crate) id: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
    /// What is said of it.
    pub(crate) description: &'static str,
    allows: &'static [&'static [&'static str]],
}

/// The viewer's ID is the contract's, the others are our own.
pub(crate) static ROLES: &[BuiltIn] = &[
    BuiltIn {
        id: "63921b2c44617e3f2603851537be0123af4a57d7",
        name: "viewer",
        description: "Sees everything of a group",
        allows: &[PULL, LOOK],
    },
    BuiltIn {
        id: "0e4d1c6a9b8f27355a41c08d6e92f37b14a5d060",
        name: "editor",
        description: "Sees everything of a group, and looks after its repositories and tags",
        allows: &[PULL, LOOK, EDIT],
    },
    BuiltIn {
        id: "9c27f5d01be348a6720d95e4f81b63ac0d2e7415",
        name: "owner",
        description: "May do everything in a group",
        allows: &[],
    },
    BuiltIn {
        id: "4b8ae1f6035d7c92b10f64d9a8e2573c6f91d0be",
        name: "registry.pull",
        description: "Pulls the images of a group, and sees what is known of them",
        allows: &[PULL],
    },
];

impl Capabilities {
    /// Nothing.
    pub(crate) const NONE: Capabilities = Capabilities(0);

    /// All that there are, by name.
    pub(crate) fn all_names() -> Vec<&'static str> {
        KNOWN.iter().map(|(name, _, _)| *name).collect()
    }

    /// Those that are named; names that nobody knows allow nothing.
    pub(crate) fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Capabilities {
        let bit =
            |name: &str| KNOWN.iter().find(|(known, ..)| *known == name).map(|(_, bit, _)| *bit);
        let bits = names.into_iter().filter_map(bit);
        Capabilities(bits.fold(0, |all, bit| all | 1 << bit))
    }

    /// Everything.
    pub(crate) fn all() -> Capabilities {
        Capabilities::named(KNOWN.iter().map(|(name, ..)| *name))
    }

    /// Those of a token's set of bits: how many bits there are, in eight bytes, then words of 64 bits, the first of them with the
    /// lowest; all in base64, and each number with its highest byte first. None where it is no such set.
    pub(crate) fn of_set(text: &str) -> Option<Capabilities> {
        if text.len() > LONGEST_SET {
            return None;
        }
        let bytes = BASE64_URL_SAFE.decode(text).or_else(|_| BASE64_URL_SAFE_NO_PAD.decode(text));
        let bytes = bytes.ok()?;
        let (words, []) = bytes.as_chunks::<8>() else { return None };
        let mut words = words.iter().map(|word| u64::from_be_bytes(*word));
        let length = usize::try_from(words.next()?).ok()?;
        if words.len() != length.div_ceil(64) {
            return None;
        }
        let words = [words.next().unwrap_or_default(), words.next().unwrap_or_default()];
        let bits = u128::from(words[0]) | u128::from(words[1]) << 64;
        Some(Capabilities(bits).and(Capabilities::all()))
    }

    /// Those of these numbers, as tokens of old have them; numbers that nobody knows allow nothing.
    pub(crate) fn numbered(numbers: impl IntoIterator<Item = u64>) -> Capabilities {
        let bit = |wanted: u64| KNOWN.iter().find(|(.., number)| *number == wanted);
        let bits = numbers.into_iter().filter_map(bit);
        Capabilities(bits.fold(0, |all, (_, bit, _)| all | 1 << bit))
    }

    /// The same as a token's set of bits.
    pub(crate) fn set(self) -> String {
        let length = u128::BITS - self.0.leading_zeros();
        let mut bytes = u64::from(length).to_be_bytes().to_vec();
        let words = self.0.to_be_bytes();
        let (high, low) = words.split_at(8);
        for word in [low, high].into_iter().take(length.div_ceil(64) as usize) {
            bytes.extend(word);
        }
        BASE64_URL_SAFE.encode(bytes)
    }

    /// Whether all of `other` is among them.
    pub(crate) fn contain(self, other: Capabilities) -> bool {
        self.0 & other.0 == other.0
    }

    /// Those that both have.
    pub(crate) fn and(self, other: Capabilities) -> Capabilities {
        Capabilities(self.0 & other.0)
    }

    /// Those that `other` lacks.
    pub(crate) fn without(self, other: Capabilities) -> Capabilities {
        Capabilities(self.0 & !other.0)
    }

    /// Their names, ordered.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let is_in = |bit: u8| self.0 & 1 << bit != 0;
        let names = KNOWN.iter().filter(|(_, bit, _)| is_in(*bit)).map(|(name, ..)| *name);
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names
    }

    /// Whether `name` is one that is known.
    pub(crate) fn is_known(name: &str) -> bool {
        KNOWN.iter().any(|(known, ..)| *known == name)
    }
}

impl BitOr for Capabilities {
    type Output = Capabilities;

    fn bitor(self, other: Capabilities) -> Capabilities {
        Capabilities(self.0 | other.0)
    }
}

impl BitOrAssign for Capabilities {
    fn bitor_assign(&mut self, other: Capabilities) {
        self.0 |= other.0;
    }
}

impl BuiltIn {
    /// What it allows.
    pub(crate) fn capabilities(&self) -> Capabilities {
        match self.allows {
            [] => Capabilities::all(),
            allows => Capabilities::named(allows.iter().copied().flatten().copied()),
        }
    }

    /// The role of this name.
    pub(crate) fn named(name: &str) -> Option<&'static BuiltIn> {
        ROLES.iter().find(|role| role.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_pull_may_compare() {
        let compare = Capabilities::named(["repo.list", "vuln_reports.list", "sboms.list"]);
        for role in ROLES {
            assert!(role.capabilities().contain(compare), "{}", role.name);
        }
        let grant = Capabilities::named(["role_bindings.create"]);
        let may: Vec<&str> = ROLES
            .iter()
            .filter(|role| role.capabilities().contain(grant))
            .map(|role| role.name)
            .collect();
        assert_eq!(may, ["owner"]);
    }

    #[test]
    fn a_set_of_bits_is_read_and_written_as_the_contract_has_it() {
        // A token of a viewer, as it was published.
        let viewer = Capabilities::of_set("AAAAAAAAAHxEQgBAgIBESAiIGDBAiqlk").unwrap();
        let some = ["groups.list", "repo.list", "sboms.list", "tag.list", "vuln_reports.list"];
        assert!(viewer.contain(Capabilities::named(some)), "{:?}", viewer.names());
        assert!(!viewer.contain(Capabilities::named(["repo.create"])));
        for role in ROLES {
            let own = role.capabilities();
            assert_eq!(Capabilities::of_set(&own.set()), Some(own), "{}", role.name);
        }
        let one = Capabilities::named(["groups.create"]);
        assert_eq!(one.set(), "AAAAAAAAAAIAAAAAAAAAAg==");
        assert_eq!(Capabilities::of_set("AAAAAAAAAAIAAAAAAAAAAg"), Some(one));
        assert_eq!(Capabilities::of_set(&Capabilities::NONE.set()), Some(Capabilities::NONE));
        for broken in ["", "x", "AAAA", "AAAAAAAAAAIAAAAAAAA=", "_____________w=="] {
            assert_eq!(Capabilities::of_set(broken), None, "{broken}");
        }
        assert_eq!(Capabilities::numbered([101, 99]), one);
    }

    #[test]
    fn unknown_names_allow_nothing() {
        assert_eq!(Capabilities::named(["repo.lists", "", "owner"]), Capabilities::NONE);
        let all: Vec<&str> = PULL.iter().chain(LOOK).chain(EDIT).copied().collect();
        assert!(all.iter().all(|name| Capabilities::is_known(name)));
    }
}
