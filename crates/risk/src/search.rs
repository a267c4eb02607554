//! Looks through bytes for what the rules say. One search for all their literals tells which patterns are worth trying, so
//! that most files cost one quick pass.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, packed};
use model::Hit;
use regex::bytes::{Regex, RegexBuilder};

use crate::check::Met;
use crate::mark::mark;
use crate::names;
use crate::rule::{Files, How, Kind, Rule, Text};
use crate::runs;
use crate::table;

/// Hits of one file that are told at the most.
pub const MOST_HITS: usize = 50;

/// Bytes that a compiled pattern may take.
const MOST_PATTERN: usize = 8 << 20;

/// Literals that one search with vectors takes.
const MOST_PACKED: usize = 60;

/// Characters of a name that are shown at the most.
const LONGEST_NAME: usize = 48;

/// What the rules say of a file's content, by its place in it. `path` has no leading slash.
pub fn in_file(path: &[u8], bytes: &[u8]) -> Vec<Hit> {
    let mut hits = Vec::new();
    if names::is_key_store(path) && is_key_store(bytes) {
        let rule = "key-store".into();
        hits.push(Hit { rule, line: 0, excerpt: String::new(), mark: None });
    }
    for span in spans(bytes, File::At(path)) {
        if hits.len() == MOST_HITS {
            break;
        }
        hits.push(span.hit(bytes, line(bytes, span.whole.start)));
    }
    hits
}

/// PKCS#12 is a sequence in DER, of two bytes of length; the others have numbers of their own.
fn is_key_store(bytes: &[u8]) -> bool {
    const BEGINNINGS: &[&[u8]] = &[
        &[0x30, 0x82],
        &[0xfe, 0xed, 0xfe, 0xed],
        &[0xce, 0xce, 0xce, 0xce],
        &[0, 0, 0, 1],
        &[0, 0, 0, 2],
    ];
    BEGINNINGS.iter().any(|beginning| bytes.starts_with(beginning))
}

/// The number of the line that a byte stands in, counted from 1.
fn line(bytes: &[u8], place: usize) -> u32 {
    let lines = bytes[..place].split(|byte| *byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX)
}

/// Where a rule is met.
pub(crate) struct Span {
    pub(crate) rule: &'static Rule,
    text: &'static Text,
    /// All that its pattern matches.
    pub(crate) whole: Range<usize>,
    /// What must not be told.
    pub(crate) secret: Range<usize>,
    name: Option<Range<usize>>,
}

impl Span {
    /// What may be told of it.
    pub(crate) fn hit(&self, bytes: &[u8], line: u32) -> Hit {
        let secret = &bytes[self.secret.clone()];
        let is_marked = self.text.random && self.rule.kind == Kind::Secret;
        Hit {
            rule: self.rule.id.into(),
            line,
            excerpt: self.excerpt(bytes),
            mark: is_marked.then(|| mark(self.rule.id, secret)),
        }
    }

    /// The secret's name, how it begins as all of its kind do, and how long it is.
    fn excerpt(&self, bytes: &[u8]) -> String {
        let secret = &bytes[self.secret.clone()];
        let name = self.name.clone().map(|name| shown(&bytes[name])).unwrap_or_default();
        if self.rule.kind == Kind::Misconfiguration {
            return name;
        }
        let head =
            if secret.first() == Some(&b'\n') || bytes[self.whole.clone()].starts_with(b"-----") {
                let head = &bytes[self.whole.start..self.secret.start];
                head.split(|&byte| byte == b'\n').next().map(shown).unwrap_or_default()
            } else {
                let begins = |literal: &&&str| secret.starts_with(literal.as_bytes());
                let known =
                    self.text.literals.iter().filter(begins).max_by_key(|literal| literal.len());
                known.copied().unwrap_or_default().into()
            };
        let length = format!("{head}… ({} characters)", secret.len());
        if name.is_empty() { length } else { format!("{name} {length}") }
    }
}

fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()
}

/// Where rules are met that may be met anywhere or in such a file, each byte by one rule of a kind at the most, ordered by
/// place.
pub(crate) fn spans(bytes: &[u8], file: File<'_>) -> Vec<Span> {
    let engine = &*ENGINE;
    let mut spans: Vec<Span> = Vec::new();
    for number in engine.candidates(bytes, &engine.meant(file)) {
        engine.patterns[number].spans(bytes, &mut spans);
    }
    spans.sort_by_key(|span| (span.whole.start, span.whole.end));
    spans
}

/// Every place of what looks like a secret, in no order: to hide too much is the lesser evil. What machines make at random is
/// not asked whether it was drawn well, and there may be any number of places. `path` has no leading slash.
pub(crate) fn likely(bytes: &[u8], path: Option<&[u8]>) -> Vec<Range<usize>> {
    let engine = &*ENGINE;
    let mut meant = engine.meant(File::Any);
    if let Some(path) = path {
        meant.extend(engine.meant(File::At(path)));
    }
    let candidates = engine.candidates(bytes, &meant);
    let patterns = candidates.into_iter().map(|number| &engine.patterns[number]);
    let secrets = patterns.filter(|pattern| pattern.rule.kind == Kind::Secret);
    secrets.flat_map(|pattern| pattern.likely(bytes)).collect()
}

