//! The dialects of tar, and what is odd or broken in archives.

use crate::listing::check;
use crate::tar::{Header, Tar};

#[test]
fn ustar_joins_prefix_and_name() {
    let header = Header::new(b"name", b'0', 2).text(345, b"long/prefix");
    check(Tar::new().member(header, b"hi").end(), "file /long/prefix/name \"hi\"");
}

#[test]
fn a_name_without_room_for_its_zero_is_read_to_its_end() {
    let name = "n".repeat(100);
    let tar = Tar::new().file(&name, "").link("s", b'2', &"t".repeat(100));
    check(tar.end(), &format!("file /{name} \"\"\nsymlink /s -> {}", "t".repeat(100)));
}

#[test]
fn old_tars_have_no_magic_and_mark_directories_with_a_slash() {
    let old = |name: &[u8], kind, size| Header::new(name, kind, size).text(257, &[0; 8]);
    let tar = Tar::new()
        .member(old(b"d/", 0, 0), b"")
        .member(old(b"d/f", 0, 1).text(345, b"no prefix"), b"x")
        .member(old(b"f/", b'0', 0), b"");
    check(tar.end(), "directory /d\nfile /d/f \"x\"\nfile /f \"\"");
}

#[test]
fn star_has_a_shorter_prefix() {
    let header = Header::new(b"name", b'0', 0)
        .text(345, &[b'p'; 131])
        .text(476, b"00000000001\0")
        .text(488, b"00000000001\0")
        .text(508, b"tar\0");
    let path = format!("file /{}/name \"\"", "p".repeat(131));
    check(Tar::new().member(header.clone(), b"").end(), &path);
    let broken = header.text(476, b"not a number");
    check(
        Tar::new().member(broken, b"").end(),
        "error: its archive is broken at byte 0: a header's access or change time is not a number",
    );
}

#[test]
fn every_kind_of_file_is_told() {
    let device =
        |name: &[u8], kind| Header::new(name, kind, 0).text(329, b"0000010").text(337, b"0000003");
    let tar = Tar::new()
        .file("regular", "r")
        .file("contiguous", "c")
        .link("hard", b'1', "regular")
        .link("soft", b'2', "../x")
        .member(device(b"char", b'3'), b"")
        .member(device(b"block", b'4'), b"")
        .bare("dir/", b'5')
        .bare("fifo", b'6')
        .member(Header::new(b"seven", b'7', 1), b"7")
        .member(Header::new(b"dump", b'D', 4), b"Yx\0\0");
    check(
        tar.end(),
        r#"file /regular "r"
        file /contiguous "c"
        link /hard -> /regular
        symlink /soft -> ../x
        char /char 8:3
        block /block 8:3
        directory /dir
        fifo /fifo
        file /seven "7"
        directory /dump"#,
    );
}

#[test]
fn unknown_types_are_passed_over_with_their_content() {
    let tar = Tar::new()
        .member(Header::new(b"label", b'V', 0), b"")
        .member(Header::new(b"rest", b'M', 600), &[1; 600])
        .member(Header::new(b"socket", b'?', 3), b"abc")
        .file("after", "a");
    check(
        tar.end(),
        r#"file /after "a"
        ! /rest: an entry of the unknown type `M` is left out
        ! /socket: an entry of the unknown type `?` is left out"#,
    );
}

#[test]
fn links_and_directories_have_no_content_whatever_size_they_give() {
    let tar = Tar::new()
        .member(Header::new(b"d", b'5', 700), b"")
        .member(Header::new(b"l", b'1', 700).link("f"), b"")
        .pax(&[("size", b"900")])
        .link("s", b'2', "t")
        .member(Header::new(b"old/", 0, 512), b"")
        .file("f", "f");
    check(tar.end(), "directory /d\nlink /l -> /f\nsymlink /s -> t\ndirectory /old\nfile /f \"f\"");
}

