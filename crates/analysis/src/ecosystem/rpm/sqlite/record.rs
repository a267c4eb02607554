//! SQLite's records: a header of types, then the values. It gives ranges of the record and copies nothing.

use std::ops::Range;

/// A value, where we have a use for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A whole number.
    Integer(i64),
    /// Bytes, and where in the record they stand.
    Blob(Range<usize>),
    /// A text, and where in the record it stands.
    Text(Range<usize>),
    /// Nothing, or a fraction.
    Other,
}

/// The value of one column, counted from 0.
pub(super) fn column(record: &[u8], column: usize) -> Option<Value> {
    let (mut types, mut place) = types(record)?;
    for _ in 0..column {
        let (kind, rest) = number(types)?;
        place = place.checked_add(length(kind)?)?;
        types = rest;
    }
    let (kind, _) = number(types)?;
    value(record, kind, place)
}

/// The types of a record, and where its first value stands. A header's length counts itself.
fn types(record: &[u8]) -> Option<(&[u8], usize)> {
    let (length, rest) = number(record)?;
    let length = usize::try_from(length).ok()?;
    let types = length.checked_sub(record.len() - rest.len())?;
    Some((rest.get(..types)?, length))
}

/// How many bytes a value of a type takes.
fn length(kind: u64) -> Option<usize> {
    match kind {
        0 | 8..=11 => Some(0),
        1..=4 => usize::try_from(kind).ok(),
        5 => Some(6),
        6 | 7 => Some(8),
        // Even types are bytes, odd ones texts.
        long => usize::try_from((long - 12) / 2).ok(),
    }
}

/// The value of a type at `place`.
fn value(record: &[u8], kind: u64, place: usize) -> Option<Value> {
    let range = place..place.checked_add(length(kind)?)?;
    let bytes = record.get(range.clone())?;
    Some(match kind {
        1..=6 => Value::Integer(integer(bytes)),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        0 | 7 | 10 | 11 => Value::Other,
        even if even % 2 == 0 => Value::Blob(range),
        _ => Value::Text(range),
    })
}

/// A number of up to eight bytes, the high end first, with its sign.
fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|&byte| byte >= 0x80);
    bytes.iter().fold(if negative { -1 } else { 0 }, |number, &byte| number << 8 | i64::from(byte))
}

/// A number of SQLite's variable length, and what follows it: seven bits a byte, high end first, while the eighth bit
/// is set; a ninth byte counts whole.
pub(super) fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (place, &byte) in bytes.iter().take(9).enumerate() {
        if place == 8 {
            return Some((number << 8 | u64::from(byte), &bytes[9..]));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((number, &bytes[place + 1..]));
        }
    }
    None
}
