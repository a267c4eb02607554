//! PE: what Windows runs. It reads the table of sections, nothing else.

use super::{Image, MOST, Order, Pieces, Section, Segment};

pub(super) fn is_one(beginning: &[u8]) -> bool {
    beginning.starts_with(b"MZ")
}

pub(super) fn read(pieces: &Pieces<'_>) -> Option<Image> {
    if !is_one(pieces.first) {
        return None;
    }
    let order = Order::default();
    let number = |at: u64, length| pieces.number(at, length, order);
    // DOS programs begin alike, and have no such header.
    let header = number(0x3c, 4)?;
    if pieces.bytes(header, 4)? != b"PE\0\0" {
        return None;
    }
    let count = number(header + 6, 2)?.min(MOST);
    let optional = header + 24;
    let is_wide = number(optional, 2)? == 0x20b;
    let base = if is_wide { number(optional + 24, 8)? } else { number(optional + 28, 4)? };
    let table = optional + number(header + 20, 2)?;
    let mut image = Image::default();
    for row in (0..count).map(|row| table + row * 40) {
        let Some(name) = pieces.bytes(row, 8) else { break };
        let name: Vec<u8> = name.iter().copied().take_while(|&byte| byte != 0).collect();
        let fields = (number(row + 12, 4), number(row + 16, 4), number(row + 20, 4));
        let ((Some(address), Some(length), Some(start)), Some(flags)) =
            (fields, number(row + 36, 4))
        else {
            break;
        };
        let Some(address) = base.checked_add(address) else { continue };
        let place = start..start + length;
        image.segments.push(Segment { address, place: place.clone(), is_data: is_data(flags) });
        image.sections.push(Section { name, place });
    }
    Some(image)
}

/// Initialised data that may be read and written, however it is aligned.
fn is_data(flags: u64) -> bool {
    const ALIGNMENT: u64 = 0x00f0_0000;
    flags & !ALIGNMENT == 0xc000_0040
}
