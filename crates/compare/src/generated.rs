//! Paths that programs write of their own accord when something is installed: a table, and what has to hold for a row of
//! it to explain a change. What a row does not say is not excused.

mod table;

use std::cell::OnceCell;

use model::{File, FileKind, Path};

use crate::pattern::matches;
use crate::{FileChange, PackageChange, Side};

pub use table::TABLE;

/// Paths of one kind, and when their change is explained.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// A word for it.
    pub name: &'static str,
    /// What the paths are.
    pub what: &'static str,
    /// Why they change.
    pub why: &'static str,
    /// The paths; `*` stands for anything in one name, `?` for one byte of it, `**` for any number of names,
    /// `~` before the first slash for the folder of any user.
    pub at: &'static [&'static str],
    /// Only symbolic links whose text begins so are meant.
    pub link: Option<&'static str>,
    /// What has to have changed as well: one of these is enough. Where there is none, the row explains nothing by
    /// itself, only in the line of history that names one of its programs.
    pub when: &'static [When],
    /// Programs that write the paths: where the line of history that made a path runs one, that explains it.
    pub by: &'static [&'static str],
    /// Whether it may explain paths of packages that did not change.
    pub held: Held,
    /// Paths that are meant, as tests have them.
    pub examples: &'static [&'static str],
    /// Paths beside them that are not.
    pub others: &'static [&'static str],
}

/// What has to have changed for a row to explain a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Nothing.
    Always,
    /// A package of a distribution that is called like one of these came, went or changed.
    Package(&'static [&'static str]),
    /// Another path like one of these changed.
    Input(&'static [&'static str]),
    /// The source that the path is compiled of lies beside it, and belongs to a package or changed too.
    Beside,
}

/// Whether a path of a package that did not change may be explained by a row, where it would be altered otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// No: what was installed was altered.
    Altered,
    /// Only where the package's record has no digest of it: the package counts on its being written.
    Undigested,
    /// Yes: the package ships it for others to change.
    Edited,
}

impl Row {
    const fn new(name: &'static str, what: &'static str, why: &'static str) -> Row {
        Row {
            name,
            what,
            why,
            at: &[],
            link: None,
            when: &[],
            by: &[],
            held: Held::Altered,
            examples: &[],
            others: &[],
        }
    }

    const fn at(self, at: &'static [&'static str]) -> Row {
        Row { at, ..self }
    }

    const fn leading(self, link: &'static str) -> Row {
        Row { link: Some(link), ..self }
    }

    const fn when(self, when: &'static [When]) -> Row {
        Row { when, ..self }
    }

    const fn always(self) -> Row {
        Row { when: &[When::Always], ..self }
    }

    const fn by(self, by: &'static [&'static str]) -> Row {
        Row { by, ..self }
    }

    const fn undigested(self) -> Row {
        Row { held: Held::Undigested, ..self }
    }

    const fn edited(self) -> Row {
        Row { held: Held::Edited, ..self }
    }

    const fn examples(
        self,
        examples: &'static [&'static str],
        others: &'static [&'static str],
    ) -> Row {
        Row { examples, others, ..self }
    }

    pub(crate) fn means(&self, path: &Path) -> bool {
        let path = path.as_bytes();
        self.at.iter().any(|pattern| match pattern.strip_prefix('~') {
            None => matches(pattern.as_bytes(), path),
            Some(rest) => HOMES.iter().any(|home| {
                path.starts_with(&home[..5]) && matches(&[home, rest.as_bytes()].concat(), path)
            }),
        })
    }

    /// Whether the row is about this file. A program is never a cache or a list.
    fn means_file(&self, file: &File) -> bool {
        let is_meant = match (&file.entry.kind, self.link) {
            (FileKind::Symlink { target }, Some(link)) => target.starts_with(link.as_bytes()),
            (_, Some(_)) => false,
            (FileKind::Regular { .. }, None) => file.entry.mode & 0o111 == 0,
            (_, None) => true,
        };
        is_meant && self.means(&file.path)
    }
}

/// The rows that are about a change, in the order of the table. Where both images have the path, a row has to be
/// about what stands there in either.
pub(crate) fn about(change: &FileChange<'_>) -> impl Iterator<Item = usize> {
    let is_about =
        |row: &Row| [change.old, change.new].into_iter().flatten().all(|file| row.means_file(file));
    TABLE.iter().enumerate().filter(move |(_, row)| is_about(row)).map(|(place, _)| place)
}

/// The table, set against one comparison.
pub(crate) struct Generated<'c, 'a> {
    changes: &'c [FileChange<'a>],
    packages: &'c [PackageChange<'a>],
    sides: [&'a Side; 2],
    /// By row: whether something changed that explains all of its paths.
    holds: Vec<OnceCell<bool>>,
}

