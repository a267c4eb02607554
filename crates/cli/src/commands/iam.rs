//! `pentimento iam`: groups of a service.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use model::{ErrorKind, Uidp};
use serde_json::Value;

use super::service::ServerArguments;
use crate::client::escaped;
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::Ui;

/// Look at the groups of a service
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Groups, which are a tree
    Group(GroupArguments),
}

#[derive(Debug, Args)]
struct GroupArguments {
    #[command(subcommand)]
    what: GroupWhat,
}

#[derive(Debug, Subcommand)]
enum GroupWhat {
    /// Tell what is known of a group
    ///
    /// Here `-o` says how: `json`, `table`, or `id` for the ID alone.
    Describe(DescribeArguments),
}

#[derive(Debug, Args)]
struct DescribeArguments {
    /// Its name or its ID
    group: String,

    #[command(flatten)]
    server: ServerArguments,
}

pub(super) fn run(arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    let What::Group(GroupArguments { what: GroupWhat::Describe(arguments) }) = &arguments.what;
    let environment = Environment::read();
    let is_id = arguments.group.parse::<Uidp>().is_ok();
    let member = if is_id { "id" } else { "name" };
    let question = format!("/iam/v1/groups?{member}={}", escaped(&arguments.group));
    let answer = arguments.server.ask(&environment, ui, &question)?;
    let groups = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let group = one(&arguments.group, groups)?;
    let text = |name: &str| group[name].as_str().unwrap_or_default().to_owned();
    match ui.form_of_words()? {
        "json" => format!("{group:#}").lines().for_each(|line| ui.announce(line)),
        "id" => ui.announce(&text("id")),
        _ => {
            for (title, member) in [("id", "id"), ("name", "name"), ("description", "description")]
            {
                ui.announce(&format!("{title:<12} {}", text(member)));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The only group that was found.
fn one<'a>(name: &str, groups: &'a [Value]) -> Result<&'a Value, Error> {
    match groups {
        [group] => Ok(group),
        [] => {
            let text = format!("no group that you may see is called {name}");
            Err(error::said(ErrorKind::NotFound, text, None))
        }
        several => {
            let ids: Vec<&str> = several.iter().filter_map(|group| group["id"].as_str()).collect();
            let hint = format!("say the ID of the one that is meant: {}", ids.join(", "));
            let text = format!("{} groups are called {name}", several.len());
            Err(error::said(ErrorKind::Invalid, text, Some(hint)))
        }
    }
}
