//! What a call failed with: a code of gRPC's and a sentence. The only place that knows what kinds of failure mean to gRPC.

use model::ErrorKind;
use tonic::Code;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) code: Code,
    pub(crate) message: String,
    /// Seconds after which it may be tried again, where that is known.
    pub(crate) again: Option<u32>,
}

/// Characters of a message at the most: it has to fit into a header.
const LONGEST: usize = 2000;

impl Status {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Status {
        let message = message.into().chars().take(LONGEST).collect();
        Status { code, message, again: None }
    }

    /// The same, where it may be tried again after so many seconds.
    pub(crate) fn again_in(self, seconds: u32) -> Status {
        Status { again: Some(seconds), ..self }
    }

    pub(crate) fn invalid_argument(message: impl Into<String>) -> Status {
        Status::new(Code::InvalidArgument, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Status {
        Status::new(Code::NotFound, message)
    }

    pub(crate) fn denied(message: impl Into<String>) -> Status {
        Status::new(Code::PermissionDenied, message)
    }

    /// What every caller without a good token is told.
    pub(crate) fn unverified() -> Status {
        Status::new(Code::Unauthenticated, "failed to verify token")
    }

    /// A fault of ours; what it is stands in the log, not in the answer.
    pub(crate) fn internal() -> Status {
        Status::new(Code::Internal, "the service failed; its log says why")
    }

    /// What an image could not be read for. Hints are for whoever runs the program, so that callers are told none of them.
    pub(crate) fn of_image(error: &engine::Error) -> Status {
        Status::new(code(error.kind()), error.to_string())
    }
}

/// What a kind of failure is to whoever called. That a registry refuses us is no fault of theirs.
fn code(kind: ErrorKind) -> Code {
    match kind {
        ErrorKind::Invalid => Code::InvalidArgument,
        ErrorKind::NotFound => Code::NotFound,
        ErrorKind::Denied => Code::FailedPrecondition,
        ErrorKind::Unavailable => Code::Unavailable,
        ErrorKind::Limit => Code::ResourceExhausted,
        ErrorKind::Corrupt => Code::DataLoss,
        ErrorKind::Internal => Code::Internal,
    }
}

/// The HTTP status of a code.
pub(crate) fn http(code: Code) -> u16 {
    match code {
        Code::Ok => 200,
        Code::Cancelled => 499,
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => 400,
        Code::DeadlineExceeded => 504,
        Code::NotFound => 404,
        Code::AlreadyExists | Code::Aborted => 409,
        Code::PermissionDenied => 403,
        Code::ResourceExhausted => 429,
        Code::Unimplemented => 501,
        Code::Unavailable => 503,
        Code::Unauthenticated => 401,
        Code::Unknown | Code::Internal | Code::DataLoss => 500,
    }
}

impl From<engine::StoreError> for Status {
    fn from(error: engine::StoreError) -> Status {
        // The cause would tell of files of ours.
        Status::new(code(error.kind()), error.to_string())
    }
}

impl From<Status> for tonic::Status {
    fn from(status: Status) -> tonic::Status {
        let mut told = tonic::Status::new(status.code, status.message);
        if let Some(seconds) = status.again {
            told.metadata_mut().insert("retry-after", seconds.into());
        }
        told
    }
}
