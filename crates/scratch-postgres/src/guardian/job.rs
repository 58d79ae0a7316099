//! What a guardian is told to do, and how that goes through a pipe.

use std::{
    ffi::{OsStr, OsString},
    io::{self, BufRead},
    path::PathBuf,
};

use nix::unistd::{Gid, Uid};
use scratch_protocol::{read_field, write_field};

use crate::account::Account;

/// A guardian's order.
pub(crate) enum Job {
    /// Start a server from local binaries.
    Local(Local),
    /// Drop what a run leaves on somebody else's server.
    Remote(Remote),
    /// Become the first process of a local server.
    Postmaster(Postmaster),
}

/// A server from local binaries.
pub(crate) struct Local {
    /// Who runs it.
    pub(crate) account: Account,
    /// Where its binaries are.
    pub(crate) bin: PathBuf,
    /// Their major version.
    pub(crate) major: u32,
    /// The folder that holds cached data folders, if there is one that can be used.
    pub(crate) cache: Option<PathBuf>,
    /// The key of a newly initialised data folder.
    pub(crate) key: String,
    /// The cached data folder to start from. Without one, a new one is initialised, and cached.
    pub(crate) image: Option<String>,
    /// Folders that can hold the run's own, best first.
    pub(crate) places: Vec<PathBuf>,
}

/// A run on somebody else's server.
pub(crate) struct Remote {
    /// The URL that was given, password included.
    pub(crate) url: String,
    /// What the names of all of the run's databases, and its role, begin with.
    pub(crate) token: String,
}

/// The first process of a local server.
pub(crate) struct Postmaster {
    /// Its parent. When that one is gone already, nothing is started.
    pub(crate) guardian: i32,
    /// The program and its arguments.
    pub(crate) command: Vec<OsString>,
}

impl Job {
    /// The order as it goes through the pipe: fields, with an empty one at the end.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let fields: Vec<OsString> = match self {
            Self::Local(local) => {
                let Local { account, bin, major, cache, key, image, places } = local;
                let mut fields = vec![
                    "local".into(),
                    account.uid.to_string().into(),
                    account.gid.to_string().into(),
                    major.to_string().into(),
                ];
                fields.extend([some(Some(bin)), some(cache.as_ref()), some(Some(key)), some(image.as_ref())]);
                fields.extend(places.iter().map(OsString::from));
                fields
            }
            Self::Remote(Remote { url, token }) => vec!["remote".into(), url.into(), token.into()],
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

    /// Reads what [`to_bytes`](Self::to_bytes) made.
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
            "local" => Self::Local(Local {
                account: Account {
                    uid: Uid::from_raw(text(fields.next())?.parse().ok()?),
                    gid: Gid::from_raw(text(fields.next())?.parse().ok()?),
                },
                major: text(fields.next())?.parse().ok()?,
                bin: fields.next()?.into(),
                cache: optional(fields.next()?).map(PathBuf::from),
                key: text(fields.next())?,
                image: text(optional(fields.next()?)),
                places: fields.map(PathBuf::from).collect(),
            }),
            "remote" => Self::Remote(Remote { url: text(fields.next())?, token: text(fields.next())? }),
            "postmaster" => {
                Self::Postmaster(Postmaster { guardian: text(fields.next())?.parse().ok()?, command: fields.collect() })
            }
            _ => return None,
        })
    }
}

/// Stands for a field that is not there: neither a path that is used here nor a key begins like this.
const NONE: &str = "-";

fn some(field: Option<&(impl AsRef<OsStr> + ?Sized)>) -> OsString {
    field.map_or_else(|| NONE.into(), |field| field.as_ref().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_arrives_as_it_was_given() {
        let job = Job::Local(Local {
            account: Account { uid: Uid::from_raw(101), gid: Gid::from_raw(104) },
            bin: "/usr/lib/a b\nc".into(),
            major: 15,
            cache: None,
            key: "k".to_owned(),
            image: Some("k2".to_owned()),
            places: vec!["/dev/shm".into(), "/tmp".into()],
        });
        let Job::Local(read) = Job::read(&mut job.to_bytes().as_slice()).unwrap() else { panic!("another order") };
        assert_eq!(read.account, Account { uid: Uid::from_raw(101), gid: Gid::from_raw(104) });
        assert_eq!((read.bin, read.major), (PathBuf::from("/usr/lib/a b\nc"), 15));
        assert_eq!((read.cache, read.key.as_str(), read.image.as_deref()), (None, "k", Some("k2")));
        assert_eq!(read.places, [PathBuf::from("/dev/shm"), PathBuf::from("/tmp")]);
    }
}
