//! What rules say of an image's settings: variables, labels, lines of its history.

use std::ops::Range;

use model::Hit;

use crate::check::{Met, chosen};
use crate::redact::HIDDEN;
use crate::search::{self, File, Span, spans};

/// Names that say that something is secret, as parts between underscores and the like.
const SECRETIVE: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "access_key",
    "private_key",
    "secret_key",
    "credentials",
    "encryption_key",
    "signing_key",
    "app_key",
    "dbpass",
    "pgpass",
    "redis_auth",
    "pw",
];

/// Variables that make programs check less or tell more, with their values for that.
const DEBUG: &[(&str, &[&str])] = &[
    ("NODE_ENV", &["development", "dev"]),
    ("FLASK_DEBUG", &["1", "true"]),
    ("FLASK_ENV", &["development"]),
    ("DJANGO_DEBUG", &["1", "true"]),
    ("APP_DEBUG", &["1", "true"]),
    ("APP_ENV", &["dev", "development", "local"]),
    ("RAILS_ENV", &["development"]),
    ("RACK_ENV", &["development"]),
    ("ASPNETCORE_ENVIRONMENT", &["development"]),
    ("DOTNET_ENVIRONMENT", &["development"]),
    ("GIN_MODE", &["debug"]),
    ("PYTHONDEVMODE", &["1"]),
];

/// Variables that turn off the verifying of certificates, with their values for that.
const UNVERIFIED: &[(&str, &[&str])] = &[
    ("NODE_TLS_REJECT_UNAUTHORIZED", &["0"]),
    ("PYTHONHTTPSVERIFY", &["0"]),
    ("GIT_SSL_NO_VERIFY", &["1", "true"]),
    ("NPM_CONFIG_STRICT_SSL", &["false"]),
    ("GOINSECURE", &["*"]),
    ("GONOSUMCHECK", &["1"]),
];

/// What the rules say of a setting: of a variable or a label by its name, of a line of text without one.
pub fn in_setting(name: Option<&str>, value: &str) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for Hidden { rule, place: _, hit } in hidden(name, value) {
        hits.push(Hit { rule: rule.into(), ..hit });
    }
    let plain = |rule: &str| Hit { rule: rule.into(), line: 0, excerpt: value.into(), mark: None };
    let is = |table: &[(&str, &[&str])]| {
        let one = table.iter().find(|(variable, _)| name == Some(variable));
        one.is_some_and(|(_, values)| values.iter().any(|one| value.eq_ignore_ascii_case(one)))
    };
    if is(DEBUG) {
        hits.push(plain("debug-variable"));
    }
    if is(UNVERIFIED) {
        hits.push(plain("unverified-variable"));
    }
    let options = matches!(
        name,
        Some("JAVA_TOOL_OPTIONS" | "JAVA_OPTS" | "JDK_JAVA_OPTIONS" | "NODE_OPTIONS")
    );
    if options && (value.contains("-agentlib:jdwp") || value.contains("--inspect")) {
        hits.push(Hit { excerpt: String::new(), ..plain("debugger-variable") });
    }
    hits
}

/// A secret of a setting.
struct Hidden {
    /// The rule's id.
    rule: &'static str,
    /// Where it stands in the value.
    place: Range<usize>,
    /// What may be told of it.
    hit: Hit,
}

/// The secrets of a setting, in order.
fn hidden(name: Option<&str>, value: &str) -> Vec<Hidden> {
    let bytes = value.as_bytes();
    let spans = spans(bytes, File::Any);
    let mut all: Vec<Hidden> = spans.iter().map(|span| of_span(span, bytes, 0)).collect();
    if let Some(name) = name {
        // Some rules know a secret by what stands before it.
        let text = format!("{name}={value}");
        let start = name.len() + 1;
        let spans = self::spans(text.as_bytes(), File::Any);
        let inside = spans.iter().filter(|span| span.secret.start >= start);
        all.extend(inside.map(|span| of_span(span, text.as_bytes(), start)));
    }
    all.extend(named(name, value));
    all.sort_by_key(|hidden| (hidden.place.start, usize::MAX - hidden.place.end));
    let mut end = 0;
    all.retain(|hidden| {
        let is_new = hidden.place.start >= end;
        end = end.max(hidden.place.end);
        is_new
    });
    all
}

/// The places of whatever looks like a secret in a setting, in no order.
pub(crate) fn likely(name: Option<&str>, value: &str) -> Vec<Range<usize>> {
    let mut places = search::likely(value.as_bytes(), None);
    if let Some(name) = name {
        let start = name.len() + 1;
        let inside = search::likely(format!("{name}={value}").as_bytes(), None);
        let inside = inside.into_iter().filter(|place| place.start >= start);
        places.extend(inside.map(|place| place.start - start..place.end - start));
    }
    places.extend(named(name, value).into_iter().map(|hidden| hidden.place));
    places
}

