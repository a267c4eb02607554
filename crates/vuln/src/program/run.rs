//! Runs a program: nothing is typed to it, what it writes is bounded, and it does not run for ever.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Program;
use crate::Error;

/// The most that an answer may have, in bytes.
const LARGEST: u64 = 512 << 20;
/// How much of its talk is kept, in bytes: the end of it says why it failed.
const MOST_TALK: usize = 64 << 10;
/// How long it may take. It may have to fetch its advisories first.
const LONGEST: Duration = Duration::from_mins(15);

/// What came of running a program.
#[derive(Debug)]
pub(super) struct Run {
    /// How it ended.
    pub(super) status: ExitStatus,
    /// What it wrote to standard output.
    pub(super) output: Vec<u8>,
    /// The last line of what it said on standard error.
    last_words: String,
}

impl Run {
    /// That the program failed, and what it said last.
    pub(super) fn failed(&self, program: Program) -> Error {
        let name = program.name();
        let said = match &*self.last_words {
            "" => String::new(),
            words => format!(": {words}"),
        };
        Error::Unavailable {
            what: format!("{name} failed ({}){said}", self.status),
            hint: format!("try `{name} --version`, and whether {name} has its advisories"),
        }
    }
}

/// Runs a program with arguments and, as the last of them, the path of a bill of materials.
pub(super) fn run(program: Program, arguments: &[&str], bill: Option<&Path>) -> Result<Run, Error> {
    let name = program.name();
    let mut command = Command::new(name);
    command.args(arguments).args(bill);
    // Neither is to ask somebody whether there is a newer one of itself, and what they say last is told as it is.
    command.env("GRYPE_CHECK_FOR_APP_UPDATE", "false").env("TRIVY_SKIP_VERSION_CHECK", "true");
    command.env("NO_COLOR", "1");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().map_err(|error| not_started(program, error))?;
    finish(child, LARGEST, LONGEST).map_err(|stopped| stopped.of(name))
}

fn not_started(program: Program, error: io::Error) -> Error {
    let name = program.name();
    if error.kind() == io::ErrorKind::NotFound {
        return Error::NotFound {
            what: format!("{name} is not installed: no folder of PATH has a program of that name"),
            hint: "install it, or leave --scanner away: then the advisories kept with `pentimento db` are asked".into(),
        };
    }
    Error::Io { doing: "start", object: name.into(), source: error }
}

/// Why a program was stopped.
#[derive(Debug)]
enum Stopped {
    Late(Duration),
    Long(u64),
    Io(io::Error),
}

impl Stopped {
    fn of(self, name: &str) -> Error {
        match self {
            Stopped::Late(longest) => Error::Unavailable {
                what: format!(
                    "{name} was stopped: it took more than {} seconds",
                    longest.as_secs()
                ),
                hint: format!("let {name} fetch its advisories first"),
            },
            Stopped::Long(largest) => Error::Limit {
                what: format!("the answer of {name} is larger than {largest} bytes"),
            },
            Stopped::Io(source) => {
                Error::Io { doing: "read", object: format!("the answer of {name}"), source }
            }
        }
    }
}

/// Waits until a program has ended. One that writes too much ends when nobody reads on.
fn finish(mut child: Child, largest: u64, longest: Duration) -> Result<Run, Stopped> {
    let output = child.stdout.take().map(|pipe| thread::spawn(move || whole(pipe, largest)));
    let talk = child.stderr.take().map(|pipe| thread::spawn(move || last_line(pipe)));
    let begun = Instant::now();
    let status = loop {
        // Whoever it has begun may hold on to its output when it has ended.
        let is_read = [
            output.as_ref().map(JoinHandle::is_finished),
            talk.as_ref().map(JoinHandle::is_finished),
        ];
        if let Some(status) = child.try_wait().map_err(Stopped::Io)?
            && is_read.iter().flatten().all(|is_finished| *is_finished)
        {
            break status;
        }
        if begun.elapsed() > longest {
            // That it has ended in this moment would be as well.
            let _ = child.kill();
            let _ = child.wait();
            return Err(Stopped::Late(longest));
        }
        thread::sleep(Duration::from_millis(10));
    };
    let output = output.and_then(|reading| reading.join().ok()).unwrap_or(Ok(Vec::new()));
    let last_words = talk.and_then(|reading| reading.join().ok()).unwrap_or_default();
    Ok(Run { status, output: output?, last_words })
}

fn whole(pipe: impl Read, largest: u64) -> Result<Vec<u8>, Stopped> {
    let mut output = Vec::new();
    pipe.take(largest + 1).read_to_end(&mut output).map_err(Stopped::Io)?;
    if output.len() as u64 > largest { Err(Stopped::Long(largest)) } else { Ok(output) }
}

/// The last line that says anything.
fn last_line(mut pipe: impl Read) -> String {
    let (mut kept, mut buffer) = (Vec::new(), vec![0; 8 << 10]);
    while let Ok(count @ 1..) = pipe.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..count]);
        let surplus = kept.len().saturating_sub(MOST_TALK);
        kept.drain(..surplus);
    }
    let text = String::from_utf8_lossy(&kept);
    let last = text.lines().map(str::trim).rfind(|line| !line.is_empty());
    model::visible(last.unwrap_or_default().as_bytes()).chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &str, expect: &str) {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let told = match finish(shell.spawn().unwrap(), 10, Duration::from_millis(500)) {
            Ok(run) => format!(
                "{} {:?} {:?}",
                run.status.code().unwrap_or(-1),
                String::from_utf8_lossy(&run.output),
                run.last_words
            ),
            Err(stopped) => stopped.of("sh").to_string(),
        };
        assert_eq!(told, expect);
    }

    #[test]
    fn what_a_program_writes_is_bounded_and_so_is_its_time() {
        check("echo yes; echo one >&2; printf 'two\\n\\n' >&2; exit 3", "3 \"yes\\n\" \"two\"");
        check("yes", "the answer of sh is larger than 10 bytes");
        check("sleep 20 & echo yes", "sh was stopped: it took more than 0 seconds");
        check("exec sleep 20", "sh was stopped: it took more than 0 seconds");
        check("read word || echo none", "0 \"none\\n\" \"\"");
    }
}
