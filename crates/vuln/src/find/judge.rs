//! Whether a record means a package: its ranges, and what else must hold. Pure.

use model::{Constraint, Distro, Fix, FixState, Format, MatchedBy, Package};

use super::names::Lookup;
use crate::cpe::Cpe;
use crate::record::{Qualifier, Said};

/// What a record says of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// This range has its version: `< 1.2 (deb)`.
    Holds(String),
    /// It is about the package, and about other versions.
    DoesNotHold,
    /// It is about something else: another module stream, another architecture.
    Elsewhere,
    /// Its version cannot be compared.
    Incomparable,
}

/// Judges a package that was looked up.
pub(super) fn judge(
    said: &Said,
    package: &Package,
    lookup: &Lookup,
    distro: Option<&Distro>,
) -> Judgement {
    if !said.qualifiers.iter().all(|qualifier| fits(qualifier, package, lookup, distro)) {
        return Judgement::Elsewhere;
    }
    if said.ranges.is_empty() {
        return Judgement::Holds(String::new());
    }
    let mut judgement = Judgement::DoesNotHold;
    let mut told: Vec<String> = Vec::new();
    for range in &said.ranges {
        let format = match Format::named(&range.format) {
            Some(format) => format,
            None if range.format.is_empty() => Format::of(package.version.scheme()),
            None => Format::Fuzzy,
        };
        let constraint = Constraint::parse(&range.constraint, format);
        match constraint.ok().and_then(|constraint| constraint.holds(&lookup.version).ok()) {
            Some(true) if range.constraint.trim().is_empty() => {
                return Judgement::Holds(String::new());
            }
            Some(true) => told.push(format!("{} ({format})", range.constraint)),
            Some(false) => {}
            None => judgement = Judgement::Incomparable,
        }
    }
    if told.is_empty() { judgement } else { Judgement::Holds(told.join(" || ")) }
}

fn fits(
    qualifier: &Qualifier,
    package: &Package,
    lookup: &Lookup,
    distro: Option<&Distro>,
) -> bool {
    match qualifier {
        Qualifier::Module(wanted) => match package.module.as_deref() {
            // Oracle's packages have no labels, whatever module they are of.
            None | Some("") => wanted.is_empty() || distro.is_some_and(|distro| distro.id == "ol"),
            Some(module) => !wanted.is_empty() && module.starts_with(&**wanted),
        },
        Qualifier::Architecture(wanted) => {
            let own = if lookup.by == MatchedBy::Source {
                "src"
            } else {
                canonical(package.architecture.as_deref().unwrap_or_default())
            };
            match (canonical(wanted), own) {
                ("src" | "" | "noarch" | "all", _) | (_, "" | "noarch" | "all") => true,
                (wanted, own) => wanted == own,
            }
        }
        Qualifier::Platform(cpe) => {
            let Some(cpe) = Cpe::parse(cpe) else { return true };
            let product = cpe.product();
            let is = |id: &str| distro.is_some_and(|distro| distro.id == id);
            match &*product.product {
                "wordpress" => false,
                "ubuntu_linux" => is("ubuntu"),
                "debian_linux" => is("debian"),
                name if name.starts_with("windows") => is("windows"),
                _ => true,
            }
        }
        // The functions that a program has are not known, so all of them may be there.
        Qualifier::GoImports(_) => true,
        Qualifier::RootIo => package.version.as_str().contains("root.io"),
    }
}

fn canonical(architecture: &str) -> &str {
    match architecture {
        "x86_64" | "amd64" | "x64" => "x86_64",
        "aarch64" | "arm64" => "aarch64",
        "i386" | "i486" | "i586" | "i686" | "x86" | "386" => "i686",
        "ppc64el" | "ppc64le" => "ppc64le",
        other => other,
    }
}

/// What was done about it: of all ranges together.
pub(super) fn fix(said: &Said) -> Fix {
    let mut fix = Fix::default();
    for range in &said.ranges {
        fix.state = better(fix.state, range.fix.state);
        for version in range.fix.versions.iter().filter(|_| range.fix.state == FixState::Fixed) {
            if !fix.versions.contains(version) {
                fix.versions.push(version.clone());
            }
        }
    }
    fix
}

