//! Which licence of SPDX's list a name means. Spellings differ in case, blanks, dashes, `v`, `.0` and in the words `the`,
//! `license` and `version`: names that differ in nothing else are one name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Dialect;

/// Names that package managers and people have for licences whose identifier and title are others. Each says which
/// licence it is, version included: `BSD` and `Apache` do not.
const ALIASES: &[(&str, &str)] = &[
    // Debian's machine-readable format.
    ("Expat", "MIT"),
    ("MIT-Expat", "MIT"),
    ("OpenLDAP-2.8", "OLDAP-2.8"),
    ("CC0", "CC0-1.0"),
    ("BSD-2", "BSD-2-Clause"),
    ("BSD-3", "BSD-3-Clause"),
    ("BSD-4", "BSD-4-Clause"),
    ("GFDL-NIV-1.1+", "GFDL-1.1-no-invariants-or-later"),
    ("GFDL-NIV-1.2", "GFDL-1.2-no-invariants-only"),
    ("GFDL-NIV-1.2+", "GFDL-1.2-no-invariants-or-later"),
    ("GFDL-NIV-1.3", "GFDL-1.3-no-invariants-only"),
    ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
    ("APACHE-2-LLVM-EXCEPTIONS", "Apache-2.0 WITH LLVM-exception"),
    // RPM's packages, before they wrote SPDX's.
    ("ASL 1.0", "Apache-1.0"),
    ("ASL 1.1", "Apache-1.1"),
    ("ASL 2.0", "Apache-2.0"),
    ("BSD with advertising", "BSD-4-Clause"),
    ("Boost", "BSL-1.0"),
    ("Artistic clarified", "ClArtistic"),
    ("OFL", "OFL-1.1"),
    // Identifiers that are out of use.
    ("BSD-2-Clause-NetBSD", "BSD-2-Clause"),
    ("BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views"),
    ("StandardML-NJ", "SMLNJ"),
    // Languages, and people.
    ("MIT/X11", "MIT"),
    ("X11/MIT", "MIT"),
    ("MIT/Expat", "MIT"),
    ("BSD 2-Clause Simplified", "BSD-2-Clause"),
    ("Simplified BSD", "BSD-2-Clause"),
    ("2-Clause BSD", "BSD-2-Clause"),
    ("New BSD", "BSD-3-Clause"),
    ("Modified BSD", "BSD-3-Clause"),
    ("Revised BSD", "BSD-3-Clause"),
    ("3-Clause BSD", "BSD-3-Clause"),
    ("BSD (3-clause)", "BSD-3-Clause"),
    ("BSD (2-clause)", "BSD-2-Clause"),
    ("4-Clause BSD", "BSD-4-Clause"),
    ("Apache Software License 2.0", "Apache-2.0"),
    ("Apache Software License 1.1", "Apache-1.1"),
    ("ISCL", "ISC"),
    ("zlib/libpng", "Zlib"),
    ("libpng/zlib", "Zlib"),
    ("Python Software Foundation", "PSF-2.0"),
    ("PSF", "PSF-2.0"),
    ("CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "CC0-1.0"),
    ("EPL 1", "EPL-1.0"),
    ("EPL 2", "EPL-2.0"),
    ("Eclipse Public License v1.0", "EPL-1.0"),
    ("Eclipse Distribution License v1.0", "BSD-3-Clause"),
    ("EDL 1", "BSD-3-Clause"),
    // Addresses, which Java's archives have in place of names.
    ("www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
    ("www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
    ("www.apache.org/licenses/LICENSE-2.0.html", "Apache-2.0"),
    ("apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
    ("opensource.org/licenses/Apache-2.0", "Apache-2.0"),
    ("opensource.org/licenses/MIT", "MIT"),
    ("www.opensource.org/licenses/mit-license.php", "MIT"),
    ("opensource.org/licenses/mit-license.php", "MIT"),
    ("opensource.org/licenses/BSD-2-Clause", "BSD-2-Clause"),
    ("opensource.org/licenses/BSD-3-Clause", "BSD-3-Clause"),
    ("www.eclipse.org/legal/epl-v10.html", "EPL-1.0"),
    ("www.eclipse.org/legal/epl-2.0", "EPL-2.0"),
    ("www.eclipse.org/org/documents/edl-v10.php", "BSD-3-Clause"),
    ("www.gnu.org/licenses/old-licenses/lgpl-2.1.html", "LGPL-2.1-only"),
    ("www.mozilla.org/MPL/2.0/", "MPL-2.0"),
    ("creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
];

/// Names of exceptions of which SPDX lists one version.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("Bison", "Bison-exception-2.2"),
    ("Classpath", "Classpath-exception-2.0"),
    ("Font", "Font-exception-2.0"),
    ("LLVM", "LLVM-exception"),
    ("Libtool", "Libtool-exception"),
    ("Linux-syscall-note", "Linux-syscall-note"),
    ("GCC 3.1", "GCC-exception-3.1"),
    ("GCC Runtime Library 3.1", "GCC-exception-3.1"),
    ("u-boot", "u-boot-exception-2.0"),
];

/// Names, as far as they tell licences apart, and which licence each is.
static LISTED: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
    let mut listed = BTreeMap::new();
    let is_current = |license: &&spdx::License| license.flags & spdx::flags::IS_DEPRECATED == 0;
    let licenses = || spdx::identifiers::LICENSES.iter();
    // Where a title is another's identifier, the identifier counts; what stands here by name counts most.
    for license in licenses().filter(is_current) {
        listed.insert(key(license.full_name), license.name);
    }
    for license in licenses().filter(is_current) {
        listed.insert(key(license.name), license.name);
    }
    listed.extend(ALIASES.iter().map(|(name, license)| (key(name), *license)));
    listed
});

/// The identifier of a name, or the small expression that it stands for.
pub(super) fn listed(name: &str, dialect: Dialect) -> Option<String> {
    // Java's archives say where the text is: `Apache-2.0;link="…"`.
    let name = name.split(";link=").next().unwrap_or_default().trim_matches(['"', ' ']);
    let address = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://"));
    let name = address.map_or(name, |address| address.trim_end_matches('/'));
    let words = words(name);
    if words.is_empty() {
        return None;
    }
    if words == ["artistic"] {
        return Some(
            if dialect.artistic_is_perl { "Artistic-1.0-Perl" } else { "Artistic-1.0" }.into(),
        );
    }
    if let Some(license) = LISTED.get(&words.join(" ")) {
        return Some((*license).into());
    }
    gnu(&words)
        .or_else(|| or_later(&words))
        .or_else(|| with_exception(name, dialect))
        .or_else(|| abbreviated(name, dialect))
}

/// What tells a name from others: its words in small letters and its numbers, without what nobody means.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_of_number = |one: char| one.is_ascii_digit() || one == '.';
        let length = if first.is_ascii_digit() {
            rest.find(|one| !is_of_number(one)).unwrap_or(rest.len())
        } else if first.is_alphabetic() {
            rest.find(|one: char| !one.is_alphabetic()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(length);
        rest = after;
        if first.is_ascii_digit() {
            let mut number = word.trim_end_matches('.');
            while let Some(shorter) = number.strip_suffix(".0") {
                number = shorter;
            }
            words.push(number.into());
        } else if first.is_alphabetic() {
            let mut word = word.to_lowercase();
            // `GPLv2`, `v2`.
            if rest.starts_with(|one: char| one.is_ascii_digit()) && word.ends_with('v') {
                word.pop();
            }
            if !matches!(&*word, "" | "the" | "license" | "licence" | "version") {
                words.push(word);
            }
        } else if first == '+' {
            words.push("+".into());
        }
    }
    // R writes `GPL (>= 2)`.
    if name.contains(">=") {
        words.push("+".into());
    }
    words
}

fn key(name: &str) -> String {
    words(name).join(" ")
}

/// A name without its `+` or `or later`.
fn earliest(words: &[String]) -> Option<&[String]> {
    if let Some((last, before)) = words.split_last()
        && last == "+"
    {
        return Some(before);
    }
    let or = words.iter().position(|word| word == "or")?;
    let last = words.last()?;
    let is_later = matches!(&**last, "later" | "newer" | "greater" | "above" | "higher");
    is_later.then_some(&words[..or])
}

/// How names of GNU's licences begin, and which one each is.
const FAMILIES: &[(&[&str], &str)] = &[
    (&["gpl"], "GPL"),
    (&["general", "public"], "GPL"),
    (&["lgpl"], "LGPL"),
    (&["lesser", "general", "public"], "LGPL"),
    (&["lesser", "gpl"], "LGPL"),
    (&["library", "general", "public"], "LGPL"),
    (&["library", "or", "lesser", "general", "public"], "LGPL"),
    (&["agpl"], "AGPL"),
    (&["affero", "general", "public"], "AGPL"),
    (&["affero", "gpl"], "AGPL"),
    (&["gfdl"], "GFDL"),
    (&["fdl"], "GFDL"),
    (&["free", "documentation"], "GFDL"),
];

/// The versions of each that SPDX lists, the first first.
const VERSIONS: &[(&str, &str)] = &[
    ("GPL", "1.0"),
    ("GPL", "2.0"),
    ("GPL", "3.0"),
    ("LGPL", "2.0"),
    ("LGPL", "2.1"),
    ("LGPL", "3.0"),
    ("AGPL", "1.0"),
    ("AGPL", "3.0"),
    ("GFDL", "1.1"),
    ("GFDL", "1.2"),
    ("GFDL", "1.3"),
];

/// The licences of GNU are listed apart for each version alone and with all that follow. Who names no version leaves the
/// choice, as the licences themselves say.
fn gnu(words: &[String]) -> Option<String> {
    let (words, is_later) = match earliest(words) {
        Some(words) => (words, true),
        None => (words.strip_suffix(&["only".to_owned()]).unwrap_or(words), false),
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let words = words.strip_prefix(&["gnu"]).unwrap_or(&words);
    let (rest, family) =
        FAMILIES.iter().find_map(|(name, family)| Some((words.strip_prefix(*name)?, *family)))?;
    let mut versions = VERSIONS.iter().filter(|(of, _)| *of == family).map(|(_, version)| version);
    let (version, is_later) = match rest {
        [] => (versions.next()?, true),
        // `3` and `3.0` are one.
        [said] => (versions.find(|one| one.strip_suffix(".0").unwrap_or(one) == *said)?, is_later),
        _ => return None,
    };
    Some(format!("{family}-{version}-{}", if is_later { "or-later" } else { "only" }))
}

/// `Apache-2.0+`, `MPL 2.0 or later`.
fn or_later(words: &[String]) -> Option<String> {
    let license = LISTED.get(&earliest(words)?.join(" "))?;
    (!license.contains([' ', '+'])).then(|| format!("{license}+"))
}

/// `GPL-2+ with Bison exception`, `GPL-2.0-with-classpath-exception`.
fn with_exception(name: &str, dialect: Dialect) -> Option<String> {
    let small = name.to_ascii_lowercase();
    let parts = |with: &str| {
        let place = small.find(with)?;
        Some((&name[..place], &name[place + with.len()..]))
    };
    let (license, exception) = parts(" with ").or_else(|| parts("-with-"))?;
    let license = listed(license, dialect).filter(|license| !license.contains(' '))?;
    let exceptions = || spdx::identifiers::EXCEPTIONS.iter().map(|one| (one.name, one.name));
    let wanted = key_of_exception(exception);
    let (_, exception) = EXCEPTIONS
        .iter()
        .copied()
        .chain(exceptions())
        .find(|(name, _)| key_of_exception(name) == wanted)?;
    Some(format!("{license} WITH {exception}"))
}

fn key_of_exception(name: &str) -> String {
    let words =
        words(name).into_iter().filter(|word| !matches!(&**word, "exception" | "exceptions"));
    words.collect::<Vec<_>>().join(" ")
}

/// `ISC License (ISCL)`: what stands in the parentheses is the same in short, where the rest does not say another.
fn abbreviated(name: &str, dialect: Dialect) -> Option<String> {
    let (long, short) = name.strip_suffix(')')?.rsplit_once('(')?;
    if long.trim().is_empty() || long.contains(['(', ')']) {
        return None;
    }
    let short = listed(short, dialect)?;
    match listed(long, dialect) {
        Some(long) => (long == short).then_some(short),
        // Several names, of which the last has something in parentheses.
        None if long.contains([',', ';', '|', '/', '&']) => None,
        None => (!words(long).iter().any(|word| word == "and" || word == "or")).then_some(short),
    }
}
