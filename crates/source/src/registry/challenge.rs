//! `WWW-Authenticate`: how a server says which credentials it wants. Pure; never judges whether to give them.

/// One way in that a server offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// User and password with every request.
    Basic,
    /// A token, to be had elsewhere.
    Bearer {
        /// Where tokens are given out.
        realm: String,
        /// For whom they are.
        service: Option<String>,
        /// What they allow.
        scope: Option<String>,
    },
}

/// Reads one header, which may hold several challenges. Schemes that we do not know are passed over, as is what makes
/// no sense.
pub(super) fn parse(header: &str) -> Vec<Challenge> {
    let mut challenges = Vec::new();
    let mut current: Option<Offer<'_>> = None;
    let mut rest = header;
    while let Some(next) = next_word(rest) {
        rest = next.rest;
        match next.value {
            // A word without a value begins the next challenge.
            None => {
                challenges.extend(current.take().and_then(Offer::finish));
                current = Some(Offer { scheme: next.name, parameters: Vec::new() });
            }
            Some(value) => {
                if let Some(offer) = &mut current {
                    offer.parameters.push((next.name, value));
                }
            }
        }
    }
    challenges.extend(current.and_then(Offer::finish));
    challenges
}

struct Offer<'a> {
    scheme: &'a str,
    parameters: Vec<(&'a str, String)>,
}

impl Offer<'_> {
    fn finish(self) -> Option<Challenge> {
        let parameter = |name: &str| {
            let named = |(key, _): &&(&str, String)| key.eq_ignore_ascii_case(name);
            self.parameters.iter().find(named).map(|(_, value)| value.clone())
        };
        if self.scheme.eq_ignore_ascii_case("basic") {
            return Some(Challenge::Basic);
        }
        if !self.scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let (service, scope) = (parameter("service"), parameter("scope"));
        Some(Challenge::Bearer { realm: parameter("realm")?, service, scope })
    }
}

struct Word<'a> {
    name: &'a str,
    value: Option<String>,
    rest: &'a str,
}

/// Takes `word`, `word=value` or `word="value"` from the front.
fn next_word(text: &str) -> Option<Word<'_>> {
    let text = text.trim_start_matches(|letter: char| !is_token(letter));
    let end = text.find(|letter: char| !is_token(letter)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    let Some(value) = rest.trim_start().strip_prefix('=') else {
        return Some(Word { name, value: None, rest });
    };
    let value = value.trim_start();
    if let Some(quoted) = value.strip_prefix('"') {
        let (value, rest) = unquote(quoted);
        return Some(Word { name, value: Some(value), rest });
    }
    let end = value.find([',', ' ', '\t']).unwrap_or(value.len());
    Some(Word { name, value: Some(value[..end].into()), rest: &value[end..] })
}

/// Reads up to the closing quote; a backslash makes any letter plain.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '"' => return (value, &text[place + 1..]),
            '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
            letter => value.push(letter),
        }
    }
    (value, "")
}

fn is_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expect: &str) {
        let shown: Vec<String> = (parse(header).into_iter())
            .map(|challenge| match challenge {
                Challenge::Basic => "basic".into(),
                Challenge::Bearer { realm, service, scope } => {
                    format!("{realm} {} {}", service.unwrap_or_default(), scope.unwrap_or_default())
                }
            })
            .collect();
        assert_eq!(shown.join(" | "), expect, "{header}");
    }

    #[test]
    fn what_registries_say_is_understood() {
        check(
            r#"Bearer realm="https://auth.h.io/token",service="registry.h.io",scope="repository:a/b:pull""#,
            "https://auth.h.io/token registry.h.io repository:a/b:pull",
        );
        check(r#"Basic realm="Registry Realm""#, "basic");
        check(r#"basic realm="x", charset="UTF-8""#, "basic");
        check(r#"BEARER Realm=https://h.io/t , Service = "s" "#, "https://h.io/t s ");
        check(r#"Bearer realm="a",scope="x:y:pull,push""#, "a  x:y:pull,push");
        check(r#"Basic realm="b", Bearer realm="r",service="s""#, "basic | r s ");
        check(r#"Negotiate abc==, Bearer realm="r""#, "r  ");
        check(r#"Bearer realm="a \"quoted\" name\\""#, r#"a "quoted" name\  "#);
    }

    #[test]
    fn what_makes_no_sense_is_passed_over() {
        for header in ["", ",,, ", "Bearer", r#"Bearer service="s""#, "=", "\"", "Digest x=y", "ü"]
        {
            check(header, "");
        }
        check(r#"Bearer realm="never closed"#, "never closed  ");
        check(r#"Bearer realm="ends in a backslash\"#, "ends in a backslash  ");
        check("Bearer realm=", "  ");
    }
}
