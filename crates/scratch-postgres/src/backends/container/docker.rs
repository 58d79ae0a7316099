//! The Docker daemon of this machine, or a compatible program such as Podman.

use std::{env, fmt, io, os::unix::fs::MetadataExt as _, path::Path};

use nix::unistd::{Gid, Group};

use super::endpoint::{self, Endpoint};
use crate::DockerError;

/// A daemon that answers.
#[derive(Clone, Debug)]
pub struct Docker {
    endpoint: Endpoint,
    /// The product and its version, such as `Docker 28.1.1`.
    name: String,
}

impl Docker {
    /// Finds the daemon that the docker client would use, or else one at the usual endpoints, including Podman's.
    pub fn find() -> Result<Self, DockerError> {
        if let Some(host) = env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty()) {
            return Self::at(host, "DOCKER_HOST".to_owned());
        }
        match endpoint::context() {
            Some((name, Some(host))) => Self::at(host, format!("Docker's context {name:?}")),
            Some((name, None)) => Err(DockerError::UnknownContext { name }),
            None => Self::at_one_of(&endpoint::usual()),
        }
    }

    fn at(host: String, setting: String) -> Result<Self, DockerError> {
        let Some(endpoint) = Endpoint::parse(&host) else {
            return Err(DockerError::UnsupportedEndpoint { setting, host });
        };
        Self::ping(&endpoint).map_err(|error| no_answer(&endpoint, Some(setting), error))
    }

    fn at_one_of(endpoints: &[Endpoint]) -> Result<Self, DockerError> {
        let mut first_error = None;
        for endpoint in endpoints {
            match Self::ping(endpoint) {
                Ok(docker) => return Ok(docker),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => _ = first_error.get_or_insert_with(|| no_answer(endpoint, None, error)),
            }
        }
        let searched = endpoints.iter().map(Endpoint::host).collect();
        Err(first_error.unwrap_or(DockerError::NotRunning { searched }))
    }

    fn ping(endpoint: &Endpoint) -> io::Result<Self> {
        let (head, _) = endpoint.request("GET", "/_ping")?;
        // Such as `Server: Docker/28.1.1 (linux)` or `Server: Libpod/5.4.2 (linux)`.
        let name = head.lines().find_map(|line| line.strip_prefix("Server: ")?.split_whitespace().next());
        let name = name.unwrap_or("Docker").replace("Libpod", "Podman").replace('/', " ");
        Ok(Self { endpoint: endpoint.clone(), name })
    }

    /// The endpoint, as `DOCKER_HOST` names it.
    pub fn host(&self) -> String {
        self.endpoint.host()
    }

    /// Sends a request and returns the body of the response.
    pub(super) fn request(&self, method: &str, path: &str) -> io::Result<String> {
        Ok(self.endpoint.request(method, path)?.1)
    }
}

impl fmt::Display for Docker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.name, self.endpoint.host())
    }
}

fn no_answer(endpoint: &Endpoint, setting: Option<String>, source: io::Error) -> DockerError {
    match endpoint {
        Endpoint::Socket(socket) if source.kind() == io::ErrorKind::PermissionDenied => {
            DockerError::SocketDenied { socket: socket.clone(), group: group_of(socket) }
        }
        other => DockerError::NoAnswer { setting, host: other.host(), source },
    }
}

fn group_of(socket: &Path) -> String {
    let group = fs_err::metadata(socket).ok().and_then(|of| Group::from_gid(Gid::from_raw(of.gid())).ok()?);
    group.map_or_else(|| "docker".to_owned(), |group| group.name)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(error: &DockerError, expected: &Expect) {
        expected.assert_eq(&error.to_string());
    }

    #[test]
    fn errors_without_a_docker() {
        let nowhere = "/nowhere/docker.sock";
        let socket = Endpoint::Socket(nowhere.into());
        check(
            &Docker::at_one_of(&[socket.clone(), Endpoint::Socket("/nowhere/other".into())]).unwrap_err(),
            &expect!["Docker is not running. Searched: unix:///nowhere/docker.sock, unix:///nowhere/other."],
        );
        check(
            &Docker::at(socket.host(), "DOCKER_HOST".to_owned()).unwrap_err(),
            &expect![
                "Docker does not answer at unix:///nowhere/docker.sock, which DOCKER_HOST names: No such file or directory (os error 2)."
            ],
        );
        check(
            &Docker::at("ssh://build".to_owned(), "Docker's context \"build\"".to_owned()).unwrap_err(),
            &expect![[
                r#"Docker's context "build" names ssh://build, which is neither a socket nor an unencrypted port of this machine: a server in a container there would be out of reach."#
            ]],
        );
        check(
            &DockerError::UnknownContext { name: "build".to_owned() },
            &expect![[r#"Docker's context "build" does not exist."#]],
        );
        check(
            &no_answer(&socket, None, io::ErrorKind::PermissionDenied.into()),
            &expect!["Permission denied for Docker's socket /nowhere/docker.sock. The group docker can open it."],
        );
    }

    #[test]
    fn a_dead_socket_is_reported_rather_than_missing_ones() {
        let folder = tempfile::tempdir().unwrap();
        let stale = folder.path().join("stale");
        drop(std::os::unix::net::UnixListener::bind(&stale).unwrap());
        let endpoints = ["/nowhere".into(), stale.clone()].map(Endpoint::Socket);
        let error = Docker::at_one_of(&endpoints).unwrap_err().to_string();
        assert!(error.starts_with(&format!("Docker does not answer at unix://{}: ", stale.display())), "{error}");
    }
}
