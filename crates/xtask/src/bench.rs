//! Measures the program beside the floor: the time of reading, inflating and hashing the same bytes with the same crates.
//!
//! A ratio says the same on any machine, a time does not. Both sides are measured in turn, in the same minutes.

pub(crate) mod floor;
mod kept;
mod large;
pub(crate) mod measure;
mod serve;
mod system;
mod vuln;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::corpus::Corpus;
use crate::oci::{self, Layout};
use crate::program::Program;
use crate::say::say;

use measure::Measured;

/// The time that a comparison may take, in floors.
const RATIO: f64 = 1.3;

/// The memory that a comparison may have, and what each entry of a layer adds to it.
const MEMORY: u64 = 64 << 20;
const MEMORY_PER_ENTRY: u64 = 200;

/// Below this floor, in seconds, starting a process and reading package databases is what is measured: layers with next
/// to nothing but a database take up to two floors, because its records are worth more time than its bytes.
const JUDGED: f64 = 0.1;

/// Pairs whose layers have fewer bytes than this say nothing.
const WORTH_MEASURING: u64 = 1 << 20;

/// Options of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Measure this, and nothing else.
    #[arg(value_enum)]
    what: Option<What>,
    /// The folder with `images`; else `PENTIMENTO_CORPUS`, else `../shared/corpus`.
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Measure only pairs whose name has this text in it.
    #[arg(long)]
    only: Option<String>,
    /// How often each pair is measured; the quickest counts, and the most memory.
    #[arg(long, default_value_t = 5)]
    times: u32,
    /// Megabytes of the large layer that is made from this machine's own files; 0 makes none.
    #[arg(long, default_value_t = 600)]
    large: u64,
    /// How many seconds the service is asked.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Measure this program, with the `xtask` beside it; without it, both are built.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Measure two images that are kept, and nothing else: bytes kept, and time from start to end.
    #[arg(long)]
    kept: bool,
}

/// Something that is measured apart.
#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// An import of advisories, and finding the vulnerabilities of an image.
    Vuln,
    /// The service: comparisons of known digests, 1,000 a second.
    Serve,
}

/// Two images to compare.
struct Case {
    name: String,
    old: String,
    new: String,
    platform: Vec<String>,
    /// The layers of both, each once.
    layers: BTreeSet<PathBuf>,
}

/// Measures every pair and says how it did.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let program = Program::at(arguments.program.as_ref())?;
    let times = arguments.times.max(1);
    match arguments.what {
        Some(What::Vuln) => {
            return vuln::run(&program, &Corpus::open(arguments.corpus.as_deref())?, times);
        }
        Some(What::Serve) => return serve::run(&program, arguments.seconds.max(10)),
        None => {}
    }
    if arguments.kept {
        return kept::run(&program, times);
    }
    let mut cases = cases_of_corpus(arguments)?;
    if arguments.large > 0 {
        cases.extend(large_cases(arguments.large)?);
    }
    let only = arguments.only.as_deref().unwrap_or_default();
    say(format!(
        "{:44} {:>7} {:>8} {:>8} {:>8} {:>8} {:>6} {:>8} {:>8}",
        "pair", "MB", "MB tar", "entries", "floor s", "time s", "ratio", "peak MB", "allowed"
    ));
    let mut judged = 0;
    let mut beyond = Vec::new();
    for case in cases.iter().filter(|case| case.name.contains(only)) {
        let (is_judged, is_within) = case.measure(&program, times)?;
        judged += u32::from(is_judged);
        if !is_within {
            beyond.push(&*case.name);
        }
    }
    say(format!(
        "{judged} pairs are large enough to judge their time (floor of {JUDGED} s or more)"
    ));
    if beyond.is_empty() {
        return Ok(());
    }
    Err(Error::Failed(format!(
        "beyond {RATIO} floors or the allowed memory: {}",
        beyond.join(", ")
    )))
}

