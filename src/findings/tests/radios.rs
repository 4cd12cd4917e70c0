use super::world::{TUNNEL, address, configured, fine, found, name, radio, refusal, session};
use crate::routeros::RadioMenu;
use crate::snapshot::{RadioProfile, RadioSettings};
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
            &["forbids api-on-radio", "warning address-on-radio"],
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
    radio-menu: the router lists none of the configured radios in `/interface wireless`, `/interface wifi`, `/interface wifiwave2`; `/interface wifi` lists `wlan1`, `wifi2`
          hint: leave `menu` out of agent.toml: the agent takes the one that lists the radios
    radio-menu: [router] menu in agent.toml asks for `/interface wireless`, where the router lists none of the configured radios; `/interface wifi` lists `wlan1`, `wifi2`
          hint: leave `menu` out of agent.toml: the agent takes the one that lists the radios
    radio-menu: [router] menu in agent.toml asks for `/interface wireless`, where the router lists none of the configured radios
          hint: see `/interface print`: the router may have no radios, or only unlicensed ones
    "#);
}

/// The same router with its radios in the newer menu, each network with its profile.
fn newer() -> super::World {
    let mut world = fine();
    world.survey.menu = RadioMenu::Wifi;
    world.survey.rules.clear();
    let networks: Vec<Vec<u8>> = world
        .config
        .networks()
        .iter()
        .map(|one| one.ssid.as_bytes().to_vec())
        .collect();
    world.survey.profiles = networks
        .iter()
        .map(|ssid| RadioProfile {
            name: String::from_utf8_lossy(ssid).into_owned(),
            ssid: ssid.clone(),
            security: "tikroam-open".into(),
        })
        .collect();
    world.inspection.profiles = Some(vec!["tikroam-open".into()]);
    world.survey.settings = ["wlan1", "wlan2"]
        .map(|radio| RadioSettings {
            menu: RadioMenu::Wifi,
            id: super::world::id("*1"),
            interface: name(radio),
            comment: Vec::new(),
            ssid: networks[0].clone(),
            security: "tikroam-open".into(),
            frequencies: String::new(),
            own_security: false,
        })
        .into();
    for radio in &mut world.survey.radios {
        radio.ssid.clone_from(&networks[0]);
    }
    world
}

#[test]
fn radios_of_the_newer_menus() {
    assert_eq!(
        newer().codes(),
        Vec::<String>::new(),
        "an SSID of its own is what it looks for there"
    );
    type Change = fn(&mut super::World);
    let cases: [(&str, Change, &[&str]); 8] = [
        (
            "no profile",
            |w| w.survey.profiles.clear(),
            &["error network-no-profile"; 3],
        ),
        (
            "no security",
            |w| w.survey.profiles[1].security.clear(),
            &["error network-no-profile"],
        ),
        (
            "a lost one",
            |w| w.survey.profiles[1].security = "gone".into(),
            &["error network-no-profile"],
        ),
        ("not shown", |w| w.inspection.profiles = None, &[]),
        (
            "a key of its own",
            |w| w.survey.settings[0].own_security = true,
            &["error radio-own-security"],
        ),
        (
            "an access point",
            |w| w.survey.radios[0].mode = "ap".into(),
            &["error radio-mode"],
        ),
        (
            "a mode by its profile",
            |w| {
                w.survey.radios[0].mode.clear();
                w.survey.radios[0].configuration = "yard".into();
            },
            &[],
        ),
        (
            "disabled",
            |w| w.survey.radios[0].disabled = true,
            &["error radio-disabled"],
        ),
    ];
    for (what, change, codes) in cases {
        let mut world = newer();
        change(&mut world);
        assert_eq!(world.codes(), codes, "{what}");
    }
    let mut world = newer();
    world.survey.radios[0].disabled = true;
    world.survey.settings[1].own_security = true;
    world.survey.profiles.remove(0);
    world.survey.profiles[0].security.clear();
    insta::assert_snapshot!(world.text(), @r#"
    radio-disabled: radio `wlan1` is disabled
          hint: `/interface wifi enable [find where name="wlan1"]`
    radio-own-security: radio `wlan2` has security settings of its own, which win over those of a network's profile: where the networks differ in them, it joins one only
          hint: `/interface wifi unset [find where name="wlan2"] security.authentication-types`, then `/interface wifi unset [find where name="wlan2"] security.passphrase`
    network-no-profile: no profile of `/interface wifi configuration` is for network `testssid1`, so the hunt does not send a radio there
          hint: `/interface wifi security add name="tikroam-testssid1"`, with authentication-types and passphrase where the network has a key, then `/interface wifi configuration add name="tikroam-testssid1" ssid="testssid1" security="tikroam-testssid1" mode=station`
    network-no-profile: profile `testssid2` of `/interface wifi configuration` names no security profile, so the hunt does not send a radio to network `testssid2`
          hint: `/interface wifi security add name="tikroam-testssid2"`, with authentication-types and passphrase where the network has a key, then `/interface wifi configuration add name="tikroam-testssid2" ssid="testssid2" security="tikroam-testssid2" mode=station`
    "#);
}
