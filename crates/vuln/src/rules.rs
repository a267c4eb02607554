//! Rules of the user's: which findings do not count, why, and until when. A TOML file of `[[ignore]]` tables.
//!
//! ```toml
//! [[ignore]]
//! vulnerability = "CVE-2024-1"
//! package = "lib*"
//! reason = "the parser is not reachable"
//! expires = 2027-01-31
//! ```
//!
//! All conditions of a rule must hold. A rule without a condition, without a reason, or with a key that is not known is an
//! error; a rule that has expired suppresses nothing and is told, and so is one that fits nothing.

mod pattern;
#[cfg(test)]
pub(crate) mod tests;

use model::{
    Constraint, Finding, FixState, Format, ImageFacts, InstalledPackage, Severity, Suppressed,
    SuppressedBy, Time, visible,
};
use serde::Deserialize;

use crate::{Error, Listed};
pub(crate) use pattern::Pattern;

/// The largest file that is read, in bytes.
pub const LARGEST: u64 = 4 << 20;
/// The seconds of a day.
const DAY: i64 = 86_400;

/// A file of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    file: String,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    #[serde(default)]
    ignore: Vec<RuleShape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RuleShape {
    vulnerability: Option<String>,
    package: Option<String>,
    version: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    severity: Option<String>,
    fix_state: Option<String>,
    path: Option<String>,
    reason: Option<String>,
    expires: Option<Expires>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Expires {
    Day(toml::value::Datetime),
    Text(String),
}

/// A rule. What is none is any.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// Its place in the file, from 1.
    number: usize,
    vulnerability: Option<Pattern>,
    package: Option<Pattern>,
    version: Option<String>,
    kind: Option<String>,
    severity: Option<Severity>,
    fix_state: Option<FixState>,
    path: Option<Pattern>,
    reason: String,
    expires: Option<Until>,
}

/// The first second at which a rule does not hold any more, and how the file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Until {
    end: Time,
    text: String,
}

