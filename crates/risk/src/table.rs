//! Every rule there is, in the order in which they are asked: of two that meet the same words, the first counts.

mod accounts;
mod clouds;
mod files;
mod keys;
mod passwords;
mod services;
mod settings;

use crate::check::Check;
use crate::rule::{Files, How, Kind, Rule, Severity, Text};

/// The rules by their subjects.
static TABLES: &[&[Rule]] = &[
    keys::RULES,
    clouds::RULES,
    services::RULES,
    passwords::RULES,
    accounts::RULES,
    settings::RULES,
    files::RULES,
];

/// Every rule, in order.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.iter().copied().flatten()
}

/// The rule of this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// What of a rule only people read.
#[derive(Clone, Copy)]
struct About {
    id: &'static str,
    severity: Severity,
    title: &'static str,
    reason: &'static str,
}

/// A rule about something that machines make at random and that tells itself by how it begins; it may stand anywhere.
const fn token(
    about: About,
    literals: &'static [&'static str],
    pattern: &'static str,
    check: Check,
) -> Rule {
    let text = Text { files: Files::Any, literals, pattern, check, random: true };
    secret(about, How::Text(text))
}

/// A rule about something that people think out, in files of these names.
const fn password(
    about: About,
    files: Files,
    literals: &'static [&'static str],
    pattern: &'static str,
    check: Check,
) -> Rule {
    secret(about, How::Text(Text { files, literals, pattern, check, random: false }))
}

/// A rule about what is set in files of these names.
const fn weak(
    about: About,
    files: &'static [&'static str],
    literals: &'static [&'static str],
    pattern: &'static str,
) -> Rule {
    let check = crate::check::always;
    let files = Files::Named(files);
    misconfiguration(about, How::Text(Text { files, literals, pattern, check, random: false }))
}

const fn secret(about: About, how: How) -> Rule {
    let About { id, severity, title, reason } = about;
    Rule { id, kind: Kind::Secret, severity, title, reason, how }
}

const fn misconfiguration(about: About, how: How) -> Rule {
    let About { id, severity, title, reason } = about;
    Rule { id, kind: Kind::Misconfiguration, severity, title, reason, how }
}
