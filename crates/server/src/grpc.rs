//! Calls over gRPC: one message in, one out.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::{Buf as _, BufMut as _, Bytes};
use http::{HeaderMap, Request, Response};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::Grpc;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt as _};

use crate::desk::{Call, Desk, LARGEST};
use crate::error::Error;
use crate::status::Status;
use crate::wire;

/// Whether a request is a call over gRPC.
pub(crate) fn is_call<B>(request: &Request<B>) -> bool {
    let kind = request.headers().get(http::header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    request.version() == http::Version::HTTP_2 && kind.contains("application/grpc")
}

/// Answers a call.
pub(crate) async fn answer(desk: &Arc<Desk>, request: Request<Body>) -> Response<Body> {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let Some(rpc) = desk.place(&path) else {
        let text = format!("unknown method {path}");
        return refused(Status::new(tonic::Code::Unimplemented, text));
    };
    let patience = match patience(request.headers()) {
        Ok(patience) => patience,
        Err(status) => return refused(status),
    };
    let authorization = authorization(request.headers());
    let (limit, _pass) = match desk.admit(rpc, authorization.as_deref()) {
        Ok(admitted) => admitted,
        Err(status) => return refused(status),
    };
    let method = Method { desk: Arc::clone(desk), rpc, authorization, patience };
    let mut grpc =
        Grpc::new(Raw).max_decoding_message_size(limit).max_encoding_message_size(LARGEST);
    grpc.unary(method, request).await.map(Body::new)
}

/// The answer that is only a status.
pub(crate) fn refused(status: Status) -> Response<Body> {
    tonic::Status::from(status).into_http::<tonic::body::Body>().map(Body::new)
}

/// The `authorization` of a request.
pub(crate) fn authorization(headers: &HeaderMap) -> Option<String> {
    headers.get(http::header::AUTHORIZATION)?.to_str().ok().map(Into::into)
}

/// How long the caller waits: `grpc-timeout`, eight digits at the most and a unit.
pub(crate) fn patience(headers: &HeaderMap) -> Result<Option<Duration>, Status> {
    let Some(value) = headers.get("grpc-timeout") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let read = || {
        let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let number: u64 =
            digits.parse().ok().filter(|_| digits.len() <= 8 && !digits.starts_with('+'))?;
        Some(match unit {
            "H" => Duration::from_secs(number * 3600),
            "M" => Duration::from_secs(number * 60),
            "S" => Duration::from_secs(number),
            "m" => Duration::from_millis(number),
            "u" => Duration::from_micros(number),
            "n" => Duration::from_nanos(number),
            _ => return None,
        })
    };
    let wrong = || {
        let shown: String = text.chars().take(20).collect();
        Status::invalid_argument(format!("invalid grpc-timeout: {shown}"))
    };
    read().map(Some).ok_or_else(wrong)
}

/// The services of gRPC's own: health, and what there is to be called.
#[derive(Clone)]
pub(crate) struct Beside {
    services: Vec<(&'static str, Own)>,
}

type Own = BoxCloneSyncService<Request<Body>, Response<tonic::body::Body>, Infallible>;

impl Beside {
    pub(crate) fn new() -> Result<Beside, Error> {
        let broken =
            |error: tonic_reflection::server::Error| Error::Contract { why: error.to_string() };
        let reflection = || {
            tonic_reflection::server::Builder::configure()
                .register_encoded_file_descriptor_set(wire::DESCRIPTORS)
                .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        };
        let (_, health) = tonic_health::server::health_reporter();
        let services = vec![
            ("grpc.health.v1.Health", Own::new(health)),
            (
                "grpc.reflection.v1.ServerReflection",
                Own::new(reflection().build_v1().map_err(broken)?),
            ),
            (
                "grpc.reflection.v1alpha.ServerReflection",
                Own::new(reflection().build_v1alpha().map_err(broken)?),
            ),
        ];
        Ok(Beside { services })
    }

    /// Answers a call of one of them; any other call is given back.
    pub(crate) async fn answer(
        &self,
        request: Request<Body>,
    ) -> Result<Response<Body>, Request<Body>> {
        let service = request.uri().path().trim_start_matches('/').split('/').next();
        let own = self.services.iter().find(|(name, _)| Some(*name) == service);
        let Some((_, own)) = own else { return Err(request) };
        match own.clone().oneshot(request).await {
            Ok(response) => Ok(response.map(Body::new)),
            Err(never) => match never {},
        }
    }
}

/// One call of one method.
struct Method {
    desk: Arc<Desk>,
    rpc: usize,
    authorization: Option<String>,
    patience: Option<Duration>,
}

type Answer = Pin<Box<dyn Future<Output = Result<tonic::Response<Bytes>, tonic::Status>> + Send>>;

impl Service<tonic::Request<Bytes>> for Method {
    type Response = tonic::Response<Bytes>;
    type Error = tonic::Status;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), tonic::Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: tonic::Request<Bytes>) -> Answer {
        let desk = Arc::clone(&self.desk);
        let call = Call {
            rpc: self.rpc,
            authorization: self.authorization.take(),
            message: request.into_inner(),
            patience: self.patience,
        };
        Box::pin(async move {
            let answer = desk.call(call).await.map_err(tonic::Status::from)?;
            Ok(tonic::Response::new(Bytes::from(answer)))
        })
    }
}

