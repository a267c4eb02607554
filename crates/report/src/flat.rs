//! A comparison or an image as flat rows, for the forms that have nothing but rows. It decides nothing about them.

mod contents;
mod findings;
mod measures;

use std::fmt::Display;

use compare::{
    Aspect, Comparison, Direction, Explanation, FileChange, Move, PackageChange, Place, Remark,
    Risk, RiskChange, Said, SettingChange, Side, SourceChange, Unknown, Verification, Which,
};
use model::{ChangelogEntry, File, FileKind, ImageFacts, InstalledPackage, Notice, Package};

pub(crate) use contents::contents;

use crate::View;
use crate::rows::{Answer, Answers, Cell, Rows, path};
use crate::unknown::Statement;

pub(crate) use findings::scan;

/// What differs between two images: a row for each package, file, move, setting and budget; below that, where they were asked
/// for, tables of what changelogs say, of layers, and of sizes. Notices are warnings, below all of it.
pub(crate) fn comparison(comparison: &Comparison<'_>, view: View) -> Vec<Answers> {
    let changelogs = comparison.changelogs.as_ref().map(|_| changelog_rows(comparison));
    let layers = measures::layers_of_both(comparison);
    let sizes = measures::sizes(Some(comparison.old), comparison.new, view);
    let vulnerabilities = findings::details(comparison);
    let tables = [Some(differences(comparison)), vulnerabilities, changelogs, layers, sizes];
    below_one_another(tables, warnings_of_both(comparison))
}

/// Tables one below the other, warnings below all of them.
fn below_one_another(
    tables: impl IntoIterator<Item = Option<Rows>>,
    warnings: Vec<String>,
) -> Vec<Answers> {
    let mut tables: Vec<Answers> =
        tables.into_iter().flatten().map(|rows| answers(rows, Vec::new())).collect();
    if let Some((_, last)) = tables.last_mut().and_then(|table| table.answers.last_mut()) {
        last.warnings = warnings;
    }
    tables
}

fn differences(comparison: &Comparison<'_>) -> Rows {
    let header = vec!["Kind", "Name", "Change", "What", "Cause", "Owner", "Old", "New"];
    let unknown = comparison.unknown.iter().flat_map(unknown);
    let packages = comparison.packages.iter().map(|change| package_change("package", change));
    let declared = comparison.declared.iter().map(|change| package_change("declared", change));
    let files = comparison.files.iter().map(file_change);
    let moves = comparison.moves.iter().map(moved);
    let settings = comparison.settings.iter().map(setting_change);
    let vulnerabilities = findings::rows(comparison);
    let risks = comparison.risks.iter().map(risk_change);
    let budgets = comparison.budgets.iter().map(measures::budget);
    let facts = findings::data(comparison).into_iter().chain(findings::told(comparison));
    let facts = facts.chain(unknown).chain(packages).chain(declared).chain(vulnerabilities);
    let rows =
        facts.chain(files).chain(moves).chain(settings).chain(risks).chain(budgets).collect();
    Rows { header, rows }
}

fn warnings_of_both(comparison: &Comparison<'_>) -> Vec<String> {
    let unknown = comparison.unknown.iter().map(|unknown| Statement::of(unknown).line());
    let sides = [("old", comparison.old), ("new", comparison.new)];
    let warnings = sides.into_iter().flat_map(|(name, side)| {
        side.all_notices().map(move |notice| format!("{name}: {}", warning(notice)))
    });
    findings::warnings_of_both(comparison).into_iter().chain(unknown).chain(warnings).collect()
}

/// What cannot be told, as rows: one for each package that it is about, or one of all.
fn unknown(unknown: &Unknown<'_>) -> Vec<Vec<Cell>> {
    let row = |kind: &str, name: Cell, [old, new]: [Cell; 2]| {
        let cells = [kind.into(), name, UNKNOWN.into(), NONE.into(), NONE.into(), NONE.into()];
        cells.into_iter().chain([old, new]).collect()
    };
    match unknown {
        Unknown::Packages(untold) if untold.packages.is_empty() => {
            let sides = sides(untold.lacking, NONE.into());
            vec![row("package", format!("{}:*", untold.ecosystem), sides)]
        }
        Unknown::Packages(untold) => {
            let packages = untold.packages.iter().map(|one| {
                let sides = sides(untold.lacking, versions(&[one]));
                row("package", named(&one.package), sides)
            });
            packages.collect()
        }
        Unknown::Both { .. } => vec![row("package", "*".into(), [(); 2].map(|()| LACKING.into()))],
        Unknown::Distro { lacking, other } => {
            vec![row("distribution", "*".into(), sides(*lacking, other.id.clone()))]
        }
    }
}

