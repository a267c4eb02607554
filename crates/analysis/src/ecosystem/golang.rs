//! Go: the modules that a program was built of, as the linker writes them into it. It looks at no sources, no `go.mod` and
//! no names of functions.

mod modules;

use model::Scheme;

use super::{Damage, EVERY_SIZE, Ecosystem, Input, Reader, Reading, Unreadable, Want};
use crate::executable::{Executable, Part, Pieces};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "golang",
    title: "Go (modules in programs)",
    osv: Some("Go"),
    scheme: Some(Scheme::Semver),
    readers: &[Reader {
        revision: 1,
        wants: Want::Executable,
        companions: &[],
        limit: EVERY_SIZE,
        read: program,
    }],
    records: &[],
    holdings: None,
};

/// What the linker's note begins with.
const MAGIC: &[u8] = b"\xff Go buildinf:";

/// The length of the note's fixed part, and what it is aligned to.
const HEADER: usize = 32;
const ALIGNED: usize = 16;

/// The longest list of modules that is read; Kubernetes has 40 KB.
const LONGEST: u64 = 8 << 20;

/// Reads the linker's note of a Go program. What has none was not built by Go.
fn program(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let pieces = Pieces::new(input.bytes, input.beyond);
    let Some(program) = Executable::of(pieces) else { return Ok(Reading::default()) };
    let Some(note) = Note::find(&program) else { return Ok(Reading::default()) };
    let Some((version, list)) = note.read(&program) else {
        return Err(Unreadable("its note of Go's modules leads out of what was kept of it".into()));
    };
    Ok(modules::reading(&version, &list))
}

/// The linker's note, and what follows it.
struct Note<'a> {
    bytes: &'a [u8],
}

impl<'a> Note<'a> {
    /// Looks in the section that is meant for it, else in the program's data.
    fn find(program: &Executable<'a>) -> Option<Note<'a>> {
        let sections = [".go.buildinfo", "__go_buildinfo"].map(|name| program.section(name));
        let parts = sections.into_iter().chain(program.data());
        parts.into_iter().find_map(|part| {
            let Part::Bytes(bytes) = part else { return None };
            let mut candidates = (0..bytes.len()).step_by(ALIGNED);
            let place = candidates.find(|&place| bytes[place..].starts_with(MAGIC))?;
            Some(Note { bytes: &bytes[place..] })
        })
    }

    /// Go's version and the list of modules. Since Go 1.18 they stand behind the note; before, it points to them.
    fn read(&self, program: &Executable<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
        let (&width, &flags) = (self.bytes.get(14)?, self.bytes.get(15)?);
        if flags & 2 != 0 {
            let (version, rest) = inline(self.bytes.get(HEADER..)?)?;
            let (list, _) = inline(rest)?;
            return Some((version.into(), list.into()));
        }
        let width = usize::from(width);
        if !matches!(width, 4 | 8) {
            return None;
        }
        let number = |bytes: &[u8]| {
            let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
            let is_big = flags & 1 != 0;
            if is_big { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) }
        };
        let text = |place: usize| {
            let address = number(self.bytes.get(place..place + width)?);
            let header = program.at(address, width as u64 * 2)?;
            let (start, length) = (number(&header[..width]), number(&header[width..]));
            if length == 0 {
                return Some(Vec::new());
            }
            (length <= LONGEST).then(|| program.at(start, length))?.map(<[u8]>::to_vec)
        };
        Some((text(16)?, text(16 + width)?))
    }
}

/// A text behind its length, which is written seven bits a byte; and what follows.
fn inline(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut length = 0_usize;
    for (place, byte) in bytes.iter().take(5).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return bytes[place + 1..].split_at_checked(length);
        }
    }
    None
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::sample;
