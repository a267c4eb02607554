//! A zip archive in memory: its table of contents, and single members taken out under a limit. It trusts no length that
//! the archive claims, and keeps nothing in memory but what it is asked for.
//!
//! What stands before the archive (a script that starts it) is passed over. The format is that of PKWARE's APPNOTE.

/// An archive.
pub(crate) struct Archive<'a> {
    bytes: &'a [u8],
    /// Where the archive begins: its offsets count from here.
    start: usize,
    /// The table of contents.
    directory: &'a [u8],
}

/// A member, as the table of contents has it.
pub(crate) struct Member<'a> {
    pub(crate) name: &'a [u8],
    flags: u16,
    method: u16,
    /// The CRC-32 of its content.
    pub(crate) crc: u32,
    /// The length of its content.
    pub(crate) size: u64,
    packed: u64,
    offset: u64,
}

/// What a member has.
pub(crate) struct Content {
    pub(crate) bytes: Vec<u8>,
    /// Whether that is all.
    pub(crate) is_all: bool,
}

/// What stands at the end, before a remark of any length.
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
const LONGEST_REMARK: usize = 0xffff;
/// What stands before that where an archive has more than fits in it.
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_LENGTH: usize = 20;
const LARGE_END: &[u8] = b"PK\x06\x06";
const LARGE_END_LENGTH: usize = 56;
/// An entry of the table of contents.
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_LENGTH: usize = 46;
/// What stands before a member's content.
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_LENGTH: usize = 30;

/// Numbers that stand elsewhere, because they do not fit.
const ELSEWHERE: u64 = 0xffff_ffff;

impl<'a> Archive<'a> {
    /// Finds the table of contents, whose place stands at the end.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Archive<'a>, String> {
        let end = end(bytes).ok_or("is no zip archive, or is cut short")?;
        let large = large_end(bytes, end);
        let (before, length, offset) = match large {
            Some(large) => (large, number(bytes, large + 40, 8), number(bytes, large + 48, 8)),
            None => (end, number(bytes, end + 12, 4), number(bytes, end + 16, 4)),
        };
        let place = |number: Option<u64>| usize::try_from(number?).ok();
        let (length, offset) =
            place(length).zip(place(offset)).ok_or("has no table of contents")?;
        // The table ends where the end begins; how far that is from where it should be is what stands before the archive.
        let table = before.checked_sub(length).ok_or("has a damaged table of contents")?;
        let start = table.checked_sub(offset).ok_or("has a damaged table of contents")?;
        Ok(Archive { bytes, start, directory: &bytes[table..before] })
    }

    /// Its members, in the order of the table. Nothing follows an error.
    pub(crate) fn members(&self) -> impl Iterator<Item = Result<Member<'a>, String>> + use<'a> {
        let mut rest = self.directory;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let member = Member::take(&mut rest);
            if member.is_none() {
                rest = &[];
            }
            Some(member.ok_or_else(|| "has a damaged table of contents".into()))
        })
    }

    /// Takes a member out: `limit` bytes of it at the most.
    pub(crate) fn content(&self, member: &Member<'_>, limit: usize) -> Result<Content, String> {
        if member.flags & 1 != 0 {
            return Err("is encrypted".into());
        }
        let packed = self.packed(member).ok_or("is cut short")?;
        match member.method {
            0 => {
                let bytes = packed[..packed.len().min(limit)].to_vec();
                Ok(Content { is_all: bytes.len() == packed.len(), bytes })
            }
            8 => {
                let inflated = layer::inflate_bare(packed, limit);
                match inflated.rest {
                    None => Ok(Content { bytes: inflated.bytes, is_all: true }),
                    Some(layer::Rest::Beyond) => {
                        Ok(Content { bytes: inflated.bytes, is_all: false })
                    }
                    Some(layer::Rest::Broken(reason)) => Err(format!("is damaged ({reason})")),
                }
            }
            other => Err(format!("is packed by method {other}, which is not known here")),
        }
    }

    /// A member's bytes as they are stored.
    fn packed(&self, member: &Member<'_>) -> Option<&'a [u8]> {
        let local = self.start.checked_add(usize::try_from(member.offset).ok()?)?;
        if !self.bytes.get(local..)?.starts_with(LOCAL) {
            return None;
        }
        let name = usize::try_from(number(self.bytes, local + 26, 2)?).ok()?;
        let extra = usize::try_from(number(self.bytes, local + 28, 2)?).ok()?;
        let begin = local.checked_add(LOCAL_LENGTH + name + extra)?;
        self.bytes.get(begin..begin.checked_add(usize::try_from(member.packed).ok()?)?)
    }
}

impl<'a> Member<'a> {
    /// Takes the first entry off the table.
    fn take(table: &mut &'a [u8]) -> Option<Member<'a>> {
        let entry = *table;
        if !entry.starts_with(ENTRY) {
            return None;
        }
        let length = |at| usize::try_from(number(entry, at, 2)?).ok();
        let (name, extra, remark) = (length(28)?, length(30)?, length(32)?);
        let (head, rest) = entry.split_at_checked(ENTRY_LENGTH)?;
        let (name, rest) = rest.split_at_checked(name)?;
        let (extra, rest) = rest.split_at_checked(extra)?;
        *table = rest.get(remark..)?;
        let mut member = Member {
            name,
            flags: u16::try_from(number(head, 8, 2)?).ok()?,
            method: u16::try_from(number(head, 10, 2)?).ok()?,
            crc: u32::try_from(number(head, 16, 4)?).ok()?,
            size: number(head, 24, 4)?,
            packed: number(head, 20, 4)?,
            offset: number(head, 42, 4)?,
        };
        member.enlarge(extra);
        Some(member)
    }

    /// Reads what does not fit into the entry from the field behind it: of size, packed size and offset those that are
    /// missing, in this order.
    fn enlarge(&mut self, mut extra: &[u8]) {
        while let (Some(id), Some(length)) = (number(extra, 0, 2), number(extra, 2, 2)) {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let Some(field) = extra.get(4..).and_then(|rest| rest.get(..length)) else { return };
            if id == 1 {
                let mut at = 0;
                for value in [&mut self.size, &mut self.packed, &mut self.offset] {
                    if *value == ELSEWHERE
                        && let Some(number) = number(field, at, 8)
                    {
                        *value = number;
                        at += 8;
                    }
                }
            }
            extra = &extra[4 + length..];
        }
    }
}

/// Where the end stands: the last place that looks like one and has room for its remark.
fn end(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END_LENGTH)?;
    let first = last.saturating_sub(LONGEST_REMARK);
    (first..=last).rev().find(|&place| {
        let remark = number(bytes, place + 20, 2).and_then(|length| usize::try_from(length).ok());
        bytes[place..].starts_with(END) && remark.is_some_and(|length| length <= last - place)
    })
}

/// Where the end of a large archive stands, if this is one.
fn large_end(bytes: &[u8], end: usize) -> Option<usize> {
    let locator = end.checked_sub(LOCATOR_LENGTH)?;
    let place = locator.checked_sub(LARGE_END_LENGTH)?;
    let is_large = bytes[locator..].starts_with(LOCATOR) && bytes[place..].starts_with(LARGE_END);
    is_large.then_some(place)
}

/// A little-endian number of up to eight bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
