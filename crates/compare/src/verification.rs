//! Sets what package databases recorded against what is in one image: files that were altered after they were installed.

use std::collections::{BTreeMap, BTreeSet};

use model::{File, InstalledPackage, Path, Recorded};

use crate::Side;
use crate::databases::{Lack, lack, of_distributions};
use crate::generated::{Held, TABLE};
use crate::integrity::{self, Digests, Verdict};

/// A package's claim on a path, as an image is verified by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The package's place in [`model::ImageFacts::packages`].
    pub package: u32,
    /// The path as the database writes it, diversions followed.
    pub path: Path,
    /// Where it stands; none where nothing is there.
    pub place: Option<Path>,
    /// What is recorded of it.
    pub recorded: Recorded,
}

/// What is not as it was recorded, in one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification<'a> {
    /// The image.
    pub side: &'a Side,
    /// How many files were compared with a recorded digest.
    pub compared: usize,
    /// How many packages recorded digests.
    pub packages: usize,
    /// What is not as it was recorded, by kind, path and package.
    pub deviations: Vec<Deviation<'a>>,
}

/// One path that is not as its package's database recorded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation<'a> {
    /// What kind of deviation it is.
    pub kind: DeviationKind,
    /// The path.
    pub path: Path,
    /// The package.
    pub installed: &'a InstalledPackage,
    /// What differs: `content`, `mode`, `missing`.
    pub what: Vec<&'static str>,
    /// What stands there.
    pub file: Option<&'a File>,
    /// What was recorded.
    pub recorded: Recorded,
}

/// How a deviation is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviationKind {
    /// The file is not what was installed.
    Altered,
    /// It is not there.
    Missing,
    /// It is a configuration file, or one that its package ships for others to edit.
    Configuration,
    /// It is not there, and lies where documentation and translations do, which images leave out.
    LeftOut,
    /// It could not be compared.
    Unread,
}

impl DeviationKind {
    /// Every kind, in order.
    pub const ALL: [DeviationKind; 5] = [
        DeviationKind::Altered,
        DeviationKind::Missing,
        DeviationKind::Configuration,
        DeviationKind::LeftOut,
        DeviationKind::Unread,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            DeviationKind::Altered => "altered",
            DeviationKind::Missing => "missing",
            DeviationKind::Configuration => "configuration",
            DeviationKind::LeftOut => "left-out",
            DeviationKind::Unread => "unread",
        }
    }
}

/// Folders of what images leave out when they are installed: dpkg's `path-exclude`, rpm's `nodocs` and its languages.
const LEFT_OUT: [&str; 11] = [
    "/usr/share/doc",
    "/usr/share/doc-base",
    "/usr/share/man",
    "/usr/share/info",
    "/usr/share/locale",
    "/usr/share/gtk-doc",
    "/usr/share/help",
    "/usr/share/lintian",
    "/usr/share/linda",
    "/usr/share/groff",
    "/usr/share/licenses",
];

/// The files that have to be read again before an image can be verified.
pub fn to_read(side: &Side, claims: &[Installed]) -> Vec<Path> {
    let needed = claims.iter().filter_map(|claim| {
        let file = standing(side, claim)?;
        integrity::needs_reading(&claim.recorded, &file.entry).then(|| file.path.clone())
    });
    needed.collect::<BTreeSet<Path>>().into_iter().collect()
}

