//! Folders that tests make, read as archives again. Nothing outside a temporary folder is touched.

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use tempfile::{TempDir, tempdir};

use crate::testing::{options, told};
use crate::{Error, Image, open};

fn opened(path: &Path) -> Result<Image, Error> {
    open(&format!("dir:{}", path.display()).parse().unwrap(), &options(""))
}

fn bytes(image: &Image) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    image.layer(0).unwrap().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The members of the layer, as another reader of archives sees them, a line each; then the notices.
fn check(folder: &TempDir, expect: &str) {
    let image = opened(folder.path()).unwrap();
    let mut shown = String::new();
    for entry in tar::Archive::new(&bytes(&image).unwrap()[..]).entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = model::visible(&entry.path_bytes());
        let mode = entry.header().mode().unwrap();
        write!(shown, "{name} {:?} {mode:o}", entry.header().entry_type()).unwrap();
        if let Some(target) = entry.link_name_bytes() {
            write!(shown, " -> {}", String::from_utf8_lossy(&target)).unwrap();
        }
        for record in entry.pax_extensions().unwrap().into_iter().flatten() {
            let record = record.unwrap();
            if record.key().unwrap().starts_with("SCHILY") || record.key().unwrap() == "mtime" {
                let value = record.value().unwrap();
                write!(shown, " {}={value}", record.key().unwrap()).unwrap();
            }
        }
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        if !content.is_empty() {
            write!(shown, " {content:?}").unwrap();
        }
        shown.push('\n');
    }
    for notice in &image.notices {
        let path = notice.path.as_ref().map(|path| format!("{path} ")).unwrap_or_default();
        writeln!(shown, "! {path}{}", notice.text).unwrap();
    }
    assert_eq!(shown, expect);
}

fn write(folder: &TempDir, name: &str, content: &str) {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
}

#[test]
fn a_folder_is_an_archive_in_the_order_of_names() {
    let folder = tempdir().unwrap();
    write(&folder, "b", "two");
    write(&folder, "a/z", "");
    write(&folder, "a/é", "one");
    write(&folder, "a.x", "dot");
    fs::set_permissions(folder.path().join("b"), fs::Permissions::from_mode(0o4755)).unwrap();
    fs::set_permissions(folder.path().join("a"), fs::Permissions::from_mode(0o1777)).unwrap();
    check(
        &folder,
        "a/ Directory 1777\na/z Regular 644\na/é Regular 644 \"one\"\na.x Regular 644 \"dot\"\n\
         b Regular 4755 \"two\"\n",
    );
    let image = opened(folder.path()).unwrap();
    assert_eq!(bytes(&image).unwrap(), bytes(&image).unwrap());
    assert_eq!(bytes(&image).unwrap().len() % 512, 0);
    assert_eq!((image.layers.len(), image.layers[0].digest.clone()), (1, None));
}

#[test]
fn an_empty_folder_is_no_image() {
    let folder = tempdir().unwrap();
    let error = super::open(folder.path(), String::new()).err().unwrap();
    assert!(error.to_string().ends_with("is empty: no root file system is there"), "{error}");
}

#[test]
fn links_are_told_not_followed() {
    let folder = tempdir().unwrap();
    write(&folder, "a", "same");
    fs::hard_link(folder.path().join("a"), folder.path().join("b")).unwrap();
    symlink("/etc/passwd", folder.path().join("c")).unwrap();
    symlink(".", folder.path().join("circle")).unwrap();
    let long = "l".repeat(150);
    symlink(&long, folder.path().join("d")).unwrap();
    check(
        &folder,
        &format!(
            "a Regular 644 \"same\"\nb Link 644 -> a\nc Symlink 777 -> /etc/passwd\n\
             circle Symlink 777 -> .\nd Symlink 777 -> {long}\n"
        ),
    );
}

