//! Writes the archives of `docker save`, the old kind and the one since version 25. It knows no registry.

use std::collections::BTreeMap;
use std::path::Path;

use model::Digest;
use serde_json::{Value, json};

use crate::archive::{Entry, archive};
use crate::blobs::digest;
use crate::image::Image;
use crate::layout::{Layout, blob_path, write};

/// Writes an archive as Docker did before version 25: a folder per layer, the layers not compressed.
///
/// A layer that stands elsewhere in the archive already is a symbolic link to it, as Docker makes it.
pub fn write_docker_archive(file: &Path, images: &[(&Image, &[&str])]) {
    let mut archived = Archived::default();
    for (image, tags) in images {
        archived.add(image, tags);
    }
    let Archived { mut entries, lines, repositories, .. } = archived;
    entries.push(json_file("manifest.json", &lines.into()));
    entries.push(json_file("repositories", &repositories));
    write(file, &archive(&entries));
}

/// Writes an archive as Docker does since version 25: an OCI layout with Docker's `manifest.json` beside it.
///
/// The layers are compressed as the image says; Docker itself has them plain, or as they were pulled.
pub fn write_docker_archive_v25(file: &Path, images: &[(&Image, &[&str])]) {
    let mut layout = Layout::default();
    let mut lines = Vec::new();
    for (image, tags) in images {
        match tags {
            [] => layout.add(None, image),
            tags => tags.iter().for_each(|tag| layout.add(Some(tag), image)),
        }
        let blobs = image.blobs();
        let paths: Vec<String> = blobs.iter().map(|(digest, _)| blob_path(digest)).collect();
        lines.push(line(&paths[0], tags, &paths[1..]));
    }
    let mut entries = layout.entries();
    entries.push(json_file("manifest.json", &lines.into()));
    write(file, &archive(&entries));
}

/// An archive of the old kind while it is being put together.
#[derive(Default)]
struct Archived {
    entries: Vec<Entry>,
    lines: Vec<Value>,
    repositories: Value,
    /// Where the layer of a diff-id stands.
    places: BTreeMap<Digest, String>,
}

impl Archived {
    fn add(&mut self, image: &Image, tags: &[&str]) {
        let config = image.config_json();
        let config_name = format!("{}.json", digest(&config).hex());
        let mut parent = String::new();
        let mut paths = Vec::new();
        for (layer, diff_id) in image.layers().into_iter().zip(image.diff_ids()) {
            // Equal layers above equal layers share a folder.
            let id = digest(format!("{parent} {diff_id}").as_bytes()).hex();
            let path = format!("{id}/layer.tar");
            if !self.has(&path) {
                self.add_layer(&id, &parent, layer, diff_id);
            }
            parent = id;
            paths.push(path);
        }
        self.lines.push(line(&config_name, tags, &paths));
        if !self.has(&config_name) {
            self.entries.push(Entry::file(&config_name, config));
        }
        for (repository, tag) in tags.iter().filter_map(|tag| tag.rsplit_once(':')) {
            self.repositories[repository][tag] = json!(parent);
        }
    }

    fn add_layer(&mut self, id: &str, parent: &str, layer: Vec<u8>, diff_id: Digest) {
        let mut about = json!({ "id": id });
        if !parent.is_empty() {
            about["parent"] = json!(parent);
        }
        let path = format!("{id}/layer.tar");
        self.entries.push(Entry { mode: 0o755, ..Entry::new(format!("{id}/").into(), b'5') });
        self.entries.push(Entry::file(&format!("{id}/VERSION"), b"1.0".to_vec()));
        self.entries.push(json_file(&format!("{id}/json"), &about));
        self.entries.push(match self.places.get(&diff_id) {
            Some(place) => {
                let link = format!("../{place}").into_bytes();
                Entry { link, mode: 0o777, ..Entry::new(path.clone().into(), b'2') }
            }
            None => Entry::file(&path, layer),
        });
        self.places.entry(diff_id).or_insert(path);
    }

    fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name.as_bytes())
    }
}

/// A line of `manifest.json`; Docker writes null, not an empty list, where there are no tags.
fn line(config: &str, tags: &[&str], layers: &[String]) -> Value {
    let tags = if tags.is_empty() { Value::Null } else { json!(tags) };
    json!({ "Config": config, "RepoTags": tags, "Layers": layers })
}

fn json_file(name: &str, value: &Value) -> Entry {
    Entry::file(name, value.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image;

    type Write = fn(&Path, &[(&Image, &[&str])]);

    /// Lists the members' types and the letters of their names that are not digests.
    fn check(write: Write, expect: &str) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("images.tar");
        let one = image("//- /a\n//- layer\n//- /b\n");
        let two = image("//- /a\n//- layer\n//- /c\n//- layer\n//- /b\n");
        write(&file, &[(&one, &["shop:1", "shop:one"]), (&two, &[])]);

        let bytes = std::fs::read(&file).unwrap();
        let mut shown = String::new();
        for entry in tar::Archive::new(&bytes[..]).entries().unwrap() {
            let entry = entry.unwrap();
            let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
            let parts = name.split(['/', '.']);
            let parts = parts.map(|part| if part.len() == 64 { "…" } else { part });
            let kind = char::from(entry.header().entry_type().as_byte()).to_string();
            shown += &[&kind, " ", &parts.collect::<Vec<_>>().join("/"), "\n"].concat();
        }
        assert_eq!(shown, expect);
    }

    #[test]
    fn an_old_archive_has_equal_layers_once() {
        let layer = "5 …/\n0 …/VERSION\n0 …/json\n0 …/layer/tar\n";
        let linked = "5 …/\n0 …/VERSION\n0 …/json\n2 …/layer/tar\n";
        let config = "0 …/json\n";
        check(
            write_docker_archive,
            &[layer, layer, config, layer, linked, config, "0 manifest/json\n0 repositories\n"]
                .concat(),
        );
    }

    #[test]
    fn a_new_archive_is_a_layout_too() {
        let blobs = "0 blobs/sha256/…\n".repeat(7);
        check(
            write_docker_archive_v25,
            &[&blobs, "0 index/json\n0 oci-layout\n0 manifest/json\n"].concat(),
        );
    }
}
