//! Writes small databases, for tests: sound ones, which a test may then damage. It reads nothing.

pub(super) mod berkeley;
pub(super) mod ndb;
pub(super) mod sqlite;

/// Types of values in a header.
const INT16: u32 = 3;
const INT32: u32 = 4;
const TEXT: u32 = 6;
const BYTES: u32 = 7;
const TEXTS: u32 = 8;

/// A header blob in the making.
#[derive(Default)]
pub(super) struct Header {
    index: Vec<[u32; 4]>,
    store: Vec<u8>,
}

impl Header {
    /// A header with a name, a version and a release, in one text: `bash 5.1-2`.
    pub(super) fn of(package: &str) -> Header {
        let (name, version) = package.split_once(' ').unwrap();
        let (version, release) = version.split_once('-').unwrap();
        Header::default().text(1000, name).text(1001, version).text(1002, release)
    }

    /// Adds an entry as it is said, whatever `value` is.
    pub(super) fn entry(mut self, tag: u32, kind: u32, count: usize, value: &[u8]) -> Header {
        let offset = u32::try_from(self.store.len()).unwrap();
        self.index.push([tag, kind, offset, u32::try_from(count).unwrap()]);
        self.store.extend(value);
        self
    }

    pub(super) fn text(self, tag: u32, text: &str) -> Header {
        self.entry(tag, TEXT, 1, &[text.as_bytes(), &[0]].concat())
    }

    pub(super) fn texts(self, tag: u32, texts: &[&str]) -> Header {
        let value: Vec<u8> =
            texts.iter().flat_map(|text| [text.as_bytes(), &[0]].concat()).collect();
        self.entry(tag, TEXTS, texts.len(), &value)
    }

    pub(super) fn bytes(self, tag: u32, bytes: &[u8]) -> Header {
        self.entry(tag, BYTES, bytes.len(), bytes)
    }

    pub(super) fn short(self, tag: u32, numbers: &[u16]) -> Header {
        let value: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        self.entry(tag, INT16, numbers.len(), &value)
    }

    pub(super) fn numbers(self, tag: u32, numbers: &[u32]) -> Header {
        let value: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
        self.entry(tag, INT32, numbers.len(), &value)
    }

    pub(super) fn blob(&self) -> Vec<u8> {
        let entries = u32::try_from(self.index.len()).unwrap();
        let bytes = u32::try_from(self.store.len()).unwrap();
        let numbers = [entries, bytes].into_iter().chain(self.index.iter().flatten().copied());
        let mut blob: Vec<u8> = numbers.flat_map(u32::to_be_bytes).collect();
        blob.extend(&self.store);
        blob
    }
}

/// The blob of a package with a name, a version and a release, so long that it needs several pages.
pub(super) fn long(package: &str) -> Vec<u8> {
    Header::of(package).text(1005, &"a description. ".repeat(600)).blob()
}

/// The blob of a package with nothing but a name, a version and a release.
pub(super) fn short(package: &str) -> Vec<u8> {
    Header::of(package).blob()
}
