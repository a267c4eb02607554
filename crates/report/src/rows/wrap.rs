//! Breaks a cell's text into lines as Python 2.7's `textwrap` does, which Anchore's tables were made with.
//!
//! A line ends at whitespace, after the hyphen of a compound word, or before a dash of several hyphens; a piece longer than
//! a line is cut hard and fills the line that is being written. Widths are columns of a terminal, not characters.

use crate::text::width;

/// The lines of `text`, none of them wider than `most`. A text without words has none.
pub(super) fn wrap(text: &str, most: usize) -> Vec<String> {
    // Two columns hold any character.
    let most = most.max(2);
    let mut pieces: Vec<String> = pieces(text);
    pieces.reverse();
    let mut lines = Vec::new();
    while !pieces.is_empty() {
        if !lines.is_empty() && pieces.last().is_some_and(|piece| is_blank(piece)) {
            pieces.pop();
        }
        let mut line: Vec<String> = Vec::new();
        let mut used = 0;
        while let Some(piece) = pieces.pop_if(|piece| used + width(piece) <= most) {
            used += width(&piece);
            line.push(piece);
        }
        if let Some(long) = pieces.pop_if(|piece| width(piece) > most) {
            let (head, tail) = cut(&long, most - used);
            line.push(head.to_owned());
            pieces.push(tail.to_owned());
        }
        if line.last().is_some_and(|piece| is_blank(piece)) {
            line.pop();
        }
        if !line.is_empty() {
            lines.push(line.concat());
        }
    }
    lines
}

fn is_blank(piece: &str) -> bool {
    piece.trim().is_empty()
}

/// As much of a text as fits into `columns`, and the rest.
fn cut(text: &str, columns: usize) -> (&str, &str) {
    let mut used = 0;
    for (place, character) in text.char_indices() {
        used += width(character.encode_utf8(&mut [0; 4]));
        if used > columns {
            return text.split_at(place);
        }
    }
    (text, "")
}

/// The pieces that lines are made of; whitespace is a piece of its own.
fn pieces(text: &str) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    let mut pieces: Vec<&[char]> = Vec::new();
    // Signs that begin no compound word begin none from their second character on either: they are not looked at again.
    let (mut start, mut place, mut signs_end) = (0, 0, 0);
    while place < text.len() {
        let end = whitespace(&text, place)
            .or_else(|| if place < signs_end { None } else { compound(&text, place) })
            .or_else(|| dash(&text, place));
        if let Some(end) = end {
            pieces.extend([&text[start..place], &text[place..end]]);
            (start, place) = (end, end);
        } else {
            signs_end = signs_end.max(place + signs(&text[place..]));
            place += word(&text[place..]).max(1);
        }
    }
    pieces.push(&text[start..]);
    pieces.retain(|piece| !piece.is_empty());
    pieces.into_iter().map(|piece| piece.iter().collect()).collect()
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// How many characters at the start belong to one word.
fn word(text: &[char]) -> usize {
    text.iter().take_while(|one| is_word(**one)).count()
}

/// How many characters at the start belong neither to a word nor between two.
fn signs(text: &[char]) -> usize {
    text.iter().take_while(|one| !is_word(**one) && !one.is_whitespace()).count()
}

/// Where whitespace that begins at `place` ends.
fn whitespace(text: &[char], place: usize) -> Option<usize> {
    let count = text[place..].iter().take_while(|one| one.is_whitespace()).count();
    (count > 0).then_some(place + count)
}

/// Where the first half of a compound word ends, with the signs before it and its hyphen: `/usr-` of `/usr-local`.
///
/// The half before the hyphen has two characters at the least and ends in no digit; in the one after it, something after
/// its first character is no digit.
fn compound(text: &[char], place: usize) -> Option<usize> {
    let start = place + signs(&text[place..]);
    let hyphen = start + word(&text[start..]);
    let follows = |at: usize| text.get(at) == Some(&'-');
    if hyphen < start + 2 || text[hyphen - 1].is_ascii_digit() || !follows(hyphen) {
        return None;
    }
    let next = text[hyphen + 1..].iter().take_while(|one| is_word(**one));
    next.skip(1).any(|one| !one.is_ascii_digit()).then_some(hyphen + 1)
}

/// Where a dash of several hyphens between words ends.
fn dash(text: &[char], place: usize) -> Option<usize> {
    let before = *text.get(place.checked_sub(1)?)?;
    let may_precede = is_word(before) || "!\"'&.,?".contains(before);
    if !may_precede {
        return None;
    }
    let end = place + text[place..].iter().take_while(|one| **one == '-').count();
    let stands_before_a_word = text.get(end).is_some_and(|one| is_word(*one));
    (end >= place + 2 && stands_before_a_word).then_some(end)
}
