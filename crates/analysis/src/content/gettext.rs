//! Compiled translations of gettext (`.mo`): their language, and each message with its translation. The format is in
//! gettext's manual, "The Format of GNU MO Files".

use model::{Parts, Structure};

use super::{Format, MOST_PARTS, big, little};

pub(super) static FORMAT: Format = Format {
    name: "mo",
    title: "gettext translations",
    recognises: |bytes| {
        bytes.starts_with(b"\xde\x12\x04\x95") || bytes.starts_with(b"\x95\x04\x12\xde")
    },
    summarises: summarise,
};

/// Characters of a message that are shown.
const LONGEST: usize = 200;

fn summarise(bytes: &[u8]) -> Result<Structure, String> {
    let number = if bytes.starts_with(b"\x95") { big } else { little };
    let field = |at: usize| {
        let number = number(bytes, at, 4).and_then(|number| usize::try_from(number).ok());
        number.ok_or("is cut short")
    };
    let text = |at: usize| {
        let (length, place) = (field(at)?, field(at.checked_add(4).ok_or("is damaged")?)?);
        let end = place.checked_add(length).ok_or("is damaged")?;
        bytes.get(place..end).ok_or("is cut short")
    };
    let (count, originals, translations) = (field(8)?, field(12)?, field(16)?);
    let mut structure = Structure::new("mo");
    let mut messages = Parts::new("messages");
    for row in 0..count {
        if messages.is_cut {
            break;
        }
        let row = row.checked_mul(8).ok_or("is damaged")?;
        let place = |table: usize| table.checked_add(row).ok_or("is damaged");
        let (original, translation) = (text(place(originals)?)?, text(place(translations)?)?);
        if original.is_empty() {
            header(&String::from_utf8_lossy(translation), &mut structure);
            continue;
        }
        messages.add(MOST_PARTS, shown(original), shown(translation));
    }
    structure.fact("messages", messages.parts.len().to_string());
    structure.parts.push(messages);
    Ok(structure)
}

/// The translation of nothing says what the file is.
fn header(text: &str, structure: &mut Structure) {
    let wanted = [
        ("project", "Project-Id-Version:"),
        ("language", "Language:"),
        ("revision", "PO-Revision-Date:"),
    ];
    for (name, field) in wanted {
        if let Some(value) = text.lines().find_map(|line| line.strip_prefix(field)) {
            structure.fact(name, value.trim());
        }
    }
}

fn shown(text: &[u8]) -> String {
    // Context stands before the message, plurals behind it.
    let text = String::from_utf8_lossy(text).replace(['\0', '\u{4}'], " | ");
    text.chars().take(LONGEST).collect()
}
