//! Writes hash tables of Berkeley DB, with one bucket.

use super::super::bytes::ByteOrder;

const PAGE_HEAD: usize = 26;

/// A hash table of these blobs. As Berkeley DB does, it puts what is long on pages of its own.
pub(in super::super) fn database(order: ByteOrder, page_size: usize, blobs: &[Vec<u8>]) -> Vec<u8> {
    let mut pages = vec![vec![0; page_size], page(order, page_size, 1, 13)];
    let mut items = vec![key(order, 0), vec![1, 99, 0, 0, 0]];
    for (blob, number) in blobs.iter().zip(1..) {
        items.push(key(order, number));
        if blob.len() < page_size / 4 {
            items.push([&[1][..], blob].concat());
        } else {
            let mut item = vec![3, 0, 0, 0];
            item.extend(u32(order, pages.len()));
            item.extend(u32(order, blob.len()));
            items.push(item);
            overflow(order, page_size, blob, &mut pages);
        }
    }
    fill(order, &mut pages[1], &items);
    let last = pages.len() - 1;
    let meta = &mut pages[0];
    for (place, number) in
        [(8, 0), (12, 0x0006_1561), (16, 9), (20, page_size), (32, last), (88, items.len() / 2)]
    {
        put(meta, place, &u32(order, number));
    }
    meta[25] = 8;
    pages.concat()
}

fn key(order: ByteOrder, number: usize) -> Vec<u8> {
    [&[1][..], &u32(order, number)].concat()
}

fn page(order: ByteOrder, page_size: usize, number: usize, kind: u8) -> Vec<u8> {
    let mut page = vec![0; page_size];
    put(&mut page, 8, &u32(order, number));
    page[25] = kind;
    page
}

fn overflow(order: ByteOrder, page_size: usize, blob: &[u8], pages: &mut Vec<Vec<u8>>) {
    let parts = blob.chunks(page_size - PAGE_HEAD);
    let last = pages.len() + parts.len() - 1;
    for part in parts {
        let number = pages.len();
        let mut page = page(order, page_size, number, 7);
        let next = if number == last { 0 } else { number + 1 };
        put(&mut page, 16, &u32(order, next));
        put(&mut page, 22, &u16(order, part.len()));
        put(&mut page, PAGE_HEAD, part);
        pages.push(page);
    }
}

/// Puts items on a page of records, from its end.
fn fill(order: ByteOrder, page: &mut [u8], items: &[Vec<u8>]) {
    let mut end = page.len();
    for (place, item) in items.iter().enumerate() {
        end -= item.len();
        put(page, end, item);
        put(page, PAGE_HEAD + 2 * place, &u16(order, end));
    }
    put(page, 20, &u16(order, items.len()));
}

fn put(page: &mut [u8], place: usize, bytes: &[u8]) {
    page[place..place + bytes.len()].copy_from_slice(bytes);
}

fn u16(order: ByteOrder, number: usize) -> [u8; 2] {
    let number = u16::try_from(number).unwrap();
    match order {
        ByteOrder::Big => number.to_be_bytes(),
        ByteOrder::Little => number.to_le_bytes(),
    }
}

fn u32(order: ByteOrder, number: usize) -> [u8; 4] {
    let number = u32::try_from(number).unwrap();
    match order {
        ByteOrder::Big => number.to_be_bytes(),
        ByteOrder::Little => number.to_le_bytes(),
    }
}
