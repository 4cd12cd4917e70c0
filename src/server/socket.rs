//! The Unix socket: made for its owner and its group only, in place of one that an agent left behind.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use thiserror::Error;
use tokio::net::{UnixListener, UnixStream};

/// Owner and group may connect, nobody else.
const MODE: u32 = 0o660;

/// A folder that is made for the socket.
const FOLDER: u32 = 0o750;

/// The socket; it is removed when this is dropped.
#[derive(Debug)]
pub struct Socket {
    pub(super) listener: UnixListener,
    path: PathBuf,
}

/// Why there is no socket.
#[derive(Debug, Error)]
pub enum SocketError {
    /// Another agent answers there.
    #[error("another agent runs already: it answers at {}", .0.display())]
    Taken(PathBuf),
    /// Something else is at that place.
    #[error("{} is no socket, and is left as it is", .0.display())]
    NotASocket(PathBuf),
    /// The system refuses.
    #[error("there is no status at {}", .0.display())]
    Refused(PathBuf, #[source] io::Error),
}

impl SocketError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            SocketError::Taken(_) => {
                "stop it first (`systemctl stop tikroam`), or give this one another `[status] socket`"
            }
            SocketError::NotASocket(_) => "name another file in `[status] socket`",
            SocketError::Refused(..) => {
                "name a file in `[status] socket` whose folder is there and may be written by this user"
            }
        }
    }
}

impl Socket {
    /// Makes the socket. One that nobody listens at any more is replaced.
    ///
    /// # Errors
    ///
    /// [`SocketError`].
    pub async fn bind(path: &Path) -> Result<Self, SocketError> {
        let refused = |error| SocketError::Refused(path.to_owned(), error);
        match fs::symlink_metadata(path) {
            Ok(there) if !there.file_type().is_socket() => return Err(SocketError::NotASocket(path.to_owned())),
            Ok(_) => match UnixStream::connect(path).await {
                Ok(_) => return Err(SocketError::Taken(path.to_owned())),
                // Nobody listens: an agent that was killed left it.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset
                    ) => {}
                Err(error) => return Err(refused(error)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(refused(error)),
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.exists()) {
            DirBuilder::new().mode(FOLDER).create(folder).map_err(refused)?;
        }
        // Nobody may connect before the rights are set, so it gets its name last. That also takes the place of a left one.
        let mut early = path.to_owned().into_os_string();
        early.push(format!(".{}", std::process::id()));
        let early = PathBuf::from(early);
        fs::remove_file(&early).ok();
        let listener = UnixListener::bind(&early).map_err(refused)?;
        let named = fs::set_permissions(&early, Permissions::from_mode(MODE)).and_then(|()| fs::rename(&early, path));
        if let Err(error) = named {
            fs::remove_file(&early).ok();
            return Err(refused(error));
        }
        Ok(Socket {
            listener,
            path: path.to_owned(),
        })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
    }
}
