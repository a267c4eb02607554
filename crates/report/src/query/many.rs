//! Questions about many images together: which distributions and sizes there are, which packages they share.

use std::collections::{BTreeMap, BTreeSet};

use compare::Subject;
use model::{Digest, Package};

use super::columns::{short, short_id};
use super::packages::of_distribution;
use super::{EACH, Extent, Query, Question, Scope, Wrong, attributes, packages};
use crate::rows::{Answer, Cell, Rows};

pub(super) static DISTROS: Query = Query {
    name: "distro-bins",
    parameters: "all | summarize",
    help: "how many images there are of each distribution and version; `summarize` puts versions together",
    scope: Scope::All,
    extent: Extent::Outline,
    run: distros,
    ..EACH
};

pub(super) static SIZES: Query = Query {
    name: "size-bins",
    parameters: "default | NUMBER NUMBER …",
    help: "how many images there are of each size, in ranges between these numbers of megabytes",
    details: "default: 0 25 50 100 250 500 1000; a megabyte is a million bytes of layers as they are stored",
    scope: Scope::All,
    extent: Extent::Outline,
    run: sizes,
    ..EACH
};

pub(super) static COMMON: Query = Query {
    name: "common-packages",
    parameters: "all | ID …",
    help: "packages that images have beyond their oldest kept base, and how many images of that base have them",
    details: "ID: a base's ID, or six of its digits or more. Another version than the base's counts.",
    scope: Scope::All,
    extent: Extent::Packages,
    run: common,
    ..EACH
};

/// What stands for no images.
const NONE: &str = "N/A";

fn distros(question: &Question<'_>) -> Result<Answer, Wrong> {
    let summarize = match question.parameters {
        [one] if one == "all" => false,
        [one] if one == "summarize" => true,
        given => {
            return Err(Wrong {
                what: format!("`{}` does not say how to count distributions", given.join(" ")),
                hint: "say `all`, or `summarize` to put versions together".into(),
            });
        }
    };
    let mut bins: BTreeMap<(Cell, Cell), BTreeSet<Cell>> = BTreeMap::new();
    for subject in question.subjects {
        let (distro, version) = attributes::distribution(subject);
        let version = if summarize { "any".into() } else { version };
        bins.entry((distro, version)).or_default().insert(short_id(subject));
    }
    let rows = bins.into_iter().map(|((distro, version), images)| {
        vec![distro, version, images.len().to_string(), joined(&images)]
    });
    let header = vec!["Distro", "Distro_Version", "*Image_Count", "Image_Ids"];
    Ok(Answer { rows: Rows { header, rows: rows.collect() }, ..Answer::default() })
}

fn joined(images: &BTreeSet<Cell>) -> Cell {
    let images: Vec<&str> = images.iter().map(String::as_str).collect();
    if images.is_empty() { NONE.into() } else { images.join(",") }
}

/// The edges of ranges where none are given, in megabytes.
const EDGES: [u64; 7] = [0, 25, 50, 100, 250, 500, 1000];

fn sizes(question: &Question<'_>) -> Result<Answer, Wrong> {
    let edges = edges(question.parameters)?;
    let mut bins: Vec<BTreeSet<Cell>> = vec![BTreeSet::new(); edges.len()];
    for subject in question.subjects {
        let megabytes = subject.side.image.size() / 1_000_000;
        // As Anchore counted: an edge belongs to the range below it, and what is below the first edge to the first.
        let upper = edges.iter().skip(1).position(|edge| megabytes <= *edge);
        bins[upper.unwrap_or(edges.len() - 1)].insert(short_id(subject));
    }
    let names = edges.windows(2).map(|pair| format!("{}-{}", pair[0], pair[1]));
    let names = names.chain(edges.last().map(|edge| format!("{edge}++")));
    let rows =
        names.zip(&bins).map(|(name, images)| vec![name, images.len().to_string(), joined(images)]);
    let header = vec!["Size_Range(MBs)", "Image_Count", "Image_Ids"];
    Ok(Answer { rows: Rows { header, rows: rows.collect() }, ..Answer::default() })
}