#[test]
fn pax_replaces_what_the_header_says_of_the_next_entry_only() {
    let records: &[(&str, &[u8])] = &[
        ("path", b"long/name"),
        ("size", b"3"),
        ("uid", b"4000000000"),
        ("gid", b"70000"),
        ("mtime", b"-1.5"),
        ("uname", b"nobody"),
        ("comment", b"unknown keys do not matter"),
        ("SCHILY.xattr.security.capability", b"\x01\0=\n\x02"),
        ("SCHILY.xattr.user.empty", b""),
    ];
    let tar = Tar::new()
        .pax(records)
        .member(Header::new(b"short", b'0', 0), b"abc")
        .pax(&[("linkpath", b"far/away")])
        .link("l", b'1', "near")
        .file("next", "");
    check(
        tar.end(),
        r#"file /long/name "abc" owner 4000000000:70000 time -2 security.capability=\u{1}\u{0}=\n\u{2} user.empty=
        link /l -> /far/away
        file /next """#,
    );
}

#[test]
fn the_size_of_a_pax_header_decides_where_the_next_entry_begins() {
    // Readers that skip by the header's size see the files of the inner archive instead.
    let inner = Tar::new().file("smuggled", "evil").0;
    let size = inner.len().to_string();
    let tar = Tar::new()
        .pax(&[("size", size.as_bytes())])
        .member(Header::new(b"data", b'0', 0), &inner)
        .file("after", "");
    let text = String::from_utf8_lossy(&inner).into_owned();
    assert!(text.contains("smuggled"));
    let limits = layer::Limits::default();
    let bytes = tar.end();
    let mut input = bytes.as_slice();
    let mut entries = layer::Entries::new(&mut input, &limits);
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().unwrap() {
        names.push(entry.path.to_string());
    }
    assert_eq!(names, ["/data", "/after"]);
}

#[test]
fn an_empty_pax_value_leaves_the_header_alone_and_the_last_of_a_key_counts() {
    let tar = Tar::new()
        .pax(&[("path", b"a"), ("path", b""), ("uid", b"x"), ("uid", b"7")])
        .file("name", "");
    check(tar.end(), "file /name \"\" owner 7:0");
}

#[test]
fn of_two_pax_headers_the_second_counts() {
    let tar = Tar::new().pax(&[("path", b"a")]).pax(&[("uid", b"7")]).file("name", "");
    check(tar.end(), "file /name \"\" owner 7:0");
}

#[test]
fn malformed_pax_values_break_the_archive() {
    for (key, value) in [
        ("size", &b"12x"[..]),
        ("uid", b"1.0"),
        ("gid", b"99999999999999999999"),
        ("mtime", b"yesterday"),
        ("atime", b"-"),
        ("ctime", b"1.2.3"),
    ] {
        check(
            Tar::new().pax(&[(key, value)]).file("name", "").end(),
            "error: its archive is broken at byte 1536: a PAX record's value is not a number",
        );
    }
    check(
        Tar::new().pax(&[("size", b"-1")]).file("name", "").end(),
        "error: its archive is broken at byte 1536: a size is negative",
    );
    check(
        Tar::new().pax(&[("path", b"a\0b")]).file("name", "").end(),
        "error: its archive is broken at byte 524: a PAX record is malformed",
    );
}

#[test]
fn global_headers_change_nothing_and_are_told() {
    let global = |records| crate::tar::pax(records);
    let tar = Tar::new()
        .extended(b'g', &global(&[("comment", b"from git archive")]))
        .file("a", "")
        .extended(b'g', &global(&[("path", b"everything"), ("uid", b"not a number")]))
        .file("b", "");
    check(
        tar.end(),
        r#"file /a ""
        file /b ""
        ! the archive has a global PAX header, which container engines do not heed, but other readers of tar do"#,
    );
    let tar = Tar::new().pax(&[("path", b"lost")]).extended(b'g', b"").file("c", "");
    check(tar.end(), "file /c \"\"");
}

#[test]
fn gnu_long_names_win_over_pax_and_prefix() {
    let long = [&[b'n'; 200][..], b"\0 ignored"].concat();
    let header = Header::new(b"short", b'0', 1).text(345, b"prefix");
    let tar = Tar::new()
        .pax(&[("path", b"pax"), ("linkpath", b"pax")])
        .extended(b'L', &long)
        .member(header, b"x")
        .extended(b'K', b"target\0")
        .pax(&[("linkpath", b"pax")])
        .link("l", b'2', "short")
        .file("after", "");
    check(
        tar.end(),
        &format!("file /{} \"x\"\nsymlink /l -> target\nfile /after \"\"", "n".repeat(200)),
    );
}

#[test]
fn gnu_headers_have_no_prefix_but_times() {
    let gnu =
        |prefix: &[u8]| Header::new(b"name", b'0', 0).text(257, b"ustar  \0").text(345, prefix);
    check(Tar::new().member(gnu(b"00000000001\x0000000000002"), b"").end(), "file /name \"\"");
    // Go before 1.8 wrote a prefix there.
    check(Tar::new().member(gnu(b"dir/of/old/go"), b"").end(), "file /dir/of/old/go/name \"\"");
    check(Tar::new().member(gnu(b"no\xffprefix"), b"").end(), "file /name \"\"");
}

#[test]
fn binary_numbers_are_read() {
    let header = Header::new(b"f", b'0', 0)
        .text(108, b"\x80\0\0\0\x12\x34\x56\x78")
        .text(124, b"\x80\0\0\0\0\0\0\0\0\0\0\x02")
        .text(136, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xf0");
    check(Tar::new().member(header, b"ab").end(), "file /f \"ab\" owner 305419896:0 time -16");
}

#[test]
fn impossible_numbers_are_put_right_with_a_notice() {
    let header = Header::new(b"f", b'3', 0)
        .text(100, b"\x80\0\0\0\x10\0\x0f\xff")
        .text(108, b"\x80\0\0\x01\0\0\0\0")
        .text(116, b"\xff\xff\xff\xff\xff\xff\xff\xff")
        .text(329, b"\x80\0\0\x01\0\0\0\0");
    check(
        Tar::new().member(header, b"").end(),
        "char /f 4294967295:0 mode 7777 owner 4294967295:0
        ! /f: its major device number 4294967296 is impossible and was taken as 4294967295
        ! /f: its mode 2000007777 has bits that mean nothing
        ! /f: its owner number 4294967296 is impossible and was taken as 4294967295
        ! /f: its group number -1 is impossible and was taken as 0",
    );
}

#[test]
fn the_type_in_the_mode_of_old_docker_is_dropped_quietly() {
    let header = Header::new(b"f", b'0', 0).text(100, b"0104755");
    check(Tar::new().member(header, b"").end(), "file /f \"\" mode 4755");
}

#[test]
fn malformed_numbers_break_the_archive() {
    for (place, field) in
        [(100, "mode"), (108, "user"), (116, "group"), (136, "time"), (329, "device")]
    {
        let header = Header::new(b"f", b'0', 0).text(place, b"12 x");
        check(
            Tar::new().file("a", "").member(header, b"").end(),
            &format!(
                "file /a \"\"\nerror: its archive is broken at byte 512: a header's {field} is not a number"
            ),
        );
    }
    let header = Header::new(b"f", b'0', 0).text(124, &[0xff; 12]);
    check(
        Tar::new().member(header, b"").end(),
        "error: its archive is broken at byte 0: a header's size is negative",
    );
}

#[test]
fn a_wrong_checksum_breaks_the_archive() {
    let mut bytes = Tar::new().file("a", "").file("b", "").end();
    bytes[512] = b'x';
    check(
        bytes,
        "file /a \"\"\nerror: its archive is broken at byte 512: a header's checksum is wrong",
    );
}

#[test]
fn checksums_of_signed_bytes_are_accepted() {
    let mut block = Header::new(b"\xff\xfe", b'0', 0).sealed();
    let stated = u32::from_str_radix(std::str::from_utf8(&block[148..154]).unwrap(), 8).unwrap();
    block[148..154].copy_from_slice(format!("{:06o}", stated - 512).as_bytes());
    check(Tar::new().raw(&block).end(), r#"file /\xff\xfe """#);
}

#[test]
fn duplicates_are_told_in_their_order() {
    let tar = Tar::new().file("f", "1").link("h", b'1', "f").file("f", "2");
    check(tar.end(), "file /f \"1\"\nlink /h -> /f\nfile /f \"2\"");
}

#[test]
fn names_of_every_kind_are_normalised() {
    let tar = Tar::new()
        .bare("./", b'5')
        .file("./a", "")
        .file("/b", "")
        .file("c//d/", "")
        .file("../../e", "")
        .link("/f", b'1', "./../c//d")
        .named(b"g\xff\x01\n", "");
    check(
        tar.end(),
        r#"directory /
        file /a ""
        file /b ""
        file /c/d ""
        file /e ""
        link /f -> /c/d
        file /g\xff\u{1}\n """#,
    );
}

#[test]
fn a_name_ends_at_its_first_zero() {
    check(Tar::new().named(b"a\0b", "").end(), "file /a \"\"");
}

#[test]
fn nameless_entries_and_replacements_of_the_root_are_left_out() {
    let tar = Tar::new().file("", "x").bare("", b'5').file("a/..", "y").link(".", b'2', "b");
    check(
        tar.end(),
        "! an entry of the archive has no name and is left out
        ! an entry of the archive has no name and is left out
        ! /: an entry that would replace the root directory is left out
        ! /: an entry that would replace the root directory is left out",
    );
}

#[test]
fn xattrs_are_read_in_both_spellings() {
    let tar = Tar::new()
        .pax(&[
            ("SCHILY.xattr.user.both", b"raw"),
            ("LIBARCHIVE.xattr.user.both", b"b3RoZXI"),
            ("LIBARCHIVE.xattr.user.a%20b", b"YWI="),
            ("LIBARCHIVE.xattr.user.%zz", b"YWI"),
            ("LIBARCHIVE.xattr.user.bad", b"!"),
            ("SCHILY.xattr.", b"no name"),
        ])
        .file("f", "");
    check(
        tar.end(),
        r#"file /f "" user.a b=ab user.both=raw
        ! /f: its extended attribute `user.%zz` is malformed and left out
        ! /f: its extended attribute `user.a b` is written in libarchive's way, which container engines pass over
        ! /f: its extended attribute `user.bad` is malformed and left out"#,
    );
}

#[test]
fn an_archive_may_lack_its_end_mark() {
    let tar = Tar::new().file("a", "abc");
    check(&tar.0, "file /a \"abc\"");
    check(&tar.0[..515], "file /a \"abc\"");
    check(tar.clone().raw(&[0; 512]).0, "file /a \"abc\"");
    check(tar.clone().raw(&[0; 100]).0, "file /a \"abc\"");
    check(tar.raw(&[0; 700]).0, "file /a \"abc\"");
}

#[test]
fn nothing_and_zeros_are_empty_archives() {
    check([], "");
    check([0; 100], "");
    check([0; 512], "");
    check([0; 10240], "");
}

#[test]
fn a_single_block_of_zeros_between_entries_breaks_the_archive() {
    check(
        Tar::new().file("a", "").raw(&[0; 512]).file("b", "").end(),
        "file /a \"\"\nerror: its archive is broken at byte 1536: a block of zeros stands between its entries",
    );
}

#[test]
fn of_concatenated_archives_only_the_first_counts() {
    let second = Tar::new().file("b", "").end();
    check(
        [Tar::new().file("a", "").end(), second].concat(),
        "file /a \"\"
        ! the archive ends at byte 1536, and bytes that follow it are not part of the layer for any engine",
    );
    check([Tar::new().file("a", "").end(), vec![0; 9000]].concat(), "file /a \"\"");
}

#[test]
fn a_truncated_archive_is_told_as_such() {
    let bytes = Tar::new().file("a", "abcdef").file("b", "").end();
    check(
        &bytes[..516],
        "error: its archive is broken at byte 516: it is cut short, 2 bytes before the end of a content",
    );
    check(
        &bytes[..1300],
        "file /a \"abcdef\"
        error: its archive is broken at byte 1300: it is cut short inside a header",
    );
    let bytes = Tar::new().extended(b'L', &[b'n'; 300]).file("a", "").end();
    check(
        &bytes[..700],
        "error: its archive is broken at byte 700: it is cut short, 112 bytes before the end of a content",
    );
}

#[test]
fn a_lying_size_allocates_nothing_and_is_told_as_truncation() {
    let huge = Header::new(b"f", b'0', 0).text(124, b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff");
    check(
        Tar::new().member(huge, b"").0,
        "error: its archive is broken at byte 512: it is cut short, 9223372036854775807 bytes before the end of a content",
    );
}

#[test]
fn what_is_no_archive_is_named() {
    let check = |bytes: &[u8], what: &str| {
        check(bytes, &format!("error: it is not a tar archive: {what}"));
    };
    check(b"{}", "it has only 2 bytes");
    check(&[b'x'; 600], "its first block is no header");
    check(b"\xfd7zXZ\0\0\x04", "it is xz");
    check(b"BZh91AY&SY", "it is bzip2");
    check(b"PK\x03\x04", "it is a zip archive");
}
