//! The service: the Image Diff API over gRPC and JSON, on one port.
//!
//! [`serve()`] is all of it. Inside, every call takes the same way: `http` and `grpc` find out what is called and by whom,
//! `rpcs` lists on one page what can be called and by whom, `services` does it. Shapes that strangers read are in [`wire`],
//! which is made from `proto/`; `gateway` knows how they are written as JSON. Nothing here knows SQL or speaks to a
//! registry, nothing reads the environment, and nothing prints: what is worth telling goes to [`Options::log`].

mod advisories;
mod api;
mod caller;
mod capability;
mod demo;
mod desk;
mod error;
mod following;
#[doc(hidden)]
pub mod fuzzing;
mod gateway;
mod grpc;
mod hooks;
mod http;
mod issuers;
mod library;
mod limits;
mod local;
mod log;
#[cfg(test)]
mod matrix;
mod metrics;
mod pattern;
mod proof;
mod recent;
mod rpc;
mod rpcs;
mod serve;
mod services;
mod sight;
mod state;
mod status;
#[cfg(test)]
mod testing;
mod token;
mod web;
pub mod wire;
mod work;

pub use error::Error;
pub use local::{local_token, token_audience};
pub use log::{Log, Record};
pub use proof::Proof;
pub use serve::{Login, Options, Started, TlsFiles, serve};
pub use state::Clock;
pub use token::{Key, KeyError};
