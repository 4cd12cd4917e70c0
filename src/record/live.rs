//! The loop of a live recording: a session that is made again whenever it is lost, until it is time to stop.

use std::io::Write;
use std::pin::Pin;

use tokio::time::{sleep, sleep_until};
use tracing::{info, warn};

use super::session::{End, Session};
use super::{Options, RecordError, Recorded, networks, write};
use crate::agent;
use crate::clock;
use crate::config::Config;
use crate::drive::{LogWriter, Recording};
use crate::router::{ConnectError, Reconnect, Retry, Router};
use crate::units::Moment;

/// Records what both radios hear until `shutdown` is ready or the seconds are over. Each second is written and flushed
/// when it has ended; `told` hears of it.
///
/// The first session is waited for, unless only a person can bring it about; one that is lost is made again, and the
/// seconds until then have no rows.
///
/// # Errors
///
/// [`RecordError`]; what was heard until then is in the log.
pub async fn live<W: Write>(
    config: &Config,
    options: &Options,
    to: W,
    shutdown: impl Future<Output = ()>,
    mut told: impl FnMut(&Recorded),
) -> Result<Recorded, RecordError> {
    tokio::pin!(shutdown);
    let mut log = LogWriter::new(to)?;
    log.flush()?;
    let access = agent::access(config);
    let mut reconnect = Reconnect::new(options.delays);
    let mut complained = None;
    let router = loop {
        let connected = tokio::select! {
            biased;
            () = &mut shutdown => return Ok(Recorded::default()),
            connected = Router::connect(&access) => connected,
        };
        let error = match connected {
            Ok(router) => break router,
            Err(error) if error.retry() == Retry::Person => return Err(error.into()),
            Err(error) => error,
        };
        complain(&error, &mut complained);
        tokio::select! {
            biased;
            () = &mut shutdown => return Ok(Recorded::default()),
            () = sleep(reconnect.next(&error)) => {}
        }
    };

    let start = clock::now();
    let wanted = (!options.strangers).then(|| networks(config));
    let mut recording = Recording::new(start, options.second, wanted);
    recording.hold(config.hunt().interval);
    let until = options.seconds.map(|seconds| recording.begins(seconds));
    let mut recorded = Recorded::default();
    let mut session = Session::new(config, options, until, recording);
    // The rest is written whatever ended the recording.
    let ended = record(&mut session, router, &mut log, &mut recorded, shutdown, &mut told).await;
    let now = clock::now();
    let end = until.map_or(now, |until| until.min(now));
    session.read_until(session.recording.number(end), &mut recorded);
    let mut rest = session.recording.finish(end);
    rest.retain(|second| options.seconds.is_none_or(|seconds| second.number < seconds));
    write(&mut log, &rest, &mut recorded)?;
    ended.map(|()| recorded)
}

async fn record<W: Write>(
    session: &mut Session<'_>,
    first: Router,
    log: &mut LogWriter<W>,
    recorded: &mut Recorded,
    mut shutdown: Pin<&mut impl Future<Output = ()>>,
    told: &mut impl FnMut(&Recorded),
) -> Result<(), RecordError> {
    let access = agent::access(session.config);
    let mut reconnect = Reconnect::new(session.options.delays);
    let mut complained = None;
    let mut router = Some(first);
    loop {
        let error = match router.take() {
            Some(router) => {
                let begun = clock::now();
                info!(router = session.config.router().address(), routeros = %router.version(), "recording");
                match session.run(&router, log, recorded, shutdown.as_mut(), told).await? {
                    End::Over => {
                        router.close().await;
                        return Ok(());
                    }
                    End::Lost(cause) => {
                        let now = clock::now();
                        warn!(%cause, "lost the session with the router; connecting again");
                        session.recording.lost(now);
                        recorded.gaps += 1;
                        complained = None;
                        if now.since(begun) > session.options.delays.closed {
                            reconnect.reset();
                        }
                        None
                    }
                }
            }
            None => match until(session.until, shutdown.as_mut(), Router::connect(&access)).await {
                None => return Ok(()),
                Some(Ok(again)) => {
                    router = Some(again);
                    continue;
                }
                Some(Err(error)) => Some(error),
            },
        };
        let wait = match &error {
            Some(error) => {
                complain(error, &mut complained);
                reconnect.next(error)
            }
            None => session.options.delays.soonest,
        };
        if until(session.until, shutdown.as_mut(), sleep(wait)).await.is_none() {
            return Ok(());
        }
    }
}

/// What `work` gives; `None` when it is time to stop before that.
async fn until<T>(
    until: Option<Moment>,
    shutdown: Pin<&mut impl Future<Output = ()>>,
    work: impl Future<Output = T>,
) -> Option<T> {
    tokio::select! {
        biased;
        () = shutdown => None,
        () = over(until) => None,
        done = work => Some(done),
    }
}

/// Ready at a moment; never without one.
pub(super) async fn over(until: Option<Moment>) {
    match until {
        Some(until) => sleep_until(clock::timer(until)).await,
        None => std::future::pending().await,
    }
}

/// Tells a failure to connect, once as long as it stays the same.
fn complain(error: &ConnectError, complained: &mut Option<String>) {
    let text = error.to_string();
    if complained.as_deref() != Some(&text) {
        warn!(
            hint = error.hint().unwrap_or_default(),
            "no session with the router; trying on: {text}"
        );
        *complained = Some(text);
    }
}
