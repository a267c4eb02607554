//! What all pages have around them: where one is, how to search, who one is.

use maud::{DOCTYPE, Markup, html};
use model::Time;

use crate::{Document, Here, assets, words};

/// What stands around a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The address that was asked for.
    pub here: Here,
    /// Who looks at it, where that is known.
    pub visitor: Option<Visitor>,
    /// When.
    pub now: Time,
    /// The program's version.
    pub version: &'static str,
}

/// Somebody who has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// What they are called.
    pub name: String,
    /// What a form of theirs has to say so that it is known to be theirs.
    pub seal: String,
}

pub(crate) fn write(document: &Document, frame: &Frame) -> String {
    let title = words::inert(&document.title);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Pentimento" }
                link rel="stylesheet" href=(assets::address("navigator.css"));
                link rel="icon" href=(assets::address("icon.svg")) type="image/svg+xml";
                script type="module" src=(assets::address("navigator.js")) {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                (header(frame))
                main id="main" {
                    @if !document.above.is_empty() {
                        nav.above aria-label="Part of" {
                            ol { @for (name, address) in &document.above {
                                li { a href=(address) { (words::text(name)) } }
                            } }
                        }
                    }
                    h1 { (document.heading) }
                    @for part in &document.parts { (part.html(&frame.here)) }
                }
                footer {
                    p {
                        "As of " time datetime=(frame.now) { (words::exact(frame.now)) }
                        " · Pentimento " (frame.version)
                    }
                }
            }
        }
    };
    page.into_string()
}

fn header(frame: &Frame) -> Markup {
    let here = frame.here.address();
    let current = |path: &str| (frame.here.path == path).then_some("page");
    html! {
        header.top {
            a.brand href="/" { "Pentimento" }
            nav aria-label="Pages" {
                a href="/repositories" aria-current=[current("/repositories")] { "Repositories" }
                a href="/compare" aria-current=[current("/compare")] { "Compare" }
                a href="/events" aria-current=[current("/events")] { "Events" }
                a href="/watches" aria-current=[current("/watches")] { "Watches" }
                a href="/groups" aria-current=[current("/groups")] { "Groups" }
                a href="/data" aria-current=[current("/data")] { "Advisories" }
                @if frame.visitor.is_some() { a href="/tokens" aria-current=[current("/tokens")] { "Tokens" } }
            }
            form.search role="search" method="get" action="/search" {
                label {
                    span.unseen { "Search for a repository, tag, digest, package, vulnerability or path" }
                    input type="search" name="q" placeholder="Search" autocomplete="off" data-suggest="/search/suggestions"
                        value=[frame.here.get("q").filter(|_| frame.here.path == "/search")];
                }
                button { "Search" }
            }
            @match &frame.visitor {
                Some(visitor) => form.leave method="post" action="/sign-out" {
                    input type="hidden" name="seal" value=(visitor.seal);
                    span.who { (words::text(&visitor.name)) }
                    button { "Sign out" }
                },
                // What is public is read without a token.
                None => a.leave href=(crate::here::address("/sign-in", [("to", here.as_str())].into_iter())) { "Sign in" }
            }
        }
    }
}
