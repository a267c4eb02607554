//! Compares what containers of the two images start with.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use model::{Distro, FileEntry, Health, History, Settings};

use crate::Side;

/// A setting that differs. Secrets in its values are left out: that it differs is told, and not in what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingChange {
    /// `user`, `env`, `entrypoint`, `cmd`, `workdir`, `ports`, `volumes`, `labels`, `stop-signal`, `shell`,
    /// `healthcheck`, `onbuild`, `author`, `platform`, `distribution`, `root-directory` or `history`.
    pub name: &'static str,
    /// Which one, where there are several: the variable, the label, the port, the volume.
    pub key: Option<String>,
    /// The old value; none where it was not set.
    pub old: Option<Value>,
    /// The new value; none where it is not set.
    pub new: Option<Value>,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// One text.
    Text(String),
    /// A command: its words.
    Words(Vec<String>),
}

impl Value {
    /// The value without the secrets in it: of a variable or a label by its name.
    fn redacted(self, key: Option<&str>) -> Value {
        match self {
            Value::Text(text) => Value::Text(risk::redact_setting(key, &text).into_owned()),
            Value::Words(words) => Value::Words(risk::redact_words(&words)),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Words(words) => {
                let words = words.iter().map(|word| quoted(word));
                f.write_str(&words.collect::<Vec<_>>().join(" "))
            }
        }
    }
}

/// A word of a command, in quotes where it could be taken for several or for none.
fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || c == '"');
    if is_plain { Cow::Borrowed(word) } else { Cow::Owned(format!("{word:?}")) }
}

/// Every setting that differs, in the order of a report.
pub(crate) fn compare(old: &Side, new: &Side) -> Vec<SettingChange> {
    let (before, after) = (&old.settings, &new.settings);
    let platform = |side: &Side| side.image.platform.as_ref().map(ToString::to_string);
    let distro = |side: &Side| side.facts.distro.as_ref().map(distribution);
    let mut changes = Changes(Vec::new());
    changes.text("distribution", distro(old), distro(new));
    changes.text("platform", platform(old), platform(new));
    let root = |side: &Side| side.facts.root.as_ref().map(|root| root_directory(root));
    let implied = || Some(root_directory(&FileEntry::implied_directory()));
    changes.text("root-directory", root(old).or_else(implied), root(new).or_else(implied));
    changes.text("user", before.user.clone(), after.user.clone());
    changes.words("entrypoint", before.entrypoint.as_ref(), after.entrypoint.as_ref());
    changes.words("cmd", before.cmd.as_ref(), after.cmd.as_ref());
    changes.text("workdir", before.workdir.clone(), after.workdir.clone());
    changes.map("env", &before.env, &after.env);
    changes.set("ports", &before.ports, &after.ports);
    changes.set("volumes", &before.volumes, &after.volumes);
    changes.text("stop-signal", before.stop_signal.clone(), after.stop_signal.clone());
    let health = |settings: &Settings| settings.healthcheck.as_ref().map(health);
    changes.text("healthcheck", health(before), health(after));
    changes.words("shell", before.shell.as_ref(), after.shell.as_ref());
    let onbuild = |lines| Some(lines).filter(|lines: &&Vec<String>| !lines.is_empty());
    changes.words("onbuild", onbuild(&before.onbuild), onbuild(&after.onbuild));
    changes.text("author", before.author.clone(), after.author.clone());
    changes.map("labels", &before.labels, &after.labels);
    changes.history(&before.history, &after.history);
    changes.0
}

struct Changes(Vec<SettingChange>);

impl Changes {
    fn add(
        &mut self,
        name: &'static str,
        key: Option<String>,
        old: Option<Value>,
        new: Option<Value>,
    ) {
        if old != new {
            let [old, new] = [old, new].map(|value| value.map(|one| one.redacted(key.as_deref())));
            self.0.push(SettingChange { name, key, old, new });
        }
    }

    fn text(&mut self, name: &'static str, old: Option<String>, new: Option<String>) {
        self.add(name, None, old.map(Value::Text), new.map(Value::Text));
    }

    fn words(&mut self, name: &'static str, old: Option<&Vec<String>>, new: Option<&Vec<String>>) {
        self.add(name, None, old.cloned().map(Value::Words), new.cloned().map(Value::Words));
    }

