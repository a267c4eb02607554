//! The Dockerfile of an image: as it was given, or as its history lets one guess. It resolves no names.

use compare::{Subject, instruction};

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
            Dockerfile { mode: "Actual", lines: lines.map(redacted).collect() }
        }
        None => Dockerfile {
            mode: "Guessed",
            lines: subject
                .side
                .settings
                .history
                .iter()
                .filter_map(instruction)
                .map(|line| redacted(&line))
                .collect(),
        },
    }
}

/// A line without the secrets in it.
pub(crate) fn redacted(line: &str) -> String {
    risk::redact_setting(None, line).into_owned()
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
