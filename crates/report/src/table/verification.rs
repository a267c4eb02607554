//! What is not as it was installed in one image, for eyes.

use std::collections::{BTreeMap, BTreeSet};

use compare::{Deviation, DeviationKind, Verification, digits, instruction, lines};
use model::InstalledPackage;

use super::heading;
use super::page::{Cell, Meaning, Page, plain};
use crate::View;
use crate::text::{counted, inert, number, shorten};

/// Rows that are shown before the rest is folded.
const SHOWN: usize = 40;

/// Columns that an instruction may take.
const INSTRUCTION: usize = 60;

pub(super) fn sections(verification: &Verification<'_>, view: View, page: &mut Page) {
    let mut row = vec![("image".to_owned(), Meaning::Heading)];
    row.extend(heading::image(verification.side).into_iter().map(plain));
    page.rows(" ", &[row], 1);
    page.line("");
    let counts: Vec<String> = DeviationKind::ALL
        .into_iter()
        .filter(|kind| verification.count(*kind) > 0)
        .map(|kind| format!("{} {}", number(verification.count(kind)), word(kind)))
        .collect();
    let counts = if counts.is_empty() { "all as recorded".into() } else { counts.join(" · ") };
    if verification.packages == 0 {
        page.line(" Nothing was compared: no package of this image recorded digests of its files.");
        return;
    }
    let files = counted(verification.compared, "file");
    let packages = counted(verification.packages, "package");
    page.line(&format!(" {files} of {packages} compared: {counts}"));
    for kind in DeviationKind::ALL {
        let of_kind = verification.deviations.iter().filter(|one| one.kind == kind);
        let of_kind: Vec<&Deviation<'_>> = of_kind.collect();
        if of_kind.is_empty() {
            continue;
        }
        page.section(title(kind));
        if kind == DeviationKind::LeftOut && !view.all {
            left_out(&of_kind, page);
            continue;
        }
        let folds = !view.all && of_kind.len() > SHOWN + 1;
        let shown = if folds { SHOWN } else { of_kind.len() };
        let rows = of_kind[..shown].iter().map(|one| deviation(one, verification));
        page.rows("  ", &rows.collect::<Vec<_>>(), 1);
        if folds {
            let more = counted(of_kind.len() - shown, "path");
            page.line(&format!("  {more} more        (--all)"));
        }
    }
}

fn word(kind: DeviationKind) -> &'static str {
    match kind {
        DeviationKind::LeftOut => "left out",
        DeviationKind::Unread => "not compared",
        kind => kind.name(),
    }
}

fn title(kind: DeviationKind) -> &'static str {
    match kind {
        DeviationKind::Altered => "Altered",
        DeviationKind::Missing => "Missing",
        DeviationKind::Configuration => "Configuration, and what packages ship for others to edit",
        DeviationKind::LeftOut => "Left out: documentation and translations",
        DeviationKind::Unread => "Not compared",
    }
}

/// One line for each folder of documentation.
fn left_out(deviations: &[&Deviation<'_>], page: &mut Page) {
    let mut folders: BTreeMap<String, (usize, BTreeSet<&InstalledPackage>)> = BTreeMap::new();
    for one in deviations {
        let folder: Vec<_> = one.path.components().take(3).map(model::visible).collect();
        let entry = folders.entry(format!("/{}", folder.join("/"))).or_default();
        entry.0 += 1;
        entry.1.insert(one.installed);
    }
    let rows = folders.into_iter().map(|(folder, (paths, packages))| {
        let (paths, packages) = (counted(paths, "path"), counted(packages.len(), "package"));
        vec![plain(folder), plain(format!("{paths} of {packages}        (--all)"))]
    });
    page.rows("  ", &rows.collect::<Vec<_>>(), 0);
}

fn deviation(one: &Deviation<'_>, verification: &Verification<'_>) -> Vec<Cell> {
    let package = &one.installed.package;
    let mut parts = vec![format!(
        "{} {} ({})",
        inert(&package.name),
        inert(package.version.as_str()),
        package.ecosystem
    )];
    if let Some(digest) = one.recorded.digest.as_deref().filter(|_| one.what.contains(&"content")) {
        let (algorithm, digits) = digits(digest);
        parts.push(format!("recorded {algorithm} {}…", digits.chars().take(8).collect::<String>()));
    }
    if let (Some(mode), Some(file)) = (one.recorded.mode, one.file)
        && one.what.contains(&"mode")
    {
        parts.push(format!("recorded mode {mode:04o}, is {:04o}", file.entry.mode));
    }
    if let Some(file) = one.file {
        let side = verification.side;
        let line = lines(side).and_then(|lines| lines.get(file.layer as usize).copied());
        let line = line.and_then(|line| instruction(side.settings.history.get(line)?));
        let line = line.map(|line| format!(": {}", shorten(&inert(&line), INSTRUCTION)));
        parts.push(format!("layer {}{}", file.layer.saturating_add(1), line.unwrap_or_default()));
    }
    vec![
        (one.what.join(", "), Meaning::Look),
        plain(one.path.to_string()),
        (parts.join("; "), Meaning::Aside),
    ]
}
