//! The guardian of a run on the server at a URL.

use std::{
    thread,
    time::{Duration, Instant},
};

use postgres::Client;

use super::{ExternalRun, announce};
use crate::{Error, Url, run_objects};

/// The time that the server has to accept the guardian's session.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// The time in which the guardian retries to drop the objects of its run.
const RETRY_LIMIT: Duration = Duration::from_secs(30);

impl ExternalRun {
    /// Waits for the end of the run and drops its databases and its role.
    pub(super) fn guard(self) -> Result<(), Error> {
        let url = self.url.parse::<Url>()?;
        // Once this session is closed, other runs consider this run ended.
        let named = url.with_application_name(&self.run);
        let mut session = open(&named)?;
        // The run can work even if the sweep fails.
        _ = run_objects::sweep(&mut session, &url);
        announce(&url).for_each(drop);
        let started = Instant::now();
        loop {
            let dropped =
                reopen(&mut session, &named).and_then(|()| run_objects::drop_run(&mut session, &url, &self.run));
            if dropped.is_ok() || started.elapsed() > RETRY_LIMIT {
                return dropped;
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

fn reopen(session: &mut Client, url: &Url) -> Result<(), Error> {
    if session.is_closed() {
        *session = open(url)?;
    }
    Ok(())
}

fn open(url: &Url) -> Result<Client, Error> {
    let mut session = url.connect_within(ANSWER_LIMIT)?;
    run_objects::set_time_limits(&mut session)?;
    Ok(session)
}
