//! Puts a question to images: to each alone, or to all of them together. Where images come from, whoever asks knows.

use std::collections::{BTreeMap, BTreeSet};

use compare::Subject;
use model::ImageFacts;

use super::{BASE, Contents, Extent, Need, Query, Question, Scope, Wrong};
use crate::rows::Answer;

/// Where images come from.
pub trait Images {
    /// Why an image cannot be had.
    type Error;

    /// The image of this name, with as much of it as a question needs to know, or more.
    fn find(&self, name: &str, extent: Extent) -> Result<Subject, Self::Error>;

    /// Files of an image, read again. Why they could not be is told in what is returned.
    fn contents(&self, subject: &Subject, need: &Need) -> Contents;

    /// An error in one sentence.
    fn told(&self, error: &Self::Error) -> String;
}

/// A question, and of which images.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// The question.
    pub query: &'a Query,
    /// The names of the images.
    pub images: &'a [String],
    /// The parameters, as they were given.
    pub parameters: &'a [String],
}

/// Why nothing was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered<E> {
    /// The parameters are wrong.
    Wrong(Wrong),
    /// None of the images could be had, and why each could not.
    Lost(Vec<E>),
}

/// Answers, each under the full ID of its image (64 digits), or under `multi`.
type Answered<E> = Result<Vec<(String, Answer)>, Unanswered<E>>;

/// Images by the parameter that named them, or why there is none.
type Others = BTreeMap<String, Result<Subject, String>>;

impl<E> From<Wrong> for Unanswered<E> {
    fn from(wrong: Wrong) -> Unanswered<E> {
        Unanswered::Wrong(wrong)
    }
}

impl Asking<'_> {
    /// The parameters that the image with this ID is asked with. Where files of several images are written, each has a folder
    /// of its own in the one that was named.
    pub fn parameters_of(&self, id: &str) -> Vec<String> {
        let mut parameters = self.parameters.to_vec();
        let folder = parameters.last_mut().filter(|_| self.query.writes && self.images.len() > 1);
        if let Some(folder) = folder {
            let short: String = id.chars().take(12).collect();
            *folder = format!("{}/{short}", folder.trim_end_matches('/'));
        }
        parameters
    }

    /// Asks. One image that cannot be had does not keep the others from answering.
    pub fn ask<I: Images>(&self, images: &I) -> Answered<I::Error> {
        let mut others = self.others(images);
        match self.query.scope {
            Scope::Each => self.each(&mut others, images),
            Scope::All => self.all(&others, images),
        }
    }

    fn each<I: Images>(&self, others: &mut Others, images: &I) -> Answered<I::Error> {
        let mut answers = Vec::new();
        let mut seen = BTreeSet::new();
        let mut lost = Vec::new();
        for name in self.images {
            let subject = match self.find(name, images) {
                Ok(subject) => subject,
                Err(error) => {
                    let warnings = vec![images.told(&error)];
                    answers.push((name.clone(), Answer { warnings, ..Answer::default() }));
                    lost.push(error);
                    continue;
                }
            };
            let key = key(&subject, name);
            if !seen.insert(key.clone()) {
                // Two names of one image.
                continue;
            }
            if (self.query.images)(self.parameters).iter().any(|other| other == BASE) {
                others.insert(BASE.into(), self.base(&subject, name, images));
            }
            let contents = match self.query.contents {
                Some(needs) => images.contents(&subject, &needs(&subject, self.parameters)?),
                None => Contents::default(),
            };
            let parameters = self.parameters_of(&key);
            let subjects = &[&subject];
            let question =
                Question { subjects, parameters: &parameters, others, contents: &contents };
            answers.push((key, self.query.ask(&question)?));
        }
        if seen.is_empty() && !lost.is_empty() {
            return Err(Unanswered::Lost(lost));
        }
        Ok(answers)
    }

    fn all<I: Images>(&self, others: &Others, images: &I) -> Answered<I::Error> {
        let mut subjects: Vec<Subject> = Vec::new();
        let mut warnings = Vec::new();
        let mut seen = BTreeSet::new();
        let mut lost = Vec::new();
        for name in self.images {
            match self.find(name, images) {
                Ok(subject) if seen.insert(key(&subject, name)) => subjects.push(subject),
                Ok(_) => {}
                Err(error) => {
                    warnings.push(images.told(&error));
                    lost.push(error);
                }
            }
        }
        if subjects.is_empty() && !lost.is_empty() {
            return Err(Unanswered::Lost(lost));
        }
        let subjects: Vec<&Subject> = subjects.iter().collect();
        let (parameters, contents) = (self.parameters, Contents::default());
        let question = Question { subjects: &subjects, parameters, others, contents: &contents };
        let mut answer = self.query.ask(&question)?;
        answer.warnings.splice(0..0, warnings);
        Ok(vec![("multi".into(), answer)])
    }

    /// The images that parameters name. What `base` means depends on who is asked.
    fn others<I: Images>(&self, images: &I) -> Others {
        let names = (self.query.images)(self.parameters);
        let fixed = names.into_iter().filter(|name| name != BASE);
        let found = |name: &String| self.find(name, images).map_err(|error| images.told(&error));
        fixed.map(|name| (name.clone(), found(&name))).collect()
    }

    /// The kept image with the fewest layers that this one is built on.
    fn base<I: Images>(
        &self,
        subject: &Subject,
        name: &str,
        images: &I,
    ) -> Result<Subject, String> {
        let Some(ancestor) = subject.ancestors.first() else {
            return Err(format!(
                "{name} is built on no image that is kept: analyze its base first, or name the image to compare with"
            ));
        };
        self.find(&ancestor.id.to_string(), images).map_err(|error| images.told(&error))
    }

    fn find<I: Images>(&self, name: &str, images: &I) -> Result<Subject, I::Error> {
        let extent = self.query.extent;
        images.find(name, extent).map(|subject| narrowed(subject, extent))
    }
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

