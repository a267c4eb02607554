//! Reads the grammar: lines of text to statements. It builds nothing.

use std::fmt::Write as _;

use base64::Engine as _;
use serde_json::{Map, Value};

use crate::archive::Entry;

/// What one `//- ` line with its content says.
pub(crate) enum Statement {
    Entry(Entry),
    /// The next layer begins, with its instruction.
    Layer(String),
    /// A line of the history without a layer.
    Empty(String),
    Config(Map<String, Value>),
    Image(Map<String, Value>),
    Platform(String),
    Created(String),
}

/// Reads a whole text; panics with the line and the reason where it makes no sense.
pub(crate) fn statements(text: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut mtime = 0;
    for block in blocks(text) {
        let read = match block.head.strip_prefix("mtime ") {
            Some(digits) => number(digits.trim()).map(|seconds| mtime = seconds),
            None => statement(&block, mtime).map(|statement| statements.push(statement)),
        };
        read.unwrap_or_else(|reason| panic!("line {}: `{}`: {reason}", block.line, block.head));
    }
    statements
}

/// A `//- ` line and what stands below it.
struct Block<'a> {
    line: usize,
    head: &'a str,
    body: String,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let indent = text.lines().find(|line| !line.trim().is_empty()).map_or(0, indentation);
    // What stands between the last line feed and the closing quote is not content.
    let text = if text.ends_with('\n') { text } else { text.trim_end_matches([' ', '\t']) };
    let mut blocks: Vec<Block> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        // Text that was put into this one as it was would lose the spaces that its lines begin with.
        assert!(
            indentation(line) >= indent || line.trim().is_empty(),
            "line {}: `{line}`: the first line is indented by {indent} spaces, this one is not",
            number + 1
        );
        let line = line.get(indent..).unwrap_or_default();
        if let Some(head) = line.strip_prefix("//- ") {
            blocks.push(Block { line: number + 1, head: head.trim_end(), body: String::new() });
        } else if line.starts_with("//-") {
            panic!("line {}: `{line}`: a space must follow `//-`", number + 1);
        } else if let Some(block) = blocks.last_mut() {
            block.body.push_str(line);
            block.body.push('\n');
        } else if !line.trim().is_empty() {
            panic!("line {}: `{line}`: text before the first `//- ` line", number + 1);
        }
    }
    blocks
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn statement(block: &Block, mtime: u64) -> Result<Statement, String> {
    let (word, rest) = block.head.split_once(' ').unwrap_or((block.head, ""));
    let rest = rest.trim();
    let statement = match word {
        "config" => return json(rest, &block.body).map(Statement::Config),
        "image" => return json(rest, &block.body).map(Statement::Image),
        "raw" => return entry(rest, true, mtime, &block.body).map(Statement::Entry),
        _ if word.starts_with('/') => {
            return entry(block.head, false, mtime, &block.body).map(Statement::Entry);
        }
        "layer" => Statement::Layer(rest.into()),
        "empty" => Statement::Empty(rest.into()),
        "platform" => Statement::Platform(rest.into()),
        "created" => Statement::Created(rest.into()),
        "whiteout" => Statement::Entry(Entry { mtime, ..whiteout(rest)? }),
        "opaque" => Statement::Entry(Entry { mtime, ..opaque(rest)? }),
        _ => return Err(format!("`{word}` is no word of the grammar, and no path without a `/`")),
    };
    no_content(&block.body)?;
    Ok(statement)
}

fn no_content(body: &str) -> Result<(), String> {
    match body.lines().find(|line| !line.trim().is_empty()) {
        Some(line) => Err(format!("it has no content, but `{line}` stands below it")),
        None => Ok(()),
    }
}

fn json(rest: &str, body: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(&format!("{rest}\n{body}"))
        .map_err(|error| format!("not a JSON object: {error}"))
}

fn whiteout(path: &str) -> Result<Entry, String> {
    let mut name = archive_name(&unescape(path)?)?;
    let last = name.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
    name.splice(last..last, *b".wh.");
    Ok(Entry::new(name, b'0'))
}

fn opaque(path: &str) -> Result<Entry, String> {
    let mut name = unescape(path)?;
    if !name.ends_with(b"/") {
        name.push(b'/');
    }
    name.extend_from_slice(b".wh..wh..opq");
    Ok(Entry::new(archive_name(&name)?, b'0'))
}