/// What the image has that knows it, and a mark for the one that does not; the old one first.
fn sides(lacking: Which, other: Cell) -> [Cell; 2] {
    match lacking {
        Which::Old => [LACKING.into(), other],
        Which::New => [other, LACKING.into()],
    }
}

/// What changelogs say: a row for each entry, and one for each package of which there is none. Notices are warnings.
pub(crate) fn changelogs(comparison: &Comparison<'_>) -> Answers {
    answers(changelog_rows(comparison), warnings_of_both(comparison))
}

fn changelog_rows(comparison: &Comparison<'_>) -> Rows {
    let header = vec![
        "Source", "Packages", "Change", "Old", "New", "Version", "Date", "Author", "CVEs", "Bugs",
        "From", "Text",
    ];
    let sources = comparison.changelogs.iter().flat_map(|changelogs| &changelogs.sources);
    let untold = comparison
        .untold()
        .flat_map(|untold| untold.packages.iter().map(|one| untold_source(untold.lacking, one)));
    let rows = untold.chain(sources.flat_map(source_change)).collect();
    Rows { header, rows }
}

/// A package of which it cannot be told whether it changed.
fn untold_source(lacking: Which, installed: &InstalledPackage) -> Vec<Cell> {
    let [old, new] = sides(lacking, versions(&[installed]));
    let name = installed.package.name.clone();
    let front = [named(&installed.package), name, UNKNOWN.into(), old, new];
    let back = [NONE, NONE, NONE, NONE, NONE, NONE, UNKNOWN];
    front.into_iter().chain(back.map(Into::into)).collect()
}

fn source_change(source: &SourceChange) -> Vec<Vec<Cell>> {
    let names: Vec<&str> = source.packages.iter().map(|package| &package.name[..]).collect();
    let first = source.packages.first();
    let (old, new) = first.map(|one| (list(&one.old), list(&one.new))).unwrap_or_default();
    let name = format!("{}:{}", source.ecosystem, source.source);
    let front = [name, list(&names), source.direction.name().into(), old, new];
    // Where a changelog is from that is none of the image's own.
    let from = match &source.said {
        Said::Entries { remarks, .. } => remarks.iter().find_map(|remark| match remark {
            Remark::Fetched(address) => Some(address.clone()),
            _ => None,
        }),
        _ => None,
    };
    let from = from.unwrap_or(NONE.into());
    let row = |back: [Cell; 5], text: Cell| {
        front.iter().cloned().chain(back).chain([from.clone(), text]).collect::<Vec<Cell>>()
    };
    let alone = |text: String| {
        let none = || NONE.to_owned();
        vec![row([none(), none(), none(), none(), none()], text)]
    };
    match &source.said {
        Said::Entries { entries, .. } if !entries.is_empty() => {
            entries.iter().map(|entry| row(said(entry), entry.text.clone())).collect()
        }
        Said::Entries { remarks, .. } => {
            alone(list(&remarks.iter().map(Remark::name).collect::<Vec<_>>()))
        }
        Said::Commits { old, new } => {
            let [old, new] = [old, new].map(|commit| commit.as_deref().unwrap_or(NONE));
            alone(format!("commit {old} -> {new}"))
        }
        Said::Nothing(silence) => {
            let link = source.link.iter().map(|link| format!(" {}", link.url)).collect::<String>();
            alone(crate::json::reason(silence).to_owned() + &link)
        }
        Said::Alone => alone("alone".into()),
    }
}

/// Version, day, author, CVEs and bugs of an entry.
fn said(entry: &ChangelogEntry) -> [Cell; 5] {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| NONE.into());
    [
        or_none(entry.version.clone()),
        or_none(entry.date.map(model::Time::day)),
        or_none(entry.author.clone()),
        list(&entry.cves),
        list(&entry.bugs),
    ]
}

/// Everything about one path: a row for each thing that is known of it on either side, then its cause.
pub(crate) fn explanation(explanation: &Explanation<'_>, comparison: &Comparison<'_>) -> Answers {
    let header = vec!["Side", "Key", "Value"];
    let row = |side: &str, key: &str, value: Cell| vec![side.into(), key.into(), value];
    let mut rows = vec![row(NONE, "path", path(&explanation.path))];
    for (name, told) in ["old", "new"].into_iter().zip(&explanation.sides) {
        rows.extend(told.file.map(|file| row(name, "file", content(file))));
        for stage in &told.past.stages {
            let what = if stage.file.is_some() { "put" } else { "removed" };
            let line = told.instruction(stage.layer).unwrap_or_else(|| UNKNOWN.into());
            let layer = stage.layer.saturating_add(1);
            rows.push(row(name, "layer", format!("{layer} {what}: {line}")));
        }
        for claimed in &told.owners {
            let value = named(&claimed.installed.package);
            let verdict = claimed.content.name();
            rows.push(row(name, "owner", format!("{value}: content {verdict}")));
        }
    }
    let cause = explanation.change.map_or("none", |change| change.cause.name());
    rows.push(row(NONE, "cause", cause.into()));
    let instruction = explanation.change.and_then(|change| comparison.instruction(change));
    rows.extend(instruction.map(|text| row(NONE, "instruction", text)));
    answers(Rows { header, rows }, Vec::new())
}

