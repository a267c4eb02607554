//! Paths as a container sees them: absolute, normalised, and bytes rather than text.

use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::sync::Arc;

/// An absolute, normalised path: `/` or `/a/b`, never `.`, `..`, `//` or a trailing slash.
///
/// Paths are bytes, because file names are. Cloning is cheap. Paths are ordered so that a directory comes right
/// before what it holds, whatever its neighbours are called (`/a`, `/a/b`, `/a-b`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Path(Arc<[u8]>);

impl Path {
    /// Normalises `name` by its letters alone: `a//./b` is `/a/b`, and `..` never climbs above the root.
    pub fn new(name: impl AsRef<[u8]>) -> Path {
        let name = name.as_ref();
        if is_normal(name) {
            return Path(name.into());
        }
        let mut out: Vec<u8> = Vec::with_capacity(name.len() + 1);
        for part in name.split(|&byte| byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." => out.truncate(out.iter().rposition(|&byte| byte == b'/').unwrap_or(0)),
                part => {
                    out.push(b'/');
                    out.extend_from_slice(part);
                }
            }
        }
        if out.is_empty() {
            out.push(b'/');
        }
        Path(out.into())
    }

    /// Takes `bytes` where they are normal already.
    pub fn of_normal(bytes: &[u8]) -> Option<Path> {
        is_normal(bytes).then(|| Path(bytes.into()))
    }

    /// Takes `bytes`, of which the first `shared` are those of this path, where they are normal already. What is shared
    /// need not be looked at again, so that paths that come in a row are checked quickly.
    pub fn sharing(&self, shared: usize, bytes: &[u8]) -> Option<Path> {
        let before = bytes.get(..shared).filter(|&before| self.0.get(..shared) == Some(before))?;
        let start = before.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
        let is_normal = match &bytes[start..] {
            // Only the root ends in a separator.
            b"/" => start == 0,
            rest => is_normal(rest),
        };
        is_normal.then(|| Path(bytes.into()))
    }

    /// The order of two paths, by their bytes.
    pub fn order(one: &[u8], other: &[u8]) -> Ordering {
        // No byte sorts below the separator, so that a directory's subtree is one run.
        let rank = |byte: u8| if byte == b'/' { 0 } else { u16::from(byte) + 1 };
        // Paths that are compared have much in common.
        let (pieces, of_other) = (one.as_chunks::<16>().0, other.as_chunks::<16>().0);
        let alike =
            16 * pieces.iter().zip(of_other).take_while(|(one, other)| one == other).count();
        let (one, other) = (&one[alike..], &other[alike..]);
        match one.iter().zip(other).find(|(one, other)| one != other) {
            Some((&one, &other)) => rank(one).cmp(&rank(other)),
            None => one.len().cmp(&other.len()),
        }
    }

    /// The root directory.
    pub fn root() -> Path {
        Path::new("/")
    }

    /// The bytes, beginning with `/`.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text, where it is UTF-8.
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The names from the root down; none for the root itself.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.0.split(|&byte| byte == b'/').filter(|part| !part.is_empty())
    }

    /// The last name; empty for the root.
    pub fn name(&self) -> &[u8] {
        self.components().next_back().unwrap_or_default()
    }

    /// The directory that holds it; none for the root.
    pub fn parent(&self) -> Option<Path> {
        if self.0.len() == 1 {
            return None;
        }
        let slash = self.0.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
        Some(Path(self.0[..slash.max(1)].into()))
    }

    /// The path of `name` (one component) inside this directory.
    #[must_use]
    pub fn join(&self, name: &[u8]) -> Path {
        let mut bytes = self.0.to_vec();
        bytes.push(b'/');
        bytes.extend_from_slice(name);
        Path::new(bytes)
    }

    /// Whether this is `directory` itself or lies somewhere below it.
    pub fn is_under(&self, directory: &Path) -> bool {
        let directory = &directory.0[..];
        directory == b"/"
            || self.0.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
    }
}

fn is_normal(name: &[u8]) -> bool {
    match name {
        b"/" => true,
        [b'/', rest @ ..] => {
            rest.split(|&byte| byte == b'/').all(|part| !matches!(part, b"" | b"." | b".."))
        }
        _ => false,
    }
}

