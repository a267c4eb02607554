//! Pictures: how large they are, as their headers say. Nothing is decoded. SVG is text.

use model::Structure;

use super::{Format, big, little};

pub(super) static FORMAT: Format = Format {
    name: "picture",
    title: "pictures (PNG, JPEG, GIF, WebP)",
    recognises: |bytes| kind(bytes).is_some(),
    summarises: summarise,
};

#[derive(Clone, Copy)]
enum Kind {
    Png,
    Jpeg,
    Gif,
    Webp,
}

fn kind(bytes: &[u8]) -> Option<Kind> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(Kind::Png)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(Kind::Jpeg)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some(Kind::Gif)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(Kind::Webp)
    } else {
        None
    }
}

fn summarise(bytes: &[u8]) -> Result<Structure, String> {
    let kind = kind(bytes).ok_or("is no picture")?;
    let (name, size) = match kind {
        Kind::Png => ("png", big(bytes, 16, 4).zip(big(bytes, 20, 4))),
        Kind::Gif => ("gif", little(bytes, 6, 2).zip(little(bytes, 8, 2))),
        Kind::Jpeg => ("jpeg", jpeg(bytes)),
        Kind::Webp => ("webp", webp(bytes)),
    };
    let (width, height) = size.ok_or("does not say how large it is")?;
    let mut structure = Structure::new("picture");
    structure.fact("kind", name);
    structure.fact("dimensions", format!("{width} × {height}"));
    Ok(structure)
}

/// The size that a JPEG's frame header says (ISO 10918-1, B.2.2).
fn jpeg(bytes: &[u8]) -> Option<(u64, u64)> {
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1)?;
        if bytes[at] != 0xff {
            return None;
        }
        match marker {
            // Fill bytes, and markers without a segment.
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return big(bytes, at + 7, 2).zip(big(bytes, at + 5, 2));
            }
            _ => at += 2 + usize::try_from(big(bytes, at + 2, 2)?).ok()?,
        }
    }
}

/// The size that the first chunk of a WebP says: lossy, lossless or extended.
fn webp(bytes: &[u8]) -> Option<(u64, u64)> {
    match bytes.get(12..16)? {
        b"VP8 " => {
            let side = |at| Some(little(bytes, at, 2)? & 0x3fff);
            side(26).zip(side(28))
        }
        b"VP8L" => {
            let bits = little(bytes, 21, 4)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
        _ => None,
    }
}
