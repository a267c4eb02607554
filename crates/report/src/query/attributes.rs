//! What an image is as a whole: its numbers, its distribution, its Dockerfile, what it was built on.

use compare::Subject;
use model::Time;

use super::columns::{self, answer, row, short};
use super::packages::{self, UNKNOWN};
use super::pattern::only_all;
use super::{EACH, Extent, Query, Question, Wrong, dockerfile, others};
use crate::rows::{Answer, Cell};

pub(super) static NUMBERS: Query = Query {
    name: "list-image-attrs",
    help: "how many layers, packages and files an image has, its size, and when it was analyzed",
    details: "The size is that of the layers as they are stored and moved.",
    run: numbers,
    ..EACH
};

pub(super) static DISTRO: Query = Query {
    name: "show-distro",
    parameters: "all | DISTRO … | DISTRO:VERSION …",
    help: "the distribution that an image says it is, where it is one of these",
    extent: Extent::Outline,
    run: distro,
    ..EACH
};

pub(super) static DOCKERFILE: Query = Query {
    name: "show-dockerfile",
    help: "the Dockerfile that was given with an image, or what its history lets one guess of it",
    extent: Extent::Outline,
    history: true,
    run: dockerfile_lines,
    ..EACH
};

pub(super) static FAMILY: Query = Query {
    name: "show-familytree",
    help: "the kept images that an image is built on, the oldest first, then the image itself",
    extent: Extent::Outline,
    run: family,
    ..EACH
};

fn numbers(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header = vec![
        "Image_Id",
        "Repo_Tags",
        "Num_Layers",
        // Anchore's spelling, which scripts know.
        "Num_Disto_Packages",
        "Num_Files",
        "Num_Files_From_Distro_Pkgs",
        "Image_Size_Bytes",
        "Last_Analyzed",
    ];
    let mut answer = of_each(question, header, |subject, rows| {
        let (side, facts) = (&subject.side, &subject.side.facts);
        let is_owned = |file: &&model::File| facts.owners(file).any(packages::is_of_distribution);
        let analyzed = match subject.analyzed {
            Time(0) => "N/A".into(),
            time => time.to_string(),
        };
        let cells = [
            side.image.layers.len().to_string(),
            packages::of_distribution(subject).len().to_string(),
            facts.files.len().to_string(),
            facts.files.iter().filter(is_owned).count().to_string(),
            side.image.size().to_string(),
            analyzed,
        ];
        rows.push(row(subject, cells));
    })?;
    for subject in question.subjects {
        answer.warnings.extend(others::broken_records(subject));
        answer.warnings.extend(packages::unknown(subject));
    }
    Ok(answer)
}

/// Rows of each image, for a query that knows no parameter but `all`.
fn of_each(
    question: &Question<'_>,
    header: Vec<&'static str>,
    mut add: impl FnMut(&Subject, &mut Vec<Vec<Cell>>),
) -> Result<Answer, Wrong> {
    only_all(question.parameters)?;
    let mut rows = Vec::new();
    question.subjects.iter().for_each(|subject| add(subject, &mut rows));
    Ok(answer(question, header, rows))
}

/// Distribution and version of an image; a rolling one has a name for a version, or none.
pub(super) fn distribution(subject: &Subject) -> (Cell, Cell) {
    match &subject.side.facts.distro {
        Some(distro) => {
            let version = distro.version_id.as_ref().or(distro.codename.as_ref());
            (distro.id.clone(), version.cloned().unwrap_or_else(|| "0".into()))
        }
        None => (UNKNOWN.into(), "0".into()),
    }
}

fn distro(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header = vec!["Image_Id", "Repo_Tag", "Distro", "Version"];
    if question.parameters.is_empty() {
        return Err(Wrong {
            what: "no distribution is given".into(),
            hint: "say `all`, or those that are meant: show-distro debian alpine:3.20.3".into(),
        });
    }
    let mut rows = Vec::new();
    for subject in question.subjects {
        let (id, version) = distribution(subject);
        let both = format!("{id}:{version}");
        let is_meant = |wanted: &String| wanted == "all" || *wanted == id || *wanted == both;
        if question.parameters.iter().any(is_meant) {
            rows.push(row(subject, [id, version]));
        }
    }
    Ok(answer(question, header, rows))
}

fn dockerfile_lines(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header = vec!["Image_Id", "Repo_Tags", "Mode", "Dockerfile_Line"];
    let mut answer = of_each(question, header, |subject, rows| {
        let dockerfile = dockerfile::of(subject);
        let lines = dockerfile.lines.into_iter();
        rows.extend(lines.map(|line| row(subject, [dockerfile.mode.into(), line])));
    })?;
    for subject in question.subjects {
        if dockerfile::of(subject).lines.is_empty() {
            answer.warnings.push(format!(
                "no Dockerfile was given for {}, and it has no history that would tell of one",
                columns::name(subject)
            ));
        }
    }
    Ok(answer)
}

fn family(question: &Question<'_>) -> Result<Answer, Wrong> {
    let header = vec!["Image_Id", "Repo_Tags", "Image Type"];
    of_each(question, header, |subject, rows| {
        for ancestor in &subject.ancestors {
            let id = short(&ancestor.id);
            let name = columns::called(ancestor.names.last(), &id);
            rows.push(vec![id, name, ancestor.kind.name().into()]);
        }
        rows.push(row(subject, [subject.kind.name().into()]));
    })
}
