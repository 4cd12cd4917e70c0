//! What the program logs while a test runs: an ERROR that the test did not announce fails it.

use std::fmt;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// One event, with its values as text.
#[derive(Debug, Clone)]
pub(crate) struct Logged {
    pub level: Level,
    pub message: String,
    values: Vec<(&'static str, String)>,
}

impl Logged {
    /// A value of the event; empty when it has none of that name.
    pub(crate) fn value(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(have, _)| *have == name);
        found.map_or("", |(_, value)| value)
    }
}

/// Keeps what this thread logs until it is dropped. Then every ERROR must have been announced, and every announced one
/// must have come, exactly once.
pub(crate) struct Log {
    lines: Arc<Mutex<Vec<Logged>>>,
    announced: Vec<&'static str>,
    _guard: DefaultGuard,
}

impl Log {
    /// Allows no ERROR.
    pub(crate) fn strict() -> Log {
        Log::announcing(&[])
    }

    /// Wants one ERROR for each of these texts, which its message holds, and no other.
    pub(crate) fn announcing(errors: &[&'static str]) -> Log {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let subscriber = tracing_subscriber::registry().with(Keep(Arc::clone(&lines)));
        Log {
            lines,
            announced: errors.to_vec(),
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    /// Everything at this level.
    pub(crate) fn at(&self, level: Level) -> Vec<Logged> {
        let lines = self.lines.lock().unwrap();
        lines.iter().filter(|one| one.level == level).cloned().collect()
    }

    /// How often something was logged whose message holds this text.
    pub(crate) fn count(&self, text: &str) -> usize {
        let lines = self.lines.lock().unwrap();
        lines.iter().filter(|one| one.message.contains(text)).count()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let mut missing = self.announced.clone();
        for error in self.at(Level::ERROR) {
            match missing.iter().position(|text| error.message.contains(text)) {
                Some(index) => drop(missing.remove(index)),
                None => panic!("an ERROR that was not announced: {error:?}"),
            }
        }
        assert!(missing.is_empty(), "announced and not logged: {missing:?}");
    }
}

struct Keep(Arc<Mutex<Vec<Logged>>>);

impl<S: Subscriber> Layer<S> for Keep {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        if !metadata.target().starts_with("tikroam") || *metadata.level() > Level::DEBUG {
            return;
        }
        let mut words = Words::default();
        event.record(&mut words);
        // The test harness shows it when the test fails.
        println!("{:>5} {} {:?}", metadata.level(), words.message, words.values);
        self.0.lock().unwrap().push(Logged {
            level: *metadata.level(),
            message: words.message,
            values: words.values,
        });
    }
}

#[derive(Default)]
struct Words {
    message: String,
    values: Vec<(&'static str, String)>,
}

impl Words {
    fn take(&mut self, field: &Field, value: String) {
        match field.name() {
            "message" => self.message = value,
            name => self.values.push((name, value)),
        }
    }
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field, format!("{value:?}"));
    }
}

#[test]
fn what_is_logged_is_kept_with_its_values() {
    let log = Log::announcing(&["disk"]);
    tracing::error!(target: "tikroam::it", hint = "look at it", "the disk is full");
    tracing::info!(target: "tikroam::it", "fine");
    tracing::error!(target: "somebody_else", "another crate's");
    assert_eq!(log.at(Level::ERROR)[0].value("hint"), "look at it");
    assert_eq!((log.count("fine"), log.count("another crate's")), (1, 0));
}

#[test]
#[should_panic(expected = "not announced")]
fn an_error_that_was_not_announced_fails_the_test() {
    let _log = Log::strict();
    tracing::error!(target: "tikroam::it", "surprise");
}

#[test]
#[should_panic(expected = "announced and not logged")]
fn an_announced_error_that_does_not_come_fails_the_test() {
    let _log = Log::announcing(&["the disk is full"]);
}

#[test]
#[should_panic(expected = "not announced")]
fn an_error_logged_twice_fails_a_test_that_announced_one() {
    let _log = Log::announcing(&["the disk is full"]);
    tracing::error!(target: "tikroam::it", "the disk is full");
    tracing::error!(target: "tikroam::it", "the disk is full");
}
