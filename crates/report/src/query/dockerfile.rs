//! The Dockerfile of an image: as it was given, or as its history lets one guess. It resolves no names.

use compare::Subject;
use model::History;

/// A Dockerfile's lines, and how they are known.
pub(super) struct Dockerfile {
    /// `Actual` or `Guessed`.
    pub(super) mode: &'static str,
    /// Its lines, blank ones left out.
    pub(super) lines: Vec<String>,
}

/// The Dockerfile that a person gave, else the instructions of the image's history.
pub(super) fn of(subject: &Subject) -> Dockerfile {
    match &subject.dockerfile {
        Some(text) => {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            Dockerfile { mode: "Actual", lines: lines.map(ToOwned::to_owned).collect() }
        }
        None => Dockerfile {
            mode: "Guessed",
            lines: subject.side.settings.history.iter().filter_map(instruction).collect(),
        },
    }
}

/// The instruction that a line of the history came from.
///
/// Builders write down what they ran: Docker's old one `/bin/sh -c …` for RUN, with `#(nop)` for what runs nothing and
/// `|2 A=1 B=2` before it for build arguments; `BuildKit` the instruction itself, with `# buildkit` behind it.
pub(super) fn instruction(history: &History) -> Option<String> {
    let written = history.created_by.as_deref()?.trim();
    let written = written.strip_suffix("# buildkit").unwrap_or(written).trim_end();
    if written.is_empty() {
        return None;
    }
    let (arguments, written) = arguments(written);
    let Some(shell) = written.strip_prefix("/bin/sh -c ") else {
        let command = written.strip_prefix("RUN ").map(|rest| self::arguments(rest.trim_start()).1);
        let command = command.and_then(|rest| rest.strip_prefix("/bin/sh -c "));
        return Some(match (command, arguments) {
            (Some(command), _) => format!("RUN {}", command.trim()),
            // Another shell, or none.
            (None, true) => format!("RUN {written}"),
            (None, false) => written.into(),
        });
    };
    Some(match shell.trim_start().strip_prefix("#(nop)") {
        Some(instruction) => instruction.trim().into(),
        None => format!("RUN {}", shell.trim()),
    })
}

/// Parts `|COUNT NAME=VALUE … COMMAND` into whether there were build arguments, and the command. The values may have
/// blanks in them and are not quoted, so that the command is known by its shell.
fn arguments(written: &str) -> (bool, &str) {
    let counted = written.strip_prefix('|').is_some_and(|rest| {
        rest.split_once(' ').is_some_and(|(count, _)| count.parse::<u16>().is_ok())
    });
    match written.find("/bin/sh -c ").filter(|_| counted) {
        Some(at) => (true, &written[at..]),
        None => (counted, written),
    }
}

/// The image that a Dockerfile's last stage begins with.
pub(super) fn base(lines: &[String]) -> Option<String> {
    let mut stages: Vec<(Option<String>, String)> = Vec::new();
    for line in lines {
        let mut words = line.split_whitespace();
        if !words.next().is_some_and(|word| word.eq_ignore_ascii_case("FROM")) {
            continue;
        }
        let mut words = words.filter(|word| !word.starts_with("--"));
        let Some(from) = words.next() else { continue };
        let is_as = words.next().is_some_and(|word| word.eq_ignore_ascii_case("AS"));
        let name = words.next().filter(|_| is_as).map(str::to_lowercase);
        // A stage may begin with what an earlier one left.
        let earlier = stages.iter().find(|(name, _)| name.as_deref() == Some(&from.to_lowercase()));
        let from = earlier.map_or_else(|| from.to_owned(), |(_, from)| from.clone());
        stages.push((name, from));
    }
    stages.pop().map(|(_, from)| from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_guessed_from_what_builders_write_down() {
        let check = |created_by: &str, expect: &str| {
            let history = History { created_by: Some(created_by.into()), ..History::default() };
            assert_eq!(instruction(&history).unwrap_or_else(|| "nothing".into()), expect);
        };
        check("/bin/sh -c #(nop) ADD file:51 in / ", "ADD file:51 in /");
        check("/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD [\"bash\"]");
        check("/bin/sh -c apt-get update", "RUN apt-get update");
        check("|2 A=1 B=x y /bin/sh -c make", "RUN make");
        check("RUN /bin/sh -c apk add curl # buildkit", "RUN apk add curl");
        check("RUN |1 A=1 /bin/sh -c make # buildkit", "RUN make");
        check("RUN /app/setup --fast # buildkit", "RUN /app/setup --fast");
        check("COPY /bin/app /app # buildkit", "COPY /bin/app /app");
        check("CMD [\"/bin/sh\"]", "CMD [\"/bin/sh\"]");
        check("|x", "|x");
        check("  ", "nothing");
    }

    #[test]
    fn the_last_stage_says_what_an_image_begins_with() {
        let check = |text: &str, expect: &str| {
            let lines: Vec<String> = text.lines().map(Into::into).collect();
            assert_eq!(base(&lines).unwrap_or_else(|| "nothing".into()), expect);
        };
        check("FROM debian:12\nRUN x", "debian:12");
        check("from --platform=linux/amd64 golang AS build\nFROM alpine:3.20", "alpine:3.20");
        check("FROM alpine AS Base\nFROM base", "alpine");
        check("RUN x", "nothing");
        check("FROM", "nothing");
    }
}
