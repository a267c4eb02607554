//! `pentimento diff`: what changed between two images.

#[cfg(feature = "serve")]
mod remote;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use engine::{Budget, Comparison, Pair, PairFindings, Scanner, Texts, Watch};
use model::{ErrorKind, Name, Time};
use report::{View, growth, words};

use super::advisories::{ScannerArguments, ShelfArguments, SuppressionArguments, failed, open};
use super::changelog;
use super::contents::{self, Looking};
use super::layers::{self, SizeArguments};
use super::previous::{Before, previous};
use super::read::now;
use super::{ReadArguments, explain};
use crate::error::{self, Error};
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento diff alpine:3.19 alpine:3.20
  pentimento diff oci:images/shop:1.4 oci:images/shop:1.5 --files
  pentimento diff oci:images/shop:1.4 oci:images/shop:1.5 --content /etc/shop.conf
  pentimento diff docker-archive:old.tar docker-archive:new.tar --format json
  pentimento diff shop:1.4 shop:1.5 --explain /usr/bin/curl
  pentimento diff shop:1.4 shop:1.5 --markdown comment.md --sarif shop.sarif
  pentimento diff --previous alpine:latest --force
  pentimento diff --since 30d alpine:latest";

/// Tell what changed from one image to another
///
/// Shows on one screen which two images these are, the paths that need a look (those that no package change explains),
/// the packages that came, went or changed their version, the vulnerabilities that came and went, each with its cause
/// (where advisories are kept: see `pentimento db`), the settings that differ, and what could not be read. Where it
/// cannot be told which packages an image has (its database is missing or damaged), none is said to have come or gone; that
/// is told first, and the exit code is 2.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(crate) struct Arguments {
    /// The image before
    #[arg(required_unless_present = "previous")]
    old: Option<String>,

    /// The image after
    #[arg(required_unless_present_any = ["previous", "since"])]
    new: Option<String>,

    /// Compare the two images that this name was seen to mean last, the one before with the one now
    #[arg(long, value_name = "NAME", conflicts_with_all = ["old", "new"])]
    previous: Option<String>,

    /// Compare what the one name meant at this time with what it means now: how long ago (30d, 12h, 2w), a day, or a moment
    #[arg(long, value_name = "TIME", conflicts_with_all = ["new", "previous"])]
    since: Option<String>,

    /// List every changed path with what changed, why, and whose it is
    #[arg(long)]
    files: bool,

    /// Tell what each layer of both images does, and what of it is wasted
    #[arg(long)]
    layers: bool,

    #[command(flatten)]
    sizes: SizeArguments,

    /// Fail with 1 if the files of the image, those below a directory, or those of a package grew by more: 5MB, 10%,
    /// /usr=10MB, package:openssl=1MB; may be given several times
    ///
    /// `package:NAME` means packages of this name, `package:TYPE:NAME` those of one type (`deb`, `npm`), `package:*` every
    /// package, each by itself. A package has the files that it owns; docs/files.md tells more.
    #[arg(long, value_name = "[PATH=|package:NAME=]SIZE", value_parser = budget)]
    budget: Vec<SaidBudget>,

    /// Tell everything about this one path: what stood there in both images and in which layer, whose it is, what was
    /// recorded of it, and why it has the cause that it has
    ///
    /// A digest that a package database recorded in another algorithm than SHA-256 is compared by reading the file again
    /// where the image came from.
    #[arg(long, value_name = "PATH", conflicts_with_all = [
        "files", "changelog", "content", "layers", "sizes", "depth", "budget", "exit_code",
    ])]
    explain: Option<String>,

    /// Tell what packages' changelogs say between their two versions
    #[arg(long)]
    changelog: bool,

    #[command(flatten)]
    online: changelog::OnlineArguments,

    /// Look into this file: the change of a text, a summary of what else is known; may be given several times
    ///
    /// Nothing else is told then. Files are read again from the layers that hold them. What looks like a secret is hidden.
    /// docs/files.md lists the formats that are summed up.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["files", "changelog"])]
    content: Vec<String>,

    /// Write SARIF to this file, too, which code-hosting sites show beside a change: what came with the new image
    #[arg(long, value_name = "FILE", conflicts_with_all = ["content", "explain"])]
    sarif: Option<PathBuf>,

    /// Write Markdown to this file, too, for a comment or the summary of a run
    #[arg(long, value_name = "FILE", conflicts_with_all = ["content", "explain"])]
    markdown: Option<PathBuf>,

    /// Exit with 1 if the images differ
    #[arg(long)]
    exit_code: bool,

    /// Ask this database of advisories about both images: its name, the beginning of that, or the day that it was built
    /// [default: the latest]
    #[arg(long, value_name = "NAME", help_heading = "Advisories", conflicts_with = "scanner")]
    db: Option<String>,

    /// Ask this one about the image before
    ///
    /// Where the data of both sides differ, the report says so first, and a vulnerability that only the data tell of has the
    /// cause `data-changed`.
    #[arg(long, value_name = "NAME", help_heading = "Advisories", conflicts_with_all = ["db", "scanner"])]
    old_db: Option<String>,

    /// Ask this one about the image after
    #[arg(long, value_name = "NAME", help_heading = "Advisories", conflicts_with_all = ["db", "scanner"])]
    new_db: Option<String>,

    /// Ask no advisories: tell of no vulnerabilities
    #[arg(long, help_heading = "Advisories", conflicts_with_all = ["db", "old_db", "new_db", "scanner", "vex", "ignore"])]
    no_vulnerabilities: bool,

    #[command(flatten)]
    scanner: ScannerArguments,

    #[command(flatten)]
    suppressions: SuppressionArguments,

    #[command(flatten)]
    shelf: ShelfArguments,

    #[command(flatten)]
    read: ReadArguments,

    /// Show every row, where otherwise rows alike are folded
    #[arg(long, short)]
    all: bool,
}

