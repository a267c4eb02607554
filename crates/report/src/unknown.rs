//! What a comparison cannot tell of packages, in sentences. Every form of a report has them; how they stand there is its
//! own affair, and so is to make them inert.

use compare::{Lack, Traces, Unknown, Untold, Which};
use model::{Distro, Notice};

use crate::text::number;

/// Something that cannot be told.
pub(crate) struct Statement {
    /// What is not known, of which image, and why: a sentence without its final full stop.
    pub(crate) what: String,
    /// What is known all the same, and what follows: more of them.
    pub(crate) more: Vec<String>,
}

impl Statement {
    pub(crate) fn of(unknown: &Unknown<'_>) -> Statement {
        match unknown {
            Unknown::Packages(untold) => packages(untold),
            Unknown::Both { distros } => both(distros),
            Unknown::Distro { lacking, other } => distro(*lacking, other),
        }
    }

    /// All of it in a line.
    pub(crate) fn line(&self) -> String {
        std::iter::once(&self.what).chain(&self.more).cloned().collect::<Vec<_>>().join("; ")
    }
}

fn packages(untold: &Untold<'_>) -> Statement {
    let &Untold { ecosystem, lacking, ref lack, recorded, traces, .. } = untold;
    let side = lacking.name();
    let what = match lack {
        Lack::Missing => {
            format!(
                "packages of {ecosystem} are not known of the {side} image: it has no database of {ecosystem}"
            )
        }
        Lack::Empty => {
            format!(
                "packages of {ecosystem} are not known of the {side} image: its database of {ecosystem} is empty"
            )
        }
        Lack::Damaged(notices) => format!(
            "packages of {ecosystem} are not all known of the {side} image: its database could not be read in whole ({})",
            reasons(notices)
        ),
    };
    let mut more = Vec::new();
    if matches!(lack, Lack::Damaged(_)) {
        let known = match lacking {
            Which::Old => recorded[0],
            Which::New => recorded[1],
        };
        more.push(format!("{} could be read of it", counted(known)));
    }
    more.push(hidden(untold));
    more.extend(left(traces, lacking));
    Statement { what, more }
}

/// What it is that cannot be told.
fn hidden(untold: &Untold<'_>) -> String {
    let other = untold.lacking.other().name();
    let is_missing = !matches!(untold.lack, Lack::Damaged(_));
    let count = untold.packages.len();
    let whether = match (untold.lacking, is_missing, count) {
        (_, _, 0) => return "whether others are in it cannot be told".into(),
        (Which::New, true, 1) => "whether it is gone, or only the database is,",
        (Which::New, true, _) => "whether they are gone, or only the database is,",
        (Which::New, false, 1) => "whether it is gone",
        (Which::New, false, _) => "whether they are gone",
        (Which::Old, _, 1) => "whether it was there before",
        (Which::Old, _, _) => "whether they were there before",
    };
    let only = if is_missing { "has" } else { "alone records" };
    format!("the {other} image {only} {}; {whether} cannot be told", counted(count))
}

/// How much of the packages' files is in the image that does not record them.
fn left(traces: Traces, lacking: Which) -> Option<String> {
    let Traces { owned, there, unchanged } = traces;
    if owned == 0 {
        return None;
    }
    let (is, are, nothing) = match lacking {
        Which::Old => ("was there already", "were there already", "was there"),
        Which::New => ("is still there", "are still there", "is there any more"),
    };
    let files = if owned == 1 { "file" } else { "files" };
    let there = match there {
        0 => return Some(format!("none of the {} {files} {nothing}", number(owned))),
        1 => format!("1 of the {} {files} {is}", number(owned)),
        _ => format!("{} of the {} {files} {are}", number(there), number(owned)),
    };
    Some(format!("{there}, {} unchanged", number(unchanged)))
}

/// The first thing that was said of a damaged database, and how many more were.
fn reasons(notices: &[&Notice]) -> String {
    let Some(first) = notices.first() else { return String::new() };
    let place = first.path.iter().map(|path| format!("{path}: ")).collect::<String>();
    let more = match notices.len() {
        1 => String::new(),
        count => format!(", and {} more", number(count - 1)),
    };
    format!("{place}{}{more}", first.text)
}

fn counted(packages: usize) -> String {
    crate::text::counted(packages, "package")
}

fn both(distros: &[Option<&Distro>; 2]) -> Statement {
    let what = "packages of a distribution are not known of either image: neither has a database that is read here";
    let mut more = Vec::new();
    for (which, distro) in Which::BOTH.into_iter().zip(distros) {
        more.extend(
            distro.map(|distro| format!("the {} image is {}", which.name(), called(distro))),
        );
    }
    more.push("whether such packages changed cannot be told".into());
    Statement { what: what.into(), more }
}

fn distro(lacking: Which, other: &Distro) -> Statement {
    let what = format!("the {} image does not say which distribution it is", lacking.name());
    let other = format!("the {} one is {}", lacking.other().name(), called(other));
    Statement {
        what,
        more: vec![other, "packages are compared as their databases have them".into()],
    }
}

/// `alpine 3.20`
fn called(distro: &Distro) -> String {
    let version = distro.version_id.iter().map(|version| format!(" {version}"));
    distro.id.clone() + &version.collect::<String>()
}
