//! The protocol between a program, the parent, and the helper process that runs its throw-away server.
//!
//! 1. The parent starts the helper in a process group of its own. Ctrl-C at the terminal therefore does not end the helper
//!    before it has cleaned up. The parent passes arguments, and secrets through standard input, because every user can read
//!    the arguments of a process.
//! 2. The helper prints [`Message`]s on standard output: notes and progress, then the server's URL once the server accepts
//!    connections.
//! 3. The helper runs the server until its standard input is closed, which happens however the parent ends, SIGKILL included.
//!    A HUP, INT, QUIT or TERM signal to the helper has the same effect. Until then the parent can send requests.
//! 4. The helper removes everything that it created and exits with status 0. It ends with the last lines of the server's log
//!    on standard error, for a parent that has lost its server.
//!
//! If the server does not start, the helper prints the error on standard error, with its cause and its fix, and exits with
//! status 1. The parent shows the error unchanged.
//!
//! The parent's side is [`Helper`]. A helper calls [`listen`], starts its server, prints [`Message::Ready`], and cleans up when
//! [`Requests`] ends.

mod helper;
mod message;
mod owned_folder;
mod process_identity;
mod requests;

pub use crate::{
    helper::Helper,
    message::{Message, Prepared, Server},
    owned_folder::OwnedFolder,
    process_identity::{OWNER_LABEL, ProcessIdentity},
    requests::{Requests, listen, read_field, write_field},
};
