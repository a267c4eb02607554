//! Who may come in, and what he may do.

use super::{About, misconfiguration, weak};
use crate::rule::{How, Rule, Severity};

/// What the SSH server reads.
const SSHD: &[&str] = &["ssh/sshd_config", "sshd_config.d/*.conf"];

pub(super) static RULES: &[Rule] = &[
    weak(
        About {
            id: "empty-password",
            severity: Severity::High,
            title: "account without a password",
            reason: "Anybody who may log in at all becomes this user",
        },
        &["etc/shadow", "etc/passwd"],
        &["::"],
        r"(?m)^(?P<name>[^:\n#+-][^:\n]*)::[^\n]*$",
    ),
    weak(
        About {
            id: "sudo-without-password",
            severity: Severity::Medium,
            title: "sudo without a password",
            reason: "Whoever takes over this user is root",
        },
        &["etc/sudoers", "sudoers.d/*"],
        &["NOPASSWD"],
        r"(?m)^[\t ]*(?P<name>[^#\s][^\s]*)\s[^#\n]*NOPASSWD:\s*ALL\b",
    ),
    weak(
        About {
            id: "sshd-empty-passwords",
            severity: Severity::High,
            title: "SSH lets in accounts without a password",
            reason: "Anybody who reaches the server comes in",
        },
        SSHD,
        &["ermit"],
        r"(?im)^\s*(?P<name>PermitEmptyPasswords)\s+yes\b",
    ),
    weak(
        About {
            id: "sshd-root-login",
            severity: Severity::Medium,
            title: "SSH lets root in with a password",
            reason: "Guessing goes on at the account that may do everything",
        },
        SSHD,
        &["ermit"],
        r"(?im)^\s*(?P<name>PermitRootLogin)\s+yes\b",
    ),
    weak(
        About {
            id: "sshd-weak-algorithms",
            severity: Severity::Medium,
            title: "SSH with outdated algorithms",
            reason: "They can be broken, or are about to be",
        },
        SSHD,
        &["iphers", "MACs", "macs", "lgorithms", "rotocol"],
        r"(?im)^\s*(?P<name>Ciphers|MACs|KexAlgorithms|Protocol)\s+(?:[^\s#]*\b(?:arcfour|3des-cbc|blowfish-cbc|hmac-md5|diffie-hellman-group1-sha1)\b|1\b)",
    ),
    misconfiguration(
        About {
            id: "root-user",
            severity: Severity::Low,
            title: "the container runs as root",
            reason: "Whoever takes over the program has the whole container, and is closer to its host",
        },
        How::Other,
    ),
];