/// Reads `NAME [-> text | => name] [words]`.
fn entry(head: &str, raw: bool, mtime: u64, body: &str) -> Result<Entry, String> {
    let mut words = head.split_ascii_whitespace().peekable();
    let written = match words.next().ok_or("a name must follow")? {
        "\"\"" => Vec::new(),
        word => unescape(word)?,
    };
    let named = |written: Vec<u8>| if raw { Ok(written) } else { archive_name(&written) };
    let flag = if written.ends_with(b"/") { b'5' } else { b'0' };
    let mut entry = Entry { mtime, ..Entry::new(named(written)?, flag) };
    if let Some(arrow) = words.next_if(|word| matches!(*word, "->" | "=>")) {
        let target = unescape(words.next().ok_or("a target must follow the arrow")?)?;
        (entry.flag, entry.link) =
            if arrow == "->" { (b'2', target) } else { (b'1', named(target)?) };
    }
    let mut content = Made::default();
    let mut mode = None;
    for word in words {
        match word.split_once('=') {
            Some(("mode", octal)) => {
                mode =
                    Some(u32::from_str_radix(octal, 8).map_err(|_| not(octal, "mode in octal"))?);
            }
            Some(("uid", digits)) => entry.uid = number(digits)?,
            Some(("gid", digits)) => entry.gid = number(digits)?,
            Some(("mtime", digits)) => entry.mtime = number(digits)?,
            Some(("claim", digits)) => entry.claim = Some(number(digits)?),
            Some(("char", pair)) => (entry.flag, entry.device) = (b'3', device(pair)?),
            Some(("block", pair)) => (entry.flag, entry.device) = (b'4', device(pair)?),
            Some(("type", flag)) => match unescape(flag)?[..] {
                [flag] => entry.flag = flag,
                _ => return Err(not(flag, "type flag, which is one byte")),
            },
            Some((key, value)) => match key.split_once(':') {
                Some(("xattr", name)) => {
                    let key = format!("SCHILY.xattr.{name}");
                    entry.pax.push((key.into(), hex_or_text(value)?));
                }
                Some(("pax", name)) => entry.pax.push((unescape(name)?, unescape(value)?)),
                _ => content.read(key, value)?,
            },
            None if word == "fifo" => entry.flag = b'6',
            None => return Err(format!("`{word}` is not a word that may follow a name")),
        }
    }
    entry.mode = mode.unwrap_or(match entry.flag {
        b'5' => 0o755,
        b'2' => 0o777,
        _ => 0o644,
    });
    entry.content = match content.bytes(&entry.name)? {
        Some(content) => no_content(body).map(|()| content)?,
        None if matches!(entry.flag, b'1'..=b'6') => no_content(body).map(|()| Vec::new())?,
        None => body.into(),
    };
    Ok(entry)
}

/// Content that no lines say.
#[derive(Default)]
struct Made {
    bytes: Option<Vec<u8>>,
    size: Option<u64>,
    seed: u64,
}

impl Made {
    fn read(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "size" => self.size = Some(number(value)?),
            "seed" => self.seed = number(value)?,
            "text" => self.bytes = Some(unescape(value)?),
            "hex" => self.bytes = Some(hex(value)?),
            "base64" => {
                let bytes = base64::engine::general_purpose::STANDARD.decode(value);
                self.bytes = Some(bytes.map_err(|_| not(value, "base64"))?);
            }
            _ => return Err(format!("`{key}=` is not a word that may follow a name")),
        }
        Ok(())
    }

    fn bytes(self, name: &[u8]) -> Result<Option<Vec<u8>>, String> {
        match (self.bytes, self.size) {
            (Some(_), Some(_)) => Err("`size` and content exclude each other".into()),
            (None, Some(size)) => Ok(Some(made_up(name, self.seed, size))),
            (bytes, None) => Ok(bytes),
        }
    }
}

const LETTERS: &[u8; 16] = b"acdefilmnoprstu ";

/// Makes up `size` bytes of letters in lines of 64, which compress to about a half.
pub(crate) fn made_up(name: &[u8], seed: u64, size: u64) -> Vec<u8> {
    // FNV-1a gives every name another start, xorshift the letters.
    let mut state = name.iter().fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    state |= 1;
    let mut content = Vec::new();
    while (content.len() as u64) < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        for byte in state.to_le_bytes() {
            content.push(LETTERS[usize::from(byte & 15)]);
            content.push(LETTERS[usize::from(byte >> 4)]);
        }
        if content.len() % 64 == 0 {
            content.pop();
            content.push(b'\n');
        }
    }
    content.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    content
}

