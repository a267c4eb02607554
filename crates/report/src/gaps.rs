//! What could not be told of vulnerabilities, and whether both sides were asked of the same data, in sentences that every
//! form of a report has. How they stand there is its own affair, and so is to make them inert.

use compare::{Vulnerabilities, Which};
use model::{Findings, Gap, Scanner};

use crate::text::number;

/// A gap's name in documents.
pub(crate) fn name(gap: &Gap) -> &'static str {
    match gap {
        Gap::NoDistro { .. } => "no-distribution",
        Gap::NoDataForDistro { .. } => "no-data-for-distribution",
        Gap::OtherRelease { .. } => "other-release",
        Gap::NoPackages { .. } => "no-packages",
        Gap::Foreign { .. } => "foreign",
        Gap::ManyUnreadable { .. } => "many-unreadable",
        Gap::Undated => "undated",
        Gap::Untimely { .. } => "untimely",
        Gap::EndOfLife { .. } => "end-of-life",
        Gap::NoDataForEcosystem { .. } => "no-data-for-type",
        Gap::Unreadable { .. } => "unreadable",
        Gap::Incomparable { .. } => "incomparable",
        Gap::NoVersion { .. } => "no-version",
        Gap::Stale { .. } => "stale",
        Gap::Unheeded { .. } => "unheeded",
        Gap::Packages { .. } => "packages",
    }
}

/// Which data were asked, and by whom where it was not this program: `data of 2024-12-31 (v6.1.9)`.
pub(crate) fn data(scanner: &Scanner) -> String {
    let program = match scanner.name.as_str() {
        "" | "pentimento" => String::new(),
        name => format!("{name} {}, ", scanner.version),
    };
    let built = scanner.data.built.map_or("an unknown day".to_owned(), model::Time::day);
    let schema = match scanner.data.schema.as_str() {
        "" => String::new(),
        schema => format!(" ({schema})"),
    };
    format!("{program}data of {built}{schema}")
}

/// That findings were left out which no version fixes.
pub(crate) fn left_out(count: usize) -> String {
    format!("{} that no version fixes are left out (--only-fixed)", number(count))
}

/// That the sides were asked of different data; none where they were not.
pub(crate) fn different_data(vulnerabilities: &Vulnerabilities<'_>) -> Option<String> {
    let Vulnerabilities { old, new, .. } = vulnerabilities;
    let texts = [old, new].map(|findings| data(&findings.scanner));
    let texts = if texts[0] == texts[1] {
        // Of one day, but not the same: where they came from tells them apart.
        [old, new].map(|findings| {
            let Scanner { data: own, version, .. } = &findings.scanner;
            let digest = own.digest.as_deref().unwrap_or_default();
            [&own.origin[..], digest, version]
                .iter()
                .filter(|text| !text.is_empty())
                .fold(data(&findings.scanner), |text, part| format!("{text} {part}"))
        })
    } else {
        texts
    };
    (!vulnerabilities.same_data()).then(|| {
        format!(
            "vulnerabilities were looked for in different data: the old image in {}, the new one in {}",
            texts[0], texts[1]
        )
    })
}

/// What could not be told, of which image, and whether much may be hidden in it.
pub(crate) fn of_both(vulnerabilities: &Vulnerabilities<'_>) -> Vec<(String, bool)> {
    let mut lines: Vec<(String, bool)> = vulnerabilities
        .gaps()
        .map(|(which, gap)| {
            let side = match which {
                Some(Which::Old) => "the old image",
                Some(Which::New) => "the new image",
                None => "both images",
            };
            (format!("vulnerabilities of {side}: {gap}"), gap.may_hide())
        })
        .collect();
    for which in Which::BOTH {
        let untold = vulnerabilities.untold.iter().filter(|untold| untold.lacking == which).count();
        if untold > 0 {
            let (side, other) = (which.name(), which.other().name());
            let line = format!(
                "whether the {side} image has {} that the {other} one has cannot be told",
                counted(untold)
            );
            lines.push((line, true));
        }
    }
    lines
}

/// What could not be told of one image, and whether much may be hidden in it.
pub(crate) fn of_one(findings: &Findings) -> Vec<(String, bool)> {
    findings.gaps.iter().map(|gap| (gap.to_string(), gap.may_hide())).collect()
}

/// `1 vulnerability`, `2 vulnerabilities`.
pub(crate) fn counted(count: usize) -> String {
    format!("{} {}", number(count), if count == 1 { "vulnerability" } else { "vulnerabilities" })
}
