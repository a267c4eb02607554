//! `Link`: where a list goes on. Pure; never decides whether to go there.

/// The target of the link to the next page, as it is written.
pub(super) fn next(header: &str) -> Option<&str> {
    let mut rest = header;
    loop {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let (mut parameters, left) = split(after, b',');
        while !parameters.is_empty() {
            let (parameter, others) = split(parameters, b';');
            if is_next(parameter) {
                return Some(target);
            }
            parameters = others;
        }
        rest = left;
    }
}

/// Parts at the first `mark` that is not in quotes, and drops it.
fn split(text: &str, mark: u8) -> (&str, &str) {
    let mut quoted = false;
    let place = text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == mark && !quoted
    });
    place.map_or((text, ""), |place| (&text[..place], &text[place + 1..]))
}

fn is_next(parameter: &str) -> bool {
    parameter.split_once('=').is_some_and(|(name, value)| {
        let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
        name.trim().eq_ignore_ascii_case("rel")
            && relations.any(|relation| relation.eq_ignore_ascii_case("next"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found() {
        let check =
            |header: &str, expect: Option<&str>| assert_eq!(next(header), expect, "{header}");
        check(r#"</v2/a/tags/list?n=2&last=b>; rel="next""#, Some("/v2/a/tags/list?n=2&last=b"));
        check("<https://h.io/x,y>; rel=next", Some("https://h.io/x,y"));
        check(r#"<a>; rel="prev", <b>; title="x, y"; REL="first Next""#, Some("b"));
        check(r#"<a>; title=", <b>; rel=next""#, None);
        for header in ["", "<", "<a", "<a>", "a; rel=next", "<a>; rel=nextish", "<a>; rel", ">;<"] {
            check(header, None);
        }
    }
}
