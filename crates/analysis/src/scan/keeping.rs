//! What is kept of a file while its bytes go by: all of it, as far as a reader may have it, or the pieces that readers of
//! executables look at. It decides from the first bytes, and holds no large file whole.

use std::ops::Range;

use crate::executable::{self, Piece};

/// An executable of no more bytes is held whole.
const WHOLE: usize = 32 << 20;

/// Bytes of a larger one's data that are held at the most.
const DATA: u64 = 32 << 20;

/// Enough to know an executable by.
const BEGINNING: usize = 4;

/// What is kept of one file.
#[derive(Default)]
pub(super) struct Keeping {
    state: State,
    bytes: Vec<u8>,
    /// Pieces behind `bytes`, each with where it begins.
    beyond: Vec<(u64, Vec<u8>)>,
    /// What is worth keeping of a large executable.
    worth: Vec<Range<u64>>,
    /// Bytes that went by.
    length: u64,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Too few bytes went by to know what the file is.
    #[default]
    Unknown,
    Whole,
    Pieces,
    Nothing,
}

impl Keeping {
    /// Makes ready for the next file; room that was taken is used again.
    pub(super) fn start(&mut self) {
        self.bytes.clear();
        self.beyond.clear();
        self.worth.clear();
        (self.state, self.length) = (State::Unknown, 0);
    }

    /// More bytes of the file.
    pub(super) fn take(&mut self, chunk: &[u8]) {
        match self.state {
            State::Nothing => return,
            State::Unknown => {
                self.bytes.extend_from_slice(chunk);
                if self.bytes.len() >= BEGINNING {
                    let is_one = executable::is_one(&self.bytes);
                    self.state = if is_one { State::Whole } else { State::Nothing };
                }
            }
            State::Whole => self.bytes.extend_from_slice(chunk),
            State::Pieces => self.take_pieces(chunk),
        }
        self.length += chunk.len() as u64;
        if self.state == State::Whole && self.bytes.len() > WHOLE {
            self.state = State::Pieces;
            // Most of what came so far is worth nothing, but letting it go would cost more than it gives.
            self.worth = executable::worth(&self.bytes, DATA);
        }
    }

    /// Keeps what is worth it.
    fn take_pieces(&mut self, chunk: &[u8]) {
        let here = self.length..self.length + chunk.len() as u64;
        for part in &self.worth {
            let (start, end) = (part.start.max(here.start), part.end.min(here.end));
            let inside = |place: u64| usize::try_from(place - here.start).unwrap_or(usize::MAX);
            let Some(bytes) = (start < end).then(|| &chunk[inside(start)..inside(end)]) else {
                continue;
            };
            // What is kept already, because parts may overlap, is not kept twice.
            let done = self.beyond.last().map_or(0, |(start, bytes)| start + bytes.len() as u64);
            let known = usize::try_from(done.saturating_sub(start)).unwrap_or(usize::MAX);
            let Some(bytes) = bytes.get(known..).filter(|bytes| !bytes.is_empty()) else {
                continue;
            };
            let start = start + known as u64;
            match self.beyond.last_mut() {
                Some((_, piece)) if done == start => piece.extend_from_slice(bytes),
                _ => self.beyond.push((start, bytes.to_vec())),
            }
        }
    }

    /// The bytes of an executable: its beginning, and pieces of what follows; none where the file is something else.
    pub(super) fn executable(&self) -> Option<(&[u8], Vec<Piece<'_>>)> {
        let is_one = matches!(self.state, State::Whole | State::Pieces);
        let beyond = self.beyond.iter().map(|(start, bytes)| (*start, &bytes[..]));
        is_one.then(|| (&self.bytes[..], beyond.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executable::write::elf;
    use crate::executable::{Executable, Part, Pieces};

    /// What is known of a section once the file went by in chunks.
    #[track_caller]
    fn check(file: &[u8], section: &str, expect: Option<&[u8]>) {
        let mut keeping = Keeping::default();
        keeping.take(b"\x7fELF of another file");
        keeping.start();
        file.chunks(100_003).for_each(|chunk| keeping.take(chunk));
        let (first, beyond) = keeping.executable().unwrap();
        let program = Executable::of(Pieces::new(first, &beyond)).unwrap();
        match program.section(section) {
            Part::Bytes(bytes) => assert_eq!(Some(bytes), expect),
            Part::Unknown => assert_eq!(expect, None),
            Part::Nothing => panic!("no {section}"),
        }
    }

    #[test]
    fn a_small_executable_is_held_whole() {
        check(&elf(&[(".text", b"code"), (".note", b"more")]), ".text", Some(b"code"));
    }

    #[test]
    fn of_a_large_one_data_and_tables_are_held() {
        let code = vec![1; WHOLE + (1 << 20)];
        let file = elf(&[(".text", &code), (".note", b"more")]);
        check(&file, ".note", Some(b"more"));
        let code = vec![1; WHOLE * 2 + (1 << 20)];
        check(&elf(&[(".text", &code), (".note", b"more")]), ".text", None);
    }

    #[test]
    fn of_other_files_nothing_is_held() {
        for bytes in [&b""[..], b"abc", b"#!/bin/sh\n"] {
            let mut keeping = Keeping::default();
            keeping.start();
            bytes.chunks(1).for_each(|chunk| keeping.take(chunk));
            assert!(keeping.executable().is_none());
        }
    }
}
