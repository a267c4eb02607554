//! `list-content-search-matches`: which files have lines that match. It tells the lines' numbers, never what they say.

use compare::Subject;
use model::{File, FileKind};
use regex::bytes::Regex;

use super::columns::{answer, path, row};
use super::contents::Look;
use super::{EACH, Need, Query, Question, Seen, Wrong, pattern};
use crate::rows::Answer;

pub(super) static QUERY: Query = Query {
    name: "list-content-search-matches",
    parameters: "all | [NAME=]PATTERN … [under=PATH …]",
    help: "files with lines that match a regular expression; `all` looks for the usual secrets",
    details: "\
all: AWS_ACCESS_KEY, AWS_SECRET_KEY, PRIV_KEY, DOCKER_AUTH and API_KEY, things that do not belong into an image
NAME=PATTERN: a pattern that is called by a name in capitals; it may match anywhere in a line
under=PATH: only files at this path and below it
Lines are counted from 0, and what they say is never shown. Files of more than 10 MiB are not searched.",
    contents: Some(need),
    run,
    ..EACH
};

/// Larger files are not searched. They are told of.
const LARGEST: u64 = 10 << 20;

/// What `all` looks for: things that do not belong into an image. The names are those of Anchore's engine.
const SECRETS: [(&str, &str); 5] = [
    ("AWS_ACCESS_KEY", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("AWS_SECRET_KEY", r#"(?i)aws_?secret_?(?:access_?)?key["']?\s*[:=]\s*["']?[0-9a-z/+]{40}\b"#),
    ("PRIV_KEY", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    ("DOCKER_AUTH", r#""auth"\s*:\s*"[0-9A-Za-z+/]{8,}={0,2}""#),
    ("API_KEY", r#"(?i)\bapi[-_]?key["']?\s*[:=]\s*["']?[0-9a-z]{32,}\b"#),
];

/// One thing that is looked for.
struct Wanted {
    /// What it is called in the answer: its name, or the expression itself.
    name: String,
    expression: Regex,
}

/// Where and what to search.
struct Search {
    wanted: Vec<Wanted>,
    under: Vec<pattern::Pattern>,
}

impl Search {
    fn read(parameters: &[String]) -> Result<Search, Wrong> {
        let mut search = Search { wanted: Vec::new(), under: Vec::new() };
        for parameter in parameters {
            match parameter.strip_prefix("under=") {
                Some(path) => search.under.push(pattern::Pattern::parse(path)?),
                None if parameter == "all" => {
                    for (name, expression) in SECRETS {
                        search.want(name, expression)?;
                    }
                }
                None => match named(parameter) {
                    Some((name, expression)) => search.want(name, expression)?,
                    None => search.want(parameter, parameter)?,
                },
            }
        }
        if search.wanted.is_empty() {
            return Err(Wrong {
                what: "it is not said what to look for".into(),
                hint: "say `all` for the usual secrets, or regular expressions: PASSWORD=pass(word|phrase)".into(),
            });
        }
        Ok(search)
    }

    fn want(&mut self, name: &str, expression: &str) -> Result<(), Wrong> {
        if expression.is_empty() {
            return Err(Wrong {
                what: "an expression is empty, and would be found in every line".into(),
                hint: "say what to look for: PASSWORD=pass(word|phrase)".into(),
            });
        }
        let expression = pattern::regex(expression)?;
        self.wanted.push(Wanted { name: name.into(), expression });
        Ok(())
    }

    fn is_under(&self, file: &File) -> bool {
        self.under.is_empty() || self.under.iter().any(|pattern| pattern.holds(&file.path))
    }
}

/// A parameter that begins with a name in capitals (`API_KEY=…`). Any other `=` belongs to the expression.
fn named(parameter: &str) -> Option<(&str, &str)> {
    let (name, expression) = parameter.split_once('=')?;
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    (!name.is_empty() && name.bytes().all(is_name)).then_some((name, expression))
}

fn need(subject: &Subject, parameters: &[String]) -> Result<Need, Wrong> {
    let search = Search::read(parameters)?;
    let files = regular(subject).filter(|(file, size)| search.is_under(file) && *size <= LARGEST);
    Ok(Need {
        files: files.map(|(file, _)| file.path.clone()).collect(),
        look: Look::Lines(search.wanted.into_iter().map(|wanted| wanted.expression).collect()),
    })
}

/// Regular files with something in them, and their sizes.
fn regular(subject: &Subject) -> impl Iterator<Item = (&File, u64)> {
    subject.side.facts.files.iter().filter_map(|file| match file.entry.kind {
        FileKind::Regular { size, .. } if size > 0 => Some((file, size)),
        _ => None,
    })
}

fn run(question: &Question<'_>) -> Result<Answer, Wrong> {
    let search = Search::read(question.parameters)?;
    let header = vec!["Image_Id", "Repo_Tags", "File", "Match_Regexp", "Match_Line_Numbers"];
    let mut answer = answer(question, header, Vec::new());
    answer.warnings.extend(question.contents.missing.clone());
    for subject in question.subjects {
        let too_large =
            regular(subject).filter(|(file, size)| search.is_under(file) && *size > LARGEST);
        let too_large = too_large.count();
        if too_large > 0 {
            answer
                .warnings
                .push(format!("{too_large} files larger than {LARGEST} bytes were not searched"));
        }
        for (file, seen) in &question.contents.seen {
            let Seen::Lines(matches) = seen else { continue };
            for (wanted, lines) in search.wanted.iter().zip(matches) {
                if lines.numbers.is_empty() {
                    continue;
                }
                let numbers: Vec<String> = lines.numbers.iter().map(u32::to_string).collect();
                let cells = [path(file), wanted.name.clone(), numbers.join(",")];
                answer.rows.rows.push(row(subject, cells));
                if lines.more > 0 {
                    answer.warnings.push(format!(
                        "{} further lines of {} match {} and are not listed",
                        lines.more,
                        path(file),
                        wanted.name
                    ));
                }
            }
        }
    }
    Ok(answer)
}
