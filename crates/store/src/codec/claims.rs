//! Paths that packages claim, and what their database recorded of each.
//!
//! Most records repeat what is there: rpm records the SHA-256 and the mode of a file, and the layer has the same. A bit
//! says so.

use model::{FileEntry, FileKind, LayerEntry, OwnedPath, Recorded, RecordedDigest, Sha256, What};

use super::columns::Columns;
use super::paths::{Known, Paths};
use super::table;
use super::wire::{In, Odd, Out, Read};

const NO_DIGEST: u8 = 0;
/// The SHA-256 that the layer's entry of this path has.
const SAME_SHA256: u8 = 1;
const NEW_SHA256: u8 = 2;
const KNOWN_SHA256: u8 = 3;
const NEW_MD5: u8 = 4;
const KNOWN_MD5: u8 = 5;
const NEW_SHA1: u8 = 6;
const KNOWN_SHA1: u8 = 7;
const OTHER_DIGEST: u8 = 8;
const DIGEST: u8 = 0x0f;
/// The mode that the layer's entry of this path has.
const SAME_MODE: u8 = 0x10;
const MODE: u8 = 0x20;
const CONFIG: u8 = 0x40;
const GHOST: u8 = 0x80;

/// Claims that are being written.
pub(super) struct Writing {
    pub(super) contents: table::Digests<32>,
    md5: table::Digests<16>,
    sha1: table::Digests<20>,
}

impl Writing {
    pub(super) fn new(contents: table::Digests<32>) -> Writing {
        Writing { contents, md5: table::Digests::default(), sha1: table::Digests::default() }
    }

    /// As if all digests of these layers had been written already.
    pub(super) fn behind(layers: &[&Reading<'_>]) -> Writing {
        Writing {
            contents: table::Digests::behind(layers.iter().flat_map(|one| one.contents.all())),
            md5: table::Digests::behind(layers.iter().flat_map(|one| one.md5.all())),
            sha1: table::Digests::behind(layers.iter().flat_map(|one| one.sha1.all())),
        }
    }

    pub(super) fn claims<'a>(
        &mut self,
        claims: &'a [OwnedPath],
        entries: &[LayerEntry],
        columns: &mut Columns<Out>,
        paths: &mut Paths<'a>,
    ) {
        columns.texts.count(claims.len());
        for OwnedPath { path, recorded } in claims {
            let number = paths.refer(path, &mut columns.references);
            let file = number.and_then(|number| file(entries, number as usize));
            self.recorded(recorded, file, &mut columns.recorded);
        }
    }

    /// Writes what was recorded of a path, where the layer may have a file.
    pub(super) fn recorded(
        &mut self,
        recorded: &Recorded,
        file: Option<&FileEntry>,
        out: &mut Out,
    ) {
        let place = out.0.len();
        out.byte(0);
        let mut flags = match recorded.digest.as_deref() {
            None => NO_DIGEST,
            Some(RecordedDigest::Sha256(sha256)) if content(file) == Some(*sha256) => SAME_SHA256,
            Some(RecordedDigest::Sha256(Sha256(digest))) => {
                number(self.contents.put(digest), NEW_SHA256, KNOWN_SHA256, out)
            }
            Some(RecordedDigest::Md5(digest)) => {
                number(self.md5.put(digest), NEW_MD5, KNOWN_MD5, out)
            }
            Some(RecordedDigest::Sha1(digest)) => {
                number(self.sha1.put(digest), NEW_SHA1, KNOWN_SHA1, out)
            }
            Some(RecordedDigest::Other(algorithm, digits)) => {
                out.number((*algorithm).into());
                out.text(digits);
                OTHER_DIGEST
            }
        };
        flags |= match recorded.mode {
            None => 0,
            Some(mode) if file.is_some_and(|file| file.mode == mode) => SAME_MODE,
            Some(mode) => {
                out.number(mode.into());
                MODE
            }
        };
        flags |= if recorded.config { CONFIG } else { 0 };
        flags |= if recorded.ghost { GHOST } else { 0 };
        out.0[place] = flags;
    }

    /// Says how many digests there are, and puts them into `raw`.
    pub(super) fn finish(self, out: &mut Out, raw: &mut Vec<u8>) {
        self.contents.finish(out, raw);
        self.md5.finish(out, raw);
        self.sha1.finish(out, raw);
    }
}

