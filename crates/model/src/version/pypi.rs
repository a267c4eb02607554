//! The order of Python's versions: PEP 440, and below it whatever came before. It never refuses a text.

use std::cmp::Ordering;

use super::digits;

/// Compares two versions.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim().to_lowercase(), b.trim().to_lowercase());
    match (Standard::of(&a), Standard::of(&b)) {
        (Some(ours), Some(theirs)) => ours.compare(&theirs),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => legacy(&a).cmp(&legacy(&b)),
    }
}

/// The same as those who write advisories mean it: a local part counts only where the advisory names one, and of two
/// versions of which PEP 440 knows only one there is no order.
pub(crate) fn compare_for_advisory(version: &str, bound: &str) -> Option<Ordering> {
    let (version, bound) = (version.trim().to_lowercase(), bound.trim().to_lowercase());
    match (Standard::of(&version), Standard::of(&bound)) {
        (Some(mut ours), Some(theirs)) => {
            if theirs.local.is_none() {
                ours.local = None;
            }
            Some(ours.compare(&theirs))
        }
        (None, None) => {
            // What was built from a version that is none is none either; its local part counts as little.
            let public = version.split_once('+').map_or(&*version, |(public, _)| public);
            let version = if bound.contains('+') { &version } else { public };
            Some(legacy(version).cmp(&legacy(&bound)))
        }
        _ => None,
    }
}

/// A version as PEP 440 wants it: `1!2.3.4rc5.post6.dev7+local`.
#[derive(Debug, Default)]
struct Standard<'a> {
    epoch: &'a str,
    release: Vec<&'a str>,
    /// `a`, `b` or `rc`, and its number.
    pre: Option<(&'static str, &'a str)>,
    post: Option<&'a str>,
    dev: Option<&'a str>,
    local: Option<&'a str>,
}

impl<'a> Standard<'a> {
    fn of(version: &'a str) -> Option<Standard<'a>> {
        let mut standard = Standard::default();
        let (public, local) = match version.split_once('+') {
            Some((public, local)) => (public, Some(local)),
            None => (version, None),
        };
        if let Some(local) = local {
            let mut parts = local.split(['.', '-', '_']);
            if !parts
                .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()))
            {
                return None;
            }
            standard.local = Some(local);
        }
        let mut rest = Rest(public.strip_prefix('v').unwrap_or(public));
        let first = rest.digits()?;
        standard.release.push(first);
        if let Some(after) = rest.0.strip_prefix('!') {
            rest = Rest(after);
            (standard.epoch, standard.release) = (first, vec![rest.digits()?]);
        }
        while let Some(number) = rest.next_number() {
            standard.release.push(number);
        }
        standard.read_phases(&mut rest);
        rest.0.is_empty().then_some(standard)
    }

    /// Reads what may follow the numbers of the release.
    fn read_phases(&mut self, rest: &mut Rest<'a>) {
        const PRE: [(&str, &str); 8] = [
            ("alpha", "a"),
            ("beta", "b"),
            ("preview", "rc"),
            ("pre", "rc"),
            ("rc", "rc"),
            ("a", "a"),
            ("b", "b"),
            ("c", "rc"),
        ];
        self.pre = PRE.iter().find_map(|(word, name)| Some((*name, rest.phase(word)?)));
        self.post = rest.implicit_post();
        if self.post.is_none() {
            self.post = ["post", "rev", "r"].iter().find_map(|word| rest.phase(word));
        }
        self.dev = rest.phase("dev");
    }

    fn compare(&self, other: &Standard<'_>) -> Ordering {
        digits::compare(self.epoch.as_bytes(), other.epoch.as_bytes())
            .then_with(|| compare_releases(&self.release, &other.release))
            .then_with(|| self.compare_pre(other))
            .then_with(|| compare_numbers(self.post, other.post, Ordering::Less))
            .then_with(|| compare_numbers(self.dev, other.dev, Ordering::Greater))
            .then_with(|| compare_locals(self.local, other.local))
    }

    fn compare_pre(&self, other: &Standard<'_>) -> Ordering {
        // A mere development release is before every pre-release, and no pre-release at all is after them.
        let rank = |version: &Standard<'_>| match version.pre {
            Some(_) => 1,
            None if version.post.is_none() && version.dev.is_some() => 0,
            None => 2,
        };
        rank(self).cmp(&rank(other)).then_with(|| match (self.pre, other.pre) {
            (Some((ours, a)), Some((theirs, b))) => {
                ours.cmp(theirs).then_with(|| digits::compare(a.as_bytes(), b.as_bytes()))
            }
            _ => Ordering::Equal,
        })
    }
}

/// Compares numbers of a phase; a version that does not have the phase is `without` against one that has it.
fn compare_numbers(a: Option<&str>, b: Option<&str>, without: Ordering) -> Ordering {
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => without,
        (Some(_), None) => without.reverse(),
        (Some(a), Some(b)) => digits::compare(a.as_bytes(), b.as_bytes()),
    }
}

