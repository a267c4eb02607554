//! An archive file: what is where in it, and ways to get there. It does not know what images are.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

pub(super) use super::contents::Place;
use super::contents::{Contents, KEPT};
use super::members::{Input, Members, Trouble};
use crate::image::Visit;
use crate::resolve::too_large;
use crate::{Error, looks};

/// Bytes that are read at once.
const PIECE: usize = 256 << 10;

/// Inflated bytes of an archive at the most; and for each compressed byte, once it is more than [`KEPT`].
pub(super) const INFLATED: u64 = 256 << 30;
const RATIO: u64 = 1_100;

/// How the whole file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// An archive whose members are known.
pub(super) struct Archive {
    pub(super) path: PathBuf,
    packing: Packing,
    contents: Contents,
}

impl Archive {
    /// Reads the names of the members; of a compressed archive also the documents, of no more than `limit` bytes each.
    pub(super) fn open(path: &Path, limit: u64) -> Result<Archive, Error> {
        let length = length(path)?;
        let packing = packing(path)?;
        let mut archive = Archive { path: path.into(), packing, contents: Contents::default() };
        let mut contents = Contents::default();
        let walked = if archive.is_compressed() {
            let most = length.saturating_mul(RATIO).clamp(KEPT, INFLATED);
            let input = Stream { input: archive.inflated()?, left: most };
            contents.walk(Members::new(input), limit)
        } else {
            let input = BufReader::with_capacity(4096, archive.file()?);
            contents.walk(Members::new(Plain { input, at: 0, length }), 0)
        };
        walked.map_err(|trouble| archive.error(trouble))?;
        archive.contents = contents;
        Ok(archive)
    }

    /// Whether it must be inflated from its beginning to get at a member.
    pub(super) fn is_compressed(&self) -> bool {
        self.packing != Packing::Plain
    }

    /// Whether there is a file of this name, or a link that leads to one.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_ok_and(|place| place.is_some())
    }

    /// The names that it has, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.contents.names()
    }

    /// Where the file of this name is, links followed; none where there is none.
    pub(super) fn find(&self, name: &str) -> Result<Option<Place>, Error> {
        let found = self.contents.find(name).map_err(|reason| self.broken(&reason))?;
        Ok(found.map(|(_, place)| place))
    }

    /// Reads a small file; none where there is none.
    pub(super) fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, Error> {
        let Some(place) = self.find(name)? else { return Ok(None) };
        if place.size > limit {
            let name = model::visible(name.as_bytes());
            return Err(too_large(&format!("{name} in {}", self.path.display()), limit));
        }
        if let Some(bytes) = self.contents.kept(place) {
            return Ok(Some(bytes.to_vec()));
        }
        let mut bytes = Vec::new();
        self.stream(place)?.read_to_end(&mut bytes).map_err(|source| self.io("read", source))?;
        Ok(Some(bytes))
    }

    /// Opens a member's content. In a compressed archive all that stands before it is inflated for that.
    pub(super) fn stream(&self, place: Place) -> Result<Box<dyn Read + Send>, Error> {
        if self.packing == Packing::Plain {
            let mut file = self.file()?;
            file.seek(SeekFrom::Start(place.offset)).map_err(|source| self.io("read", source))?;
            return Ok(Box::new(file.take(place.size)));
        }
        let mut input = self.inflated()?;
        pass(&mut input, place.offset).map_err(|source| self.io("inflate", source))?;
        Ok(Box::new(input.take(place.size)))
    }

    /// Gives each member to `visit`, in the order of the archive, until it breaks off.
    pub(super) fn each(
        &self,
        mut wanted: Vec<(usize, Place)>,
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        wanted.sort_by_key(|&(index, place)| (place, index));
        if self.packing == Packing::Plain {
            for (index, place) in wanted {
                if visit(index, &mut *self.stream(place)?).is_break() {
                    break;
                }
            }
            return Ok(());
        }
        // Members that several layers share come again in the next round: a stream cannot go back.
        while !wanted.is_empty() {
            let mut input = self.inflated()?;
            let (mut at, mut again) = (0, Vec::new());
            for (index, place) in wanted {
                let Some(ahead) = place.offset.checked_sub(at) else {
                    again.push((index, place));
                    continue;
                };
                pass(&mut input, ahead).map_err(|source| self.io("inflate", source))?;
                let mut part = (&mut input).take(place.size);
                if visit(index, &mut part).is_break() {
                    return Ok(());
                }
                let left = part.limit();
                pass(&mut input, left).map_err(|source| self.io("inflate", source))?;
                at = place.offset + place.size;
            }
            wanted = again;
        }
        Ok(())
    }

    fn file(&self) -> Result<File, Error> {
        File::open(&self.path).map_err(|source| self.io("open", source))
    }

    fn inflated(&self) -> Result<Box<dyn Read + Send>, Error> {
        let file = BufReader::with_capacity(PIECE, self.file()?);
        Ok(match self.packing {
            Packing::Plain => Box::new(file),
            Packing::Gzip => Box::new(MultiGzDecoder::new(file)),
            Packing::Zstd => {
                let decoder = zstd::Decoder::with_buffer(file);
                Box::new(decoder.map_err(|source| self.io("inflate", source))?)
            }
        })
    }

    fn error(&self, trouble: Trouble) -> Error {
        let path = self.path.display();
        match trouble {
            Trouble::Io(source) => self.io("read", source),
            Trouble::Broken(reason) => self.broken(&reason),
            Trouble::Limit(reason) => {
                Error::Limit { what: format!("could not read archive {path}: {reason}") }
            }
            Trouble::NotTar(start) => {
                let packed = if self.is_compressed() { " inside" } else { "" };
                Error::Corrupt {
                    what: format!(
                        "{path} is no tar archive: it is {}{packed}",
                        looks::like(&start)
                    ),
                    hint: looks::advice(&start).into(),
                }
            }
        }
    }

    fn broken(&self, reason: &str) -> Error {
        Error::Corrupt {
            what: format!("archive {} is damaged: {reason}", self.path.display()),
            hint: "copy or save it again; nothing of it was kept".into(),
        }
    }

    fn io(&self, doing: &'static str, source: io::Error) -> Error {
        Error::Io { doing, object: format!("archive {}", self.path.display()), source }
    }
}

