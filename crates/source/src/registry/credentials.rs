//! Credentials from files in the format of Docker's `config.json`, as docker and podman write them. Never asks a person.

mod helper;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::{Error, Secret};

/// Bytes of a file at the most.
const FILE_LIMIT: u64 = 4 << 20;
/// How long a helper may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What opens a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    /// A user and a password.
    Password {
        /// The user's name.
        user: String,
        /// The password.
        password: Secret,
    },
    /// A token that is changed for access tokens.
    Identity(Secret),
}

/// What the files say, and how they were asked.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The credential and the file that it is from.
    pub(super) credential: Option<(Credential, PathBuf)>,
    /// The files that were there.
    pub(super) read: Vec<PathBuf>,
    /// Helpers that should know, but could not be asked: clauses.
    pub(super) remarks: Vec<String>,
}

/// Looks for the credential of `repository` at `host`; the first file that knows wins.
pub(super) fn find(files: &[PathBuf], host: &str, repository: &str) -> Result<Found, Error> {
    let mut found = Found::default();
    for file in files {
        let Some(bytes) = read(file)? else { continue };
        let broken = |reason: &str| Error::Invalid {
            what: format!("could not read credentials from {}: {reason}", file.display()),
            hint: "it should look like Docker's config.json".into(),
        };
        // The reader's own message could repeat a password: only the place is told.
        let config: Config = serde_json::from_slice(&bytes).map_err(|error| {
            broken(&format!("line {}, column {} makes no sense", error.line(), error.column()))
        })?;
        found.read.push(file.clone());
        let credential = config.credential(host, repository, &mut found.remarks);
        if let Some(credential) = credential.map_err(|reason| broken(&reason))? {
            found.credential = Some((credential, file.clone()));
            break;
        }
    }
    Ok(found)
}

fn read(file: &Path) -> Result<Option<Vec<u8>>, Error> {
    let object = || format!("credentials from {}", file.display());
    let opened = match File::open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened,
    };
    let mut bytes = Vec::new();
    opened
        .and_then(|opened| opened.take(FILE_LIMIT + 1).read_to_end(&mut bytes))
        .map_err(|source| Error::Io { doing: "read", object: object(), source })?;
    if bytes.len() as u64 > FILE_LIMIT {
        return Err(Error::Limit {
            what: format!("{} is larger than {FILE_LIMIT} bytes", file.display()),
        });
    }
    Ok(Some(bytes))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    auths: Option<BTreeMap<String, Entry>>,
    cred_helpers: Option<BTreeMap<String, String>>,
    creds_store: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "lowercase")]
struct Entry {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
}

impl Config {
    /// A host's own helper goes first, then the store for all hosts, then what is written in the file.
    fn credential(
        &self,
        host: &str,
        repository: &str,
        remarks: &mut Vec<String>,
    ) -> Result<Option<Credential>, String> {
        let own = self.cred_helpers.as_ref().and_then(|helpers| best(helpers, host, repository));
        let own = own.map(|(_, helper)| helper);
        let store = self.creds_store.as_ref().filter(|store| !store.is_empty());
        for helper in own.into_iter().chain(store) {
            match helper::ask(helper, server(host), PATIENCE) {
                Ok(Some(credential)) => return Ok(Some(credential)),
                Ok(None) => {}
                // Without it less can be seen, not more: public images can still be read.
                Err(reason) => remarks.push(reason),
            }
        }
        let Some((key, entry)) =
            self.auths.as_ref().and_then(|auths| best(auths, host, repository))
        else {
            return Ok(None);
        };
        entry.credential().map_err(|reason| format!("the entry `{key}` {reason}"))
    }
}

impl Entry {
    fn credential(&self) -> Result<Option<Credential>, String> {
        let given = |field: &Option<String>| field.clone().filter(|text| !text.is_empty());
        if let Some(token) = given(&self.identitytoken) {
            return Ok(Some(Credential::Identity(Secret::new(token))));
        }
        let (user, password) = match given(&self.auth) {
            Some(auth) => {
                let pair =
                    STANDARD.decode(auth.trim()).map_err(|_| "has an `auth` that is not Base64")?;
                let pair =
                    String::from_utf8(pair).map_err(|_| "has an `auth` that is not UTF-8")?;
                let (user, password) = pair
                    .split_once(':')
                    .ok_or("has an `auth` without a colon between user and password")?;
                // Docker pads with zeros.
                (user.to_owned(), password.trim_end_matches('\0').to_owned())
            }
            None => match (given(&self.username), given(&self.password)) {
                (Some(user), Some(password)) => (user, password),
                // Docker leaves an empty entry for each host whose credential a store keeps.
                _ => return Ok(None),
            },
        };
        Ok(Some(Credential::Password { user, password: Secret::new(password) }))
    }
}

