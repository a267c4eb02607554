//! Passwords, where programs keep them and where people leave them.

use super::{About, password};
use crate::check::{basic, chosen, chosen_and_odd, is_stand_in};
use crate::rule::{Files, Rule, Severity};

pub(super) static RULES: &[Rule] = &[
    password(
        About {
            id: "docker-credentials",
            severity: Severity::High,
            title: "credentials of a registry",
            reason: "Base64 hides nothing: whoever reads the file can pull, and often push",
        },
        Files::Named(&["config.json", ".dockercfg", ".dockerconfigjson", "auth.json"]),
        &["\"auth\""],
        r#""(?P<name>auth)"\s*:\s*"(?P<secret>[A-Za-z0-9+/]{8,}={0,2})""#,
        basic,
    ),
    password(
        About {
            id: "npm-credentials",
            severity: Severity::High,
            title: "credentials of an npm registry",
            reason: "Whoever has them reads, and often publishes, packages in their owner's name",
        },
        Files::Named(&[".npmrc", "npmrc", ".yarnrc.yml", ".yarnrc"]),
        &["_auth", "_password", "npmAuth"],
        r#"(?P<name>_authToken|_auth|_password|npmAuthToken|npmAuthIdent)["']?\s*[=:\s]\s*["']?(?P<secret>[^\s"']{6,})"#,
        chosen,
    ),
    password(
        About {
            id: "pypi-credentials",
            severity: Severity::High,
            title: "credentials of a Python package index",
            reason: "Whoever has them publishes packages in their owner's name",
        },
        Files::Named(&[".pypirc"]),
        &["password"],
        r"(?m)^\s*(?P<name>password)\s*[:=]\s*(?P<secret>\S{4,})",
        chosen,
    ),
    password(
        About {
            id: "netrc-password",
            severity: Severity::High,
            title: "password in .netrc",
            reason: "It opens the machine that stands beside it",
        },
        Files::Named(&[".netrc", "_netrc"]),
        &["password"],
        r"\b(?P<name>password)\s+(?P<secret>\S{3,})",
        chosen,
    ),
    password(
        About {
            id: "pgpass-password",
            severity: Severity::High,
            title: "password in .pgpass",
            reason: "It opens the database that stands beside it",
        },
        Files::Named(&[".pgpass", "pgpass.conf"]),
        &[":"],
        r"(?m)^[^#:\n][^:\n]*:(?:\d+|\*):[^:\n]+:[^:\n]+:(?P<secret>[^\n]+)$",
        chosen,
    ),
    password(
        About {
            id: "password-in-address",
            severity: Severity::High,
            title: "password in an address",
            reason: "It opens what the address leads to",
        },
        Files::Configuration,
        &["://"],
        r#"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s/:@"'<>]{0,64}:(?P<secret>[^\s/:@"'<>]{3,128})@[A-Za-z0-9\[]"#,
        chosen,
    ),
    password(
        About {
            id: "git-credentials",
            severity: Severity::High,
            title: "credentials in the address of a repository",
            reason: "Whoever has them reads, and often writes, the repository",
        },
        Files::Named(&[".git/config", ".git/FETCH_HEAD"]),
        &["://"],
        r"\bhttps?://(?:[^\s/:@]{0,64}:)?(?P<secret>[^\s/:@]{8,256})@",
        chosen_and_odd,
    ),
    password(
        About {
            id: "basic-authorization",
            severity: Severity::Medium,
            title: "HTTP credentials",
            reason: "Base64 hides nothing: it is a name and a password",
        },
        Files::Configuration,
        &["Basic ", "basic "],
        r"(?i)\b(?P<name>authorization)\b\W{1,6}basic\s+(?P<secret>[A-Za-z0-9+/]{8,}={0,2})",
        basic,
    ),
    password(
        About {
            id: "password-hash",
            severity: Severity::Medium,
            title: "hashed password of a user",
            reason: "Passwords can be guessed without anybody noticing once their hashes are out",
        },
        Files::Named(&["etc/shadow", "etc/shadow-", "etc/gshadow", ".htpasswd", "htpasswd"]),
        &["$"],
        r"(?m)^(?P<name>[^:\n#]+):(?P<secret>\$[^:\n]{10,})",
        |met| !is_stand_in(met.secret),
    ),
    password(
        About {
            id: "django-secret-key",
            severity: Severity::High,
            title: "secret key of Django",
            reason: "Whoever has it forges sessions and whatever else the site signs",
        },
        Files::Named(&["settings.py", "settings/*.py", "*_settings.py"]),
        &["SECRET_KEY"],
        r#"(?m)^\s*(?P<name>SECRET_KEY)\s*=\s*["'](?P<secret>[^"'\n]{20,})["']"#,
        chosen_secret_key,
    ),
    password(
        About {
            id: "password-in-configuration",
            severity: Severity::Medium,
            title: "password or key in configuration",
            reason: "Whoever has the image has it; it belongs into what the container is given when it starts",
        },
        Files::Configuration,
        &[
            "assw", "ASSW", "ecret", "ECRET", "oken", "OKEN", "pi_key", "PI_KEY", "pikey", "piKey",
            "pi-key", "PIKEY",
        ],
        r#"(?im)^[\t ]*(?:export\s+|set\s+|-\s+|env\s+|arg\s+)?["']?(?P<name>[a-z0-9_.-]{0,40}(?:password|passwd|secret|token|api[_-]?key|secret[_-]?key|access[_-]?key|private[_-]?key)[0-9]{0,2})["']?[\t ]*[:=][\t ]*["']?(?P<secret>[^\s"'#;,]{6,200})["']?[\t ]*(?:[,;#][^\n]*)?\r?$"#,
        chosen_and_odd,
    ),
];

/// Projects begin with a key that says that it is none.
fn chosen_secret_key(met: &crate::check::Met<'_>) -> bool {
    let secret = met.secret;
    !is_stand_in(secret) && !secret.starts_with(b"django-insecure-")
}