/// Turns a path into the name that image builders write: no `/` in front.
fn archive_name(path: &[u8]) -> Result<Vec<u8>, String> {
    let Some(name) = path.strip_prefix(b"/") else {
        return Err("a path begins with `/`; write other names with `raw`".into());
    };
    if name.is_empty() {
        return Ok(b"./".to_vec());
    }
    let parts = name.strip_suffix(b"/").unwrap_or(name);
    if parts.split(|&byte| byte == b'/').any(|part| matches!(part, b"" | b"." | b"..")) {
        return Err("a path has no empty part, `.` or `..`; write such names with `raw`".into());
    }
    Ok(name.to_vec())
}

fn not(text: &str, what: &str) -> String {
    format!("`{text}` is not a {what}")
}

fn number(digits: &str) -> Result<u64, String> {
    digits.parse().map_err(|_| not(digits, "number"))
}

fn device(pair: &str) -> Result<(u32, u32), String> {
    let numbers = pair
        .split_once(',')
        .and_then(|(major, minor)| Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?)));
    numbers.ok_or_else(|| not(pair, "pair of device numbers"))
}

fn hex_or_text(value: &str) -> Result<Vec<u8>, String> {
    value.strip_prefix("0x").map_or_else(|| unescape(value), hex)
}

fn hex(digits: &str) -> Result<Vec<u8>, String> {
    let pair = |place: usize| {
        let pair = digits.get(place..place + 2)?;
        u8::from_str_radix(pair, 16).ok()
    };
    let bytes = (0..digits.len()).step_by(2).map(pair).collect::<Option<_>>();
    bytes.ok_or_else(|| not(digits, "row of bytes in hexadecimal"))
}

/// Turns what [`model::visible`] writes back into bytes.
pub(crate) fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(plain.as_bytes());
        rest = escape.get(1..).unwrap_or_default();
        match escape.bytes().next() {
            Some(b'\\') => bytes.push(b'\\'),
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'r') => bytes.push(b'\r'),
            Some(b'x') if rest.len() >= 2 && rest.is_char_boundary(2) => {
                bytes.extend(hex(&rest[..2])?);
                rest = &rest[2..];
            }
            Some(b'u') if rest.starts_with('{') && rest.contains('}') => {
                let (digits, after) = rest[1..].split_once('}').unwrap_or_default();
                let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                let character = character.ok_or_else(|| not(digits, "character's number"))?;
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = after;
            }
            _ => return Err(format!("`\\{escape}` begins with no escape that is known")),
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// Writes bytes as one word that [`unescape`] gives back.
pub(crate) fn escape(bytes: &[u8]) -> String {
    let mut word = String::new();
    for character in model::visible(bytes).chars() {
        if character.is_whitespace() {
            // Writing into a String cannot fail.
            let _ = write!(word, "\\u{{{:x}}}", u32::from(character));
        } else {
            word.push(character);
        }
    }
    word
}

#[cfg(test)]
mod tests {
    /// Reads a layer back with another reader than ours would be.
    fn check(text: &str, expect: &str) {
        let image = crate::image(text);
        let mut shown = String::new();
        for layer in image.layers() {
            shown.push_str("layer\n");
            for entry in tar::Archive::new(&layer[..]).entries().unwrap() {
                shown.push_str(&show(&mut entry.unwrap()));
            }
        }
        assert_eq!(shown, expect);
    }

    fn show(entry: &mut tar::Entry<&[u8]>) -> String {
        let header = entry.header();
        let mut words = vec![
            char::from(header.entry_type().as_byte()).to_string(),
            model::visible(&entry.path_bytes()),
            format!("{:o}", header.mode().unwrap()),
            format!("{}:{}", header.uid().unwrap(), header.gid().unwrap()),
            header.mtime().unwrap().to_string(),
        ];
        if let Some(link) = entry.link_name_bytes() {
            words.push(format!("-> {}", model::visible(&link)));
        }
        if let Some(major) = header.device_major().unwrap().filter(|&major| major > 0) {
            words.push(format!("{major},{}", header.device_minor().unwrap().unwrap()));
        }
        for record in entry.pax_extensions().unwrap().into_iter().flatten() {
            let record = record.unwrap();
            let value = model::visible(record.value_bytes());
            words.push(format!("{}={value}", record.key().unwrap()));
        }
        let mut content = Vec::new();
        std::io::Read::read_to_end(entry, &mut content).unwrap();
        words.push(model::visible(&content));
        words.join(" ").trim_end().to_owned() + "\n"
    }

