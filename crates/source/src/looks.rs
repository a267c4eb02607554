//! What the first bytes of something look like, for a sentence about it; never a decision.

/// What it looks like, with its article.
pub(crate) fn like(start: &[u8]) -> &'static str {
    let text = start.trim_ascii_start();
    match start {
        [] => "empty",
        [0x1f, 0x8b, ..] => "a gzip stream",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "a zstd stream",
        [0xfd, b'7', b'z', b'X', b'Z', ..] => "an xz stream",
        [b'B', b'Z', b'h', ..] => "a bzip2 stream",
        [0x04, 0x22, 0x4d, 0x18, ..] => "an lz4 stream",
        [b'P', b'K', 3 | 5, ..] => "a zip archive",
        [b'7', b'z', 0xbc, 0xaf, ..] => "a 7z archive",
        [0x7f, b'E', b'L', b'F', ..] => "a program",
        [0xed, 0xab, 0xee, 0xdb, ..] => "an RPM package",
        [b'h', b's', b'q', b's', ..] => "a squashfs file system",
        _ if start.starts_with(b"!<arch>") => "a Debian package or another `ar` archive",
        _ if text.starts_with(b"{") || text.starts_with(b"[") => "a JSON document",
        _ if text.starts_with(b"<") => "a web page or another markup document",
        _ if start.iter().all(|&byte| byte == 0) => "nothing but zeros",
        _ if start.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) => {
            "a text"
        }
        _ => "data of no kind that we know",
    }
}

/// What to do about it.
pub(crate) fn advice(start: &[u8]) -> &'static str {
    match like(start) {
        "an xz stream" | "a bzip2 stream" | "an lz4 stream" => {
            "plain, gzip and zstd archives are read; unpack this one first"
        }
        "a web page or another markup document" => "was an error page stored instead of the image?",
        "empty" => "was it written to its end?",
        _ => "`docker save NAME -o FILE` writes an archive of an image",
    }
}
