//! Compares what the program finds with what package managers say themselves: they install something into a folder, which
//! is then read as an image. What is not installed here, or does not reach its registry, is said and left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::program::Program;
use crate::say::say;
use crate::{Error, tree};

/// Options of `cargo xtask ecosystems`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Compare with what package managers say that they installed; they are asked where they are installed themselves.
    #[arg(long)]
    truth: bool,
    /// Ask this program instead of building one.
    #[arg(long, requires = "truth")]
    program: Option<PathBuf>,
}

/// Packages by name and version.
type Packages = BTreeSet<(String, String)>;

/// A package manager that is asked.
struct Manager {
    name: &'static str,
    /// Programs that it takes.
    programs: &'static [&'static str],
    /// The type of its packages.
    ecosystem: &'static str,
    /// Installs something below a folder, and says what it has installed.
    install: fn(&Path) -> Result<Packages, String>,
    /// What its packages are called to be compared.
    called: fn(&str) -> String,
}

const MANAGERS: &[Manager] = &[
    Manager {
        name: "pip",
        programs: &["python3"],
        ecosystem: "pypi",
        install: pip,
        called: as_python,
    },
    Manager {
        name: "npm",
        programs: &["npm", "node"],
        ecosystem: "npm",
        install: npm,
        called: as_it_is,
    },
    Manager { name: "go", programs: &["go"], ecosystem: "golang", install: go, called: as_it_is },
    Manager { name: "gem", programs: &["gem"], ecosystem: "gem", install: gem, called: as_it_is },
    Manager {
        name: "composer",
        programs: &["composer"],
        ecosystem: "composer",
        install: composer,
        called: as_it_is,
    },
    Manager {
        name: "cargo auditable",
        programs: &["cargo", "cargo-auditable"],
        ecosystem: "cargo",
        install: cargo,
        called: as_it_is,
    },
];

/// Asks every package manager.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    if !arguments.truth {
        crate::generate::show_ecosystems();
        return Ok(());
    }
    let program = Program::at(arguments.program.as_ref())?;
    let mut differing = 0;
    for manager in MANAGERS {
        differing += usize::from(!agrees(manager, &program)?);
    }
    match differing {
        0 => Ok(()),
        count => Err(Error::Failed(format!("{count} package managers say otherwise"))),
    }
}

/// Whether one agrees, or could not be asked.
fn agrees(manager: &Manager, program: &Program) -> Result<bool, Error> {
    let Manager { name, programs, ecosystem, install, called } = manager;
    let is_missing = |program: &&&str| Command::new(program).arg("--help").output().is_err();
    if let Some(missing) = programs.iter().find(is_missing) {
        say(format!("skipped   {name}: {missing} is not installed"));
        return Ok(true);
    }
    let folder = tree::root().join("target").join("managers").join(name.replace(' ', "-"));
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Error::io("clear", folder.display()))?;
    }
    fs::create_dir_all(&folder).map_err(Error::io("make", folder.display()))?;
    let expected = match install(&folder) {
        Ok(packages) => packages,
        Err(reason) => {
            say(format!("skipped   {name}: {reason}"));
            return Ok(true);
        }
    };
    let image = format!("dir:{}", folder.display());
    let answer = program.run(&["analyze", &image, "--format", "json"])?;
    let document: Value = serde_json::from_slice(&answer)
        .map_err(|error| Error::Failed(format!("{name}: the answer is not JSON ({error})")))?;
    let spelled = |(name, version): (String, String)| (called(&name), version);
    let found: Packages = packages(&document["packages"], Some(ecosystem)).map(spelled).collect();
    let expected: Packages = expected.into_iter().map(spelled).collect();
    for (name, version) in expected.difference(&found) {
        say(format!("  lost    {name} {version}"));
    }
    for (name, version) in found.difference(&expected) {
        say(format!("  made up {name} {version}"));
    }
    let is_same = found == expected && !expected.is_empty();
    let verdict = if is_same { "agrees" } else { "DIFFERS" };
    say(format!("{verdict:9} {name}: {} packages", expected.len()));
    Ok(is_same)
}

