//! RubyGems: what is installed, as the specifications say that `gem` writes. It runs no Ruby: it reads lines that assign
//! text, and no others.

use model::{Evidence, Package, Scheme};

use super::{Ecosystem, Held, Holding, Input, Reader, Reading, Unreadable, Want, kept};

pub(super) static ECOSYSTEM: Ecosystem = Ecosystem {
    name: "gem",
    title: "RubyGems (Ruby)",
    osv: Some("RubyGems"),
    scheme: Some(Scheme::Gem),
    readers: &[Reader {
        revision: 1,
        wants: Want::Suffix(SUFFIX),
        companions: &[],
        limit: 2 << 20,
        read: specification,
    }],
    records: &[],
    holdings: Some(holdings),
};

const SUFFIX: &str = ".gemspec";

/// The folder of specifications of installed gems.
const FOLDER: &str = "specifications";

/// Where a gem's files lie beside the folder of specifications, and what was made of them.
fn holdings(held: &Held<'_>) -> Vec<Holding> {
    let Some((folder, file)) = held.record.rsplit_once('/') else { return Vec::new() };
    let folder = folder.strip_suffix("/default").unwrap_or(folder);
    let (Some(home), Some(gem)) = (folder.strip_suffix(FOLDER), file.strip_suffix(SUFFIX)) else {
        return Vec::new();
    };
    vec![
        Holding::All(format!("{home}gems/{gem}")),
        Holding::All(format!("{home}doc/{gem}")),
        Holding::All(format!("{home}cache/{gem}.gem")),
        Holding::All(format!("{home}build_info/{gem}.info")),
        // By platform and by Ruby's version.
        Holding::Named(format!("{home}extensions"), gem.into()),
    ]
}

/// Reads `specifications/NAME-VERSION.gemspec`. Those in a gem's own folder are its developers', not records.
fn specification(input: &Input<'_>) -> Result<Reading, Unreadable> {
    if !is_installed(input.path) {
        return Ok(Reading::default());
    }
    let text = String::from_utf8_lossy(input.bytes);
    let fields = Fields::of(&text);
    let name = fields.name.as_deref().and_then(kept);
    let name = name.ok_or_else(|| Unreadable("it does not say its name as text".into()))?;
    let version = fields.version.as_deref().and_then(kept);
    let version = version.or_else(|| version_of_file(input.path, &name));
    let version =
        version.ok_or_else(|| Unreadable("it does not say its version as text".into()))?;
    let package = Package {
        architecture: fields
            .platform
            .as_deref()
            .and_then(kept)
            .filter(|platform| platform != "ruby"),
        license: kept(&fields.licenses.join(", ")),
        supplier: kept(&fields.authors.join(", ")),
        source: fields.homepage.as_deref().and_then(kept),
        ..Package::new(ECOSYSTEM.name, &name, &version, Scheme::Gem)
    };
    let evidence = vec![Evidence::Packages(vec![(package, Vec::new())])];
    Ok(Reading { evidence, ..Reading::default() })
}

fn is_installed(path: &[u8]) -> bool {
    let mut folders = path.rsplit(|&byte| byte == b'/').skip(1);
    match folders.next() {
        Some(b"default") => folders.next() == Some(FOLDER.as_bytes()),
        folder => folder == Some(FOLDER.as_bytes()),
    }
}

/// `NAME-VERSION.gemspec`, for a specification that computes its version.
fn version_of_file(path: &[u8], name: &str) -> Option<String> {
    let file = path.rsplit(|&byte| byte == b'/').next()?;
    let version = file.strip_suffix(SUFFIX.as_bytes())?.strip_prefix(name.as_bytes())?;
    let version = str::from_utf8(version).ok()?.strip_prefix('-')?;
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| version.into())
}

/// What a specification assigns.
#[derive(Default)]
struct Fields {
    name: Option<String>,
    version: Option<String>,
    platform: Option<String>,
    homepage: Option<String>,
    licenses: Vec<String>,
    authors: Vec<String>,
}

impl Fields {
    /// Reads lines such as `  s.name = "rake".freeze`. The first that assigns a field counts.
    fn of(text: &str) -> Fields {
        let mut fields = Fields::default();
        for line in text.lines() {
            let Some((left, right)) = line.split_once('=') else { continue };
            let Some((_, field)) = left.trim().split_once('.') else { continue };
            let one = |known: &mut Option<String>| {
                if known.is_none() {
                    *known = texts(right).into_iter().next();
                }
            };
            let several = |known: &mut Vec<String>| {
                if known.is_empty() {
                    *known = texts(right);
                }
            };
            match field.trim_end() {
                "name" => one(&mut fields.name),
                "version" => one(&mut fields.version),
                "platform" => one(&mut fields.platform),
                "homepage" => one(&mut fields.homepage),
                "license" | "licenses" => several(&mut fields.licenses),
                "author" | "authors" => several(&mut fields.authors),
                _ => {}
            }
        }
        fields
    }
}

