//! Paths of the gateway: what they look like, and which parts of them are members of a request.

/// What a path has to look like: `/registry/v1/repos/{repo_id=**}/diff`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    before: Vec<Part>,
    /// The member that takes any number of segments, and what follows it.
    rest: Option<(&'static str, Vec<Part>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// This very segment.
    Literal(&'static str),
    /// Any segment, which is this member.
    Member(&'static str),
}

/// A member of a request with the text that a path has for it.
pub(crate) type Bound = (&'static str, String);

impl Template {
    /// Reads `{x}`, `{x=*}` and, at most once, `{x=**}` between literal segments.
    pub(crate) fn new(text: &'static str) -> Template {
        let mut template = Template { before: Vec::new(), rest: None };
        for segment in text.trim_start_matches('/').split('/') {
            let member = segment.strip_prefix('{').and_then(|inner| inner.strip_suffix('}'));
            let part = match member.map(|inner| inner.split_once('=').unwrap_or((inner, "*"))) {
                Some((name, "**")) => {
                    template.rest = Some((name, Vec::new()));
                    continue;
                }
                Some((name, _)) => Part::Member(name),
                None => Part::Literal(segment),
            };
            match &mut template.rest {
                Some((_, after)) => after.push(part),
                None => template.before.push(part),
            }
        }
        template
    }

    /// A path that looks so, with this text for the member that takes any number of segments.
    #[cfg(test)]
    pub(crate) fn example(&self, text: &str) -> String {
        let part = |part: &Part| match part {
            Part::Literal(literal) => format!("/{literal}"),
            Part::Member(_) => "/x".to_owned(),
        };
        let mut path: String = self.before.iter().map(part).collect();
        if let Some((_, after)) = &self.rest {
            path += &format!("/{text}");
            path.extend(after.iter().map(part));
        }
        path
    }

    /// The members that a path has, where it looks as it should. It is decoded already.
    pub(crate) fn bind(&self, path: &str) -> Option<Vec<Bound>> {
        let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let (head, rest) = segments.split_at_checked(self.before.len())?;
        let mut bound = Vec::new();
        each(&self.before, head, &mut bound)?;
        match &self.rest {
            None => rest.is_empty().then_some(bound),
            Some((name, after)) => {
                let (middle, tail) = rest.split_at_checked(rest.len().checked_sub(after.len())?)?;
                each(after, tail, &mut bound)?;
                bound.push((name, middle.join("/")));
                Some(bound)
            }
        }
    }
}

fn each(parts: &[Part], segments: &[&str], bound: &mut Vec<Bound>) -> Option<()> {
    for (part, segment) in parts.iter().zip(segments) {
        match part {
            Part::Literal(literal) => (literal == segment).then_some(())?,
            Part::Member(name) => bound.push((name, (*segment).to_owned())),
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &'static str, path: &str, expect: Option<&str>) {
        let bound = Template::new(template).bind(path);
        let told = bound.map(|bound| {
            let told = bound.iter().map(|(name, text)| format!("{name}={text}"));
            told.collect::<Vec<_>>().join(" ")
        });
        assert_eq!(told.as_deref(), expect, "{template} {path}");
    }

    #[test]
    fn a_member_takes_one_segment_or_any_number() {
        let diff = "/registry/v1/repos/{repo_id=**}/diff";
        check(diff, "/registry/v1/repos/a/b/diff", Some("repo_id=a/b"));
        check(diff, "/registry/v1/repos/a/diff/diff", Some("repo_id=a/diff"));
        check(diff, "/registry/v1/repos/diff", Some("repo_id="));
        check(diff, "/registry/v1/repos/a/b", None);
        check(diff, "/registry/v1/repos", None);
        let size = "/r/{repo_id=**}/digests/{digest=*}/size";
        check(size, "/r/a/b/digests/sha256:1/size", Some("digest=sha256:1 repo_id=a/b"));
        check(size, "/r/a/b/digests/x/y/size", None);
        check("/g/{parent=**}", "/g", Some("parent="));
        check("/g/{parent=**}", "/g/a/b", Some("parent=a/b"));
        check("/ping/v1/ping", "/ping/v1/ping", Some(""));
        check("/ping/v1/ping", "/ping/v1/ping/", None);
        check("/one/{x}", "/one/1", Some("x=1"));
        check("/one/{x}", "no slash", None);
    }
}
