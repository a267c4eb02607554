//! Which image of a `manifest.json` is meant.

use std::collections::BTreeSet;

use model::{Digest, Selector};

use super::{Docker, Line, digest_in};
use crate::layout::{ends_in_tag, same_name};
use crate::{Error, digests, listing};

/// Selects by tag, by place, by digest (of the configuration, or of the manifest where there is one), or the only one.
pub(super) fn select<'a>(
    docker: &Docker<'_>,
    lines: &'a [Line],
    selector: Option<&Selector>,
) -> Result<&'a Line, Error> {
    let path = docker.archive.path.display();
    match selector {
        None => match distinct(lines.iter())[..] {
            [line] => Ok(line),
            ref several => Err(Error::Invalid {
                what: format!("archive {path} has {} images, and none was chosen", several.len()),
                hint: format!("say :NAME:TAG, or @0 for the first; it has {}", names(lines)),
            }),
        },
        Some(Selector::Index(index)) => lines.get(*index).ok_or_else(|| Error::NotFound {
            what: format!("archive {path} has no image number {index}"),
            hint: match lines.len() {
                1 => "it has one image, @0".into(),
                count => format!("it has {count} images, @0 to @{}", count - 1),
            },
        }),
        Some(Selector::Tag(tag)) => tagged(docker, lines, tag),
        Some(Selector::Digest(digest)) => by_digest(docker, lines, digest),
    }
}

/// The image of this name: as it was recorded, with Docker's defaults, or its tag alone.
fn tagged<'a>(docker: &Docker<'_>, lines: &'a [Line], tag: &str) -> Result<&'a Line, Error> {
    let path = docker.archive.path.display();
    let tests: [fn(&str, &str) -> bool; 3] = [|name, tag| name == tag, same_name, ends_in_tag];
    for test in tests {
        let found = lines.iter().filter(|line| tags(line).any(|name| test(name, tag)));
        match distinct(found)[..] {
            [] => {}
            [line] => return Ok(line),
            _ => {
                return Err(Error::Invalid {
                    what: format!("archive {path} has several images of tag {tag}"),
                    hint: format!("say :NAME:TAG; it has {}", names(lines)),
                });
            }
        }
    }
    Err(Error::NotFound {
        what: format!("archive {path} has no tag {tag}"),
        hint: format!("it has {}", names(lines)),
    })
}

fn by_digest<'a>(
    docker: &Docker<'_>,
    lines: &'a [Line],
    digest: &Digest,
) -> Result<&'a Line, Error> {
    let config = docker
        .manifests
        .iter()
        .find(|(own, _)| own == digest)
        .map_or(digest, |(_, manifest)| &manifest.config.digest);
    if let Some(line) = lines.iter().find(|line| digest_in(&line.config).as_ref() == Some(config)) {
        return Ok(line);
    }
    for line in lines {
        if digests::of_kind(config, &docker.config(line)?) == *config {
            return Ok(line);
        }
    }
    Err(Error::NotFound {
        what: format!("archive {} has no {digest}", docker.archive.path.display()),
        hint: format!("it has {}", names(lines)),
    })
}

fn tags(line: &Line) -> impl Iterator<Item = &str> {
    line.repo_tags.iter().flatten().map(String::as_str)
}

/// The lines of different images.
fn distinct<'a>(lines: impl Iterator<Item = &'a Line>) -> Vec<&'a Line> {
    let mut seen = BTreeSet::new();
    lines.filter(|line| seen.insert((&line.config, &line.layers))).collect()
}

/// What the images are called: by place where they have no name.
fn names(lines: &[Line]) -> String {
    let mut names = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        match tags(line).count() {
            0 => names.push(format!("@{place}")),
            _ => names.extend(tags(line).map(Into::into)),
        }
    }
    listing::list(&names)
}
