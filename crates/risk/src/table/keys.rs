//! Private keys, as text and in key stores.

use super::{About, secret, token};
use crate::check::{always, bare_key, encrypted_key, very_random};
use crate::rule::{How, Rule, Severity};

/// A key as `-----BEGIN … PRIVATE KEY-----` writes it, also within JSON, where line ends are `\n`.
const PEM: &str = r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?P<secret>[A-Za-z0-9+/=\s\\:,.()-]+?)-----END";

pub(super) static RULES: &[Rule] = &[
    token(
        About {
            id: "gcp-service-account",
            severity: Severity::Critical,
            title: "key of a Google Cloud service account",
            reason: "Whoever has it acts as the service account until the key is deleted",
        },
        &["\"private_key\"", "service_account"],
        r#""private_key"\s*:\s*"-----BEGIN (?:RSA )?PRIVATE KEY-----(?P<secret>[A-Za-z0-9+/=\\]{200,}?)-----END"#,
        bare_key,
    ),
    token(
        About {
            id: "private-key",
            severity: Severity::High,
            title: "private key",
            reason: "Whoever has it can act as its owner: a server, a person, a signer",
        },
        &["PRIVATE KEY"],
        PEM,
        bare_key,
    ),
    token(
        About {
            id: "private-key-encrypted",
            severity: Severity::Medium,
            title: "private key under a password",
            reason: "Passwords can be guessed without anybody noticing once the file is out",
        },
        &["PRIVATE KEY"],
        PEM,
        encrypted_key,
    ),
    token(
        About {
            id: "putty-key",
            severity: Severity::High,
            title: "private key of PuTTY",
            reason: "Whoever has it can log in as its owner",
        },
        &["PuTTY-User-Key-File-"],
        r"PuTTY-User-Key-File-[23]: [^\r\n]+\r?\nEncryption: none\r?\n(?P<secret>(?s:.+?)Private-Lines: \d+[A-Za-z0-9+/=\s]+)",
        always,
    ),
    token(
        About {
            id: "putty-key-encrypted",
            severity: Severity::Medium,
            title: "private key of PuTTY under a password",
            reason: "Passwords can be guessed without anybody noticing once the file is out",
        },
        &["PuTTY-User-Key-File-"],
        r"PuTTY-User-Key-File-[23]: [^\r\n]+\r?\nEncryption: aes[^\r\n]+\r?\n(?P<secret>(?s:.+?)Private-Lines: \d+[A-Za-z0-9+/=\s]+)",
        always,
    ),
    token(
        About {
            id: "age-key",
            severity: Severity::High,
            title: "private key of age",
            reason: "Whoever has it can read what was encrypted for its owner",
        },
        &["AGE-SECRET-KEY-1"],
        r"\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b",
        very_random,
    ),
    secret(
        About {
            id: "key-store",
            severity: Severity::Medium,
            title: "key store (PKCS#12, Java)",
            reason: "It holds private keys under a password, which is often a well-known one",
        },
        How::Other,
    ),
];
