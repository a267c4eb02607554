//! Other programs that look for vulnerabilities, where they are installed: [`Program::ask`] hands one the packages that we
//! know of, as a bill of materials, and takes its answer for the findings.
//!
//! Who looked and in which data is then what the program says of itself. What it says of packages that it was not handed, and
//! rows of its answer that make no sense, are told as [`model::Gap`]s, and so is what we know of the image to be missing.

mod bill;
mod grype;
mod packages;
mod run;
#[cfg(test)]
mod tests;
mod trivy;

use std::io::Write as _;

use model::{Findings, Gap, ImageFacts, Time};
use serde::de::DeserializeOwned;

use crate::find::distro::shown;
use crate::find::names::is_of_distro;
use crate::find::{gaps_of_image, of_the_system, stale};
use crate::{Error, Event, Watch};
use packages::Packages;

/// A program that looks for vulnerabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Anchore's Grype, any version that writes JSON with `matches` and a `descriptor`.
    Grype,
    /// Aqua's Trivy, any version whose reports have the schema 2.
    Trivy,
}

impl Program {
    /// All of them.
    pub const ALL: [Program; 2] = [Program::Grype, Program::Trivy];

    /// What it is called, which is also what it is started as.
    pub fn name(self) -> &'static str {
        match self {
            Program::Grype => "grype",
            Program::Trivy => "trivy",
        }
    }

    /// Runs the program over an image's packages. `called` is the image's name in what the program shows. With a time, old
    /// data is told to be old.
    ///
    /// The program is looked for in `PATH`, has its user's own configuration and advisories, and may fetch these.
    ///
    /// # Errors
    ///
    /// That it is not installed, fails, takes longer than fifteen minutes, or answers what is no answer.
    pub fn ask(
        self,
        facts: &ImageFacts,
        called: &str,
        now: Option<Time>,
        watch: &Watch<'_>,
    ) -> Result<Findings, Error> {
        watch(Event::Asking { program: self.name() });
        let bill = self.hand_over(facts, called)?;
        let arguments = self.arguments(facts);
        let arguments: Vec<&str> = arguments.iter().map(|argument| &**argument).collect();
        let report = run::run(self, &arguments, Some(bill.path()))?;
        // Trivy's report does not say which advisories it asked; by now it has them.
        let about = match self {
            Program::Grype => Vec::new(),
            Program::Trivy => run::run(self, &["version", "--format", "json"], None)?.output,
        };
        // A program that fails because of what it found has answered, too.
        let mut findings = match self.read(&report.output, &about, facts) {
            Err(_) if !report.status.success() => return Err(report.failed(self)),
            read => read?,
        };
        if self == Program::Grype && !tells_of_distro(&findings, facts) && !grype_knows(facts) {
            let distro = facts.distro.as_ref().map(shown).unwrap_or_default();
            let packages = of_the_system(facts);
            findings.gaps.push(Gap::NoDataForDistro { distro, packages });
        }
        findings.gaps.extend(gaps_of_image(facts));
        findings.gaps.extend(stale(findings.scanner.data.built, now));
        findings.gaps.sort();
        findings.gaps.dedup();
        findings.findings.sort();
        Ok(findings)
    }

    /// Reads what the program answered about an image's packages: its report and, of Trivy, what `trivy version` says.
    ///
    /// # Errors
    ///
    /// That it is not JSON, or not the program's.
    pub fn read(self, report: &[u8], about: &[u8], facts: &ImageFacts) -> Result<Findings, Error> {
        let read = match self {
            Program::Grype => grype::read(report, facts),
            Program::Trivy => trivy::read(report, about, facts),
        };
        read.map_err(|error| Error::Corrupt {
            what: format!("what {} answered is not its report in JSON: {error}", self.name()),
            hint: format!("`{} version` says which one it is", self.name()),
        })
    }

    /// What each is told. Lines of releases that are kept alive apart have no place in the bill that Grype reads.
    fn arguments(self, facts: &ImageFacts) -> Vec<String> {
        let arguments: &[&str] = match self {
            Program::Grype => &["--output", "json"],
            Program::Trivy => &["sbom", "--quiet", "--scanners", "vuln", "--format", "json"],
        };
        let distro = facts.distro.as_ref().filter(|distro| !distro.channels.is_empty());
        let release = distro.filter(|_| self == Program::Grype).map(|distro| {
            let version = distro.version_id.as_deref().unwrap_or_default();
            format!("--distro={}:{version}+{}", distro.id, distro.channels.join("+"))
        });
        arguments.iter().map(|&argument| argument.into()).chain(release).collect()
    }

    fn hand_over(self, facts: &ImageFacts, called: &str) -> Result<tempfile::NamedTempFile, Error> {
        let failed = |source| Error::Io {
            doing: "write",
            object: format!("the bill of materials for {}", self.name()),
            source,
        };
        let mut file = tempfile::Builder::new()
            .prefix("pentimento-")
            .suffix(".cdx.json")
            .tempfile()
            .map_err(failed)?;
        let bill = bill::of(facts, called, self);
        serde_json::to_writer(&mut file, &bill).map_err(|error| failed(error.into()))?;
        file.flush().map_err(failed)?;
        Ok(file)
    }
}

/// Whether anything was found of packages that a distribution writes about, or there are none of an image that says which it
/// is of.
fn tells_of_distro(findings: &Findings, facts: &ImageFacts) -> bool {
    let places =
        findings.findings.iter().filter_map(|one| facts.packages.get(one.package as usize));
    facts.distro.is_none()
        || of_the_system(facts) == 0
        || places.into_iter().any(|one| is_of_distro(&one.package))
}

/// Whether Grype's advisories have the distribution: its report does not say so, and nothing is found in either case.
fn grype_knows(facts: &ImageFacts) -> bool {
    let Some(distro) = &facts.distro else { return false };
    let release = match &distro.version_id {
        Some(version) => format!("{}-{version}", distro.id),
        None => distro.id.clone(),
    };
    let Some(one) = facts.packages.iter().find(|one| is_of_distro(&one.package)) else {
        return false;
    };
    let asked = ["db", "search", "--quiet", "--distro", &release, "--pkg", &one.package.name];
    run::run(Program::Grype, &asked, None).is_ok_and(|run| run.status.success())
}

/// Rows of an answer, each read on its own: one that makes no sense is a gap.
fn rows<T: DeserializeOwned>(
    program: Program,
    rows: Vec<serde_json::Value>,
    gaps: &mut Vec<Gap>,
) -> Vec<T> {
    let read = rows.into_iter().filter_map(|row| match serde_json::from_value(row) {
        Ok(row) => Some(row),
        Err(error) => {
            let what = format!("a row of what {} found makes no sense: {error}", program.name());
            gaps.push(Gap::Unreadable { what });
            None
        }
    });
    read.collect()
}
