//! Takes secrets out of texts that somebody is about to read. What is left tells how long they were. It takes out more than
//! rules tell of: who reads a text has no use for what may be a secret.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::runs;
use crate::search;
use crate::setting;

/// What looks secret beside what the rules are about. The group `secret` is taken out.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        // Private keys, also those that are no good or cut short.
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?P<secret>[A-Za-z0-9+/=\s\\:,.()-]*?)(?:-----END|\z)",
        // Hashes of passwords as crypt(3) writes them.
        r"(?P<secret>\$(?:1|2[abxy]?|5|6|7|y|gy|argon2(?:id|i|d))\$[A-Za-z0-9./$=,+*-]{20,})",
        // A word that says that what follows is secret.
        r#"(?i)(?:pass(?:word|wd|phrase)|secret|(?:secret|api|access|private)[_-]?key|token)["']?[ \t]*(?:=>|:=|[=:])[ \t]*["']?(?P<secret>[^\s"'$<{(%,;]{6,}[^\s"',;]*)"#,
        // A password within an address, and a token in the place of a name.
        r#"\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@"'<>]*:(?P<secret>[^\s/@"'<>${]+)@"#,
        r"\b[a-zA-Z][a-zA-Z0-9+.-]*://(?P<secret>[A-Za-z0-9_.~-]{20,})@",
        // The same of attributes and elements, of constants, and of how registries are signed in to.
        r"(?i)<(?:[a-z.]*password|passphrase|secret|token)>(?P<secret>[^<$]{3,})<",
        r#"(?i)\bdefine\(\s*['"][A-Z_]*(?:PASSWORD|SECRET|_KEY|SALT)['"]\s*,\s*['"](?P<secret>[^'"]{3,})"#,
        r#""(?:auth|identitytoken|client-key-data)"\s*:\s*"(?P<secret>[^"]{8,})""#,
        r"(?m)^\s*client-key-data:\s*(?P<secret>[A-Za-z0-9+/=]{8,})",
        // What somebody signs in with.
        r#"(?i)\bauthorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+(?P<secret>[^\s"'$]{6,})"#,
        r#"\b(?:curl|wget)\b[^|;&\n]*?\s(?:-u|--user)[ =]?["']?[^\s:"'/]+:(?P<secret>[^\s"'$]+)"#,
        r#"\b(?:docker|podman|skopeo|crane)\s+(?:[a-z]+\s+)?login\b[^|;&\n]*?\s-p[ =]?["']?(?P<secret>[^\s"'$-][^\s"']*)"#,
        r#"\bmysql(?:admin|dump|import)?\b[^|;&\n]*?\s-p(?P<secret>[^\s"'$]+)"#,
        r#"\becho\s+(?:-\w+\s+)?["']?[A-Za-z_][\w.-]*:(?P<secret>[^\s"'|$]+)["']?\s*\|\s*chpasswd"#,
        // Hashes of passwords as LDAP writes them.
        r"\{(?:S?SHA(?:256|384|512)?|S?MD5|CRYPT)\}(?P<secret>[A-Za-z0-9+/=.$]{8,})",
    ];
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

/// What begins as tokens of a maker do, of any length.
static BEGINNINGS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let beginnings: Vec<String> = search::beginnings().map(regex::escape).collect();
    Regex::new(&format!(r"\b(?:{})[A-Za-z0-9_.=-]{{16,}}", beginnings.join("|"))).ok()
});

/// A text without the secrets in it. It has as many lines as before, each in its place: a secret of several lines is taken
/// out of each of them. In files of some names more is secret than elsewhere; `path` has no leading slash.
///
/// ```
/// let text = "user: shop\npassword: hunter2-hunter2\n";
/// assert_eq!(risk::redact(None, text), "user: shop\npassword: ‹15 characters›\n");
/// ```
pub fn redact<'a>(path: Option<&[u8]>, text: &'a str) -> Cow<'a, str> {
    let bytes = text.as_bytes();
    let mut places = search::likely(bytes, path);
    places.extend(setting::likely(None, text));
    places.extend(apparent(bytes));
    if path.is_some_and(has_hashes) {
        places.extend(hashes(text));
    }
    without(text, places)
}

