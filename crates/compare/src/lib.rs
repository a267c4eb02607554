//! Two sets of facts in, their differences with causes out: a pure, ordered function.
//!
//! [`compare`] takes two [`Side`]s and gives a [`Comparison`]: packages with the direction of their versions
//! ([`PackageChange`]), what cannot be told of packages ([`Unknown`]), files with a change mask and a [`Cause`]
//! ([`FileChange`]), settings ([`SettingChange`]), secrets ([`RiskChange`]) and notices. It never reads anything but the two sides.
//!
//! ```
//! let side = compare::Side::default();
//! assert!(compare::compare(&side, &side).is_empty());
//! ```

mod budgets;
mod causes;
mod changelogs;
mod contents;
mod databases;
mod explanation;
mod files;
mod findings;
mod generated;
mod history;
mod instructions;
mod integrity;
mod mask;
mod moves;
mod packages;
mod pattern;
mod privilege;
mod risks;
mod settings;
mod sizes;
mod subject;
mod unknown;
mod verification;

use std::collections::BTreeSet;

use model::{Description, ImageFacts, LayerTally, Notice, Settings};

use unknown::Judged;

pub use budgets::{Budget, Limit, Part, Spent};
pub use causes::Cause;
pub use changelogs::{
    Binary, Changelogs, Figures, Link, Remark, Said, SourceChange, changelogs, latest,
    source as source_of,
};
pub use contents::{
    ContentChange, FactChange, Hunk, Inside, Mark, PartsChange, StructureChange, TextChange,
    content, is_to_be_read,
};
pub use databases::{Lack, has_packages_of_a_distribution, is_database, lack, of_distributions};
pub use explanation::{Claimed, Explanation, Past, Stage, Told, meant};
pub use files::FileChange;
pub use findings::{
    Fate, FindingAspect, FindingCause, FindingChange, FindingFigures, SideFindings, UntoldFinding,
    Vulnerabilities, Vulnerability, may_hide as findings_may_hide, vulnerabilities,
    vulnerabilities_of,
};
pub use generated::{Held, Row, TABLE, When};
pub use history::{instruction, lines};
pub use instructions::Line;
pub use integrity::{Digests, Verdict, digits, needs_reading};
pub use mask::{Aspect, Mask};
pub use moves::Move;
pub use packages::{Direction, PackageChange};
pub use privilege::Privilege;
pub use risks::{Place, Risk, RiskChange, risks};
pub use settings::{SettingChange, Value};
pub use sizes::{Size, Sizes, sizes};
pub use subject::{Ancestor, Subject};
pub use unknown::{Traces, Unknown, Untold, Which};
pub use verification::{Deviation, DeviationKind, Installed, Verification, to_read, verify};

/// One of the two images of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// What it is called and made of.
    pub image: Description,
    /// What a container of it starts with.
    pub settings: Settings,
    /// What is in it.
    pub facts: ImageFacts,
    /// What was odd about its documents, beside the notices of its facts.
    pub notices: Vec<Notice>,
    /// What each of its layers does, where that was asked for.
    pub tallies: Vec<LayerTally>,
}

impl Side {
    /// Everything that could not be read or told for sure: of its documents, then of what is in it.
    pub fn all_notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter().chain(&self.facts.notices)
    }
}

/// Everything that differs between two images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison<'a> {
    /// The image before.
    pub old: &'a Side,
    /// The image after.
    pub new: &'a Side,
    /// Packages, by ecosystem and name.
    pub packages: Vec<PackageChange<'a>>,
    /// The same of packages that lock files name and that are not installed.
    pub declared: Vec<PackageChange<'a>>,
    /// What cannot be told of packages: of an image whose database is missing or damaged none is said to be gone.
    pub unknown: Vec<Unknown<'a>>,
    /// Files, by path.
    pub files: Vec<FileChange<'a>>,
    /// What was moved, by where it stood; a directory that was moved as a whole is one.
    pub moves: Vec<Move>,
    /// Settings, in the order of a report.
    pub settings: Vec<SettingChange>,
    /// Secrets and weak settings that only one of the two has, new ones first.
    pub risks: Vec<RiskChange<'a>>,
    /// How many layers of the new image the old one has too, by content.
    pub shared_layers: usize,
    /// How many paths differ in nothing but their time: they are no changes.
    pub times_only: usize,
    /// What changelogs say of the packages, where it was asked for.
    pub changelogs: Option<Changelogs>,
    /// Which vulnerabilities came, went or changed, where advisories were asked.
    pub vulnerabilities: Option<Vulnerabilities<'a>>,
    /// What came of budgets, where any were given ([`Comparison::spend`]).
    pub budgets: Vec<Spent>,
}

/// How alike two images are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// One and the same image.
    Image,
    /// Other digests, but no difference in packages, files or settings. What differs all the same.
    Content(Vec<&'static str>),
    /// Something differs.
    Different,
}

