//! What can be called: a path of gRPC's, paths of the gateway, who may call it, and what is done.

use http::Method;
use prost::Message;

use crate::caller::Caller;
use crate::capability::Capabilities;
use crate::gateway::Template;
use crate::state::State;
use crate::status::Status;

/// Something that can be called.
pub(crate) struct Rpc {
    /// `package.Service/Method`.
    pub(crate) path: &'static str,
    /// Where the gateway has it.
    pub(crate) bindings: Vec<Binding>,
    /// Who may call it.
    pub(crate) access: Access,
    /// Whether it may have to wait for images to be read.
    pub(crate) reads_images: bool,
    run: Run,
}

type Run = Box<dyn Fn(&State, Option<&str>, &[u8]) -> Result<Vec<u8>, Status> + Send + Sync>;

/// Where the gateway has something.
pub(crate) struct Binding {
    pub(crate) method: Method,
    pub(crate) template: Template,
    pub(crate) body: Body,
}

/// What the body of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Nothing: all is in the path and the query.
    None,
    /// The whole message but what is in the path.
    All,
    /// One member of the message.
    Member(&'static str),
}

/// Who may call something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody.
    Open,
    /// Whoever has a token.
    Known,
    /// Whoever may do all of that at the place that the request names.
    Scoped(Capabilities),
    /// Whoever has a token; only things at which they may do all of that are there for them.
    Narrowed(Capabilities),
}

impl Rpc {
    /// What anybody may call; it sees the `authorization` as it was sent.
    pub(crate) fn open<I: Message + Default + 'static, O: Message + 'static>(
        path: &'static str,
        run: fn(&State, Option<&str>, I) -> Result<O, Status>,
    ) -> Rpc {
        Rpc::new(path, Access::Open, move |state, authorization, bytes| {
            Ok(run(state, authorization, read(bytes)?)?.encode_to_vec())
        })
    }

    /// What whoever has a token may call.
    pub(crate) fn known<I: Message + Default + 'static, O: Message + 'static>(
        path: &'static str,
        run: fn(&State, &Caller, I) -> Result<O, Status>,
    ) -> Rpc {
        Rpc::new(path, Access::Known, move |state, authorization, bytes| {
            let caller = state.caller(authorization)?.known()?;
            Ok(run(state, &caller, read(bytes)?)?.encode_to_vec())
        })
    }

    /// What whoever has these capabilities at the place that `scope` finds in the request may call.
    pub(crate) fn scoped<I: Message + Default + 'static, O: Message + 'static>(
        path: &'static str,
        needed: &[&str],
        scope: fn(&I) -> &str,
        run: fn(&State, &Caller, I) -> Result<O, Status>,
    ) -> Rpc {
        let needed = Capabilities::named(needed.iter().copied());
        Rpc::new(path, Access::Scoped(needed), move |state, authorization, bytes| {
            let caller = state.caller(authorization)?;
            let request: I = read(bytes)?;
            let said = scope(&request).to_owned();
            let place = said.parse();
            let place = place.map_err(|error| Status::invalid_argument(format!("{error}")))?;
            let done = caller.demand(needed, &place).and_then(|()| run(state, &caller, request));
            if changes_something(path) {
                state.note_deed(caller.identity.as_str(), path, &said, &done)?;
            }
            Ok(done?.encode_to_vec())
        })
    }

    /// What whoever has a token may call, and is answered with what they have these capabilities at.
    pub(crate) fn narrowed<I: Message + Default + 'static, O: Message + 'static>(
        path: &'static str,
        needed: &[&str],
        run: fn(&State, &Caller, Capabilities, I) -> Result<O, Status>,
    ) -> Rpc {
        let needed = Capabilities::named(needed.iter().copied());
        Rpc::new(path, Access::Narrowed(needed), move |state, authorization, bytes| {
            let caller = state.caller(authorization)?;
            Ok(run(state, &caller, needed, read(bytes)?)?.encode_to_vec())
        })
    }

    fn new(
        path: &'static str,
        access: Access,
        run: impl Fn(&State, Option<&str>, &[u8]) -> Result<Vec<u8>, Status> + Send + Sync + 'static,
    ) -> Rpc {
        Rpc { path, bindings: Vec::new(), access, reads_images: false, run: Box::new(run) }
    }

    /// Has the gateway have it at a path.
    pub(crate) fn at(mut self, method: Method, template: &'static str, body: Body) -> Rpc {
        self.bindings.push(Binding { method, template: Template::new(template), body });
        self
    }

    /// Says that it may have to wait for images to be read.
    pub(crate) fn reading_images(mut self) -> Rpc {
        self.reads_images = true;
        self
    }

    /// Calls it. It may take its time, and asks the disk.
    pub(crate) fn call(
        &self,
        state: &State,
        authorization: Option<&str>,
        message: &[u8],
    ) -> Result<Vec<u8>, Status> {
        (self.run)(state, authorization, message)
    }
}

/// Whether a call changes something, by its name.
fn changes_something(path: &str) -> bool {
    let method = path.rsplit('/').next().unwrap_or_default();
    ["Create", "Update", "Delete"].iter().any(|verb| method.starts_with(verb))
}

fn read<I: Message + Default>(bytes: &[u8]) -> Result<I, Status> {
    I::decode(bytes)
        .map_err(|error| Status::invalid_argument(format!("the message cannot be read: {error}")))
}