/// What looks secret by what stands around it, in no order.
fn apparent(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for pattern in &*PATTERNS {
        let secrets = pattern.captures_iter(bytes).filter_map(|found| found.name("secret"));
        places.extend(secrets.map(|secret| secret.range()));
    }
    if let Some(pattern) = &*BEGINNINGS {
        let tokens = pattern.find_iter(bytes).filter(|found| !runs::is_wordy(found.as_bytes()));
        places.extend(tokens.map(|token| token.range()));
    }
    // What was taken out before is no secret any more.
    places.retain(|place| !bytes[place.clone()].starts_with(HIDDEN.as_bytes()));
    places
}

/// What stands at the beginning of what is told in a secret's place.
pub(crate) const HIDDEN: &str = "‹";

/// Whether the second field of each line of such a file is a hash of a password, of whatever form.
fn has_hashes(path: &[u8]) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    matches!(name, b"shadow" | b"shadow-" | b"gshadow" | b"gshadow-" | b".htpasswd" | b"htpasswd")
}

/// The places of those fields. What forbids to sign in is none.
fn hashes(text: &str) -> Vec<Range<usize>> {
    let mut from = 0;
    let lines = text.split('\n').filter_map(|line| {
        let start = from;
        from += line.len() + 1;
        let (name, rest) = line.split_once(':')?;
        let field = rest.split(':').next().unwrap_or(rest).trim_end_matches('\r');
        let is_locked = field.trim_start_matches(['!', '*']).len() < 3;
        let start = start + name.len() + 1;
        (!is_locked).then(|| start..start + field.len())
    });
    lines.collect()
}

/// The value of a setting without the secrets in it: of a variable or a label by its name, of a line without one.
pub fn redact_setting<'a>(name: Option<&str>, value: &'a str) -> Cow<'a, str> {
    let mut places = setting::likely(name, value);
    places.extend(apparent(value.as_bytes()));
    without(value, places)
}

/// The words of a command without the secrets in them. A word behind an option with a secretive name is secret, too.
pub fn redact_words(words: &[String]) -> Vec<String> {
    let before = [None].into_iter().chain(words.iter().map(|word| setting::option_name(word)));
    let redacted = words.iter().zip(before).map(|(word, option)| {
        // A word that is an option itself is no value.
        let name = option.filter(|_| !word.starts_with('-'));
        redact_setting(None, &redact_setting(name, word)).into_owned()
    });
    redacted.collect()
}

fn without(text: &str, mut places: Vec<Range<usize>>) -> Cow<'_, str> {
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    places.sort_by_key(|place| (place.start, place.end));
    let mut told = String::with_capacity(text.len());
    let mut end = 0;
    for place in places {
        let start = floor(text, place.start.max(end));
        let stop = ceiling(text, place.end.max(end));
        if start >= stop {
            continue;
        }
        told.push_str(&text[end..start]);
        for (number, line) in text[start..stop].split('\n').enumerate() {
            if number > 0 {
                told.push('\n');
            }
            let (line, end) = line.strip_suffix('\r').map_or((line, ""), |line| (line, "\r"));
            if !line.is_empty() {
                told.push_str(&format!("{HIDDEN}{} characters›", line.chars().count()));
            }
            told.push_str(end);
        }
        end = stop;
    }
    told.push_str(&text[end..]);
    Cow::Owned(told)
}

/// The nearest place before which a character ends, not behind this one.
fn floor(text: &str, mut place: usize) -> usize {
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

/// The nearest place before which a character ends, not before this one.
fn ceiling(text: &str, mut place: usize) -> usize {
    while place < text.len() && !text.is_char_boundary(place) {
        place += 1;
    }
    place.min(text.len())
}
