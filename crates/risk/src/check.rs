//! What is left to be asked of a match: checksums, how much of it is chance, whether it only stands for something.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

/// A match that is asked about.
pub(crate) struct Met<'a> {
    /// The secret.
    pub(crate) secret: &'a [u8],
    /// All of the match.
    pub(crate) whole: &'a [u8],
}

/// A question about a match.
pub(crate) type Check = fn(&Met<'_>) -> bool;

/// The pattern says it all.
pub(crate) fn always(_: &Met<'_>) -> bool {
    true
}

/// It is no stand-in, and looks drawn by lot.
pub(crate) fn random(met: &Met<'_>) -> bool {
    !is_stand_in(met.secret) && entropy(met.secret) >= 3.0
}

/// As [`random`], but for what has all 64 characters to choose from.
pub(crate) fn very_random(met: &Met<'_>) -> bool {
    !is_stand_in(met.secret) && entropy(met.secret) >= 4.2
}

/// It is no stand-in, though people may have thought it out.
pub(crate) fn chosen(met: &Met<'_>) -> bool {
    let secret = met.secret;
    let refers =
        [b"$".as_slice(), b"%", b"{", b"<", b"@", b"/", b"(", b"[", b"!", b"*", b"&", b"|", b">"];
    !is_stand_in(secret)
        && !refers.iter().any(|start| secret.starts_with(start))
        && !contains(secret, b"${")
        && !contains(secret, b"{{")
        && !contains(secret, b"$(")
        && !contains(secret, b"(")
        && !is_word_of_settings(secret)
}

/// As [`chosen`], and with more than one sort of characters: no name and no word.
pub(crate) fn chosen_and_odd(met: &Met<'_>) -> bool {
    let has = |is: fn(&u8) -> bool| met.secret.iter().any(is);
    chosen(met) && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

/// GitHub's tokens and npm's end with a checksum of what comes before: CRC-32 in base 62.
pub(crate) fn checksum_62(met: &Met<'_>) -> bool {
    let Some(underscore) = met.secret.iter().position(|&byte| byte == b'_') else { return false };
    let token = &met.secret[underscore + 1..];
    let Some((body, sum)) = token.split_last_chunk::<6>() else { return false };
    base_62(crc32(body)) == *sum
}

/// Grafana's tokens end with a checksum of what comes before: CRC-32 in hexadecimal digits.
pub(crate) fn checksum_hex(met: &Met<'_>) -> bool {
    let Some((body, sum)) = met.secret.split_last_chunk::<9>() else { return false };
    format!("_{:08x}", crc32(body)).as_bytes() == sum
}

/// A JSON web token says in its head how it is signed.
pub(crate) fn web_token(met: &Met<'_>) -> bool {
    let head = met.secret.split(|&byte| byte == b'.').next().unwrap_or_default();
    let head = BASE64_URL_SAFE_NO_PAD.decode(head).unwrap_or_default();
    head.starts_with(b"{") && contains(&head, b"\"alg\"") && random(met)
}

/// What registries' passwords are stored as: a name, a colon and a password in Base64.
pub(crate) fn basic(met: &Met<'_>) -> bool {
    let text = met.secret;
    let end = text.iter().rposition(|&byte| byte != b'=').map_or(0, |last| last + 1);
    let decoded = BASE64_STANDARD_NO_PAD.decode(&text[..end]).unwrap_or_default();
    let Some(colon) = decoded.iter().position(|&byte| byte == b':') else { return false };
    let (user, password) = (&decoded[..colon], &decoded[colon + 1..]);
    !user.is_empty() && !is_stand_in(password) && !password.is_empty()
}

/// A private key that anybody can use who reads it.
pub(crate) fn bare_key(met: &Met<'_>) -> bool {
    is_key(met) && !is_encrypted(met)
}

/// A private key that a password protects.
pub(crate) fn encrypted_key(met: &Met<'_>) -> bool {
    is_key(met) && is_encrypted(met)
}

/// A key has a body of Base64, and it is not all the same letter.
fn is_key(met: &Met<'_>) -> bool {
    let body: Vec<u8> = body(met.secret);
    body.len() >= 60 && !contains(met.secret, b"...") && entropy(&body) >= 3.5
}

/// The Base64 of a key, without line ends, however they are written.
fn body(secret: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(secret).replace("\\n", "\n").replace("\\r", "\n");
    let lines = text.lines().filter(|line| !line.contains(':'));
    lines.flat_map(str::bytes).filter(|byte| !byte.is_ascii_whitespace()).collect()
}

fn is_encrypted(met: &Met<'_>) -> bool {
    if contains(met.whole, b"ENCRYPTED") {
        return true;
    }
    if !contains(met.whole, b"OPENSSH") {
        return false;
    }
    // `openssh-key-v1`, a zero, the length of the cipher's name, the name.
    let body = body(met.secret);
    let start = BASE64_STANDARD_NO_PAD.decode(&body[..body.len().min(40)]).unwrap_or_default();
    start.strip_prefix(b"openssh-key-v1\0").is_some_and(|rest| !rest.starts_with(b"\0\0\0\x04none"))
}

/// Words that stand where a secret would.
const STAND_INS: &[&[u8]] = &[
    b"example",
    b"xxxx",
    b"your",
    b"changeme",
    b"change_me",
    b"change-me",
    b"placeholder",
    b"dummy",
    b"sample",
    b"redacted",
    b"****",
    b"....",
    b"12345678",
    b"abcdefgh",
    b"00000000",
    b"aaaaaaaa",
    b"insert",
    b"replace",
    b"foobar",
    b"todo",
    b"fixme",
    b"mypassword",
    b"my_password",
    b"secret_key",
    b"deadbeef",
];

/// Whether a secret only stands for one.
pub(crate) fn is_stand_in(secret: &[u8]) -> bool {
    let lower = secret.to_ascii_lowercase();
    let different = {
        let mut seen = lower.clone();
        seen.sort_unstable();
        seen.dedup();
        seen.len()
    };
    different < 4 || STAND_INS.iter().any(|word| contains(&lower, word))
}

/// What a setting may be that is no secret, though its name sounds like one.
fn is_word_of_settings(secret: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "true",
        "false",
        "none",
        "null",
        "nil",
        "yes",
        "no",
        "on",
        "off",
        "enabled",
        "disabled",
        "optional",
        "required",
        "sufficient",
        "requisite",
        "include",
        "password",
        "passwd",
        "secret",
        "token",
        "string",
        "integer",
        "boolean",
        "default",
        "prompt",
        "sha512",
        "sha256",
        "scram-sha-256",
        "yescrypt",
        "bearer",
        "basic",
        "undefined",
        "function",
        "env",
        "file",
        "auto",
        "always",
        "never",
        "test",
        "testing",
    ];
    let text = String::from_utf8_lossy(secret).to_ascii_lowercase();
    let text = text.trim_end_matches([',', ';', '"', '\'']);
    WORDS.contains(&text) || text.parse::<f64>().is_ok()
}

/// Bits of chance in each character.
pub(crate) fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for &byte in bytes {
        counts[usize::from(byte)] += 1;
    }
    let length = f64::from(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    let share = |count: &u32| f64::from(*count) / length;
    counts.iter().filter(|count| **count > 0).map(share).map(|share| -share * share.log2()).sum()
}

pub(crate) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// CRC-32 as zip has it.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, &byte: &u8| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// A number as six digits of base 62: digits, large letters, small ones.
fn base_62(mut number: u32) -> [u8; 6] {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    digits
}

/// What a token of GitHub's ends with.
#[cfg(test)]
pub(crate) fn sum_62(body: &str) -> String {
    String::from_utf8_lossy(&base_62(crc32(body.as_bytes()))).into_owned()
}

/// What a token of Grafana's ends with.
#[cfg(test)]
pub(crate) fn sum_hex(body: &str) -> String {
    format!("_{:08x}", crc32(body.as_bytes()))
}
