//! Changelogs: what a package's makers say of its changes. Data only: how they are read and compared is for others to say.

use std::fmt;

use crate::Time;

/// What an image says of how a package came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Its changelog.
    Changelog(Changelog),
    /// No text, but the commit that its packaging was built from.
    Commit(String),
    /// Nothing, and why.
    Nothing(Silence),
}

/// Why an image says nothing of a package's changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Silence {
    /// There is no changelog of it in the image.
    Missing,
    /// There is one, but it was not kept: it is too large, or stands where nobody looked for it.
    NotKept,
    /// There is one, and nothing could be read of it.
    Unreadable(String),
    /// Packages of its kind bring no changelog that is read.
    Unusual,
}

/// A package's changelog, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changelog {
    /// Its entries, in its own order: as a rule the latest first.
    pub entries: Vec<ChangelogEntry>,
    /// Why it is not whole, where that is known: a clause.
    pub cut: Option<String>,
    /// The address that it was fetched from, where it is none of the image's own.
    pub origin: Option<String>,
    /// Whether it was asked for what lies between the two versions that are compared, and has nothing else.
    pub is_between: bool,
}

/// One entry of a changelog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangelogEntry {
    /// The version that it is about, as it stands there; none where it names none.
    pub version: Option<String>,
    /// When it was written. Of rpm's entries only the day is known.
    pub date: Option<Time>,
    /// Who wrote it, as it stands there.
    pub author: Option<String>,
    /// What it says, without what all its lines are indented by.
    pub text: String,
    /// The CVEs that it mentions (`CVE-2024-5535`), each once, ordered.
    pub cves: Vec<String>,
    /// The bugs that it mentions, each once, ordered.
    pub bugs: Vec<Bug>,
}

/// A bug by its number in a tracker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bug {
    /// The tracker.
    pub tracker: Tracker,
    /// The number there.
    pub number: u64,
}

/// Where bugs have their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tracker {
    /// Debian's (`Closes: #…`).
    Debian,
    /// Ubuntu's Launchpad (`LP: #…`).
    Launchpad,
    /// Red Hat's Bugzilla (`rhbz#…`).
    RedHat,
    /// Red Hat's Jira (`RHEL-…`).
    Jira,
    /// SUSE's Bugzilla (`bsc#…`, `bnc#…`).
    Suse,
    /// openSUSE's Bugzilla (`boo#…`).
    OpenSuse,
    /// Sourceware's Bugzilla (`swbz#…`).
    Sourceware,
    /// The entry gives a number alone (`#…`, `bug …`).
    Unnamed,
}

impl Tracker {
    /// Its name in documents.
    pub fn name(self) -> &'static str {
        match self {
            Tracker::Debian => "debian",
            Tracker::Launchpad => "launchpad",
            Tracker::RedHat => "redhat",
            Tracker::Jira => "redhat-jira",
            Tracker::Suse => "suse",
            Tracker::OpenSuse => "opensuse",
            Tracker::Sourceware => "sourceware",
            Tracker::Unnamed => "unnamed",
        }
    }
}

/// As people write it in changelogs: `rhbz#2232519`, `LP: #2061079`, `RHEL-12783`.
impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = match self.tracker {
            Tracker::Debian => "Debian #",
            Tracker::Launchpad => "LP: #",
            Tracker::RedHat => "rhbz#",
            Tracker::Jira => "RHEL-",
            Tracker::Suse => "bsc#",
            Tracker::OpenSuse => "boo#",
            Tracker::Sourceware => "swbz#",
            Tracker::Unnamed => "#",
        };
        write!(f, "{before}{}", self.number)
    }
}