/// Messages as they are encoded: who knows what they mean comes later.
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = tonic::Status;

    fn encode(&mut self, message: Bytes, out: &mut EncodeBuf<'_>) -> Result<(), tonic::Status> {
        out.reserve(message.len());
        out.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = tonic::Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, tonic::Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;
    use crate::testing::Service;
    use crate::wire::iam::{GroupFilter, GroupList};

    #[test]
    fn calls_are_answered_with_a_message_or_a_status() {
        let service = Service::new();
        let token = service.token(&service.owner);
        let filter = GroupFilter { name: "local".into(), ..GroupFilter::default() };
        let list = "chainguard.platform.iam.Groups/List";
        for authorization in [token.clone(), format!("Bearer {token}")] {
            let (status, message) = service.call(list, &authorization, &filter.encode_to_vec());
            assert_eq!(status, "0");
            let groups = GroupList::decode(&message[..]).unwrap();
            assert_eq!(groups.items[0].id, service.group.to_string());
        }
        let check = |path: &str, token: &str, message: &[u8], expect: &str| {
            assert_eq!(service.call(path, token, message).0, expect, "{path}");
        };
        check(list, "e.y.J", &[], "16");
        check(list, &token, &[0xff], "3");
        check("chainguard.platform.iam.Groups/Nothing", &token, &[], "12");
        check("nowhere", &token, &[], "12");
        check("chainguard.platform.registry.Registry/DiffImage", &token, &[], "3");
        check("chainguard.platform.ping.PingService/Ping", "", &[], "0");
        check("grpc.health.v1.Health/Check", "", &[], "0");
        // A mebibyte is enough for whoever has shown no token.
        check("chainguard.platform.ping.PingService/Ping", "", &vec![0; 2 << 20], "11");
    }

    #[test]
    fn what_can_be_called_is_told() {
        let service = Service::new();
        // ServerReflectionRequest { list_services: "" }
        let (status, message) = service.call(
            "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "",
            &[0x3a, 0],
        );
        assert_eq!(status, "0");
        let told = String::from_utf8_lossy(&message);
        for path in service.desk.rpcs().iter().map(|rpc| rpc.path) {
            let name = path.split('/').next().unwrap();
            assert!(told.contains(name), "{name}");
        }
    }

    #[test]
    fn patience_is_read_as_it_is_written() {
        let check = |text: &str, expect: Option<Duration>| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", text.parse().unwrap());
            assert_eq!(patience(&headers).ok().flatten(), expect, "{text}");
        };
        check("1H", Some(Duration::from_hours(1)));
        check("250m", Some(Duration::from_millis(250)));
        check("99999999n", Some(Duration::from_nanos(99_999_999)));
        for broken in ["", "S", "10", "1s", "-1S", "+1S", "999999999S", "1.5S", "é"] {
            check(broken, None);
        }
        assert_eq!(patience(&HeaderMap::new()), Ok(None));
    }
}
