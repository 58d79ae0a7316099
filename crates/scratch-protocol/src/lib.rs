//! How a process that keeps a throw-away server, the helper, and its parent speak.
//!
//! 1. The parent starts the helper in a process group of its own, so that Ctrl-C at the terminal does not end it before its
//!    work is done. What the helper must know stands in its arguments; a secret, which no other user may read in the list of
//!    processes, goes through its standard input.
//! 2. On standard output the helper says [`Line`]s: as many as it likes about what takes long, and then one that names the
//!    server, as soon as that takes connections.
//! 3. It keeps the server until its standard input closes, which happens however the parent ends, SIGKILL included. A signal
//!    to the helper itself (HUP, INT, QUIT or TERM) means the same. Until then the parent can send it wishes.
//! 4. It removes all that it made and exits with 0. What it then leaves on standard error is the end of the server's log, for
//!    a parent that has lost the server.
//!
//! Whatever goes wrong before the server is there is said in sentences on standard error, and the exit status is 1: what
//! happened, the cause, what mends it. The parent shows them as they are.
//!
//! The parent's side is [`Helper`]. A helper calls [`listen`], starts its server, prints [`Line::Ready`], and waits for
//! [`Heard::End`].

mod folder;
mod keeper;
mod life;
mod line;
mod parent;

pub use crate::{
    folder::OwnedFolder,
    keeper::{Heard, listen},
    life::{Life, OWNER_LABEL},
    line::{Line, Prepared, Server},
    parent::Helper,
};

use std::{
    ffi::{OsStr, OsString},
    io::{self, BufRead, Write},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
};

/// Writes a field of what goes through the helper's standard input: its bytes, of which none is NUL, and a NUL.
pub fn write_field(pipe: &mut impl Write, field: &OsStr) -> io::Result<()> {
    pipe.write_all(field.as_bytes())?;
    pipe.write_all(&[0])
}

/// The next field; `None` at the end of the pipe. A field that the end cuts off was never said.
pub fn read_field(pipe: &mut impl BufRead) -> io::Result<Option<OsString>> {
    let mut field = Vec::new();
    pipe.read_until(0, &mut field)?;
    Ok((field.pop() == Some(0)).then(|| OsString::from_vec(field)))
}
