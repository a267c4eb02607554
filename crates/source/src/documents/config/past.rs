//! What a container engine says of how an image was built. Docker leaves out what the configuration has beside the
//! instructions: which of them made no layer is concluded here. Podman's own interface gives the history as it is.

use model::{OF_THE_PAST, Time};
use serde::Deserialize;

use super::{Config, HealthCheck, HistoryLine};
use crate::documents::{json, lenient};

/// Instructions that change settings and never files.
const SETTINGS: [&str; 13] = [
    "ARG",
    "CMD",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
];

/// How an image was built, the oldest line first.
#[derive(Debug)]
pub(crate) struct Past {
    lines: Vec<HistoryLine>,
    /// Podman tells it only here.
    healthcheck: Option<HealthCheck>,
    /// What could not be told for sure, in sentences.
    doubts: Vec<String>,
    /// Whether Podman tells it, which leaves out settings.
    is_podmans: bool,
}

/// A line of Docker's history (`ImageHistoryResponseItem`).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ApiLine {
    #[serde(default)]
    created: Option<i64>,
    #[serde(default)]
    created_by: Option<String>,
    #[serde(default)]
    comment: Option<String>,
    #[serde(default)]
    size: Option<i64>,
}

/// What of Podman's own inspection is not in Docker's words.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LibpodImage {
    #[serde(default, deserialize_with = "lenient::null_is_default")]
    history: Vec<HistoryLine>,
    #[serde(default)]
    healthcheck: Option<HealthCheck>,
}

impl Past {
    /// Reads an answer to `GET /images/NAME/history` of an image of so many layers. It has the newest line first, and how
    /// large a layer each made.
    ///
    /// A line of some size made a layer. Where layers are left, lines of no size that may have changed files (`RUN`,
    /// `COPY`, `WORKDIR`) made them, the oldest first. If there are more such lines than layers left, that is a guess.
    pub(crate) fn parse(bytes: &[u8], layers: usize) -> Result<Past, String> {
        let mut lines = json::<Option<Vec<ApiLine>>>(bytes)?.unwrap_or_default();
        lines.reverse();
        let sized = lines.iter().filter(|line| line.has_size()).count();
        let may = lines.iter().filter(|line| !line.has_size() && line.may_change_files()).count();
        let mut left = layers.saturating_sub(sized);
        let mut doubts = Vec::new();
        if 0 < left && left < may {
            doubts.push(format!(
                "{OF_THE_PAST}of {may} lines of the history without a size {left} made a layer; the engine does not say which, the \
                 oldest are taken to be it"
            ));
        }
        let lines = lines.into_iter().map(|line| {
            let is_next = !line.has_size() && left > 0 && line.may_change_files();
            left -= usize::from(is_next);
            let empty_layer = !line.has_size() && !is_next;
            HistoryLine {
                created: line.created.map(|seconds| Time(seconds).to_string()),
                created_by: line.created_by,
                comment: line.comment,
                empty_layer,
            }
        });
        Ok(Past { lines: lines.collect(), healthcheck: None, doubts, is_podmans: false })
    }

    /// Reads an answer to Podman's own `GET /libpod/images/NAME/json`.
    pub(crate) fn parse_libpod(bytes: &[u8]) -> Result<Past, String> {
        let LibpodImage { history: lines, healthcheck } = json(bytes)?;
        Ok(Past { lines, healthcheck, doubts: Vec::new(), is_podmans: true })
    }

    /// Puts what it says into `config`, and gives what could not be told for sure.
    pub(crate) fn tell(mut self, config: &mut Config) -> Vec<String> {
        if self.is_podmans {
            self.doubt("SHELL", "shell", config.execution.shell.0.is_empty());
            self.doubt("ONBUILD", "onbuild", config.execution.on_build.is_empty());
        }
        config.history = self.lines;
        let check = &mut config.execution.healthcheck;
        *check = check.take().or(self.healthcheck);
        self.doubts
    }

    /// Doubts a setting that is not there although an instruction sets it.
    fn doubt(&mut self, instruction: &str, setting: &str, is_unset: bool) {
        if is_unset && self.lines.iter().any(|line| line.instruction() == instruction) {
            self.doubts.push(format!(
                "{OF_THE_PAST}Podman does not tell the setting `{setting}`, which an instruction of the history sets; `podman save` \
                 writes an archive that has it"
            ));
        }
    }
}

