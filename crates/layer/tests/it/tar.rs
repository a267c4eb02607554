//! Writes tar archives, wrong ones too: every field can be set to anything.

/// An archive in the making.
#[derive(Clone, Default)]
pub(crate) struct Tar(pub(crate) Vec<u8>);

/// A header block in the making: ustar, mode 0644, everything else 0.
#[derive(Clone)]
pub(crate) struct Header(pub(crate) [u8; 512]);

impl Header {
    pub(crate) fn new(name: &[u8], kind: u8, size: usize) -> Header {
        Header([0; 512])
            .text(0, name)
            .text(100, b"0000644")
            .text(108, b"0000000")
            .text(116, b"0000000")
            .text(124, format!("{size:011o}").as_bytes())
            .text(136, b"00000000000")
            .text(156, &[kind])
            .text(257, b"ustar\x0000")
            .text(329, b"0000000")
            .text(337, b"0000000")
    }

    /// Writes `bytes` at `place`.
    pub(crate) fn text(mut self, place: usize, bytes: &[u8]) -> Header {
        self.0[place..place + bytes.len()].copy_from_slice(bytes);
        self
    }

    pub(crate) fn link(self, target: &str) -> Header {
        self.text(157, target.as_bytes())
    }

    /// The block with its checksum.
    pub(crate) fn sealed(mut self) -> [u8; 512] {
        self.0[148..156].fill(b' ');
        let sum: u32 = self.0.iter().map(|&byte| u32::from(byte)).sum();
        self.text(148, format!("{sum:06o}\0 ").as_bytes()).0
    }
}

impl Tar {
    pub(crate) fn new() -> Tar {
        Tar::default()
    }

    /// Adds bytes as they are.
    pub(crate) fn raw(mut self, bytes: &[u8]) -> Tar {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Adds a header and what is stored after it, filled up to a block.
    pub(crate) fn member(self, header: Header, content: &[u8]) -> Tar {
        let mut tar = self.raw(&header.sealed()).raw(content);
        tar.0.resize(tar.0.len().next_multiple_of(512), 0);
        tar
    }

    pub(crate) fn file(self, name: &str, content: &str) -> Tar {
        self.named(name.as_bytes(), content)
    }

    pub(crate) fn named(self, name: &[u8], content: &str) -> Tar {
        self.member(Header::new(name, b'0', content.len()), content.as_bytes())
    }

    /// Adds something that has no content.
    pub(crate) fn bare(self, name: &str, kind: u8) -> Tar {
        self.member(Header::new(name.as_bytes(), kind, 0), b"")
    }

    pub(crate) fn link(self, name: &str, kind: u8, target: &str) -> Tar {
        self.member(Header::new(name.as_bytes(), kind, 0).link(target), b"")
    }

    /// Adds a PAX header with these records.
    pub(crate) fn pax(self, records: &[(&str, &[u8])]) -> Tar {
        self.extended(b'x', &pax(records))
    }

    /// Adds an extended header of any kind.
    pub(crate) fn extended(self, kind: u8, content: &[u8]) -> Tar {
        self.member(Header::new(b"extended", kind, content.len()), content)
    }

    /// Adds the end mark; the bytes of the archive.
    pub(crate) fn end(self) -> Vec<u8> {
        self.raw(&[0; 1024]).0
    }
}

/// PAX records, each with its own length in front.
pub(crate) fn pax(records: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (key, value) in records {
        let rest = key.len() + value.len() + 3;
        let mut length = rest;
        while length != rest + length.to_string().len() {
            length = rest + length.to_string().len();
        }
        bytes.extend_from_slice(format!("{length} {key}=").as_bytes());
        bytes.extend_from_slice(value);
        bytes.push(b'\n');
    }
    bytes
}
