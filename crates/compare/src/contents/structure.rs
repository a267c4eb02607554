//! Compares two structures: facts by name, parts by kind and name. They are compared as they are; what looks like a secret
//! in what differs is hidden after that, so that nobody behind can show it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use model::{Parts, Structure};

/// How two structures differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructureChange {
    /// The format of each; empty where that side is missing.
    pub formats: [&'static str; 2],
    /// How each is packed, where it is.
    pub packed: [Option<&'static str>; 2],
    /// Facts that differ, in the order of reports.
    pub facts: Vec<FactChange>,
    /// Parts, kind by kind, of which any differs.
    pub parts: Vec<PartsChange>,
}

/// A fact that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactChange {
    /// Its name.
    pub name: &'static str,
    /// What it was.
    pub old: Option<String>,
    /// What it is.
    pub new: Option<String>,
}

/// Parts of one kind that differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartsChange {
    /// What they are.
    pub name: &'static str,
    /// Those that differ, by name, with what was and what is told of each.
    pub parts: BTreeMap<String, [Option<String>; 2]>,
    /// Whether there are more, which were not read.
    pub is_cut: bool,
}

impl PartsChange {
    /// How many came, went and changed.
    pub fn counts(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for sides in self.parts.values() {
            counts[match sides {
                [None, _] => 0,
                [_, None] => 1,
                _ => 2,
            }] += 1;
        }
        counts
    }
}

/// Compares two structures.
pub(super) fn compare(
    packed: [Option<&'static str>; 2],
    old: &Structure,
    new: &Structure,
) -> StructureChange {
    let value = |structure: &Structure, name: &str| {
        structure.facts.iter().find(|fact| fact.0 == name).map(|fact| fact.1.clone())
    };
    let only_old = old.facts.iter().filter(|fact| value(new, fact.0).is_none());
    let names = new.facts.iter().chain(only_old).map(|fact| fact.0);
    let facts = names
        .map(|name| FactChange { name, old: value(old, name), new: value(new, name) })
        .filter(|change| change.old != change.new)
        .map(|FactChange { name, old, new }| FactChange {
            name,
            old: old.map(shown),
            new: new.map(shown),
        });
    let none = Parts::default();
    let parts = |structure: &'_ Structure, name: &str| {
        structure.parts.iter().find(|parts| parts.name == name).cloned()
    };
    let only_old = old.parts.iter().filter(|one| parts(new, one.name).is_none());
    let kinds = new.parts.iter().chain(only_old).map(|parts| parts.name);
    let parts = kinds.map(|name| {
        let [old, new] = [old, new].map(|side| parts(side, name).unwrap_or_else(|| none.clone()));
        self::parts(name, &old, &new)
    });
    StructureChange {
        formats: [old.format, new.format],
        packed,
        facts: facts.collect(),
        parts: parts.filter(|change| !change.parts.is_empty() || change.is_cut).collect(),
    }
}

fn parts(name: &'static str, old: &Parts, new: &Parts) -> PartsChange {
    let only_new = new.parts.keys().filter(|name| !old.parts.contains_key(*name));
    let names = old.parts.keys().chain(only_new);
    let sides = names
        .map(|name| (name.clone(), [old.parts.get(name).cloned(), new.parts.get(name).cloned()]));
    let mut parts = BTreeMap::new();
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for (name, sides) in sides.filter(|(_, [old, new])| old != new) {
        let name = shown(name);
        // Names that only secrets told apart are told apart by numbers.
        let number = met.entry(name.clone()).or_default();
        let mut unique = name.clone();
        while parts.contains_key(&unique) {
            *number += 1;
            unique = format!("{name} ({})", *number + 1);
        }
        parts.insert(unique, sides.map(|side| side.map(shown)));
    }
    PartsChange { name, parts, is_cut: old.is_cut || new.is_cut }
}

/// A text without what looks like a secret in it.
fn shown(text: String) -> String {
    match risk::redact(None, &text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(shown) => shown,
    }
}
