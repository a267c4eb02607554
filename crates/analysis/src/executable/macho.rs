//! Mach-O: what Apple's systems run. It reads the load commands that name sections, nothing else, and no file that holds
//! several architectures.

use super::{Image, MOST, Order, Pieces, Section, Segment};

pub(super) fn is_one(beginning: &[u8]) -> bool {
    order(beginning).is_some()
}

fn order(beginning: &[u8]) -> Option<Order> {
    match beginning.get(..4)? {
        b"\xce\xfa\xed\xfe" => Some(Order { is_big: false, is_wide: false }),
        b"\xcf\xfa\xed\xfe" => Some(Order { is_big: false, is_wide: true }),
        b"\xfe\xed\xfa\xce" => Some(Order { is_big: true, is_wide: false }),
        b"\xfe\xed\xfa\xcf" => Some(Order { is_big: true, is_wide: true }),
        _ => None,
    }
}

pub(super) fn read(pieces: &Pieces<'_>) -> Option<Image> {
    let order = order(pieces.first)?;
    let mut image = Image::default();
    let count = pieces.number(16, 4, order)?.min(MOST);
    let mut at = if order.is_wide { 32 } else { 28 };
    for _ in 0..count {
        let (Some(command), Some(length)) =
            (pieces.number(at, 4, order), pieces.number(at + 4, 4, order))
        else {
            break;
        };
        // LC_SEGMENT and LC_SEGMENT_64.
        if command == (if order.is_wide { 0x19 } else { 1 })
            && segment(pieces, at, order, &mut image).is_none()
        {
            break;
        }
        if length < 8 {
            break;
        }
        at += length;
    }
    Some(image)
}

fn segment(pieces: &Pieces<'_>, at: u64, order: Order, image: &mut Image) -> Option<()> {
    let word = if order.is_wide { 8 } else { 4 };
    let field = |number: u64| pieces.number(at + 24 + number * word, word, order);
    let (address, start, length) = (field(0)?, field(2)?, field(3)?);
    let rest = at + 24 + 4 * word;
    let small = |number: u64| pieces.number(rest + number * 4, 4, order);
    let (most, protection, sections) = (small(0)?, small(1)?, small(2)?.min(MOST));
    // Read and write, and nothing more.
    let is_data = start > 0 && length > 0 && most == 3 && protection == 3;
    let place = start..start.checked_add(length)?;
    image.segments.push(Segment { address, place, is_data });
    let size = 32 + 2 * word + if order.is_wide { 32 } else { 28 };
    for row in (0..sections).map(|row| rest + 16 + row * size) {
        if image.sections.len() as u64 >= MOST {
            return None;
        }
        let name = pieces.bytes(row, 16)?;
        let name = name.iter().copied().take_while(|&byte| byte != 0).collect();
        let length = pieces.number(row + 32 + word, word, order)?;
        let start = pieces.number(row + 32 + 2 * word, 4, order)?;
        image.sections.push(Section { name, place: start..start.checked_add(length)? });
    }
    Some(())
}
