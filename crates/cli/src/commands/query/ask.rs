//! Finds the images that a question is about, and asks it. What the answer is, the query knows.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Options, Subject, Texts};
use model::{ImageFacts, Name};
use report::query::{BASE, Contents, Extent, Query, Question, Scope};
use report::rows::{Answer, Answers};

use super::{Arguments, contents, wrong};
use crate::error::{self, Error};
use crate::ui::Ui;

/// A question, and of which images.
pub(super) struct Asking<'a> {
    pub(super) query: &'a Query,
    pub(super) arguments: &'a Arguments,
    pub(super) images: Vec<String>,
    pub(super) options: Options,
}

impl Asking<'_> {
    /// The parameters that the image with this ID is asked with. Where files of several images are written, each has a folder
    /// of its own in the one that was named.
    pub(super) fn parameters_of(&self, id: &str) -> Vec<String> {
        let mut parameters = self.arguments.parameters.clone();
        let folder = parameters.last_mut().filter(|_| self.query.writes && self.images.len() > 1);
        if let Some(folder) = folder {
            let short: String = id.chars().take(12).collect();
            *folder = format!("{}/{short}", folder.trim_end_matches('/'));
        }
        parameters
    }
}

/// Images by the parameter that named them, or why there is none.
type Others = BTreeMap<String, Result<Subject, String>>;

/// Asks.
pub(super) fn ask(asking: &Asking<'_>, ui: &Ui) -> Result<Answers, Error> {
    let mut others = others(asking, ui);
    let answers = match asking.query.scope {
        Scope::Each => each(asking, &mut others, ui)?,
        Scope::All => vec![all(asking, &others, ui)?],
    };
    let Arguments { image, imagefile, parameters, read, .. } = asking.arguments;
    let image = image.iter().map(|name| format!("--image={name}"));
    let file = imagefile.iter().map(|path| format!("--imagefile={}", path.display()));
    // Of what else was said only the platform decides which images these are.
    let platform = read.platform().map(|platform| format!("--platform={platform}"));
    let command = ["query".into()].into_iter().chain(image).chain(file).chain(platform);
    let words = [asking.query.name.to_owned()].into_iter().chain(parameters.iter().cloned());
    let command = command.chain(words).collect();
    Ok(Answers { command, parameters: parameters.clone(), answers })
}

/// Asks each image alone. Where several are asked, one that cannot be had does not keep the others from answering.
fn each(asking: &Asking<'_>, others: &mut Others, ui: &Ui) -> Result<Vec<(String, Answer)>, Error> {
    let mut answers = Vec::new();
    let mut seen = BTreeSet::new();
    let mut lost = Lost::default();
    for name in &asking.images {
        let subject = match find(asking, name, ui) {
            Ok(subject) => subject,
            Err(error) => {
                answers.push((name.clone(), lost.answer(error)));
                continue;
            }
        };
        let key = key(&subject, name);
        if !seen.insert(key.clone()) {
            // Two names of one image.
            continue;
        }
        if (asking.query.images)(&asking.arguments.parameters).iter().any(|other| other == BASE) {
            others.insert(BASE.into(), base(asking, &subject, name, ui));
        }
        let contents = contents::read(asking, &subject, ui)?;
        let parameters = asking.parameters_of(&key);
        let asked =
            Asked { subjects: &[&subject], parameters: &parameters, others, contents: &contents };
        answers.push((key, answer(asking, &asked)?));
    }
    lost.unless_any(!seen.is_empty(), ui)?;
    Ok(answers)
}

/// Asks all images together.
fn all(asking: &Asking<'_>, others: &Others, ui: &Ui) -> Result<(String, Answer), Error> {
    let mut subjects: Vec<Subject> = Vec::new();
    let mut warnings = Vec::new();
    let mut seen = BTreeSet::new();
    let mut lost = Lost::default();
    for name in &asking.images {
        match find(asking, name, ui) {
            Ok(subject) if seen.insert(key(&subject, name)) => subjects.push(subject),
            Ok(_) => {}
            Err(error) => warnings.extend(lost.answer(error).warnings),
        }
    }
    lost.unless_any(!subjects.is_empty(), ui)?;
    let subjects: Vec<&Subject> = subjects.iter().collect();
    let contents = Contents::default();
    let parameters = &asking.arguments.parameters;
    let asked = Asked { subjects: &subjects, parameters, others, contents: &contents };
    let mut answer = answer(asking, &asked)?;
    answer.warnings.splice(0..0, warnings);
    Ok(("multi".into(), answer))
}

