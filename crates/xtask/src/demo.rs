//! The demonstration: makes two images of a shop, and shows what changed between them. Nothing is fetched.

use std::fs;

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
    say(format!("$ pentimento diff {} {}\n", references[0], references[1]));
    program.show(&["diff", &references[0], &references[1]])
}
