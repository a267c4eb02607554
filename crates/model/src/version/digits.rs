//! Numbers of any length, as versions have them. They are compared as digits and never made into integers, so that
//! none is too long.

use std::cmp::Ordering;

/// Compares two runs of decimal digits by value; no digits are zero.
pub(super) fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let (a, b) = (without_zeros(a), without_zeros(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    &digits[zeros..]
}
