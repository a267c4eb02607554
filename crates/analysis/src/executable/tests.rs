//! Tests of where things are in executables.

use std::ops::Range;

use super::write::{BASE, FIRST, elf};
use super::{Executable, Part, Pieces, is_one, worth};

fn section<'a>(pieces: Pieces<'a>, name: &str) -> Option<&'a [u8]> {
    match Executable::of(pieces)?.section(name) {
        Part::Bytes(bytes) => Some(bytes),
        Part::Unknown => Some(b"unknown"),
        Part::Nothing => None,
    }
}

#[test]
fn sections_are_found_by_their_names_and_bytes_by_their_addresses() {
    let file = elf(&[(".data", b"some"), (".note", b"more")]);
    let pieces = Pieces::new(&file, &[]);
    assert_eq!(section(pieces, ".note"), Some(&b"more"[..]));
    assert_eq!(section(pieces, ".nota"), None);
    let program = Executable::of(pieces).unwrap();
    assert_eq!(program.at(BASE + FIRST + 1, 3), Some(&b"ome"[..]));
    assert_eq!(program.at(BASE + FIRST + 1, 300), None);
    assert_eq!(program.at(0, 1), None);
}

#[test]
fn of_a_large_file_some_pieces_do() {
    let large = vec![b'x'; 200_000];
    let file = elf(&[(".text", &large), (".note", b"more")]);
    // What is worth keeping is its data, here all of it, and where its sections are told of.
    let parts = worth(&file[..1000], 1 << 20);
    let has = |is_it: &dyn Fn(&Range<u64>) -> bool| parts.iter().any(is_it);
    let end = file.len() as u64;
    assert!(has(&|part| part.start == FIRST) && has(&|part| part.end == end), "{parts:?}");
    let tail = file.len() - 1000;
    let beyond = [(tail as u64, &file[tail..])];
    let pieces = Pieces::new(&file[..1000], &beyond);
    assert_eq!(section(pieces, ".note"), Some(&b"more"[..]));
    assert_eq!(section(pieces, ".text"), Some(&b"unknown"[..]));
}

#[test]
fn what_begins_otherwise_is_none() {
    for bytes in [&b""[..], b"\x7fEL", b"#!/bin/sh\n", b"PK\x03\x04", b"\xca\xfe\xba\xbe"] {
        assert!(!is_one(bytes));
        assert!(Executable::of(Pieces::new(bytes, &[])).is_none());
    }
    for bytes in [&b"\x7fELF"[..], b"MZ", b"\xcf\xfa\xed\xfe", b"MZ\0\0PE\0\0"] {
        assert!(is_one(bytes));
    }
}

#[test]
fn any_byte_may_be_wrong() {
    let file = elf(&[(".data", b"some"), (".note", b"more")]);
    for place in 0..file.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut damaged = file.clone();
            damaged[place] = value;
            section(Pieces::new(&damaged, &[]), ".note");
            worth(&damaged, 1 << 20);
        }
        section(Pieces::new(&file[..place], &[]), ".note");
    }
}