impl From<&str> for Path {
    fn from(name: &str) -> Path {
        Path::new(name)
    }
}

impl Ord for Path {
    fn cmp(&self, other: &Path) -> Ordering {
        Path::order(&self.0, &other.0)
    }
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Path) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Shows the path with everything that could deceive an eye or a terminal made visible (see [`visible`]).
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&visible(&self.0))
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Renders bytes from an image inert: what is not UTF-8 becomes `\xNN`, a backslash `\\`, control, format and
/// direction characters `\u{…}`. The result can be turned back into the bytes.
pub fn visible(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            // Writing into a String cannot fail.
            let _ = match character {
                '\\' => write!(out, "\\\\"),
                '\n' => write!(out, "\\n"),
                '\t' => write!(out, "\\t"),
                '\r' => write!(out, "\\r"),
                deceiving if is_deceiving(deceiving) => {
                    write!(out, "\\u{{{:x}}}", u32::from(deceiving))
                }
                plain => write!(out, "{plain}"),
            };
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// Whether a character could deceive an eye or a terminal: control characters, separators of lines, and the characters
/// of Unicode's class Cf, which are invisible or turn the direction of text ("Trojan Source", CVE-2021-42574).
pub fn is_deceiving(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
            | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised_and_never_climb_out() {
        let check = |name: &str, path: &str| assert_eq!(Path::new(name).to_str(), Some(path));
        check("a//./b/", "/a/b");
        check("./../../escape", "/escape");
        check("/a/../b", "/b");
        check("a/b/..", "/a");
        check("", "/");
        check("/..", "/");
    }

    #[test]
    fn a_directory_stands_right_before_what_it_holds() {
        let mut paths = ["/a-b", "/a/b", "/a", "/"].map(Path::from);
        paths.sort();
        assert_eq!(paths.map(|path| path.to_string()), ["/", "/a", "/a/b", "/a-b"]);
    }

    #[test]
    fn a_path_that_shares_a_beginning_is_normal_or_none() {
        let path = Path::from("/usr/lib/x");
        for shared in 0..=10 {
            for rest in ["", "/", "x", "/x", "//", "/.", "/..", ".", "..", "/a/../b", "lib/y", "a/"]
            {
                let bytes = [&path.as_bytes()[..shared], rest.as_bytes()].concat();
                let expect = Some(Path::new(&bytes)).filter(|path| path.as_bytes() == bytes);
                assert_eq!(path.sharing(shared, &bytes), expect, "{shared} {rest}");
            }
        }
        for (text, is_taken) in [
            ("/", true),
            ("/a/b", true),
            ("", false),
            ("a", false),
            ("/a/", false),
            ("//a", false),
            ("/a/../b", false),
        ] {
            let expect = is_taken.then(|| Path::from(text));
            assert_eq!(Path::of_normal(text.as_bytes()), expect, "{text}");
        }
        assert_eq!(path.sharing(4, b"/etc/x"), None);
        assert_eq!(path.sharing(11, b"/usr/lib/xyz"), None);
        assert_eq!(Path::root().sharing(1, b"/bin"), Some(Path::from("/bin")));
    }

    #[test]
    fn hostile_names_are_shown_inert() {
        let path = Path::new(b"/a\xff\x1b[31m\xe2\x80\xaeb\\n\n");
        assert_eq!(path.to_string(), r"/a\xff\u{1b}[31m\u{202e}b\\n\n");
    }

    #[test]
    fn parents_and_subtrees() {
        let path = Path::from("/usr/lib/x");
        assert_eq!(path.parent(), Some(Path::from("/usr/lib")));
        assert_eq!(Path::from("/usr").parent(), Some(Path::root()));
        assert_eq!(Path::root().parent(), None);
        assert!(path.is_under(&Path::from("/usr")) && path.is_under(&Path::root()));
        assert!(!Path::from("/usrx").is_under(&Path::from("/usr")));
        assert_eq!(Path::root().join(b"x"), Path::from("/x"));
    }
}
