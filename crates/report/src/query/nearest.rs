//! The names that somebody may have meant who wrote another one.

/// So many names are worth reading.
const MOST: usize = 3;
/// A longer name is a mistake of another kind; it is not compared letter by letter.
const LONGEST: usize = 64;

/// The names most like `name`, the likest first.
pub fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let name: Vec<char> = name.chars().take(LONGEST).flat_map(char::to_lowercase).collect();
    let text: String = name.iter().collect();
    let mut near: Vec<(usize, &str)> = names
        .map(|other| (distance(&name, &other.chars().collect::<Vec<_>>()), other))
        // A third of its letters may be wrong; or it is a part of the whole name.
        .filter(|(distance, other)| {
            let is_part = name.len() >= 3 && other.contains(&text);
            is_part || *distance <= (name.len() / 3).max(2)
        })
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, other)| other).take(MOST).collect()
}

/// How many letters must be put in, taken out or changed to make one of the other.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (place, letter) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = place + 1;
        for (column, other) in to.iter().enumerate() {
            let changed = diagonal + usize::from(letter != other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const NAMES: [&str; 4] =
        ["show-pkg-diffs", "show-file-diffs", "show-non-packaged-files", "list-files"];

    #[track_caller]
    fn check(name: &str, expect: &str) {
        assert_eq!(nearest(name, NAMES.into_iter()).join(" "), expect);
    }

    #[test]
    fn misspelt_and_shortened_names_are_found() {
        check("show-pkg-diff", "show-pkg-diffs");
        check("show-package-diffs", "show-pkg-diffs show-file-diffs");
        check("non-packaged", "show-non-packaged-files");
        check("list-flies", "list-files");
        check("LIST-FILES", "list-files");
    }

    #[test]
    fn what_is_like_none_finds_none() {
        check("x", "");
        check("", "");
        check("completely-different", "");
        check(&"show-pkg-diffs".repeat(1000), "");
    }
}
