//! Everything that reaches a person or a pipe: data on standard output, talk on standard error.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use engine::{Event, Origin, Store, Watch};
use model::{Digest, ErrorKind};
use report::View;
use report::rows::{Answers, Form};

use crate::commands::{Colour, GlobalArguments};
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::progress::Progress;

/// Narrower than this, a table is no table any more.
const NARROWEST: usize = 60;

/// How to speak, and to whom.
pub(crate) struct Ui {
    format: report::Format,
    quiet: bool,
    verbose: bool,
    colour: Colour,
    width: Option<usize>,
    output: Option<PathBuf>,
    #[cfg(feature = "serve")]
    server: Option<String>,
}

/// What a document is written on.
#[derive(Clone, Copy)]
struct Screen {
    /// Its columns; none where it is no terminal and nobody said how wide it is.
    columns: Option<usize>,
    colour: bool,
}

impl Ui {
    pub(crate) fn new(arguments: &GlobalArguments) -> Ui {
        Ui {
            format: arguments.format(),
            quiet: arguments.quiet,
            verbose: arguments.verbose,
            colour: arguments.color,
            width: arguments.width.map(usize::from),
            output: arguments.output.clone().filter(|path| path.as_os_str() != "-"),
            #[cfg(feature = "serve")]
            server: arguments.server.clone(),
        }
    }

    /// The service that is to do it, where one is said.
    #[cfg(feature = "serve")]
    pub(crate) fn server(&self) -> Option<&str> {
        self.server.as_deref()
    }

