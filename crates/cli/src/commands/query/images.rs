//! Which images are asked: those that were named, those that a file names, or every kept one.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use engine::Options;
use model::ErrorKind;

use super::Arguments;
use crate::error::{self, Error};

/// Bytes of a file of names at the most.
const LONGEST: u64 = 1 << 20;

/// The names of the images that are asked, each once.
pub(super) fn asked(arguments: &Arguments, options: &Options) -> Result<Vec<String>, Error> {
    let names = match &arguments.imagefile {
        Some(path) => named_in(path)?,
        None if arguments.image.is_empty() => kept(options)?,
        None => arguments.image.clone(),
    };
    if names.iter().any(String::is_empty) {
        let hint = "say which image: --image=NAME";
        return Err(error::said(
            ErrorKind::Invalid,
            "an image has no name".into(),
            Some(hint.into()),
        ));
    }
    let mut seen = BTreeSet::new();
    Ok(names.into_iter().filter(|name| seen.insert(name.clone())).collect())
}

/// The first word of each line. Anchore's files have a Dockerfile's name as the second one.
fn named_in(path: &Path) -> Result<Vec<String>, Error> {
    let failed = |kind: ErrorKind, reason: String, hint: &str| {
        let sentence =
            format!("could not read the names of images in {}: {reason}", path.display());
        error::said(kind, sentence, Some(hint.to_owned()))
    };
    let unreadable = |error: std::io::Error| {
        let hint = "--imagefile wants a text file with a name in each line";
        failed(ErrorKind::NotFound, error.to_string(), hint)
    };
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LONGEST + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > LONGEST {
        let hint = "split it";
        return Err(failed(ErrorKind::Limit, format!("it has more than {LONGEST} bytes"), hint));
    }
    let names: Vec<String> =
        text.lines().filter_map(|line| line.split_whitespace().next()).map(Into::into).collect();
    if names.is_empty() {
        let hint = "write the name of an image into each line";
        return Err(failed(ErrorKind::Invalid, "there are none".into(), hint));
    }
    Ok(names)
}

fn kept(options: &Options) -> Result<Vec<String>, Error> {
    let images = match &options.keep {
        Some(keep) => keep.store.images().map_err(|source| {
            let sentence =
                format!("could not list the kept images: {}", super::super::read::told(&source));
            error::said(ErrorKind::Corrupt, sentence, None)
        })?,
        None => Vec::new(),
    };
    if images.is_empty() {
        let hint = "name one with --image, or analyze some first: pentimento analyze NAME";
        let sentence = "no image is named, and none is kept".into();
        return Err(error::said(ErrorKind::NotFound, sentence, Some(hint.into())));
    }
    Ok(images.into_iter().map(|(image, _)| image.id.to_string()).collect())
}
