//! The document of changelogs: what they say of the packages that changed, as data. Texts stand in it as they came.

use std::collections::BTreeMap;

use compare::{Binary, Remark, Said, SourceChange};
use model::{Bug, ChangelogEntry, Silence};
use serde::Serialize;

use super::NoticeShape;
use super::comparison::notices;
use super::image::ImageShape;
use super::unknown::{UnknownShape, unknown};
use crate::VERSION;

/// What changelogs say of the packages that changed between two images.
#[derive(Serialize)]
pub(crate) struct Changelogs {
    version: u32,
    kind: &'static str,
    old: ImageShape,
    new: ImageShape,
    /// What cannot be told of packages.
    unknown: Vec<UnknownShape>,
    #[serde(flatten)]
    said: SaidShape,
    notices: Vec<NoticeShape>,
}

/// The same without the images.
#[derive(Serialize)]
pub(super) struct SaidShape {
    figures: BTreeMap<&'static str, usize>,
    sources: Vec<SourceShape>,
}

#[derive(Serialize)]
struct SourceShape {
    #[serde(rename = "type")]
    kind: String,
    source: String,
    change: &'static str,
    packages: Vec<BinaryShape>,
    told: &'static str,
    reason: Option<&'static str>,
    remarks: Vec<RemarkShape>,
    entries: Vec<EntryShape>,
    commits: Option<CommitsShape>,
    /// Where the difference between the two versions can be read.
    link: Option<LinkShape>,
}

#[derive(Serialize)]
struct LinkShape {
    url: String,
    /// Whether the names of the two versions there are known, not guessed.
    certain: bool,
}

#[derive(Serialize)]
struct BinaryShape {
    name: String,
    old: Vec<String>,
    new: Vec<String>,
}

#[derive(Serialize)]
struct RemarkShape {
    name: &'static str,
    /// What the remark is about, in words, where there is more to say.
    detail: Option<String>,
}

#[derive(Serialize)]
struct EntryShape {
    version: Option<String>,
    /// The day, in UTC.
    date: Option<String>,
    author: Option<String>,
    text: String,
    cves: Vec<String>,
    bugs: Vec<BugShape>,
}

#[derive(Serialize)]
struct BugShape {
    tracker: &'static str,
    number: u64,
}

#[derive(Serialize)]
struct CommitsShape {
    old: Option<String>,
    new: Option<String>,
}

impl Changelogs {
    pub(crate) fn of(comparison: &compare::Comparison<'_>) -> Changelogs {
        Changelogs {
            version: VERSION,
            kind: "changelogs",
            old: ImageShape::of(comparison.old),
            new: ImageShape::of(comparison.new),
            unknown: unknown(comparison),
            said: comparison.changelogs.as_ref().map(SaidShape::of).unwrap_or_default(),
            notices: notices(comparison),
        }
    }
}

impl Default for SaidShape {
    fn default() -> SaidShape {
        SaidShape::of(&compare::Changelogs::default())
    }
}

impl SaidShape {
    pub(super) fn of(changelogs: &compare::Changelogs) -> SaidShape {
        let figures = changelogs.figures();
        let figures = [
            ("packages", figures.packages),
            ("with_entries", figures.with_entries),
            ("with_commits", figures.with_commits),
            ("alone", figures.alone),
            ("silent", figures.silent),
            ("entries", figures.entries),
            ("cves", figures.cves),
            ("bugs", figures.bugs),
        ];
        let sources = changelogs.sources.iter().map(SourceShape::of).collect();
        SaidShape { figures: figures.into(), sources }
    }
}

impl SourceShape {
    fn of(source: &SourceChange) -> SourceShape {
        let mut shape = SourceShape {
            kind: source.ecosystem.clone(),
            source: source.source.clone(),
            change: source.direction.name(),
            packages: source.packages.iter().map(BinaryShape::of).collect(),
            told: "nothing",
            reason: None,
            remarks: Vec::new(),
            entries: Vec::new(),
            commits: None,
            link: source
                .link
                .as_ref()
                .map(|link| LinkShape { url: link.url.clone(), certain: link.is_certain }),
        };
        match &source.said {
            Said::Entries { entries, remarks } => {
                shape.told = "entries";
                shape.remarks = remarks.iter().map(RemarkShape::of).collect();
                shape.entries = entries.iter().map(EntryShape::of).collect();
            }
            Said::Commits { old, new } => {
                shape.told = "commits";
                shape.commits = Some(CommitsShape { old: old.clone(), new: new.clone() });
            }
            Said::Nothing(silence) => shape.reason = Some(reason(silence)),
            Said::Alone => shape.reason = Some("alone"),
        }
        shape
    }
}

/// Why nothing is told, in one word.
pub(crate) fn reason(silence: &Silence) -> &'static str {
    match silence {
        Silence::Missing => "missing",
        Silence::NotKept => "not-kept",
        Silence::Unreadable(_) => "unreadable",
        Silence::Unusual => "unusual",
    }
}

impl BinaryShape {
    fn of(binary: &Binary) -> BinaryShape {
        let Binary { name, old, new } = binary.clone();
        BinaryShape { name, old, new }
    }
}

impl RemarkShape {
    fn of(remark: &Remark) -> RemarkShape {
        let detail = match remark {
            Remark::Fetched(address) => Some(address.clone()),
            Remark::EndsEarly(why) => why.clone(),
            Remark::Unbounded(entries) => Some(format!("{entries} entries")),
            Remark::OneSided | Remark::ByDay | Remark::Unwritten => None,
        };
        RemarkShape { name: remark.name(), detail }
    }
}

impl EntryShape {
    fn of(entry: &ChangelogEntry) -> EntryShape {
        let bug = |bug: &Bug| BugShape { tracker: bug.tracker.name(), number: bug.number };
        EntryShape {
            version: entry.version.clone(),
            date: entry.date.map(model::Time::day),
            author: entry.author.clone(),
            text: entry.text.clone(),
            cves: entry.cves.clone(),
            bugs: entry.bugs.iter().map(bug).collect(),
        }
    }
}
