//! `Retry-After`: how long a server asks us to stay away. Pure: the clock is the server's own.

use std::time::Duration;

/// The pause that `after` asks for: seconds, or a date, which is compared with the `date` of the same answer.
pub(super) fn pause(after: &str, date: Option<&str>) -> Option<Duration> {
    let after = after.trim();
    if let Ok(seconds) = after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let wait = seconds(after)?.checked_sub(seconds(date?)?)?;
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or_default()))
}

/// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`. The two older forms of dates are not in use any more.
fn seconds(date: &str) -> Option<i64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut words = date.trim().split_once(", ")?.1.split(' ');
    let day: i64 = words.next()?.parse().ok()?;
    let month = words.next().filter(|month| month.len() == 3)?;
    let month = MONTHS.find(month).filter(|place| place % 3 == 0)? / 3 + 1;
    let year: i64 = words.next()?.parse().ok()?;
    let mut time = words.next()?.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let in_range = (1..=31).contains(&day)
        && (1970..=9999).contains(&year)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    in_range.then(|| ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

/// Days from 1970 to a day of the Gregorian calendar.
fn days(year: i64, month: usize, day: i64) -> i64 {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    // Leap days of the years before this one.
    let past = year - 1;
    let leaps = |year: i64| year / 4 - year / 100 + year / 400;
    let whole_years = (year - 1970) * 365 + leaps(past) - leaps(1969);
    whole_years + BEFORE[month - 1] + i64::from(leap && month > 2) + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_from_1970() {
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(seconds("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
        assert_eq!(seconds("Fri, 01 Mar 2024 00:00:00 GMT"), Some(1_709_251_200));
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
    }

    #[test]
    fn a_pause_is_seconds_or_a_date() {
        let check = |after: &str, date: Option<&str>, expect: Option<u64>| {
            assert_eq!(pause(after, date), expect.map(Duration::from_secs), "{after}");
        };
        let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        check("120", None, Some(120));
        check(" 0 ", now, Some(0));
        check("Sun, 06 Nov 1994 08:50:00 GMT", now, Some(23));
        check("Sun, 06 Nov 1994 08:00:00 GMT", now, Some(0));
        check("Sun, 06 Nov 1994 08:50:00 GMT", None, None);
        for after in
            ["", "-1", "soon", "Sun, 06 Nov", "x, 99 Nov 1994 1:1:1", "x, 1 anF 1994 1:1:1"]
        {
            check(after, now, None);
        }
    }
}
