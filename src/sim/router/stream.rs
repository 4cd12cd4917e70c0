//! Commands that take time: scan, ping and monitor send rows as the world goes on.

use std::collections::BTreeMap;
use std::time::Duration;

use super::call::{Answer, Call, count, project, span};
use super::kinds;
use super::menus::Menu;
use super::monitor::channel_text;
use super::ping::{INTERVALS, Ping};
use super::probe::Target;
use super::tables::Fields;
use super::trap::Trap;
use super::watch::Watch;
use crate::sim::vehicle::Vehicle;
use crate::sim::world::clock::At;
use crate::sim::world::events::What;

/// A scan shows what it has found this often, and each time counts as a round.
const ROUND: Duration = Duration::from_secs(1);
/// A foreground scan whose client is gone keeps the radio for at most this long.
pub(crate) const ORPHANED: Duration = Duration::from_secs(10);

/// A command that takes time.
#[derive(Debug)]
pub(crate) struct Stream {
    work: Work,
    next: At,
    until: Option<At>,
    rounds: Option<u64>,
    section: u64,
    proplist: Option<String>,
}

#[derive(Debug)]
enum Work {
    Scan {
        radio: usize,
        background: bool,
        found: BTreeMap<usize, i16>,
    },
    Ping(Ping),
    Monitor {
        what: Monitored,
        interval: Duration,
    },
    Watch(Watch),
}

/// What is monitored.
#[derive(Debug)]
pub(crate) enum Monitored {
    /// These rows of a menu.
    Rows(Menu, Vec<u32>),
    /// What goes over these interfaces.
    Traffic(Vec<String>),
}

/// What one turn of a stream brought.
#[derive(Debug, Default)]
pub(crate) struct Turned {
    /// Rows to send.
    pub rows: Vec<Fields>,
    /// Whether a table that is shown again and again has no rows now.
    pub empty: bool,
    /// When to look again; `None` = finished.
    pub again: Option<At>,
}

/// What a command leads to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A complete answer.
    Answer(Answer),
    /// Rows that come as time goes.
    Stream(Box<Stream>),
}

impl From<Trap> for Outcome {
    fn from(trap: Trap) -> Self {
        Outcome::Answer(Answer::refused(trap))
    }
}

impl Stream {
    /// Begins a scan.
    ///
    /// # Errors
    ///
    /// A background scan without an association, or a wrong argument.
    pub(crate) fn scan(vehicle: &mut Vehicle, radio: usize, call: &Call) -> Result<Self, Trap> {
        // The newer menus have no scan in the background; nobody is sure whether theirs takes the radio away.
        let wifi = !vehicle.version.data().legacy;
        let background = call.flag("background") || wifi && !vehicle.quirks.wifi_scan_drops;
        let rounds = count(call, "rounds")?;
        let duration = span(call, "duration", vehicle.speed)?;
        let station = &vehicle.stations[radio];
        if station.phase == crate::sim::world::station::Phase::Off {
            return Err(Trap::new("failure: interface is disabled"));
        }
        let background = background && !(wifi && station.joined().is_none());
        if background && !wifi && (!vehicle.quirks.background_scan || station.joined().is_none()) {
            return Err(Trap::new(
                "failure: background scan is possible only when connected to 802.11 AP",
            ));
        }
        let radio_name = station.name.clone();
        let (now, active) = (vehicle.now, vehicle.leads() == Some(radio));
        let until = duration.map(|duration| now + duration);
        if background {
            let end = until.or(rounds.map(|rounds| now + ROUND * u32::try_from(rounds).unwrap_or(u32::MAX)));
            vehicle.stations[radio].distracted_until = end.unwrap_or(At::MAX);
        } else {
            vehicle.scans[radio] += 1;
            let lost = vehicle.stations[radio].start_scan();
            vehicle.report(radio, lost);
        }
        vehicle.happen(What::Scan {
            radio: radio_name,
            background,
            active,
        });
        let work = Work::Scan {
            radio,
            background,
            found: BTreeMap::new(),
        };
        let first = until.unwrap_or(At::MAX).min(vehicle.now + ROUND);
        Ok(Stream::new(work, first, until, rounds, call))
    }

    /// Begins to ping.
    ///
    /// # Errors
    ///
    /// A missing or wrong argument.
    pub(crate) fn ping(vehicle: &Vehicle, call: &Call) -> Result<Self, Trap> {
        let own = span(call, "interval", 1.0)?;
        let interval = span(call, "interval", vehicle.speed)?;
        if own.is_some_and(|interval| !(INTERVALS.0..=INTERVALS.1).contains(&interval)) {
            return Err(Trap::new("value of interval out of range (10ms..5s)"));
        }
        let target = Target::read(vehicle, call)?;
        let ping = Ping::new(target, interval, count(call, "count")?, vehicle.now);
        Ok(Stream::new(Work::Ping(ping), vehicle.now, None, None, call))
    }

    /// Begins to monitor.
    ///
    /// # Errors
    ///
    /// A wrong argument.
    pub(crate) fn monitor(vehicle: &Vehicle, what: Monitored, call: &Call) -> Result<Self, Trap> {
        let interval = span(call, "interval", vehicle.speed)?
            .unwrap_or(Duration::from_secs(1))
            .max(Duration::from_millis(20));
        let until = span(call, "duration", vehicle.speed)?.map(|duration| vehicle.now + duration);
        Ok(Stream::new(
            Work::Monitor { what, interval },
            vehicle.now,
            until,
            None,
            call,
        ))
    }

    /// Begins to show a menu on and on.
    pub(crate) fn watch(vehicle: &Vehicle, watch: Watch) -> Self {
        Stream::new(Work::Watch(watch), vehicle.now, None, None, &Call::default())
    }

