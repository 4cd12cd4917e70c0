//! The rooms of the program, as the table of `docs/architecture.md` says: imports go down only, without a circle.
//!
//! The rules are functions over a tree of files, so that each is shown to find its fault in a small made-up tree
//! (`made_up`). Functions with more than five parameters, and `now()` in any other way, are clippy's to find:
//! `.clippy.toml`.

mod code;
mod house;
mod made_up;
mod rules;
mod tree;
mod words;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use house::{House, Order};
use tree::Tree;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn text(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

fn source() -> &'static Tree {
    static TREE: LazyLock<Tree> = LazyLock::new(|| Tree::below(&root().join("src")));
    &TREE
}

fn house() -> House {
    House::read(&text("docs/architecture.md"))
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n  {}", faults.join("\n  "));
}

#[test]
fn imports_go_down() {
    assert_none(&rules::floors(source(), &house()));
    assert!(source().imports().len() > 500, "the test no longer sees the imports");
}

#[test]
fn no_two_files_and_no_two_rooms_import_each_other() {
    assert_none(&rules::no_circles(source()));
}

#[test]
fn the_simulator_keeps_its_own_order() {
    let order = Order::read(&text("src/sim.rs"));
    assert_none(&rules::order(source(), &order, "sim"));
}

#[test]
fn pure_rooms_only_compute() {
    assert_none(&rules::purity(source(), &house()));
    let pure = house();
    let pure = pure
        .names()
        .filter(|name| pure.room(name).is_some_and(|room| room.pure));
    assert!(pure.count() >= 14, "the table no longer says which rooms are pure");
}

#[test]
fn only_the_router_names_the_client_crate() {
    assert_none(&rules::one_client(source()));
}

#[test]
fn there_are_two_clocks() {
    assert_none(&rules::clocks(source(), &["clock.rs", "sim/world/clock.rs"]));
}

#[test]
fn files_are_short() {
    assert_none(&rules::sizes(source(), 350));
}

#[test]
fn every_file_is_a_module_and_every_room_a_file() {
    assert_none(&rules::orphans(source()));
    for room in house().names() {
        let file = root().join("src").join(format!("{room}.rs"));
        assert!(file.exists(), "the table names `{room}`, which is no file");
    }
}
