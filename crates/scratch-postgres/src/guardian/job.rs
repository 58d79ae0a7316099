//! The jobs of a guardian, and their form in a pipe.

use std::{
    ffi::{OsStr, OsString},
    io::{self, BufRead},
    path::PathBuf,
};

use nix::unistd::{Gid, Uid};
use scratch_protocol::{read_field, write_field};

use crate::server_user::ServerUser;

/// The job of a guardian.
pub(crate) enum Job {
    /// Run a server from local binaries.
    LocalServer(LocalServer),
    /// Drop the objects of a run on the server at a URL.
    ExternalRun(ExternalRun),
    /// Become the postmaster, the first process of a local server.
    Postmaster(Postmaster),
}

/// A server from local binaries.
pub(crate) struct LocalServer {
    /// The user who runs the server.
    pub(crate) user: ServerUser,
    /// The folder of the binaries.
    pub(crate) bin: PathBuf,
    /// The major version of the binaries.
    pub(crate) major: u32,
    /// The folder of the cache, if it is usable.
    pub(crate) cache: Option<PathBuf>,
    /// The key of a data folder without scripts.
    pub(crate) empty_key: String,
    /// The key of the cached data folder to start from. Without it, the guardian initialises a data folder and caches it.
    pub(crate) cached_key: Option<String>,
    /// The folders that can hold the run folder, best first.
    pub(crate) parents: Vec<PathBuf>,
}

/// A run on the server at a URL.
pub(crate) struct ExternalRun {
    /// The URL, including the password.
    pub(crate) url: String,
    /// The run's name, which is the prefix of its databases and its role.
    pub(crate) run: String,
}

/// The first process of a local server.
pub(crate) struct Postmaster {
    /// The process number of the guardian. If the guardian has ended, the server does not start.
    pub(crate) guardian: i32,
    /// The program and its arguments.
    pub(crate) command: Vec<OsString>,
}

impl Job {
    /// The job as fields for a pipe. An empty field is the last one.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let fields: Vec<OsString> = match self {
            Self::LocalServer(LocalServer { user, bin, major, cache, empty_key, cached_key, parents }) => {
                let mut fields = vec![
                    "local".into(),
                    user.uid.to_string().into(),
                    user.gid.to_string().into(),
                    major.to_string().into(),
                    bin.into(),
                    cache.as_ref().map_or_else(|| NONE.into(), OsString::from),
                    empty_key.into(),
                    cached_key.as_ref().map_or_else(|| NONE.into(), OsString::from),
                ];
                fields.extend(parents.iter().map(OsString::from));
                fields
            }
            Self::ExternalRun(ExternalRun { url, run }) => vec!["external".into(), url.into(), run.into()],
            Self::Postmaster(Postmaster { guardian, command }) => {
                let mut fields = vec!["postmaster".into(), guardian.to_string().into()];
                fields.extend(command.iter().cloned());
                fields
            }
        };
        let mut message = Vec::new();
        for field in fields.iter().map(OsString::as_os_str).chain([OsStr::new("")]) {
            // Writing to memory cannot fail.
            _ = write_field(&mut message, field);
        }
        message
    }

    /// Reads a job that [`to_bytes`](Self::to_bytes) has written.
    pub(crate) fn read(pipe: &mut impl BufRead) -> io::Result<Self> {
        let mut fields = Vec::new();
        while let Some(field) = read_field(pipe)?.filter(|field| !field.is_empty()) {
            fields.push(field);
        }
        let mut fields = fields.into_iter();
        Self::from_fields(&mut fields).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    fn from_fields(fields: &mut impl Iterator<Item = OsString>) -> Option<Self> {
        let kind = fields.next()?;
        let text = |field: Option<OsString>| field.and_then(|field| field.into_string().ok());
        let optional = |field: OsString| (field != NONE).then_some(field);
        Some(match kind.to_str()? {
            "local" => Self::LocalServer(LocalServer {
                user: ServerUser {
                    uid: Uid::from_raw(text(fields.next())?.parse().ok()?),
                    gid: Gid::from_raw(text(fields.next())?.parse().ok()?),
                },
                major: text(fields.next())?.parse().ok()?,
                bin: fields.next()?.into(),
                cache: optional(fields.next()?).map(PathBuf::from),
                empty_key: text(fields.next())?,
                cached_key: text(optional(fields.next()?)),
                parents: fields.map(PathBuf::from).collect(),
            }),
            "external" => Self::ExternalRun(ExternalRun { url: text(fields.next())?, run: text(fields.next())? }),
            "postmaster" => {
                Self::Postmaster(Postmaster { guardian: text(fields.next())?.parse().ok()?, command: fields.collect() })
            }
            _ => return None,
        })
    }
}

/// The text for a missing field. No path or key in a job has this text.
const NONE: &str = "-";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_survives_the_pipe() {
        let job = Job::LocalServer(LocalServer {
            user: ServerUser { uid: Uid::from_raw(101), gid: Gid::from_raw(104) },
            bin: "/usr/lib/a b\nc".into(),
            major: 15,
            cache: None,
            empty_key: "k".to_owned(),
            cached_key: Some("k2".to_owned()),
            parents: vec!["/dev/shm".into(), "/tmp".into()],
        });
        let Job::LocalServer(read) = Job::read(&mut job.to_bytes().as_slice()).unwrap() else { panic!("another job") };
        assert_eq!(read.user, ServerUser { uid: Uid::from_raw(101), gid: Gid::from_raw(104) });
        assert_eq!((read.bin, read.major), (PathBuf::from("/usr/lib/a b\nc"), 15));
        assert_eq!((read.cache, read.empty_key.as_str(), read.cached_key.as_deref()), (None, "k", Some("k2")));
        assert_eq!(read.parents, [PathBuf::from("/dev/shm"), PathBuf::from("/tmp")]);
    }
}
