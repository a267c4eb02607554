//! How lists, ratings and ranges lie in a column: texts parted by control characters, which no record may have in it.
//! Reading never fails: what it does not know is left out.

use model::{Cvss, Fix, FixState, Score, Severity};

use crate::record::{Qualifier, Range, Rating, Said};

/// Parts the parts of a record.
const GROUP: char = '\u{1d}';
/// Parts members of a list.
const MEMBER: char = '\u{1e}';
/// Parts the fields of a member.
const FIELD: char = '\u{1f}';
/// Parts the words of a field.
const WORD: char = '\u{1c}';
/// Stands for the version in a constraint `< VERSION`.
const SAME: &str = "\u{1b}";

/// A list of texts.
pub(crate) fn list(texts: &[String]) -> String {
    joined(texts, MEMBER)
}

/// Reads a list of texts.
pub(crate) fn read_list(text: &str) -> Vec<String> {
    members(text, MEMBER).map(Into::into).collect()
}

/// What a record says of versions.
pub(crate) fn said(ranges: &[Range], qualifiers: &[Qualifier], cves: &[String]) -> String {
    let ranges: Vec<String> = ranges.iter().map(range).collect();
    let qualifiers: Vec<String> = qualifiers.iter().map(qualifier).collect();
    let mut text = ranges.join(&MEMBER.to_string());
    if !qualifiers.is_empty() || !cves.is_empty() {
        text.push(GROUP);
        text += &qualifiers.join(&MEMBER.to_string());
    }
    if !cves.is_empty() {
        text.push(GROUP);
        text += &list(cves);
    }
    text
}

/// Reads what a record says of versions.
pub(crate) fn read_said(text: &str) -> Said {
    let mut groups = text.split(GROUP);
    let mut group = || groups.next().unwrap_or_default();
    Said {
        ranges: members(group(), MEMBER).map(read_range).collect(),
        qualifiers: members(group(), MEMBER).filter_map(read_qualifier).collect(),
        cves: read_list(group()),
    }
}

fn range(range: &Range) -> String {
    let state = match range.fix.state {
        FixState::Unknown => "u",
        FixState::Fixed => "f",
        FixState::NotFixed => "n",
        FixState::WontFix => "w",
    };
    let constraint = clean(&range.constraint);
    let mut versions = joined(&range.fix.versions, WORD);
    // Most records are fixed by the version that they end with.
    if constraint.strip_prefix("< ").is_some_and(|version| version == versions) {
        versions = SAME.into();
    }
    [clean(&range.format), constraint, state.into(), versions].join(&FIELD.to_string())
}

fn read_range(text: &str) -> Range {
    let mut fields = text.split(FIELD);
    let mut field = || fields.next().unwrap_or_default();
    let (format, constraint) = (field().to_owned(), field().to_owned());
    let state = match field() {
        "f" => FixState::Fixed,
        "n" => FixState::NotFixed,
        "w" => FixState::WontFix,
        _ => FixState::Unknown,
    };
    let versions = match field() {
        SAME => constraint.strip_prefix("< ").map(Into::into).into_iter().collect(),
        versions => members(versions, WORD).map(Into::into).collect(),
    };
    Range { format, constraint, fix: Fix { state, versions } }
}

fn qualifier(qualifier: &Qualifier) -> String {
    match qualifier {
        Qualifier::Module(module) => format!("m{}", clean(module)),
        Qualifier::Architecture(architecture) => format!("a{}", clean(architecture)),
        Qualifier::Platform(cpe) => format!("p{}", clean(cpe)),
        Qualifier::RootIo => "r".into(),
        Qualifier::GoImports(imports) => {
            let import = |(path, symbols): &(String, Vec<String>)| {
                let words = std::iter::once(path).chain(symbols).map(|word| clean(word));
                words.collect::<Vec<_>>().join(&WORD.to_string())
            };
            let imports: Vec<String> = imports.iter().map(import).collect();
            format!("g{}", imports.join(&FIELD.to_string()))
        }
    }
}

fn read_qualifier(text: &str) -> Option<Qualifier> {
    let kind = text.chars().next()?;
    let rest = &text[kind.len_utf8()..];
    let import = |text: &str| {
        let mut words = text.split(WORD).map(ToOwned::to_owned);
        (words.next().unwrap_or_default(), words.collect())
    };
    Some(match kind {
        'm' => Qualifier::Module(rest.into()),
        'a' => Qualifier::Architecture(rest.into()),
        'p' => Qualifier::Platform(rest.into()),
        'r' => Qualifier::RootIo,
        'g' => Qualifier::GoImports(members(rest, FIELD).map(import).collect()),
        _ => return None,
    })
}

