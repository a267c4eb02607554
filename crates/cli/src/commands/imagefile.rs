//! Files that name images: `--imagefile` and `--excludefile`. It looks at no image.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use model::ErrorKind;

use crate::error::{self, Error};

/// Bytes of such a file, and of a Dockerfile, at the most.
const LONGEST: u64 = 1 << 20;

/// One line.
pub(super) struct Line {
    /// The name of an image.
    pub(super) image: String,
    /// The Dockerfile that it was built from, where the line has a second word.
    pub(super) dockerfile: Option<PathBuf>,
}

/// The lines that name something; what follows a `#` at their beginning is a remark.
pub(super) fn read(path: &Path) -> Result<Vec<Line>, Error> {
    let doing = format!("could not read the names of images in {}", path.display());
    let text = text(path, &doing, "it is a text file with the name of an image in each line")?;
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let image = words.next().filter(|word| !word.starts_with('#'))?.to_owned();
        Some(Line { image, dockerfile: words.next().map(PathBuf::from) })
    };
    let lines: Vec<Line> = text.lines().filter_map(line).collect();
    if lines.is_empty() {
        let hint = "write the name of an image into each line".to_owned();
        return Err(error::said(
            ErrorKind::Invalid,
            format!("{doing}: there are none"),
            Some(hint),
        ));
    }
    Ok(lines)
}

/// A Dockerfile, whole.
pub(super) fn dockerfile(path: &Path) -> Result<String, Error> {
    let doing = format!("could not read the Dockerfile {}", path.display());
    text(path, &doing, "it is the text file that the image was built from")
}

/// A text file, whole, or an error that says what `doing` is.
fn text(path: &Path, doing: &str, hint: &str) -> Result<String, Error> {
    let failed = |kind: ErrorKind, reason: String| {
        error::said(kind, format!("{doing}: {reason}"), Some(hint.to_owned()))
    };
    let unreadable = |error: std::io::Error| failed(error::kind_of(&error), error.to_string());
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LONGEST + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > LONGEST {
        return Err(failed(ErrorKind::Limit, format!("it has more than {LONGEST} bytes")));
    }
    Ok(text)
}
