//! Finds the images that a question is about, and has it asked. What the answer is, the query knows.

use std::path::Path;

use engine::{Files, Options, Subject, Texts};
use model::Name;
use report::query::{Asking, Contents, Extent, Images, Need, Unanswered};
use report::rows::{Answer, Answers};

use super::{Arguments, wrong};
use crate::error::{self, Error};
use crate::ui::Ui;

/// The images of this machine, and of wherever it can have others from.
struct Here<'a> {
    options: &'a Options,
    ui: &'a Ui,
}

/// Asks.
pub(super) fn ask(
    asking: &Asking<'_>,
    arguments: &Arguments,
    options: &Options,
    ui: &Ui,
) -> Result<Answers, Error> {
    let answers = match asking.ask(&Here { options, ui }) {
        Ok(answers) => answers,
        Err(Unanswered::Wrong(reason)) => return Err(wrong(asking.query, reason)),
        Err(Unanswered::Lost(lost)) => return Err(last(lost, ui)),
    };
    let answers = with_broken(answers, options);
    Ok(Answers { command: command(asking, arguments), parameters: parameters(asking), answers })
}

/// The answers, and as warnings of the last one what turned out to be broken meanwhile: an image may be missing in them.
fn with_broken(mut answers: Vec<(String, Answer)>, options: &Options) -> Vec<(String, Answer)> {
    let broken = options.keep.as_ref().map(|keep| keep.store.take_warnings());
    if let (Some(broken), Some((_, last))) = (broken, answers.last_mut()) {
        last.warnings.extend(broken);
    }
    answers
}

/// The command as it was typed, but for what decides nothing.
fn command(asking: &Asking<'_>, arguments: &Arguments) -> Vec<String> {
    let Arguments { image, imagefile, read, .. } = arguments;
    let image = image.iter().map(|name| format!("--image={name}"));
    let file = imagefile.iter().map(|path| format!("--imagefile={}", path.display()));
    // Of what else was said only the platform decides which images these are.
    let platform = read.platform().map(|platform| format!("--platform={platform}"));
    let command = ["query".into()].into_iter().chain(image).chain(file).chain(platform);
    command.chain([asking.query.name.to_owned()]).chain(parameters(asking)).collect()
}

fn parameters(asking: &Asking<'_>) -> Vec<String> {
    asking.parameters.to_vec()
}

/// Where no image could be had nothing was answered: the last failure is what it fails with, and the others are told before it.
fn last(mut errors: Vec<Error>, ui: &Ui) -> Error {
    let last = errors.pop();
    for error in &errors {
        ui.failure(error);
    }
    last.unwrap_or_else(super::images::none)
}

impl Images for Here<'_> {
    type Error = Error;

    fn find(&self, name: &str, extent: Extent) -> Result<Subject, Error> {
        let parsed: Name = name.parse().map_err(error::reference)?;
        let Here { options, ui } = self;
        let look = |texts| ui.progress(|watch| engine::subject(&parsed, texts, options, watch));
        let found = match extent {
            Extent::Outline => ui.progress(|watch| engine::outlined(&parsed, options, watch)),
            Extent::Packages | Extent::Facts => look(Texts::Unwanted),
            Extent::Texts => look(Texts::Wanted),
        };
        found
            .map_err(|source| error::engine(&format!("could not look at {name}"), source))
            .map_err(|error| error::mistaken(error, &[name]))
    }

    fn contents(&self, subject: &Subject, need: &Need) -> Contents {
        let mut contents = Contents::default();
        let files = Files { subject, paths: &need.files };
        let read = self.ui.progress(|watch| {
            engine::contents(files, self.options, watch, &mut |path, bytes| {
                contents.seen.insert(path.clone(), need.look(bytes));
            })
        });
        if let Err(source) = read {
            let name = subject.names.last().unwrap_or(&subject.side.image.reference);
            let error = error::engine(&format!("could not read files of {name} again"), source);
            contents.missing = Some(self.told(&error));
        }
        contents
    }

    fn told(&self, error: &Error) -> String {
        let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
        error.sentence() + &hint
    }
}

/// Writes the files of answers below the folder that each was asked with.
pub(super) fn files(asking: &Asking<'_>, answers: &[(String, Answer)]) -> Result<(), Error> {
    for (image, answer) in answers {
        let parameters = asking.parameters_of(image);
        let folder = parameters.last().map_or("", |folder| folder);
        super::write::files(answer, Path::new(folder))?;
    }
    Ok(())
}
