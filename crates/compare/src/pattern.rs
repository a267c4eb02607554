//! Patterns of paths: `*` stands for anything in one name, `?` for one byte of it, `**` for any number of names. They
//! are matched in time that grows with the product of the lengths at the most, whoever wrote them.

/// Whether a path is meant. Both begin with a slash.
pub(crate) fn matches(pattern: &[u8], path: &[u8]) -> bool {
    // Most paths are told apart by how they begin.
    let plain = pattern.iter().take_while(|byte| !matches!(byte, b'*' | b'?')).count();
    if !path.starts_with(&pattern[..plain]) {
        // `/a/**` means what is below `/a`, and no pattern ends in a slash.
        return false;
    }
    let (pattern, path) = (names(pattern), names(path));
    walk(&pattern, &path, &|part| *part == b"**", &|part, name| name_matches(part, name))
}

fn names(text: &[u8]) -> Vec<&[u8]> {
    text.split(|&byte| byte == b'/').skip(1).collect()
}

/// Whether one name is meant.
pub(crate) fn name_matches(pattern: &[u8], name: &[u8]) -> bool {
    walk(pattern, name, &|&byte| byte == b'*', &|&byte, &other| byte == b'?' || byte == other)
}

/// Matches a row of pieces with stars, each of which stands for any number of pieces.
fn walk<T>(
    pattern: &[T],
    text: &[T],
    is_star: &dyn Fn(&T) -> bool,
    is_same: &dyn Fn(&T, &T) -> bool,
) -> bool {
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        match pattern.get(at) {
            Some(piece) if is_star(piece) => {
                star = Some((at, place));
                at += 1;
            }
            Some(piece) if is_same(piece, &text[place]) => {
                at += 1;
                place += 1;
            }
            _ => {
                // The last star takes one piece more.
                let Some((of_star, taken)) = star else { return false };
                star = Some((of_star, taken + 1));
                at = of_star + 1;
                place = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(is_star)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_names_and_for_parts_of_them() {
        let check = |pattern: &str, path: &str, expect: bool| {
            assert_eq!(matches(pattern.as_bytes(), path.as_bytes()), expect, "{pattern} {path}");
        };
        check("/etc/passwd", "/etc/passwd", true);
        check("/etc/passwd", "/etc/passwd-", false);
        check("/var/log/*.log", "/var/log/dpkg.log", true);
        check("/var/log/*.log", "/var/log/apt/x.log", false);
        check("/var/cache/apt/**", "/var/cache/apt/archives/x.deb", true);
        check("/var/cache/apt/**", "/var/cache/aptitude", false);
        check("/**/*.pyc", "/x.pyc", true);
        check("/**/__pycache__/*.pyc", "/usr/lib/a/__pycache__/b.pyc", true);
        check("/**/__pycache__/*.pyc", "/usr/lib/a/__pycache__/c/b.pyc", false);
        check("/home/*/.bashrc", "/home/app/.bashrc", true);
        check("/a?c", "/abc", true);
        check("/a?c", "/a/c", false);
        check("/**", "/a", true);
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = format!("/{}b", "a*".repeat(200));
        let path = format!("/{}", "a".repeat(20_000));
        assert!(!matches(pattern.as_bytes(), path.as_bytes()));
    }
}
