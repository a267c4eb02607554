//! Contents of files: what a query needs of them beyond facts, and what is kept of it. It reads nothing itself.
//!
//! Whoever asks reads the files again, one at a time, gives each to [`Need::look`] and keeps what that returns.

use std::collections::BTreeMap;

use model::Path;
use regex::bytes::Regex;

/// Which files of one image have to be read again, and what is looked for in them.
#[derive(Clone, Debug)]
pub struct Need {
    /// The files, by the paths at which a container sees them: regular ones, none of them larger than a query allows.
    pub files: Vec<Path>,
    /// What is looked for.
    pub(super) look: Look,
}

/// What is looked for in a file.
#[derive(Clone, Debug)]
pub(super) enum Look {
    /// All of it.
    Whole,
    /// Lines that match.
    Lines(Vec<Regex>),
}

/// What was seen in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// All of it.
    Whole(Box<[u8]>),
    /// For each expression the lines that match.
    Lines(Vec<Lines>),
}

/// Lines of one file that match one expression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Their numbers, counted from 0; the first few thousand.
    pub numbers: Vec<u32>,
    /// How many more there are.
    pub more: u32,
}

/// What was read of an image again, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// What was seen in each file.
    pub seen: BTreeMap<Path, Seen>,
    /// Why files could not be read again, where that is so: a sentence without its full stop.
    pub missing: Option<String>,
}

/// Numbers of lines that are kept of one file and one expression.
const MOST_LINES: usize = 4_096;

impl Need {
    /// What of a file's bytes is wanted.
    pub fn look(&self, bytes: &[u8]) -> Seen {
        match &self.look {
            Look::Whole => Seen::Whole(bytes.into()),
            Look::Lines(expressions) => {
                Seen::Lines(expressions.iter().map(|one| matching(one, bytes)).collect())
            }
        }
    }
}

fn matching(expression: &Regex, bytes: &[u8]) -> Lines {
    let mut lines = Lines::default();
    // What follows the last line feed is a line only if there is something.
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    for (number, line) in (0..).zip(text.split(|&byte| byte == b'\n')) {
        if !expression.is_match(line.strip_suffix(b"\r").unwrap_or(line)) {
            continue;
        }
        if lines.numbers.len() < MOST_LINES {
            lines.numbers.push(number);
        } else {
            lines.more = lines.more.saturating_add(1);
        }
    }
    lines
}
