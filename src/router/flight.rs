//! `Flight`: a call between being queued and its end, and how a call becomes bytes.

use std::time::Duration;

use mikrotik_rs::{Command, CommandBuilder, QueryOperator, Tag};
use tokio::sync::{mpsc, oneshot};

use super::outcome::Answer;
use super::rows::Row;
use crate::routeros::{Sentence, Trap, Word};
use crate::units::Moment;

/// A call that was queued or sent and whose `!done` has not come.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) tag: Tag,
    pub(super) sentence: Sentence,
    // `None` once nobody waits for the answer.
    pub(super) answer: Option<oneshot::Sender<Answer>>,
    pub(super) rows: Vec<Row>,
    // Where rows go one by one as they come; `None` keeps them for the answer.
    pub(super) stream: Option<mpsc::Sender<Row>>,
    // Bytes of the rows held.
    pub(super) held: usize,
    // The first of possibly two refusals; the call ends with the `!done` after it.
    pub(super) trap: Option<Trap>,
    pub(super) begun: Moment,
    pub(super) deadline: Duration,
    pub(super) due: Moment,
    // Where in all bytes of the session the call's first byte stands.
    pub(super) offset: u64,
}

impl Flight {
    /// Answers whoever waits.
    pub(super) fn finish(self, outcome: Answer) {
        if let Some(answer) = self.answer {
            // The caller may have stopped waiting, which is as good.
            answer.send(outcome).ok();
        }
    }
}

/// A call in the crate's words; the tag stands second, as routers write it.
pub(super) fn encode(tag: Tag, sentence: &Sentence) -> Command {
    let mut command = CommandBuilder::with_tag(tag).command(sentence.command());
    for word in sentence.words() {
        command = match word {
            Word::Attribute(key, value) => command.attribute_raw(key, Some(value.as_slice())),
            Word::Equal(key, value) => command.query_equal(key, value),
            Word::Or => command.query_operations(&[QueryOperator::Or]),
        };
    }
    command.build()
}
