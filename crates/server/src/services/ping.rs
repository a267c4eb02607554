//! Whether anybody is there.

use crate::state::State;
use crate::status::Status;
use crate::wire::ping::Response;

pub(crate) fn ping(_: &State, _: Option<&str>, (): ()) -> Result<Response, Status> {
    Ok(Response { response: "pong".into() })
}