impl Rules {
    /// Reads a file's text; `file` is its name in errors and in what is suppressed.
    pub fn parse(file: &str, text: &str) -> Result<Rules, Error> {
        let invalid = |what: String| {
            Error::Invalid {
            what: format!("could not read the rules of {}: {what}", visible(file.as_bytes())),
            hint: "an `[[ignore]]` has `vulnerability`, `package`, `version`, `type`, `severity`, `fix-state`, `path`, \
                   and a `reason`; it may have `expires`"
                .into(),
        }
        };
        let shape: Shape = toml::from_str(text)
            .map_err(|error| invalid(error.to_string().trim_end().to_owned()))?;
        let rules = (1..).zip(shape.ignore).map(|(number, shape)| {
            Rule::of(number, shape).map_err(|why| invalid(format!("rule {number}: {why}")))
        });
        Ok(Rules { file: file.into(), rules: rules.collect::<Result<_, _>>()? })
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Suppresses the findings that rules fit, as of `now`. What is told are sentences about rules that have expired and
    /// rules that fit nothing in any of the images.
    pub fn apply(&self, images: &mut [Listed<'_>], now: Time) -> Vec<String> {
        let file = visible(self.file.as_bytes());
        let told = self.rules.iter().filter_map(|rule| {
            let mut fitting: Vec<&mut Finding> = Vec::new();
            for Listed { findings, facts, .. } in &mut *images {
                let all = findings.findings.iter_mut();
                fitting.extend(all.filter(|finding| rule.fits(finding, facts)));
            }
            let head = format!("rule {} of {file}", rule.number);
            if let Some(until) = rule.expires.as_ref().filter(|until| now >= until.end) {
                return Some(format!(
                    "{head} expired ({}) and does not suppress the {} findings that it fits",
                    until.text,
                    fitting.len()
                ));
            }
            let fits_nothing = fitting.is_empty();
            for finding in fitting {
                // The first who says so is named.
                finding.suppressed.get_or_insert_with(|| Suppressed {
                    by: SuppressedBy::Rule { file: self.file.clone() },
                    reason: rule.reason.clone(),
                });
            }
            fits_nothing.then(|| format!("{head} fits no finding"))
        });
        told.collect()
    }
}

impl Rule {
    fn of(number: usize, shape: RuleShape) -> Result<Rule, String> {
        let word = |text: Option<String>, key: &str| match text {
            Some(text) if text.trim().is_empty() => Err(format!("`{key}` is empty")),
            text => Ok(text.map(|text| text.trim().to_owned())),
        };
        let rule = Rule {
            number,
            vulnerability: word(shape.vulnerability, "vulnerability")?
                .map(|text| Pattern::of(&text)),
            package: word(shape.package, "package")?.map(|text| Pattern::of(&text)),
            version: word(shape.version, "version")?,
            kind: word(shape.kind, "type")?,
            severity: word(shape.severity, "severity")?
                .map(|text| Severity::of_word(&text).ok_or(format!("`{text}` is no severity")))
                .transpose()?,
            fix_state: word(shape.fix_state, "fix-state")?
                .map(|text| fix_state(&text))
                .transpose()?,
            path: word(shape.path, "path")?.map(|text| Pattern::of_path(&text)),
            reason: word(shape.reason, "reason")?.ok_or("there is no `reason`")?,
            expires: shape.expires.map(Until::of).transpose()?,
        };
        if rule.has_no_condition() {
            return Err("it has no condition and would suppress everything".into());
        }
        if let Some(version) = &rule.version {
            // By the most lenient rules: which ones hold is known with the package.
            Constraint::parse(version, Format::Fuzzy).map_err(|error| error.to_string())?;
        }
        Ok(rule)
    }

    fn has_no_condition(&self) -> bool {
        self.vulnerability.is_none()
            && self.package.is_none()
            && self.version.is_none()
            && self.kind.is_none()
            && self.severity.is_none()
            && self.fix_state.is_none()
            && self.path.is_none()
    }

    fn fits(&self, finding: &Finding, facts: &ImageFacts) -> bool {
        let Some(installed) = facts.packages.get(finding.package as usize) else { return false };
        let InstalledPackage { package, .. } = installed;
        let fits = |pattern: &Option<Pattern>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.fits(text))
        };
        let group_and_name =
            package.group.as_ref().map(|group| format!("{group}:{}", package.name));
        self.vulnerability
            .as_ref()
            .is_none_or(|pattern| finding.names().any(|name| pattern.fits(name)))
            && (fits(&self.package, &package.name)
                || group_and_name.is_some_and(|name| fits(&self.package, &name)))
            && self.kind.as_ref().is_none_or(|kind| package.ecosystem.eq_ignore_ascii_case(kind))
            && self.severity.is_none_or(|severity| finding.severity == severity)
            && self.fix_state.is_none_or(|state| finding.fix.state == state)
            && self.version.as_ref().is_none_or(|version| {
                let format = Format::of(package.version.scheme());
                let constraint = Constraint::parse(version, format);
                constraint
                    .is_ok_and(|constraint| constraint.holds(package.version.as_str()) == Ok(true))
            })
            && fits(&self.path, &format!("/{}", installed.location().trim_start_matches('/')))
    }
}

fn fix_state(text: &str) -> Result<FixState, String> {
    let all = [FixState::Fixed, FixState::NotFixed, FixState::WontFix, FixState::Unknown];
    let known = all.into_iter().find(|state| state.name() == text);
    known.ok_or_else(|| format!("`{text}` is no fix state: fixed, not-fixed, wont-fix, unknown"))
}

impl Until {
    /// A day holds to its end, UTC; a moment until then.
    fn of(expires: Expires) -> Result<Until, String> {
        let text = match expires {
            Expires::Day(day) => day.to_string(),
            Expires::Text(text) => text,
        };
        let day = Time::of_rfc3339(&format!("{text}T00:00:00Z")).map(|start| Time(start.0 + DAY));
        let end = day.or_else(|| Time::of_rfc3339(&text));
        let end = end.ok_or_else(|| {
            format!("`expires` is `{text}`, and should be a day (2027-01-31) or a moment (2027-01-31T12:00:00Z)")
        })?;
        Ok(Until { end, text })
    }
}
