//! Names of files and folders of this machine, as they are kept: whole, because `oci:shop:1.4` is another image in every
//! folder. People see what they typed; only what is kept, and lists of that, have whole paths.

use std::path::Path;

use compare::Subject;
use model::{Name, Reference};

use crate::{Options, names};

/// The same reference with a path that means the same from every folder. What is not on this machine's disk stays as it is.
pub(crate) fn whole(reference: &Reference, options: &Options) -> Reference {
    let whole = |path: &Path| match &options.folder {
        Some(folder) => source::absolute(path, folder),
        None => path.into(),
    };
    match reference.clone() {
        Reference::OciLayout { path, selector } => {
            Reference::OciLayout { path: whole(&path), selector }
        }
        Reference::OciArchive { path, selector } => {
            Reference::OciArchive { path: whole(&path), selector }
        }
        Reference::DockerArchive { path, selector } => {
            Reference::DockerArchive { path: whole(&path), selector }
        }
        Reference::Directory { path } => Reference::Directory { path: whole(&path) },
        Reference::Path { path } => Reference::Path { path: whole(&path) },
        elsewhere @ (Reference::Registry(_) | Reference::Engine { .. }) => elsewhere,
    }
}

/// A text as it is looked up among what is kept: a name of something on this disk is looked up by its whole path.
pub(crate) fn as_kept(text: &str, options: &Options) -> String {
    match text.parse() {
        Ok(Reference::Registry(_) | Reference::Engine { .. }) | Err(_) => text.into(),
        Ok(reference) => whole(&reference, options).to_string(),
    }
}

/// Calls an image that was asked for by the name of something on this disk as it was asked for.
pub(crate) fn as_typed(mut subject: Subject, name: &Name, options: &Options) -> Subject {
    let Name::Reference(typed) = name else { return subject };
    let kept = names::for_platform(whole(typed, options).to_string(), options);
    let typed = names::for_platform(typed.to_string(), options);
    for name in subject.names.iter_mut().chain(&mut subject.current) {
        if *name == kept {
            name.clone_from(&typed);
        }
    }
    subject
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folder: &Path, text: &str, expect: &str) {
        let options = Options { folder: Some(folder.into()), ..Options::default() };
        let expect = expect.replace("HERE", &folder.display().to_string());
        assert_eq!(as_kept(text, &options), expect, "{text}");
    }

    #[test]
    fn a_name_of_a_file_is_kept_with_its_whole_path() {
        let here = tempfile::tempdir().unwrap();
        let here = here.path().canonicalize().unwrap();
        std::fs::create_dir_all(here.join("deep/below")).unwrap();
        std::os::unix::fs::symlink(here.join("deep/below"), here.join("link")).unwrap();
        let check = |text: &str, expect: &str| check(&here, text, expect);
        check("oci:shop:1.4", "oci:HERE/shop:1.4");
        check("oci:./shop/:1.4", "oci:HERE/shop:1.4");
        check("docker-archive:old.tar@1", "docker-archive:HERE/old.tar@1");
        check("dir:.", "dir:HERE");
        check("dir:/x/./y/", "dir:/x/y");
        check("./x.tar", "HERE/x.tar");
        check("dir:deep/../shop", "dir:HERE/shop");
        // A link leads elsewhere, and so does the folder above it.
        check("dir:link", "dir:HERE/link");
        check("dir:link/../shop", "dir:HERE/deep/shop");
        check("dir:gone/../shop", "dir:HERE/gone/../shop");
    }

    #[test]
    fn other_names_stay_as_they_are() {
        let here = Path::new("/here");
        check(here, "alpine:3.20", "alpine:3.20");
        check(here, "docker:shop", "docker:shop");
        check(here, "0584b3d2cf6d", "0584b3d2cf6d");
        check(here, "sha256:05", "sha256:05");
    }
}
