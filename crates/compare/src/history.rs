//! The history that builders write into an image: which line made which layer, and the instruction in it. Nothing
//! proves that a line is true.

use model::History;

use crate::Side;

/// The place in the history of the line that made each layer, the lowest layer first; none where history and layers do
/// not fit together, and it cannot be told which line made which.
pub fn lines(side: &Side) -> Option<Vec<usize>> {
    let history = side.settings.history.iter().enumerate();
    let made: Vec<usize> =
        history.filter(|(_, line)| !line.empty_layer).map(|(place, _)| place).collect();
    (made.len() == side.image.layers.len()).then_some(made)
}

/// The instruction that a line of the history came from.
///
/// Builders write down what they ran: Docker's old one and buildah `/bin/sh -c …` for RUN, with `#(nop)` for what runs
/// nothing and `|2 A=1 B=2` before it for build arguments; `BuildKit` the instruction itself, with `# buildkit` behind it.
pub fn instruction(history: &History) -> Option<String> {
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
}