/// A budget, and the words for it.
#[derive(Clone, Debug)]
struct SaidBudget {
    #[cfg(feature = "serve")]
    text: String,
    budget: Budget,
}

fn budget(text: &str) -> Result<SaidBudget, String> {
    Budget::parse(text).map(|budget| SaidBudget {
        #[cfg(feature = "serve")]
        text: text.to_owned(),
        budget,
    })
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    #[cfg(feature = "serve")]
    if ui.server().is_some() {
        return remote::run(arguments, ui);
    }
    let parse = |text: &str| text.parse::<Name>().map_err(error::reference);
    let mut options = arguments.read.options(ui);
    let seen = match (&arguments.previous, &arguments.since, &arguments.old) {
        (Some(name), ..) => Some(previous(name, Before::Last, &options, ui)?),
        (None, Some(since), Some(name)) => {
            Some(previous(name, Before::At(moment(since)?), &options, ui)?)
        }
        _ => None,
    };
    let names = match &seen {
        Some(seen) => {
            // Somebody has just looked at the name; what it meant before may be nowhere but here.
            options.keep.iter_mut().for_each(|keep| keep.force = false);
            seen.each_ref().map(|seen| seen.identity.clone())
        }
        None => [&arguments.old, &arguments.new].map(|name| name.clone().unwrap_or_default()),
    };
    let [old, new] = &names;
    let (old, new) = (parse(old)?, parse(new)?);
    if let Some(path) = &arguments.explain {
        return explain::run([&old, &new], path, &options, ui);
    }
    if arguments.online.are_given() && !arguments.changelog {
        let hint = Some("say --changelog too".into());
        return Err(error::said(ErrorKind::Invalid, "--online is about changelogs".into(), hint));
    }
    let suppressions = arguments.suppressions.read(&arguments.shelf)?;
    let scanners = scanners(arguments, ui)?;
    let texts = if arguments.changelog { Texts::Wanted } else { Texts::Unwanted };
    // Where each image has data of its own, one and the same image may have other vulnerabilities: it has to be read.
    let is_one_data = scanners.as_ref().is_none_or(|scanners| scanners.len() == 1);
    let pair = |watch: &Watch<'_>| {
        if is_one_data {
            return engine::pair([&old, &new], texts, &options, watch);
        }
        let subject = |name| engine::subject(name, texts, &options, watch);
        Ok(Pair { old: subject(&old)?, new: subject(&new)? })
    };
    let mut pair = ui
        .progress(pair)
        .map_err(|source| error::engine("could not compare", source))
        .map_err(|error| error::mistaken(error, &[&names[0], &names[1]]))?;
    if let Some([old, new]) = seen {
        pair.old.side.image.reference = old.called;
        pair.new.side.image.reference = new.called;
    }
    if arguments.layers {
        for subject in [&mut pair.old, &mut pair.new] {
            layers::count(subject, &options, ui)?;
        }
    }
    let findings = match &scanners {
        // Neither was read: whatever is wrong with one is wrong with the other.
        Some(_) if is_one_data && is_one_image(&pair) => None,
        Some(scanners) => {
            let mut findings = found(&pair, scanners, ui)?;
            findings.suppress(&pair, &suppressions, now());
            Some(findings)
        }
        None => None,
    };
    let mut comparison = match texts {
        Texts::Wanted => {
            let written = changelog::written(&pair, &arguments.online, &options, ui);
            pair.compare_with_changelogs(&written)
        }
        Texts::Unwanted => pair.compare(),
    };
    if let Some(findings) = &findings {
        findings.compare(&mut comparison);
    }
    let budgets: Vec<Budget> = arguments.budget.iter().map(|said| said.budget.clone()).collect();
    comparison.spend(&budgets);
    let sizes = arguments.sizes.depth();
    let view = View { files: arguments.files, all: arguments.all, sizes, ..View::default() };
    if let Some(path) = &arguments.sarif {
        ui.file(path, |out| report::comparison_sarif(&comparison, out))?;
    }
    if let Some(path) = &arguments.markdown {
        ui.file(path, |out| report::comparison_markdown(&comparison, view, out))?;
    }
    match &arguments.content[..] {
        [] => {
            ui.write(view, |format, view, out| report::comparison(&comparison, format, view, out))?;
        }
        paths => {
            let looking = Looking { pair: &pair, comparison: &comparison, options: &options };
            contents::write(paths, &looking, view, ui)?;
        }
    }
    let is_over = over(&comparison, ui);
    let differs = arguments.exit_code && !comparison.is_empty();
    let code = error::told_whole(&comparison, differs || is_over);
    // The process ends here: to give back the memory of large images piece by piece takes longer than to compare them.
    std::mem::forget(comparison);
    std::mem::forget(pair);
    Ok(code)
}