/// The packages of a list, of one type where one is asked for.
fn packages<'a>(
    list: &'a Value,
    ecosystem: Option<&'a str>,
) -> impl Iterator<Item = (String, String)> + 'a {
    let list = list.as_array().map_or(&[][..], Vec::as_slice).iter();
    let meant = list.filter(move |one| ecosystem.is_none_or(|ecosystem| one["type"] == ecosystem));
    meant.filter_map(|one| {
        Some((one["name"].as_str()?.to_owned(), one["version"].as_str()?.to_owned()))
    })
}

fn pip(folder: &Path) -> Result<Packages, String> {
    told(folder, "python3", &["-m", "venv", "venv"])?;
    let python = "venv/bin/python";
    let wanted = ["flask", "requests", "zope.interface", "ruamel.yaml", "six"];
    told(
        folder,
        python,
        &[&["-m", "pip", "install", "--quiet", "--no-input"], &wanted[..]].concat(),
    )?;
    let list = told(folder, python, &["-m", "pip", "list", "--format", "json"])?;
    Ok(packages(&json(&list)?, None).collect())
}

fn npm(folder: &Path) -> Result<Packages, String> {
    write(folder, "package.json", "{\"name\": \"app\", \"version\": \"1.0.0\"}")?;
    let install = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];
    told(folder, "npm", &[&install[..], &["express@4", "@babel/core", "mocha@10"]].concat())?;
    let tree = json(&told(folder, "npm", &["ls", "--all", "--json"])?)?;
    let mut packages = Packages::new();
    let mut ahead = vec![&tree];
    while let Some(one) = ahead.pop() {
        for (name, one) in one["dependencies"].as_object().into_iter().flatten() {
            // What is optional and not there has no version.
            packages
                .extend(one["version"].as_str().map(|version| (name.clone(), version.to_owned())));
            ahead.push(one);
        }
    }
    Ok(packages)
}

fn go(folder: &Path) -> Result<Packages, String> {
    let main = "package main\n\nimport _ \"github.com/spf13/cobra\"\n\nfunc main() {}\n";
    write(folder, "src/main.go", main)?;
    let source = folder.join("src");
    told(&source, "go", &["mod", "init", "example.org/app"])?;
    told(&source, "go", &["mod", "tidy"])?;
    told(&source, "go", &["build", "-o", "../bin/app", "."])?;
    let list = told(folder, "go", &["version", "-m", "bin/app"])?;
    let mut packages = Packages::new();
    for line in list.lines() {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            // `bin/app: go1.21.0`: Go's own library.
            [_, version] if line.starts_with("bin/app:") => {
                packages.insert(("stdlib".into(), version.trim_start_matches("go").into()));
            }
            ["dep" | "mod", name, version, ..] => {
                packages.insert((name.into(), version.into()));
            }
            _ => {}
        }
    }
    Ok(packages)
}

/// Gems that are made here: no registry is needed for them.
fn gem(folder: &Path) -> Result<Packages, String> {
    let home = folder.join("gems");
    let home = home.to_str().ok_or("the folder's name is not UTF-8")?;
    let made = [("tool", "1.2.0"), ("tool", "1.10.0.pre.1"), ("tool-kit_2", "0.0.1")];
    for (name, version) in made {
        let specification = format!(
            "Gem::Specification.new do |s|\n  s.name = '{name}'\n  s.version = '{version}'\n  s.summary = 'x'\n  s.authors = ['A']\n  \
             s.licenses = ['MIT']\n  s.files = ['lib/{name}.rb']\nend\n"
        );
        let source = format!("sources/{name}-{version}");
        write(folder, &format!("{source}/x.gemspec"), &specification)?;
        write(folder, &format!("{source}/lib/{name}.rb"), "")?;
        let source = folder.join(source);
        told(&source, "gem", &["build", "x.gemspec"])?;
        let built = format!("{name}-{version}.gem");
        let install = ["install", "--local", "--no-document", "--install-dir", home, &built];
        told(&source, "gem", &install)?;
    }
    // They are made of what the list should not tell of.
    fs::remove_dir_all(folder.join("sources")).map_err(|error| error.to_string())?;
    let list = told_with(folder, "gem", &["list", "--local"], ("GEM_PATH", home))?;
    let lines = list.lines().filter_map(|line| line.strip_suffix(')')?.split_once(" ("));
    let versions = lines.flat_map(|(name, versions)| {
        // Those that come with Ruby stand elsewhere.
        let installed = versions.split(", ").filter(|version| !version.starts_with("default: "));
        installed
            .map(|version| (name.to_owned(), version.split(' ').next().unwrap_or_default().into()))
    });
    Ok(versions.collect())
}

