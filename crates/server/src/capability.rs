//! What somebody may do, as the contract names it, and the roles that everybody has.

use std::ops::{BitOr, BitOrAssign};

/// Name and place in a token's set of bits. Of roles, bindings and identities only some are told by the contract; the others
/// go on in their rows.
static KNOWN: &[(&str, u8)] = &[
    ("groups.create", 1),
    ("groups.update", 2),
    ("groups.list", 3),
    ("groups.delete", 4),
    ("roles.create", 8),
    ("roles.update", 9),
    ("roles.list", 10),
    ("roles.delete", 11),
    ("role_bindings.create", 12),
    ("role_bindings.update", 13),
    ("role_bindings.list", 14),
    ("role_bindings.delete", 15),
    ("identity.create", 29),
    ("identity.update", 30),
    ("identity.list", 31),
    ("identity.delete", 32),
    ("record_signatures.list", 49),
    ("repo.create", 56),
    ("repo.update", 57),
    ("repo.list", 58),
    ("repo.delete", 59),
    ("manifest.create", 60),
    ("manifest.update", 61),
    ("manifest.list", 62),
    ("manifest.delete", 63),
    ("tag.create", 64),
    ("tag.update", 65),
    ("tag.list", 66),
    ("tag.delete", 67),
    ("sboms.list", 69),
    ("vuln_reports.list", 70),
    ("manifest.metadata.list", 72),
    ("vuln_report.create", 78),
    ("vuln_report.list", 79),
    ("repo.blobs.get", 107),
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

    /// Those that are named; names that nobody knows allow nothing.
    pub(crate) fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Capabilities {
        let bit = |name: &str| KNOWN.iter().find(|(known, _)| *known == name).map(|(_, bit)| *bit);
        let bits = names.into_iter().filter_map(bit);
        Capabilities(bits.fold(0, |all, bit| all | 1 << bit))
    }

    /// Everything.
    pub(crate) fn all() -> Capabilities {
        Capabilities::named(KNOWN.iter().map(|(name, _)| *name))
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
        let names = KNOWN.iter().filter(|(_, bit)| is_in(*bit)).map(|(name, _)| *name);
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names
    }

    /// Whether `name` is one that is known.
    pub(crate) fn is_known(name: &str) -> bool {
        KNOWN.iter().any(|(known, _)| *known == name)
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
    fn unknown_names_allow_nothing() {
        assert_eq!(Capabilities::named(["repo.lists", "", "owner"]), Capabilities::NONE);
        let all: Vec<&str> = PULL.iter().chain(LOOK).chain(EDIT).copied().collect();
        assert!(all.iter().all(|name| Capabilities::is_known(name)));
    }
}
