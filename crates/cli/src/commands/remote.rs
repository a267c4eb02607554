//! Verbs that a service does with `--server`: what images are called there, and how their documents are asked for. Nothing is
//! analyzed, scanned or compared here.

use std::path::Path;

use model::{Digest, ErrorKind, Platform, Uidp};
use report::View;
use serde_json::Value;

use super::read::ReadArguments;
use super::service::ServerArguments;
use crate::client::{Fetched, escaped};
use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::Ui;

/// An image of a service's repository, as a person names it: `group/shop:1.5`, `shop@sha256:…`, or with the repository's ID.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Image<'a> {
    pub(super) repo: Repo<'a>,
    /// The tag or the digest.
    pub(super) image: &'a str,
}

/// A repository of a service.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Repo<'a> {
    Id(&'a str),
    Named { group: Option<&'a str>, name: &'a str },
}

/// The service, and how a person speaks to it.
pub(super) struct Remote<'a> {
    pub(super) server: ServerArguments,
    pub(super) environment: Environment,
    pub(super) ui: &'a Ui,
}

impl<'a> Remote<'a> {
    pub(super) fn new(ui: &'a Ui) -> Remote<'a> {
        Remote { server: ServerArguments::default(), environment: Environment::read(), ui }
    }

    /// Asks for a document of one image, as `view` shows it, and writes it. It is said what stands behind the image's address,
    /// and which further parameters there are.
    pub(super) fn document(
        &self,
        name: &str,
        [behind, more]: [&str; 2],
        read: &ReadArguments,
        view: View,
    ) -> Result<Fetched, Error> {
        let mut question = self.about(name, [behind, more], read)?;
        self.show(&mut question, view);
        self.write(&question)
    }

    /// The question about one image, without how its answer is shown.
    pub(super) fn about(
        &self,
        name: &str,
        [behind, more]: [&str; 2],
        read: &ReadArguments,
    ) -> Result<String, Error> {
        let image = Image::parse(name)?;
        let repo = image.repo.id(self)?;
        let digest = self.digest(&repo, &image)?;
        let mut question = format!("/api/v1/images/{digest}{behind}?repo={repo}{more}");
        add_platform(&mut question, read.platform());
        Ok(question)
    }

    /// Asks, and writes what is answered.
    pub(super) fn write(&self, question: &str) -> Result<Fetched, Error> {
        let fetched = self.fetch(question)?;
        self.ui.write(View::default(), |_, _, out| out.write_all(fetched.text.as_bytes()))?;
        Ok(fetched)
    }

    /// Asks for the same in another form, as `view` shows it wherever it is written, and writes it to a file.
    pub(super) fn file(
        &self,
        question: &str,
        format: &str,
        view: View,
        path: &Path,
    ) -> Result<(), Error> {
        let mut question = format!("{question}&format={format}");
        for (name, is_on) in [("files", view.files), ("all", view.all)] {
            if is_on {
                question += &format!("&{name}=true");
            }
        }
        if let Some(depth) = view.sizes {
            question += &format!("&sizes={depth}");
        }
        let fetched = self.fetch(&question)?;
        self.ui.file(path, |out| out.write_all(fetched.text.as_bytes()))
    }

    /// Asks for a list, and writes it. `question` has at least one parameter.
    pub(super) fn list(&self, mut question: String) -> Result<Fetched, Error> {
        self.shown(&mut question, self.ui.list_view());
        let fetched = self.fetch(&question.replacen("?&", "?", 1))?;
        self.ui.list(View::default(), |_, _, out| out.write_all(fetched.text.as_bytes()))?;
        Ok(fetched)
    }

    fn fetch(&self, question: &str) -> Result<Fetched, Error> {
        self.ui.progress(|_| self.server.fetch(&self.environment, self.ui, question))
    }

    /// Adds to a question how its answer is shown.
    pub(super) fn show(&self, question: &mut String, view: View) {
        self.shown(question, self.ui.view(view));
    }

    fn shown(&self, question: &mut String, view: View) {
        *question += &format!("&format={}", self.ui.format_name());
        for (name, is_on) in [("files", view.files), ("all", view.all), ("colour", view.colour)] {
            // Not every document has every one.
            if is_on {
                *question += &format!("&{name}=true");
            }
        }
        for (name, number) in [("sizes", view.sizes), ("width", view.width)] {
            if let Some(number) = number {
                *question += &format!("&{name}={number}");
            }
        }
    }

    /// The digest that an image is asked for by: a tag means what it means now.
    pub(super) fn digest(&self, repo: &str, image: &Image<'_>) -> Result<String, Error> {
        if image.image.parse::<Digest>().is_ok() {
            return Ok(image.image.to_owned());
        }
        let tag = escaped(image.image);
        let question = format!("/registry/v1/tags?uidp.children_of={repo}&name={tag}");
        let answer = self.server.ask(&self.environment, self.ui, &question)?;
        let digest =
            answer["items"][0]["digest"].as_str().filter(|text| text.parse::<Digest>().is_ok());
        digest.map(str::to_owned).ok_or_else(|| {
            let text = format!("the repository has no tag {} that you may see", image.image);
            error::said(ErrorKind::NotFound, text, None)
        })
    }
}

/// Adds to a question which platform is meant, where one is.
pub(super) fn add_platform(question: &mut String, platform: Option<&Platform>) {
    if let Some(platform) = platform {
        *question += &format!("&platform={}", escaped(&platform.to_string()));
    }
}

/// Refuses what only this machine could do: the first of these that is asked for.
pub(super) fn refuse(unasked: &[(&str, bool)]) -> Result<(), Error> {
    match unasked.iter().find(|(_, is_asked)| *is_asked) {
        Some((name, _)) => Err(said(&format!("{name} is nothing that a service can be asked for"))),
        None => Ok(()),
    }
}

/// Refuses what says how this machine reads an image.
pub(super) fn refuse_reading(read: &ReadArguments) -> Result<(), Error> {
    refuse(&[("--force", read.is_forced()), ("--offline", read.is_offline())])
}

/// A mistake on the command line.
pub(super) fn said(text: &str) -> Error {
    error::said(ErrorKind::Invalid, text.into(), None)
}

impl Image<'_> {
    /// Reads what a person wrote.
    pub(super) fn parse(text: &str) -> Result<Image<'_>, Error> {
        let parts = match text.split_once('@') {
            Some(parts) => Some(parts).filter(|(_, digest)| digest.parse::<Digest>().is_ok()),
            None => text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/') && !tag.is_empty()),
        };
        let (repo, image) = parts.ok_or_else(|| {
            let hint =
                "say GROUP/REPOSITORY:TAG, REPOSITORY@DIGEST, or its ID in the place of its name";
            let text = format!("{text} is no image of a service");
            error::said(ErrorKind::Invalid, text, Some(hint.into()))
        })?;
        if repo.parse::<Uidp>().is_ok() {
            return Ok(Image { repo: Repo::Id(repo), image });
        }
        let (above, name) = match repo.rsplit_once('/') {
            Some((above, name)) => (Some(above), name),
            None => (None, repo),
        };
        // A group is right above its repository, whatever is above the group.
        let group = above.map(|above| above.rsplit('/').next().unwrap_or_default());
        Ok(Image { repo: Repo::Named { group, name }, image })
    }
}

