//! Rules of matching itself: hits that are always wrong. They stay countable.

use model::{FixState, InstalledPackage, MatchedBy, Package, Suppressed, SuppressedBy};
use regex::Regex;

use super::names;
use crate::namespace;
use crate::record::Exclusion;
use crate::rules::Pattern;

/// Libraries that have the name of log4j and none of its fault.
const NOT_LOG4J: [&str; 7] = [
    "log4j-api",
    "log4j-slf4j-impl",
    "log4j-to-slf4j",
    "log4j-1.2-api",
    "log4j-detector",
    "log4j-over-slf4j",
    "slf4j-log4j12",
];
/// log4shell and what followed it.
const LOG4J: [&str; 8] = [
    "CVE-2021-44228",
    "CVE-2021-45046",
    "CVE-2021-45105",
    "CVE-2021-44832",
    "GHSA-jfh8-c2jp-5v3q",
    "GHSA-7rjr-3q55-vv33",
    "GHSA-p6xc-xr62-6r2g",
    "GHSA-8489-44mv-ggj8",
];

/// Why a hit does not count, where it does not.
pub(super) fn suppressed(
    package: &Package,
    id: &str,
    aliases: &[String],
    by: MatchedBy,
) -> Option<Suppressed> {
    let is = |names: &[&str]| {
        names.contains(&id) || aliases.iter().any(|alias| names.contains(&&**alias))
    };
    let name = &*package.name;
    let reason = match &*package.ecosystem {
        "deb" if by == MatchedBy::Source && is_kernel_header(name) => {
            "kernel headers are no kernel"
        }
        "rpm" if by == MatchedBy::Source && name == "kernel-headers" => {
            "kernel headers are no kernel"
        }
        "deb" if name == "zlib1g" && is(&["CVE-2023-45853"]) => "the package has no minizip",
        "maven" if NOT_LOG4J.contains(&name) && is(&LOG4J) => "the fault is in log4j-core",
        "golang"
            if name == "google.golang.org/protobuf" && is(&["CVE-2015-5237", "CVE-2021-22570"]) =>
        {
            "the fault is in the implementation in C++"
        }
        _ => return None,
    };
    Some(Suppressed { by: SuppressedBy::Matching, reason: reason.into() })
}

/// Why a finding does not count (advisory, namespace, fix), where the data itself says that it is wrong.
pub(super) fn excluded(
    exclusions: &[Exclusion],
    installed: &InstalledPackage,
    (id, namespace, fix): (&str, &str, FixState),
) -> Option<Suppressed> {
    let InstalledPackage { package, database, .. } = installed;
    let kinds = names::ecosystems(&package.ecosystem);
    let is_named = |name: &str| {
        let whole = Regex::new(&format!("^(?:{name})$"));
        whole.map_or_else(|_| name == package.name, |whole| whole.is_match(&package.name))
    };
    let holds = |one: &&Exclusion| {
        let any = |wanted: &str, holds: &dyn Fn(&str) -> bool| wanted.is_empty() || holds(wanted);
        one.id == id
            && any(&one.namespace, &|wanted| wanted == namespace)
            && any(&one.fix, &|wanted| wanted == fix.name())
            && any(&one.name, &is_named)
            && any(&one.version, &|wanted| wanted == package.version.as_str())
            && any(&one.language, &|wanted| {
                kinds.iter().any(|kind| namespace::language(kind) == Some(wanted))
            })
            && any(&one.kind, &|wanted| kinds.contains(&wanted))
            && any(&one.location, &|wanted| Pattern::of_path(wanted).fits(&database.to_string()))
    };
    let reason = &exclusions.iter().find(holds)?.justification;
    Some(Suppressed {
        by: SuppressedBy::Matching,
        reason: format!("the data leaves it out: {reason}"),
    })
}

fn is_kernel_header(name: &str) -> bool {
    let headers = name.strip_prefix("linux").is_some_and(|rest| {
        let place = rest.find("-headers-");
        place.is_some_and(|place| place == 0 || rest.starts_with('-'))
    });
    headers || name == "linux-libc-dev" || name.starts_with("linux-kbuild-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Scheme;

    #[test]
    fn headers_are_no_kernel() {
        let check = |name: &str, by| {
            suppressed(&Package::new("deb", name, "6.1", Scheme::Deb), "CVE-1", &[], by).is_some()
        };
        assert!(check("linux-libc-dev", MatchedBy::Source));
        assert!(check("linux-headers-6.1.0-18-amd64", MatchedBy::Source));
        assert!(check("linux-aws-headers-6.1", MatchedBy::Source));
        assert!(check("linux-kbuild-6.1", MatchedBy::Source));
        assert!(!check("linux-image-6.1.0-18-amd64", MatchedBy::Source));
        assert!(!check("linux-libc-dev", MatchedBy::Name));
    }

    #[test]
    fn only_the_core_of_log4j_has_its_fault() {
        let check = |name: &str, id: &str, alias: &str| {
            let package = Package::new("maven", name, "2.14", Scheme::Maven);
            suppressed(&package, id, &[alias.into()], MatchedBy::Name).is_some()
        };
        assert!(check("log4j-api", "GHSA-x", "CVE-2021-44228"));
        assert!(!check("log4j-core", "CVE-2021-44228", ""));
        assert!(!check("log4j-api", "CVE-2022-1", ""));
    }
}
