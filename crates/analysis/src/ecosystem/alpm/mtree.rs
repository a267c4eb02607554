//! What pacman recorded of a package's files: their modes and digests, as BSD's `mtree` writes them. It knows the words
//! that makepkg uses, and no others.

use model::{OwnedPath, Path, Recorded, RecordedDigest, Sha256};

use super::claim;
use crate::budget::Budget;
use crate::ecosystem::{Input, Reading, Unreadable};

/// The longest list once inflated.
const LONGEST: usize = 64 << 20;

/// Reads `mtree`: gzip over lines of a path and what is known of it. `/set` says what holds for the lines that follow.
pub(super) fn mtree(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let inflated = layer::inflate(input.bytes, LONGEST);
    if inflated.rest.is_some() {
        return Err(Unreadable("it is cut short, damaged, or larger than is looked at".into()));
    }
    let mut budget = Budget::of(input);
    let mut usual = Facts::default();
    let mut paths = Vec::new();
    for line in inflated.bytes.split(|&byte| byte == b'\n') {
        let mut words = line.split(|&byte| byte == b' ').filter(|word| !word.is_empty());
        let Some(first) = words.next() else { continue };
        if first == b"/set" {
            words.for_each(|word| usual.read(word));
            continue;
        }
        // Names that begin with a dot are the package's own notes, which stay in its archive.
        let Some(path) = first.strip_prefix(b"./").filter(|path| !path.starts_with(b".")) else {
            continue;
        };
        let mut facts = usual.clone();
        words.for_each(|word| facts.read(word));
        if budget.admits(path.len().saturating_add(1)) {
            let digest = facts.digest.map(RecordedDigest::Sha256).map(Box::new);
            let mode = facts.mode.filter(|_| !facts.is_link);
            let recorded = Recorded { digest, mode, ..Recorded::default() };
            paths.push(OwnedPath { path: Path::new(unescaped(path)), recorded });
        }
    }
    Ok(claim(input, paths, budget))
}

/// What a line says.
#[derive(Clone, Default)]
struct Facts {
    mode: Option<u16>,
    digest: Option<Sha256>,
    is_link: bool,
}

impl Facts {
    fn read(&mut self, word: &[u8]) {
        let Some((name, value)) = str::from_utf8(word).ok().and_then(|word| word.split_once('='))
        else {
            return;
        };
        match name {
            "mode" => self.mode = u16::from_str_radix(value, 8).ok().filter(|mode| *mode <= 0o7777),
            "sha256digest" => self.digest = sha256(value),
            "type" => self.is_link = value == "link",
            _ => {}
        }
    }
}

fn sha256(hex: &str) -> Option<Sha256> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[place * 2..place * 2 + 2], 16).ok()?;
    }
    Some(Sha256(bytes))
}

/// Blanks and the like stand as a backslash and three octal digits.
fn unescaped(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path;
    while let [first, after @ ..] = rest {
        let digits = after
            .get(..3)
            .filter(|_| *first == b'\\')
            .and_then(|digits| str::from_utf8(digits).ok());
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            out.push(byte);
            rest = &after[3..];
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use testkit::{Compression, compress};

    use super::super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[test]
    fn modes_and_digests_are_recorded() {
        let digest = "ab".repeat(32);
        let text = format!(
            "#mtree\n/set type=file uid=0 gid=0 mode=644\n./.PKGINFO time=1.0 size=1 sha256digest={digest}\n\
             ./usr time=1.0 mode=755 type=dir\n./usr/a\\040b time=1.0 size=3 sha256digest={digest}\n\
             ./usr/l time=1.0 mode=777 type=link link=a\n"
        );
        let packed = compress(text.as_bytes(), Compression::Gzip);
        let transcript = transcript(&ECOSYSTEM, "var/lib/pacman/local/a-1-1/mtree", &packed);
        assert_eq!(
            transcript,
            format!(
                "a-1-1 claims\n  /usr mode=755\n  /usr/a b mode=644 digest=sha256:{digest}\n  /usr/l\n"
            )
        );
    }
}
