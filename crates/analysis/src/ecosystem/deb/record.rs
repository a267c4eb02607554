//! Takes a status file apart: records of fields, ended by empty lines. It keeps the fields that matter and judges none.

/// The fields that are kept.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field {
    Package,
    Status,
    Version,
    Architecture,
    Source,
    Maintainer,
    InstalledSize,
    Conffiles,
}

/// Names, in the order of [`Field`].
const NAMES: [&str; 8] = [
    "Package",
    "Status",
    "Version",
    "Architecture",
    "Source",
    "Maintainer",
    "Installed-Size",
    "Conffiles",
];

/// One record.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    /// The number of its first line; 0 while it has none.
    pub(super) line: usize,
    /// The number of the first line that is no part of a field, or that begins a field a second time.
    pub(super) stray: Option<usize>,
    values: [Option<&'a [u8]>; NAMES.len()],
    /// The field that the next line may continue.
    open: Option<Open>,
}

/// A field that may go on.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Which one, if it is kept.
    field: Option<usize>,
    /// Where in the file its value begins.
    start: usize,
}

impl<'a> Record<'a> {
    /// A field's whole value, with the lines that continue it.
    pub(super) fn lines(&self, field: Field) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let value = self.values[field as usize].unwrap_or_default();
        value.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii)
    }

    /// What stands on the field's own line, if anything.
    pub(super) fn first_line(&self, field: Field) -> Option<&'a [u8]> {
        self.lines(field).next().filter(|line| !line.is_empty())
    }

    /// Takes in a line that is not empty.
    fn read(&mut self, bytes: &'a [u8], line: &Line<'a>) {
        if self.line == 0 {
            self.line = line.number;
        }
        if let (b' ' | b'\t', Some(Open { field, start })) = (line.text[0], self.open) {
            // A line of blanks continues the field too, as it does for dpkg.
            if let Some(field) = field {
                self.values[field] = Some(&bytes[start..line.end()]);
            }
            return;
        }
        let colon = line.text.iter().position(|&byte| byte == b':').unwrap_or(0);
        let name = &line.text[..colon];
        if name.trim_ascii().is_empty() {
            self.stray = self.stray.or(Some(line.number));
            return;
        }
        let mut field = NAMES.iter().position(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        if field.is_some_and(|field| self.values[field].is_some()) {
            self.stray = self.stray.or(Some(line.number));
            field = None;
        }
        let start = line.start + colon + 1;
        if let Some(field) = field {
            self.values[field] = Some(&bytes[start..line.end()]);
        }
        self.open = Some(Open { field, start });
    }
}

/// The records of a file. Lines may end in CR LF, as they do in files that somebody edited.
pub(super) fn records(bytes: &[u8]) -> Records<'_> {
    Records { bytes, start: 0, number: 0 }
}

/// See [`records`].
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    /// Where the next line begins.
    start: usize,
    /// How many lines came before it.
    number: usize,
}

/// One line, without its end.
struct Line<'a> {
    number: usize,
    /// Where in the file it begins.
    start: usize,
    text: &'a [u8],
}

impl Line<'_> {
    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

impl<'a> Records<'a> {
    fn next_line(&mut self) -> Option<Line<'a>> {
        let start = self.start;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let text = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
        self.start += text.len() + 1;
        self.number += 1;
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        Some(Line { number: self.number, start, text })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let mut record = Record::default();
        while let Some(line) = self.next_line() {
            if !line.text.is_empty() {
                record.read(self.bytes, &line);
            } else if record.line > 0 {
                break;
            }
        }
        (record.line > 0).then_some(record)
    }
}