/// A moment of the past, as a person wrote it.
fn moment(text: &str) -> Result<Time, Error> {
    Time::of_past(text, now()).ok_or_else(|| {
        let sentence = format!("{text} is no time");
        let hint = "say how long ago it is (30d, 12h, 2w), a day (2026-01-31), or a moment \
            (2026-01-31T08:00:00Z)";
        error::said(ErrorKind::Invalid, sentence, Some(hint.into()))
    })
}

/// Says which budgets were not kept and which are about nothing, and whether there are any of the first.
fn over(comparison: &Comparison<'_>, ui: &Ui) -> bool {
    for spent in comparison.budgets.iter().filter(|spent| !spent.is_there) {
        let what = words::spent_on(spent);
        ui.warning(&format!("a budget is about nothing: neither image has {what}"));
    }
    for spent in comparison.over() {
        let (old, new) = (report::bytes(spent.size.old), report::bytes(spent.size.new));
        let growth = growth(spent.size.growth());
        let (what, limit) = (words::spent_on(spent), words::limit(spent));
        ui.talk(&format!(
            "over budget: {what} grew by {growth} ({old} → {new}), and may grow by {limit}"
        ));
    }
    comparison.over().next().is_some()
}

/// Who is asked about each side: one for both, or one for each. None where nobody is to be asked.
fn scanners(arguments: &Arguments, ui: &Ui) -> Result<Option<Vec<Scanner>>, Error> {
    if arguments.no_vulnerabilities || !arguments.content.is_empty() {
        return Ok(None);
    }
    if let Some(program) = arguments.scanner.program() {
        return Ok(Some(vec![program]));
    }
    let Arguments { db, old_db, new_db, .. } = arguments;
    if old_db.is_some() || new_db.is_some() {
        let shelf = arguments.shelf.shelf()?;
        let databases =
            [old_db, new_db].map(|name| open(&shelf, name.as_deref()).map(Scanner::Advisories));
        return databases.into_iter().collect::<Result<_, _>>().map(Some);
    }
    if db.is_some() {
        let database = open(&arguments.shelf.shelf()?, db.as_deref())?;
        return Ok(Some(vec![Scanner::Advisories(database)]));
    }
    let Some(shelf) = arguments.shelf.lenient() else { return Ok(None) };
    let (kept, warnings) = shelf.list().map_err(failed("could not list advisories"))?;
    for warning in &warnings {
        ui.warning(warning);
    }
    let Some(latest) = kept.last() else {
        ui.talk("vulnerabilities are not told: no advisories are kept (`pentimento db update` fetches them, --no-vulnerabilities takes this line away)");
        return Ok(None);
    };
    latest
        .open()
        .map(|database| Some(vec![Scanner::Advisories(database)]))
        .map_err(failed("could not ask advisories"))
}

fn found(pair: &Pair, scanners: &[Scanner], ui: &Ui) -> Result<PairFindings, Error> {
    let (Some(old), Some(new)) = (scanners.first(), scanners.last()) else {
        return Err(error::said(ErrorKind::Internal, "no advisories are open".into(), None));
    };
    ui.progress(|watch| PairFindings::find(pair, [old, new], Some(now()), watch))
        .map_err(failed("could not match advisories"))
}

fn is_one_image(pair: &Pair) -> bool {
    let [old, new] = [&pair.old, &pair.new].map(|subject| &subject.side.image.digest);
    old.is_some() && old == new
}
