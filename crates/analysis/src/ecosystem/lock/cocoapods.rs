//! `Podfile.lock`, which pods are locked in: YAML, of which the lists that matter here have a form of their own.

use std::collections::BTreeSet;

use super::Named;

/// Below `PODS:`, indented by two, `- Name/Part (version)`; below that, deeper, what each needs. What `EXTERNAL SOURCES:` has from a
/// folder is the application's own.
pub(super) fn pods(text: &str, named: &mut Named) {
    let own = own(text);
    for line in section(text, "PODS:") {
        let Some(pod) = line.strip_prefix("  - ") else { continue };
        let pod = pod.trim_end().trim_end_matches(':').trim_matches('"');
        let Some((name, version)) = pod.strip_suffix(')').and_then(|pod| pod.split_once(" ("))
        else {
            continue;
        };
        // Parts of a pod have its version.
        let name = name.split('/').next().unwrap_or_default();
        if !own.contains(name) {
            named.add(name, version);
        }
    }
}

fn own(text: &str) -> BTreeSet<&str> {
    let mut own = BTreeSet::new();
    let mut name = "";
    for line in section(text, "EXTERNAL SOURCES:") {
        if let Some(key) = line.strip_prefix("  ").filter(|key| !key.starts_with(' ')) {
            name = key.trim_end().trim_end_matches(':').trim_matches('"');
            name = name.split('/').next().unwrap_or_default();
        } else if line.trim_start().starts_with(":path:") {
            own.insert(name);
        }
    }
    own
}

/// The lines of a section, which ends where the next one begins.
fn section<'a>(text: &'a str, title: &str) -> impl Iterator<Item = &'a str> {
    let lines = text.lines().skip_while(move |line| line.trim_end() != title).skip(1);
    lines.take_while(|line| line.is_empty() || line.starts_with(' '))
}
