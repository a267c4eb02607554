//! Compares two texts line by line. Lines of which a part is hidden differ if what is hidden does.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput, Interner};
use model::{Encoding, Line, LineEnd, Lines};

/// How two texts differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextChange {
    /// How the characters of each are written.
    pub encodings: [Encoding; 2],
    /// How each is packed, where it is.
    pub packed: [Option<&'static str>; 2],
    /// How the lines of each end, where all that have an end agree; of a text without any, as usual.
    pub ends: [Option<LineEnd>; 2],
    /// What changed, with lines around it, in order.
    pub hunks: Vec<Hunk>,
    /// How many lines came.
    pub added: usize,
    /// How many lines went.
    pub removed: usize,
    /// In how many of the lines that are shown something is hidden.
    pub hidden: usize,
}

/// Lines that changed, with lines around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The lines of the old text, counted from 0.
    pub old: Range<usize>,
    /// The lines of the new text, counted from 0.
    pub new: Range<usize>,
    /// The lines, in the order of a unified diff.
    pub lines: Vec<(Mark, Line)>,
}

impl Hunk {
    /// The first line on either side, counted from 1; where there is none, the line before.
    pub fn starts(&self) -> [usize; 2] {
        let start = |range: &Range<usize>| range.start + usize::from(!range.is_empty());
        [start(&self.old), start(&self.new)]
    }
}

/// Which of the texts has a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Both.
    Both,
    /// The old one.
    Removed,
    /// The new one.
    Added,
}

impl Mark {
    /// The sign of a unified diff.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::Both => " ",
            Mark::Removed => "-",
            Mark::Added => "+",
        }
    }
}

/// Lines that are shown around those that changed.
const AROUND: usize = 3;

/// Compares two texts.
pub(super) fn compare(packed: [Option<&'static str>; 2], old: &Lines, new: &Lines) -> TextChange {
    let size = old.lines.len() + new.lines.len();
    let interner = Interner::new(size);
    let mut input = InternedInput { before: Vec::new(), after: Vec::new(), interner };
    input.update_before(old.lines.iter());
    input.update_after(new.lines.iter());
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let range = |range: Range<u32>| place(range.start)..place(range.end);
    let changes: Vec<[Range<usize>; 2]> =
        diff.hunks().map(|hunk| [range(hunk.before), range(hunk.after)]).collect();
    let count = |side: usize| changes.iter().map(|change| change[side].len()).sum();
    let (removed, added) = (count(0), count(1));
    let hunks: Vec<Hunk> =
        groups(&changes).iter().map(|group| hunk(group, &old.lines, &new.lines)).collect();
    let lines = hunks.iter().flat_map(|hunk| &hunk.lines);
    let hidden = lines.filter(|(_, line)| line.hidden.is_some()).count();
    TextChange {
        encodings: [old.encoding, new.encoding],
        packed,
        ends: [ends(old), ends(new)],
        hunks,
        added,
        removed,
        hidden,
    }
}

/// Changes that stand so near to one another that the lines around them touch.
fn groups(changes: &[[Range<usize>; 2]]) -> Vec<&[[Range<usize>; 2]]> {
    changes.chunk_by(|one, next| next[0].start <= one[0].end + 2 * AROUND).collect()
}

fn hunk(group: &[[Range<usize>; 2]], old: &[Line], new: &[Line]) -> Hunk {
    let (Some([first, first_new]), Some([last, last_new])) = (group.first(), group.last()) else {
        return Hunk { old: 0..0, new: 0..0, lines: Vec::new() };
    };
    let before = first.start.min(AROUND);
    let after = (old.len() - last.end).min(AROUND);
    let mut lines = Vec::new();
    let mut at = first.start - before;
    let both = |range: Range<usize>| old[range].iter().map(|line| (Mark::Both, line.clone()));
    for [removed, added] in group {
        lines.extend(both(at..removed.start));
        lines.extend(old[removed.clone()].iter().map(|line| (Mark::Removed, line.clone())));
        lines.extend(new[added.clone()].iter().map(|line| (Mark::Added, line.clone())));
        at = removed.end;
    }
    lines.extend(both(at..last.end + after));
    Hunk {
        old: first.start - before..last.end + after,
        new: first_new.start - before..last_new.end + after,
        lines,
    }
}

/// How all lines of a text end that have an end.
fn ends(text: &Lines) -> Option<LineEnd> {
    let mut ends = text.lines.iter().map(|line| line.end).filter(|end| *end != LineEnd::Nothing);
    let Some(first) = ends.next() else { return Some(LineEnd::Feed) };
    ends.all(|end| end == first).then_some(first)
}
