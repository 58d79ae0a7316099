//! The guardian of a run on somebody else's server.

use super::{job::Remote, serve};
use crate::{Error, Url, remote};

impl Remote {
    /// Waits for the run's end and drops what is left of it.
    pub(super) fn guard(self) -> Result<(), Error> {
        let url: Url = self.url.parse()?;
        // Other runs take this one for dead once this session is gone.
        let mut session = url.with_application_name(&self.token).connect()?;
        // A sweep that fails is no reason not to work.
        _ = remote::sweep(&mut session);
        serve(&url).for_each(drop);
        if session.is_closed() {
            session = url.connect()?;
        }
        remote::drop_run(&mut session, &self.token)
    }
}
