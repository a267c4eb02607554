//! `diff` with `--server`: a service compares, and writes what `diff` would. It compares nothing here.

use std::process::ExitCode;

use report::View;

use super::Arguments;
use crate::client::escaped;
use crate::commands::remote::{Image, Remote, refuse, refuse_reading, said};
use crate::error::Error;
use crate::ui::Ui;

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    demand(arguments)?;
    let remote = Remote::new(ui);
    let (old, new) = match (&arguments.since, &arguments.previous) {
        (_, Some(name)) => (None, parse(Some(name))?),
        (Some(_), None) => (None, parse(arguments.old.as_deref())?),
        (None, None) => (parse(arguments.old.as_deref())?, parse(arguments.new.as_deref())?),
    };
    let Some(new) = new else { return Err(said("it is not said which images are compared")) };
    let id = |image: &Image<'_>| image.repo.id(&remote);
    let to = id(&new)?;
    let from = old.as_ref().map(id).transpose()?.unwrap_or_else(|| to.clone());
    let mut question = format!("repo={from}&to_repo={to}");
    let mut add = |name: &str, value: &str| {
        question += &format!("&{name}={}", escaped(value));
    };
    add("to", new.image);
    match (&old, &arguments.since) {
        (Some(old), _) => add("from", old.image),
        (None, Some(since)) => add("since", since),
        (None, None) if arguments.previous.is_some() => add("previous", "true"),
        (None, None) => return Err(said("it is not said which images are compared")),
    }
    if let Some(platform) = arguments.read.platform() {
        add("platform", &platform.to_string());
    }
    let behind = match (&arguments.explain, &arguments.content[..]) {
        (Some(path), _) => {
            add("path", path);
            "/explanation"
        }
        (None, []) => "",
        (None, paths) => {
            for path in paths {
                add("path", path);
            }
            "/contents"
        }
    };
    let mut view = View { all: arguments.all, ..View::default() };
    if behind.is_empty() {
        for (name, is_said) in [("layers", arguments.layers), ("changelog", arguments.changelog)] {
            if is_said {
                add(name, "true");
            }
        }
        if arguments.no_vulnerabilities {
            add("vulnerabilities", "false");
        }
        for said in &arguments.budget {
            add("budget", &said.text);
        }
        view = View { files: arguments.files, sizes: arguments.sizes.depth(), ..view };
    }
    let mut question = format!("/api/v1/comparisons{behind}?{question}");
    if arguments.explain.is_some() {
        remote.show(&mut question, View::default());
        remote.write(&question)?;
        return Ok(ExitCode::SUCCESS);
    }
    let files = [("sarif", &arguments.sarif), ("markdown", &arguments.markdown)];
    for (format, path) in
        files.into_iter().filter_map(|(format, path)| Some((format, path.as_ref()?)))
    {
        remote.file(&question, format, view, path)?;
    }
    remote.show(&mut question, view);
    let fetched = remote.write(&question)?;
    Ok(match fetched.outcome.as_deref() {
        Some("same") => ExitCode::SUCCESS,
        // What is over its budget stands in what was written.
        Some("over") => ExitCode::from(1),
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
        ("--online", arguments.online.are_given()),
        ("--db", arguments.db.is_some()),
        ("--old-db", arguments.old_db.is_some()),
        ("--new-db", arguments.new_db.is_some()),
        ("--scanner", arguments.scanner.program().is_some()),
        ("--vex and --ignore", arguments.suppressions.are_given()),
    ])?;
    refuse_reading(&arguments.read)
}
