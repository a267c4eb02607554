//! Generated files: what each of them should say. They are committed, and a tidy rule proves that they are current.

mod causes;
mod demo;
mod secrets;

use std::fs;

use analysis::ecosystem::{self, Ecosystem, Want};

use crate::say::say;
use crate::tree::{self, Tree};
use crate::{Error, tidy};

/// Options of `cargo xtask generate`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only say which files are stale, and fail if any is.
    #[arg(long)]
    check: bool,
}

/// One generated file.
struct Output {
    path: &'static str,
    text: String,
}

fn outputs() -> Vec<Output> {
    let mut outputs = vec![
        Output { path: "docs/ecosystems.md", text: ecosystems(ecosystem::ALL) },
        Output { path: "docs/causes.md", text: causes::page(compare::TABLE) },
        Output { path: "docs/secrets.md", text: secrets::page() },
    ];
    // Where nothing can be written, that is said by whatever else is to be written.
    outputs
        .extend(demo::archive().map(|text| Output { path: "crates/server/src/demo.base64", text }));
    outputs
}

/// Writes the files that are stale, or only names them.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    if arguments.check {
        return check();
    }
    let tree = Tree::open()?;
    for output in outputs() {
        if tree.text(output.path) != Some(&output.text) {
            let path = tree::root().join(output.path);
            fs::write(path, output.text).map_err(Error::io("write", output.path))?;
            say(format!("wrote {}", output.path));
        }
    }
    Ok(())
}

/// Names the files that are stale, and fails if there are any.
pub(crate) fn check() -> Result<(), Error> {
    let stale = stale(&Tree::open()?);
    stale.iter().for_each(say);
    match stale.len() {
        0 => Ok(()),
        count => Err(Error::Failed(format!("{count} generated files are stale"))),
    }
}

/// Complains about generated files that do not say what they should.
pub(crate) fn stale(tree: &Tree) -> Vec<String> {
    outputs()
        .iter()
        .filter(|output| tree.text(output.path) != Some(&output.text))
        .map(|output| format!("{}: is stale; run `cargo xtask generate`", output.path))
        .collect()
}

/// Prints the table of ecosystems, as the docs have it.
pub(crate) fn show_ecosystems() {
    say(table(ecosystem::ALL).trim_end());
}

/// The page about ecosystems, in Markdown.
fn ecosystems(all: &[&Ecosystem]) -> String {
    format!(
        "<!-- {}; do not edit. -->\n\n# What is read of an image\n\n\
         *Name* is also the type of package URLs, *versions* the rules that order them, *OSV* what advisories are\n\
         published under. *Files* are read where they stand in a layer. *Records* are the package manager's own: when\n\
         one changes, the cause is `database`, for it changes whenever packages do.\n\n{}",
        tidy::GENERATED,
        table(all)
    )
}

fn table(all: &[&Ecosystem]) -> String {
    let heading = "| name | what | versions | OSV | files | records |\n|---|---|---|---|---|---|\n";
    all.iter().map(|ecosystem| row(ecosystem)).fold(heading.into(), |table, row| table + &row)
}

fn row(ecosystem: &Ecosystem) -> String {
    let Ecosystem { name, title, osv, scheme, readers, records, .. } = ecosystem;
    let scheme = scheme.map(|scheme| format!("{scheme:?}").to_lowercase()).unwrap_or_default();
    let osv = osv.unwrap_or_default();
    let files: Vec<Want> = readers.iter().map(|reader| reader.wants).collect();
    format!("| {name} | {title} | {scheme} | {osv} | {} | {} |\n", list(&files), list(records))
}

fn list(wants: &[Want]) -> String {
    wants.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// A want as a path with stars, or in words.
fn shown(want: &Want) -> String {
    let path = match want {
        Want::Path(path) => format!("/{path}"),
        Want::In(folder, suffix) => format!("/{folder}/*{suffix}"),
        Want::Under(folder) => format!("/{folder}/**"),
        Want::Below(folder, name) => format!("/{folder}/*/{name}"),
        Want::Name(name) => format!("**/{name}"),
        Want::Suffix(suffix) => format!("**/*{suffix}"),
        Want::Right(suffix, name) => format!("**/*{suffix}/{name}"),
        Want::Among(folder, suffix) => format!("**/{folder}/*{suffix}"),
        Want::Within(directory, name) => format!("**/{directory}/**/{name}"),
        Want::Beneath(folder, suffix) if suffix.starts_with('/') => {
            format!("**/{folder}/*{suffix}")
        }
        Want::Beneath(folder, suffix) => format!("**/{folder}/*/*{suffix}"),
        Want::Folder(folder) => format!("/{folder}/*/"),
        Want::Executable => return "every program and library".into(),
        Want::Says { what, files, .. } => {
            let files: Vec<String> = files.iter().map(|file| format!("`**/{file}`")).collect();
            return format!("{what}: {}", files.join(" "));
        }
    };
    format!("`{path}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    static TOY: Ecosystem = Ecosystem {
        name: "toy",
        title: "Toys",
        osv: Some("Toys"),
        scheme: None,
        readers: &[],
        records: &[Want::Path("toy/db"), Want::In("toy/info", ".list"), Want::Under("toy/log")],
        holdings: None,
    };

    #[test]
    fn an_ecosystem_is_a_row() {
        let text = ecosystems(&[&TOY]);
        let row = text.lines().last().unwrap();
        assert_eq!(
            row,
            "| toy | Toys |  | Toys |  | `/toy/db`, `/toy/info/*.list`, `/toy/log/**` |"
        );
    }

    #[test]
    fn a_file_that_says_something_else_is_stale() {
        let current: Vec<Output> = outputs();
        let files: Vec<(&str, &str)> =
            current.iter().map(|output| (output.path, &*output.text)).collect();
        assert_eq!(stale(&Tree::of(&files)), [""; 0]);
        assert_eq!(stale(&Tree::of(&[])).len(), current.len());
    }
}
