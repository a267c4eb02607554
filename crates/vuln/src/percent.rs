//! Percent-encoding, as package URLs have it.

/// Undoes percent-encoding; what is not encoded well stays as it is.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = hex.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = byte.filter(|_| first == b'%') {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_encoded_well_stays() {
        let told = ["1%2B2", "%c3%a9", "100%", "%zz%2", "", "%25"].map(decoded);
        assert_eq!(told, ["1+2", "é", "100%", "%zz%2", "", "%"]);
    }
}
