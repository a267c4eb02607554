//! Packages of the distribution: which there are, and what their database says of them.
//!
//! Packages of languages have queries of their own; a database that records several versions or architectures of one
//! package gives a row for each.

use compare::Subject;
use model::{InstalledPackage, Package};

use super::columns::{self, answer, row};
use super::others::broken_records;
use super::pattern::patterns;
use super::{EACH, Query, Question, Wrong};
use crate::rows::{Answer, Cell};

/// What a database does not say.
pub(super) const UNKNOWN: &str = "Unknown";

/// What does not exist for a package of its kind.
pub(super) const NOT_APPLICABLE: &str = "N/A";

pub(super) static LIST: Query = Query {
    name: "list-packages",
    parameters: "NAME … | re:PATTERN … | all",
    help: "packages of the distribution whose names begin so, with their versions",
    run: list,
    ..EACH
};

pub(super) static DETAIL: Query = Query {
    name: "list-package-detail",
    parameters: "NAME … | re:PATTERN … | all",
    help: "packages of the distribution whose names begin so, with all that their database says of them",
    run: detail,
    ..EACH
};

pub(super) static LICENSES: Query = Query {
    name: "list-package-licenses",
    parameters: "LICENSE … | all",
    help: "packages of the distribution under one of these licenses",
    details: "\
LICENSE: as the database writes it, or one of several that stand there; Unknown where it says none
With a `*` anywhere the rest may stand anywhere: *GPL* is every license with GPL in it.",
    run: licenses,
    ..EACH
};

pub(super) static HAS: Query = Query {
    name: "has-package",
    parameters: "NAME | NAME-VERSION …",
    help: "packages of exactly this name, or this name and version",
    run: has,
    ..EACH
};

/// Whether a package belongs to the distribution.
pub(super) fn is_of_distribution(package: &Package) -> bool {
    !package.is_of_a_language()
}

/// The packages of an image that belong to its distribution, ordered by name, then version.
pub(super) fn of_distribution(subject: &Subject) -> Vec<&Package> {
    let installed = subject.side.facts.packages.iter();
    let packages = installed.map(|InstalledPackage { package, .. }| package);
    let mut found: Vec<&Package> = packages.filter(|package| is_of_distribution(package)).collect();
    found.sort_by(|one, other| {
        let key = |package: &Package| (package.name.clone(), package.ecosystem.clone());
        key(one).cmp(&key(other)).then_with(|| one.cmp(other))
    });
    found
}

fn list(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header = vec!["Image_Id", "Repo_Tags", "Package", "Version"];
    named(question, header, |subject, package| {
        row(subject, [package.name.clone(), package.version.to_string()])
    })
}

fn detail(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header = vec![
        "Image_Id",
        "Repo_Tags",
        "Package_Name",
        "Version",
        "Arch",
        "Type",
        "Size",
        "Origin",
        "License",
    ];
    named(question, header, |subject, package| {
        let said =
            |text: &Option<String>, else_: &str| text.clone().unwrap_or_else(|| else_.into());
        let cells = [
            package.name.clone(),
            package.version.to_string(),
            said(&package.architecture, NOT_APPLICABLE),
            kind(package).into(),
            package.size.map_or_else(|| NOT_APPLICABLE.into(), |size| size.to_string()),
            origin(package),
            said(&package.license, UNKNOWN),
        ];
        row(subject, cells)
    })
}

/// Rows of the packages whose names begin as the parameters say.
fn named(
    question: &Question<'_>,
    header: Vec<&'static str>,
    cells: impl Fn(&Subject, &Package) -> Vec<Cell>,
) -> Result<Answer, Wrong> {
    let patterns = patterns(question.parameters, "name")?;
    let mut rows = Vec::new();
    for subject in question.subjects {
        let packages = of_distribution(subject).into_iter();
        let meant = packages.filter(|one| patterns.iter().any(|pattern| pattern.begins(&one.name)));
        rows.extend(meant.map(|package| cells(subject, package)));
    }
    Ok(with_warnings(question, header, rows))
}

