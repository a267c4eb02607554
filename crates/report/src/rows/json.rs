//! The JSON form: one line, an object with a member for each answer. Keys have one order.

use std::io::{self, Write};

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::{Answer, Answers, Identity, Rows, sort};

/// Writes answers as one line.
pub(super) fn write(answers: &Answers, out: &mut dyn Write) -> io::Result<()> {
    let document = serde_json::to_string(&Document(answers)).map_err(io::Error::from)?;
    writeln!(out, "{}", escaped(&document))
}

/// Characters that deceive stand in strings only, where a program reads an escape as the character itself.
fn escaped(document: &str) -> String {
    let escape = |character: char| -> String {
        let mut units = [0; 2];
        character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
    };
    let mut text = String::with_capacity(document.len());
    for character in document.chars() {
        match character {
            deceiving if model::is_deceiving(deceiving) => text += &escape(deceiving),
            plain => text.push(plain),
        }
    }
    text
}

struct Document<'a>(&'a Answers);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Answers { command, parameters, answers } = self.0;
        let words: Vec<String> = command.iter().map(|word| quoted(word)).collect();
        let command = format!("pentimento {}", words.join(" "));
        let parameters = parameters.join(",");
        let mut map = serializer.serialize_map(Some(answers.len()))?;
        for (id, answer) in answers {
            map.serialize_entry(id, &AnswerShape::of(answer, &parameters, &command))?;
        }
        map.end()
    }
}

/// A word as a shell wants it.
fn quoted(word: &str) -> String {
    let plain = |one: char| one.is_ascii_alphanumeric() || "@%+=:,./_-".contains(one);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[derive(Serialize)]
struct AnswerShape<'a> {
    queryparams: &'a str,
    querycommand: &'a str,
    result: ResultShape<'a>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    warns: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    url_column_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<IdentityShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    compare: Vec<IdentityShape<'a>>,
}

#[derive(Serialize)]
struct ResultShape<'a> {
    header: &'a [&'static str],
    rowcount: usize,
    colcount: usize,
    rows: Vec<&'a Vec<String>>,
}

#[derive(Serialize)]
struct IdentityShape<'a> {
    id: Option<&'a str>,
    digest: Option<&'a str>,
    names: &'a [String],
}

impl<'a> AnswerShape<'a> {
    fn of(answer: &'a Answer, parameters: &'a str, command: &'a str) -> AnswerShape<'a> {
        AnswerShape {
            queryparams: parameters,
            querycommand: command,
            result: ResultShape::of(&answer.rows),
            warns: &answer.warnings,
            url_column_index: answer.rows.header.iter().position(|name| *name == "URL"),
            image: answer.image.as_ref().map(IdentityShape::of),
            compare: answer.compared.iter().map(IdentityShape::of).collect(),
        }
    }
}

impl<'a> ResultShape<'a> {
    fn of(rows: &'a Rows) -> ResultShape<'a> {
        let header = &rows.header[..];
        let mut rows = rows.rows.iter().collect();
        sort(header, &mut rows);
        ResultShape { header, rowcount: rows.len(), colcount: header.len(), rows }
    }
}

impl<'a> IdentityShape<'a> {
    fn of(identity: &'a Identity) -> IdentityShape<'a> {
        let Identity { id, digest, names } = identity;
        IdentityShape { id: id.as_deref(), digest: digest.as_deref(), names }
    }
}
