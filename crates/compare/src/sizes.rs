//! How large images are, by package and by directory, and how much they grew: the sizes of files as a container sees them,
//! which is not what layers take where they are stored.

use std::collections::BTreeMap;

use model::{File, Path};

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

/// How much something may grow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// A directory or a file; the root for the whole image.
    pub path: Path,
    /// How much.
    pub limit: Limit,
}

/// An amount of growth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// In bytes.
    Bytes(u64),
    /// In thousandths of what was there.
    Share(u64),
}

/// A budget that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over<'a> {
    /// The budget.
    pub budget: &'a Budget,
    /// What it is about, on either side.
    pub size: Size,
}

impl Budget {
    /// Reads `5MB`, `10%`, `/usr=10MB`. Units are decimal (`KB`, `MB`, `GB`) or binary (`KiB`, …). An error is a sentence.
    pub fn parse(text: &str) -> Result<Budget, String> {
        let (path, amount) = text.rsplit_once('=').unwrap_or(("/", text));
        let wrong = || format!("`{text}` is no budget: say 5MB, 10% or /usr=10MB");
        if !path.starts_with('/') {
            return Err(wrong());
        }
        let digits = amount.find(|one: char| !one.is_ascii_digit() && one != '.');
        let (number, unit) = amount.split_at(digits.unwrap_or(amount.len()));
        let limit = match unit.trim().to_ascii_lowercase().as_str() {
            "%" => Limit::Share(scaled(number, 10).ok_or_else(wrong)?),
            unit => {
                let unit = match unit {
                    "" | "b" => 1,
                    "k" | "kb" => 1_000,
                    "m" | "mb" => 1_000_000,
                    "g" | "gb" => 1_000_000_000,
                    "kib" => 1 << 10,
                    "mib" => 1 << 20,
                    "gib" => 1 << 30,
                    _ => return Err(wrong()),
                };
                Limit::Bytes(scaled(number, unit).ok_or_else(wrong)?)
            }
        };
        Ok(Budget { path: Path::new(path.as_bytes()), limit })
    }

    /// Whether growth is beyond it, and what it is about.
    pub fn over<'a>(&'a self, old: &Side, new: &Side) -> Option<Over<'a>> {
        let sum = |side: &Side| {
            let below =
                side.facts.files.iter().filter(|file: &&File| file.path.is_under(&self.path));
            below.fold(0_u64, |sum, file| sum.saturating_add(file.entry.size()))
        };
        let size = Size { old: sum(old), new: sum(new) };
        let growth = u128::from(size.new.saturating_sub(size.old));
        let allowed = match self.limit {
            Limit::Bytes(bytes) => u128::from(bytes),
            Limit::Share(share) => u128::from(size.old) * u128::from(share) / 1_000,
        };
        (growth > allowed).then_some(Over { budget: self, size })
    }
}

/// A number with up to three figures behind its point, times a unit.
fn scaled(number: &str, unit: u64) -> Option<u64> {
    let (whole, rest) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || rest.len() > 3 {
        return None;
    }
    let mut thousandths: u64 = format!("{rest:0<3}").parse().ok()?;
    thousandths = whole.parse::<u64>().ok()?.checked_mul(1_000)?.checked_add(thousandths)?;
    Some(thousandths.checked_mul(unit)? / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_read() {
        let told = |text: &str| match Budget::parse(text) {
            Ok(Budget { path, limit: Limit::Bytes(bytes) }) => format!("{path} {bytes}"),
            Ok(Budget { path, limit: Limit::Share(share) }) => format!("{path} {share}‰"),
            Err(_) => "wrong".into(),
        };
        let texts = ["5MB", "10%", "/usr=10MB", "/opt/a=b=1.5KiB", "0", "2.5%", "1.0001MB", "MB"];
        assert_eq!(
            texts.map(told).join(" · "),
            "/ 5000000 · / 100‰ · /usr 10000000 · /opt/a=b 1536 · / 0 · / 25‰ · wrong · wrong"
        );
        assert_eq!(
            ["usr=1MB", "5 MB", "-1MB", "99999999999999999999"].map(told).join(" · "),
            "wrong · / 5000000 · wrong · wrong"
        );
    }
}
