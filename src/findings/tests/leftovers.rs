use super::super::leftovers::changes_routes;
use super::world::*;
use crate::survey::{Script, ScriptPlace};

fn script(place: ScriptPlace, name: &str, source: &str) -> Script {
    Script {
        place,
        name: name.to_owned(),
        source: source.to_owned(),
        disabled: false,
    }
}

#[test]
fn what_moves_the_way_out_beside_the_agent_is_found() {
    use ScriptPlace::{Netwatch, Scheduler};
    found(&[
        (
            "scripts that have nothing to do with it",
            |w| {
                w.inspection.scripts = vec![
                    script(ScriptPlace::Script, "backup", "/system backup save name=wlan10"),
                    script(
                        ScriptPlace::Script,
                        "old",
                        "# /ip route set 0 gateway=wlan1\n:log info done",
                    ),
                    script(Scheduler, "backup", "backup"),
                    script(Netwatch, "10.0.0.1", ":log info [/ip route print as-value]"),
                ];
            },
            &[],
        ),
        (
            "a schedule that is off",
            |w| {
                let mut off = script(Scheduler, "swap", "/interface disable wlan1");
                off.disabled = true;
                w.inspection.scripts = vec![off];
            },
            &[],
        ),
        (
            "a radio",
            |w| w.inspection.scripts = vec![script(Scheduler, "swap", ":put [/interface get wlan2 running]")],
            &["warning script-stranger"],
        ),
        (
            "routes",
            |w| w.inspection.scripts = vec![script(Netwatch, "1.1.1.1", "/ip/route/disable [find comment=lte]")],
            &["warning script-stranger"],
        ),
        (
            "menus that the router does not show",
            |w| w.inspection.scripts_hidden = ScriptPlace::ALL.to_vec(),
            &[],
        ),
    ]);
}

#[test]
fn what_runs_a_script_is_found_by_way_of_others() {
    let mut world = fine();
    world.inspection.scripts = vec![
        script(ScriptPlace::Netwatch, "10.99.0.1", "\n/system/script/run look"),
        script(ScriptPlace::Scheduler, "each 5 s", "look"),
        script(ScriptPlace::Scheduler, "overlook", ":log info overlook"),
        script(
            ScriptPlace::Script,
            "look",
            ":if ($x) do={ /system script run \"move $it\" }",
        ),
        script(
            ScriptPlace::Script,
            "move $it",
            "/interface pptp-client disable PPtP_to_Office\r\n/ip route\r\nset [find comment=up] gateway=10.0.0.1%wlan1",
        ),
    ];
    insta::assert_snapshot!(world.text(), @r#"
    script-stranger: netwatch of `10.99.0.1` on the router runs script `look`: two things that both move the way out fight each other
          hint: `/tool netwatch disable [find where host="10.99.0.1"]`
    script-stranger: schedule `each 5 s` on the router runs script `look`: two things that both move the way out fight each other
          hint: `/system scheduler disable [find where name="each 5 s"]`
    script-stranger: script `look` on the router runs script `move $it`: two things that both move the way out fight each other
          hint: a script cannot be disabled: disable what runs it (`/system script job print` shows whether it runs now), keep a copy by `/export`, and take it out: `/system script remove [find where name="look"]`
    script-stranger: script `move $it` on the router names `wlan1`, `PPtP_to_Office` and changes routes: two things that both move the way out fight each other
          hint: a script cannot be disabled: disable what runs it (`/system script job print` shows whether it runs now), keep a copy by `/export`, and take it out: `/system script remove [find where name="move \$it"]`
    "#);
}

#[test]
fn routes_are_changed_in_every_way_of_writing() {
    for source in [
        "/ip route set 0 distance=2",
        "/ip/route/add gateway=10.0.0.1",
        ":if (a) do={/ip route remove [find]}",
        "ip route enable 3",
        "/ip route\nset 0 distance=2",
        "/ip route; disable 0",
        ":execute \"/ip route set 0 distance=2\"",
        ":foreach r in=[/ip route find] do={ /ip route unset $r gateway }",
    ] {
        assert!(changes_routes(source), "{source}");
    }
    for source in [
        "",
        "/ip route print",
        ":put [/ip route get 0 gateway]",
        "/ip route\nprint\n/ip address\nset 0 disabled=no",
        "/ip address set 0 disabled=no",
        "# /ip route set 0 distance=2",
        ":log info \"the ip route was set\"",
    ] {
        assert!(!changes_routes(source), "{source}");
    }
}