/// What an image's answer stands under.
fn key(subject: &Subject, name: &str) -> String {
    let digest = subject.id.as_ref().or(subject.side.image.digest.as_ref());
    digest.map_or_else(|| name.to_owned(), |digest| digest.hex().clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query;

    /// Images `a` and `b`, and nothing else.
    struct Two;

    impl Images for Two {
        type Error = String;

        fn find(&self, name: &str, _: Extent) -> Result<Subject, String> {
            let digit = match name {
                "a" | "another name of a" => "a",
                "b" => "b",
                _ => return Err(format!("there is no {name}")),
            };
            let id = format!("sha256:{}", digit.repeat(64)).parse().ok();
            Ok(Subject { id, names: vec![name.into()], ..Subject::default() })
        }

        fn contents(&self, _: &Subject, _: &Need) -> Contents {
            Contents::default()
        }

        fn told(&self, error: &String) -> String {
            error.clone()
        }
    }

    fn check(query: &str, images: &[&str], expect: Result<&[(&str, usize)], &[&str]>) {
        let images: Vec<String> = images.iter().map(ToString::to_string).collect();
        let parameters = ["all".to_owned()];
        let query = query::find(query).unwrap();
        let asking = Asking { query, images: &images, parameters: &parameters };
        match (asking.ask(&Two), expect) {
            (Ok(answers), Ok(expect)) => {
                let told: Vec<(&str, usize)> = (answers.iter())
                    .map(|(key, answer)| (&key[..key.len().min(5)], answer.warnings.len()))
                    .collect();
                assert_eq!(told, expect);
            }
            (Err(Unanswered::Lost(lost)), Err(expect)) => assert_eq!(lost, expect),
            (answered, _) => panic!("{answered:?}"),
        }
    }

    #[test]
    fn each_image_answers_once_and_one_that_is_lost_keeps_no_other_from_it() {
        let each = "show-distro";
        check(each, &["a", "b", "another name of a"], Ok(&[("aaaaa", 0), ("bbbbb", 0)]));
        check(each, &["x", "a"], Ok(&[("x", 1), ("aaaaa", 0)]));
        check(each, &["x", "y"], Err(&["there is no x", "there is no y"]));
        check("distro-bins", &["x", "a"], Ok(&[("multi", 1)]));
        check("distro-bins", &["x"], Err(&["there is no x"]));
    }
}
