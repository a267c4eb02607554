//! VEX: what makers and users of an image say of its vulnerabilities (`not_affected`, `fixed`, …), in OpenVEX or CSAF.
//!
//! A statement counts for a finding if it is about one of the finding's names and one of its products is the image or the
//! package. Of several that count, the latest one does. `not_affected` and `fixed` suppress a finding, which stays
//! countable; `affected` and `under_investigation` take back what an earlier statement said. A statement that is about a
//! vulnerability of the image and yet counts for nothing is told: mostly its product is written in another way than it
//! should be.

mod csaf;
mod identity;
mod openvex;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use model::{Finding, Suppressed, SuppressedBy, Time, visible};

use crate::Listed;
pub use identity::Target;
use identity::{Identity, Packages};

/// The largest document that is read, in bytes.
pub const LARGEST: u64 = 256 << 20;
/// Statements that are told one by one; the others are only counted.
const MOST_TOLD: usize = 20;

/// A VEX document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its ID, or the file that it was read from where it has none.
    pub id: String,
    statements: Vec<Statement>,
    /// What of it makes no sense, a clause each.
    pub unreadable: Vec<String>,
    /// Whether it is kept for all images: then most of it is about others, and that is not told.
    pub is_kept: bool,
}

/// One statement about one vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    /// Every name of the vulnerability.
    names: Vec<String>,
    products: Vec<Product>,
    status: Status,
    /// Why, as a clause; may be empty.
    reason: String,
    /// When it was said.
    time: Option<Time>,
}

/// What a statement is about: an image, parts of one, or a package wherever it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Product {
    /// One of them has to be the image, or the package.
    identities: Vec<Identity>,
    /// Packages of the image; none: all of it.
    parts: Vec<Vec<Identity>>,
}

/// What a statement says of a vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    NotAffected,
    Fixed,
    Affected,
    UnderInvestigation,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Status::NotAffected => "not_affected",
            Status::Fixed => "fixed",
            Status::Affected => "affected",
            Status::UnderInvestigation => "under_investigation",
        }
    }

    fn suppresses(self) -> bool {
        matches!(self, Status::NotAffected | Status::Fixed)
    }
}

impl Document {
    /// Reads a document of either kind. The error is a clause.
    pub fn read(name: &str, document: &[u8]) -> Result<Document, String> {
        let value: serde_json::Value =
            serde_json::from_slice(document).map_err(|error| format!("it is not JSON: {error}"))?;
        if value.get("statements").is_some() {
            return openvex::read(name, value);
        }
        if value.pointer("/document/csaf_version").is_some() {
            return csaf::read(name, value);
        }
        Err("it is neither OpenVEX (`statements`) nor CSAF (`document.csaf_version`)".into())
    }

    /// Whether these bytes are a document of either kind, or one that is broken, and none of another format.
    pub(crate) fn may_be(document: &[u8]) -> bool {
        #[derive(Deserialize)]
        struct Keys {
            statements: Option<IgnoredAny>,
            document: Option<Csaf>,
        }
        #[derive(Deserialize)]
        struct Csaf {
            csaf_version: Option<IgnoredAny>,
        }
        serde_json::from_slice::<Keys>(document).is_ok_and(|keys| {
            keys.statements.is_some() || keys.document.is_some_and(|it| it.csaf_version.is_some())
        })
    }

    /// How many statements it has.
    pub fn statements(&self) -> usize {
        self.statements.len()
    }
}

