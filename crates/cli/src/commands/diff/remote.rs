//! `diff` with `--server`: a service compares, and writes what `diff` would. It compares nothing here.

use std::process::ExitCode;

use report::View;

use super::Arguments;
use crate::client::escaped;
use crate::commands::remote::{Image, Remote, refuse, said};
use crate::error::Error;
use crate::ui::Ui;

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    demand(arguments)?;
    let remote = Remote::new(ui);
    let (old, new) = match &arguments.since {
        Some(_) => (None, parse(arguments.old.as_deref())?),
        None => (parse(arguments.old.as_deref())?, parse(arguments.new.as_deref())?),
    };
    let Some(new) = new else { return Err(said("it is not said which images are compared")) };
    let id = |image: &Image<'_>| image.repo.id(&remote);
    let to = id(&new)?;
    let from = old.as_ref().map(id).transpose()?.unwrap_or_else(|| to.clone());
    let mut question = format!("/api/v1/comparisons?repo={from}&to_repo={to}");
    let mut add = |name: &str, value: &str| {
        question += &format!("&{name}={}", escaped(value));
    };
    add("to", new.image);
    match (&old, &arguments.since) {
        (Some(old), _) => add("from", old.image),
        (None, Some(since)) => add("since", since),
        (None, None) => return Err(said("it is not said which images are compared")),
    }
    if let Some(platform) = arguments.read.platform() {
        add("platform", &platform.to_string());
    }
    if arguments.no_vulnerabilities {
        add("vulnerabilities", "false");
    }
    let view = View { files: arguments.files, all: arguments.all, ..View::default() };
    remote.show(&mut question, View { sizes: arguments.sizes.depth(), ..view });
    let fetched = remote.write(&question)?;
    Ok(match fetched.outcome.as_deref() {
        Some("same") => ExitCode::SUCCESS,
        Some("different") => ExitCode::from(u8::from(arguments.exit_code)),
        _ => ExitCode::from(2),
    })
}

fn parse(text: Option<&str>) -> Result<Option<Image<'_>>, Error> {
    text.map(Image::parse).transpose()
}

/// Refuses what only this machine could do.
fn demand(arguments: &Arguments) -> Result<(), Error> {
    refuse(&[
        ("--previous", arguments.previous.is_some()),
        ("--layers", arguments.layers),
        ("--budget", !arguments.budget.is_empty()),
        ("--explain", arguments.explain.is_some()),
        ("--changelog", arguments.changelog),
        ("--content", !arguments.content.is_empty()),
        ("--sarif", arguments.sarif.is_some()),
        ("--markdown", arguments.markdown.is_some()),
        ("--db", arguments.db.is_some()),
        ("--old-db", arguments.old_db.is_some()),
        ("--new-db", arguments.new_db.is_some()),
        ("--scanner", arguments.scanner.program().is_some()),
        ("--vex and --ignore", arguments.suppressions.are_given()),
        ("--force", arguments.read.is_forced()),
        ("--offline", arguments.read.is_offline()),
    ])
}
