//! The facts of a layer, as columns: what belongs to one kind of thing stands together.

use model::{Digest, LayerFacts, Notice};

use super::columns::Columns;
use super::frame::Opened;
use super::paths::{Known, Paths};
use super::wire::{In, Odd, Out, Read};
use super::{MOST_THINGS, claims, entries, evidence, frame, table};
use crate::KeptLayer;

/// Writes the facts of a layer down, for `key`.
pub(crate) fn facts(key: &str, layer: &KeptLayer<&LayerFacts>) -> Read<Vec<u8>> {
    let facts = layer.facts;
    if facts.entries.len() > MOST_THINGS {
        return Err(Odd("it has more entries than are kept"));
    }
    let mut columns = Columns::<Out>::default();
    let mut paths = Paths::of(facts.entries.iter().map(|entry| &entry.path));
    let mut writing = entries::Writing::default();
    let mut contents = table::Digests::default();
    for entry in &facts.entries {
        writing.entry(entry, &mut columns, &mut paths, &mut contents);
    }
    let mut claims = claims::Writing::new(contents);
    columns.texts.count(facts.found.len());
    for found in &facts.found {
        let (columns, paths, claims) = (&mut columns, &mut paths, &mut claims);
        evidence::Writing { entries: &facts.entries, columns, paths, claims }.found(found);
    }
    columns.texts.list(facts.notices.iter(), write_notice);

    let mut head = Columns::<Out>::default();
    let mut raw = Vec::new();
    head.texts.number(layer.size);
    head.texts.digest(&layer.diff_id);
    writing.finish(&mut head.texts);
    claims.finish(&mut head.texts, &mut raw);
    paths.finish(facts.entries.iter().map(|entry| &entry.path), &mut head)?;
    // What everything else is read with stands before it.
    head.texts.raw(&columns.texts.0);
    let columns = Columns {
        shared: head.shared,
        lengths: head.lengths,
        names: head.names,
        texts: head.texts,
        ..columns
    };
    frame::seal(key, &columns.join(), &raw)
}

/// Reads the facts of a layer that were written for `key`.
pub(crate) fn read_facts(key: &str, bytes: &[u8]) -> Read<KeptLayer> {
    let opened = frame::open(key, bytes)?;
    let Head { mut columns, size, diff_id, mut reading, digests, count } = Head::of(&opened)?;
    let mut claims = claims::Reading::new(digests);
    let mut paths = Known::read(count, &mut columns)?;

    let mut facts = LayerFacts { entries: Vec::with_capacity(count), ..LayerFacts::default() };
    for number in 0..count {
        let path = paths.of_entry(number)?;
        let contents = &mut claims.contents;
        facts.entries.push(reading.entry(path, &mut columns, &mut paths, contents)?);
    }
    let found = columns.texts.count(columns.texts.0.len())?;
    for _ in 0..found {
        let entries = &facts.entries;
        let (columns, paths, claims) = (&mut columns, &mut paths, &mut claims);
        facts.found.push(evidence::Reading { entries, columns, paths, claims }.found()?);
    }
    facts.notices = columns.texts.list(read_notice)?;
    columns.end()?;
    Ok(KeptLayer { size, diff_id, facts })
}

/// What everything else of a layer's facts is read with.
pub(super) struct Head<'a> {
    columns: Columns<In<'a>>,
    pub(super) size: u64,
    pub(super) diff_id: Digest,
    reading: entries::Reading,
    pub(super) digests: claims::Tables<'a>,
    /// How many entries there are.
    count: usize,
}

impl<'a> Head<'a> {
    pub(super) fn of(opened: &'a Opened<'a>) -> Read<Head<'a>> {
        let mut columns = Columns::part(&opened.unpacked)?;
        let size = columns.texts.number()?;
        let diff_id = columns.texts.digest()?;
        let reading = entries::Reading::new(entries::read_rights(&mut columns.texts)?);
        let counts = claims::read_counts(&mut columns.texts)?;
        let digests = claims::Tables::new(counts, opened.raw)?;
        let count = columns.kinds.0.len();
        if count > MOST_THINGS {
            return Err(Odd("it has more entries than are kept"));
        }
        Ok(Head { columns, size, diff_id, reading, digests, count })
    }
}

pub(super) fn write_notice(out: &mut Out, notice: &Notice) {
    out.option(notice.path.as_ref(), Out::path);
    out.text(&notice.text);
}

pub(super) fn read_notice(read: &mut In<'_>) -> Read<Notice> {
    Ok(Notice { path: read.option(In::path)?, text: read.text()? })
}
