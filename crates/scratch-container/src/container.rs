//! A container: started, ready, removed.

use std::{
    collections::VecDeque,
    fs::File,
    io::Read as _,
    net::{IpAddr, Ipv4Addr, TcpStream},
    os::unix::process::parent_id,
    process,
    time::Duration,
};

use scratch_protocol::{OWNER_LABEL, ProcessIdentity, Server};
use testcontainers_modules::{
    postgres::Postgres,
    testcontainers::{
        ContainerAsync, ImageExt as _, TestcontainersError,
        bollard::{Docker, errors::Error, models::HostConfig, query_parameters::RemoveContainerOptionsBuilder},
        core::{IntoContainerPort as _, Mount, error::WaitContainerError, logs::LogFrame},
        runners::AsyncRunner as _,
    },
};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::image::Image;

const PORT: u16 = 5432;
const PATIENCE: Duration = Duration::from_secs(60);

/// How many lines of a log are shown.
const TAIL: usize = 10;

/// What is in memory. The volumes of images are in other places, which differ from version to version.
const MEMORY: &str = "/scratch";
const DATA: &str = "/scratch/data";

/// Data that lives for seconds need not survive a crash.
const SETTINGS: [&str; 7] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "jit=off",
    "lc_messages=C",
    "timezone=UTC",
];

/// A container with a server that takes connections.
pub(crate) struct Container {
    pub(crate) server: Server,
    container: ContainerAsync<Postgres>,
    log: Log,
}

impl Container {
    /// Starts a server and waits until it takes connections. If it does not, nothing is left of it.
    pub(crate) async fn start(docker: &Docker, image: &Image) -> Result<Self, String> {
        let owner = ProcessIdentity::of(parent_id()).ok_or("The process that started this one is gone.")?;
        let (name, password) = (format!("scratch-postgres-{}-{}", process::id(), &random()?[..8]), random()?);
        let (sender, log) = mpsc::unbounded_channel();
        let log = Log::listen(log);
        let started = Postgres::default()
            .with_password(&password)
            .with_name(&image.name)
            .with_tag(&image.tag)
            .with_container_name(&name)
            .with_label(OWNER_LABEL, owner.to_string())
            .with_mount(Mount::tmpfs_mount(MEMORY))
            .with_env_var("PGDATA", DATA)
            .with_cmd(SETTINGS.iter().flat_map(|setting| ["-c", setting]))
            .with_mapped_port(0, PORT.tcp())
            .with_host_config_modifier(publish_on_this_machine_alone)
            .with_startup_timeout(PATIENCE)
            .with_log_consumer(move |frame: &LogFrame| {
                // Log listens for as long as there is something to hear.
                _ = sender.send(String::from_utf8_lossy(frame.bytes()).into_owned());
            })
            .start()
            .await;
        match started {
            Ok(container) => {
                let url = format!("postgresql://postgres:{password}@{}/postgres", address(&container).await?);
                let location = format!("in a container of {image}");
                Ok(Self {
                    server: Server { url, location, takes_one_connection: false, prepared: None },
                    container,
                    log,
                })
            }
            Err(error) => {
                // It may have been made but not started.
                _ = remove(docker, &name).await;
                Err(did_not_come_up(image, &error, &log.end().await))
            }
        }
    }

    /// Removes the container and its volumes, and returns the end of its log.
    pub(crate) async fn remove(self) -> Result<String, String> {
        self.container.rm().await.map_err(|error| format!("A container is left: {error}."))?;
        Ok(self.log.end().await)
    }
}

fn did_not_come_up(image: &Image, error: &TestcontainersError, log: &str) -> String {
    let why = match error {
        TestcontainersError::WaitContainer(WaitContainerError::StartupTimeout) => {
            format!("it was not ready after {} s", PATIENCE.as_secs())
        }
        // The error quotes the log in a form of its own.
        TestcontainersError::WaitContainer(_) => "it ended before it was ready".to_owned(),
        other => other.to_string(),
    };
    let log = if log.is_empty() { String::new() } else { format!(" The end of its log:\n{log}") };
    format!("The server in a container of {image} did not come up: {why}.{log}")
}

/// The last lines of what a container says.
struct Log(JoinHandle<VecDeque<String>>);

impl Log {
    fn listen(mut log: mpsc::UnboundedReceiver<String>) -> Self {
        Self(tokio::spawn(async move {
            let mut lines = VecDeque::new();
            while let Some(text) = log.recv().await {
                lines.extend(text.lines().map(str::to_owned));
                lines.drain(..lines.len().saturating_sub(TAIL));
            }
            lines
        }))
    }

    /// Waits for its end, which is that of the container.
    async fn end(self) -> String {
        self.0.await.unwrap_or_default().make_contiguous().join("\n")
    }
}

/// Removes a container and its volumes. One that is gone already is no error.
async fn remove(docker: &Docker, container: &str) -> Result<(), Error> {
    let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
    match docker.remove_container(container, Some(options)).await {
        Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(()),
        removed => removed,
    }
}

/// Digits that nobody guesses.
fn random() -> Result<String, String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(|error| format!("There are no random numbers for a password: {error}."))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn publish_on_this_machine_alone(config: &mut HostConfig) {
    let bindings = config.port_bindings.iter_mut().flat_map(|ports| ports.values_mut());
    for binding in bindings.flatten().flatten() {
        binding.host_ip = Some(Ipv4Addr::LOCALHOST.to_string());
    }
}

/// Where the server is for this process. If that runs in a container itself, beside which Docker put this one, nothing is
/// published on the machine as it sees it, but the other container can be reached.
async fn address(container: &ContainerAsync<Postgres>) -> Result<String, String> {
    let port = container.get_host_port_ipv4(PORT).await;
    let port = port.map_err(|error| format!("Docker does not tell the port of a container: {error}."))?;
    if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err()
        && let Ok(IpAddr::V4(address)) = container.get_bridge_ip_address().await
    {
        return Ok(format!("{address}:{PORT}"));
    }
    Ok(format!("{}:{port}", Ipv4Addr::LOCALHOST))
}
