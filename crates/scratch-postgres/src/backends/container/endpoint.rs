//! The endpoints of Docker daemons, and a minimal HTTP client for them.

use std::{
    env,
    io::{self, Read, Write},
    net::TcpStream,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::sha256::hex;

/// A daemon that systemd starts on demand answers late.
const TIMEOUT: Duration = Duration::from_secs(10);

/// An endpoint of a daemon on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Socket(PathBuf),
    /// A local TCP port, as `host:port`.
    Port(String),
}

impl Endpoint {
    /// Parses the value of `DOCKER_HOST` or of a context; `None` if the endpoint is remote or encrypted.
    pub(super) fn parse(host: &str) -> Option<Self> {
        if let Some(path) = host.strip_prefix("unix://") {
            return Some(Self::Socket(path.into()));
        }
        let address = host.strip_prefix("tcp://").or_else(|| host.strip_prefix("http://"))?.trim_end_matches('/');
        let (name, port) = address.rsplit_once(':').unwrap_or((address, "2375"));
        let is_local = name == "localhost" || name.starts_with("127.") || name == "[::1]";
        let is_plain = env::var_os("DOCKER_TLS_VERIFY").is_none_or(|value| value.is_empty());
        (is_local && is_plain).then(|| Self::Port(format!("{name}:{port}")))
    }

    /// The endpoint, as `DOCKER_HOST` names it.
    pub(super) fn host(&self) -> String {
        match self {
            Self::Socket(path) => format!("unix://{}", path.display()),
            Self::Port(address) => format!("tcp://{address}"),
        }
    }

    /// Sends a request to the daemon and returns the head and the body of the response.
    pub(super) fn request(&self, method: &str, path: &str) -> io::Result<(String, String)> {
        match self {
            Self::Socket(socket) => {
                let stream = UnixStream::connect(socket)?;
                stream.set_read_timeout(Some(TIMEOUT))?;
                exchange(stream, method, path)
            }
            Self::Port(address) => {
                let stream = TcpStream::connect(address)?;
                stream.set_read_timeout(Some(TIMEOUT))?;
                exchange(stream, method, path)
            }
        }
    }
}

fn exchange(mut stream: impl Read + Write, method: &str, path: &str) -> io::Result<(String, String)> {
    // In HTTP/1.0, the response ends with the connection.
    stream.write_all(format!("{method} {path} HTTP/1.0\r\nHost: docker\r\n\r\n").as_bytes())?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    let (head, body) = response.split_once("\r\n\r\n").ok_or(io::ErrorKind::InvalidData)?;
    match head.split_whitespace().nth(1) {
        Some(status) if status.starts_with('2') => Ok((head.to_owned(), body.to_owned())),
        _ => Err(io::Error::other(format!("the response is {:?}", head.lines().next().unwrap_or_default()))),
    }
}

/// The endpoints of Docker and Podman by default, best first.
pub(super) fn usual() -> Vec<Endpoint> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let home = env::home_dir();
    let below = |folder: &Option<PathBuf>, path: &str| folder.as_ref().map(|folder| folder.join(path));
    [
        Some("/var/run/docker.sock".into()),
        below(&runtime, "docker.sock"),
        below(&home, ".docker/run/docker.sock"),
        below(&home, ".docker/desktop/docker.sock"),
        below(&runtime, "podman/podman.sock"),
        Some("/run/podman/podman.sock".into()),
        below(&home, ".local/share/containers/podman/machine/podman.sock"),
    ]
    .into_iter()
    .flatten()
    .map(Endpoint::Socket)
    .collect()
}

/// The context that `docker context use` or `DOCKER_CONTEXT` selects: its name, and its host unless it is unknown.
pub(super) fn context() -> Option<(String, Option<String>)> {
    let folder = env::var_os("DOCKER_CONFIG")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".docker")))
        .unwrap_or_default();
    let from_environment = env::var("DOCKER_CONTEXT").ok().filter(|name| !name.is_empty());
    let name =
        from_environment.or_else(|| Some(read(&folder.join("config.json"))?["currentContext"].as_str()?.to_owned()));
    let name = name.filter(|name| name != "default" && !name.is_empty())?;
    let host = host_of(&folder, &name);
    Some((name, host))
}

/// The host of a context. The hash of the context's name is the name of its folder.
fn host_of(folder: &Path, context: &str) -> Option<String> {
    let hash = hex(&Sha256::new_with_prefix(context));
    let meta = read(&folder.join("contexts/meta").join(hash).join("meta.json"))?;
    Some(meta["Endpoints"]["docker"]["Host"].as_str()?.to_owned())
}

fn read(file: &Path) -> Option<Value> {
    serde_json::from_str(&fs_err::read_to_string(file).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_unencrypted_hosts_are_endpoints() {
        for (host, parsed) in [
            ("unix:///run/docker.sock", Some("unix:///run/docker.sock")),
            ("tcp://127.0.0.1:2375", Some("tcp://127.0.0.1:2375")),
            ("tcp://localhost/", Some("tcp://localhost:2375")),
            ("tcp://docker:2375", None),
            ("ssh://me@build", None),
        ] {
            assert_eq!(Endpoint::parse(host).map(|it| it.host()).as_deref(), parsed, "{host}");
        }
    }

    #[test]
    fn a_context_is_found_by_the_hash_of_its_name() {
        let folder = tempfile::tempdir().unwrap();
        // printf colima | sha256sum
        let hash = "f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16";
        let meta = folder.path().join("contexts/meta").join(hash);
        fs_err::create_dir_all(&meta).unwrap();
        let content = r#"{"Name":"colima","Endpoints":{"docker":{"Host":"unix:///home/me/colima.sock"}}}"#;
        fs_err::write(meta.join("meta.json"), content).unwrap();
        assert_eq!(host_of(folder.path(), "colima").as_deref(), Some("unix:///home/me/colima.sock"));
        assert_eq!(host_of(folder.path(), "other"), None);
    }

    #[test]
    fn a_response_without_success_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let server = std::thread::spawn(move || {
            for response in ["HTTP/1.0 200 OK\r\nServer: x\r\n\r\nOK", "HTTP/1.0 500 No\r\n\r\n", "?"] {
                let (mut stream, _) = listener.accept().unwrap();
                _ = stream.read(&mut [0; 100]).unwrap();
                stream.write_all(response.as_bytes()).unwrap();
            }
        });
        let endpoint = Endpoint::Socket(path);
        let response = endpoint.request("GET", "/_ping").unwrap();
        assert_eq!(response, ("HTTP/1.0 200 OK\r\nServer: x".to_owned(), "OK".to_owned()));
        assert_eq!(endpoint.request("GET", "/_ping").unwrap_err().to_string(), "the response is \"HTTP/1.0 500 No\"");
        assert_eq!(endpoint.request("GET", "/_ping").unwrap_err().kind(), io::ErrorKind::InvalidData);
        server.join().unwrap();
    }
}