/// Ratings, the first first.
pub(crate) fn ratings(ratings: &[Rating]) -> String {
    let one = |rating: &Rating| {
        let fields = match rating {
            Rating::Word { severity, source } => {
                [severity.name().into(), clean(source.as_deref().unwrap_or_default())].to_vec()
            }
            Rating::Cvss(Cvss { version, vector, score, source }) => vec![
                format!("v{}", clean(version)),
                clean(vector),
                score.map(|score| score.0.to_string()).unwrap_or_default(),
                clean(source.as_deref().unwrap_or_default()),
            ],
        };
        fields.join(&FIELD.to_string())
    };
    ratings.iter().map(one).collect::<Vec<_>>().join(&MEMBER.to_string())
}

/// Reads ratings.
pub(crate) fn read_ratings(text: &str) -> Vec<Rating> {
    let one = |member: &str| {
        let mut fields = member.split(FIELD);
        let first = fields.next()?;
        let mut field = || Some(fields.next()?.to_owned()).filter(|field| !field.is_empty());
        let Some(version) = first.strip_prefix('v') else {
            return Some(Rating::Word { severity: Severity::of_word(first)?, source: field() });
        };
        let vector = field().unwrap_or_default();
        let score = field().and_then(|score| score.parse().ok()).map(Score);
        Some(Rating::Cvss(Cvss { version: version.into(), vector, score, source: field() }))
    };
    members(text, MEMBER).filter_map(one).collect()
}

fn members(text: &str, between: char) -> impl Iterator<Item = &str> {
    text.split(between).filter(move |_| !text.is_empty())
}

fn joined(texts: &[String], between: char) -> String {
    texts.iter().map(|text| clean(text)).collect::<Vec<_>>().join(&between.to_string())
}

/// A text without the characters that part texts.
fn clean(text: &str) -> String {
    text.chars().filter(|one| !('\u{1b}'..='\u{1f}').contains(one)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let fix = |state, versions: &[&str]| Fix {
            state,
            versions: versions.iter().map(|&version| version.into()).collect(),
        };
        let range = |constraint: &str, fix| Range {
            format: "dpkg".into(),
            constraint: constraint.into(),
            fix,
        };
        let ranges = [
            range("< 1.2-1", fix(FixState::Fixed, &["1.2-1"])),
            range("", fix(FixState::WontFix, &[])),
            range(">= 2, < 2.3", fix(FixState::Fixed, &["2.3", "2.4"])),
            range("< 1.2", fix(FixState::NotFixed, &[])),
        ];
        let qualifiers = [
            Qualifier::Module(String::new()),
            Qualifier::Module("nodejs:18".into()),
            Qualifier::GoImports(vec![
                ("a/b".into(), vec!["F".into(), "T.G".into()]),
                ("c".into(), vec![]),
            ]),
            Qualifier::RootIo,
        ];
        let all = Said {
            ranges: ranges.to_vec(),
            qualifiers: qualifiers.to_vec(),
            cves: vec!["CVE-1".into()],
        };
        assert_eq!(read_said(&said(&all.ranges, &all.qualifiers, &all.cves)), all);
        assert_eq!(read_said(&said(&[], &[], &[])), Said::default());
        let lonely = Said { qualifiers: vec![Qualifier::Module(String::new())], ..Said::default() };
        assert_eq!(read_said(&said(&[], &lonely.qualifiers, &[])), lonely);
        let rated = vec![
            Rating::Word { severity: Severity::Low, source: None },
            Rating::Cvss(Cvss {
                version: "3.1".into(),
                vector: "AV:N".into(),
                score: Some(Score(98)),
                source: Some("nvd".into()),
            }),
        ];
        assert_eq!(read_ratings(&ratings(&rated)), rated);
        assert_eq!(read_list(&list(&["a\u{1e}b".into(), "c".into()])), ["ab", "c"]);
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        assert_eq!(
            read_ratings("dire\u{1e}low"),
            [Rating::Word { severity: Severity::Low, source: None }]
        );
        assert_eq!(read_said("\u{1d}?x\u{1e}r").qualifiers, [Qualifier::RootIo]);
    }
}
