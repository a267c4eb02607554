//! The vulnerabilities of one image as Markdown, for a comment or the summary of a run. Whatever comes from outside is text
//! in it and never markup.

use std::io::{self, Write};

use compare::{FindingFigures, Vulnerability, vulnerabilities_of};

use crate::text::{inert, number};
use crate::{Scan, gaps};

/// Rows before the rest is only counted: a comment has little room.
const MOST: usize = 100;

/// Writes the document: what could not be told first.
pub(crate) fn scan(scan: &Scan<'_>, out: &mut dyn Write) -> io::Result<()> {
    let packages = &scan.side.facts.packages;
    let all = vulnerabilities_of(packages, scan.findings);
    let figures = FindingFigures::of(&all);
    writeln!(out, "## Vulnerabilities of {}\n", cell(&scan.side.image.reference))?;
    for (text, hides) in gaps::of_one(scan.findings) {
        let mark = if hides { "**Not known:** " } else { "Note: " };
        writeln!(out, "- {mark}{}", cell(&text))?;
    }
    if scan.left_out > 0 {
        writeln!(out, "- Note: {}", cell(&gaps::left_out(scan.left_out)))?;
    }
    let by_severity = figures.by_severity.iter().rev();
    let by_severity: Vec<String> =
        by_severity.map(|(severity, count)| format!("{} {severity}", number(*count))).collect();
    let told = [gaps::counted(figures.counted())].into_iter().chain(by_severity);
    let told = told.collect::<Vec<_>>().join(" · ");
    writeln!(
        out,
        "\n{told} · {} suppressed, in {}\n",
        figures.suppressed,
        cell(&gaps::data(&scan.findings.scanner))
    )?;
    let mut shown: Vec<&Vulnerability<'_>> =
        all.iter().filter(|one| !one.is_suppressed()).collect();
    // Sorting is stable: names stay in order among their like.
    shown.sort_by_key(|one| std::cmp::Reverse(one.severity()));
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "| vulnerability | severity | package | version | fixed in |\n|---|---|---|---|---|"
    )?;
    for one in shown.iter().take(MOST) {
        let version = one.findings.iter().find_map(|one| packages.get(one.package as usize));
        let version = version.map_or("", |installed| installed.package.version.as_str());
        let fixed = one.findings.iter().flat_map(|one| &one.fix.versions);
        let mut fixed: Vec<&str> = fixed.map(String::as_str).collect();
        fixed.dedup();
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            cell(&one.name),
            one.severity(),
            cell(&one.package.name),
            cell(version),
            cell(&fixed.join(", "))
        )?;
    }
    match shown.len().saturating_sub(MOST) {
        0 => Ok(()),
        more => writeln!(out, "\nand {} more", number(more)),
    }
}

/// Text that is no markup, whatever is in it.
pub(crate) fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for one in inert(text).chars() {
        if one.is_ascii_punctuation() && !".-:/+,()".contains(one) {
            cell.push('\\');
        }
        cell.push(one);
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_is_markup() {
        let hostile = "[x](javascript:1) | <b>*_`#!\u{1b}\n";
        let shown = cell(hostile);
        assert!(!shown.contains('\n') && !shown.contains('\u{1b}'), "{shown}");
        assert!(shown.starts_with(r"\[x\](javascript:1) \| \<b\>\*\_\`\#\!"), "{shown}");
        assert_eq!(cell("1:1.2.13.dfsg-1+b2~rc1"), r"1:1.2.13.dfsg-1+b2\~rc1");
    }
}
