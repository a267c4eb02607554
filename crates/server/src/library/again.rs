//! What is asked of images that were read here already, beside their facts: what is kept beside them, and what has to be read again
//! where they came from.

use engine::{Comparison, ContentChange, Pair, Subject, Texts, ToVerify, Written};
use model::{LayerTally, Name, Path};

use super::Library;
use crate::status::Status;

impl Library {
    /// The figures of each layer of an image that was read here, the lowest first.
    pub(crate) fn tallies(&self, subject: &Subject) -> Result<Vec<LayerTally>, Status> {
        let _turn = self.turns.wait(&format!("layers of {}", subject.side.image.reference));
        engine::tallies(subject, &self.now(), &engine::unwatched)
            .map_err(|error| Status::of_image(&error))
    }

    /// What each layer of two images that were read here did to a path.
    pub(crate) fn explained(
        &self,
        subjects: [&Subject; 2],
        path: &Path,
    ) -> Result<engine::Explained, Status> {
        let [old, new] = subjects;
        let (old, new) = (name(old)?, name(new)?);
        engine::explained([&old, &new], path, &self.now(), &engine::unwatched)
            .map_err(|error| Status::of_image(&error))
    }

    /// What differs inside files of two images: they are read again where they came from.
    pub(crate) fn inside<'a>(
        &self,
        pair: &'a Pair,
        comparison: &'a Comparison<'a>,
        paths: &[Path],
    ) -> Result<Vec<ContentChange<'a>>, Status> {
        engine::inside(pair, comparison, paths, &self.now(), &engine::unwatched)
            .map_err(|error| Status::of_image(&error))
    }

    /// An image with its texts: changelogs and whole files.
    pub(crate) fn with_texts(&self, subject: &Subject) -> Result<Subject, Status> {
        let name = name(subject)?;
        let _turn = self.turns.wait(&format!("texts of {}", subject.side.image.reference));
        engine::subject(&name, Texts::Wanted, &self.now(), &engine::unwatched)
            .map_err(|error| Status::of_image(&error))
    }

    /// An image, with the images that it is built on, as the store knows them.
    pub(crate) fn ancestors(&self, subject: Subject) -> Result<Subject, Status> {
        match &self.options.keep {
            Some(keep) => Ok(engine::with_ancestors(subject, &keep.store)?),
            None => Ok(subject),
        }
    }

    /// What changelogs of languages' packages say between two images that have their texts; those are files that are read again.
    pub(crate) fn written(&self, pair: &Pair) -> Result<Written, Status> {
        engine::written(pair, &self.now(), &engine::unwatched)
            .map_err(|error| Status::of_image(&error))
    }

    /// An image, and all that it is verified by. Files whose databases recorded other digests than facts have are read again.
    pub(crate) fn verified(&self, subject: &Subject) -> Result<ToVerify, Status> {
        let name = name(subject)?;
        let _turn = self.turns.wait(&format!("files of {}", subject.side.image.reference));
        engine::verified(&name, &self.now(), &engine::unwatched)
            .map_err(|error| Status::of_image(&error))
    }
}

/// What an image that is kept is found by.
fn name(subject: &Subject) -> Result<Name, Status> {
    let digest = subject.side.image.digest.as_ref().or(subject.id.as_ref());
    let digest = digest.map(ToString::to_string).unwrap_or_default();
    digest.parse::<Name>().map_err(|error| Status::invalid_argument(error.to_string()))
}
