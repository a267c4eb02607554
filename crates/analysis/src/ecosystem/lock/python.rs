//! Lock files of Poetry, PDM, uv and Pipenv, the one that Python itself defines, and what pip is given to install where versions are pinned.

use serde_json::Value;

use super::Named;

/// `[[package]]` tables with a name and a version, as Poetry, PDM and uv write them; `[[packages]]` in `pylock.toml`.
pub(super) fn tables(text: &str, named: &mut Named) {
    let mut table = Table::default();
    // A full TOML document is not needed for two texts, of which none goes over a line.
    for line in text.lines().chain(["["]).map(str::trim) {
        if line.starts_with('[') {
            std::mem::take(&mut table).end(named);
            table.is_package = matches!(line, "[[package]]" | "[[packages]]");
            continue;
        }
        let Some((field, value)) = line.split_once('=').filter(|_| table.is_package) else {
            continue;
        };
        let value = value.trim();
        let text = || value.split(['"', '\'']).nth(1).unwrap_or_default().to_owned();
        match field.trim() {
            "name" => table.name = text(),
            "version" => table.version = text(),
            // What uv locks for the application itself.
            "source" => {
                let own = ["editable", "virtual", "directory", "workspace"];
                table.is_own = own.iter().any(|own| value.contains(&format!("{{ {own} =")));
            }
            _ => {}
        }
    }
}

/// A table of a package.
#[derive(Default)]
struct Table {
    is_package: bool,
    is_own: bool,
    name: String,
    version: String,
}

impl Table {
    fn end(self, named: &mut Named) {
        if self.is_package && !self.is_own {
            named.add(&self.name, &self.version);
        }
    }
}

/// `Pipfile.lock`: by name, with versions behind `==`.
pub(super) fn pipenv(document: &Value, named: &mut Named) {
    let groups = document.as_object().into_iter().flatten();
    for packages in groups.filter(|(name, _)| *name != "_meta").map(|(_, group)| group) {
        for (name, one) in packages.as_object().into_iter().flatten() {
            let version = one.get("version").and_then(Value::as_str).unwrap_or_default();
            named.add(name, version.trim_start_matches('='));
        }
    }
}

/// `requirements.txt`: lines that pin a version. Others leave it to whoever installs.
pub(super) fn requirements(text: &str, named: &mut Named) {
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let line = line.split(" --").next().unwrap_or_default().trim_end_matches('\\');
        let requirement = line.split(';').next().unwrap_or_default().trim();
        let Some((name, version)) = requirement.split_once("==") else { continue };
        let name = name.split('[').next().unwrap_or_default().trim();
        let version = version.trim_start_matches('=').trim();
        let is_name = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if is_name && !version.contains(['*', ',', ' ']) {
            named.add(name, version);
        }
    }
}
