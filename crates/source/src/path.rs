//! Files and folders that were named without a scheme: their content tells what they are.

use std::fs;
use std::io;
use std::path::Path;

use crate::{Error, Image, Options, archive, folder, layout};

/// Opens whatever is at `path`.
pub(crate) fn open(path: &Path, reference: String, options: &Options) -> Result<Image, Error> {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let is_layout =
                ["oci-layout", "index.json"].iter().any(|name| path.join(name).is_file());
            if is_layout {
                layout::open(path, None, reference, options)
            } else {
                folder::open(path, reference)
            }
        }
        Ok(_) => archive::open(path, archive::Kind::Any, None, reference, options),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::NotFound {
            what: format!("there is no file or folder {shown}"),
            hint: format!(
                "`registry:NAME` names an image in a registry; {shown} was taken for a path by its looks"
            ),
        }),
        Err(source) => Err(Error::Io { doing: "open", object: shown.to_string(), source }),
    }
}

#[cfg(test)]
mod tests {
    use testkit::{image, write_docker_archive, write_docker_archive_v25, write_layout};

    use super::*;
    use crate::testing::{options, told};

    fn check(path: &Path, expect: &str) {
        let shown = match open(path, path.display().to_string(), &options("")) {
            Ok(image) => format!(
                "{} layers, {}",
                image.layers.len(),
                if image.digest.is_some() { "a manifest" } else { "no manifest" }
            ),
            Err(error) => told(&error).replace(&path.display().to_string(), "PATH"),
        };
        assert_eq!(shown, expect);
    }

    #[test]
    fn content_tells_what_a_path_is() {
        let folder = tempfile::tempdir().unwrap();
        let image = image("//- /a\n//- layer\n//- /b\n");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("layout")).unwrap();
        write_layout(&path("layout"), "1", &image);
        check(&path("layout"), "2 layers, a manifest");
        fs::create_dir_all(path("root/etc")).unwrap();
        check(&path("root"), "1 layers, no manifest");
        write_docker_archive(&path("old.tar"), &[(&image, &["a:1"])]);
        check(&path("old.tar"), "2 layers, no manifest");
        write_docker_archive_v25(&path("new.tar"), &[(&image, &["a:1"])]);
        check(&path("new.tar"), "2 layers, a manifest");
        fs::write(path("note.tar"), "hello").unwrap();
        check(
            &path("note.tar"),
            "PATH is no tar archive: it is a text\nhint: `docker save NAME -o FILE` writes an archive of an image",
        );
        check(
            &path("none.tar"),
            "there is no file or folder PATH\n\
             hint: `registry:NAME` names an image in a registry; PATH was taken for a path by its looks",
        );
    }
}
