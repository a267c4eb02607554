//! Moments, in seconds, and the ways to write them that are met in images. Nothing here asks a clock.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

/// A moment in seconds since 1970, UTC; shown as RFC 3339 (`2026-11-18T09:12:00Z`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// A day as rpm prints it: `Fri Dec 23 2016`.
const CALENDAR: &str = "%a %b %d %Y";

impl Time {
    /// The day alone: `2026-11-18`.
    pub fn day(self) -> String {
        self.to_string().chars().take_while(|&one| one != 'T').collect()
    }

    /// The day with the names of weekday and month: `Fri Dec 23 2016`. None beyond the year 9999.
    pub fn calendar(self) -> Option<String> {
        let moment = Timestamp::from_second(self.0).ok()?;
        strtime::format(CALENDAR, moment.to_zoned(TimeZone::UTC).date()).ok()
    }

    /// The noon of a day that is written like [`Time::calendar`] does. The weekday need not be right.
    pub fn of_calendar(text: &str) -> Option<Time> {
        // The weekday is not part of what the day is: changelogs get it wrong.
        let (_, rest) = text.split_once(' ')?;
        let day = Date::strptime("%b %d %Y", rest).ok()?;
        let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).ok()?;
        Some(Time(noon.timestamp().as_second()))
    }

    /// The moment that is written as in mail: `Mon, 14 Sep 2026 00:00:00 +0200`. The weekday need not be right.
    pub fn of_mail(text: &str) -> Option<Time> {
        let parser = DateTimeParser::new().relaxed_weekday(true);
        Some(Time(parser.parse_timestamp(text).ok()?.as_second()))
    }

    /// The moment that is written as RFC 3339 says (`2024-12-31T00:00:00.5Z`), also with a blank in place of the `T`.
    pub fn of_rfc3339(text: &str) -> Option<Time> {
        Some(Time(text.trim().parse::<Timestamp>().ok()?.as_second()))
    }

    /// The moment that a person means by how long ago it was (`30d`, `12h`, see [`seconds`]), by the day on which it began
    /// (`2026-01-31`, UTC), or as RFC 3339 has it.
    pub fn of_past(text: &str, now: Time) -> Option<Time> {
        if let Some(seconds) = seconds(text) {
            return Some(Time(now.0.saturating_sub(seconds)));
        }
        let day = || text.trim().parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok();
        Time::of_rfc3339(text).or_else(|| Some(Time(day()?.timestamp().as_second())))
    }

    /// The day and the minute, for eyes: `2026-11-18 09:12`.
    pub fn minute(self) -> String {
        match self.to_string().split_once('T') {
            Some((day, time)) => format!("{day} {}", time.chars().take(5).collect::<String>()),
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_second(self.0) {
            Ok(moment) => write!(f, "{moment}"),
            // Beyond the year 9999 there is no RFC 3339.
            Err(_) => write!(f, "@{}", self.0),
        }
    }
}

/// The seconds of a time that a person wrote: a whole number of `s`, `m`, `h`, `d` or `w`.
pub fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        'w' => 7 * 24 * 60 * 60,
        _ => return None,
    };
    let number = text.get(..text.len() - 1)?;
    // A sign would be parsed, and mean the future.
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse::<i64>().ok().filter(|_| digits)?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_is_a_time_ago_a_day_or_a_moment() {
        let now = Time(1_000_000);
        let check = |text: &str, expect: Option<i64>| {
            assert_eq!(Time::of_past(text, now).map(|time| time.0), expect, "{text}");
        };
        check("90s", Some(999_910));
        check("2h", Some(992_800));
        check("1d", Some(913_600));
        check("1w", Some(395_200));
        check("1970-01-02", Some(86_400));
        check("1970-01-01T00:00:07Z", Some(7));
        check("-1d", None);
        check("9999999999999999999w", None);
        check("yesterday", None);
        check("", None);
        check("\u{e4}", None);
    }

    #[test]
    fn moments_are_shown_in_utc() {
        assert_eq!(Time(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Time(1_482_451_200).day(), "2016-12-23");
        assert_eq!(Time(1_482_451_260).minute(), "2016-12-23 00:01");
        assert_eq!(Time(i64::MAX).to_string(), format!("@{}", i64::MAX));
    }

    #[test]
    fn days_of_rpm_are_written_and_read() {
        // rpmbuild takes the noon of the day that a spec file names.
        let noon = Time(1_482_494_400);
        assert_eq!(noon.calendar().unwrap(), "Fri Dec 23 2016");
        assert_eq!(Time::of_calendar("Fri Dec 23 2016"), Some(noon));
        assert_eq!(Time::of_calendar("Mon Dec 23 2016"), Some(noon));
        let broken = ["", "Fri", "Fri Dec 32 2016", "Fri Dec 23", "Fri Dec 23 2016 x"];
        assert_eq!(broken.map(Time::of_calendar), [None; 5]);
        assert_eq!(Time(i64::MAX).calendar(), None);
    }

    #[test]
    fn moments_of_documents_and_databases_are_read() {
        let shown = |text: &str| Time::of_rfc3339(text).map(|time| time.to_string());
        let midnight = Some("2024-12-31T00:00:00Z".to_owned());
        assert_eq!(shown("2024-12-31T00:00:00Z"), midnight);
        assert_eq!(shown("2024-12-31 00:00:00+00:00"), midnight);
        assert_eq!(shown("2024-12-31 01:00:00.123456789+01:00"), midnight);
        assert_eq!([shown("2024-12-31"), shown("")], [None, None]);
    }

    #[test]
    fn moments_of_mail_are_read() {
        let day = |text: &str| Time::of_mail(text).map(|time| time.to_string());
        let morning = Some("2026-09-13T22:00:00Z".to_owned());
        assert_eq!(day("Mon, 14 Sep 2026 00:00:00 +0200"), morning);
        // The weekday is wrong, as it was in many a changelog.
        assert_eq!(day("Fri, 14 Sep 2026 00:00:00 +0200"), morning);
        assert_eq!(day("Wed,  3 Nov 1999 01:02:03 GMT"), Some("1999-11-03T01:02:03Z".into()));
        assert_eq!(day("yesterday"), None);
    }
}
