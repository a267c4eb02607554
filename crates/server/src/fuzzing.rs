//! Ways in for whoever throws anything at what strangers may send. No program calls them.

use model::Time;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage};

use crate::capability::Capabilities;
use crate::token::{self, Key};
use crate::{gateway, issuers, wire};

/// Reads a query and a body as a filter of tags, and gives it as JSON; none where it makes no sense.
pub fn tag_filter(query: &str, body: &[u8]) -> Option<String> {
    let pool = DescriptorPool::decode(wire::DESCRIPTORS).ok()?;
    let kind = pool.get_message_by_name("chainguard.platform.registry.TagFilter")?;
    let message = gateway::filled(&kind, query, body)?;
    let again = DynamicMessage::decode(kind, &message.encode_to_vec()[..]).ok()?;
    let json = gateway::json_of(&message);
    // What is encoded and read again is the same.
    assert_eq!(gateway::json_of(&again), json);
    Some(json)
}

/// Whether a key that nobody has signed anything with believes a token.
pub fn is_believed(token: &str, key: &Key) -> bool {
    token::verify(token, key, "issuer", &["audience".to_owned()], Time(0)).is_some()
}

/// How many keys a set of JSON Web Keys has that tokens may be signed with; none where it is no such set.
pub fn keys(document: &[u8]) -> Option<usize> {
    issuers::read_keys(document).map(|keys| keys.len())
}

/// Whether capabilities in a token's words are read as they are written again.
pub fn is_set(text: &str) -> bool {
    let Some(set) = Capabilities::of_set(text) else { return false };
    assert_eq!(Capabilities::of_set(&set.set()), Some(set));
    true
}
