//! Small made-up trees: every rule finds its fault, and nothing else.

use std::collections::BTreeMap;

use super::house::{House, Order, Room};
use super::rules;
use super::tree::Tree;

const HOUSE: &str = "
| floor | room | owns |
|---|---|---|
| 3 top | `cli.rs` + `cli/` | verbs |
| 2 | `router.rs` + `router/`, `findings.rs` + `findings/` (pure), `router/rows.rs` (pure) | the session |
|  | `clock.rs` | `now()` |
| 1 pure | `units.rs`, `drive.rs` | numbers |
| beside | `sim.rs` | the simulated vehicle |

| word | meaning |
|---|---|
| radio | `wlan1` |
";

fn house() -> House {
    House::read(HOUSE)
}

/// A crate of these files; each module is declared where it belongs.
fn tree(files: &[(&str, &str)]) -> Tree {
    let mut texts: BTreeMap<String, String> = files
        .iter()
        .map(|(file, text)| ((*file).into(), (*text).into()))
        .collect();
    for (file, _) in files {
        let (parent, name) = match file.trim_end_matches(".rs").rsplit_once('/') {
            Some((parent, name)) => (format!("{parent}.rs"), name),
            None => ("lib.rs".to_owned(), file.trim_end_matches(".rs")),
        };
        let text = texts.entry(parent).or_default();
        *text = format!("mod {name};\n{text}");
    }
    Tree::read(&texts)
}

fn imports(files: &[(&str, &str)]) -> Vec<String> {
    let imports = tree(files).imports();
    imports
        .into_iter()
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect()
}

#[test]
fn the_table_gives_floors_and_purity() {
    let room = |name| house().room(name);
    assert_eq!(room("cli"), Some(Room { floor: 3, pure: false }));
    assert_eq!(room("router"), Some(Room { floor: 2, pure: false }));
    assert_eq!(room("findings"), Some(Room { floor: 2, pure: true }));
    assert_eq!(room("clock"), Some(Room { floor: 2, pure: false }));
    assert_eq!(room("units"), Some(Room { floor: 1, pure: true }));
    assert_eq!(room("sim"), None);
    assert_eq!(room("wlan1"), None);
}

#[test]
fn imports_are_seen_however_they_are_written() {
    for text in [
        "use crate::units::Dbm;",
        "use crate::{router, units::{Db, Dbm}};",
        "use crate::{\n    router,\n    units::Dbm,\n};",
        "pub use crate::units::*;",
        "use super::units::Dbm;",
        "use super::units::{self, Dbm as Signal};",
        "fn a() -> crate::units::Dbm { crate::units::Dbm(0) }",
        "fn a() { debug!(at = %crate::units::Dbm(0)); }",
        "fn a() { let _ = Dbm { ..crate::units::Dbm::default() }; }",
        "mod inner { use super::super::units::Dbm; }",
        "mod inner { use crate::units::Dbm; }",
        "fn a<T: Into<super::units::Dbm>>() {}",
        "#[derive(crate::units::Shown)] struct A;",
    ] {
        let files = [("router.rs", text), ("units.rs", "")];
        assert_eq!(imports(&files), ["router.rs -> units.rs"], "{text}");
    }
    let files = [("router.rs", "pub use session::Session;"), ("router/session.rs", "")];
    assert_eq!(imports(&files), ["router.rs -> router/session.rs"]);
    let files = [
        ("router.rs", "fn a() { self::session::run() }"),
        ("router/session.rs", ""),
    ];
    assert_eq!(imports(&files), ["router.rs -> router/session.rs"]);
    let files = [
        ("router.rs", ""),
        ("router/a.rs", "use super::b::B;"),
        ("router/b.rs", ""),
    ];
    assert_eq!(imports(&files), ["router/a.rs -> router/b.rs"]);
    let files = [("router.rs", ""), ("router/a.rs", "use super::*;")];
    assert_eq!(imports(&files), ["router/a.rs -> router.rs"]);
    let main = [("main.rs", "use tikroam::cli::run;"), ("cli.rs", "")];
    assert_eq!(imports(&main), ["main.rs -> cli.rs"]);
}

