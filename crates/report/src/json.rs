//! The JSON documents, version 1: `docs/schema` holds their schemas. Shapes are written here and nowhere else.

mod analysis;
mod changelogs;
mod comparison;
mod contents;
mod explanation;
mod findings;
mod image;
mod kept;
mod risks;
mod sizes;
mod unknown;
mod verification;

use std::io::{self, Write};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use model::{Notice, Path};
use serde::Serialize;

pub(crate) use analysis::Analysis;
pub(crate) use changelogs::{Changelogs, reason};
pub(crate) use comparison::{Comparison, changed_file};
pub(crate) use contents::Contents;
pub(crate) use explanation::Explanation;
pub(crate) use findings::ScanDocument;
pub(crate) use kept::{Cache, CachePruned, CacheStat, CacheVerified, History, Kept};
pub(crate) use risks::RisksDocument;
pub(crate) use verification::Verification;

/// Writes a document with a final line end.
pub(crate) fn write(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// A path: as text, and where it is not UTF-8 also as bytes.
#[derive(Serialize)]
struct PathShape {
    /// The path; bytes that are not UTF-8 as `\xNN`.
    path: String,
    /// The bytes in Base64, only where the path is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_base64: Option<String>,
}

impl PathShape {
    fn of(path: &Path) -> PathShape {
        match path.to_str() {
            Some(text) => PathShape { path: text.into(), path_base64: None },
            None => PathShape {
                path: model::visible(path.as_bytes()),
                path_base64: Some(BASE64_STANDARD.encode(path.as_bytes())),
            },
        }
    }
}

/// Text that may not be UTF-8.
fn text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| model::visible(bytes), ToOwned::to_owned)
}

/// A notice, with the side that it is about where there are two.
#[derive(Serialize)]
struct NoticeShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    side: Option<&'static str>,
    path: Option<String>,
    text: String,
}

impl NoticeShape {
    fn of(side: Option<&'static str>, notice: &Notice) -> NoticeShape {
        let path = notice.path.as_ref().map(|path| text(path.as_bytes()));
        NoticeShape { side, path, text: notice.text.clone() }
    }
}
