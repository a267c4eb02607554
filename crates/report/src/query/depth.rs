//! How deep a question about paths goes, and what of them is told: it knows of paths only.

use model::Path;

use super::Wrong;

/// How deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Every path; a directory that is meant with all below it is one row.
    All,
    /// Every path with nothing of what is meant below it.
    Leaves,
    /// Paths cut to so many names.
    Names(usize),
}

impl Depth {
    /// Reads `all`, `leaves` or a number. 1 is the root alone, 2 what stands in it.
    pub(super) fn parse(text: &str) -> Result<Depth, Wrong> {
        match text {
            "all" => return Ok(Depth::All),
            "leaves" => return Ok(Depth::Leaves),
            _ => {}
        }
        match text.parse::<usize>() {
            Ok(levels @ 1..) => Ok(Depth::Names(levels - 1)),
            _ => Err(Wrong {
                what: format!("`{text}` is no depth"),
                hint:
                    "say all, leaves, or a number from 1: 1 is `/` alone, 2 also what stands in it"
                        .into(),
            }),
        }
    }

    /// The path that tells of `path`: itself, or the directory that it is cut to.
    pub(super) fn cut(self, path: &Path) -> Path {
        let Depth::Names(names) = self else { return path.clone() };
        if path.components().nth(names).is_none() {
            return path.clone();
        }
        path.components().take(names).fold(Path::root(), |path, name| path.join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(depth: &str, path: &str, expect: &str) {
        let shown = match Depth::parse(depth) {
            Ok(depth) => depth.cut(&path.into()).to_string(),
            Err(wrong) => wrong.what,
        };
        assert_eq!(shown, expect);
    }

    #[test]
    fn a_depth_counts_the_root() {
        check("1", "/usr/lib/x", "/");
        check("2", "/usr/lib/x", "/usr");
        check("3", "/usr/lib/x", "/usr/lib");
        check("4", "/usr/lib/x", "/usr/lib/x");
        check("99999999999999999999", "/usr", "`99999999999999999999` is no depth");
        check("all", "/usr/lib/x", "/usr/lib/x");
    }

    #[test]
    fn what_is_no_depth_is_wrong() {
        for text in ["x", "-1", "0", "", "1.5", "ALL"] {
            check(text, "/usr", &format!("`{text}` is no depth"));
        }
    }
}
