//! What a text means among kept images.

use model::{Digest, Sha256};

use crate::catalogue::{self, Row};
use crate::{Candidate, Error, Found, Store};

/// Fewer digits are no beginning of a digest that anybody means.
const FEWEST_DIGITS: usize = 4;

impl Store {
    /// What `text` means among kept images: an ID, a digest, the beginning of one (with or without `sha256:`), or a name
    /// that an image was seen under last.
    ///
    /// A whole digest comes before a name, and a name before the beginning of a digest. One ID may come with several
    /// manifests (the same image, packed twice): it means the image of it that was analyzed last.
    pub fn find(&self, text: &str) -> Result<Found, Error> {
        if let Some(digest) = whole_digest(text) {
            return self.by_digest(&digest);
        }
        let meant =
            self.ask("look up a name", |connection| catalogue::of_name(connection, text))?;
        if let Some(key) = meant {
            let row =
                self.ask("look up an image", |connection| catalogue::image(connection, &key))?;
            // A name whose image is gone means nothing, not what it meant before.
            return self.choose(row.into_iter().collect());
        }
        if let Some((_, digest)) = text.rsplit_once('@') {
            return match digest.parse() {
                Ok(digest) => self.by_digest(&digest),
                Err(_) => Ok(Found::Nothing),
            };
        }
        let Some(prefix) = prefix(text) else { return Ok(Found::Nothing) };
        let rows =
            self.ask("look up a digest", |connection| catalogue::with_prefix(connection, &prefix))?;
        self.choose(rows)
    }

    fn by_digest(&self, digest: &Digest) -> Result<Found, Error> {
        let mut rows =
            self.ask("look up a digest", |connection| catalogue::look_up(connection, digest))?;
        // Whoever made a file says what digests its images have: none of them takes the place of what was read here.
        if rows.iter().any(|row| !row.imported) {
            rows.retain(|row| !row.imported);
        }
        // A manifest's digest means that very manifest.
        let exact = rows.iter().find(|row| row.key.manifest.as_ref() == Some(digest)).cloned();
        match exact {
            Some(row) => self.choose(vec![row]),
            None => self.choose(rows),
        }
    }

    /// One image, or several to choose from. `rows` has the one analyzed last first.
    fn choose(&self, mut rows: Vec<Row>) -> Result<Found, Error> {
        // What was read here comes before what somebody else read.
        rows.sort_by_key(|row| row.imported);
        let mut seen = Vec::new();
        rows.retain(|row| {
            let is_new = !seen.contains(&row.key.id);
            seen.push(row.key.id.clone());
            is_new
        });
        if let [row] = &rows[..] {
            return Ok(match self.open_image(row)? {
                Some(image) => Found::One(Box::new(image), self.names_of(&row.key)?),
                None => Found::Nothing,
            });
        }
        let mut candidates = Vec::new();
        for Row { key, .. } in rows {
            let names = self.names_of(&key)?;
            candidates.push(Candidate { id: key.id, digest: key.manifest, names });
        }
        candidates.sort_unstable();
        Ok(if candidates.is_empty() { Found::Nothing } else { Found::Several(candidates) })
    }
}

/// Whether a text may be a digest, or the beginning of one.
pub(crate) fn may_be_digest(text: &str) -> bool {
    whole_digest(text).is_some() || prefix(text).is_some()
}

/// `sha256:` and 64 digits, or the digits alone.
fn whole_digest(text: &str) -> Option<Digest> {
    text.parse().ok().or_else(|| Sha256::from_hex(text).map(Digest::Sha256))
}

/// The beginning of a digest as the catalogue has digests.
fn prefix(text: &str) -> Option<String> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let is_prefix = (FEWEST_DIGITS..64).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_prefix.then(|| format!("sha256:{}", digits.to_ascii_lowercase()))
}
