//! Reads what a Debian package's `copyright` file says of licences: their names, never their texts.

use std::collections::BTreeSet;

use model::Evidence;

use super::{Input, Reading, Unreadable};

/// Names of one file at the most.
const MOST: usize = 1_000;

/// The longest name; what is longer is the text of a licence.
const LONGEST: usize = 100;

/// Where Debian keeps the texts of the licences that many packages have.
const COMMON: &[u8] = b"/usr/share/common-licenses/";

/// Reads `usr/share/doc/NAME/copyright`: the names behind `License:`, as the machine-readable format has them; where
/// there are none, those of the common licences that the text refers to.
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

/// `License: GPL-2+ or MIT`: what stands on the field's own line, alternatives taken apart.
fn stated(bytes: &[u8]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in bytes.split(|&byte| byte == b'\n') {
        let Some((field, value)) = line.split_at_checked(b"License:".len()) else { continue };
        if !field.eq_ignore_ascii_case(b"License:") {
            continue;
        }
        for name in String::from_utf8_lossy(value).split([',', '|']).flat_map(alternatives) {
            keep(&mut names, &name);
        }
    }
    names
}

/// The parts between `and`s and `or`s, each in single blanks.
fn alternatives(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for word in text.split_whitespace() {
        match (&*word.to_ascii_lowercase(), parts.last_mut()) {
            ("and" | "or" | "and/or", _) | (_, None) => parts.push(String::new()),
            (_, Some(part)) if part.is_empty() => *part = word.into(),
            (_, Some(part)) => *part = format!("{part} {word}"),
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
            "bash is under GPL-2+, GPL-3+ with autoconf exception, MIT",
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
        check(format!("License: {}\nLicense: MIT\n", "word ".repeat(50)), "bash is under MIT");
        check(b"License: caf\xe9\n", "bash is under caf\u{fffd}");
    }

    #[test]
    fn a_hostile_file_names_only_so_many() {
        let text: String = (0..100_000).map(|number| format!("License: L{number}\n")).collect();
        let told = transcript(&ECOSYSTEM, "usr/share/doc/bash/copyright", text.as_bytes());
        assert_eq!(told.split(", ").count(), 1_000);
        check("/usr/share/common-licenses".repeat(100_000), "bash is under usr");
        check("/".repeat(1 << 20), "");
    }
}
