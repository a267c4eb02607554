//! Measures what kept facts cost and save: their bytes, and the time of comparing two images that are kept, from the
//! start of the process to its end. The images are made here; no byte of them is read while it is measured.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::measure;
use super::system::System;
use crate::Error;
use crate::oci::{self, Layout};
use crate::program::{Program, target};
use crate::say::say;

/// Files, directories and links of each image.
const ENTRIES: u32 = 60_000;

/// Bytes that may be kept of one such image.
const MOST_BYTES: u64 = 3_000_000;

/// Seconds that a pair may take.
const MOST_SECONDS: f64 = 0.020;

/// Makes the images, has them kept, and measures both pairs as often as is said.
pub(super) fn run(program: &Program, times: u32) -> Result<(), Error> {
    let folder = target().join("bench").join("kept");
    make(&folder).map_err(Error::io("make images in", folder.display()))??;
    let layout = Layout::open(&folder.join("layout"))?;
    let cache = folder.join("cache");
    let _ = fs::remove_dir_all(&cache);
    let mut beyond = Vec::new();
    for image in &layout.images {
        let before = size(&cache.join("blobs"))?;
        let reference = layout.reference(image);
        measure::command(program.path(), &words(&cache, &["analyze", "--image", &reference]))?;
        let bytes = size(&cache.join("blobs"))? - before;
        let tag = image.tag.as_deref().unwrap_or_default();
        // Of the second one, the first has most already.
        if tag != "2" {
            say(format!("image {tag}: {bytes} bytes kept, {MOST_BYTES} allowed"));
            beyond.extend((bytes > MOST_BYTES).then(|| format!("the bytes of image {tag}")));
        }
    }
    for (name, [old, new]) in
        [("all layers but the last shared", [0, 1]), ("no layer shared", [0, 2])]
    {
        let [old, new] = [old, new].map(|number: usize| &*layout.images[number].digest);
        let words = words(&cache, &["diff", old, new, "--offline"]);
        let (best, median) = seconds(program, &words, times)?;
        say(format!(
            "{name}: best {:.1} ms, median {:.1} ms of {times}, {:.0} ms allowed",
            best * 1e3,
            median * 1e3,
            MOST_SECONDS * 1e3
        ));
        beyond.extend((best > MOST_SECONDS).then(|| format!("the time of {name}")));
    }
    if beyond.is_empty() {
        return Ok(());
    }
    Err(Error::Failed(format!("beyond what is allowed: {}", beyond.join(", "))))
}

fn words(cache: &Path, words: &[&str]) -> Vec<OsString> {
    let words = words.iter().map(OsString::from);
    words.chain([OsString::from("--cache-folder"), cache.into()]).collect()
}

/// The best and the median time.
fn seconds(program: &Program, words: &[OsString], times: u32) -> Result<(f64, f64), Error> {
    let mut seconds = Vec::new();
    for _ in 0..times {
        seconds.push(measure::command(program.path(), words)?.seconds);
    }
    seconds.sort_by(f64::total_cmp);
    let at = |place: usize| seconds.get(place).copied().unwrap_or(f64::INFINITY);
    Ok((at(0), at(seconds.len() / 2)))
}

/// Writes a layout of three images, unless an earlier run did: a system with one package in a hundred upgraded in a
/// layer of its own, the same with those upgraded further, and one that was built again as one layer.
fn make(folder: &Path) -> io::Result<Result<(), Error>> {
    if folder.join("layout/oci-layout").is_file() {
        return Ok(Ok(()));
    }
    say(format!("making three images of about {ENTRIES} entries"));
    fs::create_dir_all(folder)?;
    let system = |every, version| System::new(ENTRIES, every, version);
    let layer = |name: &str, write: &dyn Fn(&mut dyn Write) -> io::Result<u32>| {
        let path = folder.join(name);
        let mut out = BufWriter::new(File::create(&path)?);
        let entries = write(&mut out)?;
        out.flush()?;
        say(format!("layer {name}: {entries} entries"));
        io::Result::Ok(path)
    };
    let base = layer("base", &|out| system(100, 1).all(out))?;
    let top = layer("top", &|out| system(100, 2).newer(out))?;
    let other_top = layer("other top", &|out| system(100, 3).newer(out))?;
    let again = layer("again", &|out| system(10, 2).all(out))?;
    let images: [(&str, &[&Path]); 3] =
        [("1", &[&base, &top]), ("2", &[&base, &other_top]), ("3", &[&again])];
    Ok(oci::write(&folder.join("layout"), &images))
}

/// Bytes of all files below a folder; none where it is not there.
fn size(folder: &Path) -> Result<u64, Error> {
    let fail = || Error::io("list", folder.display());
    if !folder.exists() {
        return Ok(0);
    }
    let mut bytes = 0;
    for entry in fs::read_dir(folder).map_err(fail())? {
        let entry = entry.map_err(fail())?;
        let about = entry.metadata().map_err(fail())?;
        bytes += if about.is_dir() { size(&entry.path())? } else { about.len() };
    }
    Ok(bytes)
}
