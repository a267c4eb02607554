//! Words, numbers and columns for eyes. It knows nothing of images.

use unicode_width::UnicodeWidthStr;

/// Text from an image, inert.
pub fn inert(text: &str) -> String {
    model::visible(text.as_bytes())
}

/// A line of prose from an image, inert, but not so that it could be turned back: a backslash stays one.
pub(crate) fn readable(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for one in line.chars() {
        match one {
            '\t' => text += "    ",
            one if model::is_deceiving(one) => text.extend(one.escape_unicode()),
            one => text.push(one),
        }
    }
    text
}

/// Bytes in decimal units with two or three figures: `999 B`, `1.2 KB`, `18 KB`, `4.1 MB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 6] = ["KB", "MB", "GB", "TB", "PB", "EB"];
    if count < 1_000 {
        return format!("{count} B");
    }
    let mut tenths = u128::from(count) * 10 / 1_000;
    for unit in UNITS {
        if tenths < 100 {
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
        if tenths < 10_000 {
            return format!("{} {unit}", tenths / 10);
        }
        tenths /= 1_000;
    }
    // No 64 bits of bytes come here: they are 18 EB at the most.
    format!("{} ZB", tenths / 10)
}

/// A difference in bytes with its sign; `±0` where there is none.
pub fn growth(difference: i64) -> String {
    let size = bytes(difference.unsigned_abs());
    match difference {
        0 => "±0".into(),
        1.. => format!("+{size}"),
        _ => format!("−{size}"),
    }
}

/// A number with its thousands parted: `1,204`.
pub fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut parted = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

/// `1 path`, `2 paths`.
pub fn counted(count: usize, word: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {word}{ending}", number(count))
}

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Fills up with spaces to `columns`.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// Shortens a name in its middle to `columns`.
pub fn shorten(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.into();
    }
    let keep = columns.saturating_sub(1);
    // The end of a name says more than its beginning.
    let (front, back) = (keep / 3, keep - keep / 3);
    let characters: Vec<char> = text.chars().collect();
    let take = |characters: &mut dyn Iterator<Item = &char>, columns: usize| {
        let mut taken = String::new();
        for character in characters {
            if width(&taken) + width(character.encode_utf8(&mut [0; 4])) > columns {
                break;
            }
            taken.push(*character);
        }
        taken
    };
    let front = take(&mut characters.iter(), front);
    let back = take(&mut characters.iter().rev(), back);
    front + "…" + &back.chars().rev().collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_or_three_figures() {
        let shown = [0, 999, 1_000, 9_999, 10_000, 999_999, 1_000_000, 182_400_000, u64::MAX];
        let shown = shown.map(bytes).join(" · ");
        assert_eq!(
            shown,
            "0 B · 999 B · 1.0 KB · 9.9 KB · 10 KB · 999 KB · 1.0 MB · 182 MB · 18 EB"
        );
        assert_eq!([0, 12_000, -4_000].map(growth).join(" "), "±0 +12 KB −4.0 KB");
    }

    #[test]
    fn numbers_are_parted_and_counted() {
        assert_eq!([0, 999, 1_204, 1_234_567].map(number).join(" "), "0 999 1,204 1,234,567");
        assert_eq!(counted(1, "path") + " " + &counted(2, "path"), "1 path 2 paths");
    }

    #[test]
    fn names_are_shortened_in_their_middle() {
        assert_eq!(shorten("/usr/lib/python3/dist-packages/x.py", 16), "/usr/…kages/x.py");
        assert_eq!(shorten("short", 16), "short");
        assert!(width(&shorten("漢字漢字漢字漢字", 7)) <= 7);
    }
}
