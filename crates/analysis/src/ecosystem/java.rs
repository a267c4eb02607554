//! Java: archives (jar, war, ear) and those that lie in them, as their manifests and Maven's properties name them. It
//! looks at no classes, and takes nothing out of an archive but these texts and further archives.

pub(crate) mod archive;
mod identity;
mod manifest;

use model::{Evidence, Package, Scheme};

use super::{Damage, Ecosystem, Input, Reader, Reading, Unreadable, Want};
use archive::{Archive, Member};
use manifest::Manifest;

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "maven",
    title: "Java archives (Maven)",
    osv: Some("Maven"),
    scheme: Some(Scheme::Maven),
    readers: &[
        reader(Want::Suffix(".jar")),
        reader(Want::Suffix(".war")),
        reader(Want::Suffix(".ear")),
        // Jenkins' plug-ins.
        reader(Want::Suffix(".jpi")),
        reader(Want::Suffix(".hpi")),
    ],
    records: &[],
    holdings: None,
};

/// The names of archives end so.
const SUFFIXES: [&str; 5] = [".jar", ".war", ".ear", ".jpi", ".hpi"];

/// The largest archive that is looked into, and the largest that is taken out of another.
const LARGEST: u64 = 128 << 20;

/// How deep archives lie in one another at the most.
const DEEPEST: usize = 4;

const fn reader(wants: Want) -> Reader {
    Reader { revision: 1, wants, companions: &[], limit: LARGEST, read: archives }
}

/// Reads an archive and those that lie in it.
fn archives(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let name = input.path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    // A name that stands for nothing, as test data have it.
    if input.bytes.is_empty() {
        return Ok(Reading::default());
    }
    let mut found = Found::new(input.bytes.len());
    let place = Place { name: &String::from_utf8_lossy(name), inside: "", depth: 0 };
    let packages = found.look_into(input.bytes, &place).map_err(Unreadable)?;
    let mut evidence = vec![Evidence::Packages(
        packages.into_iter().map(|package| (package, Vec::new())).collect(),
    )];
    evidence.retain(|evidence| *evidence != Evidence::Packages(Vec::new()));
    evidence.append(&mut found.nested);
    Ok(Reading { evidence, notices: found.damage.into_notices(), ..Reading::default() })
}

/// Where an archive lies.
struct Place<'a> {
    /// Its name.
    name: &'a str,
    /// Where in the file; empty for the file itself.
    inside: &'a str,
    depth: usize,
}

/// What has been found in an archive, and what may still be looked at.
struct Found {
    nested: Vec<Evidence>,
    damage: Damage,
    /// Bytes that may still be inflated.
    bytes: usize,
    /// Members that may still be met.
    members: usize,
    /// Archives and texts that may still be looked at.
    looks: usize,
}

impl Found {
    /// Archives in archives are packed already: what they inflate to is no multiple of what they were.
    const BYTES: usize = 1 << 20;
    const BYTES_PER_BYTE: usize = 8;
    const MEMBERS: usize = 1_000_000;
    const LOOKS: usize = 20_000;

    /// The most that a text may have: manifests list every class that is signed, but begin with what matters.
    const TEXT: usize = 64 << 10;

    fn new(length: usize) -> Found {
        let bytes = length.saturating_mul(Found::BYTES_PER_BYTE).saturating_add(Found::BYTES);
        let (members, looks) = (Found::MEMBERS, Found::LOOKS);
        Found { nested: Vec::new(), damage: Damage::default(), bytes, members, looks }
    }

    /// The packages that an archive is. Those of archives in it are put aside.
    fn look_into(&mut self, bytes: &[u8], place: &Place<'_>) -> Result<Vec<Package>, String> {
        let archive = Archive::open(bytes)?;
        let contents = self.contents(&archive, place);
        let mut manifest = Manifest::default();
        if let Some(member) = &contents.manifest {
            manifest = Manifest::of(&self.text(&archive, member, place));
        }
        let properties =
            contents.properties.iter().map(|member| self.text(&archive, member, place));
        let properties: Vec<String> = properties.collect();
        for member in contents.archives {
            self.look_deeper(&archive, &member, place);
        }
        Ok(identity::packages(place.name, &manifest, &properties))
    }

