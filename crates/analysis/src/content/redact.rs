//! Hides in a text what looks like a secret: private keys, tokens of known makers, hashes of passwords, and what stands
//! behind words such as `password =`. Lines stay lines, so that a changed secret is seen to have changed.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands in the place of a secret.
pub(super) const HIDDEN: &str = "‹hidden›";

// A pattern that is wrong would match nothing; the tests below prove that none is.

/// Private keys in PEM, whole; what is cut short is hidden to its end.
static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
    )
    .ok()
});

/// Tokens that their makers gave a form, and password hashes as crypt(3) writes them.
static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let forms = [
        r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
        r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b",
        r"\bgithub_pat_[A-Za-z0-9_]{40,255}\b",
        r"\bglpat-[A-Za-z0-9_-]{20,}",
        r"\bxox[abposr]-[A-Za-z0-9-]{10,}",
        r"\bsk_live_[A-Za-z0-9]{16,}",
        r"\bAIza[A-Za-z0-9_-]{35}",
        r"\bnpm_[A-Za-z0-9]{36}\b",
        r"\bpypi-[A-Za-z0-9_-]{50,}",
        r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
        r"\bhvs\.[A-Za-z0-9_-]{20,}",
        r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
        r"\$(?:1|2[abxy]?|5|6|7|y|gy|argon2(?:id|i|d))\$[A-Za-z0-9./$=,+*-]{20,}",
    ];
    Regex::new(&forms.join("|")).ok()
});

/// A word that says what follows is secret, and what follows.
static SAID: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)((?:password|passwd|passphrase|secret|secret[_-]?key|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|private[_-]?key|client[_-]?secret|_authtoken)["']?[ \t]*(?:=>|:=|[=:])[ \t]*["']?)([^\s"'$<{(%,;]{6,}[^\s"',;]*)"#,
    )
    .ok()
});

/// A password within an address: `https://user:password@host`.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(\b[a-z][a-z0-9+.-]*://[^\s/:@]+:)([^\s/@]+)(@)").ok());

/// The text with secrets hidden; it has as many lines as before.
pub(super) fn redact(text: &str) -> Cow<'_, str> {
    let keys = replace(&KEY, text.into(), |found| {
        let body = found.get(1).map_or("", |body| body.as_str());
        let hide = |line: &str| match line.trim() {
            "" => line.to_owned(),
            _ => line.replace(line.trim(), HIDDEN),
        };
        let hidden: Vec<String> = body.split('\n').map(hide).collect();
        found[0].replacen(body, &hidden.join("\n"), 1)
    });
    let tokens = replace(&TOKEN, keys, |_| HIDDEN.into());
    let said = replace(&SAID, tokens, |found| format!("{}{HIDDEN}", &found[1]));
    replace(&ADDRESS, said, |found| format!("{}{HIDDEN}{}", &found[1], &found[3]))
}

fn replace<'t>(
    pattern: &LazyLock<Option<Regex>>,
    text: Cow<'t, str>,
    with: impl Fn(&Captures<'_>) -> String,
) -> Cow<'t, str> {
    let Some(pattern) = pattern.as_ref() else { return text };
    match pattern.replace_all(&text, |found: &Captures<'_>| with(found)) {
        Cow::Borrowed(_) => text,
        Cow::Owned(replaced) => replaced.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let hidden = redact(text);
        assert_eq!(hidden, expect);
        assert_eq!(hidden.lines().count(), text.lines().count());
    }

    #[test]
    fn private_keys_are_hidden_line_by_line() {
        check(
            "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----\nb\n",
            "a\n-----BEGIN RSA PRIVATE KEY-----\n‹hidden›\n‹hidden›\n-----END RSA PRIVATE KEY-----\nb\n",
        );
        check("-----BEGIN PRIVATE KEY-----\nMIIE", "-----BEGIN PRIVATE KEY-----\n‹hidden›");
        let public = "-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----\n";
        check(public, public);
    }

    #[test]
    fn tokens_are_hidden_by_their_form() {
        let github = format!("token ghp_{} end", "a".repeat(36));
        check(&github, "token ‹hidden› end");
        check(&format!("id AKIA{} x", "A1".repeat(8)), "id ‹hidden› x");
        check("root:$6$saltsalt$abcdefghijklmnopqrstuvwxyz:19000:0:::", "root:‹hidden›:19000:0:::");
        check("AKIA ghp_short $6$ xox", "AKIA ghp_short $6$ xox");
    }

    #[test]
    fn what_words_call_secret_is_hidden() {
        check("password = hunter22\n", "password = ‹hidden›\n");
        check(r#""api_key": "abcdef123","#, r#""api_key": "‹hidden›","#);
        check("postgres://shop:hunter22@db/shop", "postgres://shop:‹hidden›@db/shop");
        // What is no secret itself, but where one comes from, says more than it hides.
        check("password = $PASSWORD\n", "password = $PASSWORD\n");
        check("password: <ask>\nThe password is long\n", "password: <ask>\nThe password is long\n");
    }
}
