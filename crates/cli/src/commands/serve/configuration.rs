//! The configuration file of a service: TOML whose keys are the long options of `serve`. It becomes words of the command line,
//! which come before those that a person wrote, so that these win. docs/serve.toml explains every key.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use model::ErrorKind;
use toml::{Table, Value};

use crate::error::{self, Error};

/// Bytes of the file at the most.
const LONGEST: u64 = 1 << 20;

/// What a key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Switch,
    Texts,
}

/// The keys.
const KEYS: &[(&str, Kind)] = &[
    ("listen", Kind::Text),
    ("url", Kind::Text),
    ("registry", Kind::Texts),
    ("plain-http", Kind::Texts),
    ("issuer", Kind::Texts),
    ("login-issuer", Kind::Text),
    ("login-client", Kind::Text),
    ("login-secret", Kind::Text),
    ("watch", Kind::Text),
    ("rate", Kind::Number),
    ("metrics", Kind::Switch),
    ("anonymous", Kind::Texts),
    ("tls-certificate", Kind::Text),
    ("tls-key", Kind::Text),
    ("demo", Kind::Switch),
    ("data", Kind::Text),
    ("db-folder", Kind::Text),
    ("cache-folder", Kind::Text),
    ("cache-size", Kind::Text),
    ("no-cache", Kind::Switch),
];

/// The whole command line, with what the file says right behind the word `serve`.
pub(crate) fn with_file(
    path: &Path,
    said: impl IntoIterator<Item = OsString>,
) -> Result<Vec<OsString>, Error> {
    let words = words(&read(path)?).map_err(|why| {
        let text = format!("could not use the configuration {}: {why}", path.display());
        error::said(ErrorKind::Invalid, text, Some("docs/serve.toml explains every key".into()))
    })?;
    let mut line: Vec<OsString> = said.into_iter().collect();
    let verb = line.iter().position(|word| word == "serve").map_or(line.len(), |place| place + 1);
    line.splice(verb..verb, words.into_iter().map(OsString::from));
    Ok(line)
}

fn read(path: &Path) -> Result<String, Error> {
    let doing = "could not read the configuration of the service";
    let failed = |source| error::file(doing, path, source);
    let mut text = String::new();
    let file = File::open(path).map_err(failed)?;
    file.take(LONGEST + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > LONGEST {
        let text = format!("{doing}: {} has more than {LONGEST} bytes", path.display());
        return Err(error::said(ErrorKind::Limit, text, None));
    }
    Ok(text)
}

/// A file as words of the command line, or why it is none of ours.
fn words(text: &str) -> Result<Vec<String>, String> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let mut words = Vec::new();
    for (key, value) in &table {
        let known = KEYS.iter().find(|(known, _)| known == key);
        let Some((_, kind)) = known else {
            let keys: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
            return Err(format!("there is no key {key}, but {}", keys.join(", ")));
        };
        let mut add = |value: &str| words.push(format!("--{key}={value}"));
        match (kind, value) {
            (Kind::Text, Value::String(text)) => add(text),
            (Kind::Number, Value::Integer(number)) => add(&number.to_string()),
            (Kind::Switch, Value::Boolean(false)) => {}
            (Kind::Switch, Value::Boolean(true)) => words.push(format!("--{key}")),
            (Kind::Texts, Value::Array(texts)) => {
                for text in texts {
                    let text = text.as_str();
                    add(text.ok_or_else(|| format!("{key} has something that is no text"))?);
                }
            }
            (kind, _) => {
                let has = match kind {
                    Kind::Text => "a text",
                    Kind::Number => "a whole number",
                    Kind::Switch => "true or false",
                    Kind::Texts => "a list of texts",
                };
                return Err(format!("{key} has {has}"));
            }
        }
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let told = match words(text) {
            Ok(words) => words.join(" "),
            Err(why) => why.lines().next().unwrap_or_default().to_owned(),
        };
        assert!(told.starts_with(expect), "{told}");
    }

    #[test]
    fn a_file_becomes_words_of_the_command_line() {
        check("", "");
        check(
            "listen = \"[::1]:80\"\nrate = 5\ndemo = true\nmetrics = false",
            "--demo --listen=[::1]:80 --rate=5",
        );
        check("registry = [\"a\", \"b:5000\"]", "--registry=a --registry=b:5000");
        check("registry = \"a\"", "registry has a list of texts");
        check("registry = [1]", "registry has something that is no text");
        check("rate = \"5\"", "rate has a whole number");
        check("config = \"x\"", "there is no key config, but listen, url, ");
        check("listen", "TOML parse error");
    }

    #[test]
    fn every_key_is_explained() {
        let explained = include_str!("../../../../../docs/serve.toml");
        let uncommented: String = (explained.lines())
            .map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n")
            .collect();
        let table: Table = uncommented.parse().unwrap();
        let keys: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
        let mut explained: Vec<&str> = table.keys().map(String::as_str).collect();
        explained.sort_unstable();
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        assert_eq!(explained, sorted);
        assert!(words(&uncommented).is_ok());
    }
}
