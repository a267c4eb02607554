//! What queries there are, and what each of them wants to know. It asks no image.

use std::process::ExitCode;

use report::query::{ALL, Query};
use report::rows::{Answer, Answers, Rows};

use crate::error::Error;
use crate::ui::Ui;

/// What Anchore calls the answer.
const KEY: &str = "list_query_commands";

/// Lists every query.
pub(super) fn all(ui: &Ui) -> Result<ExitCode, Error> {
    let row = |query: &&Query| vec![query.name.to_owned(), query.help.to_owned()];
    let mut rows: Vec<Vec<String>> = ALL.iter().map(row).collect();
    rows.sort_unstable();
    ui.rows(&answers(&["query"], Rows { header: vec!["Query", "Help_String"], rows }))?;
    Ok(ExitCode::SUCCESS)
}

/// Explains one query.
pub(super) fn one(query: &Query, ui: &Ui) -> Result<ExitCode, Error> {
    let Query { name, parameters, help, details, .. } = query;
    let mut lines = format!("{name}\nparams: {parameters}\nhelp: {help}\n");
    for line in details.lines() {
        lines += &format!("  {line}\n");
    }
    let help = [*help, *details].into_iter().filter(|text| !text.is_empty());
    let help = help.collect::<Vec<_>>().join("\n");
    let rows = Rows {
        header: vec!["Query", "Params", "Help_String"],
        rows: vec![vec![(*name).to_owned(), (*parameters).to_owned(), help]],
    };
    ui.lines(&lines, &answers(&["query", name, "help"], rows))?;
    Ok(ExitCode::SUCCESS)
}

fn answers(command: &[&str], rows: Rows) -> Answers {
    let answer = Answer { rows, ..Answer::default() };
    let command = command.iter().map(ToString::to_string).collect();
    Answers { command, parameters: Vec::new(), answers: vec![(KEY.into(), answer)] }
}
