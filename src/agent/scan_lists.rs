//! Which channels a standby radio searches. Pure.
//!
//! A radio that leaves its access point searches every channel of its scan-list before it joins another one, some 100 ms
//! each. So while the agent moves it, its list holds only the channels on which the vehicle's networks were heard lately.
//! The radio's own list stands in the comment of the managed rule until it has that again: when it finds nothing, when it
//! is to hear everything, when the agent starts and when it stops.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::names::{Bssid, InterfaceName};
use crate::routeros::Band;
use crate::units::Moment;

/// A channel counts for so many seconds after a configured network was last heard there.
const REMEMBERED: u32 = 60;
/// After so many seconds without an AP a radio gets its own list again: by then it was over the short one several times.
const IN_VAIN: u32 = 2;

/// The channels that count, and the radios' scan-lists.
#[derive(Debug)]
pub(super) struct ScanLists {
    enabled: bool,
    second: Duration,
    /// When a configured network was last heard on each frequency in MHz.
    frequencies: BTreeMap<u16, Moment>,
    /// On which frequency each AP was heard last.
    aps: BTreeMap<Bssid, u16>,
    /// Each radio's list as last read or set.
    lists: Vec<(InterfaceName, String)>,
    /// The radios' bands, where they differ.
    bands: Vec<(InterfaceName, Band)>,
    /// The radios that are on no AP, and since when.
    alone: Vec<(InterfaceName, Moment)>,
}

impl ScanLists {
    /// Nothing heard yet; `lists` as the router writes them.
    pub(super) fn new(enabled: bool, second: Duration, lists: Vec<(InterfaceName, String)>) -> Self {
        ScanLists {
            enabled,
            second,
            frequencies: BTreeMap::new(),
            aps: BTreeMap::new(),
            lists,
            bands: Vec::new(),
            alone: Vec::new(),
        }
    }

    /// The same for radios of these bands. One of another band is sent to no channel that it cannot hear.
    pub(super) fn with_bands(mut self, bands: Vec<(InterfaceName, Band)>) -> Self {
        if bands.windows(2).any(|pair| pair[0].1 != pair[1].1) {
            self.bands = bands;
        }
        self
    }

    /// The router refused a list: no other is tried.
    pub(super) fn give_up(&mut self) {
        self.enabled = false;
    }

    /// Takes that an AP of a configured network was heard.
    pub(super) fn heard(&mut self, now: Moment, bssid: Bssid, frequency: u16) {
        self.frequencies.insert(frequency, now);
        self.aps.insert(bssid, frequency);
    }

    /// The list for a radio's search: the channels of the networks, the target's among them. `None` where the radio must
    /// search everywhere, because too little was heard.
    pub(super) fn short(&mut self, now: Moment, radio: &InterfaceName, target: Option<Bssid>) -> Option<String> {
        let remembered = self.second * REMEMBERED;
        self.frequencies.retain(|_, at| now.since(*at) <= remembered);
        let frequencies = &self.frequencies;
        self.aps.retain(|_, frequency| frequencies.contains_key(frequency));
        let heard = target.is_none_or(|bssid| self.aps.contains_key(&bssid));
        let band = self.bands.iter().find(|(name, _)| name == radio).map(|(_, band)| *band);
        let list = frequencies
            .keys()
            .filter(|frequency| band.is_none_or(|band| band.holds(**frequency)));
        let list: Vec<String> = list.map(u16::to_string).collect();
        (self.enabled && heard && !list.is_empty()).then(|| list.join(","))
    }

    /// A radio's list as last read or set.
    pub(super) fn of(&self, radio: &InterfaceName) -> Option<&str> {
        let found = self.lists.iter().find(|(name, _)| name == radio);
        found.map(|(_, list)| list.as_str())
    }

    /// Takes a radio's list, and whether that is a change.
    pub(super) fn set(&mut self, radio: &InterfaceName, list: &str) -> bool {
        match self.lists.iter_mut().find(|(name, _)| name == radio) {
            Some((_, before)) if before == list => false,
            Some((_, before)) => {
                list.clone_into(before);
                true
            }
            None => {
                self.lists.push((radio.clone(), list.to_owned()));
                true
            }
        }
    }