    fn map(
        &mut self,
        name: &'static str,
        old: &BTreeMap<String, String>,
        new: &BTreeMap<String, String>,
    ) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let value = |map: &BTreeMap<String, String>| map.get(key).cloned().map(Value::Text);
            self.add(name, Some(key.clone()), value(old), value(new));
        }
    }

    fn set(&mut self, name: &'static str, old: &BTreeSet<String>, new: &BTreeSet<String>) {
        for key in old.union(new) {
            let value = |set: &BTreeSet<String>| set.get(key).cloned().map(Value::Text);
            self.add(name, Some(key.clone()), value(old), value(new));
        }
    }

    /// Lines that only one side has, in the order of the two histories. Times of lines differ at every build and are not
    /// compared.
    fn history(&mut self, old: &[History], new: &[History]) {
        let words = |lines: &[History]| -> Vec<(String, bool)> {
            lines.iter().map(|one| (line(one), one.empty_layer)).collect()
        };
        let (old, new) = (words(old), words(new));
        let common = common(&old, &new);
        let only = |lines: &[(String, bool)], kept: &HashSet<usize>| -> Vec<Value> {
            let lines = lines.iter().enumerate().filter(|(place, _)| !kept.contains(place));
            lines.map(|(_, (text, _))| Value::Text(text.clone()).redacted(None)).collect()
        };
        let (kept_old, kept_new): (HashSet<usize>, HashSet<usize>) = common.into_iter().unzip();
        for removed in only(&old, &kept_old) {
            self.0.push(SettingChange {
                name: "history",
                key: None,
                old: Some(removed),
                new: None,
            });
        }
        for added in only(&new, &kept_new) {
            self.0.push(SettingChange { name: "history", key: None, old: None, new: Some(added) });
        }
    }
}

/// Lines of history that are compared each with each; the middle of longer ones counts as all changed.
const MOST_HISTORY: usize = 1_000;

/// The places of a longest common subsequence of two lists.
fn common<T: Ord>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (rest_old, rest_new) = (&old[start..], &new[start..]);
    let end = rest_old.iter().rev().zip(rest_new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (rows, columns) = (rest_old.len() - end, rest_new.len() - end);
    let mut places: Vec<(usize, usize)> = (0..start).map(|place| (place, place)).collect();
    if rows <= MOST_HISTORY && columns <= MOST_HISTORY {
        // lengths[i][j]: how long the longest common subsequence from `i` and `j` on is.
        let mut lengths = vec![vec![0_usize; columns + 1]; rows + 1];
        for i in (0..rows).rev() {
            for j in (0..columns).rev() {
                lengths[i][j] = if rest_old[i] == rest_new[j] {
                    lengths[i + 1][j + 1] + 1
                } else {
                    lengths[i + 1][j].max(lengths[i][j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < rows && j < columns {
            if rest_old[i] == rest_new[j] {
                places.push((start + i, start + j));
                (i, j) = (i + 1, j + 1);
            } else {
                // Of two ways alike the one that passes over the smaller line, whichever side it is on.
                let order = lengths[i + 1][j].cmp(&lengths[i][j + 1]);
                let passes_old = order.then_with(|| rest_new[j].cmp(&rest_old[i])).is_gt();
                (i, j) = if passes_old { (i + 1, j) } else { (i, j + 1) };
            }
        }
    }
    places.extend((0..end).map(|place| (start + rows + place, start + columns + place)));
    places
}

fn line(history: &History) -> String {
    let parts = [&history.created_by, &history.comment];
    parts.into_iter().flatten().cloned().collect::<Vec<_>>().join("  # ")
}

/// The root's permissions and owner, as `0755 0:0`: no path of the lists stands for it.
fn root_directory(root: &FileEntry) -> String {
    format!("{:04o} {}:{}", root.mode, root.uid, root.gid)
}

fn distribution(distro: &Distro) -> String {
    let version = distro.version_id.iter().map(|version| format!(" {version}"));
    let channels = distro.channels.iter().map(|channel| format!("+{channel}"));
    distro.id.clone() + &version.chain(channels).collect::<String>()
}

fn health(health: &Health) -> String {
    let seconds = |name: &str, value: Option<u64>| {
        value.map(|nanoseconds| format!(" {name}={}", duration(nanoseconds)))
    };
    let parts = [
        seconds("interval", health.interval),
        seconds("timeout", health.timeout),
        seconds("start-period", health.start_period),
        seconds("start-interval", health.start_interval),
        health.retries.map(|retries| format!(" retries={retries}")),
    ];
    health.test.join(" ") + &parts.into_iter().flatten().collect::<String>()
}

/// Nanoseconds as seconds where they are whole ones.
fn duration(nanoseconds: u64) -> String {
    match (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000) {
        (seconds, 0) => format!("{seconds}s"),
        _ => format!("{nanoseconds}ns"),
    }
}
