//! `show-non-packaged-files-diff`: files without a package that came, went or changed.

use std::collections::BTreeMap;

use compare::{Mask, Subject};
use model::{File, Path};

use super::depth::Depth;
use super::file_differences::pairs;
use super::non_packaged::{DETAILS, Wanted, no_packages};
use super::types::has_distribution;
use super::{BASE, EACH, Query, Question, Wrong, columns, others};
use crate::rows::{Answer, Cell, Identity, Rows};

pub(super) static QUERY: Query = Query {
    name: "show-non-packaged-files-diff",
    parameters: "all|leaves|DEPTH [PREFIX] [IMAGE|base …] [exclude=PATH …] [types=TYPE,…] [records=no]",
    help: "files that belong to no package and came, went or changed since other images, or since its base",
    details: DETAILS,
    images,
    run,
    ..EACH
};

/// What stands at a path, and whether no package has it.
type Standing<'a> = (&'a File, bool);

/// What became of a path since the image that is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Added,
    Removed,
    /// Its content, kind, link, permissions, owner, attributes or device.
    Modified,
    /// A package had it, and it is still there.
    NowUnowned,
    /// It was there, and now a package has it.
    NowOwned,
}

impl Change {
    /// What became of a path.
    fn of(now: Option<Standing<'_>>, then: Option<Standing<'_>>) -> Option<Change> {
        match (now, then) {
            (Some((_, true)), None) => Some(Change::Added),
            (None, Some((_, true))) => Some(Change::Removed),
            (Some((_, true)), Some((_, false))) => Some(Change::NowUnowned),
            (Some((_, false)), Some((_, true))) => Some(Change::NowOwned),
            (Some((now, true)), Some((then, true))) => {
                let mask = Mask::between(&then.entry, &now.entry);
                (!mask.is_empty()).then_some(Change::Modified)
            }
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Modified => "modified",
            Change::NowUnowned => "now-unowned",
            Change::NowOwned => "now-owned",
        }
    }
}

fn images(parameters: &[String]) -> Vec<String> {
    let names = |wanted: Wanted| others(&wanted).into_iter().map(ToOwned::to_owned).collect();
    Wanted::read(parameters).map_or_else(|_| Vec::new(), names)
}

/// The images that are compared with, in turn.
fn others(wanted: &Wanted) -> Vec<&str> {
    if wanted.further.is_empty() {
        return vec![BASE];
    }
    wanted.further.iter().map(|name| &**name).collect()
}

fn run(question: &Question<'_>) -> Result<Answer, Wrong> {
    let wanted = Wanted::read(question.parameters)?;
    let named = others(&wanted);
    // Nothing is answered without any of them: that is no answer with warnings, whoever is asked.
    let reason = |name: &&str| match question.others.get(*name) {
        Some(Err(reason)) if *name != BASE => Some(reason),
        _ => None,
    };
    let reasons: Vec<&String> = named.iter().filter_map(reason).collect();
    if let Some(reason) = reasons.first().filter(|_| reasons.len() == named.len()) {
        return Err(Wrong {
            what: (*reason).clone(),
            hint: format!("name an image that can be had, or say `{BASE}`"),
        });
    }
    let subject = others::subject(question)?;
    let header = vec![
        "Image_Id",
        "Repo_Tags",
        "Compare_Image_Id",
        "Compare_Repo_Tags",
        "File/Directory_Name",
        "Change",
    ];
    let mut answer = Answer {
        rows: Rows { header, rows: Vec::new() },
        warnings: others::broken_records(subject).collect(),
        image: Some(Identity::of(subject)),
        ..Answer::default()
    };
    for compared in others::found(question, &named, &mut answer)? {
        answer.warnings.extend(others::broken_records(compared));
        answer.compared.push(Identity::of(compared));
        compare(&wanted, [subject, compared], &mut answer);
    }
    Ok(answer)
}

