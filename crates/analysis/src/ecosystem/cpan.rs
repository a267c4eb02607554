//! Perl: distributions that `cpanm` and its kin installed, as their notes say. It knows nothing of modules that were copied.

use model::{Evidence, Package, Scheme};
use serde_json::{Map, Value};

use super::{Ecosystem, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "cpan",
    title: "CPAN (Perl)",
    osv: None,
    scheme: Some(Scheme::Perl),
    readers: &[Reader {
        revision: 1,
        wants: Want::Within(".meta", "install.json"),
        companions: &[],
        limit: 16 << 20,
        read: install,
    }],
    records: &[Want::Within(".meta", "MYMETA.json"), Want::Name("perllocal.pod")],
    holdings: None,
};

/// Reads `.meta/NAME-VERSION/install.json`, which the installer writes of each distribution.
fn install(input: &Input<'_>) -> Result<Reading, Unreadable> {
    let note: Map<String, Value> = serde_json::from_slice(input.bytes)
        .map_err(|error| Unreadable(format!("it is not the JSON of a note ({error})")))?;
    let text = |name: &str| kept(note.get(name)?.as_str()?);
    let version = match note.get("version") {
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => text("version"),
    };
    // `dist` is NAME-VERSION; the module's name has colons where the distribution's has hyphens.
    let named =
        |version: &String| text("dist")?.strip_suffix(&format!("-{version}"))?.to_owned().into();
    let name = version.as_ref().and_then(named).or_else(|| Some(text("name")?.replace("::", "-")));
    let (Some(name), Some(version)) = (name, version) else {
        return Err(Unreadable("it has no name or version".into()));
    };
    let version =
        version.strip_prefix('v').filter(|rest| rest.matches('.').count() < 2).unwrap_or(&version);
    let package = Package::new(ECOSYSTEM.name, &name, version, Scheme::Perl);
    let evidence = vec![Evidence::Packages(vec![(package, Vec::new())])];
    Ok(Reading { evidence, ..Reading::default() })
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let path =
            "usr/local/lib/perl5/site_perl/5.36.0/x86_64-linux/.meta/Foo-Bar-1.23/install.json";
        assert_eq!(transcript(&ECOSYSTEM, path, text.as_bytes()).trim_end(), expect);
    }

    #[test]
    fn a_note_is_a_distribution() {
        check(
            r#"{"name":"Foo::Bar","version":"1.23","dist":"Foo-Bar-1.23","provides":{}}"#,
            "Foo-Bar 1.23",
        );
        check(r#"{"name":"Foo::Bar","version":1.5,"dist":"libfoo"}"#, "Foo-Bar 1.5");
        check(r#"{"name":"Foo","version":"v1.2.3","dist":"Foo-v1.2.3"}"#, "Foo v1.2.3");
    }

    #[test]
    fn what_says_no_version_is_told_of() {
        check("{}", "unreadable: it has no name or version");
        check(
            "[]",
            "unreadable: it is not the JSON of a note (invalid type: sequence, expected a map at line 1 column 0)",
        );
    }
}
