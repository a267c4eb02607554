//! Moments, in seconds. Nothing here asks a clock.

use std::fmt;

use jiff::Timestamp;

/// A moment in seconds since 1970, UTC; shown as RFC 3339 (`2026-11-18T09:12:00Z`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// The day alone: `2026-11-18`.
    pub fn day(self) -> String {
        self.to_string().chars().take_while(|&one| one != 'T').collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_shown_in_utc() {
        assert_eq!(Time(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Time(1_482_451_200).day(), "2016-12-23");
        assert_eq!(Time(i64::MAX).to_string(), format!("@{}", i64::MAX));
    }
}
