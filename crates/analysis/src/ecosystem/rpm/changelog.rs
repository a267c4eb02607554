//! The changelog in a header, as `rpm -q --changelog` prints it. It never judges what the entries say.

use model::Time;

use super::header::{Header, Tag};

const CHANGELOGTIME: Tag = Tag { number: 1080, name: "CHANGELOGTIME" };
const CHANGELOGNAME: Tag = Tag { number: 1081, name: "CHANGELOGNAME" };
const CHANGELOGTEXT: Tag = Tag { number: 1082, name: "CHANGELOGTEXT" };

/// A changelog as it is kept.
#[derive(Debug, Default)]
pub(super) struct Changelog {
    /// `* DAY NAME`, the text, an empty line, for each entry; the latest first.
    pub(super) text: Vec<u8>,
    /// How many entries were left out, the oldest, because there was no room for them.
    pub(super) beyond: u32,
}

/// Writes the changelog of a header in no more than `room` bytes.
pub(super) fn changelog(header: &Header<'_>, room: usize) -> Result<Changelog, String> {
    let mut changelog = Changelog::default();
    let (Some(names), Some(texts)) = (header.texts(CHANGELOGNAME)?, header.texts(CHANGELOGTEXT)?)
    else {
        return Ok(changelog);
    };
    let times = header.numbers(CHANGELOGTIME)?;
    for (number, (name, text)) in names.zip(texts).enumerate() {
        let Some(seconds) = times.get(number) else { break };
        let day = day(seconds);
        let length = day.len() + name.len() + text.len() + "*   \n\n\n".len();
        if changelog.beyond > 0 || changelog.text.len().saturating_add(length) > room {
            changelog.beyond = changelog.beyond.saturating_add(1);
            continue;
        }
        let out = &mut changelog.text;
        out.extend(b"* ");
        out.extend(day.as_bytes());
        out.push(b' ');
        // A name of several lines could pass for an entry of its own.
        out.extend(name.iter().map(|&byte| if byte == b'\n' { b' ' } else { byte }));
        out.push(b'\n');
        out.extend(text);
        out.extend(b"\n\n");
    }
    Ok(changelog)
}

/// `Fri Dec 23 2016`, as rpm shows a moment.
fn day(seconds: u64) -> String {
    i64::try_from(seconds).ok().and_then(|seconds| Time(seconds).calendar()).unwrap_or_default()
}
