//! Lock files of npm, yarn and pnpm.

use serde_json::{Map, Value};

use super::Named;

/// `package-lock.json`: since npm 7 by the folder that each is installed in, before by name, one in another.
pub(super) fn npm(document: &Value, named: &mut Named) {
    let text = |value: &Value, field: &str| value.get(field)?.as_str().map(ToOwned::to_owned);
    if let Some(packages) = document.get("packages").and_then(Value::as_object) {
        for (folder, one) in packages {
            // What is elsewhere is the application's own.
            let Some((_, name)) = folder.rsplit_once("node_modules/") else { continue };
            let name = text(one, "name").unwrap_or_else(|| name.into());
            named.add(&name, &text(one, "version").unwrap_or_default());
        }
        return;
    }
    match document.get("dependencies").and_then(Value::as_object) {
        Some(dependencies) => nested(dependencies, named),
        None if document.get("lockfileVersion").is_some() => {}
        None => named.damage.tell(|| "names neither packages nor dependencies".into()),
    }
}

/// Its depth is that of the document, which is bounded where it is read.
fn nested(dependencies: &Map<String, Value>, named: &mut Named) {
    for (name, one) in dependencies {
        let version = one.get("version").and_then(Value::as_str).unwrap_or_default();
        // `"a": "npm:b@1.0.0"`.
        match version.strip_prefix("npm:").and_then(at) {
            Some((name, version)) => named.add(name, version),
            None => named.add(name, version),
        }
        if let Some(within) = one.get("dependencies").and_then(Value::as_object) {
            nested(within, named);
        }
    }
}

/// `yarn.lock`: a paragraph for each, of the first yarn in its own form, of later ones in YAML.
pub(super) fn yarn(text: &str, named: &mut Named) {
    let mut name = "";
    for line in text.lines() {
        if !line.starts_with([' ', '\t']) {
            let first = line.split(", ").next().unwrap_or_default();
            name = at(unquoted(first.trim_end_matches(':'))).map_or("", |(name, range)| {
                // `a@npm:b@^1`: `b` by another name.
                range.strip_prefix("npm:").and_then(at).map_or(name, |(name, _)| name)
            });
            // The application itself, and its parts.
            if ["@workspace:", "@link:", "@portal:", "@file:"].iter().any(|one| line.contains(one))
            {
                name = "";
            }
            continue;
        }
        let line = line.trim();
        let version = line.strip_prefix("version ").or_else(|| line.strip_prefix("version: "));
        if let Some(version) = version.filter(|_| !name.is_empty()) {
            named.add(name, unquoted(version));
            name = "";
        }
    }
}

/// `pnpm-lock.yaml`: names and versions are the keys below `packages:`, which every version of it writes otherwise:
/// `/a/1.0.0_peer`, `/a@1.0.0(peer)`, `a@1.0.0`.
pub(super) fn pnpm(text: &str, named: &mut Named) {
    let mut is_within = false;
    for line in text.lines().filter(|line| !line.is_empty()) {
        if !line.starts_with(' ') {
            is_within = line.trim_end() == "packages:";
            continue;
        }
        let key = line.strip_prefix("  ").filter(|key| is_within && !key.starts_with(' '));
        let Some(key) = key.and_then(|key| key.trim_end().strip_suffix(':')) else { continue };
        let key = unquoted(key);
        let key = key.split('(').next().unwrap_or_default();
        let key = key.strip_prefix('/').unwrap_or(key);
        // What follows a `_` are packages that it was installed for, with versions of their own.
        let older = key.rsplit_once('/').and_then(|(name, version)| {
            let version = version.split('_').next()?;
            let is_version = version.starts_with(|c: char| c.is_ascii_digit());
            (is_version && !version.contains('@')).then_some((name, version))
        });
        if let Some((name, version)) = older.or_else(|| at(key)) {
            named.add(name, version);
        }
    }
}

/// `@scope/name@version`, parted at the last `@` that begins no scope.
pub(super) fn at(text: &str) -> Option<(&str, &str)> {
    let place = text.get(1..)?.find('@')? + 1;
    Some((&text[..place], &text[place + 1..]))
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}
