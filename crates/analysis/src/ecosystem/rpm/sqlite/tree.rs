//! The rows of one of SQLite's tables: a tree of pages whose leaves hold them, long rows continued on pages of their
//! own. No page is visited twice, whatever points to it.

use std::borrow::Cow;
use std::collections::HashSet;

use super::super::bytes::{ByteOrder::Big, array};
use super::pages::Pages;
use super::record::number;

/// Kinds of pages of a table.
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;

/// How deep a tree may be. One of four levels holds millions of pages.
const DEPTH: usize = 20;

/// Walks through the rows, in order.
pub(super) struct Rows<'p, 'a> {
    pages: &'p Pages<'a>,
    /// Pages of this table that were visited, in the tree or as the rest of a row.
    seen: HashSet<u32>,
    /// The pages from the root down to where the walk stands.
    path: Vec<Node<'a>>,
    /// The root, while the walk has not begun.
    root: Option<u32>,
    /// How many bytes further rows can have: rows do not overlap in a database that SQLite wrote.
    left: usize,
}

/// A page of the tree and the cell of it that comes next.
struct Node<'a> {
    number: u32,
    page: &'a [u8],
    /// Where the page's own header stands: after the file's on the first page.
    head: usize,
    next: usize,
}

impl<'p, 'a> Rows<'p, 'a> {
    /// The rows of the table whose root is page `root`.
    pub(super) fn of(pages: &'p Pages<'a>, root: u32) -> Rows<'p, 'a> {
        Rows {
            pages,
            seen: HashSet::new(),
            path: Vec::new(),
            root: Some(root),
            left: pages.bytes(),
        }
    }

    /// Goes down to a page.
    fn descend(&mut self, number: u32) -> Result<(), String> {
        let page = self.visit(number)?;
        let head = if number == 1 { 100 } else { 0 };
        let kind = page[head];
        if !matches!(kind, INTERIOR | LEAF) {
            return Err(format!("page {number} should be one of a table, but is of kind {kind}"));
        }
        if self.path.len() == DEPTH {
            return Err(format!("page {number} is deeper in its table than any real one"));
        }
        self.path.push(Node { number, page, head, next: 0 });
        Ok(())
    }

    /// A page that was not visited yet.
    fn visit(&mut self, number: u32) -> Result<&'a [u8], String> {
        let page = self.pages.get(number).ok_or_else(|| format!("page {number} is missing"))?;
        if self.seen.insert(number) {
            Ok(page)
        } else {
            Err(format!("page {number} is in use twice"))
        }
    }

    /// The row of the cell at `place`: lengths of row and key, the key, and the row as far as it fits.
    fn row(&mut self, page: &'a [u8], place: usize) -> Result<Cow<'a, [u8]>, String> {
        let page = &page[..self.pages.usable.min(page.len())];
        let cell = page.get(place..).unwrap_or_default();
        let (length, rest) = number(cell).ok_or("is damaged")?;
        let (_, rest) = number(rest).ok_or("is damaged")?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        self.left =
            self.left.checked_sub(length).ok_or("claims more bytes than the database has")?;
        let here = self.bytes_here(length);
        let (bytes, rest) = rest.split_at_checked(here).ok_or("is damaged")?;
        if here == length {
            return Ok(Cow::Borrowed(bytes));
        }
        let next = array(rest, 0).map(u32::from_be_bytes).ok_or("is damaged")?;
        self.continued(bytes.to_vec(), length, next).map(Cow::Owned)
    }

    /// How many bytes of a row of `length` bytes stand on the leaf itself, as SQLite's format lays down.
    fn bytes_here(&self, length: usize) -> usize {
        let usable = self.pages.usable;
        let most = usable - 35;
        if length <= most {
            return length;
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let fitting = least + (length - least) % (usable - 4);
        if fitting <= most { fitting } else { least }
    }

    /// Puts together a row that goes on at page `next`. Each such page begins with the number of the one after it.
    fn continued(
        &mut self,
        mut row: Vec<u8>,
        length: usize,
        mut next: u32,
    ) -> Result<Vec<u8>, String> {
        while row.len() < length {
            let page =
                self.visit(next).map_err(|reason| format!("goes on at a bad place: {reason}"))?;
            let missing = length - row.len();
            next = Big.u32(page, 0).unwrap_or_default();
            row.extend(&page[4..self.pages.usable.min(4 + missing)]);
        }
        Ok(row)
    }
}

impl<'a> Iterator for Rows<'_, 'a> {
    type Item = Result<Cow<'a, [u8]>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(Err(problem)) = self.root.take().map(|root| self.descend(root)) {
            return Some(Err(problem));
        }
        while let Some(node) = self.path.last_mut() {
            let (number, page, place) = (node.number, node.page, node.next);
            match node.step() {
                Step::Down(child) => {
                    if let Err(problem) = self.descend(child) {
                        return Some(Err(problem));
                    }
                }
                Step::Row(at) => {
                    let problem =
                        |reason| format!("row {place} of page {number} {reason}: left out");
                    return Some(self.row(page, at).map_err(problem));
                }
                Step::Up => {
                    self.path.pop();
                }
            }
        }
        None
    }
}

/// What to do next on a page.
enum Step {
    /// Go down to this page.
    Down(u32),
    /// Read the row whose cell stands here.
    Row(usize),
    /// Go back up: the page is done.
    Up,
}

impl Node<'_> {
    fn step(&mut self) -> Step {
        let page = self.page;
        let field = |place| Big.u16(page, place).map_or(0, usize::from);
        let cells = field(self.head + 3);
        let is_leaf = page[self.head] == LEAF;
        let cell = self.next;
        self.next += 1;
        if is_leaf {
            return if cell < cells {
                Step::Row(field(self.head + 8 + 2 * cell))
            } else {
                Step::Up
            };
        }
        // A page of n cells has n + 1 children; the last is named in its header.
        let child = match cell.cmp(&cells) {
            std::cmp::Ordering::Less => field(self.head + 12 + 2 * cell),
            std::cmp::Ordering::Equal => self.head + 8,
            std::cmp::Ordering::Greater => return Step::Up,
        };
        // Page 0 does not exist, which `descend` says.
        Step::Down(Big.u32(page, child).unwrap_or(0))
    }
}
