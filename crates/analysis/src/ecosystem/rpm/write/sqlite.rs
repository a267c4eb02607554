//! Writes SQLite databases that hold one table, `Packages`, and write-ahead logs.

use super::super::bytes::ByteOrder;

/// How a database is to be.
#[derive(Clone, Copy)]
pub(in super::super) struct Shape {
    pub(in super::super) page_size: usize,
    /// Bytes at the end of each page that are not in use.
    pub(in super::super) reserved: usize,
}

/// What rpm writes.
pub(in super::super) const PLAIN: Shape = Shape { page_size: 4096, reserved: 0 };

/// The pages of a database of these blobs: the table of tables, the root of `Packages`, then for each blob a leaf and
/// the pages on which the blob goes on. A single blob has no leaf of its own but the root.
pub(in super::super) fn pages(shape: Shape, blobs: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut pages = vec![vec![0; shape.page_size]; 2];
    let schema = record(&[
        Value::Text("table"),
        Value::Text("Packages"),
        Value::Text("Packages"),
        Value::Integer(2),
        Value::Text(
            "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)",
        ),
    ]);
    leaf(shape, &mut pages, 0, 1, &schema);
    header(shape, &mut pages[0]);
    let row = |blob| record(&[Value::Null, Value::Blob(blob)]);
    if let [blob] = blobs {
        leaf(shape, &mut pages, 1, 1, &row(blob));
        return pages;
    }
    let mut children = Vec::new();
    for (blob, key) in blobs.iter().zip(1..) {
        children.push(pages.len() + 1);
        pages.push(vec![0; shape.page_size]);
        let place = pages.len() - 1;
        leaf(shape, &mut pages, place, key, &row(blob));
    }
    interior(&mut pages[1], &children);
    pages
}

/// A database of these blobs.
pub(in super::super) fn database(shape: Shape, blobs: &[Vec<u8>]) -> Vec<u8> {
    pages(shape, blobs).concat()
}

fn header(shape: Shape, page: &mut [u8]) {
    page[..16].copy_from_slice(b"SQLite format 3\0");
    let page_size = if shape.page_size == 65536 { 1 } else { shape.page_size };
    put(page, 16, &u16::try_from(page_size).unwrap().to_be_bytes());
    page[20] = u8::try_from(shape.reserved).unwrap();
    put(page, 56, &1_u32.to_be_bytes());
}

/// Makes the page at `place` a leaf with one row, which may go on on pages behind the last.
fn leaf(shape: Shape, pages: &mut Vec<Vec<u8>>, place: usize, key: u8, row: &[u8]) {
    let usable = shape.page_size - shape.reserved;
    let here = fitting(usable, row.len());
    let mut cell = number(row.len());
    cell.push(key);
    cell.extend(&row[..here]);
    if here < row.len() {
        cell.extend(u32::try_from(pages.len() + 1).unwrap().to_be_bytes());
    }
    let parts = row[here..].chunks(usable - 4);
    let last = pages.len() + parts.len();
    for part in parts {
        let next = if pages.len() + 1 == last { 0 } else { pages.len() + 2 };
        let mut page = u32::try_from(next).unwrap().to_be_bytes().to_vec();
        page.extend(part);
        page.resize(shape.page_size, 0xee);
        pages.push(page);
    }
    let begin = usable - cell.len();
    let page = &mut pages[place];
    put(page, begin, &cell);
    let head = if place == 0 { 100 } else { 0 };
    page[head] = 13;
    page[head + 4] = 1;
    put(page, head + 8, &u16::try_from(begin).unwrap().to_be_bytes());
}

/// How many bytes of a row stand on its leaf.
fn fitting(usable: usize, length: usize) -> usize {
    let (most, least) = (usable - 35, (usable - 12) * 32 / 255 - 23);
    let part = least + length.saturating_sub(least) % (usable - 4);
    if length <= most {
        length
    } else if part <= most {
        part
    } else {
        least
    }
}

fn interior(page: &mut [u8], children: &[usize]) {
    page[0] = 5;
    let Some((last, others)) = children.split_last() else {
        page[0] = 13;
        return;
    };
    put(page, 3, &u16::try_from(others.len()).unwrap().to_be_bytes());
    put(page, 8, &u32::try_from(*last).unwrap().to_be_bytes());
    for (place, child) in others.iter().enumerate() {
        let begin = page.len() - 300 - 5 * place;
        put(page, 12 + 2 * place, &u16::try_from(begin).unwrap().to_be_bytes());
        put(page, begin, &u32::try_from(*child).unwrap().to_be_bytes());
        page[begin + 4] = 1;
    }
}

enum Value<'a> {
    Null,
    Integer(u8),
    Text(&'a str),
    Blob(&'a [u8]),
}

fn record(values: &[Value<'_>]) -> Vec<u8> {
    let (mut types, mut content) = (Vec::new(), Vec::new());
    for value in values {
        let (kind, bytes) = match value {
            Value::Null => (0, &[][..]),
            Value::Integer(number) => (1, std::slice::from_ref(number)),
            Value::Text(text) => (13 + 2 * text.len(), text.as_bytes()),
            Value::Blob(bytes) => (12 + 2 * bytes.len(), *bytes),
        };
        types.extend(number(kind));
        content.extend(bytes);
    }
    [number(types.len() + 1), types, content].concat()
}

/// A number of SQLite's variable length.
fn number(number: usize) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(number & 0x7f).unwrap()];
    let mut rest = number >> 7;
    while rest > 0 {
        bytes.insert(0, u8::try_from(rest & 0x7f).unwrap() | 0x80);
        rest >>= 7;
    }
    bytes
}

/// A frame of a log: a page, and how many pages the database has if this is where a change is complete.
pub(in super::super) struct Frame<'a> {
    pub(in super::super) number: u32,
    pub(in super::super) page: &'a [u8],
    pub(in super::super) commit: u32,
}

/// A log of these frames.
pub(in super::super) fn log(order: ByteOrder, frames: &[Frame<'_>]) -> Vec<u8> {
    let page_size = frames.first().map_or(4096, |frame| frame.page.len());
    let magic = if order == ByteOrder::Big { 0x377f_0683 } else { 0x377f_0682 };
    let page_size = u32::try_from(page_size).unwrap();
    let salts = [0x1234_5678, 0x9abc_def0];
    let mut log = bytes(&[magic, 3_007_000, page_size, 0, salts[0], salts[1]]);
    let mut sum = checksum(order, [0, 0], &log);
    log.extend(bytes(&sum));
    for frame in frames {
        let head = bytes(&[frame.number, frame.commit]);
        sum = checksum(order, checksum(order, sum, &head), frame.page);
        log.extend([&head, &bytes(&salts), &bytes(&sum), frame.page].concat());
    }
    log
}

fn bytes(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn checksum(order: ByteOrder, mut sums: [u32; 2], bytes: &[u8]) -> [u32; 2] {
    for (place, word) in bytes.chunks(4).enumerate() {
        let word = order.u32(word, 0).unwrap();
        sums[place % 2] = sums[place % 2].wrapping_add(word).wrapping_add(sums[1 - place % 2]);
    }
    sums
}

fn put(page: &mut [u8], place: usize, bytes: &[u8]) {
    page[place..place + bytes.len()].copy_from_slice(bytes);
}
