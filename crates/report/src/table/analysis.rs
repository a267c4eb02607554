//! What is in one image.

use compare::Side;

use super::page::{Cell, Meaning, Page, plain};
use crate::View;
use crate::text::{bytes, counted, inert, number};

/// Packages that are shown before the rest is folded.
const SHOWN: usize = 40;

pub(super) fn sections(side: &Side, view: View, page: &mut Page) {
    let mut row = vec![("image".to_owned(), Meaning::Heading)];
    row.extend(super::heading::image(side).into_iter().map(plain));
    page.rows(" ", &[row], 1);
    figures(side, page);
    super::risks::of_image(side, view, page);
    packages(side, view, page);
    declared(side, view, page);
    settings(side, page);
    super::layers::section("Layers", side, page);
    super::sizes::section(None, side, view, page);
    page.notices(side.all_notices().map(|notice| ("", notice)));
}

fn figures(image: &Side, page: &mut Page) {
    let files = &image.facts.files;
    let unowned = files.iter().filter(|file| file.owners.is_empty()).count();
    let size = files.iter().fold(0_u64, |sum, file| sum.saturating_add(file.entry.size()));
    let distro = image.facts.distro.as_ref();
    let name = distro.map(|distro| {
        let version = distro.version_id.as_deref().unwrap_or_default();
        inert(distro.pretty_name.as_deref().unwrap_or(&format!("{} {version}", distro.id)))
    });
    page.line("");
    page.line(&format!("  {}", name.as_deref().unwrap_or("no distribution named in it")));
    page.line(&format!("  {}", super::packages::count(&image.facts)));
    let declared = image.facts.declared.len();
    if declared > 0 {
        page.line(&format!("  {} in lock files, not installed", counted(declared, "package")));
    }
    page.line(&format!(
        "  {} of {}, {} owned by no package",
        counted(files.len(), "path"),
        bytes(size),
        number(unowned)
    ));
}

fn packages(side: &Side, view: View, page: &mut Page) {
    let packages = &side.facts.packages;
    if packages.is_empty() {
        return;
    }
    page.section("Packages");
    let folds = !view.all && packages.len() > SHOWN + 1;
    let shown = if folds { SHOWN } else { packages.len() };
    let bringer = |installed: &model::InstalledPackage| {
        let bringer = side.facts.bringer(installed).and_then(|place| packages.get(place));
        bringer.map(|one| format!("in {}", inert(&one.package.name))).unwrap_or_default()
    };
    let row = |installed: &model::InstalledPackage| -> Vec<Cell> {
        let package = &installed.package;
        vec![
            plain(inert(&package.name)),
            plain(inert(package.version.as_str())),
            plain(inert(&package.ecosystem)),
            plain(inert(package.architecture.as_deref().unwrap_or_default())),
            plain(package.size.map(bytes).unwrap_or_default()),
            (bringer(installed), Meaning::Aside),
        ]
    };
    let rows: Vec<Vec<Cell>> = packages[..shown].iter().map(row).collect();
    page.rows("  ", &rows, 0);
    if folds {
        page.line(&format!("  {} more        (--all)", number(packages.len() - shown)));
    }
}

/// What lock files name, for who asks for all of it.
fn declared(side: &Side, view: View, page: &mut Page) {
    let declared = &side.facts.declared;
    if declared.is_empty() || !view.all {
        return;
    }
    page.section("Declared in lock files, not installed");
    let row = |one: &model::InstalledPackage| -> Vec<Cell> {
        let package = &one.package;
        vec![
            plain(inert(&package.name)),
            plain(inert(package.version.as_str())),
            plain(inert(&package.ecosystem)),
            plain(inert(&one.database.to_string())),
        ]
    };
    page.rows("  ", &declared.iter().map(row).collect::<Vec<_>>(), 0);
}

fn settings(side: &Side, page: &mut Page) {
    let settings = &side.settings;
    let words = |words: &Option<Vec<String>>| {
        words.as_ref().map(|words| risk::redact_setting(None, &words.join(" ")).into_owned())
    };
    let env = settings.env.iter().map(|(name, value)| {
        let value = risk::redact_setting(Some(name), value);
        ("env", Some(format!("{name}={value}")))
    });
    let ports = settings.ports.iter().map(|port| ("ports", Some(port.clone())));
    let volumes = settings.volumes.iter().map(|volume| ("volumes", Some(volume.clone())));
    let rows: Vec<Vec<Cell>> = [
        ("user", settings.user.clone()),
        ("entrypoint", words(&settings.entrypoint)),
        ("cmd", words(&settings.cmd)),
        ("workdir", settings.workdir.clone()),
        ("stop-signal", settings.stop_signal.clone()),
    ]
    .into_iter()
    .chain(env)
    .chain(ports)
    .chain(volumes)
    .filter_map(|(name, value)| Some(vec![plain(name), plain(inert(&value?))]))
    .collect();
    if !rows.is_empty() {
        page.section("Settings");
        page.rows("  ", &rows, usize::MAX);
    }
}
