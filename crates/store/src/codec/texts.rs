//! The texts of a layer.

use model::{Text, TextKind};

use super::frame;
use super::wire::{In, Odd, Out, Read};

const FILE: u8 = 0;
const DEBIAN_CHANGELOG: u8 = 1;
const RPM_CHANGELOG: u8 = 2;

/// Writes the texts of a layer down, for `key`.
pub(crate) fn texts(key: &str, texts: &[Text]) -> Read<Vec<u8>> {
    let mut out = Out::default();
    out.list(texts.iter(), |out, text| {
        out.path(&text.path);
        match &text.kind {
            TextKind::File => out.byte(FILE),
            TextKind::DebianChangelog => out.byte(DEBIAN_CHANGELOG),
            TextKind::RpmChangelog { name, version, architecture } => {
                out.byte(RPM_CHANGELOG);
                out.text(name);
                out.text(version);
                out.option(architecture.as_ref(), |out, text| out.text(text));
            }
        }
        out.bytes(&text.bytes);
    });
    frame::seal(key, &out.0, &[])
}

/// Reads the texts of a layer that were written for `key`.
pub(crate) fn read_texts(key: &str, bytes: &[u8]) -> Read<Vec<Text>> {
    let opened = frame::open(key, bytes)?;
    let mut read = In(&opened.unpacked);
    let texts = read.list(|read| {
        let path = read.path()?;
        let kind = match read.byte()? {
            FILE => TextKind::File,
            DEBIAN_CHANGELOG => TextKind::DebianChangelog,
            RPM_CHANGELOG => TextKind::RpmChangelog {
                name: read.text()?,
                version: read.text()?,
                architecture: read.option(In::text)?,
            },
            _ => return Err(Odd("a text of no known kind")),
        };
        Ok(Text { path, kind, bytes: read.bytes()?.into() })
    })?;
    read.end()?;
    if opened.raw.is_empty() { Ok(texts) } else { Err(Odd("something follows its end")) }
}