    fn new(work: Work, next: At, until: Option<At>, rounds: Option<u64>, call: &Call) -> Self {
        Stream {
            work,
            next,
            until,
            rounds,
            section: 0,
            proplist: call.get(".proplist").map(String::from),
        }
    }

    /// What a monitor shows at this moment.
    pub(crate) fn shown(&self, vehicle: &Vehicle) -> Vec<Fields> {
        let Work::Monitor { what, .. } = &self.work else {
            return Vec::new();
        };
        let (menu, ids) = match what {
            Monitored::Rows(menu, ids) => (menu, ids),
            Monitored::Traffic(interfaces) => {
                let mut rows: Vec<Fields> = interfaces.iter().map(|name| vehicle.traffic.rates(name)).collect();
                project(&mut rows, self.proplist.as_deref());
                rows.iter_mut()
                    .for_each(|row| row.push((".section", self.section.to_string())));
                return rows;
            }
        };
        let show = |&id: &u32| {
            let name = vehicle
                .table(*menu)
                .row(id)
                .and_then(|row| row.get("name"))
                .unwrap_or_default();
            match menu {
                Menu::Wireless => vehicle
                    .radio(name)
                    .map(|radio| vehicle.radio_monitor(radio))
                    .unwrap_or_default(),
                Menu::Ethernet => vehicle.wire_monitor(name),
                Menu::Wifi => vehicle
                    .radio(name)
                    .map(|radio| vehicle.wifi_monitor(radio))
                    .unwrap_or_default(),
                Menu::Lte => vehicle.modem_monitor(name),
                _ => match kinds::dialed(vehicle.tunnel).filter(|kind| (kind.menu, kind.name) == (*menu, name)) {
                    Some(kind) => vehicle.tunnel_monitor(kind),
                    None => vec![("status", "dialing...".into())],
                },
            }
        };
        let mut rows: Vec<Fields> = ids.iter().map(show).collect();
        project(&mut rows, self.proplist.as_deref());
        if ids.len() > 1 {
            rows.iter_mut()
                .for_each(|row| row.push((".section", self.section.to_string())));
        }
        rows
    }

    /// Lives on to the vehicle's present.
    pub(crate) fn turn(&mut self, vehicle: &mut Vehicle) -> Turned {
        let now = vehicle.now;
        if now < self.next {
            return Turned {
                again: Some(self.next),
                ..Turned::default()
            };
        }
        let mut empty = false;
        let mut rows = match &mut self.work {
            Work::Scan { radio, found, .. } => scanned(vehicle, *radio, found, self.section),
            Work::Ping(ping) => ping.turn(vehicle),
            Work::Monitor { .. } => self.shown(vehicle),
            Work::Watch(watch) => {
                let (rows, none) = watch.turn(vehicle);
                empty = none;
                rows
            }
        };
        if !matches!(self.work, Work::Monitor { .. }) {
            project(&mut rows, self.proplist.as_deref());
        }
        self.section += 1;
        let period = match &self.work {
            Work::Ping(ping) => {
                let again = ping.again();
                self.next = again.unwrap_or(now);
                return Turned { rows, empty, again };
            }
            Work::Scan { .. } => ROUND,
            Work::Monitor { interval, .. } => *interval,
            Work::Watch(watch) => watch.period(),
        };
        self.next = self.until.unwrap_or(At::MAX).min(now + period);
        let over =
            self.until.is_some_and(|until| now >= until) || self.rounds.is_some_and(|rounds| self.section >= rounds);
        if over {
            self.end(vehicle);
        }
        Turned {
            rows,
            empty,
            again: (!over).then_some(self.next),
        }
    }

    /// Gives its radio back; for one that ends by itself, or is cancelled.
    pub(crate) fn end(&mut self, vehicle: &mut Vehicle) {
        let Work::Scan { radio, background, .. } = self.work else {
            return;
        };
        if background {
            vehicle.stations[radio].distracted_until = At::ZERO;
            return;
        }
        vehicle.scans[radio] = vehicle.scans[radio].saturating_sub(1);
        if vehicle.scans[radio] == 0 {
            vehicle.with_station(radio, |station, around, at| station.end_scan(around, at));
        }
    }

    /// Whether it goes on for a while when its client is gone.
    pub(crate) fn outlives_client(&self) -> bool {
        matches!(self.work, Work::Scan { background: false, .. })
    }
}

/// One more round of a scan: all that was found so far, the latest levels.
fn scanned(vehicle: &Vehicle, radio: usize, found: &mut BTreeMap<usize, i16>, section: u64) -> Vec<Fields> {
    let station = &vehicle.stations[radio];
    if matches!(station.phase, crate::sim::world::station::Phase::Off) {
        return Vec::new();
    }
    let hits = vehicle.air.scan(station.antenna, vehicle.now).into_iter();
    let covered = hits.filter(|hit| station.hears(vehicle.air.aps[hit.ap].channel));
    found.extend(covered.map(|hit| (hit.ap, hit.signal)));
    if !vehicle.version.data().legacy {
        let row = |(&ap, &signal): (&usize, &i16)| vehicle.wifi_scan_row(ap, signal, section);
        return found.iter().map(row).collect();
    }
    let row = |(&ap, &signal): (&usize, &i16)| {
        let ap = &vehicle.air.aps[ap];
        vec![
            ("address", ap.bssid.clone()),
            ("ssid", ap.ssid.clone()),
            ("channel", channel_text(ap.channel)),
            ("sig", signal.to_string()),
            ("nf", "-95".into()),
            ("snr", (signal + 95).to_string()),
            ("radio-name", String::new()),
            ("active", "true".into()),
            ("privacy", "true".into()),
            (".section", section.to_string()),
        ]
    };
    found.iter().map(row).collect()
}