/// Verifies an image. `digests` are those of the files that [`to_read`] names and of links.
pub fn verify<'a>(
    side: &'a Side,
    claims: &[Installed],
    digests: &BTreeMap<Path, Digests>,
) -> Verification<'a> {
    let (mut compared, mut packages) = (BTreeSet::new(), BTreeSet::new());
    // A path that one of its packages recorded as it is was replaced by that package.
    let mut good: BTreeSet<&Path> = BTreeSet::new();
    let mut deviations = Vec::new();
    for claim in claims {
        let Some(installed) = side.facts.packages.get(claim.package as usize) else { continue };
        if claim.recorded.digest.is_some() {
            packages.insert(claim.package);
        }
        let file = standing(side, claim);
        let what = judge(claim, installed, file, digests);
        if claim.recorded.digest.is_some() && file.is_some() && !what.contains(&UNREAD) {
            compared.insert(&claim.path);
            if !what.contains(&CONTENT) {
                good.insert(&claim.path);
            }
        }
        if what.is_empty() {
            continue;
        }
        let kind = kind(claim, &what);
        let (path, recorded) = (claim.path.clone(), claim.recorded.clone());
        deviations.push(Deviation { kind, path, installed, what, file, recorded });
    }
    deviations.retain(|one| !(one.what == [CONTENT] && good.contains(&one.path)));
    deviations.sort_by(|one, other| {
        (one.kind, &one.path, one.installed).cmp(&(other.kind, &other.path, other.installed))
    });
    Verification { side, compared: compared.len(), packages: packages.len(), deviations }
}

impl Verification<'_> {
    /// How many paths deviate so.
    pub fn count(&self, kind: DeviationKind) -> usize {
        self.deviations.iter().filter(|one| one.kind == kind).count()
    }

    /// Whether all is told that a package database could tell. It is not where no package recorded digests, a database is
    /// damaged, or files could not be compared.
    pub fn is_whole(&self) -> bool {
        let is_damaged =
            |ecosystem| matches!(lack(&self.side.facts, ecosystem), Some(Lack::Damaged(_)));
        self.packages > 0
            && self.count(DeviationKind::Unread) == 0
            && !of_distributions().any(is_damaged)
    }
}

const CONTENT: &str = "content";
const MODE: &str = "mode";
const MISSING: &str = "missing";
const UNREAD: &str = "unread";

/// What stands where a claim leads. dpkg follows a link that stands in a file's place.
fn standing<'a>(side: &'a Side, claim: &Installed) -> Option<&'a File> {
    side.facts.file(claim.place.as_ref()?)
}

fn judge(
    claim: &Installed,
    installed: &InstalledPackage,
    file: Option<&File>,
    digests: &BTreeMap<Path, Digests>,
) -> Vec<&'static str> {
    let recorded = &claim.recorded;
    // The root is always there.
    if claim.path == Path::root() {
        return Vec::new();
    }
    let Some(file) = file else {
        // Of Debian's packages and those of languages only what has a digest is known to have been a file.
        let knows_files = matches!(installed.package.ecosystem.as_str(), "rpm" | "apk");
        let is_known = recorded.digest.is_some() || (knows_files && !recorded.ghost);
        return if is_known { vec![MISSING] } else { Vec::new() };
    };
    let mut what = Vec::new();
    if !recorded.ghost {
        match integrity::content(recorded, &file.entry, digests.get(&file.path)) {
            Verdict::Differs => what.push(CONTENT),
            Verdict::Unread => what.push(UNREAD),
            Verdict::Matches | Verdict::Unrecorded => {}
        }
    }
    if integrity::mode(recorded, &file.entry) == Verdict::Differs {
        what.push(MODE);
    }
    what
}

fn kind(claim: &Installed, what: &[&'static str]) -> DeviationKind {
    let is_left_out = || LEFT_OUT.iter().any(|folder| claim.path.is_under(&Path::from(*folder)));
    let is_edited = || {
        TABLE
            .iter()
            .any(|row| row.held == Held::Edited && row.link.is_none() && row.means(&claim.path))
    };
    match what {
        [UNREAD, ..] => DeviationKind::Unread,
        [MISSING, ..] if is_left_out() => DeviationKind::LeftOut,
        _ if claim.recorded.config || is_edited() => DeviationKind::Configuration,
        [MISSING, ..] => DeviationKind::Missing,
        _ => DeviationKind::Altered,
    }
}
