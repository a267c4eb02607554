//! What is made of Go programs. How their lists are written, `go version -m` has shown.

use super::ECOSYSTEM;
use crate::executable::write::{BASE, FIRST, elf};
use crate::transcript::transcript;

#[track_caller]
fn check(program: &[u8], expect: &str) {
    assert_eq!(transcript(&ECOSYSTEM, "usr/bin/program", program).trim_end(), expect);
}

/// The list as the linker frames it.
fn framed(list: &str) -> Vec<u8> {
    [b"0w\xaf\x0c\x92t\x08\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6", list.as_bytes(), &[9; 16]].concat()
}

/// The note of Go 1.18 and later: version and list stand behind it, each behind its length.
fn note(version: &str, list: &str) -> Vec<u8> {
    let mut note = b"\xff Go buildinf:\x08\x02".to_vec();
    note.resize(32, 0);
    for text in [version.as_bytes(), &framed(list)] {
        let mut length = text.len();
        while length >= 0x80 {
            note.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
            length >>= 7;
        }
        note.push(u8::try_from(length).unwrap());
        note.extend_from_slice(text);
    }
    note
}

fn program(version: &str, list: &str) -> Vec<u8> {
    elf(&[(".go.buildinfo", &note(version, list))])
}

/// A program with everything that is read of one.
pub(crate) fn sample() -> Vec<u8> {
    let list = "path\texample.org/shop/cmd\nmod\texample.org/shop\tv1.4.0\th1:A=\n\
        dep\tgolang.org/x/net\tv0.17.0\th1:B=\nbuild\tGOARCH=arm64\nbuild\tvcs.revision=6789abc\n";
    program("go1.21.5 X:boringcrypto", list)
}

#[test]
fn a_program_has_its_module_and_those_it_was_built_of() {
    check(
        &program(
            "go1.21.5 X:boringcrypto",
            "path\texample.org/shop/cmd\n\
             mod\texample.org/shop\tv1.4.0\th1:A=\n\
             dep\tgolang.org/x/net\tv0.17.0\th1:B=\n\
             build\t-compiler=gc\n\
             build\tGOARCH=arm64\n\
             build\tvcs.revision=6789abc\n",
        ),
        "stdlib 1.21.5\n\
         example.org/shop v1.4.0 arch=arm64 build=h1:A= commit=6789abc\n\
         golang.org/x/net v0.17.0 build=h1:B=",
    );
}

#[test]
fn what_was_replaced_is_not_there() {
    check(
        &program(
            "go1.21",
            "mod\texample.org/shop\t(devel)\t\n\
             dep\tgolang.org/x/net\tv0.17.0\n\
             =>\texample.org/fork/net\tv0.17.1\th1:C=\n\
             dep\texample.org/mine\tv1.0.0\n\
             =>\t./mine\t(devel)\t\n",
        ),
        "stdlib 1.21\nexample.org/shop (devel)\nexample.org/fork/net v0.17.1 build=h1:C=\n\
         example.org/mine (devel)",
    );
}

#[test]
fn before_go_1_18_the_note_points_to_its_texts() {
    let (version, list) = (b"go1.15", framed("mod\texample.org/shop\tv1.0.0\th1:A=\n"));
    let start = BASE + FIRST;
    // The note, two headers of a text, and the texts.
    let mut data = b"\xff Go buildinf:\x08\x00".to_vec();
    let headers = [start + 32, start + 48];
    let texts = [(start + 64, version.len()), (start + 64 + 6, list.len())];
    data.extend(headers.iter().flat_map(|address| address.to_le_bytes()));
    for (address, length) in texts {
        data.extend(address.to_le_bytes());
        data.extend((length as u64).to_le_bytes());
    }
    data.extend([&version[..], &list].concat());
    // Linked by another linker, the note is found in the data.
    for name in [".go.buildinfo", ".data"] {
        check(&elf(&[(name, &data)]), "stdlib 1.15\nexample.org/shop v1.0.0 build=h1:A=");
    }
    let short = elf(&[(".go.buildinfo", &data[..70])]);
    check(&short, "unreadable: its note of Go's modules leads out of what was kept of it");
}

#[test]
fn a_program_without_modules_still_has_the_library() {
    check(&elf(&[(".go.buildinfo", &note("go1.20", ""))]), "stdlib 1.20");
    check(
        &elf(&[(".go.buildinfo", &note("devel go1.22-4b3a1d2 Mon Jan 1", ""))]),
        "stdlib 1.22-4b3a1d2",
    );
    check(&elf(&[(".go.buildinfo", &note("gollvm", ""))]), "");
}

#[test]
fn what_is_no_go_program_says_nothing() {
    check(&elf(&[(".data", b"\xff Go")]), "");
    check(b"\x7fELF", "");
    check(b"#!/bin/sh\n", "");
}

#[test]
fn any_byte_may_be_wrong() {
    let program = program("go1.21.5", "mod\ta\tv1\nbuild\tGOARCH=arm\n");
    for place in 0..program.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut damaged = program.clone();
            damaged[place] = value;
            // It says something or other, and comes to an end.
            transcript(&ECOSYSTEM, "x", &damaged);
        }
        transcript(&ECOSYSTEM, "x", &program[..place]);
    }
}
