//! Commits of a recipe, as GitLab lists them (`GET /projects/ID/repository/commits`): what Alpine's packagers say of their
//! packages. Whoever asked for those between two commits has nothing to cut.

use model::{Changelog, ChangelogEntry, Time};
use serde_json::Value;

use super::mentions::{self, Habit};

/// Commits that GitLab lists at once.
pub const MOST_COMMITS: usize = 100;

/// Takes a list of commits apart. What is no such list has no entries.
pub(super) fn parse(text: &str) -> Changelog {
    let list: Value = serde_json::from_str(text).unwrap_or_default();
    let entries: Vec<ChangelogEntry> =
        list.as_array().into_iter().flatten().filter_map(entry).collect();
    let more = format!("{MOST_COMMITS} commits are listed, and there may be more");
    let cut = (entries.len() >= MOST_COMMITS).then_some(more);
    Changelog { entries, cut, is_between: true, ..Changelog::default() }
}

fn entry(commit: &Value) -> Option<ChangelogEntry> {
    let lines: Vec<&str> = commit["message"].as_str()?.lines().map(str::trim_end).collect();
    let text = mentions::block(&lines);
    let (cves, bugs) = mentions::of(&text, Habit::Rpm);
    Some(ChangelogEntry {
        version: version(&text).map(Into::into),
        date: commit["authored_date"].as_str().and_then(Time::of_rfc3339),
        author: commit["author_name"].as_str().map(Into::into),
        text,
        cves,
        bugs,
    })
}

/// `main/openssl: security upgrade to 3.3.2`
fn version(text: &str) -> Option<&str> {
    let title = text.lines().next()?;
    let (_, behind) = title.rsplit_once(" to ")?;
    let word = behind.split_whitespace().next()?;
    word.starts_with(|one: char| one.is_ascii_digit()).then_some(word)
}
