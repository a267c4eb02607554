//! Lists of names for hints; never longer than a line or two.

/// How many names are worth reading.
const SHOWN: usize = 10;

/// `a, b and 3 more`. Names come from outside and are made inert.
pub(crate) fn list<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<String> =
        names.iter().take(SHOWN).map(|name| model::visible(name.as_ref().as_bytes())).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (1..=12).map(|number| number.to_string()).collect();
        assert_eq!(list(&names[..2]), "1, 2");
        assert_eq!(list(&names), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more");
    }
}