fn cases_of_corpus(arguments: &Arguments) -> Result<Vec<Case>, Error> {
    let mut cases = Vec::new();
    let corpus = match Corpus::open(arguments.corpus.as_deref()) {
        Err(error) if arguments.corpus.is_none() => {
            say(format!("skipped: the pairs of a corpus: {error}"));
            return Ok(cases);
        }
        corpus => corpus?,
    };
    for pair in corpus.neighbours() {
        let layers: BTreeSet<PathBuf> =
            pair.old.layers()?.into_iter().chain(pair.new.layers()?).collect();
        if stored(&layers)? >= WORTH_MEASURING {
            cases.push(Case {
                name: pair.name(),
                old: pair.old.reference(),
                new: pair.new.reference(),
                platform: pair.platform_words(),
                layers,
            });
        }
    }
    Ok(cases)
}

fn large_cases(megabytes: u64) -> Result<Vec<Case>, Error> {
    let mut cases = Vec::new();
    for (name, folder, [old, new]) in large::layouts(megabytes)? {
        let layout = Layout::open(&folder)?;
        let image = |tag: &str| {
            let found = layout.images.iter().find(|image| image.tag.as_deref() == Some(tag));
            found.ok_or_else(|| Error::Failed(format!("{} has no {tag}", folder.display())))
        };
        let (old, new) = (image(old)?, image(new)?);
        cases.push(Case {
            name,
            old: layout.reference(old),
            new: layout.reference(new),
            platform: Vec::new(),
            layers: layout.layers(old)?.into_iter().chain(layout.layers(new)?).collect(),
        });
    }
    Ok(cases)
}

impl Case {
    /// Measures both and says so; gives whether the time can be judged, and whether everything is within bounds.
    fn measure(&self, program: &Program, times: u32) -> Result<(bool, bool), Error> {
        let (entries, inflated) = self.count()?;
        let mut floor = Measured::worst();
        let mut ours = Measured::worst();
        for _ in 0..times {
            floor = floor.best(&measure::floor(program.path(), &self.layers)?);
            ours = ours.best(&measure::command(program.path(), &self.words())?);
        }
        let ratio = ours.seconds / floor.seconds;
        let allowed = MEMORY + MEMORY_PER_ENTRY * entries;
        let is_judged = floor.seconds >= JUDGED;
        let is_within = (!is_judged || ratio <= RATIO) && ours.peak <= allowed;
        say(format!(
            "{:44} {:7.1} {:8.1} {entries:8} {:8.3} {:8.3} {ratio:6.2} {:8.1} {:8.1}{}",
            self.name,
            megabytes(stored(&self.layers)?),
            megabytes(inflated),
            floor.seconds,
            ours.seconds,
            megabytes(ours.peak),
            megabytes(allowed),
            if is_within { "" } else { "  BEYOND" }
        ));
        Ok((is_judged, is_within))
    }

    fn words(&self) -> Vec<&str> {
        let words = ["diff", "--no-cache", &self.old, &self.new];
        words.into_iter().chain(self.platform.iter().map(|word| &**word)).collect()
    }

    /// Entries and inflated bytes of the layers.
    fn count(&self) -> Result<(u64, u64), Error> {
        let (mut entries, mut inflated) = (0, 0);
        for layer in &self.layers {
            let counted =
                count(layer).map_err(Error::io("count the entries of", layer.display()))?;
            entries += counted.0;
            inflated += counted.1;
        }
        Ok((entries, inflated))
    }
}

fn count(layer: &Path) -> std::io::Result<(u64, u64)> {
    let (_, inflated) = oci::inflate(std::fs::File::open(layer)?)?;
    let mut archive = tar::Archive::new(inflated);
    let (mut entries, mut bytes) = (0, 0);
    for entry in archive.entries()?.raw(true) {
        entries += 1;
        bytes += 512 + entry?.size().next_multiple_of(512);
    }
    Ok((entries, bytes))
}

/// The bytes of the layers as they are stored.
fn stored(layers: &BTreeSet<PathBuf>) -> Result<u64, Error> {
    let size = |layer: &PathBuf| {
        layer.metadata().map(|file| file.len()).map_err(Error::io("look at", layer.display()))
    };
    layers.iter().map(size).sum()
}

#[expect(clippy::cast_precision_loss, reason = "it is shown with one digit after the point")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
