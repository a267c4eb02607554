//! `pentimento changelog`: what packages' makers say of what changed between two images.

use std::process::ExitCode;

use clap::Args;
use engine::{Comparison, Options, Pair, Texts, Written};
use model::{ErrorKind, Name};
use report::View;

use super::ReadArguments;
#[cfg(feature = "serve")]
use super::remote::{self, Image, Remote};
#[cfg(feature = "serve")]
use crate::client::escaped;
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::Ui;

const EXAMPLES: &str = "\
Examples:
  pentimento changelog debian:12.7 debian:12.8
  pentimento changelog shop:1.4 shop:1.5 --package openssl --all
  pentimento changelog debian:12.7-slim debian:12.8-slim --online
  pentimento changelog shop:1.4 shop:1.5 --json";

/// Tell what changelogs say between two images
///
/// Shows for each package that changed the entries of its changelog between its two versions, with the CVEs and bugs that
/// they mention. Packages of one source are told of once. rpm keeps changelogs in its database, Debian among the papers in
/// /usr/share/doc, which slim images leave out; apk keeps the commit that a package was built from; packages of languages
/// have them among their files, and often say where the difference between two versions can be read. Packages of which
/// nothing can be told are named with the reason.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The image before
    old: String,

    /// The image after
    new: String,

    /// Tell of this package, or of the packages of this source; may be given several times
    #[arg(long, short, value_name = "NAME")]
    package: Vec<String>,

    #[command(flatten)]
    online: OnlineArguments,

    #[command(flatten)]
    read: ReadArguments,

    /// Show every entry whole, where otherwise long ones are folded
    #[arg(long, short)]
    all: bool,
}

/// Whether others than the images are asked.
#[derive(Debug, Args)]
pub(super) struct OnlineArguments {
    /// Fetch changelogs that the images leave out from where their distributions publish them
    ///
    /// Debian and Ubuntu do; each text is kept, and the output says where it is from. With `--offline`, only what is kept is
    /// taken. docs/changelogs.md tells which variables name other places.
    #[arg(long)]
    online: bool,
}

impl OnlineArguments {
    /// Whether changelogs are to be fetched.
    pub(super) fn are_given(&self) -> bool {
        self.online
    }
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    #[cfg(feature = "serve")]
    if ui.server().is_some() {
        return served(arguments, ui);
    }
    let parse = |text: &str| text.parse::<Name>().map_err(error::reference);
    let (old, new) = (parse(&arguments.old)?, parse(&arguments.new)?);
    let options = arguments.read.options(ui);
    let pair = ui
        .progress(|watch| engine::pair([&old, &new], Texts::Wanted, &options, watch))
        .map_err(|source| error::engine("could not compare changelogs", source))
        .map_err(|error| error::mistaken(error, &[&arguments.old, &arguments.new]))?;
    let written = written(&pair, &arguments.online, &options, ui);
    let mut comparison = pair.compare_with_changelogs(&written);
    if !arguments.package.is_empty() {
        narrow(&mut comparison, &arguments.package)?;
    }
    let view = View { all: arguments.all, ..View::default() };
    ui.write(view, |format, view, out| report::changelogs(&comparison, format, view, out))?;
    Ok(error::told_whole(&comparison, false))
}

/// Has a service tell it of images of its own.
#[cfg(feature = "serve")]
fn served(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    remote::refuse(&[("--online", arguments.online.are_given())])?;
    remote::refuse_reading(&arguments.read)?;
    let remote = Remote::new(ui);
    let (old, new) = (Image::parse(&arguments.old)?, Image::parse(&arguments.new)?);
    let (from, to) = (old.repo.id(&remote)?, new.repo.id(&remote)?);
    let mut question = format!(
        "/api/v1/comparisons/changelogs?repo={from}&to_repo={to}&from={}&to={}",
        escaped(old.image),
        escaped(new.image)
    );
    for name in &arguments.package {
        question += &format!("&package={}", escaped(name));
    }
    remote::add_platform(&mut question, arguments.read.platform());
    remote.show(&mut question, View { all: arguments.all, ..View::default() });
    let fetched = remote.write(&question)?;
    Ok(ExitCode::from(if fetched.outcome.as_deref() == Some("told") { 0 } else { 2 }))
}

/// Reads changelogs of languages' packages again, and fetches others where somebody wants that. Where it cannot be done, the rest
/// is told all the same.
pub(super) fn written(
    pair: &Pair,
    online: &OnlineArguments,
    options: &Options,
    ui: &Ui,
) -> Written {
    let written = ui.progress(|watch| engine::written(pair, options, watch));
    let mut written = written.unwrap_or_else(|source| {
        let error = error::engine("could not read changelogs of languages' packages again", source);
        ui.warning(&error.sentence());
        Written::default()
    });
    if online.are_given() {
        let places = Environment::changelog_places();
        ui.progress(|watch| {
            engine::fetch_changelogs(pair, &mut written, &places, options, watch);
        });
    }
    written
}

/// Keeps what is told of these packages. A name that nothing is told of is an error: it may be misspelt.
fn narrow(comparison: &mut Comparison<'_>, names: &[String]) -> Result<(), Error> {
    let known = comparison.names();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name.as_str())) {
        let near = report::query::nearest(unknown, known.iter().copied()).join(", ");
        let hint = match &near[..] {
            "" if comparison.may_hide() => report::unknown(comparison).join("; "),
            "" => format!(
                "{} packages and sources changed; without --package all are told",
                known.len()
            ),
            near => format!("did you mean {near}?"),
        };
        let changed = if comparison.may_hide() { "is known to have changed" } else { "changed" };
        let sentence = format!("no package or source {unknown} {changed} between the two images");
        return Err(error::said(ErrorKind::NotFound, sentence, Some(hint)));
    }
    comparison.retain(names);
    Ok(())
}