/// What to say of an image of whose packages nothing is known: that is not "it has none".
pub(super) fn unknown(subject: &Subject) -> Option<String> {
    let is_known = compare::has_packages_of_a_distribution(&subject.side.facts);
    (!is_known).then(|| {
        let (name, id) = (columns::name(subject), columns::short_id(subject));
        format!("no package data of {name} ({id}): which packages of a distribution are in it is not known")
    })
}

/// An answer that says which package records could not be read, or that there are none: packages may be missing in it.
fn with_warnings(
    question: &Question<'_>,
    header: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
) -> Answer {
    let warnings = question.subjects.iter().flat_map(|subject| {
        broken_records(subject).chain(unknown(subject)).collect::<Vec<String>>()
    });
    let warnings = warnings.collect();
    Answer { warnings, ..answer(question, header, rows) }
}

/// The kinds of packages in Anchore's words.
fn kind(package: &Package) -> &str {
    match package.ecosystem.as_str() {
        "deb" => "dpkg",
        "apk" => "APKG",
        other => other,
    }
}

/// Who made a package, and in which role its database says so.
fn origin(package: &Package) -> Cell {
    let role = if package.ecosystem == "rpm" { "vendor" } else { "maintainer" };
    package.supplier.as_ref().map_or_else(|| UNKNOWN.into(), |name| format!("{name} ({role})"))
}

fn licenses(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header = vec!["Image_Id", "Repo_Tags", "Package", "Version", "License(s)"];
    if question.parameters.is_empty() {
        return Err(Wrong {
            what: "no license is given".into(),
            hint: "say `all`, or licenses as the databases write them; '*GPL*' means all that have GPL in them".into(),
        });
    }
    let mut rows = Vec::new();
    for subject in question.subjects {
        for package in of_distribution(subject) {
            let license = package.license.as_deref().unwrap_or(UNKNOWN);
            if question.parameters.iter().any(|wanted| is_license(wanted, license)) {
                let cells = [package.name.clone(), package.version.to_string(), license.to_owned()];
                rows.push(row(subject, cells));
            }
        }
    }
    Ok(with_warnings(question, header, rows))
}

/// Whether a license is one that is asked for. A `*` anywhere makes it enough that the rest occurs in it.
fn is_license(wanted: &str, license: &str) -> bool {
    wanted == "all"
        || wanted == license
        || (wanted.contains('*') && license.contains(&wanted.replace('*', "")))
        // Several licenses stand side by side.
        || license.split([' ', ',']).any(|word| word == wanted)
        || license.split(", ").any(|one| one == wanted)
}

fn has(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header = vec!["Image_Id", "Repo_Tag", "Query_Param", "Package", "Version"];
    if question.parameters.is_empty() {
        return Err(Wrong {
            what: "no package is given".into(),
            hint: "say names, or names with versions: has-package openssl zlib-1.2.13-r1".into(),
        });
    }
    let mut rows = Vec::new();
    for subject in question.subjects {
        let packages = of_distribution(subject);
        for wanted in question.parameters {
            for package in packages.iter().filter(|package| is_package(wanted, package)) {
                let cells = [wanted.clone(), package.name.clone(), package.version.to_string()];
                rows.push(row(subject, cells));
            }
        }
    }
    Ok(with_warnings(question, header, rows))
}

/// Whether a package is the one of this name, or of this name and version.
fn is_package(wanted: &str, package: &Package) -> bool {
    let Some(rest) = wanted.strip_prefix(package.name.as_str()) else { return false };
    let version = package.version.as_str();
    // People leave epochs out, as Anchore did.
    let without_epoch = version.split_once(':').map_or(version, |(_, version)| version);
    rest.is_empty() || rest.strip_prefix('-').is_some_and(|v| v == version || v == without_epoch)
}