#[test]
fn long_names_go_into_extended_headers() {
    let folder = tempdir().unwrap();
    let name = format!("{}/{}", "a".repeat(120), "b".repeat(200));
    write(&folder, &name, "deep");
    check(&folder, &format!("{}/ Directory 755\n{name} Regular 644 \"deep\"\n", "a".repeat(120)));
}

#[test]
fn what_no_layer_can_hold_is_left_out_and_noticed() {
    let folder = tempdir().unwrap();
    write(&folder, ".wh.gone", "");
    write(&folder, "d/.wh..wh..opq", "");
    write(&folder, "e", "");
    let _listener = UnixListener::bind(folder.path().join("s")).unwrap();
    check(
        &folder,
        "d/ Directory 755\ne Regular 644\n\
         ! /.wh.gone was left out: in a layer its name would mean that another is deleted\n\
         ! /d/.wh..wh..opq was left out: in a layer its name would mean that another is deleted\n\
         ! /s was left out: it is a socket, which no layer can hold\n",
    );
}

#[test]
fn times_and_attributes_are_kept() {
    let folder = tempdir().unwrap();
    write(&folder, "old", "");
    let path = folder.path().join("old");
    let before = std::time::UNIX_EPOCH - std::time::Duration::from_secs(5);
    fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
    // Not every file system that tests run on keeps attributes.
    let attribute = match xattr::set(&path, "user.mime_type", b"text/plain") {
        Ok(()) => " SCHILY.xattr.user.mime_type=text/plain",
        Err(_) => "",
    };
    check(&folder, &format!("old Regular 644 mtime=-5{attribute}\n"));
}

#[test]
fn a_file_that_changes_while_it_is_read_is_an_error() {
    let folder = tempdir().unwrap();
    write(&folder, "a", &"a".repeat(2000));
    let path = folder.path().join("a");
    let reading = |change: &dyn Fn()| {
        fs::write(&path, "a".repeat(2000)).unwrap();
        let image = opened(folder.path()).unwrap();
        let mut layer = image.layer(0).unwrap();
        let mut start = [0; 1000];
        layer.read_exact(&mut start).unwrap();
        change();
        let error = layer.read_to_end(&mut Vec::new()).unwrap_err().to_string();
        assert!(layer.read(&mut [0]).is_err(), "an error is not the end");
        error.replace(&path.display().to_string(), "FILE")
    };
    assert_eq!(
        reading(&|| fs::write(&path, "short").unwrap()),
        "FILE changed while it was read: it became shorter"
    );
    assert_eq!(
        reading(&|| fs::write(&path, "a".repeat(2001)).unwrap()),
        "FILE changed while it was read: it became longer"
    );
}

#[test]
fn mounted_file_systems_are_not_entered() {
    let (root, proc) = (fs::metadata("/").unwrap(), fs::metadata("/proc/self"));
    if proc.is_ok_and(|proc| proc.dev() != root.dev()) {
        let mut walk = super::Walk::new(Path::new("/")).unwrap();
        // Only the folders of the top: names below them are not this test's business.
        while let Some(item) = walk.next().unwrap() {
            assert!(!item.name.starts_with(b"proc/"));
            if item.name.as_slice() > &b"proc"[..] {
                break;
            }
        }
        let notices = walk.notices();
        assert!(notices.iter().any(|notice| notice.text.contains("mounted")), "{notices:?}");
    }
}

#[test]
fn what_is_no_folder_is_told() {
    let folder = tempdir().unwrap();
    write(&folder, "a", "");
    let shown = |name: &str| {
        let path = folder.path().join(name);
        told(&opened(&path).err().unwrap()).replace(&path.display().to_string(), "PATH")
    };
    assert_eq!(
        shown("none"),
        "could not open folder PATH: there is no such folder\n\
         hint: `dir:FOLDER` names a root file system; `registry:NAME` names an image in a registry"
    );
    assert_eq!(
        shown("a"),
        "could not open folder PATH: it is not a folder\n\
         hint: for a tar file say docker-archive:PATH or oci-archive:PATH"
    );
}
