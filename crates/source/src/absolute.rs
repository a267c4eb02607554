//! Paths that mean the same from every folder.

use std::path::{Component, Path, PathBuf};

/// The absolute path, without `.` and `..`, that a path means which is said in `folder`. Links stay what they are called, but for those that a `..` leads out of: only
/// the file system knows where to.
pub fn absolute(path: &Path, folder: &Path) -> PathBuf {
    let path = folder.join(path);
    let components: Vec<Component<'_>> = path.components().collect();
    let Some(last) = components.iter().rposition(|one| *one == Component::ParentDir) else {
        return components.into_iter().collect();
    };
    let above: PathBuf = components[..=last].iter().collect();
    match above.canonicalize() {
        Ok(above) => above.join(components[last + 1..].iter().collect::<PathBuf>()),
        Err(_) => components.into_iter().collect(),
    }
}