/// The texts that a line of Ruby begins with: `"rake".freeze`, `'rake'`, `%q{rake}`, `Gem::Version.new("1.0")` or a list
/// of them. What stands behind an `if` is not looked at.
fn texts(ruby: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = ruby.trim_start();
    rest = rest.strip_prefix("Gem::Version.new").unwrap_or(rest);
    loop {
        rest = rest.trim_start_matches([' ', '(', '[', ',']);
        let end = match rest.as_bytes() {
            [b'"', ..] => '"',
            [b'\'', ..] => '\'',
            [b'%', b'q' | b'Q', b'{', ..] => '}',
            _ => return texts,
        };
        rest = rest.trim_start_matches("%q").trim_start_matches("%Q");
        let (text, after) = literal(&rest[1..], end);
        texts.push(text);
        rest = after.strip_prefix(".freeze").unwrap_or(after);
    }
}

/// A text up to its end, and what follows. Of escapes only those are known that Ruby writes into specifications.
fn literal(ruby: &str, end: char) -> (String, &str) {
    let mut text = String::new();
    let mut rest = ruby.chars();
    while let Some(c) = rest.next() {
        match c {
            c if c == end => break,
            '\\' => match rest.next() {
                Some('u') => text.extend(escaped(&mut rest)),
                Some('n') => text.push('\n'),
                Some(c) => text.push(c),
                None => break,
            },
            c => text.push(c),
        }
    }
    (text, rest.as_str())
}

/// The character behind `\u`: `00e9` or `{1f600}`.
fn escaped(rest: &mut std::str::Chars<'_>) -> Option<char> {
    let text = rest.as_str();
    let (digits, after) = match text.strip_prefix('{') {
        Some(braced) => braced.split_once('}')?,
        None => text.split_at_checked(4)?,
    };
    let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?;
    *rest = after.chars();
    Some(c)
}

#[cfg(test)]
mod tests {
    use super::ECOSYSTEM;
    use crate::transcript::transcript;

    fn check(bytes: impl AsRef<[u8]>, expect: &str) {
        check_at("usr/lib/ruby/gems/3.1.0/specifications/rake-13.0.6.gemspec", bytes, expect);
    }

    fn check_at(path: &str, bytes: impl AsRef<[u8]>, expect: &str) {
        assert_eq!(transcript(&ECOSYSTEM, path, bytes.as_ref()).trim_end(), expect);
    }

    #[test]
    fn a_specification_names_the_gem() {
        check(
            "# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.13.8 x86_64-linux lib\n\n\
             Gem::Specification.new do |s|\n  s.name = \"nokogiri\".freeze\n  s.version = \"1.13.8\"\n\
             \x20 s.platform = \"x86_64-linux\".freeze\n\n\
             \x20 s.required_rubygems_version = Gem::Requirement.new(\">= 0\".freeze) if s.respond_to? :x=\n\
             \x20 s.metadata = { \"source_code_uri\" => \"https://e.org\" } if s.respond_to? :metadata=\n\
             \x20 s.authors = [\"Aaron P\".freeze, \"S\\u00F6ren \\\"S\\\"\".freeze]\n\
             \x20 s.homepage = \"https://nokogiri.org\".freeze\n  s.licenses = [\"MIT\".freeze]\n\
             \x20 s.name = \"other\"\n  s.add_runtime_dependency(%q<x>.freeze, [\"= 1\"])\nend\n",
            "nokogiri 1.13.8 arch=x86_64-linux source=https://nokogiri.org license=MIT supplier=Aaron P, Sören \"S\"",
        );
    }

    #[test]
    fn older_rubies_write_otherwise() {
        check("s.name = %q{rake}\ns.version = Gem::Version.new(\"0.8.7\")\n", "rake 0.8.7");
        check("s.name = 'rake'\ns.version = Gem::Version.new '1'\ns.platform = 'ruby'", "rake 1");
        check("s.name = \"rake\"\ns.version = Rake::VERSION\n", "rake 13.0.6");
    }

    #[test]
    fn only_folders_of_specifications_have_records() {
        let text = "s.name = 'x'\ns.version = '1'\n";
        check_at("usr/lib/ruby/specifications/default/x-1.gemspec", text, "x 1");
        check_at("usr/lib/ruby/gems/x-1/x.gemspec", text, "");
        check_at("usr/lib/ruby/specifications/other/x-1.gemspec", text, "");
        check_at("x.gemspec", text, "");
    }

    #[test]
    fn what_does_not_say_its_name_is_told_of() {
        check("", "unreadable: it does not say its name as text");
        check("s.name = NAME\n", "unreadable: it does not say its name as text");
        check("s.name = 'x'\n", "unreadable: it does not say its version as text");
    }

    #[test]
    fn broken_texts_end_with_the_line() {
        check("s.name = \"ra\\\ns.version = \"1\\u12\n", "ra 112");
        check(b"s.name = \"caf\xe9\"\ns.version = '1'", "caf\u{fffd} 1");
        check("s.name = \"\\u{110000}x\"\ns.version='1'", "{110000}x 1");
        let long =
            format!("s.name = 'x'\ns.version = '1'\ns.authors = [{}", "'a',".repeat(100_000));
        check(long, "x 1");
    }
}
