//! `Call`: the answer of one command as a future; `Running`: a long command read to its result.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::{mpsc, oneshot};

use super::outcome::{Answer, CallError, Cause, Lost};
use super::session::Order;

/// A call on its way: a future of its rows.
///
/// Sent when begun, not when first polled. Dropped before its end, it is cancelled on the wire.
#[derive(Debug)]
#[must_use = "a dropped call is cancelled on the router"]
pub struct Call(State);

#[derive(Debug)]
enum State {
    Waiting {
        answer: oneshot::Receiver<Answer>,
        orders: mpsc::UnboundedSender<Order>,
        tag: u32,
    },
    NotSent(Lost),
    Ended,
}

impl Call {
    pub(super) fn waiting(answer: oneshot::Receiver<Answer>, orders: mpsc::UnboundedSender<Order>, tag: u32) -> Self {
        Call(State::Waiting { answer, orders, tag })
    }

    pub(super) fn not_sent(lost: Lost) -> Self {
        Call(State::NotSent(lost))
    }
}

impl Future for Call {
    type Output = Answer;

    /// # Panics
    ///
    /// When polled again after it was ready.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        let answer = match &mut self.0 {
            State::Waiting { answer, .. } => match Pin::new(answer).poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(answer)) => answer,
                // The loop answers every call before it ends, unless the whole runtime is being taken down.
                Poll::Ready(Err(_)) => Err(CallError::Unknown(Cause::Lost(Lost::GivenUp))),
            },
            State::NotSent(lost) => Err(CallError::NotSent(lost.clone())),
            State::Ended => panic!("a call was polled after its end"),
        };
        self.0 = State::Ended;
        Poll::Ready(answer)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if let State::Waiting { orders, tag, .. } = &self.0 {
            // Nothing to cancel when the session is gone.
            orders.send(Order::Cancel { tag: *tag }).ok();
        }
    }
}

/// A long command (scan, ping) whose rows are read once it ends.
///
/// To be polled beside other work; dropped before its end, it is cancelled on the router.
#[must_use = "a dropped command is cancelled on the router"]
pub struct Running<T>(Pin<Box<dyn Future<Output = Result<T, CallError>> + Send>>);

impl<T> Running<T> {
    pub(super) fn new(work: impl Future<Output = Result<T, CallError>> + Send + 'static) -> Self {
        Running(Box::pin(work))
    }

    /// Stops the command on the router, at once and without waiting for its end.
    pub fn cancel(self) {
        drop(self);
    }
}

impl<T> Future for Running<T> {
    type Output = Result<T, CallError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Running<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Running")
    }
}
