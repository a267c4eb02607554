//! Base scores of CVSS vectors, versions 2 to 4.

use model::Score;

/// The base score of a vector; none where it makes no sense.
pub(crate) fn of_vector(vector: &str) -> Option<Score> {
    let score = if vector.starts_with("CVSS:4") {
        vector.parse::<cvss::v4::Vector>().ok()?.score().value()
    } else if vector.starts_with("CVSS:3") {
        vector.parse::<cvss::v3::Vector>().ok()?.score().value()
    } else {
        let vector = vector.strip_prefix("CVSS2#").unwrap_or(vector);
        let vector = vector.trim_start_matches('(').trim_end_matches(')');
        vector.parse::<cvss::v2::Vector>().ok()?.score().value()
    };
    Some(of_number(score))
}

/// The score that a number is.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a score lies between 0 and 10; it is brought there before it is made whole"
)]
pub(crate) fn of_number(score: f64) -> Score {
    Score((score.clamp(0.0, 10.0) * 10.0).round() as u8)
}

/// The version that a vector is written in.
pub(crate) fn version(vector: &str) -> &str {
    match vector.strip_prefix("CVSS:").and_then(|rest| rest.split_once('/')) {
        Some((version, _)) => version,
        None => "2.0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_come_to_scores() {
        let check = |vector, expect: Option<u8>, of| {
            assert_eq!((of_vector(vector), version(vector)), (expect.map(Score), of), "{vector}");
        };
        check("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Some(98), "3.1");
        check("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H", Some(91), "3.0");
        check("AV:N/AC:L/Au:N/C:N/I:N/A:P", Some(50), "2.0");
        check("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Some(93), "4.0");
        check("CVSS:3.1/AV:Q", None, "3.1");
        check("", None, "2.0");
    }
}
