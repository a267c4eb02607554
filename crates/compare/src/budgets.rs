//! Budgets: how much an image, what stands below a path, or a package may grow, and what came of it.

use model::{File, Path};

use crate::sizes::{Size, Sizes, sizes};
use crate::{Comparison, Side};

/// How much something may grow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// What may grow.
    pub part: Part,
    /// How much.
    pub limit: Limit,
}

/// What of an image a budget is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A directory with all below it, or a file; the root for the whole image.
    Path(Path),
    /// The packages of this name, together; `TYPE:NAME` means one ecosystem's.
    Package(String),
    /// Every package, each by itself.
    EachPackage,
}

/// An amount of growth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// In bytes.
    Bytes(u64),
    /// In thousandths of what was there.
    Share(u64),
}

/// What came of a budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The budget.
    pub budget: Budget,
    /// What it is about, in a word: a path, `deb:openssl`, or the name as it was given.
    pub name: String,
    /// How large that is on either side.
    pub size: Size,
    /// By how many bytes it may grow.
    pub allowed: u64,
    /// Whether either image has it at all.
    pub is_there: bool,
}

impl Spent {
    /// Whether it grew by more.
    pub fn is_over(&self) -> bool {
        self.size.new.saturating_sub(self.size.old) > self.allowed
    }

    /// What kind of thing it is about, in the words of documents.
    pub fn kind(&self) -> &'static str {
        match self.budget.part {
            Part::Path(_) => "path",
            Part::Package(_) | Part::EachPackage => "package",
        }
    }
}

impl Comparison<'_> {
    /// Keeps account of budgets: each is told, whether it was kept or not.
    pub fn spend(&mut self, budgets: &[Budget]) {
        let is_of_packages = |budget: &Budget| !matches!(budget.part, Part::Path(_));
        let counted = if budgets.iter().any(is_of_packages) {
            sizes(self.old, self.new, 0)
        } else {
            Sizes::default()
        };
        self.budgets = budgets
            .iter()
            .flat_map(|budget| budget.spent([self.old, self.new], &counted))
            .collect();
    }

    /// The budgets that were not kept.
    pub fn over(&self) -> impl Iterator<Item = &Spent> {
        self.budgets.iter().filter(|spent| spent.is_over())
    }
}

/// Begins a budget of packages.
const PACKAGE: &str = "package:";

impl Budget {
    /// Reads `5MB`, `10%`, `/usr=10MB`, `package:openssl=1MB`, `package:deb:openssl=1MB`, `package:*=1MB`. Units are decimal
    /// (`KB`, `MB`, `GB`) or binary (`KiB`, …). An error is a sentence.
    pub fn parse(text: &str) -> Result<Budget, String> {
        let (part, amount) = text.rsplit_once('=').unwrap_or(("/", text));
        let wrong =
            || format!("`{text}` is no budget: say 5MB, 10%, /usr=10MB or package:openssl=1MB");
        let part = match part.strip_prefix(PACKAGE) {
            Some("") => return Err(wrong()),
            Some("*") => Part::EachPackage,
            Some(name) => Part::Package(name.into()),
            None if part.starts_with('/') => Part::Path(Path::new(part.as_bytes())),
            None => return Err(wrong()),
        };
        let limit = Limit::parse(amount).ok_or_else(wrong)?;
        Ok(Budget { part, limit })
    }

    /// What came of it: of each package only those that grew by more, or where none did the one that grew the most.
    fn spent(&self, sides: [&Side; 2], counted: &Sizes) -> Vec<Spent> {
        match &self.part {
            Part::Path(path) => {
                let [old, new] = sides.map(|side| below(side, path));
                let is_there = old.is_some() || new.is_some();
                let size = Size { old: old.unwrap_or_default(), new: new.unwrap_or_default() };
                vec![self.of(path.to_string(), size, is_there)]
            }
            Part::Package(name) => {
                let meant = counted.packages.iter().filter(|((ecosystem, own), _)| {
                    let own_ecosystem =
                        || name.strip_suffix(own).and_then(|rest| rest.strip_suffix(':'));
                    own == name || own_ecosystem() == Some(ecosystem)
                });
                let mut size = Size::default();
                for (_, one) in meant {
                    size.old = size.old.saturating_add(one.old);
                    size.new = size.new.saturating_add(one.new);
                }
                let is_there = sides.iter().any(|side| has(side, name));
                vec![self.of(name.clone(), size, is_there)]
            }
            Part::EachPackage => {
                let each = counted.packages.iter().map(|((ecosystem, name), size)| {
                    self.of(format!("{ecosystem}:{name}"), *size, true)
                });
                let (over, kept): (Vec<Spent>, Vec<Spent>) = each.partition(Spent::is_over);
                if over.is_empty() {
                    // The first of those that grew the most.
                    let largest = kept.into_iter().rev().max_by_key(|spent| spent.size.growth());
                    largest.into_iter().collect()
                } else {
                    over
                }
            }
        }
    }

    fn of(&self, name: String, size: Size, is_there: bool) -> Spent {
        let allowed = match self.limit {
            Limit::Bytes(bytes) => bytes,
            Limit::Share(share) => {
                let allowed = u128::from(size.old) * u128::from(share) / 1_000;
                u64::try_from(allowed).unwrap_or(u64::MAX)
            }
        };
        Spent { budget: self.clone(), name, size, allowed, is_there }
    }
}

impl Limit {
    fn parse(amount: &str) -> Option<Limit> {
        let digits = amount.find(|one: char| !one.is_ascii_digit() && one != '.');
        let (number, unit) = amount.split_at(digits.unwrap_or(amount.len()));
        let unit = match unit.trim().to_ascii_lowercase().as_str() {
            "%" => return scaled(number, 10).map(Limit::Share),
            "" | "b" => 1,
            "k" | "kb" => 1_000,
            "m" | "mb" => 1_000_000,
            "g" | "gb" => 1_000_000_000,
            "kib" => 1 << 10,
            "mib" => 1 << 20,
            "gib" => 1 << 30,
            _ => return None,
        };
        scaled(number, unit).map(Limit::Bytes)
    }
}

/// The size of what stands at a path and below it, where anything does.
fn below(side: &Side, path: &Path) -> Option<u64> {
    let mut below =
        side.facts.files.iter().filter(|file: &&File| file.path.is_under(path)).peekable();
    below.peek()?;
    Some(below.fold(0_u64, |sum, file| sum.saturating_add(file.entry.size())))
}

/// Whether an image has a package of this name.
fn has(side: &Side, name: &str) -> bool {
    side.facts.packages.iter().any(|installed| {
        let package = &installed.package;
        package.name == name || format!("{}:{}", package.ecosystem, package.name) == name
    })
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

    fn told(text: &str) -> String {
        let Ok(Budget { part, limit }) = Budget::parse(text) else { return "wrong".into() };
        let part = match part {
            Part::Path(path) => path.to_string(),
            Part::Package(name) => format!("package {name}"),
            Part::EachPackage => "each package".into(),
        };
        match limit {
            Limit::Bytes(bytes) => format!("{part} {bytes}"),
            Limit::Share(share) => format!("{part} {share}‰"),
        }
    }

    #[test]
    fn budgets_are_read() {
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

    #[test]
    fn budgets_of_packages_are_read() {
        let texts =
            ["package:openssl=1MB", "package:npm:@babel/core=5%", "package:*=0", "package:=1MB"];
        assert_eq!(
            texts.map(told).join(" · "),
            "package openssl 1000000 · package npm:@babel/core 50‰ · each package 0 · wrong"
        );
    }
}
