//! Everything that reaches a person or a pipe: data on standard output, talk on standard error.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use engine::{Event, Origin, Watch};
use model::Digest;
use report::View;

use crate::commands::{Colour, Format, OutputArguments};
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::progress::Progress;

/// Narrower than this, a table is no table any more.
const NARROWEST: usize = 60;

/// How to speak, and to whom.
pub(crate) struct Ui {
    format: report::Format,
    all: bool,
    quiet: bool,
    verbose: bool,
    colour: Colour,
    output: Option<PathBuf>,
}

impl Ui {
    pub(crate) fn new(arguments: &OutputArguments) -> Ui {
        let format = match arguments.format {
            Format::Table => report::Format::Table,
            Format::Json => report::Format::Json,
        };
        Ui {
            format,
            all: arguments.all,
            quiet: arguments.quiet,
            verbose: arguments.verbose,
            colour: arguments.color,
            output: arguments.output.clone(),
        }
    }

    /// Does something long, and shows how far it is where somebody watches.
    pub(crate) fn progress<T>(&self, work: impl FnOnce(&Watch<'_>) -> T) -> T {
        let progress = (!self.quiet && io::stderr().is_terminal()).then(Progress::new);
        let result = work(&|event| match (event, &progress) {
            (Event::Found { name, digest, origin }, _) => {
                self.found(&name, digest.as_ref(), origin)
            }
            (Event::Warning(sentence), _) => self.warning(&sentence),
            (event, Some(progress)) => progress.event(&event),
            (_, None) => {}
        });
        progress.into_iter().for_each(Progress::finish);
        result
    }

    /// Says where the image was found that a name means, unless the name said so itself.
    fn found(&self, name: &str, digest: Option<&Digest>, origin: Origin) {
        let place = match origin {
            Origin::Named => return,
            Origin::Kept { since } => format!("kept since {}", since.day()),
            Origin::Docker => "in Docker".into(),
            Origin::Podman => "in Podman".into(),
            Origin::Registry => "in its registry".into(),
        };
        let again = match origin {
            Origin::Kept { .. } => "; --force looks again",
            _ => "",
        };
        let digest = digest.map(|digest| format!(" ({})", digest.short())).unwrap_or_default();
        if !self.quiet {
            say(&format!("{name}: {place}{digest}{again}"));
        }
    }

    /// Tells of something that did not work, and that the result can do without.
    pub(crate) fn warning(&self, sentence: &str) {
        if !self.quiet {
            say(&format!("warning: {sentence}"));
        }
    }

    /// Says in passing what only those want to know who ask for it.
    pub(crate) fn remark(&self, sentence: &str) {
        if self.verbose {
            say(sentence);
        }
    }

    /// Writes a document to where it is wanted. A file is written whole or not at all.
    pub(crate) fn write(
        &self,
        files: bool,
        render: impl FnOnce(report::Format, View, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        if self.quiet {
            return Ok(());
        }
        let path = self.output.as_deref();
        let result = match path {
            None => self.write_out(files, render),
            Some(path) => self.write_file(path, files, render),
        };
        match result {
            // Who closes the pipe has seen enough.
            Err(error) if path.is_none() && error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result.map_err(|source| error::output(path, source)),
        }
    }

    fn write_out(
        &self,
        files: bool,
        render: impl FnOnce(report::Format, View, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let stdout = io::stdout().lock();
        let is_terminal = stdout.is_terminal();
        let colour = match self.colour {
            Colour::Auto => is_terminal && !Environment::no_colour(),
            Colour::Always => true,
            Colour::Never => false,
        };
        let columns =
            terminal_size::terminal_size_of(&stdout).map(|(width, _)| usize::from(width.0));
        let width = columns.filter(|_| is_terminal).map(|columns| columns.max(NARROWEST));
        let mut out = BufWriter::new(stdout);
        render(self.format, View { files, all: self.all, width, colour }, &mut out)?;
        out.flush()
    }

    fn write_file(
        &self,
        path: &Path,
        files: bool,
        render: impl FnOnce(report::Format, View, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let colour = self.colour == Colour::Always;
        let view = View { files, all: self.all, width: None, colour };
        if path.exists() && !path.is_file() {
            // A device or a pipe cannot be replaced, only written to.
            let mut out = BufWriter::new(OpenOptions::new().write(true).open(path)?);
            render(self.format, view, &mut out)?;
            return out.flush();
        }
        // What a link leads to is written, not the link.
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.into());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut beside = tempfile::Builder::new();
        // As it was, or what the user's umask leaves of a new file's permissions.
        let permissions = fs::metadata(path).map(|file| file.permissions());
        beside.permissions(permissions.unwrap_or(Permissions::from_mode(0o666)));
        let file = beside
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(|error| io::Error::from(error.kind()))?;
        let mut out = BufWriter::new(file);
        render(self.format, view, &mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.persist(path).map(|_| ()).map_err(|error| error.error)
    }

    /// Tells why a command failed.
    pub(crate) fn failure(&self, error: &Error) {
        let mut text = format!("error: {}\n", error.sentence());
        if let Some(hint) = error.hint() {
            text += &(" hint: ".to_owned() + &hint + "\n");
        }
        if self.verbose {
            text.extend(
                error.causes().into_iter().map(|cause| " because: ".to_owned() + &cause + "\n"),
            );
        }
        tell(&text);
    }
}

/// Says a line of talk, which may speak of images and so is shown inert.
fn say(sentence: &str) {
    tell(&(error::plain(sentence) + "\n"));
}

fn tell(text: &str) {
    // Where standard error is closed, nobody is there to be told.
    let _ = io::stderr().write_all(text.as_bytes());
}
