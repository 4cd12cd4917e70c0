//! The configuration: as written (`agent.toml` and the environment over it), and valid.
//!
//! A value in the environment wins over the file: `TIKROAM__ROUTER__ADDRESS` is the key `address` of `[router]`. Lists
//! (`[[radio]]`, `[[network]]`) are written in the file only. The password is taken from the first of these that is there:
//! `TIKROAM__ROUTER__PASSWORD` (even empty), `TIKROAM__ROUTER__PASSWORD_FILE`, the systemd credential `router-password`,
//! and the file's own `password` or `password_file`.
//!
//! A new key is one line in `written`, one in `valid` and one in `agent.toml`. What must hold between keys is in `rules`.
//! This room reads no file and no environment: `cli::configuration` does.

mod changed;
mod endpoint;
mod fault;
mod handover;
mod layers;
mod parts;
mod password;
mod rules;
mod secret;
mod setup;
mod tls;
mod typed;
mod valid;
mod value;
mod written;

#[cfg(test)]
mod tests;

pub use changed::Changed;
pub use fault::{Fault, Faults, FileError, Place};
pub use parts::{Fallback, FallbackAddress, Journal, Network, Radio, RouterAccess, Status, Tunnel};
pub use password::{Around, PasswordFile};
pub use rules::MOST_RADIOS;
pub use secret::Secret;
pub use setup::Setup;
pub use tls::{CaFile, Tls};
pub use valid::Config;
pub use written::{Log, LogFormat, LogLevel, Written};
