//! How an answer is put into words: their order differs between versions.

use crate::sim::router::call::Answer;
use crate::sim::router::tables::Fields;
use crate::sim::router::trap::Trap;
use crate::sim::settings::Quirks;

/// The words of one sentence.
pub(crate) type Words = Vec<String>;

/// A whole answer: rows, refusals, and always `!done`.
pub(crate) fn answer(quirks: &Quirks, tag: Option<&str>, answer: Answer) -> Vec<Words> {
    let nothing = answer.queried && answer.rows.is_empty() && answer.traps.is_empty();
    let mut sentences: Vec<Words> = answer.rows.into_iter().map(|fields| row(quirks, tag, fields)).collect();
    if nothing && quirks.empty_word {
        sentences.push(empty(quirks, tag));
    }
    sentences.extend(answer.traps.iter().map(|refusal| trap(quirks, tag, refusal)));
    sentences.push(done(quirks, tag, answer.ret));
    sentences
}

/// One row.
pub(crate) fn row(quirks: &Quirks, tag: Option<&str>, fields: Fields) -> Words {
    sentence(
        quirks,
        "!re",
        tag,
        fields
            .into_iter()
            .map(|(name, value)| format!("={name}={value}"))
            .collect(),
    )
}

/// The word for a table without rows.
pub(crate) fn empty(quirks: &Quirks, tag: Option<&str>) -> Words {
    sentence(quirks, "!empty", tag, Vec::new())
}

/// One refusal.
pub(crate) fn trap(quirks: &Quirks, tag: Option<&str>, trap: &Trap) -> Words {
    let mut words = Words::new();
    words.extend(trap.category.map(|category| format!("=category={category}")));
    words.push(format!("=message={}", trap.message));
    sentence(quirks, "!trap", tag, words)
}

/// The end of an answer.
pub(crate) fn done(quirks: &Quirks, tag: Option<&str>, ret: Option<String>) -> Words {
    sentence(
        quirks,
        "!done",
        tag,
        ret.map(|ret| format!("=ret={ret}")).into_iter().collect(),
    )
}

fn sentence(quirks: &Quirks, reply: &str, tag: Option<&str>, attributes: Words) -> Words {
    let tag = tag.map(|tag| format!(".tag={tag}"));
    let mut words = vec![reply.to_owned()];
    if quirks.tag_last {
        words.extend(attributes);
        words.extend(tag);
    } else {
        words.extend(tag);
        words.extend(attributes);
    }
    words
}

/// Puts `=ret=` of a `!done` before its `.tag`.
pub(crate) fn ret_before_tag(words: &mut Words) {
    if words.first().is_none_or(|reply| reply != "!done") {
        return;
    }
    let tags: Words = words.extract_if(1.., |word| word.starts_with(".tag=")).collect();
    if !words.iter().any(|word| word.starts_with("=ret=")) {
        words.push("=ret=".into());
    }
    words.extend(tags);
}

/// Adds a word to a row that is no attribute.
pub(crate) fn malform_row(words: &mut Words) {
    if words.first().is_some_and(|reply| reply == "!re") {
        words.push("-51@1Mbps 5d8m55s380ms".into());
    }
}
