//! Under whom the server runs: PostgreSQL refuses to be root.

use nix::unistd::{Gid, Uid, User};

use crate::Error;

/// The user under whom the server runs, and to whom all of its files belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) uid: Uid,
    pub(crate) gid: Gid,
}

impl Account {
    /// Whoever runs this program; in root's place `postgres`, else `nobody`.
    pub(crate) fn of_the_server() -> Result<Self, Error> {
        let own = Self::of_this_process();
        if !own.uid.is_root() {
            return Ok(own);
        }
        for name in ["postgres", "nobody"] {
            if let Ok(Some(user)) = User::from_name(name) {
                return Ok(Self { uid: user.uid, gid: user.gid });
            }
        }
        Err(Error::Start(
            "it refuses to run as root, and this machine has neither a user `postgres` nor a user `nobody` to run it \
             as. Run this as an ordinary user."
                .to_owned(),
        ))
    }

    pub(crate) fn of_this_process() -> Self {
        Self { uid: Uid::effective(), gid: Gid::effective() }
    }

    /// Makes this process that user for good.
    pub(crate) fn assume(self) -> nix::Result<()> {
        if Uid::effective() == self.uid {
            return Ok(());
        }
        // macOS asks its directory service for a user's groups, and has no such list to give up.
        #[cfg(not(target_vendor = "apple"))]
        nix::unistd::setgroups(&[self.gid])?;
        nix::unistd::setgid(self.gid)?;
        nix::unistd::setuid(self.uid)
    }
}
