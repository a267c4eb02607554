//! Addresses as they are asked for: a path and parameters, and how links to the same page with other parameters are written.

use crate::place::{escape, unescape};

/// Bytes of all parameters, and how many there may be.
const LONGEST: usize = 16 << 10;
const MOST: usize = 100;

/// The address that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Here {
    /// The path, as it was written.
    pub path: String,
    parameters: Vec<(String, String)>,
}

impl Here {
    /// Reads parameters: `a=1&b=2`, `+` for a blank. None of what is broken or too much.
    pub fn parse(path: &str, query: &str) -> Option<Here> {
        let pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
        if query.len() > LONGEST || pairs.len() > MOST {
            return None;
        }
        let parameter = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((unescape(&name.replace('+', " "))?, unescape(&value.replace('+', " "))?))
        };
        let parameters = pairs.into_iter().map(parameter).collect::<Option<_>>()?;
        Some(Here { path: path.to_owned(), parameters })
    }

    /// Reads an address; what of it cannot be read is left out.
    pub fn of(address: &str) -> Here {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let query = query.split('#').next().unwrap_or_default();
        Here::parse(path, query).unwrap_or_else(|| Here::default().at(path))
    }

    /// The same parameters of another path.
    #[must_use]
    pub fn at(&self, path: &str) -> Here {
        Here { path: path.to_owned(), parameters: self.parameters.clone() }
    }

    /// What is said of a parameter, where anything is.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut said = self.parameters.iter().filter(|(known, _)| known == name);
        said.next().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Everything that is said of a parameter, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let said = self.parameters.iter().filter(move |(known, _)| known == name);
        said.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The address with other values of some parameters; none takes one away.
    pub fn with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let is_changed = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
        let kept = self.parameters.iter().filter(|(name, _)| !is_changed(name));
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let new = changes.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        address(&self.path, kept.chain(new))
    }

    /// The whole address.
    pub fn address(&self) -> String {
        self.with(&[])
    }

    /// The parameters but these, for a form that asks for the others.
    pub(crate) fn others(&self, but: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        let kept = self.parameters.iter().filter(move |(name, _)| !but.contains(&name.as_str()));
        kept.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A path with parameters. Slashes, colons and the like are readable in them.
pub(crate) fn address<'a>(
    path: &str,
    parameters: impl Iterator<Item = (&'a str, &'a str)>,
) -> String {
    let value = |text: &str| {
        let readable = [("%2F", "/"), ("%3A", ":"), ("%40", "@"), ("%2C", ",")];
        readable.iter().fold(escape(text), |text, (from, to)| text.replace(from, to))
    };
    let written = parameters.map(|(name, text)| format!("{}={}", escape(name), value(text)));
    let written = written.collect::<Vec<_>>().join("&");
    if written.is_empty() { path.to_owned() } else { format!("{path}?{written}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_and_changed() {
        let here = Here::parse("/compare", "old=a%2Fb:1&new=a/b%3A2&q=x+%2B&empty=").unwrap();
        assert_eq!(
            [here.get("old"), here.get("q"), here.get("empty")],
            [Some("a/b:1"), Some("x +"), None]
        );
        assert_eq!(
            here.with(&[("q", None), ("empty", None), ("page", Some("2"))]),
            "/compare?old=a/b:1&new=a/b:2&page=2"
        );
        assert_eq!(Here::parse("/", &here.address()[9..]), Some(Here { path: "/".into(), ..here }));
        assert_eq!(Here::parse("/", "a=%"), None);
        assert_eq!(Here::parse("/", &"a&".repeat(101)), None);
    }
}
