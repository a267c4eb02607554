//! What a rule is.

use crate::check::Check;

/// Something that is not to be met in an image, or should be known of it.
#[derive(Debug)]
pub struct Rule {
    /// What it is called in reports, for good.
    pub id: &'static str,
    /// Whether it is about secrets.
    pub kind: Kind,
    /// How much it matters.
    pub severity: Severity,
    /// What was met, as a title.
    pub title: &'static str,
    /// Why it matters, in a sentence or two.
    pub reason: &'static str,
    /// How it is met.
    pub(crate) how: How,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Something that opens a door for whoever reads it.
    Secret,
    /// Something that is less safe than it could be.
    Misconfiguration,
}

impl Kind {
    /// The kind's name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Secret => "secret",
            Kind::Misconfiguration => "misconfiguration",
        }
    }
}

/// How much something matters, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It opens much, to anybody.
    Critical,
    /// It opens something.
    High,
    /// It opens something under conditions, or little.
    Medium,
    /// Worth knowing.
    Low,
}

impl Severity {
    /// The severity's name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        }
    }
}

/// How a rule is met.
#[derive(Debug)]
pub(crate) enum How {
    /// By what a text says.
    Text(Text),
    /// By what a file is called, what it begins with, whose it is or what its mode is, or by a setting: by code, not data.
    Other,
}

/// What a text says.
#[derive(Debug)]
pub(crate) struct Text {
    /// The files that it may stand in.
    pub(crate) files: Files,
    /// Without one of these the pattern is not even looked for.
    pub(crate) literals: &'static [&'static str],
    /// A regular expression over bytes. Its group `secret`, else the whole match, is what must not be told; its group
    /// `name` may be.
    pub(crate) pattern: &'static str,
    /// What is left to be asked of a match.
    pub(crate) check: Check,
    /// Whether it was made at random by a machine, and is so long that a digest of it gives nothing away.
    pub(crate) random: bool,
}

/// Which files are looked through.
#[derive(Debug)]
pub(crate) enum Files {
    /// All, and settings as well.
    Any,
    /// Those that look like configuration, and settings as well.
    Configuration,
    /// Those that are called so: a name, a path, each with one `*` at the most.
    Named(&'static [&'static str]),
}
