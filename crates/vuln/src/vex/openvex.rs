//! OpenVEX (<https://github.com/openvex/spec>), 0.0.1 to 0.2.0.

use std::collections::BTreeMap;

use model::Time;
use serde::Deserialize;
use serde_json::Value;

use super::identity::Identity;
use super::{Document, Product, Statement, Status};

#[derive(Deserialize)]
struct Shape {
    #[serde(rename = "@id")]
    id: Option<String>,
    timestamp: Option<String>,
    last_updated: Option<String>,
    statements: Vec<Value>,
}

#[derive(Deserialize)]
struct StatementShape {
    vulnerability: Vulnerability,
    #[serde(default)]
    products: Vec<ProductShape>,
    status: String,
    justification: Option<String>,
    impact_statement: Option<String>,
    status_notes: Option<String>,
    timestamp: Option<String>,
    last_updated: Option<String>,
}

/// Until 0.0.1 a text, since then an object.
#[derive(Deserialize)]
#[serde(untagged)]
enum Vulnerability {
    Text(String),
    Object {
        #[serde(rename = "@id")]
        id: Option<String>,
        name: Option<String>,
        #[serde(default)]
        aliases: Vec<String>,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ProductShape {
    Text(String),
    Object {
        #[serde(flatten)]
        component: Component,
        #[serde(default)]
        subcomponents: Vec<Subcomponent>,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Subcomponent {
    Text(String),
    Object(Component),
}

#[derive(Deserialize)]
struct Component {
    #[serde(rename = "@id")]
    id: Option<String>,
    #[serde(default)]
    identifiers: BTreeMap<String, String>,
    #[serde(default)]
    hashes: BTreeMap<String, String>,
}

impl Component {
    fn identities(&self) -> Vec<Identity> {
        let sha256 = self
            .hashes
            .iter()
            .filter(|(algorithm, _)| matches!(&***algorithm, "sha-256" | "sha256"));
        let digests = sha256.map(|(_, hex)| Identity::of(&format!("sha256:{hex}")));
        let named = self.id.iter().chain(self.identifiers.values());
        named
            .filter(|text| !text.is_empty())
            .map(|text| Identity::of(text))
            .chain(digests)
            .collect()
    }
}

pub(super) fn read(name: &str, value: Value) -> Result<Document, String> {
    let shape = Shape::deserialize(value).map_err(|error| format!("it is not OpenVEX: {error}"))?;
    // A statement without a time was said when the document was; that this was touched later says nothing of it.
    let said = time(shape.timestamp.as_deref()).or_else(|| time(shape.last_updated.as_deref()));
    let id = shape.id.filter(|id| !id.is_empty()).unwrap_or_else(|| name.into());
    let mut document =
        Document { id, statements: Vec::new(), unreadable: Vec::new(), is_kept: false };
    for (number, value) in shape.statements.into_iter().enumerate() {
        match StatementShape::deserialize(value)
            .map_err(|error| error.to_string())
            .and_then(|one| statement(one, said))
        {
            Ok(statement) => document.statements.push(statement),
            Err(why) => document.unreadable.push(format!("statement {}: {why}", number + 1)),
        }
    }
    Ok(document)
}

fn statement(shape: StatementShape, said: Option<Time>) -> Result<Statement, String> {
    let status = match &*shape.status {
        "not_affected" => Status::NotAffected,
        "fixed" => Status::Fixed,
        "affected" => Status::Affected,
        "under_investigation" => Status::UnderInvestigation,
        other => return Err(format!("`{other}` is no status")),
    };
    let names: Vec<String> = match shape.vulnerability {
        Vulnerability::Text(name) => vec![name],
        Vulnerability::Object { id, name, aliases } => {
            // The ID is an address that ends with the name, where there is no name.
            let id = id.and_then(|id| id.rsplit('/').next().map(ToOwned::to_owned));
            name.or(id).into_iter().chain(aliases).collect()
        }
    };
    if names.iter().all(|name| name.trim().is_empty()) {
        return Err("it names no vulnerability".into());
    }
    let products = shape.products.into_iter().map(|product| match product {
        ProductShape::Text(text) => {
            Product { identities: vec![Identity::of(&text)], parts: Vec::new() }
        }
        ProductShape::Object { component, subcomponents } => {
            let part = |part: Subcomponent| match part {
                Subcomponent::Text(text) => vec![Identity::of(&text)],
                Subcomponent::Object(component) => component.identities(),
            };
            let parts = subcomponents.into_iter().map(part).collect();
            Product { identities: component.identities(), parts }
        }
    });
    let reasons = [shape.justification, shape.impact_statement, shape.status_notes];
    Ok(Statement {
        names,
        products: products.collect(),
        status,
        reason: reasons
            .into_iter()
            .flatten()
            .find(|text| !text.trim().is_empty())
            .unwrap_or_default(),
        time: time(shape.last_updated.as_deref())
            .or_else(|| time(shape.timestamp.as_deref()))
            .or(said),
    })
}

fn time(text: Option<&str>) -> Option<Time> {
    text.and_then(Time::of_rfc3339)
}
