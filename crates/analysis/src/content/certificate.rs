//! Certificates in PEM: whose each is, and how long it is good. It reads as much of X.509 (RFC 5280) as that takes, and
//! verifies nothing.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use model::{Parts, Structure};
use sha2::{Digest as _, Sha256};

use super::{Format, MOST_PARTS};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

pub(super) static FORMAT: Format = Format {
    name: "certificates",
    title: "certificates (PEM)",
    recognises: |bytes| {
        let probe = String::from_utf8_lossy(&bytes[..bytes.len().min(8_192)]);
        probe.contains(BEGIN) && !probe.contains("PRIVATE KEY")
    },
    summarises: summarise,
};

fn summarise(bytes: &[u8]) -> Result<Structure, String> {
    let text = String::from_utf8_lossy(bytes);
    let mut structure = Structure::new("certificates");
    let mut certificates = Parts::new("certificates");
    let mut rest = &text[..];
    while let Some(start) = rest.find(BEGIN) {
        let inner = &rest[start + BEGIN.len()..];
        let Some(end) = inner.find(END) else {
            certificates.is_cut = true;
            break;
        };
        let digits: String = inner[..end].split_whitespace().collect();
        rest = &inner[end + END.len()..];
        let Ok(der) = BASE64_STANDARD.decode(digits) else {
            certificates.is_cut = true;
            continue;
        };
        let print: String =
            Sha256::digest(&der)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let (name, told) = match Certificate::read(&der) {
            Some(one) => (one.subject, format!("{} to {}", one.from, one.until)),
            None => ("not readable".into(), String::new()),
        };
        certificates.add(MOST_PARTS, format!("{name} [{print}]"), told);
    }
    if certificates.parts.is_empty() {
        return Err("has no whole certificate".into());
    }
    structure.fact("certificates", certificates.parts.len().to_string());
    structure.parts.push(certificates);
    Ok(structure)
}

/// What is told of one.
struct Certificate {
    subject: String,
    from: String,
    until: String,
}

impl Certificate {
    fn read(der: &[u8]) -> Option<Certificate> {
        let mut certificate = Der(Der(der).take(0x30)?);
        let mut body = Der(certificate.take(0x30)?);
        // The version may be left out; serial number, algorithm and issuer follow.
        let _ = body.take(0xa0);
        body.take(0x02)?;
        body.take(0x30)?;
        body.take(0x30)?;
        let mut validity = Der(body.take(0x30)?);
        let (from, until) = (validity.day()?, validity.day()?);
        let subject = name(body.take(0x30)?);
        Some(Certificate { subject, from, until })
    }
}

/// A name: its common name, else its unit or its organisation.
fn name(bytes: &[u8]) -> String {
    let mut found = [None, None, None];
    let mut sets = Der(bytes);
    while let Some(set) = sets.take(0x31) {
        let mut pairs = Der(set);
        while let Some(pair) = pairs.take(0x30) {
            let mut pair = Der(pair);
            // 2.5.4.3, 2.5.4.11 and 2.5.4.10.
            let place = match pair.take(0x06) {
                Some([0x55, 0x04, 0x03]) => 0,
                Some([0x55, 0x04, 0x0b]) => 1,
                Some([0x55, 0x04, 0x0a]) => 2,
                _ => continue,
            };
            found[place] = pair.any().map(|text| String::from_utf8_lossy(text).into_owned());
        }
    }
    found.into_iter().flatten().next().unwrap_or_else(|| "without a name".into())
}

/// Values of DER, one after the other.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The content of the next value, if it is of this tag.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        if *self.0.first()? == tag { self.any() } else { None }
    }

    fn any(&mut self) -> Option<&'a [u8]> {
        let first = usize::from(*self.0.get(1)?);
        let (length, head) = match first {
            ..=0x7f => (first, 2),
            0x81..=0x84 => {
                let digits = self.0.get(2..2 + (first & 0x7f))?;
                let length = digits.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
                (length, 2 + digits.len())
            }
            _ => return None,
        };
        let (content, rest) = self.0.get(head..)?.split_at_checked(length)?;
        self.0 = rest;
        Some(content)
    }

    /// A day: two digits of a year up to 2049, or four.
    fn day(&mut self) -> Option<String> {
        let (digits, century) = match *self.0.first()? {
            0x17 => {
                let digits = std::str::from_utf8(self.any()?).ok()?;
                (digits, if digits.get(..1)? < "5" { "20" } else { "19" })
            }
            0x18 => (std::str::from_utf8(self.any()?).ok()?, ""),
            _ => return None,
        };
        let digits = format!("{century}{digits}");
        Some(format!("{}-{}-{}", digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?))
    }
}
