//! `pentimento scan`: what is wrong with the packages of an image.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use engine::{Scanner, Subject};
use model::{Findings, Severity};
use report::{Scan, View};

use super::ReadArguments;
use super::advisories::{ScannerArguments, ShelfArguments, SuppressionArguments, failed, open};
use super::read::now;
#[cfg(feature = "serve")]
use super::remote;
use crate::error::Error;
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento db update                              once: fetches the advisories that Grype publishes
  pentimento scan debian:12
  pentimento scan shop:1.5 --fail-on high --only-fixed
  pentimento scan shop:1.5 --fail-on high --vex shop.vex.json --ignore accepted.toml
  pentimento scan shop:1.5 --fail-on critical --sarif shop.sarif --markdown summary.md
  pentimento scan shop:1.5 --scanner grype
  pentimento scan shop:1.5 --json | jq '.findings[] | select(.known_exploited != [])'

Exit codes: 0 done, 1 there is one of the severity of --fail-on or worse, 2 it could not be told: nothing is known of the
image's distribution or of some kind of its packages, or the distribution is not kept secure any more. Then a short list
says nothing.";

/// Tell which vulnerabilities are known of an image's packages
///
/// Advisories that were kept with `pentimento db` are asked about every package, or another scanner is. The worst come first, and before them
/// whatever could not be told. docs/vulnerabilities.md says what is matched with what.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The image
    #[arg(value_name = "IMAGE")]
    name: String,

    /// Exit with 1 if there is a vulnerability of this severity or worse
    ///
    /// One of negligible, low, medium, high, critical. What is suppressed does not count.
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    fail_on: Option<Severity>,

    /// Leave out what no version fixes
    #[arg(long)]
    only_fixed: bool,

    /// Write SARIF to this file, too, which code-hosting sites show beside a change
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,

    /// Write Markdown to this file, too, for a comment or the summary of a run
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,

    /// Ask this database: its name, the beginning of that, or the day that it was built [default: the latest]
    #[arg(long, value_name = "NAME", help_heading = "Advisories", conflicts_with = "scanner")]
    db: Option<String>,

    #[command(flatten)]
    scanner: ScannerArguments,

    #[command(flatten)]
    suppressions: SuppressionArguments,

    #[command(flatten)]
    shelf: ShelfArguments,

    #[command(flatten)]
    read: ReadArguments,

    /// Show every row, where otherwise rows alike are folded, and what is suppressed
    #[arg(long, short)]
    all: bool,
}

fn severity(word: &str) -> Result<Severity, String> {
    Severity::of_word(word)
        .filter(|severity| *severity != Severity::Unknown)
        .ok_or_else(|| "it is one of negligible, low, medium, high, critical".into())
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    #[cfg(feature = "serve")]
    if ui.server().is_some() {
        return served(arguments, ui);
    }
    // Without advisories no image has to be read.
    let suppressions = arguments.suppressions.read(&arguments.shelf)?;
    let scanner = match arguments.scanner.program() {
        Some(program) => program,
        None => Scanner::Advisories(open(&arguments.shelf.shelf()?, arguments.db.as_deref())?),
    };
    let subject = arguments.read.subject(&arguments.name, "could not scan", ui)?;
    let mut findings = found(&subject, &scanner, ui)?;
    engine::suppress(&mut findings, &subject, &suppressions, now());
    let left_out = if arguments.only_fixed { findings.leave_out_unfixed() } else { 0 };
    let scan = Scan { side: &subject.side, findings: &findings, left_out };
    if let Some(path) = &arguments.sarif {
        ui.file(path, |out| report::scan_sarif(&scan, out))?;
    }
    if let Some(path) = &arguments.markdown {
        ui.file(path, |out| report::scan_markdown(&scan, out))?;
    }
    if arguments.fail_on.is_some() {
        let counts = findings.findings.iter().filter(|one| one.suppressed.is_none());
        let unrated = counts.filter(|one| one.severity == Severity::Unknown).count();
        if unrated > 0 {
            ui.talk(&format!(
                "{unrated} findings have no severity, and --fail-on does not mean them"
            ));
        }
    }
    let view = View { all: arguments.all, ..View::default() };
    ui.write(view, |format, view, out| report::scan(&scan, format, view, out))?;
    Ok(code(&findings, arguments.fail_on))
}

fn found(subject: &Subject, scanner: &Scanner, ui: &Ui) -> Result<Findings, Error> {
    ui.progress(|watch| engine::findings(subject, scanner, Some(now()), watch))
        .map_err(failed("could not match advisories"))
}

/// Has a service scan an image of its own, with the advisories that it has.
#[cfg(feature = "serve")]
fn served(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    remote::refuse(&[
        ("--db", arguments.db.is_some()),
        ("--scanner", arguments.scanner.program().is_some()),
        ("--vex and --ignore", arguments.suppressions.are_given()),
    ])?;
    remote::refuse_reading(&arguments.read)?;
    let behind = "/vulnerabilities";
    let view = View { all: arguments.all, ..View::default() };
    let remote = remote::Remote::new(ui);
    let only = if arguments.only_fixed { "&only_fixed=true" } else { "" };
    let files = [("sarif", &arguments.sarif), ("markdown", &arguments.markdown)];
    let files = files.into_iter().filter_map(|(format, path)| Some((format, path.as_ref()?)));
    for (format, path) in files {
        let question = remote.about(&arguments.name, [behind, only], &arguments.read)?;
        remote.file(&question, format, View::default(), path)?;
    }
    let fetched = remote.document(&arguments.name, [behind, only], &arguments.read, view)?;
    let worst = match fetched.outcome.as_deref() {
        Some("none") => None,
        Some(word) if Severity::of_word(word).is_some() => Severity::of_word(word),
        _ => return Ok(ExitCode::from(2)),
    };
    Ok(failing(worst, arguments.fail_on))
}

/// What could not be told is worse than what was found: nobody knows how bad it is.
fn code(findings: &Findings, fail_on: Option<Severity>) -> ExitCode {
    if findings.gaps.iter().any(model::Gap::may_hide) {
        return ExitCode::from(2);
    }
    let counts = findings.findings.iter().filter(|finding| finding.suppressed.is_none());
    failing(counts.map(|finding| finding.severity).max(), fail_on)
}

/// Whether the worst of all is bad enough.
fn failing(worst: Option<Severity>, fail_on: Option<Severity>) -> ExitCode {
    let fails = fail_on.is_some_and(|limit| worst.is_some_and(|worst| worst >= limit));
    ExitCode::from(u8::from(fails))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_severity_is_one_of_five_words() {
        assert_eq!(severity("High"), Ok(Severity::High));
        assert!(severity("unknown").is_err());
        assert!(severity("bad").is_err());
    }
}
