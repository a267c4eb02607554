//! Changelogs of languages' packages: they stand in files of the packages, of which no text is kept, and are read again for
//! the packages that changed.

use std::collections::BTreeMap;

use compare::Comparison;
use model::{ImageFacts, InstalledPackage, Path};

use crate::online::{Texts, source_of};
use crate::{Error, Files, Options, Pair, Watch, contents};

/// Changelogs that were read again, by their files: those of the old image, and those of the new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The old side's, then the new one's.
    pub sides: [BTreeMap<Path, Vec<u8>>; 2],
    /// Those that were fetched from where distributions publish them, by their sources.
    pub(crate) fetched: Texts,
}

impl Written {
    /// What was fetched for the packages of an image, by their places in it.
    pub(crate) fn fetched(&self, image: &ImageFacts) -> BTreeMap<usize, (&str, &[u8])> {
        if self.fetched.is_empty() {
            return BTreeMap::new();
        }
        let packages = image.packages.iter().enumerate();
        let published =
            packages.filter(|(_, one)| matches!(&*one.package.ecosystem, "deb" | "apk"));
        let texts = published.filter_map(|(place, installed)| {
            let text = self.fetched.get(&source_of(installed))?;
            Some((place, (text.address.as_str(), text.bytes.as_slice())))
        });
        texts.collect()
    }
}

/// Bytes of changelogs of one image that are held at once.
const MOST: usize = 256 << 20;

/// Where the changelogs of packages of languages stand that changed, by the package's place in its image.
pub(crate) fn files(comparison: &Comparison<'_>) -> [BTreeMap<usize, Path>; 2] {
    let changed = comparison.packages.iter().filter(|change| {
        // What came or went has no two versions to lie between.
        !change.old.is_empty() && !change.new.is_empty()
    });
    let (mut old, mut new): (Vec<&InstalledPackage>, Vec<&InstalledPackage>) = Default::default();
    for change in changed {
        old.extend(&change.old);
        new.extend(&change.new);
    }
    [
        analysis::changelog_files(&comparison.old.facts, &old),
        analysis::changelog_files(&comparison.new.facts, &new),
    ]
}

/// Reads the changelogs again that a comparison needs.
pub fn written(pair: &Pair, options: &Options, watch: &Watch<'_>) -> Result<Written, Error> {
    let files = files(&pair.compare());
    let mut written = Written::default();
    let sides = [&pair.old, &pair.new].into_iter().zip(files).zip(&mut written.sides);
    for ((subject, files), written) in sides {
        let mut paths: Vec<Path> = files.into_values().collect();
        paths.sort();
        paths.dedup();
        let mut left = MOST;
        contents(Files { subject, paths: &paths }, options, watch, &mut |path, bytes| {
            if let Some(rest) = left.checked_sub(bytes.len()) {
                left = rest;
                written.insert(path.clone(), bytes.to_vec());
            }
        })?;
    }
    Ok(written)
}
