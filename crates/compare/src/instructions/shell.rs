//! Reads the text of a command as far as it names paths and programs. It is no shell: it follows `cd`, knows the
//! variables that the image's settings have, and takes what it cannot know for a star.

use std::collections::BTreeMap;

use model::Path;

use super::named::within;

/// What a command says.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Paths, and whether the command says that something is put there.
    pub(super) paths: Vec<(Path, bool)>,
    /// Programs that it runs, without their folders.
    pub(super) programs: Vec<String>,
}

/// A command names no more than this.
const MOST: usize = 2_000;
const MOST_STARS: usize = 64;

/// What ends a command. A word in quotes may have some of it inside; then it is read as several words.
const ENDS: [char; 8] = [';', '&', '|', '(', ')', '`', '\n', '!'];
const QUOTES: [char; 4] = ['"', '\'', '<', '>'];

/// Words before a command that are none themselves.
const BEFORE: [&str; 12] =
    ["then", "do", "else", "elif", "if", "while", "exec", "sudo", "env", "time", "nice", "command"];

/// Options whose value is a directory that something is put into.
const INTO: [&str; 8] = [
    "-C",
    "--directory",
    "--prefix",
    "--target",
    "--target-directory",
    "--install-dir",
    "--destdir",
    "DESTDIR",
];

pub(super) fn read(command: &str, folder: &Path, env: &BTreeMap<String, String>) -> Said {
    let mut reading = Reading { said: Said::default(), folder: folder.clone(), stars: 0, env };
    for part in command.split(ENDS) {
        reading.command(part);
    }
    reading.said
}

struct Reading<'a> {
    said: Said,
    folder: Path,
    stars: usize,
    env: &'a BTreeMap<String, String>,
}

impl Reading<'_> {
    fn command(&mut self, part: &str) {
        let words = part.split(|one: char| one.is_whitespace() || QUOTES.contains(&one));
        let words = words.filter(|word| !word.is_empty() && *word != "\\");
        let mut program = "";
        let mut before = "";
        for word in words {
            if self.said.paths.len() >= MOST || self.said.programs.len() >= MOST {
                return;
            }
            let assigned = word.split_once('=').filter(|(name, _)| is_name(name));
            if program.is_empty() && assigned.is_none() && !BEFORE.contains(&word) {
                program = word.rsplit('/').next().unwrap_or(word);
                self.said.programs.push(program.to_owned());
                // A program that is called by its path is named as well.
            }
            match word.split_once('=') {
                // What a variable is set to is not spoken of, but where `make install` puts things.
                Some((name, value)) if INTO.contains(&name) => self.path(value, true),
                Some((name, value)) if name.starts_with('-') => self.path(value, false),
                Some(_) => {}
                None => self.path(word, INTO.contains(&before)),
            }
            if program == "cd"
                && before == "cd"
                && let Some(text) = self.expanded(word)
            {
                self.folder = within(&self.folder, &text);
            }
            before = word;
        }
    }

    fn path(&mut self, word: &str, is_destination: bool) {
        let is_path = word.contains('/') && !word.contains("://") && !word.starts_with('-');
        let Some(text) = Some(word).filter(|_| is_path).and_then(|word| self.expanded(word)) else {
            return;
        };
        // `s/a/b/` and `a:b` are no paths; `user:group` before one neither.
        let is_relative = !text.starts_with('/');
        let is_script =
            is_relative && !text.starts_with('.') && text.contains([':', ',', '^', '$', '[', ']']);
        if is_script || text.starts_with('~') {
            return;
        }
        if text.contains('*') {
            self.stars += 1;
            if self.stars > MOST_STARS || text.starts_with('*') {
                return;
            }
        }
        self.said.paths.push((within(&self.folder, &text), is_destination));
    }

    /// The word with what variables stand for; a star for what is not known, and for what a shell would choose of.
    fn expanded(&self, word: &str) -> Option<String> {
        let mut text = String::new();
        let mut rest = word;
        while let Some(place) = rest.find(['$', '{', '[', '?', '\\']) {
            text.push_str(&rest[..place]);
            let tail = &rest[place..];
            let (value, left) = self.piece(tail);
            text.push_str(&value);
            rest = left;
        }
        text.push_str(rest);
        // What is nothing but stars names everything, and so nothing.
        text.contains(|one: char| one.is_alphanumeric()).then_some(text)
    }

    /// What the beginning of `tail` stands for, and what is left of it.
    fn piece<'t>(&self, tail: &'t str) -> (String, &'t str) {
        let star = || "*".to_owned();
        let after = |end: char| tail.split_once(end).map_or("", |(_, left)| left);
        if let Some(left) = tail.strip_prefix('\\') {
            return (String::new(), left);
        }
        if let Some(inside) = tail.strip_prefix("${") {
            let name = inside.split('}').next().unwrap_or_default();
            return (self.env.get(name).cloned().unwrap_or_else(star), after('}'));
        }
        if let Some(inside) = tail.strip_prefix('$') {
            let end = inside.find(|one: char| !one.is_ascii_alphanumeric() && one != '_');
            let (name, left) = inside.split_at(end.unwrap_or(inside.len()));
            return (self.env.get(name).cloned().unwrap_or_else(star), left);
        }
        match tail.as_bytes().first() {
            Some(b'{') => (star(), after('}')),
            Some(b'[') => (star(), after(']')),
            _ => (star(), &tail[1..]),
        }
    }
}

