//! What a container of an image starts with, and the history that its builder wrote down. No secret is shown.

use maud::html;
use model::{History, Settings};
use risk::redact_setting;

use crate::table::{Cell, Table, column};
use crate::words;

pub(super) fn table(settings: &Settings) -> Table {
    let columns = [column("setting", "Setting"), column("key", "Which"), column("value", "Value")];
    let mut table = Table::new("settings", "Settings", &columns);
    table.empty = html! { "Nothing is set." };
    let mut add = |name: &str, key: Option<&str>, value: &str| {
        let value = redact_setting(key, value);
        let shown = html! { code { (words::clipped(&words::inert(&value), 240)) } };
        table.rows.push(vec![
            Cell::text_of(name),
            Cell::maybe(key),
            Cell::text_of(&value).shown(shown),
        ]);
    };
    let texts = [
        ("user", &settings.user),
        ("workdir", &settings.workdir),
        ("stop-signal", &settings.stop_signal),
        ("author", &settings.author),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            add(name, None, text);
        }
    }
    let commands =
        [("entrypoint", &settings.entrypoint), ("cmd", &settings.cmd), ("shell", &settings.shell)];
    for (name, words) in commands {
        if let Some(words) = words {
            add(name, None, &words.join(" "));
        }
    }
    if let Some(health) = &settings.healthcheck {
        add("healthcheck", None, &health.test.join(" "));
    }
    for (name, value) in &settings.env {
        add("env", Some(name), value);
    }
    for port in &settings.ports {
        add("ports", None, port);
    }
    for volume in &settings.volumes {
        add("volumes", None, volume);
    }
    for (name, value) in &settings.labels {
        add("labels", Some(name), value);
    }
    for line in &settings.onbuild {
        add("onbuild", None, line);
    }
    table
}

pub(super) fn history(settings: &Settings) -> Table {
    let columns = [
        column("line", "Line").number(),
        column("instruction", "Instruction"),
        column("created", "When"),
    ];
    let mut table = Table::new("history", "How it was built, as its builder says", &columns);
    table.empty = html! { "The image has no history." };
    table.rows =
        settings.history.iter().enumerate().map(|(place, line)| row(place, line)).collect();
    table
}

fn row(place: usize, line: &History) -> Vec<Cell> {
    let text = compare::instruction(line).unwrap_or_default();
    let text = redact_setting(None, &text).into_owned();
    let shown = html! {
        code { (words::clipped(&words::inert(&text), 240)) }
        @if line.empty_layer { " " span.aside { "no layer" } }
    };
    vec![
        Cell::count(place + 1),
        Cell::text_of(&text).shown(shown),
        Cell::maybe(line.created.as_deref()),
    ]
}
