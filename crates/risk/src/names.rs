//! Which files are worth a look, by what they are called and how they begin.

use crate::rule::Files;

/// Bytes of a file that is looked through at the most: secrets that people leave behind stand in small files.
pub const MOST_BYTES: u64 = 512 << 10;

/// Bytes in which a text has no zero.
const BEGINNING: usize = 512;

/// Endings of files that people write settings into.
const CONFIGURATION: &[&str] = &[
    "env",
    "properties",
    "ini",
    "cfg",
    "conf",
    "config",
    "yml",
    "yaml",
    "toml",
    "cnf",
    "tfvars",
    "credentials",
    "secret",
    "secrets",
    "npmrc",
];

/// Whole names of such files.
const CONFIGURATIONS: &[&str] = &[
    ".env",
    ".netrc",
    ".git-credentials",
    ".gitconfig",
    ".curlrc",
    ".wgetrc",
    ".s3cfg",
    ".boto",
    "credentials",
    "appsettings.json",
    "secrets.json",
    "local.settings.json",
    "web.config",
    "settings.xml",
    "wp-config.php",
];

/// Endings of files that hold keys in no text.
const KEY_STORES: &[&str] = &["p12", "pfx", "jks", "keystore", "bks"];

/// Whether a file of so many bytes that begins like this is looked through. `path` has no leading slash.
pub fn is_worth_reading(path: &[u8], size: u64, beginning: &[u8]) -> bool {
    if size == 0 || size > MOST_BYTES {
        return false;
    }
    let beginning = &beginning[..beginning.len().min(BEGINNING)];
    !beginning.contains(&0) || is_key_store(path)
}

/// Whether a file is called like one that holds keys.
pub(crate) fn is_key_store(path: &[u8]) -> bool {
    ending(name(path)).is_some_and(|ending| KEY_STORES.iter().any(|one| is(ending, one)))
}

/// Whether a file is called like one that people write settings into.
pub(crate) fn is_configuration(path: &[u8]) -> bool {
    let name = name(path);
    CONFIGURATIONS.iter().any(|one| is(name, one))
        || name.starts_with(b".env.")
        || ending(name).is_some_and(|ending| CONFIGURATION.iter().any(|one| is(ending, one)))
}

impl Files {
    /// Whether the file at `path` is meant, which has no leading slash.
    pub(crate) fn mean(&self, path: &[u8]) -> bool {
        match self {
            Files::Any => true,
            Files::Configuration => is_configuration(path),
            Files::Named(files) => files.iter().any(|file| is_called(path, file.as_bytes())),
        }
    }
}

/// The last name of a path.
pub(crate) fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or_default()
}

fn ending(name: &[u8]) -> Option<&[u8]> {
    let dot = name.iter().rposition(|&byte| byte == b'.')?;
    Some(&name[dot + 1..])
}

fn is(name: &[u8], wanted: &str) -> bool {
    name.eq_ignore_ascii_case(wanted.as_bytes())
}

/// Whether a path ends with these names, whole ones; a `*` in the last of them stands for anything but a slash.
fn is_called(path: &[u8], file: &[u8]) -> bool {
    let whole = |rest: &[u8]| rest.is_empty() || rest.ends_with(b"/");
    let Some(star) = file.iter().position(|&byte| byte == b'*') else {
        return path.strip_suffix(file).is_some_and(whole);
    };
    let (start, end) = (&file[..star], &file[star + 1..]);
    let folder = start.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
    let last = name(path);
    let before = &path[..path.len() - last.len()];
    last.len() >= start.len() - folder + end.len()
        && last.starts_with(&start[folder..])
        && last.ends_with(end)
        && before.strip_suffix(&start[..folder]).is_some_and(whole)
}
