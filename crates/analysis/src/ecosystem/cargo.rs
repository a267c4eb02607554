//! Rust: the crates that a program was built of, where `cargo auditable` wrote them into it. It looks at no `Cargo.lock`.

use model::{Evidence, Package, Scheme};
use serde_json::{Map, Value};

use super::{EVERY_SIZE, Ecosystem, Input, Reader, Reading, Unreadable, Want, kept};
use crate::executable::{Executable, Part, Pieces};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "cargo",
    title: "Rust (crates in auditable programs)",
    osv: Some(REGISTRY),
    scheme: Some(Scheme::Semver),
    readers: &[Reader {
        revision: 1,
        wants: Want::Executable,
        companions: &[],
        limit: EVERY_SIZE,
        read: program,
    }],
    records: &[],
    holdings: None,
};

/// Where crates come from unless something else is said; advisories are published under the same name.
const REGISTRY: &str = concat!("crates", ".io");

/// The section that the list stands in, deflated.
const SECTION: &str = ".dep-v0";

/// The longest list once inflated; it takes about 120 bytes a crate.
const LONGEST: usize = 8 << 20;

/// Reads the list of crates of a program that has one.
fn program(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let program = Executable::of(Pieces::new(input.bytes, input.beyond));
    match program.map_or(Part::Nothing, |program| program.section(SECTION)) {
        Part::Nothing => Ok(Reading::default()),
        Part::Unknown => {
            let reason = "its list of crates is cut short, or stands too far behind its beginning";
            Err(Unreadable(reason.into()))
        }
        Part::Bytes(bytes) => crates(bytes),
    }
}

/// Reads zlib's form of a JSON document. What was only needed to build the program is not in it.
fn crates(bytes: &[u8]) -> Result<Reading, Unreadable> {
    let deflated = bytes.get(2..).unwrap_or_default();
    let inflated = layer::inflate_bare(deflated, LONGEST);
    let list: Map<String, Value> = serde_json::from_slice(&inflated.bytes).map_err(|error| {
        Unreadable(format!("its list of crates is not the JSON of one ({error})"))
    })?;
    let crates = list.get("packages").and_then(Value::as_array);
    let crates = crates.ok_or_else(|| Unreadable("its list of crates has no `packages`".into()))?;
    let is_in_it = |one: &&Value| one.get("kind").is_none_or(|kind| kind == "runtime");
    let packages = crates.iter().filter(is_in_it).filter_map(package);
    let packages = packages.map(|package| (package, Vec::new())).collect();
    Ok(Reading { evidence: vec![Evidence::Packages(packages)], ..Reading::default() })
}

fn package(one: &Value) -> Option<Package> {
    let text = |name: &str| kept(one.get(name)?.as_str()?);
    let (name, version) = (text("name")?, text("version")?);
    // Where it came from is worth telling unless it is the one place that all know.
    let source = text("source").filter(|source| source != REGISTRY);
    Some(Package { source, ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Semver) })
}

#[cfg(test)]
pub(crate) use tests::sample;

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::executable::write::elf;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(list: &[u8], expect: &str) {
        let program = elf(&[(".text", b"code"), (".dep-v0", list)]);
        let transcript = transcript(&ECOSYSTEM, "usr/bin/program", &program);
        assert_eq!(transcript.trim_end(), expect);
    }

    /// The list as zlib writes what it does not pack: one block with its length, and the length's complement.
    fn packed(list: impl AsRef<str>) -> Vec<u8> {
        let list = list.as_ref();
        let length = u16::try_from(list.len()).unwrap();
        let head = [&[0x78, 1, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes()].concat();
        [&head, list.as_bytes(), &[0; 4]].concat()
    }

    /// A program with a list of crates.
    pub(crate) fn sample() -> Vec<u8> {
        let list = r#"{"packages":[{"name":"serde","version":"1.0.200","source":"REGISTRY"},
            {"name":"shop","version":"0.1.0","source":"local","root":true,"dependencies":[0]}]}"#;
        elf(&[(".dep-v0", &packed(list.replace("REGISTRY", super::REGISTRY)))])
    }

    #[test]
    fn a_program_has_the_crates_that_it_was_built_of() {
        check(
            &packed(
                r#"{"packages":[
                    {"name":"cc","version":"1.0.0","source":"REGISTRY","kind":"build"},
                    {"name":"serde","version":"1.0.200","source":"REGISTRY"},
                    {"name":"shop","version":"0.1.0","source":"local","root":true,"dependencies":[1]},
                    {"name":"fork","version":"2.0.0-rc.1","source":"git","kind":"runtime"}],
                    "format":1}"#
                    .replace("REGISTRY", super::REGISTRY),
            ),
            "serde 1.0.200\nshop 0.1.0 source=local\nfork 2.0.0-rc.1 source=git",
        );
    }

    #[test]
    fn what_is_no_list_is_told_of() {
        let no = "unreadable: its list of crates is not the JSON of one";
        check(b"", &format!("{no} (EOF while parsing a value at line 1 column 0)"));
        check(
            &packed("[]"),
            &format!("{no} (invalid type: sequence, expected a map at line 1 column 0)"),
        );
        check(&packed("{}"), "unreadable: its list of crates has no `packages`");
        check(&packed(r#"{"packages":[7,{"name":"x"}]}"#), "");
    }

    #[test]
    fn a_program_without_a_list_says_nothing() {
        let program = elf(&[(".text", b"code")]);
        assert_eq!(transcript(&ECOSYSTEM, "usr/bin/program", &program), "");
    }
}
