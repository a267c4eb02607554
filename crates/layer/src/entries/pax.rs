//! The records of PAX extended headers: `LENGTH KEY=VALUE`, one to a line. It judges their form, not what they mean.

use std::collections::BTreeMap;

use super::number;

/// The records of one extended header that mean something to us; of several with one key the last.
#[derive(Default)]
pub(super) struct Records(BTreeMap<Vec<u8>, Vec<u8>>);

/// Xattrs as most write them: the name follows, the value is raw.
pub(super) const SCHILY: &[u8] = b"SCHILY.xattr.";
/// Xattrs as libarchive writes them: the name follows with `%XX`, the value is base64.
pub(super) const LIBARCHIVE: &[u8] = b"LIBARCHIVE.xattr.";

const SPARSE_MAP: &[u8] = b"GNU.sparse.map";

impl Records {
    /// Reads the content of an extended header; a sentence where it is malformed.
    pub(super) fn parse(mut bytes: &[u8]) -> Result<Records, &'static str> {
        let mut records = BTreeMap::new();
        let mut map = SparseMap::default();
        while !bytes.is_empty() {
            let (key, value, rest) = record(bytes).ok_or("a PAX record is malformed")?;
            match key {
                b"GNU.sparse.offset" => map.add(value, true)?,
                b"GNU.sparse.numbytes" => map.add(value, false)?,
                _ if is_known(key) => {
                    records.insert(key.into(), value.into());
                }
                _ => {}
            }
            bytes = rest;
        }
        if map.count > 0 {
            records.insert(SPARSE_MAP.into(), map.text);
        }
        Ok(Records(records))
    }

    /// The value of `key`. An empty one says that the header's own field counts, and so is none.
    pub(super) fn get(&self, key: &str) -> Option<&[u8]> {
        self.0.get(key.as_bytes()).map(Vec::as_slice).filter(|value| !value.is_empty())
    }

    /// The decimal number of `key`; a sentence where it has another value.
    pub(super) fn number(&self, key: &str) -> Result<Option<i64>, &'static str> {
        self.read(key, number::decimal)
    }

    /// The time of `key` in seconds; a sentence where it has another value.
    pub(super) fn time(&self, key: &str) -> Result<Option<i64>, &'static str> {
        self.read(key, number::time)
    }

    /// What follows `prefix` in keys that begin with it, and the values, empty ones included.
    pub(super) fn under(&self, prefix: &'static [u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0
            .range(prefix.to_vec()..)
            .map_while(move |(key, value)| Some((key.strip_prefix(prefix)?, value.as_slice())))
    }

    /// Whether no record means anything to us.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn read(
        &self,
        key: &str,
        reader: impl Fn(&[u8]) -> Option<i64>,
    ) -> Result<Option<i64>, &'static str> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        reader(value).map(Some).ok_or("a PAX record's value is not a number")
    }
}

/// The sparse map of GNU's format 0.0, a record for each number; gathered as format 0.1 has it.
#[derive(Default)]
struct SparseMap {
    text: Vec<u8>,
    count: u64,
}

impl SparseMap {
    fn add(&mut self, value: &[u8], is_offset: bool) -> Result<(), &'static str> {
        if is_offset != self.count.is_multiple_of(2) || value.contains(&b',') {
            return Err("a PAX header's sparse map is malformed");
        }
        if self.count > 0 {
            self.text.push(b',');
        }
        self.text.extend_from_slice(value);
        self.count += 1;
        Ok(())
    }
}

/// Splits the first record off: its key, its value, the rest.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = bytes.iter().position(|&byte| byte == b' ')?;
    let length = usize::try_from(number::decimal(&bytes[..space])?).ok()?;
    let (record, rest) = bytes.split_at_checked(length)?;
    let record = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|&byte| byte == b'=')?;
    let (key, value) = (&record[..equals], &record[equals + 1..]);
    let is_text = matches!(key, b"path" | b"linkpath" | b"uname" | b"gname");
    let is_valid = !key.is_empty() && !if is_text { value } else { key }.contains(&0);
    is_valid.then_some((key, value, rest))
}

fn is_known(key: &[u8]) -> bool {
    matches!(
        key,
        b"path" | b"linkpath" | b"size" | b"uid" | b"gid" | b"mtime" | b"atime" | b"ctime"
    ) || [SCHILY, LIBARCHIVE, b"GNU.sparse."].iter().any(|prefix| key.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Option<&str>) {
        let shown = Records::parse(bytes).ok().map(|records| {
            let show = |(key, value): (&Vec<u8>, &Vec<u8>)| {
                format!("{}={}\n", model::visible(key), model::visible(value))
            };
            records.0.iter().map(show).collect::<String>()
        });
        assert_eq!(shown.as_deref(), expected, "{}", model::visible(bytes));
    }

    #[test]
    fn records_are_read_and_the_last_of_a_key_counts() {
        check(b"", Some(""));
        check(b"10 path=a\n10 path=b\n13 comment=x\n", Some("path=b\n"));
        check(b"+10 path=a\n", None);
        check(b"+11 path=a\n", Some("path=a\n"));
        check(b"23 SCHILY.xattr.a=\0=\n1\n", Some("SCHILY.xattr.a=\\u{0}=\\n1\n"));
    }

    #[test]
    fn malformed_records_are_refused() {
        for bytes in [
            &b"10 path=a"[..],
            b"10 path=a ",
            b"11 path=a\n",
            b"8 path=a\n",
            b"-10 path=a\n",
            b"x path=a\n",
            b"7 path\n",
            b"6 =ab\n",
            b"11 path=a\0\n",
            b"8 \0=abc\n",
            b"99999999999999999999 path=a\n",
            b"3 \n",
            b"\0\0\0\0",
        ] {
            check(bytes, None);
        }
    }

    #[test]
    fn a_sparse_map_in_single_records_is_gathered() {
        let offset = b"23 GNU.sparse.offset=1\n";
        let length = b"25 GNU.sparse.numbytes=5\n";
        check(&[&offset[..], length, offset].concat(), Some("GNU.sparse.map=1,5,1\n"));
        check(&[&length[..], offset].concat(), None);
        check(&[&offset[..], offset].concat(), None);
        check(b"25 GNU.sparse.offset=1,5\n", None);
    }
}
