//! Bombs: each stops at its limit, long before it has grown.

use std::io::{Read as _, Write as _};

use layer::{Entries, Error, Expect, Limits, read};

use crate::listing::check_limited;
use crate::tar::{Header, Tar};

/// Limits that a test can reach.
fn small() -> Limits {
    Limits { entries: 3, path: 20, depth: 4, header: 1000, sparse: 2, ..Limits::default() }
}

#[track_caller]
fn check(tar: Tar, expected: &str) {
    check_limited(tar.end(), &small(), expected);
}

#[test]
fn entries_are_counted_and_marks_with_them() {
    let tar = Tar::new().file("a", "").file(".wh.b", "").file(".wh..wh.aufs", "");
    check(tar.clone(), "file /a \"\"\nwhiteout /b");
    check(tar.file("c", ""), "file /a \"\"\nwhiteout /b\nerror: it has more than 3 entries");
}

#[test]
fn paths_have_a_length_and_a_depth() {
    let error = "error: it has more than 20 bytes in a path";
    check(Tar::new().file(&"n".repeat(20), ""), &format!("file /{} \"\"", "n".repeat(20)));
    check(Tar::new().file(&"n".repeat(21), ""), error);
    check(Tar::new().link("l", b'2', &"t".repeat(21)), error);
    check(Tar::new().extended(b'L', &[b'n'; 900]).file("a", ""), error);
    check(Tar::new().pax(&[("path", &[b'/'; 900])]).file("a", ""), error);
    check(
        Tar::new().file("a/b/c/d", "").file("a/b/../c/./d", ""),
        "file /a/b/c/d \"\"\nfile /a/c/d \"\"",
    );
    check(Tar::new().file("a/b/c/d/e", ""), "error: it has more than 4 parts in a path");
}

#[test]
fn extended_headers_have_a_size() {
    let error = "error: it has more than 1000 bytes in an extended header";
    check(Tar::new().extended(b'L', &[b'n'; 1001]).file("a", ""), error);
    check(Tar::new().pax(&[("comment", &[b'c'; 1000])]).file("a", ""), error);
    check(Tar::new().member(Header::new(b"", b'g', 8 << 30), b""), error);
    check(Tar::new().pax(&[("comment", &[b'c'; 900])]).file("a", ""), "file /a \"\"");
}

#[test]
fn sparse_maps_have_a_length() {
    let error = "error: it has more than 2 data regions in a sparse file";
    let records: &[(&str, &[u8])] = &[
        ("GNU.sparse.map", b"0,1,1,1,2,1"),
        ("GNU.sparse.numblocks", b"3"),
        ("GNU.sparse.size", b"3"),
    ];
    check(Tar::new().pax(records).file("a", "abc"), error);
    let records: &[(&str, &[u8])] = &[("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0")];
    let tar = Tar::new().pax(records).file("a", &format!("999999999\n{}", "1\n".repeat(300)));
    check(tar, error);
    let header = Header::new(b"a", b'S', 0)
        .text(257, b"ustar  \0")
        .text(482, b"\x01")
        .text(483, b"00000000000");
    let mut empty = [0; 512];
    empty[504] = 1;
    let tar = (0..4).fold(Tar::new().raw(&header.sealed()), |tar, _| tar.raw(&empty));
    check(tar, "error: it has more than 1000 bytes in a sparse map");
}

#[test]
fn holes_count_as_inflated_bytes() {
    let sparse = |size: &str| {
        Tar::new()
            .pax(&[
                ("GNU.sparse.map", b"0,1"),
                ("GNU.sparse.numblocks", b"1"),
                ("GNU.sparse.size", size.as_bytes()),
            ])
            .file("a", "x")
    };
    let ratio = "error: it has more than 1100 inflated bytes for each stored byte";
    let total = "error: it has more than 274877906944 inflated bytes";
    check(sparse("67108865"), ratio);
    check(sparse("9223372036854775807"), total);
    // One small hole after the other comes to the same.
    let limits = Limits { inflated: 10_000, ..small() };
    let bytes = Tar::new().raw(&sparse("4000").0).raw(&sparse("4000").0).end();
    let shown = "file /a \"x<3999 zeros>\"\nerror: it has more than 10000 inflated bytes";
    check_limited(bytes, &limits, shown);
}

#[test]
fn holes_count_against_what_is_stored_of_a_packed_archive() {
    // Each needs two kilobytes of the archive for two megabytes of holes: no bomb, were it not packed.
    let sparse = Tar::new()
        .pax(&[
            ("GNU.sparse.map", b"0,1"),
            ("GNU.sparse.numblocks", b"1"),
            ("GNU.sparse.size", b"2000000"),
        ])
        .file("a", "x");
    let bytes = (0..100).fold(Tar::new(), |tar, _| tar.raw(&sparse.0)).end();
    let walk = |blob: &[u8]| {
        let limits = Limits::default();
        read(blob, &Expect::default(), &limits, |entries| {
            let mut count = 0;
            while entries.next_entry()?.is_some() {
                count += 1;
            }
            Ok::<_, Error>(count)
        })
        .map(|(count, _)| count)
        .map_err(|error| error.to_string())
    };
    assert_eq!(walk(&bytes), Ok(100));
    let packed = crate::transport::gzip(&bytes);
    let ratio = "it has more than 1100 inflated bytes for each stored byte";
    assert_eq!(walk(&packed), Err(ratio.into()));
    // What is read of the blob by then counts whole, though its digest is known only later.
    let mut noise: u32 = 1;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.to_be_bytes()[0]
    })
    .take(200_000)
    .collect();
    let header = Header::new(b"noise", b'0', noise.len());
    let bytes = [Tar::new().member(header, &noise).0, bytes].concat();
    assert_eq!(walk(&crate::transport::gzip(&bytes)), Ok(101));
}