/// What was done, where records say different things: that it is fixed counts first, then that it will not be.
pub(super) fn better(one: FixState, other: FixState) -> FixState {
    let rank = |state| match state {
        FixState::Fixed => 3,
        FixState::WontFix => 2,
        FixState::NotFixed => 1,
        FixState::Unknown => 0,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// The fix that a record implies which says from which version on a package is not affected.
pub(super) fn fix_of_unaffected(said: &Said) -> Fix {
    let bound = |constraint: &str| Some(constraint.trim().strip_prefix(">=")?.trim().to_owned());
    let versions: Vec<String> =
        said.ranges.iter().filter_map(|range| bound(&range.constraint)).collect();
    let state = if versions.is_empty() { FixState::Unknown } else { FixState::Fixed };
    Fix { state, versions }
}

#[cfg(test)]
mod tests {
    use model::Scheme;

    use super::super::names::lookups;
    use super::*;
    use crate::Range;

    /// Judges a package by a range and qualifiers.
    fn check(package: &Package, range: (&str, &str), qualifiers: &[Qualifier]) -> Judgement {
        let (format, constraint) = (range.0.into(), range.1.into());
        let ranges = vec![Range { format, constraint, fix: Fix::default() }];
        let said = Said { ranges, qualifiers: qualifiers.to_vec(), cves: Vec::new() };
        judge(&said, package, &lookups(package)[0], None)
    }

    fn holds(text: &str) -> Judgement {
        Judgement::Holds(text.into())
    }

    #[test]
    fn a_range_has_a_version_or_not() {
        let deb = Package::new("deb", "a", "1:1.0~rc1-1", Scheme::Deb);
        assert_eq!(check(&deb, ("dpkg", "< 1:1.0-1"), &[]), holds("< 1:1.0-1 (deb)"));
        assert_eq!(check(&deb, ("dpkg", "< 2.0"), &[]), Judgement::DoesNotHold);
        assert_eq!(check(&deb, ("dpkg", ""), &[]), holds(""));
        let go = Package::new("golang", "a", "v1.0.0", Scheme::Semver);
        assert_eq!(check(&go, ("go", "<1.0.0 || >=nonsense"), &[]), Judgement::Incomparable);
    }

    #[test]
    fn module_streams_are_told_apart() {
        let mut rpm = Package::new("rpm", "a", "1-1", Scheme::Rpm);
        let module = |text: &str| [Qualifier::Module(text.into())];
        let fits = |rpm: &Package, text: &str| check(rpm, ("rpm", ""), &module(text)) == holds("");
        assert!(fits(&rpm, "") && !fits(&rpm, "nodejs:18"));
        rpm.module = Some("nodejs:18:8090:1".into());
        assert!(fits(&rpm, "nodejs:18") && !fits(&rpm, "") && !fits(&rpm, "nodejs:16"));
        rpm.module = None;
        let distro = Distro { id: "ol".into(), ..Distro::default() };
        let qualifier = Qualifier::Module("nodejs:18".into());
        let lookup = &super::super::names::lookups(&rpm)[0];
        assert!(super::fits(&qualifier, &rpm, lookup, Some(&distro)));
    }

    #[test]
    fn architectures_have_several_names() {
        let mut rpm = Package::new("rpm", "a", "1-1", Scheme::Rpm);
        let fits = |rpm: &Package, architecture: &str| {
            check(rpm, ("rpm", ""), &[Qualifier::Architecture(architecture.into())]) == holds("")
        };
        rpm.architecture = Some("amd64".into());
        assert!(
            fits(&rpm, "x86_64")
                && fits(&rpm, "src")
                && fits(&rpm, "noarch")
                && !fits(&rpm, "aarch64")
        );
    }

    #[test]
    fn what_is_fixed_somewhere_is_fixed() {
        let range = |state, version: &str| Range {
            fix: Fix { state, versions: vec![version.into()] },
            ..Range::default()
        };
        let ranges = vec![
            range(FixState::NotFixed, "0"),
            range(FixState::Fixed, "1"),
            range(FixState::Fixed, "2"),
        ];
        let fix = fix(&Said { ranges, ..Said::default() });
        assert_eq!((fix.state, fix.versions), (FixState::Fixed, vec!["1".into(), "2".into()]));
    }
}
