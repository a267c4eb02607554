//! Packages of languages: npm, gems, Python, Java. Each stands at a location: the file that records it.

use compare::Subject;
use model::{InstalledPackage, Package, Scheme};

use super::columns::{answer, path, row};
use super::packages::{NOT_APPLICABLE, UNKNOWN};
use super::pattern::patterns;
use super::{EACH, Query, Question, Wrong};
use crate::rows::{Answer, Cell};

const PARAMETERS: &str = "NAME … | re:PATTERN … | all";

pub(super) static NPMS: Query = Query {
    name: "list-npms",
    parameters: PARAMETERS,
    help: "npm packages whose names begin so, with versions and locations",
    run: |question| rows(question, Language::Npm, Extent::List),
    ..EACH
};

pub(super) static NPM_DETAIL: Query = Query {
    name: "list-npm-detail",
    parameters: PARAMETERS,
    help: "npm packages whose names begin so, with all that is known of them",
    run: |question| rows(question, Language::Npm, Extent::Detail),
    ..EACH
};

pub(super) static GEMS: Query = Query {
    name: "list-gems",
    parameters: PARAMETERS,
    help: "Ruby gems whose names begin so, with versions and locations",
    run: |question| rows(question, Language::Gem, Extent::List),
    ..EACH
};

pub(super) static GEM_DETAIL: Query = Query {
    name: "list-gem-detail",
    parameters: PARAMETERS,
    help: "Ruby gems whose names begin so, with all that is known of them",
    run: |question| rows(question, Language::Gem, Extent::Detail),
    ..EACH
};

pub(super) static PYTHON: Query = Query {
    name: "list-python-packages",
    parameters: PARAMETERS,
    help: "Python packages whose names begin so, with versions and locations",
    run: |question| rows(question, Language::Python, Extent::List),
    ..EACH
};

pub(super) static PYTHON_DETAIL: Query = Query {
    name: "list-python-package-detail",
    parameters: PARAMETERS,
    help: "Python packages whose names begin so, with all that is known of them",
    run: |question| rows(question, Language::Python, Extent::Detail),
    ..EACH
};

pub(super) static JAVA: Query = Query {
    name: "list-java-packages",
    parameters: PARAMETERS,
    help: "Java archives whose names begin so, with versions and locations",
    run: |question| rows(question, Language::Java, Extent::List),
    ..EACH
};

pub(super) static JAVA_DETAIL: Query = Query {
    name: "list-java-package-detail",
    parameters: PARAMETERS,
    help: "Java archives whose names begin so, with all that is known of them",
    run: |question| rows(question, Language::Java, Extent::Detail),
    ..EACH
};

/// A language, or rather its packages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Npm,
    Gem,
    Python,
    Java,
}

/// How much is told of each package.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// Which it is and where.
    List,
    /// Everything.
    Detail,
}

impl Language {
    fn of(package: &Package) -> Option<Language> {
        match package.version.scheme() {
            Scheme::Npm => Some(Language::Npm),
            Scheme::Gem => Some(Language::Gem),
            Scheme::Pypi => Some(Language::Python),
            Scheme::Maven => Some(Language::Java),
            // Anchore has no question about any other.
            _ => None,
        }
    }

    fn columns(self, extent: Extent) -> Vec<&'static str> {
        let name = match extent {
            Extent::List => "*Package_Name",
            Extent::Detail => "Package_Name",
        };
        let mut columns = vec!["Image_Id", "Repo_Tags", name];
        columns.extend(match self {
            Language::Java => &["Specification_Version", "Implementation_Version"][..],
            _ => &["Version"],
        });
        columns.extend(match (self, extent) {
            (_, Extent::List) => &[][..],
            (Language::Java, Extent::Detail) => &["Origin"],
            (Language::Python, Extent::Detail) => &["Origin", "License"],
            (Language::Npm | Language::Gem, Extent::Detail) => &["Origin", "Source", "License"],
        });
        columns.push("Location");
        columns
    }

    /// Versions of a package: an archive's manifest may tell that of what it implements beside its own.
    fn versions(self, package: &Package) -> Vec<Cell> {
        let version = match package.version.as_str() {
            "" => UNKNOWN.into(),
            version => version.to_owned(),
        };
        match self {
            Language::Java => vec![said(package.specification.as_ref(), NOT_APPLICABLE), version],
            _ => vec![version],
        }
    }

    fn details(self, package: &Package) -> Vec<Cell> {
        let origin = said(package.supplier.as_ref(), NOT_APPLICABLE);
        let source = said(package.source.as_ref(), NOT_APPLICABLE);
        let license = said(package.license.as_ref(), UNKNOWN);
        match self {
            Language::Java => vec![origin],
            Language::Python => vec![origin, license],
            Language::Npm | Language::Gem => vec![origin, source, license],
        }
    }

    /// Where a package stands: for npm the folder that its `package.json` is in.
    fn location(self, installed: &InstalledPackage) -> Cell {
        let database = &installed.database;
        let folder = database.parent().filter(|_| database.name() == b"package.json");
        let place = match self {
            Language::Npm => folder.as_ref().map_or_else(|| path(database), path),
            _ => path(database),
        };
        // Archives lie in one another.
        installed.inside.iter().fold(place, |place, inside| format!("{place}:{inside}"))
    }
}

fn said(text: Option<&String>, missing: &str) -> Cell {
    text.filter(|text| !text.is_empty()).map_or_else(|| missing.into(), Clone::clone)
}

fn rows(question: &Question<'_>, language: Language, extent: Extent) -> Result<Answer, Wrong> {
    let patterns = patterns(question.parameters, "name")?;
    let mut rows = Vec::new();
    for subject in question.subjects {
        for installed in packages(subject, language) {
            let package = &installed.package;
            if !patterns.iter().any(|pattern| pattern.begins(&package.name)) {
                continue;
            }
            let mut cells = row(subject, [package.name.clone()]);
            cells.extend(language.versions(package));
            if extent == Extent::Detail {
                cells.extend(language.details(package));
            }
            cells.push(language.location(installed));
            rows.push(cells);
        }
    }
    Ok(answer(question, language.columns(extent), rows))
}

/// A language's packages, ordered by name, then version, then location.
fn packages(subject: &Subject, language: Language) -> Vec<&InstalledPackage> {
    let installed = subject.side.facts.packages.iter();
    let mut packages: Vec<&InstalledPackage> =
        installed.filter(|one| Language::of(&one.package) == Some(language)).collect();
    packages.sort_by(|one, other| {
        (one.package.name.cmp(&other.package.name)).then_with(|| one.cmp(other))
    });
    packages
}
