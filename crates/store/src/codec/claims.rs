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
    pub(super) fn behind(layers: &[Tables<'_>]) -> Writing {
        Writing {
            contents: table::Digests::behind(layers.iter().flat_map(|one| one.contents)),
            md5: table::Digests::behind(layers.iter().flat_map(|one| one.md5)),
            sha1: table::Digests::behind(layers.iter().flat_map(|one| one.sha1)),
        }
    }

    /// As if no digest had been met yet. What was written stays known.
    pub(super) fn restart(&mut self) {
        self.contents.restart();
        self.md5.restart();
        self.sha1.restart();
    }

    /// Whether no digest was met that was not known already.
    pub(super) fn is_empty(&self) -> bool {
        self.contents.is_empty() && self.md5.is_empty() && self.sha1.is_empty()
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

/// How many digests of each algorithm the facts of a layer have: SHA-256, MD5, SHA-1.
pub(super) type Counts = [usize; 3];

/// The digests that the facts of a layer have.
#[derive(Clone, Copy)]
pub(super) struct Tables<'a> {
    contents: &'a [[u8; 32]],
    md5: &'a [[u8; 16]],
    sha1: &'a [[u8; 20]],
}

impl<'a> Tables<'a> {
    /// So many digests, which are all that `raw` has.
    pub(super) fn new([contents, md5, sha1]: Counts, raw: &'a [u8]) -> Read<Tables<'a>> {
        let mut raw = In(raw);
        let tables = Tables {
            contents: raw.arrays(contents)?,
            md5: raw.arrays(md5)?,
            sha1: raw.arrays(sha1)?,
        };
        raw.end()?;
        Ok(tables)
    }

    pub(super) fn counts(&self) -> Counts {
        [self.contents.len(), self.md5.len(), self.sha1.len()]
    }
}

/// Reads how many digests of each algorithm there are.
pub(super) fn read_counts(read: &mut In<'_>) -> Read<Counts> {
    Ok([read.small()?, read.small()?, read.small()?])
}

/// Claims that are being read.
pub(super) struct Reading<'a> {
    pub(super) contents: table::Known<'a, 32>,
    md5: table::Known<'a, 16>,
    sha1: table::Known<'a, 20>,
}

impl<'a> Reading<'a> {
    /// Of a layer whose digests were not met yet.
    pub(super) fn new(tables: Tables<'a>) -> Reading<'a> {
        Reading {
            contents: table::Known::new(tables.contents),
            md5: table::Known::new(tables.md5),
            sha1: table::Known::new(tables.sha1),
        }
    }

    /// Of several layers whose digests are all known, numbered through.
    pub(super) fn of_layers(layers: &[Tables<'a>]) -> Reading<'a> {
        let contents = layers.iter().map(|layer| layer.contents).collect();
        let md5 = layers.iter().map(|layer| layer.md5).collect();
        let sha1 = layers.iter().map(|layer| layer.sha1).collect();
        Reading {
            contents: table::Known::of_tables(contents),
            md5: table::Known::of_tables(md5),
            sha1: table::Known::of_tables(sha1),
        }
    }

    pub(super) fn claims(
        &mut self,
        entries: &[LayerEntry],
        columns: &mut Columns<In<'a>>,
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

    fn recorded(&mut self, file: Option<&FileEntry>, read: &mut In<'a>) -> Read<Recorded> {
        self.plain(file, read).map(Plain::recorded)
    }

    /// Reads what was recorded of a path.
    pub(super) fn plain(&mut self, file: Option<&FileEntry>, read: &mut In<'a>) -> Read<Plain<'a>> {
        let flags = read.byte()?;
        let digest = match flags & DIGEST {
            NO_DIGEST => Said::Nothing,
            SAME_SHA256 => Said::Same(content(file).ok_or(NOT_THERE)?),
            NEW_SHA256 => Said::Sha256(self.contents.next()?),
            KNOWN_SHA256 => Said::Sha256(self.contents.at(read.signed()?)?),
            NEW_MD5 => Said::Md5(self.md5.next()?),
            KNOWN_MD5 => Said::Md5(self.md5.at(read.signed()?)?),
            NEW_SHA1 => Said::Sha1(self.sha1.next()?),
            KNOWN_SHA1 => Said::Sha1(self.sha1.at(read.signed()?)?),
            OTHER_DIGEST => Said::Other(read.small()?, read.str()?),
            _ => return Err(Odd("a digest of no known algorithm")),
        };
        let mode = match flags & (MODE | SAME_MODE) {
            0 => None,
            SAME_MODE => Some(file.ok_or(NOT_THERE)?.mode),
            MODE => Some(read.small()?),
            _ => return Err(Odd("two modes of one file")),
        };
        Ok(Plain { digest, mode, config: flags & CONFIG != 0, ghost: flags & GHOST != 0 })
    }
}

/// A recorded digest where it stands. Of most files nobody looks at it.
enum Said<'a> {
    Nothing,
    /// That of the file itself.
    Same(Sha256),
    Sha256(&'a [u8; 32]),
    Md5(&'a [u8; 16]),
    Sha1(&'a [u8; 20]),
    Other(u32, &'a str),
}

/// What was recorded of a path, with nothing of it in a piece of memory of its own.
pub(super) struct Plain<'a> {
    digest: Said<'a>,
    mode: Option<u16>,
    config: bool,
    ghost: bool,
}

impl Plain<'_> {
    pub(super) fn recorded(self) -> Recorded {
        let Plain { digest, mode, config, ghost } = self;
        let digest = match digest {
            Said::Nothing => None,
            Said::Same(sha256) => Some(RecordedDigest::Sha256(sha256)),
            Said::Sha256(digest) => Some(RecordedDigest::Sha256(Sha256(*digest))),
            Said::Md5(digest) => Some(RecordedDigest::Md5(*digest)),
            Said::Sha1(digest) => Some(RecordedDigest::Sha1(*digest)),
            Said::Other(algorithm, digits) => Some(RecordedDigest::Other(algorithm, digits.into())),
        };
        Recorded { digest: digest.map(Box::new), mode, config, ghost }
    }
}

const NOT_THERE: Odd = Odd("a record says the same as a file that is not there");
