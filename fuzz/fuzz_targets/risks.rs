//! Any bytes as a file of any name that rules are asked about, and as a text that secrets are taken out of.

#![no_main]

use libfuzzer_sys::fuzz_target;

/// Names under which other rules are asked.
const NAMES: &[&str] = &[
    "srv/.env", "etc/shadow", "etc/passwd", "root/.npmrc", "root/.docker/config.json", "srv/settings.py",
    "etc/ssh/sshd_config", "srv/.git/config", "srv/a.p12", "root/.pgpass", "root/.kube/config", "srv/a",
];

fuzz_target!(|bytes: &[u8]| {
    let [name, bytes @ ..] = bytes else { return };
    let name = NAMES[usize::from(*name) % NAMES.len()];
    let hits = risk::in_file(name.as_bytes(), bytes);
    assert!(hits.len() <= risk::MOST_HITS);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let redacted = risk::redact(Some(name.as_bytes()), text);
        assert_eq!(redacted.split('\n').count(), text.split('\n').count());
        let _ = (risk::redact_setting(None, text), risk::in_setting(Some("TOKEN"), text));
    }
});
