//! What a person asked for: a hold with its end, or one swap. Pure.

use std::time::Duration;

use crate::names::UplinkId;
use crate::observation::ByHand;
use crate::status::Hold;
use crate::units::Moment;

/// What is to be done by hand.
#[derive(Debug, Default)]
pub(super) struct Asked {
    held: Option<Hold>,
    /// Where to, and until when: the radio may be about to arrive.
    swap: Option<(UplinkId, Moment)>,
}

impl Asked {
    /// Holds the vehicle on an uplink from now on, in place of any other.
    pub(super) fn hold(&mut self, hold: Hold) {
        self.held = Some(hold);
    }

    /// Goes to an uplink, once, at the first decision until then that could.
    pub(super) fn swap(&mut self, uplink: UplinkId, until: Moment) {
        self.swap = Some((uplink, until));
    }

    /// The swap was decided.
    pub(super) fn swapped(&mut self) {
        self.swap = None;
    }

    /// The swap that could not be made in its time, which is given up by this.
    pub(super) fn in_vain(&mut self, now: Moment) -> Option<UplinkId> {
        let swap = self.swap.take_if(|(_, until)| *until <= now)?;
        Some(swap.0)
    }

    /// Lets the agent choose again, and gives the hold that ends by it.
    pub(super) fn auto(&mut self) -> Option<Hold> {
        self.swap = None;
        self.held.take()
    }

    /// The hold that lasts.
    pub(super) fn held(&self) -> Option<&Hold> {
        self.held.as_ref()
    }

    /// The hold whose time is over, which ends by this.
    pub(super) fn over(&mut self, now: Moment) -> Option<Hold> {
        self.held.take_if(|hold| hold.until.is_some_and(|until| until <= now))
    }

    /// What a decision sees of it.
    pub(super) fn seen(&self) -> Option<ByHand> {
        let swap = self.swap.as_ref();
        let swap = swap.map(|(uplink, _)| ByHand::Swap { uplink: uplink.clone() });
        swap.or_else(|| {
            let uplink = self.held.as_ref()?.uplink.clone();
            Some(ByHand::Hold { uplink })
        })
    }
}

/// How long a hold lasts, for people.
pub(super) fn lasts(length: Option<Duration>) -> String {
    match length {
        Some(length) => format!("for {}", humantime::format_duration(length)),
        None => "until `tikroam auto` or the end of the agent".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::InterfaceName;

    fn uplink(name: &str) -> UplinkId {
        UplinkId::new(InterfaceName::new(name))
    }

    fn hold(until: Option<u64>) -> Hold {
        Hold {
            uplink: uplink("wlan1"),
            until: until.map(Moment::from_micros),
            by: "root".into(),
            why: None,
        }
    }

    #[test]
    fn a_hold_lasts_until_its_time_and_a_swap_until_it_is_decided() {
        let mut asked = Asked::default();
        assert_eq!(asked.seen(), None);
        let at = Moment::from_micros;
        asked.swap(uplink("wlan2"), at(5));
        let swap = ByHand::Swap {
            uplink: uplink("wlan2"),
        };
        assert_eq!((asked.seen(), asked.in_vain(at(4))), (Some(swap), None));
        asked.swapped();
        assert_eq!((asked.seen(), asked.in_vain(at(9))), (None, None));
        asked.swap(uplink("wlan2"), at(5));
        assert_eq!((asked.in_vain(at(5)), asked.seen()), (Some(uplink("wlan2")), None));
        asked.hold(hold(Some(10)));
        assert_eq!(asked.over(Moment::from_micros(9)), None);
        let held = ByHand::Hold {
            uplink: uplink("wlan1"),
        };
        assert_eq!((asked.seen(), asked.seen()), (Some(held.clone()), Some(held)));
        assert_eq!(asked.over(Moment::from_micros(10)), Some(hold(Some(10))));
        assert_eq!((asked.seen(), asked.held()), (None, None));
    }

    #[test]
    fn a_hold_without_a_time_ends_by_hand_only() {
        let mut asked = Asked::default();
        asked.hold(hold(None));
        assert_eq!(asked.over(Moment::from_micros(u64::MAX)), None);
        assert_eq!(asked.auto(), Some(hold(None)));
        assert_eq!((asked.auto(), asked.seen()), (None, None));
    }
}
