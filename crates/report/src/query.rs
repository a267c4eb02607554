//! Queries: questions about analyzed images with the names, parameters and headings that Anchore gave them.
//!
//! A query is a value: its name, its parameters, its help, and a function from images to an [`Answer`]. It never reaches
//! an image itself: whoever asks has found the images that its parameters name.

mod asking;
mod attributes;
mod base_status;
mod capabilities;
pub(crate) mod columns;
mod contents;
mod depth;
pub(crate) mod dockerfile;
mod file_differences;
mod files;
mod languages;
mod layers;
mod many;
mod nearest;
mod non_packaged;
mod non_packaged_differences;
mod others;
mod package_differences;
mod packages;
mod parameters;
mod pattern;
mod retrieved;
mod search;
mod selection;
mod types;

use std::collections::BTreeMap;

use compare::Subject;

use crate::rows::Answer;
pub use asking::{Asking, Images, Unanswered};
pub use nearest::nearest;

pub use contents::{Contents, Need, Seen};
pub use others::BASE;

/// Every query, in the order of the list that `pentimento query` prints.
pub static ALL: &[&Query] = &[
    &retrieved::COPY,
    &packages::HAS,
    &search::QUERY,
    &files::LIST,
    &files::DETAIL,
    &languages::GEM_DETAIL,
    &languages::GEMS,
    &attributes::NUMBERS,
    &languages::JAVA_DETAIL,
    &languages::JAVA,
    &languages::NPM_DETAIL,
    &languages::NPMS,
    &packages::DETAIL,
    &packages::LICENSES,
    &packages::LIST,
    &languages::PYTHON_DETAIL,
    &languages::PYTHON,
    &retrieved::LIST,
    &package_differences::QUERY,
    &file_differences::QUERY,
    &non_packaged::QUERY,
    &non_packaged_differences::QUERY,
    &files::PRIVILEGED,
    &attributes::DISTRO,
    &attributes::DOCKERFILE,
    &attributes::FAMILY,
    &layers::INFO,
    &layers::LIST,
    &base_status::QUERY,
    &many::COMMON,
    &many::DISTROS,
    &many::SIZES,
];

/// A query.
#[derive(Debug)]
pub struct Query {
    /// Its name: `show-pkg-diffs`.
    pub name: &'static str,
    /// Its parameters, as its help shows them: `IMAGE … | base`.
    pub parameters: &'static str,
    /// What it tells, in a sentence without its full stop.
    pub help: &'static str,
    /// What its parameters mean, a line each, for who asks for its help; empty where their names say it.
    pub details: &'static str,
    /// Whether each image is asked alone, or all of them together.
    pub scope: Scope,
    /// How much of an image it needs to know. It is told more where that costs nothing.
    pub extent: Extent,
    /// Which of its parameters name images to compare with; `base` is among them where it means an ancestor.
    pub images: fn(&[String]) -> Vec<String>,
    /// Which files of an image it needs to be read again, since only facts are kept; none for nearly all queries.
    pub contents: Option<Needs>,
    /// Whether it tells of the history of images: what is doubtful about that alone is no warning of other queries.
    pub history: bool,
    /// Whether its last parameter is a folder that it has files written to.
    pub writes: bool,
    /// Answers; [`Query::ask`] says with it what holds for every query.
    run: fn(&Question<'_>) -> Result<Answer, Wrong>,
}

impl Query {
    /// Answers. What is odd about the images themselves is a warning, whatever was asked of them.
    pub fn ask(&self, question: &Question<'_>) -> Result<Answer, Wrong> {
        let answer = (self.run)(question)?;
        let compared = (self.images)(question.parameters);
        let compared = compared.iter().filter_map(|name| question.others.get(name)?.as_ref().ok());
        let images = question.subjects.iter().copied().chain(compared);
        let odd = |subject| others::odd(subject, self.history);
        let mut warnings: Vec<String> = Vec::new();
        for warning in images.flat_map(odd).chain(answer.warnings) {
            // An image that is compared with itself is told of once.
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
        Ok(Answer { warnings, ..answer })
    }

    /// That its parameters make sense, as far as that can be told before any image is looked at.
    pub fn check(&self, parameters: &[String]) -> Result<(), Wrong> {
        let (others, contents) = (BTreeMap::new(), Contents::default());
        let nobody = Question { subjects: &[], parameters, others: &others, contents: &contents };
        match (self.run)(&nobody) {
            Err(wrong) if wrong != others::nobody() => Err(wrong),
            _ => Ok(()),
        }
    }
}

/// Which files of an image have to be read again, to answer a question with these parameters.
pub type Needs = fn(&Subject, &[String]) -> Result<Need, Wrong>;

/// What most queries are: each image is asked alone, by its facts.
const EACH: Query = Query {
    name: "",
    parameters: "all",
    help: "",
    details: "",
    scope: Scope::Each,
    extent: Extent::Facts,
    images: |_| Vec::new(),
    contents: None,
    history: false,
    writes: false,
    run: |_| Ok(Answer::default()),
};

/// Which images a query is asked of at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Each alone.
    Each,
    /// All together.
    All,
}

/// How much of an image a query needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What it is called, made of and set to, its distribution, and what it is built on.
    Outline,
    /// Its packages too, but none of its files.
    Packages,
    /// All of its facts.
    Facts,
    /// Its texts beside its facts.
    Texts,
}

/// What a query is asked.
#[derive(Debug)]
pub struct Question<'a> {
    /// The images: one of them where each is asked alone.
    pub subjects: &'a [&'a Subject],
    /// The parameters, as they were given.
    pub parameters: &'a [String],
    /// The images that parameters name, or why there is none of that name.
    pub others: &'a BTreeMap<String, Result<Subject, String>>,
    /// What was read again, where the query says that it needs that.
    pub contents: &'a Contents,
}

/// Why a question cannot be answered: the parameters are wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong, in a clause.
    pub what: String,
    /// What to say instead.
    pub hint: String,
}

/// The query called `name`, or the names most like it.
pub fn find(name: &str) -> Result<&'static Query, Vec<&'static str>> {
    let found = ALL.iter().find(|query| query.name == name);
    found.copied().ok_or_else(|| nearest(name, ALL.iter().map(|query| query.name)))
}
