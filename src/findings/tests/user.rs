use super::world::{World, fine, name, route, session};
use crate::findings::standing;
use crate::snapshot::{RouteItem, Snapshot};
use crate::survey::{Surroundings, Survey, UserRights};

fn world(group: &str, policies: &[&str], from: &str) -> World {
    let mut world = fine();
    world.survey.user = Some(UserRights {
        group: group.to_owned(),
        policies: policies.iter().map(|policy| (*policy).to_owned()).collect(),
        from: from.to_owned(),
    });
    world
}

/// A hint that is followed to the letter must leave the technician a way in.
#[test]
fn no_hint_touches_a_group_or_a_user_that_people_may_need() {
    let people = [
        world("full", &["api", "read", "write", "test", "policy", "winbox"], ""),
        world("write", &["api", "read", "write", "test", "ssh"], ""),
        world("read", &["api", "read", "test"], ""),
        world("admins", &["api", "read", "write", "test", "policy"], "192.168.88.0/24"),
        world("admins", &["api", "policy"], "192.168.88.0/24"),
        world("drivers", &["api", "read", "winbox"], ""),
    ];
    for world in people {
        let text = world.text();
        assert!(!text.contains("/user group set"), "{text}");
        assert!(!text.contains("/user set"), "{text}");
        assert!(
            text.contains("`/user group add name=\"tikroam-agent\"")
                && text.contains("/user add name=\"tikroam-agent\""),
            "{text}"
        );
    }
}

#[test]
fn the_agents_own_group_and_user_are_mended_in_place() {
    let text = world("swap", &["api", "read", "reboot", "sensitive"], "").text();
    insta::assert_snapshot!(text, @r#"
    user-policy-missing: group `swap` of user `tikroam` lacks `write`, `test`
          hint: `/user group set [find where name="swap"] policy=api,read,write,test`
    user-policy-superfluous: user `tikroam` may more than the agent needs: group `swap` also has `reboot`, `sensitive`; the API sends the password in clear text
          hint: `/user group set [find where name="swap"] policy=api,read,write,test,!reboot,!sensitive`
    user-any-address: user `tikroam` may log in from any address
          hint: `/user set [find where name="tikroam"] address="192.168.88.10/32"`
    "#);
}

#[test]
fn what_comes_in_the_way_of_a_running_agent_is_found_in_the_words_of_check() {
    let mut world = fine();
    world.survey.routes.push(route("192.168.88.254", 1, ""));
    world.survey.tunnel.as_mut().unwrap().disabled = true;
    world.survey.radios[1].disabled = true;
    world.inspection.sessions.push(session("winbox", "192.168.88.77"));
    let surroundings = Surroundings {
        path: world.inspection.path,
        scan_lists: Vec::new(),
        disabled: vec![name("wlan2")],
        sessions: world.inspection.sessions.clone(),
    };
    let beside = items(world.survey.routes.clone(), &world.survey);
    let standing: Vec<String> = standing(&world.config, &beside, &surroundings)
        .iter()
        .map(ToString::to_string)
        .collect();
    let checked = world.text();
    for finding in &standing {
        assert!(checked.contains(finding), "{finding}\n{checked}");
    }
    insta::assert_snapshot!(standing.join("\n"), @r#"
    route-stranger: the static default route by `192.168.88.254` (distance 1) is not managed by the agent, and the router uses it beside or before `tikroam:default`
          hint: remove it: `/ip route remove [find where dst-address="0.0.0.0/0" and gateway="192.168.88.254"]`
    tunnel-disabled: tunnel `PPtP_to_Office` was disabled by a person, and the agent leaves it so
          hint: `/interface pptp-client enable [find where name="PPtP_to_Office"]`
    radio-disabled: radio `wlan2` is disabled
          hint: `/interface wireless enable [find where name="wlan2"]`
    user-second-session: user `tikroam` has another session on the router: by winbox from 192.168.88.77 since 2026-05-31 08:00:00
          hint: only one agent may drive a router, and people need users of their own; a session whose connection broke goes by itself after some minutes
    "#);

    // What is as it should be.
    let fine = fine();
    let surroundings = Surroundings {
        path: fine.inspection.path,
        scan_lists: Vec::new(),
        disabled: Vec::new(),
        sessions: fine.inspection.sessions.clone(),
    };
    let routes = vec![route("10.10.10.1%wlan1", 1, "tikroam:default"), route("lte1", 5, "")];
    let items = items(routes, &fine.survey);
    assert_eq!(super::super::standing(&fine.config, &items, &surroundings), []);
}

fn items(routes: Vec<RouteItem>, survey: &Survey) -> Snapshot {
    Snapshot {
        routes,
        tunnel: survey.tunnel.clone(),
        ..Snapshot::default()
    }
}
