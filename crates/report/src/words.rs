//! What reports say of single things, for whoever lays them out otherwise than a table does: the words are the same
//! everywhere. All of it is inert.

use compare::{
    Cause, Comparison, Direction, FileChange, FindingCause, FindingChange, Limit, PackageChange,
    Part, Risk, Side, SourceChange, Spent,
};
use model::{Finding, Findings, Scanner};

use crate::table::{changelogs, look, packages, risks, vulnerabilities};
use crate::text::{bytes, inert, number};
use crate::{View, gaps, layers};

pub use crate::table::look::Item as Look;

/// The paths of a comparison that somebody should look at, what matters most first; a directory stands for what came or went
/// with it.
pub fn look<'c, 'a>(comparison: &'c Comparison<'a>) -> Vec<Look<'c, 'a>> {
    look::items(comparison)
}

/// Why somebody should look at a path.
pub fn why_look(look: &Look<'_, '_>, comparison: &Comparison<'_>) -> String {
    look::why(look, comparison)
}

/// The privilege that came with a change: `+ setuid root`.
pub fn privilege(change: &FileChange<'_>) -> Option<String> {
    look::privilege(change)
}

/// What differs of a path that both images have: `content, mode 0644 → 0755`; nothing where only one has it.
pub fn aspects(change: &FileChange<'_>) -> String {
    look::aspects(change)
}

/// What explains a change that no package does: what a row of the table of causes says, or an instruction.
pub fn reason(change: &FileChange<'_>, comparison: &Comparison<'_>) -> Option<String> {
    look::reason(change, comparison)
}

/// How many paths a cause explains, in words: `1,180 by packages`.
pub fn cause_figure(cause: &str, count: usize) -> String {
    let word = match (cause, count) {
        ("package", _) => "by packages",
        ("unknown-package", _) => "of packages not known",
        ("database", 1) => "package database",
        ("database", _) => "package databases",
        ("instruction", 1) => "by an instruction",
        ("instruction", _) => "by instructions",
        (cause, _) => cause,
    };
    format!("{} {word}", number(count))
}

/// The names of all causes, in their order.
pub fn causes() -> impl Iterator<Item = &'static str> {
    Cause::NAMES.into_iter()
}

/// The sign of a direction: `↑`.
pub fn sign(direction: Direction) -> &'static str {
    packages::sign(direction)
}

/// A package's versions: `3.0.13-1 → 3.0.15-1`.
pub fn versions(change: &PackageChange<'_>) -> String {
    packages::versions(change)
}

/// Which vulnerabilities a change of a package opens and closes; nothing where none.
pub fn opens_and_closes(comparison: &Comparison<'_>, change: &PackageChange<'_>) -> String {
    vulnerabilities::of_package(comparison, change)
}

/// How a vulnerability is fixed: `fixed in 3.0.15-1`; nothing where nobody says.
pub fn fix(findings: &[&Finding]) -> String {
    vulnerabilities::fix(findings)
}

/// That a vulnerability is exploited or likely to be, and who says how bad it is.
pub fn urgent(findings: &[&Finding]) -> String {
    vulnerabilities::urgent(findings.iter().copied(), View::default()).join(" · ")
}

/// What came of a vulnerability, or how it is fixed: `severity low → high`.
pub fn fate(change: &FindingChange<'_>) -> String {
    vulnerabilities::what(change)
}

/// Which versions the packages of a source went from and to: `3.0.13-1 → 3.0.15-1`.
pub fn source_versions(source: &SourceChange) -> String {
    source.packages.first().map(changelogs::change).unwrap_or_default()
}

/// What has to be known of what a changelog says, or why nothing is told.
pub fn source_told(source: &SourceChange) -> String {
    changelogs::told(source)
}

/// Where the difference between the two versions of a source can be read.
pub fn source_link(source: &SourceChange) -> Option<String> {
    changelogs::link(source)
}

/// Who wrote an entry of a changelog, without the address.
pub fn author(author: &str) -> String {
    changelogs::name(author)
}

/// A line of a text that strangers wrote: its tabs are blanks.
pub fn line(line: &str) -> String {
    crate::text::readable(line)
}

/// Why a vulnerability came or went: `package added`.
pub fn finding_cause(cause: FindingCause) -> String {
    vulnerabilities::words(cause)
}

/// Which advisories were asked: `data of 2024-12-31 (v6.1.9)`.
pub fn data(scanner: &Scanner) -> String {
    inert(&gaps::data(scanner))
}

/// What could not be told of the vulnerabilities of one image, each in a line.
pub fn untold(findings: &Findings) -> Vec<String> {
    gaps::of_one(findings).into_iter().map(|(line, _)| inert(&line)).collect()
}

/// What kind of thing a rule is about: `secret`, `weak`.
pub fn risk_kind(risk: &Risk<'_>) -> &'static str {
    risks::word(risk)
}

/// Where a rule is met: `/srv/.env:3`.
pub fn risk_place(risk: &Risk<'_>) -> String {
    risks::place(risk)
}

/// Where what a rule is met in comes from, and who has it.
pub fn risk_origin(risk: &Risk<'_>) -> String {
    risks::why(risk)
}

/// Whether the row of a path says already what the rule does.
pub fn is_told_by_path(risk: &Risk<'_>) -> bool {
    risk.rule.id == risks::TOLD_BY_PATH
}

/// The instruction that made each layer, the lowest first, without secrets in it; none where the history has not one line for
/// each.
pub fn instructions(side: &Side) -> Vec<Option<String>> {
    layers::instructions(side).into_iter().map(|line| line.map(|line| inert(&line))).collect()
}

/// The value of a variable or a label without secrets in it.
pub fn value(name: &str, value: &str) -> String {
    risk::redact_setting(Some(name), value).into_owned()
}

/// The words of a command without secrets in them.
pub fn command(words: &[String]) -> Vec<String> {
    risk::redact_words(words)
}

/// What a budget is about: `the image`, `/usr`, `package deb:openssl`.
pub fn spent_on(spent: &Spent) -> String {
    match &spent.budget.part {
        Part::Path(path) if path.as_bytes() == b"/" => "the image".into(),
        Part::Path(path) => path.to_string(),
        Part::Package(_) | Part::EachPackage => format!("package {}", inert(&spent.name)),
    }
}

/// By how much it may grow: `5.0 MB`, `10.0 %`.
pub fn limit(spent: &Spent) -> String {
    match spent.budget.limit {
        Limit::Bytes(count) => bytes(count),
        Limit::Share(share) => format!("{}.{} %", share / 10, share % 10),
    }
}
