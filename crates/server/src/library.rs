//! The images of repositories: what is kept of them, or else what the registry has that a repository's images come from.
//!
//! A repository has an image only if it was seen there: what was read for one group is nothing that another may ask for.

mod again;
mod turns;

use std::sync::atomic::{AtomicBool, Ordering};

use engine::{Held, KeptImage, Ledger, Subject, Texts, Watch};
use model::{Digest, ErrorKind, Name, Platform, Reference, RegistryReference, Uidp};
use tonic::Code;

use crate::state::Clock;
use crate::status::Status;
use turns::Turns;

/// Images that are read at once; whoever comes then waits.
const READ_AT_ONCE: usize = 2;

/// The images of repositories.
pub(crate) struct Library {
    options: engine::Options,
    /// Registries that may be asked, `host` or `host:port`.
    registries: Vec<String>,
    turns: Turns,
    clock: Clock,
    /// Whether something was read that nobody has been told of yet.
    has_read: AtomicBool,
}

/// How an image is had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// From what is kept, or else from its registry.
    Anyhow,
    /// From what is kept.
    Kept,
    /// From what is kept, whichever version of the program read it.
    Older,
}

/// A repository whose images are asked for.
pub(crate) struct Shelf<'a> {
    /// Its place.
    pub(crate) id: &'a Uidp,
    /// Where its images come from, where they come from anywhere.
    pub(crate) upstream: Option<String>,
    /// What is known of it.
    pub(crate) ledger: &'a Ledger,
}

impl Library {
    pub(crate) fn new(options: engine::Options, registries: Vec<String>, clock: Clock) -> Library {
        let (turns, has_read) = (Turns::new(READ_AT_ONCE), AtomicBool::default());
        Library { options, registries, turns, clock, has_read }
    }

    /// Refuses a repository that images may not come from.
    pub(crate) fn check_upstream(&self, source: &str) -> Result<(), Status> {
        self.upstream(source).map(|_| ())
    }

    /// An image of a repository. Of an index, the image for `platform` is taken, or for this library's own platform.
    pub(crate) fn image(
        &self,
        repo: &Shelf<'_>,
        digest: &Digest,
        platform: Option<&Platform>,
    ) -> Result<Subject, Status> {
        self.watched(repo, digest, platform, &engine::unwatched)
    }

    /// The same; whoever watches is told how far it is.
    pub(crate) fn watched(
        &self,
        repo: &Shelf<'_>,
        digest: &Digest,
        platform: Option<&Platform>,
        watch: &Watch<'_>,
    ) -> Result<Subject, Status> {
        if let Some(subject) = self.at_hand(repo, digest, platform)? {
            return Ok(subject);
        }
        let nowhere = || Status::not_found(format!("the repository has no image {digest}"));
        let upstream = repo.upstream.as_deref().ok_or_else(nowhere)?;
        let reference = RegistryReference {
            tag: None,
            digest: Some(digest.clone()),
            ..self.upstream(upstream)?
        };
        let _turn = self.turns.wait(&turn(&reference, platform));
        // Whoever had the turn before may have read it.
        if let Some(subject) = self.at_hand(repo, digest, platform)? {
            return Ok(subject);
        }
        let name = Name::Reference(Reference::Registry(reference));
        let subject = match self.read(&name, platform, How::Anyhow, watch) {
            // What the registry has no more, or does not give now, is told as it was read before.
            Err(status) if is_not_given(&status) => {
                return self.older(repo, digest, platform)?.ok_or(status);
            }
            read => read?,
        };
        self.has_read.store(true, Ordering::Relaxed);
        for seen in [Some(digest), subject.side.image.digest.as_ref()].into_iter().flatten() {
            repo.ledger.note_member(repo.id, &seen.to_string(), (self.clock)())?;
        }
        Ok(subject)
    }