    #[test]
    fn every_kind_of_entry_is_written() {
        check(
            "
            //- /srv/ mode=700 uid=10 gid=20 mtime=30
            //- /srv/notes mode=4644
            one
              two

            //- /bin -> usr/bin
            //- /srv/alias => /srv/notes
            //- /dev/null char=1,3 mode=666
            //- /dev/sda block=8,0
            //- /run/pipe fifo
            //- layer
            //- whiteout /srv/notes
            //- whiteout /x
            //- opaque /srv
            //- opaque /
            ",
            "layer\n\
             5 srv/ 700 10:20 30\n\
             0 srv/notes 4644 0:0 0 one\\n  two\\n\\n\n\
             2 bin 777 0:0 0 -> usr/bin\n\
             1 srv/alias 644 0:0 0 -> srv/notes\n\
             3 dev/null 666 0:0 0 1,3\n\
             4 dev/sda 644 0:0 0 8,0\n\
             6 run/pipe 644 0:0 0\n\
             layer\n\
             0 srv/.wh.notes 644 0:0 0\n\
             0 .wh.x 644 0:0 0\n\
             0 srv/.wh..wh..opq 644 0:0 0\n\
             0 .wh..wh..opq 644 0:0 0\n",
        );
    }

    #[test]
    fn names_may_be_anything() {
        let long = "x".repeat(120);
        check(
            &format!(
                "//- /a\\x20b\\xff\n//- /{long} -> {long}\n//- raw ./a//b/../\\xfe\nhi\n//- raw /a/\n\
                 //- raw ././@LongLink type=L\nname\\x00\n//- /ü\n//- raw \"\"\n"
            ),
            &format!(
                "layer\n\
                 0 a b\\xff 644 0:0 0\n\
                 2 {long} 777 0:0 0 -> {long} path={long} linkpath={long}\n\
                 0 ./a//b/../\\xfe 644 0:0 0 hi\\n\n\
                 5 /a/ 755 0:0 0\n\
                 0 name\\\\x00\\n 644 0:0 0 path=ü\n\
                 0  644 0:0 0\n"
            ),
        );
    }

    #[test]
    fn content_may_be_made_up_or_coded() {
        check(
            "
            //- /a hex=00ff
            //- /b base64=AP8=
            //- /c text=x\\x20y
            //- /d size=70
            //- /e size=5 seed=2 xattr:security.capability=0x0100 xattr:user.a=b pax:comment=hi
            ",
            "layer\n\
             0 a 644 0:0 0 \\u{0}\\xff\n\
             0 b 644 0:0 0 \\u{0}\\xff\n\
             0 c 644 0:0 0 x y\n\
             0 d 644 0:0 0 tmnialecrdpott ltnmdifotoaiuufufdnuurfduda ma ao toopcreffdcfen\\nsdreop\n\
             0 e 644 0:0 0 SCHILY.xattr.security.capability=\\u{1}\\u{0} SCHILY.xattr.user.a=b \
             comment=hi ieefo\n",
        );
    }

    #[test]
    fn a_broken_text_panics_with_line_and_reason() {
        let check = |text: &str, expect: &str| {
            let panic = std::panic::catch_unwind(|| crate::image(text)).unwrap_err();
            assert_eq!(panic.downcast_ref::<String>().unwrap(), expect);
        };
        check("hello", "line 1: `hello`: text before the first `//- ` line");
        check(
            "  //- /a\nb",
            "line 2: `b`: the first line is indented by 2 spaces, this one is not",
        );
        check("//-/a", "line 1: `//-/a`: a space must follow `//-`");
        check("\n//- a", "line 2: `a`: `a` is no word of the grammar, and no path without a `/`");
        check(
            "//- /a//b",
            "line 1: `/a//b`: a path has no empty part, `.` or `..`; write such names with `raw`",
        );
        check("//- /a mode=9", "line 1: `/a mode=9`: `9` is not a mode in octal");
        check("//- /a/\nb", "line 1: `/a/`: it has no content, but `b` stands below it");
        check("//- /a b", "line 1: `/a b`: `b` is not a word that may follow a name");
        check(
            "//- /a size=1\nb",
            "line 1: `/a size=1`: it has no content, but `b` stands below it",
        );
        check("//- /a \\q", "line 1: `/a \\q`: `\\q` is not a word that may follow a name");
        check("//- /a\\q", "line 1: `/a\\q`: `\\q` begins with no escape that is known");
    }
}
