//! What cannot be told of packages: it stands above all figures, which are not whole because of it.

use compare::Comparison;

use super::page::{Meaning, Page};
use crate::text::inert;
use crate::unknown::Statement;

pub(super) fn section(comparison: &Comparison<'_>, page: &mut Page) {
    if comparison.unknown.is_empty() {
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
}
