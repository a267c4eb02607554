//! The lock file of Bun (`bun.lock`): JSON in which a comma may stand before a bracket, and remarks anywhere. The one before it,
//! `bun.lockb`, is bytes of Bun's own and is not read.

use serde_json::Value;

use super::Named;
use super::javascript::at;

/// Below `packages`, by the folder that each is installed in, a list of which the first is `name@version`.
pub(super) fn bun(text: &str, named: &mut Named) {
    let document: Value = match serde_json::from_str(&strict(text)) {
        Ok(document) => document,
        Err(error) => {
            named.damage.tell(|| format!("is not the JSON of Bun ({error})"));
            return;
        }
    };
    let Some(packages) = document.get("packages").and_then(Value::as_object) else {
        // Without dependencies there are none.
        if document.get("lockfileVersion").is_none() {
            named.damage.tell(|| "names no packages".into());
        }
        return;
    };
    // What comes from a folder, an archive or a repository has no version there, and is not added.
    for one in packages.values().filter_map(|one| one.get(0)?.as_str()) {
        if let Some((name, version)) = at(one) {
            named.add(name, version);
        }
    }
}

/// The text without remarks and without commas that nothing follows, as JSON wants it.
fn strict(text: &str) -> String {
    let mut strict = String::with_capacity(text.len());
    // Where the last comma stands, if only blanks and remarks came after it.
    let mut comma = None;
    let mut rest = text;
    while let Some(one) = rest.chars().next() {
        let length = match one {
            '"' => string(rest),
            '/' if rest.starts_with("//") => {
                rest = rest.find('\n').map_or("", |end| &rest[end..]);
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = rest[2..].find("*/").map_or("", |end| &rest[end + 4..]);
                continue;
            }
            one => one.len_utf8(),
        };
        match one {
            ',' => comma = Some(strict.len()),
            '}' | ']' => {
                if let Some(place) = comma.take() {
                    strict.truncate(place);
                }
            }
            one if one.is_whitespace() => {}
            _ => comma = None,
        }
        strict.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    strict
}

/// How long the string is that a text begins with, quotes included.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    for (place, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return place + 1,
            _ => {}
        }
    }
    text.len()
}