#[test]
fn what_is_no_import_is_not_seen() {
    for text in [
        "// use crate::units::Dbm;",
        "/// [`Dbm`](crate::units::Dbm)\nstruct A;",
        "//! [`Dbm`](crate::units::Dbm)",
        "const A: &str = \"crate::units\";",
        "pub(in crate::units) struct A;",
        "pub(crate) struct A; pub(super) struct B;",
        "#[cfg(test)]\nmod tests { use crate::units::Dbm; }",
        "#[cfg(test)]\nuse crate::units::Dbm;",
        "#[cfg(test)]\n#[allow(unused)]\nfn a() { crate::units::a() }",
        "fn a(units: A) { units.get(); self.units::<A>(); }",
    ] {
        let files = [("router.rs", text), ("units.rs", "")];
        assert_eq!(imports(&files), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn an_upward_import_is_a_fault() {
    let up = [("units.rs", "use crate::router::Row;"), ("router.rs", "")];
    assert_eq!(
        rules::floors(&tree(&up), &house()),
        ["units.rs (floor 1) imports router.rs (floor 2)"]
    );
    let deep = [
        ("units.rs", ""),
        ("router.rs", ""),
        ("router/row.rs", "use crate::cli::Exit;"),
        ("cli.rs", ""),
    ];
    assert_eq!(
        rules::floors(&tree(&deep), &house()),
        ["router/row.rs (floor 2) imports cli.rs (floor 3)"]
    );
    let fine = [
        ("cli.rs", "use crate::router::Row; use crate::clock;"),
        ("router.rs", "use crate::clock;"),
        ("clock.rs", ""),
    ];
    assert_eq!(rules::floors(&tree(&fine), &house()), Vec::<String>::new());
    let unnamed = [("attic.rs", "")];
    assert_eq!(
        rules::floors(&tree(&unnamed), &house()),
        ["attic.rs: the room `attic` is not in the table"]
    );
}

#[test]
fn the_simulated_vehicle_and_the_client_do_not_know_each_other() {
    let fine = [
        ("sim.rs", "use crate::drive::Drive;"),
        ("drive.rs", ""),
        ("cli.rs", "use crate::sim::Sim;"),
    ];
    assert_eq!(rules::floors(&tree(&fine), &house()), Vec::<String>::new());
    let knows = [
        ("sim.rs", ""),
        ("sim/wire.rs", "use crate::units::Dbm;"),
        ("units.rs", ""),
    ];
    assert_eq!(rules::floors(&tree(&knows), &house()).len(), 1);
    let imported = [("router.rs", "use crate::sim::Sim;"), ("sim.rs", "")];
    assert_eq!(rules::floors(&tree(&imported), &house()).len(), 1);
}

#[test]
fn a_circle_is_a_fault_between_files_and_between_rooms() {
    let parent = [("router.rs", "pub use a::A;"), ("router/a.rs", "use super::B;")];
    assert_eq!(
        rules::no_circles(&tree(&parent)),
        ["circle: router.rs -> router/a.rs -> router.rs"]
    );
    let three = [
        ("router.rs", ""),
        ("router/a.rs", "use super::b::B;"),
        ("router/b.rs", "use super::c::C;"),
        ("router/c.rs", "use crate::router::a::A;"),
    ];
    assert_eq!(
        rules::no_circles(&tree(&three)),
        ["circle: router/a.rs -> router/b.rs -> router/c.rs -> router/a.rs"]
    );
    let rooms = [
        ("router.rs", ""),
        ("router/a.rs", "use crate::clock;"),
        ("router/b.rs", ""),
        ("clock.rs", ""),
        ("clock/wall.rs", "use crate::router::b::B;"),
    ];
    assert_eq!(rules::no_circles(&tree(&rooms)), ["circle: clock -> router -> clock"]);
    let fine = [
        ("router.rs", "pub use a::A; pub use b::B;"),
        ("router/a.rs", "use super::b::B;"),
        ("router/b.rs", ""),
    ];
    assert_eq!(rules::no_circles(&tree(&fine)), Vec::<String>::new());
}

#[test]
fn the_order_of_a_room_is_that_of_its_table() {
    let order = Order::read(
        "//! | file | owns |\n//! |---|---|\n//! | `api/` | the wire |\n//! | `world/truth.rs`, `state.rs` | truth |\n\
         //! | `world/`: the rest | the air |\n",
    );
    let rows = [
        "api/wire.rs",
        "world/truth.rs",
        "state.rs",
        "world/air.rs",
        "world.rs",
        "attic.rs",
    ]
    .map(|file| order.row(file));
    assert_eq!(rows, [Some(0), Some(1), Some(1), Some(2), Some(2), None]);
    let files = |air| {
        [
            ("sim.rs", ""),
            ("sim/world.rs", ""),
            ("sim/world/air.rs", air),
            ("sim/state.rs", ""),
        ]
    };
    let up = tree(&files("use crate::sim::state::State;"));
    assert_eq!(
        rules::order(&up, &order, "sim"),
        ["sim/world/air.rs imports sim/state.rs, which stands above it in sim.rs"]
    );
    assert_eq!(rules::order(&tree(&files("")), &order, "sim"), Vec::<String>::new());
    let unnamed = [("sim.rs", ""), ("sim/attic.rs", "")];
    assert_eq!(rules::order(&tree(&unnamed), &order, "sim").len(), 1);
}

#[test]
fn a_pure_room_that_does_more_than_compute_is_a_fault() {
    for text in [
        "use tokio::sync::mpsc;",
        "fn a() { tracing::info!(\"a\"); }",
        "use tracing::info;",
        "use std::fs;",
        "use std::{fmt, fs::File};",
        "fn a() { std::env::var(\"A\"); }",
        "use std::time::{Duration, Instant};",
        "use std::time::SystemTime;",
        "use crate::clock;",
        "use crate::clock::now;",
        "async fn a() {}",
        "fn a() { let b = async move {}; }",
    ] {
        for file in ["units.rs", "findings.rs"] {
            let files = [(file, text), ("clock.rs", "")];
            assert_eq!(rules::purity(&tree(&files), &house()).len(), 1, "{text}");
        }
        let elsewhere = [("router.rs", text), ("clock.rs", "")];
        assert_eq!(
            rules::purity(&tree(&elsewhere), &house()),
            Vec::<String>::new(),
            "{text}"
        );
    }
    let fine = "use std::time::Duration; use std::{fmt, io}; const V: &str = env!(\"A\"); // tokio::spawn\n";
    assert_eq!(
        rules::purity(&tree(&[("units.rs", fine)]), &house()),
        Vec::<String>::new()
    );
}

#[test]
fn the_client_crate_and_the_time_have_one_place_each() {
    let names = "use mikrotik_rs::Connection;";
    assert_eq!(rules::one_client(&tree(&[("cli.rs", names)])).len(), 1);
    assert_eq!(rules::one_client(&tree(&[("router.rs", names)])), Vec::<String>::new());
    for asks in [
        "fn a() { Instant::now(); }",
        "fn a() { std::time::SystemTime::now(); }",
        "fn a() { tokio::time::Instant::now() }",
    ] {
        assert_eq!(
            rules::clocks(&tree(&[("router.rs", asks)]), &["clock.rs"]).len(),
            1,
            "{asks}"
        );
        assert_eq!(
            rules::clocks(&tree(&[("clock.rs", asks)]), &["clock.rs"]),
            Vec::<String>::new()
        );
    }
    assert_eq!(
        rules::clocks(&tree(&[("cli.rs", "fn a() { clock::now(); }")]), &[]),
        Vec::<String>::new()
    );
}

#[test]
fn lines_of_code_are_counted_and_nothing_else() {
    let text = "//! A room.\n\n// A comment.\n/// A type.\nstruct A {\n    /// A field.\n    a: u8,\n}\n\n\
                const B: &str = \"\n\";\n#[cfg(test)]\nmod tests {\n    fn a() {}\n    fn b() {}\n}\n";
    let tree = Tree::read(&BTreeMap::from([
        ("lib.rs".to_owned(), "mod units;".to_owned()),
        ("units.rs".to_owned(), text.to_owned()),
    ]));
    assert_eq!(rules::sizes(&tree, 5), Vec::<String>::new());
    assert_eq!(rules::sizes(&tree, 4), ["units.rs has 5 lines of code, more than 4"]);
}

#[test]
fn a_file_that_nothing_declares_is_a_fault() {
    let mut texts = BTreeMap::from([
        ("lib.rs".to_owned(), "mod units; #[cfg(test)] mod tests;".to_owned()),
        ("units.rs".to_owned(), String::new()),
        ("tests.rs".to_owned(), "mod deep;".to_owned()),
        ("tests/deep.rs".to_owned(), String::new()),
    ]);
    assert_eq!(rules::orphans(&Tree::read(&texts)), Vec::<String>::new());
    texts.insert("units/attic.rs".to_owned(), String::new());
    assert_eq!(rules::orphans(&Tree::read(&texts)).len(), 1);
}
