//! Takes core metadata apart: headers as in a letter, then the description, which is not looked at.

/// The headers.
pub(super) struct Metadata<'a>(Vec<(&'a str, &'a str)>);

/// The longest text that can be the name of a licence; what is longer is its text.
const LONGEST: usize = 100;

/// Headers at the most.
const MOST: usize = 10_000;

impl<'a> Metadata<'a> {
    /// Reads up to the first empty line. Of a header that goes on in further lines, the first counts.
    pub(super) fn of(text: &'a str) -> Metadata<'a> {
        let lines = text.trim_start_matches('\u{feff}').lines();
        let headers = lines.take_while(|line| !line.trim().is_empty());
        let headers = headers.filter(|line| !line.starts_with([' ', '\t']));
        let headers = headers.filter_map(|line| line.split_once(':'));
        Metadata(headers.map(|(name, value)| (name, value.trim())).take(MOST).collect())
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(this, _)| this.eq_ignore_ascii_case(name));
        // Old tools write `UNKNOWN` for what they were not told.
        named.map(|(_, value)| *value).filter(|value| !value.is_empty() && *value != "UNKNOWN")
    }

    /// The first value of a header that says something.
    pub(super) fn first(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// `License-Expression`, else `License`, else what the classifiers say.
    pub(super) fn license(&self) -> Option<String> {
        let name = |text: &&str| text.len() <= LONGEST;
        let stated =
            self.first("License-Expression").or_else(|| self.first("License").filter(name));
        if let Some(stated) = stated {
            return Some(stated.into());
        }
        let classifiers = self.all("Classifier").filter_map(|classifier| {
            let license = classifier.strip_prefix("License ::")?;
            license.rsplit("::").next().map(str::trim).filter(|name| *name != "OSI Approved")
        });
        let names: Vec<&str> = classifiers.collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// `Author` and `Author-email`, else those of the maintainer.
    pub(super) fn author(&self) -> Option<String> {
        let person = |name: &str, mail: &str| match (self.first(name), self.first(mail)) {
            (Some(name), Some(mail)) if !mail.contains('<') => Some(format!("{name} <{mail}>")),
            (Some(name), _) => Some(name.to_owned()),
            (None, mail) => mail.map(str::to_owned),
        };
        person("Author", "Author-email").or_else(|| person("Maintainer", "Maintainer-email"))
    }

    /// Where the sources are, else the home page.
    pub(super) fn source(&self) -> Option<String> {
        let addresses = || self.all("Project-URL").filter_map(|project| project.split_once(','));
        let labelled = |wanted: &[&str]| {
            let is_wanted = |label: &str| wanted.contains(&&*label.trim().to_ascii_lowercase());
            addresses().find(|(label, _)| is_wanted(label)).map(|(_, address)| address.trim())
        };
        let sources = ["source", "source code", "repository", "code", "github"];
        labelled(&sources)
            .or_else(|| self.first("Home-page"))
            .or_else(|| labelled(&["homepage", "home"]))
            .map(Into::into)
    }
}