impl Repo<'_> {
    /// Its ID, which the service is asked for.
    pub(super) fn id(&self, remote: &Remote<'_>) -> Result<String, Error> {
        let (group, name) = match self {
            Repo::Id(id) => return Ok((*id).to_owned()),
            Repo::Named { group, name } => (group, name),
        };
        let mut question = format!("/api/v1/repos?name={}", escaped(name));
        if let Some(group) = group {
            question += &format!("&group={}", escaped(group));
        }
        let answer = remote.server.ask(&remote.environment, remote.ui, &question)?;
        let repos = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ids: Vec<&str> = repos.iter().filter_map(|repo| Value::as_str(&repo["id"])).collect();
        match ids[..] {
            [id] => Ok(id.to_owned()),
            [] => {
                let text = format!("no repository that you may see is called {name}");
                Err(error::said(ErrorKind::NotFound, text, None))
            }
            _ => {
                let text = format!("{} repositories are called {name}", ids.len());
                let hint = format!(
                    "say the group before it, or the ID of the one that is meant: {}",
                    ids.join(", ")
                );
                Err(error::said(ErrorKind::Invalid, text, Some(hint)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_of_a_service_is_named_by_repository_and_tag_or_digest() {
        let named = |group, name, image| Some(Image { repo: Repo::Named { group, name }, image });
        let check = |text: &str, expect: Option<Image<'_>>| {
            assert_eq!(Image::parse(text).ok(), expect, "{text}");
        };
        check("shop:1.5", named(None, "shop", "1.5"));
        check("team/shop:1.5", named(Some("team"), "shop", "1.5"));
        check("acme/team/shop:1.5", named(Some("team"), "shop", "1.5"));
        let digest = format!("sha256:{}", "0".repeat(64));
        check(&format!("shop@{digest}"), named(None, "shop", &digest));
        let id = format!("{}/{}", "a".repeat(40), "b".repeat(16));
        check(&format!("{id}:1"), Some(Image { repo: Repo::Id(&id), image: "1" }));
        check("shop", None);
        check("shop:", None);
        check("host:5000/shop", None);
        check("shop@sha256:0", None);
    }
}