    /// An image that was seen in a repository and is kept, for this library's own platform, by whatever version of the program;
    /// none where it would have to be read.
    pub(crate) fn kept_already(
        &self,
        repo: &Shelf<'_>,
        digest: &Digest,
    ) -> Result<Option<Subject>, Status> {
        match self.at_hand(repo, digest, None) {
            Err(status) if status.code == Code::NotFound => Ok(None),
            Ok(None) => self.older(repo, digest, None),
            kept => kept,
        }
    }

    /// Whether facts of the image with this digest are kept as today's readers read them. Of what was never read, they are not.
    pub(crate) fn is_current(&self, digest: &Digest) -> Result<bool, Status> {
        let Some(keep) = &self.options.keep else { return Ok(false) };
        match self.outline(digest) {
            Some(image) => Ok(engine::is_whole(&image, &keep.store)?),
            None => Ok(false),
        }
    }

    /// Whether something was read since that was asked last.
    pub(crate) fn takes_what_was_read(&self) -> bool {
        self.has_read.swap(false, Ordering::Relaxed)
    }

    /// Holds what is kept of these images, in place of what this holder held before.
    pub(crate) fn hold(&self, holder: &str, images: &[Digest]) -> Result<Held, Status> {
        let Some(keep) = &self.options.keep else { return Ok(Held::default()) };
        Ok(keep.store.hold(holder, images)?)
    }

    /// What a tag means now, where images come from. The registry is asked once: whoever asks tries again.
    pub(crate) fn tagged(&self, source: &str, tag: &str) -> Result<Digest, Status> {
        let reference = RegistryReference { tag: Some(tag.into()), ..self.upstream(source)? };
        let mut options = self.options.clone();
        options.source.retry.times = 0;
        engine::tagged(&reference, &options).map_err(|error| Status::of_image(&error))
    }

    /// The tags that there are where images come from, the newest-looking first. The registry is asked once, page by page.
    pub(crate) fn tags(&self, source: &str) -> Result<Vec<String>, Status> {
        let mut options = self.options.clone();
        options.source.retry.times = 0;
        engine::tags(&self.upstream(source)?, &options).map_err(|error| Status::of_image(&error))
    }

    /// The registry that images come from, where it may be asked.
    pub(crate) fn host(&self, source: &str) -> Option<String> {
        self.upstream(source).ok().map(|reference| reference.host)
    }

    /// The repository that images come from, without its host, where its registry may be asked.
    pub(crate) fn path(&self, source: &str) -> Option<String> {
        self.upstream(source).ok().map(|reference| reference.repository)
    }

    /// What is kept of the image with this digest or ID, but for its facts. Whose it is, whoever asks has to find out.
    pub(crate) fn outline(&self, digest: &Digest) -> Option<KeptImage> {
        let keep = self.options.keep.as_ref()?;
        let kept = engine::kept(&keep.store, &digest.to_string(), &self.options);
        kept.ok().map(|(image, _)| image)
    }

    /// How images are read now.
    fn now(&self) -> engine::Options {
        engine::Options { now: (self.clock)(), ..self.options.clone() }
    }

    /// The platforms that an image or index of a repository is there for.
    pub(crate) fn platforms(
        &self,
        repo: &Shelf<'_>,
        digest: &Digest,
    ) -> Result<Vec<Platform>, Status> {
        let Some(upstream) = &repo.upstream else {
            let subject = self.image(repo, digest, None)?;
            return Ok(subject.side.image.platform.into_iter().collect());
        };
        let reference = RegistryReference {
            tag: None,
            digest: Some(digest.clone()),
            ..self.upstream(upstream)?
        };
        engine::platforms(&reference, &self.now()).map_err(|error| Status::of_image(&error))
    }

    /// An image of a repository, for somebody who comes again: where it is just being read, nobody waits.
    pub(crate) fn image_soon(
        &self,
        repo: &Shelf<'_>,
        digest: &Digest,
        platform: Option<&Platform>,
    ) -> Result<Subject, Status> {
        if let Some(subject) = self.at_hand(repo, digest, platform)? {
            return Ok(subject);
        }
        if let Some(upstream) = &repo.upstream {
            let reference = RegistryReference {
                tag: None,
                digest: Some(digest.clone()),
                ..self.upstream(upstream)?
            };
            if self.turns.is_reading(&turn(&reference, platform)) {
                return Err(Status::new(Code::Unavailable, "the image is being read"));
            }
        }
        self.image(repo, digest, platform)
    }

