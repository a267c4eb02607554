//! The list of files in a package's header: parallel arrays, one element a file. It keeps no more paths than a header
//! of its size can honestly hold.

use model::{OwnedPath, Path, Recorded, RecordedDigest, Sha256};

use super::Budget;
use super::header::{Header, Numbers, Tag, Texts};

const OLDFILENAMES: Tag = Tag { number: 1027, name: "OLDFILENAMES" };
const FILESTATES: Tag = Tag { number: 1029, name: "FILESTATES" };
const FILEMODES: Tag = Tag { number: 1030, name: "FILEMODES" };
const FILEDIGESTS: Tag = Tag { number: 1035, name: "FILEDIGESTS" };
const FILEFLAGS: Tag = Tag { number: 1037, name: "FILEFLAGS" };
const DIRINDEXES: Tag = Tag { number: 1116, name: "DIRINDEXES" };
const BASENAMES: Tag = Tag { number: 1117, name: "BASENAMES" };
const DIRNAMES: Tag = Tag { number: 1118, name: "DIRNAMES" };
const FILEDIGESTALGO: Tag = Tag { number: 5011, name: "FILEDIGESTALGO" };

/// Bits of FILEFLAGS.
const CONFIG: u64 = 1;
const GHOST: u64 = 1 << 6;

/// Bits of FILEMODES.
const FORMAT: u64 = 0o170_000;
const SYMLINK: u64 = 0o120_000;

/// The paths that a package owns, as far as they can be read, and what went wrong where not all could. What the budget
/// of the whole database does not admit is left out.
pub(super) fn paths(
    header: &Header<'_>,
    header_size: usize,
    budget: &mut Budget,
) -> (Vec<OwnedPath>, Option<String>) {
    let mut paths = Vec::new();
    let problem = collect(header, Density::of(header_size), budget, &mut paths).err();
    (paths, problem)
}

fn collect(
    header: &Header<'_>,
    mut density: Density,
    budget: &mut Budget,
    paths: &mut Vec<OwnedPath>,
) -> Result<(), String> {
    let Some(names) = Names::of(header, &density)? else { return Ok(()) };
    let states = header.numbers(FILESTATES)?;
    let mut records = Records::of(header)?;
    for (place, name) in names.enumerate() {
        let [directory, name] = name?;
        let length = directory.len().saturating_add(name.len());
        density.spend(length)?;
        let recorded = records.next(place);
        if is_there(states.get(place)) && budget.admits(length) {
            paths.push(OwnedPath { path: Path::new([directory, name].concat()), recorded });
        }
    }
    Ok(())
}

/// Whether rpm holds the file to be in place as this package has it. The other states: 1, another package replaced it
/// and owns it now; 2, left out at installation (documentation in most images); 3, on a shared file system, not
/// written; 4, given up to the same package of another architecture.
fn is_there(state: Option<u64>) -> bool {
    !matches!(state, Some(1..=4))
}

/// What the paths of one header may cost, so that one package does not use up what the database may claim.
///
/// A directory's name is stored once and appears in the path of every file in it, so that a small header could claim
/// terabytes. In real headers a file takes more bytes than its path is long, and never less than 32.
struct Density {
    files: usize,
    bytes: usize,
}

impl Density {
    fn of(header_size: usize) -> Density {
        Density {
            files: 1024 + header_size / 32,
            bytes: (64 << 10) + header_size.saturating_mul(4),
        }
    }

    fn spend(&mut self, bytes: usize) -> Result<(), String> {
        match (self.files.checked_sub(1), self.bytes.checked_sub(bytes)) {
            (Some(files), Some(bytes)) => *self = Density { files, bytes },
            _ => return Err("it claims more paths than a header of its size can hold".into()),
        }
        Ok(())
    }
}