/// What is not as it was installed: a row for each path.
pub(crate) fn verification(verification: &Verification<'_>) -> Answers {
    let header = vec!["Deviation", "Path", "What", "Package"];
    let rows = verification.deviations.iter().map(|one| {
        vec![
            one.kind.name().into(),
            path(&one.path),
            list(&one.what),
            named(&one.installed.package),
        ]
    });
    answers(Rows { header, rows: rows.collect() }, warnings(verification.side))
}

/// What is in one image: a row for each package, file and setting; below that, where they were asked for, tables of layers and
/// of sizes. Notices are warnings, below all of it.
pub(crate) fn analysis(side: &Side, view: View) -> Vec<Answers> {
    let (layers, sizes) = (measures::layers_of_one(side), measures::sizes(None, side, view));
    below_one_another([Some(inventory(side)), layers, sizes], warnings(side))
}

fn inventory(side: &Side) -> Rows {
    let header = vec!["Kind", "Name", "Value", "Owner"];
    let row =
        |kind: &str, name: Cell, value: Cell, owner: Cell| vec![kind.into(), name, value, owner];
    let packages = side.facts.packages.iter().map(|installed| {
        row("package", named(&installed.package), versions(&[installed]), NONE.into())
    });
    let declared = side.facts.declared.iter().map(|declared| {
        row("declared", named(&declared.package), versions(&[declared]), path(&declared.database))
    });
    let files = side.facts.files.iter().map(|file| {
        let owners: Vec<&str> = side.facts.owners(file).map(|owner| &owner.name[..]).collect();
        row("file", path(&file.path), content(file), list(&owners))
    });
    // Whatever is set differs from an image in which nothing is.
    let (nothing, all) = (Side::default(), without_contents(side));
    let settings = compare::compare(&nothing, &all).settings;
    let settings = settings.iter().map(|setting| {
        let value = setting.new.as_ref().map_or(NONE.into(), ToString::to_string);
        row("setting", called(setting), value, NONE.into())
    });
    let risks = compare::risks(side);
    let risks = risks.iter().map(|risk| {
        let owner = risk.owner.map_or(NONE.into(), |owner| owner.name.clone());
        row(risk.rule.kind.name(), risk_place(risk), risk.rule.id.into(), owner)
    });
    let rows = packages.chain(declared).chain(files).chain(settings).chain(risks).collect();
    Rows { header, rows }
}

/// Which secrets and weak settings are in one image: a row for each.
pub(crate) fn risks(side: &Side) -> Answers {
    let header =
        vec!["Kind", "Severity", "Rule", "Place", "Layer", "Hidden_By", "Excerpt", "Owner"];
    let risks = compare::risks(side);
    let rows = risks.iter().map(|risk| {
        let number = |layer: u32| layer.saturating_add(1).to_string();
        let (layer, hidden) = match &risk.place {
            Place::File { layer, hidden, .. } => (number(*layer), hidden.map(number)),
            Place::Setting { .. } => (NONE.into(), None),
        };
        vec![
            risk.rule.kind.name().into(),
            risk.rule.severity.name().into(),
            risk.rule.id.into(),
            risk_place(risk),
            layer,
            hidden.unwrap_or(NONE.into()),
            risk.excerpt.to_string(),
            risk.owner.map_or(NONE.into(), |owner| owner.name.clone()),
        ]
    });
    answers(Rows { header, rows: rows.collect() }, warnings(side))
}

/// `/srv/.env:3`, or the setting: `env:DB_PASSWORD`.
fn risk_place(risk: &Risk<'_>) -> Cell {
    match &risk.place {
        Place::File { path: file, line: 0, .. } => path(file),
        Place::File { path: file, line, .. } => format!("{}:{line}", path(file)),
        place @ Place::Setting { .. } => place.setting().unwrap_or_default(),
    }
}

fn risk_change(change: &RiskChange<'_>) -> Vec<Cell> {
    let risk = &change.risk;
    let none = || NONE.to_owned();
    let side = |is_here: bool| if is_here { risk.excerpt.to_string() } else { none() };
    vec![
        risk.rule.kind.name().into(),
        risk_place(risk),
        if change.is_new { "added" } else { "removed" }.into(),
        risk.rule.id.into(),
        none(),
        risk.owner.map_or_else(none, |owner| owner.name.clone()),
        side(!change.is_new),
        side(change.is_new),
    ]
}

