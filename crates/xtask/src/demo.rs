//! The demonstration: makes two images of a shop, and shows what changed between them. Nothing is fetched.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::program::{Program, target};
use crate::say::say;
use crate::{Error, tree};

/// Makes the images, and runs the program on them as a user would.
pub(crate) fn run() -> Result<(), Error> {
    let program = Program::at(None)?;
    let folder = target().join("demo").join("shop");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Error::io("empty", folder.display()))?;
    }
    fs::create_dir_all(&folder).map_err(Error::io("make", folder.display()))?;
    let (old, new) = testkit::demo();
    testkit::write_layout(&folder, "1.4", &old);
    testkit::write_layout(&folder, "1.5", &new);
    // A relative name is easier to read, and to try again.
    let shown = folder.strip_prefix(tree::root()).unwrap_or(&folder).display();
    let references = [format!("oci:{shown}:1.4"), format!("oci:{shown}:1.5")];
    let shelf = advisories(&program, &folder)?;
    say(format!("$ pentimento diff {} {}\n", references[0], references[1]));
    program.show(&["diff", &references[0], &references[1], "--db-folder", &shelf])
}

/// Keeps a few advisories about the packages of the shop, as if they were of today: old ones would be told to be old.
fn advisories(program: &Program, shop: &Path) -> Result<String, Error> {
    let (file, shelf) = (shop.with_file_name("advisories.db"), shop.with_file_name("advisories"));
    if file.exists() {
        fs::remove_file(&file).map_err(Error::io("remove", file.display()))?;
    }
    if shelf.exists() {
        fs::remove_dir_all(&shelf).map_err(Error::io("empty", shelf.display()))?;
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let now = model::Time(i64::try_from(since).unwrap_or_default());
    testkit::write_advisories(&file, &format!("built {now}\n{}", testkit::DEMO_ADVISORIES));
    let (file, shelf) = (file.display().to_string(), shelf.display().to_string());
    program.bare(&["db", "import", &file, "--db-folder", &shelf, "--quiet"])?;
    Ok(shelf)
}
