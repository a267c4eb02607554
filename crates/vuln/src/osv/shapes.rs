//! The JSON of OSV, as far as it is read. What is missing or null is none.

use serde::{Deserialize, Deserializer};

/// A document.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) withdrawn: Option<String>,
    pub(super) aliases: Option<Vec<String>>,
    pub(super) upstream: Option<Vec<String>>,
    pub(super) related: Option<Vec<String>>,
    pub(super) summary: Option<String>,
    pub(super) details: Option<String>,
    pub(super) severity: Option<Vec<Rated>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) affected: Vec<Affected>,
    pub(super) references: Option<Vec<Page>>,
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) database_specific: Specific,
}

impl Document {
    /// How bad it is, of the document itself and then of its packages.
    pub(super) fn rated(&self) -> impl Iterator<Item = &Rated> {
        let of_packages = self.affected.iter().flat_map(|one| one.severity.iter().flatten());
        self.severity.iter().flatten().chain(of_packages)
    }
}

/// `{"type": "CVSS_V3", "score": "CVSS:3.1/…"}`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Rated {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) score: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Page {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Affected {
    pub(super) package: Option<Package>,
    pub(super) severity: Option<Vec<Rated>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) ranges: Vec<Range>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) versions: Vec<String>,
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) ecosystem_specific: Specific,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Package {
    #[serde(default)]
    pub(super) ecosystem: String,
    #[serde(default)]
    pub(super) name: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Range {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) events: Vec<Event>,
}

/// One of these is set.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Event {
    pub(super) introduced: Option<String>,
    pub(super) fixed: Option<String>,
    pub(super) last_affected: Option<String>,
    pub(super) limit: Option<String>,
}

/// What only some publishers say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Specific {
    pub(super) severity: Option<String>,
    pub(super) urgency: Option<String>,
    pub(super) url: Option<String>,
    pub(super) imports: Option<Vec<Import>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Import {
    #[serde(default)]
    pub(super) path: String,
    pub(super) symbols: Option<Vec<String>>,
}

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

/// Publishers are free in what they write here; what has another shape says nothing to us.
fn or_nothing<'de, D: Deserializer<'de>>(from: D) -> Result<Specific, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    Ok(Specific::deserialize(value).unwrap_or_default())
}
