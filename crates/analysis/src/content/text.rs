//! Text: finds out how its characters are written, and parts it into lines. What looks like a secret is hidden here, so
//! that nobody behind can show it.

use std::borrow::Cow;

use model::{Body, Content, Encoding, Hidden, Line, LineEnd, Lines, Path};

/// Bytes of a text that are read.
const LONGEST: usize = 16 << 20;

/// Lines of a text that are read.
const MOST: usize = 400_000;

/// Bytes that are looked at to find out whether they are text.
const PROBE: usize = 8_192;

/// Reads a text; what is none stays bytes.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Content {
    let Some(encoding) = encoding(bytes) else { return Content::default() };
    let mut notices = Vec::new();
    let mut end = bytes.len().min(LONGEST);
    if end < bytes.len() {
        // A character is not cut in two: a line feed is whole in every encoding that is read here.
        let whole = bytes[..end].iter().rposition(|&byte| byte == b'\n').map(|place| place + 1);
        end = whole.unwrap_or(end) & !1;
        notices.push(format!("is longer than {} MB: what follows is not shown", LONGEST >> 20));
    }
    let text = decode(&bytes[..end], encoding);
    let mut lines = lines(path, &text);
    if lines.len() > MOST {
        lines.truncate(MOST);
        notices.push(format!("has more than {MOST} lines: what follows is not shown"));
    }
    Content { packed: None, body: Body::Text(Lines { encoding, lines }), notices }
}

/// How the characters of a text are written; none where this is no text.
fn encoding(bytes: &[u8]) -> Option<Encoding> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Some(Encoding::Utf8Marked);
    }
    if bytes.starts_with(b"\xff\xfe") {
        return Some(Encoding::Utf16Little);
    }
    if bytes.starts_with(b"\xfe\xff") {
        return Some(Encoding::Utf16Big);
    }
    let probe = &bytes[..bytes.len().min(PROBE)];
    let is_odd = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
    // Terminals' sequences and form feeds stand in texts, zeros do not.
    if probe.contains(&0) || probe.iter().filter(|byte| is_odd(byte)).count() * 50 > probe.len() {
        return None;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Some(Encoding::Utf8);
    }
    // Of a text in Latin-1 most is ASCII; packed bytes are spread evenly.
    let high = probe.iter().filter(|&&byte| byte >= 0x80).count();
    let is_control = |byte: &u8| matches!(byte, 0x80..=0x9f);
    let controls = probe.iter().filter(|byte| is_control(byte)).count();
    (high * 3 <= probe.len() && controls * 10 <= probe.len().max(10)).then_some(Encoding::Latin1)
}

fn decode(bytes: &[u8], encoding: Encoding) -> Cow<'_, str> {
    let wide = |number: fn([u8; 2]) -> u16| {
        let units = bytes[2.min(bytes.len())..].chunks_exact(2);
        let units = units.map(|unit| number([unit[0], unit[1]]));
        let characters = char::decode_utf16(units);
        characters.map(|one| one.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>()
    };
    match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
        Encoding::Utf8Marked => String::from_utf8_lossy(bytes.get(3..).unwrap_or_default()),
        Encoding::Utf16Little => wide(u16::from_le_bytes).into(),
        Encoding::Utf16Big => wide(u16::from_be_bytes).into(),
        Encoding::Latin1 => bytes.iter().map(|&byte| char::from(byte)).collect::<String>().into(),
    }
}

/// The lines of a text, secrets hidden.
fn lines(path: &Path, text: &str) -> Vec<Line> {
    let shown = risk::redact(path.as_bytes().strip_prefix(b"/"), text);
    // What hides a secret keeps line feeds, so that lines stay beside those that they were.
    let shown_lines = shown.split_inclusive('\n');
    let lines = text.split_inclusive('\n').zip(shown_lines).take(MOST + 1);
    lines.map(|(line, shown)| self::line(line, shown)).collect()
}

fn line(line: &str, shown: &str) -> Line {
    let end = match line {
        line if line.ends_with("\r\n") => LineEnd::ReturnFeed,
        line if line.ends_with('\n') => LineEnd::Feed,
        _ => LineEnd::Nothing,
    };
    let text = |line: &str| {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = if end == LineEnd::ReturnFeed { line.trim_end_matches('\r') } else { line };
        line.to_owned()
    };
    let hidden = (line != shown).then(|| Hidden::new(line));
    Line { text: text(shown), end, hidden }
}
