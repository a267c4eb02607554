//! Draws what looks like secrets: always the same, so that a test that fails, fails again.

use crate::check::{sum_62, sum_hex};

const BASE_62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A text with each `{SORT:LENGTH}` filled in: `62`, `64` and `url` for those alphabets, `hex`, `32` for Base32, `low`,
/// `AZ`; `{github:PREFIX}` and `{npm:PREFIX}` are tokens with their checksums, `{grafana}` one of Grafana's.
pub(super) fn drawn(text: &str) -> String {
    let mut lot = Lot(0x9e37_79b9_7f4a_7c15);
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (what, rest) = part.split_once('}').unwrap_or((part, ""));
        match what.split_once(':') {
            Some(("github" | "npm", prefix)) => {
                let body = lot.draw(BASE_62, 30);
                filled += &format!("{prefix}{body}{}", sum_62(&body));
            }
            Some(("grafana", _)) => {
                let body = format!("glsa_{}", lot.draw(BASE_62, 32));
                filled += &(body.clone() + &sum_hex(&body));
            }
            Some((sort, length)) => match (alphabet(sort), length.parse()) {
                (Some(alphabet), Ok(length)) => filled += &lot.draw(&alphabet, length),
                _ => filled += &format!("{{{part}"),
            },
            None => filled += &format!("{{{part}"),
        }
        if what.len() < part.len() && what.contains(':') {
            filled += rest;
        }
    }
    filled
}

fn alphabet(sort: &str) -> Option<String> {
    Some(match sort {
        "62" => BASE_62.into(),
        "64" => format!("{BASE_62}+/"),
        "url" => format!("{BASE_62}_-"),
        "hex" => "0123456789abcdef".into(),
        "32" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".into(),
        "low" => "0123456789abcdefghijklmnopqrstuvwxyz".into(),
        "az" => BASE_62[10..].into(),
        "AZ" => BASE_62[..36].into(),
        "age" => "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".into(),
        _ => return None,
    })
}

/// What of a text looks drawn: long runs without a blank or a quote.
pub(super) fn secrets(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| c.is_whitespace() || "\"':@,;=<>-".contains(c));
    parts.filter(|part| part.len() >= 20 && part.bytes().any(|byte| byte.is_ascii_digit()))
}

/// A row of numbers as by lot.
struct Lot(u64);

impl Lot {
    fn draw(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        let mut letter = || {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            letters[usize::try_from(self.0 >> 33).unwrap_or(0) % letters.len()]
        };
        (0..length).map(|_| letter()).collect()
    }
}