/// The length of a file that can be read more than once.
fn length(path: &Path) -> Result<u64, Error> {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(metadata.len()),
        Ok(metadata) if metadata.is_dir() => Err(Error::Invalid {
            what: format!("could not open archive {shown}: it is a folder"),
            hint: format!("for an OCI layout say oci:{shown}, for a root file system dir:{shown}"),
        }),
        Ok(_) => Err(Error::Invalid {
            what: format!("could not open archive {shown}: it is neither a file nor a folder"),
            hint: "an archive is read more than once; store it in a file first".into(),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::NotFound {
            what: format!("could not open archive {shown}: there is no such file"),
            hint: "`docker save NAME -o FILE` writes one".into(),
        }),
        Err(source) => Err(Error::Io { doing: "open", object: format!("archive {shown}"), source }),
    }
}

/// How the file is packed, by its first bytes.
fn packing(path: &Path) -> Result<Packing, Error> {
    let io =
        |source| Error::Io { doing: "read", object: format!("archive {}", path.display()), source };
    let mut start = Vec::new();
    File::open(path).map_err(io)?.take(4).read_to_end(&mut start).map_err(io)?;
    Ok(match start[..] {
        [0x1f, 0x8b, ..] => Packing::Gzip,
        // A frame, or one of the frames to be skipped that may stand before it.
        [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Packing::Zstd,
        _ => Packing::Plain,
    })
}

/// Reads `bytes` of `input` and forgets them.
fn pass(input: &mut (impl Read + ?Sized), bytes: u64) -> io::Result<()> {
    let passed = io::copy(&mut input.take(bytes), &mut io::sink())?;
    if passed == bytes { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// A file, in which passing over is seeking.
struct Plain {
    input: BufReader<File>,
    at: u64,
    length: u64,
}

impl Read for Plain {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Input for Plain {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let to = self.at.checked_add(bytes).filter(|&to| to <= self.length);
        let (Some(to), Ok(by)) = (to, i64::try_from(bytes)) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        self.at = to;
        self.input.seek_relative(by)
    }
}

/// A stream in which passing over is reading, and that does not grow for ever.
pub(super) struct Stream {
    pub(super) input: Box<dyn Read + Send>,
    /// Bytes that it may still have.
    pub(super) left: u64,
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let reason = "it grows beyond any image when it is inflated";
            io::Error::new(io::ErrorKind::FileTooLarge, reason)
        })?;
        Ok(read)
    }
}

impl Input for Stream {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        pass(self, bytes)
    }
}
