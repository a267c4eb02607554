//! Files that a query needs to be read again. What is looked for in them, the query knows.

use engine::{Files, Subject};
use report::query::Contents;

use super::ask::{Asking, told};
use super::wrong;
use crate::error::{self, Error};
use crate::ui::Ui;

/// Reads what the query needs of an image. What cannot be read again is told, and the question is asked all the same.
pub(super) fn read(asking: &Asking<'_>, subject: &Subject, ui: &Ui) -> Result<Contents, Error> {
    let mut contents = Contents::default();
    let Some(needs) = asking.query.contents else { return Ok(contents) };
    let need = needs(subject, &asking.arguments.parameters)
        .map_err(|reason| wrong(asking.query, reason))?;
    let files = Files { subject, paths: &need.files };
    let read = ui.progress(|watch| {
        engine::contents(files, &asking.options, watch, &mut |path, bytes| {
            contents.seen.insert(path.clone(), need.look(bytes));
        })
    });
    if let Err(source) = read {
        let name = subject.names.last().unwrap_or(&subject.side.image.reference);
        let error = error::engine(&format!("could not read files of {name} again"), source);
        contents.missing = Some(told(&error));
    }
    Ok(contents)
}