fn compare_releases(a: &[&str], b: &[&str]) -> Ordering {
    let number = |release: &[&str], place: usize| -> Vec<u8> {
        release.get(place).map(|number| number.as_bytes().into()).unwrap_or_default()
    };
    let mut orders = (0..a.len().max(b.len()))
        .map(|place| digits::compare(&number(a, place), &number(b, place)));
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Compares local versions: words before numbers, fewer parts before more.
fn compare_locals(a: Option<&str>, b: Option<&str>) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else { return a.is_some().cmp(&b.is_some()) };
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (mut a, mut b) = (a.split(['.', '-', '_']), b.split(['.', '-', '_']));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(ours), Some(theirs)) => match (is_number(ours), is_number(theirs)) {
                (true, true) => digits::compare(ours.as_bytes(), theirs.as_bytes()),
                (false, false) => ours.cmp(theirs),
                (ours, theirs) => ours.cmp(&theirs),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// What is still to be read of a version.
#[derive(Clone, Copy)]
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn after(&self, text: &str) -> Option<Rest<'a>> {
        self.0.strip_prefix(text).map(Rest)
    }

    /// Takes at least one digit.
    fn digits(&mut self) -> Option<&'a str> {
        let end = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        (!digits.is_empty()).then_some(digits)
    }

    /// Takes `.4`.
    fn next_number(&mut self) -> Option<&'a str> {
        let mut after = self.after(".")?;
        let number = after.digits()?;
        *self = after;
        Some(number)
    }

    fn without_separator(self) -> Rest<'a> {
        Rest(self.0.strip_prefix(['.', '-', '_']).unwrap_or(self.0))
    }

    /// Takes `.word.4`, whose signs and number may be missing, and gives the number.
    fn phase(&mut self, word: &str) -> Option<&'a str> {
        let after = self.without_separator().after(word)?;
        let mut numbered = after.without_separator();
        let number = numbered.digits();
        *self = if number.is_some() { numbered } else { after };
        Some(number.unwrap_or_default())
    }

    /// Takes `-4`, which is as good as `.post4`.
    fn implicit_post(&mut self) -> Option<&'a str> {
        let mut after = self.after("-")?;
        let number = after.digits()?;
        *self = after;
        Some(number)
    }
}

/// The key of a version that PEP 440 does not know, as setuptools made it in its time.
fn legacy(version: &str) -> Vec<Legacy<'_>> {
    let mut key = Vec::new();
    for part in runs(version) {
        let word = match part {
            "pre" | "preview" | "rc" => "c",
            "-" => "final-",
            "dev" => "@",
            part if part.as_bytes()[0].is_ascii_digit() => {
                key.push(Legacy::Number(part.trim_start_matches('0')));
                continue;
            }
            part => part,
        };
        if word < "final" {
            drop_from(&mut key, &Legacy::Word("final-"));
        }
        drop_from(&mut key, &Legacy::Number(""));
        key.push(Legacy::Word(word));
    }
    drop_from(&mut key, &Legacy::Number(""));
    key.push(Legacy::Word("final"));
    key
}

/// Drops what ends a key, as often as it stands there.
fn drop_from<'a>(key: &mut Vec<Legacy<'a>>, end: &Legacy<'a>) {
    while key.last() == Some(end) {
        key.pop();
    }
}

/// A part of a version that PEP 440 does not know: words before numbers.
#[derive(Debug, PartialEq, Eq)]
enum Legacy<'a> {
    Word(&'a str),
    /// Digits without leading zeros.
    Number(&'a str),
}

impl Ord for Legacy<'_> {
    fn cmp(&self, other: &Legacy<'_>) -> Ordering {
        match (self, other) {
            (Legacy::Word(a), Legacy::Word(b)) => a.cmp(b),
            (Legacy::Word(_), Legacy::Number(_)) => Ordering::Less,
            (Legacy::Number(_), Legacy::Word(_)) => Ordering::Greater,
            (Legacy::Number(a), Legacy::Number(b)) => digits::compare(a.as_bytes(), b.as_bytes()),
        }
    }
}

impl PartialOrd for Legacy<'_> {
    fn partial_cmp(&self, other: &Legacy<'_>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Runs of digits, of letters and of other signs, without dots; a hyphen stands for itself.
fn runs(version: &str) -> impl Iterator<Item = &str> {
    let mut rest = version;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches('.');
        let kind = |c: char| match c {
            '-' | '.' => 0,
            '0'..='9' => 1,
            'a'..='z' => 2,
            _ => 3,
        };
        let first = rest.chars().next()?;
        let end = match kind(first) {
            0 => 1,
            this => rest.find(|c| kind(c) != this).unwrap_or(rest.len()),
        };
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use crate::Scheme::Pypi;
    use crate::version::relations;

    fn check(relation: &str) {
        relations::check(Pypi, relation);
    }

    #[test]
    fn phases_stand_around_the_release() {
        check("1.0.dev1 < 1.0a1");
        check("1.0a1.dev2 < 1.0a1");
        check("1.0a1 < 1.0b1");
        check("1.0b1 < 1.0rc1");
        check("1.0c1 = 1.0rc1");
        check("1.0rc1 < 1.0");
        check("1.0 < 1.0.post1");
        check("1.0-1 = 1.0.post1");
        check("1.0.post1.dev1 < 1.0.post1");
        check("1.0+a < 1.0+1");
        check("1.0 < 1.0+a");
    }

    #[test]
    fn there_are_many_ways_to_write_one_version() {
        check("1.0 = 1");
        check("v1.0-ALPHA_1 = 1.0a1");
        check("1.0a = 1.0a0");
        check("0!1 = 1");
        check("1!0.1 > 2");
        check("1.010 = 1.10");
    }

    #[test]
    fn what_the_standard_does_not_know_is_before_it() {
        check("1.0-final-x < 0.1");
        check("2013-01-23T17:11:52+0100 < 2013-02-01T20:50:46+0100");
        check("é < 0");
        check("9-x < 10-x");
    }

    #[test]
    fn the_order_is_total() {
        let pieces = ["", "0", "1", ".", "-", "a", "post", "+"];
        relations::check_total(Pypi, &pieces);
    }

    #[test]
    fn the_corpus_agrees() {
        relations::check_corpus(Pypi, "pypi-versions.txt", &[]);
        relations::check_corpus(Pypi, "pypi-versions-generated.txt", &[]);
    }
}