/// The names of a package's files, in order.
enum Names<'a> {
    /// As rpm writes them since 4.0: directories, and for each file the place of its directory and its last name.
    Parted { directories: Vec<&'a [u8]>, indexes: Numbers<'a>, names: Texts<'a>, place: usize },
    /// As older packages have them: whole paths.
    Whole(Texts<'a>),
}

impl<'a> Names<'a> {
    fn of(header: &Header<'a>, density: &Density) -> Result<Option<Names<'a>>, String> {
        let Some(names) = header.texts(BASENAMES)? else {
            return Ok(header.texts(OLDFILENAMES)?.map(Names::Whole));
        };
        // No honest header has more directories than files.
        let directories = header.texts(DIRNAMES)?.into_iter().flatten().take(density.files);
        Ok(Some(Names::Parted {
            directories: directories.collect(),
            indexes: header.numbers(DIRINDEXES)?,
            names,
            place: 0,
        }))
    }
}

/// Each name in two pieces.
impl<'a> Iterator for Names<'a> {
    type Item = Result<[&'a [u8]; 2], String>;

    fn next(&mut self) -> Option<Result<[&'a [u8]; 2], String>> {
        match self {
            Names::Whole(paths) => paths.next().map(|path| Ok([&[], path])),
            Names::Parted { directories, indexes, names, place } => {
                let name = names.next()?;
                let index = indexes.get(*place).and_then(|index| usize::try_from(index).ok());
                let directory = index.and_then(|index| directories.get(index));
                *place += 1;
                Some(match directory {
                    Some(directory) => Ok([*directory, name]),
                    None => Err(format!("file {place} is in no directory of its DIRNAMES")),
                })
            }
        }
    }
}

/// What the header records of each file beside its name; arrays that are missing or too short record nothing.
struct Records<'a> {
    modes: Numbers<'a>,
    flags: Numbers<'a>,
    digests: Option<Texts<'a>>,
    algorithm: u32,
}

impl<'a> Records<'a> {
    fn of(header: &Header<'a>) -> Result<Records<'a>, String> {
        // Packages that do not name their algorithm are from before there was a choice.
        let algorithm = header.numbers(FILEDIGESTALGO)?.get(0).unwrap_or(MD5.into());
        Ok(Records {
            modes: header.numbers(FILEMODES)?,
            flags: header.numbers(FILEFLAGS)?,
            digests: header.texts(FILEDIGESTS)?,
            algorithm: u32::try_from(algorithm).unwrap_or(u32::MAX),
        })
    }

    /// What is recorded of the next file, which stands at `place`.
    fn next(&mut self, place: usize) -> Recorded {
        let digest = self.digests.as_mut().and_then(Texts::next).unwrap_or_default();
        let mode = self.modes.get(place);
        let flags = self.flags.get(place).unwrap_or(0);
        Recorded {
            digest: recorded_digest(self.algorithm, digest).map(Box::new),
            // A symbolic link has no permissions of its own.
            mode: mode
                .filter(|mode| mode & FORMAT != SYMLINK)
                .and_then(|mode| u16::try_from(mode & 0o7777).ok()),
            config: flags & CONFIG != 0,
            ghost: flags & GHOST != 0,
        }
    }
}

/// Numbers of hash algorithms, as OpenPGP counts them.
const MD5: u32 = 1;
const SHA1: u32 = 2;
const SHA256: u32 = 8;

/// A digest as recorded: hexadecimal digits, or nothing for what has no content.
fn recorded_digest(algorithm: u32, digits: &[u8]) -> Option<RecordedDigest> {
    if digits.is_empty() {
        return None;
    }
    let digits = String::from_utf8_lossy(digits);
    let known = match algorithm {
        MD5 => decode(&digits).map(RecordedDigest::Md5),
        SHA1 => decode(&digits).map(RecordedDigest::Sha1),
        SHA256 => Sha256::from_hex(&digits).map(RecordedDigest::Sha256),
        _ => None,
    };
    Some(known.unwrap_or_else(|| RecordedDigest::Other(algorithm, digits.into())))
}

/// Exactly as many digits as `N` bytes have.
fn decode<const N: usize>(digits: &str) -> Option<[u8; N]> {
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().as_chunks::<2>().0) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(bytes)
}
