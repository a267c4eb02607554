//! Which image of a layout is meant; never which platform of it.

use std::collections::BTreeSet;

use model::{Reference, Selector};

use crate::documents::Descriptor;
use crate::resolve::Documents;
use crate::{Error, Options, listing};

/// The annotation with an image's name in a layout: a tag, or a full name.
const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// The annotation that containerd and Docker write the full name into.
const IMAGE_NAME: &str = "io.containerd.image.name";

/// Selects the entries of an `index.json` that are the image that is meant: one, or one for each platform. `place` is
/// what messages call the layout.
pub(crate) fn select(
    place: &str,
    entries: &[Descriptor],
    selector: Option<&Selector>,
    documents: &dyn Documents,
    options: &Options,
) -> Result<Vec<Descriptor>, Error> {
    match selector {
        None => only(place, entries),
        Some(Selector::Tag(tag)) => tagged(place, entries, tag),
        Some(Selector::Digest(digest)) => {
            if let Some(entry) = entries.iter().find(|entry| entry.digest == *digest) {
                return Ok(vec![entry.clone()]);
            }
            // A child of an index, or a manifest that lost its name: whatever has this digest is what is meant.
            let bytes =
                documents.document(digest, None, options.document_limit).map_err(|error| {
                    match error {
                        Error::NotFound { .. } => Error::NotFound {
                            what: format!("{place} has no {digest}"),
                            hint: format!("it has {}", names(entries)),
                        },
                        error => error,
                    }
                })?;
            Ok(vec![Descriptor::of(digest.clone(), bytes.len() as u64)])
        }
        Some(Selector::Index(_)) => Err(Error::Invalid {
            what: format!("{place} has no numbered images"),
            hint: format!("it has {}", names(entries)),
        }),
    }
}

/// The only image that there is.
fn only(place: &str, entries: &[Descriptor]) -> Result<Vec<Descriptor>, Error> {
    if entries.is_empty() {
        return Err(Error::Corrupt {
            what: format!("{place} lists no images"),
            hint: "write the layout again; its index.json is empty".into(),
        });
    }
    let images = distinct(entries.iter().filter(|entry| !entry.is_no_image()));
    match images.len() {
        // Attestations and artifacts alone: reading one says best what it is.
        0 => Ok(vec![entries[0].clone()]),
        1 => Ok(images),
        _ if are_platforms(&images) => Ok(images),
        several => Err(Error::Invalid {
            what: format!("{place} has {several} images, and none was chosen"),
            hint: format!("say :TAG or @DIGEST; it has {}", names(entries)),
        }),
    }
}

/// The image of this tag: the name as it was recorded, else its tag alone.
fn tagged(place: &str, entries: &[Descriptor], tag: &str) -> Result<Vec<Descriptor>, Error> {
    let tests: [fn(&str, &str) -> bool; 3] = [|name, tag| name == tag, same_name, ends_in_tag];
    for test in tests {
        let found =
            distinct(entries.iter().filter(|entry| recorded(entry).any(|name| test(name, tag))));
        match found.len() {
            0 => {}
            1 => return Ok(found),
            _ if are_platforms(&found) => return Ok(found),
            _ => {
                return Err(Error::Invalid {
                    what: format!("{place} has several images of tag {tag}"),
                    hint: format!("say the whole name or the digest; it has {}", names(&found)),
                });
            }
        }
    }
    Err(Error::NotFound {
        what: format!("{place} has no tag {tag}"),
        hint: if entries.is_empty() {
            "it lists no images at all".into()
        } else {
            format!("it has {}", names(entries))
        },
    })
}

/// The names that are recorded for an entry.
fn recorded(entry: &Descriptor) -> impl Iterator<Item = &str> {
    [IMAGE_NAME, REF_NAME]
        .into_iter()
        .filter_map(|key| entry.annotations.get(key).map(String::as_str))
        .filter(|name| !name.is_empty())
}

/// Whether two texts name the same image once Docker's defaults are filled in (`alpine`, `docker.io/library/alpine`).
pub(crate) fn same_name(name: &str, said: &str) -> bool {
    let whole = |text: &str| format!("registry:{text}").parse::<Reference>().ok();
    whole(name).is_some_and(|name| whole(said) == Some(name))
}

/// Whether a full name ends in this tag.
pub(crate) fn ends_in_tag(name: &str, tag: &str) -> bool {
    !tag.contains('/') && name.rsplit_once(':').is_some_and(|(_, own)| own == tag)
}

/// The entries of different digests.
fn distinct<'a>(entries: impl Iterator<Item = &'a Descriptor>) -> Vec<Descriptor> {
    let mut seen = BTreeSet::new();
    entries.filter(|entry| seen.insert(&entry.digest)).cloned().collect()
}

/// Whether these are one image for several platforms: named alike, each for another platform.
fn are_platforms(entries: &[Descriptor]) -> bool {
    let names: BTreeSet<_> = entries.iter().map(|entry| recorded(entry).next()).collect();
    let platforms: BTreeSet<_> = entries.iter().filter_map(Descriptor::platform).collect();
    names.len() == 1 && platforms.len() == entries.len()
}

/// What the entries are called: by digest where nothing else is recorded.
fn names(entries: &[Descriptor]) -> String {
    let names: BTreeSet<String> = (entries.iter())
        .map(|entry| match recorded(entry).last() {
            Some(name) => name.to_owned(),
            None => format!("@{}", entry.digest),
        })
        .collect();
    listing::list(&names.into_iter().collect::<Vec<_>>())
}