/// Where a digest is that is known; gives which of the two it is.
fn number(distance: Option<i64>, new: u8, known: u8, out: &mut Out) -> u8 {
    match distance {
        None => new,
        Some(distance) => {
            out.signed(distance);
            known
        }
    }
}

fn file(entries: &[LayerEntry], number: usize) -> Option<&FileEntry> {
    match &entries.get(number)?.what {
        What::Put(file) => Some(file),
        _ => None,
    }
}

fn content(file: Option<&FileEntry>) -> Option<Sha256> {
    match file?.kind {
        FileKind::Regular { sha256, .. } => Some(sha256),
        _ => None,
    }
}

/// Claims that are being read.
pub(super) struct Reading<'a> {
    pub(super) contents: table::Known<'a, 32>,
    md5: table::Known<'a, 16>,
    sha1: table::Known<'a, 20>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(read: &mut In<'_>, raw: &'a [u8]) -> Read<Reading<'a>> {
        let mut raw = In(raw);
        let contents = table::Known::new(read, &mut raw)?;
        let md5 = table::Known::new(read, &mut raw)?;
        let sha1 = table::Known::new(read, &mut raw)?;
        raw.end()?;
        Ok(Reading { contents, md5, sha1 })
    }

    /// These digests, numbered behind those of `layers`.
    pub(super) fn behind(self, layers: &[&Reading<'_>]) -> Reading<'a> {
        Reading {
            contents: self.contents.behind(layers.iter().map(|one| &one.contents)),
            md5: self.md5.behind(layers.iter().map(|one| &one.md5)),
            sha1: self.sha1.behind(layers.iter().map(|one| &one.sha1)),
        }
    }

    pub(super) fn claims(
        &mut self,
        entries: &[LayerEntry],
        columns: &mut Columns<In<'_>>,
        paths: &mut Known,
    ) -> Read<Vec<OwnedPath>> {
        let count = columns.texts.count(columns.recorded.0.len())?;
        let mut claims = Vec::with_capacity(count);
        for _ in 0..count {
            let (path, number) = paths.referred(&mut columns.references)?;
            let file = number.and_then(|number| file(entries, number));
            let recorded = self.recorded(file, &mut columns.recorded)?;
            claims.push(OwnedPath { path: path.clone(), recorded });
        }
        Ok(claims)
    }

    /// Reads what was recorded of a path.
    pub(super) fn recorded(
        &mut self,
        file: Option<&FileEntry>,
        read: &mut In<'_>,
    ) -> Read<Recorded> {
        let flags = read.byte()?;
        let digest = match flags & DIGEST {
            NO_DIGEST => None,
            SAME_SHA256 => Some(RecordedDigest::Sha256(content(file).ok_or(NOT_THERE)?)),
            NEW_SHA256 => Some(RecordedDigest::Sha256(Sha256(self.contents.next()?))),
            KNOWN_SHA256 => Some(RecordedDigest::Sha256(Sha256(self.contents.at(read.signed()?)?))),
            NEW_MD5 => Some(RecordedDigest::Md5(self.md5.next()?)),
            KNOWN_MD5 => Some(RecordedDigest::Md5(self.md5.at(read.signed()?)?)),
            NEW_SHA1 => Some(RecordedDigest::Sha1(self.sha1.next()?)),
            KNOWN_SHA1 => Some(RecordedDigest::Sha1(self.sha1.at(read.signed()?)?)),
            OTHER_DIGEST => Some(RecordedDigest::Other(read.small()?, read.str()?.into())),
            _ => return Err(Odd("a digest of no known algorithm")),
        };
        let mode = match flags & (MODE | SAME_MODE) {
            0 => None,
            SAME_MODE => Some(file.ok_or(NOT_THERE)?.mode),
            MODE => Some(read.small()?),
            _ => return Err(Odd("two modes of one file")),
        };
        Ok(Recorded {
            digest: digest.map(Box::new),
            mode,
            config: flags & CONFIG != 0,
            ghost: flags & GHOST != 0,
        })
    }
}

const NOT_THERE: Odd = Odd("a record says the same as a file that is not there");
