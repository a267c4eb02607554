//! How bad a vulnerability is, in words and in numbers. Numbers are whole, so that they can be compared and ordered.

use std::fmt;

/// How bad a vulnerability is, the worst last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nobody says.
    #[default]
    Unknown,
    /// It hardly matters.
    Negligible,
    /// CVSS up to 3.9.
    Low,
    /// CVSS up to 6.9.
    Medium,
    /// CVSS up to 8.9.
    High,
    /// Worse.
    Critical,
}

impl Severity {
    /// All of them, the least bad first.
    pub const ALL: [Severity; 6] = [
        Severity::Unknown,
        Severity::Negligible,
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Unknown => "unknown",
            Severity::Negligible => "negligible",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// The severity that a word means, in whatever case; distributions have words of their own for some.
    pub fn of_word(word: &str) -> Option<Severity> {
        let severity = match word.trim().to_ascii_lowercase().as_str() {
            "unknown" | "none" | "untriaged" => Severity::Unknown,
            "negligible" | "unimportant" => Severity::Negligible,
            "low" | "minor" => Severity::Low,
            "medium" | "moderate" => Severity::Medium,
            "high" | "important" => Severity::High,
            "critical" => Severity::Critical,
            _ => return None,
        };
        Some(severity)
    }

    /// The severity of a CVSS score in a version of CVSS: 2 knows nothing worse than high.
    pub fn of_score(score: Score, version: &str) -> Severity {
        match score.0 {
            0 => Severity::Negligible,
            1..40 => Severity::Low,
            40..70 => Severity::Medium,
            70..90 => Severity::High,
            _ if version.starts_with('2') => Severity::High,
            _ => Severity::Critical,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A CVSS vector and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cvss {
    /// The version of CVSS: `2.0`, `3.1`, `4.0`.
    pub version: String,
    /// The vector: `CVSS:3.1/AV:N/…`.
    pub vector: String,
    /// The base score, where the vector makes sense.
    pub score: Option<Score>,
    /// Who says it: `nvd@nist.gov`.
    pub source: Option<String>,
}

/// A score from 0.0 to 10.0, in tenths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(pub u8);

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// How likely a CVE is exploited within thirty days (FIRST's EPSS).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epss {
    /// The CVE.
    pub cve: String,
    /// The probability.
    pub probability: Share,
    /// The share of all CVEs that are no likelier.
    pub percentile: Share,
    /// The day that it was reckoned for (`2024-12-31`), where it is known.
    pub day: Option<String>,
}

/// A share of one, in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u32);

impl Share {
    const WHOLE: u32 = 1_000_000;

    /// A number from 0 to 1; what lies outside is brought to the nearer end.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is brought between 0 and a million first; what is not a number becomes 0"
    )]
    pub fn new(share: f64) -> Share {
        Share((share.clamp(0.0, 1.0) * f64::from(Share::WHOLE)).round() as u32)
    }

    /// The number from 0 to 1.
    pub fn value(self) -> f64 {
        f64::from(self.0) / f64::from(Share::WHOLE)
    }

    /// In millionths.
    pub fn millionths(self) -> u32 {
        self.0
    }

    /// So many millionths, a million at the most.
    pub fn of_millionths(millionths: u32) -> Share {
        Share(millionths.min(Share::WHOLE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_have_severities() {
        let of = |tenths, version| Severity::of_score(Score(tenths), version);
        assert_eq!(of(0, "3.1"), Severity::Negligible);
        assert_eq!(of(39, "2.0"), Severity::Low);
        assert_eq!(of(69, "4.0"), Severity::Medium);
        assert_eq!(of(89, "3.0"), Severity::High);
        assert_eq!([of(90, "3.1"), of(100, "2.0")], [Severity::Critical, Severity::High]);
        assert_eq!(Score(98).to_string(), "9.8");
    }

    #[test]
    fn words_of_distributions_are_known() {
        assert_eq!(Severity::of_word("Moderate"), Some(Severity::Medium));
        assert_eq!(Severity::of_word("important "), Some(Severity::High));
        assert_eq!(Severity::of_word("dire"), None);
        for severity in Severity::ALL {
            assert_eq!(Severity::of_word(severity.name()), Some(severity));
        }
    }

    #[test]
    fn shares_lie_between_nothing_and_all() {
        let shares = [f64::NAN, -1.0, 0.00042, 7.0].map(|share| Share::new(share).millionths());
        assert_eq!(shares, [0, 0, 420, 1_000_000]);
        assert_eq!(Share::of_millionths(2_000_000).value().to_string(), "1");
    }
}
