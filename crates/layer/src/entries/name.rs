//! What a member's name means to the file system: a file, or a mark on what lower layers have.

use model::Path;

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A file of the layer.
    File(Path),
    /// This path of lower layers goes.
    Whiteout(Path),
    /// What lower layers have in this directory goes.
    Opaque(Path),
    /// Notes of the AUFS file system to itself, no files.
    Bookkeeping,
    /// A whiteout of nothing, or of a directory that holds it.
    Meaningless,
}

/// Reads a normalised path.
pub(super) fn meaning(path: Path) -> Meaning {
    const MARK: &[u8] = b".wh.";
    const BOOKKEEPING: &[u8] = b".wh..wh.";
    const OPAQUE: &[u8] = b".wh..wh..opq";
    let name = path.name();
    let marked = path.components().filter(|part| part.starts_with(BOOKKEEPING)).count();
    if marked > usize::from(name == OPAQUE) {
        return Meaning::Bookkeeping;
    }
    match (name.strip_prefix(MARK), path.parent()) {
        (None, _) | (_, None) => Meaning::File(path),
        (Some(_), Some(directory)) if name == OPAQUE => Meaning::Opaque(directory),
        (Some(b"" | b"." | b".."), _) => Meaning::Meaningless,
        (Some(name), Some(directory)) => Meaning::Whiteout(directory.join(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whiteouts_opaque_marks_and_bookkeeping_are_told_apart() {
        let check = |name: &str, expected: Meaning| {
            assert_eq!(meaning(Path::from(name)), expected, "{name}");
        };
        check("etc/motd", Meaning::File("/etc/motd".into()));
        check(".wh.motd", Meaning::Whiteout("/motd".into()));
        check("./etc/.wh.motd/", Meaning::Whiteout("/etc/motd".into()));
        check("etc/.wh..hidden", Meaning::Whiteout("/etc/.hidden".into()));
        check("etc/.wh..wh..opq", Meaning::Opaque("/etc".into()));
        check(".wh..wh..opq", Meaning::Opaque(Path::root()));
        check("etc/.wh..wh..opqX", Meaning::Bookkeeping);
        check(".wh..wh.plnk/12.34", Meaning::Bookkeeping);
        check(".wh..wh.plnk/.wh..wh..opq", Meaning::Bookkeeping);
        check(".wh..wh.", Meaning::Bookkeeping);
        check("etc/.wh.", Meaning::Meaningless);
        check("etc/.wh..", Meaning::Meaningless);
        check("etc/.wh...", Meaning::Meaningless);
        check("etc/.wh....", Meaning::Whiteout("/etc/...".into()));
        check("etc/.wh.d/file", Meaning::File("/etc/.wh.d/file".into()));
        check("etc/.wh.a/../b", Meaning::File("/etc/b".into()));
        check("", Meaning::File(Path::root()));
    }
}
