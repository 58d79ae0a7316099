//! Where a Docker daemon may be, and the least that is needed to ask it something.

use std::{
    env,
    fmt::Write as _,
    io::{self, Read, Write},
    net::TcpStream,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// A daemon that systemd starts when somebody asks takes its time.
const PATIENCE: Duration = Duration::from_secs(10);

/// A place where a daemon may listen, on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Socket(PathBuf),
    /// A port of this machine, as `host:port`.
    Port(String),
}

impl Endpoint {
    /// Understands what `DOCKER_HOST` or a context names; `None` if it is none that can be used from here.
    pub(super) fn parse(host: &str) -> Option<Self> {
        if let Some(path) = host.strip_prefix("unix://") {
            return Some(Self::Socket(path.into()));
        }
        let address = host.strip_prefix("tcp://").or_else(|| host.strip_prefix("http://"))?.trim_end_matches('/');
        let (name, port) = address.rsplit_once(':').unwrap_or((address, "2375"));
        let is_here = name == "localhost" || name.starts_with("127.") || name == "[::1]";
        let is_plain = env::var_os("DOCKER_TLS_VERIFY").is_none_or(|value| value.is_empty());
        (is_here && is_plain).then(|| Self::Port(format!("{name}:{port}")))
    }

    /// As `DOCKER_HOST` names it.
    pub(super) fn host(&self) -> String {
        match self {
            Self::Socket(path) => format!("unix://{}", path.display()),
            Self::Port(address) => format!("tcp://{address}"),
        }
    }

    /// Asks the daemon something. Its answer has a head, as lines, and a body.
    pub(super) fn ask(&self, method: &str, path: &str) -> io::Result<(String, String)> {
        match self {
            Self::Socket(socket) => {
                let stream = UnixStream::connect(socket)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                ask(stream, method, path)
            }
            Self::Port(address) => {
                let stream = TcpStream::connect(address)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                ask(stream, method, path)
            }
        }
    }
}

fn ask(mut stream: impl Read + Write, method: &str, path: &str) -> io::Result<(String, String)> {
    // In this version, an answer ends with its connection.
    stream.write_all(format!("{method} {path} HTTP/1.0\r\nHost: docker\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::InvalidData)?;
    match head.split_whitespace().nth(1) {
        Some(status) if status.starts_with('2') => Ok((head.to_owned(), body.to_owned())),
        _ => Err(io::Error::other(format!("it answers {:?}", head.lines().next().unwrap_or_default()))),
    }
}

/// Where Docker and Podman listen if nobody says otherwise, best first.
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

/// The name of the context that `docker context use` or `DOCKER_CONTEXT` chose, and the host that it names, if it does.
pub(super) fn context() -> Option<(String, Option<String>)> {
    let folder = env::var_os("DOCKER_CONFIG")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".docker")))
        .unwrap_or_default();
    let chosen = env::var("DOCKER_CONTEXT").ok().filter(|name| !name.is_empty());
    let name = chosen.or_else(|| Some(read(&folder.join("config.json"))?["currentContext"].as_str()?.to_owned()));
    let name = name.filter(|name| name != "default" && !name.is_empty())?;
    let host = host_of(&folder, &name);
    Some((name, host))
}

/// The host of a context, which has a folder that is named by the hash of the context's name.
fn host_of(folder: &Path, context: &str) -> Option<String> {
    let hash = Sha256::digest(context).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    });
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
    fn hosts() {
        for (host, same) in [
            ("unix:///run/docker.sock", Some("unix:///run/docker.sock")),
            ("tcp://127.0.0.1:2375", Some("tcp://127.0.0.1:2375")),
            ("tcp://localhost/", Some("tcp://localhost:2375")),
            ("tcp://docker:2375", None),
            ("ssh://me@build", None),
        ] {
            assert_eq!(Endpoint::parse(host).map(|it| it.host()).as_deref(), same, "{host}");
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
    fn an_answer_is_read_and_a_refusal_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let server = std::thread::spawn(move || {
            for answer in ["HTTP/1.0 200 OK\r\nServer: x\r\n\r\nOK", "HTTP/1.0 500 No\r\n\r\n", "?"] {
                let (mut stream, _) = listener.accept().unwrap();
                _ = stream.read(&mut [0; 100]).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        let endpoint = Endpoint::Socket(path);
        let answer = endpoint.ask("GET", "/_ping").unwrap();
        assert_eq!(answer, ("HTTP/1.0 200 OK\r\nServer: x".to_owned(), "OK".to_owned()));
        assert_eq!(endpoint.ask("GET", "/_ping").unwrap_err().to_string(), "it answers \"HTTP/1.0 500 No\"");
        assert_eq!(endpoint.ask("GET", "/_ping").unwrap_err().kind(), io::ErrorKind::InvalidData);
        server.join().unwrap();
    }
}
