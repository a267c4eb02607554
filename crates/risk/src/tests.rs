//! Tests of the rules. What looks like a secret is drawn when a test runs: none stands in the sources.

mod drawn;
mod hits;
mod misses;

use model::{FileEntry, FileKind, Path, Sha256};
use proptest::prelude::*;

use crate::{all, in_file, in_setting, of_file, of_user, redact, redact_setting, search};
use drawn::drawn;

/// The rules that a file meets, each with its line.
fn met(path: &str, text: &str) -> Vec<String> {
    let hits = in_file(path.as_bytes(), text.as_bytes());
    hits.iter().map(|hit| format!("{}:{}", hit.rule, hit.line)).collect()
}

#[test]
fn every_pattern_can_be_compiled() {
    assert_eq!(search::broken(), [""; 0]);
}

#[test]
fn one_quick_search_finds_what_may_stand_anywhere() {
    assert!(search::is_quick() || !cfg!(target_arch = "x86_64"));
}

#[test]
fn ids_are_unique_and_titles_are_no_sentences() {
    let mut ids: Vec<&str> = all().map(|rule| rule.id).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for rule in all() {
        assert!(!rule.title.ends_with('.') && !rule.reason.ends_with('.'), "{}", rule.id);
    }
}

#[test]
fn every_rule_meets_what_it_is_for() {
    for (id, path, text) in hits::HITS {
        let text = drawn(text);
        let met = met(path, &text);
        assert!(met.iter().any(|one| one.split(':').next() == Some(id)), "{id}: {met:?}\n{text}");
    }
}

#[test]
fn no_rule_meets_what_only_looks_like_it() {
    for (id, path, text) in misses::MISSES {
        let text = drawn(text);
        let met = met(path, &text);
        assert!(!met.iter().any(|one| one.split(':').next() == Some(id)), "{id}: {met:?}\n{text}");
    }
}

#[test]
fn every_rule_about_texts_has_a_test_for_both() {
    for rule in all().filter(|rule| matches!(rule.how, crate::rule::How::Text(_))) {
        assert!(hits::HITS.iter().any(|(id, ..)| *id == rule.id), "no hit of {}", rule.id);
        assert!(misses::MISSES.iter().any(|(id, ..)| *id == rule.id), "no miss of {}", rule.id);
    }
}

#[test]
fn nothing_tells_a_secret() {
    for (id, path, text) in hits::HITS {
        let text = drawn(text);
        let told = format!("{:?}", in_file(path.as_bytes(), text.as_bytes()));
        // Any six characters in a row of what was drawn would tell too much.
        for secret in drawn::secrets(&text) {
            let end = &secret.as_bytes()[secret.len() - 16..];
            for part in end.windows(6) {
                let part = String::from_utf8_lossy(part);
                assert!(!told.contains(&*part), "{id} tells {part}: {told}");
            }
        }
    }
}

#[test]
fn lines_are_counted_and_one_secret_is_told_once() {
    let text = drawn("# token\n\nGITHUB_TOKEN={github:ghp_}\n");
    assert_eq!(met("srv/.env", &text), ["github-token:3"]);
    let hits = in_file(b"srv/.env", text.as_bytes());
    assert_eq!(hits[0].excerpt, "ghp_… (40 characters)");
    assert!(hits[0].mark.is_some());
}

#[test]
fn what_people_think_out_has_no_mark() {
    let hits = in_file(b"srv/.env", b"DB_PASSWORD=hunter2-hunter2\n");
    assert_eq!(hits[0].rule, "password-in-configuration");
    assert_eq!((&hits[0].excerpt[..], hits[0].mark), ("DB_PASSWORD … (15 characters)", None));
}

