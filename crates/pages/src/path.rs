//! Paths of images as addresses have them: as they are shown, so that each has its own address and none breaks it.

use model::Path;

/// The path that an address means; none where no path is shown so.
pub fn path(text: &str) -> Option<Path> {
    Some(Path::new(bytes(text)?))
}

/// The bytes that [`model::visible`] shows like this; none where it shows nothing so.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let escaped = &rest[at + 1..];
        let is_number = |digits: &&str| digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = |digits: &str| {
            Some(digits).filter(is_number).and_then(|digits| u32::from_str_radix(digits, 16).ok())
        };
        rest = match escaped.split_at_checked(1)? {
            ("\\", rest) => (bytes.push(b'\\'), rest).1,
            ("n", rest) => (bytes.push(b'\n'), rest).1,
            ("t", rest) => (bytes.push(b'\t'), rest).1,
            ("r", rest) => (bytes.push(b'\r'), rest).1,
            ("x", rest) => {
                let (digits, rest) = rest.split_at_checked(2)?;
                bytes.push(u8::try_from(number(digits)?).ok()?);
                rest
            }
            ("u", rest) => {
                let (digits, rest) = rest.strip_prefix('{')?.split_once('}')?;
                let character = char::from_u32(number(digits)?)?;
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest
            }
            _ => return None,
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_turned_back() {
        for name in
            [&b"/a/b"[..], b"/", b"/a\xff\x1b[31m\xe2\x80\xaeb\\n\n\t\r", "/\u{200b}ä".as_bytes()]
        {
            let path = Path::new(name);
            assert_eq!(self::path(&path.to_string()), Some(path));
        }
        for broken in ["/\\", "/\\q", "/\\x", "/\\x+1", "/\\u{d800}", "/\\u{", "/\\xé"] {
            assert_eq!(path(broken), None, "{broken}");
        }
    }
}
