//! Changed files: what an independent reader of the same layers says differs between two images.

use std::fmt;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::rows::Row;
use super::{Question, Questions};
use crate::Error;
use crate::corpus::{Corpus, Pair, name_of};
use crate::program::Program;

/// One question for each file of `expected/files`.
pub(super) fn questions(corpus: &Corpus) -> Result<Questions, Error> {
    let mut questions = Questions::default();
    for file in corpus.list("expected/files")? {
        let name = name_of(&file);
        let Some(stem) = name.strip_suffix(".jsonl") else { continue };
        match corpus.pair_named(stem) {
            Some(pair) => questions.asked.push(question(&pair, expected(&file)?)),
            None => questions.lost.push(format!("there are no images for {}", file.display())),
        }
    }
    Ok(questions)
}

fn question(pair: &Pair<'_>, expected: Vec<Row>) -> Question {
    let (old, new) = (pair.old.reference(), pair.new.reference());
    let platform = pair.platform_words();
    let ask = move |program: &Program| {
        let bytes = diff(program, &old, &new, &platform)?;
        let comparison: Comparison = serde_json::from_slice(&bytes).map_err(not_as_promised)?;
        comparison.files.iter().map(given).collect()
    };
    Question {
        name: format!("files {}", pair.name()),
        expected: Some(expected),
        ask: Box::new(ask),
    }
}

/// Asks the program to compare two images; gives its JSON.
pub(super) fn diff(
    program: &Program,
    old: &str,
    new: &str,
    platform: &[String],
) -> Result<Vec<u8>, Error> {
    let mut words = vec!["diff", old, new, "--format", "json", "--files"];
    words.extend(platform.iter().map(|word| &**word));
    program.run(&words)
}

/// Says that the program's JSON is not what its users were promised.
pub(super) fn not_as_promised(error: impl fmt::Display) -> Error {
    Error::Failed(format!("the comparison is not as promised: {error}"))
}

/// The part of the program's comparison that is compared here.
#[derive(Deserialize)]
struct Comparison {
    files: Vec<Given>,
}

/// A changed file as the program gives it.
#[derive(Deserialize)]
struct Given {
    path: String,
    #[serde(default)]
    path_base64: Option<String>,
    change: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    what: Vec<String>,
}

fn given(file: &Given) -> Result<Row, Error> {
    let path = match &file.path_base64 {
        Some(text) => BASE64_STANDARD.decode(text).map_err(not_as_promised)?,
        None => file.path.clone().into_bytes(),
    };
    // The expected answers have shorter names, and count a changed size as changed content alone.
    let kind = match &*file.kind {
        "directory" => "dir",
        "char-device" => "char",
        "block-device" => "block",
        kind => kind,
    };
    let what = file.what.iter().filter(|what| *what != "size").map(|what| &**what);
    Ok(row(&path, &file.change, kind, what.collect()))
}

/// A changed file as the expected answers give it.
#[derive(Deserialize)]
struct Expected {
    path: Name,
    change: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    what: Vec<String>,
}

fn expected(file: &Path) -> Result<Vec<Row>, Error> {
    let bytes = fs::read(file).map_err(Error::io("read", file.display()))?;
    let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let Expected { path, change, kind, what } = serde_json::from_slice(line)
                .map_err(|error| Error::Failed(format!("{}: {error}", file.display())))?;
            Ok(row(&path.0, &change, &kind, what.iter().map(|what| &**what).collect()))
        })
        .collect()
}

fn row(path: &[u8], change: &str, kind: &str, mut what: Vec<&str>) -> Row {
    what.sort_unstable();
    Row::new([&*model::visible(path), change, kind, &*what.join(",")])
}

/// A path as bytes. In the expected answers, bytes that are not UTF-8 are lone surrogates: `\udcff` is 0xff.
#[derive(Debug, PartialEq, Eq)]
struct Name(Vec<u8>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_bytes(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Name, E> {
        undo_surrogates(bytes)
            .map(Name)
            .ok_or_else(|| E::custom("a surrogate that stands for no byte"))
    }
}

/// Puts bytes in the place of the surrogates U+DC80 to U+DCFF, which `serde_json` writes in three bytes each.
fn undo_surrogates(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut path = Vec::with_capacity(bytes.len());
    while let Some((&first, rest)) = bytes.split_first() {
        match (first, rest) {
            (0xed, [second @ (0xb2 | 0xb3), third, rest @ ..]) => {
                path.push((second & 1) << 6 | (third & 0x3f) | 0x80);
                bytes = rest;
            }
            (0xed, [0xa0..=0xbf, ..]) => return None,
            _ => {
                path.push(first);
                bytes = rest;
            }
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_bytes_on_both_sides() {
        let check = |json: &str, path: &[u8]| {
            assert_eq!(serde_json::from_str::<Name>(json).unwrap(), Name(path.into()), "{json}");
        };
        check(r#""/bad\udcff\udcfename""#, b"/bad\xff\xfename");
        check(r#""/\udc80\udcbf\udcc0""#, b"/\x80\xbf\xc0");
        check(r#""/\u00fcber""#, "/über".as_bytes());
        check(r#""/\ud83d\ude00""#, "/😀".as_bytes());
        check(r#""/\ud7ff""#, "/\u{d7ff}".as_bytes());
        assert!(serde_json::from_str::<Name>(r#""/\ud800""#).is_err());
    }

    #[test]
    fn words_of_the_program_become_those_of_the_expected_answers() {
        let check = |json: &str, expect: &str| {
            let file: Given = serde_json::from_str(json).unwrap();
            assert_eq!(given(&file).unwrap().to_string(), expect);
        };
        check(
            r#"{"path":"/a","change":"changed","type":"file","what":["size","mode","content"],"cause":"package"}"#,
            "/a\tchanged\tfile\tcontent,mode",
        );
        check(r#"{"path":"/d","change":"added","type":"directory"}"#, "/d\tadded\tdir\t");
        check(
            r#"{"path":"/\\xff","path_base64":"L/8=","change":"removed","type":"char-device"}"#,
            "/\\xff\tremoved\tchar\t",
        );
    }
}