/// Packages that are made here, as [`gem`] does.
fn composer(folder: &Path) -> Result<Packages, String> {
    let made = [("shop/tool", "1.2.0"), ("shop/tool-kit", "v2.0.0-beta1")];
    for (name, version) in made {
        let record =
            format!("{{\"name\": \"{name}\", \"version\": \"{version}\", \"license\": \"MIT\"}}");
        write(folder, &format!("sources/{name}/composer.json"), &record)?;
    }
    let application = r#"{
        "repositories": [
            {"type": "path", "url": "sources/*/*", "options": {"symlink": false}},
            {"packagist": false}
        ],
        "minimum-stability": "beta",
        "require": {"shop/tool": "*", "shop/tool-kit": "*"}
    }"#;
    write(folder, "composer.json", application)?;
    told_with(
        folder,
        "composer",
        &["install", "--no-interaction", "--no-scripts"],
        ("COMPOSER_ALLOW_SUPERUSER", "1"),
    )?;
    fs::remove_dir_all(folder.join("sources")).map_err(|error| error.to_string())?;
    let show = ["show", "--format", "json"];
    let list = told_with(folder, "composer", &show, ("COMPOSER_ALLOW_SUPERUSER", "1"))?;
    let list = json(&list)?;
    Ok(packages(&list["installed"], None).collect())
}

fn cargo(folder: &Path) -> Result<Packages, String> {
    let manifest = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\nitoa = \"1\"\nryu = \"1\"\n\n[workspace]\n";
    write(folder, "source/Cargo.toml", manifest)?;
    write(
        folder,
        "source/src/main.rs",
        "fn main() { println!(\"{}\", itoa::Buffer::new().format(1) == ryu::Buffer::new().format(1.0)); }\n",
    )?;
    let source = folder.join("source");
    told(&source, "cargo", &["auditable", "build"])?;
    let tree = told(&source, "cargo", &["tree", "--prefix", "none", "--format", "{p}"])?;
    let lines = tree.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned()))
    });
    Ok(lines.collect())
}

fn as_it_is(name: &str) -> String {
    name.to_owned()
}

/// Python takes `Flask_Login` and `flask-login` for one.
fn as_python(name: &str) -> String {
    name.to_lowercase().replace(['_', '.'], "-")
}

fn told(folder: &Path, program: &str, arguments: &[&str]) -> Result<String, String> {
    told_with(folder, program, arguments, ("LC_ALL", "C"))
}

/// What a package manager says, or the last line of what it complains of.
fn told_with(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    (name, value): (&str, &str),
) -> Result<String, String> {
    // A program of the folder itself is not looked for elsewhere.
    let path = if program.contains('/') { folder.join(program) } else { program.into() };
    let mut command = Command::new(path);
    let output = command.args(arguments).current_dir(folder).env(name, value).output();
    let output = output.map_err(|error| format!("could not run {program}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let last = complaint.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no reason given");
    Err(format!("`{program} {}` failed: {last}", arguments.join(" ")))
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("its list is not JSON ({error})"))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    let path = folder.join(name);
    let written = path.parent().map_or(Ok(()), fs::create_dir_all);
    written
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| format!("could not write {name}: {error}"))
}