fn edges(parameters: &[String]) -> Result<Vec<u64>, Wrong> {
    let hint = "say `default`, or whole numbers of megabytes, each larger than the one before: size-bins 0 10 100";
    let wrong = |what: String| Wrong { what, hint: hint.into() };
    if let [one] = parameters
        && (one == "default" || one == "all")
    {
        return Ok(EDGES.into());
    }
    if parameters.is_empty() {
        return Err(wrong("no sizes are given".into()));
    }
    let mut edges: Vec<u64> = Vec::new();
    for text in parameters {
        let edge =
            text.parse().map_err(|_| wrong(format!("`{text}` is no number of megabytes")))?;
        if edges.last().is_some_and(|last| *last >= edge) {
            return Err(wrong(format!("`{text}` is not larger than the number before it")));
        }
        edges.push(edge);
    }
    Ok(edges)
}

/// The images of one base, and the base itself where it was asked as well.
#[derive(Default)]
struct Children<'a> {
    base: Option<&'a Subject>,
    images: Vec<&'a Subject>,
}

fn common(question: &Question<'_>) -> Result<Answer, Wrong> {
    if question.parameters.is_empty() {
        return Err(Wrong {
            what: "no base is given".into(),
            hint: "say `all`, or IDs of bases".into(),
        });
    }
    let header = vec!["BaseId", "Package", "*Child_Images_With_Package"];
    let mut answer = Answer { rows: Rows { header, rows: Vec::new() }, ..Answer::default() };
    answer
        .warnings
        .extend(question.subjects.iter().filter_map(|subject| packages::unknown(subject)));
    let bases = bases(question.subjects);
    for wanted in question.parameters {
        if wanted != "all" && !bases.keys().any(|base| is_beginning(wanted, base)) {
            answer.warnings.push(format!("no image that was asked is built on {wanted}"));
        }
    }
    for (base, children) in bases {
        let is_meant = |wanted: &String| wanted == "all" || is_beginning(wanted, base);
        if !question.parameters.iter().any(is_meant) {
            continue;
        }
        if children.base.is_none() {
            answer.warnings.push(format!(
                "base {} is not among the images that were asked: its own packages are counted, too",
                short(base)
            ));
        }
        for (package, count) in counted(&children) {
            answer.rows.rows.push(vec![short(base), package.into(), count.to_string()]);
        }
    }
    Ok(answer)
}

/// Whether a text is an ID or at least six digits of its beginning.
fn is_beginning(text: &str, id: &Digest) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    digits.len() >= 6 && id.hex().starts_with(digits)
}

/// The images by their oldest kept ancestor.
fn bases<'a>(subjects: &[&'a Subject]) -> BTreeMap<&'a Digest, Children<'a>> {
    let mut bases: BTreeMap<&Digest, Children<'_>> = BTreeMap::new();
    for subject in subjects {
        if let Some(oldest) = subject.ancestors.first() {
            bases.entry(&oldest.id).or_default().images.push(subject);
        }
    }
    for subject in subjects {
        if let Some(children) = subject.id.as_ref().and_then(|id| bases.get_mut(id)) {
            children.base = Some(subject);
        }
    }
    bases
}

/// How many images have each package that their base has not, by its name: another version counts.
fn counted<'a>(children: &Children<'a>) -> BTreeMap<&'a str, usize> {
    fn manifest(subject: &Subject) -> BTreeSet<&Package> {
        of_distribution(subject).into_iter().collect()
    }
    let inherited = children.base.map(manifest).unwrap_or_default();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for image in &children.images {
        let own = manifest(image);
        let names: BTreeSet<&str> =
            own.difference(&inherited).map(|one| one.name.as_str()).collect();
        for name in names {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts
}
