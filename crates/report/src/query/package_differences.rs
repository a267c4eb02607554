//! `show-pkg-diffs`: packages that came, went or have another version, by name.

use std::collections::{BTreeMap, BTreeSet};

use compare::{Side, Subject};
use model::Version;

use super::packages::is_of_distribution;
use super::parameters::Parameters;
use super::types::Types;
use super::{EACH, Query, Question, Wrong, columns, others};
use crate::rows::{Answer, Identity, Rows};
use crate::text::counted;

/// What stands on the side that has not got it.
pub(super) const ABSENT: &str = "NOTINSTALLED";

pub(super) static QUERY: Query = Query {
    name: "show-pkg-diffs",
    parameters: "IMAGE … | base [types=TYPE,…]",
    help: "packages that came, went or have another version since another image, or since its base",
    details: "\
base: the image with the fewest layers that this one is built on and that is kept
types=TYPE,…: packages of these types (apk, deb, rpm, npm, …), or of all of them; else of the distribution",
    images,
    run,
    ..EACH
};

const OPTIONS: [&str; 1] = ["types"];

fn images(parameters: &[String]) -> Vec<String> {
    let parameters = Parameters::read(parameters, &OPTIONS);
    parameters.map_or_else(|_| Vec::new(), |parameters| others::names(&parameters.words))
}

fn run(question: &Question<'_>) -> Result<Answer, Wrong> {
    let parameters = Parameters::read(question.parameters, &OPTIONS)?;
    let types = Types::new(&parameters.list("types"));
    let mut answer = Answer {
        rows: Rows {
            header: vec![
                "Image_Id",
                "Repo_Tag",
                "Compare_Image_Id",
                "Package",
                "Input_Image_Version",
                "Compare_Image_Version",
            ],
            rows: Vec::new(),
        },
        ..Answer::default()
    };
    let subject = others::subject(question)?;
    answer.image = Some(Identity::of(subject));
    answer.warnings.extend(others::broken_records(subject));
    for other in others::found(question, &parameters.words, &mut answer)? {
        answer.warnings.extend(others::broken_records(other));
        answer.compared.push(Identity::of(other));
        compare(subject, other, &types, &mut answer);
    }
    Ok(answer)
}

/// An ecosystem and a name in it; those of the operating system come first.
type Key<'a> = (Option<&'a str>, String);

/// Every version of every package that is asked for.
fn manifest<'a>(side: &'a Side, types: &Types) -> BTreeMap<Key<'a>, BTreeSet<&'a Version>> {
    let mut manifest: BTreeMap<Key<'a>, BTreeSet<&Version>> = BTreeMap::new();
    let packages = side.facts.packages.iter().map(|installed| &installed.package);
    for package in packages.filter(|package| types.have(package)) {
        let is_system = is_of_distribution(package);
        let ecosystem = Some(&package.ecosystem[..]).filter(|_| !is_system);
        let key = (ecosystem, package.key().name);
        manifest.entry(key).or_default().insert(&package.version);
    }
    manifest
}

fn compare(subject: &Subject, other: &Subject, types: &Types, answer: &mut Answer) {
    let mut input = manifest(&subject.side, types);
    let mut compared = manifest(&other.side, types);
    let has_system =
        |manifest: &BTreeMap<Key<'_>, _>| manifest.keys().any(|(name, _)| name.is_none());
    let systems = [has_system(&input), has_system(&compared)];
    if types.have_distribution() && systems != [true, true] {
        // Nothing is known of one side's packages: that is not "everything was removed".
        for (side, _) in [subject, other].into_iter().zip(systems).filter(|(_, has)| !has) {
            answer.warnings.push(format!(
                "no package data of {} ({}): packages of the distribution were not compared",
                columns::name(side),
                columns::short_id(side)
            ));
        }
        input.retain(|(ecosystem, _), _| ecosystem.is_some());
        compared.retain(|(ecosystem, _), _| ecosystem.is_some());
    }
    answer.warnings.extend(types.unknown(&[subject, other]));
    let damaged = [subject, other].map(|side| is_damaged(&side.side));
    let mut untold = [0, 0];
    let keys: BTreeSet<Key<'_>> = input.keys().chain(compared.keys()).cloned().collect();
    for key in keys {
        let (versions, other_versions) = (input.get(&key), compared.get(&key));
        if versions == other_versions {
            continue;
        }
        // What a damaged database does not record may be what could not be read of it.
        let lacking = [versions, other_versions].iter().position(Option::is_none);
        if let Some(lacking) = lacking.filter(|side| key.0.is_none() && damaged[*side]) {
            untold[lacking] += 1;
            continue;
        }
        let name = key.0.map_or(key.1.clone(), |ecosystem| format!("{ecosystem}:{}", key.1));
        answer.rows.rows.push(vec![
            columns::short_id(subject),
            columns::name(subject),
            columns::short_id(other),
            name,
            shown(versions),
            shown(other_versions),
        ]);
    }
    for (side, untold) in [subject, other].into_iter().zip(untold).filter(|(_, count)| *count > 0) {
        answer.warnings.push(format!(
            "{} ({}) does not record {}, but its database could not be read in whole: whether it has them cannot be told",
            columns::name(side),
            columns::short_id(side),
            counted(untold, "package")
        ));
    }
}

/// Whether packages of a distribution may have been lost on the way from the database to here.
fn is_damaged(side: &Side) -> bool {
    compare::of_distributions().any(|ecosystem| {
        matches!(compare::lack(&side.facts, ecosystem), Some(compare::Lack::Damaged(_)))
    })
}

/// All versions of a package, the lowest first.
fn shown(versions: Option<&BTreeSet<&Version>>) -> String {
    let Some(versions) = versions else { return ABSENT.into() };
    // A blank would be another comma in plain.
    versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