    /// An image that was seen in a repository and is kept; none where it has to be read again.
    pub(crate) fn at_hand(
        &self,
        repo: &Shelf<'_>,
        digest: &Digest,
        platform: Option<&Platform>,
    ) -> Result<Option<Subject>, Status> {
        if !repo.ledger.has_member(repo.id, &digest.to_string())? {
            return Ok(None);
        }
        let name = digest.to_string().parse::<Name>();
        let name = name.map_err(|error| Status::invalid_argument(error.to_string()))?;
        match self.read(&name, platform, How::Kept, &engine::unwatched) {
            // Facts may always be thrown away.
            Err(status) if status.code == Code::NotFound && repo.upstream.is_some() => Ok(None),
            Err(status) if status.code == Code::Unavailable && repo.upstream.is_some() => Ok(None),
            Err(status) if status.code == Code::NotFound => {
                self.older(repo, digest, platform)?.ok_or(status).map(Some)
            }
            read => read.map(Some),
        }
    }

    /// An image that was seen in a repository, as another version of the program read it: there is nothing else that could be told
    /// of one that cannot be read again. It says so itself.
    fn older(
        &self,
        repo: &Shelf<'_>,
        digest: &Digest,
        platform: Option<&Platform>,
    ) -> Result<Option<Subject>, Status> {
        if !repo.ledger.has_member(repo.id, &digest.to_string())? {
            return Ok(None);
        }
        let name = digest.to_string().parse::<Name>();
        let name = name.map_err(|error| Status::invalid_argument(error.to_string()))?;
        Ok(self.read(&name, platform, How::Older, &engine::unwatched).ok())
    }

    fn read(
        &self,
        name: &Name,
        platform: Option<&Platform>,
        how: How,
        watch: &Watch<'_>,
    ) -> Result<Subject, Status> {
        let mut options = self.now();
        options.offline = how != How::Anyhow;
        options.older = how == How::Older;
        options.source.platform = platform.cloned();
        engine::subject(name, Texts::Unwanted, &options, watch).map_err(|error| {
            if let engine::Error::Platform { .. } = error {
                return Status::not_found(error.to_string());
            }
            // Offline is our word for what is not kept; nobody has said it here.
            if how != How::Anyhow && error.kind() != ErrorKind::Invalid {
                return Status::not_found(
                    "the image is not kept any more, and has to be read again",
                );
            }
            Status::of_image(&error)
        })
    }

    fn upstream(&self, source: &str) -> Result<RegistryReference, Status> {
        let path = source.rsplit('/').next().unwrap_or_default();
        let reference = match format!("registry:{source}").parse() {
            Ok(Reference::Registry(reference)) if !path.contains([':', '@']) => reference,
            _ => {
                let text = "images come from a repository such as registry.example/shop, without a \
                    tag or a digest";
                return Err(Status::invalid_argument(text));
            }
        };
        if self.registries.iter().any(|host| host.eq_ignore_ascii_case(&reference.host)) {
            return Ok(reference);
        }
        let host = &reference.host;
        let text =
            format!("images may not come from {host}: whoever runs the service has not listed it");
        Err(Status::new(Code::FailedPrecondition, text))
    }
}

/// Whether an image is not to be had from its registry, for ever or for now.
fn is_not_given(status: &Status) -> bool {
    matches!(status.code, Code::NotFound | Code::FailedPrecondition | Code::Unavailable)
}

/// What has to be read once, however many ask for it.
fn turn(reference: &RegistryReference, platform: Option<&Platform>) -> String {
    let wanted = platform.map(ToString::to_string).unwrap_or_default();
    format!("{reference} {wanted}")
}
