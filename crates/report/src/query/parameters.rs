//! Parts a query's parameters into words and options (`exclude=/var/log`). It does not know what either means.

use super::Wrong;

/// The parameters of a query, parted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parameters<'a> {
    /// Those that are no options, in order.
    pub(crate) words: Vec<&'a str>,
    options: Vec<(&'a str, &'a str)>,
}

impl<'a> Parameters<'a> {
    /// Parts parameters of a query that knows the options called `known`.
    ///
    /// Anchore forgot options that it did not know without a word; here they are wrong.
    pub(crate) fn read(parameters: &'a [String], known: &[&str]) -> Result<Parameters<'a>, Wrong> {
        let mut parted = Parameters { words: Vec::new(), options: Vec::new() };
        for parameter in parameters {
            match option(parameter) {
                Some((name, value)) if known.contains(&name) => parted.options.push((name, value)),
                Some((name, _)) => return Err(unknown(name, known)),
                None => parted.words.push(parameter),
            }
        }
        Ok(parted)
    }

    /// Every value that an option was given.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.options.iter().filter(move |(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The words of an option whose values are lists with commas.
    pub(crate) fn list(&self, name: &str) -> Vec<&'a str> {
        let words = self.values(name).flat_map(|value| value.split(',').map(str::trim));
        words.filter(|word| !word.is_empty()).collect()
    }
}

/// A parameter that looks like an option: small letters before a `=`. No name of an image does.
fn option(parameter: &str) -> Option<(&str, &str)> {
    let (name, value) = parameter.split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name.then_some((name, value))
}

fn unknown(name: &str, known: &[&str]) -> Wrong {
    let known: Vec<String> = known.iter().map(|name| format!("{name}=")).collect();
    let hint = if known.is_empty() {
        "it has no options".into()
    } else {
        format!("its options are {}", known.join(", "))
    };
    Wrong { what: format!("`{name}=` is no option of this query"), hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parameters: &str, expect: &str) {
        let parameters: Vec<String> = parameters.split(' ').map(Into::into).collect();
        let shown = match Parameters::read(&parameters, &["exclude", "types"]) {
            Ok(parted) => {
                let exclude: Vec<&str> = parted.values("exclude").collect();
                format!("{:?} exclude {exclude:?} types {:?}", parted.words, parted.list("types"))
            }
            Err(wrong) => format!("{}: {}", wrong.what, wrong.hint),
        };
        assert_eq!(shown, expect);
    }

    #[test]
    fn options_stand_anywhere_and_several_times() {
        check("exclude=/a,b all exclude=/c /", r#"["all", "/"] exclude ["/a,b", "/c"] types []"#);
        check("types=npm,gem, types=deb", r#"[] exclude [] types ["npm", "gem", "deb"]"#);
        check("exclude=re:a=b", r#"[] exclude ["re:a=b"] types []"#);
    }

    #[test]
    fn names_of_images_are_no_options() {
        check("./a=b.tar oci:x=y =z", r#"["./a=b.tar", "oci:x=y", "=z"] exclude [] types []"#);
    }

    #[test]
    fn unknown_options_are_wrong() {
        check(
            "exlude=/a",
            "`exlude=` is no option of this query: its options are exclude=, types=",
        );
    }
}
