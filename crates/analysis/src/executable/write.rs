//! Writes small ELF files for tests. It shares nothing with the reader.

/// Where the first section's bytes are put: its place in the file and this come to its address.
pub(crate) const BASE: u64 = 0x40_0000;

/// Where the first section begins in the file.
pub(crate) const FIRST: u64 = 128;

/// A 64-bit little-endian program of these sections, which all lie in one segment of data.
pub(crate) fn elf(sections: &[(&str, &[u8])]) -> Vec<u8> {
    let mut names = vec![0];
    let mut body = Vec::new();
    let mut table = vec![[0_u64; 4]];
    for (name, bytes) in sections {
        body.resize(body.len().next_multiple_of(32), 0);
        table.push([names.len() as u64, FIRST + body.len() as u64, bytes.len() as u64, BASE]);
        names.extend_from_slice(name.as_bytes());
        names.push(0);
        body.extend_from_slice(bytes);
    }
    let data = body.len() as u64;
    table.push([0, FIRST + data, names.len() as u64, 0]);
    body.extend(names);
    let mut out = b"\x7fELF\x02\x01\x01".to_vec();
    out.resize(16, 0);
    let mut put = |value: u64, length: usize| out.extend(&value.to_le_bytes()[..length]);
    // A program for AMD64, the place of the segments, and that of the sections.
    for (value, length) in [(2, 2), (62, 2), (1, 4), (0, 8), (64, 8)] {
        put(value, length);
    }
    put(FIRST + body.len() as u64, 8);
    for (value, length) in [(0, 4), (64, 2), (56, 2), (1, 2), (64, 2)] {
        put(value, length);
    }
    put(table.len() as u64, 2);
    put(table.len() as u64 - 1, 2);
    // One segment that is loaded, read and written.
    put(1, 4);
    put(6, 4);
    for value in [FIRST, BASE + FIRST, 0, data, data, 4096] {
        put(value, 8);
    }
    out.resize(usize::try_from(FIRST).unwrap(), 0);
    out.extend(body);
    for [name, place, length, base] in table {
        let address = if base == 0 { 0 } else { base + place };
        for (value, length) in
            [(name, 4), (1, 4), (3, 8), (address, 8), (place, 8), (length, 8), (0, 24)]
        {
            let mut bytes = value.to_le_bytes().to_vec();
            bytes.resize(length, 0);
            out.extend(bytes);
        }
    }
    out
}
