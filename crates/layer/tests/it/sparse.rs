//! Sparse files in the four forms that GNU tar has written over the years.

use crate::listing::check;
use crate::tar::{Header, Tar};

/// A number of GNU's old form.
fn field(number: usize) -> Vec<u8> {
    format!("{number:011o}\0").into_bytes()
}

fn pairs(regions: &[(usize, usize)]) -> Vec<u8> {
    regions.iter().flat_map(|&(start, length)| [field(start), field(length)].concat()).collect()
}

fn old_gnu(size: usize, stored: usize, regions: &[(usize, usize)], more: bool) -> Header {
    Header::new(b"sparse", b'S', stored)
        .text(257, b"ustar  \0")
        .text(386, &pairs(regions))
        .text(482, &[u8::from(more)])
        .text(483, &field(size))
}

#[test]
fn the_old_form_has_its_map_in_the_header() {
    let header = old_gnu(1000, 5, &[(10, 2), (20, 3)], false);
    let tar = Tar::new().member(header, b"abcde").file("after", "");
    check(
        tar.end(),
        r#"file /sparse "<10 zeros>ab<8 zeros>cde<977 zeros>"
        file /after """#,
    );
}

#[test]
fn a_map_of_the_old_form_goes_on_in_further_blocks() {
    let block = |regions: &[(usize, usize)], more| {
        let mut block = pairs(regions);
        block.resize(512, 0);
        block[504] = u8::from(more);
        block
    };
    let tar = Tar::new()
        .raw(&old_gnu(100, 3, &[(1, 1)], true).sealed())
        .raw(&block(&[], true))
        .raw(&block(&[(5, 1), (99, 1)], false))
        .raw(&[b"abc", &[0; 509][..]].concat());
    check(tar.end(), r#"file /sparse "<1 zeros>a<3 zeros>b<93 zeros>c""#);
}

#[test]
fn the_old_form_is_gnus_only() {
    let header = old_gnu(1, 1, &[(0, 1)], false).text(257, b"ustar\x0000");
    check(
        Tar::new().member(header, b"a").end(),
        "error: its archive is broken at byte 512: a sparse file's header is not GNU's",
    );
}

#[test]
fn forms_0_0_and_0_1_have_their_map_in_records() {
    let tar = Tar::new()
        .pax(&[
            ("GNU.sparse.size", b"12"),
            ("GNU.sparse.numblocks", b"2"),
            ("GNU.sparse.offset", b"2"),
            ("GNU.sparse.numbytes", b"3"),
            ("GNU.sparse.offset", b"12"),
            ("GNU.sparse.numbytes", b"0"),
        ])
        .file("zero", "abc")
        .pax(&[
            ("GNU.sparse.major", b"0"),
            ("GNU.sparse.minor", b"1"),
            ("GNU.sparse.name", b"dir/one"),
            ("GNU.sparse.size", b"7"),
            ("GNU.sparse.numblocks", b"1"),
            ("GNU.sparse.map", b"0,3"),
        ])
        .file("GNUSparseFile.0/one", "xyz");
    check(tar.end(), "file /zero \"<2 zeros>abc<7 zeros>\"\nfile /dir/one \"xyz<4 zeros>\"");
}

fn form_1(size: &[u8], map: &str, content: &str) -> Vec<u8> {
    let mut stored = map.as_bytes().to_vec();
    stored.resize(stored.len().next_multiple_of(512), 0);
    stored.extend_from_slice(content.as_bytes());
    Tar::new()
        .pax(&[
            ("GNU.sparse.major", b"1"),
            ("GNU.sparse.minor", b"0"),
            ("GNU.sparse.name", b"sparse"),
            ("GNU.sparse.realsize", size),
        ])
        .member(Header::new(b"GNUSparseFile.0/sparse", b'0', stored.len()), &stored)
        .file("after", "")
        .end()
}

#[test]
fn form_1_0_has_its_map_before_the_content() {
    check(
        form_1(b"9", "2\n1\n2\n6\n1\n", "abc"),
        "file /sparse \"<1 zeros>ab<3 zeros>c<2 zeros>\"\nfile /after \"\"",
    );
    check(form_1(b"3", "0\n", ""), "file /sparse \"<3 zeros>\"\nfile /after \"\"");
}

#[test]
fn a_long_map_of_form_1_0_spans_blocks() {
    let map: String = (0..300).map(|region| format!("{}\n1\n", region * 2)).collect();
    let bytes = form_1(b"600", &format!("300\n{map}"), &"x".repeat(300));
    check(bytes, &format!("file /sparse \"{}\"\nfile /after \"\"", "x<1 zeros>".repeat(300)));
}

#[test]
fn unknown_forms_are_plain_files() {
    let tar = Tar::new()
        .pax(&[("GNU.sparse.major", b"2"), ("GNU.sparse.map", b"0,1")])
        .file("f", "plain");
    check(tar.end(), "file /f \"plain\"");
}

#[test]
fn maps_that_cannot_be_are_refused() {
    let at = "error: its archive is broken at byte";
    let check = |size: &[u8], map: &str, content: &str, reason: &str| {
        check(form_1(size, map, content), &format!("{at} {reason}"));
    };
    check(b"9", "2\n4\n2\n1\n1\n", "abc", "2048: a sparse map is not in order");
    check(b"9", "2\n1\n4\n3\n1\n", "abcde", "2048: a sparse map is not in order");
    check(b"9", "1\n8\n2\n", "ab", "2048: a sparse map reaches beyond its file");
    check(b"9", "1\n-1\n2\n", "ab", "2048: a sparse map has negative numbers");
    check(b"9", "1\n1\n2\n", "abc", "2048: a sparse map does not fit what is stored");
    check(b"9", "1\n1\n2\n", "a", "2048: a sparse map does not fit what is stored");
    check(b"9", "-1\n", "", "2048: a sparse map is malformed");
    check(b"9", "9\n1\n2\n", "", "2048: a sparse map has a line that is no number");
    let lines = format!("999\n{}", "1\n".repeat(254));
    check(b"9", &lines, "", "2048: its sparse map is cut short");
    check(b"9", "1\n1 \n2\n", "", "2048: a sparse map has a line that is no number");
    check(b"9", &"0".repeat(40), "", "2048: a sparse map has a line that is no number");
    check(b"-9", "0\n", "", "2048: a sparse file's size is negative");
    check(b"x", "0\n", "", "1536: a sparse map is malformed");
    check(
        b"9",
        "1\n9223372036854775807\n9223372036854775807\n",
        "",
        "2048: a sparse map reaches beyond its file",
    );
}

#[test]
fn what_is_no_file_has_no_map() {
    let tar = Tar::new()
        .pax(&[
            ("GNU.sparse.map", b""),
            ("GNU.sparse.major", b"0"),
            ("GNU.sparse.minor", b"1"),
            ("GNU.sparse.numblocks", b"0"),
        ])
        .bare("d", b'5');
    check(
        tar.end(),
        "error: its archive is broken at byte 1536: something else than a file has a sparse map",
    );
}
