//! Errors as the person at the screen meets them: one sentence, a hint, an exit code.

use std::error::Error as StdError;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use engine::{Comparison, DeviationKind, Verification};
use model::{ErrorKind, InvalidReference, Name};

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Error {
    /// What was being done, as a clause: `could not compare`.
    doing: String,
    source: Box<dyn StdError>,
    hint: Option<String>,
    kind: ErrorKind,
}

/// Adds what to try to an error of a name that was looked for in a registry, but is a file or a folder here.
pub(crate) fn mistaken(error: Error, names: &[&str]) -> Error {
    let is_looked_for = |name: &str| matches!(name.parse(), Ok(Name::Bare { .. }));
    let is_here =
        |name: &&&str| is_looked_for(name) && !name.contains(':') && Path::new(name).exists();
    match names.iter().find(is_here) {
        Some(name) => {
            let hint = format!("there is a file or folder {name} here; say ./{name} to read that");
            Error { hint: Some(hint), ..error }
        }
        None => error,
    }
}

pub(crate) fn engine(doing: &str, source: engine::Error) -> Error {
    // A failing layer says itself what was being done to which object.
    let doing = match source {
        engine::Error::Layer { .. } => String::new(),
        _ => format!("{doing}: "),
    };
    Error { doing, hint: source.hint(), kind: source.kind(), source: Box::new(source) }
}

pub(crate) fn reference(source: InvalidReference) -> Error {
    Error {
        doing: String::new(),
        hint: Some("`pentimento --help` lists the ways to name an image".into()),
        kind: ErrorKind::Invalid,
        source: Box::new(source),
    }
}

/// An error of the service.
#[cfg(feature = "serve")]
pub(crate) fn service(doing: &str, source: server::Error) -> Error {
    let doing = format!("{doing}: ");
    Error { doing, hint: source.hint(), kind: source.kind(), source: Box::new(source) }
}

/// An error of which the sentence is all that there is to say.
pub(crate) fn said(kind: ErrorKind, sentence: String, hint: Option<String>) -> Error {
    Error { doing: String::new(), hint, kind, source: sentence.into() }
}

/// An error of a file that a person named.
pub(crate) fn file(doing: &str, path: &Path, source: io::Error) -> Error {
    let doing = format!("{doing}: could not read {}: ", path.display());
    Error { doing, hint: None, kind: kind_of(&source), source: Box::new(source) }
}

/// What kind of failure an error of the operating system is.
pub(crate) fn kind_of(error: &io::Error) -> ErrorKind {
    match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorKind::Denied,
        // Data are invalid where a text is not UTF-8.
        io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidData => {
            ErrorKind::Invalid
        }
        _ => ErrorKind::Unavailable,
    }
}

pub(crate) fn output(path: Option<&Path>, source: io::Error) -> Error {
    let object = path.map_or("standard output".into(), |path| path.display().to_string());
    Error {
        doing: format!("could not write {object}: "),
        hint: Some("what was there before is as it was".into()).filter(|_| path.is_some()),
        kind: kind_of(&source),
        source: Box::new(source),
    }
}

impl Error {
    /// The sentence, without control characters that an image or a server might have put into it.
    pub(crate) fn sentence(&self) -> String {
        plain(&format!("{}{}", self.doing, self.source))
    }

    /// What to try; it may have several lines.
    pub(crate) fn hint(&self) -> Option<String> {
        let lines = |hint: &str| hint.lines().map(plain).collect::<Vec<_>>().join("\n");
        self.hint.as_deref().map(lines)
    }

    /// The chain of causes below the sentence.
    pub(crate) fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut next = self.source.source();
        while let Some(cause) = next {
            causes.push(plain(&cause.to_string()));
            next = cause.source();
        }
        // The sentence tells some of them already.
        let sentence = self.sentence();
        causes.retain(|cause| !sentence.contains(cause));
        causes
    }

    /// Every failure means that it could not be told: 2, as in `diff`.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.kind {
            ErrorKind::Invalid
            | ErrorKind::NotFound
            | ErrorKind::Denied
            | ErrorKind::Unavailable
            | ErrorKind::Limit
            | ErrorKind::Corrupt
            | ErrorKind::Internal => ExitCode::from(2),
        }
    }
}

/// The exit code of a comparison that was written: 2 where packages may differ of which that could not be told, and else
/// 1 where it is to be told that the images differ.
pub(crate) fn told_whole(comparison: &Comparison<'_>, differs: bool) -> ExitCode {
    if comparison.may_hide() {
        return ExitCode::from(2);
    }
    ExitCode::from(u8::from(differs))
}

/// The exit code of a verification that was written: 2 where not all of it could be told, and else 1 where it is to be told
/// that something was altered or is missing.
pub(crate) fn verified(verification: &Verification<'_>, is_told: bool) -> ExitCode {
    let has = |kind| verification.count(kind) > 0;
    if !verification.is_whole() {
        return ExitCode::from(2);
    }
    let deviates = has(DeviationKind::Altered) || has(DeviationKind::Missing);
    ExitCode::from(u8::from(is_told && deviates))
}

/// Without the characters that an image or a server might have put there to deceive.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|one| if model::is_deceiving(one) { '\u{fffd}' } else { one }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_a_file_keeps_its_kind() {
        let kinds = [
            (io::ErrorKind::NotFound, ErrorKind::NotFound),
            (io::ErrorKind::PermissionDenied, ErrorKind::Denied),
            (io::ErrorKind::IsADirectory, ErrorKind::Invalid),
            (io::ErrorKind::InvalidData, ErrorKind::Invalid),
            (io::ErrorKind::StorageFull, ErrorKind::Unavailable),
        ];
        for (kind, expect) in kinds {
            assert_eq!(file("could not", Path::new("x"), kind.into()).kind, expect);
            assert_eq!(output(None, kind.into()).kind, expect);
        }
    }
}