impl<'c, 'a> Generated<'c, 'a> {
    pub(crate) fn new(
        changes: &'c [FileChange<'a>],
        packages: &'c [PackageChange<'a>],
        sides: [&'a Side; 2],
    ) -> Generated<'c, 'a> {
        let holds = TABLE.iter().map(|_| OnceCell::new()).collect();
        Generated { changes, packages, sides, holds }
    }

    /// Whether what the row says has to have changed did.
    pub(crate) fn explains(&self, place: usize, change: &FileChange<'_>) -> bool {
        let Some((row, holds)) = TABLE.get(place).zip(self.holds.get(place)) else { return false };
        *holds.get_or_init(|| row.when.iter().any(|when| self.holds(row, *when)))
            || (row.when.contains(&When::Beside) && self.is_beside_its_source(change.path()))
    }

    fn holds(&self, row: &Row, when: When) -> bool {
        match when {
            When::Always => true,
            When::Package(names) => self.packages.iter().any(|change| {
                let mut sides = change.old.iter().chain(&change.new);
                let mut is_of_a_language =
                    || sides.next().is_none_or(|one| one.package.is_of_a_language());
                let is_named = |pattern: &&'static str| {
                    crate::pattern::name_matches(pattern.as_bytes(), change.key.name.as_bytes())
                };
                change.is_of_content() && names.iter().any(is_named) && !is_of_a_language()
            }),
            When::Input(patterns) => self.changes.iter().any(|change| {
                let path = change.path();
                let is_input =
                    |pattern: &&'static str| matches(pattern.as_bytes(), path.as_bytes());
                patterns.iter().any(is_input) && !row.means(path)
            }),
            When::Beside => false,
        }
    }

    /// Whether the Python source of compiled code, or any source beside a folder of such, belongs to a package or
    /// changed.
    fn is_beside_its_source(&self, path: &Path) -> bool {
        let Some(folder) = path.parent() else { return false };
        let name = path.name();
        if name == CACHE {
            return self.sides.iter().any(|side| {
                let files = side.facts.files.since(&folder);
                let below = files.take_while(|file| file.path.is_under(&folder));
                below
                    .take(MOST_BESIDE)
                    .any(|file| file.path.name().ends_with(b".py") && self.is_source(&file.path))
            });
        }
        let stem = match (folder.name() == CACHE, name.iter().position(|&byte| byte == b'.')) {
            (true, Some(dot)) => &name[..dot],
            (false, _) => name.strip_suffix(b".pyc").or(name.strip_suffix(b".pyo")).unwrap_or(name),
            (true, None) => return false,
        };
        let folder = if folder.name() == CACHE { folder.parent() } else { Some(folder) };
        folder.is_some_and(|folder| self.is_source(&folder.join(&[stem, b".py"].concat())))
    }

    fn is_source(&self, path: &Path) -> bool {
        let is_owned = |side: &&Side| side.facts.file(path).is_some_and(|f| !f.owners.is_empty());
        self.sides.iter().any(is_owned)
            || self.changes.binary_search_by(|change| change.path().cmp(path)).is_ok()
    }
}

/// The folders of users.
const HOMES: [&[u8]; 2] = [b"/root", b"/home/*"];

/// Where Python keeps compiled modules.
const CACHE: &[u8] = b"__pycache__";

/// So many files of a folder are looked at for a source.
const MOST_BESIDE: usize = 4096;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_means_its_examples_and_not_what_is_beside_them() {
        for row in TABLE {
            assert!(!row.examples.is_empty(), "{} has no example", row.name);
            for example in row.examples.iter().filter(|_| row.link != Some("/etc/alternatives/")) {
                assert!(row.means(&Path::from(*example)), "{} means {example}", row.name);
            }
            for other in row.others {
                let by: Vec<_> = TABLE.iter().filter(|row| row.link.is_none()).collect();
                let by = by.iter().find(|row| row.means(&Path::from(*other)));
                assert!(by.is_none(), "{other} is meant by {}", by.map_or("", |row| row.name));
            }
        }
    }

    #[test]
    fn every_row_has_a_name_of_its_own_and_something_that_makes_it_explain() {
        let names: BTreeSet<&str> = TABLE.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), TABLE.len());
        for row in TABLE {
            assert!(!row.when.is_empty() || !row.by.is_empty(), "{} explains nothing", row.name);
            let all = row.at.iter().chain(row.when.iter().flat_map(|when| match when {
                When::Input(patterns) => *patterns,
                _ => &[],
            }));
            for pattern in all {
                assert!(pattern.starts_with(['/', '~']) && !pattern.ends_with('/'), "{pattern}");
            }
        }
    }
}
