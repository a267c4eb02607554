//! CSAF 2.0 and 2.1, profile VEX: a tree of products, and of each vulnerability which of them have it.

use std::collections::{BTreeMap, HashMap};

use model::Time;
use serde::Deserialize;
use serde_json::Value;

use super::identity::Identity;
use super::{Document, Product, Statement, Status};

/// How deep the tree of products may be.
const DEEPEST: usize = 64;

#[derive(Deserialize)]
struct Shape {
    document: Head,
    #[serde(default)]
    product_tree: Tree,
    #[serde(default)]
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Head {
    tracking: Option<Tracking>,
}

#[derive(Deserialize)]
struct Tracking {
    id: Option<String>,
    current_release_date: Option<String>,
}

#[derive(Default, Deserialize)]
struct Tree {
    #[serde(default)]
    branches: Vec<Branch>,
    #[serde(default)]
    full_product_names: Vec<FullName>,
    #[serde(default)]
    relationships: Vec<Relationship>,
}

#[derive(Deserialize)]
struct Branch {
    #[serde(default)]
    branches: Vec<Branch>,
    product: Option<FullName>,
}

#[derive(Deserialize)]
struct FullName {
    product_id: String,
    name: Option<String>,
    product_identification_helper: Option<Identification>,
}

#[derive(Deserialize)]
struct Identification {
    purl: Option<String>,
    #[serde(default)]
    purls: Vec<String>,
    cpe: Option<String>,
    #[serde(default)]
    hashes: Vec<Hashes>,
}

#[derive(Deserialize)]
struct Hashes {
    #[serde(default)]
    file_hashes: Vec<FileHash>,
}

#[derive(Deserialize)]
struct FileHash {
    #[serde(default)]
    algorithm: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct Relationship {
    product_reference: String,
    relates_to_product_reference: String,
    full_product_name: FullName,
}

#[derive(Deserialize)]
struct Vulnerability {
    cve: Option<String>,
    #[serde(default)]
    ids: Vec<OtherId>,
    #[serde(default)]
    product_status: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    flags: Vec<Flag>,
    #[serde(default)]
    threats: Vec<Threat>,
}

#[derive(Deserialize)]
struct OtherId {
    text: String,
}

#[derive(Deserialize)]
struct Flag {
    #[serde(default)]
    label: String,
    #[serde(default)]
    product_ids: Vec<String>,
}

#[derive(Deserialize)]
struct Threat {
    #[serde(default)]
    category: String,
    #[serde(default)]
    details: String,
    #[serde(default)]
    product_ids: Vec<String>,
}

pub(super) fn read(name: &str, value: Value) -> Result<Document, String> {
    let shape = Shape::deserialize(value).map_err(|error| format!("it is not CSAF: {error}"))?;
    let tracking = shape.document.tracking;
    let (id, date) =
        tracking.map_or((None, None), |tracking| (tracking.id, tracking.current_release_date));
    let time = date.as_deref().and_then(Time::of_rfc3339);
    let id = id.filter(|id| !id.is_empty()).unwrap_or_else(|| name.into());
    let mut document =
        Document { id, statements: Vec::new(), unreadable: Vec::new(), is_kept: false };
    let products = Products::of(&shape.product_tree)?;
    for (number, vulnerability) in shape.vulnerabilities.iter().enumerate() {
        let others = vulnerability.ids.iter().map(|id| &id.text);
        let names: Vec<String> = vulnerability.cve.iter().chain(others).cloned().collect();
        if names.is_empty() {
            document.unreadable.push(format!("vulnerability {} has no name", number + 1));
            continue;
        }
        for (status, ids) in &vulnerability.product_status {
            let Some(status) = status_of(status) else { continue };
            // Products of one status and one reason are one statement.
            let mut by_reason: BTreeMap<String, Vec<Product>> = BTreeMap::new();
            for id in ids {
                match products.get(id) {
                    Some(product) => {
                        by_reason.entry(vulnerability.reason(id)).or_default().push(product);
                    }
                    None => document
                        .unreadable
                        .push(format!("{}: there is no product `{id}`", names[0])),
                }
            }
            let statements = by_reason.into_iter().map(|(reason, products)| Statement {
                names: names.clone(),
                products,
                status,
                reason,
                time,
            });
            document.statements.extend(statements);
        }
    }
    Ok(document)
}

/// What a list of products in `product_status` says; none for lists that say nothing of being affected.
fn status_of(list: &str) -> Option<Status> {
    Some(match list {
        "known_not_affected" => Status::NotAffected,
        "fixed" | "first_fixed" => Status::Fixed,
        "known_affected" | "first_affected" | "last_affected" => Status::Affected,
        "under_investigation" => Status::UnderInvestigation,
        _ => return None,
    })
}

impl Vulnerability {
    fn reason(&self, product: &str) -> String {
        let is_of = |ids: &[String]| ids.iter().any(|id| id == product);
        let flag = self.flags.iter().find(|flag| is_of(&flag.product_ids)).map(|flag| &flag.label);
        let impact = || {
            let mut threats = self.threats.iter().filter(|threat| threat.category == "impact");
            threats.find(|threat| is_of(&threat.product_ids)).map(|threat| &threat.details)
        };
        flag.or_else(impact).cloned().unwrap_or_default()
    }
}

/// Every product of the tree by its ID.
struct Products<'a> {
    identities: HashMap<&'a str, Vec<Identity>>,
    /// A part, and what it is part of.
    parts: HashMap<&'a str, (&'a str, &'a str)>,
}

impl<'a> Products<'a> {
    fn of(tree: &'a Tree) -> Result<Products<'a>, String> {
        let mut products = Products { identities: HashMap::new(), parts: HashMap::new() };
        let mut branches: Vec<(&Branch, usize)> =
            tree.branches.iter().map(|branch| (branch, 1)).collect();
        while let Some((branch, depth)) = branches.pop() {
            if depth > DEEPEST {
                return Err(format!("its tree of products is deeper than {DEEPEST}"));
            }
            branches.extend(branch.branches.iter().map(|branch| (branch, depth + 1)));
            if let Some(product) = &branch.product {
                products.identities.insert(&product.product_id, product.identities());
            }
        }
        for product in &tree.full_product_names {
            products.identities.insert(&product.product_id, product.identities());
        }
        for related in &tree.relationships {
            let name = &related.full_product_name;
            products.identities.insert(&name.product_id, name.identities());
            let parts = (&*related.product_reference, &*related.relates_to_product_reference);
            products.parts.insert(&name.product_id, parts);
        }
        Ok(products)
    }

    /// A product; where it is a part of another, that one with the part.
    fn get(&self, id: &str) -> Option<Product> {
        let of = |id: &str| self.identities.get(id).cloned().unwrap_or_default();
        match self.parts.get(id) {
            Some((part, whole)) => Some(Product { identities: of(whole), parts: vec![of(part)] }),
            None => {
                Some(Product { identities: self.identities.get(id)?.clone(), parts: Vec::new() })
            }
        }
    }
}

impl FullName {
    fn identities(&self) -> Vec<Identity> {
        let mut identities = Vec::new();
        if let Some(help) = &self.product_identification_helper {
            let texts = help.purl.iter().chain(&help.purls).chain(&help.cpe);
            identities.extend(texts.map(|text| Identity::of(text)));
            let hashes = help.hashes.iter().flat_map(|hashes| &hashes.file_hashes);
            let sha256 = hashes.filter(|hash| hash.algorithm.eq_ignore_ascii_case("sha256"));
            identities.extend(sha256.map(|hash| Identity::of(&format!("sha256:{}", hash.value))));
        }
        if identities.is_empty() {
            let name = self.name.as_ref().unwrap_or(&self.product_id);
            identities.push(Identity::Name(name.clone()));
        }
        identities
    }
}