impl ApiLine {
    fn has_size(&self) -> bool {
        self.size.is_some_and(|size| size > 0)
    }

    fn may_change_files(&self) -> bool {
        !SETTINGS.contains(&instruction(self.created_by.as_deref()))
    }
}

impl HistoryLine {
    fn instruction(&self) -> &str {
        instruction(self.created_by.as_deref())
    }
}

/// The instruction of a line of history: `ENV` of `/bin/sh -c #(nop)  ENV a=b` and of `ENV a=b`. It is none of ours where
/// a command was run.
fn instruction(line: Option<&str>) -> &str {
    let line = line.unwrap_or_default();
    let line = line.split_once("#(nop)").map_or(line, |(_, line)| line);
    line.split_ascii_whitespace().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads lines `SIZE INSTRUCTION`, the oldest first, as an engine would send them.
    fn check(layers: usize, lines: &str, expect: &str) {
        let mut sent: Vec<_> = (lines.lines())
            .map(|line| {
                let (size, by) = line.trim().split_once(' ').unwrap();
                format!(r#"{{"Created":1,"CreatedBy":{by:?},"Size":{size},"Comment":""}}"#)
            })
            .collect();
        sent.reverse();
        let past = Past::parse(format!("[{}]", sent.join(",")).as_bytes(), layers).unwrap();
        let mut shown: Vec<_> = (past.lines.iter())
            .map(|line| {
                let mark = if line.empty_layer { "-" } else { "+" };
                format!("{mark}{}", line.instruction())
            })
            .collect();
        shown.extend(past.doubts.iter().map(|_| "?".into()));
        assert_eq!(shown.join(" "), expect);
    }

    #[test]
    fn a_line_with_a_size_made_a_layer() {
        check(
            2,
            "10 /bin/sh -c #(nop) ADD file:1 in /
             0 /bin/sh -c #(nop)  CMD [\"sh\"]
             5 RUN /bin/sh -c apk add curl # buildkit
             0 ENV A=b",
            "+ADD -CMD +RUN -ENV",
        );
    }

    #[test]
    fn a_layer_without_a_size_is_that_of_the_only_line_that_could_make_one() {
        check(2, "0 ENV A=b\n9 COPY a /a # buildkit\n0 WORKDIR /srv", "-ENV +COPY +WORKDIR");
        check(1, "0 /bin/sh -c true\n0 /bin/sh -c #(nop)  USER app", "+/bin/sh -USER");
    }

    #[test]
    fn which_of_several_lines_made_it_is_a_guess_and_said_to_be_one() {
        // So Docker builds it: the folder is there when it is made again.
        check(2, "9 COPY a /a\n0 WORKDIR /srv\n0 WORKDIR /srv", "+COPY +WORKDIR -WORKDIR ?");
    }

    #[test]
    fn a_history_that_fits_nothing_is_taken_as_it_is() {
        check(5, "9 COPY a /a\n0 ENV A=b", "+COPY -ENV");
        check(0, "9 COPY a /a\n0 RUN x", "+COPY -RUN");
        assert!(Past::parse(b"null", 3).unwrap().lines.is_empty());
        assert!(Past::parse(br#"{"message":"x"}"#, 3).is_err());
    }

    #[test]
    fn podman_tells_a_history_as_the_configuration_has_it() {
        let past = Past::parse_libpod(
            br#"{"History":[{"created_by":"/bin/sh -c #(nop) ONBUILD RUN x","empty_layer":true},{"created_by":"y"}],
            "Healthcheck":{"Test":["CMD","true"]}}"#,
        );
        let past = past.unwrap();
        assert!(past.lines[0].empty_layer && !past.lines[1].empty_layer);
        let mut config = Config::parse(b"{}").unwrap();
        let doubts = past.tell(&mut config);
        assert_eq!(doubts.len(), 1, "{doubts:?}");
        assert_eq!(config.settings().healthcheck.unwrap().test, ["CMD", "true"]);
    }
}
