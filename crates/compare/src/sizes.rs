//! How large images are, by package and by directory, and how much they grew: the sizes of files as a container sees them,
//! which is not what layers take where they are stored.

use std::collections::BTreeMap;

use model::Path;

use crate::Side;

/// A size on either side, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// In the old image.
    pub old: u64,
    /// In the new image.
    pub new: u64,
}

impl Size {
    /// How much larger it is than it was.
    pub fn growth(self) -> i64 {
        let [old, new] = [self.old, self.new].map(|size| i64::try_from(size).unwrap_or(i64::MAX));
        new.saturating_sub(old)
    }

    fn add(&mut self, which: Which, size: u64) {
        let sum = match which {
            Which::Old => &mut self.old,
            Which::New => &mut self.new,
        };
        *sum = sum.saturating_add(size);
    }
}

#[derive(Clone, Copy)]
enum Which {
    Old,
    New,
}

/// Sizes of two images; of one alone where the old one has nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// All files together; each name of a hard link counts.
    pub total: Size,
    /// What no package owns.
    pub unowned: Size,
    /// By ecosystem and name of the package that owns files, the first of several.
    pub packages: BTreeMap<(String, String), Size>,
    /// By directory, everything below it included, as deep as was asked for.
    pub directories: BTreeMap<Path, Size>,
}

/// The sizes of two images, directories `depth` levels deep.
pub fn sizes(old: &Side, new: &Side, depth: usize) -> Sizes {
    let mut sizes = Sizes::default();
    for (which, side) in [(Which::Old, old), (Which::New, new)] {
        for file in &side.facts.files {
            let size = file.entry.size();
            if size == 0 {
                continue;
            }
            sizes.total.add(which, size);
            match side.facts.owners(file).next() {
                None => sizes.unowned.add(which, size),
                Some(owner) => {
                    let key = (owner.ecosystem.clone(), owner.name.clone());
                    sizes.packages.entry(key).or_default().add(which, size);
                }
            }
            for directory in above(&file.path, depth) {
                sizes.directories.entry(directory).or_default().add(which, size);
            }
        }
    }
    sizes
}

/// The directories above a path that are no deeper than that, the root left out.
fn above(path: &Path, depth: usize) -> Vec<Path> {
    let names: Vec<&[u8]> = path.components().collect();
    let deepest = depth.min(names.len().saturating_sub(1));
    (1..=deepest).map(|length| Path::new(names[..length].join(&b'/'))).collect()
}