/// What is secret because a name says so: the setting's own, or one of those in a line.
fn named(name: Option<&str>, value: &str) -> Vec<Hidden> {
    if let Some(name) = name {
        return by_name(name, value, 0).into_iter().collect();
    }
    let mut all = in_array(value);
    all.extend(in_instruction(value));
    let all_of = value;
    let mut from = 0;
    let mut option = None;
    for word in value.split([' ', '\t', '\n']) {
        let bare = |value: &'_ str| value.trim_end_matches([';', '"', '\'', '\r']).to_owned();
        if let Some(name) = option.take().filter(|_| !word.starts_with('-')) {
            all.extend(by_name(name, quoted(all_of, from).unwrap_or(&bare(word)), from));
        }
        if let Some((name, value)) = word.split_once('=') {
            let start = from + name.len() + 1;
            let name = name.trim_start_matches(['-', '"', '\'']);
            all.extend(by_name(name, quoted(all_of, start).unwrap_or(&bare(value)), start));
        }
        option = option_name(word);
        from += word.len() + 1;
    }
    all
}

/// What stands between the quotation mark at a place and the next one like it, with the first: a value may have blanks.
fn quoted(text: &str, start: usize) -> Option<&str> {
    let value = text.get(start..)?;
    let mark = value.chars().next().filter(|one| matches!(one, '"' | '\''))?;
    let length = value[1..].find(mark)?;
    Some(&value[..=length])
}

/// Words of an instruction that has them as a list: `["--password", "…"]`.
fn in_array(text: &str) -> Vec<Hidden> {
    let mut all = Vec::new();
    let Some(start) = text.find("[\"") else { return all };
    let mut option: Option<&str> = None;
    let mut from = start;
    while let Some(begin) = text[from..].find('"').map(|begin| from + begin + 1) {
        let Some(end) = text[begin..].find('"').map(|end| begin + end) else { break };
        let word = &text[begin..end];
        if let Some(name) = option.take().filter(|_| !word.starts_with('-')) {
            all.extend(by_name(name, word, begin));
        }
        option = option_name(word);
        from = end + 1;
    }
    all
}

/// `ENV NAME the value`, as Dockerfiles could always have it.
fn in_instruction(text: &str) -> Option<Hidden> {
    let trimmed = text.trim_start();
    let (instruction, rest) = trimmed.split_once(' ')?;
    if !["ENV", "LABEL"].iter().any(|one| instruction.eq_ignore_ascii_case(one)) {
        return None;
    }
    let (name, value) = rest.trim_start().split_once([' ', '\t'])?;
    if name.contains('=') {
        return None;
    }
    let value = value.trim();
    let start = text.rfind(value)?;
    by_name(name, value, start)
}

/// The name of an option whose value is the next word: `--password`.
pub(crate) fn option_name(word: &str) -> Option<&str> {
    let name = word.trim_start_matches(['"', '\'']).strip_prefix("--")?;
    let is_name = |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

fn of_span(span: &Span, bytes: &[u8], start: usize) -> Hidden {
    let place = span.secret.start - start..span.secret.end - start;
    Hidden { rule: span.rule.id, place, hit: span.hit(bytes, 0) }
}

/// A value that is secret because its name says so.
fn by_name(name: &str, value: &str, start: usize) -> Option<Hidden> {
    let shown = value.trim_start_matches(['"', '\'']);
    let start = start + value.len() - shown.len();
    let secret = shown.trim_end_matches(['"', '\'']);
    let met = Met { secret: secret.as_bytes(), whole: secret.as_bytes() };
    // What was taken out before is no secret any more.
    if shown.starts_with(HIDDEN) || secret.len() < 4 || !is_secretive(name) || !chosen(&met) {
        return None;
    }
    let excerpt = format!("… ({} characters)", secret.len());
    let rule = "password-in-configuration";
    let hit = Hit { rule: rule.into(), line: 0, excerpt, mark: None };
    Some(Hidden { rule, place: start..start + secret.len(), hit })
}

/// Whether a name ends with a word for something secret; `…_FILE` only says where it stands.
fn is_secretive(name: &str) -> bool {
    let lower = name.to_ascii_lowercase().replace(['-', '.'], "_");
    SECRETIVE.iter().any(|word| {
        lower
            .strip_suffix(word)
            .is_some_and(|before| before.is_empty() || before.ends_with('_') || word.len() > 5)
    })
}