/// Whether a shell would take it for the name of a variable.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|one| one.is_ascii_alphanumeric() || one == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(command: &str, paths: &str, programs: &str) {
        let env = BTreeMap::from([("APP_HOME".to_owned(), "/srv/app".to_owned())]);
        let said = read(command, &Path::from("/app"), &env);
        let shown =
            said.paths.iter().map(|(path, into)| format!("{path}{}", if *into { "!" } else { "" }));
        assert_eq!(shown.collect::<Vec<_>>().join(" "), paths);
        assert_eq!(said.programs.join(" "), programs);
    }

    #[test]
    fn paths_and_programs_are_found_in_commands() {
        check("mkdir -p /srv/a && chown -R app:app /srv/a", "/srv/a /srv/a", "mkdir chown");
        check("curl -fsSL https://example.com/a/b -o /usr/local/bin/b", "/usr/local/bin/b", "curl");
        check(
            "tar -xzf /tmp/x.tgz -C /usr/local --strip-components=1",
            "/tmp/x.tgz /usr/local!",
            "tar",
        );
        check(
            "./configure --prefix=/opt/x && make install DESTDIR=/out",
            "/app/configure /opt/x! /out!",
            "configure make",
        );
        check("cd /tmp/b; cp out/x ./y", "/tmp/b /tmp/b/out/x /tmp/b/y", "cd cp");
        check("PATH=/usr/local/bin:$PATH apt-get install -y curl", "", "apt-get");
        check(
            "rm -rf $APP_HOME/tmp ${APP_HOME}/x /opt/tool-$VERSION/[ab]",
            "/srv/app/tmp /srv/app/x /opt/tool-*/*",
            "rm",
        );
        check("sed -i s/a/b/g /etc/x.conf", "/app/s/a/b/g /etc/x.conf", "sed");
        check("echo 'a' > /etc/motd", "/etc/motd", "echo");
        check(
            "set -eux; if /usr/sbin/useradd app; then sudo ldconfig; fi",
            "/usr/sbin/useradd",
            "set useradd ldconfig fi",
        );
        check("ls */ /*", "", "ls");
    }

    #[test]
    fn a_command_without_end_is_read_to_a_limit() {
        let command = "touch /a/b ".repeat(100_000);
        let said = read(&command, &Path::root(), &BTreeMap::new());
        assert!(said.paths.len() <= MOST);
    }
}
