//! Tests of contents: bytes in, what is told of them out.

use std::io::Write as _;

use model::{Body, Content, Path};
use testkit::{Compression, compress};

use super::content;

/// A content, a line for each fact and part; of a text its encoding and its lines.
fn told(bytes: &[u8]) -> String {
    let Content { packed, body, notices } = content(&Path::new("/srv/file"), bytes);
    let mut lines: Vec<String> = packed.into_iter().map(|name| format!("in {name}")).collect();
    match body {
        Body::Bytes => lines.push("bytes".into()),
        Body::Text(text) => {
            lines.push(text.encoding.name().into());
            lines.extend(
                text.lines.iter().map(|line| format!("[{} {}]", line.text, line.end.name())),
            );
        }
        Body::Structure(structure) => {
            lines.push(structure.format.into());
            lines.extend(structure.facts.iter().map(|(name, value)| format!("{name}: {value}")));
            for parts in &structure.parts {
                let more = if parts.is_cut { " and more" } else { "" };
                lines.push(format!("{} {}{more}", parts.parts.len(), parts.name));
                lines.extend(parts.parts.iter().map(|(name, told)| format!("- {name} {told}")));
            }
        }
    }
    lines.extend(notices.iter().map(|notice| format!("! {notice}")));
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(bytes: &[u8], expect: &[&str]) {
    assert_eq!(told(bytes), expect.join("\n"));
}

#[test]
fn texts_keep_how_their_lines_end() {
    check(b"a\nb\r\nc", &["utf-8", "[a lf]", "[b crlf]", "[c none]"]);
    check(b"\xef\xbb\xbfa\n", &["utf-8-bom", "[a lf]"]);
    check(b"", &["utf-8"]);
    check(b"lone\rreturn\n", &["utf-8", "[lone\rreturn lf]"]);
}

#[test]
fn characters_are_read_as_they_are_written() {
    check(b"\xff\xfea\0\n\0\xac\x20", &["utf-16le", "[a lf]", "[\u{20ac} none]"]);
    check(b"\xfe\xff\0a\0\n", &["utf-16be", "[a lf]"]);
    check(b"Gr\xfc\xdfe\n", &["latin-1", "[Gr\u{fc}\u{df}e lf]"]);
}

#[test]
fn bytes_are_no_text() {
    check(b"a\0b", &["bytes"]);
    let noise: Vec<u8> = (0..=255_u8).filter(|byte| *byte > 127).cycle().take(4_096).collect();
    check(&noise, &["bytes"]);
}

#[test]
fn what_is_packed_is_unpacked() {
    check(&compress(b"a\n", Compression::Gzip), &["in gzip", "utf-8", "[a lf]"]);
    check(&compress(b"a\n", Compression::Zstd), &["in zstd", "utf-8", "[a lf]"]);
    let packed = compress(b"a\n", Compression::Gzip);
    let broken = told(&packed[..packed.len() - 4]);
    assert!(broken.starts_with("in gzip\nutf-8\n[a lf]\n! is broken"), "{broken}");
}

#[test]
fn secrets_are_hidden_and_lines_stay() {
    check(
        b"user = shop\npassword = hunter22\r\n",
        &["utf-8", "[user = shop lf]", "[password = \u{2039}8 characters\u{203a} crlf]"],
    );
    let lines = |bytes: &[u8]| match content(&Path::new("/srv/file"), bytes).body {
        Body::Text(text) => text.lines,
        body => panic!("{body:?}"),
    };
    let (one, other) = (lines(b"password = hunter22\n"), lines(b"password = hunter23\n"));
    assert_eq!(one[0].text, other[0].text);
    assert_ne!(one[0], other[0]);
}

#[test]
fn zip_archives_tell_their_members() {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file("a.txt", options).unwrap();
    writer.write_all(b"hello").unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    // The CRC-32 of `hello`, as any tool has it.
    check(&bytes, &["zip", "members: 1", "1 members", "- a.txt 5 B, crc 3610a686"]);
    assert!(told(&bytes[..bytes.len() - 3]).contains("! is no zip archive"));
}

#[test]
fn tar_archives_tell_their_members() {
    let layer = testkit::image("//- /etc/conf mode=600\nx\n//- /link -> conf\n");
    let bytes = layer.compressed(Compression::None).layers()[0].clone();
    check(
        &bytes,
        &[
            "tar",
            "members: 2",
            "2 members",
            "- /etc/conf 0600 0:0 2 B, sha256 73cb3858a687…",
            "- /link 0777 0:0 -> conf",
        ],
    );
    let cut = told(&bytes[..1_100]);
    assert!(cut.contains("1 members and more"), "{cut}");
}

#[test]
fn pictures_tell_how_large_they_are() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0\0\0\x01\0\x08\x06\0\0\0";
    check(png, &["picture", "kind: png", "dimensions: 512 × 256"]);
    check(b"GIF89a\x10\0\x20\0", &["picture", "kind: gif", "dimensions: 16 × 32"]);
    let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\0\x20\0\x10\x03";
    check(jpeg, &["picture", "kind: jpeg", "dimensions: 16 × 32"]);
    let webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x1f\0\0";
    check(webp, &["picture", "kind: webp", "dimensions: 16 × 32"]);
    check(b"\xff\xd8\xff\xe0\0", &["picture", "! does not say how large it is"]);
}

#[test]
fn compiled_files_tell_what_made_them() {
    let pyc = b"\xa7\x0d\r\n\0\0\0\0\x80\x51\x01\0\x0a\0\0\0code";
    check(
        pyc,
        &[
            "pyc",
            "python: 3.11 (magic 3495)",
            "source-time: 1970-01-02T00:00:00Z",
            "source-size: 10 B",
            "code: 4 B",
        ],
    );
    let class = b"\xca\xfe\xba\xbe\0\0\0\x3d\0\x05\x01\0\x03a/B\x07\0\x01\x01\0\x01O\x07\0\x03\0\x21\0\x02\0\x04";
    check(class, &["class", "java: 17", "format: 61.0", "name: a.B", "extends: O"]);
}