#[test]
fn settings_are_judged_by_their_names() {
    let check = |name: Option<&str>, value: &str, expect: &[&str]| {
        let value = drawn(value);
        let hits = in_setting(name, &value);
        let rules: Vec<&str> = hits.iter().map(|hit| &hit.rule[..]).collect();
        assert_eq!(rules, expect, "{name:?} {value}");
        let redacted = redact_setting(name, &value);
        for secret in drawn::secrets(&value).filter(|_| !expect.is_empty()) {
            assert!(!redacted.contains(secret), "{redacted}");
        }
    };
    check(Some("PATH"), "/usr/bin:/bin", &[]);
    check(Some("DB_PASSWORD"), "hunter", &["password-in-configuration"]);
    check(Some("DB_PASSWORD_FILE"), "/run/secrets/db", &[]);
    check(Some("POSTGRES_PASSWORD"), "${PASSWORD}", &[]);
    check(Some("GITHUB"), "{github:ghp_}", &["github-token"]);
    check(Some("AWS_SECRET_ACCESS_KEY"), "{64:40}", &["aws-secret-key"]);
    check(Some("DATABASE_URL"), "postgres://shop:{62:12}@db/shop", &["password-in-address"]);
    check(Some("NODE_ENV"), "development", &["debug-variable"]);
    check(Some("NODE_ENV"), "production", &[]);
    check(Some("NODE_TLS_REJECT_UNAUTHORIZED"), "0", &["unverified-variable"]);
    check(Some("JAVA_TOOL_OPTIONS"), "-agentlib:jdwp=transport=dt_socket", &["debugger-variable"]);
    check(None, "RUN |1 TOKEN={62:20} /bin/sh -c make", &["password-in-configuration"]);
    check(None, "login --user shop --password {62:12} now", &["password-in-configuration"]);
    check(None, "CMD [\"run\", \"--password\", \"{62:24}\"]", &["password-in-configuration"]);
    check(None, "ENV DB_PASSWORD {62:24} and more", &["password-in-configuration"]);
    check(Some("SMTP_PW"), "{62:24}", &["password-in-configuration"]);
    check(None, "login --password --verbose", &[]);
    check(None, "login --password-stdin {62:12}", &[]);
    check(None, "ENV NPM_TOKEN={npm:npm_}", &["npm-token"]);
    check(None, "RUN /bin/sh -c curl -O https://x/y # buildkit", &[]);
    check(Some("GPG_KEY"), "E3FF2839C048B25C084DEBE9B26995E310250568", &[]);
    check(Some("PYTHON_SHA256"), "a2d3{hex:60}", &[]);
}

#[test]
fn files_are_judged_by_what_they_are() {
    let check = |path: &str, mode: u16, is_owned: bool, expect: &[&str]| {
        let kind = match path.strip_suffix('/') {
            Some(_) => FileKind::Directory,
            None => FileKind::Regular { size: 1, sha256: Sha256([0; 32]) },
        };
        let entry = FileEntry { kind, mode, ..FileEntry::implied_directory() };
        let path = Path::new(path.trim_end_matches('/'));
        let rules = of_file(&path, &entry, is_owned);
        assert_eq!(rules.map(|rule| rule.id).collect::<Vec<_>>(), expect, "{path}");
    };
    check("/usr/bin/su", 0o4755, true, &[]);
    check("/usr/bin/su", 0o4755, false, &["setuid-file"]);
    check("/usr/bin/x", 0o2755, false, &["setuid-file"]);
    check("/usr/bin/x", 0o755, false, &[]);
    check("/srv/x", 0o666, true, &["world-writable-file"]);
    check("/tmp/", 0o1777, true, &[]);
    check("/srv/", 0o777, false, &["world-writable-directory"]);
    check("/srv/.git/HEAD", 0o644, false, &["git-folder"]);
    check("/srv/.git/refs/HEAD", 0o644, false, &[]);
    check("/srv/HEAD", 0o644, false, &[]);
    check("/home/app/.bash_history", 0o600, false, &["shell-history"]);
    check("/home/app/.bashrc", 0o600, false, &[]);
    check("/home/app/.ssh/authorized_keys", 0o600, false, &["authorized-keys"]);
}

#[test]
fn root_is_root_by_any_name() {
    for user in [None, Some(""), Some("root"), Some("0"), Some("0:0"), Some("root:shop")] {
        assert!(of_user(user).is_some(), "{user:?}");
    }
    for user in [Some("1000"), Some("shop"), Some("nobody:root")] {
        assert!(of_user(user).is_none(), "{user:?}");
    }
}

#[test]
fn key_stores_are_known_by_name_and_beginning() {
    assert_eq!(met("srv/tls.p12", "\u{30}x"), [""; 0]);
    let rules = |path: &str, bytes: &[u8]| in_file(path.as_bytes(), bytes).len();
    assert_eq!(rules("srv/tls.p12", b"\x30\x82\x09\x00"), 1);
    assert_eq!(rules("srv/tls.jks", b"\xfe\xed\xfe\xed\0\0\0\x02"), 1);
    assert_eq!(rules("srv/tls.der", b"\x30\x82\x09\x00"), 0);
}

#[test]
fn redacting_keeps_lines_where_they_are() {
    let text = drawn(
        "a\n-----BEGIN RSA PRIVATE KEY-----\n{64:64}\n{64:64}\n-----END RSA PRIVATE KEY-----\nb\n",
    );
    let redacted = redact(None, &text);
    assert_eq!(
        redacted,
        "a\n-----BEGIN RSA PRIVATE KEY-----\n‹64 characters›\n‹64 characters›\n-----END RSA PRIVATE KEY-----\nb\n"
    );
    assert_eq!(redact(None, "nothing to hide\n"), "nothing to hide\n");
}

