//! Queries: images as text in, rows out. Expected rows are what the images say, written by hand.

mod corpus;
mod files;
mod image;
mod many;
mod packages;

use std::collections::BTreeMap;

use compare::{Ancestor, Subject};
use engine::{Options, Texts};
use model::{ImageKind, Name, Time};
use report::query::{Contents, Question, Wrong};
use report::rows::{Answer, Answers, Form};

/// Reads an image as a user would; it is called `docker.io/library/shop:1.5`.
pub(crate) fn subject(text: &str) -> Subject {
    let folder = tempfile::tempdir().unwrap();
    testkit::write_layout(folder.path(), "1.5", &testkit::image(text));
    let mut subject = read(&format!("oci:{}:1.5", folder.path().display()));
    subject.side.image.reference = "docker.io/library/shop:1.5".into();
    subject.names = vec!["docker.io/library/shop:1.4".into(), "docker.io/library/shop:1.5".into()];
    subject.current.clone_from(&subject.names);
    subject.analyzed = Time(1_700_000_000);
    subject
}

pub(crate) fn read(reference: &str) -> Subject {
    let name: Name = reference.parse().unwrap();
    engine::subject(&name, Texts::Wanted, &Options::default(), &engine::unwatched).unwrap()
}

/// An image that another is built on.
pub(crate) fn ancestor(subject: &Subject) -> Ancestor {
    Ancestor {
        id: subject.id.clone().unwrap(),
        names: subject.names.clone(),
        kind: ImageKind::Base,
        layers: subject.side.image.layers.len(),
    }
}

/// Asks a query. The files that it needs are given from `files`, by their paths.
pub(crate) fn ask(subjects: &[&Subject], command: &str) -> Result<Answer, Wrong> {
    ask_with(subjects, command, &Contents::default())
}

pub(crate) fn ask_with(
    subjects: &[&Subject],
    command: &str,
    contents: &Contents,
) -> Result<Answer, Wrong> {
    let mut words = command.split(' ').map(ToOwned::to_owned);
    let query = report::query::find(&words.next().unwrap()).unwrap();
    let parameters: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let others = BTreeMap::new();
    let question = Question { subjects, parameters: &parameters, others: &others, contents };
    query.ask(&question)
}

/// Writes an answer.
pub(crate) fn write(answer: Answer, form: Form) -> String {
    let answers = Answers { answers: vec![("0".repeat(64), answer)], ..Answers::default() };
    let mut out = Vec::new();
    report::rows::write(&answers, form, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Asks one image, and compares the plain form of the answer, without the two columns that say which image it is.
#[track_caller]
pub(crate) fn check(image: &str, command: &str, expect: &str) {
    check_subject(&subject(image), command, expect);
}

#[track_caller]
pub(crate) fn check_subject(subject: &Subject, command: &str, expect: &str) {
    assert_eq!(shown(subject, ask(&[subject], command)).trim_end(), expect, "{command}");
}

pub(crate) fn shown(subject: &Subject, answer: Result<Answer, Wrong>) -> String {
    let answer = match answer {
        Ok(answer) => answer,
        Err(Wrong { what, hint }) => return format!("{what}\n hint: {hint}"),
    };
    let id: String = subject.id.as_ref().unwrap().hex().chars().take(12).collect();
    let plain = write(answer, Form::Plain);
    let plain = plain.replace(&format!("{id} docker.io/shop:1.5 "), "").replace(&id, "ID");
    // Heading and blank line.
    plain.lines().skip(2).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_query_has_a_name_of_its_own_parameters_and_help() {
    let mut names = Vec::new();
    for query in report::query::ALL {
        assert!(!query.parameters.is_empty() && !query.help.is_empty(), "{}", query.name);
        assert!(!query.help.ends_with('.'), "{}", query.name);
        names.push(query.name);
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn the_four_forms_of_an_answer() {
    let subject = subject("//- /bin/su mode=4755\nx\n");
    let answer = ask(&[&subject], "list-files-detail all").unwrap();
    let id: String = subject.id.as_ref().unwrap().hex();
    let forms =
        [Form::Grid { terminal: Some(120) }, Form::Plain, Form::Html, Form::Json].map(|form| {
            let text = write(answer.clone(), form);
            text.replace(&id, "ID").replace(&id[..12], "0123456789ab")
        });
    insta::assert_snapshot!("forms_of_an_answer", forms.join("\n---\n"));
}
