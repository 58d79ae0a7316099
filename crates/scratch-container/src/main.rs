//! A helper program that runs PostgreSQL in a container. `scratch_protocol` describes how the parent uses it.
//!
//! ```text
//! scratch-container [--version N] [--image NAME[:TAG]]
//! ```
//!
//! `DOCKER_HOST` names the daemon. The data is in memory, the port is published on the loopback interface only, and the password
//! is random. A label on the container identifies the parent process. If this program is killed, the next run sees that the
//! parent has ended and removes the container.

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

use crate::{container::Container, image::ImageRequest};

fn main() -> ExitCode {
    let stop = stop_signal(scratch_protocol::listen());
    let result = ImageRequest::from_arguments(env::args().skip(1)).and_then(|request| {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        runtime.block_on(serve(&request, stop))
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The parent reads this while it waits for the server. Writing fails if the parent has ended.
            _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// Resolves when the server must stop.
fn stop_signal(requests: Requests) -> oneshot::Receiver<()> {
    let (sender, stop) = oneshot::channel();
    thread::spawn(move || {
        requests.for_each(drop);
        sender.send(())
    });
    stop
}

/// Starts a server, waits until it must stop, and removes it.
async fn serve(request: &ImageRequest, mut stop: oneshot::Receiver<()>) -> Result<(), String> {
    let docker = docker_client_instance().await.map_err(|error| format!("Connecting to Docker failed: {error}."))?;
    let image = tokio::select! {
        image = request.pull_if_missing(&docker) => image?,
        // Docker stops the pull when its client disconnects.
        _ = &mut stop => return Ok(()),
    };
    let container = Container::start(&docker, &image).await?;
    Message::Ready(container.server.clone()).print();
    // A dropped sender means the same as a sent value.
    _ = stop.await;
    // The parent reads this if it has lost its server.
    _ = writeln!(io::stderr(), "{}", container.remove().await?);
    Ok(())
}
