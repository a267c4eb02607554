//! Words, moments and figures for eyes. What comes from an image is inert before it stands in a page, and long names are
//! shortened in their middle with the whole beside them.

use maud::{Markup, html};
use model::{Digest, Time};

pub(crate) use report::{counted, inert, number};

/// Columns that a name has before it is shortened.
pub(crate) const LONGEST: usize = 96;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A text from outside: inert, and shortened in its middle.
pub(crate) fn text(text: &str) -> Markup {
    clipped(&inert(text), LONGEST)
}

/// A text that is inert already, shortened in its middle.
pub(crate) fn clipped(text: &str, most: usize) -> Markup {
    let short = report::shorten(text, most);
    if short == text {
        return html! { (text) };
    }
    html! { span title=(text) { (short) } }
}

/// A digest as short as digests are shown, with the whole to be copied.
pub(crate) fn digest(digest: &Digest) -> Markup {
    let whole = digest.to_string();
    html! { code title=(whole) data-copy=(whole) { (digest.short()) } }
}

/// The ID of a thing as short as it can be told from others, with the whole to be copied.
pub(crate) fn id(id: &str) -> Markup {
    let id = inert(id);
    let short = report::shorten(&id, 20);
    html! { @if id.is_empty() { span.aside { "none" } } @else { code title=(id) data-copy=(id) { (short) } } }
}

/// A moment: how long ago it was, with the exact time beside it.
pub(crate) fn moment(time: Time, now: Time) -> Markup {
    html! { time datetime=(time) title=(exact(time)) { (ago(time, now)) } }
}

/// `2026-11-18 09:12 UTC`
pub(crate) fn exact(time: Time) -> String {
    format!("{} UTC", time.minute())
}

/// How long ago a moment was: `3 hours ago`.
pub(crate) fn ago(time: Time, now: Time) -> String {
    match now.0.saturating_sub(time.0) {
        seconds if seconds < -MINUTE => format!("in {}", span(seconds.saturating_neg())),
        seconds if seconds < MINUTE => "just now".into(),
        seconds => format!("{} ago", span(seconds)),
    }
}

/// A stretch of time in one unit: `47 days`.
pub(crate) fn span(seconds: i64) -> String {
    let (count, unit) = match seconds.max(0) {
        seconds if seconds < MINUTE => (seconds, "second"),
        seconds if seconds < HOUR => (seconds / MINUTE, "minute"),
        seconds if seconds < DAY => (seconds / HOUR, "hour"),
        seconds if seconds < 60 * DAY => (seconds / DAY, "day"),
        seconds if seconds < 730 * DAY => (seconds / (30 * DAY), "month"),
        seconds => (seconds / (365 * DAY), "year"),
    };
    counted(usize::try_from(count).unwrap_or(usize::MAX), unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_from_now() {
        let told = |before: i64| ago(Time(1_000_000_000 - before), Time(1_000_000_000));
        let told = [0, 61, 2 * HOUR, DAY, 59 * DAY, 61 * DAY, 800 * DAY, -2 * HOUR].map(told);
        assert_eq!(
            told.join(" · "),
            "just now · 1 minute ago · 2 hours ago · 1 day ago · 59 days ago · 2 months ago · 2 years ago · in 2 hours"
        );
    }

    #[test]
    fn hostile_names_are_inert_and_short() {
        assert_eq!(text("<b>\u{202e}x").into_string(), "&lt;b&gt;\\u{202e}x");
        let long = text(&"a\"".repeat(2048)).into_string();
        let (before, after) = long.split_once('>').unwrap();
        assert!(before.contains(&"a&quot;".repeat(2048)) && after.len() < 700, "{after}");
    }
}
