//! From headers to entries: what the header blocks of one member say together. It passes no content on.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::{Path, Xattrs};

use super::content::{Content, Piece};
use super::header::{Header, Type};
use super::name::{Meaning, meaning};
use super::number::text;
use super::pax::{LIBARCHIVE, Records, SCHILY};
use super::sparse::{Form, Map};
use super::{Entries, Entry, Kind};
use crate::Error;

/// What extended headers said of the next member.
#[derive(Default)]
pub(super) struct Extensions {
    pub(super) pax: Records,
    pub(super) long_name: Vec<u8>,
    pub(super) long_link: Vec<u8>,
}

impl Entries<'_> {
    /// Reads the records of an extended header.
    pub(super) fn pax(&mut self, header: &Header) -> Result<Records, Error> {
        let bytes = self.extended(header)?;
        Records::parse(&bytes).map_err(|reason| self.archive.error(reason))
    }

    /// Reads a global extended header: it must be well-formed, but nothing that it says counts.
    pub(super) fn global(&mut self, header: &Header) -> Result<(), Error> {
        if !self.pax(header)?.is_empty() {
            self.notices.general(
                "the archive has a global PAX header, which container engines do not heed, \
                 but other readers of tar do",
            );
        }
        Ok(())
    }

    /// Reads a name or a link that is too long for a header.
    pub(super) fn long_text(&mut self, header: &Header) -> Result<Vec<u8>, Error> {
        let bytes = self.extended(header)?;
        Ok(text(&bytes).into())
    }

    /// Gathers the content of an extended header.
    fn extended(&mut self, header: &Header) -> Result<Vec<u8>, Error> {
        let size = self.size(header)?;
        if size > self.limits.header {
            let limit = self.limits.header;
            return Err(Error::Limit { what: "bytes in an extended header", limit });
        }
        self.content = Content::whole(size);
        let mut bytes = Vec::new();
        while let Piece::Stored(length) = self.content.next(&mut self.archive)? {
            bytes.extend_from_slice(self.archive.lent(length));
        }
        Ok(bytes)
    }

    /// How many bytes are stored after the header.
    fn size(&self, header: &Header) -> Result<u64, Error> {
        if header.kind.is_header_only() {
            return Ok(0);
        }
        u64::try_from(header.size).map_err(|_| self.archive.error("a size is negative"))
    }

    /// Makes an entry of a member's headers; none where it is nothing for a file system.
    pub(super) fn member(
        &mut self,
        mut header: Box<Header>,
        extensions: Extensions,
    ) -> Result<Option<Entry>, Error> {
        let Extensions { pax, long_name, long_link } = extensions;
        extend(&mut header, &pax).map_err(|reason| self.archive.error(reason))?;
        if !long_name.is_empty() {
            header.name = long_name;
        }
        if !long_link.is_empty() {
            header.link = long_link;
        }
        if header.kind == Type::Old {
            let is_directory = header.name.ends_with(b"/");
            header.kind = if is_directory { Type::Directory } else { Type::Regular };
        }
        let stored = self.size(&header)?;
        self.content = Content::whole(stored);
        let size = self.sparse(&mut header, &pax)?.unwrap_or(stored);
        let entry = self.entry(&header, &pax, size)?;
        if !matches!(entry, Some(Entry { kind: Kind::Regular { .. }, .. })) {
            self.content.hide();
        }
        Ok(entry)
    }

    /// Prepares the content of a sparse file; its size, or none where it is not sparse.
    fn sparse(&mut self, header: &mut Header, pax: &Records) -> Result<Option<u64>, Error> {
        let map = if header.kind == Type::Sparse {
            Map::from_blocks(header, &mut self.archive, self.limits)?
        } else if let Some(form) = Form::of(pax) {
            if let Some(name) = pax.get("GNU.sparse.name") {
                header.name = name.into();
            }
            let (content, archive) = (&mut self.content, &mut self.archive);
            Map::from_records(form, pax, content, archive, self.limits)?
        } else {
            return Ok(None);
        };
        if header.kind.is_header_only() {
            return Err(self.archive.error("something else than a file has a sparse map"));
        }
        let size = u64::try_from(map.size.unwrap_or(header.size))
            .map_err(|_| self.archive.error("a sparse file's size is negative"))?;
        let stored = self.content.stored();
        let regions = map.regions(size, stored).map_err(|reason| self.archive.error(reason))?;
        self.holes = self.holes.saturating_add(size - stored);
        self.hold_down()?;
        self.content.spread(regions, size);
        Ok(Some(size))
    }

    /// Complains if too much comes out of what is stored. Holes take time like any content and nothing to store: they
    /// are the shortest of all bombs, all the more in an archive that is compressed itself.
    pub(super) fn hold_down(&self) -> Result<(), Error> {
        let inflated = self.archive.offset().saturating_add(self.holes);
        if inflated > self.limits.inflated {
            return Err(Error::Limit { what: "inflated bytes", limit: self.limits.inflated });
        }
        let stored = self.stored.as_ref().map_or(self.archive.offset(), |stored| stored.get());
        self.limits.hold_ratio_down(stored, inflated)
    }

    fn entry(&mut self, header: &Header, pax: &Records, size: u64) -> Result<Option<Entry>, Error> {
        for text in [&header.name, &header.link] {
            if text.len() as u64 > self.limits.path {
                let limit = self.limits.path;
                return Err(Error::Limit { what: "bytes in a path", limit });
            }
        }
        let path = Path::new(&header.name);
        if path.components().count() as u64 > self.limits.depth {
            return Err(Error::Limit { what: "parts in a path", limit: self.limits.depth });
        }
        if header.name.is_empty() && header.kind != Type::VolumeLabel {
            self.notices.general("an entry of the archive has no name and is left out");
            return Ok(None);
        }
        let (path, mark) = match meaning(path.clone()) {
            Meaning::File(path) => (path, None),
            Meaning::Whiteout(path) => (path, Some(Kind::Whiteout)),
            Meaning::Opaque(path) => (path, Some(Kind::Opaque)),
            Meaning::Bookkeeping => return Ok(None),
            Meaning::Meaningless => {
                self.notices.about(&path, "this whiteout names nothing and is left out");
                return Ok(None);
            }
        };
        let kind = match mark {
            Some(kind) => kind,
            None => match self.kind(&path, header, size) {
                Some(kind) => kind,
                None => return Ok(None),
            },
        };
        let xattrs = self.xattrs(&path, pax);
        self.keep(header, &xattrs)?;
        Ok(Some(Entry {
            mode: self.mode(&path, header.mode),
            uid: self.number(&path, "owner", header.uid),
            gid: self.number(&path, "group", header.gid),
            mtime: header.mtime,
            xattrs: (!xattrs.is_empty()).then(|| Box::new(xattrs)),
            path,
            kind,
        }))
    }

    /// Counts what an entry is kept by: few stored bytes may be very many of these.
    fn keep(&mut self, header: &Header, xattrs: &Xattrs) -> Result<(), Error> {
        /// What an attribute takes beside its bytes.
        const ATTRIBUTE: usize = 64;
        let attributes = xattrs.iter().map(|(name, value)| ATTRIBUTE + name.len() + value.len());
        let bytes = header.name.len() + header.link.len() + attributes.sum::<usize>();
        self.metadata = self.metadata.saturating_add(bytes as u64);
        if self.metadata > self.limits.metadata {
            let limit = self.limits.metadata;
            return Err(Error::Limit { what: "bytes of names and extended attributes", limit });
        }
        Ok(())
    }

    /// What the type flag makes of a file; none where that is nothing that stands in a file system.
    fn kind(&mut self, path: &Path, header: &Header, size: u64) -> Option<Kind> {
        let kind = match header.kind {
            Type::Directory | Type::DumpDirectory => Kind::Directory,
            Type::Link => Kind::Link { target: Path::new(&header.link) },
            Type::Symlink => Kind::Symlink { target: header.link.as_slice().into() },
            Type::Fifo => Kind::Fifo,
            Type::CharDevice => {
                let (major, minor) = self.device(path, header);
                if (major, minor) == (0, 0) {
                    self.notices.about(
                        path,
                        "a character device 0:0 is a whiteout for engines that unpack with overlayfs, \
                         and a device for others",
                    );
                }
                Kind::CharDevice { major, minor }
            }
            Type::BlockDevice => {
                let (major, minor) = self.device(path, header);
                Kind::BlockDevice { major, minor }
            }
            Type::VolumeLabel => return None,
            Type::Unknown(flag) => {
                let flag = char::from(flag).escape_default();
                self.notices
                    .about(path, format!("an entry of the unknown type `{flag}` is left out"));
                return None;
            }
            _ => Kind::Regular { size },
        };
        // Every layer may say what the root directory is like, but it cannot be anything else.
        if kind != Kind::Directory && *path == Path::root() {
            self.notices.about(path, "an entry that would replace the root directory is left out");
            return None;
        }
        Some(kind)
    }

    fn device(&mut self, path: &Path, header: &Header) -> (u32, u32) {
        let major = self.number(path, "major device", header.major);
        (major, self.number(path, "minor device", header.minor))
    }

    fn mode(&mut self, path: &Path, mode: i64) -> u16 {
        // Above the permissions stands the type of the file, which some write here and nobody reads.
        if mode & !0o177_777 != 0 {
            self.notices.about(path, format!("its mode {mode:o} has bits that mean nothing"));
        }
        u16::try_from(mode & 0o7777).unwrap_or_default()
    }

    fn number(&mut self, path: &Path, what: &str, number: i64) -> u32 {
        u32::try_from(number).unwrap_or_else(|_| {
            let nearest = if number < 0 { 0 } else { u32::MAX };
            let text =
                format!("its {what} number {number} is impossible and was taken as {nearest}");
            self.notices.about(path, text);
            nearest
        })
    }

    fn xattrs(&mut self, path: &Path, pax: &Records) -> Xattrs {
        let raw = pax.under(SCHILY).map(|(name, value)| (name.into(), value.into()));
        let mut xattrs: Xattrs = raw.collect();
        for (name, value) in pax.under(LIBARCHIVE) {
            let (Some(name), Some(value)) = (percent_decoded(name), base64_decoded(value)) else {
                let name = model::visible(name);
                self.notices.about(
                    path,
                    format!("its extended attribute `{name}` is malformed and left out"),
                );
                continue;
            };
            xattrs.entry(name.into()).or_insert_with_key(|name| {
                let name = model::visible(name);
                self.notices.about(
                    path,
                    format!(
                        "its extended attribute `{name}` is written in libarchive's way, \
                         which container engines pass over"
                    ),
                );
                value.into()
            });
        }
        xattrs.remove(&b""[..]);
        if xattrs.keys().any(|name| name.starts_with(b"trusted.overlay.")) {
            self.notices.about(
                path,
                "it has attributes of overlayfs itself (trusted.overlay.*), \
                 which engines disagree about",
            );
        }
        xattrs
    }
}