/// The change of what cannot be told.
const UNKNOWN: &str = "unknown";

/// What stands for a version that is not known, where there may be one.
const LACKING: &str = "?";

/// What stands for a cell that has nothing to say.
const NONE: &str = "-";

fn answers(rows: Rows, warnings: Vec<String>) -> Answers {
    let answer = Answer { rows, warnings, ..Answer::default() };
    Answers { answers: vec![("multi".into(), answer)], ..Answers::default() }
}

fn warnings(side: &Side) -> Vec<String> {
    side.all_notices().map(warning).collect()
}

fn warning(notice: &Notice) -> String {
    let place = notice.path.iter().map(|place| path(place) + ": ");
    place.collect::<String>() + &notice.text
}

fn package_change(kind: &str, change: &PackageChange<'_>) -> Vec<Cell> {
    let key = &change.key;
    let name = format!("{}:{}", key.ecosystem, key.name);
    let licences = change.licences().filter(|_| change.direction == Direction::Relicensed);
    let what = if licences.is_some() { "license" } else { NONE };
    let sides = licences.unwrap_or_else(|| [&change.old, &change.new].map(|side| versions(side)));
    let cells = [kind.into(), name, change.direction.name().into(), what.into(), NONE.into()];
    cells.into_iter().chain([NONE.into()]).chain(sides).collect()
}

fn file_change(change: &FileChange<'_>) -> Vec<Cell> {
    let kind = match (change.old, change.new) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    };
    // What came or went has no aspects that differ.
    let what =
        change.mask.aspects().map(Aspect::name).chain(change.moved.as_ref().map(|_| "moved"));
    let what: Vec<&str> = what.collect();
    let side = |file: Option<&File>| file.map_or(NONE.into(), content);
    vec![
        "file".into(),
        path(change.path()),
        kind.into(),
        list(&what),
        change.cause.name().into(),
        change.owner.map_or(NONE.into(), |owner| owner.name.clone()),
        side(change.old),
        side(change.new),
    ]
}

/// What was moved: how many paths went with it where it is a directory, where it stood and where it stands.
fn moved(one: &Move) -> Vec<Cell> {
    let below = one.below.map_or(NONE.into(), |count| count.to_string());
    let [from, to] = [&one.from, &one.to].map(path);
    let none = || NONE.to_owned();
    vec!["move".into(), from.clone(), "moved".into(), below, none(), none(), from, to]
}

fn setting_change(change: &SettingChange) -> Vec<Cell> {
    let kind = match (&change.old, &change.new) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    };
    let none = || NONE.to_owned();
    vec![
        "setting".into(),
        called(change),
        kind.into(),
        none(),
        none(),
        none(),
        change.old.as_ref().map_or_else(none, ToString::to_string),
        change.new.as_ref().map_or_else(none, ToString::to_string),
    ]
}

/// A setting's name, and which one of several it is: `env:PATH`.
fn called(change: &SettingChange) -> Cell {
    let key = change.key.iter().map(|key| format!(":{key}")).collect::<String>();
    change.name.to_owned() + &key
}

/// What an image is set to, without its packages and files.
fn without_contents(side: &Side) -> Side {
    let ImageFacts { root, distro, .. } = &side.facts;
    let (root, distro) = (root.clone(), distro.clone());
    let facts = ImageFacts { root, distro, ..ImageFacts::default() };
    let (image, settings) = (side.image.clone(), side.settings.clone());
    Side { image, settings, facts, ..Side::default() }
}

fn named(package: &Package) -> Cell {
    format!("{}:{}", package.ecosystem, package.name)
}

fn versions(packages: &[&InstalledPackage]) -> Cell {
    let versions: Vec<&dyn Display> =
        packages.iter().map(|installed| &installed.package.version as &dyn Display).collect();
    list(&versions)
}

fn list<T: Display>(words: &[T]) -> Cell {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    if words.is_empty() { NONE.into() } else { words.join(",") }
}

/// What a file is: permissions, owner, and the digest of its content, the text of its link or its kind.
fn content(file: &File) -> Cell {
    let entry = &file.entry;
    let content = match &entry.kind {
        FileKind::Regular { sha256, .. } => format!("sha256:{sha256}"),
        FileKind::Symlink { target } => format!("-> {}", crate::rows::bytes(target)),
        other => other.name().into(),
    };
    format!("{:04o} {}:{} {content}", entry.mode, entry.uid, entry.gid)
}
