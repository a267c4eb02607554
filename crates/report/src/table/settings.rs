//! The settings that changed.

use compare::{Comparison, SettingChange, Value};

use super::page::{Cell, Meaning, Page, plain};
use crate::View;
use crate::text::{inert, shorten};

/// Lines of history that are shown before the rest is folded.
const HISTORY: usize = 6;

/// Columns of one value.
const VALUE: usize = 60;

pub(super) fn section(comparison: &Comparison<'_>, view: View, page: &mut Page) {
    if comparison.settings.is_empty() {
        return;
    }
    page.section("Settings");
    let (history, settings): (Vec<_>, Vec<_>) =
        comparison.settings.iter().partition(|change| change.name == "history");
    let folds = !view.all && history.len() > HISTORY + 1;
    let shown = if folds { HISTORY } else { history.len() };
    let mut rows: Vec<Vec<Cell>> = settings
        .into_iter()
        .chain(history[..shown].iter().copied())
        .map(|one| row(one, view))
        .collect();
    if folds {
        let more = format!("{} more lines        (--all)", history.len() - shown);
        rows.push(vec![plain("history"), plain(more)]);
    }
    page.rows("  ", &rows, usize::MAX);
}

fn row(change: &SettingChange, view: View) -> Vec<Cell> {
    let value = |value: &Value| {
        let text = inert(&value.to_string());
        if view.all { text } else { shorten(&text, VALUE) }
    };
    let key = change.key.as_deref().map(|key| inert(key) + " ").unwrap_or_default();
    let is_its_key = change.name == "ports" || change.name == "volumes";
    let (text, meaning) = match (&change.old, &change.new) {
        (Some(old), None) if is_its_key => (format!("− {}", value(old)), Meaning::Removed),
        (None, Some(new)) if is_its_key => (format!("+ {}", value(new)), Meaning::Added),
        (Some(old), Some(new)) => {
            (format!("{key}{} → {}", quiet(&value(old)), quiet(&value(new))), Meaning::Plain)
        }
        (Some(old), None) => (format!("− {key}{}", value(old)), Meaning::Removed),
        (None, Some(new)) => (format!("+ {key}{}", value(new)), Meaning::Added),
        (None, None) => (String::new(), Meaning::Plain),
    };
    vec![plain(change.name), (text, meaning)]
}

/// An empty value would leave a hole.
fn quiet(text: &str) -> &str {
    if text.is_empty() { "(empty)" } else { text }
}
