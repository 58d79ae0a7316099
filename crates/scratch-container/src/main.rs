//! A helper program: PostgreSQL in a container. `scratch_protocol` says how it is spoken to.
//!
//! ```text
//! scratch-container [--version N] [--image NAME[:TAG]]
//! ```
//!
//! `DOCKER_HOST` names the daemon. The data are in memory, the port is open on this machine alone, and the password is random.
//! Every container is labelled with the life of the process that it is for, so that the next run can tell that this one was
//! killed, and removes what it left.

mod container;
mod image;

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
    thread,
};

use scratch_protocol::{Message, Requests};
use testcontainers_modules::testcontainers::core::client::docker_client_instance;
use tokio::{runtime, sync::oneshot};

use crate::{container::Container, image::Wanted};

fn main() -> ExitCode {
    let end = end(scratch_protocol::listen());
    let done = Wanted::from_arguments(env::args().skip(1)).and_then(|wanted| {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        runtime.block_on(keep(&wanted, end))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The parent reads this where it waits for the server; it may be gone.
            _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// What comes to pass when all is to be cleaned up.
fn end(requests: Requests) -> oneshot::Receiver<()> {
    let (sender, end) = oneshot::channel();
    thread::spawn(move || {
        requests.for_each(drop);
        sender.send(())
    });
    end
}

/// Starts a server, keeps it until the end, and leaves nothing of it.
async fn keep(wanted: &Wanted, mut end: oneshot::Receiver<()>) -> Result<(), String> {
    let docker = docker_client_instance().await.map_err(|error| format!("Docker cannot be spoken to: {error}."))?;
    let image = tokio::select! {
        image = wanted.provide(&docker) => image?,
        // A daemon that nobody listens to any more stops to pull.
        _ = &mut end => return Ok(()),
    };
    let container = Container::start(&docker, &image).await?;
    Message::Ready(container.server.clone()).print();
    // The sender only ever goes away to say the same.
    _ = end.await;
    // The parent reads this if it has lost its server.
    _ = writeln!(io::stderr(), "{}", container.remove().await?);
    Ok(())
}
