//! Which images are asked: those that were named, those that a file names, or every kept one.

use std::collections::BTreeSet;

use engine::Options;
use model::ErrorKind;

use super::super::imagefile;
use super::Arguments;
use crate::error::{self, Error};

/// The names of the images that are asked, each once.
pub(super) fn asked(arguments: &Arguments, options: &Options) -> Result<Vec<String>, Error> {
    let names = match &arguments.imagefile {
        Some(path) => imagefile::read(path)?.into_iter().map(|line| line.image).collect(),
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

fn kept(options: &Options) -> Result<Vec<String>, Error> {
    let images = match &options.keep {
        Some(keep) => keep.store.images().map_err(|source| {
            let sentence = format!("could not list the kept images: {}", model::told(&source));
            error::said(ErrorKind::Corrupt, sentence, None)
        })?,
        None => Vec::new(),
    };
    if images.is_empty() {
        return Err(none());
    }
    Ok(images.into_iter().map(|(image, _)| image.id.to_string()).collect())
}

/// That there is nobody to ask.
pub(super) fn none() -> Error {
    let hint = "name one with --image, or analyze some first: pentimento analyze NAME";
    let sentence = "no image is named, and none is kept".into();
    error::said(ErrorKind::NotFound, sentence, Some(hint.into()))
}