/// How what rules meet anywhere begins, where all of its kind begin with a word and a joint: `ghp_`.
pub(crate) fn beginnings() -> impl Iterator<Item = &'static str> {
    let anywhere = ENGINE.patterns.iter().filter(|one| matches!(one.text.files, Files::Any));
    let literals = anywhere.flat_map(|pattern| pattern.text.literals).copied();
    literals.filter(|one| one.ends_with(['_', '-', '.']) && !one.starts_with(['_', '.']))
}

/// Which file a text is.
#[derive(Clone, Copy)]
pub(crate) enum File<'a> {
    /// The one at this path, without a leading slash.
    At(&'a [u8]),
    /// None in particular: all rules are asked that need no name.
    Any,
}

static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::new);

/// The rules that are met in texts, ready to be looked for.
struct Engine {
    patterns: Vec<Pattern>,
    /// Those that may be met anywhere.
    anywhere: Literals,
    /// Those that are met in files of certain names.
    others: Literals,
    /// Those of these whose literals are single characters, which stand nearly everywhere: they are tried wherever they are
    /// meant, and not looked for.
    always: Vec<usize>,
    /// Which of these are met in configuration.
    configuration: Vec<usize>,
    /// Which of these are met in files of this last name.
    named: HashMap<&'static [u8], Vec<usize>>,
    /// Which of these are met in files of a name that has a star in it.
    starred: Vec<usize>,
}

/// One rule's pattern, compiled when it is first needed.
struct Pattern {
    rule: &'static Rule,
    text: &'static Text,
    regex: OnceLock<Option<Regex>>,
}

/// The literals of some rules.
struct Literals {
    search: Search,
    /// For each literal the number of its pattern.
    owners: Vec<Vec<usize>>,
}

/// How literals are looked for: with vectors where the machine has them and no literal lies in another.
enum Search {
    /// Several, because each takes so many literals only.
    Packed(Vec<packed::Searcher>),
    Automaton(AhoCorasick),
    Nothing,
}

impl Engine {
    fn new() -> Engine {
        let pattern = |(rule, text)| Pattern { rule, text, regex: OnceLock::new() };
        let patterns: Vec<Pattern> = texts().map(pattern).collect();
        let numbers = |anywhere: bool| {
            let all = patterns.iter().enumerate();
            all.filter(move |(_, one)| matches!(one.text.files, Files::Any) == anywhere)
                .map(|(number, _)| number)
                .collect::<Vec<usize>>()
        };
        let (anywhere, others) = (numbers(true), numbers(false));
        let (mut configuration, mut starred) = (Vec::new(), Vec::new());
        let mut named: HashMap<&'static [u8], Vec<usize>> = HashMap::new();
        for &number in &others {
            match &patterns[number].text.files {
                Files::Any => {}
                Files::Configuration => configuration.push(number),
                Files::Named(files) => {
                    for file in *files {
                        let name = names::name(file.as_bytes());
                        let numbers = if name.contains(&b'*') {
                            &mut starred
                        } else {
                            named.entry(name).or_default()
                        };
                        if !numbers.contains(&number) {
                            numbers.push(number);
                        }
                    }
                }
            }
        }
        let anywhere = Literals::new(&patterns, &anywhere);
        let is_short =
            |number: &usize| patterns[*number].text.literals.iter().any(|one| one.len() < 2);
        let (always, others): (Vec<usize>, Vec<usize>) = others.into_iter().partition(is_short);
        let others = Literals::new(&patterns, &others);
        Engine { patterns, anywhere, others, always, configuration, named, starred }
    }

    /// The patterns that are worth trying: those met anywhere, and of the others those that are meant.
    fn candidates(&self, bytes: &[u8], meant: &[usize]) -> Vec<usize> {
        let mut candidates = Vec::new();
        for part in runs::worth(bytes) {
            self.anywhere.candidates(&bytes[part], &mut candidates);
        }
        if !meant.is_empty() {
            let mut others = Vec::new();
            self.others.candidates(bytes, &mut others);
            candidates.extend(others.into_iter().filter(|number| meant.contains(number)));
            candidates.extend(self.always.iter().filter(|number| meant.contains(number)));
        }
        candidates.sort_unstable();
        candidates
    }

    /// The rules that are met in such a file, those that are met anywhere left out.
    fn meant(&self, file: File<'_>) -> Vec<usize> {
        let File::At(path) = file else { return self.configuration.clone() };
        let named = self.named.get(names::name(path)).into_iter().flatten().chain(&self.starred);
        let meant = named.filter(|number| self.patterns[**number].text.files.mean(path));
        let mut meant: Vec<usize> = meant.copied().collect();
        if names::is_configuration(path) {
            meant.extend(&self.configuration);
        }
        meant
    }
}