/// Compares two images.
pub fn compare<'a>(old: &'a Side, new: &'a Side) -> Comparison<'a> {
    let changes = packages::compare(&old.facts.packages, &new.facts.packages);
    let declared = packages::compare(&old.facts.declared, &new.facts.declared);
    let (mut files, times_only) = files::compare(&old.facts.files, &new.facts.files);
    let Judged { told: packages, unknown } = unknown::judge(changes, &files, [old, new]);
    causes::assign(&mut files, &packages, &unknown, [old, new]);
    let moves = moves::assign(&mut files);
    let settings = settings::compare(old, new);
    let risks = risks::compare(old, new);
    let shared_layers = shared_layers(&old.image, &new.image);
    Comparison {
        old,
        new,
        packages,
        declared,
        unknown,
        files,
        moves,
        settings,
        risks,
        shared_layers,
        times_only,
        changelogs: None,
        vulnerabilities: None,
        budgets: Vec::new(),
    }
}

impl Comparison<'_> {
    /// Whether nothing differs in packages, files, settings or secrets, and everything could be told.
    pub fn is_empty(&self) -> bool {
        self.packages.is_empty()
            && self.declared.is_empty()
            && self.unknown.is_empty()
            && self.files.is_empty()
            && self.settings.is_empty()
            && self.risks.is_empty()
    }

    /// Whether some difference of packages, or of vulnerabilities where they were asked for, may be there that cannot be told.
    pub fn may_hide(&self) -> bool {
        let vulnerabilities = self.vulnerabilities.as_ref();
        self.unknown.iter().any(Unknown::may_hide)
            || vulnerabilities.is_some_and(Vulnerabilities::may_hide)
    }

    /// What cannot be told of single packages.
    pub fn untold(&self) -> impl Iterator<Item = &Untold<'_>> {
        self.unknown.iter().filter_map(|unknown| match unknown {
            Unknown::Packages(untold) => Some(untold),
            Unknown::Both { .. } | Unknown::Distro { .. } => None,
        })
    }

    /// How alike the two images are.
    pub fn sameness(&self) -> Sameness {
        let (old, new) = (&self.old.image, &self.new.image);
        if !self.is_empty() {
            return Sameness::Different;
        }
        let same_documents = old.config_digest == new.config_digest && old.digest == new.digest;
        let blobs = |image: &Description| -> Vec<_> {
            image.layers.iter().map(|layer| layer.digest.clone()).collect()
        };
        let contents = |image: &Description| -> Vec<_> {
            image.layers.iter().map(|layer| layer.diff_id.clone()).collect()
        };
        if same_documents && blobs(old) == blobs(new) {
            return Sameness::Image;
        }
        let differences = [
            ("layers", contents(old) != contents(new)),
            ("compression", contents(old) == contents(new) && blobs(old) != blobs(new)),
            ("times of files", self.times_only > 0),
            ("time of build", old.created != new.created),
            ("platform", old.platform != new.platform),
        ];
        let differing = differences.into_iter().filter(|(_, differs)| *differs);
        Sameness::Content(differing.map(|(name, _)| name).collect())
    }

    /// The names of packages and sources that changed or may have changed, where changelogs were asked for.
    pub fn names(&self) -> BTreeSet<&str> {
        let told = self.changelogs.iter().flat_map(Changelogs::names);
        told.chain(self.untold().flat_map(Untold::names)).collect()
    }

    /// Keeps of the changelogs, and of what cannot be told, what is about packages or sources of these names.
    pub fn retain(&mut self, names: &[String]) {
        if let Some(changelogs) = &mut self.changelogs {
            changelogs.retain(names);
        }
        self.unknown.retain(|unknown| match unknown {
            Unknown::Packages(untold) => {
                untold.names().any(|name| names.iter().any(|this| this == name))
            }
            Unknown::Both { .. } | Unknown::Distro { .. } => false,
        });
    }

    /// How many changed paths each of the changed packages explains, in their order.
    pub fn explained(&self) -> Vec<usize> {
        let mut explained = vec![0; self.packages.len()];
        for change in &self.files {
            if let Cause::Package(number) = change.cause {
                explained[number] += 1;
            }
        }
        explained
    }

    /// The instruction in the line of history that explains a change, where one does; without secrets in it.
    pub fn instruction(&self, change: &FileChange<'_>) -> Option<String> {
        let line = change.line?;
        let side = if line.side == Which::New { self.new } else { self.old };
        let text = instruction(side.settings.history.get(line.place)?)?;
        Some(risk::redact_setting(None, &text).into_owned())
    }

    /// How many files have changed by this cause, by its name.
    pub fn count(&self, cause: &str) -> usize {
        self.files.iter().filter(|change| change.cause.name() == cause).count()
    }
}

fn shared_layers(old: &Description, new: &Description) -> usize {
    let mut left: Vec<_> = old.layers.iter().map(|layer| &layer.diff_id).collect();
    let mut shared = 0;
    for layer in &new.layers {
        if let Some(place) = left.iter().position(|diff_id| **diff_id == layer.diff_id) {
            left.swap_remove(place);
            shared += 1;
        }
    }
    shared
}
