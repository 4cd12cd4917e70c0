//! Asking a running agent through its socket.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request as HttpRequest, StatusCode, header};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::answers::Answer;
use super::orders::Request;

/// The longest answer that is read.
const ANSWER: usize = 4 * 1024 * 1024;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum AskError {
    /// No agent runs.
    #[error("no agent answers at {}", .0.display())]
    NoAgent(PathBuf, #[source] io::Error),
    /// The agent answers others.
    #[error("this user may not ask the agent at {}", .0.display())]
    NotAllowed(PathBuf),
    /// The connection broke.
    #[error("the agent's answer broke off")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It took too long.
    #[error("the agent does not answer")]
    Silent,
    /// The answer is no answer to this.
    #[error("the agent's answer is not understood")]
    Answer(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It says no.
    #[error("{text}")]
    Refused {
        /// Why.
        text: String,
        /// What to do about it.
        hint: String,
    },
}

impl AskError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        match self {
            AskError::NoAgent(..) => {
                "`systemctl status tikroam` says whether it runs; --socket names its socket, where `[status] socket` is another"
            }
            AskError::NotAllowed(_) => "only the owner of the socket and its group may: try it with `sudo`",
            AskError::Broken(_) | AskError::Silent => "the log says what the agent does: `journalctl -u tikroam`",
            AskError::Answer(_) => "program and agent may be of different versions: restart the agent after an upgrade",
            AskError::Refused { hint, .. } => hint,
        }
    }
}

/// What an agent answered.
#[derive(Debug)]
pub struct Asked {
    /// The HTTP status.
    pub code: u16,
    /// The body.
    pub body: Bytes,
}

/// Asks the agent at this socket for a path such as `/status.json`.
///
/// # Errors
///
/// [`AskError`], never `Refused`.
pub async fn ask(socket: &Path, path: &str) -> Result<Asked, AskError> {
    let request = HttpRequest::get(path).body(Body::empty());
    send(socket, request.map_err(|error| AskError::Broken(error.into()))?).await
}

/// Gives the agent an order, and says what it does now.
///
/// # Errors
///
/// [`AskError`].
pub async fn order(socket: &Path, order: &Request) -> Result<String, AskError> {
    let body = serde_json::to_vec(order).map_err(|error| AskError::Answer(error.into()))?;
    let request = HttpRequest::post("/orders").body(Body::from(body));
    let asked = send(socket, request.map_err(|error| AskError::Broken(error.into()))?).await?;
    let answer: Answer = serde_json::from_slice(&asked.body).map_err(|error| AskError::Answer(error.into()))?;
    match answer {
        Answer { text, hint: None } if asked.code == StatusCode::OK.as_u16() => Ok(text),
        Answer { text, hint } => Err(AskError::Refused {
            text,
            hint: hint.unwrap_or_default(),
        }),
    }
}

async fn send(socket: &Path, mut request: HttpRequest<Body>) -> Result<Asked, AskError> {
    let host = header::HeaderValue::from_static("localhost");
    request.headers_mut().insert(header::HOST, host);
    let stream = UnixStream::connect(socket).await.map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => AskError::NotAllowed(socket.to_owned()),
        _ => AskError::NoAgent(socket.to_owned(), error),
    })?;
    let exchange = async {
        let broken = |error: hyper::Error| AskError::Broken(error.into());
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(broken)?;
        let answered = async {
            let answer = sender.send_request(request).await.map_err(broken)?;
            let code = answer.status().as_u16();
            let body = to_bytes(Body::new(answer.into_body()), ANSWER).await;
            let body = body.map_err(|error| AskError::Broken(error.into()))?;
            Ok(Asked { code, body })
        };
        tokio::pin!(answered);
        tokio::select! {
            answered = &mut answered => answered,
            // What it brought may still have to be read.
            _ = connection => answered.await,
        }
    };
    timeout(PATIENCE, exchange).await.unwrap_or(Err(AskError::Silent))
}