    /// Takes that a radio begins to search at `now`.
    pub(super) fn begun(&mut self, now: Moment, radio: &InterfaceName) {
        for (_, since) in self.alone.iter_mut().filter(|(name, _)| name == radio) {
            *since = now;
        }
    }

    /// Takes whether a radio is on an AP, and gives whether it has searched in vain.
    pub(super) fn in_vain(&mut self, now: Moment, radio: &InterfaceName, on_an_ap: bool) -> bool {
        let place = self.alone.iter().position(|(name, _)| name == radio);
        match (on_an_ap, place) {
            (true, Some(place)) => {
                self.alone.remove(place);
                false
            }
            (true, None) => false,
            (false, Some(place)) => now.since(self.alone[place].1) >= self.second * IN_VAIN,
            (false, None) => {
                self.alone.push((radio.clone(), now));
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(seconds: u64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    fn ap(number: u8) -> Bssid {
        Bssid([2, 0, 0, 0, 0, number])
    }

    fn wlan1() -> InterfaceName {
        InterfaceName::new("wlan1")
    }

    fn lists(enabled: bool) -> ScanLists {
        ScanLists::new(enabled, SECOND, vec![(wlan1(), "default".to_owned())])
    }

    #[test]
    fn the_short_list_has_the_channels_of_the_last_minute_in_their_order() {
        let mut lists = lists(true);
        assert_eq!(lists.short(at(0), &wlan1(), None), None, "nothing was heard");
        lists.heard(at(1), ap(1), 2437);
        lists.heard(at(20), ap(2), 2412);
        lists.heard(at(21), ap(3), 2412);
        let both = Some("2412,2437".to_owned());
        assert_eq!(lists.short(at(30), &wlan1(), None), both);
        assert_eq!(lists.short(at(30), &wlan1(), Some(ap(1))), both);
        assert_eq!(
            lists.short(at(30), &wlan1(), Some(ap(9))),
            None,
            "its channel was never heard"
        );
        assert_eq!(lists.short(at(62), &wlan1(), None), Some("2412".to_owned()));
        assert_eq!(
            lists.short(at(62), &wlan1(), Some(ap(1))),
            None,
            "it was heard too long ago"
        );
        lists.give_up();
        assert_eq!(lists.short(at(62), &wlan1(), None), None);
        let mut off = super::tests::lists(false);
        off.heard(at(1), ap(1), 2437);
        assert_eq!(off.short(at(1), &wlan1(), None), None);
    }

    #[test]
    fn a_radio_of_another_band_gets_the_channels_of_its_own() {
        let wlan2 = InterfaceName::new("wlan2");
        let of_bands = |second: Band| {
            let mut lists = lists(true).with_bands(vec![(wlan1(), Band::Ghz2), (wlan2.clone(), second)]);
            lists.heard(at(1), ap(1), 2437);
            lists.heard(at(1), ap(2), 5180);
            [lists.short(at(1), &wlan1(), None), lists.short(at(1), &wlan2, None)]
        };
        assert_eq!(of_bands(Band::Ghz5), [Some("2437".to_owned()), Some("5180".to_owned())]);
        let both = Some("2437,5180".to_owned());
        assert_eq!(
            of_bands(Band::Ghz2),
            [both.clone(), both],
            "what the router heard, it can hear"
        );
    }

    #[test]
    fn a_list_that_somebody_else_set_is_a_change() {
        let mut lists = lists(true);
        let radio = InterfaceName::new("wlan1");
        assert!(!lists.set(&radio, "default"));
        assert!(lists.set(&radio, "2412"));
        assert_eq!(lists.of(&radio), Some("2412"));
        assert_eq!(lists.of(&InterfaceName::new("wlan2")), None);
    }

    #[test]
    fn a_search_is_in_vain_after_two_seconds_and_begins_again_with_each_move() {
        let mut lists = lists(true);
        let radio = InterfaceName::new("wlan1");
        assert!(!lists.in_vain(at(1), &radio, false));
        assert!(!lists.in_vain(at(2), &radio, false));
        assert!(lists.in_vain(at(3), &radio, false));
        lists.begun(at(3), &radio);
        assert!(!lists.in_vain(at(4), &radio, false));
        assert!(!lists.in_vain(at(5), &radio, true));
        assert!(!lists.in_vain(at(6), &radio, false), "it lost its AP just now");
    }
}
