use super::world::{TUNNEL, address, configured, name, radio, refusal, told};
use crate::router::{RadioItem, Version};

#[test]
fn readings_the_way_there_and_the_user() {
    told(&[
        (
            "a needed reading is refused",
            |w| {
                w.survey.refused = vec![refusal("/ip/route/print", "not enough permissions (9)")];
            },
            &["error reading-refused"],
        ),
        (
            "rows are not understood",
            |w| w.survey.unread = 2,
            &["warning rows-unread"],
        ),
        (
            "no version",
            |w| w.inspection.version = Version::default(),
            &["warning version-unknown"],
        ),
        (
            "the session goes to a radio",
            |w| {
                w.survey.addresses.push(address("wlan2", "172.16.0.2/24", ""));
                w.inspection.path.router = "172.16.0.2:8728".parse().unwrap();
            },
            &["error api-on-radio"],
        ),
        (
            "the session goes to the tunnel",
            |w| {
                w.survey.addresses.push(address(TUNNEL, "172.16.0.2/32", ""));
                w.inspection.path.router = "[::ffff:172.16.0.2]:8728".parse().unwrap();
            },
            &["error api-on-tunnel"],
        ),
        (
            "this PC lies in a network",
            |w| {
                w.inspection.path.local = "10.20.0.77:40000".parse().unwrap();
            },
            &["error network-holds-pc"],
        ),
        (
            "the router lies in a network",
            |w| {
                w.inspection.path.router = "10.30.0.1:8728".parse().unwrap();
            },
            &["error network-holds-router"],
        ),
        (
            "a policy is missing",
            |w| {
                w.survey.user.as_mut().unwrap().policies.pop();
            },
            &["error user-policy-missing"],
        ),
        (
            "policies are superfluous",
            |w| {
                let more = ["ftp", "policy"].map(str::to_owned);
                w.survey.user.as_mut().unwrap().policies.extend(more);
            },
            &["warning user-policy-superfluous"],
        ),
        (
            "the user may come from anywhere",
            |w| {
                w.survey.user.as_mut().unwrap().from.clear();
            },
            &["warning user-any-address"],
        ),
    ]);
}

#[test]
fn radios() {
    told(&[
        (
            "no legacy menu",
            |w| {
                w.survey.radios.clear();
                w.survey.refused = vec![
                    refusal("/interface/wireless/print", "no such command or directory (wireless)"),
                    refusal("/interface/wireless/connect-list/print", "no such command prefix"),
                ];
            },
            &["error radio-menu"],
        ),
        (
            "an empty legacy menu",
            |w| w.survey.radios.clear(),
            &["error radio-menu"],
        ),
        (
            "the menu may not be read",
            |w| {
                w.survey.radios.clear();
                w.survey.refused = vec![refusal("/interface/wireless/print", "not enough permissions (9)")];
            },
            &["error reading-refused"],
        ),
        (
            "one is missing",
            |w| {
                w.survey.radios.pop();
            },
            &["error radio-missing"],
        ),
        (
            "disabled",
            |w| w.survey.radios[0].disabled = true,
            &["error radio-disabled"],
        ),
        (
            "an access point",
            |w| w.survey.radios[0].mode = "ap-bridge".into(),
            &["error radio-mode"],
        ),
        (
            "a bridging station",
            |w| w.survey.radios[0].mode = "station-bridge".into(),
            &["warning radio-mode"],
        ),
        (
            "an SSID of its own",
            |w| w.survey.radios[1].ssid = b"testssid1".to_vec(),
            &["error radio-ssid"],
        ),
        (
            "the only network's SSID",
            |w| {
                let text = include_str!("../../../agent.toml");
                let (start, end) = (
                    text.find("[[network]]\nssid = \"testssid2\"").unwrap(),
                    text.find("[tunnel]").unwrap(),
                );
                w.config = configured(&format!("{}{}", &text[..start], &text[end..]));
                w.survey.radios[1].ssid = b"testssid1".to_vec();
            },
            &["warning radio-ssid"],
        ),
        (
            "a bridge port",
            |w| w.survey.ports[0].interface = name("wlan2"),
            &["error radio-bridged"],
        ),
        (
            "a disabled bridge port",
            |w| {
                w.survey.ports[0].interface = name("wlan2");
                w.survey.ports[0].disabled = true;
            },
            &[],
        ),
        (
            "a virtual one",
            |w| w.survey.radios[1].master = Some(name("wlan9")),
            &["error radio-virtual"],
        ),
        (
            "a virtual one on it",
            |w| {
                let rider = RadioItem {
                    master: Some(name("wlan1")),
                    ..radio("wlan3")
                };
                w.survey.radios.push(rider);
            },
            &["error radio-has-virtual"],
        ),
        (
            "a disabled virtual one on it",
            |w| {
                let rider = RadioItem {
                    master: Some(name("wlan1")),
                    disabled: true,
                    ..radio("wlan3")
                };
                w.survey.radios.push(rider);
            },
            &[],
        ),
        (
            "joins anything else as well",
            |w| {
                w.survey.radios[0].default_authentication = true;
            },
            &["warning radio-default-authentication"],
        ),
    ]);
}
