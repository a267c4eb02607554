//! Reads what a Debian package's `copyright` file says of licences: their names, never their texts.

use std::collections::BTreeSet;

use model::Evidence;

use super::{Input, Reading, Unreadable};

/// Names of one file at the most.
const MOST: usize = 1_000;

/// The longest name, or names with `and` and `or` between; what is longer is the text of a licence.
const LONGEST: usize = 200;

/// Where Debian keeps the texts of the licences that many packages have.
const COMMON: &[u8] = b"/usr/share/common-licenses/";

/// Words of sentences: who writes them behind `License:` has put the licence's text there.
const PROSE: &[&str] = &["this", "is", "to", "hereby", "permission"];

/// Reads `usr/share/doc/NAME/copyright`: what stands behind `License:`, as the machine-readable format has it
/// (<https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/>); where there is nothing, names of the common
/// licences that the text refers to.
pub(super) fn copyright(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let package = input.path.rsplit(|&byte| byte == b'/').nth(1).unwrap_or_default();
    let package = String::from_utf8(package.into())
        .map_err(|_| Unreadable("its folder's name is not UTF-8".into()))?;
    let mut names = stated(input.bytes);
    if names.is_empty() {
        names = referred_to(input.bytes);
    }
    let licenses: Vec<String> = names.into_iter().collect();
    let found = (!licenses.is_empty()).then_some(Evidence::Licenses { package, licenses });
    Ok(Reading { evidence: found.into_iter().collect(), ..Reading::default() })
}

/// What files are under, as the paragraphs about them say: `GPL-2+ or MIT`. A paragraph about no files holds the text of a
/// licence that the others name; what none of them names counts as well.
fn stated(bytes: &[u8]) -> BTreeSet<String> {
    let (mut of_files, mut of_texts) = (BTreeSet::new(), BTreeSet::new());
    let (mut names, mut is_of_files) = (Vec::new(), false);
    let lines = bytes.split(|&byte| byte == b'\n').chain([&b""[..]]);
    for line in lines {
        let field = |name: &[u8]| {
            let (field, value) = line.split_at_checked(name.len())?;
            field.eq_ignore_ascii_case(name).then_some(value)
        };
        if let Some(value) = field(b"License:") {
            names.extend(short(value));
        } else if field(b"Files:").or_else(|| field(b"Format:")).is_some() {
            is_of_files = true;
        } else if line.trim_ascii().is_empty() {
            for name in names.drain(..) {
                keep(if is_of_files { &mut of_files } else { &mut of_texts }, &name);
            }
            is_of_files = false;
        }
    }
    let known: BTreeSet<String> = of_files.iter().flat_map(|one| alternatives(one)).collect();
    for name in of_texts {
        if !alternatives(&name).iter().all(|one| known.contains(one)) {
            keep(&mut of_files, &name);
        }
    }
    of_files
}

/// What stands on the field's own line, in single blanks; none where that is a sentence.
fn short(value: &[u8]) -> Option<String> {
    let value = String::from_utf8_lossy(value);
    let words: Vec<&str> = value.split_whitespace().collect();
    let is_prose = |word: &&str| PROSE.iter().any(|one| one.eq_ignore_ascii_case(word));
    (!words.iter().any(is_prose)).then(|| words.join(" ").trim_matches([',', '|', ' ']).into())
}

/// The names between `and`s, `or`s and commas, in small letters.
fn alternatives(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for part in text.to_ascii_lowercase().split([',', '|', '(', ')']) {
        let mut name: Vec<&str> = Vec::new();
        for word in part.split_whitespace().chain(["and"]) {
            match word {
                "and" | "or" | "and/or" => {
                    parts.extend((!name.is_empty()).then(|| name.join(" ")));
                    name.clear();
                }
                word => name.push(word),
            }
        }
    }
    parts
}

/// Names behind the folder of common licences.
fn referred_to(bytes: &[u8]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = bytes;
    while let Some(place) = rest.iter().position(|&byte| byte == COMMON[0]) {
        rest = &rest[place..];
        let Some(after) = rest.strip_prefix(COMMON) else {
            rest = &rest[1..];
            continue;
        };
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b".+-".contains(byte);
        let end = after.iter().take_while(|byte| is_name(byte)).count();
        let name = String::from_utf8_lossy(&after[..end]);
        // A full stop may end the sentence.
        keep(&mut names, name.trim_end_matches(['.', '-']));
        rest = &after[end..];
    }
    names
}

fn keep(names: &mut BTreeSet<String>, name: &str) {
    if !name.is_empty() && name.len() <= LONGEST && names.len() < MOST {
        names.insert(name.into());
    }
}

#[cfg(test)]
mod tests {
    use super::super::ECOSYSTEM;
    use crate::transcript::transcript;

    fn check(bytes: impl AsRef<[u8]>, expect: &str) {
        let told = transcript(&ECOSYSTEM, "usr/share/doc/bash/copyright", bytes.as_ref());
        assert_eq!(told.trim_end(), expect);
    }

    #[test]
    fn the_machine_readable_format_names_licences() {
        check(
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n\
             Files: *\nCopyright: somebody\nLicense: GPL-2+ or MIT\n\nFiles: b\nLicense: GPL-2+\n text\n\n\
             License: GPL-3+ with  autoconf exception\n License: not this one\n",
            "bash is under GPL-2+, GPL-2+ or MIT, GPL-3+ with autoconf exception",
        );
        check(
            "Format: x\nLicense: Expat or GPL-2+\n\nFiles: a\nLicense: GPL-2+ and\n  more, BSD\n\n\
             License: Expat\n text\n\nLicense: gpl-2+\n text\n\nLicense: FTL\nLicense: twice\n",
            "bash is under Expat or GPL-2+, FTL, GPL-2+ and, twice",
        );
    }

    #[test]
    fn other_files_refer_to_common_licences() {
        check(
            "The text is in `/usr/share/common-licenses/GPL-3', and /usr/share/common-licenses/LGPL-2.1.\n\
             See /usr/share/common-licenses/ and /usr/share/doc.\n",
            "bash is under GPL-3, LGPL-2.1",
        );
        check("License:\n\n  It is free.\n", "");
        check("", "");
    }

    #[test]
    fn texts_of_licences_are_no_names() {
        check(format!("License: {}\n\nLicense: MIT\n", "word ".repeat(50)), "bash is under MIT");
        check(
            "License: Permission to use, copy and sell\n\nLicense: BSD 3 clause\n",
            "bash is under BSD 3 clause",
        );
        check(b"License: caf\xe9\n", "bash is under caf\u{fffd}");
    }

    #[test]
    fn a_hostile_file_names_only_so_many() {
        let text: String = (0..100_000).map(|number| format!("License: L{number}\n\n")).collect();
        let told = transcript(&ECOSYSTEM, "usr/share/doc/bash/copyright", text.as_bytes());
        assert_eq!(told.split(", ").count(), 1_000);
        check("/usr/share/common-licenses".repeat(100_000), "bash is under usr");
        check("/".repeat(1 << 20), "");
    }
}