/// What there is to answer from.
struct Asked<'a> {
    subjects: &'a [&'a Subject],
    parameters: &'a [String],
    others: &'a Others,
    contents: &'a Contents,
}

fn answer(asking: &Asking<'_>, asked: &Asked<'_>) -> Result<Answer, Error> {
    let &Asked { subjects, parameters, others, contents } = asked;
    let question = Question { subjects, parameters, others, contents };
    asking.query.ask(&question).map_err(|reason| wrong(asking.query, reason))
}

/// The images that parameters name. What `base` means depends on who is asked.
fn others(asking: &Asking<'_>, ui: &Ui) -> Others {
    let names = (asking.query.images)(&asking.arguments.parameters);
    let fixed = names.into_iter().filter(|name| name != BASE);
    fixed
        .map(|name| (name.clone(), find(asking, &name, ui).map_err(|error| told(&error))))
        .collect()
}

/// The kept image with the fewest layers that this one is built on.
fn base(asking: &Asking<'_>, subject: &Subject, name: &str, ui: &Ui) -> Result<Subject, String> {
    let Some(ancestor) = subject.ancestors.first() else {
        return Err(format!(
            "{name} is built on no image that is kept: analyze its base first, or name the image to compare with"
        ));
    };
    find(asking, &ancestor.id.to_string(), ui).map_err(|error| told(&error))
}

fn find(asking: &Asking<'_>, name: &str, ui: &Ui) -> Result<Subject, Error> {
    let parsed: Name = name.parse().map_err(error::reference)?;
    let options = &asking.options;
    let look = |texts| ui.progress(|watch| engine::subject(&parsed, texts, options, watch));
    let found = match asking.query.extent {
        Extent::Outline => ui.progress(|watch| engine::outlined(&parsed, options, watch)),
        Extent::Packages | Extent::Facts => look(Texts::Unwanted),
        Extent::Texts => look(Texts::Wanted),
    };
    found
        .map(|subject| narrowed(subject, asking.query.extent))
        .map_err(|source| error::engine(&format!("could not look at {name}"), source))
        .map_err(|error| error::mistaken(error, &[name]))
}

/// An image without the facts that a query does not need: where many are asked together, they need not be held.
fn narrowed(mut subject: Subject, extent: Extent) -> Subject {
    let facts = &mut subject.side.facts;
    let packages = match extent {
        Extent::Facts | Extent::Texts => return subject,
        Extent::Packages => std::mem::take(&mut facts.packages),
        Extent::Outline => Vec::new(),
    };
    *facts = ImageFacts { packages, distro: facts.distro.take(), ..ImageFacts::default() };
    subject
}

/// Images that could not be had, by their errors.
#[derive(Default)]
struct Lost(Vec<Error>);

impl Lost {
    /// The answer of one that could not be had.
    fn answer(&mut self, error: Error) -> Answer {
        let warnings = vec![told(&error)];
        self.0.push(error);
        Answer { warnings, ..Answer::default() }
    }

    /// Where no image could be had nothing was answered: that is a failure, and the others are told before it.
    fn unless_any(mut self, any: bool, ui: &Ui) -> Result<(), Error> {
        match self.0.pop().filter(|_| !any) {
            None => Ok(()),
            Some(last) => {
                self.0.iter().for_each(|error| ui.failure(error));
                Err(last)
            }
        }
    }
}

/// An error in one sentence, its hint included.
pub(super) fn told(error: &Error) -> String {
    let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
    error.sentence() + &hint
}

/// What an image's answer stands under.
fn key(subject: &Subject, name: &str) -> String {
    let digest = subject.id.as_ref().or(subject.side.image.digest.as_ref());
    digest.map_or_else(|| name.to_owned(), |digest| digest.hex().clone())
}
