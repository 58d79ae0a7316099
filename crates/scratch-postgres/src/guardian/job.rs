//! The jobs of a guardian, and their form in a pipe: one field of JSON.

use std::{
    ffi::OsString,
    io::{self, BufRead},
};

use scratch_protocol::{read_field, write_field};
use serde::{Deserialize, Serialize};

use crate::server_user::ServerUser;

/// The job of a guardian.
#[derive(Serialize, Deserialize)]
pub(crate) enum Job {
    /// Run a server from local binaries.
    LocalServer(LocalServer),
    /// Drop the objects of a run on the server at a URL.
    ExternalRun(ExternalRun),
    /// Become the postmaster, the first process of a local server.
    Postmaster(Postmaster),
}

/// A server from local binaries. Paths are `OsString`s because serde only supports a `PathBuf` that is valid UTF-8.
#[derive(Serialize, Deserialize)]
pub(crate) struct LocalServer {
    /// The user who runs the server.
    pub(crate) user: ServerUser,
    /// The folder of the binaries.
    pub(crate) bin: OsString,
    /// The major version of the binaries.
    pub(crate) major: u32,
    /// The folder of the cache, if it is usable.
    pub(crate) cache: Option<OsString>,
    /// The key of a data folder without scripts.
    pub(crate) empty_key: String,
    /// The key of the cached data folder to start from. Without it, the guardian initialises a data folder and caches it.
    pub(crate) cached_key: Option<String>,
    /// The folders that can hold the run folder, best first.
    pub(crate) parents: Vec<OsString>,
}

/// A run on the server at a URL.
#[derive(Serialize, Deserialize)]
pub(crate) struct ExternalRun {
    /// The URL, including the password.
    pub(crate) url: String,
    /// The run's name, which is the prefix of its databases and its role.
    pub(crate) run: String,
}

/// The first process of a local server.
#[derive(Serialize, Deserialize)]
pub(crate) struct Postmaster {
    /// The process number of the guardian. If the guardian has ended, the server does not start.
    pub(crate) guardian: i32,
    /// The program and its arguments.
    pub(crate) command: Vec<OsString>,
}

impl Job {
    /// The job in the form for a pipe.
    pub(crate) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        write_field(&mut bytes, serde_json::to_string(self)?.as_ref())?;
        Ok(bytes)
    }

    /// Reads a job that [`to_bytes`](Self::to_bytes) has written.
    pub(crate) fn read(pipe: &mut impl BufRead) -> io::Result<Self> {
        let field = read_field(pipe)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(serde_json::from_slice(field.as_encoded_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt as _;

    use nix::unistd::{Gid, Uid};

    use super::*;

    #[test]
    fn a_job_survives_the_pipe() {
        let user = ServerUser { uid: Uid::from_raw(101), gid: Gid::from_raw(104) };
        let bin = OsString::from_vec(b"/usr/lib/a b\nc\xff".to_vec());
        let job = Job::LocalServer(LocalServer {
            user,
            bin: bin.clone(),
            major: 15,
            cache: None,
            empty_key: "k".to_owned(),
            cached_key: Some("k2".to_owned()),
            parents: vec!["/dev/shm".into(), "/tmp".into()],
        });
        let Job::LocalServer(read) = Job::read(&mut job.to_bytes().unwrap().as_slice()).unwrap() else {
            panic!("another job")
        };
        assert_eq!((read.user, read.bin, read.major), (user, bin, 15));
        assert_eq!((read.cache, read.empty_key.as_str(), read.cached_key.as_deref()), (None, "k", Some("k2")));
        assert_eq!(read.parents, ["/dev/shm", "/tmp"]);
    }
}
