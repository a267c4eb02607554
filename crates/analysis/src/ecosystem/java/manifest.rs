//! The main section of a Java manifest. Sections of single classes are not looked at.

use std::collections::BTreeMap;

use crate::ecosystem::LONGEST_TEXT;

/// What a manifest says, by name in lower case.
#[derive(Debug, Default)]
pub(super) struct Manifest(BTreeMap<String, String>);

impl Manifest {
    /// Reads up to the first empty line. A line that begins with a blank goes on where the last one ended.
    pub(super) fn of(text: &str) -> Manifest {
        let mut lines: Vec<String> = Vec::new();
        for line in text.lines() {
            match (line.strip_prefix(' '), lines.last_mut()) {
                (Some(more), Some(line)) => line.push_str(more),
                _ if line.is_empty() => break,
                _ => lines.push(line.into()),
            }
        }
        let pairs = lines.iter().filter_map(|line| line.split_once(':'));
        let pairs = pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
        Manifest(pairs.collect())
    }

    /// The first of these that says something. What a build has left unfilled (`${version}`) says nothing.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        let values = names.iter().filter_map(|name| self.0.get(*name));
        let says_something = |value: &&str| {
            !value.is_empty() && value.len() <= LONGEST_TEXT && !value.contains("${")
        };
        values.map(|value| &**value).find(says_something)
    }
}