#[test]
fn more_is_taken_out_than_is_told() {
    let check = |path: Option<&str>, text: &str, expect: &str| {
        let text = drawn(text);
        let redacted = redact(path.map(str::as_bytes), &text);
        assert_eq!(redacted, expect, "{text}");
    };
    check(
        None,
        "-----BEGIN PRIVATE KEY-----\r\nMIIE\r\n",
        "-----BEGIN PRIVATE KEY-----\r\n‹4 characters›\r\n",
    );
    let public = "-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----\n";
    check(None, public, public);
    check(None, "token ghp_{62:36} end", "token ‹40 characters› end");
    check(None, "a ghp_{62:50} end", "a ‹54 characters› end");
    check(None, "id AKIA{32:16} x", "id ‹20 characters› x");
    check(
        None,
        "AKIA ghp_short $6$ xox npm_config_registry_of_all",
        "AKIA ghp_short $6$ xox npm_config_registry_of_all",
    );
    check(None, "x:$6$saltsalt$abcdefghijklmnopqrstuvwxyz:19000:0", "x:‹38 characters›:19000:0");
    check(None, "password = correcthorse\n", "password = ‹12 characters›\n");
    check(
        None,
        r#"{ "api_key": "abcdef123", "x": 1 }"#,
        r#"{ "api_key": "‹9 characters›", "x": 1 }"#,
    );
    check(None, "postgres://shop:hunter@db/shop", "postgres://shop:‹6 characters›@db/shop");
    // What is no secret itself, but where one comes from, says more than it hides.
    check(None, "password = $PASSWORD\n", "password = $PASSWORD\n");
    check(
        None,
        "password: <ask>\nThe password is long\n",
        "password: <ask>\nThe password is long\n",
    );
    // Only the file's name tells.
    check(Some("root/.pgpass"), "db:5432:shop:me:hunter\n", "db:5432:shop:me:‹6 characters›\n");
    check(None, "db:5432:shop:me:hunter\n", "db:5432:shop:me:hunter\n");
}

#[test]
fn many_secrets_are_all_taken_out() {
    let text = drawn(&"key AKIA{32:16} x\n".repeat(1_000));
    assert_eq!(redact(None, &text), "key ‹20 characters› x\n".repeat(1_000));
}

#[test]
fn no_text_that_has_a_secret_keeps_it() {
    for (id, path, text) in hits::HITS {
        let is_secret = |rule: &crate::Rule| rule.id == *id && rule.kind == crate::Kind::Secret;
        if !all().any(is_secret) {
            continue;
        }
        let text = drawn(text);
        let redacted = redact(Some(path.as_bytes()), &text);
        for secret in drawn::secrets(&text) {
            let end = &secret[secret.len() - 16..];
            assert!(!redacted.contains(end), "{id}: {redacted}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_can_be_looked_through(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for path in ["etc/shadow", "x.env", ".npmrc", "a.p12"] {
            in_file(path.as_bytes(), &bytes);
        }
    }

    #[test]
    fn what_is_redacted_keeps_its_lines(text in "(?s:[a-z=: \n]{0,20}(password=|://a:|token: )[!-~ä\n]{0,30}){0,4}") {
        let redacted = redact(None, &text);
        prop_assert_eq!(redacted.split('\n').count(), text.split('\n').count());
    }
}

#[test]
fn what_people_sign_in_with_is_taken_out_of_settings_too() {
    for text in [
        "Server=x;User=sa;Password={62:24};Encrypt=yes",
        "{\"spring\": {\"password\": \"{62:24}\"}}",
        "{\"auths\": {\"r.io\": {\"auth\": \"{62:24}\"}}}",
        "curl -sS -u admin:{62:24} https://h.io",
        "curl -H 'Authorization: Bearer {62:30}' https://h.io",
        "docker login -u shop -p {62:24} r.io",
        "mysql -uroot -p{62:24} shop",
        "echo \"root:{62:24}\" | chpasswd",
        "git clone https://{62:36}@github.com/x/y",
        "ENV PASSWORD=\"{62:24} {62:24}\"",
        "<password>{62:24}</password>",
        "define('DB_PASSWORD', '{62:24}');",
        "{SHA}{62:27}=",
    ] {
        let text = drawn(text);
        let redacted = redact_setting(None, &text);
        for secret in drawn::secrets(&text) {
            assert!(!redacted.contains(secret), "{redacted}");
        }
        // Twice is as good as once.
        assert_eq!(redact_setting(None, &redacted), redacted);
    }
    let shadow = drawn("root:{62:23}:19000:0\ndaemon:*:1\nx:!!:1\ny:!{62:23}:1\n");
    let redacted = redact(Some(b"etc/shadow"), &shadow);
    assert!(drawn::secrets(&shadow).all(|secret| !redacted.contains(secret)), "{redacted}");
    assert!(redacted.contains("daemon:*:1\nx:!!:1\n"), "{redacted}");
}
