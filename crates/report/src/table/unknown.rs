//! What cannot be told of packages and vulnerabilities: it stands above all figures, which are not whole because of it.

use compare::Comparison;

use super::page::{Meaning, Page};
use crate::text::inert;
use crate::unknown::Statement;

pub(super) fn section(comparison: &Comparison<'_>, page: &mut Page) {
    let vulnerabilities = super::vulnerabilities::lines(comparison);
    if comparison.unknown.is_empty() && vulnerabilities.is_empty() {
        return;
    }
    page.section("Not known");
    for unknown in &comparison.unknown {
        let Statement { what, more } = Statement::of(unknown);
        let sign = page.paint("!", Meaning::Look);
        let what = page.paint(&inert(&what), Meaning::Look);
        page.line(&format!("  {sign} {what}"));
        for line in more {
            page.line(&format!("    {}", inert(&line)));
        }
    }
    gaps(&vulnerabilities, page);
}

/// What could not be told of vulnerabilities: what hides much first.
pub(super) fn gaps(lines: &[(String, bool)], page: &mut Page) {
    for (line, hides) in
        lines.iter().filter(|(_, hides)| *hides).chain(lines.iter().filter(|(_, hides)| !hides))
    {
        let meaning = if *hides { Meaning::Look } else { Meaning::Plain };
        let (sign, line) = (page.paint("!", Meaning::Look), page.paint(line, meaning));
        page.line(&format!("  {sign} {line}"));
    }
}
