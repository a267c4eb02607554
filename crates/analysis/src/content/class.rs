//! Java classes: which Java they are compiled for, and what they are called. The format is chapter 4 of the Java Virtual
//! Machine's specification.

use std::collections::HashMap;

use model::Structure;

use super::{Format, big};

pub(super) static FORMAT: Format = Format {
    name: "class",
    title: "Java classes",
    // Programs of Mach-O for several processors begin alike, but have few of them where a class has its version.
    recognises: |bytes| {
        bytes.starts_with(b"\xca\xfe\xba\xbe") && big(bytes, 6, 2).is_some_and(|major| major >= 45)
    },
    summarises: summarise,
};

fn summarise(bytes: &[u8]) -> Result<Structure, String> {
    let cut = "is cut short";
    let (minor, major) = big(bytes, 4, 2).zip(big(bytes, 6, 2)).ok_or(cut)?;
    let mut structure = Structure::new("class");
    let java = match major {
        ..49 => format!("1.{}", major.saturating_sub(44)),
        _ => (major - 44).to_string(),
    };
    structure.fact("java", java);
    structure.fact("format", format!("{major}.{minor}"));
    let count = big(bytes, 8, 2).ok_or(cut)?;
    let (mut texts, mut classes) = (HashMap::new(), HashMap::new());
    let (mut at, mut index) = (10, 1);
    while index < count {
        let tag = *bytes.get(at).ok_or(cut)?;
        let length = match tag {
            1 => {
                let length = usize::try_from(big(bytes, at + 1, 2).ok_or(cut)?).map_err(|_| cut)?;
                texts.insert(index, bytes.get(at + 3..at + 3 + length).ok_or(cut)?);
                2 + length
            }
            7 => {
                classes.insert(index, big(bytes, at + 1, 2).ok_or(cut)?);
                2
            }
            8 | 16 | 19 | 20 => 2,
            15 => 3,
            3 | 4 | 9..=12 | 17 | 18 => 4,
            5 | 6 => 8,
            other => return Err(format!("has a constant of kind {other}, which there is not")),
        };
        // Long numbers count twice.
        index += if matches!(tag, 5 | 6) { 2 } else { 1 };
        at += 1 + length;
    }
    let name = |at| {
        let text = texts.get(classes.get(&big(bytes, at, 2)?)?)?;
        Some(String::from_utf8_lossy(text).replace('/', "."))
    };
    for (fact, at) in [("name", at + 2), ("extends", at + 4)] {
        if let Some(name) = name(at) {
            structure.fact(fact, name);
        }
    }
    Ok(structure)
}
