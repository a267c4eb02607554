//! Runs a command and says how long it took and how much memory it had. The command does not know that it is watched.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::say::say;

/// Options of the hidden verb.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The program and what it is given.
    #[arg(trailing_var_arg = true, required = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// What one run took, or the best of several.
#[derive(Serialize, Deserialize)]
pub(crate) struct Measured {
    /// From start to end, in seconds.
    pub(crate) seconds: f64,
    /// The most memory that was resident, in bytes.
    pub(crate) peak: u64,
}

impl Measured {
    /// What any run is better than.
    pub(crate) fn worst() -> Measured {
        Measured { seconds: f64::INFINITY, peak: 0 }
    }

    /// The shorter time, and the larger memory: noise only ever adds to a time, while a peak has to be bounded.
    pub(crate) fn best(&self, other: &Measured) -> Measured {
        Measured { seconds: self.seconds.min(other.seconds), peak: self.peak.max(other.peak) }
    }
}

/// The verb: runs the command once and writes what it took as JSON.
///
/// It is a process of its own, because the kernel tells the peak of the largest child of a process, not of one child,
/// and because a child inherits the peak of what started it: this one is small.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let (program, words) = arguments
        .command
        .split_first()
        .ok_or_else(|| Error::Failed("there is no command to measure".into()))?;
    let start = Instant::now();
    let status = Command::new(program)
        .args(words)
        .stdout(Stdio::null())
        .status()
        .map_err(Error::io("run", program))?;
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(Error::Failed(format!("`{}` failed", arguments.command.join(" "))));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| Error::Io {
        doing: "measure",
        object: program.clone(),
        source: error.into(),
    })?;
    // Linux counts in KiB.
    let peak = u64::try_from(usage.max_rss()).unwrap_or(0) * 1024;
    let measured = Measured { seconds, peak };
    say(serde_json::to_string(&measured).unwrap_or_default());
    Ok(())
}

/// Measures a command in a process that does nothing else.
pub(crate) fn command(program: &Path, words: &[impl AsRef<OsStr>]) -> Result<Measured, Error> {
    let output = Command::new(ourselves(program))
        .arg("measure")
        .arg(program)
        .args(words)
        .stderr(Stdio::inherit())
        .output()
        .map_err(Error::io("run", ourselves(program).display()))?;
    serde_json::from_slice(&output.stdout)
        .map_err(|_| Error::Failed(format!("`{}` could not be measured", program.display())))
}

/// Measures the floor of these layers with what was built beside the program.
pub(crate) fn floor(program: &Path, layers: &BTreeSet<PathBuf>) -> Result<Measured, Error> {
    let words: Vec<&OsStr> = [OsStr::new("floor")]
        .into_iter()
        .chain(layers.iter().map(|layer| layer.as_os_str()))
        .collect();
    command(&ourselves(program), &words)
}

/// This very tool, built for release as the program is: it lies beside it.
fn ourselves(program: &Path) -> PathBuf {
    program.with_file_name("xtask")
}
