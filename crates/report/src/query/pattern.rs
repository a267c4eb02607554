//! Patterns in parameters: how a person says which names or paths are meant. It reads parameters only, never an image.
//!
//! A text is meant literally: the beginning of a name, or a path with all that lies below it. `re:` before it makes it a
//! regular expression that has to match from the beginning, as every such parameter of Anchore's does.

use model::Path;
use regex::bytes::{Regex, RegexBuilder};

use super::Wrong;

/// Bytes of a regular expression at the most.
const LONGEST: usize = 4_096;

/// Bytes that a compiled regular expression may take. Matching takes time in proportion to what is looked at.
const LARGEST: usize = 1 << 20;

/// One pattern.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    /// `all`.
    All,
    /// A literal text.
    Literal(String),
    /// `re:…`, which has to match from the beginning.
    Regex(Regex),
}

impl Pattern {
    /// Reads a parameter: `all`, `re:…`, or a literal text.
    pub(crate) fn parse(text: &str) -> Result<Pattern, Wrong> {
        match text.strip_prefix("re:") {
            Some(expression) => Ok(Pattern::Regex(regex(expression)?)),
            None if text == "all" => Ok(Pattern::All),
            None => Ok(Pattern::Literal(text.into())),
        }
    }

    /// Whether `name` begins as the pattern says.
    pub(crate) fn begins(&self, name: &str) -> bool {
        match self {
            Pattern::All => true,
            Pattern::Literal(beginning) => name.starts_with(beginning.as_str()),
            Pattern::Regex(regex) => matches_from_the_beginning(regex, name.as_bytes()),
        }
    }

    /// Whether `path` is what the pattern says, or lies below it. `/usr/li` does not hold `/usr/lib`.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        match self {
            Pattern::All => true,
            Pattern::Literal(directory) => path.is_under(&Path::new(directory)),
            Pattern::Regex(regex) => matches_from_the_beginning(regex, path.as_bytes()),
        }
    }
}

/// The leftmost match begins where the text does, if any match does.
fn matches_from_the_beginning(regex: &Regex, text: &[u8]) -> bool {
    regex.find(text).is_some_and(|found| found.start() == 0)
}

/// Reads parameters of which each says more of what is meant. None at all is wrong: what is meant has to be said.
pub(crate) fn patterns(parameters: &[String], what: &str) -> Result<Vec<Pattern>, Wrong> {
    if parameters.is_empty() {
        return Err(Wrong {
            what: format!("no {what} is given"),
            hint: format!("say `all`, or which {what} is meant: its beginning, or re:PATTERN"),
        });
    }
    parameters.iter().map(|text| Pattern::parse(text)).collect()
}

/// Refuses parameters of a query that knows only `all`.
pub(crate) fn only_all(parameters: &[String]) -> Result<(), Wrong> {
    match parameters.iter().find(|parameter| *parameter != "all") {
        Some(unknown) => Err(Wrong {
            what: format!("`{unknown}` means nothing to this query"),
            hint: "its only parameter is `all`".into(),
        }),
        None => Ok(()),
    }
}

/// Compiles a regular expression over bytes, within bounds.
pub(crate) fn regex(expression: &str) -> Result<Regex, Wrong> {
    let wrong = |why: String| Wrong {
        what: format!("`{expression}` is no regular expression that can be used: {why}"),
        hint: "the syntax is that of the crate regex: no look-around, no references back".into(),
    };
    if expression.len() > LONGEST {
        return Err(wrong(format!("it is longer than {LONGEST} bytes")));
    }
    let built = RegexBuilder::new(expression)
        .size_limit(LARGEST)
        .dfa_size_limit(LARGEST)
        .nest_limit(100)
        .build();
    // Of a syntax error the last line says what it is; those above show the expression again.
    built.map_err(|error| {
        let text = error.to_string();
        wrong(text.lines().last().unwrap_or_default().trim_start_matches("error: ").into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, names: &[&str]) -> String {
        let pattern = match Pattern::parse(pattern) {
            Ok(pattern) => pattern,
            Err(wrong) => return wrong.what,
        };
        let begun = names.iter().filter(|name| {
            let path = name.starts_with('/').then(|| Path::from(**name));
            path.map_or_else(|| pattern.begins(name), |path| pattern.holds(&path))
        });
        begun.copied().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_are_meant_by_their_beginning() {
        assert_eq!(check("ssl", &["ssl", "ssl-dev", "libssl"]), "ssl ssl-dev");
        assert_eq!(check("g++", &["g++", "g++-12", "gg"]), "g++ g++-12");
        assert_eq!(check("all", &["a", "b"]), "a b");
    }

    #[test]
    fn paths_are_meant_with_all_below_them_and_not_with_their_neighbours() {
        let paths = &["/usr/lib", "/usr/lib/x", "/usr/lib64", "/lib"];
        assert_eq!(check("/usr/lib", paths), "/usr/lib /usr/lib/x");
        assert_eq!(check("usr//lib/", paths), "/usr/lib /usr/lib/x");
        assert_eq!(check("/", paths), "/usr/lib /usr/lib/x /usr/lib64 /lib");
    }

    #[test]
    fn a_regular_expression_matches_from_the_beginning() {
        assert_eq!(check("re:lib(ssl|z)", &["libssl3", "zlibz", "libz"]), "libssl3 libz");
        assert_eq!(check("re:a|b", &["ab", "b", "cb"]), "ab b");
        let paths = &["/usr/lib", "/usr/lib64"];
        assert_eq!(check("re:/usr/lib", paths), "/usr/lib /usr/lib64");
    }

    #[test]
    fn what_is_no_regular_expression_is_refused_with_the_reason() {
        assert_eq!(
            check("re:(", &[]),
            "`(` is no regular expression that can be used: unclosed group"
        );
        assert!(check("re:(?:a{1000}){1000}", &[]).contains("size limit"));
        assert!(check(&format!("re:{}", "a".repeat(5_000)), &[]).contains("longer than 4096"));
    }
}