fn compare(wanted: &Wanted, sides: [&Subject; 2], answer: &mut Answer) {
    let [subject, compared] = sides;
    answer.warnings.extend(wanted.owners.unknown(&sides));
    let known = sides.map(|side| has_distribution(&side.side.facts));
    for (side, _) in sides.iter().zip(known).filter(|(_, known)| !known) {
        let consequence = if known == [false, false] {
            "every file counts as belonging to none"
        } else {
            "what belongs to packages on the other side cannot be told from what does not; nothing was compared"
        };
        answer.warnings.push(no_packages(side, consequence));
    }
    if known[0] != known[1] {
        return;
    }
    let changes = changes(wanted, subject, compared);
    let told = match wanted.depth {
        Depth::All => rolled_up(&changes),
        Depth::Leaves | Depth::Names(_) => cut(wanted.depth, &changes),
    };
    let row = |(path, counts): (Path, Counts)| {
        let other = [columns::short_id(compared), columns::name(compared)];
        let [id, name] = other;
        columns::row(subject, [id, name, columns::path(&path), counts.told()])
    };
    answer.rows.rows.extend(told.into_iter().map(row));
}

/// A path, and what became of it.
struct Changed {
    path: Path,
    change: Change,
    /// Whether the same became of everything below it, whoever it belongs to.
    whole: bool,
}

/// What became of every path that is meant, in order.
fn changes(wanted: &Wanted, subject: &Subject, compared: &Subject) -> Vec<Changed> {
    let files = [subject, compared].map(|side| {
        let facts = &side.side.facts;
        facts.files.iter().zip(wanted.unowned(facts))
    });
    let pairs: Vec<_> = pairs(files, |(file, _)| &file.path).collect();
    let mut changes = Vec::new();
    // Going backwards: the next path, and the next one that this did not become of. What is below a directory follows it.
    let mut others: BTreeMap<Change, &Path> = BTreeMap::new();
    for files in pairs.into_iter().rev() {
        let Some((file, _)) = files.0.or(files.1) else { continue };
        let change = Change::of(files.0, files.1);
        for one in [Change::Added, Change::Removed] {
            if change != Some(one) {
                others.insert(one, &file.path);
            }
        }
        let Some(change) = change else { continue };
        if wanted.selects(file) {
            let other = others.get(&change);
            let came_or_went = matches!(change, Change::Added | Change::Removed);
            let whole = came_or_went && !other.is_some_and(|other| other.is_under(&file.path));
            changes.push(Changed { path: file.path.clone(), change, whole });
        }
    }
    changes.reverse();
    changes
}

/// How many paths each change became of.
#[derive(Clone, Debug, Default)]
struct Counts {
    counts: BTreeMap<Change, usize>,
    /// Whether the row is of more than its own path.
    is_sum: bool,
}

impl Counts {
    fn of(change: Change) -> Counts {
        Counts { counts: BTreeMap::from([(change, 1)]), is_sum: false }
    }

    fn add(&mut self, change: Change) {
        *self.counts.entry(change).or_default() += 1;
        self.is_sum = true;
    }

    fn told(&self) -> Cell {
        let told = self.counts.iter().map(|(change, count)| {
            let count = if self.is_sum { format!("={count}") } else { String::new() };
            change.name().to_owned() + &count
        });
        told.collect::<Vec<String>>().join(",")
    }
}

/// Every path; a directory that came or went with all that is below it is one.
fn rolled_up(changes: &[Changed]) -> Vec<(Path, Counts)> {
    let mut told: Vec<(Path, Counts)> = Vec::new();
    let mut rolled = false;
    for changed in changes {
        match told.last_mut() {
            Some((directory, counts)) if rolled && changed.path.is_under(directory) => {
                counts.add(changed.change);
            }
            _ => {
                rolled = changed.whole;
                told.push((changed.path.clone(), Counts::of(changed.change)));
            }
        }
    }
    told
}

/// Paths cut to a depth, each with the sum of what became of what is below it.
fn cut(depth: Depth, changes: &[Changed]) -> Vec<(Path, Counts)> {
    let mut told: Vec<(Path, Counts)> = Vec::new();
    for changed in changes {
        let path = depth.cut(&changed.path);
        // A directory that came or went gives way to what is told of it; one that changed has its own row.
        while told.last().is_some_and(|(last, counts)| {
            let gives_way = !counts.is_sum
                && counts.counts.keys().all(|one| matches!(one, Change::Added | Change::Removed));
            gives_way && path != *last && path.is_under(last)
        }) {
            told.pop();
        }
        match told.last_mut() {
            Some((last, counts)) if *last == path => counts.add(changed.change),
            _ => {
                let mut counts = Counts::of(changed.change);
                counts.is_sum = path != changed.path;
                told.push((path, counts));
            }
        }
    }
    told
}
