//! Plug-in files against the list that names them: a file that nobody lists would be dead without a word.

use crate::tree::Tree;

/// The file whose `ALL` lists the ecosystems.
const LIST: &str = "crates/analysis/src/ecosystem.rs";

/// Complains about files beside the list that are no module of it or do not stand in `ALL`.
pub(super) fn ecosystems(tree: &Tree) -> Vec<String> {
    let list = tree.text(LIST).unwrap_or_default();
    let all = list.split_once("pub static ALL").and_then(|(_, rest)| rest.split_once(';'));
    let all = all.map_or("", |(all, _)| all);
    let mut complaints = Vec::new();
    for (path, _) in tree.rust() {
        let name = path
            .strip_prefix("crates/analysis/src/ecosystem/")
            .and_then(|path| path.strip_suffix(".rs"))
            .filter(|name| !name.contains('/'));
        let Some(name) = name else { continue };
        if !list.lines().any(|line| line == format!("mod {name};")) {
            complaints.push(format!("{LIST}: lacks `mod {name};`"));
        }
        if !all.contains(&format!("&{name}::ECOSYSTEM")) {
            complaints.push(format!("{LIST}: `ALL` lacks `&{name}::ECOSYSTEM`"));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn a_forgotten_ecosystem_is_named() {
        let list =
            "mod apk;\npub static ALL: &[&Ecosystem] =\n    &[&apk::ECOSYSTEM];\n&deb::ECOSYSTEM";
        let apk = ("crates/analysis/src/ecosystem/apk.rs", "");
        let part = ("crates/analysis/src/ecosystem/apk/stanza.rs", "");
        check(ecosystems, &[(LIST, list), apk, part], "");
        let deb = ("crates/analysis/src/ecosystem/deb.rs", "");
        let complaints = "crates/analysis/src/ecosystem.rs: lacks `mod deb;`\n\
            crates/analysis/src/ecosystem.rs: `ALL` lacks `&deb::ECOSYSTEM`";
        check(ecosystems, &[(LIST, list), apk, deb], complaints);
    }
}
