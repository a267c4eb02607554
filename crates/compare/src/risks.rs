//! What rules say of an image, and what of it came or went: secrets, and what is set less safely than it could be. The
//! rules are the room `risk`'s; here is said what they are met in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use model::{File, FileHit, Hit, Package, Path};
use risk::{Kind, Rule};

use crate::Side;

/// A rule that is met in an image.
#[derive(Clone, Debug)]
pub struct Risk<'a> {
    /// The rule.
    pub rule: &'static Rule,
    /// Where it is met.
    pub place: Place<'a>,
    /// What may be told of it; never a secret.
    pub excerpt: Cow<'a, str>,
    /// What tells a secret from others, where a machine made it at random.
    pub mark: Option<[u8; 6]>,
    /// The package that has the file: what it ships, others have too.
    pub owner: Option<&'a Package>,
}

/// Where a rule is met.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place<'a> {
    /// In a file.
    File {
        /// Its path.
        path: &'a Path,
        /// The line, counted from 1; 0 where it is about the file itself.
        line: u32,
        /// The layer that brought the file, counted from 0 at the bottom.
        layer: u32,
        /// The layer that took it away or replaced it, while it is still in the image for whoever unpacks its layers.
        hidden: Option<u32>,
    },
    /// In a setting.
    Setting {
        /// Which one, as changes of settings call it.
        name: &'static str,
        /// The variable or the label.
        key: Option<&'a str>,
    },
}

impl Place<'_> {
    /// The setting's name, with the variable or the label: `env:PATH`; none for a file.
    pub fn setting(&self) -> Option<String> {
        match self {
            Place::File { .. } => None,
            Place::Setting { name, key: Some(key) } => Some(format!("{name}:{key}")),
            Place::Setting { name, key: None } => Some((*name).to_owned()),
        }
    }
}

/// A risk that only one of two images has.
#[derive(Clone, Debug)]
pub struct RiskChange<'a> {
    /// The risk.
    pub risk: Risk<'a>,
    /// Whether the new image has it.
    pub is_new: bool,
}

/// Everything that rules say of an image: secrets before the rest, what matters most before what matters less, what no
/// package has before what one ships.
pub fn risks(side: &Side) -> Vec<Risk<'_>> {
    of(side, &side.facts.files)
}

/// What rules say of an image and, of its files, of these.
fn of<'a>(side: &'a Side, files: impl IntoIterator<Item = &'a File>) -> Vec<Risk<'a>> {
    let mut risks: Vec<Risk<'_>> =
        side.facts.hits.iter().filter_map(|hit| in_file(side, hit)).collect();
    for file in files {
        let rules = risk::of_file(&file.path, &file.entry, !file.owners.is_empty());
        risks.extend(rules.map(|rule| Risk {
            rule,
            place: Place::File { path: &file.path, line: 0, layer: file.layer, hidden: None },
            excerpt: Cow::Owned(format!("{:04o}", file.entry.mode)),
            mark: None,
            owner: side.facts.owners(file).next(),
        }));
    }
    in_settings(side, &mut risks);
    risks.sort_by(|one, other| order(one).cmp(&order(other)));
    risks
}

type Order<'r> = (Kind, bool, risk::Severity, bool, &'r Place<'r>, &'r str, &'r str);

fn order<'r>(risk: &'r Risk<'_>) -> Order<'r> {
    let is_hidden = matches!(risk.place, Place::File { hidden: Some(_), .. });
    let Risk { rule, place, excerpt, owner, .. } = risk;
    (rule.kind, owner.is_some(), rule.severity, is_hidden, place, rule.id, excerpt)
}

fn in_file<'a>(side: &'a Side, one: &'a FileHit) -> Option<Risk<'a>> {
    let FileHit { path, hit, layer, hidden } = one;
    let file = side.facts.file(path).filter(|_| hidden.is_none());
    Some(Risk {
        rule: risk::rule(&hit.rule)?,
        place: Place::File { path, line: hit.line, layer: *layer, hidden: *hidden },
        excerpt: Cow::Borrowed(&hit.excerpt),
        mark: hit.mark,
        owner: file.and_then(|file| side.facts.owners(file).next()),
    })
}