/// Lets PAX records replace what the header says.
fn extend(header: &mut Header, pax: &Records) -> Result<(), &'static str> {
    if pax.is_empty() {
        return Ok(());
    }
    let replace = |field: &mut Vec<u8>, key| {
        if let Some(value) = pax.get(key) {
            *field = value.into();
        }
    };
    replace(&mut header.name, "path");
    replace(&mut header.link, "linkpath");
    header.size = pax.number("size")?.unwrap_or(header.size);
    header.uid = pax.number("uid")?.unwrap_or(header.uid);
    header.gid = pax.number("gid")?.unwrap_or(header.gid);
    header.mtime = pax.time("mtime")?.unwrap_or(header.mtime);
    // Nobody asks for the other times, but Go refuses the archive if they are malformed.
    pax.time("atime")?;
    pax.time("ctime")?;
    Ok(())
}

fn percent_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let mut digit = || char::from(*rest.next()?).to_digit(16);
            u8::try_from(digit()? * 16 + digit()?).ok()?
        } else {
            byte
        });
    }
    Some(bytes)
}

fn base64_decoded(text: &[u8]) -> Option<Vec<u8>> {
    // libarchive leaves the filling at the end away, others do not.
    const EITHER: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&STANDARD, EITHER).decode(text).ok()
}
