//! Contents: what the bytes of one file say, for eyes. Data only: bytes are read, and two contents compared, elsewhere.

use std::collections::BTreeMap;
use std::fmt;

/// What the bytes of one file say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// How the bytes are packed (`gzip`, `zstd`), where they are: what is told is of what comes out.
    pub packed: Option<&'static str>,
    /// What they are.
    pub body: Body,
    /// What of it could not be read: clauses that begin with a verb (`is cut short`).
    pub notices: Vec<String>,
}

/// What the bytes of a file are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// Bytes of which nothing is known.
    #[default]
    Bytes,
    /// Lines of text.
    Text(Lines),
    /// Something that has parts, in a summary.
    Structure(Structure),
}

/// A text, line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// How its characters are written.
    pub encoding: Encoding,
    /// The lines.
    pub lines: Vec<Line>,
}

/// How characters are written as bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-8 after a byte order mark.
    Utf8Marked,
    /// UTF-16 after a byte order mark, the low byte first.
    Utf16Little,
    /// UTF-16 after a byte order mark, the high byte first.
    Utf16Big,
    /// No UTF: a byte is a character, as in ISO 8859-1. That is a guess.
    Latin1,
}

impl Encoding {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf8Marked => "utf-8-bom",
            Encoding::Utf16Little => "utf-16le",
            Encoding::Utf16Big => "utf-16be",
            Encoding::Latin1 => "latin-1",
        }
    }
}

/// A line of a text. Two are equal if their files have the same there, also where that is hidden.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// What it says, without its end; what looks like a secret is hidden already.
    pub text: String,
    /// How it ends.
    pub end: LineEnd,
    /// What stands for the line as it was, where something in it is hidden.
    pub hidden: Option<Hidden>,
}

/// Tells lines apart whose secrets are hidden. It never shows what it was made from.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Hidden(String);

impl Hidden {
    /// Takes a line as it was.
    pub fn new(line: &str) -> Hidden {
        Hidden(line.into())
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

/// How a line ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineEnd {
    /// With a line feed.
    #[default]
    Feed,
    /// With a carriage return and a line feed.
    ReturnFeed,
    /// With the text.
    Nothing,
}

impl LineEnd {
    /// Its name in documents.
    pub fn name(self) -> &'static str {
        match self {
            LineEnd::Feed => "lf",
            LineEnd::ReturnFeed => "crlf",
            LineEnd::Nothing => "none",
        }
    }
}

/// A summary of something that has parts: a program, an archive, a database, a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// The format's name (`elf`, `zip`, `sqlite`).
    pub format: &'static str,
    /// What is told of it as a whole, in the order of reports.
    pub facts: Vec<(&'static str, String)>,
    /// Its parts, kind by kind, in the order of reports.
    pub parts: Vec<Parts>,
}

/// Parts of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// What they are (`sections`, `members`, `tables`).
    pub name: &'static str,
    /// Each by its name, with what is told of it.
    pub parts: BTreeMap<String, String>,
    /// Whether there are more, which were not read.
    pub is_cut: bool,
}

impl Structure {
    /// A structure of which nothing is told yet.
    pub fn new(format: &'static str) -> Structure {
        Structure { format, ..Structure::default() }
    }

    /// Adds what is told of it as a whole.
    pub fn fact(&mut self, name: &'static str, value: impl Into<String>) {
        self.facts.push((name, value.into()));
    }
}

impl Parts {
    /// Parts of a kind.
    pub fn new(name: &'static str) -> Parts {
        Parts { name, ..Parts::default() }
    }

    /// Adds a part, unless there are `most` of them already.
    pub fn add(&mut self, most: usize, name: impl Into<String>, told: impl Into<String>) {
        if self.parts.len() < most {
            self.parts.insert(name.into(), told.into());
        } else {
            self.is_cut = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_hidden_secrets_differ_and_tell_nothing() {
        let line = |secret: &str| Line {
            text: "password = ‹8 characters›".into(),
            end: LineEnd::Feed,
            hidden: Some(Hidden::new(secret)),
        };
        assert_ne!(line("one"), line("two"));
        assert_eq!(line("one"), line("one"));
        assert!(!format!("{:?}", line("sesame")).contains("sesame"));
    }
}
