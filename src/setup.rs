//! The commands that a router fresh from its box needs, made from the configuration: the vehicle's router and the office's.
//!
//! All of it is pure. A [`Script`] is data: `tikroam setup` prints it, and [`missing`] compares it with a live router. The
//! scripts in `contrib/` are printed from the example configurations. What they rest on (names of commands, defaults,
//! dates of versions) is MikroTik's manual and command trees of real routers.

mod access;
mod given;
mod missing;
mod office;
mod office_head;
mod radios;
mod script;
mod template;
mod tunnel;
mod vehicle;

pub use given::{Lack, Lacks};
pub use missing::missing;
pub use office::office;
pub use script::{Entry, Item, PLACEHOLDER, Pairs, Part, Place, Script, Secret, Value};
pub use template::{Answers, AskedNetwork, filled};
pub use vehicle::vehicle;