/// Suppresses the findings that documents say do not count. What is told are sentences about statements that count for
/// nothing in any of the images.
pub fn apply(images: &mut [Listed<'_>], documents: &[Document]) -> Vec<String> {
    let mut about: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
    for (place, document) in documents.iter().enumerate() {
        for (number, statement) in document.statements.iter().enumerate() {
            for name in &statement.names {
                about.entry(name).or_default().push((place, number));
            }
        }
    }
    let mut uses: Vec<Vec<Use>> =
        documents.iter().map(|document| vec![Use::OfNothing; document.statements.len()]).collect();
    for image in images {
        let packages = Packages::of(image.facts);
        for finding in &mut image.findings.findings {
            judge(finding, (image.target, &packages), documents, &about, &mut uses);
        }
    }
    documents.iter().zip(&uses).flat_map(|(document, uses)| document.told(uses)).collect()
}

/// Suppresses a finding if the latest statement about it says so.
fn judge(
    finding: &mut Finding,
    (target, packages): (&Target, &Packages<'_>),
    documents: &[Document],
    about: &HashMap<&str, Vec<(usize, usize)>>,
    uses: &mut [Vec<Use>],
) {
    let candidates = finding.names().filter_map(|name| about.get(name)).flatten();
    let mut latest: Option<Latest<'_>> = None;
    for &(place, number) in candidates {
        let statement = &documents[place].statements[number];
        let counts =
            statement.products.iter().any(|product| product.is(target, packages, finding.package));
        let was = &mut uses[place][number];
        *was = (*was).max(if counts { Use::Counts } else { Use::OfAnotherProduct });
        let key = (statement.time, place, number);
        if counts && latest.is_none_or(|(other, _)| key >= other) {
            latest = Some((key, statement));
        }
    }
    if let Some(((_, place, _), statement)) = latest
        && statement.status.suppresses()
        && finding.suppressed.is_none()
    {
        let (document, status) = (documents[place].id.clone(), statement.status.name().into());
        let by = SuppressedBy::Vex { document, status };
        finding.suppressed = Some(Suppressed { by, reason: statement.reason.clone() });
    }
}

/// When a statement was said and where it stands, and the statement.
type Latest<'a> = ((Option<Time>, usize, usize), &'a Statement);

/// What a statement came to, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// The image does not have the vulnerability.
    OfNothing,
    /// It has, but in no product of the statement.
    OfAnotherProduct,
    Counts,
}

impl Product {
    fn is(&self, target: &Target, packages: &Packages<'_>, package: u32) -> bool {
        let is_image = self.identities.iter().any(|identity| target.is(identity, packages));
        let is_part =
            |part: &Vec<Identity>| part.iter().any(|identity| packages.is(identity, package));
        if is_image {
            return self.parts.is_empty() || self.parts.iter().any(is_part);
        }
        // Some name the package as the product, and have no image at all.
        self.parts.is_empty()
            && self.identities.iter().any(|identity| packages.is(identity, package))
    }
}

impl Document {
    /// Sentences about statements that count for nothing although the image has their vulnerability.
    fn told(&self, uses: &[Use]) -> Vec<String> {
        let id = visible(self.id.as_bytes());
        let mut told: Vec<String> = Vec::new();
        for what in self.unreadable.iter().take(MOST_TOLD) {
            told.push(format!("VEX document {id}: {what}"));
        }
        if self.unreadable.len() > MOST_TOLD {
            let more = self.unreadable.len() - MOST_TOLD;
            told.push(format!("VEX document {id}: {more} more statements make no sense"));
        }
        if self.is_kept {
            return told;
        }
        let strangers: Vec<&Statement> = (self.statements.iter().zip(uses))
            .filter(|(_, use_of)| **use_of == Use::OfAnotherProduct)
            .map(|(statement, _)| statement)
            .collect();
        for statement in strangers.iter().take(MOST_TOLD) {
            let name = statement.names.first().map_or("", |name| &**name);
            let products: Vec<String> =
                statement.products.iter().flat_map(Product::shown).take(3).collect();
            let products =
                if products.is_empty() { "no product".into() } else { products.join(", ") };
            told.push(format!(
                "VEX document {id}: what it says of {} counts for nothing, because neither an image nor a package with it is {}",
                visible(name.as_bytes()),
                visible(products.as_bytes()),
            ));
        }
        if strangers.len() > MOST_TOLD {
            let more = strangers.len() - MOST_TOLD;
            told.push(format!("VEX document {id}: {more} more statements count for nothing"));
        }
        let counts = uses.contains(&Use::Counts);
        if !counts && strangers.is_empty() {
            told.push(format!(
                "VEX document {id}: none of the vulnerabilities that it is about was found"
            ));
        }
        told
    }
}

impl Product {
    fn shown(&self) -> Vec<String> {
        let first = self.identities.first().map(ToString::to_string).unwrap_or_default();
        if self.parts.is_empty() {
            return vec![first];
        }
        let parts = self.parts.iter().filter_map(|part| part.first());
        parts.map(|part| format!("{first} with {part}")).collect()
    }
}
