//! Numbers as tar headers write them. It never guesses: what is no number is none.

/// Reads a number of a header block: octal digits, or binary if the first bit is set.
pub(super) fn field(bytes: &[u8]) -> Option<i64> {
    match bytes.first() {
        Some(first) if first & 0x80 != 0 => binary(bytes),
        _ => octal(bytes),
    }
}

/// Reads octal digits with zeros or spaces before and after them; nothing at all is 0.
pub(super) fn octal(bytes: &[u8]) -> Option<i64> {
    let is_digit = |byte: &u8| !matches!(byte, b' ' | 0);
    let Some(start) = bytes.iter().position(is_digit) else {
        return Some(0);
    };
    let end = bytes.iter().rposition(is_digit)?;
    text(&bytes[start..=end]).iter().try_fold(0_i64, |number, &byte| {
        let digit = char::from(byte).to_digit(8)?;
        number.checked_mul(8)?.checked_add(i64::from(digit))
    })
}

/// Reads a number in two's complement, highest byte first, whose first bit only marks it as binary.
fn binary(bytes: &[u8]) -> Option<i64> {
    let (&first, rest) = bytes.split_first()?;
    let negative = first & 0x40 != 0;
    let invert = if negative { 0xff } else { 0 };
    let start = i64::from((first ^ invert) & 0x7f);
    let number = rest.iter().try_fold(start, |number, &byte| {
        number.checked_mul(256)?.checked_add(i64::from(byte ^ invert))
    })?;
    Some(if negative { !number } else { number })
}

/// The bytes up to the first zero byte.
pub(super) fn text(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    &bytes[..end]
}

/// Reads a decimal number with an optional sign, as PAX records and sparse maps have them.
pub(super) fn decimal(bytes: &[u8]) -> Option<i64> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

/// Reads a time of a PAX record: seconds, perhaps with a fraction. The fraction is rounded down.
pub(super) fn time(bytes: &[u8]) -> Option<i64> {
    let (seconds, fraction) = match bytes.iter().position(|&byte| byte == b'.') {
        Some(dot) => (&bytes[..dot], &bytes[dot + 1..]),
        None => (bytes, &b""[..]),
    };
    if !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // Finer than nanoseconds is not looked at, as in Go.
    let below = seconds.starts_with(b"-") && fraction.iter().take(9).any(|&digit| digit != b'0');
    Some(decimal(seconds)?.saturating_sub(i64::from(below)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_numbers_are_octal_or_binary() {
        let check = |bytes: &[u8], number| assert_eq!(field(bytes), number, "{bytes:?}");
        check(b"0000644\0", Some(0o644));
        check(b"   644 \0", Some(0o644));
        check(b"\0\0 17\0 9", Some(0o17));
        check(b"\0\0\0", Some(0));
        check(b"", Some(0));
        check(b" 17 \0 9", None);
        check(b"778", None);
        check(b"-17", None);
        check(b"\x80\0\0\x01\0", Some(256));
        check(b"\xff\xff\xff\xff", Some(-1));
        check(b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", Some(i64::MAX));
        check(b"\x80\0\0\0\x80\0\0\0\0\0\0\0", None);
        check(b"\xff\xff\xff\xff\x80\0\0\0\0\0\0\0", Some(i64::MIN));
    }

    #[test]
    fn times_are_rounded_down() {
        let check = |text: &str, seconds| assert_eq!(time(text.as_bytes()), seconds, "{text}");
        check("1.9", Some(1));
        check("-1.5", Some(-2));
        check("-0.5", Some(-1));
        check("-3.000", Some(-3));
        check("7.", Some(7));
        check(".5", None);
        check("1.x", None);
        check("1e3", None);
    }
}