/// The entry of the longest key that `host/repository` begins with: podman keeps credentials for parts of a host.
fn best<'a, T>(
    entries: &'a BTreeMap<String, T>,
    host: &str,
    repository: &str,
) -> Option<(&'a str, &'a T)> {
    let wanted = format!("{}/{repository}/", host.to_ascii_lowercase());
    (entries.iter())
        .filter_map(|(key, entry)| {
            let plain = plain(key);
            wanted.starts_with(&format!("{plain}/")).then_some((plain.len(), key, entry))
        })
        .max_by_key(|(length, ..)| *length)
        .map(|(_, key, entry)| (key.as_str(), entry))
}

/// A key without scheme and API version, all names of Docker Hub as one.
fn plain(key: &str) -> String {
    let key = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://")).unwrap_or(key);
    let key = key.trim_end_matches('/');
    let key = key.strip_suffix("/v1").or_else(|| key.strip_suffix("/v2")).unwrap_or(key);
    let (host, path) = key.split_at(key.find('/').unwrap_or(key.len()));
    let host = match host.to_ascii_lowercase().as_str() {
        "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com" => {
            "docker.io".into()
        }
        other => other.to_owned(),
    };
    host + path
}

/// What helpers call a host.
fn server(host: &str) -> &str {
    if host == "docker.io" { "https://index.docker.io/v1/" } else { host }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(config: &str, name: &str, expect: &str) {
        let (host, repository) = name.split_once('/').unwrap();
        let config: Config = serde_json::from_str(config).unwrap();
        let shown = match config.credential(host, repository, &mut Vec::new()) {
            Ok(Some(Credential::Password { user, password })) => {
                format!("{user}:{}", password.expose())
            }
            Ok(Some(Credential::Identity(token))) => format!("identity {}", token.expose()),
            Ok(None) => "none".into(),
            Err(reason) => reason,
        };
        assert_eq!(shown, expect);
    }

    #[test]
    fn every_way_to_write_a_host_is_known() {
        for key in ["h.io", "https://h.io", "https://h.io/v1/", "http://h.io/v2", "H.io/"] {
            let config = format!(r#"{{"auths":{{"{key}":{{"auth":"dTpwOnc="}}}}}}"#);
            check(&config, "h.io/shop", "u:p:w");
            check(&config, "h.io:5000/shop", "none");
            check(&config, "h.io.evil/shop", "none");
        }
        for key in ["docker.io", "index.docker.io", "https://index.docker.io/v1/"] {
            let config = format!(r#"{{"auths":{{"{key}":{{"auth":"dTpw"}}}}}}"#);
            check(&config, "docker.io/library/alpine", "u:p");
        }
    }

    #[test]
    fn the_longest_prefix_wins() {
        let config = r#"{"auths":{
            "h.io":{"username":"a","password":"1"},
            "h.io/team":{"username":"b","password":"2"},
            "h.io/team/shop":{"username":"c","password":"3"}}}"#;
        check(config, "h.io/other", "a:1");
        check(config, "h.io/teams", "a:1");
        check(config, "h.io/team/x", "b:2");
        check(config, "h.io/team/shop", "c:3");
        check(config, "h.io/team/shop/x", "c:3");
    }

    #[test]
    fn entries_may_hold_tokens_or_nothing() {
        check(r#"{"auths":{"h.io":{"auth":"dTpw","identitytoken":"t"}}}"#, "h.io/a", "identity t");
        check(r#"{"auths":{"h.io":{}}}"#, "h.io/a", "none");
        check(r#"{"auths":null}"#, "h.io/a", "none");
        check("{}", "h.io/a", "none");
        check(r#"{"auths":{"h.io":{"auth":"dTpwAAA="}}}"#, "h.io/a", "u:p");
    }

    #[test]
    fn a_broken_entry_is_named_without_its_content() {
        let reason = "the entry `h.io` has an `auth` that is not Base64";
        check(r#"{"auths":{"h.io":{"auth":"hunter2!"}}}"#, "h.io/a", reason);
        check(r#"{"auths":{"h.io":{"auth":"hunter2!"}}}"#, "x.io/a", "none");
        let reason = "the entry `h.io` has an `auth` without a colon between user and password";
        check(r#"{"auths":{"h.io":{"auth":"dXA="}}}"#, "h.io/a", reason);
    }

    #[test]
    fn a_broken_file_is_named_and_a_missing_one_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let (broken, missing) = (folder.path().join("config.json"), folder.path().join("missing"));
        std::fs::write(&broken, r#"{"auths": "hunter2"}"#).unwrap();
        let files = [missing, broken.clone()];
        let error = find(&files, "h.io", "shop").unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "could not read credentials from {}: line 1, column 19 makes no sense",
                broken.display()
            )
        );
    }

    #[test]
    fn the_first_file_that_knows_wins() {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<PathBuf> = ["1", "2", "3"].map(|name| folder.path().join(name)).into();
        std::fs::write(&files[0], "{}").unwrap();
        std::fs::write(&files[1], r#"{"auths":{"h.io":{"auth":"dTpw"}}}"#).unwrap();
        std::fs::write(&files[2], "never read").unwrap();
        let found = find(&files, "h.io", "shop").unwrap();
        assert_eq!(found.credential.unwrap().1, files[1]);
        assert_eq!(found.read, files[..2]);
    }
}
