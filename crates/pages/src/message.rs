//! Pages that say one thing: what went wrong and what to do, and that one has to sign in.

use maud::html;

use crate::here::address;
use crate::{Document, words};

/// A page that says what went wrong, why, and what can be done. With a number of seconds, it is asked for again after so many.
pub fn message(title: &str, text: &str, hint: &str, again: Option<u32>) -> Document {
    let mut document = Document::new(title);
    document.again = again;
    document.section(html! {
        section.message role="status" {
            p { (words::text(text)) }
            @if !hint.is_empty() { p.hint { (hint) } }
            @if let Some(seconds) = again {
                p.hint { "This page looks again in " (words::counted(seconds as usize, "second")) "." }
                div.progress aria-hidden="true" {}
            }
        }
    });
    document
}

/// The page that tells how far an image is that is read, as it goes on: what is told of it now, and where more is told. It is
/// looked at again after so many seconds where nothing tells more.
pub fn being_read(image: &str, told: &str, follow: &str, again: u32) -> Document {
    let mut document = Document::new("Not ready yet");
    document.again = Some(again);
    document.section(html! {
        section.message {
            p { (words::text(image)) " is being read. What is read is kept: it is read once." }
            p role="status" { span.told data-follow=(follow) data-then="reload" { (words::text(told)) } }
            div.progress aria-hidden="true" {}
            p.hint { "This page goes on by itself." }
        }
    });
    document
}

/// The page that says that one is signed in, and where it goes on.
pub fn signed_in(wanted: &str) -> Document {
    let mut document = Document::new("Signed in");
    document.section(html! {
        section.message role="status" {
            p { "You are signed in." }
            p { a href=(wanted) { "Go on" } }
        }
    });
    document
}

/// The page that asks for a token: what was wrong with the last one, the address that was asked for, and the host of the issuer
/// that one may sign in at instead.
pub fn sign_in(trouble: Option<&str>, wanted: &str, elsewhere: Option<&str>) -> Document {
    let mut document = Document::new("Sign in");
    document.section(html! {
        section.message {
            p { "The pages show what a token of this service may see." }
            @if let Some(trouble) = trouble { p.trouble role="alert" { (trouble) } }
            @if let Some(host) = elsewhere {
                p { a.button href=(address("/sign-in/elsewhere", std::iter::once(("to", wanted)))) { "Sign in at " (host) } }
                p.hint { "Or with a token:" }
            }
            form.sign-in method="post" action="/sign-in" {
                input type="hidden" name="to" value=(wanted);
                label for="token" { "Token" }
                textarea id="token" name="token" rows="4" required autocomplete="off" spellcheck="false" autofocus {}
                button { "Sign in" }
            }
            p.hint {
                "On the machine of the service, " code data-copy="pentimento auth token" { "pentimento auth token" }
                " prints one. It lasts an hour, and so does being signed in."
            }
            @if wanted != "/" && trouble.is_none() {
                p.hint { "Came by a link from elsewhere and signed in already? " a href=(wanted) { "Go on" } "." }
            }
        }
    });
    document
}
