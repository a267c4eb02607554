//! Places: what an address means. They are written as people write references: `group/repository:tag`,
//! `group/repository@sha256:…`, each name with percent signs where it has other characters than letters, digits, `-`, `_`, `.`.

use std::fmt;
use std::fmt::Write as _;

use model::Digest;

/// Bytes of a place at the most.
const LONGEST: usize = 4096;

/// A repository, or a tag or an image of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The names of its groups from the root down, and its own; at least one of each.
    pub names: Vec<String>,
    /// What of it is meant.
    pub of: Of,
}

/// What of a repository is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// All of it.
    Everything,
    /// A tag.
    Tag(String),
    /// An image or an index.
    Digest(Digest),
}

impl Place {
    /// Reads a place as it stands in an address, and what follows it there: `a/b@sha256:…/packages`. None of what is no place.
    pub fn parse(text: &str) -> Option<(Place, Vec<String>)> {
        if text.len() > LONGEST {
            return None;
        }
        let end = text.find([':', '@']).unwrap_or(text.len());
        let (names, rest) = text.split_at(end);
        let names: Vec<String> = names.split('/').map(unescape).collect::<Option<_>>()?;
        if names.len() < 2 || names.iter().any(String::is_empty) {
            return None;
        }
        let mut rest = rest.split('/');
        let own = rest.next().unwrap_or_default();
        let of = match own.split_at_checked(1) {
            None => Of::Everything,
            Some((":", tag)) => Of::Tag(unescape(tag).filter(|tag| !tag.is_empty())?),
            Some((_, digest)) => Of::Digest(unescape(digest)?.parse().ok()?),
        };
        let behind = rest.map(unescape).collect::<Option<Vec<String>>>()?;
        Some((Place { names, of }, behind))
    }

    /// The same repository, but something else of it.
    #[must_use]
    pub fn with(&self, of: Of) -> Place {
        Place { names: self.names.clone(), of }
    }

    /// An image of the same repository.
    #[must_use]
    pub fn image(&self, digest: &Digest) -> Place {
        self.with(Of::Digest(digest.clone()))
    }

    /// Where its page is.
    pub fn address(&self) -> String {
        format!("/repositories/{self}")
    }

    /// The repository's name.
    pub fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    /// What it is called on a page: all names, and a digest as short as digests are shown.
    pub fn title(&self) -> String {
        let names = self.names.join("/");
        match &self.of {
            Of::Everything => names,
            Of::Tag(tag) => format!("{names}:{tag}"),
            Of::Digest(digest) => format!("{names}@{}", digest.short()),
        }
    }
}

/// Writes it as it stands in an address.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.names.iter().map(|name| escape(name)).collect();
        f.write_str(&names.join("/"))?;
        match &self.of {
            Of::Everything => Ok(()),
            Of::Tag(tag) => write!(f, ":{}", escape(tag)),
            Of::Digest(digest) => write!(f, "@{digest}"),
        }
    }
}

/// Writes percent signs in place of everything that may mean something in an address.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                escaped.push(char::from(byte));
            }
            // Writing into a String cannot fail.
            byte => _ = write!(escaped, "%{byte:02X}"),
        }
    }
    escaped
}

/// Takes percent signs away; none of what is broken, or is not UTF-8 then.
pub(crate) fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        bytes.push(match byte {
            b'%' => u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?,
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_are_written() {
        let check = |text: &str, expect: Option<(&[&str], &str, &[&str])>| {
            let read = Place::parse(text);
            let told = read.as_ref().map(|(place, behind)| {
                let of = match &place.of {
                    Of::Everything => String::new(),
                    Of::Tag(tag) => format!("tag {tag}"),
                    Of::Digest(digest) => format!("image {}", digest.short()),
                };
                (place.names.clone(), of, behind.clone())
            });
            let own =
                |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
            let expect = expect.map(|(names, of, behind)| (own(names), of.to_owned(), own(behind)));
            assert_eq!(told, expect, "{text}");
            if let Some((place, behind)) = read {
                let again = [vec![place.to_string()], behind].concat().join("/");
                assert_eq!(Place::parse(&again).unwrap().0, place);
            }
        };
        let digest = format!("sha256:{}", "ab".repeat(32));
        check("local/nginx", Some((&["local", "nginx"], "", &[])));
        check("a/b/c:1.0", Some((&["a", "b", "c"], "tag 1.0", &[])));
        check("a%2Fb/c%40d:1.0", Some((&["a/b", "c@d"], "tag 1.0", &[])));
        let short = "image sha256:abababababab";
        check(&format!("a/b@{digest}"), Some((&["a", "b"], short, &[])));
        check(&format!("a/b@{digest}/files"), Some((&["a", "b"], short, &["files"])));
        for broken in
            ["", "a", "a/", "/a", "a/b:", "a/b@", "a/b@sha256:ab", "a/%", "a/%zz", "a/%ff"]
        {
            check(broken, None);
        }
    }
}