#[test]
fn names_and_attributes_of_a_layer_are_counted_together() {
    let limits = Limits { metadata: 1000, ..Limits::default() };
    let error = "error: it has more than 1000 bytes of names and extended attributes";
    let check = |tar: Tar, expected: &str| check_limited(tar.end(), &limits, expected);
    let long = "n".repeat(500);
    let line = format!("file /{long} \"\"");
    let named = || Tar::new().extended(b'L', long.as_bytes()).file("", "");
    check(Tar::new().raw(&named().0).raw(&named().0), &format!("{line}\n{line}"));
    check(
        Tar::new().raw(&named().0).raw(&named().0).file("a", ""),
        &format!("{line}\n{line}\n{error}"),
    );
    check(Tar::new().extended(b'K', &[b't'; 1000]).link("l", b'2', ""), error);
    let value = [b'v'; 934];
    let with = |length| Tar::new().pax(&[("SCHILY.xattr.a", &value[..length])]).file("f", "");
    let fits = format!("file /f \"\" a={}", "v".repeat(934));
    check(with(934), &fits);
    check(with(934).file("g", ""), &format!("{fits}\n{error}"));
}

#[test]
fn notices_are_not_shown_without_end() {
    let limits = Limits::default();
    let tar = (0..1500).fold(Tar::new(), |tar, _| tar.file("a/.wh.", ""));
    let bytes = tar.end();
    let mut input = bytes.as_slice();
    let mut entries = Entries::new(&mut input, &limits);
    assert!(entries.next_entry().unwrap().is_none());
    let notices = entries.take_notices();
    assert_eq!(notices.len(), 1001);
    assert_eq!(
        notices[1000].text,
        "the archive gives reason for more than 1000 notices; the others are not shown"
    );
}

/// Reads a blob, with or without looking into it; what is wrong with it.
fn error(blob: &[u8], limits: &Limits) -> String {
    let result = read(blob, &Expect::default(), limits, |entries| {
        while entries.next_entry()?.is_some() {}
        Ok::<_, Error>(())
    });
    let unseen = read(blob, &Expect::default(), limits, |_| Ok::<_, Error>(()));
    let (error, unseen) = (result.unwrap_err().to_string(), unseen.unwrap_err().to_string());
    assert_eq!(error, unseen, "who does not look is told the same");
    error
}

/// An archive of one file that is all zeros.
fn zeros(size: usize, mut packed: impl std::io::Write) {
    packed.write_all(&Header::new(b"zeros", b'0', size).sealed()).unwrap();
    std::io::copy(&mut std::io::repeat(0).take(size as u64 + 1024), &mut packed).unwrap();
}

#[test]
fn bombs_stop_at_their_ratio() {
    let mut packed = zstd::Encoder::new(Vec::new(), 1).unwrap();
    zeros(70 << 20, &mut packed);
    let blob = packed.finish().unwrap();
    assert_eq!(
        error(&blob, &Limits::default()),
        "it has more than 1100 inflated bytes for each stored byte"
    );
}

#[test]
fn what_deflate_can_do_at_most_is_no_bomb() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    zeros(70 << 20, &mut packed);
    let blob = packed.finish().unwrap();
    let limits = Limits::default();
    let seen = read(&blob[..], &Expect::default(), &limits, |_| Ok::<_, Error>(())).unwrap().1;
    assert!(seen.inflated / seen.size > 900);
}

#[test]
fn inflated_bytes_are_counted() {
    let limits = Limits { inflated: 1 << 20, ..Limits::default() };
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zeros(2 << 20, &mut packed);
    assert_eq!(
        error(&packed.finish().unwrap(), &limits),
        "it has more than 1048576 inflated bytes"
    );
}

#[test]
fn a_blob_of_unknown_size_has_a_limit_of_its_own() {
    let limits = Limits { inflated: 1 << 20, ..Limits::default() };
    let mut bomb = std::io::repeat(0);
    let result = read(&mut bomb, &Expect::default(), &limits, |_| Ok::<_, Error>(()));
    assert_eq!(result.unwrap_err().to_string(), "it has more than 1048576 stored bytes");
    // Endless members that inflate to nothing.
    let empty = crate::transport::gzip(b"").repeat(100_000);
    assert_eq!(error(&empty, &limits), "it has more than 1048576 stored bytes");
}

#[test]
fn windows_of_zstd_have_a_size() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(28).unwrap();
    encoder.include_contentsize(false).unwrap();
    encoder.write_all(b"little").unwrap();
    let blob = encoder.finish().unwrap();
    assert_eq!(
        error(&blob, &Limits::default()),
        "it has more than 134217728 bytes in the window of a zstd frame"
    );
}
