//! Rules of the house that no compiler checks. A rule is a function from the tree to complaints; it changes nothing.

mod files;
mod floors;
mod manifests;
mod registry;

pub(crate) use files::GENERATED;

use crate::tree::Tree;
use crate::{Error, generate, say::say};

/// One rule: what it says, and what finds the places where it is broken.
struct Rule {
    /// A sentence without its full stop, as it should be.
    says: &'static str,
    /// Gives one complaint for each broken place: `path: what is wrong`.
    broken: fn(&Tree) -> Vec<String>,
}

/// Every rule, in the order they are reported.
static RULES: &[Rule] = &[
    Rule { says: "rooms depend on what the floor table allows", broken: floors::edges },
    Rule {
        says: "dependencies get their versions in the root manifest",
        broken: manifests::versions,
    },
    Rule { says: "every crate takes the workspace's lints", broken: manifests::lints },
    Rule { says: "the lock file stays below its ceiling", broken: manifests::lock_file },
    Rule { says: "every Rust file says what it is", broken: files::module_docs },
    Rule { says: "no file is longer than a chapter", broken: files::lengths },
    Rule { says: "nothing is left for later", broken: files::leftovers },
    Rule { says: "no large file is committed", broken: files::sizes },
    Rule { says: "nothing names a machine or a package registry", broken: files::places },
    Rule { says: "every ecosystem is registered", broken: registry::ecosystems },
    Rule { says: "generated files are current", broken: generate::stale },
];

/// Checks every rule on the working tree and says what is broken.
pub(crate) fn run() -> Result<(), Error> {
    let tree = Tree::open()?;
    let mut broken = 0;
    for rule in RULES {
        let complaints = (rule.broken)(&tree);
        if !complaints.is_empty() {
            broken += 1;
            say(format!("broken: {}", rule.says));
            for complaint in complaints {
                say(format!("  {complaint}"));
            }
        }
    }
    match broken {
        0 => Ok(()),
        count => Err(Error::Failed(format!("{count} of {} rules are broken", RULES.len()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts what a rule complains about in a small tree.
    #[track_caller]
    pub(super) fn check(rule: fn(&Tree) -> Vec<String>, files: &[(&str, &str)], complaints: &str) {
        assert_eq!(rule(&Tree::of(files)).join("\n"), complaints);
    }

    #[test]
    fn this_tree_obeys_every_rule() {
        let tree = Tree::open().unwrap();
        let broken: Vec<String> = RULES.iter().flat_map(|rule| (rule.broken)(&tree)).collect();
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
}
