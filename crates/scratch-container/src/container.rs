//! Starting and removing a container.

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
const STARTUP_TIMEOUT: Duration = Duration::from_secs(60);

/// How many of the last lines of a log are kept.
const LOG_LINES: usize = 10;

/// The mount point of the file system in memory. The paths of an image's own volumes differ between versions.
const TMPFS: &str = "/scratch";
const DATA: &str = "/scratch/data";

/// Server settings for data that does not have to survive a crash.
const SETTINGS: [&str; 7] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "jit=off",
    "lc_messages=C",
    "timezone=UTC",
];

/// A container whose server accepts connections.
pub(crate) struct Container {
    pub(crate) server: Server,
    container: ContainerAsync<Postgres>,
    log: LogTail,
}

impl Container {
    /// Starts a server and waits until it accepts connections. Removes the container if the server does not start.
    pub(crate) async fn start(docker: &Docker, image: &Image) -> Result<Self, String> {
        let owner = ProcessIdentity::of(parent_id()).ok_or("The parent process has ended.")?;
        let (name, password) = (format!("scratch-postgres-{}-{}", process::id(), &random()?[..8]), random()?);
        let (sender, log) = mpsc::unbounded_channel();
        let log = LogTail::collect(log);
        let started = Postgres::default()
            .with_password(&password)
            .with_name(&image.name)
            .with_tag(&image.tag)
            .with_container_name(&name)
            .with_label(OWNER_LABEL, owner.to_string())
            .with_mount(Mount::tmpfs_mount(TMPFS))
            .with_env_var("PGDATA", DATA)
            .with_cmd(SETTINGS.iter().flat_map(|setting| ["-c", setting]))
            .with_mapped_port(0, PORT.tcp())
            .with_host_config_modifier(publish_on_loopback)
            .with_startup_timeout(STARTUP_TIMEOUT)
            .with_log_consumer(move |frame: &LogFrame| {
                // Sending cannot fail: the receiver lives as long as this sender.
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
                // Docker may have created the container without starting it.
                _ = remove(docker, &name).await;
                Err(start_error(image, &error, &log.end().await))
            }
        }
    }

    /// Removes the container and its volumes, and returns the end of its log.
    pub(crate) async fn remove(self) -> Result<String, String> {
        self.container.rm().await.map_err(|error| format!("Removing a container failed: {error}."))?;
        Ok(self.log.end().await)
    }
}

fn start_error(image: &Image, error: &TestcontainersError, log: &str) -> String {
    let why = match error {
        TestcontainersError::WaitContainer(WaitContainerError::StartupTimeout) => {
            format!("it was not ready after {} s", STARTUP_TIMEOUT.as_secs())
        }
        // The error itself quotes the log in another form.
        TestcontainersError::WaitContainer(_) => "it ended before it was ready".to_owned(),
        other => other.to_string(),
    };
    let log = if log.is_empty() { String::new() } else { format!(" The end of its log:\n{log}") };
    format!("The server in a container of {image} did not start: {why}.{log}")
}

/// The last lines of a container's log.
struct LogTail(JoinHandle<VecDeque<String>>);

impl LogTail {
    fn collect(mut log: mpsc::UnboundedReceiver<String>) -> Self {
        Self(tokio::spawn(async move {
            let mut lines = VecDeque::new();
            while let Some(text) = log.recv().await {
                lines.extend(text.lines().map(str::to_owned));
                lines.drain(..lines.len().saturating_sub(LOG_LINES));
            }
            lines
        }))
    }

    /// Waits until the container has ended, and returns the lines.
    async fn end(self) -> String {
        self.0.await.unwrap_or_default().make_contiguous().join("\n")
    }
}

/// Removes a container and its volumes. A missing container is not an error.
async fn remove(docker: &Docker, container: &str) -> Result<(), Error> {
    let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
    match docker.remove_container(container, Some(options)).await {
        Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(()),
        removed => removed,
    }
}

/// A random text of 32 hexadecimal digits.
fn random() -> Result<String, String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(|error| format!("Reading random bytes for a password failed: {error}."))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn publish_on_loopback(config: &mut HostConfig) {
    let bindings = config.port_bindings.iter_mut().flat_map(|ports| ports.values_mut());
    for binding in bindings.flatten().flatten() {
        binding.host_ip = Some(Ipv4Addr::LOCALHOST.to_string());
    }
}

/// The address under which this process reaches the server. If this process itself runs in a container, it cannot reach ports
/// published on the host, but it can reach the other container.
async fn address(container: &ContainerAsync<Postgres>) -> Result<String, String> {
    let port = container.get_host_port_ipv4(PORT).await;
    let port = port.map_err(|error| format!("Docker did not report the port of a container: {error}."))?;
    if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err()
        && let Ok(IpAddr::V4(address)) = container.get_bridge_ip_address().await
    {
        return Ok(format!("{address}:{PORT}"));
    }
    Ok(format!("{}:{port}", Ipv4Addr::LOCALHOST))
}
