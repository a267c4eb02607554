//! What was wanted and not done.

use maud::html;

use crate::{Document, words};

/// The page that says why something was not done, and leads back to where it was wanted.
pub fn not_done(text: &str, hint: &str, to: &str) -> Document {
    let mut document = Document::new("It was not done");
    document.section(html! {
        section.message {
            p.trouble role="alert" { (words::text(text)) }
            @if !hint.is_empty() { p.hint { (hint) } }
            p { a href=(to) { "Go back" } }
        }
    });
    document
}