fn in_settings<'a>(side: &'a Side, risks: &mut Vec<Risk<'a>>) {
    let settings = &side.settings;
    // Who knows nothing of an image's settings does not know that it runs as root.
    if !side.image.layers.is_empty() && side.image.config_digest.is_some() {
        risks.extend(risk::of_user(settings.user.as_deref()).map(|rule| {
            setting(rule, "user", None, settings.user.clone().unwrap_or_default(), None)
        }));
    }
    let mut add = |name: &'static str, key: Option<&'a str>, value: &str| {
        for Hit { rule, excerpt, mark, .. } in risk::in_setting(key, value) {
            risks.extend(risk::rule(&rule).map(|rule| setting(rule, name, key, excerpt, mark)));
        }
    };
    for (key, value) in &settings.env {
        add("env", Some(key), value);
    }
    for (key, value) in &settings.labels {
        add("labels", Some(key), value);
    }
    for (name, words) in [("entrypoint", &settings.entrypoint), ("cmd", &settings.cmd)] {
        if let Some(words) = words {
            add(name, None, &words.join(" "));
        }
    }
    settings.onbuild.iter().for_each(|line| add("onbuild", None, line));
    if let Some(health) = &settings.healthcheck {
        add("healthcheck", None, &health.test.join(" "));
    }
    for line in &settings.history {
        let words = [&line.created_by, &line.comment];
        words.into_iter().flatten().for_each(|text| add("history", None, text));
    }
}

fn setting<'a>(
    rule: &'static Rule,
    name: &'static str,
    key: Option<&'a str>,
    excerpt: String,
    mark: Option<[u8; 6]>,
) -> Risk<'a> {
    let place = Place::Setting { name, key };
    Risk { rule, place, excerpt: Cow::Owned(excerpt), mark, owner: None }
}

/// What tells risks apart. A line that has moved is the same risk, and so is a layer that was built again.
type Key = (&'static str, String, bool, String, Option<[u8; 6]>);

fn key(risk: &Risk<'_>) -> Key {
    let (place, hidden) = match &risk.place {
        Place::File { path, hidden, .. } => (path.to_string(), hidden.is_some()),
        place @ Place::Setting { .. } => {
            (format!("\0{}", place.setting().unwrap_or_default()), false)
        }
    };
    (risk.rule.id, place, hidden, risk.excerpt.to_string(), risk.mark)
}

/// The risks that only one of the two has, new ones first. Of the files that both have in the same way, nothing is asked.
pub(crate) fn compare<'a>(old: &'a Side, new: &'a Side) -> Vec<RiskChange<'a>> {
    let unlike = old.facts.files.unlike(&new.facts.files);
    let files =
        |side: usize| unlike.iter().flat_map(move |both| both[side].iter().copied()).flatten();
    let (before, after) = (of(old, files(0)), of(new, files(1)));
    let added = only(&after, &before).map(|risk| RiskChange { risk, is_new: true });
    let removed = only(&before, &after).map(|risk| RiskChange { risk, is_new: false });
    added.chain(removed).collect()
}

/// Those that the others do not have, as often as they have them.
fn only<'r, 'a>(
    risks: &'r [Risk<'a>],
    others: &[Risk<'_>],
) -> impl Iterator<Item = Risk<'a>> + use<'r, 'a> {
    let mut known: BTreeMap<Key, usize> = BTreeMap::new();
    for other in others {
        *known.entry(key(other)).or_default() += 1;
    }
    let mut is_known = move |risk: &Risk<'_>| match known.get_mut(&key(risk)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    risks.iter().filter(move |risk| !is_known(risk)).cloned()
}

impl PartialEq for Risk<'_> {
    fn eq(&self, other: &Self) -> bool {
        key(self) == key(other) && self.place == other.place && self.owner == other.owner
    }
}

impl Eq for Risk<'_> {}

impl PartialEq for RiskChange<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is_new == other.is_new && self.risk == other.risk
    }
}

impl Eq for RiskChange<'_> {}

impl RiskChange<'_> {
    /// Whether somebody should look at it: a new secret, and what is new and matters, where no package ships it.
    pub fn needs_look(&self) -> bool {
        let Risk { rule, owner, .. } = &self.risk;
        let matters = rule.kind == Kind::Secret || rule.severity <= risk::Severity::Medium;
        self.is_new && owner.is_none() && matters
    }
}
