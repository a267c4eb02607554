//! What a tag meant: a line of digests, the latest first, with what changed from each to the next.

use maud::{Markup, html};
use model::{Digest, Time};

use crate::words::{self, DAY};
use crate::{Document, Of, Place, Summary};

/// A tag with what it meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagPage {
    /// Where it is.
    pub place: Place,
    /// What it meant, the latest first; no more than are shown.
    pub knots: Vec<Knot>,
    /// The moment that earlier ones are asked for with, where there are any.
    pub earlier: Option<Time>,
}

/// What a tag meant from some moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knot {
    /// That moment.
    pub time: Time,
    /// The digest.
    pub digest: Digest,
    /// How large the image is, as stored, where that is known.
    pub size: Option<u64>,
    /// What changed from what it meant before.
    pub change: Change,
}

/// What changed from one image to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// There was nothing before.
    First,
    /// This, from that image on.
    From(Digest, Summary),
    /// Nobody has compared it with that image, because one of the two has not been read yet or there was no time to.
    Unknown(Digest),
}

/// The page of a tag.
pub fn tag(page: &TagPage, now: Time) -> Document {
    let TagPage { place, knots, earlier } = page;
    let mut document = Document::new(&place.title());
    document.heading = html! { code data-copy=(place.title()) { (words::text(&place.title())) } };
    let repository = place.with(Of::Everything);
    document.above = vec![
        ("Repositories".into(), "/repositories".into()),
        (repository.title(), repository.address()),
    ];
    document.section(html! {
        section.history aria-labelledby="history-title" {
            h2 id="history-title" { "History" }
            @if knots.is_empty() {
                p.empty { "Nothing is known of what it meant." }
            } @else {
                form method="get" action="/compare" {
                    ol.line {
                        @for (number, knot) in knots.iter().enumerate() {
                            (one(knot, number, knots.get(number + 1).map(|before| before.time), place, now))
                        }
                    }
                    @if knots.len() > 1 { p { button { "Compare the two that are chosen" } } }
                }
            }
            @if let Some(time) = earlier {
                p.more { a href={ (place.address()) "?before=" (time) } { "Earlier" } }
            }
        }
    });
    document
}

fn one(knot: &Knot, number: usize, before: Option<Time>, place: &Place, now: Time) -> Markup {
    let image = place.image(&knot.digest);
    // The images before and after are those of this tag.
    let address = match &place.of {
        Of::Tag(tag) => crate::here::address(&image.address(), [("tag", tag.as_str())].into_iter()),
        _ => image.address(),
    };
    let label = format!("{} of {}", knot.digest.short(), words::exact(knot.time));
    html! {
        li class={ "knot " (before.map_or("first", |before| distance(before, knot.time))) } {
            span.choice {
                label { span.unseen { "Compare from " (label) } input type="radio" name="old" value=(image) checked[number == 1]; }
                label { span.unseen { "Compare to " (label) } input type="radio" name="new" value=(image) checked[number == 0]; }
            }
            div {
                p.when {
                    (words::moment(knot.time, now)) " "
                    a href=(address) { (words::digest(&knot.digest)) }
                    @if let Some(size) = knot.size { " " span.aside { (report::bytes(size)) } }
                    @if number == 0 { " " span.now { "what it means now" } }
                }
                p.change { (change(&knot.change, &knot.digest, place)) }
            }
            @if let Some(before) = before {
                span.gap aria-hidden="true" { (words::span(knot.time.0.saturating_sub(before.0))) }
            }
        }
    }
}

/// What changed, in a line that leads to all of it.
pub(crate) fn change(change: &Change, digest: &Digest, place: &Place) -> Markup {
    let compare = |old: &Digest| compare_address(&place.image(old), &place.image(digest));
    html! {
        @match change {
            Change::First => span.aside { "the first that is known" },
            Change::From(old, summary) => { a href=(compare(old)) { (summary.html()) } }
            Change::Unknown(old) => { a href=(compare(old)) { "compare with the one before" } }
        }
    }
}

/// Where two images are compared.
pub(crate) fn compare_address(old: &Place, new: &Place) -> String {
    let (old, new) = (old.to_string(), new.to_string());
    crate::here::address("/compare", [("old", old.as_str()), ("new", new.as_str())].into_iter())
}

/// How far apart two moments are drawn: by the logarithm of the days between them.
fn distance(before: Time, after: Time) -> &'static str {
    match after.0.saturating_sub(before.0) {
        ..DAY => "near",
        seconds if seconds < 7 * DAY => "days",
        seconds if seconds < 30 * DAY => "weeks",
        seconds if seconds < 180 * DAY => "months",
        _ => "far",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Here;

    #[test]
    fn a_tag_is_a_line_of_digests() {
        let digest = |byte: &str| format!("sha256:{}", byte.repeat(32)).parse::<Digest>().unwrap();
        let summary =
            Summary { packages: [2, 0, 1, 0, 0], look: 1, files: 7, ..Summary::default() };
        let knot =
            |time, digest, change| Knot { time: Time(time), digest, size: Some(1_000), change };
        let page = TagPage {
            place: Place::parse("acme/nginx:latest").unwrap().0,
            knots: vec![
                knot(100 * DAY, digest("aa"), Change::From(digest("bb"), summary)),
                knot(90 * DAY, digest("bb"), Change::Unknown(digest("cc"))),
                knot(0, digest("cc"), Change::First),
            ],
            earlier: Some(Time(0)),
        };
        let html = tag(&page, Time(101 * DAY)).fragment(&Here::default());
        for part in [
            "1 day ago",
            "1 needs a look",
            "3 packages",
            "7 paths",
            "compare with the one before",
            "the first that is known",
            "class=\"knot weeks\"",
            "?before=1970-01-01T00:00:00Z",
        ] {
            assert!(html.contains(part), "{part}\n{html}");
        }
        let link = format!(
            "href=\"/compare?old=acme/nginx@{}&amp;new=acme/nginx@{}\"",
            digest("bb"),
            digest("aa")
        );
        assert!(html.contains(&link), "{html}");
    }
}
