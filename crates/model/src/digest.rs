//! Content digests, as the OCI image specification writes them: `algorithm:hex`.

use std::fmt::{self, Write as _};
use std::str::FromStr;

/// A SHA-256, 32 bytes. The identity of a file's content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// Parses 64 hexadecimal digits of either case.
    pub fn from_hex(hex: &str) -> Option<Sha256> {
        let mut bytes = [0; 32];
        decode_hex(hex, &mut bytes)?;
        Some(Sha256(bytes))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The digest of a blob: SHA-256 or SHA-512, the two algorithms that the OCI image specification registers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Digest {
    /// `sha256:…`, 64 hexadecimal digits.
    Sha256(Sha256),
    /// `sha512:…`, 128 hexadecimal digits.
    Sha512(Box<[u8; 64]>),
}

/// A text that is not a digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a digest; one looks like sha256: and 64 hexadecimal digits")]
pub struct InvalidDigest(pub String);

impl Digest {
    /// The name before the colon.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Digest::Sha256(_) => "sha256",
            Digest::Sha512(_) => "sha512",
        }
    }

    /// The digits after the colon, in lower case.
    pub fn hex(&self) -> String {
        let mut hex = String::new();
        // Writing into a String cannot fail.
        let _ = match self {
            Digest::Sha256(digest) => write!(hex, "{digest}"),
            Digest::Sha512(bytes) => write_hex(&mut hex, &bytes[..]),
        };
        hex
    }

    /// The algorithm and the first 12 digits: enough for a person to tell two digests apart.
    pub fn short(&self) -> String {
        format!("{}:{}", self.algorithm(), &self.hex()[..12])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm(), self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Digest, InvalidDigest> {
        let invalid = || InvalidDigest(text.into());
        let (algorithm, hex) = text.split_once(':').ok_or_else(invalid)?;
        // The specification allows lower case only; accepting more would give one blob two names.
        if hex.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(invalid());
        }
        match algorithm {
            "sha256" => Sha256::from_hex(hex).map(Digest::Sha256).ok_or_else(invalid),
            "sha512" => {
                let mut bytes = Box::new([0; 64]);
                decode_hex(hex, &mut bytes[..]).ok_or_else(invalid)?;
                Ok(Digest::Sha512(bytes))
            }
            _ => Err(invalid()),
        }
    }
}

fn write_hex(out: &mut impl fmt::Write, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

fn decode_hex(hex: &str, bytes: &mut [u8]) -> Option<()> {
    let hex = hex.as_bytes();
    if hex.len() != bytes.len() * 2 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_back_as_it_was_written() {
        let text = format!("sha256:{}", "0a".repeat(32));
        assert_eq!(text.parse::<Digest>().unwrap().to_string(), text);
        let text = format!("sha512:{}", "f9".repeat(64));
        assert_eq!(text.parse::<Digest>().unwrap().to_string(), text);
    }

    #[test]
    fn what_is_not_a_digest_is_refused() {
        let upper = format!("sha256:{}", "0A".repeat(32));
        let long = format!("sha256:{}", "00".repeat(33));
        for text in ["", "sha256", "sha256:", "sha256:xyz", "md5:00", &upper, &long] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }
}
