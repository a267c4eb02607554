//! Which paths a question is about: those below a prefix, but for those that are excluded.
//!
//! Both are literal and know where a name ends: `/var/lib/yum` is not `/var/lib/yumfoo`. `re:` makes either a regular
//! expression that has to match from the beginning, as all of Anchore's were.

use model::Path;

use super::Wrong;
use super::parameters::Parameters;
use super::pattern::Pattern;

/// The option that excludes paths.
pub(super) const EXCLUDE: &str = "exclude";

/// Which paths are meant.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    prefix: Filter,
    excluded: Vec<Filter>,
}

#[derive(Clone, Debug)]
enum Filter {
    Below(Path),
    Matching(Pattern),
}

impl Selection {
    /// Reads a prefix and every `exclude=`.
    pub(super) fn new(prefix: &str, parameters: &Parameters<'_>) -> Result<Selection, Wrong> {
        let excluded = parameters.values(EXCLUDE).map(|text| Filter::new(text, "excluded"));
        Ok(Selection {
            prefix: Filter::new(prefix, "looked at")?,
            excluded: excluded.collect::<Result<_, _>>()?,
        })
    }

    /// Whether a path is meant.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.prefix.has(path) && !self.excluded.iter().any(|filter| filter.has(path))
    }
}

impl Filter {
    fn new(text: &str, role: &str) -> Result<Filter, Wrong> {
        if text.starts_with("re:") {
            return Pattern::parse(text).map(Filter::Matching);
        }
        if text.starts_with('/') {
            return Ok(Filter::Below(Path::new(text)));
        }
        Err(Wrong {
            what: format!("`{text}` is no path that could be {role}"),
            hint:
                "paths begin with `/`, regular expressions with `re:`; images come after the prefix"
                    .into(),
        })
    }

    fn has(&self, path: &Path) -> bool {
        match self {
            Filter::Below(directory) => path.is_under(directory),
            Filter::Matching(pattern) => pattern.holds(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prefix: &str, parameters: &[&str], expect: &str) {
        let parameters: Vec<String> = parameters.iter().map(ToString::to_string).collect();
        let parameters = Parameters::read(&parameters, &[EXCLUDE]).unwrap();
        let paths =
            ["/", "/var/lib/yum", "/var/lib/yum/a", "/var/lib/yumfoo", "/var/lib/y.m", "/a.pyc"];
        let shown = match Selection::new(prefix, &parameters) {
            Ok(selection) => {
                let has = |path: &&str| selection.has(&Path::from(*path));
                paths.into_iter().filter(has).collect::<Vec<_>>().join(" ")
            }
            Err(wrong) => wrong.what,
        };
        assert_eq!(shown, expect);
    }

    #[test]
    fn prefixes_end_where_names_end() {
        check("/", &["exclude=/var/lib/yum"], "/ /var/lib/yumfoo /var/lib/y.m /a.pyc");
        check("/var/lib/yum/", &[], "/var/lib/yum /var/lib/yum/a");
        check(
            "/",
            &["exclude=/var/lib/y.m", "exclude=/a.pyc"],
            "/ /var/lib/yum /var/lib/yum/a /var/lib/yumfoo",
        );
        check("/all", &[], "");
    }

    #[test]
    fn regular_expressions_are_for_those_who_ask_for_them() {
        check("/", &["exclude=re:/var/lib/y.m"], "/ /a.pyc");
        check("re:.*[.]pyc$", &[], "/a.pyc");
        check(
            "/",
            &["exclude=re:.*=(a"],
            "`.*=(a` is no regular expression that can be used: unclosed group",
        );
    }

    #[test]
    fn what_is_no_path_is_wrong() {
        check("/", &["exclude=var/lib"], "`var/lib` is no path that could be excluded");
        check("shop:1.4", &[], "`shop:1.4` is no path that could be looked at");
    }
}
