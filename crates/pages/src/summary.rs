//! What changed between two images, in one line.

use std::collections::BTreeSet;

use compare::{Comparison, Direction, Fate};
use maud::{Markup, html};

use crate::words::{counted, number};

/// The figures of a comparison that fit in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Whether nothing differs.
    pub is_same: bool,
    /// Paths that need a look.
    pub look: usize,
    /// Packages upgraded, downgraded, added, removed, and changed otherwise.
    pub packages: [usize; 5],
    /// Vulnerabilities that came and went; none where no advisories were asked.
    pub vulnerabilities: Option<[usize; 2]>,
    /// Settings that differ.
    pub settings: usize,
    /// Paths that differ.
    pub files: usize,
}

impl Summary {
    /// Sums up a comparison.
    pub fn of(comparison: &Comparison<'_>) -> Summary {
        let count = |directions: &[Direction]| {
            let changes = comparison.packages.iter();
            changes.filter(|change| directions.contains(&change.direction)).count()
        };
        let named = |is_added: bool| {
            let changes = comparison.vulnerabilities.iter().flat_map(|all| &all.changes);
            let of_kind = changes.filter(|change| match change.fate {
                Fate::Added => is_added,
                Fate::Removed => !is_added,
                Fate::Changed(_) => false,
            });
            of_kind.map(|change| change.name.as_str()).collect::<BTreeSet<_>>().len()
        };
        let told = comparison.vulnerabilities.as_ref();
        Summary {
            is_same: comparison.is_empty(),
            look: comparison.files.iter().filter(|change| change.needs_look()).count()
                + comparison.risks.iter().filter(|change| change.needs_look()).count(),
            packages: [
                count(&[Direction::Upgraded]),
                count(&[Direction::Downgraded]),
                count(&[Direction::Added]),
                count(&[Direction::Removed]),
                count(&[
                    Direction::Rebuilt,
                    Direction::Respelled,
                    Direction::Moved,
                    Direction::Relicensed,
                ]),
            ],
            vulnerabilities: told.map(|_| [named(true), named(false)]),
            settings: comparison.settings.iter().filter(|change| change.name != "history").count(),
            files: comparison.files.len(),
        }
    }

    /// The same for programs: figures with their names.
    pub(crate) fn text(&self) -> String {
        let packages: usize = self.packages.iter().sum();
        let [added, removed] = self.vulnerabilities.unwrap_or_default();
        let figures = [
            (self.look, "to look at"),
            (packages, "packages"),
            (added, "vulnerabilities added"),
            (removed, "vulnerabilities removed"),
            (self.settings, "settings"),
            (self.files, "paths"),
        ];
        let figures = figures.into_iter().filter(|(count, _)| *count > 0);
        let figures: Vec<String> = figures.map(|(count, name)| format!("{count} {name}")).collect();
        if figures.is_empty() { "no difference".into() } else { figures.join(", ") }
    }

    pub(crate) fn html(&self) -> Markup {
        let packages: usize = self.packages.iter().sum();
        let [added, removed] = self.vulnerabilities.unwrap_or_default();
        let look = if self.look == 1 { "needs a look" } else { "need a look" };
        html! {
            span.summary {
                @if self.is_same { span { "no difference" } }
                @if self.look > 0 { span.look { (number(self.look)) " " (look) } }
                @if packages > 0 {
                    span { (counted(packages, "package")) " " (signs(self.packages)) }
                }
                @if added + removed > 0 {
                    span { (if added + removed == 1 { "vulnerability" } else { "vulnerabilities" })
                        @if added > 0 { " " b.look { "+" (number(added)) } }
                        @if removed > 0 { " " b.removed { "−" (number(removed)) } }
                    }
                }
                @if self.settings > 0 { span { (counted(self.settings, "setting")) } }
                @if self.files > 0 { span { (counted(self.files, "path")) } }
            }
        }
    }
}

/// `↑31 ↓1 +3 −1 ≈1`
pub(crate) fn signs(packages: [usize; 5]) -> Markup {
    let signs = [("↑", "added"), ("↓", "look"), ("+", "added"), ("−", "removed"), ("≈", "aside")];
    let words = ["upgraded", "downgraded", "added", "removed", "rebuilt"];
    let all = signs.into_iter().zip(words).zip(packages).filter(|(_, count)| *count > 0);
    html! {
        @for (((sign, class), word), count) in all {
            span class=(class) title=(word) { (sign) (number(count)) } " "
        }
    }
}
