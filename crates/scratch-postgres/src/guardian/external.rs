//! The guardian of a run on the server at a URL.

use super::{ExternalRun, announce};
use crate::{Error, Url, run_objects};

impl ExternalRun {
    /// Waits for the end of the run and drops its databases and its role.
    pub(super) fn guard(self) -> Result<(), Error> {
        let url: Url = self.url.parse()?;
        // Once this session is closed, other runs consider this run ended.
        let mut session = url.with_application_name(&self.run).connect()?;
        // The run can work even if the sweep fails.
        _ = run_objects::sweep(&mut session);
        announce(&url).for_each(drop);
        if session.is_closed() {
            session = url.connect()?;
        }
        run_objects::drop_run(&mut session, &self.run)
    }
}
