//! Writes NDB databases, with one page of slots.

/// A database of these blobs, the first in the third slot and at byte 4096.
pub(in super::super) fn database(blobs: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![0; 4096];
    file[..4].copy_from_slice(b"RpmP");
    file[12] = 1;
    for slot in 2..256 {
        let number = slot - 1;
        let mut fields = [0; 3];
        if let Some(blob) = blobs.get(slot - 2) {
            let frame = frame(number, blob);
            fields = [number, file.len() / 16, frame.len() / 16];
            file.extend(frame);
        }
        let slot = &mut file[slot * 16..][..16];
        slot[..4].copy_from_slice(b"Slot");
        for (field, number) in slot[4..].chunks_mut(4).zip(fields) {
            field.copy_from_slice(&u32(number));
        }
    }
    file
}

/// A blob with what stands around it.
fn frame(number: usize, blob: &[u8]) -> Vec<u8> {
    let length = u32(blob.len());
    let mut frame = [&b"BlbS"[..], &u32(number), &u32(1), &length, blob].concat();
    frame.resize((frame.len() + 12).next_multiple_of(16) - 12, 0);
    let sum = adler32(&frame);
    frame.extend([&sum.to_le_bytes()[..], &length, b"BlbE"].concat());
    frame
}

/// RFC 1950's checksum as the RFC says it, byte by byte.
fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1, 0), |(low, high): (u32, u32), &byte| {
        let low = (low + u32::from(byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high * 65_536 + low
}

fn u32(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_le_bytes()
}