    /// What is to be read of an archive.
    fn contents<'a>(&mut self, archive: &Archive<'a>, place: &Place<'_>) -> Contents<'a> {
        let mut contents = Contents::default();
        for member in archive.members() {
            let Some(left) = self.members.checked_sub(1) else {
                self.tell(place, "has more members than are looked at");
                break;
            };
            self.members = left;
            match member {
                Ok(member) => {
                    let Some(says) = Says::of(member.name) else { continue };
                    let Some(left) = self.looks.checked_sub(1) else {
                        self.tell(place, "has more archives and texts than are looked at");
                        break;
                    };
                    self.looks = left;
                    match says {
                        Says::Manifest => _ = contents.manifest.get_or_insert(member),
                        Says::Properties => contents.properties.push(member),
                        Says::Archive => contents.archives.push(member),
                    }
                }
                Err(reason) => {
                    self.tell(place, &reason);
                    break;
                }
            }
        }
        contents
    }

    /// The text of a member, as far as it matters.
    fn text(&mut self, archive: &Archive<'_>, member: &Member<'_>, place: &Place<'_>) -> String {
        let limit = Found::TEXT.min(self.bytes);
        match archive.content(member, limit) {
            Ok(content) => {
                self.bytes -= content.bytes.len().min(self.bytes);
                String::from_utf8_lossy(&content.bytes).into_owned()
            }
            Err(reason) => {
                self.tell(place, &format!("{}: {reason}", model::visible(member.name)));
                String::new()
            }
        }
    }

    /// Looks into an archive that lies in another.
    fn look_deeper(&mut self, archive: &Archive<'_>, member: &Member<'_>, place: &Place<'_>) {
        let name = String::from_utf8_lossy(member.name);
        let inside = match place.inside {
            "" => name.clone().into_owned(),
            outer => format!("{outer}:{name}"),
        };
        let name = name.rsplit('/').next().unwrap_or_default();
        let deeper = Place { name, inside: &inside, depth: place.depth + 1 };
        if deeper.depth > DEEPEST {
            return self.tell(&deeper, "lies deeper in archives than is looked at");
        }
        let limit = usize::try_from(LARGEST).unwrap_or(usize::MAX).min(self.bytes);
        let content = match archive.content(member, limit) {
            Ok(content) if content.is_all => content.bytes,
            Ok(_) => return self.tell(&deeper, "is larger than what is looked into"),
            Err(reason) => return self.tell(&deeper, &reason),
        };
        self.bytes -= content.len().min(self.bytes);
        if content.is_empty() {
            return;
        }
        match self.look_into(&content, &deeper) {
            Ok(packages) if packages.is_empty() => {}
            Ok(packages) => self.nested.push(Evidence::Nested { inside, packages }),
            Err(reason) => self.tell(&deeper, &reason),
        }
    }

    fn tell(&mut self, place: &Place<'_>, what: &str) {
        self.damage.tell(|| match place.inside {
            "" => format!("{what}: not all packages in it are known"),
            inside => format!(
                "has {}, which {what}: not all packages in it are known",
                model::visible(inside.as_bytes())
            ),
        });
    }
}

/// The members of an archive that say something.
#[derive(Default)]
struct Contents<'a> {
    manifest: Option<Member<'a>>,
    properties: Vec<Member<'a>>,
    archives: Vec<Member<'a>>,
}

/// What a member says, by its name.
#[derive(Clone, Copy)]
enum Says {
    Manifest,
    Properties,
    Archive,
}

impl Says {
    fn of(name: &[u8]) -> Option<Says> {
        let ends = |suffix: &&str| {
            let start = name.len().checked_sub(suffix.len());
            start.is_some_and(|start| name[start..].eq_ignore_ascii_case(suffix.as_bytes()))
        };
        if name.eq_ignore_ascii_case(b"META-INF/MANIFEST.MF") {
            Some(Says::Manifest)
        } else if name.starts_with(b"META-INF/maven/") && name.ends_with(b"/pom.properties") {
            Some(Says::Properties)
        } else {
            SUFFIXES.iter().any(ends).then_some(Says::Archive)
        }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::sample;
