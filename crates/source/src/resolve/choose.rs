//! Chooses one manifest of an index by platform; never follows what is not an image.

use model::{Digest, Notice, Platform};

use super::Road;
use crate::Error;
use crate::documents::{Descriptor, Document, Manifest};

/// Indexes within indexes: deeper ones are refused.
const DEPTH: usize = 4;

/// Manifests and indexes of one image that are looked at, at the most.
const LOOKS: usize = 64;

/// The manifest that was chosen.
pub(super) struct Chosen {
    pub(super) digest: Digest,
    pub(super) platform: Option<Platform>,
    pub(super) manifest: Box<Manifest>,
}

struct Candidate {
    descriptor: Descriptor,
    platform: Option<Platform>,
}

/// Chooses among the entries of an index: the platform that was asked for, else the host's, else the only one.
pub(super) fn choose(
    road: &Road<'_>,
    entries: Vec<Descriptor>,
    notices: &mut Vec<Notice>,
) -> Result<Chosen, Error> {
    let mut search = Search { road, looks: 0, candidates: Vec::new(), passed_over: 0 };
    search.gather(entries, 1)?;
    if search.candidates.is_empty() {
        return Err(road.not_an_image(match search.passed_over {
            0 => "its index is empty",
            _ => "its index lists only attestations, signatures or other artifacts",
        }));
    }
    let place = match &road.options.platform {
        Some(asked) => search.find(asked)?.ok_or_else(|| search.not_there(asked))?,
        None => match search.find(&road.options.host)? {
            Some(place) => place,
            None => search.only().ok_or_else(|| search.not_for_host())?,
        },
    };
    let candidate = &search.candidates[place];
    if let (Some(platform), 2..) = (&candidate.platform, search.count(candidate)) {
        notices.push(Notice::general(format!(
            "its index lists more than one image for {platform}; the first one was read"
        )));
    }
    let platform = candidate.platform.clone();
    let digest = candidate.descriptor.digest.clone();
    match road.document(&candidate.descriptor)? {
        Document::Manifest(manifest) => Ok(Chosen { digest, platform, manifest }),
        Document::Schema1 => Err(road.schema1()),
        Document::Index(_) => Err(road.corrupt(&format!(
            "its index calls {} a manifest, but it is an index",
            digest.short()
        ))),
    }
}

struct Search<'a> {
    road: &'a Road<'a>,
    looks: usize,
    candidates: Vec<Candidate>,
    passed_over: usize,
}

impl Search<'_> {
    /// Collects the images of an index and of the indexes in it.
    fn gather(&mut self, entries: Vec<Descriptor>, depth: usize) -> Result<(), Error> {
        for descriptor in entries {
            if descriptor.is_no_image() {
                self.passed_over += 1;
            } else if descriptor.is_index() {
                if depth == DEPTH {
                    let what = format!("{} has indexes more than {DEPTH} deep", self.road.name);
                    return Err(Error::Limit { what });
                }
                self.look()?;
                if let Document::Index(entries) = self.road.document(&descriptor)? {
                    self.gather(entries, depth + 1)?;
                } else {
                    // The content decides: what is called an index may be a manifest.
                    self.candidates.push(Candidate { platform: descriptor.platform(), descriptor });
                }
            } else {
                self.candidates.push(Candidate { platform: descriptor.platform(), descriptor });
            }
        }
        Ok(())
    }

    /// The first image for `platform`. Images of which the index does not say the platform are asked themselves, but
    /// only if no other one fits.
    fn find(&mut self, platform: &Platform) -> Result<Option<usize>, Error> {
        if self.position(platform).is_none() {
            for place in 0..self.candidates.len() {
                if self.candidates[place].platform.is_none() {
                    self.candidates[place].platform = self.ask(place)?;
                }
            }
        }
        Ok(self.position(platform))
    }

    fn position(&self, platform: &Platform) -> Option<usize> {
        self.candidates.iter().position(|candidate| candidate.platform.as_ref() == Some(platform))
    }

    /// The platform that the image's own configuration says.
    fn ask(&mut self, place: usize) -> Result<Option<Platform>, Error> {
        self.look()?;
        let answer = match self.road.document(&self.candidates[place].descriptor) {
            Ok(Document::Manifest(manifest)) => self.road.config(&manifest),
            Ok(_) => return Ok(None),
            Err(error) => Err(error),
        };
        match answer {
            Ok(config) => Ok(config.platform()),
            // One that is no image, or not there, does not stand in the way of the others.
            Err(Error::Corrupt { .. } | Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn look(&mut self) -> Result<(), Error> {
        self.looks += 1;
        match self.looks {
            ..=LOOKS => Ok(()),
            _ => Err(Error::Limit {
                what: format!(
                    "the index of {} leads to more than {LOOKS} documents",
                    self.road.name
                ),
            }),
        }
    }

    /// The image that there is no other platform beside.
    fn only(&self) -> Option<usize> {
        let (first, others) = self.candidates.split_first()?;
        let same = others.iter().all(|other| other.platform == first.platform);
        (same && (first.platform.is_some() || others.is_empty())).then_some(0)
    }

    fn count(&self, chosen: &Candidate) -> usize {
        let mut digests: Vec<_> = (self.candidates.iter())
            .filter(|candidate| candidate.platform == chosen.platform)
            .map(|candidate| &candidate.descriptor.digest)
            .collect();
        digests.sort_unstable();
        digests.dedup();
        digests.len()
    }

    fn not_there(&self, asked: &Platform) -> Error {
        Error::NotFound {
            what: format!("{} has no image for {asked}", self.road.name),
            hint: format!("it has {}", self.platforms()),
        }
    }

    fn not_for_host(&self) -> Error {
        let (name, host) = (self.road.name, &self.road.options.host);
        Error::NotFound {
            what: format!(
                "{name} has no image for {host}, this machine's platform, and several others"
            ),
            hint: format!("choose one with --platform: {}", self.platforms()),
        }
    }

    /// The platforms that there are, each once.
    fn platforms(&self) -> String {
        let mut platforms: Vec<String> = (self.candidates.iter())
            .map(|candidate| match &candidate.platform {
                Some(platform) => platform.to_string(),
                None => "one that does not say its platform".into(),
            })
            .collect();
        platforms.sort_unstable();
        platforms.dedup();
        crate::listing::list(&platforms)
    }
}