impl Literals {
    fn new(patterns: &[Pattern], rules: &[usize]) -> Literals {
        let mut literals: Vec<&'static str> = Vec::new();
        let mut owners: Vec<Vec<usize>> = Vec::new();
        for &number in rules {
            for &literal in patterns[number].text.literals {
                if let Some(place) = literals.iter().position(|known| *known == literal) {
                    owners[place].push(number);
                } else {
                    literals.push(literal);
                    owners.push(vec![number]);
                }
            }
        }
        let lies_in_another =
            |one: &str| literals.iter().any(|two| *two != one && two.contains(one));
        let packed = literals.chunks(MOST_PACKED);
        let packed: Option<Vec<_>> = packed
            .map(|literals| packed::Config::new().builder().extend(literals).build())
            .collect();
        let search = match packed.filter(|_| !literals.iter().any(|one| lies_in_another(one))) {
            Some(packed) => Search::Packed(packed),
            None => AhoCorasick::new(&literals).map_or(Search::Nothing, Search::Automaton),
        };
        Literals { search, owners }
    }

    /// Adds the patterns of which a literal is met.
    fn candidates(&self, bytes: &[u8], met: &mut Vec<usize>) {
        let mut note = |literal: usize| {
            for &number in &self.owners[literal] {
                if !met.contains(&number) {
                    met.push(number);
                }
            }
        };
        match &self.search {
            Search::Packed(searchers) => {
                for (number, packed) in searchers.iter().enumerate() {
                    let first = number * MOST_PACKED;
                    let found = packed.find_iter(bytes);
                    found.for_each(|found| note(first + found.pattern().as_usize()));
                }
            }
            Search::Automaton(automaton) => {
                automaton
                    .find_overlapping_iter(bytes)
                    .for_each(|found| note(found.pattern().as_usize()));
            }
            Search::Nothing => {}
        }
    }
}

impl Pattern {
    fn regex(&self) -> Option<&Regex> {
        let compile = || {
            let mut builder = RegexBuilder::new(self.text.pattern);
            builder.unicode(false).size_limit(MOST_PATTERN).build().ok()
        };
        self.regex.get_or_init(compile).as_ref()
    }

    /// The places of secrets.
    fn likely(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let Some(regex) = self.regex() else { return Vec::new() };
        let secret = |found: regex::bytes::Captures<'_>| {
            let whole = found.get(0)?;
            let secret = found.name("secret").unwrap_or(whole);
            let met = Met { secret: secret.as_bytes(), whole: whole.as_bytes() };
            (self.text.random || (self.text.check)(&met)).then(|| secret.range())
        };
        regex.captures_iter(bytes).filter_map(secret).collect()
    }

    fn spans(&self, bytes: &[u8], spans: &mut Vec<Span>) {
        let Some(regex) = self.regex() else { return };
        let range = |found: regex::bytes::Match<'_>| found.start()..found.end();
        for found in regex.captures_iter(bytes) {
            let Some(whole) = found.get(0).map(range) else { continue };
            let secret = found.name("secret").map_or_else(|| whole.clone(), range);
            let met = Met { secret: &bytes[secret.clone()], whole: &bytes[whole.clone()] };
            let is_told = |other: &Span| {
                other.rule.kind == self.rule.kind
                    && other.secret.start < secret.end
                    && secret.start < other.secret.end
            };
            if !(self.text.check)(&met) || spans.iter().any(is_told) {
                continue;
            }
            let name = found.name("name").map(range);
            spans.push(Span { rule: self.rule, text: self.text, whole, secret, name });
            if spans.len() >= 2 * MOST_HITS {
                return;
            }
        }
    }
}

/// The rules that look at texts.
fn texts() -> impl Iterator<Item = (&'static Rule, &'static Text)> {
    table::all().filter_map(|rule| match &rule.how {
        How::Text(text) => Some((rule, text)),
        How::Other => None,
    })
}

/// What the rules say of themselves: with others, the same files would give other hits.
pub fn revision() -> String {
    let text = |(rule, text): (&Rule, &Text)| {
        let Text { files, literals, pattern, random, check: _ } = text;
        format!("{} {files:?} {literals:?} {pattern} {random}\n", rule.id)
    };
    format!("{REVISION}\n") + &texts().map(text).collect::<String>()
}

/// Counted up whenever the same rules would give other hits of the same bytes.
const REVISION: u32 = 1;

/// Whether literals that may stand anywhere are looked for in the quick way, where the machine has it.
#[cfg(test)]
pub(crate) fn is_quick() -> bool {
    matches!(ENGINE.anywhere.search, Search::Packed(_))
}

/// Whether every pattern can be compiled.
#[cfg(test)]
pub(crate) fn broken() -> Vec<&'static str> {
    let broken = ENGINE.patterns.iter().filter(|pattern| pattern.regex().is_none());
    broken.map(|pattern| pattern.rule.id).collect()
}
