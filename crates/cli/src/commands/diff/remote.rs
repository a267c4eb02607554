//! `diff` with `--server`: a service compares, and writes what `diff` would. It compares nothing here.

use std::process::ExitCode;

use model::{Digest, ErrorKind, Uidp};
use report::View;
use serde_json::Value;

use super::Arguments;
use crate::client::escaped;
use crate::commands::service::ServerArguments;
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::Ui;

/// An image of a service's repository, as a person names it: `group/shop:1.5`, `shop@sha256:…`, or with the repository's ID.
#[derive(Debug, PartialEq, Eq)]
struct Image<'a> {
    repo: Repo<'a>,
    /// The tag or the digest.
    image: &'a str,
}

#[derive(Debug, PartialEq, Eq)]
enum Repo<'a> {
    Id(&'a str),
    Named { group: Option<&'a str>, name: &'a str },
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    refuse(arguments)?;
    let server = ServerArguments::default();
    let environment = Environment::read();
    let (old, new) = match &arguments.since {
        Some(_) => (None, parse(arguments.old.as_deref())?),
        None => (parse(arguments.old.as_deref())?, parse(arguments.new.as_deref())?),
    };
    let Some(new) = new else { return Err(said("it is not said which images are compared")) };
    let id = |image: &Image<'_>| image.repo.id(&server, &environment, ui);
    let to = id(&new)?;
    let from = old.as_ref().map(id).transpose()?.unwrap_or_else(|| to.clone());
    let view = View { files: arguments.files, all: arguments.all, ..View::default() };
    let view = ui.view(View { sizes: arguments.sizes.depth(), ..view });
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
    add("format", ui.format_name());
    for (name, is_on) in [("files", view.files), ("all", view.all), ("colour", view.colour)] {
        add(name, if is_on { "true" } else { "false" });
    }
    for (name, number) in [("sizes", view.sizes), ("width", view.width)] {
        if let Some(number) = number {
            add(name, &number.to_string());
        }
    }
    if let Some(platform) = arguments.read.platform() {
        add("platform", &platform.to_string());
    }
    if arguments.no_vulnerabilities {
        add("vulnerabilities", "false");
    }
    let fetched = ui.progress(|_| server.fetch(&environment, ui, &question))?;
    ui.write(View::default(), |_, _, out| out.write_all(fetched.text.as_bytes()))?;
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
fn refuse(arguments: &Arguments) -> Result<(), Error> {
    let unasked = [
        ("--previous", arguments.previous.is_some()),
        ("--layers", arguments.layers),
        ("--budget", !arguments.budget.is_empty()),
        ("--explain", arguments.explain.is_some()),
        ("--changelog", arguments.changelog),
        ("--content", !arguments.content.is_empty()),
        ("--db", arguments.db.is_some()),
        ("--old-db", arguments.old_db.is_some()),
        ("--new-db", arguments.new_db.is_some()),
        ("--scanner", arguments.scanner.program().is_some()),
        ("--vex and --ignore", arguments.suppressions.are_given()),
        ("--force", arguments.read.is_forced()),
        ("--offline", arguments.read.is_offline()),
    ];
    match unasked.iter().find(|(_, is_asked)| *is_asked) {
        Some((name, _)) => Err(said(&format!("{name} is nothing that a service can be asked for"))),
        None => Ok(()),
    }
}

fn said(text: &str) -> Error {
    error::said(ErrorKind::Invalid, text.into(), None)
}

impl Image<'_> {
    fn parse(text: &str) -> Result<Image<'_>, Error> {
        let parts = match text.split_once('@') {
            Some(parts) => Some(parts).filter(|(_, digest)| digest.parse::<Digest>().is_ok()),
            None => text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/') && !tag.is_empty()),
        };
        let (repo, image) = parts.ok_or_else(|| {
            let hint =
                "say GROUP/REPOSITORY:TAG, REPOSITORY@DIGEST, or its ID in the place of its name";
            let text = format!("{text} is no image of a service");
            error::said(ErrorKind::Invalid, text, Some(hint.into()))
        })?;
        if repo.parse::<Uidp>().is_ok() {
            return Ok(Image { repo: Repo::Id(repo), image });
        }
        let (above, name) = match repo.rsplit_once('/') {
            Some((above, name)) => (Some(above), name),
            None => (None, repo),
        };
        // A group is right above its repository, whatever is above the group.
        let group = above.map(|above| above.rsplit('/').next().unwrap_or_default());
        Ok(Image { repo: Repo::Named { group, name }, image })
    }
}

impl Repo<'_> {
    /// Its ID, which the service is asked for.
    fn id(
        &self,
        server: &ServerArguments,
        environment: &Environment,
        ui: &Ui,
    ) -> Result<String, Error> {
        let (group, name) = match self {
            Repo::Id(id) => return Ok((*id).to_owned()),
            Repo::Named { group, name } => (group, name),
        };
        let mut question = format!("/api/v1/repos?name={}", escaped(name));
        if let Some(group) = group {
            question += &format!("&group={}", escaped(group));
        }
        let answer = server.ask(environment, ui, &question)?;
        let repos = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ids: Vec<&str> = repos.iter().filter_map(|repo| Value::as_str(&repo["id"])).collect();
        match ids[..] {
            [id] => Ok(id.to_owned()),
            [] => {
                let text = format!("no repository that you may see is called {name}");
                Err(error::said(ErrorKind::NotFound, text, None))
            }
            _ => {
                let text = format!("{} repositories are called {name}", ids.len());
                let hint = format!(
                    "say the group before it, or the ID of the one that is meant: {}",
                    ids.join(", ")
                );
                Err(error::said(ErrorKind::Invalid, text, Some(hint)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_of_a_service_is_named_by_repository_and_tag_or_digest() {
        let named = |group, name, image| Some(Image { repo: Repo::Named { group, name }, image });
        let check = |text: &str, expect: Option<Image<'_>>| {
            assert_eq!(Image::parse(text).ok(), expect, "{text}");
        };
        check("shop:1.5", named(None, "shop", "1.5"));
        check("team/shop:1.5", named(Some("team"), "shop", "1.5"));
        check("acme/team/shop:1.5", named(Some("team"), "shop", "1.5"));
        let digest = format!("sha256:{}", "0".repeat(64));
        check(&format!("shop@{digest}"), named(None, "shop", &digest));
        let id = format!("{}/{}", "a".repeat(40), "b".repeat(16));
        check(&format!("{id}:1"), Some(Image { repo: Repo::Id(&id), image: "1" }));
        check("shop", None);
        check("shop:", None);
        check("host:5000/shop", None);
        check("shop@sha256:0", None);
    }
}
