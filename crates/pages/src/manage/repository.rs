//! What can be done with a repository: where its images come from, its tags, and that it goes.

use maud::{Markup, html};

use super::forms::{Field, Hand, choice, lines};

/// What the visitor may do with a repository.
#[derive(Clone, Debug)]
pub struct ManagedRepository<'a> {
    /// Its place in the tree.
    pub id: String,
    /// The page of its group.
    pub group: String,
    /// Its name.
    pub name: String,
    /// A sentence about it.
    pub description: String,
    /// What a person should read first.
    pub readme: String,
    /// Where its images come from; empty where from nowhere.
    pub source: String,
    /// The pattern of tags that it takes over.
    pub pattern: String,
    /// Its tags: ID, name and digest.
    pub tags: Vec<[String; 3]>,
    /// Where its registry sends messages, and what it shows with them, where the visitor may know.
    pub hook: Option<[String; 2]>,
    /// What the visitor may do, by its name.
    pub may: Vec<&'static str>,
    /// What forms are made for.
    pub hand: Hand<'a>,
}

impl ManagedRepository<'_> {
    /// The section of the repository's page; nothing where nothing may be done.
    pub(crate) fn html(&self) -> Markup {
        let parts = [
            self.may("analyses").map(|hand| self.reading(hand)),
            self.may("tag.create").map(|hand| self.tagging(hand)),
            self.may("tag.update").filter(|_| !self.tags.is_empty()).map(|hand| self.moving(hand)),
            self.may("tag.delete")
                .filter(|_| !self.tags.is_empty())
                .map(|hand| self.untagging(hand)),
            self.may("repo.update").map(|hand| self.changing(hand)),
            self.hook.as_ref().map(hook),
            self.may("repo.delete").map(|hand| self.forgetting(hand)),
        ];
        let parts: Vec<Markup> = parts.into_iter().flatten().collect();
        html! {
            @if !parts.is_empty() {
                section id="manage" aria-labelledby="do-title" {
                    h2 id="do-title" { "What you can do" }
                    @for part in &parts { (part) }
                }
            }
        }
    }

    fn may(&self, name: &str) -> Option<Hand<'_>> {
        Some(self.hand).filter(|_| self.may.contains(&name))
    }

    fn reading(&self, hand: Hand<'_>) -> Markup {
        let field = Field {
            id: "read-image",
            name: "image",
            title: "Image",
            hint: "A tag or a digest.",
            required: true,
            ..Field::default()
        };
        let hand = Hand { to: "/watches#readings", ..hand };
        hand.folded("Have an image read", "read", &[("place", &self.id)], &field.html(), "Read it")
    }

    fn tagging(&self, hand: Hand<'_>) -> Markup {
        let hint = if self.source.is_empty() {
            "What it means: sha256:…"
        } else {
            "Without one it means what it means in the registry, and follows that."
        };
        let fields = html! {
            (Field { id: "tag-name", name: "name", title: "Tag", required: true, ..Field::default() }.html())
            (Field { id: "tag-digest", name: "digest", title: "Digest", hint, ..Field::default() }.html())
        };
        hand.folded("Make a tag", "tag-make", &[("place", &self.id)], &fields, "Make it")
    }

    fn tags(&self) -> Vec<(String, String)> {
        self.tags.iter().map(|[id, name, _]| (id.clone(), name.clone())).collect()
    }

    fn moving(&self, hand: Hand<'_>) -> Markup {
        let fields = html! {
            (choice("move-tag", "place", "Tag", &self.tags()))
            (Field { id: "move-digest", name: "digest", title: "Digest", hint: "What it means from now on: sha256:…", required: true, ..Field::default() }.html())
        };
        hand.folded("Move a tag", "tag-change", &[], &fields, "Move it")
    }

    fn untagging(&self, hand: Hand<'_>) -> Markup {
        let fields = html! {
            (choice("forget-tag", "place", "Tag", &self.tags()))
            p.hint { "Its history stays." }
        };
        hand.folded("Forget a tag", "tag-delete", &[], &fields, "Forget it")
    }

    fn changing(&self, hand: Hand<'_>) -> Markup {
        let fields = html! {
            (Field { id: "repo-name", name: "name", title: "Name", value: &self.name, required: true, hint: NAME, ..Field::default() }.html())
            (Field { id: "repo-about", name: "description", title: "About", value: &self.description, ..Field::default() }.html())
            (Field { id: "repo-source", name: "source", title: "Images come from", value: &self.source, hint: SOURCE, ..Field::default() }.html())
            (Field { id: "repo-pattern", name: "pattern", title: "Takes over tags like", value: &self.pattern, hint: PATTERN, ..Field::default() }.html())
            (lines("repo-readme", "readme", "Readme", &self.readme))
        };
        hand.folded(
            "Change the repository",
            "repo-change",
            &[("place", &self.id)],
            &fields,
            "Change it",
        )
    }

    fn forgetting(&self, hand: Hand<'_>) -> Markup {
        let hand = Hand { to: &self.group, ..hand };
        let fields = html! { p.trouble { "Its tags and their history go with it." } };
        hand.folded(
            "Forget the repository",
            "repo-delete",
            &[("place", &self.id)],
            &fields,
            "Forget it and its history",
        )
    }
}

const NAME: &str = "Small letters, digits, and . _ -";
const SOURCE: &str =
    "registry.example/team/shop: a repository of a registry that the service was started with.";
const PATTERN: &str = "A regular expression for all of a tag's name: v[0-9.]+";

/// The form that makes a repository in one of these groups: ID and name.
pub(super) fn making(hand: Hand<'_>, groups: &[(String, String)]) -> Markup {
    let fields = html! {
        @if let [(id, _)] = groups { input type="hidden" name="place" value=(id); } @else { (choice("new-group", "place", "Group", groups)) }
        (Field { id: "new-name", name: "name", title: "Name", required: true, hint: NAME, ..Field::default() }.html())
        (Field { id: "new-source", name: "source", title: "Images come from", hint: SOURCE, ..Field::default() }.html())
        (Field { id: "new-pattern", name: "pattern", title: "Takes over tags like", hint: PATTERN, ..Field::default() }.html())
    };
    hand.folded("Make a repository", "repo-make", &[], &fields, "Make it")
}

fn hook([url, secret]: &[String; 2]) -> Markup {
    html! {
        details.do {
            summary { "Have the registry tell of pushes" }
            dl.facts {
                div { dt { "Messages go to" } dd { code data-copy=(url) { (url) } } }
                div { dt { "With the header Authorization" } dd { code data-copy=(secret) { (secret) } } }
            }
        }
    }
}
