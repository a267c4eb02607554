//! Everything about one path, for eyes: a sentence, what stood there in both images, what was recorded, and the cause.

use compare::{Cause, Claimed, Comparison, Direction, Explanation, Told, Verdict, digits};
use model::{FileEntry, FileKind, Package};

use super::look::{aspects, privilege, reason};
use super::page::{Cell, Meaning, Page, plain};
use crate::text::{bytes, inert, shorten};

/// Columns that an instruction may take where nobody asked for all of it.
const INSTRUCTION: usize = 120;

pub(super) fn page(explanation: &Explanation<'_>, comparison: &Comparison<'_>, page: &mut Page) {
    page.line(&format!(" {}", sentence(explanation)));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (name, told) in ["old", "new"].into_iter().zip(&explanation.sides) {
        rows.extend(side(name, told));
    }
    for (name, told) in ["old", "new"].into_iter().zip(&explanation.sides) {
        rows.extend(told.owners.iter().map(|claimed| owner(name, claimed, told)));
    }
    let Some(change) = explanation.change else {
        page.rows("   ", &rows, usize::MAX);
        return;
    };
    if change.old.is_some() && change.new.is_some() {
        rows.push(vec![heading("differs"), plain(aspects(change))]);
    }
    if let Some(privilege) = privilege(change) {
        rows.push(vec![heading("brings"), (privilege, Meaning::Look)]);
    }
    let why = reason(change, comparison).map(|reason| format!(": {reason}")).unwrap_or_default();
    let rule = match change.cause {
        Cause::Generated(row) => compare::TABLE.get(row).map(|row| format!(" (rule {})", row.name)),
        _ => None,
    };
    let cause = format!("{}{}{why}", change.cause.name(), rule.unwrap_or_default());
    rows.push(vec![heading("cause"), (cause, Meaning::Look)]);
    for (cause, why) in &explanation.passed {
        rows.push(vec![heading("not"), (format!("{cause}: {why}"), Meaning::Aside)]);
    }
    page.rows("   ", &rows, usize::MAX);
}

fn heading(text: &str) -> Cell {
    (text.into(), Meaning::Heading)
}

fn named(package: &Package) -> String {
    let (name, version) = (inert(&package.name), inert(package.version.as_str()));
    format!("{name} {version} ({})", package.ecosystem)
}

/// `/usr/bin/curl changed, and curl 8.5.0-2 (deb), which owns it, did not.`
fn sentence(explanation: &Explanation<'_>) -> String {
    let path = &explanation.path;
    let Some(change) = explanation.change else {
        return format!("{path} is the same in both images.");
    };
    let verb = match (change.old, change.new) {
        (None, _) => "was added",
        (_, None) => "was removed",
        _ => "changed",
    };
    let owner = change.owner.map(named).unwrap_or_default();
    let rest = match (change.cause, change.owner) {
        (Cause::Package(_), Some(_)) => format!(", because {owner}, which owns it, did."),
        (Cause::Altered, Some(_)) => format!(", and {owner}, which owns it, did not."),
        (Cause::UnknownPackage, Some(_)) => {
            format!("; whether {owner}, which owns it, did cannot be told.")
        }
        (Cause::Database, _) => ": it is a package manager's own record.".into(),
        (Cause::Generated(_), _) => ": programs write it when something is installed.".into(),
        (Cause::Instruction, _) => ": an instruction of the build names it.".into(),
        (_, Some(_)) => format!("; {owner} claims it, but did not ship it."),
        (_, None) => ": no package owns it, and no instruction names it.".into(),
    };
    format!("{path} {verb}{rest}")
}

/// A row for what stands there, then what the layers did before.
fn side(name: &str, told: &Told<'_>) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    let mut stages = told.past.stages.iter().rev();
    let row = |name: &str, layer: u32, what: String| {
        let digest = told.side.image.layers.get(layer as usize);
        let digest = digest.map(|layer| layer.digest.short()).unwrap_or_default();
        let line = told.instruction(layer).unwrap_or_else(|| "its instruction is not known".into());
        vec![
            heading(name),
            plain(format!("layer {}", layer.saturating_add(1))),
            plain(what),
            (format!("{digest}  {}", shorten(&inert(&line), INSTRUCTION)), Meaning::Aside),
        ]
    };
    match told.file {
        Some(file) => {
            rows.push(row(name, file.layer, shown(&file.entry)));
            // The last stage is what stands there.
            stages.next();
        }
        None if told.past.stages.is_empty() => {
            rows.push(vec![heading(name), plain("no layer ever had it")]);
        }
        None => {}
    }
    if let Some(target) = &told.leads_to {
        rows.push(vec![heading(""), plain(""), plain(format!("leads to {target}"))]);
    }
    for (place, stage) in stages.enumerate() {
        let name = if place == 0 && told.file.is_none() { name } else { "" };
        let what = match &stage.file {
            None => "took it away".to_owned(),
            Some(entry) => format!("had {}", shown(entry)),
        };
        rows.push(row(name, stage.layer, what));
    }
    rows
}

/// `sha256:41c9…  0755 0:0  155 KB`
fn shown(entry: &FileEntry) -> String {
    let owner = format!("{:04o} {}:{}", entry.mode, entry.uid, entry.gid);
    match &entry.kind {
        FileKind::Regular { size, sha256 } => {
            let digest: String = sha256.to_string().chars().take(12).collect();
            format!("sha256:{digest}  {owner}  {}", bytes(*size))
        }
        FileKind::Symlink { target } => format!("link to {}", model::visible(target)),
        kind => format!("{}  {owner}", kind.name()),
    }
}

/// What a package has to say of it on one side.
fn owner(name: &str, claimed: &Claimed<'_>, told: &Told<'_>) -> Vec<Cell> {
    let recorded = &claimed.owner.recorded;
    let mut parts = vec![match claimed.direction {
        None => format!("{} owns it", named(&claimed.installed.package)),
        Some(direction) => {
            let word = match direction {
                Direction::Added => "was added",
                Direction::Removed => "was removed",
                _ => direction.name(),
            };
            format!("{} owns it, and {word}", named(&claimed.installed.package))
        }
    }];
    if recorded.config {
        parts.push("a configuration file".into());
    }
    if recorded.ghost {
        parts.push("claimed, not shipped".into());
    }
    if let Some(digest) = recorded.digest.as_deref() {
        let (algorithm, digits) = digits(digest);
        let verdict = match (claimed.content, &told.past.unread) {
            (Verdict::Matches, _) => "the content matches it".to_owned(),
            (Verdict::Differs, _) => "the content does not match it".to_owned(),
            (_, Some(why)) => format!("could not be compared: {}", inert(why)),
            (_, None) => "not compared".to_owned(),
        };
        let short: String = digits.chars().take(12).collect();
        parts.push(format!("recorded {algorithm} {short}: {verdict}"));
    }
    if let (Some(mode), Verdict::Differs) = (recorded.mode, claimed.mode) {
        parts.push(format!("recorded mode {mode:04o}"));
    }
    let differs = claimed.content == Verdict::Differs || claimed.mode == Verdict::Differs;
    let meaning = if differs { Meaning::Look } else { Meaning::Plain };
    vec![heading(name), (parts.join("; "), meaning)]
}
