//! Forms that have something done. Each is whole without script, says by a seal that it was made for whoever sends it, and says
//! where to go on.

use maud::{Markup, html};

/// What the forms of a page are made for.
#[derive(Clone, Copy, Debug)]
pub struct Hand<'a> {
    /// What shows that a form is theirs who send it.
    pub seal: &'a str,
    /// The address of the page, where it goes on once something was done.
    pub to: &'a str,
}

impl Hand<'_> {
    /// A form that has a deed done at a place: what the person says in it, and the words of its button.
    pub(crate) fn form(
        self,
        deed: &str,
        said: &[(&str, &str)],
        fields: &Markup,
        button: &str,
    ) -> Markup {
        html! {
            form.deed method="post" action={ "/do/" (deed) } {
                input type="hidden" name="seal" value=(self.seal);
                input type="hidden" name="to" value=(self.to);
                @for (name, value) in said { input type="hidden" name=(name) value=(value); }
                (fields)
                button { (button) }
            }
        }
    }

    /// The same, folded under a title.
    pub(crate) fn folded(
        self,
        title: &str,
        deed: &str,
        said: &[(&str, &str)],
        fields: &Markup,
        button: &str,
    ) -> Markup {
        html! { details.do { summary { (title) } (self.form(deed, said, fields, button)) } }
    }

    /// A form in a row of a table, which asks once more before it takes something away. `label` goes on with what, for whoever does not
    /// see the row.
    pub(crate) fn taking(
        self,
        deed: &str,
        said: &[(&str, &str)],
        word: &str,
        label: &str,
    ) -> Markup {
        html! {
            details.take {
                summary { (word) span.unseen { " " (label) } " …" }
                (self.form(deed, said, &html! {}, &format!("{word} it")))
            }
        }
    }
}

/// A field for a line of text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Field<'a> {
    /// Unlike those of all other fields of the page.
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) title: &'a str,
    pub(crate) value: &'a str,
    pub(crate) hint: &'a str,
    pub(crate) required: bool,
    /// The ID of a list of what may stand in it.
    pub(crate) list: Option<&'a str>,
}

impl Field<'_> {
    pub(crate) fn html(&self) -> Markup {
        let hint = format!("{}-hint", self.id);
        let described = (!self.hint.is_empty()).then_some(&hint);
        html! {
            p.field {
                label for=(self.id) { (self.title) @if !self.required { span.aside { " (may be empty)" } } }
                input type="text" id=(self.id) name=(self.name) value=(self.value) required[self.required]
                    list=[self.list] aria-describedby=[described] autocomplete="off" autocapitalize="off" spellcheck="false";
                @if let Some(id) = described { span.hint id=(id) { (self.hint) } }
            }
        }
    }
}

/// A field for several lines.
pub(crate) fn lines(id: &str, name: &str, title: &str, value: &str) -> Markup {
    html! {
        p.field {
            label for=(id) { (title) span.aside { " (may be empty)" } }
            textarea id=(id) name=(name) rows="6" spellcheck="false" { (value) }
        }
    }
}

/// A choice of one: each has what is said and what is shown.
pub(crate) fn choice(id: &str, name: &str, title: &str, all: &[(String, String)]) -> Markup {
    html! {
        p.field {
            label for=(id) { (title) }
            select id=(id) name=(name) { @for (value, shown) in all { option value=(value) { (shown) } } }
        }
    }
}

/// A choice of any number.
pub(crate) fn several(name: &str, title: &str, all: &[&str], chosen: &[String]) -> Markup {
    html! {
        fieldset.several {
            legend { (title) }
            @for one in all {
                label { input type="checkbox" name=(name) value=(one) checked[chosen.iter().any(|chosen| chosen == one)]; " " (one) }
            }
        }
    }
}
