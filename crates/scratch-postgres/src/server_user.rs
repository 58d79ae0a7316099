//! The user that runs the server: PostgreSQL refuses to run as root.

use nix::unistd::{Gid, Uid, User};
use serde::{Deserialize, Serialize};

use crate::Error;

/// The user who runs the server and owns all of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub(crate) struct ServerUser {
    pub(crate) uid: Uid,
    pub(crate) gid: Gid,
}

impl ServerUser {
    /// The current user; for root, `postgres` or else `nobody`. PostgreSQL's programs need a user with a name.
    pub(crate) fn find() -> Result<Self, Error> {
        let current = Self::current();
        if !current.uid.is_root() {
            let has_name = User::from_uid(current.uid).is_ok_and(|user| user.is_some());
            return if has_name { Ok(current) } else { Err(Error::UnnamedUser { uid: current.uid.as_raw() }) };
        }
        let user = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
        user.map(|user| Self { uid: user.uid, gid: user.gid }).ok_or(Error::NoServerUser)
    }

    /// The user of this process.
    pub(crate) fn current() -> Self {
        Self { uid: Uid::effective(), gid: Gid::effective() }
    }

    /// Switches this process to the user. This cannot be undone.
    pub(crate) fn switch_to(self) -> nix::Result<()> {
        if Uid::effective() == self.uid {
            return Ok(());
        }
        // macOS asks its directory service for a user's groups and has no list to drop.
        #[cfg(not(target_vendor = "apple"))]
        nix::unistd::setgroups(&[self.gid])?;
        nix::unistd::setgid(self.gid)?;
        nix::unistd::setuid(self.uid)
    }
}

impl From<(u32, u32)> for ServerUser {
    fn from((uid, gid): (u32, u32)) -> Self {
        Self { uid: Uid::from_raw(uid), gid: Gid::from_raw(gid) }
    }
}

impl From<ServerUser> for (u32, u32) {
    fn from(user: ServerUser) -> Self {
        (user.uid.as_raw(), user.gid.as_raw())
    }
}
