//! What is answered to whom.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, Request as HttpRequest, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, map_response};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::hosts::is_own;
use super::metrics;
use super::orders::{Order, Request};
use super::sides::ServerSide;
use crate::clock;
use crate::status::page;
use crate::status::{Status, Wall};

/// The longest order.
const ORDER: usize = 4096;

/// The longest `why` of an order, in bytes.
const WHY: usize = 300;

/// How long the agent may take to answer an order: a router that stalls keeps it from its next turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The width of a drawing for whoever names none, in pixels.
const WIDTH: u32 = 800;

/// Who is at the other end of the socket.
#[derive(Debug, Clone)]
pub(super) struct By(pub(super) String);

/// What an order is answered.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    /// What is done now, or why it is not.
    pub(super) text: String,
    /// What to do about it; `None` when it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<String>,
}

/// At the socket: all, orders included.
pub(super) fn on_socket(side: ServerSide) -> Router {
    let orders = post(order).layer(DefaultBodyLimit::max(ORDER));
    finished(shown().route("/orders", orders), side)
}

/// At an address: what is shown, to who asks by one of the names of this place.
pub(super) fn on_address(side: ServerSide, local: IpAddr, names: &[String]) -> Router {
    let names = names.to_vec();
    let checked = from_fn(move |request: HttpRequest, next: Next| {
        let own = is_own(request.headers(), request.uri(), local, &names);
        async move {
            if own {
                return next.run(request).await;
            }
            let text = format!(
                "This name is none of the agent's. Ask for its address, {local}, or add the name to `names` of [status].\n"
            );
            (StatusCode::FORBIDDEN, text).into_response()
        }
    });
    finished(shown(), side).layer(checked)
}

fn shown() -> Router<ServerSide> {
    Router::new()
        .route("/", get(document))
        .route("/part/state", get(state))
        .route("/part/rest", get(rest))
        .route("/part/signals", get(signals))
        .route("/status.json", get(json))
        .route("/healthz", get(health))
        .route("/metrics", get(numbers))
}

fn finished(routes: Router<ServerSide>, side: ServerSide) -> Router {
    routes
        .layer(map_response(|mut response: Response| async {
            let always: [(HeaderName, &str); 4] = [
                (header::CACHE_CONTROL, "no-store"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::REFERRER_POLICY, "no-referrer"),
                (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
            ];
            for (name, value) in always {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            response
        }))
        .with_state(side)
}

fn wall() -> Wall {
    Wall {
        now: clock::now(),
        unix: clock::since_1970(),
    }
}

fn status(side: &ServerSide) -> Status {
    side.recent.borrow().status(wall())
}

fn drawing(side: &ServerSide, width: u32) -> String {
    let drawn = side.recent.borrow().drawing(clock::now(), width);
    drawn.unwrap_or_else(|error| format!("<p>The signals cannot be drawn: {error}</p>"))
}

async fn document(State(side): State<ServerSide>) -> Response {
    let nonce = format!("{:032x}", rand::random::<u128>());
    let page = page::document(&status(&side), &drawing(&side, WIDTH), &nonce);
    ([(header::CONTENT_SECURITY_POLICY, page::policy(&nonce))], Html(page)).into_response()
}

async fn state(State(side): State<ServerSide>) -> Html<String> {
    Html(page::state(&status(&side)).into_string())
}

async fn rest(State(side): State<ServerSide>) -> Html<String> {
    Html(page::rest(&status(&side)).into_string())
}

#[derive(Debug, Deserialize)]
struct Size {
    width: Option<u32>,
}

async fn signals(State(side): State<ServerSide>, Query(size): Query<Size>) -> Html<String> {
    Html(drawing(&side, size.width.unwrap_or(WIDTH)))
}

async fn json(State(side): State<ServerSide>) -> Response {
    as_json(StatusCode::OK, &status(&side))
}

fn as_json(code: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (code, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Whether the agent's loop turns: 200, or 503 when it has stood still for longer than a turn may last. Whether the vehicle can
/// be reached is another question, which the state answers.
async fn health(State(side): State<ServerSide>) -> Response {
    let still = side.recent.borrow().stands_still(clock::now());
    let state = status(&side).state.text;
    match still {
        None => as_json(StatusCode::OK, &json!({ "loop": "turns", "state": state })),
        Some(age) => as_json(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({ "loop": format!("has stood still for {:.1} s", age.as_secs_f64()), "state": state }),
        ),
    }
}

async fn numbers(State(side): State<ServerSide>) -> Response {
    let text = metrics::text(&side.recent.borrow(), wall());
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, metrics::TYPE)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn order(State(side): State<ServerSide>, Extension(By(by)): Extension<By>, body: Bytes) -> Response {
    let refused = |code, text: String, hint: String| as_json(code, &Answer { text, hint: Some(hint) });
    let request: Request = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => {
            let hint = "`tikroam hold`, `auto` and `swap` send what is understood here".to_owned();
            return refused(
                StatusCode::BAD_REQUEST,
                format!("the order is not understood: {error}"),
                hint,
            );
        }
    };
    if request.why.as_ref().is_some_and(|why| why.len() > WHY) {
        let text = format!("the reason has more than {WHY} bytes");
        return refused(StatusCode::BAD_REQUEST, text, "say it shorter".to_owned());
    }
    let (answer, answered) = oneshot::channel();
    let order = Order {
        what: request.what,
        by,
        why: request.why,
        answer,
    };
    if side.orders.try_send(order).is_err() {
        let text = "too many orders wait for the agent".to_owned();
        return refused(
            StatusCode::SERVICE_UNAVAILABLE,
            text,
            "try again in a moment".to_owned(),
        );
    }
    match timeout(PATIENCE, answered).await {
        Ok(Ok(Ok(text))) => as_json(StatusCode::OK, &Answer { text, hint: None }),
        Ok(Ok(Err(refusal))) => refused(StatusCode::CONFLICT, refusal.to_string(), refusal.hint()),
        Ok(Err(_)) | Err(_) => {
            let text = "the agent took the order and has not answered yet: it waits for the router".to_owned();
            let hint = "`tikroam status` shows whether it did it".to_owned();
            refused(StatusCode::GATEWAY_TIMEOUT, text, hint)
        }
    }
}
