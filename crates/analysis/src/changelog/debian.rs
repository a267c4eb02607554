//! Debian's changelogs, as deb-changelog(5) has them: heads, text, tails. What has no form is passed over or kept as text;
//! nothing of it makes the rest unreadable.

use model::{Changelog, ChangelogEntry, Time};

use super::mentions::{self, Habit};

/// What dpkg's own tools write at the end of a changelog that they have shortened.
const SHORTENED: &str = "older entries have been removed";

/// Takes a changelog apart.
pub(super) fn parse(text: &str) -> Changelog {
    let mut changelog = Changelog::default();
    let mut open: Option<Open<'_>> = None;
    for line in text.lines() {
        if let Some(version) = head(line) {
            changelog.entries.extend(open.take().map(Open::finish));
            open = Some(Open { version, ..Open::default() });
        } else if is_remark(line) {
            if line.to_ascii_lowercase().contains(SHORTENED) {
                changelog.cut = Some("the distribution removed older entries from it".into());
            }
        } else if is_old(line) {
            // From here on it has a form that nobody reads any more, dpkg neither.
            break;
        } else if let Some(entry) = &mut open {
            match tail(line).filter(|_| !entry.is_signed) {
                Some((author, date)) => {
                    (entry.author, entry.date) = (author, date);
                    entry.is_signed = true;
                }
                None if entry.is_signed => {}
                None => entry.lines.push(line.trim_end()),
            }
        }
    }
    changelog.entries.extend(open.map(Open::finish));
    changelog
}

/// An entry whose text is still being read.
#[derive(Default)]
struct Open<'a> {
    version: &'a str,
    lines: Vec<&'a str>,
    author: Option<&'a str>,
    date: Option<Time>,
    is_signed: bool,
}

impl Open<'_> {
    fn finish(self) -> ChangelogEntry {
        let text = mentions::block(&self.lines);
        let (cves, bugs) = mentions::of(&text, Habit::Debian);
        ChangelogEntry {
            version: Some(self.version.into()),
            date: self.date,
            author: self.author.map(Into::into),
            text,
            cves,
            bugs,
        }
    }
}

/// The version of a head: `package (version) distribution; urgency=low`.
pub(crate) fn head(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once(" (")?;
    let (version, rest) = rest.split_once(')')?;
    let is_name = name.starts_with(|one: char| one.is_ascii_alphanumeric())
        && name.chars().all(|one| one.is_ascii_alphanumeric() || "+-._".contains(one));
    let is_version = !version.is_empty() && !version.contains(['(', ' ', '\t']);
    // Distributions, then fields: the oldest changelogs have no fields, but always the semicolon.
    let is_head = rest.starts_with([' ', '\t']) && rest.contains(';');
    (is_name && is_version && is_head).then_some(version)
}

/// Who and when: ` -- Name <address>  date`.
fn tail(line: &str) -> Option<(Option<&str>, Option<Time>)> {
    let rest = line.strip_prefix(" --").or_else(|| line.strip_prefix("--"))?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return None;
    }
    let (author, date) = match rest.rfind('>') {
        Some(end) => rest.split_at(end + 1),
        None => (rest, ""),
    };
    let author = Some(author.trim()).filter(|author| !author.is_empty());
    Some((author, Time::of_mail(date.trim())))
}

/// Lines that are nobody's text: comments, settings of editors, keywords of version control.
fn is_remark(line: &str) -> bool {
    let begins = ["#", "/*", ";;", "vim:", "Local variables:", "Local Variables:", "$Id", "$Log"];
    begins.iter().any(|begin| line.starts_with(begin))
}

/// Lines with which changelogs of the time before this form begin.
fn is_old(line: &str) -> bool {
    line.starts_with("Old Changelog:") || line.starts_with("Changes from version ")
}
