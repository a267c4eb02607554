//! How often something changes: in words, and a year as fifty-two bars.

use maud::{Markup, html};
use model::Time;

use crate::words::{DAY, counted, span};

/// Weeks of a year, and how a bar is drawn.
const WEEKS: i64 = 52;
const STEP: usize = 2;
const HEIGHT: usize = 20;

/// How often something changed, by when it did: `every 12 days`.
pub(crate) fn frequency(moves: &[Time], now: Time) -> String {
    let recent: Vec<&Time> =
        moves.iter().filter(|time| age(**time, now) < WEEKS * 7 * DAY).collect();
    let (first, last) = (recent.iter().min(), recent.iter().max());
    match (first, last, recent.len()) {
        (_, _, 0) if moves.is_empty() => "never changed".into(),
        (_, _, 0) => "not for a year".into(),
        (_, _, 1) => "once in a year".into(),
        (Some(first), Some(last), count) => {
            let count = i64::try_from(count - 1).unwrap_or(i64::MAX);
            match (last.0 - first.0) / count {
                every if every < DAY => "several times a day".into(),
                every if every < 2 * DAY => "daily".into(),
                every => format!("every {}", span(every)),
            }
        }
        _ => String::new(),
    }
}

/// The bars of a year, the oldest week at the left.
pub(crate) fn sparkline(moves: &[Time], now: Time) -> Markup {
    let mut weeks = [0_usize; 52];
    let ages = moves.iter().map(|time| age(*time, now) / (7 * DAY));
    for week in ages.filter_map(|week| usize::try_from(week).ok()) {
        if let Some(count) =
            weeks.len().checked_sub(week + 1).and_then(|place| weeks.get_mut(place))
        {
            *count += 1;
        }
    }
    let most = weeks.iter().copied().max().unwrap_or_default().max(1);
    let told = format!("{} in the last year", counted(weeks.iter().sum(), "change"));
    let bars = weeks.iter().enumerate().filter(|(_, count)| **count > 0);
    let bars = bars.map(|(place, count)| (place * STEP, (count * HEIGHT).div_ceil(most).max(3)));
    let width = weeks.len() * STEP;
    html! {
        svg.spark role="img" aria-label=(told) width=(width) height=(HEIGHT) viewBox={ "0 0 " (width) " " (HEIGHT) } {
            title { (told) }
            rect.ground x="0" y=(HEIGHT - 1) width=(width) height="1" {}
            @for (left, height) in bars {
                rect x=(left) y=(HEIGHT - height) width=(STEP - 1) height=(height) {}
            }
        }
    }
}

fn age(time: Time, now: Time) -> i64 {
    now.0.saturating_sub(time.0).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_something_changes_is_a_word() {
        let now = Time(1_000 * DAY);
        let check = |days: &[i64], expect: &str| {
            let moves: Vec<Time> = days.iter().map(|day| Time(now.0 - day * DAY)).collect();
            assert_eq!(frequency(&moves, now), expect, "{days:?}");
            sparkline(&moves, now).into_string()
        };
        check(&[], "never changed");
        check(&[400, 500], "not for a year");
        check(&[400, 10], "once in a year");
        check(&[40, 30, 20, 10], "every 10 days");
        check(&[3, 2, 1, 0], "daily");
        let drawn = check(&[0, 0, 0, 8], "every 2 days");
        assert!(drawn.contains("aria-label=\"4 changes in the last year\""), "{drawn}");
        assert!(drawn.contains("<rect x=\"102\" y=\"0\""), "{drawn}");
        assert!(drawn.contains("<rect x=\"100\" y=\"13\""), "{drawn}");
    }
}
