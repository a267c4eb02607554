//! What happens while advisories are fetched and read, for whoever shows it. Events never carry results.

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Something is fetched: its address, and how many bytes it has where that is promised.
    Fetching {
        /// The address, without credentials.
        address: String,
        /// The bytes that are promised.
        bytes: Option<u64>,
    },
    /// So many more bytes were fetched.
    Fetched(u64),
    /// An archive is unpacked.
    Unpacking,
    /// So many more records of a kind were read.
    Records {
        /// The kind: `advisories`, `packages`, …
        what: &'static str,
        /// How many more.
        count: u64,
    },
    /// Another program is asked: its name.
    Asking {
        /// The program.
        program: &'static str,
    },
    /// Something did not work that the result can do without; a sentence.
    Warning(String),
}

/// Whoever is told of events.
pub type Watch<'a> = dyn Fn(Event) + Sync + 'a;

/// Watches nothing.
pub fn unwatched(_event: Event) {}
