//! The loop of a live recording: a session that is made again whenever it is lost, until it is time to stop.

use std::collections::BTreeSet;
use std::io::Write;
use std::pin::Pin;

use tracing::info;

use super::output::Output;
use super::recorded::{Options, RecordError, Recorded};
use super::session::{End, over};
use super::state::Session;
use crate::clock;
use crate::config::Config;
use crate::drive::Recording;
use crate::names::Ssid;
use crate::router::{Access, Router, StayConnected};

/// Records what both radios hear until `shutdown` is ready or the seconds are over. Each second is written and flushed
/// when it has ended; then `progress` is called.
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
    progress: impl FnMut(&Recorded),
) -> Result<Recorded, RecordError> {
    tokio::pin!(shutdown);
    let output = Output::new(to, progress)?;
    let mut connection = StayConnected::new(Access::from(config.router()), options.delays);
    let router = tokio::select! {
        biased;
        () = &mut shutdown => return Ok(Recorded::default()),
        connected = connection.first() => connected?,
    };

    let wanted = (!options.strangers).then(|| networks(config));
    let mut recording = Recording::new(clock::now(), options.second, wanted);
    recording.hold(config.hunt().interval);
    let mut session = Session::new(config, options, recording, output);
    // The rest is written whatever ended the recording.
    let ended = record(&mut session, router, connection, shutdown).await;
    let recorded = session.finish(clock::now())?;
    ended.map(|()| recorded)
}

async fn record<W: Write, P: FnMut(&Recorded)>(
    session: &mut Session<'_, W, P>,
    first: Router,
    mut connection: StayConnected,
    mut shutdown: Pin<&mut impl Future<Output = ()>>,
) -> Result<(), RecordError> {
    let mut router = first;
    loop {
        info!(router = session.config.router().address(), routeros = %router.version(), "recording");
        match session.run(&router, shutdown.as_mut()).await? {
            End::Over => {
                router.close().await;
                return Ok(());
            }
            End::Lost(cause) => {
                connection.session_ended(&cause);
                session.lost(clock::now());
            }
        }
        let until = session.until;
        router = tokio::select! {
            biased;
            () = &mut shutdown => return Ok(()),
            () = over(until) => return Ok(()),
            router = connection.next() => router,
        };
    }
}

/// The networks whose access points a log is about.
fn networks(config: &Config) -> BTreeSet<Ssid> {
    config.networks().iter().map(|network| network.ssid.clone()).collect()
}
