use super::world::{TUNNEL, address, configured, fine, found, name, radio, refusal, session};
use crate::routeros::RadioMenu;
use crate::survey::{RadioItem, Version};

#[test]
fn readings_the_way_there_and_the_user() {
    found(&[
        (
            "a needed reading is refused",
            |w| {
                w.survey.refused = vec![refusal("/ip/route/print", "not enough permissions (9)")];
            },
            &["forbids reading-refused"],
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
            &["forbids api-on-radio"],
        ),
        (
            "the session goes to the tunnel",
            |w| {
                w.survey.addresses.push(address(TUNNEL, "172.16.0.2/32", ""));
                w.inspection.path.router = "[::ffff:172.16.0.2]:8728".parse().unwrap();
            },
            &["forbids api-on-tunnel"],
        ),
        (
            "this PC lies in a network",
            |w| {
                w.inspection.path.local = "10.20.0.77:40000".parse().unwrap();
            },
            &["forbids network-has-pc"],
        ),
        (
            "the router lies in a network",
            |w| {
                w.inspection.path.router = "10.30.0.1:8728".parse().unwrap();
            },
            &["forbids network-has-router"],
        ),
        (
            "a policy is missing",
            |w| {
                w.survey.user.as_mut().unwrap().policies.pop();
            },
            &["error user-policy-missing"],
        ),
        (
            "the policy that every swap needs is missing",
            |w| {
                w.survey.user.as_mut().unwrap().policies.remove(2);
            },
            &["forbids user-policy-missing"],
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
        (
            "another session of the same user",
            |w| w.inspection.sessions.push(session("api", "192.168.88.10")),
            &["warning user-second-session"],
        ),
        (
            "sessions that the router does not show",
            |w| w.inspection.sessions.clear(),
            &[],
        ),
    ]);
}

#[test]
fn radios() {
    found(&[
        (
            "no legacy menu",
            |w| {
                w.survey.radios.clear();
                w.survey.refused = vec![
                    refusal("/interface/wireless/print", "no such command or directory (wireless)"),
                    refusal("/interface/wireless/connect-list/print", "no such command prefix"),
                ];
            },
            &["forbids radio-menu"],
        ),
        (
            "an empty legacy menu",
            |w| w.survey.radios.clear(),
            &["forbids radio-menu"],
        ),
        (
            "the menu may not be read",
            |w| {
                w.survey.radios.clear();
                w.survey.refused = vec![refusal("/interface/wireless/print", "not enough permissions (9)")];
            },
            &["forbids reading-refused"],
        ),
        (
            "one is missing",
            |w| {
                w.survey.radios.pop();
            },
            &["error radio-missing"],
        ),
        (
            "one was never there",
            |w| {
                w.survey.radios.pop();
                w.survey.addresses.pop();
            },
            &["forbids radio-missing"],
        ),
        (
            "both are missing",
            |w| {
                w.survey.radios.iter_mut().for_each(|radio| radio.name = name("wlan9"));
            },
            &["forbids radio-missing"; 2],
        ),
        (
            "another menu lists them",
            |w| {
                w.survey.radios.clear();
                w.survey.elsewhere = vec![(RadioMenu::Wifi, name("wlan1")), (RadioMenu::Wifi, name("wlan2"))];
            },
            &["forbids radio-menu"],
        ),
        (
            "another menu lists one of them",
            |w| {
                w.survey.radios.pop();
                w.survey.elsewhere = vec![(RadioMenu::Wifi, name("wlan2"))];
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
            "two access points",
            |w| {
                w.survey
                    .radios
                    .iter_mut()
                    .for_each(|radio| radio.mode = "ap-bridge".into())
            },
            &["forbids radio-mode"; 2],
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

#[test]
fn the_menu_that_lists_the_radios_is_named() {
    let mut world = fine();
    world.survey.radios.clear();
    world.survey.packages[0].name = "wifi-qcom".into();
    world.survey.elsewhere = vec![(RadioMenu::Wifi, name("wlan1")), (RadioMenu::Wifi, name("wifi2"))];
    let menu =
        |word: &str| include_str!("../../../agent.toml").replace("# menu = \"auto\"", &format!("menu = \"{word}\""));
    let mut text = String::new();
    for word in ["auto", "wireless"] {
        world.config = configured(&menu(word));
        text += &world.text();
    }
    world.survey.elsewhere.clear();
    world.survey.packages[0].name = "wireless".into();
    text += &world.text();
    insta::assert_snapshot!(text, @r#"
    radio-menu: the router lists none of the configured radios in `/interface wireless`; `/interface wifi` lists `wlan1`, `wifi2`, and the agent does not support the menus wifi and wifiwave2 yet
          hint: the package `wifi-qcom` runs the radios: `/system package uninstall "wifi-qcom"`, then install `wireless` of the same version and restart; radios of 802.11ax and later have no such package, so the agent cannot drive that router yet
    radio-menu: [router] menu in agent.toml asks for `/interface wireless`, where the router lists none of the configured radios; `/interface wifi` lists `wlan1`, `wifi2`, and the agent does not support the menus wifi and wifiwave2 yet
          hint: the package `wifi-qcom` runs the radios: `/system package uninstall "wifi-qcom"`, then install `wireless` of the same version and restart; radios of 802.11ax and later have no such package, so the agent cannot drive that router yet
    radio-menu: [router] menu in agent.toml asks for `/interface wireless`, where the router lists none of the configured radios, nor in `/interface wifi` or `/interface wifiwave2`
          hint: see `/interface print`: the router may have no radios, or only unlicensed ones
    "#);
}
