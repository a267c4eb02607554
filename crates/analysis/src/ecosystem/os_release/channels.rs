//! Lines of releases that are kept alive apart, and files that tell that an image takes fixes from them: Red Hat's
//! Extended Update Support (`eus`) by the repositories that an image was built from, Ubuntu's Expanded Security Maintenance
//! (`esm`) by the sources of apt and by what its client says of itself. What such files say of entitlements alone is no
//! evidence: what counts is where packages came from.

use model::Evidence;
use serde_json::Value;

use super::super::{Input, Reader, Reading, Unreadable, Want};

/// Where the build system of Red Hat writes which repositories an image was built from.
pub(super) const MANIFESTS: Reader =
    reader(Want::In("root/buildinfo/content_manifests", ".json"), manifest);
/// The same, of later images.
pub(super) const CONTENT_SETS: Reader =
    reader(Want::Path("usr/share/buildinfo/content-sets.json"), manifest);
/// Sources of apt, in either of its forms.
pub(super) const SOURCES: Reader = reader(Want::In("etc/apt/sources.list.d", ""), sources);
/// Credentials for them, which Ubuntu's client takes away with its subscription.
pub(super) const CREDENTIALS: Reader =
    reader(Want::Path("etc/apt/auth.conf.d/90ubuntu-advantage"), sources);
/// What Ubuntu's client says of its services.
pub(super) const STATUS: Reader =
    reader(Want::Path("var/lib/ubuntu-advantage/status.json"), status);

const fn reader(wants: Want, read: fn(&Input<'_>) -> Result<Reading, Unreadable>) -> Reader {
    Reader { revision: 1, wants, companions: &[], limit: 1 << 20, read }
}

/// Reads a list of repositories (`rhel-9-for-x86_64-baseos-eus-rpms`), in whatever JSON around them.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn manifest(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(input.bytes);
    let is_eus = ["baseos-eus", "appstream-eus"].iter().any(|word| text.contains(word));
    Ok(takes("eus", is_eus))
}

/// Reads lines; of a comment nothing counts.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every reader")]
fn sources(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(input.bytes);
    let is_esm = text.lines().any(|line| {
        let said = line.split('#').next().unwrap_or_default();
        // The same host has the certified builds (`/fips`), which are a line of their own.
        ["infra", "apps"].iter().any(|part| said.contains(&format!("esm.ubuntu.com/{part}")))
    });
    Ok(takes("esm", is_esm))
}

/// Reads what the client says of its services, each with a name and a status.
fn status(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let status: Value = serde_json::from_slice(input.bytes)
        .map_err(|error| Unreadable(format!("it is not the JSON that it should be ({error})")))?;
    let services = status["services"].as_array().into_iter().flatten();
    let is_esm = services.into_iter().any(|service| {
        let is_esm = matches!(service["name"].as_str(), Some("esm-infra" | "esm-apps"));
        is_esm && service["status"] == "enabled"
    });
    Ok(takes("esm", is_esm))
}

fn takes(channel: &str, does: bool) -> Reading {
    let evidence = does.then(|| Evidence::Channel(channel.into())).into_iter().collect();
    Reading { evidence, ..Reading::default() }
}

#[cfg(test)]
mod tests {
    use super::super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(path: &str, text: &str, expect: &str) {
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    #[test]
    fn repositories_of_red_hat_tell_of_eus() {
        let eus = r#"{"content_sets":["rhel-9-for-x86_64-baseos-eus-rpms"]}"#;
        let usual = r#"{"content_sets":["rhel-9-for-x86_64-baseos-rpms"]}"#;
        for path in
            ["root/buildinfo/content_manifests/a-1.json", "usr/share/buildinfo/content-sets.json"]
        {
            check(path, eus, "takes fixes of eus");
            check(path, usual, "");
        }
    }

    #[test]
    fn sources_of_apt_tell_of_esm() {
        let list = "etc/apt/sources.list.d/ubuntu-esm-infra.list";
        check(list, "deb https://esm.ubuntu.com/infra/ubuntu xenial main", "takes fixes of esm");
        check(list, "# deb https://esm.ubuntu.com/infra/ubuntu xenial main", "");
        check(list, "deb https://esm.ubuntu.com/fips/ubuntu xenial main", "");
        let sources = "etc/apt/sources.list.d/ubuntu-esm-apps.sources";
        check(
            sources,
            "Types: deb\nURIs: https://esm.ubuntu.com/apps/ubuntu\n",
            "takes fixes of esm",
        );
        let credentials = "etc/apt/auth.conf.d/90ubuntu-advantage";
        check(
            credentials,
            "machine esm.ubuntu.com/apps/ubuntu/ login bearer password x",
            "takes fixes of esm",
        );
    }

    #[test]
    fn a_service_counts_that_is_enabled() {
        let check = |status: &str, expect: &str| {
            let text = format!(r#"{{"services":[{{"name":"esm-infra","status":"{status}"}}]}}"#);
            check("var/lib/ubuntu-advantage/status.json", &text, expect);
        };
        check("enabled", "takes fixes of esm");
        check("disabled", "");
    }
}