    /// What the format is called that is asked for.
    #[cfg(feature = "serve")]
    pub(crate) fn format_name(&self) -> &'static str {
        match self.format {
            report::Format::Table => "table",
            report::Format::Json => "json",
            report::Format::Plain => "plain",
            report::Format::Html => "html",
        }
    }

    /// How a document is shown where it will be written to.
    #[cfg(feature = "serve")]
    pub(crate) fn view(&self, view: View) -> View {
        let View { width, colour, .. } = self.list_view();
        View { width: width.map(|columns| columns.max(NARROWEST)), colour, ..view }
    }

    /// How a list is shown where it will be written to.
    #[cfg(feature = "serve")]
    pub(crate) fn list_view(&self) -> View {
        let screen = match self.output {
            None => self.screen(&io::stdout().lock()),
            Some(_) => self.file_screen(),
        };
        View { width: screen.columns, colour: screen.colour, ..View::default() }
    }

    /// Does something long, and shows how far it is where somebody watches.
    pub(crate) fn progress<T>(&self, work: impl FnOnce(&Watch<'_>) -> T) -> T {
        let progress = (!self.quiet && io::stderr().is_terminal()).then(Progress::new);
        let result = work(&|event| match (event, &progress) {
            (Event::Found { name, digest, origin }, _) => {
                self.found(&name, digest.as_ref(), origin);
            }
            (
                Event::Warning(sentence)
                | Event::Advisories(engine::AdvisoryEvent::Warning(sentence)),
                _,
            ) => self.warning(&sentence),
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
            // Whoever says a whole ID, or asks every kept image, knows which image it is.
            Origin::Kept { imported: false, .. } if name.starts_with("sha256:") => return,
            Origin::Kept { since, imported: false } => format!("kept since {}", since.day()),
            Origin::Kept { since, imported: true } => {
                format!("imported, analyzed elsewhere {}", since.day())
            }
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

    /// Tells what was found broken in what is kept.
    pub(crate) fn warnings(&self, store: &Store) {
        for warning in store.take_warnings() {
            self.warning(&warning);
        }
    }

    /// Says what was done, where there is nothing to write.
    pub(crate) fn talk(&self, sentence: &str) {
        if !self.quiet {
            say(sentence);
        }
    }

    /// Writes a line to standard output at once, whatever is asked for: it is what was asked for, or where to ask.
    #[expect(clippy::unused_self, reason = "all that is written goes through here")]
    pub(crate) fn announce(&self, line: &str) {
        let mut stdout = io::stdout().lock();
        // Who closes the pipe has seen enough.
        let _ =
            stdout.write_all((error::plain(line) + "\n").as_bytes()).and_then(|()| stdout.flush());
    }

    /// What `-o` says where it names no file, but how something is told: `json`, `table` or `id`.
    #[cfg(feature = "serve")]
    pub(crate) fn form_of_words(&self) -> Result<&str, Error> {
        match self.output.as_deref().map(|path| path.to_str().unwrap_or_default()) {
            Some(form @ ("json" | "table" | "id")) => Ok(form),
            None if self.format == report::Format::Json => Ok("json"),
            None => Ok("table"),
            Some(other) => {
                let text =
                    format!("here -o says how, not where to: json, table or id, and not {other}");
                Err(error::said(ErrorKind::Invalid, text, None))
            }
        }
    }

    /// Says in passing what only those want to know who ask for it.
    pub(crate) fn remark(&self, sentence: &str) {
        if self.verbose {
            say(sentence);
        }
    }

    /// Says what was done, and writes it where it is for a program.
    pub(crate) fn done(
        &self,
        sentence: &str,
        render: impl FnOnce(report::Format, View, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        self.talk(sentence);
        match self.format {
            report::Format::Table => Ok(()),
            _ => self.list(View::default(), render),
        }
    }

    /// Writes a document to where it is wanted, unless the exit code alone is to speak.
    pub(crate) fn write(
        &self,
        view: View,
        render: impl FnOnce(report::Format, View, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        if self.quiet && self.output.is_none() {
            return Ok(());
        }
        self.emit(|screen, out| {
            let width = screen.columns.map(|columns| columns.max(NARROWEST));
            render(self.format, View { width, colour: screen.colour, ..view }, out)
        })
    }

    /// Writes a list to where it is wanted.
    pub(crate) fn list(
        &self,
        view: View,
        render: impl FnOnce(report::Format, View, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        self.emit(|screen, out| {
            render(self.format, View { width: screen.columns, colour: screen.colour, ..view }, out)
        })
    }

    /// Writes what is for programs alone to where it is wanted, but to no terminal.
    pub(crate) fn bytes(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        if self.output.is_none() && io::stdout().is_terminal() {
            let sentence = "what comes is not for eyes, and standard output is a terminal".into();
            let hint = "say -o FILE, or send it to another program".to_owned();
            return Err(error::said(ErrorKind::Invalid, sentence, Some(hint)));
        }
        self.emit(|_, out| write(out))
    }

    /// Writes answers that are rows to where they are wanted.
    pub(crate) fn rows(&self, answers: &Answers) -> Result<(), Error> {
        self.emit(|screen, out| {
            let form = match self.format {
                report::Format::Table => Form::Grid { terminal: screen.columns },
                report::Format::Json => Form::Json,
                report::Format::Plain => Form::Plain,
                report::Format::Html => Form::Html,
            };
            report::rows::write(answers, form, out)
        })
    }

    /// Writes lines for eyes, or rows that say the same where they are for a program.
    pub(crate) fn lines(&self, lines: &str, answers: &Answers) -> Result<(), Error> {
        match self.format {
            report::Format::Table => self.emit(|_, out| out.write_all(lines.as_bytes())),
            _ => self.rows(answers),
        }
    }

    /// Writes a document to a file beside what is written elsewhere. It is written whole or not at all.
    pub(crate) fn file(
        &self,
        path: &Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        self.write_file(path, |_, out| write(out))
            .map_err(|source| error::output(Some(path), source))
    }

    /// Gives a document its way out. A file is written whole or not at all.
    fn emit(
        &self,
        render: impl FnOnce(Screen, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let path = self.output.as_deref();
        let result = match path {
            None => self.write_out(render),
            Some(path) => self.write_file(path, render),
        };
        match result {
            // Who closes the pipe has seen enough.
            Err(error) if path.is_none() && error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result.map_err(|source| error::output(path, source)),
        }
    }

    fn write_out(
        &self,
        render: impl FnOnce(Screen, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let stdout = io::stdout().lock();
        let screen = self.screen(&stdout);
        let mut out = BufWriter::new(stdout);
        render(screen, &mut out)?;
        out.flush()
    }

    fn screen(&self, stdout: &StdoutLock<'_>) -> Screen {
        let is_terminal = stdout.is_terminal();
        let colour = match self.colour {
            Colour::Auto => is_terminal && !Environment::no_colour(),
            Colour::Always => true,
            Colour::Never => false,
        };
        let terminal = || terminal_size::terminal_size_of(stdout).filter(|_| is_terminal);
        let columns = self.width.or_else(|| terminal().map(|(width, _)| usize::from(width.0)));
        Screen { columns, colour }
    }

    fn file_screen(&self) -> Screen {
        Screen { columns: self.width, colour: self.colour == Colour::Always }
    }

    fn write_file(
        &self,
        path: &Path,
        render: impl FnOnce(Screen, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let screen = self.file_screen();
        if path.exists() && !path.is_file() {
            // A device or a pipe cannot be replaced, only written to.
            let mut out = BufWriter::new(OpenOptions::new().write(true).open(path)?);
            render(screen, &mut out)?;
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
        render(screen, &mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.persist(path).map(|_| ()).map_err(|error| error.error)
    }

    /// Tells why a command failed.
    pub(crate) fn failure(&self, error: &Error) {
        let mut text = format!("error: {}\n", error.sentence());
        if let Some(hint) = error.hint() {
            text += &(" hint: ".to_owned() + &hint.replace('\n', "\n       ") + "\n");
        }
        if self.verbose {
            text.extend(
                error.causes().into_iter().map(|cause| " because: ".to_owned() + &cause + "\n"),
            );
        }
        tell(&text);
    }
}

/// Writes a line of a log. It is data, which is inert already.
#[cfg(feature = "serve")]
pub(crate) fn log(line: &str) {
    tell(&format!("{line}\n"));
}

/// Says a line of talk, which may speak of images and so is shown inert.
fn say(sentence: &str) {
    tell(&(error::plain(sentence) + "\n"));
}

fn tell(text: &str) {
    // Where standard error is closed, nobody is there to be told.
    let _ = io::stderr().write_all(text.as_bytes());
}
