//! Large layers, made of this machine's own files: what is installed in Debian is as real as an image gets.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;
use tar::{Builder, Header};

use crate::program::target;
use crate::say::say;
use crate::{Error, oci};

/// Where files are taken from, the databases first, each up to its share of the size that is left.
static ROOTS: &[&str] = &["/etc", "/var/lib/dpkg", "/usr/bin", "/usr/share", "/usr/lib"];

/// A case: its name, its layout and the tags of its two images.
type Made = (String, PathBuf, [&'static str; 2]);

/// Makes layouts with one pair each, or takes those that an earlier run made: in gzip and zstd, once with a large layer
/// that both images share and once with one that was built again.
pub(super) fn layouts(megabytes: u64) -> Result<Vec<Made>, Error> {
    let files = collect(megabytes * 1_000_000);
    let mut made = Vec::new();
    for (packing, write) in [("gzip", pack_gzip as Pack), ("zstd", pack_zstd as Pack)] {
        let folder = target().join("bench").join(format!("{megabytes}-{packing}"));
        let layout = folder.join("layout");
        if !layout.join("oci-layout").is_file() {
            say(format!("making two layers of {megabytes} MB in {packing}"));
            make(&folder, &files, write).map_err(Error::io("make layers in", folder.display()))?;
            let [base, again, top] = ["base", "again", "top"].map(|name| folder.join(name));
            oci::write(
                &layout,
                &[("1", &[&*base]), ("2", &[&*base, &*top]), ("3", &[&*again, &*top])],
            )?;
        }
        made.push((format!("{megabytes} MB {packing}, shared"), layout.clone(), ["1", "2"]));
        made.push((format!("{megabytes} MB {packing}, built again"), layout, ["1", "3"]));
    }
    Ok(made)
}

/// Packs what `write` gives into a file.
type Pack = fn(&Path, &mut Content<'_>) -> io::Result<()>;

/// What writes an archive.
type Content<'a> = dyn FnMut(&mut dyn Write) -> io::Result<()> + 'a;

fn pack_gzip(file: &Path, write: &mut Content<'_>) -> io::Result<()> {
    let out = BufWriter::new(File::create(file)?);
    let mut encoder = GzEncoder::new(out, flate2::Compression::new(6));
    write(&mut encoder)?;
    encoder.finish()?.flush()
}

fn pack_zstd(file: &Path, write: &mut Content<'_>) -> io::Result<()> {
    let mut encoder = zstd::Encoder::new(BufWriter::new(File::create(file)?), 3)?;
    write(&mut encoder)?;
    encoder.finish()?.flush()
}

/// Writes three layers: the files, the files again with every tenth one changed or gone, and a small one.
fn make(folder: &Path, files: &[PathBuf], pack: Pack) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    pack(&folder.join("base"), &mut |out| archive(out, files, |_| Fate::Same))?;
    pack(&folder.join("again"), &mut |out| {
        archive(out, files, |place| match place % 20 {
            0 => Fate::Gone,
            10 => Fate::Changed,
            _ => Fate::Same,
        })
    })?;
    pack(&folder.join("top"), &mut |out| {
        archive(out, &files[..files.len().min(100)], |_| Fate::Changed)
    })
}

/// What becomes of a file.
enum Fate {
    Same,
    Changed,
    Gone,
}

fn archive(out: &mut dyn Write, files: &[PathBuf], fate: impl Fn(usize) -> Fate) -> io::Result<()> {
    let mut archive = Builder::new(out);
    for (place, file) in files.iter().enumerate() {
        let mut content = fs::read(file)?;
        match fate(place) {
            Fate::Same => {}
            Fate::Changed => content.extend_from_slice(b"changed"),
            Fate::Gone => continue,
        }
        let mut header = Header::new_gnu();
        header.set_metadata(&file.metadata()?);
        header.set_size(content.len() as u64);
        let name = file.strip_prefix("/").unwrap_or(file);
        archive.append_data(&mut header, name, &*content)?;
    }
    archive.finish()
}

/// Regular files that can be read, up to so many bytes together.
fn collect(bytes: u64) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut left = bytes;
    for (root, shares) in ROOTS.iter().zip((1..=ROOTS.len() as u64).rev()) {
        let mut share = left / shares;
        left -= share;
        collect_below(Path::new(root), &mut share, &mut files);
        left += share;
    }
    without_strangers(files)
}

/// Drops dpkg's lists of packages whose files were not taken: no image claims many times what it has.
fn without_strangers(mut files: Vec<PathBuf>) -> Vec<PathBuf> {
    let taken: HashSet<PathBuf> = files.iter().cloned().collect();
    let info = Path::new("/var/lib/dpkg/info");
    let has_files = |package: &str| {
        let list = fs::read_to_string(info.join(format!("{package}.list"))).unwrap_or_default();
        let owned: Vec<&str> = list.lines().collect();
        owned.iter().filter(|path| taken.contains(Path::new(path))).count() * 2 > owned.len()
    };
    files.retain(|file| {
        let name = file.strip_prefix(info).ok().and_then(Path::to_str);
        name.is_none_or(|name| {
            has_files(name.rsplit_once('.').map_or(name, |(package, _)| package))
        })
    });
    files
}

/// What cannot be read or is not a regular file is passed over: any machine has some of it.
fn collect_below(folder: &Path, left: &mut u64, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let Ok(metadata) = path.symlink_metadata() else { continue };
        if metadata.is_dir() {
            collect_below(&path, left, files);
        } else if metadata.is_file() && metadata.len() <= *left && File::open(&path).is_ok() {
            *left -= metadata.len();
            files.push(path);
        }
    }
}
