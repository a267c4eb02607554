//! `query` with `--server`: a service asks images that it has, and writes what `query` would. Nothing is asked here.

use std::process::ExitCode;

use model::ErrorKind;
use report::query::Query;

use super::Arguments;
use crate::client::escaped;
use crate::commands::remote::{Remote, add_platform, refuse, refuse_reading};
use crate::error::{self, Error};
use crate::ui::Ui;

pub(super) fn run(query: &Query, arguments: &Arguments, ui: &Ui) -> Result<ExitCode, Error> {
    refuse(&[("--imagefile", arguments.imagefile.is_some())])?;
    refuse_reading(&arguments.read)?;
    if query.contents.is_some() {
        let text = format!("{} is nothing that a service can be asked", query.name);
        let hint = "it reads files again, and a service keeps no contents of files: ask it without --server, of an image that \
            this machine can have";
        return Err(error::said(ErrorKind::Invalid, text, Some(hint.into())));
    }
    let mut question = format!("/api/v1/queries/{}?", query.name);
    for (name, values) in [("image", &arguments.image), ("parameter", &arguments.parameters)] {
        for value in values {
            question += &format!("&{name}={}", escaped(value));
        }
    }
    add_platform(&mut question, arguments.read.platform());
    let fetched = Remote::new(ui).list(question)?;
    Ok(ExitCode::from(if fetched.outcome.as_deref() == Some("told") { 0 } else { 2 }))
}
